/** Expressions on tiles: loads with their guards and vector widths, everything else kept symbolic until a tile is asked for. */
import { CompilerBug, unreachable } from '../diagnostics/bug.ts';
import { bitsOf, straddlesWords, valueTypeOf } from '../ir/dtype.ts';
import { add, coefficient, type IndexExpr, isConst, mul, num, sub, substitute, value, valuesOf } from '../ir/index-expr.ts';
import { divisibleBy, proveNonNegative } from '../ir/index-facts.ts';
import type { Layout } from '../ir/layout.ts';
import { vectorBits } from '../ir/layout-query.ts';
import type { GlobalBuffer, TileExpr, View } from '../ir/tile.ts';
import type { Expr, Read } from '../ir/tst.ts';
import { exprKey, freeAxes } from '../ir/tst-walk.ts';
import { type Builder, constTile, lastOf } from './builder.ts';
import type { LayoutPolicy, Space } from './space.ts';

export class Values {
  /** Running or final value of each part, as seen where the lowering stands. */
  readonly parts = new Map<string, TileExpr>();
  /** Reads whose values stand in shared memory already: they are fetched from there. */
  readonly staged = new Map<string, () => TileExpr>();
  private memo: Map<string, number>[] = [new Map()];

  constructor(readonly b: Builder, readonly space: Space, private readonly limits: ReadonlyMap<string, IndexExpr>) {}

  /** Values found inside a block are forgotten at its end. */
  scoped<T>(body: () => T): T {
    this.memo.push(new Map());
    try { return body(); } finally { this.memo.pop(); }
  }
  private remembered(key: string, make: () => number): number {
    for (const scope of this.memo) { const known = scope.get(key); if (known !== undefined) return known; }
    const made = make();
    this.memo.at(-1)!.set(key, made);
    return made;
  }

  evaluate(e: Expr, policy: LayoutPolicy = this.space): TileExpr {
    switch (e.kind) {
      case 'const': return { kind: 'const', value: e.value, type: e.type };
      case 'index': return { kind: 'index', index: this.b.simplify(this.space.at(e.index)), type: 'i32' };
      case 'read': return this.parts.get(e.tensor) ?? this.staged.get(exprKey(e))?.() ?? this.load(e, policy);
      case 'unary': return { kind: 'unary', op: e.op, a: this.evaluate(e.a, policy), type: e.type };
      case 'binary': return this.comparison(e) ?? { kind: 'binary', op: e.op, a: this.evaluate(e.a, policy), b: this.evaluate(e.b, policy), type: e.type };
      case 'select': return this.choose(this.evaluate(e.cond, policy), () => this.evaluate(e.then, policy), () => this.evaluate(e.else, policy));
      case 'cast': return { kind: 'cast', to: e.to, a: this.evaluate(e.a, policy), type: e.type };
      case 'reduce': case 'softmax': case 'scan': case 'topk': throw new CompilerBug(`lower: a ${e.kind} is left inside an expression`);
      default: return unreachable(e);
    }
  }

  private choose(cond: TileExpr, then: () => TileExpr, otherwise: () => TileExpr): TileExpr {
    if (cond.kind === 'const') return cond.value ? then() : otherwise();
    const yes = then();
    return { kind: 'select', cond, then: yes, else: otherwise(), type: yes.type };
  }

  /** Comparisons of index arithmetic become `inside`, and vanish where they always hold. */
  private comparison(e: Extract<Expr, { kind: 'binary' }>): TileExpr | undefined {
    if (e.op === 'and') {
      const a = this.evaluate(e.a), b = this.evaluate(e.b);
      if (a.kind === 'const') return a.value ? b : a;
      if (b.kind === 'const') return b.value ? a : b;
      return a.kind === 'inside' && b.kind === 'inside' ? { ...a, nonNegative: [...a.nonNegative, ...b.nonNegative] } : undefined;
    }
    const holds = nonNegativeForm(e);
    return holds && this.inside([this.space.at(holds)]);
  }

  /** All of the expressions (over tile axes) are >= 0. */
  inside(nonNegative: readonly IndexExpr[]): TileExpr {
    const open = nonNegative.map((e) => this.b.simplify(e)).filter((e) => !proveNonNegative(e, this.b.facts));
    return open.length === 0 ? constTile(1, 'bool') : { kind: 'inside', nonNegative: open, type: 'bool' };
  }

  /** Coordinates of these axes lie inside their extents; only where a tile may reach over the end. */
  insideExtents(axes: Iterable<string>): IndexExpr[] {
    return [...axes].flatMap((id) => {
      const extent = this.limits.get(id);
      if (extent === undefined || !this.space.isBound(id)) return [];
      const room = sub(lastOf(extent), this.space.coordinate(id));
      return proveNonNegative(room, this.b.facts) ? [] : [this.b.simplify(room)];
    });
  }

  /** The expression held in a tile. */
  toTile(e: TileExpr, name: string, policy: LayoutPolicy = this.space): number {
    if (e.kind === 'tile') return e.tile;
    const axes = policy.order(this.axesOf(e));
    return this.remembered(`${policy.tag}map ${tileKey(e)}`, () => {
      const dst = this.b.tile(name, storedType(e), axes, policy.layoutOf(axes));
      this.b.emit({ kind: 'map', dst, expr: e });
      return dst;
    });
  }
  asTile(e: TileExpr, name: string, policy?: LayoutPolicy): TileExpr {
    return e.kind === 'const' ? e : { kind: 'tile', tile: this.toTile(e, name, policy), type: e.type };
  }

  /** Tile axes along which the expression varies. */
  axesOf(e: TileExpr): string[] {
    switch (e.kind) {
      case 'const': return [];
      case 'tile': return [...this.b.decl(e.tile).axes];
      case 'index': return this.space.axesIn(e.index);
      case 'inside': return e.nonNegative.flatMap((x) => this.space.axesIn(x));
      case 'unary': case 'cast': return this.axesOf(e.a);
      case 'binary': return [...this.axesOf(e.a), ...this.axesOf(e.b)];
      case 'select': return [...this.axesOf(e.cond), ...this.axesOf(e.then), ...this.axesOf(e.else)];
      default: return unreachable(e);
    }
  }

  /** Where a read goes at this tile, and the conditions under which it may. `gathered` holds the tiles of its run-time indices. */
  address(read: Read, gathered: ReadonlyMap<string, number> = new Map()): { index: IndexExpr[]; guard: IndexExpr[] } {
    const buffer = this.b.buffer(read.tensor);
    const index = read.index.map((i) => this.b.simplify(this.placed(i, gathered)));
    if (clamps(read)) return { index, guard: [] };
    const isInside = index.every((i, d) => this.isInside(i, buffer.shape[d]!)) && !read.index.some(mayWrap);
    return { index, guard: isInside ? [] : read.bounds === 'fill' ? this.insideTensor(index, buffer) : this.insideExtents(freeAxes(read)) };
  }

  /** The index over tile axes, run-time integers as the tiles that hold them. */
  private placed(index: IndexExpr, gathered: ReadonlyMap<string, number>): IndexExpr {
    return substitute(this.space.at(index), (atom) => {
      const tile = atom.kind === 'value' ? gathered.get(atom.id) : undefined;
      return tile === undefined ? undefined : value(`t${tile}`);
    });
  }

  private load(read: Read, policy: LayoutPolicy): TileExpr {
    const gathered = new Map(Object.entries(read.gathers).map(([id, v]) => [id, this.toTile(this.evaluate(v, policy), 'index', policy)]));
    const buffer = this.b.buffer(read.tensor);
    const { index, guard } = this.address(read, gathered);
    const constantFill = read.fill?.kind === 'const' ? read.fill.value : 0;
    // A position that no size brings inside leaves nothing to load.
    if (read.bounds === 'fill' && read.fill !== undefined && guard.some((g) => (isConst(g) ?? 0) < 0)) return this.evaluate(read.fill, policy);
    const axes = policy.order([...index.flatMap((i) => this.space.axesIn(i)), ...guard.flatMap((g) => this.space.axesIn(g)), ...[...gathered.values()].flatMap((t) => this.b.decl(t).axes)]);
    const tile = this.remembered(`${policy.tag}load ${exprKey(read)} ${[...gathered.values()].join()}`, () => {
      const layout = policy.layoutOf(axes);
      const dst = this.b.tile(read.tensor.toLowerCase(), valueTypeOf(buffer.dtype), axes, layout);
      const clamp = clamps(read) ? index.flatMap((_, d) => (this.isInside(index[d]!, buffer.shape[d]!) && !mayWrap(read.index[d]!) ? [] : [d])) : [];
      this.b.emit({ kind: 'load', dst, view: { buffer: buffer.name, index, guard, fill: constantFill, clamp, vector: this.vector(buffer, index, guard, clamp.length > 0, axes, layout) } });
      return dst;
    });
    const loaded: TileExpr = { kind: 'tile', tile, type: read.type };
    if (read.fill === undefined || read.fill.kind === 'const') return loaded;
    return { kind: 'select', cond: this.inside(this.insideTensor(index, buffer)), then: loaded, else: this.evaluate(read.fill, policy), type: read.type };
  }

  private isInside(index: IndexExpr, extent: IndexExpr): boolean {
    return proveNonNegative(index, this.b.facts) && proveNonNegative(sub(lastOf(extent), index), this.b.facts);
  }
  private insideTensor(index: readonly IndexExpr[], buffer: GlobalBuffer): IndexExpr[] {
    return index.flatMap((i, d) => [i, sub(lastOf(buffer.shape[d]!), i)]).filter((e) => !proveNonNegative(e, this.b.facts));
  }

  /**
   * Widest power of two of elements that move as one access: consecutive along the lowest registers, the address a multiple of the width,
   * and every guard the same for all of them.
   */
  vector(buffer: { readonly dtype: GlobalBuffer['dtype']; readonly shape: readonly IndexExpr[] }, index: readonly IndexExpr[], guard: readonly IndexExpr[], clamped: boolean, axes: readonly string[], layout: Layout): number {
    // Elements that may end in the next word move one by one.
    if (clamped || straddlesWords(buffer.dtype)) return 1;
    const bits = bitsOf(buffer.dtype);
    for (let dim = 0; dim < axes.length; dim++) {
      const most = Math.min(2 ** vectorBits(layout, dim), (this.b.target.vectorBytes * 8) / bits);
      for (let width = most; width > 1; width /= 2) if (width * bits >= 8 && this.movesTogether(buffer.shape, index, guard, axes[dim]!, width)) return width;
    }
    return 1;
  }
  private movesTogether(shape: readonly IndexExpr[], index: readonly IndexExpr[], guard: readonly IndexExpr[], axis: string, width: number): boolean {
    const last = index.length - 1;
    // A run-time integer that differs between the elements moves them apart.
    const integers = [...index, ...guard].flatMap((i) => [...valuesOf(i)]).map((id) => Number(id.slice(1)));
    if (integers.some((tile) => this.b.decl(tile).axes.includes(axis))) return false;
    const steps = index.map((i) => coefficient(i, axis));
    if (steps.some((c, d) => c === undefined || isConst(c) !== (d === last ? 1 : 0))) return false;
    const base = this.b.axisInfo(axis).base;
    const atBase = (e: IndexExpr): IndexExpr => substitute(e, (atom) => (atom.kind === 'variable' && atom.id === axis ? base : undefined));
    const address = index.reduce((sum, i, d) => add(mul(sum, d === 0 ? num(1) : shape[d]!), i), num(0));
    if (!divisibleBy(atBase(address), width, this.b.facts)) return false;
    return guard.every((g) => {
      const step = coefficient(g, axis);
      const c = step && isConst(step);
      if (c === 0) return true;
      // g = e - x changes sign between multiples of the width exactly when e + 1 is one; g = x + e when e is.
      return c === -1 ? divisibleBy(add(atBase(g), num(1)), width, this.b.facts) : c === 1 && divisibleBy(atBase(g), width, this.b.facts);
    });
  }

  /** Where a tile over `axes` goes in memory. */
  storeView(buffer: GlobalBuffer, index: readonly IndexExpr[], guardAxes: Iterable<string>, axes: readonly string[], layout: Layout, { gathered, mayLeave }: { gathered: ReadonlyMap<string, number>; mayLeave: boolean }): View {
    const at = index.map((i) => this.b.simplify(this.placed(i, gathered)));
    const guard = [...this.insideExtents(guardAxes), ...(mayLeave ? this.insideTensor(at, buffer) : [])];
    return { buffer: buffer.name, index: at, guard, fill: 0, clamp: [], vector: this.vector(buffer, at, guard, false, axes, layout) };
  }
}

/**
 * A dividend in which a large number multiplies an axis: sizes keep it within 32 bits for the points of the axis (check/elaborate-binary.ts), not for those that fill up the
 * last tile, whose quotient or remainder is then anywhere.
 */
const mayWrap = (e: IndexExpr): boolean => e.terms.some((t) => t.factors.some((f) => (f.kind === 'floordiv' || f.kind === 'mod' ? isLarge(f.a) || mayWrap(f.a) : (f.kind === 'min' || f.kind === 'max') && f.args.some(mayWrap))));
const isLarge = (e: IndexExpr): boolean => e.terms.some((t) => Math.abs(t.coefficient) >= 1024 && t.factors.some((f) => f.kind === 'variable'));

const clamps = (read: Read): boolean => read.bounds === 'clamp' || read.bounds === 'check';

/** e as `form >= 0`, for comparisons of two index expressions. */
export function nonNegativeForm(e: Expr): IndexExpr | undefined {
  if (e.kind !== 'binary' || e.a.kind !== 'index' && !isIntegerConst(e.a) || e.b.kind !== 'index' && !isIntegerConst(e.b)) return undefined;
  const a = asIndex(e.a), b = asIndex(e.b);
  if (a === undefined || b === undefined) return undefined;
  if (e.op === 'le') return sub(b, a);
  if (e.op === 'lt') return sub(sub(b, a), num(1));
  return undefined;
}
const isIntegerConst = (e: Expr): boolean => e.kind === 'const' && e.type === 'i32';
const asIndex = (e: Expr): IndexExpr | undefined => (e.kind === 'index' ? e.index : e.kind === 'const' ? num(e.value) : undefined);

const storedType = (e: TileExpr): 'f32' | 'i32' | 'bool' => e.type;

/** Equal texts are equal values, as long as no tile in them changes. */
export function tileKey(e: TileExpr): string {
  switch (e.kind) {
    case 'const': return `#${e.value}${e.type}`;
    case 'tile': return `t${e.tile}`;
    case 'index': return `@${e.index.key}`;
    case 'inside': return `in(${e.nonNegative.map((x) => x.key).join(';')})`;
    case 'unary': return `${e.op}(${tileKey(e.a)})`;
    case 'binary': return `${e.op}(${tileKey(e.a)},${tileKey(e.b)})`;
    case 'select': return `?(${tileKey(e.cond)},${tileKey(e.then)},${tileKey(e.else)})`;
    case 'cast': return `${e.to}:${e.type}(${tileKey(e.a)})`;
    default: return unreachable(e);
  }
}

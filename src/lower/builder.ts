/** Builds one tile kernel: allocates axes, tiles and shared buffers, collects ops, and knows the facts that hold where they stand. */
import { CompilerBug } from '../diagnostics/bug.ts';
import type { Span } from '../diagnostics/span.ts';
import type { DType, ValueType } from '../ir/dtype.ts';
import { add, ceilDiv, type IndexExpr, mul, num, size, sizesOf, sub, variable, variablesOf } from '../ir/index-expr.ts';
import { Facts, simplify } from '../ir/index-facts.ts';
import type { Layout } from '../ir/layout.ts';
import { lane, thread, warp, type Bit } from '../ir/layout.ts';
import type { AxisInfo, GlobalBuffer, GridVar, Op, Pipe, SharedBuffer, TileDecl, TileExpr } from '../ir/tile.ts';
import type { Target } from '../targets/target.ts';

interface LoopAround { readonly id: string; readonly count: IndexExpr }
type Body<T> = T extends unknown ? Omit<T, 'span'> : never;

export class Builder {
  readonly axes: AxisInfo[] = [];
  readonly grid: GridVar[] = [];
  readonly tiles: TileDecl[] = [];
  readonly shared: SharedBuffer[] = [];
  readonly pipes: Pipe[] = [];
  private ops: Op[] = [];
  private readonly axisOf = new Map<string, AxisInfo>();
  /** The loops around what is emitted now, outermost first. */
  private around: readonly LoopAround[] = [];

  constructor(readonly target: Target, readonly buffers: readonly GlobalBuffer[], public facts: Facts, public span: Span) {}

  /** Bit `n` of the thread number, named as the target promises. */
  threadBit(n: number): Bit {
    if (this.target.lanes === 0) return thread(n);
    return n < 5 ? lane(n) : warp(n - 5);
  }

  buffer(name: string): GlobalBuffer {
    const found = this.buffers.find((b) => b.name === name);
    if (found === undefined) throw new CompilerBug(`lower: no buffer ${name}`);
    return found;
  }

  gridVar(id: string, name: string, count: IndexExpr): IndexExpr {
    this.grid.push({ id, name, count });
    this.facts = this.facts.withVariable(id, count);
    return variable(id);
  }

  /** Declares `tile` coordinates of an axis beginning at `base`; its id then stands for the global coordinate. */
  axis(id: string, name: string, extent: IndexExpr, tile: number, base: IndexExpr): void {
    if (!this.axisOf.has(id)) {
      const info: AxisInfo = { id, name, extent, tile, base };
      this.axes.push(info);
      this.axisOf.set(id, info);
    }
    this.facts = this.facts.withRange(id, base, add(base, num(tile - 1)));
  }
  hasAxis(id: string): boolean { return this.axisOf.has(id); }
  axisInfo(id: string): AxisInfo {
    const info = this.axisOf.get(id);
    if (info === undefined) throw new CompilerBug(`lower: no axis ${id}`);
    return info;
  }

  tile(name: string, dtype: DType, axes: readonly string[], layout: Layout, options: { mutable?: boolean; packed?: boolean } = {}): number {
    if (layout.dims.length !== axes.length) throw new CompilerBug(`lower: tile ${name} has ${axes.length} axes and ${layout.dims.length} dimensions`);
    const id = this.tiles.length;
    this.tiles.push({ id, name, dtype, packed: options.packed ?? false, axes, layout, mutable: options.mutable ?? false });
    return id;
  }
  decl(id: number): TileDecl {
    const found = this.tiles[id];
    if (found === undefined) throw new CompilerBug(`lower: no tile ${id}`);
    return found;
  }

  sharedBuffer(buffer: SharedBuffer): void { this.shared.push(buffer); }

  emit(op: Body<Op>): void { this.ops.push({ ...op, span: this.span } as Op); }

  /** Runs `body` and gives the ops it emitted; facts learned inside stay inside. */
  block(body: () => void): readonly Op[] {
    const outer = this.ops;
    const facts = this.facts;
    const ops: Op[] = [];
    this.ops = ops;
    body();
    this.ops = outer;
    this.facts = facts;
    return ops;
  }

  loop(id: string, count: IndexExpr, body: () => void, unroll: boolean | number = false): void {
    const ops = this.block(() => { this.facts = this.facts.withVariable(id, count); this.inside({ id, count }, body); });
    this.emit({ kind: 'for', variable: id, count, unroll, body: ops });
  }
  /** Emits the body of one more loop: `id` counts its iterations, which may be fewer than a loop's turns. */
  private inside(loop: LoopAround, body: () => void): void {
    const outer = this.around;
    this.around = [...outer, loop];
    body();
    this.around = outer;
  }
  /** The innermost loop does its work in only `count` of its turns, numbered by `id`. */
  counting(loop: LoopAround, body: () => void): void {
    const outer = this.around;
    this.around = outer.slice(0, -1);
    this.inside(loop, body);
    this.around = outer;
  }
  /** How often what stands here was begun before, as far as that is the same polynomial in every turn; undefined where inner counts vary. */
  timesBegun(): IndexExpr | undefined {
    const ids = new Set(this.around.map((l) => l.id));
    if (this.around.some((l, i) => i > 0 && [...variablesOf(l.count)].some((v) => ids.has(v)))) return undefined;
    return this.around.reduce<IndexExpr>((n, l) => add(mul(n, l.count), variable(l.id)), num(0));
  }
  isInLoop(e: IndexExpr): boolean { return [...variablesOf(e)].some((v) => this.around.some((l) => l.id === v)); }

  bind(id: string, value: IndexExpr, range: IndexExpr, body: () => void): void {
    const ops = this.block(() => { this.facts = this.facts.withVariable(id, range); body(); });
    this.emit({ kind: 'let', variable: id, value, body: ops });
  }
  when(nonNegative: readonly IndexExpr[], body: () => void): void {
    const ops = this.block(body);
    if (ops.length > 0) this.emit({ kind: 'if', nonNegative, then: ops, else: [] });
  }

  /** From here to the end of the block the expression is >= 0. */
  know(nonNegative: IndexExpr): void { this.facts = this.facts.withNonNegative(nonNegative); }

  simplify(e: IndexExpr): IndexExpr { return simplify(e, this.facts); }
  finish(): readonly Op[] { return this.ops; }

  /** Sizes that the kernel's text mentions, in the order given. */
  usedSizes(order: readonly string[], extra: Iterable<IndexExpr>): string[] {
    const used = new Set<string>();
    for (const e of extra) for (const s of sizesOf(e)) used.add(s);
    return order.filter((s) => used.has(s));
  }
}

/** Number of tiles of `tile` coordinates that cover the extent. */
export const tilesOf = (extent: IndexExpr, tile: number): IndexExpr => (tile === 1 ? extent : ceilDiv(extent, num(tile)));
export const lastOf = (extent: IndexExpr): IndexExpr => sub(extent, num(1));
export const scaled = (e: IndexExpr, by: number): IndexExpr => mul(e, num(by));
export const sizeOf = size;
export const constTile = (value: number, type: ValueType): TileExpr => ({ kind: 'const', value, type });

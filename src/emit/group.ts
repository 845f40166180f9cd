/**
 * Element-wise groups: loads, maps, stores and the serial part of reductions over the same elements in one register loop.
 *
 * Where accesses move vectors, the loop runs over blocks of W registers: vector loads, then one inner loop over the block, then vector stores.
 * Tiles that nothing outside the group uses are scalars of the innermost loop, or blocks of W registers where a vector access needs them.
 */
import { CompilerBug, unreachable } from '../diagnostics/bug.ts';
import { binary, constant, element, index, name, type CodeExpr, type Guard, type Stmt } from '../ir/code.ts';
import { type DType, bitsOf } from '../ir/dtype.ts';
import { type IndexExpr, add, isConst, mul, num } from '../ir/index-expr.ts';
import { isApart } from '../ir/layout-query.ts';
import type { OpOf, TileDecl, TileExpr } from '../ir/tile.ts';
import { globalElement, sharedAt } from './address.ts';
import type { Context } from './context.ts';
import { type Position, Frame, asVariable, extend, registerAt, start } from './coordinates.ts';
import { type Digit, type RegisterLoop, type Spread, digitsOf, innerLoops, registerLoops } from './digits.ts';
import { cast, tileExpr } from './expression.ts';
import { IndexCode } from './index-code.ts';
import { type ReduceOp, finishReduce, mergeInto, reducedSpread, startReduce } from './reduce.ts';
import type { BoxMaps } from './maps.ts';
import { gatheredTile, references } from './references.ts';
import { assignRegister, perRegister, registerPlace, registerType } from './registers.ts';
import { type ElementOp, driverOf } from './structure.ts';
import { BoxStore } from './store-boxes.ts';
import { ownerCondition } from './threads.ts';

type CopyOp = Extract<ElementOp, { kind: 'map' }> & { readonly expr: Extract<TileExpr, { kind: 'tile' }> };
/** A word whose fields all hold the value. */
const packedFill = (dtype: DType, value: CodeExpr): CodeExpr => ({ kind: 'pack', type: 'u32', dtype, values: new Array<CodeExpr>(32 / bitsOf(dtype)).fill(value) });
type Access = Extract<ElementOp, { kind: 'load' | 'store' | 'loadShared' | 'storeShared' }>;
const isAccess = (op: ElementOp): op is Access => op.kind === 'load' || op.kind === 'store' || op.kind === 'loadShared' || op.kind === 'storeShared';
const isRead = (op: Access): boolean => op.kind === 'load' || op.kind === 'loadShared';
const widthOf = (op: ElementOp): number => (op.kind === 'load' || op.kind === 'store' ? op.view.vector : op.kind === 'loadShared' || op.kind === 'storeShared' ? op.vector : 1);

/** An operation that needs no coordinates. */
function isPlain(op: ElementOp): boolean {
  const free = (e: TileExpr): boolean => {
    switch (e.kind) {
      case 'const': case 'tile': return true;
      case 'index': case 'inside': return false;
      case 'unary': case 'cast': return free(e.a);
      case 'binary': return free(e.a) && free(e.b);
      case 'select': return free(e.cond) && free(e.then) && free(e.else);
      default: return unreachable(e);
    }
  };
  return op.kind === 'map' ? free(op.expr) : op.kind === 'reduce';
}

/** The word whose fields the values are, in their order: it moves as it is. */
function wholeWord(dtype: DType, values: readonly CodeExpr[]): CodeExpr | undefined {
  const [first] = values;
  if (first?.kind !== 'unpack') return undefined;
  const key = JSON.stringify(first.word);
  return values.every((v, n) => v.kind === 'unpack' && v.dtype === dtype && v.at === n && JSON.stringify(v.word) === key) ? first.word : undefined;
}

const anyAxis = '*';
/** Loops over different axes that number registers one after the other become one, where no coordinate is asked for. */
function acrossAxes(loops: readonly RegisterLoop[]): RegisterLoop[] {
  return loops.reduceRight<RegisterLoop[]>((merged, loop) => {
    const [next, ...rest] = merged;
    if (next === undefined || !loop.strides.every((s, n) => s === next.strides[n]! * next.count)) return [loop, ...merged];
    return [{ axis: anyAxis, count: loop.count * next.count, place: 0, strides: next.strides }, ...rest];
  }, []);
}

export function emitGroup(context: Context, ops: readonly ElementOp[], local: ReadonlySet<number>, maps: BoxMaps): void {
  new Group(context, ops, local, maps).emit();
}

class Group {
  private readonly context: Context;
  private readonly ops: readonly ElementOp[];
  private readonly local: ReadonlySet<number>;
  private readonly driver: TileDecl;
  /** Participating tiles; the driver is number 0. Positions' strides are in this order. */
  private readonly tiles: readonly number[];
  private readonly width: number;
  private readonly outer: readonly RegisterLoop[];
  private readonly inner: readonly RegisterLoop[];
  /** Local tiles in the present block: a scalar of the inner loop, or an array of `width`. */
  private readonly blocks = new Map<number, string>();
  private readonly scalars = new Map<number, CodeExpr>();
  /** Local tiles that are copies of others and use their blocks. */
  private readonly shares = new Map<number, number>();

  /** A store that goes out by boxes. */
  private readonly boxes: { readonly op: ElementOp; readonly store: BoxStore } | undefined;

  constructor(context: Context, ops: readonly ElementOp[], local: ReadonlySet<number>, maps: BoxMaps) {
    this.context = context;
    this.ops = ops;
    this.local = local;
    const boxed = ops.find((op): op is OpOf<'store'> => op.kind === 'store' && op.boxes !== undefined);
    this.boxes = boxed && { op: boxed, store: new BoxStore(context, boxed, maps) };
    const mentioned = ops.flatMap((op) => { const r = references(op); return [...r.reads, ...r.writes]; });
    this.width = Math.max(...ops.map(widthOf), ...mentioned.map((t) => perRegister(context.tile(t))));
    const widest = ops.find((op) => Math.max(widthOf(op), perRegister(context.tile(driverOf(op)))) === this.width) ?? ops[0]!;
    this.driver = context.tile(driverOf(widest));
    this.tiles = [...new Set([this.driver.id, ...mentioned])];
    const spreads = this.tiles.slice(1).map((t) => this.spreadOf(t));
    const who = `${context.kernel.name}, ${ops.map((op) => op.kind).join(' ')}`;
    const outer = registerLoops(this.driver, spreads, who, this.width);
    this.outer = ops.every(isPlain) ? acrossAxes(outer) : outer;
    this.inner = this.width > 1 ? innerLoops(this.driver, spreads, who, this.width) : [];
  }

  /** A reduction's result is visited along the axes that it keeps. */
  private spreadOf(tile: number): Spread {
    const op = this.ops.find((o): o is ReduceOp => o.kind === 'reduce' && o.dsts.includes(tile));
    const decl = this.context.tile(tile);
    return op === undefined ? decl : reducedSpread(decl, op);
  }
  private which(tile: number): number {
    const n = this.tiles.indexOf(tile);
    if (n < 0) throw new CompilerBug(`tile ${tile} takes no part in its group`);
    return n;
  }

  emit(): void {
    const reductions = this.ops.filter((op) => op.kind === 'reduce');
    reductions.forEach((op) => startReduce(this.context, op));
    const body = (p: Position): void => (this.width > 1 ? this.block(p) : this.elements(p, this.ops, undefined));
    if (this.boxes === undefined) this.nest(this.outer, start, body);
    else {
      const { store } = this.boxes, { pieces, within } = store.loops(this.outer);
      store.begin(pieces);
      this.nest(pieces, start, (p) => { store.before(); this.nest(within, p, body); store.after(p); });
    }
    reductions.forEach((op) => finishReduce(this.context, op));
  }

  private nest(loops: readonly RegisterLoop[], p: Position, body: (p: Position) => void): void {
    const [loop, ...rest] = loops;
    if (loop === undefined) { body(p); return; }
    this.context.loop(loop.axis === anyAxis ? 'r' : `d${this.context.axis(loop.axis).name}`, loop.count, (v) => this.nest(rest, extend(p, [loop], [asVariable(this.context, v)]), body));
  }

  /* ---- one element ---- */

  private elements(p: Position, ops: readonly ElementOp[], lane: IndexExpr | undefined): void {
    this.scalars.clear();
    for (const op of ops) this.element(op, p, lane);
  }

  private frame(p: Position, driver: TileDecl, lane: IndexExpr | undefined): Frame {
    return new Frame(this.context, driver, p, (id) => this.read(gatheredTile(id), p, lane));
  }

  private element(op: ElementOp, p: Position, lane: IndexExpr | undefined): void {
    const frame = this.frame(p, this.context.tile(driverOf(op)), lane);
    switch (op.kind) {
      case 'load': case 'loadShared': {
        const value: CodeExpr = { kind: 'load', type: registerType(this.context.tile(op.dst)), memory: this.memory(op), index: this.address(op, frame, p) };
        return this.write(op.dst, p, lane, value, this.guard(op, frame));
      }
      case 'store': case 'storeShared':
        return this.guardedStore(op, frame, [{ kind: 'store', memory: this.memory(op), index: this.address(op, frame, p), value: this.read(op.src, p, lane), exact: this.isExact(op) }]);
      case 'map': {
        const dst = this.context.tile(op.dst);
        if (this.isCopy(op)) { this.scalars.set(op.dst, this.read(op.expr.tile, p, lane)); return; }
        const value = tileExpr(op.expr, (t) => this.read(t, p, lane), frame);
        return this.write(op.dst, p, lane, dst.packed || value.type === registerType(dst) ? value : cast(value, dst.dtype));
      }
      case 'reduce': {
        const parts = op.srcs.map((src) => this.read(src, p, lane));
        return mergeInto(this.context, op, op.dsts.map((dst) => this.registerIndex(dst, p)), parts, frame);
      }
    }
  }

  /** A local tile that is another tile under a second name. */
  private isCopy(op: ElementOp): op is CopyOp {
    if (op.kind !== 'map' || op.expr.kind !== 'tile' || !this.local.has(op.dst)) return false;
    const [from, to] = [this.context.tile(op.expr.tile), this.context.tile(op.dst)];
    return !from.mutable && !from.packed && !to.packed && registerType(from) === registerType(to) && !this.blocks.has(op.dst);
  }

  /** Whether the stored values are known to be values of the memory's type: all that is ever written to the tile was rounded to it or read from such memory. */
  private isExact(op: Access): boolean {
    const dtypeOf = (o: Access): DType => (o.kind === 'load' || o.kind === 'store' ? this.context.buffer(o.view.buffer).dtype : this.context.shared(o.buffer).dtype);
    const dtype = dtypeOf(op);
    const definitions = this.context.definitions.get(driverOf(op)) ?? [];
    return definitions.length > 0 && definitions.every((d) => {
      switch (d.kind) {
        case 'load': case 'loadShared': return dtypeOf(d) === dtype && (d.kind === 'loadShared' || d.view.fill === 0);
        case 'map': return (d.expr.kind === 'cast' && d.expr.to === dtype) || (d.expr.kind === 'tile' && this.context.definitions.get(d.expr.tile)?.every((x) => x.kind === 'load' && dtypeOf(x) === dtype && x.view.fill === 0) === true);
        default: return false;
      }
    });
  }

  private registerIndex(tile: number, p: Position): CodeExpr {
    return new IndexCode(this.context).expr(registerAt(p, this.which(tile)));
  }

  private read(tile: number, p: Position, lane: IndexExpr | undefined): CodeExpr {
    const scalar = this.scalars.get(tile);
    if (scalar !== undefined) return scalar;
    const decl = this.context.tile(tile);
    const block = this.blocks.get(tile);
    if (decl.packed) {
      const [word, at] = this.wordOf(tile, p, lane);
      const place = block === undefined ? registerPlace(this.context, tile, word) : element('u32', block, word);
      return { kind: 'unpack', type: cast(place, decl.dtype).type, dtype: decl.dtype, word: place, at };
    }
    if (block !== undefined) return element(registerType(decl), block, new IndexCode(this.context).expr(lane ?? num(0)));
    return registerPlace(this.context, tile, this.registerIndex(tile, p));
  }

  /** Word and field of a packed tile's element; the field must be known, so packed groups are not loops inside. */
  private wordOf(tile: number, p: Position, lane: IndexExpr | undefined): readonly [CodeExpr, number] {
    const per = perRegister(this.context.tile(tile));
    const outer = this.blocks.has(tile) ? num(0) : add(...p.loops.filter((l) => (l.strides[0] ?? 0) >= this.width).map((l) => mul(num((l.strides[this.which(tile)] ?? 0) / per), l.at)));
    const within = this.blocks.has(tile) ? lane ?? num(0) : add(...p.loops.filter((l) => (l.strides[0] ?? 0) < this.width).map((l) => mul(num(l.strides[this.which(tile)] ?? 0), l.at)));
    const known = isConst(within);
    if (known === undefined) throw new CompilerBug(`field of packed tile ${this.context.tile(tile).name} is not known`);
    return [new IndexCode(this.context).expr(add(outer, num(Math.floor(known / per)))), known % per];
  }

  private readonly words = new Map<string, (CodeExpr | undefined)[]>();

  private write(tile: number, p: Position, lane: IndexExpr | undefined, value: CodeExpr, guard?: Guard): void {
    const decl = this.context.tile(tile);
    if (decl.packed) {
      const [word, at] = this.wordOf(tile, p, lane);
      const key = `${tile} ${JSON.stringify(word)}`;
      const fields = this.words.get(key) ?? new Array<CodeExpr | undefined>(perRegister(decl)).fill(undefined);
      fields[at] = guard === undefined ? value : { kind: 'select', type: value.type, cond: guard.cond, then: value, else: guard.otherwise };
      this.words.set(key, fields);
      const complete = fields.flatMap((f) => (f === undefined ? [] : [f]));
      if (complete.length < fields.length) return;
      this.words.delete(key);
      const packed: CodeExpr = wholeWord(decl.dtype, complete) ?? { kind: 'pack', type: 'u32', dtype: decl.dtype, values: complete };
      const block = this.blocks.get(tile);
      if (block === undefined) assignRegister(this.context, tile, word, packed);
      else this.context.put({ kind: 'assign', target: element('u32', block, word), value: packed });
      return;
    }
    const block = this.blocks.get(tile);
    const guarded = guard === undefined ? {} : { guard };
    if (block !== undefined) {
      this.context.put({ kind: 'assign', target: element(registerType(decl), block, new IndexCode(this.context).expr(lane ?? num(0))), value, ...guarded });
    } else if (this.local.has(tile)) {
      const text = this.context.names.fresh(decl.name);
      this.context.put({ kind: 'let', name: text, value, ...guarded });
      this.scalars.set(tile, name(value.type, text));
    } else assignRegister(this.context, tile, this.registerIndex(tile, p), value, guard);
  }

  /* ---- blocks of `width` registers ---- */

  private block(p: Position): void {
    this.blocks.clear();
    const wide = this.ops.filter((op) => isAccess(op) && widthOf(op) > 1);
    for (const op of this.ops) {
      // A copy shares the block of what it copies.
      if (op.kind !== 'map' || op.expr.kind !== 'tile' || !this.local.has(op.dst) || !this.local.has(op.expr.tile) || !this.isCopy(op)) continue;
      if (wide.some((w) => driverOf(w) === op.dst)) this.shares.set(op.dst, op.expr.tile);
    }
    const unrolled = this.ops.some((op) => [...references(op).reads, ...references(op).writes].some((t) => this.context.tile(t).packed));
    for (const op of this.ops) {
      const tile = driverOf(op);
      if (!this.local.has(tile) || this.blocks.has(tile)) continue;
      const decl = this.context.tile(tile);
      if (this.shares.has(tile)) continue;
      if (!wide.some((w) => driverOf(w) === tile || this.shares.get(driverOf(w)) === tile) && !decl.packed) continue;
      const text = this.context.names.fresh(decl.name);
      this.context.put({ kind: 'array', name: text, type: registerType(decl), length: this.width / perRegister(decl) });
      this.blocks.set(tile, text);
    }
    for (const [tile, from] of this.shares) {
      const block = this.blocks.get(from);
      if (block !== undefined) this.blocks.set(tile, block);
    }
    const reads = wide.filter((op): op is Access => isAccess(op) && isRead(op));
    const writes = wide.filter((op): op is Access => isAccess(op) && !isRead(op));
    for (const op of reads) this.vectors(op, p);
    const rest = this.ops.filter((op) => !wide.includes(op) && !(op.kind === 'map' && this.shares.has(op.dst)));
    if (rest.length > 0) {
      if (unrolled) this.unrolled(p, rest);
      else this.nestInner(p, rest);
    }
    for (const op of writes) this.vectors(op, p);
  }

  private laneOf(at: readonly IndexExpr[]): IndexExpr {
    return add(...this.inner.map((l, n) => mul(num(l.strides[0]!), at[n]!)));
  }
  private nestInner(p: Position, ops: readonly ElementOp[]): void {
    const go = (loops: readonly RegisterLoop[], at: readonly IndexExpr[]): void => {
      const [loop, ...others] = loops;
      if (loop === undefined) { this.elements(extend(p, this.inner, at), ops, this.laneOf(at)); return; }
      this.context.loop(this.inner.length === 1 ? 'v' : `v${this.context.axis(loop.axis).name}`, loop.count, (v) => go(others, [...at, asVariable(this.context, v)]));
    };
    go(this.inner, []);
  }
  private unrolled(p: Position, ops: readonly ElementOp[]): void {
    for (let n = 0; n < this.width; n++) {
      const at = this.inner.map((l) => num(Math.floor(n / l.strides[0]!) % l.count));
      this.elements(extend(p, this.inner, at), ops, num(n));
    }
  }

  /** Vector accesses of one operation in the block: one, or several where others are wider. */
  private vectors(op: Access, p: Position): void {
    const count = widthOf(op);
    const tile = driverOf(op);
    const decl = this.context.tile(tile);
    const own = digitsOf(decl);
    const from = op.kind === 'load' ? this.context.buffer(op.view.buffer).dtype : op.kind === 'loadShared' ? this.context.shared(op.buffer).dtype : undefined;
    const widened = decl.packed && from !== undefined && from !== decl.dtype ? { as: decl.dtype } : {};
    const apart = isRead(op) && decl.packed && bitsOf(decl.dtype) === 16 && decl.axes.some((_, d) => isApart(decl.layout, d)) ? ({ apart: true } as const) : {};
    for (let first = 0; first < this.width; first += count) {
      const at = extend(p, this.inner, this.inner.map((l) => num(Math.floor(first / l.strides[0]!) % l.count)));
      const frame = this.frame(at, decl, num(first));
      const block = this.blocks.get(tile);
      const isLow = (d: Digit): boolean => d.source.kind === 'register' && d.source.stride < count;
      if (block === undefined && own.some((d) => isLow(d) && !this.inner.some((l) => l.axis === d.axis && (l.strides[this.which(tile)] ?? 0) > 0))) {
        throw new CompilerBug(`${this.context.kernel.name}: the vector access of tile ${decl.name} does not lie in its lowest registers`);
      }
      const registers = block === undefined ? this.persistent(tile, at) : { array: block, at: index(first / perRegister(decl)) };
      const vector = { memory: this.memory(op), index: this.address(op, frame, at), count, ...registers, ...widened, ...apart } as const;
      if (!isRead(op)) { this.guardedStore(op, frame, [{ kind: 'storeVector', ...vector, exact: this.isExact(op) }]); continue; }
      const guard = this.guard(op, frame);
      this.context.put({ kind: 'loadVector', ...vector, ...(guard === undefined ? {} : { guard: decl.packed ? { ...guard, otherwise: packedFill(decl.dtype, guard.otherwise) } : guard }) });
    }
  }

  private persistent(tile: number, at: Position): { array: string; at: CodeExpr } {
    const s = this.context.storage(tile);
    const decl = this.context.tile(tile);
    const register = registerAt(at, this.which(tile));
    const per = perRegister(decl);
    if (per === 1) return { array: s.name, at: new IndexCode(this.context).expr(register) };
    const parts = register.terms.map((t) => ({ ...t, coefficient: t.coefficient / per }));
    return { array: s.name, at: new IndexCode(this.context).expr({ terms: parts, key: `${register.key}/${per}` }) };
  }

  /* ---- memory ---- */

  private memory(op: Access): string {
    if (this.boxes?.op === op && op.kind === 'store') return this.context.memoryName(op.boxes!);
    return this.context.memoryName(op.kind === 'load' || op.kind === 'store' ? op.view.buffer : op.buffer);
  }
  private address(op: Access, frame: Frame, p: Position): CodeExpr {
    if (this.boxes?.op === op) return this.boxes.store.address(frame, p);
    return op.kind === 'load' || op.kind === 'store' ? globalElement(this.context, op.view, frame) : sharedAt(this.context, op.buffer, this.context.stageOf(op.buffer) ?? frame.expr(op.stage), frame);
  }
  private guard(op: Access, frame: Frame): Guard | undefined {
    if (op.kind !== 'load') return undefined;
    const cond = frame.conditions(op.view.guard);
    const { dtype, packed } = this.context.tile(op.dst);
    return cond === undefined ? undefined : { cond, otherwise: constant(packed ? cast(constant('i32', 0), dtype).type : registerType(this.context.tile(op.dst)), op.view.fill) };
  }

  /** One thread alone stores an element that several hold. */
  private guardedStore(op: Access, frame: Frame, body: readonly Stmt[]): void {
    // What lies outside the tensor is left out of a box.
    const inside = op.kind === 'store' && this.boxes?.op !== op ? frame.conditions(op.view.guard) : undefined;
    const owner = ownerCondition(this.context, this.context.tile(driverOf(op)));
    const cond = owner === undefined ? inside : inside === undefined ? owner : binary('and', inside, owner);
    if (cond === undefined) this.context.put(...body);
    else this.context.put({ kind: 'if', cond, then: body, else: [] });
  }
}

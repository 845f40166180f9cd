/**
 * Loop groups: accumulators, the loop, the parts in dependency order with their corrections, and the merge of what threads kept apart.
 *
 * In a vector plan each thread keeps its own running values (the loop axes' thread bits stay in the accumulators) and threads merge once, after the
 * loop, by the same correction that streaming uses. In a matrix plan a row's value is the same for all threads that hold the row, so rows merge in every step;
 * warps that take turns at the loop merge after it.
 */
import { add, coefficient, type IndexExpr, isConst, max, min, mul, num, sub, substitute, variable, variablesOf } from '../ir/index-expr.ts';
import type { LoopGroup, Part } from '../ir/nest.ts';
import type { LaunchPlan } from '../ir/plan.ts';
import { lowestF32 } from '../ir/scalar.ts';
import { partA, partB, type Reducer, type TileExpr } from '../ir/tile.ts';
import type { Axis, Expr } from '../ir/tst.ts';
import { combinerOf, conjuncts, identityOf } from '../ir/tst-walk.ts';
import { newName, oldName } from '../passes/stream.ts';
import { type Builder, constTile, tilesOf } from './builder.ts';
import type { Products } from './products.ts';
import type { Space } from './space.ts';
import { meet } from './turns.ts';
import { nonNegativeForm, type Values } from './values.ts';

interface Running { readonly part: Part; readonly acc: number; readonly index: number | undefined; readonly kept: readonly string[]; readonly partial: readonly string[] }

export class Groups {
  constructor(private readonly b: Builder, private readonly space: Space, private readonly values: Values, private readonly plan: LaunchPlan, private readonly products: Products) {}

  emitAll(groups: readonly LoopGroup[]): void { for (const g of groups) this.emit(g); }

  private emit(g: LoopGroup): void {
    const axes = this.loopOrder(g);
    // Axes that one tile covers are bound, not looped.
    const steps = axes.filter((a) => !this.space.isCovered(a));
    let running: Running[] = [];
    const enter = (depth: number): void => {
      const axis = steps[depth];
      if (axis === undefined) { this.values.scoped(() => this.iteration(g, running)); return; }
      const size = this.space.tileSize(axis);
      const count = this.b.simplify(this.stepCount(g, axis, size, steps.slice(depth + 1)));
      const id = `${axis.id}.step`;
      const bind = (at: IndexExpr = variable(id)): void => {
        // Also where a condition ends the loop early it stays within the axis.
        this.b.know(sub(tilesOf(axis.extent, size), add(at, num(1))));
        this.space.bind(axis, mul(at, num(size)));
      };
      const inner = (at?: IndexExpr): void => { bind(at); enter(depth + 1); };
      if (depth === steps.length - 1) this.products.loop(g, id, count, inner, bind, axis.id);
      else this.b.loop(id, count, () => inner(), (isConst(count) ?? Infinity) <= shortest);
    };
    this.values.scoped(() => {
      // Binding the loop axes once tells which thread bits the accumulators keep.
      for (const a of steps) this.previewBind(a);
      running = g.parts.map((p) => this.start(p, g));
      enter(0);
    });
    this.finish(running);
  }

  private previewBind(a: Axis): void { this.space.bind(a, mul(variable(`${a.id}.step`), num(this.space.tileSize(a)))); }

  /** The axis worked on in tiles is innermost. */
  private loopOrder(g: LoopGroup): Axis[] {
    return [...g.axes].sort((a, b) => Number(this.space.tileSize(a) > 1) - Number(this.space.tileSize(b) > 1));
  }

  /** Tiles to visit; a condition of all parts that bounds the axis from above ends the loop early. `inner`: axes whose loops lie within this one. */
  private stepCount(g: LoopGroup, axis: Axis, size: number, inner: readonly Axis[]): IndexExpr {
    const bounds = g.parts.map((p) => this.upperLimit(p, axis, inner));
    const first = bounds[0];
    if (first === undefined || bounds.some((x) => x === undefined || x.key !== first.key)) return tilesOf(axis.extent, size);
    return tilesOf(min(axis.extent, max(num(0), first)), size);
  }

  /** An exclusive bound on the axis implied by the part's condition, for every element of the group's tile. */
  private upperLimit(p: Part, axis: Axis, inner: readonly Axis[]): IndexExpr | undefined {
    for (const cond of conjuncts(p.where)) {
      const form = nonNegativeForm(cond);
      if (form === undefined || isConst(coefficient(form, axis.id) ?? num(0)) !== -1) continue;
      // form = rest - axis >= 0, so axis < rest + 1; take the largest rest over the tile.
      let limit = add(form, variable(axis.id), num(1));
      let known = true;
      for (const id of variablesOf(limit)) {
        // What loops within this one count is not known yet.
        if (!this.space.isBound(id) || inner.some((a) => a.id === id)) { known = false; continue; }
        const c = isConst(coefficient(limit, id) ?? variable(id));
        if (c === undefined && this.space.tileAxes(id).length > 0) { known = false; continue; }
        const at = this.extreme(this.space.coordinate(id), (c ?? 0) > 0);
        if (at === undefined) known = false;
        else limit = substitute(limit, (atom) => (atom.kind === 'variable' && atom.id === id ? at : undefined));
      }
      if (known) return this.b.simplify(limit);
    }
    return undefined;
  }
  /** The coordinate at one end of the tile. */
  private extreme(e: IndexExpr, upper: boolean): IndexExpr | undefined {
    let at: IndexExpr | undefined = e;
    for (const id of this.space.axesIn(e)) {
      const info = this.b.axisInfo(id);
      // A digit of several axes' joint position is largest anywhere in the tile.
      const step = at && isConst(coefficient(at, id) ?? variable(id));
      if (step === undefined || step < 0) return undefined;
      at = at && substitute(at, (atom) => (atom.kind === 'variable' && atom.id === id ? (upper ? add(info.base, num(info.tile - 1)) : info.base) : undefined));
    }
    return at;
  }

  private start(p: Part, g: LoopGroup): Running {
    const kept = this.space.order(p.kept.flatMap((id) => [...this.space.tileAxes(id)]));
    const partial = g.axes.flatMap((a) => [...this.space.threadAxes(a.id)]);
    const axes = this.space.order([...kept, ...partial]);
    const layout = this.space.layoutOf(axes);
    const type = isArg(p) ? p.body.type : p.type;
    const sums = this.products.sumType(p);
    const acc = this.b.tile(p.name, sums ?? type, axes, layout, { mutable: true, packed: sums !== undefined });
    this.b.emit({ kind: 'map', dst: acc, expr: constTile(this.identity(p), type) });
    let index: number | undefined;
    if (isArg(p)) {
      index = this.b.tile(`${p.name}_at`, 'i32', axes, layout, { mutable: true });
      this.b.emit({ kind: 'map', dst: index, expr: constTile(noPosition, 'i32') });
    }
    return { part: p, acc, index, kept, partial };
  }
  private identity(p: Part): number { return identityOf(p.op, isArg(p) ? p.body.type : p.type, lowestF32); }

  private iteration(g: LoopGroup, running: readonly Running[]): void {
    this.emitAll(g.inner);
    const dependedOn = new Set(running.flatMap((r) => (r.part.rescale ? dependencies(r.part.rescale.factor) : [])));
    const later: { acc: number; value: TileExpr }[] = [];
    for (const r of running) {
      const p = r.part;
      const correction = p.rescale && this.correction(p);
      if (this.products.isProduct(p)) {
        if (correction) this.b.emit({ kind: 'map', dst: r.acc, expr: combine(p.rescale!.kind === 'multiply' ? 'mul' : 'add', accTile(r), correction) });
        const before = dependedOn.has(p.name) ? this.copied(r) : undefined;
        this.products.multiply(p, r.acc, g);
        if (before !== undefined) {
          this.values.parts.set(oldName(p.name), before);
          for (const now of [p.name, newName(p.name)]) this.values.parts.set(now, accTile(r));
        }
        continue;
      }
      const loopAxes = g.axes.flatMap((a) => [...this.space.tileAxes(a.id)]).filter((id) => !r.partial.includes(id));
      const masked = this.masked(p, g);
      if (r.index !== undefined) { this.argStep(r, masked, loopAxes, g, this.counted(p, g)); continue; }
      const local = this.reduced(masked, loopAxes, combinerReducer(p), p.name);
      const before = correction ? combine(p.rescale!.kind === 'multiply' ? 'mul' : 'add', accTile(r), correction) : accTile(r);
      const next = combine(combinerOf(p.op), before, local);
      if (!dependedOn.has(p.name)) { this.b.emit({ kind: 'map', dst: r.acc, expr: next }); continue; }
      const fresh = this.values.asTile(next, `${p.name}_new`);
      this.values.parts.set(p.name, fresh);
      this.values.parts.set(oldName(p.name), accTile(r));
      this.values.parts.set(newName(p.name), fresh);
      later.push({ acc: r.acc, value: fresh });
    }
    for (const { acc, value } of later) this.b.emit({ kind: 'map', dst: acc, expr: value });
  }

  /** The running value as it is now, in a tile of its own: instructions add to the sums of a product where they lie. */
  private copied(r: Running): TileExpr {
    const { dtype, axes, layout, packed } = this.b.decl(r.acc), tile = this.b.tile(`${r.part.name}_old`, dtype, axes, layout, { packed });
    this.b.emit({ kind: 'map', dst: tile, expr: accTile(r) });
    return { kind: 'tile', tile, type: r.part.type };
  }

  /** The part's rescaling for the step from `@old` to `@new`, once per row in a tile of its own. */
  private correction(p: Part): TileExpr { return this.values.asTile(this.values.evaluate(p.rescale!.factor), `${p.name}_scale`); }

  /** Where a position counts: the condition holds, and the axis has not ended. Undefined where all do. */
  private counted(p: Part, g: LoopGroup): TileExpr | undefined {
    const conditions = conjuncts(p.where).map((c) => this.values.evaluate(c));
    const ends = this.values.inside(this.values.insideExtents(g.axes.map((a) => a.id)));
    return conjunction([...conditions, ends]);
  }

  /** The body, with the identity at positions that do not count. */
  private masked(p: Part, g: LoopGroup): TileExpr {
    const ok = this.counted(p, g);
    const body = this.values.evaluate(p.body);
    if (ok === undefined) return body;
    return { kind: 'select', cond: ok, then: this.values.asTile(body, `${p.name}_term`), else: constTile(this.identity(p), body.type), type: body.type };
  }

  /** Reduces the expression over tile axes; axes it does not vary along still count (a sum of a constant). */
  private reduced(e: TileExpr, over: readonly string[], reducer: Reducer, name: string): TileExpr {
    if (over.length === 0) return e;
    const has = new Set(this.values.axesOf(e));
    let src = this.values.toTile(e, `${name}_term`);
    if (over.some((id) => !has.has(id))) {
      const axes = this.space.order([...has, ...over]);
      const wide = this.b.tile(`${name}_term`, e.type, axes, this.space.layoutOf(axes));
      this.b.emit({ kind: 'map', dst: wide, expr: { kind: 'tile', tile: src, type: e.type } });
      src = wide;
    }
    const axes = this.b.decl(src).axes.filter((id) => !over.includes(id));
    const dst = this.b.tile(`${name}_part`, e.type, axes, this.space.layoutOf(axes));
    this.b.emit({ kind: 'reduce', reducer, srcs: [src], over: over.map((axis) => ({ axis })), dsts: [dst] });
    return { kind: 'tile', tile: dst, type: e.type };
  }

  private argStep(r: Running, masked: TileExpr, loopAxes: readonly string[], g: LoopGroup, counted: TileExpr | undefined): void {
    const p = r.part;
    const position = this.values.evaluate({ kind: 'index', index: variable(g.axes[0]!.id), type: 'i32' });
    const axes = this.space.order([...this.values.axesOf(masked), ...this.values.axesOf(position), ...this.b.decl(r.acc).axes, ...loopAxes]);
    const layout = this.space.layoutOf(axes);
    const make = (e: TileExpr, name: string): number => {
      const t = this.b.tile(name, e.type, axes, layout);
      this.b.emit({ kind: 'map', dst: t, expr: e });
      return t;
    };
    const excluded: TileExpr = counted === undefined ? position : { kind: 'select', cond: counted, then: position, else: constTile(noPosition, 'i32'), type: 'i32' };
    const srcs = [make(masked, `${p.name}_term`), make(excluded, `${p.name}_pos`)];
    const reducer = argReducer(p);
    const rest = axes.filter((id) => !loopAxes.includes(id));
    const local = loopAxes.length === 0 ? srcs : srcs.map((s, i) => this.b.tile(`${p.name}_part${i}`, this.b.decl(s).dtype, rest, this.space.layoutOf(rest)));
    if (loopAxes.length > 0) this.b.emit({ kind: 'reduce', reducer, srcs, over: loopAxes.map((axis) => ({ axis })), dsts: local });
    const tileOf = (id: number): TileExpr => ({ kind: 'tile', tile: id, type: this.b.decl(id).dtype === 'i32' ? 'i32' : 'f32' });
    const merged = reducer.merge.map((m) => instantiate(m, [tileOf(r.acc), tileOf(r.index!)], local.map(tileOf)));
    const next = merged.map((m, i) => this.values.asTile(m, `${p.name}_next${i}`));
    this.b.emit({ kind: 'map', dst: r.acc, expr: next[0]! });
    this.b.emit({ kind: 'map', dst: r.index!, expr: next[1]! });
  }

  /** After the loop: threads merge what they kept apart; a part that depends on others is corrected to their merged value first. */
  private finish(running: readonly Running[]): void {
    for (const r of running) {
      const p = r.part;
      if (r.index !== undefined) { this.finishArg(r); continue; }
      if (r.partial.length === 0) { this.values.parts.set(p.name, accTile(r)); continue; }
      let own: TileExpr = accTile(r);
      if (this.plan.kind === 'matrix') { this.values.parts.set(p.name, meet(this.b, this.space, this.plan, r.acc, combinerReducer(p), p.name)); continue; }
      if (p.rescale) own = combine(p.rescale.kind === 'multiply' ? 'mul' : 'add', own, this.values.evaluate(p.rescale.factor));
      const merged = this.reduced(own, r.partial, combinerReducer(p), p.name);
      this.values.parts.set(oldName(p.name), accTile(r));
      this.values.parts.set(newName(p.name), merged);
      this.values.parts.set(p.name, merged);
    }
  }
  private finishArg(r: Running): void {
    let at: TileExpr = { kind: 'tile', tile: r.index!, type: 'i32' };
    if (r.partial.length > 0) {
      const srcs = [r.acc, r.index!];
      const dsts = srcs.map((s, i) => this.b.tile(`${r.part.name}_all${i}`, this.b.decl(s).dtype, r.kept, this.space.layoutOf(r.kept)));
      this.b.emit({ kind: 'reduce', reducer: argReducer(r.part), srcs, over: r.partial.map((axis) => ({ axis })), dsts });
      at = { kind: 'tile', tile: dsts[1]!, type: 'i32' };
    }
    // No position at all is reported as -1.
    this.values.parts.set(r.part.name, { kind: 'select', cond: { kind: 'binary', op: 'eq', a: at, b: constTile(noPosition, 'i32'), type: 'bool' }, then: constTile(-1, 'i32'), else: at, type: 'i32' });
  }

}

/** Loops of at most this many steps are written out. */
const shortest = 16;

/** Larger than any position, so that the smaller index wins against it. */
const noPosition = 2 ** 31 - 1;
const isArg = (p: Part): boolean => p.op === 'argmax' || p.op === 'argmin';
const accTile = (r: Running): TileExpr => ({ kind: 'tile', tile: r.acc, type: isArg(r.part) ? r.part.body.type : r.part.type });
const combine = (op: Extract<TileExpr, { kind: 'binary' }>['op'], a: TileExpr, b: TileExpr): TileExpr => ({ kind: 'binary', op, a, b, type: a.type });

function combinerReducer(p: Part): Reducer {
  const side = (tile: number): TileExpr => ({ kind: 'tile', tile, type: p.type });
  return { name: p.op, identity: [identityOf(p.op, p.type, lowestF32)], merge: [combine(combinerOf(p.op), side(partA(0)), side(partB(0)))] };
}

/** (value, position): the better value wins, equal values keep the smaller position. */
function argReducer(p: Part): Reducer {
  const type = p.body.type;
  const at = (tile: number, t: typeof type | 'i32'): TileExpr => ({ kind: 'tile', tile, type: t });
  const a = at(partA(0), type), b = at(partB(0), type), ia = at(partA(1), 'i32'), ib = at(partB(1), 'i32');
  const bool = (op: 'lt' | 'eq' | 'and' | 'or', x: TileExpr, y: TileExpr): TileExpr => ({ kind: 'binary', op, a: x, b: y, type: 'bool' });
  const better = p.op === 'argmax' ? bool('lt', b, a) : bool('lt', a, b);
  const takeA = bool('or', better, bool('and', bool('eq', a, b), bool('lt', ia, ib)));
  const pick = (x: TileExpr, y: TileExpr): TileExpr => ({ kind: 'select', cond: takeA, then: x, else: y, type: x.type });
  return { name: p.op, identity: [identityOf(p.op, type, lowestF32), noPosition], merge: [pick(a, b), pick(ia, ib)] };
}

/** The merge with its parts filled in. */
function instantiate(e: TileExpr, a: readonly TileExpr[], b: readonly TileExpr[]): TileExpr {
  switch (e.kind) {
    case 'tile': return e.tile >= 0 ? e : (-e.tile % 2 === 1 ? a[(-e.tile - 1) / 2] : b[(-e.tile - 2) / 2])!;
    case 'unary': case 'cast': return { ...e, a: instantiate(e.a, a, b) };
    case 'binary': return { ...e, a: instantiate(e.a, a, b), b: instantiate(e.b, a, b) };
    case 'select': return { ...e, cond: instantiate(e.cond, a, b), then: instantiate(e.then, a, b), else: instantiate(e.else, a, b) };
    default: return e;
  }
}

export function conjunction(conditions: readonly TileExpr[]): TileExpr | undefined {
  const open = conditions.filter((c) => !(c.kind === 'const' && c.value !== 0));
  const inside = [...new Map(open.flatMap((c) => (c.kind === 'inside' ? c.nonNegative : [])).map((i) => [i.key, i])).values()];
  const rest = open.filter((c) => c.kind !== 'inside');
  const all: TileExpr[] = [...(inside.length > 0 ? [{ kind: 'inside' as const, nonNegative: inside, type: 'bool' as const }] : []), ...rest];
  return all.length === 0 ? undefined : all.reduce((a, b) => ({ kind: 'binary', op: 'and', a, b, type: 'bool' }));
}

function dependencies(factor: Expr): string[] {
  const names = new Set<string>();
  const visit = (e: Expr): void => {
    if (e.kind === 'read' && e.tensor.endsWith('@old')) names.add(e.tensor.slice(0, -4));
    if (e.kind === 'unary' || e.kind === 'cast') visit(e.a);
    if (e.kind === 'binary') { visit(e.a); visit(e.b); }
    if (e.kind === 'select') { visit(e.cond); visit(e.then); visit(e.else); }
  };
  visit(factor);
  return [...names];
}

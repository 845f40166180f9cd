/**
 * The space a launch works in: which coordinates of each axis a group holds at once, and the register layout of any tile over them.
 *
 * A tile over several axes has the layout that those axes bring, so that no two tiles of a launch ever need a conversion:
 * axes that meet in one tile own different thread bits; axes that share thread bits (a product's columns in two different products) never meet.
 */
import { CompilerBug } from '../diagnostics/bug.ts';
import { add, floorDiv, type IndexExpr, isConst, mod, mul, num, substitute, variable, variablesOf } from '../ir/index-expr.ts';
import { type DimLayout, extentOf, type Layout, layout, reg, warp } from '../ir/layout.ts';
import { log2Exact, place } from '../ir/layout-build.ts';
import { type AxisSplit, type LaunchPlan, type MatrixPlan, tileOf, whole } from '../ir/plan.ts';
import type { Axis } from '../ir/tst.ts';
import { type Builder, tilesOf } from './builder.ts';

/** How tiles are laid out: `tag` tells policies apart where values are remembered. */
export interface LayoutPolicy { readonly tag: string; layoutOf(axes: readonly string[]): Layout; order(axes: Iterable<string>): string[] }

export class Space implements LayoutPolicy {
  readonly tag = '';
  /** Axis -> its coordinate over tile axes and loop variables. */
  private readonly coordinates = new Map<string, IndexExpr>();
  private readonly spread = new Map<string, readonly string[]>();
  private readonly dims = new Map<string, { dim: DimLayout; rank: number }>();
  readonly bound: Axis[] = [];
  private readonly fragment: Layout | undefined;

  constructor(private readonly b: Builder, private readonly plan: LaunchPlan) {
    this.fragment = plan.kind === 'matrix' ? accumulatorAtom(plan) : undefined;
  }

  tileSize(axis: Axis): number {
    if (this.plan.kind === 'vector') return tileOf(this.plan.axes.get(axis.id) ?? whole);
    return (this.plan.tiles.get(axis.id) ?? 1) * this.turnsOf(axis.id);
  }
  /** Warps that take turns at the axis. */
  private turnsOf(id: string): number { return this.plan.kind === 'matrix' && this.plan.turns?.axis === id ? this.plan.turns.ways : 1; }

  /** One tile holds the whole axis: no loop is needed. */
  isCovered(axis: Axis): boolean {
    const n = isConst(axis.extent);
    return n !== undefined && n > 0 && n <= this.tileSize(axis);
  }

  /** Binds the axis to the tile that begins at `base`. */
  bind(axis: Axis, base: IndexExpr): void {
    if (!this.bound.some((a) => a.id === axis.id)) this.bound.push(axis);
    if (this.plan.kind === 'matrix') this.bindMatrix(axis, base, this.plan); else this.bindVector(axis, base);
  }

  private bindMatrix(axis: Axis, base: IndexExpr, plan: MatrixPlan): void {
    const role = plan.roles.get(axis.id), turns = this.turnsOf(axis.id);
    const tile = this.tileSize(axis) / turns;
    if (turns > 1) {
      const id = `${axis.id}.t`, first = log2Exact(plan.warps[0] * plan.warps[1]);
      this.b.axis(id, axis.name, num(turns), turns, num(0));
      this.dims.set(id, { dim: { bits: Array.from({ length: log2Exact(turns) }, (_, n) => warp(first + n)), repeat: 1 }, rank: 3 });
    }
    const turn = turns > 1 ? [`${axis.id}.t`] : [], ownTurn = turns > 1 ? mul(num(tile), variable(turn[0]!)) : num(0);
    if (role === undefined && tile === 1) { this.coordinates.set(axis.id, add(base, ownTurn)); this.spread.set(axis.id, turn); return; }
    // Axes that are only summed over lie in registers, were they ever needed there: products read them from shared memory.
    const bits = role === undefined ? [] : this.fragment!.dims[role === 'm' ? 0 : 1]!.bits;
    this.b.axis(axis.id, axis.name, axis.extent, tile, base);
    this.dims.set(axis.id, { dim: { bits, repeat: tile / 2 ** bits.length }, rank: role === 'm' ? 0 : role === 'n' ? 1 : 2 });
    if (extentOf(this.dims.get(axis.id)!.dim) !== tile) throw new CompilerBug(`lower: tile ${tile} of ${axis.id} does not fit the accumulator's ${2 ** bits.length}`);
    this.coordinates.set(axis.id, add(variable(axis.id), ownTurn));
    this.spread.set(axis.id, [axis.id, ...turn]);
  }

  /** Coordinates that are digits of one position, as far as they take a division. */
  readonly digits: { readonly name: string; readonly at: IndexExpr }[] = [];

  /**
   * Binds several axes to one run of positions, the last axis fastest: each coordinate is a digit of the position. A position is `vec` neighbours along the last axis.
   */
  bindTogether(axes: readonly Axis[], split: AxisSplit, base: IndexExpr): void {
    const last = axes.at(-1)!, runs = tilesOf(last.extent, split.vec), extents = axes.map((a) => (a === last ? runs : a.extent));
    const joint: Axis = { ...last, id: axes.map((a) => a.id).join('*'), name: axes.map((a) => a.name).join(''), extent: extents.reduce((p, x) => mul(p, x)) };
    this.bound.push(joint);
    this.spreadOver(joint, { ...split, vec: 1 }, base);
    let rest = this.coordinate(joint.id);
    for (const [i, a] of [...axes].reverse().entries()) {
      const extent = a === last ? runs : a.extent, digit = this.b.simplify(i === axes.length - 1 ? rest : mod(rest, extent));
      this.digits.push({ name: a.name, at: digit });
      this.bound.push(a);
      if (a === last && split.vec > 1) {
        const own = `${a.id}.v`;
        this.b.axis(own, a.name, num(split.vec), split.vec, num(0));
        this.dims.set(own, { dim: { bits: Array.from({ length: log2Exact(split.vec) }, (_, n) => reg(n)), repeat: 1 }, rank: this.bound.length + 2000 });
        this.coordinates.set(a.id, add(mul(digit, num(split.vec)), variable(own)));
        this.spread.set(a.id, [...this.tileAxes(joint.id), own]);
      } else {
        this.coordinates.set(a.id, digit);
        this.spread.set(a.id, this.tileAxes(joint.id));
      }
      rest = floorDiv(rest, extent);
    }
  }

  private bindVector(axis: Axis, base: IndexExpr): void {
    this.spreadOver(axis, this.plan.kind === 'vector' ? this.plan.axes.get(axis.id) ?? whole : whole, base);
  }
  private spreadOver(axis: Axis, split: AxisSplit, base: IndexExpr): void {
    const pieces: string[] = [];
    let at = base;
    const piece = (suffix: string, count: number, stride: number, dim: DimLayout, rank: number): void => {
      if (count === 1) return;
      const id = `${axis.id}.${suffix}`;
      this.b.axis(id, axis.name, num(count), count, num(0));
      this.dims.set(id, { dim, rank });
      pieces.push(id);
      at = add(at, mul(variable(id), num(stride)));
    };
    const place = this.bound.indexOf(axis);
    piece('r', split.rep, split.threads * split.vec, { bits: [], repeat: split.rep }, place);
    piece('t', split.threads, split.vec, { bits: Array.from({ length: log2Exact(split.threads) }, (_, n) => this.b.threadBit(split.shift + n)), repeat: 1 }, place + 1000);
    // Register bits are numbered when a layout is put together.
    piece('v', split.vec, 1, { bits: Array.from({ length: log2Exact(split.vec) }, (_, n) => reg(n)), repeat: 1 }, place + 2000);
    this.coordinates.set(axis.id, at);
    this.spread.set(axis.id, pieces);
  }

  isBound(id: string): boolean { return this.coordinates.has(id); }
  coordinate(id: string): IndexExpr {
    const at = this.coordinates.get(id);
    if (at === undefined) throw new CompilerBug(`lower: axis ${id} is not bound here`);
    return at;
  }
  /** Where the group's tile of the axis begins. */
  origin(id: string): IndexExpr {
    return substitute(this.coordinate(id), (atom) => (atom.kind === 'variable' && this.dims.has(atom.id) ? this.b.axisInfo(atom.id).base : undefined));
  }
  /** The tile axes that an axis is spread over. */
  tileAxes(id: string): readonly string[] { return this.spread.get(id) ?? []; }
  /** The tile axis of warps that take turns at a summed axis. */
  turnAxes(): readonly string[] { return this.plan.kind === 'matrix' && this.plan.turns !== undefined ? this.threadAxes(this.plan.turns.axis) : []; }
  threadAxes(id: string): readonly string[] { return this.tileAxes(id).filter((t) => t.endsWith('.t')); }

  /** Replaces axes by their coordinates. */
  at(index: IndexExpr): IndexExpr {
    return substitute(index, (atom) => (atom.kind === 'variable' ? this.coordinates.get(atom.id) : undefined));
  }

  /** Tile axes that an index over tile axes mentions. */
  axesIn(index: IndexExpr): string[] { return [...variablesOf(index)].filter((id) => this.dims.has(id)); }

  order(axes: Iterable<string>): string[] {
    return [...new Set(axes)].sort((a, b) => this.rank(a) - this.rank(b) || (a < b ? -1 : 1));
  }
  private rank(id: string): number {
    const found = this.dims.get(id);
    if (found === undefined) throw new CompilerBug(`lower: ${id} is no tile axis`);
    return found.rank;
  }

  layoutOf(axes: readonly string[]): Layout {
    return numberRegisters(axes.map((id) => this.dims.get(id)!.dim), this.plan.kind === 'matrix');
  }
  dimOf(id: string): DimLayout {
    const found = this.dims.get(id);
    if (found === undefined) throw new CompilerBug(`lower: ${id} is no tile axis`);
    return found.dim;
  }
  /** From here on tiles over these axes are spread in other ways. */
  settle(dims: ReadonlyMap<string, DimLayout>): void { for (const [id, dim] of dims) this.dims.set(id, { dim, rank: this.rank(id) }); }
  roleOf(id: string): 'm' | 'n' | undefined { return this.plan.kind === 'matrix' ? this.plan.roles.get(id) : undefined; }
}

/** Gives register bits the numbers 0, 1, 2 …: in a fragment by the intrinsic's own order, elsewhere the last dimension first. */
function numberRegisters(dims: readonly DimLayout[], isFragment: boolean): Layout {
  const slots = dims.flatMap((d, i) => d.bits.flatMap((bit, n) => (bit.from === 'reg' ? [{ dim: i, at: n, key: isFragment ? bit.n : (dims.length - i) * 64 + n }] : [])));
  slots.sort((a, b) => a.key - b.key);
  return layout(dims.map((d, i) => ({
    repeat: d.repeat,
    bits: d.bits.map((bit, n) => (bit.from === 'reg' ? reg(slots.findIndex((s) => s.dim === i && s.at === n)) : bit)),
  })));
}

/** The accumulator pattern of a matrix plan, rows then columns, before repeats: the intrinsic's own, spread over warps, or a plain block for multiply-adds. */
export function accumulatorAtom(plan: MatrixPlan): Layout {
  const first = [...plan.products.values()][0];
  if (first === undefined) throw new CompilerBug('a matrix plan without products');
  return first.m * first.n === 1 ? plan.fma! : place({ dims: first.d.layout.dims.map((d) => ({ ...d, repeat: 1 })) }, plan.warps, [1, 1]);
}

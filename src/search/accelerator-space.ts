/**
 * The software space of a layer on an accelerator (HASCO, section 4): one choice of loops for the intrinsic, a cut of every axis in two, and how far
 * summed loops are hoisted. Cuts are on axes, so all choices share them; the tile of a fused loop is the product of its axes' cuts.
 */
import type { Evaluator } from '../cost/model.ts';
import { hoists } from '../partition/interface.ts';
import type { Axis } from '../ir/tst.ts';
import type { Point, SearchSpace } from './space.ts';

/** `divisors`: exact ones, as the paper has it. `all`: powers of two and equal shares too, whose last tile is padded. */
export type FactorRule = 'divisors' | 'all';

const factorLists = new Map<string, readonly number[]>();
/** In rising order. */
export function factorsOf(extent: number, rule: FactorRule): readonly number[] {
  const key = `${extent} ${rule}`, known = factorLists.get(key) ?? listFactors(extent, rule);
  factorLists.set(key, known);
  return known;
}
function listFactors(extent: number, rule: FactorRule): readonly number[] {
  const found = new Set<number>();
  for (let d = 1; d * d <= extent; d++) if (extent % d === 0) found.add(d).add(extent / d);
  if (rule === 'all') {
    for (let d = 1; d < extent; d *= 2) found.add(d);
    for (let parts = 2; parts <= 8; parts++) found.add(Math.ceil(extent / parts));
  }
  return [...found].sort((a, b) => a - b);
}

export interface ScheduleChoice { readonly evaluator: Evaluator; readonly tiles: readonly number[]; readonly hoist: number; readonly choice: number }

export class AcceleratorSpace implements SearchSpace {
  private listed: SearchSpace['parts'] | undefined;
  private readonly longest: number;
  private readonly factors: readonly (readonly number[])[];
  /** Of each choice and loop: positions of its axes among the cuts. */
  private readonly own: readonly (readonly (readonly number[])[])[];
  private readonly orders: readonly number[];
  private readonly buffer: Float64Array;

  /** One evaluator for each choice of loops; all of the same computation and sizes. `like`: a space with the same loops, on another design. */
  constructor(readonly axes: readonly Axis[], readonly extents: readonly number[], readonly evaluators: readonly Evaluator[], private readonly rule: FactorRule, like?: AcceleratorSpace) {
    this.factors = like?.factors ?? extents.map((e) => factorsOf(e, rule));
    this.own = like?.own ?? evaluators.map((e) => e.problem.loops.map((l) => l.axes.map((a) => axes.findIndex((x) => x.id === a.id))));
    this.orders = like?.orders ?? evaluators.map((e) => hoists(e.problem.loops));
    this.longest = like?.longest ?? Math.max(1, ...this.orders);
    this.buffer = like?.buffer ?? new Float64Array(32);
  }
  /** The same space on another design, whose evaluators have the same loops. */
  on(evaluators: readonly Evaluator[]): AcceleratorSpace { return new AcceleratorSpace(this.axes, this.extents, evaluators, this.rule, this); }

  /** Made when they are asked for: a schedule that is looked at without a search needs none. */
  get parts(): SearchSpace['parts'] {
    const scale = (i: number, n: number): number => (n <= 1 ? 0 : i / (n - 1));
    return (this.listed ??= [
      ...this.axes.map((a, i) => ({ name: `tile ${a.name}`, encoding: this.factors[i]!.map((f) => Math.log2(f) / Math.max(1, Math.log2(this.extents[i]!))), wraps: false })),
      { name: 'order', encoding: Array.from({ length: this.longest }, (_, i) => scale(i, this.longest)), wraps: true },
      { name: 'intrinsic', encoding: this.evaluators.map((_, i) => scale(i, this.evaluators.length)), wraps: true },
    ]);
  }

  /** Tiles of the chosen evaluator's loops, in the shared buffer. */
  private cut(point: Point, choice: number): Float64Array {
    const own = this.own[choice]!;
    for (let l = 0; l < own.length; l++) {
      let tile = 1;
      for (const a of own[l]!) tile *= this.factors[a]![point[a]!]!;
      this.buffer[l] = tile;
    }
    return this.buffer;
  }
  private hoist(point: Point, choice: number): number { return Math.min(point[this.axes.length]!, this.orders[choice]! - 1); }

  cycles(point: Point): number {
    const choice = point[this.axes.length + 1]!;
    return this.evaluators[choice]!.cycles(this.cut(point, choice), this.hoist(point, choice));
  }

  energy(point: Point): number {
    const choice = point[this.axes.length + 1]!;
    return this.evaluators[choice]!.energy(this.cut(point, choice), this.hoist(point, choice));
  }

  schedule(point: Point): ScheduleChoice {
    const choice = point[this.axes.length + 1]!, evaluator = this.evaluators[choice]!;
    return { evaluator, choice, tiles: [...this.cut(point, choice).slice(0, evaluator.problem.loops.length)], hoist: this.hoist(point, choice) };
  }

  /** The point with cuts nearest to the given tiles of axes: how a schedule of a neighbouring design becomes a start. */
  nearest(cuts: readonly number[], hoist: number, choice: number): number[] {
    const at = (factors: readonly number[], wanted: number): number => factors.reduce((best, f, i) => (Math.abs(Math.log(f / wanted)) < Math.abs(Math.log(factors[best]! / wanted)) ? i : best), 0);
    return [...this.factors.map((f, i) => at(f, cuts[i] ?? 1)), Math.min(hoist, this.longest - 1), Math.min(choice, this.evaluators.length - 1)];
  }
  /** Cuts of the axes at a point. */
  cutsAt(point: Point): number[] { return this.factors.map((f, i) => f[point[i]!]!); }
}

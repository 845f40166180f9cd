/**
 * Expected hypervolume improvement, exactly. With independent marginals the expectation of a box's part is a product over coordinates,
 *
 *   EHVI = Σ over free boxes Π_j (ψ_j(upper_j) - ψ_j(lower_j)),   ψ_j(c) = E (c - Y_j)⁺
 *
 * (K. Yang, M. Emmerich, A. Deutz, T. Bäck, "Efficient computation of expected hypervolume improvement using box decomposition algorithms", 2019.)
 * A normal marginal has ψ(c) = (c - μ)Φ(z) + σφ(z), z = (c - μ)/σ. One whose logarithm is normal has ψ(c) = cΦ(d) - exp(μ + σ²/2)Φ(d - σ), d = (ln c - μ)/σ.
 */
import { cumulative, density } from './normal.ts';
import { freeBoxes, type Vector } from './pareto.ts';

/** What is believed of one objective; `log`: mean and deviation are those of its logarithm. */
export interface Marginal { readonly mean: number; readonly deviation: number; readonly log: boolean }

/** E (c - Y)⁺ */
export function expectedShortfall(c: number, y: Marginal): number {
  if (c === -Infinity || (y.log && c <= 0)) return 0;
  const { mean, deviation } = y;
  if (deviation <= 0) return Math.max(0, c - (y.log ? Math.exp(mean) : mean));
  if (y.log) {
    const d = (Math.log(c) - mean) / deviation;
    return Math.max(0, c * cumulative(d) - Math.exp(mean + (deviation * deviation) / 2) * cumulative(d - deviation));
  }
  const z = (c - mean) / deviation;
  return Math.max(0, (c - mean) * cumulative(z) + deviation * density(z));
}

/** Prepared for one front, asked for many candidates. */
export class ExpectedImprovement {
  /** Of each objective: the coordinates at which boxes begin and end. */
  private readonly cuts: readonly (readonly number[])[];
  private readonly shortfalls: readonly Float64Array[];
  /** Of each box and objective: positions of its lower and upper end among the cuts. */
  private readonly lower: Int32Array;
  private readonly upper: Int32Array;
  private readonly boxes: number;
  /** Asked about last: a marginal that is the same object again has its shortfalls already. */
  private last: readonly Marginal[] = [];

  constructor(front: readonly Vector[], reference: Vector) {
    const boxes = freeBoxes(front, reference), m = reference.length;
    this.boxes = boxes.length;
    this.cuts = reference.map((_, j) => [...new Set(boxes.flatMap((b) => [b.lower[j]!, b.upper[j]!]))].sort((a, b) => a - b));
    const at = this.cuts.map((c) => new Map(c.map((x, i) => [x, i])));
    this.lower = Int32Array.from({ length: boxes.length * m }, (_, i) => at[i % m]!.get(boxes[Math.floor(i / m)]!.lower[i % m]!)!);
    this.upper = Int32Array.from({ length: boxes.length * m }, (_, i) => at[i % m]!.get(boxes[Math.floor(i / m)]!.upper[i % m]!)!);
    this.shortfalls = this.cuts.map((c) => new Float64Array(c.length));
  }

  of(marginals: readonly Marginal[]): number {
    const m = marginals.length, { cuts, shortfalls, lower, upper, last } = this;
    for (let j = 0; j < m; j++) if (last[j] !== marginals[j]) for (let i = 0; i < cuts[j]!.length; i++) shortfalls[j]![i] = expectedShortfall(cuts[j]![i]!, marginals[j]!);
    this.last = marginals;
    let sum = 0;
    for (let b = 0; b < this.boxes; b++) {
      let part = 1;
      for (let j = 0; j < m && part > 0; j++) { const s = shortfalls[j]!; part *= s[upper[b * m + j]!]! - s[lower[b * m + j]!]!; }
      sum += part;
    }
    return sum;
  }
}

/** Nodes and weights of Gauss and Hermite for the standard normal: exact up to polynomials of degree 9. */
const nodes: readonly (readonly [number, number])[] = [[-2.856970013872806, 0.01125741132772069], [-1.355626179974266, 0.2220759220056126], [0, 0.5333333333333333], [1.355626179974266, 0.2220759220056126], [2.856970013872806, 0.01125741132772069]];

/**
 * The expectation where objective `by` is T and objective `of` is X/T, X and T lognormal and independent: no independent marginals, but they are for a given T.
 *
 *   E I(T, X/T, …) = Σ_k w_k · E I(t_k, X/t_k, …),   t_k = exp(μ_T + x_k·σ_T)
 */
export function quotientImprovement(improvement: ExpectedImprovement, marginals: readonly Marginal[], by: number, of: number, x: Marginal): number {
  const { mean, deviation } = marginals[by]!;
  return nodes.reduce((sum, [node, weight]) => {
    const at = mean + node * deviation;
    return sum + weight * improvement.of(marginals.with(by, { mean: at, deviation: 0, log: true }).with(of, { mean: x.mean - at, deviation: x.deviation, log: true }));
  }, 0);
}

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
    const m = marginals.length, { cuts, shortfalls, lower, upper } = this;
    for (let j = 0; j < m; j++) for (let i = 0; i < cuts[j]!.length; i++) shortfalls[j]![i] = expectedShortfall(cuts[j]![i]!, marginals[j]!);
    let sum = 0;
    for (let b = 0; b < this.boxes; b++) {
      let part = 1;
      for (let j = 0; j < m && part > 0; j++) { const s = shortfalls[j]!; part *= s[upper[b * m + j]!]! - s[lower[b * m + j]!]!; }
      sum += part;
    }
    return sum;
  }
}

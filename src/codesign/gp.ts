/**
 * Gaussian processes with a Matérn-5/2 kernel and a length scale for each dimension (C. Rasmussen, C. Williams, "Gaussian Processes for Machine
 * Learning", 2006, sections 2.2, 4.2 and 5.4). Scale and mean follow from the others in closed form, so that length scales and the nugget alone are searched:
 *
 *   k(a, b) = σ²(1 + √5 r + 5r²/3)exp(-√5 r),   r² = Σ (a_d - b_d)²/ℓ_d²,   R = K/σ² + nugget·I
 *   β = 1ᵀR⁻¹y / 1ᵀR⁻¹1,  σ² = (y - β)ᵀR⁻¹(y - β)/n,   -log p = n/2·log σ² + 1/2·log|R| + n/2·(1 + log 2π)
 */
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { minimise, type Valued } from './lbfgs.ts';

export interface Prediction { readonly mean: number; readonly deviation: number }

/** Natural logarithms: length scales in units of the cube's edge, then the nugget. */
export const bounds = { scale: [Math.log(0.1), Math.log(30)], nugget: [Math.log(1e-8), Math.log(1)] } as const;
/** Normal, on the logarithm of a length scale: between half and twice seven edges of the cube, most of it. */
export const prior = { mean: 1.5, deviation: 1 } as const;
const root5 = Math.sqrt(5);

/** exp(-√5r)(1 + √5r + 5r²/3) */
const matern = (r: number): number => (1 + root5 * r + (5 / 3) * r * r) * Math.exp(-root5 * r);

function distance(a: ArrayLike<number>, b: ArrayLike<number>, inverse: readonly number[]): number {
  let sum = 0;
  for (let d = 0; d < inverse.length; d++) { const x = (a[d]! - b[d]!) * inverse[d]!; sum += x * x; }
  return Math.sqrt(sum);
}

interface Solved { readonly value: number; readonly inverse: Matrix; readonly weights: readonly number[]; readonly mean: number; readonly variance: number; readonly ones: number; readonly columns: readonly number[] }

/** What follows from logarithms of length scales and nugget; undefined where R is singular. */
function solve(points: readonly ArrayLike<number>[], y: readonly number[], logs: readonly number[], fixedMean?: number): Solved | undefined {
  const n = points.length, inverseScales = logs.slice(0, -1).map((l) => Math.exp(-l)), nugget = Math.exp(logs.at(-1)!);
  const r = Matrix.zeros(n, n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) { const v = i === j ? 1 + nugget : matern(distance(points[i]!, points[j]!, inverseScales)); r.set(i, j, v); r.set(j, i, v); }
  const cholesky = new CholeskyDecomposition(r);
  if (!cholesky.isPositiveDefinite()) return undefined;
  const inverse = cholesky.solve(Matrix.eye(n)), lower = cholesky.lowerTriangularMatrix;
  const columns = Array.from({ length: n }, (_, i) => inverse.getRow(i).reduce((a, b) => a + b, 0)), ones = columns.reduce((a, b) => a + b, 0);
  const mean = fixedMean ?? columns.reduce((sum, c, i) => sum + c * y[i]!, 0) / ones;
  const rest = y.map((v) => v - mean), weights = inverse.mmul(Matrix.columnVector(rest)).getColumn(0);
  const variance = Math.max(1e-300, rest.reduce((sum, v, i) => sum + v * weights[i]!, 0) / n);
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) logDeterminant += 2 * Math.log(lower.get(i, i));
  return { value: 0.5 * (n * Math.log(variance) + logDeterminant + n * (1 + Math.log(2 * Math.PI))), inverse, weights, mean, variance, ones, columns };
}

/** -log p(y) and its gradient by the logarithms. With G = R⁻¹ - ααᵀ/σ² and α = R⁻¹(y - β): ∂/∂θ = 1/2·tr(G ∂R/∂θ). */
export function negativeLogLikelihood(points: readonly ArrayLike<number>[], y: readonly number[], logs: readonly number[], fixedMean?: number): Valued {
  const s = solve(points, y, logs, fixedMean);
  if (s === undefined) return { value: Infinity, gradient: logs.map(() => 0) };
  const n = points.length, dims = logs.length - 1, inverseScales = logs.slice(0, -1).map((l) => Math.exp(-l)), gradient = logs.map(() => 0);
  for (let i = 0; i < n; i++) {
    const g = s.inverse.get(i, i) - (s.weights[i]! * s.weights[i]!) / s.variance;
    gradient[dims] = gradient[dims]! + 0.5 * g * Math.exp(logs[dims]!);
    for (let j = 0; j < i; j++) {
      // ∂k/∂log ℓ_d = 5/3·(1 + √5r)exp(-√5r)·(a_d - b_d)²/ℓ_d²; each pair stands twice in the trace.
      const r = distance(points[i]!, points[j]!, inverseScales), slope = (5 / 3) * (1 + root5 * r) * Math.exp(-root5 * r);
      const weight = (s.inverse.get(i, j) - (s.weights[i]! * s.weights[j]!) / s.variance) * slope;
      for (let d = 0; d < dims; d++) { const x = (points[i]![d]! - points[j]![d]!) * inverseScales[d]!; gradient[d] = gradient[d]! + weight * x * x; }
    }
  }
  return { value: s.value, gradient };
}

export class GaussianProcess {
  private constructor(private readonly points: readonly ArrayLike<number>[], readonly logs: readonly number[], private readonly solved: Solved, private readonly meanIsKnown: boolean, private readonly inverse: Float64Array) {}

  /** With length scales and nugget as given. @throws RangeError where R is singular. */
  static of(points: readonly ArrayLike<number>[], y: readonly number[], logs: readonly number[], fixedMean?: number): GaussianProcess {
    const solved = solve(points, y, logs, fixedMean);
    if (solved === undefined) throw new RangeError('the covariance is singular');
    return new GaussianProcess(points, logs, solved, fixedMean !== undefined, Float64Array.from(solved.inverse.to1DArray()));
  }

  /** Length scales and nugget of largest likelihood within their bounds, and the mean too where it is not given. */
  static fit(points: readonly ArrayLike<number>[], y: readonly number[], fixedMean?: number): GaussianProcess {
    const dims = points[0]?.length ?? 0;
    const limits = [...Array.from({ length: dims }, () => bounds.scale), bounds.nugget];
    const middle = [...Array.from({ length: dims }, () => Math.log(0.7)), Math.log(1e-5)];
    // A logistic map keeps the search within the bounds.
    const inside = (u: readonly number[]): number[] => u.map((v, i) => limits[i]![0] + (limits[i]![1] - limits[i]![0]) / (1 + Math.exp(-v)));
    const outside = (l: readonly number[]): number[] => l.map((v, i) => { const t = Math.min(0.98, Math.max(0.02, (v - limits[i]![0]) / (limits[i]![1] - limits[i]![0]))); return Math.log(t / (1 - t)); });
    const objective = (u: readonly number[]): Valued => {
      const logs = inside(u), at = negativeLogLikelihood(points, y, logs, fixedMean);
      // A weak prior: ten points do not tell seven length scales, and what likelihood alone picks from them is far too sure of itself.
      const pull = logs.map((l, i) => (i < dims ? (l - prior.mean) / prior.deviation ** 2 : 0)), penalty = logs.reduce((sum, l, i) => sum + (i < dims ? 0.5 * ((l - prior.mean) / prior.deviation) ** 2 : 0), 0);
      return { value: at.value + penalty, gradient: at.gradient.map((g, i) => ((g + pull[i]!) * (logs[i]! - limits[i]![0]) * (limits[i]![1] - logs[i]!)) / (limits[i]![1] - limits[i]![0])) };
    };
    const found = minimise(objective, outside(middle), 40);
    return GaussianProcess.of(points, y, inside(found.at), fixedMean);
  }

  /** Of a new value, the nugget's noise with it; the deviation counts that the mean β was estimated too. */
  predict(x: ArrayLike<number>): Prediction {
    const { points, solved, inverse } = this, n = points.length, scales = this.logs.slice(0, -1).map((l) => Math.exp(-l));
    const k = new Float64Array(n);
    for (let i = 0; i < n; i++) k[i] = matern(distance(x, points[i]!, scales));
    let mean = solved.mean, explained = 0, columns = 0;
    for (let i = 0; i < n; i++) {
      mean += k[i]! * solved.weights[i]!;
      columns += k[i]! * solved.columns[i]!;
      let row = 0;
      for (let j = 0; j < n; j++) row += inverse[i * n + j]! * k[j]!;
      explained += k[i]! * row;
    }
    const variance = solved.variance * (1 + Math.exp(this.logs.at(-1)!) - explained + (this.meanIsKnown ? 0 : (1 - columns) ** 2 / solved.ones));
    return { mean, deviation: Math.sqrt(Math.max(0, variance)) };
  }
}

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ExpectedImprovement, expectedShortfall, type Marginal, quotientImprovement } from '../../src/codesign/ehvi.ts';
import { GaussianProcess, negativeLogLikelihood } from '../../src/codesign/gp.ts';
import { minimise } from '../../src/codesign/lbfgs.ts';
import { cumulative, density, logCumulative } from '../../src/codesign/normal.ts';
import { dominates, freeBoxes, hypervolume, paretoPositions, type Vector } from '../../src/codesign/pareto.ts';
import { sobol } from '../../src/codesign/sobol.ts';
import { Random } from '../../src/search/random.ts';

const near = (a: number, b: number, within: number, what = ''): void => assert.ok(Math.abs(a - b) <= within, `${what} ${a} ${b}`);
const cloud = (random: Random, n: number, m: number): Vector[] => Array.from({ length: n }, () => Array.from({ length: m }, () => random.next()));

test('the Pareto set', () => {
  assert.ok(dominates([1, 2], [1, 3]));
  assert.not(dominates([1, 2], [1, 2]));
  assert.equal(paretoPositions([[1, 5], [2, 2], [5, 1], [3, 3], [2, 2], [1, 6]]), [0, 1, 2]);
});

test('hypervolumes that are known', () => {
  assert.is(hypervolume([], [1, 1]), 0);
  assert.is(hypervolume([[1, 1, 1]], [3, 4, 5]), 2 * 3 * 4);
  assert.is(hypervolume([[1, 3], [2, 2], [3, 1]], [4, 4]), 3 + 2 + 1);
  // Beyond the reference, dominated and repeated points add nothing.
  assert.is(hypervolume([[1, 3], [2, 2], [3, 1], [3, 3], [5, 0], [2, 2]], [4, 4]), 6);
  // Two boxes of 2 x 2 x 1 that share 1 x 1 x 1.
  assert.is(hypervolume([[0, 0, 1], [1, 1, 0]], [2, 2, 2]), 4 + 2 - 1);
});

test('hypervolumes against points counted in the box', () => {
  for (const m of [2, 3, 4]) {
    const random = new Random(m), points = cloud(random, 12, m), reference = Array.from({ length: m }, () => 0.9), n = 60000;
    let inside = 0;
    for (let i = 0; i < n; i++) { const z = Array.from({ length: m }, () => random.next() * 0.9); if (points.some((p) => p.every((x, k) => x <= z[k]!))) inside++; }
    near(hypervolume(points, reference), (inside / n) * 0.9 ** m, 0.01, `${m} coordinates`);
  }
});

test('free boxes: what a point adds is the difference of hypervolumes', () => {
  for (const m of [1, 2, 3, 4]) {
    const random = new Random(10 + m), reference = Array.from({ length: m }, () => 0.95);
    for (let round = 0; round < 30; round++) {
      const points = cloud(random, round % 9, m), y = cloud(random, 1, m)[0]!;
      const added = freeBoxes(points, reference).reduce((sum, b) => sum + y.reduce((v, x, j) => v * Math.max(0, b.upper[j]! - Math.max(b.lower[j]!, x)), 1), 0);
      near(added, hypervolume([...points, y], reference) - hypervolume(points, reference), 1e-12, `${m} coordinates`);
    }
  }
});

test('the normal distribution', () => {
  // Abramowitz and Stegun, table 26.1.
  near(cumulative(1), 0.841344746068543, 1e-14);
  near(cumulative(-2.5), 0.006209665325776, 1e-14);
  near(logCumulative(-20.0001), logCumulative(-19.9999) - 2e-4 * 20.05, 1e-4);
  near(cumulative(3.9) - 0.999951903655982, 0, 1e-14);
  near(cumulative(-6) / 9.86587645e-10, 1, 1e-8);
  for (const z of [-2.9999, -1, 0.3, 2.9999, 3.0001]) { near((cumulative(z + 1e-5) - cumulative(z - 1e-5)) / 2e-5, density(z), 1e-9); near(cumulative(z) + cumulative(-z), 1, 1e-15); }
});

test('expected shortfalls against samples', () => {
  const random = new Random(5);
  for (const y of [{ mean: 0.3, deviation: 0.5, log: false }, { mean: -0.4, deviation: 0.6, log: true }, { mean: 0.2, deviation: 0, log: false }]) {
    let sum = 0;
    const n = 400000;
    for (let i = 0; i < n; i++) { const z = y.mean + y.deviation * random.normal(); sum += Math.max(0, 0.8 - (y.log ? Math.exp(z) : z)); }
    near(expectedShortfall(0.8, y), sum / n, 0.003);
  }
  assert.is(expectedShortfall(-1, { mean: 0, deviation: 1, log: true }), 0);
});

test('EHVI of two and three objectives against samples', () => {
  for (const m of [2, 3]) for (const log of [false, true]) {
    const random = new Random(20 + m), front = cloud(random, 6, m).map((p) => p.map((x) => x + 0.1)), reference = Array.from({ length: m }, () => 1.2);
    const improvement = new ExpectedImprovement(front, reference);
    for (let round = 0; round < 3; round++) {
      const marginals = Array.from({ length: m }, (): Marginal => ({ mean: log ? Math.log(0.2 + 0.6 * random.next()) : 0.2 + 0.6 * random.next(), deviation: 0.05 + 0.3 * random.next(), log }));
      const before = hypervolume(front, reference), n = 20000;
      let sum = 0, squares = 0;
      for (let i = 0; i < n; i++) {
        const y = marginals.map((g) => { const z = g.mean + g.deviation * random.normal(); return log ? Math.exp(z) : z; }), gain = hypervolume([...front, y], reference) - before;
        sum += gain;
        squares += gain * gain;
      }
      const mean = sum / n, error = Math.sqrt((squares / n - mean * mean) / n);
      near(improvement.of(marginals), mean, 4.5 * error + 1e-6, `${m} objectives`);
    }
  }
});

test('EHVI of latency, energy over latency and area against samples', () => {
  const random = new Random(31), front = cloud(random, 6, 3).map((p) => p.map((x) => x + 0.1)), improvement = new ExpectedImprovement(front, [1.2, 1.2, 1.2]), before = hypervolume(front, [1.2, 1.2, 1.2]);
  let own = 0, independent = 0;
  for (let round = 0; round < 6; round++) {
    const of = (): Marginal => ({ mean: Math.log(0.2 + 0.5 * random.next()), deviation: 0.1 + 0.25 * random.next(), log: true });
    const latency = of(), area = of(), power = of(), energy: Marginal = { mean: power.mean + latency.mean, deviation: 0.1, log: true }, n = 30000;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const [t = 0, e = 0, a = 0] = [latency, energy, area].map((g) => Math.exp(g.mean + g.deviation * random.normal()));
      sum += hypervolume([...front, [t, e / t, a]], [1.2, 1.2, 1.2]) - before;
    }
    const marginals = [latency, { mean: power.mean, deviation: Math.hypot(energy.deviation, latency.deviation), log: true }, area], mean = sum / n, found = quotientImprovement(improvement, marginals, 0, 1, energy);
    // The improvement has a kink wherever the front has a point, so that five nodes are not exact.
    near(found, mean, 0.1 * mean + 2e-3, `round ${round}`);
    own += Math.abs(found - mean);
    independent += Math.abs(improvement.of(marginals) - mean);
  }
  assert.ok(own < 0.5 * independent, `${own} against ${independent} with independent marginals`);
});

test('L-BFGS finds the least of a curved valley', () => {
  const rosenbrock = ([x = 0, y = 0]: readonly number[]) => ({ value: (1 - x) ** 2 + 100 * (y - x * x) ** 2, gradient: [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)] });
  const { at } = minimise(rosenbrock, [-1.2, 1], 200);
  near(at[0]!, 1, 1e-3);
  near(at[1]!, 1, 2e-3);
});

test('the gradient of the likelihood against differences', () => {
  const random = new Random(3), points = cloud(random, 15, 3), y = points.map(([a = 0, b = 0, c = 0]) => Math.sin(4 * a) + b * c);
  for (const logs of [[-0.5, 0.3, 1, -8], [-2, -1, 0, -5]]) {
    const { gradient } = negativeLogLikelihood(points, y, logs);
    logs.forEach((_, i) => {
      const at = (by: number): number => negativeLogLikelihood(points, y, logs.map((l, k) => (k === i ? l + by : l))).value;
      near(gradient[i]!, (at(1e-5) - at(-1e-5)) / 2e-5, 1e-4 * (1 + Math.abs(gradient[i]!)), `parameter ${i}`);
    });
  }
});

test('the likelihood is the normal density of the data', () => {
  // Two points, far apart: R is the identity with the nugget, and the rest follows by hand.
  const { value } = negativeLogLikelihood([[0], [1]], [1, 3], [Math.log(0.05), Math.log(1e-2)]);
  const r = 1.01, variance = (1 + 1) / r / 2;
  near(value, 0.5 * (2 * Math.log(variance) + 2 * Math.log(r) + 2 * (1 + Math.log(2 * Math.PI))), 1e-9);
});

test('a fitted process goes through its points, learns a smooth function, and is unsure far away', () => {
  const f = ([a = 0, b = 0]: readonly number[]): number => Math.sin(5 * a) + 0.5 * b * b;
  const points = sobol(30, 3, 1), y = points.map(f), gp = GaussianProcess.fit(points, y);
  points.forEach((p, i) => { const { mean, deviation } = gp.predict(p); near(mean, y[i]!, 5e-3); assert.ok(deviation < 0.02); });
  for (const p of sobol(50, 3, 9)) near(gp.predict(p).mean, f(p), 0.08);
  // The third coordinate does nothing, so its length scale is the longest.
  assert.ok(gp.logs[2]! > gp.logs[0]! && gp.logs[2]! > gp.logs[1]!, gp.logs.join(' '));
  assert.ok(gp.predict([3, 3, 3]).deviation > 0.3);
});

test('a mean that is known: what is far from every point has it', () => {
  const points = sobol(12, 2, 3), y = points.map(([a = 0]) => 3 + a), known = GaussianProcess.fit(points, y, 0), free = GaussianProcess.fit(points, y);
  near(known.predict([90, 90]).mean, 0, 0.01);
  assert.ok(free.predict([90, 90]).mean > 2);
  near(known.predict(points[4]!).mean, y[4]!, 0.05);
});

test('of two equal points the values are averaged', () => {
  const gp = GaussianProcess.fit([[0.2], [0.2], [0.8]], [1, 1.2, 5]);
  near(gp.predict([0.2]).mean, 1.1, 0.1);
});

test('Sobol points: every stretch of 1/32 has one of 32, every quarter by quarter two', () => {
  const points = sobol(32, 8, 4);
  for (let d = 0; d < 8; d++) assert.is(new Set(points.map((p) => Math.floor(p[d]! * 32))).size, 32);
  const cells = new Map<string, number>();
  for (const p of points) { const key = `${Math.floor(p[0]! * 4)} ${Math.floor(p[1]! * 4)}`; cells.set(key, (cells.get(key) ?? 0) + 1); }
  assert.ok(cells.size === 16 && [...cells.values()].every((n) => n === 2));
  assert.not.equal(sobol(4, 3, 1), sobol(4, 3, 2));
  assert.equal(sobol(4, 3, 1), sobol(4, 3, 1));
});

test.run();

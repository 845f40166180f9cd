import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Observation } from '../../src/codesign/evaluate.ts';
import { keyOf } from '../../src/codesign/hardware-space.ts';
import { feasible } from '../../src/codesign/metrics.ts';
import { crowding, survivors } from '../../src/codesign/nsga2.ts';
import { dominates, hypervolume } from '../../src/codesign/pareto.ts';
import { chosenOf, curveOf, feasibleOnes, methodNames, nearestMiss, paretoSet, search, vectorOf } from '../../src/codesign/run.ts';
import { spaceOfLayer } from '../../src/codesign/layer-search.ts';
import { pointAt, sizeOf } from '../../src/search/space.ts';
import { array, evaluationsOf, prepared, product } from './support.ts';

const text = `${product}${array}codesign gemm on small minimize latency, power, area`;
const p = prepared(text), c = p.codesign;

test('every method: no design twice, as many as asked for, the same again from the same seed', async () => {
  for (const method of methodNames) {
    const run = (seed: number, evals: number): Promise<readonly Observation[]> => search(evaluationsOf(p, seed), { method, evals, seed });
    const keys = (seen: readonly Observation[]): string[] => seen.map((o) => keyOf(o.point));
    const a = await run(3, 16);
    assert.is(a.length, 16, method);
    assert.is(new Set(keys(a)).size, 16, method);
    assert.equal(await run(3, 16), a, method);
    if (method !== 'enumerate') assert.not.equal(keys(await run(4, 16)), keys(a), method);
    if (method === 'ehvi') continue;
    // A space that is used up ends the search.
    assert.is((await run(3, 99)).length, 24, method);
  }
});

test('a search that goes on from its first evaluations does what it would have done', async () => {
  for (const method of methodNames) {
    const whole = await search(evaluationsOf(p), { method, evals: 18, seed: 0 });
    let stopped: readonly Observation[] = [];
    await search(evaluationsOf(p), { method, evals: 18, seed: 0, progress: (seen) => { stopped = seen; return true; } });
    assert.equal(await search(evaluationsOf(p), { method, evals: 18, seed: 0, before: stopped }), whole, method);
  }
});

test('the Pareto set of all designs is what pairwise comparison leaves', async () => {
  const all = await search(evaluationsOf(p), { method: 'enumerate', evals: 24, seed: 0 }), vectors = feasibleOnes(c, all).map((o) => vectorOf(c, o.metrics));
  const set = paretoSet(c, all);
  for (const o of set) assert.not(vectors.some((v) => dominates(v, vectorOf(c, o.metrics))));
  for (const v of vectors) assert.ok(set.some((o) => { const s = vectorOf(c, o.metrics); return dominates(s, v) || s.every((x, k) => x === v[k]); }));
  const reference = c.objectives.map((_, k) => 1.1 * Math.max(...vectors.map((v) => v[k]!))), curve = curveOf(c, all, reference);
  assert.ok(curve.every((v, i) => i === 0 || v >= curve[i - 1]!));
  assert.ok(Math.abs(curve.at(-1)! - hypervolume(vectors, reference)) < 1e-9 * curve.at(-1)!);
  const chosen = chosenOf(c, set)!;
  for (const o of set) assert.ok(vectorOf(c, chosen.metrics).reduce((a, b) => a * b) <= vectorOf(c, o.metrics).reduce((a, b) => a * b));
});

test('EHVI finds more than chance does', async () => {
  const all = await search(evaluationsOf(p), { method: 'enumerate', evals: 24, seed: 0 }), vectors = feasibleOnes(c, all).map((o) => vectorOf(c, o.metrics));
  const reference = c.objectives.map((_, k) => 1.1 * Math.max(...vectors.map((v) => v[k]!)));
  const of = async (method: 'ehvi' | 'random'): Promise<number> => {
    let sum = 0;
    for (let seed = 0; seed < 3; seed++) sum += curveOf(c, await search(evaluationsOf(p, seed), { method, evals: 12, seed }), reference).at(-1)!;
    return sum;
  };
  assert.ok(await of('ehvi') > await of('random'));
});

test('constraints hold in the Pareto set, and the search goes where they hold', async () => {
  const { latency } = feasibleOnes(c, await search(evaluationsOf(p), { method: 'enumerate', evals: 24, seed: 0 })).map((o) => o.metrics).sort((a, b) => a.latency - b.latency)[5]!;
  const bound = prepared(`${product}${array}codesign gemm on small minimize power, area subject to latency <= ${Math.ceil(latency * 1e9)} ns`), seen = await search(evaluationsOf(bound), { method: 'ehvi', evals: 12, seed: 1 });
  const set = paretoSet(bound.codesign, seen);
  assert.ok(set.length > 0);
  for (const o of set) assert.ok(feasible(o.metrics, bound.codesign.constraints));
  // Six of the 24 designs meet the bound: chance would find three of them.
  assert.ok(seen.filter((o) => o.metrics !== undefined && feasible(o.metrics, bound.codesign.constraints)).length >= 4);
});

test('no design meets the constraints: the nearest, and by how much', async () => {
  const hard = prepared(`${product}${array}codesign gemm on small subject to latency <= 1 ns`), seen = await search(evaluationsOf(hard), { method: 'enumerate', evals: 24, seed: 0 });
  assert.is(paretoSet(hard.codesign, seen).length, 0);
  const near = nearestMiss(hard.codesign, seen)!, least = Math.min(...seen.map((o) => o.metrics?.latency ?? Infinity));
  assert.is(near.observation.metrics.latency, least);
  assert.ok(Math.abs(near.worst - (least / 1e-9 - 1)) < 1e-6 * near.worst);
});

test('designs whose memories hold no schedule do not run, and the search learns to avoid them', async () => {
  const tight = prepared(text.replace('scratchpad in {4, 8} KiB', 'scratchpad in {1, 8192} B'));
  const seen = await search(evaluationsOf(tight), { method: 'ehvi', evals: 12, seed: 0 });
  assert.ok(seen.some((o) => o.metrics === undefined));
  // Half of them run.
  assert.ok(seen.slice(3).filter((o) => o.metrics !== undefined).length >= 7, seen.map((o) => Number(o.metrics !== undefined)).join(''));
});

test('what a design would do with schedules of its neighbours does not depend on what was asked before', async () => {
  // Arrays of both sizes and both dataflows, so that steps and roles of loops differ from those of the design asked about first.
  const seen = await search(evaluationsOf(p), { method: 'random', evals: 6, seed: 1 }), points = Array.from({ length: p.space.size }, (_, i) => p.space.at(i)), one = evaluationsOf(p);
  const all = [...points, ...points].map((x) => one.foresee(x, seen));
  assert.equal(all.slice(points.length), all.slice(0, points.length));
  points.forEach((x, i) => assert.equal(evaluationsOf(p).foresee(x, seen), all[i]));
  // Once more of them are known, others are nearest.
  const more = await search(evaluationsOf(p), { method: 'random', evals: 12, seed: 1 });
  points.forEach((x) => assert.equal(one.foresee(x, more), evaluationsOf(p).foresee(x, more)));
});

test('NSGA-II: ranks before crowding, ends of a front are kept', () => {
  const of = (vector: number[], missed = 0) => ({ point: { accelerator: 0, position: vector }, vector, missed });
  assert.equal(crowding([of([0, 4]), of([1, 2]), of([4, 0])]), [Infinity, 2, Infinity]);
  const front = Array.from({ length: 14 }, (_, i) => of([i, 13 - i])), kept = survivors([...front, of([20, 20]), of([0, 0], 1)]);
  assert.is(kept.length, 12);
  assert.ok(kept.every((k) => k.rank === 0));
  assert.ok(kept.some((k) => k.vector[0] === 0) && kept.some((k) => k.vector[0] === 13));
  // Infeasible ones come after every feasible one, the nearest first.
  const mixed = survivors([of([5, 5]), of([1, 1], 2), of([2, 2], 1), of([6, 6])]);
  assert.equal(mixed.map((k) => k.vector[0]), [5, 6, 2, 1]);
});

test('schedules: of equally fast ones the one that takes least energy; warm starts and small budgets first', async () => {
  const seen = await search(evaluationsOf(p), { method: 'random', evals: 8, seed: 2 });
  for (const o of seen) assert.is(o.fidelity, 'full');
  const large = prepared(text, { exhaustive: 0 }), low = await search(evaluationsOf(large, 0, 400), { method: 'random', evals: 20, seed: 2 });
  assert.ok(low.some((o) => o.fidelity === 'low') && low.some((o) => o.fidelity === 'full'));
  for (const o of low) assert.ok(o.trials <= (o.fidelity === 'low' ? 50 : 450), `${o.fidelity} ${o.trials}`);
});

test('schedules of a design keep a bound on power where any do, and give up no more time than that takes', async () => {
  const everything = (q: typeof p): Promise<readonly Observation[]> => search(evaluationsOf(q), { method: 'enumerate', evals: 24, seed: 0 });
  const free = await everything(prepared(`${product}${array}codesign gemm on small minimize latency subject to power <= 1000 W`));
  const bound = free.map((o) => o.metrics!.power).sort((a, b) => a - b)[8]!, q = prepared(`${product}${array}codesign gemm on small minimize latency subject to power <= ${Math.ceil(bound * 1e6)} uW`), kept = await everything(q);
  let saved = 0;
  for (const [i, o] of kept.entries()) {
    const m = o.metrics!, schedules = spaceOfLayer(q.codesign, q.space, q.settings, o.point, 0)!, clock = m.cycles / m.latency;
    const all = Array.from({ length: sizeOf(schedules) }, (_, k) => pointAt(schedules, k)).map((at) => ({ cycles: schedules.cycles(at), energy: schedules.energy(at) })).filter((x) => x.cycles < Infinity);
    const meeting = all.filter((x) => x.energy / (x.cycles / clock) <= bound);
    // A schedule that wastes time at no less energy meets a bound on power as well; those are not sought.
    const frugal = all.reduce((x, y) => (y.energy < x.energy ? y : x));
    if (meeting.includes(frugal)) assert.ok(feasible(m, q.codesign.constraints), `design ${i}`);
    if (!feasible(m, q.codesign.constraints)) continue;
    if (feasible(free[i]!.metrics!, q.codesign.constraints)) assert.is(m.latency, free[i]!.metrics!.latency);
    else { saved++; assert.ok(m.latency > free[i]!.metrics!.latency); }
    // Of each energy the fastest; a front is thinned, so a little is lost.
    const economic = meeting.filter((x) => !all.some((y) => y.cycles <= x.cycles && y.energy < x.energy));
    assert.ok(m.cycles <= 1.05 * Math.min(...economic.map((x) => x.cycles)), `design ${i}`);
  }
  assert.ok(saved > 0);
});

test.run();

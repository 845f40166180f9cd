import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { HardwareSpace, keyOf } from '../../src/codesign/hardware-space.ts';
import { excess, meets, show } from '../../src/codesign/metrics.ts';
import { libraryHardware } from '../../src/partition/library.ts';
import { Random } from '../../src/search/random.ts';
import { sobol } from '../../src/codesign/sobol.ts';
import { codesOf, example } from '../partition/support.ts';
import { array, messages, prepared, product } from './support.ts';

const asked = (rest: string): string => `${product}${array}codesign gemm on small ${rest}`;

test('what a declaration means', () => {
  const { codesign, space } = prepared(asked('minimize latency, area subject to power <= 15 W, latency < 10 ms, area <= 2 mm2, energy >= 1 nJ, latency <= 1000 cycles'));
  assert.equal(codesign.objectives, ['latency', 'area']);
  assert.equal(codesign.constraints.map((c) => [c.metric, c.upper, c.strict, c.bound]), [['power', true, false, 15], ['latency', true, true, 0.01], ['area', true, false, 2e6], ['energy', false, false, 1e-9], ['latency', true, false, 1000]]);
  assert.ok(codesign.constraints[4]!.inCycles);
  assert.is(space.size, 24);
  assert.equal(codesign.layers.map((l) => [l.name, l.count]), [['gemm(M=64,K=80,N=48)', 1]]);
  assert.equal(prepared(asked('')).codesign.objectives, ['latency', 'power', 'area']);
});

test('layers: every example line of every kernel of the workload, equal lines once with their number; one for each reduction', () => {
  const text = product.replace('/// @example M=64, N=48, K=80', '/// @example M=8, N=8, K=8\n/// @example M=8, N=8, K=16\n/// @example M=8, N=8, K=8');
  const more = `${text}${product.replace('kernel gemm', 'kernel gemm_wide')}${product.replace('kernel gemm', 'kernel gemmx')}${array}codesign gemm on small`;
  assert.equal(prepared(more).codesign.layers.map((l) => [l.name, l.count]), [['gemm(M=8,K=8,N=8)', 2], ['gemm(M=8,K=16,N=8)', 1], ['gemm_wide(M=64,K=80,N=48)', 1]]);
  const stages = prepared(`${example('mttkrp')}codesign mttkrp on gemv_array`).codesign.layers;
  assert.equal(stages.map((l) => l.computation.name), ['T', 'D']);
});

for (const [what, rest, message] of [
  ['a constraint without a unit', 'subject to power <= 15', 'TDSL0607 `power` needs a unit: uW, mW, W'],
  ['a unit of something else', 'subject to power <= 15 ms', 'TDSL0607 `power` cannot be measured in ms; it takes uW, mW, W'],
  ['a unit that is none', 'subject to area <= 15 acres', 'TDSL0607 `area` cannot be measured in acres; it takes um2, mm2'],
  ['an unknown metric', 'subject to weight <= 15 W', 'TDSL0612 there is no metric `weight`; write `latency`, `power`, `area` or `energy`'],
  ['an unknown objective', 'minimize speed', 'TDSL0612 there is no objective `speed`; write `latency`, `power`, `area` or `energy`'],
  ['no bound', 'subject to power == 15 W', 'TDSL0615 a constraint is a bound: write `power <= …` or `power >= …`'],
  ['bounds that leave nothing between them', 'subject to power <= 1 W, power >= 2 W', 'TDSL0617 the constraints contradict each other: `power <= 1 W` and `power >= 2 W`'],
  ['bounds that touch without meeting', 'subject to power < 1 W, power >= 1 W', 'TDSL0617 the constraints contradict each other: `power < 1 W` and `power >= 1 W`'],
  ['a bound that nothing meets', 'subject to latency <= 0 ms', 'TDSL0617 the constraints contradict each other: no design meets `latency <= 0 ms`'],
] as const) test(what, () => assert.equal(messages(asked(rest)), [message]));

test('names that are not there', () => {
  assert.equal(messages(`${product}codesign gem on gemm_array`), ['TDSL0610 there is no workload `gem`; kernels are `gemm`']);
  assert.equal(messages(`${product}codesign gemm on gemm_aray`), ['TDSL0603 there is no accelerator `gemm_aray`; did you mean `gemm_array` or `gemv_array`?']);
  assert.equal(messages(product), ['TDSL0615 there is no `codesign` declaration']);
  assert.equal(messages(asked(''), { workload: 'net' }), ['TDSL0615 there is no `codesign net`; there is `gemm`']);
});
test('layers without sizes, and layers that no array can run', () => {
  assert.match(messages(`${product.replace(/.*@example.*\n/, '')}codesign gemm on gemm_array`)[0]!, /TDSL0615 the layers of `gemm` have no M, K, N: add a line `\/\/\/ @example M=64, K=64, N=64`/);
  const most = 'kernel top(A: i8[M, K]) -> C: i8[M] { C[i] = max(k) A[i, k] }';
  assert.equal(messages(`/// @example M=4, K=4\n${most}\ncodesign top on gemm_array`), ['TDSL0611 no intrinsic of `gemm_array` matches `C` of `top`']);
  assert.equal(messages('/// @example M=4\nkernel twice(A: f32[M]) -> C: f32[M] { C[i] = A[i] + A[i] }\ncodesign twice on gemm_array'), ['TDSL0615 `twice` has no reduction, so there is nothing for an accelerator']);
});
test('compat has no units of power and area', () => {
  assert.equal(messages(asked('subject to power <= 1 W'), { model: 'compat' }), ['TDSL0615 the compat model gives power without a unit, so `power <= 1 W` cannot be compared']);
});

test('a parameter that no cost model knows brings its own cost, or reaches one that is known', () => {
  const one = (space: string): string => `accelerator a { intrinsic C[i: x] += sum(k: 1) A[i, k] * B[k]\n space { ${space} } }`;
  assert.equal(codesOf(one('x in {4, 8}; lanes in {1, 2}')), ['TDSL0608']);
  assert.equal(codesOf(one('x in {4, 8}; lanes in {1, 2}; cost_area = 1200 * lanes um2')), []);
  assert.equal(codesOf(one('side in {4, 8}; x = side; y = side')), []);
  assert.equal(codesOf(one('x in {4, 8}; a in {1, 2}; b = 2 * a; cost_cycles = 3 * b cycles')), []);
});

test('constraints: met, missed, and by how much', () => {
  const c = { metric: 'latency', inCycles: false, upper: true, strict: false, bound: 2, text: '' } as const, m = { latency: 3, cycles: 30, power: 1, area: 1, energy: 1 };
  assert.not(meets(m, c));
  assert.is(excess(m, c), 0.5);
  assert.is(excess(m, { ...c, upper: false, bound: 6 }), 1);
  assert.is(excess(m, { ...c, inCycles: true, bound: 30 }), 0);
  assert.not(meets(m, { ...c, bound: 3, strict: true }));
  assert.is(show('latency', 0.0032), '3.2 ms');
  assert.is(show('area', 1.7e6), '1.7 mm2');
});

test('a space of several arrays: every design once, shared parameters, coordinates in the cube', () => {
  const space = new HardwareSpace(libraryHardware().accelerators.slice(0, 2));
  assert.is(space.size, 1728 + 864);
  assert.is(new Set(Array.from({ length: space.size }, (_, i) => keyOf(space.at(i)))).size, space.size);
  const random = new Random(1);
  for (let i = 0; i < 200; i++) {
    const p = space.random(random), x = space.encode(p);
    // Two for the array, then x, scratchpad, local, banks, dataflow, bus and burst; the clock has one value.
    assert.is(x.length, 2 + 7);
    assert.ok(x.every((v) => v >= 0 && v <= 1));
    for (const q of space.neighbours(p)) assert.is.not(keyOf(q), keyOf(p));
  }
  const other = space.neighbours(space.at(0)).find((q) => q.accelerator === 1)!;
  assert.equal([space.design(other)['x'], space.design(other)['scratchpad']], [8, 131072]);
  // A GEMV array has no dataflow: the middle.
  assert.is(space.encode(space.at(1728))[6], 0.5);
  for (const u of sobol(64, space.longest + 1, 3)) { const p = space.fromCube(u); assert.ok(p.position.every((k, i) => k < space.choices(p)[i]!.values.length)); }
});

test.run();

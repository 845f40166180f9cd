import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { interpretTileFaithful } from '../../src/ir/tile-interpret-faithful.ts';
import { blocked, place } from '../../src/ir/layout-build.ts';
import { warp } from '../../src/ir/layout.ts';
import { type FaultRule, TileFault } from '../../src/ir/tile-fault.ts';
import type { TileKernel } from '../../src/ir/tile.ts';
import type { Schedule } from '../../src/ir/tile-interpret-run.ts';
import { type Case, asyncMatmul, cases, difference, gather, int4, intrinsic, softmax, tensorMatmul, tiledMatmul, transpose, twoRoles, vectorAdd } from './tile-kernels.ts';
import { bits, mmaWait, num, release, size, sub } from './tile-build.ts';
import { changeOp, changeOps, changeTile, drop } from './tile-mutate.ts';

for (const c of cases()) test(`${c.kernel.name} through its registers, under every schedule`, () => {
  for (const sizes of c.sizes) {
    const inputs = c.inputs(sizes);
    const run = (schedule: Schedule): Map<string, Float64Array> => interpretTileFaithful(c.kernel, sizes, inputs, { intrinsic, schedule, smallestStore: c.kernel.target === 'wgsl' ? 32 : 8 });
    const got = run('forward');
    const d = difference(got, c.expected(sizes, inputs));
    assert.ok(d <= c.tolerance, `${JSON.stringify(sizes)}: differs by ${d}`);
    if (c.kernel.roles.length > 1) for (const schedule of ['backward', { seed: 1 }, { seed: 2 }] as const) {
      for (const [name, values] of run(schedule)) assert.ok(values.every((x, e) => Object.is(x, got.get(name)![e]!)), `${name} depends on the schedule`);
    }
  }
});

/** What goes wrong with a broken kernel: the fault's rule, or how far its numbers are off. */
function symptom(c: Case, broken: TileKernel, size = 1, smallestStore = 8): FaultRule | number {
  const sizes = c.sizes[size]!, inputs = c.inputs(sizes);
  try {
    return difference(interpretTileFaithful(broken, sizes, inputs, { intrinsic, smallestStore }), c.expected(sizes, inputs));
  } catch (e) {
    if (e instanceof TileFault) return e.rule;
    throw e;
  }
}

test('operands of a matrix product in another layout give wrong numbers', () => {
  const c = tensorMatmul();
  const swapped = place(bits('l2 l3 l4 r1', 'r0 l1 l0 r2'), [[warp(0)], 1], [1, 2]);
  assert.is(symptom(c, c.kernel), difference(interpretTileFaithful(c.kernel, c.sizes[1]!, c.inputs(c.sizes[1]!), { intrinsic }), c.expected(c.sizes[1]!, c.inputs(c.sizes[1]!))));
  assert.ok(Number(symptom(c, changeTile(c.kernel, 1, { layout: swapped }))) > 0.1);
  // Rows in other registers: found by coordinates of the first thread, so the fragment cannot even be picked.
  const other = place(bits('l2 l3 l4 r1', 'r0 l0 l1'), [2, 2], [1, 2]);
  assert.is(symptom(c, changeTile(changeTile(c.kernel, 0, { layout: place(bits('l2 l3 l4 l1', 'r0 r1 l0'), [2, 2], [1, 2]) }), 1, { layout: c.kernel.tiles[1]!.layout })), 'layout');
  assert.is(symptom(c, changeTile(c.kernel, 0, { layout: other })), symptom(c, c.kernel));
  // Rows of A spread over the wrong warps.
  assert.ok(Number(symptom(c, changeTile(c.kernel, 1, { layout: place(bits('l2 l3 l4 r1', 'r0 l0 l1 r2'), [[warp(1)], 1], [1, 2]) }))) > 0.1);
});

test('a permutation of k that both operands share leaves the sum alone', () => {
  const c = tensorMatmul();
  const a = place(bits('l2 l3 l4 r1', 'r0 l1 l0 r2'), [[warp(0)], 1], [1, 2]), b = place(bits('r0 l1 l0 r1', 'l2 l3 l4'), [1, [warp(1)]], [2, 2]);
  assert.ok(Number(symptom(c, changeTile(c.kernel, 1, { layout: a }))) > 0.1);
  assert.ok(Number(symptom(c, changeTile(c.kernel, 2, { layout: b }))) > 0.1);
  assert.ok(Number(symptom(c, changeTile(changeTile(c.kernel, 1, { layout: a }), 2, { layout: b }))) <= c.tolerance);
});

test('a missing barrier is a race in either direction', () => {
  const c = transpose();
  assert.is(symptom(c, drop(c.kernel, 'barrier', 0), 2), 'race');
  assert.is(symptom(c, drop(c.kernel, 'barrier', 1), 2), 'race');
  assert.is(symptom(c, drop(c.kernel, 'barrier', 1), 1), 0, 'one trip needs no barrier after it');
});

test('a word shared by two threads', () => {
  const c = transpose();
  assert.is(symptom(c, c.kernel, 1, 32), 'race');
  const add = vectorAdd();
  const half: TileKernel = { ...add.kernel, buffers: add.kernel.buffers.map((b) => (b.name === 'z' ? { ...b, dtype: 'f16' as const } : b)) };
  assert.is(symptom(add, half, 1, 32), 'owner');
  assert.type(symptom(add, half, 1, 8), 'number');
});

test('the protocol of pipes', () => {
  const ring = tiledMatmul(), tensor = tensorMatmul(), roles = twoRoles();
  assert.is(symptom(ring, drop(ring.kernel, 'wait')), 'pipe');
  assert.is(symptom(ring, drop(ring.kernel, 'acquire')), 'pipe');
  assert.is(symptom(ring, drop(ring.kernel, 'release')), 'deadlock');
  assert.is(symptom(tensor, changeOp(tensor.kernel, 'wait', 0, (op) => [{ ...op, ahead: 2 }])), 'pipe');
  assert.is(symptom(tensor, changeOp(tensor.kernel, 'wait', 0, (op) => [{ ...op, ahead: 0 }])), symptom(tensor, tensor.kernel), 'waiting longer harms nothing');
  assert.is(symptom(roles, drop(roles.kernel, 'commit'), 2), 'deadlock');
  assert.is(symptom(roles, drop(roles.kernel, 'release'), 3), 'deadlock');
  assert.is(symptom(roles, drop(roles.kernel, 'release'), 1), 'pipe', 'a stage that is never given back');
  assert.is(symptom(roles, changeOp(roles.kernel, 'loadShared', 0, (op) => [{ ...op, stage: num(0) }]), 2), 'pipe');
  // Given back before it is read.
  const early = changeOps(roles.kernel, (op) => (op.kind === 'wait' ? [op, release('ring')] : op.kind === 'release' ? [] : [op]));
  assert.is(symptom(roles, early), 'pipe');
});

test('asynchronous products need their wait', () => {
  const c = asyncMatmul();
  assert.is(symptom(c, changeOp(c.kernel, 'mmaWait', 0, (op) => [{ ...op, pending: 2 }])), Infinity, 'the stage is given back before the product has read it');
  assert.is(symptom(c, drop(c.kernel, 'mmaWait', 1)), 'pending');
  const late = changeOps(c.kernel, (op) => (op.kind === 'store' ? [op, mmaWait(0), release('ring')] : op.kind === 'mmaWait' && op.pending === 0 ? [] : op.kind === 'if' && op.nonNegative[0]!.key === sub(size('K'), num(1)).key ? [] : [op]));
  assert.ok(Number(symptom(c, late)) > 0.1, 'the accumulator is read before its last product');
});

test('vectors, owners, bounds and replicas', () => {
  const g = gather(), q = int4(), s = softmax(), add = vectorAdd();
  assert.is(symptom(g, changeOp(g.kernel, 'load', 1, (op) => [{ ...op, view: { ...op.view, vector: 8 } }])), 'vector');
  assert.is(symptom(g, changeTile(g.kernel, 1, { layout: blocked({ sizes: [8, 32], order: [0, 1], vector: 4, threads: 64, bitSource: 'lanes' }) }), 1), 'layout');
  assert.is(symptom(q, changeTile(q.kernel, 0, { layout: bits('w0 w1', 'r1 r0 r2 l0 l1 l2 l3 l4') })), 'vector');
  assert.is(symptom(g, changeOp(g.kernel, 'load', 1, (op) => [{ ...op, view: { ...op.view, clamp: [] } }]), 2), 'bounds');
  assert.is(symptom(add, changeOp(add.kernel, 'load', 0, (op) => [{ ...op, view: { ...op.view, guard: [] } }])), 'bounds');
  // All rows of y in one place.
  assert.is(symptom(s, changeOp(s.kernel, 'store', 0, (op) => [{ ...op, view: { ...op.view, index: [num(0), op.view.index[1]!] } }]), 2), 'owner');
  // A sum over j that forgets the threads, kept in a layout that says all threads agree.
  const forgot = changeOp(s.kernel, 'reduce', 1, (op) => [{ ...op, over: [{ axis: 'p', into: 'none' }] }]);
  assert.is(symptom(s, forgot), 'replicas');
});

test.run();

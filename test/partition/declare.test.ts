import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { printKernel } from '../../src/ir/tst-print.ts';
import { designAt, positionAt, spaceSize } from '../../src/partition/space.ts';
import { libraryHardware } from '../../src/partition/library.ts';
import { extentsFor } from '../../src/partition/declare.ts';
import { codesOf, example, hardwareOf, intrinsic } from './support.ts';

test('the library: sizes of the spaces of the release', () => {
  const sizes = Object.fromEntries(libraryHardware().accelerators.map((a) => [a.name, spaceSize(a.space)]));
  assert.equal(sizes, { gemm_array: 1728, gemv_array: 864, dot_array: 968832, conv_array: 968832 });
});

test('the array of the example is that of the library', () => {
  const mine = hardwareOf(example('gemm')).accelerators[0]!, theirs = libraryHardware().accelerators[0]!;
  const values = (a: typeof mine): unknown => a.space.choices.map((c) => [c.name, c.values]);
  assert.equal(values(mine), values(theirs));
  assert.is(printKernel(mine.intrinsics[0]!.kernel), printKernel(theirs.intrinsics[0]!.kernel));
});

test('a meaning is a checked tree with the shapes that its ranges imply', () => {
  assert.is(printKernel(intrinsic('conv_array_2').kernel).split('\n')[0], 'kernel conv_array_2(A: f32[y, 33, 33], B: f32[x, y, 3, 3]) -> C: f32[x, 16, 16] {');
  assert.equal([...extentsFor(intrinsic('dot_array'), { x: 4, y: 8 }).values()], [32]);
});

test('designs: the last parameter varies fastest, computed ones follow, units are base units', () => {
  const { space } = libraryHardware().accelerators[0]!;
  assert.equal(designAt(space, positionAt(space, 0)), { x: 8, scratchpad: 131072, local: 65536, banks: 1, dataflow: 'weight_stationary', bus: 64, burst: 64, clock: 5e8, y: 8 });
  assert.equal(designAt(space, positionAt(space, 1)).burst, 128);
  assert.equal(designAt(space, positionAt(space, 1727)), { x: 32, scratchpad: 524288, local: 262144, banks: 8, dataflow: 'output_stationary', bus: 128, burst: 128, clock: 5e8, y: 32 });
});

const one = (space: string, meaning = 'C[i: x] += sum(k: 1) A[i, k] * B[k]'): string => `accelerator a { intrinsic ${meaning}\n space { ${space} } }`;
test('mistakes of a space', () => {
  assert.equal(codesOf(one('x in 8..4')), ['TDSL0605']);
  // What is computed from it is not to blame.
  assert.equal(codesOf(one('banks = 2 * y; y = x; x in 8..4')), ['TDSL0605']);
  assert.equal(codesOf(one('x in {8, 16}; x = 4')), ['TDSL0606']);
  assert.equal(codesOf(one('x = y; y = x')), ['TDSL0606', 'TDSL0606']);
  assert.equal(codesOf(one('x in {8, 16}; y = w')), ['TDSL0606']);
  assert.equal(codesOf(one('x in {8, wide}')), ['TDSL0606']);
  assert.equal(codesOf(one('x in {8, 8}')), ['TDSL0606']);
  assert.equal(codesOf(one('x = 8; scratchpad in {128, 256}')), ['TDSL0607']);
  assert.equal(codesOf(one('x = 8; scratchpad in {128, 256} bit')), ['TDSL0607']);
  assert.equal(codesOf(one('x = 8; bus in {64} potato')), ['TDSL0607']);
});
test('mistakes of a meaning', () => {
  assert.equal(codesOf(one('x = 8', 'C[i] += sum(k: 1) A[i, k] * B[k]')), ['TDSL0601']);
  assert.equal(codesOf(one('x = 8', 'C[i: x] += sum(k) A[i, k] * B[k]')), ['TDSL0601']);
  assert.equal(codesOf(one('x = 8', 'C[i: x] = sum(k: 1) A[i, k] * B[k]')), ['TDSL0601']);
  assert.equal(codesOf(one('x = 8', 'C[i: lanes] += sum(k: 1) A[i, k] * B[k]')), ['TDSL0601']);
  assert.equal(codesOf(one('x = 8', 'C[i: x] += sum(k: 1) relu(A[i, k]) * B[k]')), ['TDSL0601']);
  assert.equal(codesOf('accelerator a { space { x = 8 } }'), ['TDSL0604']);
  assert.equal(codesOf('intrinsic m for cuda(sm_80) { D[i: n] += sum(k: 8) A[i, k] * B[k] }'), ['TDSL0601']);
});

test.run();

/** Accesses that no proof keeps inside: what lowering then adds, and that the numbers stay. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileSource } from '../../src/driver.ts';
import type { OpOf, TileKernel } from '../../src/ir/tile.ts';
import { interpretTile } from '../../src/ir/tile-interpret.ts';
import { printFailures, validateTile, type ValidateOptions } from '../../src/ir/tile-validate.ts';
import { isSecure, secure } from '../../src/lower/secure.ts';
import { findTarget } from '../../src/targets/targets.ts';

const target = findTarget('wgsl')!;
const checks: ValidateOptions = { limits: target, intrinsic: (name) => target.intrinsics.find((i) => i.name === name) };
/** Eight elements a thread, guarded where the last tile ends. */
const lowered = compileSource('kernel twice(A: f32[N]) -> B: f32[N] { B[i] = 2 * A[i] }', 'twice.tdsl', { targets: ['wgsl'] }).kernels[0]!.variants.at(-1)!.launches[0]!.tile;
const body = lowered.roles[0]!.body;
const find = <K extends 'load' | 'store'>(kernel: TileKernel, kind: K): OpOf<K> => kernel.roles[0]!.body.find((op): op is OpOf<K> => op.kind === kind)!;
/** The same without the guards of its loads or stores, as if lowering had them for proved. */
const bare = (kind: 'load' | 'store', vector = 1): TileKernel => ({ ...lowered, roles: [{ ...lowered.roles[0]!, body: body.map((op) => (op.kind === kind ? { ...op, view: { ...op.view, guard: [], vector } } : op)) }] });
const result = (kernel: TileKernel, N: number): number[] => [...interpretTile(kernel, { N }, new Map([['A', Float64Array.from({ length: N }, (_, i) => i + 1)], ['B', new Float64Array(N)]]), checks).get('B')!];

test('what is proved stays as it is', () => {
  assert.ok(isSecure(lowered, checks));
  assert.is(secure(lowered, checks), lowered);
});

test('a read that is not proved inside is clamped', () => {
  const open = bare('load');
  assert.match(printFailures(validateTile(open, checks)), /^bounds: load: .* is not proved inside dimension 0 of A/);
  const closed = secure(open, checks);
  assert.equal(find(closed, 'load').view.clamp, [0]);
  assert.equal(find(closed, 'store').view, find(open, 'store').view);
  assert.is(printFailures(validateTile(closed, checks)), '');
  for (const N of [1, 9, 300]) assert.equal(result(closed, N), Array.from({ length: N }, (_, i) => 2 * (i + 1)));
});

test('a write that is not proved inside is guarded where the proof is missing', () => {
  const open = bare('store');
  assert.match(printFailures(validateTile(open, checks)), /^bounds: store: .* is not proved inside dimension 0 of B/);
  const closed = secure(open, checks);
  assert.is(find(closed, 'store').view.guard.length, 1, 'the position is seen not to be negative');
  assert.is(printFailures(validateTile(closed, checks)), '');
  for (const N of [1, 9, 300]) assert.equal(result(closed, N), Array.from({ length: N }, (_, i) => 2 * (i + 1)));
});

test('elements that are not proved to move together move one by one', () => {
  const open: TileKernel = { ...lowered, roles: [{ ...lowered.roles[0]!, body: body.map((op) => (op.kind === 'load' ? { ...op, view: { ...op.view, vector: 4 } } : op)) }] };
  assert.match(printFailures(validateTile(open, checks)), /^vector: load/);
  const closed = secure(open, checks);
  assert.is(find(closed, 'load').view.vector, 1);
  assert.is(printFailures(validateTile(closed, checks)), '');
});

test.run();

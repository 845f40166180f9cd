/** Kernels whose sizes are all known and large, with loops inside loops: no sample of sizes makes them short. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileSource } from '../../src/driver.ts';
import { printFailures, validateTile } from '../../src/ir/tile-validate.ts';
import { findTarget } from '../../src/targets/targets.ts';
import { drop } from './tile-mutate.ts';

const source = `kernel mlp(X: bf16[M, K], W: bf16[N, K], A: bf16[R, N]) -> Y: bf16[M, R] {
  let y[m, n] = silu(sum(k) X[m, k] * W[n, k])
  Y[m, r] = sum(n) y[m, n] * A[r, n]
}`;

test('loops inside loops of large known sizes are run through, and what is wrong in them is found', () => {
  const { kernels, diagnostics } = compileSource(source, 'mlp.tdsl', { targets: ['cuda:sm_80'], sizes: { M: 2, N: 16384, K: 4096, R: 16 } });
  assert.equal(diagnostics, []);
  const [tile] = kernels[0]!.variants[0]!.launches.map((l) => l.tile), limits = findTarget('cuda:sm_80')!, intrinsic = (name: string) => limits.intrinsics.find((i) => i.name === name);
  assert.is(printFailures(validateTile(tile!, { intrinsic, limits })), '');
  const barrier = validateTile(drop(tile!, 'wait'), { intrinsic, limits }).map((f) => f.rule);
  assert.ok(barrier.includes('pipe'), barrier.join());
});

test.run();

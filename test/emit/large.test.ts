/** Tensors of 2^31 elements and more: offsets have 64 bits, coordinates 32; what would count further in one number is not chosen where sizes are known and refused at launch otherwise. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileSource } from '../../src/driver.ts';
import type { LaunchAbi, Sizes } from '../../src/runtime/abi.ts';
import { bufferArgs, evalSize, storageBytes } from '../../src/runtime/abi.ts';
import { resolveLaunch } from '../../src/runtime/launch.ts';
import { failure } from '../runtime/expect.ts';

const source = `
kernel product(A: bf16[M, K], B: bf16[N, K], R: bf16[M, N]) -> C: bf16[M, N] {
  C[m, n] = sum(k) A[m, k] * B[n, k] + R[m, n]
}
kernel twice(X: f32[M, N]) -> Y: f32[M, N] {
  Y[m, n] = 2 * X[m, n]
}
kernel line(X: f32[N]) -> Y: f32[N] {
  Y[n] = 2 * X[n]
}
`;
function compiled(kernel: string, target: string, sizes: Sizes = {}): { text: string; abi: LaunchAbi }[] {
  const { kernels, diagnostics } = compileSource(source, 'large.tdsl', { kernel, targets: [target], sizes });
  assert.equal(diagnostics, []);
  return kernels[0]!.variants.map((v) => ({ text: v.text, abi: v.launches[0]!.abi }));
}
/** The launch as a device would resolve it, with buffers that are as large as they must be. */
function launched(abi: LaunchAbi, sizes: Sizes): readonly number[] {
  const buffers = bufferArgs(abi).map((b) => ({ bytes: b.length === undefined ? 0 : evalSize(b.length, sizes) * storageBytes(b.storage), destroy: () => undefined }));
  return resolveLaunch(abi, buffers, sizes, [2 ** 31 - 1, 65535, 65535], 132).grid;
}

test('what is added to a product is read at offsets of 64 bits, unless the tensor is known to be smaller', () => {
  for (const { text } of compiled('product', 'cuda:sm_90a')) assert.match(text, /R\[\(long long\)/);
  const [large] = compiled('product', 'cuda:sm_90a', { M: 65536, N: 32768, K: 64 }), [small] = compiled('product', 'cuda:sm_90a', { M: 65536, N: 32760, K: 64 });
  assert.match(large!.text, /R\[32768 \* \(long long\)/);
  assert.not.match(small!.text, /R\[[^\]]*long long/);
});

test('coordinates that are counted together are counted to 2^31 - 1 and no further', async () => {
  for (const target of ['cuda:sm_80', 'cuda:sm_90a', 'wgsl']) {
    const all = compiled('twice', target), joint = all.at(-1);
    assert.ok(joint?.abi.counts !== undefined, target);
    // Where rows are aligned a position is four elements.
    assert.ok(all.length === 2 && launched(all[0]!.abi, { M: 65536, N: 65536 }).every((n) => n > 0));
    await failure('TDSL0557', () => launched(all[0]!.abi, { M: 131072, N: 65536 }));
    assert.ok(launched(joint!.abi, { M: 65535, N: 32763 }).every((n) => n > 0));
    const error = await failure('TDSL0557', () => launched(joint!.abi, { M: 65537, N: 32769 }));
    assert.match(error.message, /would count 2147\d+ elements in one number; it goes to 2147483647/);
    assert.match(error.hint, /--size/);
    // With known sizes each dimension is counted by itself.
    assert.ok(compiled('twice', target, { M: 65535, N: 32763 }).every(({ abi }) => abi.counts !== undefined));
    const apart = compiled('twice', target, { M: 65537, N: 32769 });
    assert.ok(apart.every(({ abi }) => abi.counts === undefined), target);
    if (target !== 'wgsl') for (const { text } of apart) assert.match(text, /32769 \* \(long long\)/);
  }
  // Numbers of JavaScript go further.
  assert.ok(compiled('twice', 'cpu').every(({ abi }) => abi.counts === undefined));
});

test('a size leaves room for the tile that reaches beyond the end', async () => {
  const { abi } = compiled('line', 'cuda:sm_80').at(-1)!;
  assert.ok(launched(abi, { N: 2 ** 31 - 2 ** 16 })[0]! > 0);
  assert.match((await failure('TDSL0559', () => launched(abi, { N: 2 ** 31 - 1 }))).hint, /from 0 to 2147418112/);
});

test.run();

/** Commands that read declarations without compiling them at once know what a file imports. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { array } from '../codesign/support.ts';
import { scratch, tdsl, write } from './support.ts';

const folder = scratch();
write(folder, 'shared.tdsl', 'fn twice(x: f32) -> f32 = 2 * x\n');
const file = write(folder, 'main.tdsl', `import { twice } from "shared.tdsl"
/// @example M=64, N=48, K=80
kernel gemm(A: f32[M, K], B: f32[K, N]) -> C: f32[M, N] {
  C[i, j] = sum(k) A[i, k] * B[k, j]
}
/// @example M=64, N=48
kernel scaled(A: f32[M, N]) -> C: f32[M] { C[i] = sum(j) twice(A[i, j]) }
${array}codesign gemm on small
`);

for (const [what, ...args] of [
  ['partition', 'partition', file, '-k', 'gemm'], ['tune on the model', 'tune', file, '--target', 'cpu', '--trials', '3'], ['tune on a device', 'tune', file, '-k', 'scaled', '--target', 'cpu', '--trials', '3', '--measure'],
  ['tune for an accelerator', 'tune', file, '-k', 'gemm', '--target', `${file}#small`, '--trials', '20'], ['inspect --cost gpu', 'inspect', file, '-k', 'gemm', '--cost', 'gpu', '--target', 'cuda:sm_80'],
  ['codesign', 'codesign', file, '--evals', '3', '-o', join(folder, 'one')], ['codesign in threads', 'codesign', file, '--evals', '3', '--jobs', '2', '-o', join(folder, 'two')], ['compile --tuned', 'compile', file, '--target', 'cpu', '--tuned', '-o', join(folder, 'out')],
] as const) test(what, async () => {
  const { out, code } = await tdsl([...args, '--json']);
  const { diagnostics }: { readonly diagnostics: readonly { readonly severity: string; readonly code: string; readonly message: string }[] } = JSON.parse(out);
  assert.equal(diagnostics.filter((d) => d.severity === 'error').map((d) => `${d.code} ${d.message}`), []);
  assert.is(code, 0);
});

test('what an imported file says is part of what a search is resumed by', async () => {
  const go = async (): Promise<string> => (await tdsl(['codesign', file, '--evals', '3', '-o', join(folder, 'again')])).err;
  await go();
  assert.match(await go(), '3 evaluations of');
  write(folder, 'shared.tdsl', 'fn twice(x: f32) -> f32 = x + x\n');
  assert.match(await go(), 'is ignored');
  assert.ok(readFileSync(join(folder, 'again', 'pareto.json'), 'utf8').includes('"evaluated": 3'));
});

test.run();

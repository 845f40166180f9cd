/** Products of 8-bit floats, of integers of odd widths, and sums kept in f16: by matrix instructions, and right. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileSource } from '../../src/driver.ts';
import { shimAvailable } from '../../src/runtime/shim.ts';
import { json, scratch, write } from './support.ts';

const product = (a: string, b: string, c: string, body = 'sum(k) f32(A[m, k]) * f32(B[n, k])'): string => `kernel p(A: ${a}[M, K], B: ${b}[N, K]) -> C: ${c}[M, N] { C[m, n] = ${body} }\n`;
const inF16 = 'sum<f16>(k) A[m, k] * B[n, k]', whole = 'sum(k) A[m, k] * B[n, k]';

/** The instructions of every variant, the general one last. */
const instructions = (text: string, target: string): string[] => compileSource(text, 'p.tdsl', { targets: [target] }).kernels[0]!.variants.flatMap((v) => v.report.intrinsic ?? 'none');

test('what an instruction holds exactly goes to it; wgmma of e4m3 is for sums that need no more than f16', () => {
  const last = (text: string, target = 'cuda:sm_80'): string | undefined => instructions(text, target).at(-1);
  for (const type of ['e4m3', 'e5m2', 'e2m1', 'int7', 'uint3']) {
    assert.is(last(product(type, type, 'f32')), 'mma_m16n8k16_f16', type);
    assert.is(last(product(type, 'bf16', 'f32')), 'mma_m16n8k16_bf16', type);
  }
  assert.is(last(product('int5', 'uint7', 'i32', whole)), 'mma_m16n8k32_s8');
  // 127 is the most that i8 holds.
  assert.is.not(last(product('u8', 'int5', 'i32', whole)), 'mma_m16n8k32_s8');
  assert.ok(instructions(product('e4m3', 'e4m3', 'bf16', inF16), 'cuda:sm_90a').includes('wgmma_m64n256k32_e4m3'));
  assert.not.ok(instructions(product('e4m3', 'e4m3', 'bf16'), 'cuda:sm_90a').some((i) => i.startsWith('wgmma')));
});

const shimTest = await shimAvailable() ? test : test.skip;
for (const [name, text, target, size] of [
  ['e4m3 with e2m1', product('e4m3', 'e2m1', 'f32'), 'cuda:sm_80', 'M=37,N=40,K=48'],
  ['odd integers', product('int5', 'uint3', 'i32', whole), 'cuda:sm_80', 'M=33,N=24,K=37'],
  ['sums of f16 that are stored as f32', product('f16', 'f16', 'f32', inF16), 'cuda:sm_80', 'M=33,N=40,K=48'],
  ['e4m3 from boxes', product('e4m3', 'e4m3', 'bf16', inF16), 'cuda:sm_90a', 'M=130,N=264,K=144'],
] as const) {
  shimTest(`right on the processor: ${name}`, async () => {
    const { results, diagnostics } = await json(['run', write(scratch(), 'p.tdsl', text), '--target', target, '--device', 'shim', '--size', size, '--check']);
    assert.equal(diagnostics, []);
    const [found] = results as unknown as readonly { readonly check: { readonly ok: boolean; readonly checked: number } }[];
    assert.ok(found !== undefined && found.check.ok && found.check.checked > 500);
  });
}
test.run();

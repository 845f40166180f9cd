/** Products by wgmma whose operands are computed on the way: written to a stage by threads, or kept in the registers that hold the rows; tf32 of what 16 bits hold. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileSource } from '../../src/driver.ts';
import { compileWithNvcc, findNvcc } from '../../src/runtime/nvcc.ts';
import { shimTest } from '../targets/cuda/machine.ts';
import { json, scratch, write } from '../cli/support.ts';
import { agrees, schedule as lowered } from './run.ts';

const kernels = `
kernel mixed(A: bf16[M, K], B: f16[N, K]) -> C: f32[M, N] {
  C[m, n] = sum(k) A[m, k] * B[n, k]
}
schedule mixed for cuda(sm_90a) {
  tensorize wgmma_m64n64k8_tf32(m, n, k)
}
// Neither lies along k, which the instruction wants.
kernel turned(A: f16[K, M], B: bf16[K, N]) -> C: f32[M, N] {
  C[m, n] = sum(k) A[k, m] * B[k, n]
}
schedule turned for cuda(sm_90a) {
  tensorize wgmma_m64n32k8_tf32_ra(m, n, k)
}
kernel wide(A: bf16[M, K], W: i8[N, K], s: f32[N]) -> C: bf16[M, N] {
  C[m, n] = s[n] * sum(k) A[m, k] * W[n, k]
}
schedule wide for cuda(sm_90a) {
  tensorize wgmma_m64n64k16_bf16_ra(n, m, k)
}
// Beyond the end of the sum the rows would be 1.
kernel narrow(A: f32[M, K], B: bf16[N, K]) -> C: bf16[M, N] {
  let X[m, k]: bf16 = exp(A[m, k])
  C[m, n] = sum(k) X[m, k] * B[n, k]
}
schedule narrow for cuda(sm_90a) {
  inline X
  tensorize wgmma_m64n64k16_bf16_ra(m, n, k)
}
kernel both(A: f32[M, K], B: f32[K, N]) -> C: f32[M, N] {
  let X[m, k]: f16 = A[m, k]
  let Y[k, n]: f16 = B[k, n] * 0.5
  C[m, n] = sum(k) X[m, k] * Y[k, n]
}
schedule both for cuda(sm_90a) {
  inline X, Y
  tile m by 64
  tensorize wgmma_m64n64k16_f16(m, n, k)
}
`;
// Every other type: codes of four bits widened to bytes, 8-bit floats, and columns that lie along n.
const others = `
kernel codes(X: i8[M, K], W: int4[N, K]) -> C: i32[M, N] {
  C[m, n] = sum(k) X[m, k] * W[n, k]
}
schedule codes for cuda(sm_90a) {
  tensorize wgmma_m64n64k32_s8_ra(n, m, k)
}
kernel floats(A: e4m3[M, K], B: e4m3[N, K]) -> C: f32[M, N] {
  C[m, n] = sum<f16>(k) A[m, k] * B[n, k]
}
schedule floats for cuda(sm_90a) {
  stage A in registers
}
kernel across(A: f16[M, K], B: f16[K, N]) -> C: f16[M, N] {
  C[m, n] = sum(k) A[m, k] * B[k, n]
}
schedule across for cuda(sm_90a) {
  tensorize wgmma_m64n64k16_f16(m, n, k)
  stage A in registers
}
`;
const plain = 'kernel f(A: bf16[M, K], B: bf16[N, K]) -> C: bf16[M, N] {\n  C[m, n] = sum(k) A[m, k] * B[n, k]\n}\n';
const blockFor = (target: string, verbs: string): string => `schedule f for ${target} {\n  ${verbs}\n}\n`;

async function isRight(text: string, kernel: string, target: string, sizes: readonly string[]): Promise<void> {
  const file = write(scratch(), 'f.tdsl', text);
  for (const size of sizes) {
    const { results, diagnostics } = await json(['run', file, '--kernel', kernel, '--target', target, '--device', 'shim', '--size', size, '--check']);
    assert.equal(diagnostics, [], `${kernel} at ${size}`);
    assert.ok(results[0]?.check.ok && results[0].check.checked > 0, `${kernel} at ${size}: ${JSON.stringify(results[0]?.check)}`);
  }
}
const wanted: Readonly<Record<string, RegExp>> = {
  mixed: /wgmma_m64n64k8_tf32<128, 0, 128, 0>/, turned: /float \w+_frag\[16\][\s\S]*wgmma_m64n32k8_tf32_ra<128, 0>/, wide: /tma_load_2d\(&a\[[\s\S]*wgmma_m64n64k16_bf16_ra<128, 0>/,
  narrow: /tma_load_2d\(&b\[[\s\S]*wgmma_m64n64k16_bf16_ra<128, 0>/, both: /wgmma_m64n64k16_f16<128, 0, 128, 8192>/,
};

for (const kernel of Object.keys(wanted)) {
  shimTest(`${kernel}: numbers on the shim, and by the interpreter of tile IR`, async () => {
    await isRight(kernels, kernel, 'cuda:sm_90a', [kernel === 'wide' || kernel === 'turned' ? 'M=72,N=136,K=200' : 'M=136,N=72,K=200', ...(kernel === 'narrow' || kernel === 'mixed' ? ['M=5,N=7,K=3'] : [])]);
    agrees(lowered(kernels, 'cuda:sm_90a', { kernel, assumes: { M: 8, N: 8, K: 8 } }), { M: 72, N: 72, K: 72 });
    const { text } = compileSource(kernels, 'f.tdsl', { kernel, targets: ['cuda:sm_90a'] }).kernels[0]!.variants[0]!;
    assert.match(text, wanted[kernel]!);
    // What threads write is shown to the unit that multiplies before they meet.
    if (!text.includes('tma_load')) assert.match(text, /fence_async_shared\(\);\n\s*__syncthreads\(\);\n(.*\n)*?\s*wgmma_fence\(\);/);
  });
}

shimTest('bytes that lie along the columns are turned by threads, and bytes go to tf32 as numbers', async () => {
  const bytes = 'kernel f(A: i8[K, M], B: i8[K, N]) -> C: i32[M, N] {\n  C[m, n] = sum(k) A[k, m] * B[k, n]\n}\n', numbers = 'kernel f(A: bf16[K, M], B: i8[N, K]) -> C: f32[N, M] {\n  C[n, m] = sum(k) A[k, m] * B[n, k]\n}\n';
  await isRight(bytes + blockFor('cuda(sm_90a)', 'tile m by 64, n by 64\n  tensorize wgmma_m64n32k32_s8(m, n, k)\n  stage A in registers'), 'f', 'cuda:sm_90a', ['M=72,N=80,K=64', 'M=5,N=7,K=3']);
  await isRight(numbers + blockFor('cuda(sm_90a)', 'tensorize wgmma_m64n64k8_tf32(n, m, k)\n  stage B in registers'), 'f', 'cuda:sm_90a', ['M=72,N=72,K=40']);
});

test('rows of every type in registers, by the interpreter that goes through every register', () => {
  for (const [kernel, text] of [['codes', /wgmma_m64n64k32_s8_ra<128, 0>/], ['floats', /wgmma_m64n128k32_e4m3_ra<128, 0>/], ['across', /wgmma_m64n64k16_f16_ra<128, 8192>/]] as const) {
    agrees(lowered(others, 'cuda:sm_90a', { kernel, assumes: { M: 16, N: 16, K: 32 } }), { M: 80, N: 80, K: 96 });
    assert.match(compileSource(others, 'f.tdsl', { kernel, targets: ['cuda:sm_90a'] }).kernels[0]!.variants[0]!.text, text);
  }
});

shimTest('an operand in registers: by wgmma beside boxes, by mma.sync beside a ring, and both at once', async () => {
  const text = plain + blockFor('cuda(sm_90a)', 'tile m by 128, n by 64\n  stage A in registers\n  pipeline B by 3') + blockFor('cuda(sm_80)', 'stage A in registers\n  pipeline B by 3');
  await isRight(text, 'f', 'cuda:sm_90a', ['M=136,N=72,K=200']);
  await isRight(text, 'f', 'cuda:sm_80', ['M=136,N=72,K=200']);
  await isRight(plain + blockFor('cuda(sm_80)', 'stage A, B in registers'), 'f', 'cuda:sm_80', ['M=72,N=40,K=40']);
  for (const target of ['cuda:sm_90a', 'cuda:sm_80']) {
    const { schedule, launches } = compileSource(text, 'f.tdsl', { targets: [target] }).kernels[0]!.variants[0]!;
    assert.match(schedule, /\n {2}stage A in registers\n/);
    assert.equal(launches[0]!.tile.shared.filter((s) => s.stages > 1 && !s.id.endsWith('_out')).map((s) => [s.id, s.stages]), [['b', 3]]);
    assert.is(compileSource(`${plain}${schedule}\n`, 'f.tdsl', { targets: [target] }).kernels[0]!.variants[0]!.schedule, schedule, target);
  }
});

test('what stands in the way is said', () => {
  const said = (text: string, target: string): string => compileSource(text, 'f.tdsl', { targets: [target] }).diagnostics.map((d) => `${d.code} ${d.message}`)[0] ?? '';
  const sm90 = (verbs: string, source = plain): string => said(source + blockFor('cuda(sm_90a)', verbs), 'cuda:sm_90a');
  assert.match(sm90('stage B in registers'), /^TDSL0311 stage … in registers: wgmma takes its rows alone from registers/);
  assert.match(sm90('tensorize wgmma_m64n64k8_tf32(m, n, k)', plain.replaceAll('bf16', 'f32')), /^TDSL0315 .*`A` is f32 and `B` is f32, summed in f32; it reads 10 of the 23 fraction bits of f32, .* a schedule never narrows an operand/);
  assert.match(sm90('stage A in registers via tma'), /^TDSL0322 `via tma` has no effect: threads load/);
  assert.match(sm90('stage A in registers, pipeline 3'), /^TDSL0322 `pipeline` has no effect: registers hold one step/);
  assert.match(sm90('tensorize wgmma_m64n64k8_tf32(m, n, k)\n  pipeline 3', plain.replace('B: bf16', 'B: f16')), /^TDSL0317 a pipeline of 3 is not possible: an operand is computed on the way/);
  assert.match(sm90('tensorize wgmma_m64n64k8_tf32(m, n, k)\n  specialize load 1, math 2', plain.replace('B: bf16', 'B: f16')), /^TDSL0322 `specialize` has no effect: an operand is computed on the way/);
  assert.match(sm90('tile n by 64\n  stage A in registers\n  specialize load 2, math 2'), /^TDSL0311 specialize load 2: registers hold the rows, so there is one operand to copy; write `load 1`/);
  const few = 'format w4 = int4 { scale bf16, symmetric }\nkernel f(X: bf16[M, K], W: w4[N, K by 128]) -> Y: bf16[M, N] where M == 1, K == 1024 {\n  Y[m, n] = sum(k) X[m, k] * W[n, k]\n}\n';
  assert.match(sm90('stage W in registers', few), /^TDSL0322 `stage W` has no effect: with so few rows threads take it to the registers/);
  // Found by schedules that are drawn: each of these had ended the compiler.
  const bytes = 'kernel f(A: i8[M, K], B: i8[N, K]) -> C: i32[M, N] {\n  C[m, n] = sum(k) A[m, k] * B[n, k]\n}\n', mixed = plain.replace('B: bf16', 'B: f16'), across = plain.replace('B: bf16[N, K]', 'B: bf16[K, N]').replace('B[n, k]', 'B[k, n]');
  assert.match(sm90('tile m by 192\n  specialize load 1, math 3'), /^TDSL0311 specialize … math 3: the rows of a tile are shared by 1, 2 or 4 groups of warps/);
  assert.match(sm90('tile m by 192\n  tensorize wgmma_m64n16k32_s8_ra(m, n, k)', bytes), /^TDSL0403 264 registers a thread \(results and operands of the threads that multiply, 256 in all\) where it has at most 240/);
  assert.match(sm90('tile n by 64\n  tensorize wgmma_m64n32k16_bf16(m, n, k)', across), /^TDSL0311 tensorize wgmma_m64n32k16_bf16: its 32 columns, which are consecutive in memory, are no whole panels of 128 bytes; take one of more columns, or tile n by 32/);
  assert.is(sm90('tensorize wgmma_m64n32k16_bf16(m, n, k)', across), '', 'the tile follows where it is not said');
  assert.match(said(mixed + blockFor('cuda(sm_80)', 'stage B in registers'), 'cuda:sm_80'), /^TDSL0311 stage … in registers: `mma_m16n8k8_tf32` takes the bits of numbers, which `shared` memory gives/);
  assert.match(said(plain + blockFor('wgsl', 'stage A in registers'), 'wgsl'), /^TDSL0311 stage … in registers: a thread that multiplies and adds needs whole rows/);
  assert.match(said(plain + blockFor('cuda(sm_80)', 'stage A in registers\n  pad A by 8'), 'cuda:sm_80'), /^TDSL0322 `pad` has no effect: registers have no rows/);
});

const nvcc = findNvcc();
(nvcc === undefined ? test.skip : test)('ptxas takes the texts', async () => {
  const texts = ['turned', 'wide'].map((kernel) => compileSource(kernels, 'f.tdsl', { kernel, targets: ['cuda:sm_90a'] }).kernels[0]!.variants[0]!.text);
  // C7514 would say that products run one after another.
  for (const text of texts) assert.equal((await compileWithNvcc(text, 'sm_90a', nvcc)).warnings, []);
});
test.run();

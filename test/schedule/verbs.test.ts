/** `pad`, `specialize load 2` and `persistent N`: numbers on the CPU shim, what the text has of them, and what is told where they cannot be. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileSource } from '../../src/driver.ts';
import { shimTest } from '../targets/cuda/machine.ts';
import { json, scratch, write } from '../cli/support.ts';

const rows = 'kernel f(A: bf16[M, K], B: bf16[N, K]) -> C: bf16[M, N] {\n  C[m, n] = sum(k) A[m, k] * B[n, k]\n}\n';
const turned = rows.replace('B: bf16[N, K]', 'B: bf16[K, N]').replace('B[n, k]', 'B[k, n]');
const gated = `kernel f(A: bf16[M, K], B: bf16[N, K], R: bf16[N, K]) -> C: bf16[M, N] {
  let g[m, n] = sum(k) A[m, k] * B[n, k]
  let u[m, n] = sum(k) A[m, k] * R[n, k]
  C[m, n] = max(g[m, n], 0) * u[m, n]
}
`;
const scheduled = (text: string, target: string, verbs: string): string => `${text}schedule f for ${target.replace(/:(.*)/, '($1)')} {\n  ${verbs}\n}\n`;
const compiled = (text: string, target: string, verbs: string): ReturnType<typeof compileSource> => compileSource(scheduled(text, target, verbs), 'f.tdsl', { targets: [target] });
const complaints = (text: string, target: string, verbs: string): string[] => [...new Set(compiled(text, target, verbs).diagnostics.map((d) => `${d.code} ${d.message}`))];

async function isRight(text: string, target: string, verbs: string, sizes: readonly string[]): Promise<void> {
  assert.equal(complaints(text, target, verbs), []);
  const file = write(scratch(), 'f.tdsl', scheduled(text, target, verbs));
  for (const size of sizes) {
    const { results, diagnostics } = await json(['run', file, '--target', target, '--device', 'shim', '--size', size, '--check']);
    assert.equal(diagnostics, [], `${verbs} at ${size}`);
    assert.ok(results[0]?.check.ok && results[0].check.checked > 0, `${verbs} at ${size}`);
  }
}
/** What is printed of a schedule is the same schedule again. */
function isPrinted(text: string, target: string, verbs: string, wanted: RegExp): void {
  const { schedule } = compiled(text, target, verbs).kernels[0]!.variants[0]!;
  assert.match(schedule, wanted);
  assert.is(compileSource(`${text}${schedule}\n`, 'f.tdsl', { targets: [target] }).kernels[0]!.variants[0]!.schedule, schedule);
}

shimTest('two groups that copy, each with a ring of its own', async () => {
  await isRight(rows, 'cuda:sm_90a', 'tile m by 128, n by 64\n  specialize load 2, math 2', ['M=136,N=72,K=392']);
  await isRight(gated, 'cuda:sm_90a', 'tile m by 128, n by 64\n  specialize load 2, math 2', ['M=72,N=72,K=72']);
  isPrinted(rows, 'cuda:sm_90a', 'tile m by 128, n by 64\n  specialize load 2, math 2', /specialize load 2, math 2\n/);
  const { text } = compiled(rows, 'cuda:sm_90a', 'tile m by 128, n by 64\n  specialize load 2, math 2').kernels[0]!.variants[0]!;
  assert.match(text, /role load2[\s\S]*tma_load_2d\(&b\[[\s\S]*barrier_wait\(&ring0_full[\s\S]*barrier_wait\(&ring1_full/);
});

shimTest('so many groups take the tiles in turn', async () => {
  await isRight(rows, 'cuda:sm_90a', 'tile m by 64, n by 64\n  persistent 3', ['M=264,N=72,K=72']);
  isPrinted(rows, 'cuda:sm_90a', 'persistent 3', /\n {2}persistent 3\n/);
  const grids = compiled(rows, 'cuda:sm_90a', 'persistent 3').kernels[0]!.variants.map((v) => JSON.stringify(v.launches[0]!.abi.grid));
  assert.match(grids[0]!, /"op":"min".*,3\]/);
});

shimTest('rows of a stage are longer by so many elements', async () => {
  for (const [text, verbs] of [[turned, 'pad A by 16\n  pad B by 8\n  pipeline 3'], [turned.replaceAll('bf16', 'f32'), 'pad B by 8']] as const) await isRight(text, 'cuda:sm_80', verbs, ['M=72,N=40,K=136']);
  isPrinted(turned, 'cuda:sm_80', 'pad B by 8', /\n {2}pad B by 8\n/);
  const stages = compiled(turned, 'cuda:sm_80', 'pad B by 8').kernels[0]!.variants[0]!.launches[0]!.tile.shared;
  assert.equal(stages.map((s) => [s.id, s.pad, s.swizzle === 0]), [['a', 0, false], ['b', 8, true]]);
});

test('what they cannot be', () => {
  assert.match(complaints(rows, 'cuda:sm_90a', 'pad A by 8').join(), /^TDSL0322 `pad` has no effect: boxes are copied without gaps/);
  assert.match(complaints(rows, 'cuda:sm_80', 'pad A by 3').join(), /^TDSL0310 pad A by 3: not a multiple of 8, so that rows begin at multiples of 16 bytes; write 8$/);
  assert.match(complaints(rows, 'cuda:sm_80', 'pad Q by 8').join(), /^TDSL0306 there is no tensor `Q`/);
  assert.match(complaints(rows, 'cuda:sm_80', 'pad A by 8\n  pad A by 16').join(), /^TDSL0308 what is added to rows of `A` is said twice/);
  assert.match(complaints(rows, 'cpu', 'pad A by 8').join(), /^TDSL0316 `A` is not staged: no launch for cpu keeps a product in tiles/);
  assert.match(complaints(rows, 'cuda:sm_90a', 'specialize load 3, math 2').join(), /^TDSL0311 specialize load 3: a product has two operands, .*; write `load 2`/);
  assert.match(complaints(rows, 'cuda:sm_90a', 'specialize load 2, math 7').join(), /^TDSL0311 specialize … math 7: the rows of a tile are shared by 1, 2 or 4 groups of warps/);
  assert.match(complaints(rows, 'cuda:sm_90a', 'specialize load 2, math 8').join(), /TDSL0401 1280 threads \(8 groups that multiply and 2 that copy\)/);
  // All roles together have 128 registers a thread when the group begins: ptxas refuses more.
  assert.match(complaints(rows, 'cuda:sm_90a', 'tile m by 128, n by 256\n  specialize load 2, math 2').join(), /^TDSL0403 128 registers a thread \(results of C_sum: 128 x 256 on 256 threads beside 256 that copy\) where it has at most 102; use smaller tiles$/);
  assert.equal(complaints(rows, 'cuda:sm_90a', 'tile m by 128, n by 192\n  specialize load 2, math 2'), []);
  assert.match(complaints(rows, 'cuda:sm_90a', 'persistent 0').join(), /^TDSL0307 the number of groups must be a whole number of at least 1/);
  assert.match(complaints(rows, 'cuda:sm_90a', 'persistent\n  persistent 3').join(), /^TDSL0308 `persistent` is said twice/);
  assert.match(complaints(rows, 'cuda:sm_80', 'persistent 3').join(), /^TDSL0404 .* no unit that copies beside the threads/);
  assert.match(complaints(rows, 'cuda:sm_80', 'stage A in cache').join(), /^TDSL0309 `stage … in cache` is not in this version; operands are staged in `shared`/);
});
test('what a thread keeps of a tile is within the variables that WGSL lets a function have', () => {
  const scatter = 'kernel f(X: u32<S>[S, S], F: inout f32[S, S], V: f32[S]) { F[y, X[y, n]] += V[y] }';
  const tiles = (at: number): string => `tile y by 256 by role 256 by atom 32, n by 32 by role 32 by atom 1, at by ${at}`;
  assert.match(complaints(scatter, 'wgsl', tiles(48)).join(), /^TDSL0403 1536 registers a thread \(elements of the stored tile\) where it has at most 512; use smaller tiles$/);
  assert.equal(complaints(scatter, 'wgsl', tiles(16)), []);
});

test.run();

/** `reorder`, `compute … at` and `tune` over several values: numbers stay right, text changes as asked, and what cannot be is refused with what can. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileSource } from '../../src/driver.ts';
import { structuresOf } from '../../src/tune/plan-space.ts';
import { json, scratch, write } from '../cli/support.ts';
import { attention, matmul, workload } from '../tune/support.ts';

const conv = 'kernel conv(A: f32[C, X + R - 1, Y + S - 1], F: f32[K, C, R, S]) -> O: f32[K, X, Y] {\n  O[k, x, y] = sum(c, r, s) A[c, x + r, y + s] * F[k, c, r, s]\n}\n';
const written = (target: string): string => target.replace(/:(.*)/, '($1)');
const scheduled = (text: string, target: string, verbs: string): ReturnType<typeof compileSource> => compileSource(`${text}schedule ${/kernel (\w+)/.exec(text)![1]!} for ${written(target)} {\n  ${verbs}\n}\n`, 'k.tdsl', { targets: [target] });
const complaint = (text: string, verbs: string): string => { const [d] = scheduled(text, 'cuda:sm_80', verbs).diagnostics; return `${d?.code ?? ''} ${d?.message ?? ''}`; };

async function isRight(text: string, verbs: string, size: string): Promise<void> {
  for (const target of ['cpu', 'wgsl']) {
    const file = write(scratch(), 'k.tdsl', `${text}schedule ${/kernel (\w+)/.exec(text)![1]!} for ${target} {\n  ${verbs}\n}\n`);
    const { results, diagnostics } = await json(['run', file, '--target', target, '--size', size, '--check']);
    if (diagnostics[0]?.code === 'TDSL0551' || diagnostics[0]?.code === 'TDSL0552') continue;
    assert.equal(diagnostics, [], `${target}: ${verbs}`);
    const [found] = results as unknown as readonly { readonly check: { readonly ok: boolean; readonly checked: number } }[];
    assert.ok(found !== undefined && found.check.ok && found.check.checked > 100, `${target}: ${verbs}`);
  }
}

test('loops change places, and the numbers stay', async () => {
  await isRight(conv, 'reorder s, r, c\n  reorder y, k', 'K=5,C=6,X=7,Y=9,R=3,S=2');
  await isRight(attention, 'reorder O.d, s', 'S=17,T=33');
});

test('the order is in the text, for every target, and in the schedule that is printed', () => {
  for (const target of ['cuda:sm_80', 'cuda:sm_90a', 'wgsl', 'cpu']) {
    const plain = scheduled(matmul, target, 'requires one_launch'), other = scheduled(matmul, target, 'reorder n, m');
    assert.equal(other.diagnostics, [], target);
    const [a, b] = [plain, other].map((r) => r.kernels[0]!.variants.at(-1)!);
    assert.is.not(a!.text, b!.text, target);
    assert.match(b!.schedule, /\n {2}reorder n, m\n/);
    // What is printed is the same schedule again.
    assert.is(compileSource(`${matmul}${b!.schedule}\n`, 'k.tdsl', { targets: [target] }).kernels[0]!.variants.at(-1)!.schedule, b!.schedule, target);
  }
  // Neighbouring groups share rows where they shared columns.
  const grid = (verbs: string): string => /panel_groups = (.*);/.exec(scheduled(matmul, 'cuda:sm_80', verbs).kernels[0]!.variants.at(-1)!.text)?.[1] ?? '';
  assert.match(grid('order grid by panels of 8'), /\bN\b/);
  assert.match(grid('order grid by panels of 8\n  reorder n, m'), /\bM\b/);
});

test('orders that cannot be', () => {
  assert.is(complaint(matmul, 'reorder k, m'), 'TDSL0311 reorder: `k` runs within the loops that its result is kept along, in C; write `reorder m, k`');
  assert.match(complaint(matmul, 'reorder m, q'), /^TDSL0304 there is no loop `q`/);
  assert.match(complaint(matmul, 'reorder m'), /^TDSL0322 /);
});

test('a let is computed where the schedule says, or it is said where', async () => {
  await isRight(attention, 'compute P at t of O', 'S=17,T=33');
  assert.is(complaint(attention, 'compute P at t of O'), ' ');
  assert.is(complaint(attention, 'compute P at s of O'), 'TDSL0311 compute P at s of O: it is computed in the loop `t` of the launch; write `compute P at t of O`');
  assert.match(complaint(attention, 'compute P at t of X'), /does not compute `X`, but `O`/);
  assert.match(complaint(attention, 'compute Q at t of O'), /^TDSL0319 .*an input/);
  // Where it would go to memory otherwise, the demand keeps it out of it.
  assert.match(scheduled(attention, 'cuda:sm_80', 'compute P at t of O').kernels[0]!.variants.at(-1)!.schedule, /compute P at t of O/);
});

test('open sizes: compile takes the first values, tune looks at all of them and at nothing else', () => {
  const open = 'tune bm in {64, 128}, st in 2..4\n  tile m by bm, n by 2*bm\n  pipeline A, B by st';
  assert.match(scheduled(matmul, 'cuda:sm_80', open).kernels[0]!.variants[0]!.schedule, /tile m by 64 .*, n by 128 [\s\S]*pipeline 2/);
  const { structures, rejected } = structuresOf(workload(`${matmul}schedule f for cuda(sm_80) {\n  ${open}\n}\n`, 'cuda:sm_80', { M: 512, N: 512, K: 512 }));
  assert.equal(structures.map((s) => [s.name, s.fields.length]), ['64', '128'].flatMap((bm) => [2, 3, 4].map((st) => [`bm = ${bm}, st = ${st}`, 0])));
  assert.equal(rejected, []);
  assert.match(complaint(matmul, 'tune bm in {64, q}\n  tile m by bm'), /^TDSL0307 `bm`/);
  assert.match(complaint(matmul, 'tune bm in 128..64\n  tile m by bm'), /^TDSL0307 `bm`/);
});
test.run();

/** Blocks as data, structures, fields, and random points: whatever is legal computes what the kernel says. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { extentOf } from '../../src/ir/layout.ts';
import { Random } from '../../src/search/random.ts';
import { randomPoint, sizeOf } from '../../src/search/space.ts';
import { blockText, readPrinted } from '../../src/tune/block.ts';
import { compileCandidate, type Workload } from '../../src/tune/candidate.ts';
import { checkNumbers } from '../../src/tune/check-numbers.ts';
import { PlanSpace, structuresOf } from '../../src/tune/plan-space.ts';
import { compileSource } from '../../src/driver.ts';
import { withBlock } from '../../src/tune/source.ts';
import { attention, matmul, softmax, workload } from './support.ts';

const spaceOf = (w: Workload): PlanSpace => new PlanSpace(structuresOf(w).structures);

test('a printed block is read and printed again as it was', () => {
  for (const [text, target] of [[matmul, 'cuda:sm_80'], [matmul, 'cuda:sm_90a'], [matmul, 'wgsl'], [matmul, 'cpu'], [softmax, 'wgsl'], [attention, 'cuda:sm_80']] as const) {
    const c = compileCandidate(workload(text, target, { M: 64, N: 64, K: 64, S: 64, T: 64, D: 64 }), undefined);
    assert.ok(c.ok);
    if (c.ok) assert.is(blockText(readPrinted(c.schedule)), c.schedule);
  }
});
test('structures: other instructions, split sums, launches of their own; what is not legal says why', () => {
  const w = workload(matmul, 'cuda:sm_80', { M: 512, N: 512, K: 512 }), { structures, rejected } = structuresOf(w);
  assert.equal(structures.map((s) => s.name), ['default', 'by fma_1x1x1', 'by mma_m16n8k8_tf32', 'split k by 2', 'split k by 4', 'split k by 8', 'split k by 16']);
  const reasons = new Map(rejected.map((r) => [r.name, r.reason]));
  assert.equal([...reasons.keys()].sort(), ['by fma_1x1x1_i32', 'by mma_m16n8k16_f16_sum16']);
  assert.match(reasons.get('by mma_m16n8k16_f16_sum16')!, /TDSL0315 .*summed in f32/);
  const own = structuresOf(workload(attention, 'cuda:sm_80', { S: 64, T: 64, D: 64 }));
  assert.ok(own.structures.some((s) => s.name === 'launch P'));
});
test('the space begins at the plans that the compiler makes', () => {
  const w = workload(matmul, 'cuda:sm_80', { M: 512, N: 512, K: 512 }), space = spaceOf(w), first = compileCandidate(w, undefined);
  assert.ok(first.ok && blockText(space.blockAt(space.starts()[0]!)) === first.schedule);
  assert.ok(sizeOf(space) > 1e9, `${sizeOf(space)}`);
  for (const start of space.starts()) assert.ok(compileCandidate(w, blockText(space.blockAt(start))).ok);
});
test('resources are checked before anything is compiled: threads, registers, shared memory', () => {
  const w = workload(matmul, 'cuda:sm_80', { M: 512, N: 512, K: 512 });
  const reason = (block: string): string => { const c = compileCandidate(w, `schedule f for cuda(sm_80) { ${block} }`); return c.ok ? '' : c.reason.slice(0, 8); };
  assert.is(reason('tile m by 512 by warp 16, n by 64 by warp 8'), 'TDSL0401');
  assert.is(reason('tile m by 256 by warp 128, n by 256 by warp 128'), 'TDSL0403');
  assert.is(reason('tile m by 128 by warp 64, n by 128 by warp 32, k by 128\n pipeline 6'), 'TDSL0402');
  assert.is(reason('tile m by 100'), 'TDSL0310');
});

test('axes walked as one run keep their threads: a loop that takes threads as well begins behind them', () => {
  const blur = 'kernel b(X: u8[H, W, C]) -> Y: f32[H, W, C] { Y[y, x, c] = sum(i: 5) X[y, x + i - 2, c] else 0 }'.replace('X[y, x + i - 2, c] else 0', '(X[y, x + i - 2, c] else 0)');
  const w = workload(blur, 'cuda:sm_80', { H: 9, W: 11, C: 3 }), of = (i: string): ReturnType<typeof compileCandidate> => compileCandidate(w, `schedule b for cuda(sm_80) { tile i by ${i} }`);
  assert.ok(of('2 by role 2 by atom 1').ok && checkNumbers(w, 'schedule b for cuda(sm_80) { tile i by 2 by role 2 by atom 1 }').right);
  const many = of('24 by role 8 by atom 1');
  assert.match(many.ok ? '' : many.reason, 'TDSL0401 2048 threads');
});

test('schedules hold for every variant: no ring is demanded where rows do not let copies run ahead', () => {
  const text = 'kernel c(A: i8[C, H, W], B: i8[K, C, S]) -> O: i32[K, H, W - S + 1] { O[k, y, x] = sum(c, s: S) B[k, c, s] * A[c, y, x + s] }\n';
  const w = workload(text, 'cuda:sm_90a', { C: 4, H: 12, W: 14, K: 8, S: 3 }), space = spaceOf(w), random = new Random(5);
  let legal = 0;
  for (const point of [...space.starts(), ...Array.from({ length: 12 }, () => randomPoint(space, random))]) {
    const block = blockText(space.blockAt(point));
    if (!compileCandidate(w, block).ok) continue;
    legal++;
    const { diagnostics } = compileSource(withBlock(text, w.file, 'c', w.target.name, block), 'c.tdsl', { targets: [w.target.name], validate: false });
    assert.equal(diagnostics.filter((d) => d.severity === 'error').map((d) => `${d.code} ${d.message}`), [], block);
  }
  assert.ok(legal >= 5, `${legal}`);
});

test('launches with the same loops are reached by one line', () => {
  const text = readFileSync(fileURLToPath(new URL('../../examples/shadowkv/shadow_decode.tdsl', import.meta.url)), 'utf8');
  const c = compileCandidate(workload(text, 'cuda:sm_90a', { B: 1, H: 4, C: 128, J: 8, R: 32, D: 64, T: 16 }, 'rebuild'), undefined);
  assert.ok(c.ok);
  if (!c.ok) return;
  assert.is(c.schedule.split('\n').filter((l) => l.includes('tensorize')).length, 1);
  assert.ok(compileCandidate(workload(text, 'cuda:sm_90a', { B: 1, H: 4, C: 128, J: 8, R: 32, D: 64, T: 16 }, 'rebuild'), c.schedule).ok);
});

test('launches that sum over loops of the same names by other instructions are named apart', () => {
  const text = readFileSync(fileURLToPath(new URL('../../examples/shadowkv/shadow_decode.tdsl', import.meta.url)), 'utf8'), w = workload(text, 'cuda:sm_90a', { B: 1, H: 4, G: 4, W: 128, S: 128, M: 96, D: 64 }, 'attend');
  const first = compileCandidate(w, 'schedule attend for cuda(sm_90a) {}');
  assert.ok(first.ok);
  if (!first.ok) return;
  const intrinsics = new Set(readPrinted(first.schedule).tensorize.map((t) => t.intrinsic));
  assert.equal([...intrinsics].sort(), ['fma_1x1x1', 'mma_m16n8k16_bf16']);
  const again = compileCandidate(w, first.schedule);
  assert.is(again.ok ? again.schedule : again.reason, first.schedule);
});

test('loops that are walked as one run have tiles in a structure of their own', () => {
  const text = 'kernel f(X: f32[M, N]) -> Y: f32[M, N] { Y[m, n] = X[m, n] + 1 }\n';
  const w = workload(text, 'cuda:sm_90a', { M: 3, N: 7 }), { structures } = structuresOf(w);
  assert.equal(structures.map((s) => [s.name, s.fields.length > 0]), [['default', false], ['m apart', true]]);
  for (const s of structures) assert.ok(checkNumbers(w, blockText(s.block)).right, s.name);
});

test('sums are cut into parts that are long enough at the sizes given; with few rows the instruction keeps its rows', () => {
  const cut = (k: number): string[] => structuresOf(workload(matmul, 'cuda:sm_80', { M: 64, N: 64, K: k })).structures.flatMap((s) => (s.name.startsWith('split') ? [s.name] : []));
  assert.equal([cut(8), cut(16), cut(100)], [[], ['split k by 2'], ['split k by 2', 'split k by 4', 'split k by 8']]);
  const few = workload(matmul, 'cuda:sm_90a', { M: 2, N: 64, K: 32 }), space = spaceOf(few);
  for (const start of space.starts()) { const c = compileCandidate(few, blockText(space.blockAt(start))); assert.ok(c.ok, c.ok ? '' : c.reason); }
});

test('panels of boxes are whole', () => {
  const reason = (text: string, target: string, block: string): string => { const c = compileCandidate(workload(text, target, { M: 512, N: 512, K: 512 }), block); return c.ok ? '' : c.reason; };
  const box = (n: number): string => reason(matmul, 'cuda:sm_90a', `schedule f for cuda(sm_90a) { tile m by 64, n by ${n}, k by 64\n pipeline 3\n specialize load 1, math 1 }`);
  assert.equal([16, 32, 64, 128].map(box), ['', '', '', '']);
  assert.match(box(96), 'TDSL0310 tile n by 96: not a multiple of 64, what is consecutive in memory is copied in panels of 128 bytes; write 128');
});

for (const [name, text, target, sizes, wanted] of [
  ['products on tensor cores', matmul, 'cuda:sm_80', { M: 512, N: 512, K: 512 }, 2], ['products of shared memory', matmul, 'cuda:sm_90a', { M: 512, N: 512, K: 512 }, 1],
  ['products by multiply-adds', matmul, 'wgsl', { M: 512, N: 512, K: 512 }, 1], ['rows', softmax, 'wgsl', { M: 64, N: 1000 }, 3], ['one thread', matmul, 'cpu', { M: 64, N: 64, K: 64 }, 3],
] as const) {
  test(`legal points at random compute what the kernel says: ${name} for ${target}`, () => {
    const w = workload(text, target, sizes), space = spaceOf(w), random = new Random(7);
    let legal = 0;
    for (let i = 0; i < 60 && legal < wanted; i++) {
      const block = blockText(space.blockAt(randomPoint(space, random)));
      const compiled = compileCandidate(w, block);
      // Tiles of millions of elements are legal and nothing for an interpreter.
      if (!compiled.ok || compiled.kernels.some((k) => k.tiles.some((t) => t.layout.dims.reduce((n, d) => n * extentOf(d), 1) > 30000))) continue;
      legal++;
      const c = checkNumbers(w, block);
      assert.ok(c.right, `${block}\n${c.problem}`);
    }
    assert.is(legal, wanted);
  });
}
test.run();

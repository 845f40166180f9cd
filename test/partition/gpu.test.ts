/** The declared instructions against the tables that emission uses, and the matcher's choices on GPU targets against what each instruction can compute. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { evaluate } from '../../src/ir/index-expr.ts';
import { type Layout, layout, parseDim } from '../../src/ir/layout.ts';
import type { Part } from '../../src/ir/nest.ts';
import { checkMatches } from '../../src/partition/check-matches.ts';
import type { Intrinsic } from '../../src/partition/declare.ts';
import { gpuIntrinsic, gpuIntrinsics } from '../../src/partition/library-gpu.ts';
import { chooseIntrinsics, partitionKernel } from '../../src/partition/partition.ts';
import { canMultiply, contractionOf } from '../../src/partition/product.ts';
import { allTargetNames, findTarget } from '../../src/targets/targets.ts';
import { schedule } from '../schedule/run.ts';
import { kernelOf } from './support.ts';

const intrinsics = [...new Map(allTargetNames.flatMap((t) => findTarget(t)!.intrinsics.map((i) => [i.name, i] as const))).values()];
const extentsOf = (i: Intrinsic): number[] => [...i.computation.spatial, ...i.computation.reduction].map((a) => evaluate(a.extent, () => 0));

/** A declared layout over the given indices; `*` is whatever is left of the extent. */
function layoutOf(i: Intrinsic, operand: string, indices: readonly string[]): Layout | undefined {
  const decl = i.operands.find((o) => o.name === operand)!;
  const axes = [...i.computation.spatial, ...i.computation.reduction];
  if (decl.layout.length === 0) return undefined;
  return layout(indices.map((index) => {
    const bits = decl.layout.find((l) => l.index === index)!.bits, own = bits.filter((b) => b !== '*');
    const extent = evaluate(axes.find((a) => a.name === index)!.extent, () => 0);
    return parseDim([...own, ...(bits.includes('*') ? [`*${extent / 2 ** own.length}`] : [])].join(' '));
  }));
}

test('every instruction of every target is declared, with the same extents, types and layouts', () => {
  assert.ok(intrinsics.length > 40);
  for (const i of intrinsics) {
    const declared = gpuIntrinsic(i.name);
    if (declared === undefined) { assert.unreachable(`${i.name} is not declared`); return; }
    assert.equal(extentsOf(declared), [i.m, i.n, i.k], i.name);
    assert.equal(declared.operands.map((o) => o.dtype), [i.a.dtype, i.b.dtype, i.d.dtype], i.name);
    assert.equal(declared.operands.map((o) => o.memory), [i.shared?.a ?? 'registers', i.operands ?? 'registers', 'registers'], i.name);
    for (const [name, indices, own] of [['A', ['i', 'k'], i.a], ['B', ['k', 'j'], i.b], ['D', ['i', 'j'], i.d]] as const) {
      const found = layoutOf(declared, name, indices);
      if (found !== undefined) assert.equal(found, own.layout, `${i.name}.${name}`);
      else assert.ok(i.m * i.n === 1 || declared.operands.find((o) => o.name === name)!.memory === 'shared', `${i.name}.${name} has no layout`);
    }
  }
});

test('nothing is declared that no target has', () => {
  assert.equal(gpuIntrinsics().map((i) => i.name).filter((n) => !intrinsics.some((i) => i.name === n)), []);
  assert.is(gpuIntrinsic('mma_m16n8k16_f17'), undefined);
  assert.is(gpuIntrinsic('wgmma_m64n64k16_s8'), undefined);
  assert.is(gpuIntrinsic('wgmma_m64n40k16_f16')?.name, 'wgmma_m64n40k16_f16');
});

test('types: an instruction takes what its operands hold exactly and sums as the program says', () => {
  const names = (a: 'f16' | 'bf16' | 'f32' | 'i8' | 'int4', part: Pick<Part, 'type' | 'acc'>): string[] => findTarget('cuda:sm_80')!.intrinsics.filter((i) => i.m > 1 && canMultiply(i, a, a, part)).map((i) => i.name);
  assert.equal(names('f16', { type: 'f32', acc: 'f32' }), ['mma_m16n8k16_f16', 'mma_m16n8k8_tf32']);
  assert.equal(names('f16', { type: 'f32', acc: 'f16' }), ['mma_m16n8k16_f16_sum16']);
  assert.equal(names('bf16', { type: 'f32', acc: 'f32' }), ['mma_m16n8k16_bf16', 'mma_m16n8k8_tf32']);
  assert.equal(names('f32', { type: 'f32', acc: 'f32' }), []);
  assert.equal(names('int4', { type: 'i32', acc: 'i32' }), ['mma_m16n8k32_s8']);
});

/** Rows, columns and whether both operands vary along the summed loop, of the first sum of a kernel. */
function match(text: string): string | undefined {
  const { stage } = schedule(text, 'cuda:sm_80', { until: 'fuse' });
  if (stage.level !== 'nest') throw new Error('not fused');
  const nest = stage.fused.nests[0]!, group = [...nest.groups, ...nest.serialGroups][0]!;
  const c = contractionOf(group.parts[0]!, group.axes.map((a) => a.id), new Map(), () => false);
  const name = (id: string): string => nest.spatial.find((a) => a.id === id)?.name ?? id;
  return c && `${name(c.m)} ${name(c.n)}`;
}
test('access test: one kept loop on each operand, the summed one on both', () => {
  assert.is(match('kernel f(A: f16[M, K], B: f16[K, N]) -> C: f32[M, N] { C[m, n] = sum(k) A[m, k] * B[k, n] }'), 'm n');
  assert.is(match('kernel f(A: f16[M, K], B: f16[K, N]) -> C: f32[N, M] { C[n, m] = sum(k) A[m, k] * B[k, n] }'), 'n m');
  // A factor that varies along neither kept loop goes with the columns.
  assert.is(match('kernel f(A: f16[M, K], B: f16[K, N], s: f16[K]) -> C: f32[M, N] { C[m, n] = sum(k) A[m, k] * B[k, n] * s[k] }'), 'm n');
  // Both kept loops meet in one operand.
  assert.is(match('kernel f(A: f16[M, N, K], B: f16[K]) -> C: f32[M, N] { C[m, n] = sum(k) A[m, n, k] * B[k] }'), undefined);
  // Depthwise: the channel stands in both operands.
  assert.is(match('kernel f(A: f16[C, 64], F: f16[C, 3]) -> Y: f32[C, 62] { Y[c, x] = sum(r: 3) A[c, x + r] * F[c, r] }'), undefined);
  // Another combiner.
  assert.is(match('kernel f(A: f16[M, K], B: f16[K, N]) -> C: f32[M, N] { C[m, n] = max(k) A[m, k] * B[k, n] }'), undefined);
});

test('matches on instructions run right on the functional model of their declared meaning', () => {
  const kernel = kernelOf('kernel f(A: f16[M, K], B: f16[K, N]) -> C: f32[M, N] { C[m, n] = sum(k) A[m, k] * B[k, n] }');
  for (const name of ['mma_m16n8k16_f16', 'mma_m16n8k8_tf32', 'wgmma_m64n8k16_f16', 'fma_1x1x1']) {
    const chosen = chooseIntrinsics({ intrinsics: [], accelerators: [], codesigns: [], diagnostics: [] }, name);
    const checks = checkMatches(partitionKernel(kernel, chosen.intrinsics));
    assert.is(checks.length, 2, name);
    assert.ok(checks.every((c) => c.ok), `${name}: ${checks.map((c) => c.problem).join()}`);
  }
});

test.run();

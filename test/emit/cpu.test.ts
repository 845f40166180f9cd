import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { emitKernel } from '../../src/emit/emit.ts';
import type { DType } from '../../src/ir/dtype.ts';
import { vectorAdd } from '../ir/tile-kernels.ts';
import { binaryCase, convertCase, cpuThreads, dtypeCase, reduceCase, serialMatmul, unaryCase } from './cases.ts';
import { check } from './check.ts';
import { meta, onCpu } from './machines.ts';

const stored: readonly DType[] = ['f32', 'f16', 'bf16', 'i32', 'u32', 'i16', 'u16', 'i8', 'u8', 'bool', 'int4', 'uint4'];
const cases = [
  unaryCase(cpuThreads), binaryCase('f32', cpuThreads), binaryCase('i32', cpuThreads), reduceCase(cpuThreads, 0), convertCase(cpuThreads),
  ...stored.flatMap((dtype) => [dtypeCase(dtype, 1, cpuThreads), dtypeCase(dtype, 4, cpuThreads)]),
  serialMatmul('f32', 'f32', 1), serialMatmul('f16', 'f16', 4), serialMatmul('bf16', 'f32', 2), serialMatmul('i8', 'i32', 2),
];
for (const c of cases) test(`JavaScript computes ${c.kernel.name}`, async () => check(c, await onCpu(c.kernel)));

test('accumulators are variables, and nothing that does not change is computed in the inner loop', () => {
  const { text } = emitKernel(serialMatmul('f32', 'f32', 1).kernel, { name: 'cpu' }, meta);
  assert.match(text, /let acc0 = 0, acc1 = 0/);
  const inner = /for \(let c = 0;[\s\S]*?\n {6}\}/.exec(text)?.[0] ?? '';
  assert.match(inner, /acc15 \+=/);
  assert.not.match(inner, /\* K|[<] M|[<] N\b/);
});

test('a kernel of several threads is the compiler\'s mistake here', () => {
  assert.throws(() => emitKernel(vectorAdd().kernel, { name: 'cpu' }, meta), /64 threads/);
});

test.run();

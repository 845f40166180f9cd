import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { emitKernel } from '../../src/emit/emit.ts';
import { shimAvailable } from '../../src/runtime/shim.ts';
import * as K from '../ir/tile-kernels.ts';
import { mmaCase } from './cases.ts';
import { check } from './check.ts';
import { meta, onShim } from './machines.ts';

const test = suite('tensor cores on the CPU');
const cases = [
  K.tensorMatmul(), mmaCase('mma_m16n8k16_bf16', 'k', 'j', 64), mmaCase('mma_m16n8k16_f16', 'i', 'k', 0), mmaCase('mma_m16n8k8_tf32', 'k', 'j', 32), mmaCase('mma_m16n8k8_tf32', 'k', 'k', 64),
  mmaCase('mma_m16n8k32_s8', 'k', 'k', 64), mmaCase('mma_m16n8k32_s8', 'i', 'j', 0),
];
const available = await shimAvailable();
for (const c of cases) (available ? test : test.skip)(`computes ${c.kernel.name}`, async () => check(c, await onShim(c.kernel)));

test('fragments come by ldmatrix, four words at once, transposed where memory lies across', () => {
  const text = (a: 'i' | 'k', b: 'j' | 'k'): string => emitKernel(mmaCase('mma_m16n8k16_bf16', a, b, 32).kernel, { name: 'cuda:sm_80' }, meta).text.replace(/[\s\S]*__global__/, '');
  assert.match(text('k', 'k'), /ldmatrix_x4\(&?sa_frag[\s\S]*ldmatrix_x4\(&?sb_frag/);
  assert.match(text('i', 'j'), /ldmatrix_x4_trans\(&?sa_frag[\s\S]*ldmatrix_x4_trans\(&?sb_frag/);
});

test('one barrier a turn of a ring of three stages', () => {
  const { text } = emitKernel(K.tensorMatmul().kernel, { name: 'cuda:sm_80' }, meta);
  assert.is(text.match(/__syncthreads/g)?.length, 1);
});

test.run();

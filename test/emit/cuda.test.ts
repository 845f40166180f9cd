import { suite } from 'uvu';
import { shimAvailable } from '../../src/runtime/shim.ts';
import * as K from '../ir/tile-kernels.ts';
import { binaryCase, convertCase, cudaThreads, dtypeCase, fmaCase, reduceCase, unaryCase } from './cases.ts';
import { check } from './check.ts';
import { onShim } from './machines.ts';

const test = suite('CUDA on the CPU');
const threads = cudaThreads;
const cases = [
  K.vectorAdd(), K.softmax(), K.tiledMatmul(), K.transpose(), K.gather(), K.int4(),
  unaryCase(threads), binaryCase('f32', threads), binaryCase('i32', threads), convertCase(threads), reduceCase(threads, 3), reduceCase(threads, 6),
  dtypeCase('f16', 8, threads), dtypeCase('bf16', 1, threads), dtypeCase('i8', 4, threads), dtypeCase('i8', 2, threads), dtypeCase('u8', 1, threads), dtypeCase('int4', 4, threads),
  dtypeCase('bool', 4, threads), dtypeCase('u32', 4, threads), dtypeCase('i16', 2, threads), fmaCase(threads, 'i', 'j'), fmaCase(threads, 'k', 'k', 'bf16'), fmaCase(threads, 'k', 'j', 'i8'),
];
const available = await shimAvailable();
for (const c of cases) (available ? test : test.skip)(`computes ${c.kernel.name}`, async () => check(c, await onShim(c.kernel)));

test.run();

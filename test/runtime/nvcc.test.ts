/** What nvcc and ptxas say, read from their words; and a real compilation where they are. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileWithNvcc, findNvcc, parseMessages, parseResources } from '../../src/runtime/nvcc.ts';
import { failure } from './expect.ts';

const report = `ptxas info    : 0 bytes gmem
ptxas info    : Compiling entry function 'first' for 'sm_80'
ptxas info    : Function properties for first
    16 bytes stack frame, 20 bytes spill stores, 24 bytes spill loads
ptxas info    : Used 255 registers, used 1 barriers, 49152 bytes smem, 400 bytes cmem[0]
ptxas info    : Compile time = 3.1 ms
ptxas info    : Compiling entry function 'second' for 'sm_80'
ptxas info    : Function properties for second
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 8 registers, used 0 barriers, 360 bytes cmem[0]
`;

test('resources by kernel', () => {
  assert.equal(parseResources(report), { first: { registers: 255, spills: 44, sharedBytes: 49152 }, second: { registers: 8, spills: 0, sharedBytes: 0 } });
  assert.equal(parseResources(''), {});
});

test('messages of nvcc and of ptxas', () => {
  const text = `/kernel.cu(3): error: identifier "x" is undefined
kernel.cu(7): warning #177-D: variable "t" was declared but never referenced
ptxas /tmp/k.ptx, line 24; error   : Feature 'cp.async' requires .target sm_80 or higher
ptxas warning : Stack size for entry function 'k' cannot be statically determined
ptxas info    : (C7510) Potential Performance Loss: wgmma.mma_async instructions are serialized due to non wgmma instructions defining accumulator registers in function 'k'
ptxas info    : (C7517) warpgroup.wait is injected in around line 9 by compiler to allow use of registers defined by GMMA in function 'k'
ptxas info    : 0 bytes gmem`;
  assert.equal(parseMessages(text).map((m) => [m.severity, m.line, m.text]), [
    ['error', 3, 'identifier "x" is undefined'],
    ['warning', 7, 'variable "t" was declared but never referenced'],
    ['error', 0, "Feature 'cp.async' requires .target sm_80 or higher"],
    ['warning', 0, "Stack size for entry function 'k' cannot be statically determined"],
    ['warning', 0, "(C7510) Potential Performance Loss: wgmma.mma_async instructions are serialized due to non wgmma instructions defining accumulator registers in function 'k'"],
    ['warning', 0, "(C7517) warpgroup.wait is injected in around line 9 by compiler to allow use of registers defined by GMMA in function 'k'"],
  ]);
});

const haveNvcc = findNvcc() !== undefined;
if (!haveNvcc) console.log('skipped: nvcc was not found');
const nvccTest = haveNvcc ? test : test.skip;

nvccTest('a kernel becomes a cubin with its figures', async () => {
  const text = 'extern "C" __global__ void k(float* x) { __shared__ float s[256]; s[threadIdx.x] = x[threadIdx.x]; __syncthreads(); x[threadIdx.x] = s[255 - threadIdx.x]; }';
  const result = await compileWithNvcc(text, 'sm_80');
  assert.is(result.kernels['k']?.sharedBytes, 1024);
  assert.is(result.sharedBytes, 1024);
  assert.ok(result.registers > 0 && result.cubin.byteLength > 500);
});

nvccTest('errors come with their lines', async () => {
  const host = await failure('TDSL0556', () => compileWithNvcc('extern "C" __global__ void k(float* x) {\n  x[0] = y;\n}', 'sm_80'));
  assert.match(host.message, /identifier "y" is undefined/);
  assert.equal('messages' in host ? host.messages.map((m) => m.line) : [], [2]);
  const ptx = await failure('TDSL0556', () => compileWithNvcc('extern "C" __global__ void k() { asm volatile("no.such.instruction;"); }', 'sm_80'));
  assert.ok('messages' in ptx && ptx.messages.some((m) => m.severity === 'error'), ptx.message);
});

test('no nvcc: nothing is found, and compiling ends with a code and a way out', async () => {
  assert.is(findNvcc({ PATH: '/nowhere:/nothing', CUDA_HOME: '/nowhere' }, '/nowhere'), undefined);
  await failure('TDSL0554', () => compileWithNvcc('', 'sm_80', '/nowhere/nvcc'));
});

test.run();

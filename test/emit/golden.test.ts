/** Emitted text as it is read: golden copies, each accepted by a second tool. `npm run bless` writes them. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { emitFile, emitKernel } from '../../src/emit/emit.ts';
import { embeddedText } from '../../src/build/embed-templates.ts';
import { openWgslValidator, type WgslValidator } from '../../src/runtime/wgsl-validate.ts';
import * as K from '../ir/tile-kernels.ts';
import { cudaThreads, fmaCase, mmaCase, reduceCase, serialMatmul, wgslThreads } from './cases.ts';
import { meta } from './machines.ts';

const folder = fileURLToPath(new URL('golden/', import.meta.url));
const test = suite<{ wgsl: WgslValidator }>('golden text');
test.before(async (context) => { context.wgsl = await openWgslValidator(); });
test.after((context) => context.wgsl.close());

function compare(name: string, text: string): void {
  const path = join(folder, name);
  if (process.env['TDSL_BLESS'] === '1') writeFileSync(path, text);
  assert.ok(existsSync(path), `no golden copy ${name}: run npm run bless`);
  assert.fixture(text, readFileSync(path, 'utf8'), `${name} has changed: look at it, then run npm run bless`);
}
const withoutPrelude = (text: string): string => text.replace(/\n#ifndef TDSL_CPU[\s\S]*?(?=\nextern "C")/, '\n// (device functions left out)\n');

/** Compiles for sm_80; undefined where there is no nvcc. */
function nvcc(text: string): Promise<string | undefined> {
  const place = mkdtempSync(join(tmpdir(), 'tdsl-golden-'));
  writeFileSync(join(place, 'k.cu'), text);
  return new Promise((resolve) => {
    execFile('nvcc', ['-arch=sm_80', '-cubin', '-o', join(place, 'k.cubin'), join(place, 'k.cu')], (error, _out, messages) => {
      rmSync(place, { recursive: true });
      resolve(error === null ? '' : error.code === 'ENOENT' ? undefined : messages);
    });
  });
}

for (const c of [K.vectorAdd(), K.gather(), reduceCase(wgslThreads, 6), fmaCase(wgslThreads, 'k', 'j')]) {
  test(`${c.kernel.name}.wgsl, as Dawn accepts it`, async ({ wgsl }) => {
    const { text, abi } = emitKernel(c.kernel, { name: 'wgsl' }, meta);
    compare(`${c.kernel.name}.wgsl`, text);
    assert.equal(await wgsl.validate(text, abi), []);
  });
}
for (const c of [K.vectorAdd(), K.gather(), K.int4(), reduceCase(cudaThreads, 6), K.tensorMatmul(), mmaCase('mma_m16n8k32_s8', 'k', 'k', 64)]) {
  test(`${c.kernel.name}.cu, as nvcc accepts it`, async () => {
    const { text } = emitKernel(c.kernel, { name: 'cuda:sm_80' }, meta);
    compare(`${c.kernel.name}.cu`, withoutPrelude(text));
    const messages = await nvcc(text);
    if (messages !== undefined) assert.is(messages, '');
  });
}
for (const c of [serialMatmul('f16', 'f16', 1)]) test(`${c.kernel.name}.js`, () => compare(`${c.kernel.name}.js`, emitKernel(c.kernel, { name: 'cpu' }, meta).text));

test('a file of two kernels has each helper once and names of its own', async ({ wgsl }) => {
  const kernels = [K.vectorAdd().kernel, { ...K.vectorAdd().kernel, name: 'again' }];
  const { text, abis } = emitFile(kernels, { name: 'wgsl' }, meta);
  assert.equal(abis.map((a) => a.entry), ['vector_add', 'again']);
  for (const abi of abis) assert.equal(await wgsl.validate(text, abi), []);
  const cuda = emitFile(kernels, { name: 'cuda:sm_80' }, meta).text;
  assert.is(cuda.match(/float f32_from_f16/g)?.length, 1);
  assert.is((await nvcc(cuda)) ?? '', '');
});

test('offsets of 64 bits where a buffer may be that long', () => {
  const { text } = emitKernel(K.tensorMatmul().kernel, { name: 'cuda:sm_80' }, meta);
  assert.match(text, /\(long long\)i \* K/);
});

test('the text depends on source and options alone', () => {
  const c = K.softmax();
  assert.is(emitKernel(c.kernel, { name: 'cuda:sm_80' }, meta).text, emitKernel(c.kernel, { name: 'cuda:sm_80' }, meta).text);
});

test('templates/embedded.ts is fresh', () => {
  assert.is(readFileSync(fileURLToPath(new URL('../../templates/embedded.ts', import.meta.url)), 'utf8'), embeddedText());
});

test.run();

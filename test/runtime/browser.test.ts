/** What a page loads of the runtime holds no Node import and stays small. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { openDevice } from '../../src/runtime/browser.ts';
import { openWebGpu } from '../../src/runtime/webgpu-node.ts';
import { failure } from './expect.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const bundle = async (...files: string[]): Promise<string> => {
  const contents = files.map((file) => `export * from ${JSON.stringify(fileURLToPath(new URL(`../../src/runtime/${file}`, import.meta.url)))};`).join('\n');
  const result = await build({ stdin: { contents, resolveDir: '.' }, bundle: true, minify: true, write: false, platform: 'browser', format: 'esm', logLevel: 'silent' });
  return result.outputFiles[0]?.text ?? '';
};

test('the WebGPU and CPU devices bundle for a browser, below 30 KB', async () => {
  const text = await bundle('browser.ts');
  assert.ok(text.length > 5000 && text.length < 30_000, `${text.length} bytes`);
  assert.not.match(text, /["']node:/);
  process.stdout.write(`${text.length} bytes minified\n`);
});

test('a file with Node imports would be noticed', async () => {
  let refused = false;
  await bundle('npy.ts').catch(() => { refused = true; });
  assert.ok(refused);
});

test('a page without WebGPU is told so; CUDA is refused; a device of the page is taken', async () => {
  await failure('TDSL0552', () => openDevice('webgpu'));
  await failure('TDSL0552', () => openDevice('cuda'));
  assert.is((await openDevice('cpu')).kind, 'cpu');
  const host = await openWebGpu().catch(() => undefined);
  if (host === undefined) return void process.stdout.write('skipped: a device of the page is taken (no driver)\n');
  const device = await openDevice('webgpu', { gpuDevice: host.gpuDevice });
  const buffer = device.alloc(4);
  device.upload(buffer, Uint8Array.of(1, 2, 3, 4));
  assert.equal([...(await device.download(buffer))], [1, 2, 3, 4]);
  device.close();
  host.close();
});

test.run();

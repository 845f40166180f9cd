/** The way to a driver: from npm packages alone, and what is said where something is missing. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { archiveOf, tarFiles } from '../../src/runtime/swiftshader.ts';
import { lavapipeIcd, prepareVulkan, vulkanChoices } from '../../src/runtime/vulkan.ts';
import { runScript, runtimeFile } from './child.ts';
import { failure } from './expect.ts';

const cache = mkdtempSync(join(tmpdir(), 'tdsl-vulkan-'));
test.after(() => rmSync(cache, { recursive: true, force: true }));

test('TDSL_VULKAN leaves one driver, other systems than Linux have their own', async () => {
  assert.equal(vulkanChoices('swiftshader', 'linux'), ['swiftshader']);
  assert.equal(vulkanChoices('', 'darwin'), ['system']);
  assert.equal([...vulkanChoices('', 'linux')].sort(), ['lavapipe', 'swiftshader', 'system']);
  assert.match((await failure('TDSL0552', () => vulkanChoices('mesa'))).message, /TDSL_VULKAN is mesa/);
});

test('an unpacked lavapipe goes first, one that is not there says how to get it', async () => {
  const saved = process.env['TDSL_CACHE'];
  try {
    process.env['TDSL_CACHE'] = join(cache, 'empty');
    assert.not.ok(existsSync(lavapipeIcd()));
    assert.match((await prepareVulkan('lavapipe')) ?? '', /src\/build\/vulkan\.ts lavapipe/);
    assert.is(vulkanChoices('', 'linux')[0], 'system');
  } finally {
    if (saved === undefined) delete process.env['TDSL_CACHE'];
    else process.env['TDSL_CACHE'] = saved;
  }
});

test('a tar archive gives its plain files, a damaged one is refused', () => {
  const block = (name: string, type: string, data: string): Buffer => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(`${data.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write(type, 156);
    return Buffer.concat([header, Buffer.from(data.padEnd(Math.ceil(data.length / 512) * 512, '\0'))]);
  };
  const tar = Buffer.concat([block('./folder/', '5', ''), block('./a', '0', 'first'), block('b', '0', 'x'.repeat(600)), Buffer.alloc(1024)]);
  assert.equal([...tarFiles(tar)].map(({ name, data }) => [name, data.length]), [['a', 5], ['b', 600]]);
  assert.throws(() => [...tarFiles(tar.subarray(0, 2100))], /damaged/);
});

// What `npm install @sparticuz/chromium` brings depends on the version of Node: 147 keeps its modules a folder deeper than 153.
test('SwiftShader is found in releases that keep their modules at different depths', () => {
  const modules = join(cache, 'project/node_modules'), archive = join(modules, '@sparticuz/chromium/bin/swiftshader.tar.br');
  mkdirSync(dirname(archive), { recursive: true });
  const mains = ['build/index.js', 'build/cjs/index.cjs'].map((file) => join(modules, '@sparticuz/chromium', file));
  assert.equal(mains.map(archiveOf), [undefined, undefined]);
  writeFileSync(archive, '');
  assert.equal(mains.map(archiveOf), [archive, archive]);
});

const packages = ['webgpu', 'koffi', '@sparticuz/chromium'].filter((name) => {
  try {
    return createRequire(import.meta.url).resolve(name) === '';
  } catch {
    return true;
  }
});
const runnable = process.platform === 'linux' && process.arch === 'x64' && packages.length === 0;
if (!runnable) process.stdout.write(`skipped: npm packages alone give WebGPU (${process.platform} ${process.arch}, missing: ${packages.join(', ')})\n`);
(runnable ? test : test.skip)('npm packages alone give WebGPU, also to several processes that start at once', async () => {
  const script = `
    import { openDevice } from ${runtimeFile('index.ts')};
    const device = await openDevice('webgpu');
    const buffer = device.alloc(8);
    device.upload(buffer, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    console.log(device.info().driver, (await device.download(buffer)).join(''));
    device.close();`;
  const env = { TDSL_VULKAN: 'swiftshader', TDSL_CACHE: join(cache, 'fresh'), VK_ICD_FILENAMES: undefined, VK_DRIVER_FILES: undefined };
  const results = await Promise.all([1, 2, 3].map(() => runScript(script, env)));
  for (const { code, stdout, stderr } of results) {
    assert.is(code, 0, stderr);
    assert.match(stdout, /^SwiftShader .* 12345678\n$/);
  }
  const [folder, ...rest] = readdirSync(join(cache, 'fresh'));
  assert.equal(rest, [], 'nothing temporary is left');
  assert.is(readdirSync(join(cache, 'fresh', folder ?? '')).length, 3);
});

/** Makes `import` of some packages fail as if they were not installed. */
const without = (...names: string[]): string => {
  const hooks = `export async function resolve(name, context, next) {
    if (${JSON.stringify(names)}.includes(name)) throw Object.assign(new Error('Cannot find package ' + name), { code: 'ERR_MODULE_NOT_FOUND' });
    return next(name, context);
  }`;
  return `import { register } from 'node:module'; register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));`;
};
const open = (kind: string): string => `
  const { openDevice } = await import(${runtimeFile('index.ts')});
  try { await openDevice('${kind}'); console.log('opened'); }
  catch (error) { console.log(error.name, error.code, error.message, '|', error.hint); }`;

test('a missing optional package is named, with the line to type', async () => {
  const webgpu = await runScript(without('webgpu') + open('webgpu'));
  assert.match(webgpu.stdout, /^DeviceError TDSL0551 the package webgpu .*npm install webgpu/, webgpu.stderr);
  const koffi = await runScript(without('koffi') + open('cuda'));
  assert.match(koffi.stdout, /^DeviceError TDSL0551 the package koffi .*npm install koffi/, koffi.stderr);
  assert.match((await runScript(without('koffi', 'webgpu') + open('cpu'))).stdout, /^opened/);
});

test('a machine without any driver is told what was tried', async () => {
  const { stdout, stderr } = await runScript(open('webgpu'), { TDSL_VULKAN: 'lavapipe', TDSL_CACHE: join(cache, 'none') });
  assert.match(stdout, /^DeviceError TDSL0552 no WebGPU adapter \(lavapipe: not unpacked.*\) \| install/, stderr);
});

test.run();

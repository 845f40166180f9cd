import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileSource } from '../../src/driver.ts';
import { tensorOf } from '../../src/host/engine.ts';
import { engineModule, engineText } from '../../src/host/engine-text.ts';
import { formatTypeScript, harness } from '../../src/host/harness.ts';
import { isIntact } from '../../src/host/header.ts';
import { bitsOf, dtypes, isDType } from '../../src/ir/dtype.ts';
import type { LaunchAbi } from '../../src/runtime/abi.ts';
import type { Device } from '../../src/runtime/device.ts';
import { openDevice } from '../../src/runtime/index.ts';
import { load, manifest } from './fixture.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tdsl-harness-'));
const text = await harness(manifest, 'saxpy');
mkdirSync(join(folder, 'saxpy'));
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
const path = join(folder, 'saxpy/saxpy.ts');
writeFileSync(path, text);

const test = suite('harness');
test.after(() => rmSync(folder, { recursive: true, force: true }));

test('the engine that harnesses hold is the one that is tested', async () => {
  const sources = ['src/host/engine-spec.ts', 'src/host/engine.ts'];
  const texts = await Promise.all(sources.map((source) => formatTypeScript(engineText(readFileSync(join(root, source), 'utf8')))));
  const expected = engineModule(texts.join('\n'), sources.join(' and '), 'harnessEngine');
  const copy = join(root, 'templates/harness-engine.ts');
  if (process.env['TDSL_BLESS'] === '1') writeFileSync(copy, expected);
  assert.is(readFileSync(copy, 'utf8'), expected);
});

test('and so are the builders of launches', async () => {
  const source = 'src/host/engine-literal.ts';
  const expected = engineModule(await formatTypeScript(engineText(readFileSync(join(root, source), 'utf8'))), source, 'harnessLaunches');
  const copy = join(root, 'templates/harness-launches.ts');
  if (process.env['TDSL_BLESS'] === '1') writeFileSync(copy, expected);
  assert.is(readFileSync(copy, 'utf8'), expected);
});

test('and so is the part for programs', async () => {
  const sources = ['src/host/program-files.ts', 'src/host/program-plan.ts', 'src/host/program-order.ts', 'src/host/program-run.ts', 'src/host/program-engine.ts'];
  const texts = await Promise.all(sources.map((source) => formatTypeScript(engineText(readFileSync(join(root, source), 'utf8')))));
  const expected = engineModule(texts.join('\n'), sources.join(', '), 'harnessPrograms');
  const copy = join(root, 'templates/harness-programs.ts');
  if (process.env['TDSL_BLESS'] === '1') writeFileSync(copy, expected);
  assert.is(readFileSync(copy, 'utf8'), expected);
});

test('the text is the same every time, and says by its checksum whether it was changed', async () => {
  assert.is(await harness(manifest, 'saxpy'), text);
  assert.ok(isIntact(text));
  assert.not.ok(isIntact(`${text} `));
  assert.not.match(text, '\r');
});

/** Type-checks files of the folder together with the harness, strictly. */
function typeErrors(name: string, source: string): string {
  writeFileSync(join(folder, name), source);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({
    compilerOptions: {
      target: 'es2022', module: 'nodenext', moduleResolution: 'nodenext', lib: ['ES2023'], types: [], noEmit: true, strict: true, noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true, noImplicitOverride: true, noImplicitReturns: true, noFallthroughCasesInSwitch: true, noUnusedLocals: true, noUnusedParameters: true,
      verbatimModuleSyntax: true, isolatedModules: true, allowImportingTsExtensions: true, skipLibCheck: true, paths: { 'tdsl/runtime': [join(root, 'src/runtime/index.ts')] },
    },
    files: [name],
  }));
  const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { cwd: folder, encoding: 'utf8' });
  // The runtime itself is checked with the project, under its own settings.
  return stdout.split('\n').filter((line) => /^[^ ].*error TS/.test(line) && !line.includes('src/runtime')).join('\n');
}

test('it type-checks under strict settings, and so does a right use; one with programs too', async () => {
  const mini = readFileSync(join(root, 'test/program/mini.tdsl'), 'utf8');
  writeFileSync(join(folder, 'saxpy/mini.ts'), await harness(compileSource(mini, 'mini.tdsl', { targets: ['cpu', 'wgsl'] }).manifest, 'mini'));
  assert.is(typeErrors('right.ts', `
    import type { Device, DeviceBuffer } from 'tdsl/runtime';
    import { createMemory, createModel, prepareStep, step } from './saxpy/mini.ts';
    export async function run(device: Device, load: Loader): Promise<Float32Array> {
      const states = { model: createModel(device, { L: 3, C: 4, V: 5 }), memory: createMemory(device, { L: 3, C: 4 }) };
      const prepared = await prepareStep(device, states, {}, { load });
      prepared.upload('token', new Int32Array(1));
      await prepared.run();
      return (await step(device, states, { token: new Int32Array(1) }, { load })).s.data;
    }
    import { pick, prepareSaxpy, saxpy, type Loader } from './saxpy/saxpy.ts';
    export async function use(device: Device, load: Loader, buffer: DeviceBuffer): Promise<Float32Array> {
      const { Z } = await saxpy(device, { a: new Float32Array(1), X: new Float32Array(4), Y: { data: new Float32Array(4), shape: [4] } }, { load, sizes: { N: 4 } });
      const prepared = await prepareSaxpy(device, { N: 4 }, { load });
      prepared.launch({ a: buffer, X: buffer, Y: buffer, Z: device.alloc(prepared.bytes.Z) });
      const { W } = await pick(device, { V: new Uint16Array(8), idx: new Int32Array(2) }, { load, sizes: { H: 1, T: 2 } });
      const first: number | undefined = W.data[0];
      return first === undefined ? new Float32Array(0) : Z.data;
    }
  `), '');
});

test('a wrong use does not type-check', () => {
  const errors = typeErrors('wrong.ts', `
    import type { Device } from 'tdsl/runtime';
    import { pick, prepareSaxpy, saxpy, type Loader } from './saxpy/saxpy.ts';
    export async function use(device: Device, load: Loader): Promise<void> {
      await saxpy(device, { a: new Float32Array(1), X: new Float32Array(4) }, { load });
      await saxpy(device, { a: new Float32Array(1), X: new Uint16Array(4), Y: new Float32Array(4) }, { load });
      await prepareSaxpy(device, { M: 4 }, { load });
      await pick(device, { V: new Uint16Array(8), idx: new Int32Array(2) }, { load, sizes: { T: 4 } });
    }
  `);
  for (const line of [5, 6, 7, 8]) assert.match(errors, new RegExp(`wrong.ts.${line},`));
});

/** What the tests call of the harness, typed here since its path is known at run time only. */
interface Harness {
  saxpy(device: Device, inputs: object, options: object): Promise<{ Z: { data: Float32Array; shape: readonly number[] } }>;
  pick(device: Device, inputs: object, options: object): Promise<{ W: { data: Uint16Array; shape: readonly number[] } }>;
  prepareSaxpy(device: Device, sizes: object, options: object): Promise<{ bytes: Record<string, number>; launch(buffers: object): void; destroy(): void }>;
}

async function harnessOn(kind: 'cpu' | 'webgpu', use: (module: Harness, device: Device) => Promise<void>): Promise<void> {
  const module: Harness = await import(pathToFileURL(path).href);
  const device = await openDevice(kind);
  try {
    await use(module, device);
  } finally {
    device.close();
  }
}

for (const kind of ['cpu', 'webgpu'] as const) {
  test(`its functions run on ${kind}`, () => harnessOn(kind, async ({ saxpy, prepareSaxpy }, device) => {
    const X = Float32Array.from({ length: 1001 }, (_, i) => i);
    const Y = Float32Array.from({ length: 1001 }, (_, i) => 2 * i);
    const a = Float32Array.of(0.5);
    const expected = X.map((x, i) => 0.5 * x + (Y[i] ?? 0));
    const { Z } = await saxpy(device, { a, X, Y }, { load });
    assert.equal(Z.shape, [1001]);
    assert.equal([...Z.data], [...expected]);

    // On device buffers: the result of one launch is the input of the next, without a copy to the host.
    const prepared = await prepareSaxpy(device, { N: 1001 }, { load });
    const buffer = (name: string, from?: Float32Array): ReturnType<Device['alloc']> => {
      const made = device.alloc(prepared.bytes[name] ?? 0);
      if (from !== undefined) device.upload(made, new Uint8Array(from.buffer));
      return made;
    };
    const [da, dX, dY, dZ, dZ2] = [buffer('a', a), buffer('X', X), buffer('Y', Y), buffer('Z'), buffer('Z')];
    prepared.launch({ a: da, X: dX, Y: dY, Z: dZ });
    prepared.launch({ a: da, X: dX, Y: dZ, Z: dZ2 });
    const bytes = await device.download(dZ2);
    prepared.destroy();
    assert.equal([...new Float32Array(bytes.buffer, bytes.byteOffset, 1001)], [...expected.map((y, i) => 0.5 * (X[i] ?? 0) + y)]);
  }));
}

test('tensor maps, clusters, early launches and the number of multiprocessors reach the device as the manifest has them', async () => {
  const abi: LaunchAbi = {
    entry: 'saxpy', target: 'cuda', block: [128, 1, 1], sharedBytes: 4096, features: ['sm_90a'], cluster: 2, early: true,
    grid: [{ op: 'min', args: [{ op: 'ceildiv', args: ['N', 64] }, '#multiprocessors'] }, 1, 1],
    args: [
      { kind: 'buffer', name: 'X', storage: 'f32', access: 'read', length: 'N' },
      { kind: 'tensorMap', name: 'X_map', buffer: 'X', dtype: 'f32', dims: [4, { op: 'floordiv', args: ['N', 4] }], strides: [16], box: [4, 16], swizzle: 0 },
      { kind: 'size', name: 'N' },
    ],
  };
  const [kernel] = manifest.kernels;
  assert.ok(kernel);
  const variant = { ...kernel.targets['wgsl']![0]!, file: 'saxpy/saxpy.sm_90a.cu', features: ['sm_90a'], launches: [{ abi }] };
  writeFileSync(join(folder, 'saxpy/boxes.ts'), await harness({ ...manifest, kernels: [{ ...kernel, targets: { 'cuda:sm_90a': [variant] } }] }, 'saxpy'));
  assert.is(typeErrors('boxes.ts', `import { prepareSaxpy } from './saxpy/boxes.ts'; export const used: unknown = prepareSaxpy;`), '');
  const module: Harness = await import(pathToFileURL(join(folder, 'saxpy/boxes.ts')).href);
  const loaded: LaunchAbi[] = [];
  const device = { kind: 'cuda', name: 'one that only listens', info: () => ({ features: ['sm_80', 'sm_90a'] }), load: async (_: string, given: LaunchAbi) => loaded.push(given) } as unknown as Device;
  await module.prepareSaxpy(device, { N: 64 }, { load: async () => '' });
  assert.equal(loaded, [abi]);
});

test('an element type tells width and array', () => {
  for (const dtype of Object.keys(dtypes).filter(isDType)) {
    const { bits, array } = tensorOf('x', dtype, []);
    assert.is(bits, bitsOf(dtype), dtype);
    assert.is(array, bits < 16 && dtype !== 'i8' ? 'Uint8Array' : { f32: 'Float32Array', i32: 'Int32Array', u32: 'Uint32Array', i16: 'Int16Array', i8: 'Int8Array' }[dtype as string] ?? 'Uint16Array', dtype);
  }
});

test('wrong shapes are refused by name', () => harnessOn('cpu', async ({ pick }, device) => {
  const message = await pick(device, { V: new Uint16Array(33), idx: { data: new Int32Array(6), shape: [3, 2] } }, { load }).then(() => '', (cause: unknown) => String(cause));
  assert.match(message, 'dimension 0 of V is 8*C = 32, found 33');
}));

test('bundled for the browser it imports nothing and stays small', async () => {
  const { metafile, outputFiles } = await build({ entryPoints: [path], bundle: true, minify: true, platform: 'browser', format: 'esm', write: false, metafile: true, logLevel: 'silent' });
  assert.equal(Object.values(metafile.outputs).flatMap((output) => output.imports), []);
  assert.ok((outputFiles[0]?.contents.length ?? Infinity) < 30 * 1024);
});

test('no name of a kernel collides with another or with the harness', async () => {
  const [kernel] = manifest.kernels;
  if (kernel === undefined) throw new Error('the fixture has kernels');
  const odd = ['foo_bar', 'fooBar', 'runKernel', 'delete', 'sizes', 'Device', 'saxpy', 'fooBar_'].map((name) => ({ ...kernel, name }));
  writeFileSync(path.replace('saxpy.ts', 'odd.ts'), await harness({ ...manifest, kernels: odd }, 'odd'));
  assert.is(typeErrors('odd.ts', `export * from './saxpy/odd.ts';`), '');
  assert.ok(existsSync(path));
});

test.run();

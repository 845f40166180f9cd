/** Programs from text to numbers: against a model written by hand, on every target, through the harness; memory that is shared; what is refused. */
import { mkdirSync, readFileSync, rmSync, writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileSource } from '../../src/driver.ts';
import { createState, prepareProgram, type StateObject } from '../../src/host/program-engine.ts';
import { shareMemory, unroll, versionKey, type PlannedCall } from '../../src/host/program-plan.ts';
import { hostSpec, kernelSpec, programSpec, stateSpec } from '../../src/host/spec.ts';
import { harnessFile, plainFiles } from '../../src/host/files.ts';
import { printProgram } from '../../src/program/print.ts';
import { interpretProgram } from '../../src/program/interpret.ts';
import { CpuDevice } from '../../src/runtime/cpu.ts';
import type { Device, DeviceInfo } from '../../src/runtime/device.ts';
import { DeviceError } from '../../src/runtime/errors.ts';
import { openDevice } from '../../src/runtime/index.ts';
import { outcomeOf } from '../../src/cli/failure.ts';
import { checkCalls } from '../../src/cli/run-program.ts';
import { tdsl } from '../cli/support.ts';

const source = fileURLToPath(new URL('mini.tdsl', import.meta.url));
const text = readFileSync(source, 'utf8');
const compiled = compileSource(text, 'mini.tdsl', { targets: ['cpu', 'wgsl'] });
const folder = mkdtempSync(join(tmpdir(), 'tdsl-programs-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const { manifest } = compiled;
const specs = {
  kernels: Object.fromEntries(manifest.kernels.map((k) => [k.name, kernelSpec(k)])),
  states: Object.fromEntries((manifest.states ?? []).map((s) => [s.name, stateSpec(s)])),
  hosts: Object.fromEntries((manifest.hosts ?? []).map((h) => [h.name, hostSpec(h)])),
};
const program = (name: string): ReturnType<typeof programSpec> => {
  const found = manifest.programs?.find((p) => p.name === name);
  if (found === undefined) throw new Error(`no program ${name}`);
  return programSpec(found);
};
const texts = new Map(plainFiles(compiled, 'mini').map((f) => [f.path, f.text]));
const given = async (path: string): Promise<string> => texts.get(path) ?? Promise.reject(new Error(path));
const load = given;

const L = 3, C = 70, V = 5;
const numbers = (count: number, scale: number): Float32Array => Float32Array.from({ length: count }, (_, i) => scale * (((i * 37) % 19) - 9));
const W = numbers(L * C * C, 1 / 256), h0 = numbers(L * C, 1 / 8);
/** Whole numbers, which bf16 holds. */
const E = numbers(V * C, 1);
const bf16 = Uint16Array.from(E, (x) => new Uint32Array(Float32Array.of(x).buffer)[0]! >>> 16);

/** What the program says, by hand. */
function expected(tokens: readonly number[]): { h: Float64Array; s: Float64Array; sums: Float64Array } {
  const h = Float64Array.from(h0), sums = new Float64Array(C);
  let s = new Float64Array(V);
  for (const token of tokens) {
    let x = Float64Array.from(E.subarray(token * C, (token + 1) * C));
    for (let l = 0; l < L; l++) {
      const g = Float64Array.from({ length: C }, (_, c) => 0.5 * h[l * C + c]! + x.reduce((n, xj, j) => n + W[(l * C + c) * C + j]! * xj, 0));
      x = x.map((xc, c) => xc + Math.max(g[c]!, 0));
      h.set(g, l * C);
    }
    s = Float64Array.from({ length: V }, (_, v) => x.reduce((n, xc, c) => n + xc * E[v * C + c]!, 0));
    x.forEach((v, c) => { sums[c]! += v; });
  }
  return { h, s, sums };
}

const near = (found: ArrayLike<number>, wanted: Float64Array, name: string): void => {
  assert.is(found.length, wanted.length);
  const scale = wanted.reduce((n, x) => Math.max(n, Math.abs(x)), 0);
  for (let i = 0; i < wanted.length; i++) assert.ok(Math.abs(found[i]! - wanted[i]!) <= 1e-4 * scale, `${name}[${i}] is ${found[i]}, not ${wanted[i]}`);
};
const floats = (data: ArrayBufferView): Float32Array => new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4);

async function states(device: Device): Promise<{ model: StateObject<string>; memory: StateObject<string> }> {
  const model = createState<string>(specs.states['Model']!, device, { L, C, V });
  const memory = createState<string>(specs.states['Memory']!, device, { L, C });
  // Rows one by one, as a checkpoint is streamed.
  for (let l = 0; l < L; l++) model.upload('W', W.subarray(l * C * C, (l + 1) * C * C), [l]);
  model.upload('embed', bf16);
  memory.upload('h', h0);
  return { model, memory };
}

for (const kind of ['cpu', 'webgpu'] as const) {
  test(`on ${kind}: two runs change the state as the model by hand does`, async () => {
    const device = await openDevice(kind);
    const both = await states(device);
    const step = await prepareProgram<string, Record<string, number>>(program('step'), specs, device, {}, both, { load });
    for (const token of [2, 4]) {
      step.upload('token', Int32Array.of(token));
      step.launch();
    }
    const wanted = expected([2, 4]);
    near(floats((await step.download('s')).data), wanted.s, 's');
    const h = await both.memory.download('h');
    assert.equal(h.shape, [L, C]);
    near(floats(h.data), wanted.h, 'h');
    near(floats((await both.memory.download('sums')).data), wanted.sums, 'sums');
    // x, y, g of all layers: three pieces of memory, whatever the number of layers.
    assert.is(step.memory.slots.length, 3);
    assert.is(step.memory.unshared, (1 + 3 * L) * C * 4);
    step.destroy();
    device.close();
  });
}

test('the interpreter gives the same, and bounds what targets do', () => {
  const tree = compiled.launched.programs.find((p) => p.name === 'step');
  assert.ok(tree);
  const inputs = new Map<string, ArrayLike<number>>([['token', [2]], ['model.W', W], ['model.embed', E], ['memory.h', h0], ['memory.sums', new Float32Array(C)]]);
  const found = interpretProgram(tree, compiled.program.kernels, compiled.launched.hosts, { L, C, V }, inputs);
  near(found.get('s')!.values, expected([2]).s, 's');
  near(found.get('memory.h')!.values, expected([2]).h, 'h');
  assert.equal([...found.keys()].sort(), ['memory.h', 'memory.sums', 's']);
});

test('the text form shows slices, versions and sizes', () => {
  const tree = compiled.launched.programs.find((p) => p.name === 'step');
  assert.ok(tree);
  const lines = printProgram(tree).split('\n').map((l) => l.trim());
  assert.ok(lines.includes('mix[C=C](x <- x, W <- model.W[l], h <- memory.h[l], keep <- f32(0.5), y -> y, g -> g)'), lines.join('\n'));
  assert.ok(lines.includes('for l in 0..L'));
});

test('the manifest knows what depends on what, and how long memory lives', () => {
  const step = manifest.programs?.find((p) => p.name === 'step');
  assert.ok(step);
  const loop = step.steps[1];
  assert.ok(loop?.kind === 'for');
  assert.equal(loop.after, [0]);
  // Storing g and carrying y on do not wait for each other.
  assert.equal(loop.body.map((s) => s.after), [[], [2], [2]]);
  const life = (name: string): readonly number[] => step.tensors.find((t) => t.name === name)?.lifetime ?? [];
  assert.equal([life('x'), life('y'), life('model.W')], [[0, 6], [2, 4], [1, 4]]);
  assert.equal(step.tensors.filter((t) => t.sliced > 0).map((t) => t.name), ['model.W', 'memory.h']);
});

test('no two values that live at once share memory, for any order of calls', () => {
  let seed = 1;
  const random = (n: number): number => { seed = (seed * 48271) % 2147483647; return seed % n; };
  for (let round = 0; round < 200; round++) {
    const calls: PlannedCall[] = [];
    const need = new Map<string, number>();
    const versions: number[] = [];
    for (let i = 0; i < 12; i++) {
      const reads = versions.length === 0 ? [] : [...new Set(Array.from({ length: random(3) }, () => random(versions.length)))];
      versions.push(i);
      need.set(`t${i}#0`, 4 * (1 + random(50)));
      const place = (t: number): { kind: 'place'; tensor: string; version: number; offset: number; bytes: number } => ({ kind: 'place', tensor: `t${t}`, version: 0, offset: 0, bytes: 4 });
      calls.push({ kind: 'call', callee: 'k', sizes: {}, args: [...reads.map((t) => ({ name: `r${t}`, access: 'read', from: place(t) }) as const), { name: 'w', access: 'write', from: place(i) }] });
    }
    const plan = shareMemory(calls, () => true, need);
    const last = new Map<string, number>();
    calls.forEach((c, i) => c.args.forEach(({ from }) => { if (from.kind === 'place') last.set(versionKey(from), i); }));
    for (let a = 0; a < 12; a++) for (let b = a + 1; b < 12; b++) {
      const shared = plan.slotOf.get(`t${a}#0`) === plan.slotOf.get(`t${b}#0`);
      assert.ok(!shared || (last.get(`t${a}#0`) ?? 0) < b, `t${a} and t${b} in round ${round}`);
    }
    for (const [key, slot] of plan.slotOf) assert.ok((plan.slots[slot] ?? 0) >= (need.get(key) ?? 0));
    assert.ok(plan.slots.reduce((a, b) => a + b, 0) <= plan.unshared);
  }
});

test('a tensor that is replaced is a new version, and its old one is read', () => {
  const calls = unroll(program('step'), { L: 2, C: 4, V: 5 });
  const ofMix = calls.filter((c) => c.callee === 'mix').map((c) => c.args.filter((a) => a.name === 'x' || a.name === 'y').map((a) => (a.from.kind === 'place' ? versionKey(a.from) : '')));
  assert.equal(ofMix, [['x#1', 'y#1'], ['x#2', 'y#2']]);
});

test('a harness has typed states and programs, with functions of the host', async () => {
  const { path, text: harness } = await harnessFile(manifest, 'mini');
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, harness);
  const module: {
    createModel(device: Device, sizes: object): StateObject<string>;
    createMemory(device: Device, sizes: object): StateObject<string>;
    step(device: Device, states: object, inputs: object, options: object): Promise<{ s: { data: Float32Array } }>;
    normalised(device: Device, states: object, inputs: object, options: object): Promise<{ s: { data: Float32Array } }>;
  } = await import(pathToFileURL(file).href);
  const device = new CpuDevice();
  const asked: string[] = [];
  const load = (path: string): Promise<string> => { asked.push(path); return given(path); };
  const model = module.createModel(device, { L, C, V });
  const memory = module.createMemory(device, { L, C });
  model.upload('W', W); model.upload('embed', bf16); memory.upload('h', h0);
  for (const token of [2, 4]) await module.step(device, { model, memory }, { token: Int32Array.of(token) }, { load });
  near(floats((await memory.download('h')).data), expected([2, 4]).h, 'h');
  // What describes the kernels is read once, and that of other devices never.
  assert.equal(asked.filter((path) => path.endsWith('.json')), ['mini/mini.cpu.json']);
  const normal = ({ x }: { x: { data: Float32Array } }): object => ({ y: x.data.map((v) => v / 2) });
  const x = numbers(C, 1);
  const { s } = await module.normalised(device, {}, { x, E: { data: bf16, shape: [V, C] } }, { load, host: { normal } });
  near(s.data, Float64Array.from({ length: V }, (_, v) => x.reduce((n, xc, c) => n + (xc / 2) * E[v * C + c]!, 0)), 's');
  const refusal = async (action: Promise<unknown>): Promise<string> => action.then(() => '', (cause: unknown) => String(cause));
  assert.match(await refusal(module.normalised(device, {}, { x, E: { data: bf16, shape: [V, C] } }, { load })), 'host function normal is missing');
  assert.match(await refusal(module.normalised(device, {}, { x, E: { data: bf16, shape: [V, C] } }, { load, host: { normal: () => ({ y: new Float32Array(3) }) } })), 'y takes 280 bytes, found 12');
  assert.match(await refusal(module.step(device, { model, memory }, { token: Int32Array.of(V) }, { load })), 'element 0 of token is 5, but must be from 0 to 4');
  const token = Int32Array.of(0);
  assert.match(await refusal(module.step(device, { model, memory }, { token }, { load: async () => '<!doctype html>' })), 'what `load` gives for mini/mini.cpu.json is no JSON');
  assert.match(await refusal(module.step(device, { model, memory }, { token }, { load: async () => '{}' })), 'mini/mini.cpu.json has no step: it is of another compilation');
  assert.match(await refusal(module.step({ ...device, kind: 'cuda' } as unknown as Device, { model, memory }, { token }, { load })), 'step was not compiled for cuda; it was for cpu, webgpu');
  const other = module.createMemory(device, { L: L + 1, C });
  assert.match(await refusal(module.step(device, { model, memory: other }, { token: Int32Array.of(0) }, { load })), /must have the shape \[3, 70\]|must have the shape \[4, 70/);
});

/** A device that has less memory than the processor. */
class Small extends CpuDevice {
  override info(): DeviceInfo { const info = super.info(); return { ...info, limits: { ...info.limits, memoryBytes: 60_000 } }; }
}

test('memory that the device does not have: by how much, and what is largest', async () => {
  assert.throws(() => createState(specs.states['Model']!, new Small(), { L: 4, C: 64, V: 5 }), /state Model takes 66176 bytes, 6176 over the memory of JavaScript \(60000\); its largest buffers are Model\.W 65536, Model\.embed 640/);
  const large = new Small();
  const model = createState<string>(specs.states['Model']!, large, { L: 3, C: 64, V: 5 });
  const memory = createState<string>(specs.states['Memory']!, large, { L: 3, C: 64 });
  await prepareProgram(program('step'), specs, large, {}, { model, memory }, { load });
});

/** A device whose memory others have taken: what it says it has is not there. */
class Full extends CpuDevice {
  override alloc(bytes: number): ReturnType<CpuDevice['alloc']> {
    if (bytes > 60_000) throw new DeviceError('TDSL0558', 'no memory', 'free buffers');
    return super.alloc(bytes);
  }
}

test('memory that a driver refuses is the error of the driver, with the name of the buffer, and no bug of the compiler', async () => {
  const refused = (make: () => unknown): unknown => { try { make(); } catch (cause) { return cause; } return undefined; };
  const cause = refused(() => createState(specs.states['Model']!, new Full(), { L: 4, C: 64, V: 5 }));
  assert.ok(cause instanceof DeviceError);
  assert.equal([cause.code, cause.message], ['TDSL0558', 'Model.W (65536 bytes): no memory']);
  assert.is(outcomeOf(cause, {}).exitCode, 1);
});

/** A device that leaves out one launch, as a fault in a plan would. */
class Forgetful extends CpuDevice {
  private launches = 0;
  private readonly left: number;
  constructor(left: number) { super(); this.left = left; }
  override launch(...args: Parameters<CpuDevice['launch']>): void { if (this.launches++ !== this.left) super.launch(...args); }
}

test('the check of a run finds a call that was left out, whichever it is', async () => {
  const described = manifest.programs?.find((p) => p.name === 'step');
  assert.ok(described);
  const values = new Map<string, ArrayLike<number>>([['token', [2]], ['model.W', W], ['model.embed', E], ['memory.h', h0], ['memory.sums', new Float32Array(C)]]);
  for (const left of [-1, 0, 1, 2, 3, 9, 10, 11]) {
    const device = new Forgetful(left);
    const step = await prepareProgram<string, Record<string, number>>(program('step'), specs, device, {}, await states(device), { load });
    step.upload('token', Int32Array.of(2));
    const traced: ReadonlyMap<string, Uint8Array>[] = [];
    await step.trace((_, written) => traced.push(written));
    const { report } = checkCalls(compiled, described, { L, C, V }, values, traced, 'cpu') ?? {};
    assert.is(report?.ok, left < 0, `launch ${left} left out`);
    step.destroy();
  }
});

test('tdsl run checks programs, and says what it needs', async () => {
  const run = await tdsl(['run', source, '--kernel', 'step', '--check', '--size', 'C=37']);
  assert.is(run.code, 0, run.err);
  assert.match(run.out, 'check ok: 523 elements');
  assert.match((await tdsl(['run', source, '--kernel', 'normalised'])).err, 'it calls the host function normal');
  const shown = await tdsl(['inspect', source, '--kernel', 'step', '--emit', 'tst', '--target', 'cpu']);
  assert.match(shown.out, '  for l in 0..L\n    mix[C=C](x <- x, W <- model.W[l],');
  const wrong = await tdsl(['run', source, '--kernel', 'step', '--in', 'memory.g=x.npy']);
  assert.match(wrong.err, 'did you mean `memory.h`?');
});

test.run();

/**
 * Programs whose independent launches run at once, beside the same programs one launch after the other, in one run and on one GPU:
 *
 *     tsx test/bench/streams.ts [--device cuda|shim] [--small]
 *
 * ShadowKV's step (keys are rebuilt while values come from the host) at several sizes, and decoding of a random Llama checkpoint. Both must give the same bytes, and ShadowKV's are
 * compared with the processor's too at small sizes by the tests. Microseconds a step are the median over samples that take turns. Ends with 1 where bytes differ.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ShimDevice } from '../../src/cli/shim-device.ts';
import { compileSource } from '../../src/driver.ts';
import { createState, prepareProgram, type PreparedProgram, type StateObject } from '../../src/host/program-engine.ts';
import { layoutOf } from '../../src/host/program-plan.ts';
import { hostSpec, kernelSpec, programSpec, stateSpec } from '../../src/host/spec.ts';
import { readConfig } from '../../src/llama/config.ts';
import { compilePrograms } from '../../src/llama/programs.ts';
import { LlamaSession } from '../../src/llama/session.ts';
import type { Device } from '../../src/runtime/device.ts';
import { openDevice } from '../../src/runtime/index.ts';

const { values } = parseArgs({ options: { device: { type: 'string' }, small: { type: 'boolean' } } });
const small = values.small === true, root = join(import.meta.dirname ?? 'test/bench', '../..');
const open = async (): Promise<Device> => (values.device === 'shim' ? new ShimDevice(true) : openDevice('cuda'));
const probe = await open();
const target = probe.info().features.includes('sm_90a') ? 'cuda:sm_90a' : 'cuda:sm_80';
process.stdout.write(`${probe.name}, ${target}\n`);
probe.close();
let different = 0;

const median = (all: readonly number[]): number => [...all].sort((a, b) => a - b)[all.length >> 1] ?? Number.NaN;
/** Bytes of small finite numbers in bf16, f32 and i32 (below `limit`). */
function noise(dtype: string, elements: number, limit: number, seed: number): Uint8Array {
  let state = seed >>> 0;
  const next = (): number => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return state; };
  if (dtype === 'i32') return new Uint8Array(Int32Array.from({ length: elements }, () => next() % limit).buffer);
  if (dtype === 'f32') return new Uint8Array(Float32Array.from({ length: elements }, () => next() / 2 ** 32 - 0.5).buffer);
  // Exponents of 2^-4 to 2^-1, all signs and mantissas.
  const made = new Uint16Array(elements);
  for (let i = 0; i < elements; i++) { const n = next() >>> 8; made[i] = ((n & 1) << 15) | ((0x7b + ((n >> 1) & 3)) << 7) | ((n >> 3) & 127); }
  return new Uint8Array(made.buffer);
}

const source = readFileSync(join(root, 'examples/shadowkv/shadow_decode.tdsl'), 'utf8');
const compiled = compileSource(source, 'shadow_decode.tdsl', { targets: [target] });
const { manifest } = compiled;
const texts = new Map(compiled.files.map((f) => [f.path, f.text]));
const load = async (path: string): Promise<string> => texts.get(path) ?? Promise.reject(new Error(path));
const specs = {
  kernels: Object.fromEntries(manifest.kernels.map((k) => [k.name, kernelSpec(k)])), states: Object.fromEntries((manifest.states ?? []).map((s) => [s.name, stateSpec(s)])),
  hosts: Object.fromEntries((manifest.hosts ?? []).map((h) => [h.name, hostSpec(h)])),
};
type Step = { readonly program: PreparedProgram<string, Record<string, number>>; readonly state: StateObject<string> };

async function shadow(device: Device, sizes: Record<string, number>, inOrder: boolean): Promise<Step> {
  const spec = specs.states['Shadow'], program = manifest.programs?.[0];
  if (spec === undefined || program === undefined) throw new Error('no program');
  const state = createState<string>(spec, device, sizes);
  spec.fields.forEach((f, i) => {
    const { shape } = layoutOf(f, sizes), elements = shape.reduce((a, b) => a * b, 1);
    // Chunks of one head differ: first slots are 0, 1, …
    if (f.name === 'slot' || f.name === 'kept') state.upload(f.name, Int32Array.from({ length: elements }, (_, at) => at % (shape.at(-1) ?? 1)));
    else state.upload(f.name, noise(f.dtype, elements, 1, 17 + i));
  });
  const prepared = await prepareProgram<string, Record<string, number>>(programSpec(program), specs, device, sizes, { cache: state }, { load, inOrder });
  for (const [i, t] of programSpec(program).tensors.entries()) {
    if (t.role !== 'input') continue;
    const bytes = noise(t.dtype, layoutOf(t, sizes).shape.reduce((a, b) => a * b, 1), 2, 101 + i);
    prepared.upload(t.name, t.dtype === 'i32' ? new Int32Array(bytes.buffer) : new Uint16Array(bytes.buffer));
  }
  return { program: prepared, state };
}

async function compareShadow(sizes: Record<string, number>): Promise<void> {
  const device = await open();
  const both = [await shadow(device, sizes, true), await shadow(device, sizes, false)] as const;
  const other = noise('bf16', (sizes['B'] ?? 1) * (sizes['H'] ?? 1) * (sizes['G'] ?? 1) * (sizes['D'] ?? 1), 1, 5);
  const bytes: string[] = [];
  for (const { program, state } of both) {
    program.launch();
    // Another query, so that some chunks stay and others are fetched.
    program.upload('q', new Uint16Array(other.buffer));
    program.launch();
    const all = [await program.download('y'), await program.download('hits'), await state.download('slots'), await state.download('slot'), await state.download('generated')];
    bytes.push(all.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')).join());
  }
  const same = bytes[0] === bytes[1];
  if (!same) different++;
  // Every step finds other slots than it wants, as a first step after a jump does: the slots begin anew.
  const first = both.map(({ state }) => { const { shape } = layoutOf(specs.states['Shadow']?.fields.find((f) => f.name === 'slot') ?? { shape: [], bits: 32, sliced: 0 }, state.sizes); return Int32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => at % (shape.at(-1) ?? 1)); });
  const times: [number[], number[]] = [[], []], count = small ? 1 : 20;
  for (let sample = 0; sample < (small ? 1 : 15); sample++) for (const i of [0, 1] as const) {
    const { program, state } = both[i];
    let spent = 0;
    for (let n = 0; n < count; n++) {
      const slots = first[i];
      if (slots !== undefined) state.upload('slot', slots);
      const start = performance.now();
      program.launch();
      await device.sync();
      spent += performance.now() - start;
    }
    times[i].push((spent * 1000) / count);
  }
  const [one, several] = times.map(median);
  process.stdout.write(`| shadow_decode ${Object.entries(sizes).map(([n, v]) => `${n}=${v}`).join(' ')} | ${one?.toFixed(0)} | ${several?.toFixed(0)} | ${((one ?? 0) / (several ?? 1)).toFixed(3)} | ${same ? 'same' : 'DIFFERENT'} |\n`);
  for (const { program, state } of both) { program.destroy(); state.destroy(); }
  device.close();
}

process.stdout.write('| program | one after the other, µs | at once, µs | ratio | bytes |\n|---|---|---|---|---|\n');
const base = { B: 1, H: 2, G: 2, D: 16, C: 20, J: 4, R: 8, N: 18, T: 5, W: 15, M: 6 };
const full = { B: 1, H: 8, G: 4, D: 128, C: 4096, J: 8, R: 160, N: 4048, T: 256, W: 512, M: 64 };
for (const sizes of small ? [base, { ...base, B: 2, J: 3 }] : [base, full, { ...full, T: 64 }, { ...full, C: 15000, N: 14900, T: 512 }, { ...full, B: 4, T: 128 }]) await compareShadow(sizes);

const folder = mkdtempSync(join(tmpdir(), 'tdsl-streams-'));
try {
  const shape = small ? ['--layers', '1', '--hidden', '128'] : ['--layers', '4', '--hidden', '1024'];
  const made = spawnSync(process.execPath, ['--import', 'tsx', join(root, 'src/build/fixture-llama.ts'), '--out', folder, '--seed', '0', ...shape], { encoding: 'utf8', cwd: root });
  if (made.status !== 0) throw new Error(made.stderr);
  const config = readConfig(folder);
  const programs = compilePrograms(readFileSync(join(root, 'examples/llama/llama.tdsl'), 'utf8'), 'llama.tdsl', target, false, { act: 'bf16', weight: 'bf16' });
  const sessions = await Promise.all([true, false].map(async (inOrder) => {
    const device = await open();
    if (inOrder) { const record = device.record.bind(device); device.record = (parts) => record([{ after: [], launch: () => { for (const part of parts) part.launch(); } }]); }
    return LlamaSession.open(config, folder, device, programs, Math.min(config.context, 2048));
  }));
  const prompt = Array.from({ length: small ? 3 : 200 }, (_, i) => (i * 7919 + 13) % config.words), steps = small ? 2 : 48;
  for (const what of ['prefill', 'decode'] as const) {
    const times: number[][] = [[], []], words: string[] = ['', ''];
    for (let sample = 0; sample < (small ? 1 : 9); sample++) for (const [i, session] of sessions.entries()) {
      await session.prefill(prompt);
      session.start(1, prompt.length);
      const start = performance.now();
      words[i] = what === 'prefill' ? (await session.prefill(prompt)).join() : (await session.steps(prompt.length, steps)).join();
      times[i]?.push(((performance.now() - start) * 1000) / (what === 'prefill' ? 1 : steps));
    }
    const same = words[0] === words[1];
    if (!same) different++;
    const [one, several] = times.map(median);
    process.stdout.write(`| llama ${what}, ${shape.join(' ')} | ${one?.toFixed(0)} | ${several?.toFixed(0)} | ${((one ?? 0) / (several ?? 1)).toFixed(3)} | ${same ? 'same' : 'DIFFERENT'} |\n`);
  }
  for (const session of sessions) { session.close(); session.device.close(); }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = different > 0 ? 1 : 0;

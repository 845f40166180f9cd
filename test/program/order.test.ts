/**
 * A program whose launches run as late as they may gives the bytes that it gives one call after the other: what waits for what is enough. That it is not too much is seen by calls that ran in another
 * order.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileSource } from '../../src/driver.ts';
import { createState, prepareProgram, type StateObject } from '../../src/host/program-engine.ts';
import { layoutOf } from '../../src/host/program-plan.ts';
import { arrayOf, hostSpec, kernelSpec, programSpec, stateSpec } from '../../src/host/spec.ts';
import type { Sizes } from '../../src/runtime/abi.ts';
import { LateDevice } from './late-device.ts';

const arrays = { Float32Array, Uint16Array, Int16Array, Int32Array, Uint32Array, Int8Array, Uint8Array };
const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Small numbers by the bits of any type; positions are 0, 1, 2 …, which differ. */
function values(dtype: Parameters<typeof arrayOf>[0], elements: number, bits: number, seed: number): ArrayBufferView {
  let state = seed;
  const next = (): number => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return state >>> 9; };
  const made = new arrays[arrayOf(dtype)](Math.ceil((elements * bits) / (8 * arrays[arrayOf(dtype)].BYTES_PER_ELEMENT)));
  // bf16 and f16 between 1 and 2; packed codes are any bytes.
  for (let i = 0; i < made.length; i++) made[i] = dtype === 'f32' ? (next() % 1000) / 500 - 1 : dtype === 'bf16' ? 0x3f80 | (next() % 128) : dtype === 'f16' ? 0x3c00 | (next() % 1024) : bits < 8 ? next() % 256 : i;
  return made;
}

for (const [path, sizes] of [['order.tdsl', { L: 3, N: 5, T: 4, D: 8 }], ['../../examples/transformer_block.tdsl', {}]] as const) {
  const text = readFileSync(file(path), 'utf8'), compiled = compileSource(text, path.split('/').at(-1) ?? path, { targets: ['cpu'] });
  const { manifest } = compiled, texts = new Map(compiled.files.map((f) => [f.path, f.text]));
  const specs = {
    kernels: Object.fromEntries(manifest.kernels.map((k) => [k.name, kernelSpec(k)])), states: Object.fromEntries((manifest.states ?? []).map((s) => [s.name, stateSpec(s)])),
    hosts: Object.fromEntries((manifest.hosts ?? []).map((h) => [h.name, hostSpec(h)])),
  };
  const load = async (name: string): Promise<string> => texts.get(name) ?? Promise.reject(new Error(name));

  for (const program of manifest.programs ?? []) test(`${program.name}: as late as it may be is right`, async () => {
    const used = new Set([...program.sizes.map((s) => s.name), ...program.states.flatMap((s) => specs.states[s.state]?.sizes ?? [])]);
    const all: Sizes = { ...program.example, ...Object.fromEntries(Object.entries(sizes).filter(([name]) => used.has(name))) };
    const device = new LateDevice();
    /** What two runs leave behind. */
    const after = async (isTraced: boolean): Promise<string[]> => {
      const states: Record<string, StateObject<string>> = {};
      for (const { parameter, state } of program.states) {
        const spec = specs.states[state];
        if (spec === undefined) throw new Error(state);
        const object = (states[parameter] = createState<string>(spec, device, all));
        spec.fields.forEach((f, i) => object.upload(f.name, values((manifest.states ?? []).find((s) => s.name === state)?.fields[i]?.dtype ?? 'f32', layoutOf(f, all).shape.reduce((a, b) => a * b, 1), f.bits, 7 + i)));
      }
      const prepared = await prepareProgram<string, Sizes>(programSpec(program), specs, device, all, states, { load });
      for (const [i, t] of program.tensors.entries()) if (t.role === 'input') prepared.upload(t.name, values(t.dtype, layoutOf({ ...t, bits: 0 }, all).shape.reduce((a, b) => a * b, 1), specsBits(t.name, program), 31 + i));
      for (let run = 0; run < 2; run++) { if (isTraced) await prepared.trace(() => undefined); else await prepared.run(); }
      const found: { readonly data: ArrayBufferView }[] = [];
      for (const { parameter, state } of program.states) for (const f of specs.states[state]?.fields ?? []) found.push(await states[parameter]!.download(f.name));
      for (const t of program.tensors) if (t.role === 'output') found.push(await prepared.download(t.name));
      prepared.destroy();
      return found.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex'));
    };
    assert.equal(await after(false), await after(true));
    if (program.name !== 'cache') assert.ok(device.reordered > 0, 'independent calls ran in another order');
    device.close();
  });
}

/** Bits of an input's elements. */
function specsBits(name: string, program: Parameters<typeof programSpec>[0]): number {
  return programSpec(program).tensors.find((t) => t.name === name)?.bits ?? 32;
}

test.run();

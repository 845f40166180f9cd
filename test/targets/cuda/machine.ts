/**
 * Runs CUDA text for tests: on the CPU shim in three thread orders, and on a GPU as well where TDSL_TEST_CUDA=1 says that there is one. Tests that need g++
 * are skipped, and say so, where there is none.
 */
import { test } from 'uvu';
import { bufferArgs, type Arg, type LaunchAbi, type StorageType } from '../../../src/runtime/abi.ts';
import type { Device } from '../../../src/runtime/device.ts';
import { openDevice } from '../../../src/runtime/index.ts';
import { runOnShim, shimAvailable, type ShimOrder } from '../../../src/runtime/shim.ts';
import { preludeFor } from '../../../src/targets/cuda/wrappers.ts';

export type Memory = Float32Array | Int32Array | Uint32Array | Uint16Array | Int8Array | Uint8Array;
export const orders: readonly ShimOrder[] = ['forward', 'backward', { random: 1 }, { random: 2 }];

const haveShim = await shimAvailable();
if (!haveShim) console.log('skipped: g++ was not found, so CUDA text cannot run on the CPU');
/** A test that runs kernels on the shim. */
export const shimTest: typeof test | typeof test.skip = haveShim ? test : test.skip;

export const onGpu = process.env['TDSL_TEST_CUDA'] === '1';

export interface Launch {
  readonly entry: string;
  /** In parameter order. Inputs are not written; the kernel gets copies of the others. */
  readonly inputs?: readonly Memory[];
  readonly outputs: readonly Memory[];
  readonly sizes?: readonly number[];
  readonly threads?: number;
  readonly blocks?: number;
  readonly sharedBytes?: number;
}

const bytesOf = (memory: Memory): Uint8Array => new Uint8Array(memory.buffer, memory.byteOffset, memory.byteLength);

function storageOf(memory: Memory): StorageType {
  if (memory instanceof Float32Array) return 'f32';
  if (memory instanceof Int32Array) return 'i32';
  if (memory instanceof Uint32Array) return 'u32';
  if (memory instanceof Uint16Array) return 'u16';
  return memory instanceof Int8Array ? 'i8' : 'u8';
}

export function abiOf({ entry, inputs = [], outputs, sizes = [], threads = 32, blocks = 1, sharedBytes = 0 }: Launch): LaunchAbi {
  const args: Arg[] = [
    ...inputs.map((m, i): Arg => ({ kind: 'buffer', name: `in${i}`, storage: storageOf(m), access: 'read' })),
    ...outputs.map((m, i): Arg => ({ kind: 'buffer', name: `out${i}`, storage: storageOf(m), access: 'readwrite' })),
    ...sizes.map((_, i): Arg => ({ kind: 'size', name: `s${i}` })),
  ];
  return { entry, target: 'cuda', args, grid: [blocks, 1, 1], block: [threads, 1, 1], sharedBytes, features: ['sm_80'] };
}

const sizesOf = ({ sizes = [] }: Launch): Record<string, number> => Object.fromEntries(sizes.map((s, i) => [`s${i}`, s]));

/** One launch on the shim; the outputs afterwards. */
export async function runOnce<M extends Memory>(text: string, launch: Launch & { readonly outputs: readonly M[] }, order: ShimOrder): Promise<M[]> {
  const outputs = launch.outputs.map((m) => m.slice() as M);
  await runOnShim(text, abiOf(launch), [...(launch.inputs ?? []), ...outputs].map(bytesOf), sizesOf(launch), { order });
  return outputs;
}

let gpu: Promise<Device> | undefined;

async function runOnGpu<M extends Memory>(text: string, launch: Launch & { readonly outputs: readonly M[] }): Promise<M[]> {
  const device = await (gpu ??= openDevice('cuda'));
  const abi = abiOf(launch);
  const kernel = await device.load(text, abi);
  const buffers = [...(launch.inputs ?? []), ...launch.outputs].map((m) => {
    const buffer = device.alloc(m.byteLength);
    device.upload(buffer, bytesOf(m));
    return buffer;
  });
  device.launch(kernel, buffers, sizesOf(launch));
  const outputs: M[] = [];
  for (const [i, m] of launch.outputs.entries()) {
    const copy = m.slice() as M;
    bytesOf(copy).set(await device.download(buffers[bufferArgs(abi).length - launch.outputs.length + i]!));
    outputs.push(copy);
  }
  buffers.forEach((b) => b.destroy());
  return outputs;
}

/** Runs everywhere and hands each result to `check`, with the name of the machine. */
export async function runEverywhere<M extends Memory>(text: string, launch: Launch & { readonly outputs: readonly M[] }, check: (outputs: M[], machine: string) => void): Promise<void> {
  for (const order of orders) check(await runOnce(text, launch, order), `shim, ${JSON.stringify(order)}`);
  if (onGpu) check(await runOnGpu(text, launch), 'GPU');
}

/** The wrappers called `names` and the kernels behind them. */
export const unit = (names: readonly string[], kernels: string): string => `${preludeFor(names)}\n${kernels}`;

/** A seeded generator of floats in [-1, 1). */
export function random(seed: number): () => number {
  let state = seed * 2654435761 + 1;
  return () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9 | 0;
    const mixed = Math.imul(state ^ (state >>> 13), 0x297a2d39);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 31 - 1;
  };
}

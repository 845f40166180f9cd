/** Runs emitted kernels for numbers: JavaScript directly, WGSL on whatever WebGPU there is, CUDA text on the CPU shim. */
import { emitKernel, type EmitTarget } from '../../src/emit/emit.ts';
import { type DType, bitsOf } from '../../src/ir/dtype.ts';
import { evaluate } from '../../src/ir/index-expr.ts';
import type { TileKernel } from '../../src/ir/tile.ts';
import { bufferArgs, type LaunchAbi } from '../../src/runtime/abi.ts';
import { CpuDevice } from '../../src/runtime/cpu.ts';
import type { Device } from '../../src/runtime/device.ts';
import { bf16FromF32, f16FromF32, f32FromBf16, f32FromF16 } from '../../src/runtime/float.ts';
import { type ShimKernel, type ShimOrder, compileForShim } from '../../src/runtime/shim.ts';

export const meta = { sourceFile: 'test.tdsl', sourceText: '', options: '' };

/** Elements as they lie in memory, the first in the low bits; padded to whole 16 bytes, as vector bindings want. */
export function encode(dtype: DType, values: ArrayLike<number>): Uint8Array {
  const bits = bitsOf(dtype);
  const bytes = new Uint8Array(Math.ceil((values.length * bits) / 8 / 16) * 16);
  const view = new DataView(bytes.buffer);
  for (let n = 0; n < values.length; n++) {
    const x = values[n]!;
    if (bits === 4) bytes[n >> 1]! |= (x & 15) << (4 * (n & 1));
    else if (dtype === 'f32') view.setFloat32(4 * n, x, true);
    else if (dtype === 'f16') view.setUint16(2 * n, f16FromF32(x), true);
    else if (dtype === 'bf16') view.setUint16(2 * n, bf16FromF32(x), true);
    else if (bits === 32) view.setInt32(4 * n, x | 0, true);
    else if (bits === 16) view.setInt16(2 * n, x, true);
    else view.setInt8(n, x);
  }
  return bytes;
}

export function decode(dtype: DType, bytes: Uint8Array, length: number): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length }, (_, n) => {
    switch (dtype) {
      case 'f32': return view.getFloat32(4 * n, true);
      case 'f16': return f32FromF16(view.getUint16(2 * n, true));
      case 'bf16': return f32FromBf16(view.getUint16(2 * n, true));
      case 'i32': case 'u32': return view.getInt32(4 * n, true);
      case 'i16': return view.getInt16(2 * n, true);
      case 'u16': return view.getUint16(2 * n, true);
      case 'i8': return view.getInt8(n);
      case 'u8': case 'bool': return view.getUint8(n);
      case 'int4': { const nibble = (view.getUint8(n >> 1) >> (4 * (n & 1))) & 15; return nibble > 7 ? nibble - 16 : nibble; }
      case 'uint4': return (view.getUint8(n >> 1) >> (4 * (n & 1))) & 15;
      default: throw new Error(`${dtype} is for other tests`);
    }
  });
}

type Values = Map<string, Float64Array>;
type Sizes = Record<string, number>;
/** Runs a kernel that was emitted once for several sizes. */
export interface Runner { readonly text: string; readonly abi: LaunchAbi; run(sizes: Sizes, inputs: Values): Promise<Values> }

const elements = (kernel: TileKernel, name: string, sizes: Sizes): number => {
  const shape = kernel.buffers.find((b) => b.name === name)!.shape;
  return shape.reduce((n, s) => n * evaluate(s, (kind, id) => { if (kind !== 'size') throw new Error(id); return sizes[id]!; }), 1);
};
/** Outputs begin as a pattern that no result has, so that an element which is not written shows. */
const poison = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(0xa5);

async function onDevice(kernel: TileKernel, device: Device, target: EmitTarget): Promise<Runner> {
  const { text, abi } = emitKernel(kernel, target, meta);
  const loaded = await device.load(text, abi);
  return {
    text, abi,
    run: async (sizes, inputs) => {
      const buffers = bufferArgs(abi).map((arg) => {
        const { dtype } = kernel.buffers.find((b) => b.name === arg.name)!;
        const values = inputs.get(arg.name);
        const bytes = values === undefined ? poison(encode(dtype, { length: elements(kernel, arg.name, sizes) }).length) : encode(dtype, values);
        const buffer = device.alloc(Math.max(16, bytes.length));
        device.upload(buffer, bytes.length === 0 ? new Uint8Array(16) : bytes);
        return { arg, dtype, buffer };
      });
      device.launch(loaded, buffers.map((b) => b.buffer), sizes);
      const outputs: Values = new Map();
      for (const { arg, dtype, buffer } of buffers) if (arg.access !== 'read') outputs.set(arg.name, decode(dtype, await device.download(buffer), elements(kernel, arg.name, sizes)));
      buffers.forEach((b) => b.buffer.destroy());
      return outputs;
    },
  };
}

export const onCpu = (kernel: TileKernel): Promise<Runner> => onDevice(kernel, new CpuDevice(), { name: 'cpu' });
export const onWgsl = (kernel: TileKernel, device: Device, target: Omit<EmitTarget, 'name'> = {}): Promise<Runner> => onDevice(kernel, device, { name: 'wgsl', ...target });

/** The CUDA text on the CPU, in every order of threads. */
export async function onShim(kernel: TileKernel, orders: readonly ShimOrder[] = ['forward', 'backward', { random: 7 }], target: EmitTarget['name'] = 'cuda:sm_80'): Promise<Runner> {
  const { text, abi } = emitKernel(kernel, { name: target }, meta);
  const compiled: ShimKernel = await compileForShim(text);
  return {
    text, abi,
    run: async (sizes, inputs) => {
      let last: Values | undefined;
      for (const order of orders) {
        const buffers = bufferArgs(abi).map((arg) => {
          const { dtype } = kernel.buffers.find((b) => b.name === arg.name)!;
          const values = inputs.get(arg.name);
          return values === undefined ? poison(encode(dtype, { length: elements(kernel, arg.name, sizes) }).length) : encode(dtype, values);
        });
        compiled.run(abi, buffers, sizes, { order });
        const outputs: Values = new Map(bufferArgs(abi).flatMap((arg, n) => {
          const { dtype } = kernel.buffers.find((b) => b.name === arg.name)!;
          return arg.access === 'read' ? [] : [[arg.name, decode(dtype, buffers[n]!, elements(kernel, arg.name, sizes))] as const];
        }));
        for (const [name, values] of last ?? []) if (values.some((x, n) => !Object.is(x, outputs.get(name)![n]!))) throw new Error(`${kernel.name}: ${name} depends on the order of threads (${JSON.stringify(order)})`);
        last = outputs;
      }
      return last!;
    },
  };
}

/** Tensor maps of a launch: their sizes in numbers, checked against what the copying unit takes. No Node API. */
import { bufferArgs, evalSize, tensorMapArgs, type LaunchAbi, type Sizes, type TensorMapArg } from './abi.ts';
import type { DeviceBuffer } from './device.ts';
import { DeviceError } from './errors.ts';

/** How elements are moved; all but `tf32` as they are. */
export type MapElement = 'bytes1' | 'bytes2' | 'bytes4' | 'tf32';

export interface ResolvedMap {
  /** Position of its buffer among the buffer arguments. */
  readonly buffer: number;
  readonly element: MapElement;
  /** Innermost first, none of them 0. */
  readonly dims: readonly number[];
  /** Bytes, of dimensions 1, 2, …. */
  readonly strides: readonly number[];
  readonly box: readonly number[];
  readonly swizzle: 0 | 32 | 64 | 128;
}

const elements: ReadonlyMap<string, MapElement> = new Map([
  ...['u8', 'i8', 'bool', 'e4m3', 'e5m2', 'e8m0'].map((t) => [t, 'bytes1'] as const),
  ...['u16', 'i16', 'f16', 'bf16'].map((t) => [t, 'bytes2'] as const),
  ...['u32', 'i32', 'f32'].map((t) => [t, 'bytes4'] as const),
  ['tf32', 'tf32'],
]);

export function elementBytes(element: MapElement): 1 | 2 | 4 {
  switch (element) {
    case 'bytes1': return 1;
    case 'bytes2': return 2;
    case 'bytes4':
    case 'tf32': return 4;
    default: {
      const unreachable: never = element;
      throw new TypeError(`unknown element ${String(unreachable)}`);
    }
  }
}

const damaged = (arg: TensorMapArg, what: string): DeviceError => new DeviceError('TDSL0559', `tensor map ${arg.name}: ${what}`, 'the manifest is damaged: compile again');

function resolve(abi: LaunchAbi, arg: TensorMapArg, buffers: readonly DeviceBuffer[], sizes: Sizes): ResolvedMap {
  const index = bufferArgs(abi).findIndex((b) => b.name === arg.buffer);
  const buffer = buffers[index];
  const element = elements.get(arg.dtype);
  if (buffer === undefined || element === undefined) throw damaged(arg, buffer === undefined ? `there is no buffer ${arg.buffer}` : `no boxes of ${arg.dtype}`);
  const rank = arg.dims.length, width = elementBytes(element);
  if (rank < 1 || rank > 5 || arg.strides.length !== rank - 1 || arg.box.length !== rank) throw damaged(arg, `${rank} dimensions, ${arg.strides.length} strides, a box of ${arg.box.length}`);
  const row = (arg.box[0] ?? 0) * width;
  if (row % 16 !== 0 || (arg.swizzle > 0 && row > arg.swizzle) || arg.box.some((n) => !Number.isInteger(n) || n < 1 || n > 256)) {
    throw damaged(arg, `a box of ${arg.box.join(' x ')} elements of ${width} bytes with rows of ${arg.swizzle} bytes`);
  }
  const dims = arg.dims.map((e) => evalSize(e, sizes)), strides = arg.strides.map((e) => evalSize(e, sizes));
  const common = { buffer: index, element, box: arg.box, swizzle: arg.swizzle };
  // An empty tensor cannot be described; no box of it is copied, so one of a single element does.
  if (dims.includes(0)) return { ...common, dims: dims.map(() => 1), strides: strides.map(() => 16) };
  for (const stride of strides) {
    if (stride <= 0 || stride % 16 !== 0 || stride >= 2 ** 40) {
      throw new DeviceError('TDSL0559', `tensor map ${arg.name} of kernel ${abi.entry}: rows ${stride} bytes apart, which boxes cannot be copied from`, 'use a size whose rows are multiples of 16 bytes, or another variant of the kernel');
    }
  }
  const last = dims.reduce((at, n, i) => at + (n - 1) * (i === 0 ? width : strides[i - 1] ?? 0), width);
  if (dims.some((n) => n < 0 || n > 2 ** 32) || last > buffer.bytes) {
    throw new DeviceError('TDSL0559', `tensor map ${arg.name} of kernel ${abi.entry}: ${dims.join(' x ')} elements end at byte ${last} of ${arg.buffer}, which has ${buffer.bytes}`, 'allocate the buffer for the sizes of this launch');
  }
  return { ...common, dims, strides };
}

/**
 * The tensor maps of a launch, in the order of their arguments.
 * @throws DeviceError TDSL0559 where a size or a buffer does not fit
 */
export function resolveMaps(abi: LaunchAbi, buffers: readonly DeviceBuffer[], sizes: Sizes): readonly ResolvedMap[] {
  return tensorMapArgs(abi).map((arg) => resolve(abi, arg, buffers, sizes));
}

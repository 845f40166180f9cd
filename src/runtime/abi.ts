/**
 * How one emitted kernel is launched, as it stands in the manifest. Plain JSON, so that any language can launch the kernel.
 *
 * Conventions:
 * - CUDA: `extern "C" __global__` function; parameters are pointers in the order of `args`, then one `const __grid_constant__ TensorMap` (128 bytes, aligned to 64)
 *   per tensor map, then one 32-bit `int` per size.
 * - WGSL: storage buffers at `@group(0) @binding(0)`, `1`, … in the order of `args`; then, if there are sizes, one uniform
 *   buffer at the next binding whose struct holds the sizes as consecutive 32-bit integers, padded to 16 bytes.
 * - CPU: an ES module with `export function <entry>(buffers…, sizes…, gridX, gridY, gridZ)`; buffers arrive as typed arrays
 *   of their storage type and the function loops over the grid itself.
 *
 * In `args` all buffers come first, then tensor maps, then sizes.
 */
import { DeviceError } from './errors.ts';

/** Element type in which a buffer is addressed. f16 and bf16 are `u16`, packed sub-byte types are `u8` or `u32`. */
export type StorageType = 'u8' | 'i8' | 'u16' | 'i16' | 'i32' | 'u32' | 'f32' | 'f64' | 'i64';

export interface BufferArg {
  readonly kind: 'buffer';
  readonly name: string;
  readonly storage: StorageType;
  readonly access: 'read' | 'write' | 'readwrite';
  /** `host`: memory of the host that the device can reach; on CUDA pinned and mapped. */
  readonly place?: 'host';
  /** Least number of elements of `storage` which the kernel touches. Launches check it where it is given. */
  readonly length?: SizeExpr;
}

export interface SizeArg {
  readonly kind: 'size';
  readonly name: string;
}

/**
 * A buffer as a tensor of 1 to 5 dimensions, innermost first, from which boxes are copied to shared memory and back (CUDA from sm_90 on). The device makes it at the
 * launch. What a box has outside the tensor is read as zero and not written.
 */
export interface TensorMapArg {
  readonly kind: 'tensorMap';
  readonly name: string;
  /** Name of the buffer argument. */
  readonly buffer: string;
  /** Element type: `bf16`, `u8`, `f32`, …; `tf32` rounds f32 to it on the way. */
  readonly dtype: string;
  /** Elements along each dimension, the consecutive one first. */
  readonly dims: readonly SizeExpr[];
  /** Bytes from one element to the next along dimensions 1, 2, …: multiples of 16. */
  readonly strides: readonly SizeExpr[];
  /** Elements of a box along each dimension, at most 256; the first takes a multiple of 16 bytes, at most `swizzle` where that is not 0. */
  readonly box: readonly number[];
  /** Rows of this many bytes are swizzled in shared memory; 0: rows as they are. */
  readonly swizzle: 0 | 32 | 64 | 128;
}

export type Arg = BufferArg | TensorMapArg | SizeArg;

export type SizeOp = 'add' | 'mul' | 'sub' | 'floordiv' | 'ceildiv' | 'mod' | 'min' | 'max';

/** Integer expression over size names: a number, a name, or an operation. `sub`, `floordiv`, `ceildiv` and `mod` take two operands. */
export type SizeExpr = number | string | { readonly op: SizeOp; readonly args: readonly SizeExpr[] };

export interface LaunchAbi {
  readonly entry: string;
  readonly target: 'cpu' | 'wgsl' | 'cuda';
  readonly args: readonly Arg[];
  /** Blocks (workgroups) per dimension. The size `#multiprocessors` is the device's number of them. */
  readonly grid: readonly [SizeExpr, SizeExpr, SizeExpr];
  /** Elements that the kernel counts in one number of 32 bits, across several coordinates: at most 2^31 - 1. */
  readonly counts?: SizeExpr;
  /** Threads per block (invocations per workgroup). */
  readonly block: readonly [number, number, number];
  /** Blocks along x that form a cluster and may touch each other's shared memory, as the text says too (`__cluster_dims__`); the grid is a multiple. CUDA from sm_90 on. */
  readonly cluster?: number;
  /**
   * The launch may begin before the one ahead of it in its stream has ended: the text waits for that end itself, before any thread touches memory of the device. CUDA from sm_90 on
   * (`CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION`); launched without that attribute the kernel does the same, a little later.
   */
  readonly early?: true;
  /** Dynamic shared memory in bytes; CUDA only. */
  readonly sharedBytes: number;
  /**
   * What the device must have. WGSL: names of WebGPU features (`shader-f16`, `subgroups`, …). CUDA: at most one architecture,
   * `sm_80` (that or newer) or with a suffix `sm_90a` (that one alone).
   */
  readonly features: readonly string[];
}

export type Sizes = Readonly<Record<string, number>>;

/** Bytes of one element of a storage type. */
export function storageBytes(storage: StorageType): 1 | 2 | 4 | 8 {
  switch (storage) {
    case 'u8':
    case 'i8':
      return 1;
    case 'u16':
    case 'i16':
      return 2;
    case 'i32':
    case 'u32':
    case 'f32':
      return 4;
    case 'f64':
    case 'i64':
      return 8;
    default: {
      const unreachable: never = storage;
      throw new TypeError(`unknown storage type ${String(unreachable)}`);
    }
  }
}

/**
 * Value of a size expression. Division rounds down (`ceildiv`: up), `mod` has the sign of the divisor.
 * @throws DeviceError TDSL0559 for an unbound name, a value that is not a safe integer, a wrong operand count or division by zero.
 */
export function evalSize(expr: SizeExpr, sizes: Sizes): number {
  if (typeof expr === 'number') return checked(expr, expr);
  if (typeof expr === 'string') {
    const value = Object.hasOwn(sizes, expr) ? sizes[expr] : undefined;
    if (value === undefined) throw new DeviceError('TDSL0559', `size ${expr} has no value`, `give a value for ${expr}`);
    return checked(value, expr);
  }
  const values = expr.args.map((arg) => evalSize(arg, sizes));
  const [a, b] = values;
  if (a === undefined) throw new DeviceError('TDSL0559', `operation ${expr.op} has no operands`, 'the manifest is damaged: compile again');
  switch (expr.op) {
    case 'add':
      return checked(values.reduce((x, y) => x + y), expr);
    case 'mul':
      return checked(values.reduce((x, y) => x * y), expr);
    case 'min':
      return Math.min(...values);
    case 'max':
      return Math.max(...values);
    case 'sub':
    case 'floordiv':
    case 'ceildiv':
    case 'mod':
      if (b === undefined || values.length !== 2) {
        throw new DeviceError('TDSL0559', `operation ${expr.op} takes two operands, not ${values.length}`, 'the manifest is damaged: compile again');
      }
      return checked(binary(expr.op, a, b), expr);
    default: {
      const unreachable: never = expr.op;
      throw new DeviceError('TDSL0559', `unknown operation ${String(unreachable)} in a size expression`, 'the manifest is damaged: compile again');
    }
  }
}

function binary(op: 'sub' | 'floordiv' | 'ceildiv' | 'mod', a: number, b: number): number {
  if (op === 'sub') return a - b;
  if (b === 0) throw new DeviceError('TDSL0559', `a size expression divides ${a} by zero`, 'give a size that is not zero');
  // Everything from the truncated remainder, which is exact; a / b itself may be rounded to the next integer near 2^53.
  const rest = a % b;
  const truncated = (a - rest) / b;
  const below = rest !== 0 && rest < 0 !== b < 0;
  if (op === 'mod') return below ? rest + b : rest;
  if (op === 'floordiv') return below ? truncated - 1 : truncated;
  return rest === 0 || below ? truncated : truncated + 1;
}

function checked(value: number, expr: SizeExpr): number {
  if (!Number.isSafeInteger(value)) {
    throw new DeviceError('TDSL0559', `${formatSize(expr)} is ${value}, which is not an integer below 2^53`, 'sizes are integers');
  }
  // -0 would print as 0 and compare unequal under Object.is.
  return value === 0 ? 0 : value;
}

const infix: Readonly<Record<SizeOp, string | undefined>> = {
  add: ' + ', mul: '*', sub: ' - ', floordiv: ' / ', mod: ' % ', ceildiv: undefined, min: undefined, max: undefined,
};

/** A size expression as text, for messages. */
export function formatSize(expr: SizeExpr): string {
  if (typeof expr === 'number' || typeof expr === 'string') return String(expr);
  const args = expr.args.map(formatSize);
  const sign = infix[expr.op];
  return sign === undefined ? `${expr.op}(${args.join(', ')})` : `(${args.join(sign)})`;
}

export function bufferArgs(abi: LaunchAbi): readonly BufferArg[] {
  return abi.args.filter((arg) => arg.kind === 'buffer');
}

export function tensorMapArgs(abi: LaunchAbi): readonly TensorMapArg[] {
  return abi.args.filter((arg) => arg.kind === 'tensorMap');
}

export function sizeArgs(abi: LaunchAbi): readonly SizeArg[] {
  return abi.args.filter((arg) => arg.kind === 'size');
}

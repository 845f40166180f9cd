/**
 * wgmma as data: 64 rows by N columns by the 128 threads of a warpgroup (four warps whose first number is a multiple of 4). Layouts follow the figures of the PTX
 * ISA, "Asynchronous Warpgroup Level Matrix Instructions". B lies in shared memory; so does A, or in registers for names that end in `_ra`.
 *
 * Operands in shared memory are rows of `swizzle` bytes, swizzled by address, from a base aligned to 8 rows. Where k is consecutive, a row holds consecutive k of one
 * row of A (column of B). Where m (or n) is consecutive, a panel is one row for each k, `swizzle` bytes of consecutive m wide, and panels follow at any distance.
 */
import type { DType } from '../../ir/dtype.ts';
import { bitsOf } from '../../ir/dtype.ts';
import type { MmaIntrinsic, SharedOperands } from '../../ir/intrinsic.ts';
import { layout, parseDim, type Layout } from '../../ir/layout.ts';

export interface Wgmma extends MmaIntrinsic {
  readonly operands: 'shared';
  readonly shared: SharedOperands;
  readonly since: 90;
  /** The PTX instruction without operands. */
  readonly instruction: string;
}

type Suffix = 'bf16' | 'f16' | 's8' | 'e4m3' | 'tf32';
interface Kind { readonly input: DType; readonly sum: 'f32' | 'i32'; readonly a: readonly [string, string]; readonly integer: boolean }

const bytes = ['l2 l3 l4 r2 w0 w1', 'r0 r1 l0 l1 r3'] as const;
const halves = ['l2 l3 l4 r1 w0 w1', 'r0 l0 l1 r2'] as const;
const kinds: Readonly<Record<Suffix, Kind>> = {
  bf16: { input: 'bf16', sum: 'f32', a: halves, integer: false },
  f16: { input: 'f16', sum: 'f32', a: halves, integer: false },
  s8: { input: 'i8', sum: 'i32', a: bytes, integer: true },
  e4m3: { input: 'e4m3', sum: 'f32', a: bytes, integer: false },
  tf32: { input: 'f32', sum: 'f32', a: ['l2 l3 l4 r0 w0 w1', 'l0 l1 r1'], integer: false },
};
const suffixes = Object.keys(kinds) as Suffix[];

/** An operand in shared memory: no register holds it. */
const nowhere: Layout = layout([{ bits: [], repeat: 1 }, { bits: [], repeat: 1 }]);

/** Whether the instruction has N columns: multiples of 8 up to 256, for integers above 32 multiples of 16. */
const hasColumns = (n: number, { integer }: Kind): boolean => n >= 8 && n <= 256 && n % 8 === 0 && (!integer || n <= 24 || n % 16 === 0);

function make(suffix: Suffix, n: number, a: SharedOperands['a']): Wgmma | undefined {
  const kind = kinds[suffix];
  if (!hasColumns(n, kind)) return undefined;
  const { input, sum } = kind;
  const bits = bitsOf(input), k = 256 / bits;
  const name = `wgmma_m64n${n}k${k}_${suffix}${a === 'registers' ? '_ra' : ''}`;
  const both = bits === 16;
  const type = suffix === 'tf32' ? 'tf32' : suffix;
  return {
    name, m: 64, n, k, operands: 'shared', wrapper: name, since: 90,
    shared: { a, swizzles: [128, 64, 32], aMajor: both ? ['k', 'm'] : ['k'], bMajor: both ? ['k', 'n'] : ['k'] },
    a: { dtype: input, layout: a === 'registers' ? layout(kind.a.map(parseDim)) : nowhere },
    b: { dtype: input, layout: nowhere },
    d: { dtype: sum, layout: layout([parseDim('l2 l3 l4 r1 w0 w1'), parseDim(n === 8 ? 'r0 l0 l1' : `r0 l0 l1 *${n / 8}`)]) },
    instruction: `wgmma.mma_async.sync.aligned.m64n${n}k${k}.${sum === 'i32' ? 's32' : 'f32'}.${type}.${type}`,
  };
}

const made = new Map<string, Wgmma | undefined>();

/** The intrinsic called `wgmma_m64n…k…_bf16` and the like, for every number of columns that the instruction has; undefined for other names. */
export function wgmmaIntrinsic(name: string): Wgmma | undefined {
  if (made.has(name)) return made.get(name);
  const match = /^wgmma_m64n(\d+)k\d+_(bf16|f16|s8|e4m3|tf32)(_ra)?$/.exec(name);
  const found = match === null ? undefined : make(suffixes.find((s) => s === match[2])!, Number(match[1]), match[3] === undefined ? 'shared' : 'registers');
  const intrinsic = found?.name === name ? found : undefined;
  if (intrinsic !== undefined) made.set(name, intrinsic);
  return intrinsic;
}

/** Column counts that plans choose from. */
const columns = [8, 16, 32, 64, 128, 192, 224, 256] as const;

/** Those that plans choose from: both operands in shared memory. */
export const wgmmaIntrinsics: readonly Wgmma[] = suffixes.flatMap((s) => columns.map((n) => wgmmaIntrinsic(`wgmma_m64n${n}k${256 / bitsOf(kinds[s].input)}_${s}`)!));

/** The same with A in registers. */
export const wgmmaOfRegisters: readonly Wgmma[] = wgmmaIntrinsics.map((i) => wgmmaIntrinsic(`${i.name}_ra`)!);

export const isWgmma = (intrinsic: MmaIntrinsic): intrinsic is Wgmma => wgmmaIntrinsic(intrinsic.name) === intrinsic;

/** Whether B of `n` columns (A of 64 rows), consecutive in memory, can be read from panels of `swizzle` bytes: only whole panels can. */
export const wholePanels = (extent: number, dtype: DType, swizzle: 32 | 64 | 128): boolean => (extent * bitsOf(dtype)) / 8 % swizzle === 0;

/**
 * Matrix intrinsics of NVIDIA GPUs from sm_80 on, as data. Layouts follow the fragment figures of the PTX ISA ("Matrix Fragments for
 * mma.m16n8k16" and its neighbours); the lane is 4 * group + thread-in-group, so `l2 l3 l4` is the group and `l0 l1` the thread in it.
 *
 * From this table come the wrapper functions with the instruction, the CPU bodies of the shim, and what the compiler knows of an intrinsic.
 */
import type { DType } from '../../ir/dtype.ts';
import { bitsOf } from '../../ir/dtype.ts';
import type { MmaIntrinsic } from '../../ir/intrinsic.ts';
import { layout, parseDim, registerCount, type Layout } from '../../ir/layout.ts';
import { commonIntrinsics } from '../intrinsics-common.ts';
import { wgmmaIntrinsic } from './wgmma.ts';

export interface CudaMma extends MmaIntrinsic {
  /** Least architecture number: 80 for sm_80. */
  readonly since: number;
  /** The PTX instruction without operands. */
  readonly instruction: string;
  /** Wrapper that each 32-bit operand word must go through after it was loaded; only tf32, whose operands are f32 bits rounded to 10 fraction bits. */
  readonly round: 'tf32_from_f32' | undefined;
}

const dims = (row: string, column: string): Layout => layout([parseDim(row), parseDim(column)]);

interface Row { name: string; shape: readonly [number, number, number]; a: Layout; b: Layout; d: Layout; input: DType; output: DType; types: string; round?: 'tf32_from_f32' }

function mma({ name, shape: [m, n, k], a, b, d, input, output, types, round }: Row): CudaMma {
  return {
    name, m, n, k, a: { dtype: input, layout: a }, b: { dtype: input, layout: b }, d: { dtype: output, layout: d },
    wrapper: name, since: 80, instruction: `mma.sync.aligned.m${m}n${n}k${k}.row.col.${types}`, round,
  };
}

const d16x8 = dims('l2 l3 l4 r1', 'r0 l0 l1');
const half = { shape: [16, 8, 16], a: dims('l2 l3 l4 r1', 'r0 l0 l1 r2'), b: dims('r0 l0 l1 r1', 'l2 l3 l4'), d: d16x8 } as const;

export const mmaIntrinsics: readonly CudaMma[] = [
  mma({ name: 'mma_m16n8k16_f16', ...half, input: 'f16', output: 'f32', types: 'f32.f16.f16.f32' }),
  mma({ name: 'mma_m16n8k16_f16_sum16', ...half, input: 'f16', output: 'f16', types: 'f16.f16.f16.f16' }),
  mma({ name: 'mma_m16n8k16_bf16', ...half, input: 'bf16', output: 'f32', types: 'f32.bf16.bf16.f32' }),
  mma({
    name: 'mma_m16n8k8_tf32', shape: [16, 8, 8], a: dims('l2 l3 l4 r0', 'l0 l1 r1'), b: dims('l0 l1 r0', 'l2 l3 l4'), d: d16x8,
    input: 'f32', output: 'f32', types: 'f32.tf32.tf32.f32', round: 'tf32_from_f32',
  }),
  mma({
    name: 'mma_m16n8k32_s8', shape: [16, 8, 32], a: dims('l2 l3 l4 r2', 'r0 r1 l0 l1 r3'), b: dims('r0 r1 l0 l1 r2', 'l2 l3 l4'), d: d16x8,
    input: 'i8', output: 'i32', types: 's32.s8.s8.s32',
  }),
];

/** All intrinsics that CUDA kernels may name on any GPU; those of sm_90a are in `wgmma.ts`. */
export const cudaIntrinsics: readonly MmaIntrinsic[] = [...commonIntrinsics, ...mmaIntrinsics];

/** 32-bit registers of one operand fragment in one lane. */
export const fragmentWords = (operand: { readonly dtype: DType; readonly layout: Layout }): number => (registerCount(operand.layout) * bitsOf(operand.dtype)) / 32;

/** How far a demand for an architecture or intrinsic goes: `later` is what newer GPUs alone have, for which this version does not emit. */
export type Demand<T> = { readonly kind: 'ok'; readonly value: T } | { readonly kind: 'later' | 'unknown'; readonly message: string };

/**
 * Reads `sm_80`, `sm_86`, `sm_89`, `sm_90`, and `sm_90a`, whose instructions (wgmma, TMA) that GPU alone has. Suffixed names of later GPUs are not in this version.
 * @returns the architecture number, as 80
 */
export function cudaArchitecture(name: string): Demand<number> {
  const match = /^sm_(\d{2,3})([af]?)$/.exec(name);
  if (match === null) return { kind: 'unknown', message: `'${name}' is no CUDA architecture; write sm_80` };
  const number = Number(match[1]);
  if (match[2] !== '' && name !== 'sm_90a') return { kind: 'later', message: `${name} is not in this version; sm_80 code runs on newer GPUs too` };
  if (number < 80) return { kind: 'unknown', message: `${name} is too old: kernels need sm_80 or newer (cp.async, bf16)` };
  return { kind: 'ok', value: number };
}

/** The intrinsic called `name`, if kernels for `architecture` may use it. */
export function cudaIntrinsic(name: string, architecture = 'sm_80'): Demand<MmaIntrinsic | CudaMma> {
  const found = commonIntrinsics.find((i) => i.name === name);
  if (found !== undefined) return { kind: 'ok', value: found };
  const wgmma = wgmmaIntrinsic(name);
  if (wgmma !== undefined) return architecture === 'sm_90a' ? { kind: 'ok', value: wgmma } : { kind: 'unknown', message: `${name} needs sm_90a` };
  const mma = mmaIntrinsics.find((i) => i.name === name);
  if (mma === undefined) return { kind: 'unknown', message: `there is no intrinsic '${name}'; there are ${cudaIntrinsics.map((i) => i.name).join(', ')}` };
  const known = cudaArchitecture(architecture);
  if (known.kind !== 'ok' || mma.since > known.value) return { kind: 'unknown', message: `${name} needs sm_${mma.since}` };
  return { kind: 'ok', value: mma };
}

export const isCudaMma = (intrinsic: MmaIntrinsic): intrinsic is CudaMma => mmaIntrinsics.some((i) => i.name === intrinsic.name);

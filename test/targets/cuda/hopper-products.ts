/** Cases for single products of sm_90a, their data and their oracle; exact, since all numbers are small integers. */
import * as assert from 'uvu/assert';
import { bf16FromF32, f16FromF32 } from '../../../src/runtime/float.ts';
import { depthOf, wgmmaOf, type Product } from './hopper-kernels.ts';
import { random } from './machine.ts';

const k = (swizzle: 32 | 64 | 128): { swizzle: 32 | 64 | 128; major: 'k' } => ({ swizzle, major: 'k' });
const m = (swizzle: 32 | 64 | 128): { swizzle: 32 | 64 | 128; major: 'm' } => ({ swizzle, major: 'm' });
const n = (swizzle: 32 | 64 | 128): { swizzle: 32 | 64 | 128; major: 'n' } => ({ swizzle, major: 'n' });
const p = (intrinsic: string, steps: number, a: Product['a'], b: Product['b']): Product => ({ intrinsic, steps, a, b });

export const productCases: readonly Product[] = [
  p('wgmma_m64n64k16_bf16', 8, k(128), k(128)), p('wgmma_m64n64k16_bf16', 4, k(64), k(32)), p('wgmma_m64n256k16_bf16', 4, k(128), n(128)),
  p('wgmma_m64n128k16_bf16', 4, m(128), n(64)), p('wgmma_m64n32k16_bf16', 2, m(32), n(32)), p('wgmma_m64n96k16_bf16', 4, m(64), n(64)),
  p('wgmma_m64n64k16_f16', 4, m(128), k(128)), p('wgmma_m64n8k16_f16', 2, k(64), k(64)), p('wgmma_m64n24k16_bf16', 4, k(128), k(128)), p('wgmma_m64n16k16_f16', 3, k(32), n(32)),
  p('wgmma_m64n128k32_s8', 4, k(128), k(128)), p('wgmma_m64n32k32_s8', 2, k(64), k(32)), p('wgmma_m64n64k32_e4m3', 4, k(128), k(128)), p('wgmma_m64n64k8_tf32', 8, k(128), k(128)), p('wgmma_m64n16k8_tf32', 2, k(32), k(64)),
  p('wgmma_m64n64k16_bf16_ra', 4, k(128), n(128)), p('wgmma_m64n32k16_f16_ra', 2, k(32), k(64)), p('wgmma_m64n64k32_s8_ra', 4, k(128), k(128)), p('wgmma_m64n8k32_e4m3_ra', 4, k(128), k(128)), p('wgmma_m64n24k8_tf32_ra', 4, k(128), k(128)),
];

/** e4m3 of integers from -8 to 8. */
function e4m3(value: number): number {
  if (value === 0) return 0;
  const size = Math.abs(value), exponent = Math.floor(Math.log2(size));
  return (value < 0 ? 128 : 0) | (exponent + 7) << 3 | (size / 2 ** exponent - 1) * 8;
}

/** Rows of A along m, of B along n; bytes in the order that the case asks for. */
export function productData(p: Product): { a: Uint8Array; b: Uint8Array; want: Float64Array } {
  const mma = wgmmaOf(p), depth = depthOf(p), next = random(depth + mma.n), limit = mma.a.dtype === 'i8' ? 127 : mma.a.dtype === 'e4m3' ? 4 : 8;
  const encode = (values: readonly number[]): Uint8Array => {
    switch (mma.a.dtype) {
      case 'bf16': return new Uint8Array(Uint16Array.from(values, bf16FromF32).buffer);
      case 'f16': return new Uint8Array(Uint16Array.from(values, f16FromF32).buffer);
      case 'i8': return new Uint8Array(Int8Array.from(values).buffer);
      case 'e4m3': return Uint8Array.from(values, e4m3);
      default: return new Uint8Array(Float32Array.from(values).buffer);
    }
  };
  const make = (rows: number): number[] => Array.from({ length: rows * depth }, () => Math.round(next() * limit));
  const a = make(64), b = make(mma.n);
  const ordered = (values: readonly number[], rows: number, kMajor: boolean): number[] => (kMajor ? [...values] : Array.from({ length: rows * depth }, (_, at) => values[(at % rows) * depth + Math.floor(at / rows)]!));
  const want = new Float64Array(64 * mma.n);
  for (let i = 0; i < 64; i++) for (let j = 0; j < mma.n; j++) for (let c = 0; c < depth; c++) want[i * mma.n + j]! += a[i * depth + c]! * b[j * depth + c]!;
  return { a: encode(ordered(a, 64, p.a.major === 'k')), b: encode(ordered(b, mma.n, p.b.major === 'k')), want };
}

/** How many results differ, and the first of them. */
export function productErrors(p: Product, d: Uint8Array, want: Float64Array): { count: number; first: string } {
  const mma = wgmmaOf(p);
  const got = mma.d.dtype === 'i32' ? new Int32Array(d.buffer, d.byteOffset, want.length) : new Float32Array(d.buffer, d.byteOffset, want.length);
  let count = 0, first = '';
  got.forEach((value, at) => {
    if (value === want[at]) return;
    if (count++ === 0) first = `D[${Math.floor(at / mma.n)}, ${at % mma.n}] = ${value}, want ${want[at]}`;
  });
  return { count, first };
}

export function expectProduct(p: Product, d: Uint8Array, want: Float64Array, machine: string): void {
  const { count, first } = productErrors(p, d, want);
  if (count > 0) assert.unreachable(`${JSON.stringify(p)} on ${machine}: ${count} of ${want.length} wrong, ${first}`);
}

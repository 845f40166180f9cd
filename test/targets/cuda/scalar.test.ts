/** Conversions, packed fields, integer arithmetic and atomics, each against a scalar oracle in TypeScript. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { evalBinary } from '../../../src/ir/scalar.ts';
import { bf16FromF32, f16FromF32, f32FromBf16, f32FromF16, f32FromBits } from '../../../src/runtime/float.ts';
import { runEverywhere, shimTest, unit } from './machine.ts';

const names = [
  'f32_from_f16', 'f16_from_f32', 'f16x2_from_f32', 'f16x2_low', 'f16x2_high', 'f32_from_bf16', 'bf16_from_f32', 'bf16x2_from_f32', 'bf16x2_low', 'bf16x2_high', 'tf32_from_f32',
  'i32_from_f32', 'u32_from_f32', 's16_at', 'u16_at', 's8_at', 'u8_at', 's4_at', 'u4_at', 'pack_16', 'pack_8', 'int_div', 'floor_div', 'floor_mod', 'wrap_add', 'wrap_sub', 'wrap_mul', 'wrap_neg', 'wrap_abs', 'float_mod', 'min_f32', 'max_f32',
  'fast_exp2', 'fast_log2', 'fast_tanh', 'fast_rcp', 'fast_rsqrt', 'fast_div', 'atomic_add', 'atomic_max_f32', 'atomic_min_f32', 'atomic_max_i32', 'atomic_min_i32',
];
const text = unit(names, `
extern "C" __global__ void decode(float* f16, float* bf16, float* pairs) {
  const int i = blockIdx.x * 256 + threadIdx.x;
  f16[i] = f32_from_f16((unsigned short)i);
  bf16[i] = f32_from_bf16((unsigned short)i);
  const unsigned word = pack_16(i, i ^ 0x5a5a);
  pairs[4 * i] = f16x2_low(word); pairs[4 * i + 1] = f16x2_high(word); pairs[4 * i + 2] = bf16x2_low(word); pairs[4 * i + 3] = bf16x2_high(word);
}
extern "C" __global__ void encode(const unsigned* bits, unsigned short* f16, unsigned short* bf16, unsigned* pairs) {
  const int i = blockIdx.x * 256 + threadIdx.x;
  const float x = __uint_as_float(bits[i]), y = __uint_as_float(bits[i ^ 1]);
  f16[i] = f16_from_f32(x);
  bf16[i] = bf16_from_f32(x);
  pairs[3 * i] = f16x2_from_f32(x, y); pairs[3 * i + 1] = bf16x2_from_f32(x, y); pairs[3 * i + 2] = tf32_from_f32(bits[i]);
}
extern "C" __global__ void fields(const unsigned* words, int* out, unsigned* packed) {
  const int i = threadIdx.x;
  const unsigned w = words[i];
  for (int n = 0; n < 2; n++) { out[28 * i + n] = s16_at(w, n); out[28 * i + 2 + n] = u16_at(w, n); }
  for (int n = 0; n < 4; n++) { out[28 * i + 4 + n] = s8_at(w, n); out[28 * i + 8 + n] = u8_at(w, n); }
  for (int n = 0; n < 8; n++) { out[28 * i + 12 + n] = s4_at(w, n); out[28 * i + 20 + n] = u4_at(w, n); }
  packed[2 * i] = pack_16(out[28 * i], out[28 * i + 1]);
  packed[2 * i + 1] = pack_8(out[28 * i + 4], out[28 * i + 5], out[28 * i + 6], out[28 * i + 7]);
}
extern "C" __global__ void integers(const int* a, const int* b, int* out) {
  const int i = threadIdx.x;
  int* o = out + 8 * i;
  o[0] = int_div(a[i], b[i]); o[1] = floor_div(a[i], b[i]); o[2] = floor_mod(a[i], b[i]);
  o[3] = wrap_add(a[i], b[i]); o[4] = wrap_sub(a[i], b[i]); o[5] = wrap_mul(a[i], b[i]); o[6] = wrap_neg(a[i]); o[7] = wrap_abs(a[i]);
}
extern "C" __global__ void floats(const float* a, const float* b, float* out) {
  const int i = threadIdx.x;
  out[3 * i] = min_f32(a[i], b[i]); out[3 * i + 1] = max_f32(a[i], b[i]); out[3 * i + 2] = float_mod(a[i], b[i]);
}
extern "C" __global__ void casts(const float* x, int* i32, unsigned* u32) { i32[threadIdx.x] = i32_from_f32(x[threadIdx.x]); u32[threadIdx.x] = u32_from_f32(x[threadIdx.x]); }
extern "C" __global__ void fast(const float* x, float* out) {
  const float v = x[threadIdx.x];
  float* o = out + 6 * threadIdx.x;
  o[0] = fast_exp2(v); o[1] = fast_log2(v); o[2] = fast_tanh(v); o[3] = fast_rcp(v); o[4] = fast_rsqrt(v); o[5] = fast_div(1.5f, v);
}
extern "C" __global__ void atomics(const float* x, const int* n, float* f, int* i) {
  const int t = blockIdx.x * 64 + threadIdx.x;
  atomic_add(f, 0.5f); atomic_max_f32(f + 1, x[t]); atomic_min_f32(f + 2, x[t]);
  atomic_max_f32(f + 3 + t % 8, x[t]); atomic_min_f32(f + 11 + t % 8, x[t]);
  atomic_add(i, 1); atomic_max_i32(i + 1, n[t]); atomic_min_i32(i + 2, n[t]);
}
`);

const sameFloat = (a: number, b: number): boolean => Object.is(a, b);
function same(got: ArrayLike<number>, want: (i: number) => number, what: string): void {
  for (let i = 0; i < got.length; i++) if (!sameFloat(got[i]!, want(i))) assert.unreachable(`${what}, element ${i}: got ${got[i]}, want ${want(i)}`);
}

shimTest('every f16 and bf16 code becomes its value, also in pairs', async () => {
  await runEverywhere(text, { entry: 'decode', outputs: [new Float32Array(65536), new Float32Array(65536), new Float32Array(4 * 65536)], threads: 256, blocks: 256 }, ([f16, bf16, pairs], machine) => {
    same(f16!, f32FromF16, `f16 on ${machine}`);
    same(bf16!, f32FromBf16, `bf16 on ${machine}`);
    same(pairs!, (n) => {
      const i = n >> 2, other = i ^ 0x5a5a;
      return [f32FromF16(i), f32FromF16(other), f32FromBf16(i), f32FromBf16(other)][n & 3]!;
    }, `pairs on ${machine}`);
  });
});

/** Every f16 and bf16 value, both neighbours of the middle to its successor and the middle itself, as f32 bits. */
function roundingCases(): Uint32Array {
  const bits: number[] = [];
  const asBits = new Uint32Array(1), asFloat = new Float32Array(asBits.buffer);
  const add = (value: number): void => {
    asFloat[0] = value;
    bits.push(asBits[0]!);
  };
  for (let code = 0; code < 0x8000; code++) {
    for (const decode of [f32FromF16, f32FromBf16]) {
      const [value, next] = [decode(code), decode(code + 1)];
      add(value);
      add(-value);
      if (!Number.isFinite(next)) continue;
      add((value + next) / 2);
      bits.push(bits.at(-1)! - 1, bits.at(-1)! + 1);
      add(-(value + next) / 2);
    }
  }
  for (const value of [65519.996, 65520, 65536, 1e38, 3.4e38, Infinity, -Infinity, NaN, -NaN, 0, -0, 2 ** -25, 2 ** -24 * 0.75, 2 ** -149]) add(value);
  while (bits.length % 256 !== 0) bits.push(0);
  return Uint32Array.from(bits.map((b) => b >>> 0));
}

shimTest('f32 rounds to f16, bf16 and tf32 as the host rounds, around every code', async () => {
  const bits = roundingCases();
  const n = bits.length;
  const isNan = (b: number): boolean => (b & 0x7fffffff) > 0x7f800000;
  // A GPU gives one NaN; any NaN will do.
  const f16 = (b: number): number => (isNan(b) ? 0x7fff : f16FromF32(f32FromBits(b)));
  const bf16 = (b: number): number => (isNan(b) ? 0x7fff : bf16FromF32(f32FromBits(b)));
  const tf32 = (b: number): number => {
    if (isNan(b) || (b & 0x7fffffff) === 0x7f800000) return b;
    const x = f32FromBits(b), exponent = (b >>> 23) & 0xff, step = 2 ** (Math.max(exponent, 1) - 127 - 10);
    const away = (Math.sign(x) * Math.floor(Math.abs(x) / step + 0.5)) * step;
    return new Uint32Array(Float32Array.of(away).buffer)[0]!;
  };
  await runEverywhere<Uint16Array | Uint32Array>(text, { entry: 'encode', inputs: [bits], outputs: [new Uint16Array(n), new Uint16Array(n), new Uint32Array(3 * n)], threads: 256, blocks: n / 256 }, ([halves, brains, words], machine) => {
    same(halves!, (i) => f16(bits[i]!), `f16 on ${machine}`);
    same(brains!, (i) => bf16(bits[i]!), `bf16 on ${machine}`);
    same(words!, (at) => {
      const i = Math.floor(at / 3), b = bits[i]!, other = bits[i ^ 1]!;
      if (at % 3 === 2) return isNan(b) ? words![at]! : tf32(b);
      const round = at % 3 === 0 ? f16 : bf16;
      return (round(b) | (round(other) << 16)) >>> 0;
    }, `words on ${machine}`);
  });
});

shimTest('fields of words, with sign and without', async () => {
  const words = Uint32Array.from({ length: 64 }, (_, i) => Math.imul(i + 1, 0x9e3779b9) >>> 0);
  await runEverywhere<Int32Array | Uint32Array>(text, { entry: 'fields', inputs: [words], outputs: [new Int32Array(28 * 64), new Uint32Array(128)], threads: 64 }, ([out, packed], machine) => {
    for (const [i, w] of words.entries()) {
      const field = (bits: number, n: number): number => Number((BigInt(w) >> BigInt(bits * n)) & ((1n << BigInt(bits)) - 1n));
      const signed = (bits: number, n: number): number => field(bits, n) - (field(bits, n) >= 2 ** (bits - 1) ? 2 ** bits : 0);
      const want = [[16, 2], [8, 4], [4, 8]].flatMap(([bits, count]) => [signed, field].flatMap((f) => Array.from({ length: count! }, (_, n) => f(bits!, n))));
      assert.equal([...out!.subarray(28 * i, 28 * i + 28)], want, machine);
      assert.equal([...packed!.subarray(2 * i, 2 * i + 2)], [w, w], machine);
    }
  });
});

shimTest('integer division and remainder as the scalar operators say, zero and the least integer included', async () => {
  const values = [0, 1, -1, 2, -2, 3, -7, 7, 100, -100, 2 ** 31 - 1, -(2 ** 31)];
  const pairs = values.flatMap((a) => values.map((b) => [a, b] as const));
  const [a, b] = [Int32Array.from(pairs, (p) => p[0]), Int32Array.from(pairs, (p) => p[1])];
  await runEverywhere(text, { entry: 'integers', inputs: [a, b], outputs: [new Int32Array(8 * pairs.length)], threads: pairs.length }, ([out], machine) => {
    pairs.forEach(([x, y], i) => {
      const want = [...(['div', 'floordiv', 'mod', 'add', 'sub', 'mul'] as const).map((op) => evalBinary(op, x, y, true) | 0), -x | 0, Math.abs(x) | 0];
      assert.equal([...out!.subarray(8 * i, 8 * i + 8)], want, `${x}, ${y} on ${machine}`);
    });
  });
});

shimTest('minimum and maximum let NaN through and order zeros by sign', async () => {
  const values = [0, -0, 1, -1, 2.5, 1e-40, Infinity, -Infinity, NaN, 3.25, -7.5];
  const pairs = values.flatMap((a) => values.map((b) => [a, b] as const));
  const [a, b] = [Float32Array.from(pairs, (p) => p[0]), Float32Array.from(pairs, (p) => p[1])];
  await runEverywhere(text, { entry: 'floats', inputs: [a, b], outputs: [new Float32Array(3 * pairs.length)], threads: pairs.length }, ([out], machine) => {
    for (let i = 0; i < pairs.length; i++) {
      const [x, y] = [a[i]!, b[i]!];
      assert.ok(sameFloat(out![3 * i]!, Math.min(x, y)) && sameFloat(out![3 * i + 1]!, Math.max(x, y)), `${x}, ${y} on ${machine}: ${out!.subarray(3 * i, 3 * i + 2)}`);
    }
    const at = pairs.findIndex(([x, y]) => x === -7.5 && y === 2.5);
    assert.is(out![3 * at + 2], 0);
  });
});

shimTest('floats to integers truncate and saturate; NaN gives 0', async () => {
  const x = Float32Array.of(0, -0.9, 0.9, 1.5, -1.5, 2147483520, 2147483648, 3e9, -2147483648, -3e9, 4294967040, 4294967296, 1e20, -1e20, Infinity, -Infinity, NaN);
  const clamp = (v: number, low: number, high: number): number => (Number.isNaN(v) ? 0 : Math.min(Math.max(Math.trunc(v), low), high));
  await runEverywhere<Int32Array | Uint32Array>(text, { entry: 'casts', inputs: [x], outputs: [new Int32Array(x.length), new Uint32Array(x.length)], threads: x.length }, ([i32, u32], machine) => {
    assert.equal([...i32!], Array.from(x, (v) => clamp(v, -(2 ** 31), 2 ** 31 - 1) + 0), machine);
    assert.equal([...u32!], Array.from(x, (v) => clamp(v, 0, 2 ** 32 - 1) + 0), machine);
  });
});

shimTest('one-instruction functions are near the true ones', async () => {
  const x = Float32Array.from({ length: 256 }, (_, i) => 0.01 + i / 16);
  const want = (v: number): number[] => [2 ** v, Math.log2(v), Math.tanh(v), 1 / v, 1 / Math.sqrt(v), 1.5 / v];
  const tolerance = [3e-7, 3e-7, 2 ** -10, 3e-7, 3e-7, 3e-7];
  await runEverywhere(text, { entry: 'fast', inputs: [x], outputs: [new Float32Array(6 * x.length)], threads: x.length }, ([out], machine) => {
    x.forEach((v, i) => want(v).forEach((w, n) => {
      const error = Math.abs(out![6 * i + n]! - w) / Math.max(Math.abs(w), n === 1 ? 1 : 0);
      assert.ok(error <= tolerance[n]!, `function ${n} of ${v} on ${machine}: ${out![6 * i + n]}, want ${w}`);
    }));
  });
});

shimTest('atomics: sums, and extremes of floats of both signs with NaN winning', async () => {
  const x = Float32Array.from({ length: 256 }, (_, i) => [-1.5, -0, 0, 2.5, -1e30, 1e30, 1e-42, -3][Math.imul(i, 5) & 7]! * (1 + (i >> 5)));
  x[8 * 9 + 4] = NaN;
  const n = Int32Array.from(x, (v, i) => (i * 37) % 101 - 50);
  // The first launch of an accumulation starts from identities, of both signs.
  const f = Float32Array.from({ length: 19 }, (_, i) => (i === 0 ? 0 : i === 1 || (i >= 3 && i < 11) ? -Infinity : Infinity));
  await runEverywhere<Float32Array | Int32Array>(text, { entry: 'atomics', inputs: [x, n], outputs: [f, Int32Array.of(0, -1000, 1000)], threads: 64, blocks: 4 }, ([floats, ints], machine) => {
    assert.is(floats![0], 128, machine);
    assert.ok(Number.isNaN(floats![1]!) && Number.isNaN(floats![2]!), machine);
    for (let c = 0; c < 8; c++) {
      const column = Array.from(x).filter((_, i) => i % 8 === c);
      assert.ok(sameFloat(floats![3 + c]!, Math.max(...column)) && sameFloat(floats![11 + c]!, Math.min(...column)), `column ${c} on ${machine}: ${floats![3 + c]} ${floats![11 + c]}, want ${Math.max(...column)} ${Math.min(...column)}`);
    }
    assert.equal([...ints!], [256, Math.max(...n), Math.min(...n)], machine);
  });
});

test.run();

/**
 * Each matrix intrinsic in a small product of one warp: tiles in shared memory (padded or swizzled, either dimension consecutive), fragments by `ldmatrix` as
 * planned or element by element, compared with a plain matrix product. The kernels are written out from the declared bit lists.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bitsOf, type DType } from '../../../src/ir/dtype.ts';
import { extentOf, layout, registerBits, registerCount, type Layout } from '../../../src/ir/layout.ts';
import { bf16FromF32, f16FromF32, f32FromF16 } from '../../../src/runtime/float.ts';
import { fragmentPlan } from '../../../src/targets/cuda/fragment.ts';
import { fragmentWords, mmaIntrinsics, type CudaMma } from '../../../src/targets/cuda/intrinsics.ts';
import { random, runEverywhere, shimTest, unit, type Memory } from './machine.ts';

const repeated = (l: Layout, rows: number, columns: number): Layout => layout(l.dims.map((d, i) => ({ bits: d.bits, repeat: i === 0 ? rows : columns })));

/** C text for a coordinate of register `register` of `lane`. */
function coordinate(l: Layout, dim: 0 | 1, register: number): string {
  const repeats = register >> registerBits(l);
  const columns = l.dims[1]!.repeat;
  const own = l.dims[dim]!;
  let fixed = (dim === 1 ? repeats % columns : Math.floor(repeats / columns)) * 2 ** own.bits.length;
  const terms = own.bits.flatMap((bit, position) => {
    if (bit.from === 'lane') return [`(lane >> ${bit.n} & 1) * ${2 ** position}`];
    fixed += ((register >> bit.n) & 1) << position;
    return [];
  });
  return [String(fixed), ...terms].join(' + ');
}

/** Fragments per dimension (m, n, k) and where both operands lie. */
interface Case { readonly tiles: readonly [number, number, number]; readonly places: { readonly a: Place; readonly b: Place } }

/** Shared memory of one operand: rows along dimension `contiguous`; W = 0 pads rows by 16 bytes. */
interface Place { readonly contiguous: 0 | 1; readonly swizzle: 0 | 32 | 64 | 128 }

function kernel(entry: string, mma: CudaMma, { tiles, places }: Case): string {
  const [mt, nt, kt] = tiles;
  const operands = { a: repeated(mma.a.layout, mt, kt), b: repeated(mma.b.layout, kt, nt) };
  const d = repeated(mma.d.layout, mt, nt);
  const bytes = bitsOf(mma.a.dtype) / 8;
  const element = ({ 1: 'signed char', 2: 'unsigned short', 4: 'unsigned' } as const)[bytes as 1 | 2 | 4];
  const extents = (l: Layout): [number, number] => [extentOf(l.dims[0]!), extentOf(l.dims[1]!)];

  const operand = (name: 'a' | 'b'): string => {
    const l = operands[name], { contiguous, swizzle } = places[name];
    const [rows, columns] = extents(l);
    const width = contiguous === 1 ? columns : rows;
    const pitch = width * bytes + (swizzle === 0 ? 16 : 0);
    if (swizzle !== 0 && pitch !== swizzle) throw new Error(`rows of ${pitch} bytes cannot be swizzled by ${swizzle}`);
    const at = `const int at = ${contiguous === 1 ? `i * ${pitch} + j * ${bytes}` : `j * ${pitch} + i * ${bytes}`}; return shared_${name} + ${swizzle === 0 ? 'at' : `(at ^ (((at >> 7) & ${swizzle / 16 - 1}) << 4))`};`;
    const words = registerCount(l) * bytes / 4;
    const plan = fragmentPlan(l, mma[name].dtype, contiguous);
    const loads = plan !== undefined
      ? plan.loads.map((load) => {
        const c = [0, 1].map((dim) => [String(load.origin[dim as 0 | 1]), ...load.lanes.filter((s) => s.dim === dim).map((s) => `(lane >> ${s.bit} & 1) * ${s.step}`)].join(' + '));
        return `  ${load.wrapper}(${name} + ${load.word}, place_${name}(${c.join(', ')}));`;
      })
      : Array.from({ length: registerCount(l) }, (_, r) => `  ((${element}*)${name})[${r}] = *(${element}*)place_${name}(${coordinate(l, 0, r)}, ${coordinate(l, 1, r)});`);
    return `
  __shared__ __align__(128) unsigned char shared_${name}[${(contiguous === 1 ? rows : columns) * pitch}];
  auto place_${name} = [&](int i, int j) { ${at} };
  for (int n = lane; n < ${rows * columns}; n += 32) *(${element}*)place_${name}(n / ${columns}, n % ${columns}) = ${name.toUpperCase()}[n];
  __syncthreads();
  unsigned ${name}[${words}];
${loads.join('\n')}
${mma.round === undefined ? '' : `  for (int n = 0; n < ${words}; n++) ${name}[n] = ${mma.round}(${name}[n]);`}`;
  };

  const type = mma.d.dtype === 'i32' ? 'int' : mma.d.dtype === 'f32' ? 'float' : 'unsigned';
  const words = { a: fragmentWords(mma.a), b: fragmentWords(mma.b), d: fragmentWords(mma.d) };
  const products: string[] = [];
  for (let k = 0; k < kt; k++) for (let i = 0; i < mt; i++) for (let j = 0; j < nt; j++) {
    products.push(`  ${mma.wrapper}(d + ${(i * nt + j) * words.d}, a + ${(i * kt + k) * words.a}, b + ${(k * nt + j) * words.b});`);
  }
  const output = mma.d.dtype === 'f16' ? 'unsigned short' : type;
  const n = extentOf(d.dims[1]!);
  return `
extern "C" __global__ void ${entry}(const ${element}* A, const ${element}* B, ${output}* D) {
  const int lane = threadIdx.x;
${operand('a')}
${operand('b')}
  ${type} d[${mt * nt * words.d}];
  for (int n = 0; n < ${mt * nt * words.d}; n++) d[n] = 0;
${products.join('\n')}
${Array.from({ length: registerCount(d) }, (_, r) => `  D[(${coordinate(d, 0, r)}) * ${n} + ${coordinate(d, 1, r)}] = ((${output}*)d)[${r}];`).join('\n')}
}
`;
}

function encode(dtype: DType, values: Float32Array): Memory {
  if (dtype === 'f16') return Uint16Array.from(values, f16FromF32);
  if (dtype === 'bf16') return Uint16Array.from(values, bf16FromF32);
  if (dtype === 'i8') return Int8Array.from(values);
  return new Uint32Array(values.buffer);
}

interface Data { readonly a: Float32Array; readonly b: Float32Array; readonly tolerance: number }

/** Compiles all cases as one text, then runs each. */
async function checkProducts(mma: CudaMma, cases: readonly Case[], make: (m: number, n: number, k: number) => Data): Promise<void> {
  const names = [mma.wrapper, ...(mma.round === undefined ? [] : [mma.round]), ...['', '_trans'].flatMap((t) => [1, 2, 4].map((c) => `ldmatrix_x${c}${t}`))];
  const text = unit(names, cases.map((c, n) => kernel(`product${n}`, mma, c)).join(''));
  for (const [number, { tiles, places }] of cases.entries()) {
    const [m, n, k] = [mma.m * tiles[0], mma.n * tiles[1], mma.k * tiles[2]];
    const { a, b, tolerance } = make(m, n, k);
    const d = mma.d.dtype === 'f32' ? new Float32Array(m * n) : mma.d.dtype === 'i32' ? new Int32Array(m * n) : new Uint16Array(m * n);
    await runEverywhere<Memory>(text, { entry: `product${number}`, inputs: [encode(mma.a.dtype, a), encode(mma.b.dtype, b)], outputs: [d] }, ([got], machine) => {
      for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) {
        let want = 0, size = 0;
        for (let c = 0; c < k; c++) {
          const term = a[i * k + c]! * b[c * n + j]!;
          want += term;
          size += Math.abs(term);
        }
        const value = mma.d.dtype === 'f16' ? f32FromF16(got![i * n + j]!) : got![i * n + j]!;
        if (!(Math.abs(value - want) <= tolerance * size)) {
          assert.unreachable(`${mma.name} ${JSON.stringify({ tiles, places })} on ${machine}: D[${i}, ${j}] = ${value}, want ${want}`);
        }
      }
    });
  }
}

/** Small integers: every product and sum is exact, so the result must be. */
const integers = (limit: number) => (m: number, n: number, k: number): Data => {
  const next = random(m + 31 * n + 977 * k);
  const values = (count: number): Float32Array => Float32Array.from({ length: count }, () => Math.round(next() * limit));
  return { a: values(m * k), b: values(k * n), tolerance: 0 };
};

const plain = { contiguous: 1, swizzle: 0 } as const, flipped = { contiguous: 0, swizzle: 0 } as const;

const swizzled = (swizzle: 32 | 64 | 128, contiguous: 0 | 1): Place => ({ swizzle, contiguous });

for (const mma of mmaIntrinsics) {
  const make = mma.a.dtype === 'i8' ? integers(127) : mma.d.dtype === 'f16' ? integers(2) : integers(8);
  shimTest(`${mma.name}: products from padded rows in all four memory orders, and several fragments from swizzled rows`, async () => {
    const bytes = bitsOf(mma.a.dtype) / 8;
    // Rows of 64 bytes in every order.
    const tiles = [64 / bytes / mma.m, 64 / bytes / mma.n, 64 / bytes / mma.k] as const;
    const cases: Case[] = [plain, flipped].flatMap((a) => [plain, flipped].map((b): Case => ({ tiles: [1, 2, 1], places: { a, b } })));
    cases.push({ tiles, places: { a: swizzled(64, 1), b: swizzled(64, 0) } });
    if (bytes === 2) cases.push({ tiles, places: { a: swizzled(64, 0), b: swizzled(64, 1) } });
    await checkProducts(mma, cases, make);
  });
}

shimTest('rows of 32 and of 128 bytes', async () => {
  const mma = mmaIntrinsics.find((m) => m.name === 'mma_m16n8k16_bf16')!;
  await checkProducts(mma, [
    { tiles: [2, 2, 1], places: { a: swizzled(32, 1), b: swizzled(32, 1) } },
    { tiles: [1, 8, 4], places: { a: swizzled(128, 1), b: swizzled(128, 1) } },
  ], integers(8));
});

shimTest('fractions: operands are rounded once, sums are in f32', async () => {
  for (const mma of mmaIntrinsics.filter((m) => m.d.dtype === 'f32')) {
    await checkProducts(mma, [{ tiles: [1, 1, 2], places: { a: plain, b: plain } }], (m, n, k) => {
      const next = random(k);
      // 8 significant bits are exact in f16, bf16 and tf32 alike.
      const values = (count: number): Float32Array => Float32Array.from({ length: count }, () => Math.round(next() * 128) / 128);
      return { a: values(m * k), b: values(k * n), tolerance: 2 ** -20 };
    });
  }
});

shimTest('tf32 products see operands rounded to 10 fraction bits', async () => {
  const mma = mmaIntrinsics.find((m) => m.name === 'mma_m16n8k8_tf32')!;
  const text = unit([mma.wrapper, 'tf32_from_f32'], `
extern "C" __global__ void one(float* d) {
  unsigned a[4], b[2];
  float sum[4] = {0, 0, 0, 0};
  for (int n = 0; n < 4; n++) a[n] = tf32_from_f32(__float_as_uint(1.0f + 0x1.8p-11f));
  for (int n = 0; n < 2; n++) b[n] = tf32_from_f32(__float_as_uint(1.0f));
  ${mma.wrapper}(sum, a, b);
  d[threadIdx.x] = sum[0];
}`);
  await runEverywhere(text, { entry: 'one', outputs: [new Float32Array(32)] }, ([d], machine) => assert.equal([...d!], Array(32).fill(8 * (1 + 2 ** -10)), machine));
});

test.run();

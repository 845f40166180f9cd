/** CUDA texts for sm_90a, written by hand, with their launches: a matrix product as the compiler means to emit it, and single products of every kind of operand. */
import { bitsOf } from '../../../src/ir/dtype.ts';
import { registerBits, registerCount, type Layout } from '../../../src/ir/layout.ts';
import type { LaunchAbi, SizeExpr, TensorMapArg } from '../../../src/runtime/abi.ts';
import { wgmmaIntrinsic, type Wgmma } from '../../../src/targets/cuda/wgmma.ts';
import { wgmmaHold } from '../../../src/targets/cuda/wrappers/hopper-mma.ts';
import { unit } from './machine.ts';

export interface Gemm {
  readonly name: string;
  /** The consecutive dimension of B: [K, N] or [N, K]. */
  readonly bMajor: 'n' | 'k';
  /** Rows and columns of a tile; two groups of four warps share its rows. */
  readonly rows: 128 | 256;
  readonly columns: 64 | 128 | 256;
  readonly stages: number;
  /** Rows of tiles that follow each other before the next column. */
  readonly panels: number;
  /** Results straight from registers, or through shared memory in boxes. */
  readonly store: 'direct' | 'boxes';
  /** Two neighbouring blocks share their tiles of B: each copies half of it for both. */
  readonly cluster?: 2;
}

const size = (op: 'ceildiv' | 'floordiv' | 'mul' | 'min', ...args: readonly SizeExpr[]): SizeExpr => ({ op, args });
const DEPTH = 64, BYTES = 2;

const stageBytes = (g: Gemm): { a: number; b: number; all: number } => {
  const a = g.rows * DEPTH * BYTES, b = g.columns * DEPTH * BYTES;
  return { a, b, all: a + b };
};

export function gemmAbi(g: Gemm): LaunchAbi {
  const { all } = stageBytes(g);
  const map = (name: string, buffer: string, dims: [string, string], box: [number, number]): TensorMapArg => ({
    kind: 'tensorMap', name, buffer, dtype: 'bf16', dims, strides: [size('mul', dims[0], BYTES)], box, swizzle: 128,
  });
  const part = g.cluster ?? 1;
  return {
    entry: g.name, target: 'cuda', features: ['sm_90a'], block: [384, 1, 1],
    grid: [size('mul', part, size('min', size('mul', size('ceildiv', 'M', part * g.rows), size('ceildiv', 'N', g.columns)), size('floordiv', '#multiprocessors', part))), 1, 1],
    ...(g.cluster === undefined ? {} : { cluster: g.cluster }),
    sharedBytes: g.stages * all + (g.store === 'boxes' ? 2 * 2 * 64 * 128 : 0) + 256,
    args: [
      { kind: 'buffer', name: 'A', storage: 'u16', access: 'read', length: size('mul', 'M', 'K') },
      { kind: 'buffer', name: 'B', storage: 'u16', access: 'read', length: size('mul', 'K', 'N') },
      { kind: 'buffer', name: 'C', storage: 'u16', access: 'write', length: size('mul', 'M', 'N') },
      map('a_map', 'A', ['K', 'M'], [DEPTH, g.rows]),
      g.bMajor === 'n' ? map('b_map', 'B', ['N', 'K'], [64, DEPTH]) : map('b_map', 'B', ['K', 'N'], [DEPTH, g.columns / part]),
      ...(g.store === 'boxes' ? [map('c_map', 'C', ['N', 'M'], [64, 64])] : []),
      ...['M', 'N', 'K'].map((name) => ({ kind: 'size', name }) as const),
    ],
  };
}

/** Mistakes that a test plants in the text, each of which must show. */
export type Mistake = 'release early' | 'no wait' | 'no product fence' | 'no product wait' | 'too many bytes' | 'too few bytes' | 'no release' | 'no init fence' | 'no store fence' | 'no store wait' | 'no barrier before stores' | 'no meeting';

const gemmWrappers = (g: Gemm): readonly string[] => [
  'dynamic_shared_1024', 'barrier_init', 'barrier_init_fence', 'barrier_expect', 'barrier_arrive', 'barrier_wait', 'prefetch_map', 'tma_load', 'setmaxnreg_dec', 'setmaxnreg_inc',
  'wgmma_fence', 'wgmma_commit', 'wgmma_wait', 'wgmma_hold', `wgmma_m64n${g.columns}k16_bf16`, 'warp_from', 'bf16x2_from_f32',
  ...(g.cluster === undefined ? [] : ['cluster_rank', 'cluster_sync', 'barrier_arrive_at', 'tma_load_multicast']),
  ...(g.store === 'boxes' ? ['tma_store', 'tma_store_commit', 'tma_store_wait_read', 'tma_store_wait', 'fence_async_shared', 'named_barrier_sync', 'stmatrix_x4'] : []),
];

export interface Planted { readonly gemm: Gemm; readonly mistake?: Mistake }

/** The kernels as one text. */
export const gemmsText = (list: readonly Planted[]): string => unit([...new Set(list.flatMap(({ gemm }) => gemmWrappers(gemm)))], list.map(({ gemm, mistake }) => gemmKernel(gemm, mistake)).join(''));
export const gemmText = (gemm: Gemm): string => gemmsText([{ gemm }]);

function gemmKernel(g: Gemm, mistake?: Mistake): string {
  const { a, b, all } = stageBytes(g);
  const count = g.columns / 2, tall = g.rows / 128;
  const product = `wgmma_m64n${g.columns}k16_bf16`;
  const unless = (m: Mistake, text: string): string => (m === mistake ? '' : text);
  const part = g.cluster ?? 1, panels = g.columns / 64 / part;
  const call = part > 1 ? 'tma_load_multicast<2>' : 'tma_load<2>', blocks = part > 1 ? `, ${2 ** part - 1}` : '';
  const mine = (each: number): string => (part > 1 ? ` + ${each} * rank` : '');
  const loadB = g.bMajor === 'n'
    ? `for (int p = 0; p < ${panels}; p++) ${call}(b${mine(panels * 64 * 128)} + ${64 * 128} * p, &b_map, &full[stage]${blocks}, column${mine(panels * 64)} + 64 * p, ${DEPTH} * k);`
    : `${call}(b${mine(g.columns / part * 128)}, &b_map, &full[stage]${blocks}, ${DEPTH} * k, column${mine(g.columns / part)});`;
  // One lane for each block that fills the stage.
  const release = part > 1 ? 'barrier_arrive_at(&empty[before], lane);' : 'barrier_arrive(&empty[before]);';
  const tiles = `const int first = tile / (${g.panels} * wide) * ${g.panels}, high = min(${g.panels}, tall - first), in = tile - first * wide;
      const int row = ${part > 1 ? `(${part} * (first + in % high) + rank)` : '(first + in % high)'} * ${g.rows}, column = in / high * ${g.columns};`;
  const loop = part > 1 ? `for (int tile = blockIdx.x / ${part}; tile < tall * wide; tile += gridDim.x / ${part}) {` : 'for (int tile = blockIdx.x; tile < tall * wide; tile += gridDim.x) {';
  const products = Array.from({ length: DEPTH / 16 }, (_, k) => Array.from({ length: tall }, (_, t) =>
    `        ${product}<128, 0, 128, ${g.bMajor === 'n' ? DEPTH * 128 : 0}>(acc + ${count * t}, a + ${64 * 128 * t + 32 * k}, b + ${g.bMajor === 'n' ? 16 * 128 * k : 32 * k});`).join('\n')).join('\n');
  const direct = `
      for (int t = 0; t < ${tall}; t++)
#pragma unroll
        for (int j = 0; j < ${g.columns / 8}; j++)
#pragma unroll
          for (int r = 0; r < 2; r++) {
            const int i = row + ${64 * tall} * group + 64 * t + 16 * warp + (lane >> 2) + 8 * r, c = column + 8 * j + 2 * (lane & 3);
            if (i < M && c < N) *reinterpret_cast<unsigned*>(&C[(long long)i * N + c]) = bf16x2_from_f32(acc[${count} * t + 4 * j + 2 * r], acc[${count} * t + 4 * j + 2 * r + 1]);
          }`;
  const boxes = `
      unsigned char* const out = memory + ${g.stages * all} + ${2 * 64 * 128} * group;
#pragma unroll
      for (int p = 0; p < ${tall * g.columns / 64}; p++) {
        unsigned char* const panel = out + ${64 * 128} * (p & 1);
        if (leader) tma_store_wait_read<1>();
        named_barrier_sync(1 + group, 128);
#pragma unroll
        for (int j = 0; j < 4; j++) {
          const float* d = acc + 32 * p + 8 * j;
          const unsigned words[4] = {bf16x2_from_f32(d[0], d[1]), bf16x2_from_f32(d[2], d[3]), bf16x2_from_f32(d[4], d[5]), bf16x2_from_f32(d[6], d[7])};
          const int i = 16 * warp + (lane & 15), at = 128 * i + 32 * j + 16 * (lane >> 4);
          stmatrix_x4(panel + (at ^ (at >> 7 & 7) << 4), words);
        }
        ${unless('no store fence', 'fence_async_shared();')}
        ${unless('no barrier before stores', 'named_barrier_sync(1 + group, 128);')}
        if (leader) {
          tma_store<2>(&c_map, panel, column + 64 * (p % ${g.columns / 64}), row + ${64 * tall} * group + 64 * (p / ${g.columns / 64}));
          tma_store_commit();
        }
      }`;
  return `
extern "C" __global__ ${part > 1 ? `__cluster_dims__(${part}, 1, 1) ` : ''}__launch_bounds__(384, 1) void ${g.name}(const unsigned short* __restrict__ A, const unsigned short* __restrict__ B, unsigned short* __restrict__ C,
    const __grid_constant__ TensorMap a_map, const __grid_constant__ TensorMap b_map, ${g.store === 'boxes' ? 'const __grid_constant__ TensorMap c_map, ' : ''}int M, int N, int K) {
  dynamic_shared_1024(memory);
  Barrier* const full = reinterpret_cast<Barrier*>(memory + ${g.stages * all + (g.store === 'boxes' ? 2 * 2 * 64 * 128 : 0)});
  Barrier* const empty = full + ${g.stages};
  if (threadIdx.x == 0) {
    prefetch_map(&a_map);
    prefetch_map(&b_map);
    for (int s = 0; s < ${g.stages}; s++) {
      barrier_init(&full[s], 1);
      barrier_init(&empty[s], ${8 * part});
    }
    ${unless('no init fence', 'barrier_init_fence();')}
  }
  ${part > 1 ? 'cluster_sync();\n  const int rank = cluster_rank();' : '__syncthreads();'}
  const int tall = (M + ${part * g.rows - 1}) / ${part * g.rows}, wide = (N + ${g.columns - 1}) / ${g.columns}, steps = (K + ${DEPTH - 1}) / ${DEPTH};
  int stage = 0, phase = 0;
  if (threadIdx.x < 128) { // role load
    setmaxnreg_dec<40>();
    if (threadIdx.x == 0) {
      ${loop}
      ${tiles}
        for (int k = 0; k < steps; k++) {
          unsigned char* const a = memory + ${all} * stage, *const b = a + ${a};
          barrier_wait(&empty[stage], phase ^ 1);
          barrier_expect(&full[stage], ${mistake === 'too many bytes' ? all + 16 : mistake === 'too few bytes' ? all - 16 : all});
          tma_load<2>(a, &a_map, &full[stage], ${DEPTH} * k, row);
          ${loadB}
          if (++stage == ${g.stages}) stage = 0, phase ^= 1;
        }
      }
    }
  } else { // role math
    setmaxnreg_inc<232>();
    const int group = warp_from((int)threadIdx.x / 128, 0) - 1, warp = threadIdx.x / 32 % 4, lane = threadIdx.x % 32;
    ${g.store === 'boxes' ? 'const bool leader = threadIdx.x % 128 == 0;' : ''}
    ${loop}
      ${tiles}
      float acc[${count * tall}];
#pragma unroll
      for (int n = 0; n < ${count * tall}; n++) acc[n] = 0.0f;
      int before = 0;
      for (int k = 0; k < steps; k++) {
        const unsigned char* const a = memory + ${all} * stage + ${64 * 128 * tall} * group, *const b = memory + ${all} * stage + ${a};
        ${unless('no wait', 'barrier_wait(&full[stage], phase);')}
        ${unless('no product fence', 'wgmma_fence();')}
${products}
        wgmma_commit();
        ${unless('no product wait', `wgmma_wait<${mistake === 'release early' ? 2 : 1}>();`)}
        if (k > 0 && lane < ${part}) ${mistake === 'no release' ? ';' : release}
        before = stage;
        if (++stage == ${g.stages}) stage = 0, phase ^= 1;
      }
      ${unless('no product wait', 'wgmma_wait<0>();')}
      wgmma_hold<${count * tall}>(acc);
      if (steps > 0 && lane < ${part}) ${mistake === 'no release' ? ';' : release}
${g.store === 'direct' ? direct : boxes}
    }
    ${g.store === 'boxes' ? unless('no store wait', 'if (leader) tma_store_wait<0>();') : ''}
  }
  ${part > 1 ? unless('no meeting', 'cluster_sync();') : ''}
}
`;
}

/** One product of 64 rows, `steps` instructions deep, of operands copied to shared memory in boxes. */
export interface Product {
  readonly intrinsic: string;
  readonly steps: number;
  readonly a: { readonly swizzle: 32 | 64 | 128; readonly major: 'k' | 'm' };
  readonly b: { readonly swizzle: 32 | 64 | 128; readonly major: 'k' | 'n' };
}

export const wgmmaOf = (p: Product): Wgmma => wgmmaIntrinsic(p.intrinsic)!;
export const depthOf = (p: Product): number => wgmmaOf(p).k * p.steps;
const storage = { 1: 'u8', 2: 'u16', 4: 'f32' } as const;

/** Where an operand of `extent` rows lies: panels of `swizzle` bytes, boxes that fill them, and the pointer to each step. */
function place(p: Product, which: 'a' | 'b'): { bytes: number; box: [number, number]; panels: number; panelBytes: number; panel: number; at: (step: number) => number; kMajor: boolean } {
  const mma = wgmmaOf(p), depth = depthOf(p), bytes = bitsOf(mma.a.dtype) / 8, extent = which === 'a' ? 64 : mma.n;
  const { swizzle, major } = p[which];
  const inPanel = swizzle / bytes, kMajor = major === 'k';
  const rows = kMajor ? extent : depth, panels = (kMajor ? depth : extent) / inPanel;
  if (!Number.isInteger(panels)) throw new Error(`${p.intrinsic}: no whole panels of ${swizzle} bytes`);
  const panelBytes = Math.ceil(rows * swizzle / 1024) * 1024;
  return {
    bytes: panels * panelBytes, box: [inPanel, rows], panels, panelBytes, kMajor, panel: kMajor ? 0 : panelBytes,
    at: (step) => (kMajor ? Math.floor(step * mma.k / inPanel) * panelBytes + step * mma.k % inPanel * bytes : step * mma.k * swizzle),
  };
}

const typeOf = (mma: Wgmma): 'tf32' | 'i8' | 'bf16' | 'f16' | 'e4m3' => (mma.a.dtype === 'f32' ? 'tf32' : mma.a.dtype === 'i8' || mma.a.dtype === 'f16' || mma.a.dtype === 'e4m3' ? mma.a.dtype : 'bf16');

export function productAbi(p: Product, entry: string): LaunchAbi {
  const mma = wgmmaOf(p), depth = depthOf(p), a = place(p, 'a'), b = place(p, 'b'), bytes = bitsOf(mma.a.dtype) / 8;
  const map = (which: 'a' | 'b', l: typeof a): TensorMapArg => {
    const extent = which === 'a' ? 64 : mma.n, dims = l.kMajor ? [depth, extent] : [extent, depth];
    return { kind: 'tensorMap', name: `${which}_map`, buffer: which.toUpperCase(), dtype: typeOf(mma), dims, strides: [dims[0]! * bytes], box: l.box, swizzle: p[which].swizzle };
  };
  return {
    entry, target: 'cuda', features: ['sm_90a'], grid: [1, 1, 1], block: [128, 1, 1], sharedBytes: a.bytes + b.bytes + 64,
    args: [
      { kind: 'buffer', name: 'A', storage: storage[bytes as 1 | 2 | 4], access: 'read' }, { kind: 'buffer', name: 'B', storage: storage[bytes as 1 | 2 | 4], access: 'read' },
      { kind: 'buffer', name: 'D', storage: mma.d.dtype === 'i32' ? 'i32' : 'f32', access: 'write' }, map('a', a), map('b', b),
    ],
  };
}

/** C text for a coordinate of a register of the thread that runs. */
function coordinate(l: Layout, dim: 0 | 1, register: number): string {
  const repeats = register >> registerBits(l), columns = l.dims[1]!.repeat, own = l.dims[dim]!;
  let fixed = (dim === 1 ? repeats % columns : Math.floor(repeats / columns)) * 2 ** own.bits.length;
  const terms = own.bits.flatMap((bit, position) => {
    if (bit.from !== 'reg') return [`(${bit.from} >> ${bit.n} & 1) * ${2 ** position}`];
    fixed += ((register >> bit.n) & 1) << position;
    return [];
  });
  return [String(fixed), ...terms].join(' + ');
}

export function productText(p: Product, entry: string): string {
  const mma = wgmmaOf(p), depth = depthOf(p), a = place(p, 'a'), b = place(p, 'b');
  const type = mma.d.dtype === 'i32' ? 'int' : 'float', bits = bitsOf(mma.a.dtype), element = ({ 8: 'unsigned char', 16: 'unsigned short', 32: 'float' } as const)[bits as 8 | 16 | 32];
  const inRegisters = mma.shared.a === 'registers', count = registerCount(mma.d.layout), perWord = 32 / bits;
  const words = Array.from({ length: inRegisters ? 4 : 0 }, (_, w) => {
    const parts = Array.from({ length: perWord }, (_, e) => {
      const r = w * perWord + e, [i, k] = [coordinate(mma.a.layout, 0, r), coordinate(mma.a.layout, 1, r)];
      return `${bits === 32 ? '' : '(unsigned)'}A[(${i}) * ${depth} + step * ${mma.k} + ${k}]${e > 0 ? ` << ${e * bits}` : ''}`;
    });
    return `    words[${w} + 4 * step] = ${parts.join(' | ')};`;
  });
  const steps = Array.from({ length: p.steps }, (_, s) => `  ${mma.wrapper}<${inRegisters ? '' : `${p.a.swizzle}, ${a.panel}, `}${p.b.swizzle}, ${b.panel}>(d, ${inRegisters ? `words + ${4 * s}` : `memory + ${a.at(s)}`}, memory + ${a.bytes + b.at(s)}, ${s > 0 ? 1 : 0});`);
  const loads = (which: 'a' | 'b', l: typeof a, from: number): string[] => Array.from({ length: l.panels }, (_, n) => `    tma_load<2>(memory + ${from + n * l.panelBytes}, &${which}_map, full, ${l.box[0] * n}, 0);`);
  return `
extern "C" __global__ __launch_bounds__(128, 1) void ${entry}(const ${element}* A, const ${element}* B, ${type}* D, const __grid_constant__ TensorMap a_map, const __grid_constant__ TensorMap b_map) {
  dynamic_shared_1024(memory);
  Barrier* const full = reinterpret_cast<Barrier*>(memory + ${a.bytes + b.bytes});
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  if (threadIdx.x == 0) {
    barrier_init(full, 1);
    barrier_init_fence();
    barrier_expect(full, ${(a.panels * a.box[0] * a.box[1] + b.panels * b.box[0] * b.box[1]) * bits / 8});
${[...loads('a', a, 0), ...loads('b', b, a.bytes)].join('\n')}
  }
  ${type} d[${count}];
${inRegisters ? `  ${bits === 32 ? 'float' : 'unsigned'} words[${4 * p.steps}];
#pragma unroll
  for (int step = 0; step < ${p.steps}; step++) {
${words.join('\n')}
  }` : ''}
  __syncthreads();
  barrier_wait(full, 0);
  wgmma_fence();
${steps.join('\n')}
  wgmma_commit();
  wgmma_wait<0>();
  ${wgmmaHold(mma.d.dtype)}<${count}>(d);
${Array.from({ length: count }, (_, r) => `  D[(${coordinate(mma.d.layout, 0, r)}) * ${mma.n} + ${coordinate(mma.d.layout, 1, r)}] = d[${r}];`).join('\n')}
}
`;
}

/** All products as one text. */
export const productsText = (products: readonly Product[]): string => unit(
  ['dynamic_shared_1024', 'barrier_init', 'barrier_init_fence', 'barrier_expect', 'barrier_wait', 'tma_load', 'wgmma_fence', 'wgmma_commit', 'wgmma_wait', 'wgmma_hold', 'wgmma_hold_i32', ...new Set(products.map((p) => p.intrinsic))],
  products.map((p, n) => productText(p, `product${n}`)).join(''),
);

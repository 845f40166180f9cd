/** Tile kernels written by hand for what emission has to get right: operators, stored types, reductions across threads, layout changes, products. */
import { bitsOf, type DType, integerRange, isFloat } from '../../src/ir/dtype.ts';
import type { IndexExpr } from '../../src/ir/index-expr.ts';
import { blocked, place, serial, threadBits } from '../../src/ir/layout-build.ts';
import { sliceTo } from '../../src/ir/layout-query.ts';
import type { Layout } from '../../src/ir/layout.ts';
import { castTo, roundTo } from '../../src/ir/round.ts';
import { binaryOps, evalBinary, evalUnary, unaryOps, type BinaryOp } from '../../src/ir/scalar.ts';
import type { Op, Operand, TileExpr, TileKernel } from '../../src/ir/tile.ts';
import { cudaIntrinsics } from '../../src/targets/cuda/intrinsics.ts';
import {
  acquire, axis, below, bin, cast, ceilDiv, commit, convert, f, inShared, kernel, largest, load, loop, map, mma, mul, num, one, reduce, release, shared, size, softmaxPair, store,
  storeShared, sum, t, tile, un, v, view, wait,
} from '../ir/tile-build.ts';
import { type Case, noise } from '../ir/tile-kernels.ts';

/** How a target names threads, and how many a group has. */
export interface Threads { readonly count: number; readonly source: 'lanes' | 'thread' }
export const cudaThreads: Threads = { count: 64, source: 'lanes' };
export const wgslThreads: Threads = { count: 64, source: 'thread' };
export const cpuThreads: Threads = { count: 1, source: 'thread' };

const line = (length: number, vector: number, { count, source }: Threads): Layout => blocked({ sizes: [length], order: [0], vector, threads: count, bitSource: source });

/** y[u, i] = op u of x[i], every unary operator of f32. */
export function unaryCase(threads: Threads): Case {
  const N = size('N'), i = v('i');
  const guard = [below(i, N)];
  const ops = unaryOps.filter((o) => o !== 'not');
  const l = line(64, 1, threads);
  const domain = (op: string, x: number): number => (['log', 'log2', 'sqrt', 'rsqrt', 'rcp'].includes(op) ? Math.abs(x) + 0.25 : x);
  const input = (op: string): TileExpr => (['log', 'log2', 'sqrt', 'rsqrt', 'rcp'].includes(op) ? bin('add', un('abs', t(0)), f(0.25)) : t(0));
  return {
    kernel: kernel({
      name: 'unary', sizes: ['N'], grid: [{ id: 'g', name: 'g', count: ceilDiv(N, num(64)) }],
      buffers: [{ name: 'x', dtype: 'f32', shape: [N], role: 'input' }, { name: 'y', dtype: 'f32', shape: [num(ops.length), N], role: 'output' }],
      axes: [axis('i', N, 64, mul(num(64), v('g')))],
      tiles: [tile(0, 'x', 'f32', ['i'], l), ...ops.map((op, n) => tile(n + 1, op, 'f32', ['i'], l))],
      roles: one(threads.count, [load(0, view('x', [i], { guard })), ...ops.flatMap((op, n) => [map(n + 1, un(op, input(op))), store(n + 1, view('y', [n, i], { guard }))])]),
    }),
    sizes: [{ N: 64 }, { N: 401 }],
    inputs: ({ N: n }) => new Map([['x', Float64Array.from({ length: n! }, (_, e) => Math.fround((e - 200) / 16))]]),
    expected: ({ N: n }, inputs) => new Map([['y', Float64Array.from({ length: ops.length * n! }, (_, e) => {
      const op = ops[Math.floor(e / n!)]!;
      return Math.fround(evalUnary(op, domain(op, inputs.get('x')![e % n!]!)));
    })]]),
    tolerance: 2e-5,
  };
}

/** z[u, i] = a[i] op b[i] for every binary operator, in f32 or i32; comparisons give 0 and 1. */
export function binaryCase(type: 'f32' | 'i32', threads: Threads): Case {
  const N = size('N'), i = v('i');
  const guard = [below(i, N)];
  const logical = new Set<BinaryOp>(['eq', 'ne', 'lt', 'le']);
  const ops = binaryOps.filter((o) => (type === 'f32' ? !['and', 'or', 'bitand', 'shl', 'shr', 'cutdiv'].includes(o) : !['and', 'or', 'pow', 'cutdiv'].includes(o)));
  const l = line(64, 1, threads);
  const value = (op: BinaryOp): TileExpr => {
    const e = bin(op, t(0, type), op === 'shl' || op === 'shr' ? bin('bitand', t(1, type), { kind: 'const', value: 7, type: 'i32' }) : t(1, type), logical.has(op) ? 'bool' : type);
    return logical.has(op) ? cast(type, e, type) : e;
  };
  return {
    kernel: kernel({
      name: `binary_${type}`, sizes: ['N'], grid: [{ id: 'g', name: 'g', count: ceilDiv(N, num(64)) }],
      buffers: [{ name: 'a', dtype: type, shape: [N], role: 'input' }, { name: 'b', dtype: type, shape: [N], role: 'input' }, { name: 'z', dtype: type, shape: [num(ops.length), N], role: 'output' }],
      axes: [axis('i', N, 64, mul(num(64), v('g')))],
      tiles: [tile(0, 'a', type, ['i'], l), tile(1, 'b', type, ['i'], l), ...ops.map((op, n) => tile(n + 2, op, type, ['i'], l))],
      roles: one(threads.count, [
        load(0, view('a', [i], { guard })), load(1, view('b', [i], { guard })), ...ops.flatMap((op, n) => [map(n + 2, value(op)), store(n + 2, view('z', [n, i], { guard }))]),
      ]),
    }),
    sizes: [{ N: 300 }],
    inputs: ({ N: n }) => new Map(type === 'i32'
      ? [['a', Float64Array.from({ length: n! }, (_, e) => [7, -7, 0, 2147483647, -2147483648, 12345][e % 6]! | 0)], ['b', Float64Array.from({ length: n! }, (_, e) => [3, -3, 0, 1, -1, 100, 65537][e % 7]!)]]
      : [['a', Float64Array.from({ length: n! }, (_, e) => (e % 13) - 6.5)], ['b', Float64Array.from({ length: n! }, (_, e) => [2, 3, -2, 0.5, 1, -1][e % 6]!)]]),
    expected: ({ N: n }, inputs) => new Map([['z', Float64Array.from({ length: ops.length * n! }, (_, e) => {
      const op = ops[Math.floor(e / n!)]!;
      const [a, b] = [inputs.get('a')![e % n!]!, inputs.get('b')![e % n!]!];
      if (type === 'i32') return evalBinary(op, a, op === 'shl' || op === 'shr' ? b & 7 : b, true) | 0;
      const x = evalBinary(op, a, b);
      return Number.isNaN(x) ? 0 : Math.fround(x);
    })]]),
    tolerance: type === 'i32' ? 0 : 1e-5,
  };
}

/** y = x * 3 + 1/2 (floats) or x + 100 (integers, which clamp), read and written in one stored type. */
export function dtypeCase(dtype: DType, vector: number, threads: Threads): Case {
  const N = size('N'), i = v('i');
  const guard = [below(i, N)];
  const tileSize = Math.max(64, 64 * vector);
  const l = line(tileSize, vector, threads);
  const type = isFloat(dtype) ? 'f32' : dtype === 'bool' ? 'bool' : 'i32';
  const change = (x: TileExpr): TileExpr => (type === 'f32' ? bin('add', bin('mul', x, f(3)), f(0.5)) : type === 'bool' ? { kind: 'unary', op: 'not', a: x, type: 'bool' } : bin('add', x, { kind: 'const', value: 100, type: 'i32' }));
  const limits = integerRange(dtype);
  return {
    kernel: kernel({
      name: `stored_${dtype}_${vector}`, sizes: ['N'], assumes: vector > 1 ? { N: vector } : {}, grid: [{ id: 'g', name: 'g', count: ceilDiv(N, num(tileSize)) }],
      buffers: [{ name: 'x', dtype, shape: [N], role: 'input' }, { name: 'y', dtype, shape: [N], role: 'output' }],
      axes: [axis('i', N, tileSize, mul(num(tileSize), v('g')))],
      tiles: [tile(0, 'x', type, ['i'], l), tile(1, 'y', type, ['i'], l)],
      roles: one(threads.count, [load(0, view('x', [i], { guard, vector })), map(1, change(t(0, type))), store(1, view('y', [i], { guard, vector }))]),
    }),
    sizes: (vector === 1 ? [1, 2, 7, 64, 131] : [vector, 5 * vector, 66 * vector]).map((n) => ({ N: n })),
    inputs: ({ N: n }) => new Map([['x', limits !== undefined ? noise(n!, 3, dtype, [Math.max(limits.min, -(2 ** 31)), Math.min(limits.max, 2 ** 31 - 200)]) : dtype === 'bool' ? noise(n!, 3, 'i32', [0, 1]) : noise(n!, 3, dtype)]]),
    expected: (_, inputs) => new Map([['y', inputs.get('x')!.map((x) => {
      if (type === 'f32') return roundTo(dtype, Math.fround(x * 3 + 0.5));
      if (type === 'bool') return x === 0 ? 1 : 0;
      const sum32 = (x + 100) | 0;
      return dtype === 'u32' ? sum32 : castTo(dtype, sum32);
    })]]),
    // One step of rounding where the target leaves the direction open.
    tolerance: type === 'f32' ? 2 ** -(bitsOf(dtype) === 32 ? 22 : dtype === 'bf16' ? 8 : 10) : 0,
  };
}

/**
 * Rows of 64 elements over all threads: sums, maxima and softmax pairs in one loop, so that scratch memory is used again and again.
 * y[i] = sum over blocks of (sum + max + l of softmax) of the block's row.
 */
export function reduceCase(threads: Threads, columnsBits: number): Case {
  const M = size('M'), N = size('N'), i = v('i'), j = v('j');
  const free = threadBits(Math.log2(threads.count), threads.source);
  const jBits = free.slice(0, columnsBits);
  const iBits = free.slice(columnsBits);
  const columns = 2 ** columnsBits * 2;
  const l: Layout = { dims: [{ bits: iBits, repeat: 2 }, { bits: [{ from: 'reg', n: 0 }, ...jBits], repeat: 1 }] };
  const rowTile = 2 ** iBits.length * 2;
  const rows = sliceTo(l, ['i', 'j'], ['i']);
  const guard = [below(i, M), below(j, N)];
  const lowest = -3.4028234663852886e38;
  return {
    kernel: kernel({
      name: `reduce_${columnsBits}`, sizes: ['M', 'N'], grid: [{ id: 'g', name: 'g', count: ceilDiv(M, num(rowTile)) }],
      buffers: [{ name: 'x', dtype: 'f32', shape: [M, N], role: 'input' }, { name: 'y', dtype: 'f32', shape: [M], role: 'output' }],
      axes: [axis('i', M, rowTile, mul(num(rowTile), v('g'))), axis('j', N, columns, mul(num(columns), v('c')))],
      tiles: [
        tile(0, 'x', 'f32', ['i', 'j'], l), tile(1, 'ones', 'f32', ['i', 'j'], l), tile(2, 'total', 'f32', ['i'], rows), tile(3, 'top', 'f32', ['i'], rows),
        tile(4, 'm', 'f32', ['i'], rows), tile(5, 'e', 'f32', ['i'], rows), tile(6, 'acc', 'f32', ['i'], rows, { mutable: true }), tile(7, 'x0', 'f32', ['i', 'j'], l),
      ],
      roles: one(threads.count, [
        map(6, f(0)),
        loop('c', ceilDiv(N, num(columns)), [
          load(0, view('x', [i, j], { guard, fill: lowest })),
          load(7, view('x', [i, j], { guard })),
          map(1, { kind: 'select', cond: { kind: 'inside', nonNegative: [below(j, N)], type: 'bool' }, then: f(1), else: f(0), type: 'f32' }),
          reduce(sum, [7], [{ axis: 'j' }], [2]),
          reduce(largest, [0], [{ axis: 'j' }], [3]),
          reduce(softmaxPair, [0, 1], [{ axis: 'j' }], [4, 5]),
          map(6, bin('add', t(6), bin('add', t(2), bin('add', t(3), t(5))))),
        ]),
        store(6, view('y', [i], { guard: [below(i, M)] })),
      ]),
    }),
    sizes: [[1, 1], [5, columns], [rowTile + 1, 2 * columns + 3]].map(([m, n]) => ({ M: m!, N: n! })),
    inputs: ({ M: m, N: n }) => new Map([['x', noise(m! * n!, 3)]]),
    expected: ({ M: m, N: n }, inputs) => new Map([['y', Float64Array.from({ length: m! }, (_, r) => {
      const x = inputs.get('x')!.subarray(r * n!, (r + 1) * n!);
      let acc = 0;
      for (let c = 0; c < n!; c += columns) {
        const part = x.subarray(c, Math.min(n!, c + columns));
        const top = Math.max(...part);
        acc += part.reduce((s, e) => s + e, 0) + top + part.reduce((s, e) => s + Math.exp(e - top), 0);
      }
      return acc;
    })]]),
    tolerance: 1e-5,
  };
}

/** y[j, i] = x[i, j] by a change of layout, twice over, so that the exchange memory is reused. */
export function convertCase(threads: Threads): Case {
  const M = size('M'), N = size('N'), i = v('i'), j = v('j');
  const rows = blocked({ sizes: [16, 16], order: [1, 0], vector: 1, threads: threads.count, bitSource: threads.source });
  const columns = blocked({ sizes: [16, 16], order: [0, 1], vector: 1, threads: threads.count, bitSource: threads.source });
  const guard = [below(i, M), below(j, N)];
  return {
    kernel: kernel({
      name: 'convert', sizes: ['M', 'N'], grid: [{ id: 'g', name: 'g', count: ceilDiv(M, num(16)) }],
      buffers: [{ name: 'x', dtype: 'f32', shape: [M, N], role: 'input' }, { name: 'y', dtype: 'f32', shape: [N, M], role: 'output' }],
      axes: [axis('i', M, 16, mul(num(16), v('g'))), axis('j', N, 16, mul(num(16), v('c')))],
      tiles: [tile(0, 'x', 'f32', ['i', 'j'], rows), tile(1, 'y', 'f32', ['i', 'j'], columns)],
      roles: one(threads.count, [loop('c', ceilDiv(N, num(16)), [load(0, view('x', [i, j], { guard })), convert(0, 1), store(1, view('y', [j, i], { guard }))])]),
    }),
    sizes: [[1, 1], [16, 16], [17, 33]].map(([m, n]) => ({ M: m!, N: n! })),
    inputs: ({ M: m, N: n }) => new Map([['x', noise(m! * n!, 13)]]),
    expected: ({ M: m, N: n }, inputs) => new Map([['y', Float64Array.from({ length: m! * n! }, (_, e) => inputs.get('x')![(e % m!) * n! + Math.floor(e / m!)]!)]]),
    tolerance: 0,
  };
}

function matmulOracle(dtype: DType): Pick<Case, 'inputs' | 'expected'> {
  const values = (count: number, seed: number): Float64Array => (isFloat(dtype) ? noise(count, seed, dtype) : noise(count, seed, dtype, [-128, 127]));
  return {
    inputs: ({ M: m, N: n, K: k }) => new Map([['A', values(m! * k!, 5)], ['B', values(k! * n!, 6)]]),
    expected: ({ M: m, N: n, K: k }, inputs) => {
      const a = inputs.get('A')!, b = inputs.get('B')!, c = new Float64Array(m! * n!);
      for (let i = 0; i < m!; i++) for (let j = 0; j < n!; j++) for (let q = 0; q < k!; q++) c[i * n! + j]! += a[i * k! + q]! * b[q * n! + j]!;
      return new Map([['C', c]]);
    },
  };
}
const matmulParts = (dtype: DType, output: DType, tm: number, tn: number, tk: number): Pick<TileKernel, 'sizes' | 'grid' | 'buffers' | 'axes' | 'panels'> => {
  const M = size('M'), N = size('N'), K = size('K');
  return {
    sizes: ['M', 'N', 'K'], panels: 2,
    grid: [{ id: 'bm', name: 'bm', count: ceilDiv(M, num(tm)) }, { id: 'bn', name: 'bn', count: ceilDiv(N, num(tn)) }],
    buffers: [{ name: 'A', dtype, shape: [M, K], role: 'input' }, { name: 'B', dtype, shape: [K, N], role: 'input' }, { name: 'C', dtype: output, shape: [M, N], role: 'output' }],
    axes: [axis('i', M, tm, mul(num(tm), v('bm'))), axis('j', N, tn, mul(num(tn), v('bn'))), axis('k', K, tk, mul(num(tk), v('c')))],
  };
};

/** Threads multiply scalars from a shared stage; each operand lies along either of its axes. */
export function fmaCase(threads: Threads, aLast: 'i' | 'k', bLast: 'j' | 'k', dtype: DType = 'f32', stored: DType = dtype): Case {
  const M = size('M'), N = size('N'), K = size('K'), i = v('i'), j = v('j'), k = v('k');
  const { count, source } = threads;
  const la = blocked({ sizes: [32, 16], order: [1, 0], vector: 1, threads: count, bitSource: source });
  const lb = blocked({ sizes: [16, 32], order: [1, 0], vector: 1, threads: count, bitSource: source });
  const free = threadBits(Math.log2(count), source);
  const lc: Layout = { dims: [{ bits: [{ from: 'reg', n: 0 }, { from: 'reg', n: 1 }, ...free.slice(3)], repeat: 1 }, { bits: [{ from: 'reg', n: 2 }, { from: 'reg', n: 3 }, ...free.slice(0, 3)], repeat: 1 }] };
  const type = isFloat(dtype) ? 'f32' : 'i32';
  const aAxes = aLast === 'k' ? ['i', 'k'] : ['k', 'i'];
  const bAxes = bLast === 'j' ? ['k', 'j'] : ['j', 'k'];
  const sizesOf = (axes: string[]): number[] => axes.map((x) => (x === 'k' ? 16 : 32));
  const zero: TileExpr = { kind: 'const', value: 0, type };
  return {
    kernel: kernel({
      ...matmulParts(dtype, type, 32, 32, 16), name: `fma_${aLast}${bLast}_${dtype}`,
      shared: [shared('sa', stored, aAxes, sizesOf(aAxes), { pad: 4 }), shared('sb', stored, bAxes, sizesOf(bAxes), { pad: 4 })],
      pipes: [{ id: 'ring', stages: 1, buffers: ['sa', 'sb'] }],
      tiles: [tile(0, 'a', type, ['i', 'k'], la), tile(1, 'b', type, ['k', 'j'], lb), tile(2, 'acc', type, ['i', 'j'], lc, { mutable: true })],
      roles: one(count, [
        map(2, zero),
        loop('c', ceilDiv(K, num(16)), [
          load(0, view('A', [i, k], { guard: [below(i, M), below(k, K)] })),
          load(1, view('B', [k, j], { guard: [below(k, K), below(j, N)] })),
          acquire('ring'), storeShared(0, 'sa'), storeShared(1, 'sb'), commit('ring'),
          wait('ring'), mma(2, inShared('sa'), inShared('sb'), 'k', type === 'f32' ? 'fma_1x1x1' : 'fma_1x1x1_i32'), release('ring'),
        ]),
        store(2, view('C', [i, j], { guard: [below(i, M), below(j, N)] })),
      ]),
    }),
    sizes: [[32, 32, 16], [33, 35, 17], [1, 1, 1], [65, 20, 40]].map(([m, n, q]) => ({ M: m!, N: n!, K: q! })),
    ...matmulOracle(dtype), tolerance: type === 'i32' ? 0 : 1e-4,
  };
}

/** One thread, operands read from device memory, the contraction in steps of `deep`. */
export function serialMatmul(dtype: DType, output: DType, deep: number): Case {
  const M = size('M'), N = size('N'), K = size('K'), i = v('i'), j = v('j'), k = v('k');
  const type = isFloat(dtype) ? 'f32' : 'i32';
  const global = (buffer: string, index: IndexExpr[], guard: IndexExpr[], axes: string[]): Operand => ({ kind: 'global', view: view(buffer, index, { guard }), axes });
  return {
    kernel: kernel({
      ...matmulParts(dtype, output, 4, 4, deep), panels: undefined, name: `serial_${dtype}_${deep}`,
      tiles: [tile(0, 'acc', type, ['i', 'j'], serial([4, 4]), { mutable: true })],
      roles: one(1, [
        map(0, { kind: 'const', value: 0, type }),
        loop('c', ceilDiv(K, num(deep)), [
          mma(0, global('A', [i, k], [below(i, M), ...(deep > 1 ? [below(k, K)] : [])], ['i', 'k']), global('B', [k, j], [below(j, N), ...(deep > 1 ? [below(k, K)] : [])], ['k', 'j']), 'k', type === 'f32' ? 'fma_1x1x1' : 'fma_1x1x1_i32'),
        ]),
        store(0, view('C', [i, j], { guard: [below(i, M), below(j, N)] })),
      ]),
    }),
    sizes: [[4, 4, 1], [5, 7, 9], [1, 1, 1], [16, 12, 20]].map(([m, n, q]) => ({ M: m!, N: n!, K: q! })),
    ...matmulOracle(dtype), tolerance: type === 'i32' ? 0 : output === 'f32' ? 1e-6 : 1e-2,
  };
}

/** Tensor cores: operands in shared memory along either axis, swizzled or padded, filled by threads. */
export function mmaCase(name: string, aLast: 'i' | 'k', bLast: 'j' | 'k', swizzle: 0 | 32 | 64 | 128): Case {
  const intrinsic = cudaIntrinsics.find((x) => x.name === name)!;
  const M = size('M'), N = size('N'), K = size('K'), i = v('i'), j = v('j'), k = v('k');
  const { dtype } = intrinsic.a;
  const [tm, tn, tk] = [2 * intrinsic.m, 4 * intrinsic.n * 2, 2 * intrinsic.k];
  const d = place(intrinsic.d.layout, [2, 2], [1, 4]);
  const la = blocked({ sizes: [tm, tk], order: [1, 0], vector: 1, threads: 128, bitSource: 'lanes' });
  const lb = blocked({ sizes: [tk, tn], order: [1, 0], vector: 1, threads: 128, bitSource: 'lanes' });
  const type = isFloat(dtype) ? 'f32' : 'i32';
  const aAxes = aLast === 'k' ? ['i', 'k'] : ['k', 'i'];
  const bAxes = bLast === 'j' ? ['k', 'j'] : ['j', 'k'];
  const sizesOf = (axes: string[]): number[] => axes.map((x) => (x === 'k' ? tk : x === 'i' ? tm : tn));
  const pad = swizzle === 0 ? 128 / bitsOf(dtype) : 0;
  const body: Op[] = [
    map(2, { kind: 'const', value: 0, type }),
    loop('c', ceilDiv(K, num(tk)), [
      load(0, view('A', [i, k], { guard: [below(i, M), below(k, K)] })),
      load(1, view('B', [k, j], { guard: [below(k, K), below(j, N)] })),
      acquire('ring'), storeShared(0, 'sa'), storeShared(1, 'sb'), commit('ring'),
      wait('ring'), mma(2, inShared('sa'), inShared('sb'), 'k', name), release('ring'),
    ]),
    store(2, view('C', [i, j], { guard: [below(i, M), below(j, N)] })),
  ];
  return {
    kernel: kernel({
      ...matmulParts(dtype, type, tm, tn, tk), name: `${name}_${aLast}${bLast}_${swizzle}`, target: 'cuda:sm_80',
      shared: [shared('sa', dtype, aAxes, sizesOf(aAxes), { swizzle, pad }), shared('sb', dtype, bAxes, sizesOf(bAxes), { swizzle, pad })],
      pipes: [{ id: 'ring', stages: 1, buffers: ['sa', 'sb'] }],
      tiles: [tile(0, 'a', type, ['i', 'k'], la), tile(1, 'b', type, ['k', 'j'], lb), tile(2, 'acc', type, ['i', 'j'], d, { mutable: true })],
      roles: one(128, body),
    }),
    sizes: [[tm, tn, tk], [tm + 1, tn - 3, 2 * tk + 5]].map(([m, n, q]) => ({ M: m!, N: n!, K: q! })),
    ...matmulOracle(dtype), tolerance: type === 'i32' ? 0 : dtype === 'f32' ? 5e-2 : 1e-3,
  };
}

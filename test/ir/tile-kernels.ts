/** Kernels written by hand: what a lowering would make, small enough to read. Each with its oracle in plain loops. */
import { roundTo } from '../../src/ir/round.ts';
import { blocked, place } from '../../src/ir/layout-build.ts';
import { sliceTo } from '../../src/ir/layout-query.ts';
import type { MmaIntrinsic } from '../../src/ir/intrinsic.ts';
import type { TileKernel } from '../../src/ir/tile.ts';
import type { Op } from '../../src/ir/tile.ts';
import type { DType } from '../../src/ir/dtype.ts';
import type { Layout } from '../../src/ir/layout.ts';
import { cudaIntrinsics } from '../../src/targets/cuda/intrinsics.ts';
import {
  acquire, add, axis, barrier, below, bin, bind, bits, cast, ceilDiv, commit, copyAsync, f, inShared, inside, kernel, load, loadShared, loop, map, mma, mmaWait, mod, mul, num, one, reduce, release,
  select, shared, size, softmaxPair, store, storeShared, sub, sum, t, tile, un, v, value, view, wait, when,
} from './tile-build.ts';

export interface Case {
  readonly kernel: TileKernel;
  readonly sizes: readonly Record<string, number>[];
  readonly inputs: (sizes: Record<string, number>) => Map<string, Float64Array>;
  readonly expected: (sizes: Record<string, number>, inputs: Map<string, Float64Array>) => Map<string, Float64Array>;
  readonly tolerance: number;
}

/** Reproducible values; integers when a range is given. */
export function noise(count: number, seed: number, dtype: DType = 'f32', range?: readonly [number, number]): Float64Array {
  let s = seed;
  return Float64Array.from({ length: count }, () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    const u = s / 2 ** 32;
    return range ? range[0] + Math.floor(u * (range[1] - range[0] + 1)) : roundTo(dtype, u * 4 - 2);
  });
}
const row = (size1: number, threads: number, vector: number): Layout => blocked({ sizes: [size1], order: [0], vector, threads, bitSource: 'lanes' });

export function vectorAdd(): Case {
  const N = size('N'), i = v('i');
  const l = row(256, 64, 1);
  const guard = [below(i, N)];
  return {
    kernel: kernel({
      name: 'vector_add', sizes: ['N'], grid: [{ id: 'g', name: 'g', count: ceilDiv(N, num(256)) }],
      buffers: [{ name: 'x', dtype: 'f32', shape: [N], role: 'input' }, { name: 'y', dtype: 'f16', shape: [N], role: 'input' }, { name: 'z', dtype: 'f32', shape: [N], role: 'output' }],
      axes: [axis('i', N, 256, mul(num(256), v('g')))],
      tiles: [tile(0, 'a', 'f32', ['i'], l), tile(1, 'b', 'f32', ['i'], l), tile(2, 'c', 'f32', ['i'], l)],
      roles: one(64, [load(0, view('x', [i], { guard })), load(1, view('y', [i], { guard })), map(2, bin('add', t(0), t(1))), store(2, view('z', [i], { guard }))]),
    }),
    sizes: [1, 255, 256, 257, 600].map((n) => ({ N: n })),
    inputs: ({ N: n }) => new Map([['x', noise(n!, 1)], ['y', noise(n!, 2, 'f16')]]),
    expected: ({ N: n }, inputs) => new Map([['z', Float64Array.from({ length: n! }, (_, e) => inputs.get('x')![e]! + inputs.get('y')![e]!)]]),
    tolerance: 1e-6,
  };
}

/** Rows of any length: a pass of per-thread (max, sum) pairs merged at the end, and a pass that writes. */
export function softmax(): Case {
  const M = size('M'), N = size('N'), i = v('i'), j = v('j');
  const l = bits('w0 *2', 'r0 l0 l1 l2 l3 l4');
  const partial = bits('w0 *2', 'l0 l1 l2 l3 l4');
  const rows = sliceTo(l, ['i', 'j'], ['i']);
  const guard = [below(i, M), below(j, N)];
  const lowest = -3.4028234663852886e38;
  const larger = bin('max', t(4), t(2));
  return {
    kernel: kernel({
      name: 'softmax', sizes: ['M', 'N'], grid: [{ id: 'g', name: 'g', count: ceilDiv(M, num(4)) }],
      buffers: [{ name: 'x', dtype: 'f32', shape: [M, N], role: 'input' }, { name: 'y', dtype: 'f32', shape: [M, N], role: 'output' }],
      axes: [axis('i', M, 4, mul(num(4), v('g'))), axis('j', N, 64, mul(num(64), v('c'))), axis('p', 32, 32)],
      tiles: [
        tile(0, 'x', 'f32', ['i', 'j'], l), tile(1, 'one', 'f32', ['i', 'j'], l), tile(2, 'm1', 'f32', ['i', 'p'], partial), tile(3, 'l1', 'f32', ['i', 'p'], partial),
        tile(4, 'm', 'f32', ['i', 'p'], partial, { mutable: true }), tile(5, 'l', 'f32', ['i', 'p'], partial, { mutable: true }),
        tile(6, 'top', 'f32', ['i'], rows), tile(7, 'total', 'f32', ['i'], rows), tile(8, 'x2', 'f32', ['i', 'j'], l), tile(9, 'y', 'f32', ['i', 'j'], l),
      ],
      roles: one(64, [
        map(4, f(lowest)), map(5, f(0)),
        loop('c', ceilDiv(N, num(64)), [
          load(0, view('x', [i, j], { guard, fill: lowest })),
          map(1, select(inside(below(j, N)), f(1), f(0))),
          reduce(softmaxPair, [0, 1], [{ axis: 'j', into: 'p' }], [2, 3]),
          map(5, bin('add', bin('mul', t(5), un('exp', bin('sub', t(4), larger))), bin('mul', t(3), un('exp', bin('sub', t(2), larger))))),
          map(4, larger),
        ]),
        reduce(softmaxPair, [4, 5], [{ axis: 'p' }], [6, 7]),
        loop('c', ceilDiv(N, num(64)), [
          load(8, view('x', [i, j], { guard, fill: lowest })),
          map(9, bin('div', un('exp', bin('sub', t(8), t(6))), t(7))),
          store(9, view('y', [i, j], { guard })),
        ]),
      ]),
    }),
    sizes: [[1, 1], [4, 64], [5, 65], [3, 200], [9, 7]].map(([m, n]) => ({ M: m!, N: n! })),
    inputs: ({ M: m, N: n }) => new Map([['x', noise(m! * n!, 3)]]),
    expected: ({ M: m, N: n }, inputs) => {
      const x = inputs.get('x')!, y = new Float64Array(x.length);
      for (let r = 0; r < m!; r++) {
        const part = x.subarray(r * n!, (r + 1) * n!);
        const top = Math.max(...part), total = part.reduce((s, e) => s + Math.exp(e - top), 0);
        for (let c = 0; c < n!; c++) y[r * n! + c] = Math.exp(part[c]! - top) / total;
      }
      return new Map([['y', y]]);
    },
    tolerance: 1e-5,
  };
}

function matmulOracle(dtype: DType): Pick<Case, 'inputs' | 'expected'> {
  return {
    inputs: ({ M: m, N: n, K: k }) => new Map([['A', noise(m! * k!, 5, dtype)], ['B', noise(k! * n!, 6, dtype)]]),
    expected: ({ M: m, N: n, K: k }, inputs) => {
      const a = inputs.get('A')!, b = inputs.get('B')!, c = new Float64Array(m! * n!);
      for (let i = 0; i < m!; i++) for (let j = 0; j < n!; j++) for (let q = 0; q < k!; q++) c[i * n! + j]! += a[i * k! + q]! * b[q * n! + j]!;
      return new Map([['C', c]]);
    },
  };
}
const matmulParts = (dtype: DType, tm: number, tn: number, tk: number): Pick<TileKernel, 'sizes' | 'grid' | 'buffers' | 'axes'> => {
  const M = size('M'), N = size('N'), K = size('K');
  return {
    sizes: ['M', 'N', 'K'],
    grid: [{ id: 'bm', name: 'bm', count: ceilDiv(M, num(tm)) }, { id: 'bn', name: 'bn', count: ceilDiv(N, num(tn)) }],
    buffers: [{ name: 'A', dtype, shape: [M, K], role: 'input' }, { name: 'B', dtype, shape: [K, N], role: 'input' }, { name: 'C', dtype: 'f32', shape: [M, N], role: 'output' }],
    axes: [axis('i', M, tm, mul(num(tm), v('bm'))), axis('j', N, tn, mul(num(tn), v('bn'))), axis('k', K, tk, mul(num(tk), v('c')))],
  };
};

/** Threads copy through registers into a ring of one stage; each thread multiplies scalars. Plain thread numbers, as WGSL has. */
export function tiledMatmul(): Case {
  const M = size('M'), N = size('N'), K = size('K'), i = v('i'), j = v('j'), k = v('k');
  const la = blocked({ sizes: [16, 8], order: [1, 0], vector: 1, threads: 64, bitSource: 'thread' });
  const lb = blocked({ sizes: [8, 16], order: [1, 0], vector: 1, threads: 64, bitSource: 'thread' });
  const lc = bits('r0 t3 t4 t5', 'r1 t0 t1 t2');
  return {
    kernel: kernel({
      ...matmulParts('f32', 16, 16, 8), name: 'matmul_ring', target: 'wgsl',
      shared: [shared('sa', 'f32', ['i', 'k'], [16, 8], { pad: 1 }), shared('sb', 'f32', ['k', 'j'], [8, 16])],
      pipes: [{ id: 'ring', stages: 1, buffers: ['sa', 'sb'] }],
      tiles: [tile(0, 'a', 'f32', ['i', 'k'], la), tile(1, 'b', 'f32', ['k', 'j'], lb), tile(2, 'acc', 'f32', ['i', 'j'], lc, { mutable: true })],
      roles: one(64, [
        map(2, f(0)),
        loop('c', ceilDiv(K, num(8)), [
          load(0, view('A', [i, k], { guard: [below(i, M), below(k, K)] })),
          load(1, view('B', [k, j], { guard: [below(k, K), below(j, N)] })),
          acquire('ring'), storeShared(0, 'sa'), storeShared(1, 'sb'), commit('ring'),
          wait('ring'), mma(2, inShared('sa'), inShared('sb'), 'k', 'fma_1x1x1'), release('ring'),
        ]),
        store(2, view('C', [i, j], { guard: [below(i, M), below(j, N)] })),
      ]),
    }),
    sizes: [[16, 16, 8], [17, 15, 9], [1, 1, 1], [33, 20, 25]].map(([m, n, q]) => ({ M: m!, N: n!, K: q! })),
    ...matmulOracle('f32'), tolerance: 1e-4,
  };
}

/** Three stages of asynchronous copies ahead of m16n8k16 products; sizes are multiples of the tiles except M and K, which have tails of whole pieces. */
export function tensorMatmul(): Case {
  const M = size('M'), N = size('N'), K = size('K'), i = v('i'), j = v('j'), k = v('k'), c = v('c');
  const d = place(bits('l2 l3 l4 r1', 'r0 l0 l1'), [2, 2], [1, 2]);
  const warpsOf = (dim: number, low: number): { from: 'warp'; n: number }[] => d.dims[dim]!.bits.slice(low).map((b) => ({ from: 'warp', n: b.n }));
  const a = place(bits('l2 l3 l4 r1', 'r0 l0 l1 r2'), [warpsOf(0, 4), 1], [1, 2]);
  const b = place(bits('r0 l0 l1 r1', 'l2 l3 l4'), [1, warpsOf(1, 3)], [2, 2]);
  const copyA = blocked({ sizes: [32, 32], order: [1, 0], vector: 8, threads: 128, bitSource: 'lanes' });
  const copyB = blocked({ sizes: [32, 32], order: [1, 0], vector: 8, threads: 128, bitSource: 'lanes' });
  const steps = ceilDiv(K, num(32)), stages = 3;
  const fetch: Op[] = [
    acquire('ring'),
    when([below(c, steps)], [
      copyAsync('sa', mod(c, num(stages)), view('A', [i, k], { guard: [below(i, M), below(k, K)], vector: 8 }), copyA),
      copyAsync('sb', mod(c, num(stages)), view('B', [k, j], { guard: [below(k, K)], vector: 8 }), copyB),
    ]),
    commit('ring'),
  ];
  return {
    kernel: kernel({
      ...matmulParts('bf16', 32, 32, 32), name: 'matmul_mma', assumes: { K: 8, N: 32 },
      shared: [shared('sa', 'bf16', ['i', 'k'], [32, 32], { stages, swizzle: 64 }), shared('sb', 'bf16', ['k', 'j'], [32, 32], { stages, pad: 8 })],
      pipes: [{ id: 'ring', stages, buffers: ['sa', 'sb'] }],
      tiles: [
        tile(0, 'acc', 'f32', ['i', 'j'], d, { mutable: true }), tile(1, 'a', 'bf16', ['i', 'k'], a, { packed: true }), tile(2, 'b', 'bf16', ['k', 'j'], b, { packed: true }),
      ],
      roles: one(128, [
        map(0, f(0)),
        loop('c', stages - 1, fetch),
        loop('c', steps, [
          wait('ring', stages - 2),
          bind('c', add(c, num(stages - 1)), fetch),
          loadShared(1, 'sa', mod(c, num(stages)), 2), loadShared(2, 'sb', mod(c, num(stages))),
          mma(0, 1, 2, 'k', 'mma_m16n8k16_bf16'),
          release('ring'),
        ]),
        store(0, view('C', [i, j], { guard: [below(i, M)], vector: 2 })),
      ]),
    }),
    sizes: [[32, 32, 32], [40, 64, 104], [1, 32, 8], [33, 32, 160]].map(([m, n, q]) => ({ M: m!, N: n!, K: q! })),
    ...matmulOracle('bf16'), tolerance: 1e-3,
  };
}

/** The fragments of a warp group's product, as Hopper has them; both operands are read from shared memory, later. */
export const groupProduct: MmaIntrinsic = {
  name: 'group_m64n16k16', m: 64, n: 16, k: 16, wrapper: 'group_m64n16k16',
  a: { dtype: 'bf16', layout: bits('l2 l3 l4 r1 w0 w1', 'r0 l0 l1 r2') }, b: { dtype: 'bf16', layout: bits('l0 l1 l2 l3', 'l4 w0 w1 r0') }, d: { dtype: 'f32', layout: bits('l2 l3 l4 r1 w0 w1', 'r0 l0 l1 *2') },
};

/** A role that copies boxes, a role whose products are asynchronous: a stage is given back one step later than it was read. */
export function asyncMatmul(): Case {
  const M = size('M'), N = size('N'), K = size('K'), i = v('i'), j = v('j'), k = v('k'), c = v('c');
  const steps = ceilDiv(K, num(32)), stages = 3;
  const whole = bits('*64', '*32');
  return {
    kernel: kernel({
      ...matmulParts('bf16', 64, 32, 32), name: 'matmul_async', assumes: { K: 8, N: 8 },
      shared: [shared('sa', 'bf16', ['i', 'k'], [64, 32], { stages, swizzle: 64 }), shared('sb', 'bf16', ['k', 'j'], [32, 32], { stages, swizzle: 64 })],
      pipes: [{ id: 'ring', stages, buffers: ['sa', 'sb'] }],
      tiles: [tile(0, 'acc', 'f32', ['i', 'j'], place(groupProduct.d.layout, [1, 1], [1, 2]), { mutable: true })],
      roles: [
        { name: 'copy', threads: 32, registers: 40, body: [loop('c', steps, [
          acquire('ring'),
          copyAsync('sa', mod(c, num(stages)), view('A', [i, k], { guard: [below(i, M), below(k, K)] }), whole, 'tma'),
          copyAsync('sb', mod(c, num(stages)), view('B', [k, j], { guard: [below(k, K), below(j, N)] }), bits('*32', '*32'), 'tma'),
          commit('ring'),
        ])] },
        { name: 'math', threads: 128, registers: 200, body: [
          map(0, f(0)),
          loop('c', steps, [
            wait('ring'),
            mma(0, inShared('sa', mod(c, num(stages))), inShared('sb', mod(c, num(stages))), 'k', 'group_m64n16k16', true),
            mmaWait(1),
            when([sub(c, num(1))], [release('ring')]),
          ]),
          mmaWait(0),
          when([sub(K, num(1))], [release('ring')]),
          store(0, view('C', [i, j], { guard: [below(i, M), below(j, N)], vector: 2 })),
        ] },
      ],
    }),
    sizes: [[64, 32, 32], [70, 40, 200], [8, 8, 8]].map(([m, n, q]) => ({ M: m!, N: n!, K: q! })),
    ...matmulOracle('bf16'), tolerance: 1e-3,
  };
}

/** y[j, i] = x[i, j]: registers through shared memory, with a barrier after the writes and one after the reads. */
export function transpose(): Case {
  const M = size('M'), N = size('N'), i = v('i'), j = v('j');
  const rows = blocked({ sizes: [16, 16], order: [1, 0], vector: 1, threads: 64, bitSource: 'lanes' });
  const columns = blocked({ sizes: [16, 16], order: [0, 1], vector: 1, threads: 64, bitSource: 'lanes' });
  const guard = [below(i, M), below(j, N)];
  return {
    kernel: kernel({
      name: 'transpose', sizes: ['M', 'N'], grid: [{ id: 'g', name: 'g', count: ceilDiv(M, num(16)) }],
      buffers: [{ name: 'x', dtype: 'f16', shape: [M, N], role: 'input' }, { name: 'y', dtype: 'f16', shape: [N, M], role: 'output' }],
      axes: [axis('i', M, 16, mul(num(16), v('g'))), axis('j', N, 16, mul(num(16), v('c')))],
      shared: [shared('s', 'f16', ['i', 'j'], [16, 16], { pad: 2 })],
      tiles: [tile(0, 'x', 'f32', ['i', 'j'], rows), tile(1, 'y', 'f32', ['i', 'j'], columns)],
      roles: one(64, [loop('c', ceilDiv(N, num(16)), [
        load(0, view('x', [i, j], { guard })), storeShared(0, 's'), barrier(), loadShared(1, 's'), store(1, view('y', [j, i], { guard })), barrier(),
      ])]),
    }),
    sizes: [[1, 1], [16, 16], [17, 33]].map(([m, n]) => ({ M: m!, N: n! })),
    inputs: ({ M: m, N: n }) => new Map([['x', noise(m! * n!, 13, 'f16')]]),
    expected: ({ M: m, N: n }, inputs) => new Map([['y', Float64Array.from({ length: m! * n! }, (_, e) => inputs.get('x')![(e % m!) * n! + Math.floor(e / m!)]!)]]),
    tolerance: 0,
  };
}

/** One role copies rows, the other adds them up: columns of x summed over i. */
export function twoRoles(): Case {
  const M = size('M'), N = size('N'), i = v('i'), j = v('j'), c = v('c');
  const copy = blocked({ sizes: [4, 64], order: [1, 0], vector: 4, threads: 32, bitSource: 'lanes' });
  const l = bits('*4', 'l0 l1 l2 l3 l4 w0');
  const columns = sliceTo(l, ['i', 'j'], ['j']);
  const steps = ceilDiv(M, num(4));
  return {
    kernel: kernel({
      name: 'two_roles', sizes: ['M', 'N'], grid: [{ id: 'g', name: 'g', count: ceilDiv(N, num(64)) }], assumes: { N: 4 },
      buffers: [{ name: 'x', dtype: 'f32', shape: [M, N], role: 'input' }, { name: 'y', dtype: 'f32', shape: [N], role: 'output' }],
      axes: [axis('i', M, 4, mul(num(4), c)), axis('j', N, 64, mul(num(64), v('g')))],
      shared: [shared('s', 'f32', ['i', 'j'], [4, 64], { stages: 2 })],
      pipes: [{ id: 'ring', stages: 2, buffers: ['s'] }],
      tiles: [tile(0, 'part', 'f32', ['i', 'j'], l), tile(1, 'sum', 'f32', ['j'], columns), tile(2, 'total', 'f32', ['j'], columns, { mutable: true })],
      roles: [
        { name: 'producer', threads: 32, registers: undefined, body: [
          loop('c', steps, [acquire('ring'), copyAsync('s', mod(c, num(2)), view('x', [i, j], { guard: [below(i, M), below(j, N)], vector: 4 }), copy), commit('ring')]),
        ] },
        { name: 'consumer', threads: 64, registers: undefined, body: [
          map(2, f(0)),
          loop('c', steps, [wait('ring'), loadShared(0, 's', mod(c, num(2))), release('ring'), reduce(sum, [0], [{ axis: 'i' }], [1]), map(2, bin('add', t(2), t(1)))]),
          store(2, view('y', [j], { guard: [below(j, N)] })),
        ] },
      ],
    }),
    sizes: [[1, 4], [4, 64], [9, 68], [30, 128]].map(([m, n]) => ({ M: m!, N: n! })),
    inputs: ({ M: m, N: n }) => new Map([['x', noise(m! * n!, 7)]]),
    expected: ({ M: m, N: n }, inputs) => new Map([['y', Float64Array.from({ length: n! }, (_, e) => { let s = 0; for (let r = 0; r < m!; r++) s += inputs.get('x')![r * n! + e]!; return s; })]]),
    tolerance: 1e-5,
  };
}

/** y[i, j] = x[index[i], j], the index clamped into the table. */
export function gather(): Case {
  const M = size('M'), V = size('V'), N = size('N'), i = v('i'), j = v('j');
  const l = blocked({ sizes: [8, 32], order: [1, 0], vector: 4, threads: 64, bitSource: 'lanes' });
  const guard = [below(i, M), below(j, N)];
  return {
    kernel: kernel({
      name: 'gather', sizes: ['M', 'V', 'N'], assumes: { N: 4 },
      grid: [{ id: 'g', name: 'g', count: ceilDiv(M, num(8)) }, { id: 'h', name: 'h', count: ceilDiv(N, num(32)) }],
      buffers: [{ name: 'index', dtype: 'i32', shape: [M], role: 'input' }, { name: 'x', dtype: 'bf16', shape: [V, N], role: 'input' }, { name: 'y', dtype: 'bf16', shape: [M, N], role: 'output' }],
      axes: [axis('i', M, 8, mul(num(8), v('g'))), axis('j', N, 32, mul(num(32), v('h')))],
      tiles: [tile(0, 'at', 'i32', ['i'], sliceTo(l, ['i', 'j'], ['i'])), tile(1, 'row', 'f32', ['i', 'j'], l)],
      roles: one(64, [
        load(0, view('index', [i], { guard: [below(i, M)] })),
        load(1, view('x', [value('t0'), j], { guard, clamp: [0], vector: 4 })),
        store(1, view('y', [i, j], { guard, vector: 4 })),
      ]),
    }),
    sizes: [[1, 1, 4], [8, 5, 32], [13, 40, 60]].map(([m, w, n]) => ({ M: m!, V: w!, N: n! })),
    inputs: ({ M: m, V: w, N: n }) => new Map([['index', noise(m!, 8, 'i32', [-2, w! + 1])], ['x', noise(w! * n!, 9, 'bf16')]]),
    expected: ({ M: m, V: w, N: n }, inputs) => new Map([['y', Float64Array.from({ length: m! * n! }, (_, e) => {
      const at = Math.min(Math.max(inputs.get('index')![Math.floor(e / n!)]!, 0), w! - 1);
      return inputs.get('x')![at * n! + (e % n!)]!;
    })]]),
    tolerance: 0,
  };
}

/** y[n] = scale[n] * sum(k) w[n, k] * x[k] with w in four bits, eight of them a word; and q = -w, written back in four bits. */
export function int4(): Case {
  const N = size('N'), K = size('K'), n = v('n'), k = v('k');
  const l = bits('w0 w1', 'r0 r1 r2 l0 l1 l2 l3 l4');
  const guard = [below(n, N), below(k, K)];
  const rows = sliceTo(l, ['n', 'k'], ['n']);
  return {
    kernel: kernel({
      name: 'int4_matvec', sizes: ['N', 'K'], assumes: { K: 8 },
      grid: [{ id: 'g', name: 'g', count: ceilDiv(N, num(4)) }],
      buffers: [
        { name: 'w', dtype: 'int4', shape: [N, K], role: 'input' }, { name: 'x', dtype: 'f32', shape: [K], role: 'input' }, { name: 'scale', dtype: 'f16', shape: [N], role: 'input' },
        { name: 'y', dtype: 'f32', shape: [N], role: 'output' }, { name: 'q', dtype: 'int4', shape: [N, K], role: 'output' },
      ],
      axes: [axis('n', N, 4, mul(num(4), v('g'))), axis('k', K, 256, mul(num(256), v('c')))],
      tiles: [
        tile(0, 'w', 'i32', ['n', 'k'], l), tile(1, 'x', 'f32', ['k'], sliceTo(l, ['n', 'k'], ['k'])), tile(2, 'p', 'f32', ['n', 'k'], l), tile(3, 'part', 'f32', ['n'], rows),
        tile(4, 'acc', 'f32', ['n'], rows, { mutable: true }), tile(5, 'scale', 'f32', ['n'], rows), tile(6, 'y', 'f32', ['n'], rows), tile(7, 'q', 'i32', ['n', 'k'], l),
      ],
      roles: one(128, [
        map(4, f(0)),
        loop('c', ceilDiv(K, num(256)), [
          load(0, view('w', [n, k], { guard, vector: 8 })),
          load(1, view('x', [k], { guard: [below(k, K)], vector: 4 })),
          map(2, bin('mul', cast('f32', t(0, 'i32'), 'f32'), t(1))),
          reduce(sum, [2], [{ axis: 'k' }], [3]),
          map(4, bin('add', t(4), t(3))),
          map(7, bin('min', un('neg', t(0, 'i32')), { kind: 'const', value: 7, type: 'i32' })),
          store(7, view('q', [n, k], { guard, vector: 8 })),
        ]),
        load(5, view('scale', [n], { guard: [below(n, N)] })),
        map(6, bin('mul', t(4), t(5))),
        store(6, view('y', [n], { guard: [below(n, N)] })),
      ]),
    }),
    sizes: [[1, 8], [4, 256], [7, 600]].map(([m, q]) => ({ N: m!, K: q! })),
    inputs: ({ N: m, K: q }) => new Map([['w', noise(m! * q!, 10, 'int4', [-8, 7])], ['x', noise(q!, 11)], ['scale', noise(m!, 12, 'f16')]]),
    expected: ({ N: m, K: q }, inputs) => {
      const w = inputs.get('w')!, x = inputs.get('x')!;
      return new Map([
        ['y', Float64Array.from({ length: m! }, (_, r) => { let s = 0; for (let c = 0; c < q!; c++) s += w[r * q! + c]! * x[c]!; return s * inputs.get('scale')![r]!; })],
        ['q', w.map((e) => Math.min(-e, 7) || 0)],
      ]);
    },
    tolerance: 2e-4,
  };
}

export const cases = (): readonly Case[] => [vectorAdd(), softmax(), tiledMatmul(), tensorMatmul(), asyncMatmul(), transpose(), twoRoles(), gather(), int4()];

export const intrinsic = (name: string): MmaIntrinsic | undefined => [...cudaIntrinsics, groupProduct].find((x) => x.name === name);

/** The largest difference relative to 1 + |expected|; NaN anywhere counts as infinite. */
export function difference(actual: Map<string, Float64Array>, expected: Map<string, Float64Array>): number {
  let worst = 0;
  for (const [name, want] of expected) {
    const got = actual.get(name);
    if (got === undefined || got.length !== want.length) return Infinity;
    for (let e = 0; e < want.length; e++) {
      const d = Math.abs(got[e]! - want[e]!) / (1 + Math.abs(want[e]!));
      if (!(d <= worst)) worst = Number.isNaN(d) ? Infinity : d;
    }
  }
  return worst;
}

/** Products for sm_90a from their source to numbers: every order of the operands, batches, epilogues, types and thin sides, on the CPU shim and by the interpreter of tile IR. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileSource } from '../../src/driver.ts';
import { emitFile } from '../../src/emit/emit.ts';
import { evaluate } from '../../src/ir/index-expr.ts';
import { interpretTileFaithful } from '../../src/ir/tile-interpret-faithful.ts';
import { layout, parseDim } from '../../src/ir/layout.ts';
import { sliceTo } from '../../src/ir/layout-query.ts';
import type { Op, TileKernel } from '../../src/ir/tile.ts';
import { printFailures, validateTile } from '../../src/ir/tile-validate.ts';
import { bufferArgs, type LaunchAbi } from '../../src/runtime/abi.ts';
import { compileWithNvcc, findNvcc } from '../../src/runtime/nvcc.ts';
import { compileForShim } from '../../src/runtime/shim.ts';
import { findTarget } from '../../src/targets/targets.ts';
import { orders, shimTest } from '../targets/cuda/machine.ts';
import { twoRoles } from '../ir/tile-kernels.ts';
import { decode, encode, meta } from './machines.ts';

const source = `
kernel nn(A: bf16[M, K], B: bf16[K, N]) -> C: bf16[M, N] {
  C[m, n] = sum(k) A[m, k] * B[k, n]
}
kernel nt(A: f16[M, K], B: f16[N, K]) -> C: f32[M, N] {
  C[m, n] = sum(k) A[m, k] * B[n, k]
}
kernel tn(A: bf16[K, M], B: bf16[K, N]) -> C: bf16[M, N] {
  C[m, n] = sum(k) A[k, m] * B[k, n]
}
kernel tt(A: f16[K, M], B: f16[N, K]) -> C: f16[M, N] {
  C[m, n] = sum(k) A[k, m] * B[n, k]
}
kernel batched(A: bf16[S, M, K], B: bf16[S, K, N]) -> C: bf16[S, M, N] {
  C[s, m, n] = sum(k) A[s, m, k] * B[s, k, n]
}
kernel bytes(A: i8[M, K], B: i8[N, K]) -> C: i32[M, N] {
  C[m, n] = sum(k) A[m, k] * B[n, k]
}
kernel seven(A: bf16[M, K], B: bf16[N, K]) -> C: bf16[M, N] {
  C[m, n] = sum(k) A[m, k] * B[n, k]
}
// Seven pieces of 32 columns leave through two places in turn.
schedule seven for cuda(sm_90a) {
  tile m by 128, n by 224
  tensorize wgmma_m64n224k16_bf16(m, n, k)
}
kernel gated(A: bf16[M, K], B: bf16[N, K], R: bf16[N, K]) -> C: bf16[M, N] {
  let g[m, n] = sum(k) A[m, k] * B[n, k]
  let u[m, n] = sum(k) A[m, k] * R[n, k]
  C[m, n] = max(g[m, n], 0) * u[m, n]
}
// Rows of a tensor that goes on behind them, and the others.
kernel halves(A: bf16[M, K], B: bf16[2*N, K]) -> C: bf16[M, N] {
  let g[m, n: N] = sum(k) A[m, k] * B[n, k]
  let u[m, n: N] = sum(k) A[m, k] * B[N + n, k]
  C[m, n] = max(g[m, n], 0) * u[m, n]
}
kernel epilogue(A: bf16[M, K], B: bf16[K, N], bias: bf16[N], R: bf16[M, N]) -> C: bf16[M, N] {
  C[m, n] = max(sum(k) A[m, k] * B[k, n] + bias[n], 0) + R[m, n]
}
`;
type Sizes = Record<string, number>;
type Values = Map<string, Float64Array>;

interface Case { readonly kernel: string; readonly known?: Sizes; readonly sizes: readonly Sizes[] }
/** Sizes that are no multiples of tiles, smaller than one, without anything to sum, with several tiles a group, and without rows. */
const usual: readonly Sizes[] = [{ M: 136, N: 200, K: 136, S: 2 }, { M: 8, N: 8, K: 8, S: 1 }, { M: 128, N: 40, K: 0, S: 1 }, { M: 264, N: 520, K: 72, S: 1 }, { M: 0, N: 40, K: 16, S: 1 }];
const cases: readonly Case[] = [
  ...['nn', 'nt', 'tn', 'tt', 'batched', 'epilogue'].map((kernel): Case => ({ kernel, sizes: usual })),
  { kernel: 'bytes', sizes: [{ M: 144, N: 208, K: 272 }, { M: 1, N: 16, K: 16 }] },
  { kernel: 'nt', known: { M: 12 }, sizes: [{ N: 200, K: 136 }, { N: 72, K: 8 }] },
  { kernel: 'nn', known: { M: 40 }, sizes: [{ N: 200, K: 136 }] },
  // Two products in one loop, also with the weights on the side of the rows.
  { kernel: 'gated', sizes: [usual[0]!, usual[2]!] },
  { kernel: 'halves', sizes: [{ M: 136, N: 200, K: 136 }, { M: 8, N: 8, K: 8 }] },
  { kernel: 'halves', known: { M: 16 }, sizes: [{ N: 72, K: 72 }] },
  { kernel: 'gated', known: { M: 16 }, sizes: [{ N: 200, K: 136 }, { N: 72, K: 8 }] },
  { kernel: 'seven', sizes: [{ M: 264, N: 456, K: 136 }, { M: 8, N: 8, K: 8 }] },
  // All of the sum in one step, a whole one and less than one.
  { kernel: 'nt', known: { K: 64 }, sizes: [{ M: 136, N: 264 }, { M: 8, N: 8 }] },
  { kernel: 'epilogue', known: { K: 8, N: 200 }, sizes: [{ M: 264 }] },
  { kernel: 'tn', known: { M: 16 }, sizes: [{ N: 200, K: 72 }] },
];

/** The variant for sizes whose rows can be copied as boxes. */
function roles({ kernel, known = {} }: Case): TileKernel {
  const { kernels, diagnostics } = compileSource(source, 'products.tdsl', { targets: ['cuda:sm_90a'], kernel, sizes: known });
  assert.equal(diagnostics, []);
  const all = kernels[0]!.variants.filter((v) => Object.keys(v.when.atMost).length === 0).flatMap((v) => v.launches.map((l) => l.tile));
  const found = all.find((t) => t.roles.length > 1);
  assert.ok(found, `${kernel} ${JSON.stringify(known)} has no variant of several roles`);
  return { ...found!, name: [kernel, ...Object.values(known)].join('_') };
}
const tiles = cases.map((c) => ({ c, tile: roles(c) }));
const { text, abis } = emitFile(tiles.map((t) => t.tile), { name: 'cuda:sm_90a' }, meta);

const count = (tile: TileKernel, name: string, sizes: Sizes): number => tile.buffers.find((b) => b.name === name)!.shape.reduce((p, e) => p * evaluate(e, (_, id) => sizes[id]!), 1);
/** Small integers: sums are exact, and most small enough for every type. */
function inputs(tile: TileKernel, sizes: Sizes): Values {
  for (const [name, by] of Object.entries(tile.assumes)) assert.is(sizes[name]! % by, 0, `${tile.name} takes multiples of ${by} for ${name}`);
  let state = 1;
  const next = (): number => { state = (state * 48271) % 2147483647; return (state % 5) - 2; };
  return new Map(tile.buffers.filter((b) => b.role === 'input').map((b) => [b.name, Float64Array.from({ length: count(tile, b.name, sizes) }, next)]));
}

function expected(kernel: string, { M, N, K, S = 1 }: Sizes, values: Values): Float64Array {
  const A = values.get('A')!, B = values.get('B')!, batches = kernel === 'batched' ? S : 1;
  const isTransposed = { A: kernel === 'tn' || kernel === 'tt', B: kernel === 'nt' || kernel === 'tt' || kernel === 'bytes' || kernel === 'seven' || kernel === 'gated' || kernel === 'halves' };
  return Float64Array.from({ length: batches * M! * N! }, (_, at) => {
    const s = Math.floor(at / (M! * N!)), m = Math.floor(at / N!) % M!, n = at % N!;
    let sum = 0, second = 0;
    for (let k = 0; k < K!; k++) sum += A[isTransposed.A ? k * M! + m : (s * M! + m) * K! + k]! * B[isTransposed.B ? n * K! + k : (s * K! + k) * N! + n]!;
    const other = kernel === 'gated' ? values.get('R')! : kernel === 'halves' ? B.subarray(N! * K!) : undefined;
    if (other !== undefined) for (let k = 0; k < K!; k++) second += A[m * K! + k]! * other[n * K! + k]!;
    return other !== undefined ? Math.max(sum, 0) * second : kernel === 'epilogue' ? Math.max(sum + values.get('bias')![n]!, 0) + values.get('R')![at]! : sum;
  });
}
function agrees(got: Float64Array, want: Float64Array, where: string): void {
  const wrong = want.findIndex((x, n) => !(Math.abs(got[n]! - x) <= Math.abs(x) / 256));
  assert.is(wrong, -1, `${where}: element ${wrong} is ${got[wrong]}, not ${want[wrong]}`);
  assert.is(got.length, want.length);
}

async function onShim(abi: LaunchAbi, tile: TileKernel, sizes: Sizes, values: Values, order: number): Promise<Float64Array> {
  const compiled = await compileForShim(text);
  const dtype = (name: string): Parameters<typeof encode>[0] => tile.buffers.find((b) => b.name === name)!.dtype;
  const buffers = bufferArgs(abi).map(({ name }) => encode(dtype(name), values.get(name) ?? new Float64Array(count(tile, name, sizes)).fill(99)));
  compiled.run(abi, buffers, sizes, { order: orders[order % orders.length]! });
  return decode(dtype('C'), buffers[bufferArgs(abi).findIndex((b) => b.name === 'C')]!, count(tile, 'C', sizes));
}

shimTest('emitted products on the shim', async () => {
  for (const [n, { c, tile }] of tiles.entries()) for (const [s, given] of c.sizes.entries()) {
    const sizes = { ...given, ...c.known };
    const values = inputs(tile, sizes);
    agrees(await onShim(abis[n]!, tile, sizes, values, n + s), expected(c.kernel, sizes, values), `${tile.name} ${JSON.stringify(sizes)}`);
  }
});

test('the interpreter of tile IR, roles in every order', () => {
  const target = findTarget('cuda:sm_90a')!;
  const intrinsic = (name: string) => target.intrinsics.find((i) => i.name === name);
  for (const [n, { c, tile }] of tiles.entries()) {
    const sizes = { ...c.sizes[0]!, ...c.known };
    const values = inputs(tile, sizes);
    const schedule = (['forward', 'backward', { seed: 5 }] as const)[n % 3]!;
    agrees(interpretTileFaithful(tile, sizes, values, { intrinsic, schedule }).get('C')!, expected(c.kernel, sizes, values), `${tile.name} ${JSON.stringify(schedule)}`);
  }
});

shimTest('a role that reads boxes element by element and sums over its warps, while another copies', async () => {
  const { kernel, sizes, inputs: given, expected: want } = twoRoles();
  const boxes = (ops: readonly Op[]): Op[] => ops.map((op) => (op.kind === 'for' ? { ...op, body: boxes(op.body) } : op.kind === 'copyAsync' ? { ...op, via: 'tma' as const } : op));
  // Rows go to warps, so that the sum over them passes through shared memory.
  const rows = layout([parseDim('w0 *2'), parseDim('l0 l1 l2 l3 l4 *2')]);
  const columns = sliceTo(rows, ['i', 'j'], ['j']);
  for (const persistent of [false, true]) {
    const tile: TileKernel = {
      ...kernel, name: persistent ? 'turns' : 'once', persistent, roles: kernel.roles.map((r) => ({ ...r, body: boxes(r.body) })),
      tiles: kernel.tiles.map((t) => ({ ...t, layout: t.axes.length === 2 ? rows : columns })),
    };
    assert.is(printFailures(validateTile(tile, { intrinsic: () => undefined, limits: findTarget('cuda:sm_90a')! })), '');
    const emitted = emitFile([tile], { name: 'cuda:sm_90a' }, meta);
    assert.match(emitted.text, /named_barrier_sync\(2, 64\)/);
    const compiled = await compileForShim(emitted.text);
    for (const [n, s] of [...sizes, { M: 7, N: 320 }].entries()) {
      const values = given(s), result = want(s, values).get('y')!;
      const buffers = [encode('f32', values.get('x')!), encode('f32', new Float64Array(result.length).fill(99))];
      compiled.run(emitted.abis[0]!, buffers, s, { order: orders[n % orders.length]! });
      const got = decode('f32', buffers[1]!, result.length);
      assert.ok(result.every((x, e) => Math.abs(x - got[e]!) <= 1e-4 * (1 + Math.abs(x))), JSON.stringify(s));
    }
  }
});

test('launches take as many groups as run at once, and maps of the boxes', () => {
  const abi = abis[tiles.findIndex((t) => t.tile.name === 'nn')]!;
  assert.equal(abi.features, ['sm_90a']);
  assert.equal(JSON.stringify(abi.grid[0]).includes('"#multiprocessors"'), true);
  const maps = abi.args.flatMap((a) => (a.kind === 'tensorMap' ? [{ name: a.name, dims: a.dims, strides: a.strides, box: a.box, swizzle: a.swizzle }] : []));
  assert.equal(maps, [
    { name: 'A_map', dims: ['K', 'M'], strides: [{ op: 'mul', args: [2, 'K'] }], box: [64, 128], swizzle: 128 },
    { name: 'B_map', dims: ['N', 'K'], strides: [{ op: 'mul', args: [2, 'N'] }], box: [64, 64], swizzle: 128 },
    { name: 'C_map', dims: ['N', 'M'], strides: [{ op: 'mul', args: [2, 'N'] }], box: [64, 64], swizzle: 128 },
  ]);
});

test('nvcc takes the texts without a warning, and nothing spills', async () => {
  if (findNvcc() === undefined) return;
  const { warnings, kernels } = await compileWithNvcc(text, 'sm_90a');
  assert.equal(warnings, []);
  for (const [name, { spills }] of Object.entries(kernels)) assert.is(spills, 0, name);
});

test.run();

/** Products of few rows with four-bit weights, whose operands go from memory to the registers that multiply them: on the CPU shim and by the interpreters. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileSource } from '../../src/driver.ts';
import { interpretTile } from '../../src/ir/tile-interpret.ts';
import { interpretTileFaithful } from '../../src/ir/tile-interpret-faithful.ts';
import { mul, num, substitute, variable } from '../../src/ir/index-expr.ts';
import { isApart } from '../../src/ir/layout-query.ts';
import type { Op, TileKernel } from '../../src/ir/tile.ts';
import { validateTile } from '../../src/ir/tile-validate.ts';
import { findTarget } from '../../src/targets/targets.ts';
import { orders, shimTest } from '../targets/cuda/machine.ts';
import { onShim } from './machines.ts';

const source = `
format half = int4 { scale f16, symmetric }
format brain = int4 { scale bf16, symmetric }
kernel grouped(X: f16[M, K], W: half[N, K by 128]) -> Y: f32[M, N] {
  Y[m, n] = sum(k) X[m, k] * W[n, k]
}
kernel small(X: bf16[M, K], W: brain[N, K by 64]) -> Y: f32[M, N] {
  Y[m, n] = sum(k) X[m, k] * W[n, k]
}
kernel codes(X: bf16[M, K], W: uint4[N, K]) -> Y: f32[M, N] {
  Y[m, n] = sum(k) X[m, k] * W[n, k]
}
`;
type Sizes = Record<string, number>;
/** Rows below and at a fragment, weights that fill no tile, and a last group that is short. */
const cases: readonly { readonly kernel: string; readonly group: number; readonly sizes: Sizes }[] = [
  { kernel: 'grouped', group: 128, sizes: { M: 16, N: 72, K: 256 } }, { kernel: 'grouped', group: 128, sizes: { M: 13, N: 128, K: 512 } }, { kernel: 'grouped', group: 128, sizes: { M: 3, N: 40, K: 160 } }, { kernel: 'grouped', group: 128, sizes: { M: 2, N: 40, K: 1056 } },
  { kernel: 'small', group: 64, sizes: { M: 9, N: 64, K: 192 } }, { kernel: 'small', group: 64, sizes: { M: 12, N: 40, K: 1024 } }, { kernel: 'grouped', group: 128, sizes: { M: 16, N: 40, K: 416 } }, { kernel: 'codes', group: 0, sizes: { M: 16, N: 64, K: 1024 } }, { kernel: 'codes', group: 0, sizes: { M: 1, N: 136, K: 96 } },
];
const targets = ['cuda:sm_80', 'cuda:sm_90a'] as const;
function compiled(kernel: string, sizes: Sizes, target: (typeof targets)[number]): TileKernel {
  const { kernels, diagnostics } = compileSource(source, 'direct.tdsl', { targets: [target], kernel, sizes });
  assert.equal(diagnostics, []);
  const [variant] = kernels[0]!.variants;
  assert.is(variant!.launches.length, 1);
  const { tile } = variant!.launches[0]!;
  // Warps take turns at the sum and meet in shared memory.
  // Above one row, where a unit copies boxes, a warp of its own asks for them.
  assert.equal([tile.roles.length, tile.shared.filter((x) => x.id.endsWith('_turns')).length], [target === 'cuda:sm_90a' && sizes['M']! > 1 ? 2 : 1, 1]);
  assert.match(variant!.text, /load_b?f16x2_from_u?int4/);
  return tile;
}
function inputs(tile: TileKernel, { M, N, K }: Sizes, group: number): Map<string, Float64Array> {
  let state = 7;
  const next = (range: number): number => { state = (state * 48271) % 2147483647; return state % range; };
  const values = new Map([['X', Float64Array.from({ length: M! * K! }, () => next(5) - 2)]]);
  if (group === 0) return values.set('W', Float64Array.from({ length: N! * K! }, () => next(16)));
  return values.set('W_codes', Float64Array.from({ length: N! * K! }, () => next(16) - 8)).set('W_scale', Float64Array.from({ length: N! * Math.ceil(K! / group) }, () => (1 + next(3)) / 4));
}
function expected({ M, N, K }: Sizes, group: number, values: ReadonlyMap<string, Float64Array>): Float64Array {
  const X = values.get('X')!, W = values.get('W_codes') ?? values.get('W')!;
  return Float64Array.from({ length: M! * N! }, (_, at) => {
    const m = Math.floor(at / N!), n = at % N!;
    let sum = 0;
    for (let k = 0; k < K!; k++) sum += X[m * K! + k]! * W[n * K! + k]! * (group === 0 ? 1 : values.get('W_scale')![n * Math.ceil(K! / group) + Math.floor(k / group)]!);
    return sum;
  });
}
const agrees = (got: Float64Array, want: Float64Array, where: string): void => {
  const wrong = want.findIndex((x, n) => !(Math.abs(got[n]! - x) <= 1e-4 * (1 + Math.abs(x))));
  assert.is(wrong, -1, `${where}: element ${wrong} is ${got[wrong]}, not ${want[wrong]}`);
};

test('the interpreters of tile IR, with both operands running through k in an order of their own', () => {
  for (const target of targets) for (const { kernel, group, sizes } of cases) {
    const intrinsic = (name: string) => findTarget(target)!.intrinsics.find((i) => i.name === name);
    const tile = compiled(kernel, sizes, target), values = inputs(tile, sizes, group), want = expected(sizes, group, values);
    agrees(interpretTileFaithful(tile, {}, values, { intrinsic, schedule: { seed: 3 } }).get('Y')!, want, `${kernel}, ${target}, faithful`);
    agrees(interpretTile(tile, {}, values, { intrinsic }).get('Y')!, want, `${kernel}, ${target}, values`);
  }
});

/** Kernels for sizes at launch: of up to 8 rows, and of up to 16; turns that do not come out even, and a last group that is short. */
const open: readonly { readonly variant: string; readonly sizes: Sizes }[] = [
  { variant: 'grouped_thin_aligned', sizes: { M: 3, N: 40, K: 160 } }, { variant: 'grouped_thin_aligned', sizes: { M: 8, N: 24, K: 1184 } }, { variant: 'grouped_thin_aligned', sizes: { M: 1, N: 20, K: 32 } },
  { variant: 'grouped_few_aligned', sizes: { M: 16, N: 76, K: 672 } }, { variant: 'grouped_few_aligned', sizes: { M: 9, N: 8, K: 128 } },
];
function openKernel(name: string): TileKernel {
  const { kernels, diagnostics } = compileSource(source, 'direct.tdsl', { targets: ['cuda:sm_80'], kernel: 'grouped' });
  assert.equal(diagnostics, []);
  const variant = kernels[0]!.variants.find((v) => v.launches[0]!.tile.name === name)!;
  assert.is(variant.launches.length, 1);
  return variant.launches[0]!.tile;
}

test('sizes at launch: warps take turns at as many groups as there are', () => {
  const intrinsic = (name: string) => findTarget('cuda:sm_80')!.intrinsics.find((i) => i.name === name);
  for (const { variant, sizes } of open) {
    const tile = openKernel(variant), values = inputs(tile, sizes, 128);
    agrees(interpretTileFaithful(tile, sizes, values, { intrinsic, schedule: { seed: 5 } }).get('Y')!, expected(sizes, 128, values), `${variant} ${JSON.stringify(sizes)}`);
  }
});

test('an operand whose turns other warps have is no product', () => {
  const limits = findTarget('cuda:sm_80')!;
  const tile = compiled('grouped', { M: 16, N: 72, K: 512 }, 'cuda:sm_80');
  const swapped: TileKernel = { ...tile, tiles: tile.tiles.map((t) => (t.name !== 'w_codes' ? t : { ...t, layout: { dims: t.layout.dims.map((d, n) => (n !== 2 ? d : { ...d, bits: [...d.bits].reverse() })) } })) };
  const intrinsic = (name: string) => limits.intrinsics.find((i) => i.name === name);
  assert.equal(validateTile(tile, { intrinsic, limits }), []);
  assert.ok(validateTile(swapped, { intrinsic, limits }).some((f) => f.rule === 'mma'));
});

test('boxes: one for each of the steps that warps take in turn, which begins where the one before ends; scales are there before the first', () => {
  const limits = findTarget('cuda:sm_90a')!, intrinsic = (name: string) => limits.intrinsics.find((i) => i.name === name);
  const tile = compiled('grouped', { M: 16, N: 72, K: 2048 }, 'cuda:sm_90a');
  assert.equal(validateTile(tile, { intrinsic, limits }), []);
  const ring = tile.shared.filter((x) => tile.pipes[0]!.buffers.includes(x.id));
  assert.equal(ring.map((x) => [x.sizes[0], x.sizes.at(-1), x.swizzle]), [[8, 128, 128], [8, 128, 64]].sort((a, b) => (ring[0]!.dtype === 'int4' ? a[2]! - b[2]! : b[2]! - a[2]!)));
  assert.ok(tile.shared.some((x) => x.id === 'w_scale_stage' && x.stages === 2));
  // Steps that are half as far apart overlap.
  const apart = (op: Op): Op => (op.kind === 'for' ? { ...op, body: op.body.map(apart) } : op.kind !== 'copyAsync' || op.via !== 'tma' ? op : { ...op, view: { ...op.view, index: op.view.index.map((e) => substitute(e, (atom) => (atom.kind === 'variable' && atom.id.endsWith('.t') ? mul(num(2), variable(atom.id)) : undefined))) } });
  const overlapping: TileKernel = { ...tile, roles: tile.roles.map((r) => ({ ...r, body: r.body.map(apart) })) };
  assert.ok(validateTile(overlapping, { intrinsic, limits }).some((f) => f.rule === 'copy'));
});

test('groups of 32 codes, whose rows are too short to be swizzled, come without boxes', () => {
  const text = 'format fine = int4 { scale f16, symmetric }\nkernel groups(X: f16[M, K], W: fine[N, K by 32]) -> Y: f32[M, N] { Y[m, n] = sum(k) X[m, k] * W[n, k] }';
  for (const M of [2, 3, 8, 16]) for (const N of [40, 5288]) {
    const { kernels, diagnostics } = compileSource(text, 'fine.tdsl', { targets: ['cuda:sm_90a'], kernel: 'groups', sizes: { M, N, K: 512 } });
    assert.equal(diagnostics, []);
    assert.is(kernels[0]!.variants[0]!.launches[0]!.tile.roles.length, 1);
  }
});

test('few steps are written out where a group has few rows of weights, and three rows come as boxes there', () => {
  const role = (kernel: string, sizes: Sizes) => compiled(kernel, sizes, 'cuda:sm_90a').roles[0]!.body.flatMap((op) => (op.kind === 'for' && op.body.some((x) => x.kind === 'mma' || x.kind === 'wait') ? [op.unroll] : []));
  assert.ok(role('grouped', { M: 16, N: 72, K: 4096 }).every((x) => x === true));
  assert.ok(role('grouped', { M: 3, N: 72, K: 4096 }).every((x) => x === true));
  // 32 steps are too many.
  assert.ok(role('grouped', { M: 16, N: 72, K: 32768 }).includes(false));
});

test('all steps of a stage come as one box where rows of the tensor are whole steps, else as a box each', () => {
  const dims = (kernel: string, K: number): readonly number[] => {
    const { kernels } = compileSource(source, 'direct.tdsl', { targets: ['cuda:sm_90a'], kernel, sizes: { M: 16, N: 72, K } });
    return kernels[0]!.variants[0]!.launches[0]!.abi.args.flatMap((a) => (a.kind === 'tensorMap' ? [a.dims.length, a.box.at(-1)!] : []));
  };
  assert.equal(dims('grouped', 2048), [3, 8, 3, 8]);
  assert.equal(dims('codes', 2048), [3, 8, 3, 8]);
  // The 17th group has 32 of 128: behind it the next row begins.
  assert.equal(dims('grouped', 2080), [2, 32, 2, 16]);
});

/** So many steps that they are not written out: pairs of groups share what both need. */
const shared = { M: 13, N: 64, K: 17408 };
test('groups in pairs take each other\'s boxes of what both need, and no others', () => {
  const limits = findTarget('cuda:sm_90a')!, intrinsic = (name: string) => limits.intrinsics.find((i) => i.name === name);
  const tile = compiled('grouped', shared, 'cuda:sm_90a');
  assert.is(tile.cluster, 2);
  assert.equal(validateTile(tile, { intrinsic, limits }), []);
  const all = (op: Op): Op => (op.kind === 'for' ? { ...op, body: op.body.map(all) } : op.kind === 'copyAsync' && op.via === 'tma' ? { ...op, multicast: true } : op);
  assert.ok(validateTile({ ...tile, roles: tile.roles.map((r) => ({ ...r, body: r.body.map(all) })) }, { intrinsic, limits }).some((f) => f.rule === 'copy'));
  // Three groups make no pairs, and where steps are written out there are none.
  assert.is(compiled('grouped', { ...shared, N: 72 }, 'cuda:sm_90a').cluster, undefined);
  assert.is(compiled('grouped', { ...shared, K: 14336 }, 'cuda:sm_90a').cluster, undefined);
});
shimTest('pairs of groups on the shim', async () => {
  const tile = compiled('grouped', shared, 'cuda:sm_90a'), values = inputs(tile, shared, 128);
  agrees((await (await onShim(tile, orders.slice(0, 1), 'cuda:sm_90a')).run({}, values)).get('Y')!, expected(shared, 128, values), 'pairs');
});

test('one operand in an order of its own is no product', () => {
  const limits = findTarget('cuda:sm_80')!;
  const tile = compiled('grouped', cases[0]!.sizes, 'cuda:sm_80');
  const swapped: TileKernel = { ...tile, tiles: tile.tiles.map((t) => (t.name !== 'w_codes' ? t : { ...t, layout: { dims: t.layout.dims.map((d, n) => (n !== 0 ? d : { ...d, bits: [...d.bits.slice(0, 2), ...d.bits.slice(2).reverse()] })) } })) };
  const intrinsic = (name: string) => limits.intrinsics.find((i) => i.name === name);
  assert.ok(validateTile(swapped, { intrinsic, limits }).some((f) => f.rule === 'mma'));
});

test('results that are reduced along the rows of weights before they are all there have an ordinary plan', () => {
  const text = `${source}kernel largest(X: bf16[M, K], W: brain[N, K by 64]) -> Y: f32[M, N] {
    let y[m, n] = sum(k) X[m, k] * W[n, k]
    let top[m] = max(n) y[m, n]
    Y[m, n] = y[m, n] - top[m]
  }`;
  for (const target of targets) for (const sizes of [{ M: 1, N: 512, K: 256 }, { M: 2, N: 520, K: 192 }]) {
    const { launches } = compileSource(text, 'direct.tdsl', { targets: [target], kernel: 'largest', sizes }).kernels[0]!.variants[0]!;
    const intrinsic = (name: string) => findTarget(target)!.intrinsics.find((i) => i.name === name);
    let values = inputs(launches[0]!.tile, sizes, 64);
    const y = expected(sizes, 64, values);
    for (const { tile } of launches) values = new Map([...values, ...interpretTile(tile, {}, values, { intrinsic })]);
    const top = Array.from({ length: sizes.M }, (_, m) => Math.max(...y.subarray(m * sizes.N, (m + 1) * sizes.N)));
    agrees(values.get('Y')!, y.map((v, at) => v - top[Math.floor(at / sizes.N)]!), `${target}, ${JSON.stringify(sizes)}`);
  }
});

/** So many rows of weights that groups of 32 run at once: scales of all steps stand ready before the first one. */
const ready: readonly { readonly kernel: string; readonly group: number; readonly sizes: Sizes }[] = [{ kernel: 'grouped', group: 128, sizes: { M: 1, N: 4260, K: 2016 } }, { kernel: 'small', group: 64, sizes: { M: 5, N: 4288, K: 1024 } }];
shimTest('scales before the loop, on the shim', async () => {
  for (const { kernel, group, sizes } of ready) {
    const tile = compiled(kernel, sizes, 'cuda:sm_90a'), limits = findTarget('cuda:sm_90a')!;
    assert.ok(tile.shared.some((x) => x.id === 'w_scale_stage' && x.stages > 1), kernel);
    assert.equal(validateTile(tile, { intrinsic: (name: string) => limits.intrinsics.find((i) => i.name === name), limits }), []);
    const values = inputs(tile, sizes, group);
    agrees((await (await onShim(tile, orders.slice(0, 1), 'cuda:sm_90a')).run({}, values)).get('Y')!, expected(sizes, group, values), kernel);
  }
});

shimTest('on the shim, in every order of threads', async () => {
  for (const target of targets) for (const { kernel, group, sizes } of cases) {
    const tile = compiled(kernel, sizes, target), values = inputs(tile, sizes, group);
    agrees((await (await onShim(tile, orders, target)).run({}, values)).get('Y')!, expected(sizes, group, values), `${kernel}, ${target}`);
  }
  for (const name of new Set(open.map((o) => o.variant))) {
    const tile = openKernel(name), runner = await onShim(tile, orders, 'cuda:sm_80');
    for (const { sizes } of open.filter((o) => o.variant === name)) {
      const values = inputs(tile, sizes, 128);
      agrees((await runner.run(sizes, values)).get('Y')!, expected(sizes, 128, values), `${name} ${JSON.stringify(sizes)}`);
    }
  }
});

/** So many rows of weights that a group has 64, and a ring of boxes is filled for two steps at a time. */
const paired: readonly { readonly kernel: string; readonly group: number; readonly sizes: Sizes }[] = [{ kernel: 'small', group: 64, sizes: { M: 3, N: 5360, K: 1024 } }, { kernel: 'grouped', group: 128, sizes: { M: 11, N: 5361, K: 2016 } }];
shimTest('two steps a stage, on the shim', async () => {
  const limits = findTarget('cuda:sm_90a')!, intrinsic = (name: string) => limits.intrinsics.find((i) => i.name === name);
  for (const { kernel, group, sizes } of paired) {
    const tile = compiled(kernel, sizes, 'cuda:sm_90a');
    assert.is(tile.pipes.find((p) => p.id === 'ring0')!.buffers.length, 4, kernel);
    assert.equal(validateTile(tile, { intrinsic, limits }), []);
    const values = inputs(tile, sizes, group);
    agrees((await (await onShim(tile, orders.slice(0, 1), 'cuda:sm_90a')).run({}, values)).get('Y')!, expected(sizes, group, values), kernel);
  }
});

test('of two operands whose words hold neighbours but three both must', () => {
  const limits = findTarget('cuda:sm_90a')!, intrinsic = (name: string) => limits.intrinsics.find((i) => i.name === name);
  const tile = compiled('grouped', { M: 16, N: 8192, K: 512 }, 'cuda:sm_90a');
  const inOrder = (name: string): TileKernel => ({ ...tile, tiles: tile.tiles.map((t) => (t.name !== name ? t : { ...t, layout: { dims: t.layout.dims.map((d, n) => (isApart(t.layout, n) ? { ...d, bits: [d.bits[2]!, d.bits[0]!, d.bits[1]!, ...d.bits.slice(3)] } : d)) } })) });
  assert.equal(tile.tiles.filter((t) => t.layout.dims.some((_, n) => isApart(t.layout, n))).map((t) => t.dtype), ['f16', 'f16']);
  assert.equal(validateTile(tile, { intrinsic, limits }), []);
  // X is multiplied as it was loaded.
  assert.ok(validateTile(inOrder('x'), { intrinsic, limits }).some((f) => f.rule === 'mma'));
});

test.run();

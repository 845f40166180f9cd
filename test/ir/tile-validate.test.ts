import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { blocked, place } from '../../src/ir/layout-build.ts';
import { lane, reg, warp } from '../../src/ir/layout.ts';
import { Facts } from '../../src/ir/index-facts.ts';
import { liveWords } from '../../src/ir/tile-validate-registers.ts';
import { type TileLimits, type TileRule, printFailures, validateTile } from '../../src/ir/tile-validate.ts';
import type { Op, TileKernel } from '../../src/ir/tile.ts';
import { add, barrier, below, bin, bits, convert, f, floorDiv, load, loop, map, mod, num, release, size, store, sub, t, tile, v, value, view, when } from './tile-build.ts';
import { asyncMatmul, cases, gather, int4, intrinsic, softmax, tensorMatmul, tiledMatmul, transpose, twoRoles, vectorAdd } from './tile-kernels.ts';
import { changeOp, changeOps, changeTile, drop } from './tile-mutate.ts';

const cuda: TileLimits = { maxThreads: 1024, lanes: 32, sharedBytes: 163840, vectorBytes: 16, asyncBytes: [4, 8, 16], storeBits: 8, registers: 255 };
const wgsl: TileLimits = { maxThreads: 256, lanes: 0, sharedBytes: 16384, vectorBytes: 16, asyncBytes: [], storeBits: 32, ownedWords: true, bindings: 8 };
const words: TileLimits = { ...cuda, storeBits: 32, ownedWords: true };
const limitsOf = (k: TileKernel): TileLimits => (k.target === 'wgsl' ? wgsl : cuda);

for (const c of cases()) test(`${c.kernel.name} keeps every rule`, () => {
  assert.is(printFailures(validateTile(c.kernel, { intrinsic, limits: limitsOf(c.kernel) })), '');
});

/** The rules that a kernel breaks, each once. */
const broken = (k: TileKernel, limits = limitsOf(k)): TileRule[] => [...new Set(validateTile(k, { intrinsic, limits }).map((x) => x.rule))];
const breaks = (rule: TileRule, k: TileKernel, limits?: TileLimits): void => { assert.equal(broken(k, limits), [rule], printFailures(validateTile(k, { intrinsic, limits: limits ?? limitsOf(k) }))); };
const vector = vectorAdd().kernel, soft = softmax().kernel, ring = tiledMatmul().kernel, tensor = tensorMatmul().kernel, async = asyncMatmul().kernel, turn = transpose().kernel;
const roles = twoRoles().kernel, rows = gather().kernel, codes = int4().kernel;
const i = v('i');
const withShared = (k: TileKernel, id: string, change: Partial<TileKernel['shared'][number]>): TileKernel => ({ ...k, shared: k.shared.map((s) => (s.id === id ? { ...s, ...change } : s)) });
/** Puts ops before the body of the first role. */
const before = (k: TileKernel, ...ops: Op[]): TileKernel => ({ ...k, roles: k.roles.map((r, n) => (n === 0 ? { ...r, body: [...ops, ...r.body] } : r)) });

test('declaration', () => {
  breaks('declaration', { ...vector, tiles: [...vector.tiles, vector.tiles[0]!] });
  breaks('declaration', withShared(ring, 'sa', { stages: 2 }));
  breaks('declaration', { ...ring, pipes: [...ring.pipes, { id: 'other', stages: 1, buffers: ['sa'] }] });
  breaks('declaration', withShared(tensor, 'sa', { swizzle: 128 }));
  breaks('declaration', withShared(ring, 'sb', { sizes: [8, 32] }));
  // A tile of the consumer used by the producer.
  assert.ok(broken({ ...roles, roles: roles.roles.map((r) => (r.name === 'producer' ? { ...r, body: [...r.body, map(2, f(0))] } : r)) }).includes('declaration'));
});

test('layout', () => {
  breaks('layout', changeTile(vector, 0, { layout: bits('l0 l1 l2 l3 l4 w0 *2') }));
  breaks('layout', changeTile(vector, 0, { layout: bits('l0 l1 l2 l3 l4 w1 *4') }));
  breaks('layout', changeTile(vector, 0, { layout: { dims: [{ bits: [lane(0), lane(0), lane(2), lane(3), lane(4), warp(0)], repeat: 4 }] } }));
  breaks('layout', changeTile(vector, 0, { layout: { dims: [{ bits: [reg(1), lane(0), lane(1), lane(2), lane(3), lane(4), warp(0)], repeat: 2 }] } }));
  breaks('layout', vector, { ...cuda, lanes: 0 });
  breaks('layout', changeOp(tensor, 'copyAsync', 0, (op) => [{ ...op, layout: blocked({ sizes: [16, 32], order: [1, 0], vector: 8, threads: 128, bitSource: 'lanes' }) }]));
});

test('defined', () => {
  breaks('defined', drop(vector, 'load', 1));
  breaks('defined', drop(soft, 'map', 1));
  breaks('defined', before(vector, map(0, f(1))));
  // Written in the loop only, which may take no trips; or under a condition.
  breaks('defined', changeOps(codes, (op) => (op.kind === 'map' && op.dst === 4 && op.expr.kind === 'const' ? [] : op.kind === 'map' && op.dst === 4 ? [map(4, t(3))] : [op])));
  breaks('defined', changeOp(vector, 'load', 0, (op) => [when([sub(size('N'), num(5))], [op])]));
  assert.equal(broken(changeOp(vector, 'load', 0, (op) => [when([sub(size('N'), num(5))], [op], [op])])), []);
});

test('scope', () => {
  breaks('scope', changeOp(vector, 'load', 0, (op) => [{ ...op, view: { ...op.view, index: [v('q')] } }]));
  breaks('scope', changeOp(vector, 'map', 0, () => [map(2, t(9))]));
  breaks('scope', changeOp(ring, 'mma', 0, (op) => [{ ...op, a: { kind: 'shared', buffer: 'none', stage: num(0) } }]));
  // The axis k begins at a coordinate with the loop's variable.
  breaks('scope', changeOps(ring, (op) => (op.kind === 'for' ? op.body : [op])));
  breaks('scope', changeOp(soft, 'store', 0, (op) => [{ ...op, view: { ...op.view, index: [i, v('p')] } }]));
});

test('uniform', () => {
  breaks('uniform', changeOp(vector, 'store', 0, (op) => [when([below(i, size('N'))], [op])]));
  breaks('uniform', changeOp(rows, 'store', 0, (op) => [loop('x', value('t0'), [op])]));
  const scalar = { ...vector, tiles: [...vector.tiles, tile(3, 'n', 'i32', [], bits())], buffers: [...vector.buffers, { name: 'n', dtype: 'i32' as const, shape: [num(1)], role: 'input' as const }] };
  assert.equal(broken(changeOp(scalar, 'store', 0, (op) => [load(3, view('n', [0])), loop('x', value('t3'), [op])])), [], 'a tile of one element is the same everywhere');
});

test('axes', () => {
  breaks('axes', changeOp(vector, 'load', 0, (op) => [{ ...op, view: { ...op.view, index: [i, num(0)] } }]));
  breaks('axes', changeOp(ring, 'mma', 0, (op) => [{ ...op, over: 'i' }]));
  breaks('axes', changeOp(soft, 'reduce', 1, (op) => [{ ...op, srcs: [4] }]));
  breaks('axes', changeOp(soft, 'reduce', 1, (op) => [{ ...op, over: [{ axis: 'j' }] }]));
  const column = { ...turn, tiles: [...turn.tiles, tile(2, 'c', 'f32', ['i'], bits('l0 l1 l2 l3'))] };
  breaks('axes', changeOp(column, 'loadShared', 0, (op) => [op, { ...op, dst: 2 }]));
  breaks('axes', changeOp(column, 'load', 0, (op) => [op, convert(0, 2)]));
});

test('type', () => {
  breaks('type', changeOp(codes, 'map', 1, (op) => [{ ...op, expr: bin('mul', t(0, 'i32'), t(1), 'f32') }]));
  breaks('type', changeOp(vector, 'map', 0, () => [map(2, bin('lt', t(0), t(1), 'bool'))]));
  breaks('type', changeTile(rows, 0, { dtype: 'f32' }));
  breaks('type', changeOp(rows, 'load', 1, (op) => [op, store(0, view('y', [v('i'), num(0)], { guard: [below(v('i'), size('M'))] }))]));
});

test('map', () => {
  breaks('map', changeTile(vector, 1, { layout: bits('w0 l0 l1 l2 l3 l4 *4') }));
  breaks('map', changeTile(rows, 0, { layout: blocked({ sizes: [8], order: [0], vector: 1, threads: 64, bitSource: 'lanes' }) }));
  // Registers may stand in another order.
  assert.equal(broken(changeTile(vector, 1, { layout: bits('l0 l1 l2 l3 l4 w0 r1 r0') })), []);
});

test('mma', () => {
  const warps = (n: number): ReturnType<typeof warp>[] => [warp(n)];
  breaks('mma', changeTile(tensor, 1, { layout: place(bits('l2 l3 l4 r1', 'r0 l1 l0 r2'), [warps(0), 1], [1, 2]) }));
  breaks('mma', changeTile(tensor, 1, { layout: place(bits('l2 l3 l4 r1', 'r0 l0 l1 r2'), [warps(1), 1], [1, 2]) }));
  breaks('mma', changeTile(tensor, 2, { layout: place(bits('r0 l0 l1 r1', 'l2 l3 l4'), [warps(0), warps(1)], [1, 2]) }));
  breaks('mma', changeTile(tensor, 2, { layout: bits('r1 l0 l1 r0 *2', 'l2 l3 l4 w1 *2') }));
  breaks('mma', changeTile(tensor, 1, { packed: false }));
  breaks('mma', changeOp(tensor, 'mma', 0, (op) => [{ ...op, intrinsic: 'mma_m16n8k16_f16' }]));
  breaks('mma', changeOp(tensor, 'mma', 0, (op) => [{ ...op, intrinsic: 'unknown' }]));
  const fixed = changeTile(ring, 2, { mutable: false });
  assert.ok(broken(fixed).includes('mma'));
});

test('reduce', () => {
  const other = bits('w0 *2', 'l1 l0 l2 l3 l4');
  breaks('reduce', { ...soft, tiles: soft.tiles.map((x) => ([2, 3, 4, 5].includes(x.id) ? { ...x, layout: other } : x)) });
  assert.ok(broken(changeTile(soft, 6, { layout: bits('*4') })).includes('reduce'));
});

test('registers', () => {
  breaks('registers', vector, { ...cuda, registers: 11 });
  assert.is(liveWords(vector, vector.roles[0]!).words, 12);
  assert.is(liveWords(tensor, tensor.roles[0]!).words, 8 + 8 + 8);
  breaks('registers', { ...async, roles: async.roles.map((r) => ({ ...r, registers: 8 })) });
});

test('bounds', () => {
  breaks('bounds', changeOp(vector, 'load', 0, (op) => [{ ...op, view: { ...op.view, guard: [] } }]));
  breaks('bounds', changeOp(vector, 'load', 0, (op) => [{ ...op, view: { ...op.view, guard: [below(i, add(size('N'), num(1)))] } }]));
  breaks('bounds', changeOp(rows, 'load', 1, (op) => [{ ...op, view: { ...op.view, clamp: [] } }]));
  const unguarded = changeOps(vector, (op) => (op.kind === 'load' || op.kind === 'store' ? [{ ...op, view: { ...op.view, guard: [] } }] : [op]));
  assert.equal(broken({ ...unguarded, assumes: { N: 256 } }), [], 'whole tiles need no guard');
  const known = changeOp(rows, 'load', 1, (op) => [{ ...op, view: { ...op.view, clamp: [] } }]);
  assert.equal(validateTile(known, { intrinsic, limits: cuda, limitOf: (b) => (b === 'index' ? size('V') : undefined), facts: Facts.none.withSize('V', 1) }), [], 'integers of a known range need no clamp');
});

test('vector', () => {
  breaks('vector', { ...rows, assumes: { N: 2 } });
  breaks('vector', changeOp(rows, 'load', 1, (op) => [{ ...op, view: { ...op.view, vector: 8 } }]));
  breaks('vector', changeOp(rows, 'load', 1, (op) => [{ ...op, view: { ...op.view, index: [v('j'), value('t0')], clamp: [1], guard: [...op.view.guard, below(v('j'), size('V'))] } }]));
  breaks('vector', changeOp(rows, 'load', 1, (op) => [{ ...op, view: { ...op.view, index: [value('t0'), add(v('j'), num(1))], guard: [below(v('i'), size('M')), below(v('j'), sub(size('N'), num(1)))] } }]));
  breaks('vector', codes, { ...cuda, vectorBytes: 8 });
  breaks('vector', changeOp(tensor, 'loadShared', 1, (op) => [{ ...op, vector: 2 }]));
  breaks('vector', withShared(tensor, 'sb', { pad: 1 }));
});

test('owner', () => {
  breaks('owner', changeOp(vector, 'store', 0, (op) => [{ ...op, view: { ...op.view, buffer: 'x' } }]));
  breaks('owner', changeOp(vector, 'store', 0, (op) => [{ ...op, view: { ...op.view, index: [num(0)], guard: [sub(size('N'), num(1))] } }]));
  breaks('owner', changeOp(vector, 'store', 0, (op) => [{ ...op, view: { ...op.view, index: [floorDiv(i, num(2))] } }]));
  breaks('owner', changeOp(turn, 'store', 0, (op) => [{ ...op, view: { ...op.view, index: [num(0), i], guard: op.view.guard } }]));
  // Rows and columns of a matrix from one axis: not affine, but no two are equal.
  const split = changeOp({ ...vector, buffers: vector.buffers.map((b) => (b.name === 'z' ? { ...b, shape: [floorDiv(add(size('N'), num(7)), num(8)), num(8)] } : b)) }, 'store', 0, (op) => [{ ...op, view: { ...op.view, index: [floorDiv(i, num(8)), mod(i, num(8))] } }]);
  assert.equal(broken(split), []);
});

test('word', () => {
  const half = { ...vector, buffers: vector.buffers.map((b) => (b.name === 'z' ? { ...b, dtype: 'f16' as const } : b)) };
  breaks('word', half, words);
  const pairs = { ...half, assumes: { N: 2 }, tiles: half.tiles.map((x) => ({ ...x, layout: blocked({ sizes: [256], order: [0], vector: 2, threads: 64, bitSource: 'lanes' as const }) })) };
  assert.equal(broken(pairs, words), [], 'a thread that owns whole words');
  breaks('word', turn, words);
  assert.equal(broken(turn, { ...words, ownedWords: false }), []);
});

test('copy', () => {
  breaks('copy', tensor, { ...cuda, asyncBytes: [4, 8] });
  breaks('copy', changeOp(tensor, 'copyAsync', 0, (op) => [{ ...op, view: { ...op.view, fill: 1 } }]));
  breaks('copy', { ...roles, buffers: roles.buffers.map((b) => (b.name === 'x' ? { ...b, dtype: 'i32' as const } : b)) });
});

test('limit', () => {
  breaks('limit', tensor, { ...cuda, sharedBytes: 8192 });
  breaks('limit', tensor, { ...cuda, maxThreads: 64 });
  breaks('limit', ring, { ...wgsl, bindings: 2 });
});

test('pipe', () => {
  breaks('pipe', drop(ring, 'wait'));
  breaks('pipe', drop(ring, 'acquire'));
  breaks('pipe', changeOp(ring, 'commit', 0, (op) => [op, op]));
  breaks('pipe', changeOp(tensor, 'wait', 0, (op) => [{ ...op, ahead: 2 }]));
  breaks('pipe', changeOp(tensor, 'loadShared', 0, (op) => [{ ...op, stage: num(0) }]));
  breaks('pipe', changeOp(roles, 'copyAsync', 0, (op) => [{ ...op, stage: num(1) }]));
  breaks('pipe', changeOps(roles, (op) => (op.kind === 'wait' ? [op, release('ring')] : op.kind === 'release' ? [] : [op])));
  // Given back at the end also where the loop took no trips.
  breaks('pipe', changeOps(async, (op) => (op.kind === 'if' && op.nonNegative[0]!.key === sub(size('K'), num(1)).key ? op.then : [op])));
  // Filled and never drained.
  breaks('pipe', changeOp(tensor, 'if', 1, (op) => [{ ...op, nonNegative: [sub(size('M'), num(1))] }]));
});

test('deadlock', () => {
  breaks('deadlock', drop(roles, 'commit'));
  breaks('deadlock', drop(ring, 'commit'));
  breaks('deadlock', changeOp(roles, 'for', 0, (op) => [{ ...op, count: sub(op.count, num(1)) }]));
  assert.ok(broken(drop(roles, 'release')).includes('deadlock'));
});

test('pending', () => {
  breaks('pending', changeOp(async, 'mmaWait', 0, (op) => [{ ...op, pending: 2 }]));
  assert.equal(broken(drop(async, 'mmaWait', 1)), ['pending']);
  breaks('pending', changeOp(async, 'mmaWait', 1, () => []));
});

test('barrier', () => {
  breaks('barrier', drop(turn, 'barrier', 0));
  breaks('barrier', drop(turn, 'barrier', 1));
  const own = changeTile(drop(turn, 'barrier'), 1, { layout: turn.tiles[0]!.layout });
  assert.equal(broken(own), [], 'a thread that reads what it wrote needs none');
  assert.equal(broken(before(turn, barrier())), []);
});

test('failures say where', () => {
  const k = drop(turn, 'barrier', 0);
  const [failure] = validateTile(k, { intrinsic, limits: cuda });
  let at: Op | undefined;
  changeOps(k, (op) => { if (op.kind === 'loadShared') at = op; return [op]; });
  assert.equal(failure?.span, at?.span);
  assert.match(printFailures([failure!]), /^barrier: control flow: .*test\.tdsl:\d+\)$/);
});

test('a converted tile keeps its range, a map loses it', () => {
  const half = changeOp({ ...rows, tiles: [...rows.tiles, { ...rows.tiles[0]!, id: 5, name: 'copy' }] }, 'load', 0, (op) => [op, convert(0, 5)]);
  const through = changeOp(half, 'load', 1, (op) => [{ ...op, view: { ...op.view, clamp: [], index: [value('t5'), op.view.index[1]!] } }]);
  const options = { intrinsic, limits: cuda, limitOf: (b: string) => (b === 'index' ? size('V') : undefined), facts: Facts.none.withSize('V', 1) };
  assert.equal(validateTile(through, options), []);
  const changed = changeOps(through, (op) => (op.kind === 'convert' ? [map(5, bin('mul', t(0, 'i32'), t(0, 'i32')))] : [op]));
  assert.equal([...new Set(validateTile(changed, options).map((x) => x.rule))], ['bounds']);
});

test.run();

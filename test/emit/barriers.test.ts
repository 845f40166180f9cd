import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { emitKernel } from '../../src/emit/emit.ts';
import { blocked } from '../../src/ir/layout-build.ts';
import type { Op, TileKernel } from '../../src/ir/tile.ts';
import { acquire, axis, barrier, below, ceilDiv, commit, kernel, load, loadShared, loop, mod, mul, num, one, release, shared, size, store, storeShared, sub, tile, v, view, wait, when } from '../ir/tile-build.ts';
import { meta } from './machines.ts';

const l = blocked({ sizes: [64], order: [0], vector: 1, threads: 64, bitSource: 'thread' });
const N = size('N'), i = v('i'), c = v('c');
const stages = 3;
const made = (body: Op[], buffers: TileKernel['shared'], pipes: TileKernel['pipes'] = []): string => emitKernel(kernel({
  name: 'test', sizes: ['N'], grid: [], buffers: [{ name: 'x', dtype: 'f32', shape: [N], role: 'input' }, { name: 'y', dtype: 'f32', shape: [N], role: 'output' }],
  axes: [axis('i', N, 64, 0)], shared: buffers, pipes, tiles: [tile(0, 'a', 'f32', ['i'], l), tile(1, 'b', 'f32', ['i'], l)], roles: one(64, body),
}), { name: 'wgsl' }, meta).text;
/** The order of barriers and accesses to the shared buffer `s`. */
const order = (text: string): string => [...text.replace(/[\s\S]*fn test/, '').matchAll(/workgroupBarrier|s\d?\[[^\]]*\] =|= s\d?\[|for \(/g)].map(([m]) => (m === 'workgroupBarrier' ? '|' : m === 'for (' ? 'for' : m.startsWith('=') ? 'r' : 'w')).join(' ');
const guard = [below(i, N)];
const plain = [shared('s', 'f32', ['i'], [64])];
const ring = [shared('s', 'f32', ['i'], [64], { stages })];
const pipe = [{ id: 'p', stages, buffers: ['s'] }];
const count = ceilDiv(N, num(64));

test('a read waits for the writes, the next write for the reads, also around a loop', () => {
  const body = [load(0, view('x', [i], { guard })), storeShared(0, 's'), loadShared(1, 's'), store(1, view('y', [i], { guard }))];
  assert.is(order(made(body, plain)), 'w | r');
  assert.is(order(made([loop('c', count, body)], plain)), 'for | w | r');
});

test('the next turn of a group waits for the reads of this one', () => {
  const body = [load(0, view('x', [i], { guard })), storeShared(0, 's'), loadShared(1, 's'), store(1, view('y', [i], { guard }))];
  const lanes = blocked({ sizes: [64], order: [0], vector: 1, threads: 64, bitSource: 'lanes' });
  const turns = (persistent: boolean): string => emitKernel({
    ...kernel({
      name: 'test', sizes: ['N'], grid: [{ id: 'g', name: 'g', count }], buffers: [{ name: 'x', dtype: 'f32', shape: [N], role: 'input' }, { name: 'y', dtype: 'f32', shape: [N], role: 'output' }],
      axes: [axis('i', N, 64, mul(num(64), v('g')))], shared: plain, tiles: [tile(0, 'a', 'f32', ['i'], lanes), tile(1, 'b', 'f32', ['i'], lanes)], roles: one(64, body),
    }), persistent,
  }, { name: 'cuda:sm_90a' }, meta).text.replace(/[\s\S]*__global__/, '').replace(/__shared__.*/, '').replaceAll('__syncthreads', 'workgroupBarrier');
  assert.is(order(`fn test${turns(false)}`), 'w | r');
  assert.is(order(`fn test${turns(true)}`), 'for | w | r');
});

test('barriers of the kernel itself are not doubled', () => {
  assert.is(order(made([loop('c', count, [load(0, view('x', [i])), storeShared(0, 's'), barrier(), loadShared(1, 's'), store(1, view('y', [i])), barrier()])], plain)), 'for w | r |');
});

test('a ring of one stage needs two barriers a turn, a longer one that is filled ahead needs one', () => {
  const fill = [load(0, view('x', [i])), acquire('p'), storeShared(0, 's', mod(c, num(stages))), commit('p')];
  const use = [wait('p'), loadShared(1, 's', mod(c, num(stages))), store(1, view('y', [i])), release('p')];
  assert.is(order(made([loop('c', count, [...fill, ...use])], [shared('s', 'f32', ['i'], [64])], [{ id: 'p', stages: 1, buffers: ['s'] }])), 'for | w | r');
  assert.is(order(made([loop('c', num(2), fill), loop('c', count, [wait('p', 1), loadShared(1, 's', mod(c, num(stages))), store(1, view('y', [i])), release('p'), ...fill])], ring, pipe)), 'for w for | r w');
});

test('phases of a loop are told apart: the turns that only fill need no barrier, and the one of a working turn serves its copies', () => {
  const lag = stages - 1;
  const working = [sub(v('t'), num(lag))], copying = [sub(sub(count, num(1)), v('t'))];
  const body = loop('t', count, [
    when(working, [wait('p', lag - 1), barrier()]),
    when(copying, [load(0, view('x', [i])), acquire('p'), storeShared(0, 's', mod(v('t'), num(stages))), commit('p')]),
    when(working, [loadShared(1, 's', mod(v('t'), num(stages))), store(1, view('y', [i])), release('p')]),
  ]);
  // The write of a turn is seen by the read of a later one, after that turn's barrier; the read of the same turn goes to another stage.
  const text = order(made([body], ring, pipe));
  assert.ok(text.startsWith('for | w'), text);
});

test.run();

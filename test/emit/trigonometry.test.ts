/** sin and cos as WGSL's helper computes them, for arguments up to 4e6, against the oracle's bound, which the helper has to keep on every driver. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { blocked } from '../../src/ir/layout-build.ts';
import { unaryError } from '../../src/ir/tst-error.ts';
import type { Device } from '../../src/runtime/device.ts';
import { openWebGpu } from '../../src/runtime/webgpu-node.ts';
import { axis, below, ceilDiv, kernel, load, map, mul, num, one, size, store, t, tile, un, v, view } from '../ir/tile-build.ts';
import { wgslThreads } from './cases.ts';
import { onWgsl } from './machines.ts';

const test = suite<{ device: Device }>('sin and cos');
test.before(async (context) => { context.device = await openWebGpu(); });
test.after((context) => context.device.close());

const N = size('N'), i = v('i'), guard = [below(i, N)];
const line = blocked({ sizes: [64], order: [0], vector: 1, threads: wgslThreads.count, bitSource: wgslThreads.source });
const both = kernel({
  name: 'turn', sizes: ['N'], grid: [{ id: 'g', name: 'g', count: ceilDiv(N, num(64)) }],
  buffers: [{ name: 'x', dtype: 'f32', shape: [N], role: 'input' }, { name: 'sine', dtype: 'f32', shape: [N], role: 'output' }, { name: 'cosine', dtype: 'f32', shape: [N], role: 'output' }],
  axes: [axis('i', N, 64, mul(num(64), v('g')))],
  tiles: [tile(0, 'x', 'f32', ['i'], line), tile(1, 'sine_at', 'f32', ['i'], line), tile(2, 'power', 'f32', ['i'], line)],
  roles: one(wgslThreads.count, [load(0, view('x', [i], { guard })), map(1, un('sin', t(0))), map(2, un('cos', t(0))), store(1, view('sine', [i], { guard })), store(2, view('cosine', [i], { guard }))]),
});

/** Both sides of every multiple of a quarter turn, where the least is left; then sizes of every order. */
function inputs(): Float64Array {
  const quarters = Array.from({ length: 4000 }, (_, n) => Math.fround(((n < 2000 ? n : n * 17) * Math.PI) / 2));
  const orders = Array.from({ length: 4000 }, (_, n) => Math.fround(1.00431 ** (n % 3500) * 1e-2 * (n % 3 === 0 ? -1 : 1)));
  return Float64Array.from([0, ...quarters, ...orders, 99999.99, 1e5, 4e6, -4e6, 710 / 2 * Math.PI].map(Math.fround));
}

test('few units in the last place for arguments up to 1e5, half the argument’s own beyond; names of helpers may be taken', async ({ device }) => {
  const x = inputs();
  const got = await (await onWgsl(both, device)).run({ N: x.length }, new Map([['x', x]]));
  for (const [name, op, f] of [['sine', 'sin', Math.sin], ['cosine', 'cos', Math.cos]] as const) {
    const worst = x.reduce((most, a, n) => {
      const error = Math.abs(got.get(name)![n]! - f(a)), allowed = unaryError(op, a, 0, f(a));
      return error / allowed > most.ratio ? { ratio: error / allowed, a, error } : most;
    }, { ratio: 0, a: 0, error: 0 });
    assert.ok(worst.ratio <= 1, `${op} ${worst.a} is off by ${worst.error}, ${worst.ratio} of what is allowed`);
  }
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Mlp } from '../../src/search/mlp.ts';
import { Random, seedOf } from '../../src/search/random.ts';

test('a network learns a function of its input', () => {
  const random = new Random(1), net = new Mlp([2, 16, 16, 2], random);
  const sample = (): { input: Float64Array; action: number; target: number } => {
    const input = Float64Array.of(random.next(), random.next()), action = random.below(2);
    return { input, action, target: action === 0 ? input[0]! * input[1]! : input[0]! - input[1]! };
  };
  const batch = (): ReturnType<typeof sample>[] => Array.from({ length: 32 }, sample);
  const first = net.train(batch(), 1);
  let last = 0;
  for (let i = 0; i < 1500; i++) last = net.train(batch(), 1);
  assert.ok(last < first / 20 && last < 0.01, `${first} ${last}`);
});

test('the error of a batch of one is what a step reports, and a step lessens it', () => {
  const net = new Mlp([3, 8, 2], new Random(2)), input = Float64Array.of(0.2, -0.4, 0.9);
  const before = net.forward(input)[1]!;
  const loss = net.train([{ input, action: 1, target: 2 }], 0.5);
  assert.ok(Math.abs(loss - (before - 2) ** 2) < 1e-12);
  assert.ok(Math.abs(net.forward(input)[1]! - 2) < Math.abs(before - 2));
});

test('a copy answers as the original', () => {
  const a = new Mlp([2, 4, 1], new Random(3)), b = new Mlp([2, 4, 1], new Random(4)), x = Float64Array.of(0.3, 0.7);
  assert.not.equal([...a.forward(x)], [...b.forward(x)]);
  b.copyFrom(a);
  assert.equal([...a.forward(x)], [...b.forward(x)]);
});

test('random numbers: even, repeatable, streams apart', () => {
  const r = new Random(7), n = 40000, bins = new Array<number>(8).fill(0);
  let sum = 0, square = 0;
  for (let i = 0; i < n; i++) { const b = r.below(8); bins[b] = bins[b]! + 1; const z = r.normal(); sum += z; square += z * z; }
  assert.ok(bins.every((b) => Math.abs(b - n / 8) < 5 * Math.sqrt(n / 8)), bins.join(' '));
  assert.ok(Math.abs(sum / n) < 0.03 && Math.abs(square / n - 1) < 0.03);
  assert.is(new Random(9).next(), new Random(9).next());
  assert.is.not(seedOf('a', 1), seedOf('a1'));
});

test.run();

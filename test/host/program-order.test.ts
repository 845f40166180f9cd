import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { orderOf, touchedBytes, type Touch } from '../../src/host/program-order.ts';

const [a, b] = [{}, {}];
const read = (memory: object, from: number, to: number): Touch => ({ memory, from, to, writes: false });
const write = (memory: object, from: number, to: number): Touch => ({ memory, from, to, writes: true });

test('calls that share bytes of which one is written come one after the other, others do not', () => {
  assert.equal(orderOf([[write(a, 0, 8)], [read(a, 0, 8)], [read(a, 4, 8)], [write(b, 0, 8)]]), [[], [0], [0], []]);
  // A write waits for all readers.
  assert.equal(orderOf([[read(a, 0, 8)], [read(a, 0, 4)], [write(a, 0, 8)], [read(a, 2, 3)]]), [[], [], [0, 1], [2]]);
  // Bytes beside each other are not the same bytes.
  assert.equal(orderOf([[write(a, 0, 8)], [write(a, 8, 16)], [read(a, 7, 9)]]), [[], [], [0, 1]]);
  // What is changed in place waits for what read the old values, and the next reader for it.
  assert.equal(orderOf([[write(a, 0, 8)], [read(a, 0, 8), write(b, 0, 4)], [read(a, 0, 8), write(a, 0, 8)], [read(a, 0, 8), read(b, 0, 4)]]), [[], [0], [0, 1], [1, 2]]);
});

test('an order that leaves out what follows from others gives the same results in every order that it allows', () => {
  let seed = 3;
  const random = (n: number): number => { seed = (Math.imul(seed, 1103515245) + 12345) >>> 0; return (seed >>> 8) % n; };
  for (let round = 0; round < 200; round++) {
    const calls = Array.from({ length: 12 }, () => Array.from({ length: 1 + random(3) }, (): Touch => {
      const from = random(6), memory = random(2) === 0 ? a : b;
      return { memory, from, to: from + 1 + random(4), writes: random(2) === 0 };
    }));
    const order = orderOf(calls);
    const before: Set<number>[] = [];
    for (const after of order) before.push(new Set(after.flatMap((p) => [p, ...before[p] ?? []])));
    for (const [j, touches] of calls.entries()) for (let i = 0; i < j; i++) {
      const meet = touches.some((x) => (calls[i] ?? []).some((y) => x.memory === y.memory && (x.writes || y.writes) && x.from < y.to && y.from < x.to));
      if (meet) assert.ok(before[j]?.has(i), `${i} before ${j}`);
    }
  }
});

test('the bytes of a region', () => {
  const tensor = { name: 'S', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: [2, 'B', 3] } as const;
  assert.equal(touchedBytes(tensor, 60, { B: 5 }), { from: 0, to: 60 });
  assert.equal(touchedBytes({ ...tensor, region: [0] }, 60, { B: 5 }), { from: 0, to: 30 });
  assert.equal(touchedBytes({ ...tensor, region: [1] }, 60, { B: 5 }), { from: 30, to: 60 });
  assert.equal(touchedBytes({ ...tensor, region: [1, 2] }, 60, { B: 5 }), { from: 42, to: 48 });
  // Halves of fifteen elements of four bits share a byte.
  const packed = { ...tensor, dtype: 'u4', bits: 4, array: 'Uint8Array' } as const;
  assert.equal([0, 1].map((at) => touchedBytes({ ...packed, region: [at] }, 15, { B: 5 })), [{ from: 0, to: 8 }, { from: 7, to: 15 }]);
});

test.run();

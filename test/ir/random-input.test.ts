import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { dtypes, integerRange, isDType, isFloat } from '../../src/ir/dtype.ts';
import { randomInputs, randomValues, sampleIndices } from '../../src/ir/random-input.ts';
import { roundTo } from '../../src/ir/round.ts';
import { attention, gather, kernel, tensor } from './tst-build.ts';

test('values of every dtype are values of it, never zero, and spread over the range', () => {
  for (const dtype of Object.keys(dtypes)) {
    if (!isDType(dtype) || dtype === 'bool') continue;
    const values = Array.from(randomValues(dtype, 'T', 20000, 1));
    assert.ok(values.every((x) => x !== 0 && roundTo(dtype, x) === x), dtype);
    const low = Math.min(...values), high = Math.max(...values), range = integerRange(dtype);
    if (dtype === 'e8m0') {
      assert.equal([...new Set(values)].sort((a, b) => a - b), [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16]);
    } else if (isFloat(dtype)) {
      assert.ok(low >= -1 && low < -0.99 && high <= 1 && high > 0.99, dtype);
      assert.ok(Math.abs(values.reduce((s, x) => s + x, 0) / 20000) < 0.02, dtype);
    } else if (range) {
      assert.ok(low >= range.min && high <= range.max && Math.abs(high - Math.min(range.max, 1000)) <= 1 && Math.abs(low - Math.max(range.min, -1000)) <= 1, `${dtype} ${low} ${high}`);
      if (range.max - range.min < 300) assert.is(new Set(values).size, range.max - range.min, `${dtype}: every value but 0`);
    }
  }
  assert.equal([...new Set(randomValues('bool', 'T', 100, 1))].sort(), [0, 1]);
});

test('the last bits are in use', () => {
  assert.ok(randomValues('f32', 'T', 100, 1).some((x) => (x * 2 ** 23) % 2 !== 0));
});

test('the same everywhere and every time', () => {
  assert.equal([...randomValues('i8', 'A', 6, 1)], [...randomValues('i8', 'A', 9, 1).slice(0, 6)]);
  assert.is.not(String(randomValues('i8', 'A', 6, 1)), String(randomValues('i8', 'B', 6, 1)));
  assert.is.not(String(randomValues('i8', 'A', 6, 1)), String(randomValues('i8', 'A', 6, 2)));
  assert.equal([...randomValues('i8', 'A', 6, 1)], [-121, 94, -128, -127, 44, -54]);
});

test('inputs of a kernel', () => {
  const ranged = randomInputs(gather('proved', 'C'), { M: 500, C: 3 }, 1);
  assert.equal([...new Set(ranged.get('idx'))].sort(), [0, 1, 2]);
  assert.is(ranged.get('T')?.length, 3);
  assert.is(ranged.has('Y'), false);
  assert.is(randomInputs(attention(), { B: 1, G: 2, R: 3, S: 4, T: 5, D: 6 }, 1).get('Q')?.length, 144);
  const quantised = {
    ...kernel('q', [], [tensor('c', 'input', 'uint4', [64]), tensor('s', 'input', 'f16', [64]), tensor('z', 'input', 'f16', [64])], []),
    formats: [{ tensor: 'W', format: 'kv4', codes: 'c', scale: 's', zero: 'z', group: [64] }],
  };
  const parts = randomInputs(quantised, {}, 1);
  assert.ok(parts.get('s')!.every((x) => x > 0));
  assert.ok(parts.get('z')!.every((x) => Number.isInteger(x) && x >= 0 && x <= 15));
});

test('samples hold the corners and as many others as asked', () => {
  const shape = [3, 70, 90], sample = [...sampleIndices(shape, 400, 1)];
  assert.is(sample.length, 400);
  assert.equal(sample, [...new Set(sample)].sort((a, b) => a - b));
  for (const i of [0, 89, 90 * 3 + 2, 3 * 70 * 90 - 1]) assert.ok(sample.includes(i), String(i));
  assert.equal([...sampleIndices([2, 3], 400, 1)], [0, 1, 2, 3, 4, 5]);
  assert.is.not(String(sampleIndices(shape, 400, 1)), String(sampleIndices(shape, 400, 2)));
});

test.run();

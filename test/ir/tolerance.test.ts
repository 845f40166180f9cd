import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DType } from '../../src/ir/dtype.ts';
import { compare, describe } from '../../src/ir/tolerance.ts';
import type { OracleTensor } from '../../src/ir/tst-interpret.ts';

const oracle = (values: number[], error: number[], dtype: DType = 'f32', shape = [values.length]): OracleTensor =>
  ({ dtype, shape, values: Float64Array.from(values), error: Float64Array.from(error), indices: undefined });

test('inside and outside of the bound', () => {
  const c = compare([1.5, 2, 3.25], oracle([1, 2, 3], [0.5, 0, 0.125], 'f32', [1, 3]));
  assert.equal([c.ok, c.mismatches, c.checked, c.total, c.maxAbs, c.maxRel, c.worst], [false, 1, 3, 3, 0.5, 0.5, 2]);
  assert.ok(Math.abs(c.bound - 0.5) < 1e-9);
  assert.equal(c.offenders[0]?.index, [0, 2]);
  assert.is(describe('Y', c)[0], 'Y[0, 2] is 3.25000000, expected 3 ± 0.125');
  assert.ok(compare([1.5, 2, 3.125], oracle([1, 2, 3], [0.5, 0, 0.125])).ok);
});

test('NaN and infinities', () => {
  assert.ok(compare([NaN], oracle([NaN], [0])).ok);
  assert.ok(compare([NaN], oracle([NaN], [NaN])).ok);
  assert.not(compare([0], oracle([NaN], [0])).ok);
  assert.not(compare([NaN], oracle([0], [1e30])).ok);
  assert.not(compare([Infinity], oracle([1], [1e30])).ok);
  assert.ok(compare([Infinity], oracle([Infinity], [0])).ok);
  assert.not(compare([-Infinity], oracle([Infinity], [0])).ok);
  const anything = compare([7, NaN], oracle([0, NaN], [Infinity, Infinity]));
  assert.equal([anything.ok, anything.unknown, anything.checked], [true, 2, 0]);
});

test('what a target may flush to zero', () => {
  assert.ok(compare([0, 0], oracle([1e-39, 3e-5], [1e-46, 1e-9], 'f16')).ok);
  assert.ok(compare([0], oracle([1e-39], [0])).ok);
  assert.not(compare([0], oracle([1e-30], [0])).ok);
  assert.not(compare([1], oracle([0], [0], 'i32')).ok);
});

test('a result of the wrong length fails', () => {
  assert.not(compare([1], oracle([1, 2], [0, 0])).ok);
  assert.not(compare([1, 2, 3], oracle([1, 2], [0, 0])).ok);
});

test('a sample compares its own elements', () => {
  const part: OracleTensor = { ...oracle([5, 9], [0, 0], 'i32', [2, 3]), indices: [4, 1] };
  const c = compare([0, 9, 0, 0, 6, 0], part);
  assert.equal([c.mismatches, c.checked, c.total, c.offenders[0]?.index], [1, 2, 6, [1, 1]]);
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { castTo, exponentOf, roundBf16, rounderTo, roundF16, roundTo, valueOf } from '../../src/ir/round.ts';
import { type DType, dtypes } from '../../src/ir/dtype.ts';
import { bf16FromF32, f16FromF32, f32FromBf16, f32FromF16 } from '../../src/runtime/float.ts';

/** The values of a 16-bit float format from its bits, by its definition. */
function table(exponentBits: number, fractionBits: number): number[] {
  const bias = 2 ** (exponentBits - 1) - 1, values: number[] = [];
  for (let bits = 0; bits < (2 ** exponentBits - 1) * 2 ** fractionBits; bits++) {
    const e = bits >> fractionBits, f = bits % 2 ** fractionBits;
    values.push(e === 0 ? f * 2 ** (1 - bias - fractionBits) : (1 + f / 2 ** fractionBits) * 2 ** (e - bias));
  }
  return values;
}

for (const [name, round, values] of [['f16', roundF16, table(5, 10)], ['bf16', roundBf16, table(8, 7)]] as const) {
  test(`${name}: every value, every tie, and both sides of every tie`, () => {
    for (let i = 0; i + 1 < values.length; i++) {
      const a = values[i]!, b = values[i + 1]!, tie = (a + b) / 2, even = i % 2 === 0 ? a : b;
      if (round(a) !== a || round(-a) !== -a || round(tie) !== even || round(-tie) !== -even) assert.unreachable(`at ${a}`);
      if (round(tie - (b - a) / 8) !== a || round(tie + (b - a) / 8) !== b) assert.unreachable(`beside ${tie}`);
    }
    const last = values.at(-1)!, step = last - values.at(-2)!;
    assert.is(round(last + step / 2 - step / 64), last);
    assert.is(round(last + step / 2), Infinity);
    assert.ok(Number.isNaN(round(NaN)));
    assert.is(round(-Infinity), -Infinity);
  });
}

test('16-bit floats agree with the conversions through bit patterns', () => {
  let seed = 1;
  const bits = new Uint32Array(1), value = new Float32Array(bits.buffer);
  for (let n = 0; n < 20000; n++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    bits[0] = n % 3 === 0 ? seed : ((seed & 0x81ffffff) | ((100 + (n % 60)) << 23)) >>> 0;
    const x = value[0]!;
    assert.ok(Object.is(roundTo('f16', x), f32FromF16(f16FromF32(x))), `f16 of ${x}`);
    assert.ok(Object.is(roundTo('bf16', x), f32FromBf16(bf16FromF32(x))), `bf16 of ${x}`);
  }
  for (const x of [65504, 65519.99, 65520, -65520, 2 ** -25, 2 ** -24 * 1.5, 2 ** -26, 3.4e38, Infinity, NaN, -0]) {
    assert.ok(Object.is(roundTo('f16', x), f32FromF16(f16FromF32(x))), `f16 of ${x}`);
    assert.ok(Object.is(roundTo('bf16', x), f32FromBf16(bf16FromF32(x))), `bf16 of ${x}`);
  }
});

test('stored integers clamp', () => {
  assert.equal([17, -1, 15].map((x) => roundTo('uint4', x)), [15, 0, 15]);
  assert.equal([9, -9].map((x) => roundTo('int4', x)), [7, -8]);
  assert.equal([200, -200].map((x) => roundTo('i8', x)), [127, -128]);
  assert.is(roundTo('u32', -1), 2 ** 32 - 1, 'bits are kept');
  assert.is(valueOf('u32', 2 ** 32 - 1), -1, 'and read back');
  assert.ok(Number.isNaN(roundTo('i8', NaN)), 'memory that was not written stays visible');
});

test('casts cut fractions and clamp, and NaN is 0', () => {
  assert.equal([300, -300, 3.9, -3.9, NaN, Infinity].map((x) => castTo('i8', x)), [127, -128, 3, -3, 0, 127]);
  assert.is(castTo('i32', 1e20), 2 ** 31 - 1);
  assert.is(castTo('u32', 3e9), 3e9);
  assert.is(castTo('u32', -5), 0);
  assert.ok(Object.is(castTo('i32', -0.5), 0));
  assert.equal([0, -0.5, NaN].map((x) => castTo('bool', x)), [0, 1, 1]);
  assert.is(castTo('f16', 1 / 3), 0.333251953125);
});

test('exponents', () => {
  assert.equal([1, 0.5, 3, -8, 5e-324, 2 ** -1030].map(exponentOf), [0, -1, 1, 3, -1074, -1030]);
});

test('the rounding of one type by itself is the rounding to that type', () => {
  for (const dtype of Object.keys(dtypes) as DType[]) {
    const round = rounderTo(dtype);
    for (const x of [0, -0, 1, -1, 3, 7.5, -8, 127, 128, -129, 255, 256, 1e3, -4e4, 65536, 2 ** 31, -(2 ** 31), 2 ** 32 - 1, 1e20, -1e20, NaN, Infinity, -Infinity]) assert.ok(Object.is(round(x), roundTo(dtype, x)), `${dtype} of ${x}`);
  }
});

test.run();

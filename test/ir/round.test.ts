import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { castTo, roundTo } from '../../src/ir/round.ts';
import { bf16FromF32, f16FromF32, f32FromBf16, f32FromF16 } from '../../src/runtime/float.ts';

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

test('integers wrap when stored and saturate when cast', () => {
  assert.is(roundTo('int4', 8), -8);
  assert.is(roundTo('uint4', -1), 15);
  assert.is(roundTo('i8', 200), -56);
  assert.is(roundTo('i32', 2 ** 31), -(2 ** 31));
  assert.is(roundTo('u32', -1), 2 ** 32 - 1);
  assert.is(castTo('i32', -2.9), -2);
  assert.is(castTo('i32', 1e20), 2 ** 31 - 1);
  assert.is(castTo('i32', NaN), 0);
  assert.is(castTo('bool', 3), 1);
});

test.run();

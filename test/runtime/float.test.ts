import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  bf16ArrayFromF32, bf16FromF32, f16ArrayFromF32, f16FromF32, f32ArrayFromBf16, f32ArrayFromF16, f32FromBf16, f32FromBits, f32FromF16,
} from '../../src/runtime/float.ts';

/** Value of a small binary format from its definition, NaN aside. */
function decode(bits: number, exponentBits: number, fractionBits: number): number {
  const sign = bits >>> (exponentBits + fractionBits) ? -1 : 1;
  const exponent = (bits >>> fractionBits) & ((1 << exponentBits) - 1);
  const fraction = bits & ((1 << fractionBits) - 1);
  const bias = (1 << (exponentBits - 1)) - 1;
  if (exponent === (1 << exponentBits) - 1) return fraction ? NaN : sign * Infinity;
  return exponent === 0
    ? sign * (fraction / 2 ** fractionBits) * 2 ** (1 - bias)
    : sign * (1 + fraction / 2 ** fractionBits) * 2 ** (exponent - bias);
}

const formats = [
  { name: 'f16', exponent: 5, fraction: 10, encode: f16FromF32, decode: f32FromF16 },
  { name: 'bf16', exponent: 8, fraction: 7, encode: bf16FromF32, decode: f32FromBf16 },
] as const;

for (const format of formats) {
  const infinity = ((1 << format.exponent) - 1) << format.fraction;

  test(`${format.name}: all 65536 codes decode by the definition and encode back`, () => {
    for (let bits = 0; bits < 65536; bits++) {
      const value = format.decode(bits);
      const want = decode(bits, format.exponent, format.fraction);
      if (!Object.is(value, want)) assert.unreachable(`${format.name} ${bits.toString(16)}: ${value}, not ${want}`);
      const back = format.encode(value);
      if (Number.isNaN(want)) assert.ok((back & 0x7fff) > infinity, `a NaN stays a NaN: ${bits.toString(16)} -> ${back.toString(16)}`);
      else if (back !== bits) assert.unreachable(`${format.name} ${bits.toString(16)} came back as ${back.toString(16)}`);
    }
  });

  test(`${format.name}: ties go to the even code, everything else to the nearer one`, () => {
    // Consecutive magnitudes, up to and with the step from the largest finite value to 2^(emax+1), where infinity stands.
    for (let bits = 0; bits < infinity; bits++) {
      const low = decode(bits, format.exponent, format.fraction);
      const high = bits + 1 === infinity
        ? low + (low - decode(bits - 1, format.exponent, format.fraction))
        : decode(bits + 1, format.exponent, format.fraction);
      const middle = low + (high - low) / 2;
      // The tie is a binary32 value except below bf16's subnormals' precision, where it still is one: bf16 drops 16 bits.
      assert.is(Math.fround(middle), middle);
      const even = bits % 2 === 0 ? bits : bits + 1;
      const below = nextDown(middle);
      const above = nextUp(middle);
      if (format.encode(middle) !== even) assert.unreachable(`tie ${middle} -> ${format.encode(middle)}, not ${even}`);
      if (format.encode(below) !== bits) assert.unreachable(`below the tie, ${below} -> ${format.encode(below)}, not ${bits}`);
      if (format.encode(above) !== bits + 1) assert.unreachable(`above the tie, ${above} -> ${format.encode(above)}, not ${bits + 1}`);
      if (format.encode(-middle) !== (even | 0x8000)) assert.unreachable(`tie ${-middle} lost its sign or rounding`);
    }
  });

  test(`${format.name}: special values`, () => {
    assert.is(format.encode(Infinity), infinity);
    assert.is(format.encode(-Infinity), infinity | 0x8000);
    assert.is(format.encode(3.4028234663852886e38), infinity);
    assert.is(format.encode(-0), 0x8000);
    assert.is(format.encode(1.401298464324817e-45), 0);
    assert.ok((format.encode(NaN) & 0x7fff) > infinity);
    // A NaN whose payload sits only in bits that are dropped must not become an infinity.
    assert.ok((format.encode(f32FromBits(0x7f800001)) & 0x7fff) > infinity);
  });
}

const scratch = new DataView(new ArrayBuffer(4));
function nextUp(value: number): number {
  scratch.setFloat32(0, value);
  scratch.setUint32(0, scratch.getUint32(0) + 1);
  return scratch.getFloat32(0);
}
function nextDown(value: number): number {
  scratch.setFloat32(0, value);
  scratch.setUint32(0, scratch.getUint32(0) - 1);
  return scratch.getFloat32(0);
}

test('bulk conversions agree with the scalar ones', () => {
  const codes = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const f16 = f32ArrayFromF16(codes);
  const bf16 = f32ArrayFromBf16(codes);
  for (let i = 0; i < codes.length; i++) {
    if (!Object.is(f16[i], f32FromF16(i)) || !Object.is(bf16[i], f32FromBf16(i))) assert.unreachable(`code ${i}`);
  }
  const values = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 10 ** ((i % 90) / 2 - 22));
  assert.equal(Array.from(f16ArrayFromF32(values)), Array.from(values, f16FromF32));
  assert.equal(Array.from(bf16ArrayFromF32(values)), Array.from(values, bf16FromF32));
});

test.run();

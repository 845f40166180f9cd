/** Codes of floats of at most eight bits, by tables: OCP 8-bit Floating Point Specification 1.0, OCP Microscaling Formats 1.0. */
import { bitsOf, type SmallFloat } from '../ir/dtype.ts';
import { roundTo } from '../ir/round.ts';

interface Table { readonly values: Float64Array; readonly codes: ReadonlyMap<string, number> }
const tables = new Map<SmallFloat, Table>();

/** Sign, `exponent` bits with the given bias, `fraction` bits; subnormals where the exponent field is 0. */
function ieee(code: number, exponent: number, fraction: number, bias: number): number {
  const sign = (code >> (exponent + fraction)) & 1 ? -1 : 1;
  const e = (code >> fraction) & ((1 << exponent) - 1);
  const f = (code & ((1 << fraction) - 1)) / (1 << fraction);
  return sign * (e === 0 ? f * 2 ** (1 - bias) : (1 + f) * 2 ** (e - bias));
}

function valueOfCode(dtype: SmallFloat, code: number): number {
  switch (dtype) {
    case 'e2m1': return ieee(code, 2, 1, 1);
    case 'e4m3': return (code & 0x7f) === 0x7f ? Number.NaN : ieee(code, 4, 3, 7);
    case 'e5m2': return (code & 0x7c) !== 0x7c ? ieee(code, 5, 2, 15) : (code & 3) !== 0 ? Number.NaN : (code & 0x80) !== 0 ? -Infinity : Infinity;
    case 'e8m0': return code === 255 ? Number.NaN : 2 ** (code - 127);
    default: {
      const unreachable: never = dtype;
      throw new TypeError(`unknown dtype ${String(unreachable)}`);
    }
  }
}

const key = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

function table(dtype: SmallFloat): Table {
  let found = tables.get(dtype);
  if (found === undefined) {
    const values = Float64Array.from({ length: 2 ** bitsOf(dtype) }, (_, code) => valueOfCode(dtype, code));
    // Of several codes for one value (NaN) the first is taken.
    const codes = new Map([...values].map((value, code) => [key(value), code] as const).reverse());
    found = { values, codes };
    tables.set(dtype, found);
  }
  return found;
}

export function smallFloatValue(dtype: SmallFloat, code: number): number {
  return table(dtype).values[code] ?? Number.NaN;
}

/** The code of the nearest value. */
export function smallFloatCode(dtype: SmallFloat, value: number): number {
  const { codes } = table(dtype);
  return codes.get(key(roundTo(dtype, value))) ?? codes.get('NaN') ?? 0;
}

import { choices, type Rows } from '../row.ts'

/** 024x and up: dtypes, values and formats. */
export const typeCodes = {
  TDSL0240: {
    severity: 'error',
    message: ({ name, similar }: { name: string; similar: readonly string[] }) =>
      `there is no dtype or format \`${name}\`${similar.length === 0 ? '' : `; did you mean ${choices(similar)}?`}`,
    explain: 'Dtypes are f32, f16, bf16, i32, u32, i16, u16, i8, u8, int2 to int7, uint2 to uint7, bool, e4m3 and e5m2 (fp8), e2m1 (fp4) and e8m0 (powers of two); formats are declared in the file: `format q4 = int4 { scale f16, symmetric }`.',
  },
  TDSL0241: {
    severity: 'error',
    message: ({ use }: { use: string }) => `a comparison gives true or false, ${use}; write \`if … then 1 else 0\` or \`i32(…)\` for a number`,
    explain: `Conditions are not numbers.

  C[n] = A[n] > 0                        // wrong, for C: f32[N]
  C[n] = if A[n] > 0 then 1 else 0`,
  },
  TDSL0242: {
    severity: 'error',
    message: ({ place, got }: { place: string; got: string }) => `${place} takes a condition, but this is ${got}`,
    explain: `A condition is a comparison, \`and\`, \`or\`, \`not\` of conditions, \`any\`, \`all\`, or a bool tensor. Numbers do not count as conditions.

  if n % 2 then …                // wrong
  if n % 2 == 1 then …`,
  },
  TDSL0243: {
    severity: 'error',
    message: () => 'an index is a whole number, but this is f32; write `i32(…)` where rounding toward zero is meant',
    explain: 'Indices are made of indices, sizes, whole numbers and integers read from tensors.',
  },
  TDSL0244: {
    severity: 'error',
    message: ({ name, dtype, got }: { name: string; dtype: string; got: string }) => `\`${name}\` holds ${dtype}, and the value is ${got}; convert it: \`${dtype}(…)\``,
    explain: `f32 values are stored as any float type, and whole numbers as i32 or any float type. What loses more than rounding is written:
\`i8(round(x))\`. Conversion to an integer type narrower than i32 keeps to its range (300 becomes 255 in u8).`,
  },
  TDSL0245: {
    severity: 'error',
    message: ({ acc, op }: { acc: string; op: string }) => `\`${op}\` cannot accumulate in \`${acc}\`; ${['sum', 'prod', 'mean', 'logsumexp'].includes(op) ? 'floats in f32 or f16, whole numbers in i32' : op === 'scan' ? 'it adds, in the type of its values; a running maximum of X is written `max(j where j <= n) X[j]`' : `it is written \`${op}(…)\``}`,
    explain: 'Sums and products of floats are kept in f32 (the default) or f16, those of integers in i32. The other operators do not round and take no accumulator.',
  },
  TDSL0246: {
    severity: 'error',
    message: ({ text }: { text: string }) => `${text} does not fit in 32 bits`,
    explain: 'Whole numbers are computed in i32: from -2147483648 to 2147483647.',
  },
  TDSL0247: {
    severity: 'warning',
    message: ({ text }: { text: string }) => `\`${text}\` divides whole numbers, which rounds down; write \`f32(…)\` around one side, or a number such as 1.0, for a fraction`,
    explain: `\`/\` of two whole numbers rounds down, as in indices and extents: \`1/D\` is 0 for every D above 1.

  C[m] = (sum(d) A[m, d]) * (1/D)        // a warning: times 0
  C[m] = (sum(d) A[m, d]) * (1.0/D)`,
  },
  TDSL0248: {
    severity: 'error',
    message: ({ op }: { op: string }) => `\`${op}\` of a quotient of whole numbers: \`/\` has rounded down already; write \`ceildiv(a, b)\`, or divide by a float`,
    explain: '`/` of two whole numbers rounds down, so nothing is left to round up or to the nearest.',
  },
  TDSL0249: {
    severity: 'error',
    message: ({ what }: { what: string }) => `${what} cannot have a range \`<…>\``,
    explain: '`i32<C>` says that integers lie in [0, C). Floats and bools have no such range.',
  },
  TDSL0250: {
    severity: 'error',
    message: ({ name, limit }: { name: string; limit: string }) => `\`${name}\` holds integers in [0, ${limit}), and the value cannot be shown to lie there; write \`clamp(…, 0, ${limit} - 1)\``,
    explain: 'A type such as `i32<C>` lets reads through it go unchecked, so its values are proved where they are produced.',
  },
  TDSL0251: {
    severity: 'error',
    message: ({ name, similar }: { name: string; similar: readonly string[] }) =>
      `a format has no option \`${name}\`${similar.length === 0 ? '' : `; did you mean ${choices(similar)}?`}`,
    explain: 'The options of a format are `scale DTYPE`, `zero DTYPE`, `symmetric`, `clip NUMBER` and `floor NUMBER`.',
  },
  TDSL0252: {
    severity: 'error',
    message: ({ name, problem }: { name: string; problem: string }) => `the format \`${name}\` ${problem}`,
    explain: `A format stores integer codes with a scale for each group, and optionally a zero point:

  format q4  = int4  { scale f16, symmetric, clip 0.9 }
  format kv4 = uint4 { scale f16, zero f16 }`,
  },
  TDSL0253: {
    severity: 'error',
    message: ({ format }: { format: string }) => `\`${format}\` is stored in groups that share a scale; say which: \`K by 128\``,
    explain: `Groups belong to the dimensions of a tensor; dimensions without \`by\` have a scale for each position.

  kernel f(W: q4[N, K]) …                // wrong
  kernel f(W: q4[N, K by 128]) …`,
  },
  TDSL0254: {
    severity: 'error',
    message: ({ why }: { why: string }) => `this \`by\` has no meaning: ${why}`,
    explain: `\`K by 128\` gives the length of the groups of a storage format along a dimension: a whole number of at least 1, which is known when the source is compiled.
It may be a size that is pinned:

  kernel f[G](W: q4[N, K by G]) -> Y: f32[N, K] where G == 128 { Y[n, k] = W[n, k] }`,
  },
  TDSL0255: {
    severity: 'error',
    message: ({ op, got }: { op: string; got: string }) => `\`${op}\` takes numbers, but this is ${got}`,
    explain: 'Arithmetic is for numbers. `any` and `all` combine conditions, `i32(c)` counts them.',
  },
  TDSL0256: {
    severity: 'error',
    message: ({ what }: { what: string }) => `${what} is not a value of a kernel`,
    explain: 'Arrays in brackets and text are for tests and declarations, not for the arithmetic of a kernel.',
  },
  TDSL0257: {
    severity: 'error',
    message: ({ op, name, dtype }: { op: string; name: string; dtype: string }) => `\`${name}\` holds ${dtype}, which \`${op}\` cannot update`,
    explain: 'Sums in place are kept in f32, f16, bf16, i32 or u32; `max=` and `min=` compare numbers of any plain dtype. A storage format takes `=` alone.',
  },
  TDSL0258: {
    severity: 'error',
    message: ({ name, type, why, similar }: { name: string; type: string; why: string; similar: readonly string[] }) =>
      `\`${name}\` cannot be taken as ${type}: ${why}${similar.length === 0 ? '' : `; did you mean ${choices(similar)}?`}`,
    explain: `A plain format is a name for a float type, which can be exchanged when the source is compiled:

  format act = bf16
  kernel twice(X: act[N]) -> Y: act[N] { Y[n] = 2 * X[n] }

  tdsl run twice.tdsl --format act=f32`,
  },
} satisfies Rows<'02'>

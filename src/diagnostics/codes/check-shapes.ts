import type { Rows } from '../row.ts'

/** 020x to 022x: ranges, shapes and bounds. */
export const shapeCodes = {
  TDSL0201: {
    severity: 'error',
    message: ({ index, range, tensor, dim, extent }: { index: string; range: string; tensor: string; dim: number; extent: string }) =>
      `\`${index}\` runs to ${range}, but dimension ${dim} of \`${tensor}\` has the extent ${extent}`,
    explain: `An index has one range. The extents that it indexes alone must be equal, and sizes with different names are different sizes.

  kernel f(A: f32[M, K], B: f32[J, N]) -> C: f32[M, N] { C[m, n] = sum(k) A[m, k] * B[k, n] }    // wrong: K or J?
  kernel f(A: f32[M, K], B: f32[K, N]) -> C: f32[M, N] { C[m, n] = sum(k) A[m, k] * B[k, n] }

To run over a part of a dimension, say so where the index is bound: \`sum(k: K - 128)\`.`,
  },
  TDSL0202: {
    severity: 'error',
    message: ({ name, dims, got }: { name: string; dims: number; got: number }) =>
      `\`${name}\` has ${dims === 1 ? '1 dimension' : `${dims} dimensions`}, but ${got === 1 ? '1 index is' : `${got} indices are`} given`,
    explain: `A tensor is read and written with one index for each of its dimensions. Only an argument of a function may leave some open.

  C[m] = A[m]                    // wrong, for A: f32[M, K]
  C[m] = sum(k) A[m, k]`,
  },
  TDSL0203: {
    severity: 'error',
    message: ({ index, tensor, dim, extent, why }: { index: string; tensor: string; dim: number; extent: string; why: string }) =>
      `\`${index}\` may lie outside dimension ${dim} of \`${tensor}\`, which has the extent ${extent}: ${why}`,
    explain: `A read is inside its tensor for all values of its indices, or says what it gives outside.

  Y[n] = X[n] + X[n + 1]                 // wrong: n + 1 reaches N
  Y[n] = X[n] + (X[n + 1] else 0)        // zero beyond the end
  Y[n] = X[n] + (X[n + 1] else clamp)    // the last element beyond the end`,
  },
  TDSL0204: {
    severity: 'error',
    message: ({ index }: { index: string }) => `nothing says how far \`${index}\` runs; give its range where it is bound: \`${index}: …\``,
    explain: `The range of an index is the first of: the one at its binder, \`[k: K - 128]\` or \`sum(k: 128)\`; the declared extent that it indexes
alone on the left; the extents that it indexes alone on the right; as the only unknown of an affine position, the largest range that stays
in bounds; for a let, the range with which later statements read that dimension.

  C[m] = sum(i, j) A[m, i + j]           // wrong: many ranges fit
  C[m] = sum(i: 4, j) A[m, i + j]`,
  },
  TDSL0205: {
    severity: 'error',
    message: ({ index }: { index: string }) => `\`${index}\` on the left is not affine in the indices; write sums of indices times sizes, such as \`g*R + r\``,
    explain: `The left side names each element of the result once. Positions there are indices, or sums of indices times numbers or sizes.

  C[n % 4] = A[n]                // wrong
  C[4*i + j] = A[j, i]`,
  },
  TDSL0206: {
    severity: 'error',
    message: ({ name, dim, why }: { name: string; dim: number; why: string }) => `not every element of \`${name}\` is written exactly once: dimension ${dim} ${why}`,
    explain: `A statement writes each element of its result exactly once. A position \`g*R + r\` with g below G and r below R does so for an
extent of G*R; \`2*i\` leaves every other element out.

  C[2*i] = A[i]                  // wrong: the odd elements are missing
  C[2*i + j] = if j == 0 then A[i] else B[i]`,
  },
  TDSL0207: {
    severity: 'error',
    message: ({ what }: { what: string }) => `an extent is made of sizes and whole numbers with + - * / and %; ${what}`,
    explain: `Shapes are known before a kernel runs, so extents and ranges use sizes and whole numbers only. Division rounds down.

  kernel f(A: f32[N]) -> C: f32[N, n] { … }        // wrong, if n is meant as an index
  kernel f(A: f32[2*N + 1]) -> C: f32[N/2] { … }`,
  },
  TDSL0208: {
    severity: 'error',
    message: ({ extent }: { extent: string }) => `the extent ${extent} is negative`,
    explain: 'A dimension has zero elements or more, and so has the range of an index. A difference of sizes, as in `K - 128`, is checked when the kernel is called.',
  },
  TDSL0209: {
    severity: 'error',
    message: () => 'division by zero',
    explain: 'The divisor of an index, an extent or a whole number is zero whatever the sizes are. A divisor that is a size is checked when the kernel is called.',
  },
  TDSL0210: {
    severity: 'error',
    message: ({ text }: { text: string }) => `the index \`${text}\` is too large or has too many terms`,
    explain: 'Index arithmetic is exact up to 2^53 and keeps products of sums multiplied out, up to some hundred terms.',
  },
  TDSL0211: {
    severity: 'error',
    message: ({ fn, param, want, got }: { fn: string; param: string; want: string; got: string }) => `the parameter \`${param}\` of \`${fn}\` is ${want}, but the argument is ${got}`,
    explain: `An argument for a tensor parameter is a tensor with as many dimensions left open as the parameter has; its extents give the
function's sizes their values.

  fn dot(x: f32[D], y: f32[D]) -> f32 = sum(d) x[d] * y[d]
  C[m, n] = dot(A, B[n])         // wrong: A has two dimensions
  C[m, n] = dot(A[m], B[n])`,
  },
  TDSL0212: {
    severity: 'error',
    message: ({ fn, size }: { fn: string; size: string }) => `the arguments of \`${fn}\` give its size \`${size}\` no value`,
    explain: 'Sizes of a function are solved from the extents of its tensor arguments, or given in brackets: `f[T=64](x)`.',
  },
  TDSL0213: {
    severity: 'error',
    message: ({ op }: { op: string }) => `\`${op}\` takes one index`,
    explain: '`argmax` and `argmin` give a position along one axis. Over several axes there is no single number for it.',
  },
  TDSL0214: {
    severity: 'error',
    message: ({ name, names }: { name: string; names: string }) => `elements of \`${name}\` may be written more than once: the positions do not tell the values of ${names} apart; combine them with \`+=\`, \`max=\` or \`min=\``,
    explain: `A statement with \`=\` gives each element that it writes one value. Positions read from tensors are checked when the kernel runs; others are proved.

  X[m / 2] = A[m]                // wrong: two values for each element
  X[m / 2] += A[m]`,
  },
  TDSL0215: {
    severity: 'error',
    message: ({ name, dim, format }: { name: string; dim: number; format: string }) => `\`${name}\` is stored as ${format}, in groups along dimension ${dim}; an update writes that dimension whole, with an index alone`,
    explain: `The elements of a group share a scale, so a group is stored as a whole.

  K[b, slot[b, t], d: 64] = X[b, t, d]   // wrong, for K: inout kv4[B, N, 128 by 128]
  K[b, slot[b, t], d] = X[b, t, d]`,
  },
  TDSL0216: {
    severity: 'error',
    message: () => '`topk` takes one index and says which other one counts the ranks: `topk(c -> t: T)`',
    explain: `\`topk(c -> t: T) x\` gives, for each rank t below T, the position along c of the value of that rank: the largest first, equal values by
their positions.

  idx[b, t] = topk(c) p[b, c]            // wrong: how many?
  idx[b, t] = topk(c -> t: T) p[b, c]`,
  },
  TDSL0217: {
    severity: 'error',
    message: ({ index, joined, range }: { index: string; joined: string; range: string }) => `the pieces have ${joined} positions together, but \`${index}\` runs to ${range}`,
    explain: `\`concat(k) { A; B }\` joins its pieces along k: the extents of the pieces add up to the range of k.

  kernel f(A: f32[K - 128], B: f32[128]) -> C: f32[K + 1] { C[k] = concat(k) { A; B } }   // wrong
  kernel f(A: f32[K - 128], B: f32[128]) -> C: f32[K] { C[k] = concat(k) { A; B } }`,
  },
  TDSL0218: {
    severity: 'error',
    message: ({ name, dim, extent, group, format }: { name: string; dim: number; extent: string; group: number; format: string }) => `dimension ${dim} of \`${name}\` has the extent ${extent}, which groups of ${group} do not divide, and \`${format}\` stores whole groups`,
    explain: `The last group along a dimension may be short, unless the format says \`whole\`. Extents that are known only when the kernel is called are checked then.

  format q4 = int4 { scale f16, symmetric, whole }
  kernel f(W: q4[N, 100 by 32]) …        // wrong
  kernel f(W: q4[N, 96 by 32]) …`,
  },
} satisfies Rows<'02'>

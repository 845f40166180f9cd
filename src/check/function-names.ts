/** Functions by the names that other languages and libraries have for them, for those who write one here. */
const elsewhere: Readonly<Record<string, string>> = {
  max: 'maximum fmax fmaxf amax', min: 'minimum fmin fminf amin', abs: 'fabs fabsf absolute', pow: 'power powf', exp: 'expf __expf', log: 'ln logf __logf', sqrt: 'sqrtf', rsqrt: 'rsqrtf inverseSqrt invsqrt',
  rcp: 'reciprocal', tanh: 'tanhf', sin: 'sinf', cos: 'cosf', floor: 'floorf', ceil: 'ceilf', round: 'rint roundf nearbyint', clamp: 'clip', ceildiv: 'cdiv div_up', bitand: 'bitwise_and', shl: 'left_shift', shr: 'right_shift',
}
const meant = new Map(Object.entries(elsewhere).flatMap(([here, names]) => names.split(' ').map((name) => [name, here] as const)))

/** Operations on whole tensors: here statements over their elements. */
const wholes: readonly (readonly [names: string, advice: string])[] = [
  ['transpose permute swapaxes moveaxis', 'an element is named by its indices in any order: `B[n, m] = A[m, n]`'],
  ['reshape view flatten ravel squeeze unsqueeze expand_dims', 'positions are arithmetic of indices: `Y[h, d] = X[h*D + d]`'],
  ['dot matmul mm bmm einsum tensordot inner outer', 'a product is written with its indices: `sum(k) A[m, k] * B[k, n]`'],
  ['cumsum cumulative_sum prefix_sum', 'a running sum is `scan(n) A[n]`'],
  ['sort argsort', '`topk(n -> i: N) A[n]` gives the indices of all elements, the largest first'],
  ['concatenate cat stack vstack hstack', 'pieces are joined by `concat(k) { A; B }`'],
  ['zeros ones full zeros_like ones_like fill', 'a value for every element is a statement: `C[m, n] = 0`'],
  ['arange range iota linspace', 'an index is a number: `C[i] = i`'],
  ['pad', 'what is read outside of a tensor is said where it is read: `A[i - 1] else 0`'],
  ['gather take index_select', 'a gather is an indexed index: `A[idx[b], d]`'],
  ['select ternary iif', 'a choice is written `if c then a else b`'],
  ['isnan', 'NaN alone differs from itself: `x != x`'],
]
const advice = new Map(wholes.flatMap(([names, text]) => names.split(' ').map((name) => [name, text] as const)))

/** What the function is called here, or undefined. */
export const functionElsewhere = (name: string): string | undefined => meant.get(name)
/** How that is written here, or undefined. */
export const operationElsewhere = (name: string): string | undefined => advice.get(name)

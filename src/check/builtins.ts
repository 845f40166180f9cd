import type { BinaryOp, UnaryOp } from '../ir/scalar.ts'

/**
 * Functions that are operators of the language. `numbers`: `same` keeps whole numbers whole, `float` computes in f32 whatever comes,
 * `rounding` is the identity on whole numbers, `whole` takes whole numbers only.
 */
export type Builtin =
  | { readonly arity: 1; readonly op: UnaryOp; readonly numbers: 'same' | 'float' | 'rounding' }
  | { readonly arity: 2; readonly op: BinaryOp | 'ceildiv'; readonly numbers: 'same' | 'float' | 'whole' }

export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['abs', { arity: 1, op: 'abs', numbers: 'same' }],
  ['exp', { arity: 1, op: 'exp', numbers: 'float' }],
  ['exp2', { arity: 1, op: 'exp2', numbers: 'float' }],
  ['log', { arity: 1, op: 'log', numbers: 'float' }],
  ['log2', { arity: 1, op: 'log2', numbers: 'float' }],
  ['sqrt', { arity: 1, op: 'sqrt', numbers: 'float' }],
  ['rsqrt', { arity: 1, op: 'rsqrt', numbers: 'float' }],
  ['rcp', { arity: 1, op: 'rcp', numbers: 'float' }],
  ['tanh', { arity: 1, op: 'tanh', numbers: 'float' }],
  ['sin', { arity: 1, op: 'sin', numbers: 'float' }],
  ['cos', { arity: 1, op: 'cos', numbers: 'float' }],
  ['erf', { arity: 1, op: 'erf', numbers: 'float' }],
  ['floor', { arity: 1, op: 'floor', numbers: 'rounding' }],
  ['ceil', { arity: 1, op: 'ceil', numbers: 'rounding' }],
  ['round', { arity: 1, op: 'round', numbers: 'rounding' }],
  ['min', { arity: 2, op: 'min', numbers: 'same' }],
  ['max', { arity: 2, op: 'max', numbers: 'same' }],
  ['pow', { arity: 2, op: 'pow', numbers: 'float' }],
  ['ceildiv', { arity: 2, op: 'ceildiv', numbers: 'whole' }],
  ['bitand', { arity: 2, op: 'bitand', numbers: 'whole' }],
  ['shl', { arity: 2, op: 'shl', numbers: 'whole' }],
  ['shr', { arity: 2, op: 'shr', numbers: 'whole' }],
])

import { type DType, isFloat, type ValueType, valueTypeOf } from '../ir/dtype.ts'
import * as ix from '../ir/index-expr.ts'
import type { BinaryOp, UnaryOp } from '../ir/scalar.ts'
import type { Expr } from '../ir/tst.ts'
import { constant } from '../ir/tst-walk.ts'
import { tractable } from './extents.ts'

/**
 * Values are f32, i32 or bool. Whole numbers become f32 where they meet one, or where an f32 is stored (exact up to 2^24); an f32
 * never becomes whole by itself, and a bool never becomes a number. `/` of two whole numbers rounds down, as in an extent.
 */
export const articled = (type: ValueType): string => (type === 'f32' ? 'an f32' : type === 'i32' ? 'a whole number' : 'a comparison or another bool')

/** The integer arithmetic over axes and sizes that a value is, and nothing read at run time. */
export function pureIndex(e: Expr): ix.IndexExpr | undefined {
  if (e.kind === 'index') return e.index
  return e.kind === 'const' && e.type === 'i32' && Number.isInteger(e.value) ? ix.num(e.value) : undefined
}

export function fromIndex(index: ix.IndexExpr): Expr {
  const known = ix.isConst(index)
  return known === undefined ? { kind: 'index', index, type: 'i32' } : constant(known, 'i32')
}

/** i32 to f32; constants at once. */
export function toFloat(e: Expr): Expr {
  if (e.type === 'f32') return e
  return e.kind === 'const' ? constant(Math.fround(e.value)) : { kind: 'cast', to: 'f32', a: e, type: 'f32' }
}

/** Rounds through a stored type and back; to integer types by cutting toward zero and keeping to the type's range (`castTo`). */
export function throughDType(e: Expr, to: DType): Expr {
  if (to === 'bool') return e.type === 'bool' ? e : { kind: 'binary', op: 'ne', a: e, b: constant(0, e.type), type: 'bool' }
  const number: Expr = e.type === 'bool' ? { kind: 'cast', to: 'i32', a: e, type: 'i32' } : e
  if (isFloat(to)) {
    const value = toFloat(number)
    return to === 'f32' ? value : { kind: 'cast', to, a: value, type: 'f32' }
  }
  return to === 'i32' && number.type === 'i32' ? number : { kind: 'cast', to, a: number, type: 'i32' }
}

/** A binary operator on two values of one type; index arithmetic stays index arithmetic. Undefined where that grows out of bounds. */
export function arithmetic(op: BinaryOp, a: Expr, b: Expr): Expr | undefined {
  const x = pureIndex(a)
  const y = pureIndex(b)
  if (x !== undefined && y !== undefined) {
    const index = indexArithmetic(op, x, y)
    if (index !== undefined) return tractable(index) ? fromIndex(index) : undefined
  }
  const bool = op === 'eq' || op === 'ne' || op === 'lt' || op === 'le' || op === 'and' || op === 'or'
  return { kind: 'binary', op, a, b, type: bool ? 'bool' : a.type }
}

/** Divisors are numbers or sizes there; what divides by an index is computed as a value. */
export function indexArithmetic(op: BinaryOp, x: ix.IndexExpr, y: ix.IndexExpr): ix.IndexExpr | undefined {
  switch (op) {
    case 'add': return ix.add(x, y)
    case 'sub': return ix.sub(x, y)
    case 'mul': return ix.mul(x, y)
    case 'min': return ix.min(x, y)
    case 'max': return ix.max(x, y)
    case 'floordiv': return divisible(y) ? ix.floorDiv(x, y) : undefined
    case 'mod': return divisible(y) ? ix.mod(x, y) : undefined
    case 'div': case 'pow': case 'eq': case 'ne': case 'lt': case 'le': case 'and': case 'or': case 'bitand': case 'shr': case 'shl': case 'cutdiv': return undefined
  }
}
const divisible = (y: ix.IndexExpr): boolean => ix.isConst(y) !== 0 && ix.variablesOf(y).size === 0 && ix.valuesOf(y).size === 0

export const unary = (op: UnaryOp, a: Expr, type: ValueType = a.type): Expr => {
  const index = op === 'neg' ? pureIndex(a) : undefined
  if (index !== undefined) return fromIndex(ix.neg(index))
  if (op === 'neg' && a.kind === 'const') return constant(-a.value, a.type)
  return { kind: 'unary', op, a, type }
}

/** Whether a value of this type may be stored as `dtype` without a conversion in the text. */
export function storable(type: ValueType, dtype: DType): boolean {
  switch (type) {
    case 'f32': return isFloat(dtype)
    case 'i32': return isFloat(dtype) || dtype === 'i32' || dtype === 'u32'
    case 'bool': return dtype === 'bool'
  }
}

/** The value as the type that reading `dtype` gives; only for what is `storable`. */
export const asValueOf = (e: Expr, dtype: DType): Expr => (valueTypeOf(dtype) === 'f32' ? toFloat(e) : e)

import type { AxisOp, BinaryOp } from './ast.ts'

/**
 * How tightly operators hold, from loose to tight. A prefix operator takes everything on its right that holds tighter
 * than itself: `not a == b` is `not (a == b)`, `-a * b` is `(-a) * b`, `sum(k) a * b + c` is `(sum(k) a * b) + c`.
 */
export const LEVEL = { conditional: 0, or: 1, and: 2, not: 3, compare: 4, add: 5, multiply: 6, unary: 7 } as const

export function levelOf(op: BinaryOp): number {
  switch (op) {
    case 'or':
      return LEVEL.or
    case 'and':
      return LEVEL.and
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return LEVEL.compare
    case '+':
    case '-':
      return LEVEL.add
    case '*':
    case '/':
    case '%':
      return LEVEL.multiply
  }
}

/** A body ends at `+`, `-` or a comparison; but `any` and `all` speak of conditions, so theirs ends at `and` or `or`. */
export function bodyLevel(op: AxisOp): number {
  return op === 'any' || op === 'all' ? LEVEL.not : LEVEL.add
}

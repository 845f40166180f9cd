import { type DType, integerRange } from '../ir/dtype.ts'
import { isConst } from '../ir/index-expr.ts'
import type { Expr, Tensor } from '../ir/tst.ts'

interface Interval { readonly min: number; readonly max: number }

/** Numbers between which a whole value surely lies; undefined where nothing better than 32 bits is known. */
export function intervalOf(e: Expr, tensorOf: (name: string) => Tensor | undefined): Interval | undefined {
  const of = (x: Expr): Interval | undefined => intervalOf(x, tensorOf)
  switch (e.kind) {
    case 'const': return { min: e.value, max: e.value }
    case 'index': { const n = isConst(e.index); return n === undefined ? undefined : { min: n, max: n } }
    case 'read': {
      const dtype = tensorOf(e.tensor)?.dtype
      const own = dtype && dtype !== 'i32' && dtype !== 'u32' ? integerRange(dtype) : undefined
      return e.fill === undefined ? own : join(own, of(e.fill))
    }
    case 'cast': return e.to === 'i32' || e.to === 'u32' ? undefined : integerRange(e.to)
    case 'select': return join(of(e.then), of(e.else))
    case 'reduce': return (e.op === 'max' || e.op === 'min') && e.where === undefined ? of(e.body) : undefined
    case 'unary': { const a = e.op === 'neg' ? of(e.a) : undefined; return a && { min: -a.max, max: -a.min } }
    case 'binary': {
      const a = of(e.a)
      const b = of(e.b)
      switch (e.op) {
        case 'add': return a && b && { min: a.min + b.min, max: a.max + b.max }
        case 'sub': return a && b && { min: a.min - b.max, max: a.max - b.min }
        case 'min': return meet(a, b, Math.min)
        case 'max': return meet(a, b, Math.max)
        default: return undefined
      }
    }
    case 'topk': { const n = isConst(e.axis.extent); return n === undefined ? undefined : { min: -1, max: n - 1 } }
    case 'softmax': case 'scan': return undefined
  }
}

const word: Interval = { min: -(2 ** 31), max: 2 ** 31 - 1 }
const join = (a: Interval | undefined, b: Interval | undefined): Interval | undefined => a && b && { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) }

function meet(a: Interval | undefined, b: Interval | undefined, pick: (x: number, y: number) => number): Interval | undefined {
  if (a === undefined && b === undefined) return undefined
  const x = a ?? word
  const y = b ?? word
  return { min: pick(x.min, y.min), max: pick(x.max, y.max) }
}

/** Whether every value of the tree is a number that `dtype` holds exactly. */
export function fitsIn(e: Expr, dtype: DType, tensorOf: (name: string) => Tensor | undefined): boolean {
  const range = integerRange(dtype)
  const own = range && intervalOf(e, tensorOf)
  return range !== undefined && own !== undefined && own.min >= range.min && own.max <= range.max
}

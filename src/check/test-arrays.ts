import type * as ast from '../../grammar/ast.ts'

/** The extents of an array in brackets; undefined where its rows are not equally long. */
export function arrayShape(e: ast.ArrayLiteral): readonly number[] | undefined {
  const inner = e.elements.map((x) => (x.kind === 'array' ? arrayShape(x) : []))
  const [first] = inner
  if (first === undefined) return [e.elements.length]
  return inner.every((s) => s !== undefined && s.join() === first.join()) ? [e.elements.length, ...first] : undefined
}

/** The element at the indices, as a choice among all of them. */
export function elementOf(e: ast.Expr, indices: readonly ast.NameRef[]): ast.Expr {
  const [index, ...rest] = indices
  if (e.kind !== 'array' || index === undefined) return e
  const { span } = e
  const choose = (from: number, to: number): ast.Expr => {
    const only = e.elements[from]
    if (to - from <= 1) return only === undefined ? { kind: 'int', value: 0, span } : elementOf(only, rest)
    const middle = (from + to) >> 1
    const condition: ast.Expr = { kind: 'binary', op: '<', left: index, right: { kind: 'int', value: middle, span }, span }
    return { kind: 'conditional', condition, yes: choose(from, middle), no: choose(middle, to), span }
  }
  return choose(0, e.elements.length)
}

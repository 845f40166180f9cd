import type * as ast from '../../grammar/ast.ts'
import { proveEqual } from '../ir/index-facts.ts'
import * as ix from '../ir/index-expr.ts'
import type { Expr } from '../ir/tst.ts'
import { binary, select } from '../ir/tst-walk.ts'
import { elaborate } from './elaborate.ts'
import type { Binding, Env } from './env.ts'
import { printExtent } from './extents.ts'
import { articled, fromIndex, toFloat } from './values.ts'

/**
 * `concat(k) { A; B }` at the position k around it: the piece that k falls into, at its place within the piece. A pass cuts loops over k where one piece ends and
 * the next begins, so that no loop asks.
 */
export function elaborateConcat(e: ast.Concat, env: Env): Expr | undefined {
  const { name, span } = e.axis
  const around = env.names.get(name)
  if (around?.kind !== 'index') {
    env.report('TDSL0115', { name, op: 'concat' }, span)
    return undefined
  }
  const position = ix.variable(around.variable.id)
  let start: ix.IndexExpr = ix.num(0)
  const pieces: { readonly value: Expr; readonly end: ix.IndexExpr; readonly at: ast.Expr }[] = []
  let complete = true
  for (const piece of e.pieces) {
    const own = env.binders.get(piece)
    const range = own?.range
    const within = ix.sub(position, start)
    const binding: Binding = { kind: 'value', value: () => fromIndex(within) }
    const end = range && ix.add(start, range)
    if (range !== undefined) env.kernel.requireExtent(range, piece.span)
    const inside = end === undefined ? [] : [within, ix.sub(ix.sub(end, ix.num(1)), position)]
    const value = elaborate(piece, env.withNames([[name, binding]]).assuming(inside))
    if (value === undefined || end === undefined) complete = false
    else {
      pieces.push({ value, end, at: piece })
      start = end
    }
  }
  if (!complete || around.variable.range === undefined) return undefined
  if (!proveEqual(start, around.variable.range, env.kernel.sizeFacts)) {
    const { source } = around.variable
    env.report('TDSL0217', { index: name, joined: printExtent(start), range: printExtent(around.variable.range) }, e.span, { notes: source === undefined ? [] : [{ message: source.text, span: source.span }] })
    return undefined
  }
  const mixed = pieces.find((p) => (p.value.type === 'bool') !== (pieces[0]?.value.type === 'bool'))
  if (mixed !== undefined) {
    env.report('TDSL0255', { op: 'concat', got: `${articled(mixed.value.type)} beside ${articled(pieces[0]?.value.type ?? 'f32')}` }, mixed.at.span)
    return undefined
  }
  const isFloat = pieces.some((p) => p.value.type === 'f32')
  const values = pieces.map((p) => (isFloat ? toFloat(p.value) : p.value))
  return values.reduceRight((rest, value, n) => {
    const end = pieces[n]?.end ?? start
    return select(binary('lt', fromIndex(position), fromIndex(end), 'bool'), value, rest)
  })
}

/** Pieces that are tensors stand at the statement's own indices: `let X[m, k] = concat(k) { A; B }` means `{ A[m, k]; B[m, k] }`. */
export function withPositions(e: ast.Expr, indices: readonly ast.Ident[], env: Env): ast.Expr {
  if (e.kind !== 'concat') return e
  const pieces = e.pieces.map((piece): ast.Expr => {
    const found = piece.kind === 'name' ? env.names.get(piece.name) : undefined
    if (piece.kind !== 'name' || found?.kind !== 'tensor' || found.view.rank === 0 || indices.length === 0) return piece
    return { kind: 'index', base: piece, positions: indices.map(({ name }): ast.Expr => ({ kind: 'name', name, span: piece.span })), span: piece.span }
  })
  return { ...e, pieces }
}

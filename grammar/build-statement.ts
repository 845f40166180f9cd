import type { CstNode } from 'chevrotain'
import { CompilerBug } from '../src/diagnostics/bug.ts'
import { cover } from '../src/diagnostics/span.ts'
import type * as ast from './ast.ts'
import { binder, type Context, expression, ident, operand, sizeArgs, spanOf, spanOfToken } from './build-expr.ts'
import { choice, maybeNode, maybeToken, node, nodes, token } from './cst.ts'

/** The rule `block` without its braces. */
export function statements(ctx: Context, block: CstNode): ast.Statement[] {
  return nodes(block, 'statement').map((s) => statement(ctx, s))
}

export function statement(ctx: Context, of: CstNode): ast.Statement {
  const one = choice(of)
  switch (one.name) {
    case 'let':
      return letStatement(ctx, one)
    case 'for':
      return forStatement(ctx, one)
    case 'expect':
      return expectStatement(ctx, one)
    case 'assignment':
      return assignmentOrCall(ctx, one)
    default:
      throw new CompilerBug(`the rule ${one.name} is no statement`)
  }
}

function letStatement(ctx: Context, of: CstNode): ast.Let {
  return {
    kind: 'let',
    targets: nodes(of, 'letTarget').map((target) => letTarget(ctx, target)),
    value: expression(ctx, node(of, 'expression')),
    span: spanOf(ctx, of),
  }
}

function letTarget(ctx: Context, of: CstNode): ast.LetTarget {
  const type = maybeNode(of, 'elem')
  const place = maybeToken(of, 'place')
  return {
    kind: 'let-target',
    name: ident(ctx, token(of, 'Identifier')),
    indices: nodes(of, 'binder').map((b) => binder(ctx, b)),
    ...(type && { elem: elem(ctx, type) }),
    ...(place && { place: ident(ctx, place) }),
    span: spanOf(ctx, of),
  }
}

export function elem(ctx: Context, of: CstNode): ast.Elem {
  const range = maybeNode(of, 'size')
  return { kind: 'elem', name: ident(ctx, token(of, 'Identifier')), ...(range && { range: expression(ctx, range) }), span: spanOf(ctx, of) }
}

function forStatement(ctx: Context, of: CstNode): ast.For {
  const [from, to] = nodes(of, 'size')
  if (from === undefined || to === undefined) throw new CompilerBug('a loop was parsed without its range')
  return {
    kind: 'for',
    index: ident(ctx, token(of, 'Identifier')),
    from: expression(ctx, from),
    to: expression(ctx, to),
    body: statements(ctx, node(of, 'block')),
    span: spanOf(ctx, of),
  }
}

function expectStatement(ctx: Context, of: CstNode): ast.Expect {
  const within = maybeNode(of, 'operand')
  return {
    kind: 'expect',
    condition: expression(ctx, node(of, 'expression')),
    ...(within && { within: operand(ctx, within) }),
    span: spanOf(ctx, of),
  }
}

function assignmentOrCall(ctx: Context, of: CstNode): ast.Assign | ast.CallStatement {
  const args = maybeNode(of, 'args')
  if (args === undefined) return assign(ctx, of)
  const field = maybeToken(of, 'field')
  if (field !== undefined) ctx.reporter.report('TDSL0014', { function: undefined }, spanOfToken(ctx, field))
  const callee = ident(ctx, token(of, 'Identifier'))
  const sizes = maybeNode(of, 'positions')
  const place = spanOf(ctx, of)
  const call: ast.Call = {
    kind: 'call',
    callee,
    sizes: sizes === undefined ? [] : sizeArgs(ctx, sizes),
    args: sizeArgs(ctx, args).map(({ name, value }) => {
      if (name !== undefined) ctx.reporter.report('TDSL0015', { name: name.name }, name.span)
      return value
    }),
    span: place,
  }
  return { kind: 'call-statement', call, span: place }
}

/** The rule `assignment` where a call is out of place, as in an intrinsic's meaning. */
export function onlyAssign(ctx: Context, of: CstNode): ast.Assign | undefined {
  if (maybeNode(of, 'args') === undefined) return assign(ctx, of)
  ctx.reporter.report('TDSL0019', {}, spanOf(ctx, of))
  return undefined
}

function assign(ctx: Context, of: CstNode): ast.Assign {
  const field = maybeToken(of, 'field')
  const positions = maybeNode(of, 'positions')
  const name = ident(ctx, token(of, 'Identifier'))
  const last = positions === undefined ? (field && spanOfToken(ctx, field)) : spanOf(ctx, positions)
  return {
    kind: 'assign',
    target: {
      kind: 'target',
      name,
      ...(field && { field: ident(ctx, field) }),
      positions: positions === undefined ? [] : nodes(positions, 'arg').map((arg) => leftPosition(ctx, arg)),
      span: last === undefined ? name.span : cover(name.span, last),
    },
    op: assignOp(node(of, 'assignOp')),
    value: expression(ctx, node(of, 'expression')),
    span: spanOf(ctx, of),
  }
}

function leftPosition(ctx: Context, arg: CstNode): ast.LeftPosition {
  const named = maybeToken(arg, 'Identifier')
  if (named !== undefined) ctx.reporter.report('TDSL0015', { name: named.image }, spanOfToken(ctx, named))
  const extent = maybeNode(arg, 'size')
  const index = expression(ctx, node(arg, 'expression'))
  if (extent !== undefined && index.kind !== 'name') ctx.reporter.report('TDSL0020', {}, index.span)
  return { kind: 'left-position', index, ...(extent && { extent: expression(ctx, extent) }), span: spanOf(ctx, arg) }
}

function assignOp(of: CstNode): ast.AssignOp {
  const update = maybeToken(of, 'UpdateWord')
  if (update !== undefined) return update.image === 'max' ? 'max=' : 'min='
  return maybeToken(of, 'PlusEqual') === undefined ? '=' : '+='
}

import type { CstNode, IToken } from 'chevrotain'
import { CompilerBug } from '../src/diagnostics/bug.ts'
import type * as ast from './ast.ts'
import { type Context, ident, isCompareOp, spanOf, spanOfToken } from './build-expr.ts'
import { names, size, spaceEntry, targetRef } from './build-schedule.ts'
import { onlyAssign } from './build-statement.ts'
import { maybeNode, maybeToken, node, nodes, token, tokens } from './cst.ts'

export function intrinsic(ctx: Context, of: CstNode): ast.Intrinsic {
  const [emit, ...more] = nodes(of, 'emit')
  for (const again of more) ctx.reporter.report('TDSL0021', { clause: 'emit' }, spanOf(ctx, again))
  return {
    kind: 'intrinsic',
    name: ident(ctx, token(of, 'Identifier')),
    target: targetRef(ctx, node(of, 'targetRef')),
    meaning: meaning(ctx, of),
    operands: nodes(of, 'operandLayout').map((o) => operandLayout(ctx, o)),
    ...(emit && { emit: stringLiteral(ctx, token(emit, 'StringLiteral')) }),
    span: spanOf(ctx, of),
  }
}

function meaning(ctx: Context, of: CstNode): ast.Assign[] {
  return nodes(of, 'assignment').flatMap((a) => onlyAssign(ctx, a) ?? [])
}

function operandLayout(ctx: Context, of: CstNode): ast.Operand {
  return {
    kind: 'operand',
    name: ident(ctx, token(of, 'name')),
    dtype: ident(ctx, token(of, 'dtype')),
    memory: ident(ctx, token(of, 'memory')),
    layout: nodes(of, 'layoutDim').map((l) => ({
      kind: 'layout-dim',
      index: ident(ctx, token(l, 'Identifier')),
      bits: tokens(l, 'bit').map((b) => ident(ctx, b)),
      span: spanOf(ctx, l),
    })),
    span: spanOf(ctx, of),
  }
}

export function accelerator(ctx: Context, of: CstNode): ast.Accelerator {
  const [space, ...more] = nodes(of, 'space')
  for (const again of more) ctx.reporter.report('TDSL0021', { clause: 'space' }, spanOf(ctx, again))
  return {
    kind: 'accelerator',
    name: ident(ctx, token(of, 'Identifier')),
    meaning: meaning(ctx, of),
    space: space === undefined ? [] : nodes(space, 'spaceEntry').map((e) => spaceEntry(ctx, e)),
    span: spanOf(ctx, of),
  }
}

export function codesign(ctx: Context, of: CstNode): ast.Codesign {
  return {
    kind: 'codesign',
    workload: ident(ctx, token(of, 'Identifier')),
    accelerators: names(ctx, of),
    minimize: maybeNode(of, 'goals') === undefined ? [] : names(ctx, of, 'goals'),
    constraints: nodes(of, 'constraint').map((c) => constraint(ctx, c)),
    span: spanOf(ctx, of),
  }
}

function constraint(ctx: Context, of: CstNode): ast.Constraint {
  const op = token(of, 'CompareOp').image
  if (!isCompareOp(op)) throw new CompilerBug(`${op} is no comparison`)
  const unit = maybeToken(of, 'unit')
  return { kind: 'constraint', metric: ident(ctx, token(of, 'metric')), op, bound: size(ctx, of), ...(unit && { unit: ident(ctx, unit) }), span: spanOf(ctx, of) }
}

export function stringLiteral(ctx: Context, of: IToken): ast.StringLiteral {
  const value = of.image.slice(1, -1).replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c === 't' ? '\t' : c))
  return { kind: 'string', value, span: spanOfToken(ctx, of) }
}

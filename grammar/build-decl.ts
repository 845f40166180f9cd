import type { CstNode } from 'chevrotain'
import { CompilerBug } from '../src/diagnostics/bug.ts'
import type * as ast from './ast.ts'
import { type Context, expression, ident, idents, sizeArgs, spanOf } from './build-expr.ts'
import { accelerator, codesign, intrinsic, stringLiteral } from './build-hardware.ts'
import { schedule } from './build-schedule.ts'
import { elem, statements } from './build-statement.ts'
import { maybeNode, maybeToken, node, nodes, token, tokens } from './cst.ts'

/** Builds the rule of one declaration. */
export function declaration(ctx: Context, of: CstNode): ast.Declaration {
  switch (of.name) {
    case 'kernel':
      return { kind: 'kernel', ...signature(ctx, node(of, 'signature')), pins: pins(ctx, of), body: body(ctx, of), span: spanOf(ctx, of) }
    case 'program':
      return { kind: 'program', ...signature(ctx, node(of, 'signature')), pins: pins(ctx, of), body: body(ctx, of), span: spanOf(ctx, of) }
    case 'extern':
      return { kind: 'extern', ...signature(ctx, node(of, 'signature')), span: spanOf(ctx, of) }
    case 'fn':
      return fn(ctx, of)
    case 'format':
      return format(ctx, of)
    case 'state':
      return { kind: 'state', name: name(ctx, of), fields: nodes(of, 'param').map((p) => param(ctx, p)), span: spanOf(ctx, of) }
    case 'test':
      return { kind: 'test', subject: name(ctx, of), sizes: sizeArgs(ctx, node(of, 'args')), body: body(ctx, of), span: spanOf(ctx, of) }
    case 'import':
      return importDeclaration(ctx, of)
    case 'schedule':
      return schedule(ctx, of)
    case 'intrinsic':
      return intrinsic(ctx, of)
    case 'accelerator':
      return accelerator(ctx, of)
    case 'codesign':
      return codesign(ctx, of)
    default:
      throw new CompilerBug(`the rule ${of.name} is no declaration`)
  }
}

function name(ctx: Context, of: CstNode): ast.Ident {
  return ident(ctx, token(of, 'Identifier'))
}

function body(ctx: Context, of: CstNode): ast.Statement[] {
  return statements(ctx, node(of, 'block'))
}

function signature(ctx: Context, of: CstNode): Pick<ast.Kernel, 'name' | 'sizeParams' | 'params' | 'results'> {
  return {
    name: name(ctx, of),
    sizeParams: sizeParams(ctx, of),
    params: params(ctx, of),
    results: nodes(of, 'result').map((p) => param(ctx, p)),
  }
}

function sizeParams(ctx: Context, of: CstNode): ast.Ident[] {
  const list = maybeNode(of, 'sizeParams')
  return list === undefined ? [] : idents(ctx, list)
}

function params(ctx: Context, of: CstNode): ast.Param[] {
  return nodes(node(of, 'params'), 'param').map((p) => param(ctx, p))
}

function param(ctx: Context, of: CstNode): ast.Param {
  return { kind: 'param', name: name(ctx, of), inout: maybeToken(of, 'Inout') !== undefined, type: type(ctx, node(of, 'type')), span: spanOf(ctx, of) }
}

function type(ctx: Context, of: CstNode): ast.Type {
  const place = maybeToken(of, 'Identifier')
  return {
    kind: 'type',
    elem: elem(ctx, node(of, 'elem')),
    dims: nodes(of, 'dim').map((d) => dim(ctx, d)),
    ...(place && { place: ident(ctx, place) }),
    span: spanOf(ctx, of),
  }
}

function dim(ctx: Context, of: CstNode): ast.Dim {
  const group = maybeNode(of, 'group')
  return { kind: 'dim', extent: expression(ctx, node(of, 'size')), ...(group && { group: expression(ctx, group) }), span: spanOf(ctx, of) }
}

function pins(ctx: Context, of: CstNode): ast.Pin[] {
  const list = maybeNode(of, 'pins')
  if (list === undefined) return []
  return nodes(list, 'pin').map((p) => ({
    kind: 'pin',
    size: name(ctx, p),
    values: nodes(p, 'size').map((v) => expression(ctx, v)),
    span: spanOf(ctx, p),
  }))
}

function fn(ctx: Context, of: CstNode): ast.Fn {
  const result = node(of, 'fnResult')
  const resultName = maybeToken(result, 'Identifier')
  const value = maybeNode(of, 'expression')
  return {
    kind: 'fn',
    name: name(ctx, of),
    sizeParams: sizeParams(ctx, of),
    params: params(ctx, of),
    result: {
      kind: 'fn-result',
      ...(resultName && { name: ident(ctx, resultName) }),
      type: type(ctx, node(result, 'type')),
      span: spanOf(ctx, result),
    },
    body: value === undefined ? block(ctx, node(of, 'block')) : expression(ctx, value),
    span: spanOf(ctx, of),
  }
}

function block(ctx: Context, of: CstNode): ast.Block {
  return { kind: 'block', statements: statements(ctx, of), span: spanOf(ctx, of) }
}

function format(ctx: Context, of: CstNode): ast.Format {
  return {
    kind: 'format',
    name: ident(ctx, token(of, 'name')),
    storage: ident(ctx, token(of, 'storage')),
    options: maybeToken(of, 'LeftBrace') === undefined ? undefined : nodes(of, 'formatOption').map((option) => {
      const value = maybeNode(option, 'size')
      return { kind: 'format-option', name: name(ctx, option), ...(value && { value: expression(ctx, value) }), span: spanOf(ctx, option) }
    }),
    span: spanOf(ctx, of),
  }
}

function importDeclaration(ctx: Context, of: CstNode): ast.Import {
  return {
    kind: 'import',
    names: nodes(of, 'importName').map((one) => {
      const alias = tokens(one, 'Identifier')[1]
      return { kind: 'import-name', name: name(ctx, one), ...(alias && { alias: ident(ctx, alias) }), span: spanOf(ctx, one) }
    }),
    from: stringLiteral(ctx, token(of, 'StringLiteral')),
    span: spanOf(ctx, of),
  }
}

import type { CstNode } from 'chevrotain'
import { CompilerBug } from '../src/diagnostics/bug.ts'
import type * as ast from './ast.ts'
import { type Context, expression, ident, idents, sizeArgs, spanOf } from './build-expr.ts'
import { choice, maybeNode, maybeToken, node, nodes, token, tokens } from './cst.ts'

export function schedule(ctx: Context, of: CstNode): ast.Schedule {
  return {
    kind: 'schedule',
    kernel: ident(ctx, token(of, 'Identifier')),
    target: targetRef(ctx, node(of, 'targetRef')),
    verbs: nodes(of, 'verb').map((v) => verb(ctx, v)),
    span: spanOf(ctx, of),
  }
}

export function targetRef(ctx: Context, of: CstNode): ast.TargetRef {
  const variant = maybeToken(of, 'variant')
  return { kind: 'target-ref', name: ident(ctx, token(of, 'Identifier')), ...(variant && { variant: ident(ctx, variant) }), span: spanOf(ctx, of) }
}

export function verb(ctx: Context, of: CstNode): ast.Verb {
  const one = choice(of)
  const span = spanOf(ctx, one)
  const named = (label: string): ast.Ident => ident(ctx, token(one, label))
  switch (one.name) {
    case 'tile':
      return { kind: 'tile', axes: nodes(one, 'tileAxis').map((a) => tileAxis(ctx, a)), span }
    case 'reorder':
      return { kind: 'reorder', loops: loops(ctx, one), span }
    case 'stage': {
      const via = maybeToken(one, 'via')
      return {
        kind: 'stage', tensors: names(ctx, one), memory: named('memory'), ...(via && { via: ident(ctx, via) }), ...optionalSize(ctx, one, 'pipeline'), span,
      }
    }
    case 'pipeline':
      return { kind: 'pipeline', tensors: names(ctx, one), depth: size(ctx, one), span }
    case 'tensorize':
      return { kind: 'tensorize', intrinsic: named('Identifier'), loops: loops(ctx, one), span }
    case 'specialize':
      return {
        kind: 'specialize',
        roles: nodes(one, 'role').map((r) => ({ kind: 'role', name: ident(ctx, token(r, 'Identifier')), count: size(ctx, r), span: spanOf(ctx, r) })),
        span,
      }
    case 'split':
      return { kind: 'split', loop: loopRef(ctx, node(one, 'loopRef')), by: size(ctx, one), span }
    case 'compute':
      return { kind: 'compute', statement: named('statement'), level: named('level'), consumer: named('consumer'), span }
    case 'inline':
      return { kind: 'inline', statements: names(ctx, one), span }
    case 'launch':
      return { kind: 'launch', statements: names(ctx, one), span }
    case 'persistent':
      return { kind: 'persistent', ...optionalSize(ctx, one, 'groups'), span }
    case 'order':
      return { kind: 'order', what: named('what'), pattern: named('pattern'), ...optionalSize(ctx, one, 'of'), span }
    case 'pad':
      return { kind: 'pad', tensors: names(ctx, one), by: size(ctx, one), span }
    case 'tune':
      return { kind: 'tune', parameters: nodes(one, 'spaceEntry').map((e) => spaceEntry(ctx, e)), span }
    case 'requires': {
      const args = maybeNode(one, 'args')
      return { kind: 'requires', what: named('Identifier'), args: args === undefined ? [] : sizeArgs(ctx, args).map((a) => a.value), span }
    }
    default:
      throw new CompilerBug(`the rule ${one.name} is no verb`)
  }
}

function tileAxis(ctx: Context, of: CstNode): ast.TileAxis {
  return {
    kind: 'tile-axis',
    loop: loopRef(ctx, node(of, 'loopRef')),
    factors: nodes(of, 'tileFactor').map((f) => {
      const level = maybeToken(f, 'Identifier')
      return { kind: 'tile-factor', ...(level && { level: ident(ctx, level) }), size: size(ctx, f), span: spanOf(ctx, f) }
    }),
    span: spanOf(ctx, of),
  }
}

function loops(ctx: Context, of: CstNode): ast.LoopRef[] {
  const list = maybeNode(of, 'loops')
  return list === undefined ? [] : nodes(list, 'loopRef').map((l) => loopRef(ctx, l))
}

function loopRef(ctx: Context, of: CstNode): ast.LoopRef {
  const [first, second] = tokens(of, 'Identifier')
  if (first === undefined) throw new CompilerBug('a loop was parsed without a name')
  const span = spanOf(ctx, of)
  if (second === undefined) return { kind: 'loop-ref', index: ident(ctx, first), span }
  return { kind: 'loop-ref', statement: ident(ctx, first), index: ident(ctx, second), span }
}

export function names(ctx: Context, of: CstNode, label = 'names'): ast.Ident[] {
  const list = maybeNode(of, label)
  return list === undefined ? [] : idents(ctx, list)
}

export function size(ctx: Context, of: CstNode): ast.Expr {
  return expression(ctx, node(of, 'size'))
}

function optionalSize<K extends string>(ctx: Context, of: CstNode, key: K): { readonly [P in K]?: ast.Expr } {
  const found = maybeNode(of, 'size')
  const result: { [P in K]?: ast.Expr } = {}
  if (found !== undefined) result[key] = expression(ctx, found)
  return result
}

/** Shared by `tune` and by an accelerator's space. */
export function spaceEntry(ctx: Context, of: CstNode): ast.SpaceEntry {
  const unit = maybeToken(of, 'unit')
  return {
    kind: 'space-entry',
    name: ident(ctx, token(of, 'Identifier')),
    domain: domain(ctx, node(of, 'domain')),
    ...(unit && { unit: ident(ctx, unit) }),
    span: spanOf(ctx, of),
  }
}

function domain(ctx: Context, of: CstNode): ast.Domain {
  const span = spanOf(ctx, of)
  const values = nodes(of, 'size').map((v) => expression(ctx, v))
  const [first, second] = values
  if (first === undefined) throw new CompilerBug('a domain was parsed without a value')
  if (maybeToken(of, 'Equal') !== undefined) return { kind: 'domain-value', value: first, span }
  if (maybeToken(of, 'DotDot') !== undefined && second !== undefined) return { kind: 'domain-range', from: first, to: second, span }
  return { kind: 'domain-set', values, span }
}

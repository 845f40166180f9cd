import type { CstNode, IToken } from 'chevrotain'
import { CompilerBug } from '../src/diagnostics/bug.ts'
import type { Reporter } from '../src/diagnostics/report.ts'
import { cover, type Span, span } from '../src/diagnostics/span.ts'
import * as ast from './ast.ts'
import { bodyLevel, LEVEL, levelOf } from './precedence.ts'
import { choice, maybeNode, maybeToken, node, nodes, token, tokens } from './cst.ts'

/** Where the tree's spans lie and where its mistakes go. */
export interface Context {
  readonly file: string
  readonly reporter: Reporter
}

export function spanOfToken(ctx: Context, { startOffset, endOffset }: IToken): Span {
  return span(ctx.file, startOffset, (endOffset ?? startOffset) + 1)
}

export function spanOf(ctx: Context, of: CstNode): Span {
  const start = of.location?.startOffset ?? 0
  return span(ctx.file, start, (of.location?.endOffset ?? start - 1) + 1)
}

export function ident(ctx: Context, of: IToken): ast.Ident {
  return { kind: 'ident', name: of.image, span: spanOfToken(ctx, of) }
}

export function idents(ctx: Context, of: CstNode): ast.Ident[] {
  return tokens(of, 'Identifier').map((name) => ident(ctx, name))
}

const BINARY: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '==', '!=', '<', '<=', '>', '>=', 'and', 'or'] satisfies ast.BinaryOp[])
const AXIS: ReadonlySet<string> = new Set(ast.AXIS_OPS)

export function isBinaryOp(text: string): text is ast.BinaryOp {
  return BINARY.has(text)
}

function isAxisOp(text: string): text is ast.AxisOp {
  return AXIS.has(text)
}

export function isCompareOp(op: string): op is ast.CompareOp {
  return isBinaryOp(op) && levelOf(op) === LEVEL.compare
}

/** Builds the rules `expression` and `size`, which are flat lists of operands and operators. */
export function expression(ctx: Context, of: CstNode): ast.Expr {
  const operands = nodes(of, 'operand')
  const only = operands[0]
  if (operands.length === 1 && only !== undefined && only.children['prefix'] === undefined) return plainOperand(ctx, only)
  const climber = new Climber(ctx, operands, tokens(of, of.name === 'size' ? 'ArithmeticOp' : 'BinaryOp'))
  return climber.run()
}

interface Pending {
  readonly level: number
  readonly finish: (operand: ast.Expr) => ast.Expr
}

/**
 * Shunting-yard: operators wait on a stack until a looser one comes, so neither a long chain of operators nor of
 * prefixes needs a stack of calls.
 */
class Climber {
  readonly #ctx: Context
  readonly #operands: readonly CstNode[]
  readonly #ops: readonly IToken[]
  readonly #waiting: Pending[] = []

  constructor(ctx: Context, operands: readonly CstNode[], ops: readonly IToken[]) {
    this.#ctx = ctx
    this.#operands = operands
    this.#ops = ops
  }

  run(): ast.Expr {
    let result: ast.Expr | undefined
    this.#operands.forEach((operand, i) => {
      for (const prefix of nodes(operand, 'prefix')) this.#waiting.push(this.#prefix(prefix))
      result = plainOperand(this.#ctx, operand)
      const op = this.#ops[i]
      if (op !== undefined) this.#binary(op, result)
    })
    if (result === undefined) throw new CompilerBug('an expression was parsed without an operand')
    return this.#reduce(result, -1)
  }

  #binary(op: IToken, operand: ast.Expr): void {
    const text = op.image
    if (!isBinaryOp(text)) throw new CompilerBug(`${text} is no operator`)
    const level = levelOf(text)
    const left = this.#reduce(operand, level)
    const chained = level === LEVEL.compare && left !== operand && left.kind === 'binary' && isCompareOp(left.op)
    if (chained) this.#ctx.reporter.report('TDSL0011', { first: left.op, second: text }, spanOfToken(this.#ctx, op))
    this.#waiting.push({
      level,
      finish: (right) => ({ kind: 'binary', op: text, left, right, span: cover(left.span, right.span) }),
    })
  }

  /** Finishes what holds at least as tightly as `level`. */
  #reduce(operand: ast.Expr, level: number): ast.Expr {
    let result = operand
    for (let top = this.#waiting.at(-1); top !== undefined && top.level >= level; top = this.#waiting.at(-1)) {
      this.#waiting.pop()
      result = top.finish(result)
    }
    return result
  }

  #prefix(of: CstNode): Pending {
    const ctx = this.#ctx
    const start = spanOf(ctx, of)
    const axisNode = maybeNode(of, 'axis')
    if (axisNode !== undefined) return axisPrefix(ctx, axisNode, start)
    const conditional = maybeNode(of, 'conditional')
    if (conditional !== undefined) {
      const condition = expression(ctx, node(conditional, 'condition'))
      const yes = expression(ctx, node(conditional, 'yes'))
      return { level: LEVEL.conditional, finish: (no) => ({ kind: 'conditional', condition, yes, no, span: cover(start, no.span) }) }
    }
    const op = maybeToken(of, 'Not') === undefined ? '-' : 'not'
    const level = op === 'not' ? LEVEL.not : LEVEL.unary
    return { level, finish: (operand) => ({ kind: 'unary', op, operand, span: cover(start, operand.span) }) }
  }
}

function axisPrefix(ctx: Context, of: CstNode, start: Span): Pending {
  const op = token(of, 'AxisWord').image
  if (!isAxisOp(op)) throw new CompilerBug(`${op} is no axis operator`)
  const accumulator = maybeToken(of, 'Identifier')
  const condition = maybeNode(of, 'expression')
  const into = maybeNode(of, 'into')
  const head = {
    kind: 'axis',
    op,
    ...(accumulator && { accumulator: ident(ctx, accumulator) }),
    binders: nodes(of, 'binder').map((b) => axisBinder(ctx, b)),
    ...(condition && { condition: expression(ctx, condition) }),
    ...(into && { into: axisBinder(ctx, into) }),
  } as const
  return { level: bodyLevel(op), finish: (body) => ({ ...head, body, span: cover(start, body.span) }) }
}

function axisBinder(ctx: Context, of: CstNode): ast.Binder {
  const result = binder(ctx, of)
  if (result.group !== undefined) ctx.reporter.report('TDSL0016', {}, result.group.span)
  return result
}

export function binder(ctx: Context, of: CstNode): ast.Binder {
  const extent = maybeNode(of, 'size')
  const group = maybeNode(of, 'group')
  return {
    kind: 'binder',
    name: ident(ctx, token(of, 'Identifier')),
    ...(extent && { extent: expression(ctx, extent) }),
    ...(group && { group: expression(ctx, group) }),
    span: spanOf(ctx, of),
  }
}

/** An operand of which the prefixes are dealt with elsewhere. */
function plainOperand(ctx: Context, of: CstNode): ast.Expr {
  const suffixes = nodes(of, 'suffix')
  let result = primary(ctx, of)
  for (let i = 0; i < suffixes.length; i++) {
    const suffix = suffixes[i]
    if (suffix === undefined) break
    const positions = maybeNode(suffix, 'positions')
    const args = maybeNode(suffixes[i + 1] ?? suffix, 'args')
    if (positions !== undefined && args !== undefined && result.kind === 'name') {
      result = call(ctx, result, args, sizeArgs(ctx, positions))
      i++
    } else {
      result = withSuffix(ctx, result, suffix)
    }
  }
  return result
}

/** The rule `operand` where it stands alone and a sign is its only prefix. */
export function operand(ctx: Context, of: CstNode): ast.Expr {
  const prefixes = nodes(of, 'prefix')
  if (prefixes.length === 0) return plainOperand(ctx, of)
  const loose = prefixes.find((p) => maybeToken(p, 'Minus') === undefined)
  if (loose !== undefined) ctx.reporter.report('TDSL0017', {}, spanOf(ctx, loose))
  return new Climber(ctx, [of], []).run()
}

function primary(ctx: Context, of: CstNode): ast.Expr {
  const children = of.children
  for (const name in children) {
    const first = children[name]?.[0]
    if (first === undefined || name === 'prefix' || name === 'suffix') continue
    return 'image' in first ? literal(ctx, name, first) : composite(ctx, first)
  }
  throw new CompilerBug('an operand was parsed without a value')
}

function literal(ctx: Context, type: string, of: IToken): ast.Expr {
  const place = spanOfToken(ctx, of)
  switch (type) {
    case 'IntLiteral': {
      const value = Number(of.image.replaceAll('_', ''))
      if (!Number.isSafeInteger(value)) ctx.reporter.report('TDSL0012', { text: of.image }, place)
      return { kind: 'int', value: Number.isSafeInteger(value) ? value : 0, span: place }
    }
    case 'FloatLiteral': {
      const value = Number(of.image.replaceAll('_', ''))
      if (!Number.isFinite(value)) ctx.reporter.report('TDSL0012', { text: of.image }, place)
      return { kind: 'float', value: Number.isFinite(value) ? value : 0, text: of.image, span: place }
    }
    case 'True':
    case 'False':
      return { kind: 'bool', value: type === 'True', span: place }
    default:
      return { kind: 'name', name: of.image, span: place }
  }
}

function composite(ctx: Context, of: CstNode): ast.Expr {
  const place = spanOf(ctx, of)
  switch (of.name) {
    case 'group':
      // The parentheses belong to the span, so that excerpts underline them and comments inside stay inside.
      return { ...expression(ctx, node(of, 'expression')), span: place }
    case 'concat':
      return { kind: 'concat', axis: ident(ctx, token(of, 'Identifier')), pieces: nodes(of, 'expression').map((e) => expression(ctx, e)), span: place }
    case 'array':
      return { kind: 'array', elements: nodes(of, 'expression').map((e) => expression(ctx, e)), span: place }
    default:
      throw new CompilerBug(`the rule ${of.name} is no operand`)
  }
}

function withSuffix(ctx: Context, base: ast.Expr, suffix: CstNode): ast.Expr {
  const place = cover(base.span, spanOf(ctx, suffix))
  const name = maybeToken(suffix, 'Identifier')
  if (name !== undefined) return { kind: 'field', base, field: ident(ctx, name), span: place }
  const of = choice(suffix)
  switch (of.name) {
    case 'positions':
      return { kind: 'index', base, positions: plainArgs(ctx, of), span: place }
    case 'args':
      return call(ctx, base, of, [])
    case 'outside':
      if (base.kind === 'index' && base.outside === undefined) return { ...base, outside: outside(ctx, of), span: place }
      ctx.reporter.report('TDSL0013', {}, spanOf(ctx, of))
      return base
    default:
      throw new CompilerBug(`the rule ${of.name} is no suffix`)
  }
}

function outside(ctx: Context, of: CstNode): ast.Outside {
  const place = spanOf(ctx, of)
  if (maybeToken(of, 'Clamp') !== undefined) return { kind: 'outside-clamp', span: place }
  if (maybeToken(of, 'Check') !== undefined) return { kind: 'outside-check', span: place }
  return { kind: 'outside-value', value: operand(ctx, node(of, 'operand')), span: place }
}

/** A call; what is called must be a plain name. */
function call(ctx: Context, callee: ast.Expr, args: CstNode, sizes: readonly ast.SizeArg[]): ast.Expr {
  const place = cover(callee.span, spanOf(ctx, args))
  if (callee.kind === 'field') {
    // `np.exp(x)`, `x[i].exp()`: what is meant is the function of that name.
    ctx.reporter.report('TDSL0014', { function: callee.field.name }, callee.span)
    const of = callee.base.kind === 'name' ? [] : [callee.base]
    return { kind: 'call', callee: callee.field, sizes, args: [...of, ...plainArgs(ctx, args)], span: place }
  }
  if (callee.kind !== 'name') {
    ctx.reporter.report('TDSL0014', { function: undefined }, callee.span)
    return callee
  }
  const name: ast.Ident = { kind: 'ident', name: callee.name, span: callee.span }
  return { kind: 'call', callee: name, sizes, args: plainArgs(ctx, args), span: place }
}

/** Arguments or positions without the names and ranges that only other places have. */
function plainArgs(ctx: Context, of: CstNode): ast.Expr[] {
  return nodes(of, 'arg').map((arg) => {
    const name = maybeToken(arg, 'Identifier')
    if (name !== undefined) ctx.reporter.report('TDSL0015', { name: name.image }, spanOfToken(ctx, name))
    noRange(ctx, arg)
    return expression(ctx, node(arg, 'expression'))
  })
}

/** `[T=64, 8]` or `(M=3)`. */
export function sizeArgs(ctx: Context, of: CstNode): ast.SizeArg[] {
  return nodes(of, 'arg').map((arg) => {
    const name = maybeToken(arg, 'Identifier')
    noRange(ctx, arg)
    return {
      kind: 'size-arg',
      ...(name && { name: ident(ctx, name) }),
      value: expression(ctx, node(arg, 'expression')),
      span: spanOf(ctx, arg),
    }
  })
}

function noRange(ctx: Context, arg: CstNode): void {
  const range = maybeNode(arg, 'size')
  if (range !== undefined) ctx.reporter.report('TDSL0018', {}, spanOf(ctx, range))
}

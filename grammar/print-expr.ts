import type { Doc } from 'prettier'
import { builders } from 'prettier/doc'
import { unreachable } from '../src/diagnostics/bug.ts'
import type * as ast from './ast.ts'
import { LEVEL, levelOf, bodyLevel } from './precedence.ts'
import { hasLeading } from './comments.ts'
import type { Printing } from './printing.ts'

const { group, indent, join, line, softline } = builders

/** `[a, b]`, `(a, b)`: on one line, or an item a line. */
export function listed(open: string, items: readonly Doc[], close: string): Doc {
  if (items.length === 0) return [open, close]
  return group([open, indent([softline, join([',', line], [...items])]), softline, close])
}

export function printExpr(node: ast.Expr, p: Printing): Doc {
  switch (node.kind) {
    case 'int':
    case 'float':
      return unparenthesised(p.source(node))
    case 'bool':
      return node.value ? 'true' : 'false'
    case 'name':
      return node.name
    case 'field':
      return [base(node, p), '.', p.child(node, 'field')]
    case 'index':
      return [base(node, p), listed('[', p.children(node, 'positions'), ']'), node.outside === undefined ? '' : p.child(node, 'outside')]
    case 'call':
      return [
        p.child(node, 'callee'),
        node.sizes.length === 0 ? '' : listed('[', p.children(node, 'sizes'), ']'),
        listed('(', p.children(node, 'args'), ')'),
      ]
    case 'unary':
      return [node.op === '-' ? '-' : 'not ', parens(p.child(node, 'operand'), needsParens(node.operand, levelOfUnary(node), 'right') || node.operand.kind === 'unary')]
    case 'binary':
      return printBinary(node, p)
    case 'conditional':
      return group([
        'if ', parens(p.child(node, 'condition'), node.condition.kind === 'conditional' || hasOutside(node.condition)),
        indent([line, 'then ', parens(p.child(node, 'yes'), node.yes.kind === 'conditional' || hasOutside(node.yes))]),
        indent([line, 'else ', parens(p.child(node, 'no'), hasOutside(node.no))]),
      ])
    case 'axis':
      return printAxis(node, p)
    case 'concat':
      return group(['concat(', p.child(node, 'axis'), ') {', indent([line, join([';', line], p.children(node, 'pieces'))]), line, '}'])
    case 'array':
      return listed('[', p.children(node, 'elements'), ']')
    default:
      return unreachable(node)
  }
}

export function printOutside(node: ast.Outside, p: Printing): Doc {
  switch (node.kind) {
    case 'outside-clamp':
      return ' else clamp'
    case 'outside-check':
      return ' else check'
    case 'outside-value':
      return [' else ', parens(p.child(node, 'value'), !isSigned(node.value))]
    default:
      return unreachable(node)
  }
}

/** What may follow `else` and `within` bare: one value, with a sign at most. */
export function isSigned(node: ast.Expr): boolean {
  const value = node.kind === 'unary' && node.op === '-' ? node.operand : node
  switch (value.kind) {
    case 'int':
    case 'float':
    case 'bool':
    case 'field':
    case 'call':
    case 'array':
      return true
    case 'name':
      return value.name !== 'clamp' && value.name !== 'check'
    case 'index':
      return value.outside === undefined && isSigned(value.base)
    default:
      return false
  }
}

/** Operands of one level stand under each other where they do not fit: `a`, `+ b`, `- c`. */
function printBinary(node: ast.Binary, p: Printing): Doc {
  const level = levelOf(node.op)
  const left = parens(p.child(node, 'left'), needsParens(node.left, level, 'left'))
  const right = parens(p.child(node, 'right'), needsParens(node.right, level, 'right'))
  if (p.inIndex && isTight(node)) return [left, node.op, right]
  const goesOn = node.left.kind === 'binary' && levelOf(node.left.op) === level
  return [goesOn ? left : group(left), line, node.op, ' ', group(right)]
}

/** `2*pad`, `idx[t]*8`: a product or quotient of simple parts. */
function isTight(node: ast.Expr): boolean {
  switch (node.kind) {
    case 'binary':
      return (node.op === '*' || node.op === '/') && isTight(node.left) && isTight(node.right) && node.right.kind !== 'binary'
    case 'index':
      return node.outside === undefined
    default:
      return node.kind === 'name' || node.kind === 'int' || node.kind === 'field'
  }
}

function printAxis(node: ast.Axis, p: Printing): Doc {
  const level = bodyLevel(node.op)
  const enclosed =
    needsParens(node.body, level, 'right') || ((node.op === 'max' || node.op === 'min') && !startsWithValue(node.body))
  return [
    node.op,
    node.accumulator === undefined ? '' : ['<', p.child(node, 'accumulator'), '>'],
    group([
      '(',
      indent([
        softline,
        join([',', line], p.children(node, 'binders')),
        node.into === undefined ? '' : [' -> ', p.child(node, 'into')],
        node.condition === undefined ? '' : [line, 'where ', group(p.child(node, 'condition'))],
      ]),
      softline,
      ')',
    ]),
    ' ',
    parens(p.child(node, 'body'), enclosed),
  ]
}

/** `max(k) v` is told from a call by a value on the same line, so its body may begin with neither a sign nor a comment. */
function startsWithValue(node: ast.Expr): boolean {
  if (hasLeading(node)) return false
  switch (node.kind) {
    case 'binary':
      return needsParens(node.left, levelOf(node.op), 'left') || startsWithValue(node.left)
    case 'field':
    case 'index':
      return startsWithValue(node.base)
    case 'unary':
      return node.op === 'not'
    case 'name':
      return node.name !== 'by' && node.name !== 'within'
    case 'call':
      return !hasLeading(node.callee) && node.callee.name !== 'by' && node.callee.name !== 'within'
    case 'array':
      return false
    default:
      return true
  }
}

function base(node: ast.Index | ast.FieldRef, p: Printing): Doc {
  const kind = node.base.kind
  const simple = kind === 'name' || kind === 'call' || kind === 'field' || (kind === 'index' && !hasOutside(node.base)) || kind === 'array'
  return parens(p.child(node, 'base'), !simple)
}

function hasOutside(node: ast.Expr): boolean {
  return node.kind === 'index' && node.outside !== undefined
}

function needsParens(node: ast.Expr, level: number, side: 'left' | 'right'): boolean {
  if (hasOutside(node)) return true
  switch (node.kind) {
    case 'binary':
      return levelOf(node.op) < level || (levelOf(node.op) === level && (side === 'right' || level === LEVEL.compare))
    case 'conditional':
      return true
    case 'axis':
      return bodyLevel(node.op) < level
    case 'unary':
      return levelOfUnary(node) < level
    default:
      return false
  }
}

function levelOfUnary(node: ast.Unary): number {
  return node.op === 'not' ? LEVEL.not : LEVEL.unary
}

function parens(doc: Doc, needed: boolean): Doc {
  return needed ? group(['(', indent([softline, doc]), softline, ')']) : doc
}

/** A literal's span may include parentheses around it. */
function unparenthesised(text: string): string {
  return /[\w.+-]+/.exec(text)?.[0] ?? text
}

import type * as ast from '../../grammar/ast.ts'
import type { Extra } from '../diagnostics/report.ts'
import type { Span } from '../diagnostics/span.ts'
import type { Code, Params } from '../diagnostics/table.ts'
import * as ix from '../ir/index-expr.ts'
import { print as printIndex, view as viewIndex } from '../ir/index-print.ts'

export type Report = <C extends Code>(code: C, params: Params<C>, span: Span, extra?: Extra) => void

/** What the names in an extent mean. `size` reports a name that is no size and gives undefined. */
export interface ExtentScope {
  size(name: string, span: Span): ix.IndexExpr | undefined
  /** A divisor that is not a number must be at least 1 whenever the kernel runs. */
  divisor(by: ix.IndexExpr, span: Span): void
  readonly report: Report
}

/** Terms and magnitude up to which index arithmetic stays quick and exact. */
export function tractable(e: ix.IndexExpr): boolean {
  return e.terms.length <= 200 && e.terms.every((t) => Math.abs(t.coefficient) <= 2 ** 53 && t.factors.length <= 16)
}

/** An extent, a range or a pin as an expression over sizes; undefined where a mistake was reported. */
export function extentOf(e: ast.Expr, scope: ExtentScope): ix.IndexExpr | undefined {
  const found = structure(e, scope)
  if (found === undefined || tractable(found)) return found
  scope.report('TDSL0210', { text: printIndex(found).slice(0, 40) }, e.span)
  return undefined
}

function structure(e: ast.Expr, scope: ExtentScope): ix.IndexExpr | undefined {
  const wrong = (what: string): undefined => {
    scope.report('TDSL0207', { what }, e.span)
    return undefined
  }
  switch (e.kind) {
    case 'int': return ix.num(e.value)
    case 'name': return scope.size(e.name, e.span)
    case 'unary': {
      if (e.op === 'not') return wrong('`not` has no place in it')
      const a = extentOf(e.operand, scope)
      return a && ix.neg(a)
    }
    case 'binary': {
      const a = extentOf(e.left, scope)
      const b = extentOf(e.right, scope)
      return a && b && arithmetic(e, a, b, scope)
    }
    case 'call': {
      const args = e.args.map((x) => extentOf(x, scope))
      const [a, b] = args
      if (args.includes(undefined)) return undefined
      if (a === undefined || b === undefined || args.length !== 2) return wrong('of functions it may call `min`, `max` and `ceildiv` with two arguments')
      switch (e.callee.name) {
        case 'min': return ix.min(a, b)
        case 'max': return ix.max(a, b)
        case 'ceildiv': return divide(a, b, e.span, scope, ix.ceilDiv)
        default: return wrong(`it cannot call \`${e.callee.name}\``)
      }
    }
    case 'float': return wrong(`\`${e.text}\` is not whole`)
    case 'bool': case 'field': case 'index': case 'conditional': case 'axis': case 'concat': case 'array':
      return wrong('nothing else can stand in it')
  }
}

function arithmetic(e: ast.Binary, a: ix.IndexExpr, b: ix.IndexExpr, scope: ExtentScope): ix.IndexExpr | undefined {
  switch (e.op) {
    case '+': return ix.add(a, b)
    case '-': return ix.sub(a, b)
    case '*': return ix.mul(a, b)
    case '/': return divide(a, b, e.span, scope, ix.floorDiv)
    case '%': return divide(a, b, e.span, scope, ix.mod)
    case '==': case '!=': case '<': case '<=': case '>': case '>=': case 'and': case 'or':
      scope.report('TDSL0207', { what: `\`${e.op}\` has no place in it` }, e.span)
      return undefined
  }
}

function divide(a: ix.IndexExpr, b: ix.IndexExpr, span: Span, scope: ExtentScope, by: (a: ix.IndexExpr, b: ix.IndexExpr) => ix.IndexExpr): ix.IndexExpr | undefined {
  const known = ix.isConst(b)
  if (known === 0) {
    scope.report('TDSL0209', {}, span)
    return undefined
  }
  if (known === undefined) scope.divisor(b, span)
  return by(a, b)
}

/**
 * The expression as a program would write it: `(H + 2*pad - R)/st + 1`. Sizes are named by their ids; `nameOf` gives the names of
 * other atoms.
 */
export function printExtent(e: ix.IndexExpr, nameOf: (atom: ix.NamedAtom) => string = (atom) => atom.id): string {
  const v = viewIndex(e)
  const inner = (x: ix.IndexExpr): string => printExtent(x, nameOf)
  const tight = (x: ix.IndexExpr): string => { const { kind } = viewIndex(x); return kind === 'sum' ? `(${inner(x)})` : inner(x) }
  const divisor = (x: ix.IndexExpr): string => { const { kind } = viewIndex(x); return kind === 'num' || kind === 'atom' || kind === 'min' || kind === 'max' ? inner(x) : `(${inner(x)})` }
  switch (v.kind) {
    case 'num': return String(v.value)
    case 'atom': return nameOf(v.atom)
    case 'sum': return v.terms.map((t, i) => {
      const text = inner(t)
      return i === 0 ? text : text.startsWith('-') ? ` - ${text.slice(1)}` : ` + ${text}`
    }).join('')
    case 'product': {
      const [first, ...others] = v.factors
      return first !== undefined && ix.isConst(first) === -1 ? `-${others.map(factor).join('*')}` : v.factors.map(factor).join('*')
    }
    case 'floordiv': return `${tight(v.a)}/${divisor(v.b)}`
    case 'mod': return `${divisor(v.a)} % ${divisor(v.b)}`
    case 'min': case 'max': return `${v.kind}(${v.args.map(inner).join(', ')})`
  }
  function factor(x: ix.IndexExpr): string {
    const { kind } = viewIndex(x)
    return kind === 'floordiv' || kind === 'mod' || kind === 'sum' ? `(${inner(x)})` : inner(x)
  }
}

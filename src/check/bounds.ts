import type * as ast from '../../grammar/ast.ts'
import { after, before, type Span } from '../diagnostics/span.ts'
import { lowerBound, proveInside, proveNonNegative, upperBound, type Facts } from '../ir/index-facts.ts'
import type { IndexExpr, NamedAtom } from '../ir/index-expr.ts'
import { num, soleAtom, sub, valuesOf, variablesOf } from '../ir/index-expr.ts'
import type { Bounds } from '../ir/tst.ts'
import type { Env, Position } from './env.ts'
import { printExtent } from './extents.ts'

/**
 * What a read does at the edges of its tensor. A read that is inside only where a condition around it holds is clamped: its value is
 * not used elsewhere, and a target may execute it all the same. Indirect positions that are not proved are checked at run time, unless a condition around the read says that they are inside; direct
 * ones are errors, unless the read says what it gives outside. Undefined after an error.
 */
export function boundsOf(name: string, given: number, shape: readonly IndexExpr[], positions: readonly Position[], outside: ast.Outside | undefined, span: Span, env: Env): Bounds | undefined {
  let bounds: Bounds = 'proved'
  let reported = false
  positions.forEach((p, i) => {
    const extent = shape[i]
    if (extent === undefined) return
    const facts = env.kernel.withValueRanges(env.ranges, [p.index])
    if (proveInside(p.index, extent, facts)) return
    if (outside === undefined && valuesOf(p.index).size > 0 && provedBy(env.assumed, p.index, extent, env, facts)) {
      if (bounds === 'proved') bounds = 'clamp'
      return
    }
    if (outside !== undefined || valuesOf(p.index).size > 0) {
      bounds = outside === undefined ? 'check' : policy(outside)
      if (bounds !== 'fill') env.kernel.require(sub(extent, num(1)), `${printExtent(extent)} must be at least 1, since \`${name}\` gives its nearest element to an index outside`)
    } else {
      if (bounds === 'proved') bounds = 'clamp'
      const hidden = [...variablesOf(p.index)].some((id) => env.kernel.brokenAxes.has(id))
      if (!hidden && !provedBy(env.assumed, p.index, extent, env, facts)) {
        reported = true
        report(name, given + i + 1, extent, p, span, facts, env)
      }
    }
  })
  return reported ? undefined : bounds
}

function policy(outside: ast.Outside): Bounds {
  switch (outside.kind) {
    case 'outside-value': return 'fill'
    case 'outside-clamp': return 'clamp'
    case 'outside-check': return 'check'
  }
}

function provedBy(assumed: readonly IndexExpr[], index: IndexExpr, extent: IndexExpr, env: Env, facts: Facts): boolean {
  if (assumed.length === 0) return false
  const known = assumed.reduce((f, e) => f.withNonNegative(e), env.kernel.withValueRanges(facts, assumed))
  return proveInside(index, extent, known)
}

function report(tensor: string, dim: number, extent: IndexExpr, p: Position, span: Span, facts: Facts, env: Env): void {
  const source = p.alone?.source
  const notes = source === undefined ? [] : [{ message: source.text, span: source.span }]
  if (p.alone?.range !== undefined && source !== undefined) {
    env.report('TDSL0201', { index: p.alone.name, range: printExtent(p.alone.range), tensor, dim, extent: printExtent(extent) }, p.span, { notes })
    env.kernel.brokenAxes.add(p.alone.id)
    return
  }
  const names = new Map(env.axes.map((a) => [a.id, a.name]))
  const nameOf = (atom: NamedAtom): string => names.get(atom.id) ?? atom.id
  // Who limits the index by hand means the nearest element; what is missing is that there is one.
  const kind = soleAtom(p.index)?.kind
  const edits = [{ span: before(span), text: '(' }, { span: after(span), text: kind === 'min' || kind === 'max' ? ' else clamp)' : ' else 0)' }]
  env.report('TDSL0203', { index: printExtent(p.index, nameOf), tensor, dim, extent: printExtent(extent), why: reason(p.index, facts) }, p.span, { notes, edits })
}

/** The same of a position on the left. */
export function reportOutside(tensor: string, dim: number, extent: IndexExpr, p: Position, facts: Facts, env: Env): void {
  const source = p.alone?.source
  const names = new Map(env.axes.map((a) => [a.id, a.name]))
  env.report('TDSL0203', { index: printExtent(p.index, (atom) => names.get(atom.id) ?? atom.id), tensor, dim, extent: printExtent(extent), why: reason(p.index, facts) }, p.span, { notes: source === undefined ? [] : [{ message: source.text, span: source.span }] })
}

function reason(index: IndexExpr, facts: Facts): string {
  if (!proveNonNegative(index, facts)) {
    const lowest = lowerBound(index, facts)
    return lowest === undefined ? 'nothing shows that it is not negative' : `it may be as low as ${printExtent(lowest)}`
  }
  const highest = upperBound(index, facts)
  return highest === undefined ? 'nothing shows how large it may be' : `it may be as high as ${printExtent(highest)}`
}

import type * as ast from '../../grammar/ast.ts'
import { lowerBound, proveEqual, proveNonNegative, simplify, upperBound } from '../ir/index-facts.ts'
import type { Facts } from '../ir/index-facts.ts'
import * as ix from '../ir/index-expr.ts'
import type { Env } from './env.ts'
import { printExtent, tractable } from './extents.ts'
import type { IndexVar, Occurrence } from './index-var.ts'
import type { Collected, CompoundPosition, Join, Scope } from './range-collect.ts'
import { indexArithmetic } from './values.ts'

/** Finds the range of every index by the language's rules 1 to 5, and reports contradictions and what stays open. */
export function solveRanges(collected: Collected, lets: ReadonlyMap<string, readonly IndexVar[]>, env: Env): void {
  const { variables } = collected
  const facts = env.kernel.sizeFacts
  while (true) {
    const open = variables.filter((v) => v.range === undefined && !v.broken)
    if (open.some((v) => alone(v, facts, false))) continue
    if (collected.compounds.some((p) => largest(p, env))) continue
    if (collected.joins.some(joined)) continue
    if (open.some((v) => alone(v, facts, true))) continue
    if (!fromUses(collected, lets)) break
  }
  for (const v of variables) {
    if (v.range === undefined) {
      const hidden = v.broken || v.obscured || v.alone.some((o) => o.extent() === undefined) || neighbours(v, collected).some((o) => o.broken || o.obscured)
      if (!hidden) env.report('TDSL0204', { index: v.name }, v.span)
      v.broken = true
    } else contradictions(v, env)
  }
}

const dimension = (o: Occurrence): string => `dimension ${o.dim} of \`${o.tensor}\``

/** Rules 1 to 3; true when one gave a range. Reads that say what they give outside count where there is no other; `late`: also where none of those has an extent that is known so far. */
function alone(v: IndexVar, facts: Facts, late: boolean): boolean {
  if (v.stated !== undefined) {
    v.resolve(v.stated.extent, { text: 'its range is given here', span: v.stated.span })
    return true
  }
  const sure = v.alone.filter((o) => !o.guarded)
  const use = known(v.declared) ?? known(sure) ?? (late || sure.length === 0 ? known(v.alone) : undefined)
  if (use === undefined) return false
  v.resolve(simplify(use.extent, facts), { text: `${dimension(use.at)} has the extent ${printExtent(use.extent)}`, span: use.at.span })
  return true
}

function known(uses: readonly Occurrence[]): { readonly at: Occurrence; readonly extent: ix.IndexExpr } | undefined {
  for (const at of uses) {
    const extent = at.extent()
    if (extent !== undefined) return { at, extent }
  }
  return undefined
}

/** Rule 4: 0 <= c*v + rest < E for all values of the indices in rest; true when it gave a range. */
function largest(p: CompoundPosition, env: Env): boolean {
  const open = p.variables.filter((v) => v.range === undefined)
  const v = open[0]
  const extent = p.use.extent()
  if (v === undefined || open.length > 1 || v.broken || p.use.guarded || extent === undefined) return false
  const values = new Map<string, { readonly lo: ix.IndexExpr; readonly hi: ix.IndexExpr }>()
  const position = silentIndex(p.expr, p.scope, env, values)
  const c = position && ix.coefficient(position, v.id)
  // Stepped by another index or by what is read, the range would be another for each of them.
  if (position === undefined || c === undefined || ix.variablesOf(c).size > 0 || ix.valuesOf(c).size > 0 || !tractable(position)) return false
  let facts = env.ranges.withVariables(p.variables.flatMap((w) => (w.range === undefined ? [] : [[w.id, w.range] as const])))
  for (const [id, { lo, hi }] of values) facts = facts.withValue(id, lo, hi)
  const rest = ix.sub(position, ix.mul(c, ix.variable(v.id)))
  const range = rangeFor(c, rest, extent, facts)
  if (range === undefined) return false
  v.resolve(simplify(range, env.kernel.sizeFacts), { text: `\`${v.name}\` runs to ${printExtent(range)} so that this stays in ${dimension(p.use)}`, span: p.use.span })
  return true
}

function rangeFor(c: ix.IndexExpr, rest: ix.IndexExpr, extent: ix.IndexExpr, facts: Facts): ix.IndexExpr | undefined {
  const number = ix.isConst(c)
  if (number === 0) return undefined
  if (number !== undefined && number < 0) {
    const lowest = lowerBound(rest, facts)
    return lowest && ix.add(ix.floorDiv(lowest, ix.num(-number)), ix.num(1))
  }
  if (number === undefined && !proveNonNegative(c, facts)) return undefined
  const highest = upperBound(rest, facts)
  return highest && ix.floorDiv(ix.add(ix.sub(extent, ix.add(highest, ix.num(1))), c), c)
}

/** A position as an index expression over axis ids, without reports: what it cannot express has no range to give. */
function silentIndex(e: ast.Expr, scope: Scope, env: Env, values: Map<string, { readonly lo: ix.IndexExpr; readonly hi: ix.IndexExpr }>): ix.IndexExpr | undefined {
  switch (e.kind) {
    case 'int': return ix.num(e.value)
    case 'name': {
      const v = scope.get(e.name)
      if (v !== undefined) return ix.variable(v.id)
      const found = env.names.get(e.name)
      return found?.kind === 'size' ? found.index : undefined
    }
    case 'unary': {
      const a = e.op === '-' ? silentIndex(e.operand, scope, env, values) : undefined
      return a && ix.neg(a)
    }
    case 'binary': {
      const op = e.op === '+' ? 'add' : e.op === '-' ? 'sub' : e.op === '*' ? 'mul' : e.op === '/' ? 'floordiv' : e.op === '%' ? 'mod' : undefined
      const a = op && silentIndex(e.left, scope, env, values)
      const b = op && silentIndex(e.right, scope, env, values)
      return op && a && b && indexArithmetic(op, a, b)
    }
    case 'index': {
      const found = e.base.kind === 'name' && !scope.has(e.base.name) ? env.names.get(e.base.name) : undefined
      const limits = found?.kind === 'tensor' ? found.view.limits : undefined
      if (limits === undefined) return undefined
      const id = `read at ${e.span.start}`
      values.set(id, limits)
      return ix.value(id)
    }
    case 'float': case 'bool': case 'field': case 'call': case 'conditional': case 'axis': case 'concat': case 'array': return undefined
  }
}

/** The index of a `concat` runs through all of its pieces. */
function joined({ variable, pieces, span }: Join): boolean {
  const ranges = pieces.flatMap((p) => p.range ?? [])
  if (variable.range !== undefined || variable.broken || ranges.length < pieces.length) return false
  const range = ix.add(...ranges)
  variable.resolve(range, { text: `the pieces have ${printExtent(range)} positions together`, span })
  return true
}

/** Rule 5: the index of a let takes the range with which the first later statement reads that dimension. */
function fromUses(collected: Collected, lets: ReadonlyMap<string, readonly IndexVar[]>): boolean {
  for (const use of collected.letUses) {
    const declared = lets.get(use.tensor)?.[use.dim - 1]
    const range = use.variable.range
    if (declared === undefined || declared.range !== undefined || declared.broken || range === undefined || declared === use.variable) continue
    declared.resolve(range, { text: `\`${use.tensor}\` is read up to ${printExtent(range)} here`, span: use.span })
    return true
  }
  return false
}

/** Rule 3 asks that all extents be equal; one report for an index. */
function contradictions(v: IndexVar, env: Env): void {
  const range = v.range
  if (range === undefined || v.stated !== undefined || v.declared.some((o) => o.extent() !== undefined)) return
  for (const o of v.alone) {
    const extent = o.guarded ? undefined : o.extent()
    if (extent === undefined || proveEqual(extent, range, env.kernel.sizeFacts)) continue
    const notes = v.source === undefined ? [] : [{ message: v.source.text, span: v.source.span }]
    env.report('TDSL0201', { index: v.name, range: printExtent(range), tensor: o.tensor, dim: o.dim, extent: printExtent(extent) }, o.span, { notes })
    v.broken = true
    env.kernel.brokenAxes.add(v.id)
    return
  }
}

/** Indices whose own trouble may be why `v` has no range. */
function neighbours(v: IndexVar, collected: Collected): IndexVar[] {
  return collected.compounds.filter((p) => p.variables.includes(v)).flatMap((p) => p.variables).filter((w) => w !== v)
}

import { proveEqual, proveNonNegative, type Facts } from '../ir/index-facts.ts'
import * as ix from '../ir/index-expr.ts'

export interface RangedAxis { readonly id: string; readonly extent: ix.IndexExpr }

/**
 * The axes that the positions may fail to tell apart: two points that differ only in these may have equal positions.
 *
 * A position tells the axes apart that it is a mixed-radix number in (steps in rising order, each at least the product of the ranges below it), once everything
 * else in it is known: sizes, axes told apart before, and run-time integers that depend on those alone (`len[b] + t`).
 */
export function notToldApart(positions: readonly ix.IndexExpr[], axes: readonly RangedAxis[], dependencies: (valueId: string) => ReadonlySet<string>, facts: Facts): readonly RangedAxis[] {
  const open = new Map(axes.filter((a) => ix.isConst(a.extent) !== 1).map((a) => [a.id, a]))
  for (let before = -1; before !== open.size;) {
    before = open.size
    for (const position of positions) {
      const hidden = [...ix.valuesOf(position)].some((id) => [...dependencies(id)].some((axis) => open.has(axis)))
      const parts = hidden ? undefined : ix.affineParts(position, (id) => open.has(id))
      if (parts === undefined) continue
      const digits = [...parts.coefficients].flatMap(([id, step]) => { const axis = open.get(id); return axis === undefined ? [] : [{ step: magnitude(step), range: axis.extent }] })
      if (isMixedRadix(digits, ix.num(1), facts)) for (const id of parts.coefficients.keys()) open.delete(id)
    }
  }
  return [...open.values()]
}

const magnitude = (step: ix.IndexExpr): ix.IndexExpr => ((ix.isConst(step) ?? 0) < 0 ? ix.neg(step) : step)

interface Digit { readonly step: ix.IndexExpr; readonly range: ix.IndexExpr }

/** Whether the digits, in some order, are those of a number: sums of the first ones stay below `reach`, which the next step is not below. */
function isMixedRadix(digits: readonly Digit[], reach: ix.IndexExpr, facts: Facts): boolean {
  if (digits.length === 0) return true
  return digits.some((d, i) => {
    const follows = proveEqual(d.step, reach, facts) || proveNonNegative(ix.sub(d.step, reach), facts)
    return follows && isMixedRadix(digits.filter((_, j) => j !== i), ix.mul(d.step, d.range), facts)
  })
}

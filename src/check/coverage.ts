import { proveEqual, type Facts } from '../ir/index-facts.ts'
import * as ix from '../ir/index-expr.ts'
import { printExtent } from './extents.ts'
import type { IndexVar } from './index-var.ts'

/** One digit of a position: index = Σ step · variable, the smallest step first. */
export interface Digit { readonly variable: IndexVar; readonly range: ix.IndexExpr; readonly step: ix.IndexExpr }

export type Cover =
  | { readonly kind: 'digits'; readonly digits: readonly Digit[] }
  | { readonly kind: 'not-affine' }
  | { readonly kind: 'gap'; readonly why: string }

/**
 * Whether `index` takes each value of 0 <= x < extent exactly once while its variables run through their ranges: then it is a number
 * written in mixed radix, each step the product of the ranges below it (`g*R + r` with r < R and g < G, for an extent of G*R).
 */
export function cover(index: ix.IndexExpr, variables: readonly IndexVar[], extent: ix.IndexExpr, facts: Facts): Cover {
  const parts = ix.affineParts(index, () => true)
  if (parts === undefined || ix.valuesOf(index).size > 0) return { kind: 'not-affine' }
  if (!proveEqual(parts.rest, ix.num(0), facts)) return { kind: 'gap', why: `is written from ${printExtent(parts.rest)} on` }
  const open = variables.flatMap((variable) => {
    const step = parts.coefficients.get(variable.id)
    return step === undefined || variable.range === undefined ? [] : [{ variable, range: variable.range, step }]
  })
  const digits: Digit[] = []
  let reach = ix.num(1)
  while (open.length > 0) {
    const at = open.findIndex((d) => proveEqual(d.step, reach, facts))
    // A variable that only takes the value 0 may have any step.
    const idle = open.findIndex((d) => ix.isConst(d.range) === 1)
    const next = open[at >= 0 ? at : idle]
    if (next === undefined) {
      const names = open.map((d) => `\`${d.variable.name}\` by ${printExtent(d.step)}`).join(', ')
      return { kind: 'gap', why: digits.length === 0 ? `moves in steps (${names}) that leave elements out or meet twice` : `moves ${names}, where a step of ${printExtent(reach)} would follow without a gap` }
    }
    open.splice(open.indexOf(next), 1)
    digits.push(next)
    if (at >= 0) reach = ix.mul(reach, next.range)
  }
  if (!proveEqual(reach, extent, facts)) return { kind: 'gap', why: `is written up to ${printExtent(reach)}, and its extent is ${printExtent(extent)}` }
  return { kind: 'digits', digits }
}

/** The variables' values at position x: floor(x / step) mod range; the last digit needs no mod. Where nothing is written there are no positions. */
export function digitsAt(x: ix.IndexExpr, digits: readonly Digit[]): Map<IndexVar, ix.IndexExpr> {
  const isEmpty = digits.some((d) => ix.isConst(d.range) === 0 || ix.isConst(d.step) === 0)
  return new Map(digits.map((d, i) => {
    if (isEmpty) return [d.variable, ix.num(0)] as const
    const whole = ix.floorDiv(x, d.step)
    return [d.variable, i === digits.length - 1 ? whole : ix.mod(whole, d.range)] as const
  }))
}

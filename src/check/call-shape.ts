import type * as ast from '../../grammar/ast.ts'
import { proveEqual } from '../ir/index-facts.ts'
import * as ix from '../ir/index-expr.ts'
import type { Env } from './env.ts'
import { type ExtentScope, extentOf } from './extents.ts'
import { sizeScope } from './range-collect.ts'

/** What one call says about the sizes of a function. */
export interface CallSizes {
  readonly sizes: ReadonlyMap<string, ix.IndexExpr>
  /** Sizes that no argument gives. */
  readonly missing: readonly string[]
  /** Extents of arguments and what the function declares for them, where they are not the same by construction. */
  readonly unequal: readonly { readonly param: number; readonly declared: ix.IndexExpr; readonly given: ix.IndexExpr }[]
}

/** Inside of a function's declaration its sizes are atoms apart from those of any kernel. */
const mark = '@'
const own: ExtentScope = { size: (name) => ix.size(mark + name), divisor: () => undefined, report: () => undefined }

/** Extents as declared, over the function's own sizes; undefined where the declaration has a mistake (reported with the function). */
const declaredShape = (type: ast.Type): readonly (ix.IndexExpr | undefined)[] => type.dims.map((d) => extentOf(d.extent, own))

const openSizes = (e: ix.IndexExpr, known: ReadonlyMap<string, ix.IndexExpr>): string[] =>
  [...ix.sizesOf(e)].filter((id) => id.startsWith(mark) && !known.has(id.slice(mark.length)))

const substituted = (e: ix.IndexExpr, known: ReadonlyMap<string, ix.IndexExpr>): ix.IndexExpr =>
  ix.substitute(e, (a) => (a.kind === 'size' && a.id.startsWith(mark) ? known.get(a.id.slice(mark.length)) : undefined))

/**
 * Solves the sizes of `fn` from the open extents of its tensor arguments (undefined: not known), as the harness does for a kernel:
 * an extent gives the size that is its only unknown.
 */
export function solveCall(fn: ast.Fn, call: ast.Call, env: Env, shapes: readonly (readonly ix.IndexExpr[] | undefined)[]): CallSizes {
  const sizes = new Map<string, ix.IndexExpr>()
  call.sizes.forEach((arg, i) => {
    const name = arg.name?.name ?? fn.sizeParams[i]?.name
    const extent = name === undefined ? undefined : extentOf(arg.value, sizeScope(env))
    if (name !== undefined && extent !== undefined) sizes.set(name, extent)
  })
  const pairs = fn.params.flatMap((param, i) => {
    const given = shapes[i]
    return declaredShape(param.type).flatMap((declared, d) => {
      const extent = given?.[d]
      return declared === undefined || extent === undefined ? [] : [{ param: i, declared, given: extent }]
    })
  })
  for (let found = true; found;) {
    found = false
    for (const { declared, given } of pairs) {
      const open = openSizes(declared, sizes)
      const only = open[0]
      if (only === undefined || open.length > 1) continue
      const e = substituted(declared, sizes)
      const c = ix.coefficient(e, only, 'size')
      if (c === undefined || ix.isConst(c) === 0) continue
      const rest = ix.sub(given, ix.sub(e, ix.mul(c, ix.size(only))))
      sizes.set(only.slice(mark.length), ix.floorDiv(rest, c))
      found = true
    }
  }
  const names = new Set([...fn.sizeParams.map((s) => s.name), ...[...fn.params.map((p) => p.type), fn.result.type].flatMap((t) => declaredShape(t).flatMap((e) => (e === undefined ? [] : openSizes(e, new Map()))).map((id) => id.slice(mark.length)))])
  const unequal = pairs.map((p) => ({ ...p, declared: substituted(p.declared, sizes) })).filter((p) => openSizes(p.declared, sizes).length === 0 && !proveEqual(p.declared, p.given, env.kernel.sizeFacts))
  return { sizes, missing: [...names].filter((n) => !sizes.has(n)), unequal }
}

/** The extents of a call's result; undefined as long as those of the arguments are not known. */
export function resultShape(fn: ast.Fn, call: ast.Call, env: Env, open: (arg: ast.Expr) => readonly ix.IndexExpr[] | undefined): readonly ix.IndexExpr[] | undefined {
  const shapes = call.args.map((arg, i) => (fn.params[i]?.type.dims.length ? open(arg) : undefined))
  return shapeWith(fn, solveCall(fn, call, env, shapes).sizes)
}

export function shapeWith(fn: ast.Fn, sizes: ReadonlyMap<string, ix.IndexExpr>): readonly ix.IndexExpr[] | undefined {
  const shape = declaredShape(fn.result.type).map((e) => (e === undefined || openSizes(e, sizes).length > 0 ? undefined : substituted(e, sizes)))
  return shape.every((e) => e !== undefined) ? shape : undefined
}

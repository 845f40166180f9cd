import type * as ast from '../../grammar/ast.ts'
import type { Span } from '../diagnostics/span.ts'
import type { IndexExpr } from '../ir/index-expr.ts'
import { resultShape } from './call-shape.ts'
import type { Env } from './env.ts'
import { type ExtentScope, extentOf } from './extents.ts'
import { IndexVar, type Occurrence } from './index-var.ts'
import { StoredTensor } from './tensor-view.ts'

export type Scope = ReadonlyMap<string, IndexVar>

/** A position that is more than an index alone, for rule 4. */
export interface CompoundPosition {
  readonly expr: ast.Expr
  readonly scope: Scope
  readonly variables: readonly IndexVar[]
  readonly use: Occurrence
}

/** A dimension of a tensor declared by a let of the group, read at an index alone: for rule 5. */
export interface LetUse { readonly tensor: string; readonly dim: number; readonly variable: IndexVar; readonly span: Span }

/** What the statements of a group say about the ranges of their indices. */
export interface Collected {
  readonly variables: IndexVar[]
  readonly compounds: CompoundPosition[]
  readonly letUses: LetUse[]
  readonly binders: Map<ast.Binder | ast.Expr, IndexVar>
  readonly joins: Join[]
}

/** An index that runs through pieces, one after the other. */
export interface Join { readonly variable: IndexVar; readonly pieces: readonly IndexVar[]; readonly span: Span }

export const nothingCollected = (): Collected => ({ variables: [], compounds: [], letUses: [], binders: new Map(), joins: [] })

/** What is being indexed, as far as ranges need it. */
interface Indexed { readonly name: string; readonly given: number; extent(open: number): IndexExpr | undefined }

export class RangeCollector {
  readonly #env: Env
  readonly #into: Collected
  readonly #lets: ReadonlySet<string>

  /** `lets`: names of the group's own tensors. */
  constructor(env: Env, into: Collected, lets: ReadonlySet<string>) {
    this.#env = env
    this.#into = into
    this.#lets = lets
  }

  variable(name: ast.Ident, op: string | undefined): IndexVar {
    const made = new IndexVar(this.#env.kernel.fresh(name.name), name.name, name.span, op)
    this.#into.variables.push(made)
    return made
  }

  /** Rule 1, from a binder's text. */
  state(variable: IndexVar, extent: ast.Expr, scope: Scope = new Map()): void {
    const found = extentOf(extent, sizeScope(this.#env, scope))
    if (found === undefined) variable.broken = true
    else variable.stated ??= { extent: found, span: extent.span }
  }

  /** A position of a left side that is more than an index alone. */
  compound(expr: ast.Expr, scope: Scope, use: Occurrence): void {
    this.#into.compounds.push({ expr, scope, variables: [...mentioned(expr, scope)], use })
  }

  walk(e: ast.Expr, scope: Scope): void {
    switch (e.kind) {
      case 'int': case 'float': case 'bool': return
      case 'name': {
        const variable = scope.get(e.name)
        if (variable !== undefined) variable.used = true
        return
      }
      case 'field': return this.walk(e.base, scope)
      case 'index': return this.#index(e, scope)
      case 'call':
        for (const arg of e.args) this.walk(arg, scope)
        return
      case 'unary': return this.walk(e.operand, scope)
      case 'binary':
        this.walk(e.left, scope)
        return this.walk(e.right, scope)
      case 'conditional':
        this.walk(e.condition, scope)
        this.walk(e.yes, scope)
        return this.walk(e.no, scope)
      case 'axis': return this.#axis(e, scope)
      case 'concat': return this.#concat(e, scope)
      case 'array':
        for (const element of e.elements) this.walk(element, scope)
        return
    }
  }

  #concat(e: ast.Concat, scope: Scope): void {
    const pieces = e.pieces.map((piece) => {
      const own = this.variable(e.axis, 'concat')
      this.#into.binders.set(piece, own)
      this.walk(piece, new Map([...scope, [e.axis.name, own]]))
      return own
    })
    const around = scope.get(e.axis.name)
    if (around === undefined) return
    around.used = true
    this.#into.joins.push({ variable: around, pieces, span: e.span })
  }

  #axis(e: ast.Axis, scope: Scope): void {
    const inner = new Map(scope)
    for (const binder of e.binders) {
      const kept = e.op === 'softmax' || e.op === 'scan'
      const variable = kept ? scope.get(binder.name.name) : this.variable(binder.name, e.op)
      if (variable === undefined) continue
      // The name of an index around it, which is reported later: no range, so that nothing else is said about it.
      if (kept) variable.used = true
      else if (scope.has(binder.name.name)) variable.broken = true
      if (!kept) inner.set(binder.name.name, variable)
      this.#into.binders.set(binder, variable)
      if (binder.extent !== undefined) this.state(variable, binder.extent, scope)
    }
    if (e.into !== undefined) {
      const rank = scope.get(e.into.name.name)
      if (rank !== undefined) {
        rank.used = true
        this.#into.binders.set(e.into, rank)
        if (e.into.extent !== undefined) this.state(rank, e.into.extent, scope)
      }
    }
    if (e.condition !== undefined) this.walk(e.condition, inner)
    this.walk(e.body, inner)
  }

  #index(e: ast.Index, scope: Scope): void {
    const indexed = this.#indexed(e.base, scope)
    if (e.base.kind !== 'name') this.walk(e.base, scope)
    e.positions.forEach((position, i) => {
      const dim = (indexed?.given ?? 0) + i + 1
      const use: Occurrence = { extent: () => indexed?.extent(i), tensor: indexed?.name ?? '', dim, span: position.span, guarded: e.outside !== undefined }
      const variable = position.kind === 'name' ? scope.get(position.name) : undefined
      if (variable !== undefined) {
        variable.used = true
        if (indexed === undefined) variable.obscured = true
        variable.alone.push(use)
        if (indexed !== undefined && this.#lets.has(indexed.name)) this.#into.letUses.push({ tensor: indexed.name, dim, variable, span: position.span })
        return
      }
      this.walk(position, scope)
      const variables = [...mentioned(position, scope)]
      if (indexed === undefined) for (const v of variables) v.obscured = true
      this.#into.compounds.push({ expr: position, scope, variables, use })
    })
    if (e.outside?.kind === 'outside-value') this.walk(e.outside.value, scope)
  }

  #indexed(base: ast.Expr, scope: Scope): Indexed | undefined {
    const env = this.#env
    if (base.kind === 'name') {
      const found = scope.has(base.name) ? undefined : env.names.get(base.name)
      if (found?.kind !== 'tensor') return undefined
      const { view } = found
      return { name: view.name, given: view.given, extent: (i) => (view instanceof StoredTensor ? view.dimension(i) : view.shape?.[i]) }
    }
    if (base.kind === 'index') {
      const inner = this.#indexed(base.base, scope)
      const skip = base.positions.length
      return inner && { name: inner.name, given: inner.given + skip, extent: (i) => inner.extent(skip + i) }
    }
    if (base.kind === 'call') {
      const fn = env.kernel.declarations.fns.get(base.callee.name)
      if (fn === undefined || fn.result.type.dims.length === 0) return undefined
      return { name: fn.name.name, given: 0, extent: (i) => resultShape(fn, base, env, (arg) => this.#open(arg, scope))?.[i] }
    }
    return undefined
  }

  /** Extents that an argument leaves open; undefined as long as they are not known. */
  #open(arg: ast.Expr, scope: Scope): readonly IndexExpr[] | undefined {
    const rank = openRank(arg, this.#env)
    const indexed = rank === undefined ? undefined : this.#indexed(arg, scope)
    if (rank === undefined || indexed === undefined) return undefined
    const extents = Array.from({ length: rank }, (_, i) => indexed.extent(i))
    return extents.every((x) => x !== undefined) ? extents : undefined
  }
}

/** How many positions are still open after `e`. */
export function openRank(e: ast.Expr, env: Env): number | undefined {
  switch (e.kind) {
    case 'name': { const found = env.names.get(e.name); return found?.kind === 'tensor' ? found.view.rank : undefined }
    case 'index': { const base = openRank(e.base, env); return base === undefined ? undefined : base - e.positions.length }
    case 'call': return env.kernel.declarations.fns.get(e.callee.name)?.result.type.dims.length
    default: return undefined
  }
}

/** Indices that an expression uses outside of nested reads: what a position is affine in. */
function mentioned(e: ast.Expr, scope: Scope, found = new Set<IndexVar>()): Set<IndexVar> {
  switch (e.kind) {
    case 'name': { const v = scope.get(e.name); if (v !== undefined) found.add(v); break }
    case 'unary': mentioned(e.operand, scope, found); break
    case 'binary': mentioned(e.left, scope, found); mentioned(e.right, scope, found); break
    case 'call': for (const arg of e.args) mentioned(arg, scope, found); break
    case 'conditional': for (const part of [e.condition, e.yes, e.no]) mentioned(part, scope, found); break
    case 'int': case 'float': case 'bool': case 'field': case 'index': case 'axis': case 'concat': case 'array': break
  }
  return found
}

/** Sizes as the body of a kernel or function sees them. */
export function sizeScope(env: Env, indices: Scope = new Map()): ExtentScope {
  return {
    size(name, span) {
      const found = indices.has(name) ? undefined : env.names.get(name)
      if (found?.kind === 'size') return found.index
      if (indices.has(name)) env.report('TDSL0207', { what: `\`${name}\` is an index` }, span)
      else if (found === undefined) env.reportUnknown(name, span, 'size')
      else if (found.kind === 'value') env.report('TDSL0207', { what: `\`${name}\` is a value` }, span)
      else env.report('TDSL0207', { what: `\`${name}\` is ${found.kind === 'index' ? 'an index' : 'a tensor'}` }, span)
      return undefined
    },
    divisor: (by) => env.kernel.requireDivisor(by),
    report: (code, params, span, extra) => env.report(code, params, span, extra),
  }
}

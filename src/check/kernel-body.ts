import type * as ast from '../../grammar/ast.ts'
import type { Span } from '../diagnostics/span.ts'
import type { DType } from '../ir/dtype.ts'
import { type IndexExpr, num, variable } from '../ir/index-expr.ts'
import type { Axis, Expr } from '../ir/tst.ts'
import { contains } from '../ir/tst-walk.ts'
import { axisOf, elaborate } from './elaborate.ts'
import type { Binding, Env } from './env.ts'
import type { IndexVar } from './index-var.ts'
import { collectLeft, type LeftSide, resolveLeft } from './left.ts'
import { nothingCollected, RangeCollector, sizeScope } from './range-collect.ts'
import { solveRanges } from './range-solve.ts'
import { digitsAt, type Digit } from './coverage.ts'
import type { FormatDecl } from './formats.ts'
import { storeQuantised } from './quantise.ts'
import { dtypeOf, formatStorage, groupLength, limitOf, partsOf } from './signature.ts'
import { withPositions } from './elaborate-concat.ts'
import { stored } from './store.ts'
import { elaborateUpdate } from './update.ts'
import { StoredTensor } from './tensor-view.ts'
import { throughDType } from './values.ts'

/** One statement between the collection of ranges and its elaboration. */
type Pending =
  | { readonly kind: 'let'; readonly node: ast.Let; readonly target: ast.LetTarget; readonly view: StoredTensor; readonly variables: readonly IndexVar[] }
  | { readonly kind: 'assign'; readonly node: ast.Assign; readonly view: StoredTensor; readonly left: LeftSide; readonly fits: boolean; readonly updates: boolean }
  | { readonly kind: 'lost'; readonly values: readonly ast.Expr[]; readonly names: readonly string[] }

/** Checks the statements of a kernel and appends what they compute to the kernel's list. Gives the tensors of its lets. */
export function elaborateBody(written: readonly ast.Statement[], outputs: readonly StoredTensor[], inouts: readonly StoredTensor[], env: Env): readonly StoredTensor[] {
  const names = new Map(env.names)
  const positioned = (s: ast.Statement): ast.Statement => {
    const known = env.withNames(names)
    if (s.kind === 'let' && s.value.kind === 'concat') return { ...s, value: withPositions(s.value, s.targets[0]?.indices.map((b) => b.name) ?? [], known) }
    const left = s.kind === 'assign' ? s.target.positions.flatMap((p) => (p.index.kind === 'name' ? [{ kind: 'ident' as const, name: p.index.name, span: p.index.span }] : [])) : []
    return s.kind === 'assign' && s.value.kind === 'concat' && left.length === s.target.positions.length ? { ...s, value: withPositions(s.value, left, known) } : s
  }
  const declared = declareLets(written, names, env)
  const inside = env.withNames(names)
  const body = written.map(positioned)
  const collected = nothingCollected()
  const collector = new RangeCollector(inside, collected, new Set([...declared.values()].map((d) => d.view.name)))
  const pending: Pending[] = []
  const assigned = new Map<StoredTensor, Span>()
  const targets: Targets = { outputs, inouts, assigned }
  for (const s of body) pending.push(collectStatement(s, inside, collector, declared, targets))
  const lets = new Map(pending.flatMap((p) => (p.kind === 'let' ? [[p.view.name, p.variables] as const] : [])))
  for (const p of pending) if (p.kind === 'let') p.view.writtenAt = p.node.span
  solveRanges(collected, lets, inside)
  const ready = inside.with({ binders: collected.binders })
  for (const p of pending) elaborateStatement(p, ready)
  for (const o of outputs) if (!assigned.has(o) && o.storage !== undefined) env.report('TDSL0107', { name: o.name }, o.span)
  for (const t of inouts) if (!assigned.has(t) && t.storage !== undefined) env.report('TDSL0125', { name: t.name }, t.span)
  return [...declared.values()].map((d) => d.view)
}

/** Tensors that statements may write, and where each was written first. */
interface Targets { readonly outputs: readonly StoredTensor[]; readonly inouts: readonly StoredTensor[]; readonly assigned: Map<StoredTensor, Span> }
interface LetDeclared { readonly view: StoredTensor; readonly variables: IndexVar[] }

/** Names of lets are known from the beginning, so that a use before the definition is seen as such. */
function declareLets(body: readonly ast.Statement[], names: Map<string, Binding>, env: Env): Map<ast.LetTarget, LetDeclared> {
  const declared = new Map<ast.LetTarget, LetDeclared>()
  for (const s of body) {
    if (s.kind !== 'let' || s.targets.length > 1) continue
    for (const target of s.targets) {
      const { name, span } = target.name
      const old = names.get(name)
      if (old !== undefined) {
        env.report('TDSL0102', { name }, span, old.kind === 'tensor' && old.view instanceof StoredTensor ? { notes: [{ message: 'the first is here', span: old.view.span }] } : {})
        continue
      }
      env.kernel.reserve(name)
      const variables: IndexVar[] = []
      const shape = (): readonly IndexExpr[] | undefined => {
        const ranges = variables.map((v) => v.range)
        return variables.length === target.indices.length && ranges.every((r) => r !== undefined) ? ranges : undefined
      }
      const view = new StoredTensor(name, span, target.indices.length, shape, false)
      // Dimensions are looked up one by one while ranges are being found: some may be known before others.
      view.dimension = (i) => variables[i]?.range
      declared.set(target, { view, variables })
      names.set(name, { kind: 'tensor', view })
    }
  }
  return declared
}

function collectStatement(s: ast.Statement, env: Env, collector: RangeCollector, lets: ReadonlyMap<ast.LetTarget, LetDeclared>, targets: Targets): Pending {
  switch (s.kind) {
    case 'let': {
      const target = s.targets[0]
      if (target === undefined || s.targets.length > 1) {
        env.report('TDSL0121', { what: 'a `let` of several tensors in a kernel' }, s.span)
        return { kind: 'lost', values: [s.value], names: s.targets.map((t) => t.name.name) }
      }
      return collectLet(s, target, env, collector, lets.get(target))
    }
    case 'assign': return collectAssign(s, env, collector, targets)
    case 'for': env.report('TDSL0179', { variable: s.index.name }, s.span); break
    case 'expect': env.report('TDSL0121', { what: '`expect` in a kernel' }, s.span); break
    case 'call-statement': env.report('TDSL0121', { what: 'a call as a statement' }, s.span); break
  }
  return { kind: 'lost', values: [], names: [] }
}

function collectLet(s: ast.Let, target: ast.LetTarget, env: Env, collector: RangeCollector, declared: LetDeclared | undefined): Pending {
  const scope = new Map<string, IndexVar>()
  const variables = declared?.variables ?? []
  for (const binder of target.indices) {
    const { name, span } = binder.name
    const taken = scope.has(name) ? 'an index' : kindOf(env.names.get(name))
    if (taken !== undefined) env.report('TDSL0110', { name, what: taken }, span)
    const made = collector.variable(binder.name, undefined)
    if (binder.extent !== undefined) collector.state(made, binder.extent)
    scope.set(name, made)
    variables.push(made)
  }
  collector.walk(s.value, scope)
  return declared === undefined ? { kind: 'lost', values: [], names: [] } : { kind: 'let', node: s, target, view: declared.view, variables }
}

const kindOf = (b: Binding | undefined): string | undefined => {
  switch (b?.kind) {
    case undefined: return undefined
    case 'size': return 'a size'
    case 'tensor': return 'a tensor'
    case 'index': return 'an index'
    case 'value': return 'a name'
  }
}

function collectAssign(s: ast.Assign, env: Env, collector: RangeCollector, targets: Targets): Pending {
  const { name, span } = s.target.name
  const view = targetOf(s, env, targets)
  const fits = view !== undefined && s.target.positions.length === view.rank
  const left = collectLeft(s.target, name, () => (fits ? view.shape : undefined), collector, env)
  if (!fits) for (const v of left.variables.values()) v.obscured = true
  collector.walk(s.value, left.variables)
  if (view !== undefined && !fits) env.report('TDSL0202', { name, dims: view.rank, got: s.target.positions.length }, s.target.span)
  if (view === undefined) return { kind: 'lost', values: [], names: [] }
  const before = targets.assigned.get(view)
  if (before === undefined) targets.assigned.set(view, span)
  view.writtenAt ??= s.span
  const hasValues = targets.inouts.includes(view) || before !== undefined
  if (!hasValues && s.op !== '=') {
    env.report('TDSL0124', { name, op: s.op }, s.span, s.op === '+=' ? { notes: [{ message: `the sum of what a kernel reads is written \`${name}[m] = sum(k) A[m, k]\`` }] } : {})
    view.written = true
    return { kind: 'lost', values: [], names: [] }
  }
  // What a second statement writes whole was written in vain.
  const whole = s.op === '=' && s.target.positions.every((p) => p.index.kind === 'name' && p.extent === undefined)
  if (before !== undefined && whole && !targets.inouts.includes(view)) env.report('TDSL0108', { name }, span, { notes: [{ message: 'the first time is here', span: before }] })
  return { kind: 'assign', node: s, view, left, fits, updates: hasValues }
}

function targetOf(s: ast.Assign, env: Env, { outputs, inouts, assigned }: Targets): StoredTensor | undefined {
  const { name, span } = s.target.name
  const found = env.names.get(name)
  if (found === undefined) {
    env.reportUnknown(name, span, 'name', [{ message: `a result stands in the head, \`-> ${name}: f32[…]\`; a tensor in between is made by \`let ${name}[…] = …\`` }])
    return undefined
  }
  const view = found.kind === 'tensor' ? [...outputs, ...inouts].find((o) => o === found.view) : undefined
  if (view === undefined) {
    const isLet = found.kind === 'tensor' && found.view instanceof StoredTensor && !found.view.written
    env.report('TDSL0109', { name, what: found.kind === 'tensor' ? (isLet ? 'a `let`, which has its values already' : 'an input') : kindOf(found) ?? '' }, span, isLet ? { notes: [{ message: `give the new values a name of their own: \`let ${name}2 = …\`` }] } : {})
    return undefined
  }
  if (s.target.field === undefined) return view
  env.report('TDSL0121', { what: 'a field of a state' }, s.target.field.span)
  view.written = true
  assigned.set(view, span)
  return undefined
}

function elaborateStatement(p: Pending, env: Env): void {
  if (p.kind === 'lost' || !(p.kind === 'let' ? elaborateLet(p, env) : elaborateAssign(p, env))) env.kernel.incomplete = true
}

/** The axes of the left side, known to the facts; those without a range leave the statement without a value. */
function withLeft(variables: Iterable<readonly [string, IndexVar]>, env: Env): { readonly env: Env; readonly axes: readonly Axis[]; readonly complete: boolean } {
  const all = [...variables]
  const axes = all.flatMap(([, v]) => (v.range === undefined ? [] : [axisOf(v, v.range)]))
  for (const a of axes) env.kernel.requireExtent(a.extent, a.span)
  const names = all.map(([name, v]): readonly [string, Binding] => [name, { kind: 'index', variable: v }])
  return { env: env.withNames(names).withAxes(axes), axes, complete: axes.length === all.length }
}

/** False where the statement could not be made, as below. */
function elaborateLet(p: Extract<Pending, { kind: 'let' }>, env: Env): boolean {
  const { target, view, node } = p
  const left = withLeft(p.variables.map((v) => [v.name, v] as const), env)
  const value = elaborate(node.value, left.env)
  view.written = true
  const grouped = target.indices.find((b) => b.group !== undefined)
  const { elem } = target
  if (target.place !== undefined) env.report('TDSL0121', { what: `a tensor in \`${target.place.name}\`` }, target.place.span)
  const format = elem && env.kernel.declarations.formats.get(elem.name.name)
  if (format !== undefined) return value !== undefined && left.complete && elaborateQuantisedLet(p, format, left, value)
  if (grouped?.group !== undefined) env.report('TDSL0254', { why: 'only a storage format has groups' }, grouped.group.span)
  const dtype: DType | undefined = elem === undefined ? value?.type : dtypeOf(elem, env.kernel)
  const limit = elem === undefined ? (value?.kind === 'topk' && value.where === undefined ? value.axis.extent : undefined) : limitOf(elem, dtype, sizeScope(env), env.kernel)
  if (value === undefined || dtype === undefined || !left.complete) return false
  const final = stored(value, dtype, limit, view.name, node.value, left.env)
  if (final === undefined) return false
  const rounded = elem === undefined || dtype === value.type || dtype === 'u32' ? final : throughDType(final, dtype)
  if (p.variables.length === 0 && isPure(rounded)) {
    view.inline = rounded
    return true
  }
  const shape = left.axes.map((a) => a.extent)
  const tensor = { name: view.name, role: 'temporary', dtype, shape, limit, span: view.span } as const
  view.storage = { kind: 'plain', tensor }
  env.kernel.addTensor(tensor)
  env.kernel.statements.push({ target: view.name, axes: left.axes, index: left.axes.map((a) => variable(a.id)), value: rounded, span: node.span })
  return true
}

/** A let stored in a format: its groups are in its own indices, whatever gave the values. */
function elaborateQuantisedLet({ target, view, node }: Extract<Pending, { kind: 'let' }>, format: FormatDecl, left: { readonly env: Env; readonly axes: readonly Axis[] }, value: Expr): boolean {
  const { kernel } = left.env
  const { elem } = target
  if (elem?.range !== undefined) kernel.reporter.report('TDSL0249', { what: `the format \`${format.name}\`` }, elem.range.span)
  if (!target.indices.some((b) => b.group !== undefined)) {
    kernel.reporter.report('TDSL0253', { format: format.name }, elem?.span ?? target.span)
    return false
  }
  if (value.type === 'bool') {
    left.env.report('TDSL0241', { use: `and \`${view.name}\` holds ${format.name}` }, node.value.span)
    return false
  }
  const group = target.indices.map((b) => groupLength(b, kernel))
  const storage = formatStorage(target.name, left.axes.map((a) => a.extent), format, group, 'temporary', kernel)
  view.storage = storage
  for (const t of partsOf(storage)) kernel.addTensor(t)
  storeQuantised(storage, { axes: left.axes, value, at: (where) => where, name: view.name, span: node.span }, kernel)
  return true
}

/** A let without indices that reads nothing is a number, and needs no memory. */
const isPure = (e: Expr): boolean => !contains(e, (x) => x.kind === 'read' || x.kind === 'reduce' || x.kind === 'softmax' || x.kind === 'scan' || x.kind === 'topk')

/** The values of the statement's axes at a place of its target. */
function axesAt(where: readonly IndexExpr[], digits: readonly (readonly Digit[])[], axes: readonly IndexVar[]): IndexExpr[] {
  const values = new Map(where.flatMap((at, d) => [...digitsAt(at, digits[d] ?? [])]))
  return axes.map((v) => values.get(v) ?? num(0))
}

function elaborateAssign(p: Extract<Pending, { kind: 'assign' }>, env: Env): boolean {
  const { view, node } = p
  const left = withLeft(p.left.variables, env)
  if (p.updates) {
    const made = p.fits && !p.left.broken && left.complete && elaborateUpdate({ node, view, axes: left.axes }, left.env)
    if (!p.fits || !left.complete) elaborate(node.value, left.env)
    return made
  }
  const resolved = p.fits ? resolveLeft(p.left, view.name, left.env) : undefined
  const value = elaborate(node.value, left.env)
  view.written = true
  if (view.storage?.kind === 'format') {
    const axes = [...p.left.variables.values()]
    if (value === undefined || resolved === undefined || !left.complete) return false
    if (value.type === 'bool') {
      env.report('TDSL0241', { use: `and \`${view.name}\` holds ${view.storage.format.name}` }, node.value.span)
      return false
    }
    storeQuantised(view.storage, { axes: left.axes, value, at: (where) => axesAt(where, resolved.digits, axes), name: view.name, span: node.span }, env.kernel)
    return true
  }
  const tensor = view.storage?.kind === 'plain' ? view.storage.tensor : undefined
  if (value === undefined || tensor === undefined) return false
  const final = stored(value, tensor.dtype, tensor.limit, view.name, node.value, left.env)
  if (final === undefined || resolved === undefined || !left.complete) return false
  env.kernel.statements.push({ target: view.name, axes: left.axes, index: resolved.index, value: final, span: node.span })
  return true
}

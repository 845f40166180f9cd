import type * as ast from '../../grammar/ast.ts'
import { Reporter } from '../diagnostics/report.ts'
import type { Span } from '../diagnostics/span.ts'
import type { Axis, Expr, Kernel, Statement } from '../ir/tst.ts'
import type { Declarations } from './declarations.ts'
import { checkKernel } from './kernel.ts'
import { similarNames } from './suggest.ts'
import { arrayShape, elementOf } from './test-arrays.ts'

/** One `expect`: the condition at every point of `axes`; of an equality both sides, which may differ by `within`. */
export interface Expectation {
  readonly axes: readonly Axis[]
  /** Names among the outputs of `expected`: the condition, or the two sides of an equality. */
  readonly condition: string
  readonly sides: readonly [string, string] | undefined
  readonly within: number
  readonly span: Span
}

/** A test block as kernels that the interpreter runs: one for the inputs that are given, one for what is expected of inputs and results together. */
export interface TestTree {
  readonly subject: string
  readonly sizes: Readonly<Record<string, number>>
  readonly given: Kernel | undefined
  readonly expected: Kernel
  readonly expectations: readonly Expectation[]
  readonly span: Span
}

/** Of what the generated kernels would be told, these are not the user's doing. */
const silent: ReadonlySet<string> = new Set(['TDSL0104', 'TDSL0105', 'TDSL0116', 'TDSL0117', 'TDSL0118', 'TDSL0125'])

/** The tests of a file whose kernels and statements have no mistake. */
export function checkTests(file: ast.File, declarations: Declarations, kernels: readonly Kernel[], reporter: Reporter): TestTree[] {
  return file.declarations.flatMap((d) => (d.kind === 'test' ? new TestBlock(d, declarations, kernels, reporter).check() ?? [] : []))
}

class TestBlock {
  readonly #node: ast.Test
  readonly #declarations: Declarations
  readonly #kernels: readonly Kernel[]
  readonly #reporter: Reporter

  constructor(node: ast.Test, declarations: Declarations, kernels: readonly Kernel[], reporter: Reporter) {
    this.#node = node
    this.#declarations = declarations
    this.#kernels = kernels
    this.#reporter = reporter
  }

  check(): TestTree | undefined {
    const node = this.#node
    const { name, span } = node.subject
    const subject = this.#declarations.kernels.find((k) => k.name.name === name)
    if (subject === undefined) {
      this.#reporter.report('TDSL0134', { name, similar: similarNames(name, this.#declarations.kernels.map((k) => k.name.name)) }, span)
      return undefined
    }
    const kernel = this.#kernels.find((k) => k.name === name)
    // A kernel with a mistake of its own says so itself.
    if (kernel === undefined) return undefined
    const sizes = this.#sizes(kernel)
    if (sizes === undefined) return undefined
    const own = new Reporter()
    const lets = node.body.filter((s) => s.kind === 'let')
    const assigns = node.body.flatMap((s): ast.Assign[] => {
      if (s.kind === 'assign') return [s]
      if (s.kind === 'for' || s.kind === 'call-statement') own.report('TDSL0121', { what: s.kind === 'for' ? '`for` in a test' : 'a call in a test' }, s.span)
      return []
    })
    // A let may be made of inputs that the test gives; what others and results are is not known before.
    const assigned = new Set(assigns.map((s) => s.target.name.name))
    const unknown = new Set([...subject.params, ...subject.results].map((p) => p.name.name).filter((n) => !assigned.has(n)))
    const given = this.#given(subject, assigns, lets.filter((l) => !names(l.value).some((n) => unknown.has(n))), sizes, own)
    const expected = this.#expected(subject, lets, sizes, own)
    const found = own.diagnostics.filter((d) => !silent.has(d.code))
    this.#reporter.addAll(found)
    if (expected === undefined || found.some((d) => d.severity === 'error') || (given === undefined && assigns.length > 0)) return undefined
    return { subject: name, sizes, given, ...expected, span: node.span }
  }

  #sizes(kernel: Kernel): Record<string, number> | undefined {
    const sizes: Record<string, number> = {}
    const known = kernel.sizes.map((s) => s.name)
    let ok = true
    for (const { name, value, span } of this.#node.sizes) {
      if (name === undefined || value.kind !== 'int' || !known.includes(name.name)) {
        this.#reporter.report('TDSL0135', { problem: name === undefined || value.kind !== 'int' ? 'sizes of a test are numbers with their names: `M=3`' : `\`${kernel.name}\` has no size \`${name.name}\`` }, span)
        ok = false
      } else sizes[name.name] = value.value
    }
    for (const s of kernel.sizes) {
      const [only] = s.pinned?.length === 1 ? s.pinned : []
      if (only !== undefined) sizes[s.name] ??= only
    }
    const missing = known.filter((n) => sizes[n] === undefined)
    if (missing.length > 0) this.#reporter.report('TDSL0135', { problem: `the test gives no value to ${missing.map((n) => `\`${n}\``).join(', ')}` }, this.#node.subject.span)
    return ok && missing.length === 0 ? sizes : undefined
  }

  /** A kernel for the interpreter, all of its sizes known. */
  #kernel(params: readonly ast.Param[], results: readonly ast.Param[], body: readonly ast.Statement[], sizes: Readonly<Record<string, number>>, own: Reporter): Kernel | undefined {
    const { subject, span } = this.#node
    const ident = (name: string): ast.Ident => ({ kind: 'ident', name, span: subject.span })
    const pins = Object.entries(sizes).map(([name, value]): ast.Pin => ({ kind: 'pin', size: ident(name), values: [{ kind: 'int', value, span: subject.span }], span: subject.span }))
    return checkKernel({ kind: 'kernel', name: subject, sizeParams: Object.keys(sizes).map(ident), params, results, pins, body, span }, this.#declarations, own)
  }

  #given(subject: ast.Kernel, assigns: readonly ast.Assign[], lets: readonly ast.Let[], sizes: Readonly<Record<string, number>>, own: Reporter): Kernel | undefined {
    if (assigns.length === 0) return undefined
    const results: ast.Param[] = []
    const body: ast.Statement[] = [...lets]
    for (const s of assigns) {
      const { name, span } = s.target.name
      const param = subject.params.find((p) => p.name.name === name)
      if (param === undefined) {
        own.report('TDSL0136', { name, kernel: subject.name.name, similar: similarNames(name, subject.params.map((p) => p.name.name)) }, span)
        continue
      }
      if (!results.some((r) => r.name.name === name)) results.push(rangeless(plain(param)))
      const whole = this.#whole(s, param, own)
      if (whole !== undefined) body.push(whole)
    }
    return results.length === 0 || own.hasErrors ? undefined : this.#kernel([], results, body, sizes, own)
  }

  /** `A = [[1, 2], [3, 4]]`, element by element. */
  #whole(s: ast.Assign, param: ast.Param, own: Reporter): ast.Statement | undefined {
    const dims = param.type.dims
    if (s.value.kind !== 'array' || s.target.positions.length > 0) return s
    const { value } = s
    const shape = arrayShape(value)
    if (shape === undefined || shape.length !== dims.length) {
      own.report('TDSL0137', { name: param.name.name, dims: dims.length, problem: shape === undefined ? 'its rows are not equally long' : `it has ${shape.length}` }, value.span)
      return undefined
    }
    const indices = dims.map((_, d): ast.NameRef => ({ kind: 'name', name: `at_${d + 1}`, span: s.target.span }))
    return {
      ...s, value: elementOf(value, indices),
      target: { ...s.target, positions: indices.map((index, d): ast.LeftPosition => ({ kind: 'left-position', index, extent: { kind: 'int', value: shape[d] ?? 0, span: value.span }, span: s.target.span })) },
    }
  }

  #expected(subject: ast.Kernel, lets: readonly ast.Let[], sizes: Readonly<Record<string, number>>, own: Reporter): Pick<TestTree, 'expected' | 'expectations'> | undefined {
    const params = [...subject.params, ...subject.results].map(plain)
    const ranks = new Map(params.map((p) => [p.name.name, p.type.dims.length]))
    const meant = new Set([...params.map((p) => p.name.name), ...Object.keys(sizes), ...lets.flatMap((l) => l.targets.map((t) => t.name.name))])
    const expects = this.#node.body.filter((s) => s.kind === 'expect')
    const body: ast.Statement[] = [...lets]
    expects.forEach((e, n) => {
      const condition = indexed(e.condition, ranks)
      const free = [...new Set(names(condition))].filter((name) => !meant.has(name))
      const target: ast.LetTarget = {
        kind: 'let-target', name: { kind: 'ident', name: `expect_${n + 1}`, span: e.span },
        indices: free.map((name): ast.Binder => ({ kind: 'binder', name: { kind: 'ident', name, span: e.span }, span: e.span })), span: e.span,
      }
      body.push({ kind: 'let', targets: [target], value: condition, span: e.span })
    })
    const kernel = this.#kernel(params, [], body, sizes, own)
    if (kernel === undefined) return undefined
    return this.#withSides(kernel, expects, own)
  }

  /** Conditions become outputs, and so do both sides of each equality. */
  #withSides(kernel: Kernel, expects: readonly ast.Expect[], own: Reporter): Pick<TestTree, 'expected' | 'expectations'> | undefined {
    const tensors = new Map(kernel.tensors.map((t) => [t.name, t]))
    const statements: Statement[] = []
    const expectations: Expectation[] = []
    for (const s of kernel.statements) {
      statements.push(s)
      const n = /^expect_(\d+)$/.exec(s.target)?.[1]
      const e = n === undefined ? undefined : expects[Number(n) - 1]
      const t = tensors.get(s.target)
      if (e === undefined || t === undefined) continue
      if (t.dtype !== 'bool') { own.report('TDSL0242', { place: '`expect`', got: t.dtype === 'f32' ? 'an f32' : 'a whole number' }, e.condition.span); continue }
      tensors.set(t.name, { ...t, role: 'output' })
      const within = toleranceOf(e, own)
      const { value } = s
      const isEquality = value.kind === 'binary' && value.op === 'eq' && value.a.type !== 'bool'
      if (e.within !== undefined && !isEquality) own.report('TDSL0138', {}, e.within.span)
      const side = (name: string, of: Expr): string => {
        const target = `${s.target}_${name}`
        tensors.set(target, { ...t, name: target, dtype: of.type, role: 'output' })
        statements.push({ ...s, target, value: of })
        return target
      }
      expectations.push({ axes: s.axes, condition: s.target, sides: isEquality ? [side('left', value.a), side('right', value.b)] : undefined, within, span: e.span })
    }
    const lost = expects.find((_, i) => !expectations.some((x) => x.condition === `expect_${i + 1}`))
    if (lost !== undefined && !own.hasErrors) own.report('TDSL0139', {}, lost.span)
    return { expected: { ...kernel, tensors: [...tensors.values()], statements }, expectations }
  }
}

const plain = (p: ast.Param): ast.Param => {
  const { place: _, ...type } = p.type
  return { ...p, inout: false, type }
}

/** Whether given integers keep to their range is seen when they are there. */
function rangeless(p: ast.Param): ast.Param {
  const { range: _, ...elem } = p.type.elem
  return { ...p, type: { ...p.type, elem } }
}

function toleranceOf(e: ast.Expect, own: Reporter): number {
  if (e.within === undefined) return 0
  if (e.within.kind === 'int' || e.within.kind === 'float') return e.within.value
  own.report('TDSL0138', {}, e.within.span)
  return 0
}

/** `C == [[1, 2], [3, 4]]` at every element. */
function indexed(e: ast.Expr, ranks: ReadonlyMap<string, number>): ast.Expr {
  if (e.kind !== 'binary' || e.right.kind !== 'array' || e.left.kind !== 'name') return e
  const { right, left } = e
  const rank = ranks.get(left.name)
  if (rank === undefined || arrayShape(right)?.length !== rank) return e
  const indices = Array.from({ length: rank }, (_, d): ast.NameRef => ({ kind: 'name', name: `at_${d + 1}`, span: left.span }))
  return { ...e, left: { kind: 'index', base: left, positions: indices, span: left.span }, right: elementOf(right, indices) }
}

/** Names that an expression uses and does not bind, in their order. */
function names(e: ast.Expr, bound: ReadonlySet<string> = new Set()): string[] {
  const of = (...parts: readonly ast.Expr[]): string[] => parts.flatMap((p) => names(p, bound))
  switch (e.kind) {
    case 'int': case 'float': case 'bool': return []
    case 'name': return bound.has(e.name) ? [] : [e.name]
    case 'field': return of(e.base)
    case 'index': return of(e.base, ...e.positions, ...(e.outside?.kind === 'outside-value' ? [e.outside.value] : []))
    case 'call': return of(...e.args)
    case 'unary': return of(e.operand)
    case 'binary': return of(e.left, e.right)
    case 'conditional': return of(e.condition, e.yes, e.no)
    case 'axis': {
      const kept = e.op === 'softmax' || e.op === 'scan'
      const inner = kept ? bound : new Set([...bound, ...e.binders.map((b) => b.name.name)])
      const own = [...(kept ? e.binders.map((b) => b.name.name) : []), ...(e.into === undefined ? [] : [e.into.name.name])].filter((n) => !bound.has(n))
      return [...own, ...(e.condition === undefined ? [] : names(e.condition, inner)), ...names(e.body, inner)]
    }
    case 'concat': return [...(bound.has(e.axis.name) ? [] : [e.axis.name]), ...e.pieces.flatMap((p) => names(p, new Set([...bound, e.axis.name])))]
    case 'array': return of(...e.elements)
  }
}

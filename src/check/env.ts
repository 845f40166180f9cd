import type * as ast from '../../grammar/ast.ts'
import type { Note } from '../diagnostics/diagnostic.ts'
import type { Extra } from '../diagnostics/report.ts'
import type { Span } from '../diagnostics/span.ts'
import type { Code, Params } from '../diagnostics/table.ts'
import type { Facts } from '../ir/index-facts.ts'
import type { IndexExpr } from '../ir/index-expr.ts'
import type { Axis, Expr } from '../ir/tst.ts'
import type { KernelContext } from './context.ts'
import type { IndexVar } from './index-var.ts'
import { STD_FILE } from './std.ts'
import { similarNames } from './suggest.ts'

/** One index of a read: its value, and the text it came from. */
export interface Position {
  readonly index: IndexExpr
  readonly span: Span
  /** The index variable, where the position is that and nothing else. */
  readonly alone: IndexVar | undefined
  readonly value: Expr
}

/** Something that is indexed: a tensor, a tensor with its first positions given, or the result of a function. */
export interface TensorView {
  readonly name: string
  /** Extents of the positions still open. Undefined where they are not known yet, or a mistake that has been reported hides them. */
  readonly shape: readonly IndexExpr[] | undefined
  /** Bounds of the integers in it, both inclusive, where they are known. */
  readonly limits: { readonly lo: IndexExpr; readonly hi: IndexExpr } | undefined
  readonly rank: number
  /** How many positions of the tensor in the source come before the first open one; for messages. */
  readonly given: number
  /** The value at the open positions (as many as `rank`). Undefined where a mistake was reported. */
  read(positions: readonly Position[], outside: ast.Outside | undefined, span: Span, env: Env): Expr | undefined
}

export type Binding =
  | { readonly kind: 'index'; readonly variable: IndexVar }
  | { readonly kind: 'size'; readonly index: IndexExpr }
  | { readonly kind: 'tensor'; readonly view: TensorView }
  /** A parameter or let whose value is known as a tree; undefined where a mistake was reported. */
  | { readonly kind: 'value'; readonly value: () => Expr | undefined }

/** What a name means and what is known at one place of a kernel. Immutable. */
export class Env {
  readonly kernel: KernelContext
  readonly names: ReadonlyMap<string, Binding>
  /** Bound around this place, the outermost first. Functions see only their own names, but run inside their callers' axes. */
  readonly axes: readonly Axis[]
  /** Integers >= 0 wherever the place is evaluated, beyond the ranges of the axes. */
  readonly known: readonly IndexExpr[]
  /** Integers >= 0 under the conditions around. Reads are executed even where a condition fails, so they prove little. */
  readonly assumed: readonly IndexExpr[]
  /** Places of the calls that are being inlined, the innermost first. */
  readonly calls: readonly Note[]
  /** The indices that the operators of the statements around bind, and those that run within a piece of a `concat`. */
  readonly binders: ReadonlyMap<ast.Binder | ast.Expr, IndexVar>
  /** Inside an index position, where an unknown name is most likely an index that nothing binds. */
  readonly inPosition: boolean

  #ranges: { readonly of: Facts; readonly facts: Facts } | undefined

  constructor(parts: Pick<Env, 'kernel' | 'names' | 'axes' | 'known' | 'assumed' | 'calls' | 'binders' | 'inPosition'>) {
    this.kernel = parts.kernel
    this.names = parts.names
    this.axes = parts.axes
    this.known = parts.known
    this.assumed = parts.assumed
    this.calls = parts.calls
    this.binders = parts.binders
    this.inPosition = parts.inPosition
  }

  with(change: Partial<Pick<Env, 'names' | 'axes' | 'known' | 'assumed' | 'calls' | 'binders' | 'inPosition'>>): Env {
    return new Env({ ...this, ...change })
  }

  withNames(added: Iterable<readonly [string, Binding]>): Env {
    return this.with({ names: new Map([...this.names, ...added]) })
  }

  withAxes(axes: readonly Axis[]): Env {
    return this.with({ axes: [...this.axes, ...axes] })
  }

  /** Ranges of the axes around, on top of what the kernel knows of its sizes by now; holds wherever the place is evaluated. */
  get ranges(): Facts {
    const { sizeFacts } = this.kernel
    if (this.#ranges?.of !== sizeFacts) {
      const axes = sizeFacts.withVariables(this.axes.map((a) => [a.id, a.extent] as const))
      this.#ranges = { of: sizeFacts, facts: this.known.reduce((f, e) => f.withNonNegative(e), axes) }
    }
    return this.#ranges.facts
  }

  assuming(facts: readonly IndexExpr[]): Env {
    return facts.length === 0 ? this : this.with({ assumed: [...this.assumed, ...facts] })
  }

  report<C extends Code>(code: C, params: Params<C>, span: Span, extra: Extra = {}): void {
    const notes = [...(extra.notes ?? []), ...this.calls]
    // The text of the library is not the user's: the call stands for it.
    const call = span.file === STD_FILE ? this.calls.find((c) => c.span !== undefined && c.span.file !== STD_FILE)?.span : undefined
    if (call === undefined) this.kernel.reporter.report(code, params, span, { ...extra, notes })
    else this.kernel.reporter.report(code, params, call, { notes: notes.filter((n) => n.span?.file !== STD_FILE && n.span !== call) })
  }

  /** A name that means nothing here: as an index where it stands in an index position, else as any name. */
  reportUnknown(name: string, span: Span, as: 'index' | 'name' | 'size', notes: readonly Note[] = []): void {
    // A size in the place of an index of the same letters would be one element beyond the end.
    const isCase = (n: string): boolean => n.toLowerCase() === name.toLowerCase()
    const wanted = (n: string, b: Binding): boolean => (as === 'index' ? b.kind !== 'tensor' && !(b.kind === 'size' && isCase(n)) : as === 'size' ? b.kind === 'size' : true)
    const similar = similarNames(name, [...this.names].filter(([n, b]) => wanted(n, b)).map(([n]) => n))
    // The commonest slip with a name that is right: an operator's body ends earlier than was meant.
    const binder = as !== 'index' ? undefined : [...this.binders.keys()].filter((b): b is ast.Binder => 'name' in b && typeof b.name === 'object' && b.name.name === name && b.name.span.file === span.file && b.name.span.end <= span.start).at(-1);
    if (binder !== undefined) {
      this.report('TDSL0103', { name, similar: [] }, span, { notes: [{ message: `\`${name}\` is bound here for the body of its operator, which ends at \`+\`, \`-\`, a comparison or a closing bracket: put what belongs to it in parentheses`, span: binder.name.span }] });
      return;
    }
    const edits = similar.length === 1 && similar[0] !== undefined ? [{ span, text: similar[0] }] : []
    const advice = notes.length > 0 ? notes : [as === 'index' ? `a sum over it is written \`sum(${name}) …\`, before all that it multiplies` : numbersElsewhere.get(name)].flatMap((message) => (message === undefined ? [] : [{ message }]))
    this.report(as === 'index' ? 'TDSL0103' : 'TDSL0101', { name, similar }, span, { edits, ...(similar.length === 0 ? { notes: advice } : {}) })
  }
}

/** Constants of other languages. */
const numbersElsewhere: ReadonlyMap<string, string> = new Map([
  ...['inf', 'Inf', 'INF', 'infinity', 'Infinity', 'INFINITY'].map((name) => [name, 'there is no infinity to write; a condition leaves positions out, `max(n where n < len) A[n]`, and 3.4e38 is about the largest f32'] as const),
  ...['pi', 'PI', 'M_PI'].map((name) => [name, 'numbers are written out: `3.14159265`'] as const),
  ...['True', 'False'].map((name) => [name, `write \`${name.toLowerCase()}\``] as const),
])

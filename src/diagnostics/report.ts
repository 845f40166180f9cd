import type { Diagnostic, Edit, Note } from './diagnostic.ts'
import { hasErrors } from './diagnostic.ts'
import type { Span } from './span.ts'
import { type Code, type Params, rowOf } from './table.ts'

export interface Extra {
  readonly notes?: readonly Note[]
  readonly edits?: readonly Edit[]
}

/** Makes one diagnostic out of the table. `span` is left out where no place in a source is to blame. */
export function diagnostic<C extends Code>(code: C, params: Params<C>, span?: Span, extra: Extra = {}): Diagnostic {
  const row = rowOf(code)
  return {
    code,
    severity: row.severity,
    message: row.message(params),
    ...(span === undefined ? {} : { span }),
    notes: extra.notes ?? [],
    edits: extra.edits ?? [],
  }
}

/** Collects diagnostics, so that one run reports every mistake; the same code at the same place is kept once. */
export class Reporter {
  readonly #list: Diagnostic[] = []
  readonly #seen = new Set<string>()
  readonly #limit: number

  /** Keeps at most `limit` diagnostics and forgets the rest. */
  constructor(limit = Infinity) {
    this.#limit = limit
  }

  report<C extends Code>(code: C, params: Params<C>, span?: Span, extra?: Extra): void {
    this.add(diagnostic(code, params, span, extra))
  }

  add(d: Diagnostic): void {
    if (this.isFull) return
    const key = `${d.code} ${d.span?.file ?? ''} ${d.span?.start ?? -1} ${d.message}`
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.#list.push(d)
  }

  addAll(diagnostics: readonly Diagnostic[]): void {
    for (const d of diagnostics) this.add(d)
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#list
  }

  /** Whether more would be forgotten. */
  get isFull(): boolean {
    return this.#list.length >= this.#limit
  }

  get hasErrors(): boolean {
    return hasErrors(this.#list)
  }
}

import type { Span } from './span.ts'
import type { Code } from './table.ts'

export type Severity = 'error' | 'warning' | 'note'

/** A remark under a diagnostic, with the place it speaks of where there is one. */
export interface Note {
  readonly message: string
  readonly span?: Span
}

/** Replace the text of `span` (empty: insert) by `text`. Edits of one diagnostic never overlap and belong together. */
export interface Edit {
  readonly span: Span
  readonly text: string
}

export interface Diagnostic {
  readonly code: Code
  readonly severity: Severity
  readonly message: string
  /** Missing where no place in a source file is to blame, as with a data file of the wrong shape. */
  readonly span?: Span
  readonly notes: readonly Note[]
  readonly edits: readonly Edit[]
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === 'error')
}

import type { Diagnostic, Severity } from './diagnostic.ts'
import type { Sources, Span } from './span.ts'

/** A place in a source: lines and columns count from 1, `endColumn` is the column after the last character. All null without a place. */
export interface JsonPlace {
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
  readonly endLine: number | null
  readonly endColumn: number | null
}

/** A diagnostic as `--json` prints it. */
export interface JsonDiagnostic extends JsonPlace {
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly notes: readonly (JsonPlace & { readonly message: string })[]
  readonly edits: readonly (JsonPlace & { readonly text: string })[]
}

export function toJson(d: Diagnostic, sources: Sources): JsonDiagnostic {
  return {
    code: d.code,
    severity: d.severity,
    ...jsonPlace(d.span, sources),
    message: d.message,
    notes: d.notes.map((n) => ({ message: n.message, ...jsonPlace(n.span, sources) })),
    edits: d.edits.map((e) => ({ text: e.text, ...jsonPlace(e.span, sources) })),
  }
}

function jsonPlace(span: Span | undefined, sources: Sources): JsonPlace {
  if (span === undefined) return { file: null, line: null, column: null, endLine: null, endColumn: null }
  const file = sources.get(span.file)
  if (file === undefined) return { file: span.file, line: null, column: null, endLine: null, endColumn: null }
  const start = file.position(span.start)
  const end = file.position(span.end)
  return { file: span.file, line: start.line, column: start.column, endLine: end.line, endColumn: end.column }
}

import type { Diagnostic, Edit, Severity } from './diagnostic.ts'
import type { SourceFile, Sources, Span } from './span.ts'

/** Puts colour around pieces of a message; each function returns its text decorated, or as it is. */
export interface Styler {
  readonly severity: (severity: Severity, text: string) => string
  readonly strong: (text: string) => string
  readonly dim: (text: string) => string
  readonly fix: (text: string) => string
}

export const plain: Styler = { severity: (_, text) => text, strong: (text) => text, dim: (text) => text, fix: (text) => text }

/** An excerpt shows at most this many columns of a line, so that one-line files stay readable. */
const WIDTH = 120

/**
 * A diagnostic as text, several lines, ending with a line break:
 *
 *     matmul.tdsl:4:13: error TDSL0101: `k2` is not declared
 *      4 |   C[m, n] = A[m, k2]
 *        |                  ^^
 *       note matmul.tdsl:2:1: …
 *       fix: write `k`
 */
export function render(d: Diagnostic, sources: Sources, style: Styler = plain): string {
  const head = `${place(d.span, sources)}${style.severity(d.severity, `${d.severity} ${d.code}`)}: ${style.strong(d.message)}`
  const lines = [head, ...excerpt(d.span, sources, style, (mark) => style.severity(d.severity, mark))]
  for (const note of d.notes) {
    lines.push(`  ${style.severity('note', 'note')}${note.span === undefined ? ':' : ` ${place(note.span, sources).trimEnd()}`} ${note.message}`)
    lines.push(...excerpt(note.span, sources, style, (mark) => style.severity('note', mark)))
  }
  for (const edit of d.edits) lines.push(`  ${style.fix('fix')}: ${describe(edit, sources)}`)
  return `${lines.join('\n')}\n`
}

export function renderAll(diagnostics: readonly Diagnostic[], sources: Sources, style: Styler = plain): string {
  return diagnostics.map((d) => render(d, sources, style)).join('\n')
}

/** The text with edits applied; they must not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = text
  const later = [...edits].sort((a, b) => b.span.start - a.span.start || b.span.end - a.span.end)
  for (const { span, text: insert } of later) result = result.slice(0, span.start) + insert + result.slice(span.end)
  return result
}

function place(span: Span | undefined, sources: Sources): string {
  if (span === undefined) return ''
  const file = sources.get(span.file)
  if (file === undefined) return `${span.file}: `
  const { line, column } = file.position(span.start)
  return `${span.file}:${line}:${column}: `
}

function excerpt(span: Span | undefined, sources: Sources, style: Styler, mark: (text: string) => string): string[] {
  const file = span && sources.get(span.file)
  if (span === undefined || file === undefined) return []
  const { line, column } = file.position(span.start)
  const text = file.line(line)
  const from = column - 1 > WIDTH - 40 ? Math.min(column - 1 - WIDTH / 2, Math.max(0, text.length - WIDTH)) : 0
  const shown = text.slice(from, from + WIDTH)
  const cut = from > 0 ? '… ' : ''
  const length = Math.max(1, Math.min(span.end - span.start, shown.length - (column - 1 - from)))
  const gutter = ` ${line} `
  const left = shown.slice(0, column - 1 - from)
  const carets = '^'.repeat(Math.max(1, displayWidth(shown.slice(left.length, left.length + length))))
  return [
    `${style.dim(`${gutter}|`)} ${cut}${printable(shown)}${from + WIDTH < text.length ? ' …' : ''}`,
    `${style.dim(`${' '.repeat(gutter.length)}|`)} ${' '.repeat(cut.length + displayWidth(left))}${mark(carets)}`,
  ]
}

function describe(edit: Edit, sources: Sources): string {
  const file = sources.get(edit.span.file)
  const old = file?.text.slice(edit.span.start, edit.span.end) ?? ''
  if (old === '') return `insert \`${inline(edit.text)}\`${where(edit.span, file)}`
  if (edit.text === '') return `remove \`${inline(old)}\``
  return `write \`${inline(edit.text)}\` instead of \`${inline(old)}\``
}

function where(span: Span, file: SourceFile | undefined): string {
  if (file === undefined) return ''
  const { line, column } = file.position(span.start)
  return ` at ${line}:${column}`
}

function inline(text: string): string {
  const short = text.trim().replace(/\s+/g, ' ')
  return printable(short.length > 60 ? `${short.slice(0, 57)}…` : short)
}

/** One column a character: tabs become one space, other control characters a replacement sign. */
function printable(text: string): string {
  return text.replace(/\t/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/g, '\ufffd')
}

/** Columns on a terminal, near enough: characters outside the basic plane and East Asian wide ones take two. */
function displayWidth(text: string): number {
  let width = 0
  for (const c of text) {
    const p = c.codePointAt(0) ?? 0
    if (p >= 0x300 && p <= 0x36f) continue
    width += p >= 0x1100 && (p <= 0x115f || (p >= 0x2e80 && p <= 0xa4cf) || (p >= 0xac00 && p <= 0xd7a3) || (p >= 0xff00 && p <= 0xff60) || p >= 0x1f300) ? 2 : 1
  }
  return width
}

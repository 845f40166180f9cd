import type { Diagnostic } from '../src/diagnostics/diagnostic.ts'
import { Reporter } from '../src/diagnostics/report.ts'
import { span } from '../src/diagnostics/span.ts'
import type * as ast from './ast.ts'
import type { Context } from './build-expr.ts'
import { spanOfToken } from './build-expr.ts'
import { blameUnclosed, type Chunk, Chunks, MAX_TOKENS } from './chunks.ts'
import { resolveContextualWords } from './context.ts'
import { DeclarationReader } from './declaration-reader.ts'
import { DocFinder } from './docs.ts'
import { Scanner } from './scanner.ts'

export interface Parsed {
  /** What could be understood: broken statements and declarations are left out. */
  readonly ast: ast.File
  /** In the order of their places. */
  readonly diagnostics: readonly Diagnostic[]
}

/** More mistakes than this are not shown. */
export const MAX_SHOWN = 100

/** Parses a file. Never throws for any text; mistakes are returned, several at once. */
export function parse(text: string, file: string): Parsed {
  // More than are shown, because they come in order only nearly.
  const reporter = new Reporter(4 * MAX_SHOWN)
  const scanner = new Scanner(file, text, reporter)
  const chunks = new Chunks(scanner, text)
  const docs = new DocFinder(scanner.comments, reporter)
  const reader = new DeclarationReader({ file, reporter }, (from, to) => scanner.isSpoilt(from, to))
  const declarations: ast.Declaration[] = []
  const limit = Error.stackTraceLimit
  // Chevrotain makes an exception for every mistake; its stack trace is never read and costs more than the parse.
  Error.stackTraceLimit = 0
  try {
    let end = 0
    for (let chunk = chunks.next(); chunk !== undefined && !reporter.isFull; chunk = chunks.next()) {
      const first = chunk.tokens[0]
      if (first === undefined) continue
      const doc = docs.find(end, first.startOffset)
      end = first.startOffset
      if (chunk.tooLong) {
        reporter.report('TDSL0027', { limit: MAX_TOKENS }, spanOfToken({ file, reporter }, first))
        continue
      }
      resolveContextualWords(chunk.tokens)
      if (!scanner.endsInComment) reportUnclosed({ file, reporter }, chunk, text)
      const declaration = reader.read(chunk.tokens)
      if (declaration !== undefined) declarations.push(doc === undefined || declaration.kind === 'import' ? declaration : { ...declaration, doc })
    }
  } finally {
    Error.stackTraceLimit = limit
  }
  return {
    ast: { kind: 'file', declarations, comments: scanner.comments, span: span(file, 0, text.length) },
    diagnostics: limited(file, [...reporter.diagnostics]),
  }
}

function reportUnclosed(ctx: Context, chunk: Chunk, text: string): void {
  if (chunk.unclosed === 0) return
  const blame = blameUnclosed(chunk.tokens, text)
  if (blame === undefined) return
  const at = span(ctx.file, blame.at, blame.at)
  ctx.reporter.report('TDSL0004', {}, spanOfToken(ctx, blame.opener), { edits: [{ span: at, text: '}\n' }] })
}

function limited(file: string, diagnostics: Diagnostic[]): Diagnostic[] {
  diagnostics.sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0))
  if (diagnostics.length <= MAX_SHOWN) return diagnostics
  const shown = diagnostics.slice(0, MAX_SHOWN)
  const last = new Reporter()
  last.report('TDSL0024', { shown: MAX_SHOWN }, diagnostics[MAX_SHOWN]?.span ?? span(file, 0, 0))
  return [...shown, ...last.diagnostics]
}

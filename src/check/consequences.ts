/** Mistakes that only follow from others. */
import type * as ast from '../../grammar/ast.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'

/** What is said of a statement that is missing: a result without values, a name without a use or before it has a value. */
const ofMissing = new Set(['TDSL0105', 'TDSL0106', 'TDSL0107'])

/**
 * Leaves out what a syntax error of the same declaration explains: a statement that could not be read is not there, so that its result seems never written.
 * @param file the syntax tree in which those errors are
 */
export function withoutConsequences(diagnostics: readonly Diagnostic[], syntax: readonly Diagnostic[], file: ast.File): Diagnostic[] {
  const starts = file.declarations.map(({ span }) => span.start).sort((a, b) => a - b)
  const declarationAt = (place: number): number => starts.findLast((start) => start <= place) ?? -1
  const broken = new Set(syntax.flatMap(({ severity, span }) => (severity === 'error' && span !== undefined ? [declarationAt(span.start)] : [])))
  return broken.size === 0 ? [...diagnostics] : diagnostics.filter(({ code, span }) => !ofMissing.has(code) || span === undefined || span.file !== file.span.file || !broken.has(declarationAt(span.start)))
}

import type * as ast from '../../grammar/ast.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { Reporter } from '../diagnostics/report.ts'
import type { Kernel, Program } from '../ir/tst.ts'
import { type CheckedPrograms, checkPrograms } from '../program/check.ts'
import { checkFns } from './check-fns.ts'
import { collectDeclarations } from './declarations.ts'
import { checkKernel } from './kernel.ts'
import { libraryFns } from './library.ts'
import { type ChosenFormats, withTypesOfPlainFormats } from './plain-formats.ts'
import { checkTests, type TestTree } from './tests.ts'

export interface CheckOptions {
  /** Leave the standard library out, as when it is checked itself. */
  readonly noLibrary?: boolean
  /** Types for plain formats in place of those that the source names. */
  readonly formats?: ChosenFormats
}

export interface Checked {
  /** The kernels without a mistake, in the order of the file. */
  readonly program: Program
  /** Programs, states and host functions without a mistake. */
  readonly launched: CheckedPrograms
  /** Tests of kernels without a mistake. */
  readonly tests: readonly TestTree[]
  /** In the order of their places. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Checks a syntax tree: names, sizes, shapes, ranges, bounds, dtypes and formats. Never throws for any tree that the parser gives;
 * every mistake of the file is reported in one run, each once and at its cause.
 */
export function check(written: ast.File, options: CheckOptions = {}): Checked {
  const reporter = new Reporter()
  const file = withTypesOfPlainFormats(written, options.formats ?? {}, reporter)
  const library = options.noLibrary === true ? [] : libraryFns()
  const declarations = collectDeclarations(file, library, reporter)
  checkFns(file, declarations, reporter)
  const kernels: Kernel[] = []
  for (const node of declarations.kernels) {
    const kernel = checkKernel(node, declarations, reporter)
    if (kernel !== undefined) kernels.push(kernel)
  }
  const launched = checkPrograms(declarations, kernels, reporter)
  const tests = checkTests(file, declarations, kernels, reporter)
  const diagnostics = [...reporter.diagnostics].sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0))
  return { program: { file: file.span.file, kernels }, launched, tests, diagnostics }
}

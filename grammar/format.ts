import { format as prettierFormat } from 'prettier/standalone'
import type { Diagnostic } from '../src/diagnostics/diagnostic.ts'
import { hasErrors } from '../src/diagnostics/diagnostic.ts'
import { parse } from './parse.ts'
import * as plugin from './prettier-plugin.ts'

export interface Formatted {
  /** Missing where the text has syntax errors: what is not understood is not touched. */
  readonly text?: string
  readonly diagnostics: readonly Diagnostic[]
}

/** A line comment in an odd place may move once more when its new place is formatted; this often it is followed. */
const ROUNDS = 4

/** The text in its one usual layout. Formatting twice changes nothing more, and the tree stays the same. */
export async function format(text: string, file = 'input.tdsl'): Promise<Formatted> {
  const { ast, diagnostics } = parse(text, file)
  if (hasErrors(diagnostics)) return { diagnostics }
  let before = text
  let result = await once(text, file)
  for (let round = 1; round < ROUNDS && ast.comments.length > 0 && result !== before; round++) {
    before = result
    result = await once(result, file)
  }
  return { text: result, diagnostics }
}

async function once(text: string, file: string): Promise<string> {
  const formatted = await prettierFormat(text, { ...plugin.defaultOptions, parser: 'tdsl', filepath: file, plugins: [plugin], endOfLine: 'lf' })
  // Parentheses that are put in for readability may pass the limit of nesting; such a text stays as it is.
  return hasErrors(parse(formatted, file).diagnostics) ? text : formatted
}

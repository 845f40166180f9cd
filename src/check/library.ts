import type * as ast from '../../grammar/ast.ts'
import { parse } from '../../grammar/parse.ts'
import { CompilerBug } from '../diagnostics/bug.ts'
import { STD_FILE, stdText } from './std.ts'

let parsed: readonly ast.Fn[] | undefined

/** The functions of the standard library, parsed at the first use. */
export function libraryFns(): readonly ast.Fn[] {
  if (parsed === undefined) {
    const { ast: file, diagnostics } = parse(stdText, STD_FILE)
    const first = diagnostics[0]
    if (first !== undefined) throw new CompilerBug(`the standard library does not parse: ${first.message}`)
    parsed = file.declarations.filter((d) => d.kind === 'fn')
  }
  return parsed
}

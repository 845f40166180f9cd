/** Runs examples at the small sizes of their `@example` lines; the first line, which is for `tdsl run` and for measuring, is left out. */
import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import { parse } from '../../grammar/parse.ts'
import type { CompileResult } from '../../src/driver-types.ts'
import { agree, compiled, type AgreeOptions } from '../language/agree.ts'

export const exampleText = (name: string): string => readFileSync(new URL(`../../examples/${name}.tdsl`, import.meta.url), 'utf8')

export function examplesAgree(names: readonly string[], options: AgreeOptions = {}): void {
  for (const name of names) {
    const text = exampleText(name)
    for (const d of parse(text, `${name}.tdsl`).ast.declarations) {
      if (d.kind !== 'kernel') continue
      const [first, ...small] = d.doc?.examples ?? []
      test(`${name}: ${d.name.name}`, async () => {
        if (first === undefined || small.length === 0) throw new Error(`${d.name.name} needs a line @example to be run at, and small ones for tests`)
        const result: CompileResult = compiled(text, d.name.name)
        for (const { sizes } of small) await agree(result, d.name.name, Object.fromEntries(sizes.map((s) => [s.name, s.value])), undefined, options)
      })
    }
  }
}

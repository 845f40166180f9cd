import { parse } from '../../grammar/parse.ts'
import { check } from '../../src/check/check.ts'
import { instantiate } from '../../src/check/instantiate.ts'
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts'
import { interpret } from '../../src/ir/tst-interpret.ts'
import type { Kernel, Program } from '../../src/ir/tst.ts'

export function checkText(text: string): { readonly program: Program; readonly diagnostics: readonly Diagnostic[] } {
  const parsed = parse(text, 'test.tdsl')
  const checked = check(parsed.ast)
  return { program: checked.program, diagnostics: [...parsed.diagnostics, ...checked.diagnostics] }
}

/** The kernel called `name`, or the first; throws what was reported where the text has a mistake. */
export function kernelOf(text: string, name?: string): Kernel {
  const { program, diagnostics } = checkText(text)
  const errors = diagnostics.filter((d) => d.severity === 'error')
  if (errors.length > 0) throw new Error(errors.map((d) => `${d.code}: ${d.message}`).join('\n'))
  const found = program.kernels.find((k) => name === undefined || k.name === name)
  if (found === undefined) throw new Error('no such kernel')
  return found
}

/** The values of one output, by the oracle; once more with all sizes known, which must not change them. */
export function valuesOf(text: string, sizes: Readonly<Record<string, number>>, inputs: Readonly<Record<string, readonly number[]>>, output = 'Y'): number[] {
  const kernel = kernelOf(text)
  const given = new Map(Object.entries(inputs))
  const [first, second] = [kernel, instantiate(kernel, sizes)].map((k) => [...(interpret(k, sizes, given).get(output)?.values ?? [])])
  if (JSON.stringify(first) !== JSON.stringify(second)) throw new Error(`known sizes change the values: ${String(first)} and ${String(second)}`)
  return first ?? []
}

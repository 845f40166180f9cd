import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from '../../grammar/parse.ts'
import { check } from '../../src/check/check.ts'
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts'
import { SourceFile } from '../../src/diagnostics/span.ts'
import { validateKernel } from '../../src/ir/tst-validate.ts'

/**
 * Programs under test/programs with what the checker must say, in comments on the line that causes it:
 *
 *     C[m] = a[m]   // error TDSL0101@10: `a` is not declared // warning TDSL0105: not used
 *
 * `// up 2: error …` speaks of the line two above. Every diagnostic has one such comment and every comment one diagnostic: severity, code, line, the column where `@` gives one, and a
 * part of the message. Kernels without an error must satisfy the invariants of the tree.
 */
const folder = fileURLToPath(new URL('../programs', import.meta.url))
const examples = fileURLToPath(new URL('../../examples', import.meta.url))

const expectation = /\/\/ (?:up (\d+): )?(error|warning) (TDSL\d{4})(?:@(\d+))?: (.*?)(?= \/\/ (?:up \d+: )?(?:error|warning) |$)/g

function check1(name: string, text: string): void {
  const source = new SourceFile(name, text)
  const parsed = parse(text, name)
  const checked = check(parsed.ast)
  const open: Diagnostic[] = [...parsed.diagnostics, ...checked.diagnostics]
  const missing: string[] = []
  text.split('\n').forEach((line, i) => {
    for (const [whole, up, severity, code, column, part] of line.matchAll(expectation)) {
      const at = open.findIndex((d) => {
        const place = d.span && source.position(d.span.start)
        return d.severity === severity && d.code === code && place?.line === i + 1 - Number(up ?? 0) && (column === undefined || place.column === Number(column)) && d.message.includes(part?.trim() ?? '')
      })
      if (at < 0) missing.push(`${name}:${i + 1}: expected ${whole}`)
      else open.splice(at, 1)
    }
  })
  const extra = open.map((d) => {
    const place = d.span && source.position(d.span.start)
    return `${name}:${place?.line}:${place?.column}: unexpected ${d.severity} ${d.code}: ${d.message}`
  })
  assert.equal([...missing, ...extra], [], [...missing, ...extra].join('\n'))
  for (const kernel of checked.program.kernels) assert.equal(validateKernel(kernel).map((v) => `rule ${v.rule}: ${v.message}`), [], kernel.name)
}

for (const [where, files] of [[folder, readdirSync(folder)], [examples, readdirSync(examples)]] as const) {
  for (const file of files.filter((f) => f.endsWith('.tdsl')).sort()) {
    test(file, () => check1(file, readFileSync(`${where}/${file}`, 'utf8')))
  }
}

test.run()

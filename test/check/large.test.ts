/** Long sources take time in proportion: twice the text never three times as long. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compileSource } from '../../src/driver.ts'

const example = (name: string): string => readFileSync(fileURLToPath(new URL(`../../examples/${name}.tdsl`, import.meta.url)), 'utf8')
const kernels = ['matmul', 'softmax', 'rmsnorm', 'rope', 'layernorm'].map(example).join('\n')
const declared = [...kernels.matchAll(/^(?:kernel|fn|format) (\w+)/gm)].map((m) => m[1])

/** Copies of real kernels, each under names of its own. */
function source(bytes: number): string {
  const names = new RegExp(`\\b(${declared.join('|')})\\b`, 'g'), copies: string[] = []
  for (let length = 0; length < bytes; length += kernels.length) copies.push(kernels.replace(names, `$1_${copies.length}`))
  return copies.join('\n')
}

/** Seconds of the processor, the least of a few runs: other work on the machine does not count. */
function seconds(text: string): number {
  return Math.min(...Array.from({ length: 2 }, () => {
    const before = process.cpuUsage()
    const { diagnostics } = compileSource(text, 'large.tdsl', { targets: [] })
    assert.equal(diagnostics.filter((d) => d.severity === 'error').map((d) => d.message), [])
    return process.cpuUsage(before).user / 1e6
  }))
}

test('checking twice as many kernels takes less than three times as long', () => {
  const half = source(60_000), whole = source(120_000)
  seconds(half)
  const [one, two] = [seconds(half), seconds(whole)]
  assert.ok(two < 3 * one + 0.05, `${half.length} bytes ${one} s, ${whole.length} bytes ${two} s`)
})

test.run()

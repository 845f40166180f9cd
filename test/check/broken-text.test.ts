import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { validateKernel } from '../../src/ir/tst-validate.ts'
import { checkText } from './support.ts'

// Declarations of the test programs, mixed and with words lost, doubled, swapped and replaced: nothing is thrown, every diagnostic has a
// place in the text, and what passes satisfies the invariants of the tree.

function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const folders = ['../programs', '../../examples'].map((f) => fileURLToPath(new URL(f, import.meta.url)))
const texts = folders.flatMap((d) => readdirSync(d).filter((f) => f.endsWith('.tdsl')).sort().map((f) => readFileSync(`${d}/${f}`, 'utf8').replace(/\/\/.*/g, '')))
const declarations = texts.flatMap((t) => t.split(/\n(?=kernel|fn|format)/)).filter((t) => t.trim() !== '')
const word = /[A-Za-z_]\w*|\d+(?:\.\d+)?|\s+|[^\s\w]/g
const words = [...new Set(texts.join('\n').match(word))].filter((w) => w.trim() !== '')

function broken(next: () => number): string {
  const pick = <T>(from: readonly T[]): T => { const x = from[Math.floor(next() * from.length)]; if (x === undefined) throw new Error('nothing to pick'); return x }
  const text = Array.from({ length: 1 + Math.floor(next() * 3) }, () => pick(declarations)).join('\n')
  const parts: string[] = text.match(word) ?? []
  for (let m = Math.floor(next() * 4); m > 0; m--) {
    const at = Math.floor(next() * parts.length)
    const how = next()
    if (how < 0.3) parts[at] = pick(words)
    else if (how < 0.5) parts.splice(at, 1)
    else if (how < 0.7) parts.splice(at, 0, ` ${pick(words)} `)
    else {
      const other = Math.floor(next() * parts.length)
      const [a, b] = [parts[at], parts[other]]
      if (a !== undefined && b !== undefined) { parts[at] = b; parts[other] = a }
    }
  }
  return parts.join('')
}

test('broken programs', () => {
  const next = random(20240607)
  let good = 0
  for (let i = 0; i < 250; i++) {
    const text = broken(next)
    const { program, diagnostics } = checkText(text)
    for (const d of diagnostics) {
      assert.is(d.span?.file, 'test.tdsl', `${d.message}\n${text}`)
      assert.ok(d.span !== undefined && d.span.start >= 0 && d.span.end <= text.length && d.span.start <= d.span.end, text)
    }
    for (const k of program.kernels) assert.equal(validateKernel(k), [], text)
    if (program.kernels.length > 0) good++
  }
  assert.ok(good > 50, 'the generator breaks everything')
})

test.run()

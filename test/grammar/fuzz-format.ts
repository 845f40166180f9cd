import { isDeepStrictEqual } from 'node:util'
import { format } from '../../grammar/format.ts'
import { parse } from '../../grammar/parse.ts'
import { Scanner } from '../../grammar/scanner.ts'
import { hasErrors } from '../../src/diagnostics/diagnostic.ts'
import { Reporter } from '../../src/diagnostics/report.ts'
import { mutant, random } from './fuzz.ts'
import { bare } from './helpers.ts'

/**
 * Formats mutations of real programs, with comments strewn in, and checks that the result parses to the same tree, still
 * holds all comments, and is left as it is by formatting again. Returns how many inputs were without a mistake.
 */
export async function fuzzFormatter(seed: number, count: number): Promise<number> {
  let formatted = 0
  for (let i = 0; i < count; i++) {
    const next = random(seed + i)
    let text = mutant(next)
    for (let n = Math.floor(next() * 4); n > 0; n--) text = withComment(text, next)
    const before = parse(text, 'fuzz.tdsl')
    if (hasErrors(before.diagnostics)) continue
    formatted++
    const once = (await format(text)).text ?? ''
    const after = parse(once, 'fuzz.tdsl')
    const fail = (why: string): Error => new Error(`${why}; seed ${seed + i}:\n${text}\n--- formatted:\n${once}`)
    if (hasErrors(after.diagnostics)) throw fail('the result does not parse')
    if (!isDeepStrictEqual(bare(after.ast), bare(before.ast))) throw fail('the tree has changed')
    if (words(once) !== words(text)) throw fail('words were lost or made up')
    const lost = before.ast.comments.find((c) => !once.includes(c.text.trim()))
    if (lost !== undefined) throw fail(`lost ${lost.text}`)
    if ((await format(once)).text !== once) throw fail('formatting again changes it')
  }
  return formatted
}

/** All words of a text but those that the layout decides: parentheses and semicolons. */
function words(text: string): string {
  const scanner = new Scanner('fuzz.tdsl', text, new Reporter())
  const list: string[] = []
  for (let token = scanner.next(); token !== undefined; token = scanner.next()) if (!/^[();]$/.test(token.image)) list.push(token.image)
  return list.sort().join(' ')
}

function withComment(text: string, next: () => number): string {
  const places = [...text.matchAll(/(?<=[\s,()[\]{}])/g)].map((m) => m.index)
  const at = places[Math.floor(next() * places.length)] ?? 0
  const comment = next() < 0.5 ? `// line ${Math.floor(next() * 99)}\n` : `/* block ${Math.floor(next() * 99)} */`
  return text.slice(0, at) + comment + text.slice(at)
}

import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { TdslParser } from '../../grammar/parser.ts'
import { KEYWORDS } from '../../grammar/tokens.ts'
import { AXIS_OPS } from '../../grammar/ast.ts'
import { ebnf, rulesOf } from './ebnf.ts'

function read(name: string): string {
  return readFileSync(new URL(`../../grammar/${name}`, import.meta.url), 'utf8')
}

test('the grammar has no ambiguity that its gates do not decide', () => {
  new TdslParser({ validate: true })
})

test('tdsl.ebnf says what the parser does, rule by rule', () => {
  const written = rulesOf(read('tdsl.ebnf'))
  const rules = Object.values(new TdslParser({ validate: false }).getGAstProductions())
  for (const rule of rules) assert.is(written.get(rule.name), ebnf(rule))
  const names = new Set(rules.map((r) => r.name))
  const lexical = [...written.keys()].filter((name) => !names.has(name))
  assert.equal(lexical, ['file', 'Identifier', 'IntLiteral', 'FloatLiteral', 'StringLiteral', 'BinaryOp', 'ArithmeticOp', 'CompareOp', 'LogicOp', 'AxisWord', 'comment'])
})

interface Pattern {
  readonly match?: string
  readonly begin?: string
  readonly end?: string
  readonly name?: string
  readonly include?: string
  readonly patterns?: readonly Pattern[]
}

function patterns(): { readonly patterns: readonly Pattern[]; readonly repository: Readonly<Record<string, Pattern>> } {
  return JSON.parse(read('tdsl.tmLanguage.json')) as ReturnType<typeof patterns>
}

function all(list: readonly Pattern[]): Pattern[] {
  return list.flatMap((p) => [p, ...all(p.patterns ?? [])])
}

test('the TextMate grammar knows every word of the language', () => {
  const grammar = patterns()
  const flat = all([...grammar.patterns, ...Object.values(grammar.repository)])
  const regexes = flat.flatMap((p) => p.match ?? []).map((m) => new RegExp(m))
  for (const word of [...KEYWORDS.keys(), ...AXIS_OPS.map((op) => `${op}(k)`), '0x1F', '1e-6', '1_000', '<=', '->', 'bf16', 'i32', 'concat(']) {
    assert.ok(regexes.some((r) => r.exec(`${word} `)?.[0].trim() === word.replace(/\(k?\)?$/, '')), word)
  }
  for (const p of flat) if (p.include?.startsWith('#') === true) assert.ok(grammar.repository[p.include.slice(1)], p.include)
})

test.run()

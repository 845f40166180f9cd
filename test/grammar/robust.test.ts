import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from '../../grammar/parse.ts'
import { fuzzFormatter } from './fuzz-format.ts'
import { fuzzFrontEnd } from './fuzz.ts'
import { mistakes, parsed } from './helpers.ts'

function kernel(body: string): string {
  return `kernel f() {\n${body}\n}\n`
}

const N = 10_000
const deep: Readonly<Record<string, string>> = {
  parentheses: kernel(`C = ${'('.repeat(N)}1${')'.repeat(N)}`),
  'open parentheses': kernel(`C = ${'('.repeat(N)}`),
  positions: kernel(`C = ${'A['.repeat(N)}1${']'.repeat(N)}`),
  calls: kernel(`C = ${'f('.repeat(N)}1${')'.repeat(N)}`),
  arrays: kernel(`C = ${'['.repeat(N)}${']'.repeat(N)}`),
  loops: kernel(`${'for l in 0..1 {'.repeat(N)}${'}'.repeat(N)}`),
  conditions: kernel(`C = ${'if a then '.repeat(N)}1${' else 2'.repeat(N)}`),
  'else if': kernel(`C = ${'if a then 1 else '.repeat(N)}1`),
  'if if': kernel(`C = ${'if '.repeat(N)}`),
  outsides: kernel(`C = ${'A[m] else '.repeat(N)}1`),
  signs: kernel(`C = ${'-'.repeat(N)}1`),
  sums: kernel(`C = ${'sum(k) '.repeat(N)}1`),
  'a chain of +': kernel(`C = ${'a + '.repeat(N)}1`),
  'a chain of fields': kernel(`C = a${'.b'.repeat(N)}`),
  extents: `kernel f(A: f32[${'('.repeat(N)}M${')'.repeat(N)}]) {}`,
}
for (const [name, text] of Object.entries(deep)) {
  test(`${N} nested ${name} are too deep, and nothing else`, () => {
    assert.match(mistakes(text), /^TDSL0007@\d+$/)
  })
}

test('a broken program nested deeply is a matter of moments', () => {
  for (const text of [`kernel f() {${'for l in 0.. {\n'.repeat(N)}`, kernel(')'.repeat(N)), kernel('['.repeat(N) + ')'.repeat(N)), 'max('.repeat(N), kernel('a[\n'.repeat(N))]) {
    const start = performance.now()
    const { diagnostics } = parse(text, 't.tdsl')
    assert.ok(diagnostics.length > 0 && diagnostics.length <= 101)
    assert.ok(performance.now() - start < 10_000)
  }
})

test('what is allowed: 99 parentheses, 250 terms, 250 signs', () => {
  for (const body of [`C = ${'('.repeat(98)}1${')'.repeat(98)}`, `C = ${'a + '.repeat(250)}1`, `C = ${'-'.repeat(250)}1`]) parsed(kernel(body))
})

test('a long body is read statement by statement, with the same tree', () => {
  const one = '  C[m] = sum(k) A[m, k] * B[k] + max(a, b); let x = a\n    - b\n'
  const short = parsed(kernel(one)).declarations[0]
  const long = parsed(kernel(one.repeat(2000))).declarations[0]
  if (short?.kind !== 'kernel' || long?.kind !== 'kernel') throw new Error('no kernel')
  assert.is(long.body.length, 4000)
  const shape = (s: unknown): string => JSON.stringify(s, (key, value: unknown) => (key === 'span' ? 0 : value))
  assert.is(shape(long.body[2000]), shape(short.body[0]))
  assert.is(shape(long.body[3999]), shape(short.body[1]))
  assert.is(long.body.at(-1)?.span.end, kernel(one.repeat(2000)).trimEnd().length - 3)
  assert.is(mistakes(kernel(`${one.repeat(2000)}C = = 1`)), 'TDSL0001@4002')
})

test('a megabyte of declarations', () => {
  const text = kernel('  C[m, n] = sum(k) A[m, k] * B[k, n] + 2.5e-3').repeat(15_000)
  const { ast, diagnostics } = parse(text, 't.tdsl')
  assert.is(diagnostics.length, 0)
  assert.is(ast.declarations.length, 15_000)
})

test('any bytes', () => {
  for (const text of ['', '\u0000', '\ufeff', '\r', '\r\n', '"', '/*', '//', '///', '{', '}', '\ud800', '\udc00"', 'kernel', 'kernel f', 'import', '.', '..', '0x', '1e', '@'.repeat(1e5), '× '.repeat(1e4)]) {
    parse(text, 't.tdsl')
  }
})

test('mutations of real programs: no exception, places inside the text', () => {
  const { clean } = fuzzFrontEnd(1, 5000)
  assert.ok(clean > 500 && clean < 4500, `${clean} of 5000 without a mistake`)
})

test('mutations of real programs, formatted: same tree, all comments, stable', async () => {
  assert.ok((await fuzzFormatter(1, 250)) > 40)
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { CompilerBug, unreachable } from '../../src/diagnostics/bug.ts'
import { toJson } from '../../src/diagnostics/json.ts'
import { applyEdits, render, type Styler } from '../../src/diagnostics/render.ts'
import { diagnostic, Reporter } from '../../src/diagnostics/report.ts'
import { choices, short } from '../../src/diagnostics/row.ts'
import { editDistance, similar } from '../../src/diagnostics/similar.ts'
import { SourceFile, Sources, span } from '../../src/diagnostics/span.ts'
import { codes, isCode, type Params } from '../../src/diagnostics/table.ts'

test('lines and columns: every kind of line end, before and after the text', () => {
  const file = new SourceFile('t', 'a\nbc\r\nd\re')
  assert.equal(file.lineStarts, [0, 2, 6, 8])
  assert.equal(file.position(0), { line: 1, column: 1 })
  assert.equal(file.position(1), { line: 1, column: 2 })
  assert.equal(file.position(3), { line: 2, column: 2 })
  assert.equal(file.position(7), { line: 3, column: 2 })
  assert.equal(file.position(9), { line: 4, column: 2 })
  assert.equal(file.position(99), { line: 4, column: 2 })
  assert.equal(file.position(-1), { line: 1, column: 1 })
  assert.equal([1, 2, 3, 4, 5].map((n) => file.line(n)), ['a', 'bc', 'd', 'e', ''])
  assert.equal(new SourceFile('t', '').position(0), { line: 1, column: 1 })
})

const text = 'one two\nthree\tfour\n'
const sources = Sources.of('t.tdsl', text)
const two = span('t.tdsl', 4, 7)
const four = span('t.tdsl', 14, 18)

test('a rendered diagnostic: place, excerpt, notes, fix', () => {
  const d = diagnostic('TDSL0001', { expected: 'a', found: 'b' }, four, {
    notes: [{ message: 'opened here', span: two }, { message: 'without a place' }],
    edits: [{ span: span('t.tdsl', 7, 7), text: ')' }, { span: two, text: '2' }, { span: four, text: '' }],
  })
  assert.fixture(
    render(d, sources),
    `t.tdsl:2:7: error TDSL0001: expected a, but found b
 2 | three four
   |       ^^^^
  note t.tdsl:1:5: opened here
 1 | one two
   |     ^^^
  note: without a place
  fix: insert \`)\` at 1:8
  fix: write \`2\` instead of \`two\`
  fix: remove \`four\`
`,
  )
})

test('a diagnostic without a place, and one of a file that is not at hand', () => {
  assert.is(render(diagnostic('TDSL0001', { expected: 'a', found: 'b' }), sources), 'error TDSL0001: expected a, but found b\n')
  assert.is(render(diagnostic('TDSL0001', { expected: 'a', found: 'b' }, span('u.tdsl', 1, 2)), sources), 'u.tdsl: error TDSL0001: expected a, but found b\n')
})

test('the excerpt: a mark under wide characters, over several lines, at the end, in long lines', () => {
  const under = (source: string, start: number, end: number): string => {
    const lines = render(diagnostic('TDSL0001', { expected: 'a', found: 'b' }, span('x', start, end)), Sources.of('x', source)).split('\n')
    return `${lines[1]}\n${lines[2]}`
  }
  assert.is(under('漢字 x', 3, 4), ' 1 | 漢字 x\n   |      ^')
  assert.is(under('ab\ncd', 1, 5), ' 1 | ab\n   |  ^')
  assert.is(under('ab', 2, 2), ' 1 | ab\n   |   ^')
  const long = under(`${'x'.repeat(10_000)}HERE${'y'.repeat(10_000)}`, 10_000, 10_004)
  assert.ok(long.length < 300)
  const [line = '', marks = ''] = long.split('\n')
  assert.is(line.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1), 'HERE')
})

test('control characters of a source never reach the terminal', () => {
  const source = 'a\u001b[31m b'
  assert.not.match(render(diagnostic('TDSL0001', { expected: 'a', found: 'b' }, span('x', 0, 1)), Sources.of('x', source)), /\u001b/)
})

test('colour comes only through the styler', () => {
  const style: Styler = { severity: (s, t) => `<${s}>${t}</>`, strong: (t) => `*${t}*`, dim: (t) => `~${t}~`, fix: (t) => `+${t}+` }
  const d = diagnostic('TDSL0001', { expected: 'a', found: 'b' }, two, { edits: [{ span: two, text: '2' }] })
  assert.match(render(d, sources, style), /<error>error TDSL0001<\/>: \*expected a, but found b\*/)
  assert.match(render(d, sources, style), /\+fix\+/)
})

test('edits are applied together', () => {
  assert.is(applyEdits(text, [{ span: two, text: '2' }, { span: span('t.tdsl', 0, 0), text: '> ' }, { span: four, text: '' }]), '> one 2\nthree\t\n')
})

test('JSON: places from 1, null where there is none', () => {
  const d = diagnostic('TDSL0001', { expected: 'a', found: 'b' }, four, { notes: [{ message: 'n' }], edits: [{ span: two, text: '2' }] })
  assert.equal(toJson(d, sources), {
    code: 'TDSL0001', severity: 'error', file: 't.tdsl', line: 2, column: 7, endLine: 2, endColumn: 11, message: 'expected a, but found b',
    notes: [{ message: 'n', file: null, line: null, column: null, endLine: null, endColumn: null }],
    edits: [{ text: '2', file: 't.tdsl', line: 1, column: 5, endLine: 1, endColumn: 8 }],
  })
})

test('a reporter keeps each mistake once, in order, and up to its limit', () => {
  const r = new Reporter(2)
  for (const found of ['b', 'b', 'c', 'd']) r.report('TDSL0001', { expected: 'a', found }, two)
  assert.equal(r.diagnostics.map((d) => d.message), ['expected a, but found b', 'expected a, but found c'])
  assert.ok(r.isFull && r.hasErrors)
  const warnings = new Reporter()
  warnings.report('TDSL0023', {}, two)
  assert.not.ok(warnings.hasErrors)
})

test('every row explains itself and stands under its own number', () => {
  for (const [code, row] of Object.entries(codes)) {
    assert.match(code, /^TDSL\d{4}$/)
    assert.ok(row.explain.length > 40, `${code} wants a longer explanation`)
    assert.not.match(row.explain, /\n$/)
  }
  assert.ok(isCode('TDSL0001'))
  assert.not.ok(isCode('TDSL9999'))
  assert.not.ok(isCode('toString'))
})

test('a report without one of its parameters does not type-check', () => {
  const wanting: { expected: string } extends Params<'TDSL0001'> ? true : false = false
  const complete: { expected: string; found: string } extends Params<'TDSL0001'> ? true : false = true
  assert.is(wanting, !complete)
})

test('the nearest names', () => {
  assert.equal(similar('kernal', ['kernel', 'format', 'fn']), ['kernel'])
  assert.equal(similar('acc', ['Acc', 'abc', 'x']), ['Acc', 'abc'])
  assert.equal(similar('x', ['y', 'z']), [])
  assert.is(editDistance('abcd', 'acbd', 3), 1)
  assert.is(editDistance('abc', 'abcdefgh', 3), 4)
})

test('words in messages', () => {
  assert.is(choices(['a']), '`a`')
  assert.is(choices(['a', 'b', 'c']), '`a`, `b` or `c`')
  assert.is(choices(['a', 'b'], 'and'), '`a` and `b`')
  assert.is(short('x'.repeat(50)).length, 38)
})

test('a forgotten case is a bug of the compiler', () => {
  assert.throws(() => unreachable('x' as never), (e: unknown) => e instanceof CompilerBug)
})

test.run()

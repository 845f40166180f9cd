import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from '../../grammar/parse.ts'
import { applyEdits, renderAll } from '../../src/diagnostics/render.ts'
import { Sources } from '../../src/diagnostics/span.ts'
import { syntaxCodes } from '../../src/diagnostics/codes/syntax.ts'
import { expectStatementError, mistakes } from './helpers.ts'

/** Cases are a text, a line `----`, and the whole rendered text of its mistakes; `====` stands between them. */
const file = new URL('syntax-errors.txt', import.meta.url)
const cases = readFileSync(file, 'utf8').split('\n====\n').map((one) => one.split('\n----\n'))

function rendered(text: string): string {
  return renderAll(parse(text, 't.tdsl').diagnostics, Sources.of('t.tdsl', text)).trimEnd()
}

if (process.env['TDSL_BLESS'] === '1') {
  writeFileSync(file, cases.map(([text = '']) => `${text}\n----\n${rendered(text)}\n`).join('\n====\n'))
}

for (const [text = '', wanted = ''] of readFileSync(file, 'utf8').split('\n====\n').map((one) => one.split('\n----\n'))) {
  test(text.replaceAll('\n', '\\n'), () => {
    assert.is.not(wanted.trim(), '')
    assert.fixture(rendered(text), wanted.trimEnd())
  })
}

test('every syntax code has a case, but for the two about enormous texts', () => {
  const seen = new Set(cases.flatMap(([text = '']) => parse(text, 't.tdsl').diagnostics.map((d) => d.code)))
  const missing = Object.keys(syntaxCodes).filter((code) => !seen.has(code as keyof typeof syntaxCodes))
  assert.equal(missing, ['TDSL0024', 'TDSL0027'])
})

test('where an edit is proposed, applying the edits mends the text', () => {
  const only = /^(TDSL0001|TDSL0002|TDSL0003|TDSL0004|TDSL0006|TDSL0008|TDSL0025)$/
  let mended = 0
  for (const [text = ''] of cases) {
    const { diagnostics } = parse(text, 't.tdsl')
    const edits = diagnostics.flatMap((d) => d.edits)
    if (!diagnostics.every((d) => only.test(d.code) && d.edits.length > 0)) continue
    const after = mistakes(applyEdits(text, edits))
    assert.ok(after === '' || /def f|=>|= \$|≤/.test(text), `${text}\n${after}`)
    if (after === '') mended++
  }
  assert.ok(mended >= 8, String(mended))
})

test('each broken statement and declaration gives its own message, and good ones are kept', () => {
  const text = `kernel f(A: f32[M]) -> C: f32[M] {
  let a[m] = A[m
  let b[m] = A[m] +
  let c[m] = A[m]
  C[m] = = c[m]
  for l in 0..3 {
    d = * 2
    e = 1
  }
}
kernel g(A f32) {}
kernel h() { C = 1 }
`
  assert.is(mistakes(text), 'TDSL0001@2 TDSL0001@3 TDSL0001@5 TDSL0001@7 TDSL0001@11')
  const { ast } = parse(text, 't.tdsl')
  assert.equal(ast.declarations.map((d) => d.kind === 'kernel' && [d.name.name, d.body.map((s) => s.kind)]), [['f', ['let', 'for']], ['h', ['assign']]])
})

test('an echo of what is no token is not reported again', () => {
  expectStatementError('C = a ? b', `
    t.tdsl:2:7: error TDSL0003: \`?\` is not part of the language; write \`if c then a else b\`
     2 | C = a ? b
       |       ^`)
})

test('after the hundredth mistake comes only that there are more', () => {
  const { diagnostics } = parse(`kernel f() {\n${'C = *\n'.repeat(500)}}`, 't.tdsl')
  assert.is(diagnostics.length, 101)
  assert.is(diagnostics.at(-1)?.code, 'TDSL0024')
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { format } from '../../grammar/format.ts'
import { bare, expectBody, expectFormat, parsed } from './helpers.ts'
import { PROGRAMS } from './seeds.ts'

for (const [name, text] of PROGRAMS) {
  test(`${name}: formatting keeps the tree and the comments, and twice is as once`, async () => {
    const once = (await format(text)).text ?? ''
    assert.equal(bare(parsed(once)), bare(parsed(text)))
    assert.fixture((await format(once)).text ?? '', once)
    const comments = (t: string): string[] => parsed(t).comments.map((c) => c.text).sort()
    assert.equal(comments(once), comments(text))
  })
}

test('spaces, line ends, semicolons', async () => {
  await expectBody('C[m,n]=sum( k )A[m,k]*B [k,n];\r\n\tD=1 E   +=2', 'C[m, n] = sum(k) A[m, k] * B[k, n]\nD = 1\nE += 2')
})

test('parentheses: those that mean something and no others', async () => {
  await expectBody('a = (((b)) + (c * d))', 'a = b + c * d')
  await expectBody('a = (b + c) * d', 'a = (b + c) * d')
  await expectBody('a = b - (c - d)', 'a = b - (c - d)')
  await expectBody('a = (b - c) - d', 'a = b - c - d')
  await expectBody('a = (sum(k) b) * c', 'a = (sum(k) b) * c')
  await expectBody('a = (sum(k) b * c) + d', 'a = sum(k) b * c + d')
  await expectBody('a = c * (sum(k) b)', 'a = c * (sum(k) b)')
  await expectBody('a = sum(k) (any(u) b == c) + d', 'a = sum(k) (any(u) b == c) + d')
  await expectBody('a = (any(u) b == c) == d', 'a = (any(u) b == c) == d')
  await expectBody('a = (if b then c else d) + e', 'a = (if b then c else d) + e')
  await expectBody('a = b + (if c then d else e)', 'a = b + (if c then d else e)')
  await expectBody('a = -(b * c) * -(-d)', 'a = -(b * c) * -(-d)')
  await expectBody('a = not (b == c) and not (d and e)', 'a = not b == c and not (d and e)')
  await expectBody('a = (b < c) == (d < e)', 'a = (b < c) == (d < e)')
  await expectBody('a = max(g) (-b)', 'a = max(g) (-b)')
  await expectBody('a = max(g) (b)', 'a = max(g) b')
})

test('the outside of a read stands in parentheses inside an expression', async () => {
  await expectBody('a = A[i] else 0 * b', 'a = (A[i] else 0) * b')
  await expectBody('a = A[i] else 0', 'a = A[i] else 0')
  await expectBody('a = f(A[i] else clamp)', 'a = f(A[i] else clamp)')
  await expectBody('a = sum(k) A[i] else -1', 'a = sum(k) (A[i] else -1)')
  await expectBody('a = if c then (A[i] else 0) else A[i] else 1', 'a = if c then (A[i] else 0) else (A[i] else 1)')
  await expectBody('a = A[i] else (b + c)', 'a = A[i] else (b + c)')
  await expectBody('a = A[i] else (clamp)', 'a = A[i] else (clamp)')
})

test('products are tight in positions and extents', async () => {
  await expectBody('Y[8 * c + j] = A[y * st + r - pad, idx[t] * 8, (a + b) * 2] * 2', 'Y[8*c + j] = A[y*st + r - pad, idx[t]*8, (a + b) * 2] * 2')
})

test('numbers stay as they are written', async () => {
  await expectBody('a = 1_000 + 0x1F * (1.50) - 1E-6', 'a = 1_000 + 0x1F * 1.50 - 1E-6')
})

test('empty lines: one is kept, more become one', async () => {
  await expectBody('a = 1\n\n\n\nb = 2 // c\n\nd = 3\ne = 4', 'a = 1\n\nb = 2 // c\n\nd = 3\ne = 4')
  await expectFormat('format a = int4 {}\nformat b = int8 { }\n\nformat c = int4 {}\nkernel f() {}', 'format a = int4 {}\nformat b = int8 {}\n\nformat c = int4 {}\n\nkernel f() {}\n')
})

test('comments stay where they were', async () => {
  await expectBody('// first\na = 1 // after\n// between\n\nb = 2\n// last', '// first\na = 1 // after\n// between\n\nb = 2\n// last')
  await expectBody('// alone', '// alone')
  await expectBody('for l in 0..2 { // open\na = 1 } // close', 'for l in 0..2 {\n  // open\n  a = 1\n} // close')
  await expectBody('a = b /* why */ + c', 'a = b /* why */ + c')
  await expectFormat('/// Doc.\nkernel f( // sizes\n) {}\n// end\n', '/// Doc.\nkernel f() {} // sizes\n// end\n')
  await expectFormat('// only\n', '// only\n')
  await expectFormat('', '')
})

test('long heads and statements break at their brackets and operators', async () => {
  await expectFormat(
    'kernel matmul_with_a_long_name(first_operand: f16[Rows, Inner], second_operand: f16[Inner, Columns], bias: f32[Columns]) -> out: f16[Rows, Columns] {}',
    `kernel matmul_with_a_long_name(
  first_operand: f16[Rows, Inner],
  second_operand: f16[Inner, Columns],
  bias: f32[Columns]
) -> out: f16[Rows, Columns] {}
`,
  )
  await expectBody(
    'result[m, n] = first_long_name[m, n] * second_long_name[m, n] + third_long_name[m, n] * fourth_long_name[m, n] + fifth_long_name[m, n]',
    `result[m, n] = first_long_name[m, n] * second_long_name[m, n]
  + third_long_name[m, n] * fourth_long_name[m, n]
  + fifth_long_name[m, n]`,
  )
})

test('a text with mistakes is left alone', async () => {
  const { text, diagnostics } = await format('kernel f() { a = }')
  assert.is(text, undefined)
  assert.is(diagnostics.length, 1)
})

test('deep trees are printed without ending the stack', async () => {
  for (const value of [`${'(1 - '.repeat(90)}1${')'.repeat(90)}`, `${'sum(k) '.repeat(200)}b`, `1${' + 1'.repeat(200)}`, `${'if a then b else '.repeat(200)}c`]) {
    const text = `kernel f() { a = ${value} }`
    const formatted = (await format(text)).text ?? ''
    assert.is.not(formatted, text)
    assert.equal(bare(parsed(formatted)), bare(parsed(text)))
  }
})

test('where parentheses for readability would nest too deep, the text stays', async () => {
  const deep = `kernel f() { a = ${'-'.repeat(200)}b }`
  assert.is((await format(deep)).text, deep)
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tdsl } from './support.ts'

const folder = mkdtempSync(join(tmpdir(), 'tdsl-test-'))
const file = (name: string, text: string): string => { const path = join(folder, name); writeFileSync(path, text); return path }

const matmul = `kernel matmul(A: f16[M, K], B: f16[K, N]) -> C: f32[M, N] { C[m, n] = sum(k) A[m, k] * B[k, n] }
test matmul(M=2, N=2, K=2) {
  A = [[1, 2], [3, 4]]
  B[k, n] = if k == n then 1 else 0
  expect C == [[1, 2], [3, 4]]
}
test matmul(M=3, N=5, K=7) { expect C[m, n] == sum(k) A[m, k] * B[k, n] within 1e-5 }
`
const wrong = `test matmul(M=3, N=5, K=7) {
  A[m, k] = m + k
  B[k, n] = 1
  expect C[m, n] == 7*m + 21
  expect C[m, n] == 7*m + n + 21
}
`

test('tests that hold, on the interpreter and on the processor', async () => {
  const { code, out } = await tdsl(['test', file('right.tdsl', matmul)])
  assert.is(code, 0)
  assert.equal(out.trim().split('\n').map((l) => l.replace(/ \S*right/, ' right')), [2, 7].flatMap((line) => ['interpreter', 'cpu'].map((where) => `ok     right.tdsl:${line} matmul(${line === 2 ? 'M=2, N=2, K=2' : 'M=3, N=5, K=7'}) on ${where}`)))
})

test('a test that fails says where, and ends with 3', async () => {
  const { code, out } = await tdsl(['test', file('wrong.tdsl', matmul + wrong), '--json'])
  assert.is(code, 3)
  const found: unknown = JSON.parse(out)
  const { tests, diagnostics } = found as { tests: { line: number; target: string; ok: boolean; failures: { line: number; at: object; sides: number[]; count: number }[] }[]; diagnostics: { code: string; line: number }[] }
  assert.equal(tests.map((t) => t.ok), [true, true, true, true, false, false])
  assert.equal(tests.at(-1)?.failures, [{ line: 12, at: { m: 0, n: 1 }, sides: [21, 22], count: 12 }])
  assert.equal(diagnostics.map((d) => [d.code, d.line]), [['TDSL0518', 12], ['TDSL0518', 12]])
})

test('integers outside their range and elements written twice fail the test', async () => {
  const push = 'kernel push(K: inout i32[N], s: i32<N>[T], v: i32[T]) { K[s[t]] = v[t] }\ntest push(N=4, T=2) { K[n] = 10*n  s = [3, 1]  v[t] = t  expect K == [0, 1, 20, 0] }\n'
  const { code, err } = await tdsl(['test', file('push.tdsl', `${push}test push(N=4, T=2) { s = [1, 1]  expect K[n] == K[n] }\ntest push(N=4, T=2) { s = [1, 4]  expect K[n] == K[n] }\n`)])
  assert.is(code, 3)
  assert.match(err, /an element of K is written that an earlier point writes too/)
  assert.match(err, /element 1 of s is 4, but must be from 0 to 3/)
  assert.match(err, /6 runs of tests, 4 failed/)
})

test('mistakes of the text end with 1 and run nothing of it', async () => {
  const { code, err } = await tdsl(['test', file('broken.tdsl', `${matmul}test matmul(M=1) { expect C[m, n] == 0 }`)])
  assert.is(code, 1)
  assert.match(err, /TDSL0135/)
})

test.run()

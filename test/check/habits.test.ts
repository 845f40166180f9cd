/** What people write who come from other languages: what they are told, with its notes. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compileSource } from '../../src/driver.ts'

const told = (statement: string, head = 'A: f32[M, N], x: i32[N]'): string[] =>
  compileSource(`kernel f(${head}) -> C: f32[N, M] { ${statement} }`, 'f.tdsl', { targets: ['cpu'] }).diagnostics.flatMap((d) => [`${d.code} ${d.message}`, ...d.notes.map((n) => n.message)])

for (const [statement, ...wanted] of [
  ['C[n, m] = transpose(A[m, n])', 'TDSL0111 there is no function `transpose`', 'an element is named by its indices in any order: `B[n, m] = A[m, n]`'],
  ['C[n, m] = A.T[n, m]', 'TDSL0114 `A` is a tensor; it has no `T`; its elements are named by indices in any order, `B[n, m] = A[m, n]`'],
  ['C[n, m] = fmaxf(A[m, n], 0)', 'TDSL0111 there is no function `fmaxf`; did you mean `max`?'],
  ['C[n, m] = np.maximum(A[m, n], 0)', 'TDSL0014 functions are members of nothing: call them by their name alone, `maximum(…)`', 'TDSL0111 there is no function `maximum`; did you mean `max`?'],
  ['C[n, m] = A[m, n].exp()', 'TDSL0014 functions are members of nothing: call them by their name alone, `exp(…)`'],
  ['C[n, m] = A[m, k]', 'TDSL0103 the index `k` is bound neither on the left nor by an operator', 'a sum over it is written `sum(k) …`, before all that it multiplies'],
  ['C[n, m] = if A[m, n] > 0 then A[m, n] else inf', 'TDSL0101 `inf` is not declared', 'there is no infinity to write; a condition leaves positions out, `max(n where n < len) A[n]`, and 3.4e38 is about the largest f32'],
  ['C[n, m] = scan<max>(m) A[m, n]', 'TDSL0245 `scan` cannot accumulate in `max`; it adds, in the type of its values; a running maximum of X is written `max(j where j <= n) X[j]`'],
] as const) test(statement, () => assert.equal(told(statement), wanted))

test('kernels within kernels, operators that are not there, options of formats, sizes that are passed', () => {
  const all = (text: string): string[] => compileSource(text, 'f.tdsl', { targets: ['cpu'] }).diagnostics.flatMap((d) => [d.message, ...d.notes.map((n) => n.message)])
  assert.equal(all('kernel g(x: f32[N]) -> y: f32[N] { y[n] = x[n] }\nkernel f(x: f32[N]) -> y: f32[N] { y[n] = g(x[n]) }'),
    ['there is no function `g`', '`g` is a kernel: a `program` calls kernels, one after the other; what a kernel calls is a function, `fn`'])
  assert.match(all('kernel f(x: f32[M, N]) -> y: f32[M] { y[m] = var(n) x[m, n] }').join(), /`var` is no operator over an axis: those are `sum`, /)
  assert.match(all('format q = int4 { scale f16, symmetric, group 128 }\nkernel f(x: f32[N]) -> y: f32[N] { y[n] = x[n] }').join(), /no option `group`.*`W: q4\[N, K by 128\]`/)
  assert.match(all('kernel f(N: i32, x: f32[N]) -> y: f32[N] { y[n] = x[n] }').join(), /an extent is made of sizes,the tensor is here; sizes follow from the shapes/)
  assert.equal(all('kernel f(x: f32[N]) -> y: f32[N] { y[n] = x[n] }\ntest f(N=2) { x = [1, 2]; assert y == [1, 2] }'), ['`assert` is not part of the language: what a `test` expects is written `expect C[m] == 1`'])
})

test('dtypes and formats of 8 and 4 bits by the names that others have for them', () => {
  const only = (text: string): string[] => compileSource(text, 'f.tdsl', { targets: ['cpu'] }).diagnostics.map((d) => d.message)
  for (const [name, here] of [['fp8', 'e4m3'], ['float8_e4m3fn', 'e4m3'], ['fp8e5m2', 'e5m2'], ['fp4', 'e2m1']] as const) {
    assert.equal(only(`kernel f(A: ${name}[N]) -> C: f32[N] { C[n] = A[n] }`), [`there is no dtype or format \`${name}\`; did you mean \`${here}\`?`])
    assert.equal(only(`format w = ${name} { scale f32, symmetric }\nkernel f(A: f32[N]) -> C: f32[N] { C[n] = A[n] }`), [`there is no dtype or format \`${name}\`; did you mean \`${here}\`?`])
  }
})

test.run()

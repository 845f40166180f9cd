import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { instantiate } from '../../src/check/instantiate.ts'
import { sizesOf } from '../../src/ir/index-expr.ts'
import { printKernel } from '../../src/ir/tst-print.ts'
import { validateKernel } from '../../src/ir/tst-validate.ts'
import { kernelOf } from './support.ts'

const text = `kernel attention(Q: bf16[B, G*R, S, D], K: bf16[B, G, T, D], V: bf16[B, G, T, D]) -> O: bf16[B, G*R, S, D] where D in {64, 128} {
  let P[b, g, r, s, t] = (sum(d) Q[b, g*R + r, s, d] * K[b, g, t, d]) * rsqrt(D)
  let W[b, g, r, s, t]: bf16 = softmax(t where t <= s + T - S) P[b, g, r, s, t]
  O[b, g*R + r, s, d] = sum(t) W[b, g, r, s, t] * V[b, g, t, d]
}`

test('known sizes stand as numbers everywhere, the others stay', () => {
  const kernel = instantiate(kernelOf(text), { D: 64, R: 4 })
  assert.equal(validateKernel(kernel), [])
  const printed = printKernel(kernel)
  assert.ok(printed.includes('rsqrt(f32(64))'), printed)
  assert.ok(printed.includes('4*g + r'), printed)
  const left = new Set(kernel.tensors.flatMap((t) => t.shape.flatMap((e) => [...sizesOf(e)])))
  assert.equal([...left].sort(), ['B', 'G', 'S', 'T'])
  assert.equal(kernel.sizes.filter((s) => s.pinned !== undefined).map((s) => [s.name, s.pinned]), [['R', [4]], ['D', [64]]])
})

test('facts that hold are gone, those that fail stay', () => {
  const kernel = kernelOf('kernel f(A: f32[M, K]) -> C: f32[M, K - 128] { C[m, k] = A[m, k] }')
  assert.is(instantiate(kernel, { K: 128 }).facts.length, 0)
  assert.is(instantiate(kernel, { K: 127 }).facts.length, 1)
  assert.is(instantiate(kernel, { M: 3 }).facts.length, 1)
})

test.run()

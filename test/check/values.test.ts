import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { evaluate } from '../../src/ir/index-expr.ts'
import { kernelOf, valuesOf } from './support.ts'

// What the checker makes of the language, by its numbers: expected values are computed here by other means.

function near(actual: readonly number[], expected: readonly number[], tolerance = 1e-5): void {
  assert.is(actual.length, expected.length)
  actual.forEach((a, i) => {
    const e = expected[i] ?? NaN
    assert.ok(Math.abs(a - e) <= tolerance * Math.max(1, Math.abs(e)), `element ${i}: ${a}, expected ${e}`)
  })
}

const x6 = [0.5, -1, 2, 3, -0.25, 1]

test('precedence: a reduction ends at + and extends over *', () => {
  const text = 'kernel f(A: f32[M, K], B: f32[J]) -> Y: f32[M] { Y[m] = sum(k) A[m, k] * 2 + sum(k) B[k] * B[k] }'
  near(valuesOf(text, { M: 2, K: 3, J: 2 }, { A: x6, B: [1, 3] }), [2 * 1.5 + 10, 2 * 3.75 + 10])
})

test('whole numbers: division rounds down, the remainder follows the divisor', () => {
  const text = 'kernel f(A: i32[N]) -> Y: i32[N] { Y[n] = A[n]/3*100 + A[n] % 3*10 + (n - 2)/2 + ceildiv(A[n], 3)*1000 }'
  const a = [-4, -1, 0, 5, 7]
  const expected = a.map((v, n) => Math.floor(v / 3) * 100 + (v - 3 * Math.floor(v / 3)) * 10 + Math.floor((n - 2) / 2) + Math.ceil(v / 3) * 1000)
  assert.equal(valuesOf(text, { N: 5 }, { A: a }), expected.map((v) => v + 0))
})

test('mean divides by the positions that count, and is 0 where none does', () => {
  const text = 'kernel f(A: f32[M, K], len: i32[M]) -> Y: f32[M] { Y[m] = mean(k where k < len[m]) A[m, k] }'
  near(valuesOf(text, { M: 2, K: 3 }, { A: x6, len: [2, 0] }), [-0.25, 0])
  near(valuesOf('kernel f(A: i32[M, K]) -> Y: f32[M] { Y[m] = mean(k) A[m, k] }', { M: 2, K: 3 }, { A: [1, 2, 4, 0, 0, 1] }), [7 / 3, 1 / 3])
})

test('logsumexp neither overflows nor loses small terms, and computes a costly body once', () => {
  const text = 'kernel f(A: f32[M, K], B: f32[K, J]) -> Y: f32[M] { Y[m] = logsumexp(j) (sum(k) A[m, k] * B[k, j]) }'
  const b = [300, 1, 301, 2, 302, 3]
  const rows = [0, 1].map((m) => [0, 1].map((j) => [0, 1, 2].reduce((s, k) => s + (x6[3 * m + k] ?? 0) * (b[2 * k + j] ?? 0), 0)))
  const expected = rows.map((r) => { const top = Math.max(...r); return top + Math.log(r.reduce((s, v) => s + Math.exp(v - top), 0)) })
  near(valuesOf(text, { M: 2, K: 3, J: 2 }, { A: x6, B: b }), expected)
})

test('softmax keeps its axis, also inside a sum', () => {
  const text = 'kernel f(A: f32[M, K], V: f32[K]) -> Y: f32[M] { Y[m] = sum(k) (softmax(k where k <= m + 1) A[m, k]) * V[k] }'
  const expected = [0, 1].map((m) => {
    const e = [0, 1, 2].map((k) => (k <= m + 1 ? Math.exp(x6[3 * m + k] ?? 0) : 0))
    const s = e.reduce((p, q) => p + q, 0)
    return e.reduce((p, q, k) => p + (q / s) * [1, 10, 100][k]!, 0)
  })
  near(valuesOf(text, { M: 2, K: 3 }, { A: x6, V: [1, 10, 100] }), expected)
})

test('symmetric groups: code times scale; the last group may be short', () => {
  const text = 'format q4 = int4 { scale f16, symmetric }\nkernel f(W: q4[N, K by 2]) -> Y: f32[N, K] { Y[n, k] = W[n, k] }'
  near(valuesOf(text, { N: 2, K: 3 }, { W_codes: [1, -2, 7, -8, 0, 3], W_scale: [0.5, 2, 0.25, 4] }), [0.5, -1, 14, -2, 0, 12])
})

test('zero points: (q - z)·s with whole ones, q·s + z with float ones', () => {
  const whole = 'format q = uint4 { scale f16, zero u8 }\nkernel f(W: q[K by 2]) -> Y: f32[K] { Y[k] = W[k] }'
  near(valuesOf(whole, { K: 4 }, { W_codes: [1, 9, 0, 15], W_scale: [0.5, 2], W_zero: [8, 3] }), [-3.5, 0.5, -6, 24])
  const float = 'format q = uint4 { scale f16, zero f16 }\nkernel f(W: q[K by 2]) -> Y: f32[K] { Y[k] = W[k - 1] else 0 }'
  near(valuesOf(float, { K: 4 }, { W_codes: [1, 9, 0, 15], W_scale: [0.5, 2], W_zero: [-1, 3] }), [0, -0.5, 3.5, 3])
})

test('rope turns pairs of halves', () => {
  const text = 'kernel f(x: f32[N, 2*E], cs: f32[2, E]) -> Y: f32[N, 2*E] { Y[n, d] = rope(x[n], cs)[d] }'
  const angle = [0.3, 1.1]
  const cs = [...angle.map(Math.cos), ...angle.map(Math.sin)].map(Math.fround)
  const x = [1, 2, 3, 4, -1, 0.5, 0.25, 8]
  const expected = [0, 1].flatMap((n) => [0, 1, 2, 3].map((d) => {
    const i = d % 2
    const [a, b] = [x[4 * n + i] ?? 0, x[4 * n + 2 + i] ?? 0]
    const [c, s] = [Math.cos(angle[i] ?? 0), Math.sin(angle[i] ?? 0)]
    return d < 2 ? a * c - b * s : b * c + a * s
  }))
  near(valuesOf(text, { N: 2, E: 2 }, { x, cs }), expected)
})

test('functions: arguments that cost are computed once; sizes come from the tensors', () => {
  const text = `fn norm(x: f32[D]) -> f32 = sqrt(sum(d) square(x[d]) / D)
fn reverse(x: f32[T]) -> y: f32[T] { y[t] = x[T - 1 - t] }
kernel f(A: f32[M, K]) -> Y: f32[M, K] { Y[m, k] = gelu(norm(A[m])) + reverse(A[m])[k] }`
  const erf2 = (z: number): number => { let s = 0, t = z; for (let n = 0; n < 80; n++) { s += t / (2 * n + 1); t *= (-z * z) / (n + 1) } return (2 / Math.sqrt(Math.PI)) * s }
  const expected = [0, 1].flatMap((m) => [0, 1, 2].map((k) => {
    const r = Math.sqrt([0, 1, 2].reduce((s, d) => s + (x6[3 * m + d] ?? 0) ** 2, 0) / 3)
    return 0.5 * r * (1 + erf2(r / Math.SQRT2)) + (x6[3 * m + 2 - k] ?? 0)
  }))
  near(valuesOf(text, { M: 2, K: 3 }, { A: x6 }), expected)
})

test('the library agrees with its definitions', () => {
  const x = [-30, -3, -0.5, 0, 0.5, 3, 30]
  const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v))
  const cases: readonly (readonly [string, (v: number) => number])[] = [
    ['relu', (v) => Math.max(v, 0)], ['relu6', (v) => Math.min(Math.max(v, 0), 6)], ['sigmoid', sigmoid], ['silu', (v) => v * sigmoid(v)],
    ['softplus', (v) => (v > 20 ? v : Math.log1p(Math.exp(v)))], ['mish', (v) => v * Math.tanh(v > 20 ? v : Math.log1p(Math.exp(v)))], ['sign', Math.sign], ['square', (v) => v * v],
    ['gelu_tanh', (v) => 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)))],
  ]
  for (const [name, f] of cases) near(valuesOf(`kernel f(X: f32[N]) -> Y: f32[N] { Y[n] = ${name}(X[n]) }`, { N: 7 }, { X: x }), x.map(f), 1e-6)
  near(valuesOf('kernel f(X: f32[N]) -> Y: f32[N] { Y[n] = elu(X[n], 2) + leaky_relu(X[n], 0.1) + lerp(X[n], 1, 0.25) + hypot(X[n], 4) }', { N: 7 }, { X: x }),
    x.map((v) => (v < 0 ? 2 * Math.expm1(v) + 0.1 * v : 2 * v) + v + (1 - v) * 0.25 + Math.hypot(v, 4)))
})

test('outside: a value, the nearest element, nothing read where a condition excludes it', () => {
  near(valuesOf('kernel f(X: f32[N]) -> Y: f32[N] { Y[n] = (X[n - 1] else -5) + 10*(X[n + 1] else clamp) }', { N: 3 }, { X: [1, 2, 3] }), [15, 31, 32])
  near(valuesOf('kernel f(X: f32[N]) -> Y: f32[N] { Y[n] = sum(r: 3 where n + r < N) X[n + r] }', { N: 4 }, { X: [1, 2, 4, 8] }), [7, 14, 12, 8])
})

test('a read that says what lies outside gives a range only where no other read does, also one of a let whose own range is found later', () => {
  const found = valuesOf('kernel f(U: f32[M], W: f32[M, M]) -> Y: f32[M] { let both[r] = concat(r) { U[r]; 10 * U[r] }  Y[m] = sum(c) both[c] * (W[m, c] else 1) }', { M: 2 }, { U: [1, 2], W: [3, 4, 5, 6] })
  // 1*3 + 2*4 + 10 + 20, and 1*5 + 2*6 + 10 + 20
  assert.equal(found, [41, 47])
})

test('conversions: rounding through f16, cutting to whole numbers, keeping to a narrow range', () => {
  near(valuesOf('kernel f(X: f32[N]) -> Y: f32[N] { Y[n] = f16(X[n]) - X[n] }', { N: 2 }, { X: [Math.fround(0.1), 1] }), [0.0999755859375 - Math.fround(0.1), 0], 1e-9)
  assert.equal(valuesOf('kernel f(X: f32[N]) -> Y: i32[N] { Y[n] = u8(X[n])*1000 + i8(X[n]) }', { N: 4 }, { X: [300.5, -7.9, 127.6, 3] }), [255127, -7, 127127, 3003])
})

test('a let rounds through its dtype', () => {
  near(valuesOf('kernel f(X: f32[N]) -> Y: f32[N] { let h[n]: bf16 = X[n]  Y[n] = h[n] }', { N: 2 }, { X: [1.00390625, 3] }), [1, 3], 0)
})

test('whole numbers wrap: the least one negated, of its size and by -1 is itself', () => {
  const one = (body: string): number[] => valuesOf(`kernel f(A: i32[N]) -> Y: i32[N] { Y[n] = ${body} }`, { N: 2 }, { A: [-(2 ** 31), 7] })
  assert.equal(one('abs(A[n]) % 17'), [8, 7])
  assert.equal(one('-A[n]'), [-(2 ** 31), -7])
  assert.equal(one('floor(A[n] / (A[0] - A[0] - 1))'), [-(2 ** 31), -7])
})

test('an index times a large number bounds the sizes, so that it stays within 32 bits', () => {
  const holds = (body: string, N: number): boolean => kernelOf(`kernel f(A: f32[N]) -> Y: f32[N] { Y[i] = ${body} }`).facts.filter((f) => f.text.includes('32 bits')).every((f) => evaluate(f.expr, () => N) >= 0)
  for (const body of ['A[(i * 1000003) % N]', 'f32((7 - i * 1000003) / 5)']) assert.equal([2148, 2149].map((N) => holds(body, N)), [true, false], body)
  assert.ok(holds('A[(i * 3) % N]', 2 ** 31 - 1))
})

test.run()

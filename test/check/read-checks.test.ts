/** Gathers whose indices no range bounds: what is recorded of them, on the interpreter and in emitted text, and what is not. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasErrors } from '../../src/diagnostics/diagnostic.ts'
import { compileSource } from '../../src/driver.ts'
import { prepareKernel } from '../../src/host/engine.ts'
import { kernelSpec } from '../../src/host/spec.ts'
import { noOffence, type Kernel } from '../../src/ir/tst.ts'
import { interpret } from '../../src/ir/tst-interpret.ts'
import { printKernel } from '../../src/ir/tst-print.ts'
import { CpuDevice } from '../../src/runtime/cpu.ts'

const test = suite('checked reads')

function kernelOf(text: string): Kernel {
  const { program, diagnostics } = compileSource(text, 'reads.tdsl', { targets: [] })
  assert.not.ok(hasErrors(diagnostics), diagnostics.map((d) => d.message).join('; '))
  return program.kernels[0]!
}
/** The number that the first check of the kernel gives, by the interpreter. */
function offence(kernel: Kernel, sizes: Record<string, number>, inputs: Record<string, readonly number[]>): number {
  const [check] = kernel.checks ?? []
  const given = new Map(Object.entries(inputs).map(([name, values]) => [name, kernel.tensors.find((t) => t.name === name)?.dtype === 'f32' ? Float32Array.from(values) : Int32Array.from(values)]))
  return interpret(kernel, sizes, given).get(check?.tensor ?? '')?.values[0] ?? NaN
}
const table = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

test('what has a range, a condition or a value outside records nothing and stays as it was', () => {
  for (const value of ['V[i[n]]', 'V[j[n]] else 0', 'V[j[n]] else clamp', 'if j[n] >= 0 and j[n] < C then V[j[n]] else 0', 'V[min(max(j[n], 0), C - 1)] else clamp', 'T[b[n]]']) {
    const kernel = kernelOf(`kernel f(V: f32[C], T: f32[256], i: i32<C>[N], j: i32[N], b: u8[N]) -> Y: f32[N] { Y[n] = (${value}) + 0*(V[i[n]] + T[b[n]] + j[n]) }`)
    assert.is(kernel.checks, undefined, value)
    assert.is(kernel.statements.length, 1, value)
  }
})

test('the first point is found, over the axes that its index and conditions have', () => {
  const loose = kernelOf('kernel f(V: f32[C, D], j: i32[N]) -> Y: f32[N, D] { Y[n, d] = V[j[n], d] }')
  assert.equal(loose.checks?.map((c) => [c.kind, c.target, c.axes.map((a) => a.name), c.places?.map((p) => p.dimension)]), [['read', 'V', ['n'], [0]]])
  assert.match(printKernel(loose), /V_outside = min\(n_2: N\) \(if j\[n_2\] < 0 or C <= j\[n_2\] then n_2 else 2147483647\)/)
  const sizes = { C: 4, D: 2, N: 5 }
  assert.is(offence(loose, sizes, { V: table(8), j: [0, 3, 1, 2, 0] }), noOffence)
  assert.is(offence(loose, sizes, { V: table(8), j: [0, 3, 4, -1, 0] }), 2)
  assert.is(offence(loose, sizes, { V: table(8), j: [0, 3, 0, -1, 9] }), 3)
})

test('where a condition around the read does not hold, the index may be anything', () => {
  const sum = kernelOf('kernel f(V: f32[C], j: i32[N, K], m: i32[N]) -> Y: f32[N] { Y[n] = sum(k where k < m[n]) V[j[n, k]] }')
  const inputs = (m: readonly number[]): Record<string, readonly number[]> => ({ V: table(3), j: [0, 1, 7, 2, 8, 9], m })
  assert.is(offence(sum, { C: 3, N: 2, K: 3 }, inputs([2, 1])), noOffence)
  assert.is(offence(sum, { C: 3, N: 2, K: 3 }, inputs([2, 2])), 4)
  assert.is(offence(sum, { C: 3, N: 2, K: 3 }, inputs([3, 2])), 2)
  const either = kernelOf('kernel f(V: f32[C], U: f32[C], j: i32[N]) -> Y: f32[N] { Y[n] = if j[n] >= 0 then V[j[n]] else U[-j[n]] }')
  assert.equal(either.checks?.map((c) => c.target), ['V', 'U'])
  const found = (j: readonly number[]): number[] => { const all = interpret(either, { C: 3, N: 3 }, new Map<string, Float32Array | Int32Array>([['V', new Float32Array(3)], ['U', new Float32Array(3)], ['j', Int32Array.from(j)]])); return (either.checks ?? []).map((c) => all.get(c.tensor)?.values[0] ?? NaN) }
  assert.equal(found([2, -2, 0]), [noOffence, noOffence])
  assert.equal(found([2, -3, 5]), [2, 1])
  const and = kernelOf('kernel f(V: f32[C], j: i32[N]) -> Y: bool[N] { Y[n] = j[n] >= 0 and V[j[n]] > 1 }')
  assert.is(offence(and, { C: 3, N: 2 }, { V: table(3), j: [-7, 2] }), noOffence)
  assert.is(offence(and, { C: 3, N: 2 }, { V: table(3), j: [-7, 3] }), 1)
  const soft = kernelOf('kernel f(V: f32[C], j: i32[N]) -> Y: f32[N] { Y[n] = softmax(n where j[n] < 5) V[j[n]] }')
  assert.is(offence(soft, { C: 3, N: 3 }, { V: table(3), j: [0, 6, 2] }), noOffence)
  assert.is(offence(soft, { C: 3, N: 3 }, { V: table(3), j: [0, 6, 4] }), 2)
})

test('a gather through a gather is recorded at each step, arithmetic and a storage format once', () => {
  const twice = kernelOf('kernel f(V: f32[C], j: i32[K], p: i32[N]) -> Y: f32[N] { Y[n] = V[2*j[p[n]] + 1] }')
  assert.equal(twice.checks?.map((c) => c.target).sort(), ['V', 'j'])
  const stored = kernelOf('format q = int4 { scale f16, zero u8 }\nkernel f(W: q[N, K by 32], j: i32[M]) -> Y: f32[M, K] { Y[m, k] = W[j[m], k] }')
  assert.equal(stored.checks?.map((c) => [c.target, c.axes.map((a) => a.name)]), [['W', ['m']]])
})

test('what an update reads is checked against the values before it', () => {
  const kernel = kernelOf('kernel f(S: inout i32[N], V: f32[C], a: i32<N>[M]) -> Y: f32[M] {\n  Y[m] = V[S[a[m]]]\n  S[a[m]] += 1\n}')
  assert.is(offence(kernel, { N: 2, C: 3, M: 2 }, { S: [2, 0], V: table(3), a: [0, 1] }), noOffence)
  assert.is(offence(kernel, { N: 2, C: 3, M: 2 }, { S: [2, 3], V: table(3), a: [0, 1] }), 1)
})

test('the harness reports line, point and range, and says which check it was', async () => {
  const text = 'kernel f(V: f32[C, D], j: i32[N, M]) -> Y: f32[N, M, D] {\n  Y[n, m, d] = V[j[n, m], d]\n}'
  const result = compileSource(text, 'reads.tdsl', { targets: ['cpu'] }), device = new CpuDevice(), sizes = { C: 4, D: 2, N: 2, M: 3 }
  const texts = new Map(result.files.map((f) => [f.path, f.text]))
  const prepared = await prepareKernel<string, typeof sizes>(kernelSpec(result.manifest.kernels[0]!), device, sizes, { load: async (path) => texts.get(path) ?? '' })
  const filled = (name: string, data: Float32Array | Int32Array): [string, ReturnType<CpuDevice['alloc']>] => { const b = device.alloc(data.byteLength); device.upload(b, new Uint8Array(data.buffer)); return [name, b] }
  const run = async (j: readonly number[]): Promise<unknown> => {
    prepared.launch(Object.fromEntries([filled('V', new Float32Array(8)), filled('j', Int32Array.from(j)), filled('Y', new Float32Array(12))]))
    return prepared.verify().then(() => 'right', (cause: unknown) => cause)
  }
  assert.is(await run([0, 1, 2, 3, 0, 1]), 'right')
  const found = await run([0, 1, 2, 3, 4, -1])
  assert.instance(found, RangeError)
  if (!(found instanceof RangeError)) return
  assert.is(found.message, 'f, line 2: an element that V does not have is read, whose indices go from 0 to 3 in dimension 0; the first time at n = 1, m = 1')
  assert.ok(typeof found.cause === 'object' && found.cause !== null && 'point' in found.cause && found.cause.point === 4)
  assert.is(await run([0, 1, 2, 3, 0, 1]), 'right')
})

test.run()

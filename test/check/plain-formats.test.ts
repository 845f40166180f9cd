/** Formats without options: names for float types, which can be exchanged. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compileSource } from '../../src/driver.ts'
import type { CompileResult } from '../../src/driver-types.ts'
import { interpret } from '../../src/ir/tst-interpret.ts'
import { printKernel } from '../../src/ir/tst-print.ts'

const text = (act: string): string => `state S { kept: ${act}[N] }
fn twice(x: ${act}) -> ${act} = 2 * x
kernel f(X: ${act}[M, N], W: f32[N]) -> Y: ${act}[M], Z: f32[M] {
  let p[m, n]: ${act} = twice(X[m, n]) * W[n]
  Y[m] = sum<f32>(n) p[m, n]
  Z[m] = ${act}(sum(n) W[n] * p[m, n])
}
kernel g(X: inout ${act}[N]) { X[n] = X[n] + 1 }
program p(s: inout S) { g(s.kept) }
`
const named = `format act = bf16\n${text('act')}`
const compiled = (source: string, formats: Readonly<Record<string, string>> = {}, files: Readonly<Record<string, string>> = {}): CompileResult => compileSource(source, 'a.tdsl', { targets: ['cpu'], formats, read: (path) => files[path] })
const messages = (source: string, formats: Readonly<Record<string, string>> = {}): string[] => compiled(source, formats).diagnostics.map((d) => `${d.code} ${d.message}`)
/** What does not depend on where things stand in the source. */
const trees = (r: CompileResult): string => [...r.kernels.map(({ kernel }) => printKernel(kernel)), JSON.stringify(r.manifest.states?.map((s) => s.fields)), JSON.stringify(r.manifest.programs?.map((p) => p.tensors))].join('\n')

test('a plain format is its type, or the one that is chosen for it', () => {
  assert.equal(messages(named), [])
  assert.is(trees(compiled(named)), trees(compiled(text('bf16'))))
  for (const type of ['f32', 'f16']) assert.is(trees(compiled(named, { act: type })), trees(compiled(text(type))))
  assert.is.not(trees(compiled(named)), trees(compiled(named, { act: 'f32' })))
})

test('the choice changes rounding and nothing else', () => {
  const source = 'format act = bf16\nkernel f(X: f32[N]) -> Y: act[N] { Y[n] = X[n] + 1 }'
  const value = (formats: Readonly<Record<string, string>>): number | undefined => {
    const kernel = compiled(source, formats).kernels[0]?.kernel
    assert.ok(kernel)
    return interpret(kernel, { N: 1 }, new Map([['X', [2 ** -9]]])).get('Y')?.values[0]
  }
  assert.is(value({}), 1)
  assert.is(value({ act: 'f32' }), 1 + 2 ** -9)
})

test('what was chosen stands in the head of emitted files', () => {
  const [file] = compiled(named, { act: 'f32' }).files
  assert.match(file?.text ?? '', /--format act=f32/)
})

test('a plain format comes along with imports', () => {
  const main = 'import { act, g } from "./b.tdsl"\nkernel f(X: act[N]) -> Y: act[N] { Y[n] = X[n] }'
  const files = { 'b.tdsl': 'format act = bf16\nkernel g(X: act[N]) -> Y: act[N] { Y[n] = X[n] }' }
  const dtypes = (formats: Readonly<Record<string, string>>): (string | undefined)[] => { const r = compiled(main, formats, files); assert.equal(r.diagnostics, []); return r.manifest.kernels.map((k) => k.inputs[0]?.dtype) }
  assert.equal(dtypes({}), ['bf16', 'bf16'])
  assert.equal(dtypes({ act: 'f32' }), ['f32', 'f32'])
})

test('choices that mean nothing, names that are taken, and codes without a scale', () => {
  assert.equal(messages(named, { acts: 'f32' }), ['TDSL0258 `acts` cannot be taken as f32: the source has the plain formats act; did you mean `act`?'])
  assert.equal(messages(text('bf16'), { act: 'f32' }), ['TDSL0258 `act` cannot be taken as f32: the source has no plain format'])
  assert.equal(messages(named, { act: 'i32' }), ['TDSL0258 `act` cannot be taken as i32: i32 is no float type; did you mean `f32`?'])
  assert.equal(messages(named, { act: 'f23' }), ['TDSL0258 `act` cannot be taken as f23: f23 is no float type; did you mean `f32`?'])
  assert.match(messages('format q = int4\nkernel f(X: q[N by 2]) -> Y: f32[N] { Y[n] = X[n] }')[0] ?? '', /TDSL0252 the format `q` has no `scale`/)
  assert.match(messages('format act = bf16\nformat act = f32\nkernel f(X: act[N]) -> Y: f32[N] { Y[n] = X[n] }')[0] ?? '', /TDSL0102/)
  assert.match(messages('format f32 = bf16\nkernel f(X: f32[N]) -> Y: f32[N] { Y[n] = X[n] }')[0] ?? '', /TDSL0122/)
  assert.match(messages(`format act = bf16\nkernel f(X: act[N by 2]) -> Y: f32[N] { Y[n] = X[n] }`)[0] ?? '', /TDSL0254/)
})

test.run()

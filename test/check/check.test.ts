import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from '../../grammar/parse.ts'
import { check } from '../../src/check/check.ts'
import { STD_FILE, stdText } from '../../src/check/std.ts'
import { applyEdits } from '../../src/diagnostics/render.ts'
import { SourceFile } from '../../src/diagnostics/span.ts'
import { checkCodes } from '../../src/diagnostics/codes/check.ts'
import { print } from '../../src/ir/index-print.ts'
import { checkText, kernelOf } from './support.ts'

const places = (text: string): string[] => {
  const source = new SourceFile('test.tdsl', text)
  return checkText(text).diagnostics.map((d) => {
    const at = source.position(d.span?.start ?? 0)
    return `${at.line}:${at.column} ${d.severity} ${d.code}`
  })
}

test('two mistakes give two errors, with the place of the other side', () => {
  const text = 'kernel f(A: f32[M,K], B: f32[J,N]) -> C: f32[M,N] { C[m,n] = sum(k) A[m,k]*B[k,n] + Q[m] }'
  assert.equal(places(text), ['1:78 error TDSL0201', '1:85 error TDSL0101'])
  const [first] = checkText(text).diagnostics
  const note = first?.notes[0]
  assert.is(note?.message, 'dimension 2 of `A` has the extent K')
  assert.is(text.slice(note?.span?.start, note?.span?.end), 'k')
  assert.is(note?.span?.start, text.indexOf('A[m,k]') + 4)
})

test('proposed edits give texts without the error', () => {
  const fixed = (text: string): string[] => {
    const [d] = checkText(text).diagnostics
    return places(applyEdits(text, d?.edits ?? []))
  }
  assert.equal(fixed('kernel f(input: f32[N]) -> C: f32[N] { C[n] = inptu[n] }'), [])
  assert.equal(fixed('kernel f(A: f32[N]) -> C: f32[N] { C[n] = 2 * A[n + 1] }'), [])
  assert.equal(fixed('kernel f(A: f32[N]) -> C: i8[N] { C[n] = A[n] + 1 }'), [])
  assert.equal(fixed('kernel f(A: f23[N]) -> C: f32[N] { C[n] = A[n] }'), [])
  assert.equal(fixed('kernel f(A: f32[N]) -> C: f32[N] { C[n] = sigmoyd(A[n]) }'), [])
})

test('facts: what a harness must check before it launches', () => {
  const facts = (text: string): string[] => kernelOf(text).facts.map((f) => `${print(f.expr).replace('M + 1 - R', 'M - R + 1')} ${f.relation === 'zero' ? '==' : '>='} 0`)
  assert.equal(facts('kernel f(A: f32[M, K]) -> C: f32[M, K - 128] { C[m, k] = A[m, k] }'), ['K - 128 >= 0'])
  assert.equal(facts('kernel f(A: f32[M, K]) -> C: f32[M, K] where K == 128 { C[m, k] = A[m, k] + sum(j: K - 100) j }'), [])
  assert.equal(facts('kernel f[st](A: f32[H, st]) -> C: f32[H/st, st] { C[y, x] = A[y*st, x] }'), ['st - 1 >= 0'])
  assert.equal(facts('kernel f(x: f32[N, D], cs: f32[2, D/2]) -> y: f32[N, D] { y[n, d] = rope(x[n], cs)[d] }'), ['D - 2*floor(D/2) == 0'])
  assert.equal(facts('kernel f(A: f32[M], F: f32[R]) -> C: f32[M] { let v[m] = sum(r) A[m + r] * F[r]  C[m] = v[m] else 0 }'), ['M - R + 1 >= 0'])
})

test('sizes, examples and documentation', () => {
  const kernel = kernelOf(`/// Adds.
/// @example N=4, D=64
/// @example N=8, D=128
kernel f[T](A: f32[N, D]) -> C: f32[N, D, T] where D in {64, 128}, N == 4 { C[n, d, t] = A[n, d] }`)
  assert.is(kernel.doc.trim(), 'Adds.')
  assert.equal(kernel.sizes.map((s) => [s.name, s.pinned, s.parameter]), [['T', undefined, true], ['N', [4], false], ['D', [64, 128], false]])
  assert.equal(kernel.example, { N: 4, D: 64 })
  assert.equal(kernel.tensors.map((t) => `${t.role} ${t.name}`), ['input A', 'output C'])
})

test('storage formats become plain tensors with names of their own', () => {
  const kernel = kernelOf(`format q = int4 { scale f16, zero u8 }
kernel f(W: q[N, K by 128], W_scale: f32[N]) -> C: f32[N, K] { C[n, k] = W[n, k] * W_scale[n] }`)
  assert.equal(kernel.formats, [{ tensor: 'W', format: 'q', codes: 'W_codes', scale: 'W_scale_2', zero: 'W_zero', group: [undefined, 128] }])
  assert.equal(kernel.tensors.map((t) => `${t.name}: ${t.dtype}[${t.shape.map((e) => print(e)).join(', ')}]`), [
    'W_codes: int4[N, K]', 'W_scale_2: f16[N, floor((K + 127)/128)]', 'W_zero: u8[N, floor((K + 127)/128)]', 'W_scale: f32[N]', 'C: f32[N, K]',
  ])
})

test('a group may be as long as a pinned size says', () => {
  const kernel = kernelOf(`format q = int4 { scale f16, symmetric }
kernel f[G](W: q[N, K by 2*G]) -> C: f32[N, K] where G == 16 { let T[n, k by G]: q = W[n, k]  C[n, k] = T[n, k] }`)
  assert.equal(kernel.formats.map(({ tensor, group }) => [tensor, group]), [['W', [undefined, 32]]])
  assert.equal(kernel.tensors.filter((t) => t.name.endsWith('_scale')).map((t) => `${t.name}: ${t.shape.map((e) => print(e)).join(', ')}`), ['W_scale: N, floor((K + 31)/32)', 'T_scale: N, floor((K + 15)/16)'])
})

test('bounds: proved, filled, clamped, or checked when the kernel runs', () => {
  const bounds = (value: string): string[] => {
    const { value: e } = kernelOf(`kernel f(V: f32[C], i: i32<C>[N], j: i32[N], b: u8[N], T: f32[256]) -> Y: f32[N] { Y[n] = (${value}) + 0*(V[i[n]] + j[n] + T[b[n]]) }`).statements.at(-1) ?? {}
    const reads: string[] = []
    const visit = (x: unknown): void => {
      if (typeof x !== 'object' || x === null) return
      if ('kind' in x && x.kind === 'read' && 'tensor' in x && 'bounds' in x) reads.push(`${String(x.tensor)} ${String(x.bounds)}`)
      for (const child of Object.values(x)) visit(child)
    }
    visit(e)
    return [...new Set(reads)].filter((r) => r.startsWith('V'))
  }
  assert.equal(bounds('V[i[n]]'), ['V proved'])
  assert.equal(bounds('V[j[n]]'), ['V check', 'V proved'])
  assert.equal(bounds('if j[n] >= 0 and j[n] < C then V[j[n]] else 0'), ['V clamp', 'V proved'])
  assert.equal(bounds('if j[n] >= 0 then V[j[n]] else 0'), ['V check', 'V proved'])
  assert.equal(bounds('V[j[n]] else clamp'), ['V clamp', 'V proved'])
  assert.equal(bounds('V[i[n] + 1] else 2'), ['V fill', 'V proved'])
  assert.equal(bounds('if n < C then V[n] else 0'), ['V clamp', 'V proved'])
})

test('many declarations and many calls end in time', () => {
  const chain = Array.from({ length: 400 }, (_, i) => `fn g${i + 1}(x: f32) -> f32 = g${i}(x) + g${i}(x)`).join('\n')
  const { diagnostics } = checkText(`fn g0(x: f32) -> f32 = x\n${chain}`)
  assert.equal(diagnostics.map((d) => d.code), ['TDSL0123'])
  const nested = `kernel f(A: f32[N]) -> C: f32[N] { C[n] = ${'gelu('.repeat(90)}A[n]${')'.repeat(90)} }`
  assert.equal(checkText(nested).diagnostics, [])
})

test('the library passes its own check', () => {
  const parsed = parse(stdText, STD_FILE)
  assert.equal(parsed.diagnostics, [])
  assert.equal(check(parsed.ast, { noLibrary: true }).diagnostics, [])
})

test('every row explains itself', () => {
  for (const [code, row] of Object.entries(checkCodes)) assert.ok(row.explain.length > 60, code)
})

test.run()

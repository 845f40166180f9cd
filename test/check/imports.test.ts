import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { resolvePath } from '../../src/check/imports.ts'
import { SourceFile } from '../../src/diagnostics/span.ts'
import { compileSource } from '../../src/driver.ts'
import type { CompileResult } from '../../src/driver-types.ts'
import { interpret } from '../../src/ir/tst-interpret.ts'

type Files = Readonly<Record<string, string>>
const compiled = (main: string, files: Files = {}, targets: readonly string[] = []): CompileResult => compileSource(main, 'folder/main.tdsl', { targets, read: (path) => files[path] })

/** `file:line:column code message` of everything reported. */
function reports(main: string, files: Files = {}): string[] {
  const texts: Files = { ...files, 'folder/main.tdsl': main }
  return compiled(main, files).diagnostics.map((d) => {
    const file = d.span?.file ?? ''
    const { line, column } = new SourceFile(file, texts[file] ?? '').position(d.span?.start ?? 0)
    return `${file}:${line}:${column} ${d.code} ${d.message}`
  })
}

const formats = 'format q8 = int8 { scale f32, symmetric }\nfn twice(x: f32) -> f32 = 2 * x\nfn gelu(x: f32) -> f32 = twice(x) + 1\n'

test('functions, formats and what they use come along, under the names of the import', () => {
  const main = 'import { q8, gelu as g } from "../lib/formats.tdsl"\nfn twice(x: f32) -> f32 = 3 * x\nkernel f(X: f32[N]) -> Y: f32[N], Q: q8[N by 2], Z: f32[N] { Y[n] = g(X[n]) + twice(X[n])  Q[n] = X[n]  Z[n] = gelu(0 * X[n]) }'
  const result = compiled(main, { 'lib/formats.tdsl': formats })
  assert.equal(result.diagnostics.map((d) => d.message), [])
  const kernel = result.kernels[0]?.kernel
  assert.ok(kernel)
  const found = interpret(kernel, { N: 3 }, new Map([['X', [1, -2, 4]]]))
  // 2x + 1 from the other file's `twice`, and 3x from this one's.
  assert.equal([...(found.get('Y')?.values ?? [])], [6, -9, 21])
  assert.equal([...(found.get('Q_codes')?.values ?? [])], [64, -127, 127])
  // `gelu` is the library's here: only `g` is the other file's.
  assert.equal([...(found.get('Z')?.values ?? [])], [0, 0, 0])
})

test('a function with statements assigns to its own name, also where it is imported under another', () => {
  const files = { 'folder/lib.tdsl': 'fn tail(x: f32[D]) -> f32 {\n  let scale = 0.5\n  tail = scale * sum(d) x[D - 1 - d]\n}\nfn both(x: f32[D]) -> y: f32 { y = tail(x) + tail(x) }' }
  const result = compiled('import { tail as last, both as double } from "./lib.tdsl"\nkernel f(X: f32[N, M]) -> Y: f32[N], Z: f32[N] { Y[n] = last(X[n])  Z[n] = double(X[n]) }', files)
  assert.equal(result.diagnostics.map((d) => d.message), [])
  const found = interpret(result.kernels[0]!.kernel, { N: 2, M: 2 }, new Map([['X', [1, 2, 3, 5]]]))
  assert.equal([...(found.get('Y')?.values ?? [])], [1.5, 4])
  assert.equal([...(found.get('Z')?.values ?? [])], [3, 8])
})

test('imports of imports, and a file that two others import', () => {
  const files = { 'folder/a.tdsl': 'import { base } from "./b.tdsl"\nfn one(x: f32) -> f32 = base(x) + 1', 'folder/c.tdsl': 'import { base as root } from "./b.tdsl"\nfn two(x: f32) -> f32 = root(x) + 2', 'folder/b.tdsl': 'fn base(x: f32) -> f32 = 10 * x' }
  const result = compiled('import { one } from "./a.tdsl"\nimport { two } from "./c.tdsl"\nkernel f(X: f32[N]) -> Y: f32[N] { Y[n] = one(X[n]) * two(X[n]) }', files)
  assert.equal(result.diagnostics.map((d) => d.message), [])
  assert.equal([...(interpret(result.kernels[0]!.kernel, { N: 1 }, new Map([['X', [1]]])).get('Y')?.values ?? [])], [132])
  assert.equal(result.sources.map((s) => s.file).sort(), ['folder/a.tdsl', 'folder/b.tdsl', 'folder/c.tdsl'])
})

test('an imported kernel is compiled, with its own lines in the text', () => {
  const files = { 'folder/k.tdsl': '\n\nkernel copy(X: f32[N]) -> Y: f32[N] { Y[n] = X[n] }' }
  const result = compiled('import { copy } from "./k.tdsl"\n', files, ['cpu'])
  assert.match(result.files.find((f) => f.path === 'main/copy.js')?.text ?? '', /\/\/ k\.tdsl:3: kernel copy/)
  assert.is(result.manifest.kernels[0]?.line, 3)
})

test('mistakes have their places', () => {
  assert.equal(reports('import { q8 } from "./lib.tdsl"'), ['folder/main.tdsl:1:20 TDSL0130 `./lib.tdsl` cannot be imported: there is no file folder/lib.tdsl'])
  assert.equal(reports('import { q9 } from "./l.tdsl"', { 'folder/l.tdsl': formats }), ['folder/main.tdsl:1:10 TDSL0131 `./l.tdsl` does not declare `q9`; did you mean `q8`?'])
  assert.equal(reports('import { chip } from "./l.tdsl"', { 'folder/l.tdsl': 'accelerator chip { intrinsic C[i: x] += A[i] * B[i]\n space { x in {8, 16} } }' }).map((r) => r.slice(0, 37)), ['folder/main.tdsl:1:10 TDSL0132 `chip`'])
  assert.equal(reports('import { q8 } from "./l.tdsl"\nfn q8(x: f32) -> f32 = x', { 'folder/l.tdsl': formats }), ['folder/main.tdsl:1:10 TDSL0102 `q8` is declared twice'])
  assert.equal(reports('import { a } from "./a.tdsl"', { 'folder/a.tdsl': 'import { b } from "./b.tdsl"\nfn a(x: f32) -> f32 = b(x)', 'folder/b.tdsl': 'import { a } from "./a.tdsl"\nfn b(x: f32) -> f32 = x' }), ['folder/b.tdsl:1:19 TDSL0133 these files import each other: folder/a.tdsl → folder/b.tdsl → folder/a.tdsl'])
  assert.equal(reports('import { bad } from "./a.tdsl"', { 'folder/a.tdsl': 'fn bad(x: f32) -> f32 = y' }), ['folder/a.tdsl:1:25 TDSL0101 `y` is not declared'])
  assert.match(reports('import { bad } from "./a.tdsl"', { 'folder/a.tdsl': 'fn bad(x: f32 -> f32 = x' })[0] ?? '', /^folder\/a\.tdsl:1:\d+ TDSL00/)
  const unread = compileSource('import { q8 } from "./lib.tdsl"', 'main.tdsl', { targets: [] })
  assert.equal(unread.diagnostics.map((d) => d.code), ['TDSL0130'])
})

test('paths are relative to the file that names them', () => {
  assert.equal([resolvePath('a/b/c.tdsl', './d.tdsl'), resolvePath('a/b/c.tdsl', '../d.tdsl'), resolvePath('c.tdsl', '../x/./d.tdsl'), resolvePath('../c.tdsl', '../d.tdsl'), resolvePath('c.tdsl', '/d.tdsl')], ['a/b/d.tdsl', 'a/d.tdsl', '../x/d.tdsl', '../../d.tdsl', '/d.tdsl'])
})

test.run()

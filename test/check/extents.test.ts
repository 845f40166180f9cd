import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Kernel } from '../../grammar/ast.ts'
import { parse } from '../../grammar/parse.ts'
import { type ExtentScope, extentOf, printExtent } from '../../src/check/extents.ts'
import * as ix from '../../src/ir/index-expr.ts'

const scope: ExtentScope = { size: (name) => ix.size(name), divisor: () => undefined, report: () => undefined }

function extent(text: string): ix.IndexExpr | undefined {
  const [kernel] = parse(`kernel f(A: f32[${text}]) -> C: f32[1] { C[i] = 0 }`, '').ast.declarations.filter((d): d is Kernel => d.kind === 'kernel')
  const dim = kernel?.params[0]?.type.dims[0]
  return dim && extentOf(dim.extent, scope)
}

test('printed extents read back as the same expression', () => {
  for (const text of ['N', '2*N + 1', 'K - 128', '-K + 128', '(H + 2*pad - R)/st + 1', 'N/2*2', '(N/2)*(M/3)', 'N % 4', '(N + 1) % (M + 1)', 'A/(B/2)', '(A/B) % C', 'min(N, M/2)', 'max(N - 1, 2*M)', '3 - N/4', 'N*M - N']) {
    const e = extent(text)
    assert.ok(e, text)
    if (e === undefined) continue
    const again = extent(printExtent(e))
    assert.is(again?.key, e.key, `${text} printed as ${printExtent(e)}`)
  }
})

test('division rounds down and ceildiv up', () => {
  const value = (text: string, N: number): number => { const e = extent(text); return e === undefined ? NaN : ix.evaluate(e, () => N) }
  for (let n = 0; n < 20; n++) {
    assert.is(value('(N - 7)/3', n), Math.floor((n - 7) / 3))
    assert.is(value('ceildiv(N, 3)', n), Math.ceil(n / 3))
    assert.is(value('(N - 7) % 3', n), (((n - 7) % 3) + 3) % 3)
  }
})

test.run()

import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { cover, digitsAt } from '../../src/check/coverage.ts'
import { printExtent } from '../../src/check/extents.ts'
import { IndexVar } from '../../src/check/index-var.ts'
import { Facts } from '../../src/ir/index-facts.ts'
import * as ix from '../../src/ir/index-expr.ts'

const span = { file: '', start: 0, end: 0 }
function axis(name: string, range: ix.IndexExpr): IndexVar {
  const v = new IndexVar(name, name, span, undefined)
  v.resolve(range, { text: '', span })
  return v
}
const [G, R, S] = [ix.size('G'), ix.size('R'), ix.size('S')]

test('mixed radix positions cover their extent once', () => {
  const [g, r, s] = [axis('g', G), axis('r', R), axis('s', S)]
  const index = ix.add(ix.mul(ix.variable('g'), R, S), ix.mul(ix.variable('r'), S), ix.variable('s'))
  const found = cover(index, [g, r, s], ix.mul(G, R, S), Facts.none)
  assert.is(found.kind, 'digits')
  if (found.kind !== 'digits') return
  assert.equal(found.digits.map((d) => d.variable.name), ['s', 'r', 'g'])
  const x = ix.variable('x')
  assert.equal([...digitsAt(x, found.digits)].map(([v, e]) => `${v.name} = ${printExtent(e)}`), ['s = x % S', 'r = (x/S) % R', 'g = x/(R*S)'])
})

test('by enumeration: exactly the positions that hit everything once are accepted', () => {
  let accepted = 0
  for (let a = 1; a <= 4; a++) for (let b = 1; b <= 4; b++) for (let ca = 0; ca <= 5; ca++) for (let cb = 0; cb <= 5; cb++) for (let rest = 0; rest <= 1; rest++) {
    const hits = new Map<number, number>()
    for (let i = 0; i < a; i++) for (let j = 0; j < b; j++) hits.set(ca * i + cb * j + rest, (hits.get(ca * i + cb * j + rest) ?? 0) + 1)
    const extent = a * b
    const exact = hits.size === extent && [...hits.keys()].every((k) => k < extent)
    const index = ix.add(ix.mul(ix.num(ca), ix.variable('i')), ix.mul(ix.num(cb), ix.variable('j')), ix.num(rest))
    const found = cover(index, [axis('i', ix.num(a)), axis('j', ix.num(b))], ix.num(extent), Facts.none)
    // An index of range 1 with the step 0 vanishes from the position; the value is the same.
    assert.is(found.kind === 'digits', exact, `${ca}*i + ${cb}*j + ${rest}, ${a} by ${b}`)
    if (exact) accepted++
  }
  assert.ok(accepted > 20)
})

test.run()

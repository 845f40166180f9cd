import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { distance, similarNames } from '../../src/check/suggest.ts'

test('distance counts slips of the keyboard', () => {
  assert.is(distance('kernel', 'kernel'), 0)
  assert.is(distance('inptu', 'input'), 1)
  assert.is(distance('kitten', 'sitting'), 3)
  assert.is(distance('', 'abc'), 3)
})

test('distance is symmetric and obeys the triangle with the alphabet it has', () => {
  const words = ['ab', 'ba', 'abc', 'acb', 'b', '']
  for (const a of words) for (const b of words) {
    assert.is(distance(a, b), distance(b, a))
    assert.ok(distance(a, b) >= Math.abs(a.length - b.length))
    assert.is(distance(a, b) === 0, a === b)
  }
})

test('similar names: the nearest first, letters only by their case', () => {
  assert.equal(similarNames('weigths', ['weight', 'weights', 'bias']), ['weights', 'weight'])
  assert.equal(similarNames('Q', ['A', 'B', 'q']), ['q'])
  assert.equal(similarNames('k', ['m', 'n', 'kk']), [])
  assert.equal(similarNames('x'.repeat(1000), ['x']), [])
})

test.run()

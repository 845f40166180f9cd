/** Atom's quantised stores with scales of f16: by their definitions, and the same bytes on every target. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { clamped, headsOf, rne, rounded, wholeZero } from './atom-definitions.ts'
import { hard, storesAgree } from './stores.ts'

storesAgree('f16')

test("a zero point within the codes is nearer than the simulation's where all features have one sign", () => {
  // Atom's simulation takes −min as it is: there it leaves the codes, and what is stored is further off than here.
  const positive = headsOf(hard(7 * 2 * 128, 3), 7, 2, 128).find((x) => Math.min(...x) > 0) ?? []
  assert.ok(positive.length > 0)
  const scale = rounded('f16', (Math.max(...positive) - Math.min(...positive)) / 15)
  const theirs = Math.max(...positive.map((x) => Math.abs(clamped(rne(x / scale), 0, 15) * scale - x)))
  const ours = wholeZero(positive, 'f16'), error = Math.max(...positive.map((x, i) => Math.abs(((ours.codes[i] ?? 0) - ours.zero) * ours.scale - x)))
  assert.ok(error < theirs)
})

test.run()

/** Atom's quantised stores with scales of e8m0: by their definitions, and the same bytes on every target. */
import { test } from 'uvu'
import { storesAgree } from './stores.ts'

storesAgree('e8m0')

test.run()

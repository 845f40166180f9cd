/** Atom's quantised stores with scales of bf16: by their definitions, and the same bytes on every target. */
import { test } from 'uvu'
import { storesAgree } from './stores.ts'

storesAgree('bf16')

test.run()

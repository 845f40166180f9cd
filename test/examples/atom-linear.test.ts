import { test } from 'uvu'
import { examplesAgree } from './support.ts'

examplesAgree(['atom/atom_linear'])
test.run()

import { test } from 'uvu'
import { examplesAgree } from './support.ts'

examplesAgree(['transformer_block'])
test.run()

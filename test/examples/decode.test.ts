import { test } from 'uvu'
import { examplesAgree } from './support.ts'

examplesAgree(['decode_attention'])
test.run()

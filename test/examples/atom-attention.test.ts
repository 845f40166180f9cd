import { test } from 'uvu'
import { examplesAgree } from './support.ts'

examplesAgree(['atom/kv4_attention'])
test.run()

import { test } from 'uvu'
import { examplesAgree } from './support.ts'

examplesAgree(['shadowkv/shadow_prefill'])
test.run()

import { test } from 'uvu'
import { examplesAgree } from './support.ts'

examplesAgree(['layernorm', 'rmsnorm', 'argmax', 'cross_entropy'])
test.run()

import { test } from 'uvu'
import { examplesAgree } from './support.ts'

examplesAgree(['atom/rmsnorm_quantize'])
test.run()

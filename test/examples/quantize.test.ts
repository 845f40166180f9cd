import { test } from 'uvu'
import { examplesAgree } from './support.ts'

examplesAgree(['quantize'])
test.run()

import { test } from 'uvu'
import { examplesAgree } from './support.ts'

examplesAgree(['convolution'])
test.run()

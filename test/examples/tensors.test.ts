import { test } from 'uvu'
import { examplesAgree } from './support.ts'

examplesAgree(['tensor_algebra', 'depthwise_conv'])
test.run()

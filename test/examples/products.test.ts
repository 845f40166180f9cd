import { test } from 'uvu'
import { examplesAgree } from './support.ts'

examplesAgree(['batched_matmul', 'linear_gelu'])
test.run()

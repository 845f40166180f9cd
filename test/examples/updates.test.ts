import { test } from 'uvu'
import { examplesAgree } from './support.ts'

examplesAgree(['top_k', 'prefix_sum', 'histogram', 'kv_append'])
test.run()

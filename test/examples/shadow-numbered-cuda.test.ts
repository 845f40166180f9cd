/** ShadowKV's numbered checks on cuda:sm_80. */
import { test } from 'uvu'
import { numbered } from './shadow-numbered.ts'

numbered('cuda:sm_80')
test.run()

/** ShadowKV's numbered checks on cpu. */
import { test } from 'uvu'
import { numbered } from './shadow-numbered.ts'

numbered('cpu')
test.run()

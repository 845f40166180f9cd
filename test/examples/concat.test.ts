import { test } from 'uvu'
import { examplesAgree } from './support.ts'

examplesAgree(['concat'])
test.run()

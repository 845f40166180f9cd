import { test } from 'uvu'
import { examplesAgree } from './support.ts'

examplesAgree(['gated_mlp'])
test.run()

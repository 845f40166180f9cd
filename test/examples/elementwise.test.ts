import { test } from 'uvu'
import { examplesAgree } from './support.ts'

examplesAgree(['vector_add', 'transpose', 'rope', 'embedding'])
test.run()

import { test } from 'uvu'
import { agreeFile } from './agree.ts'

agreeFile('part-sums.tdsl')
test.run()

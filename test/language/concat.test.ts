import { test } from 'uvu'
import { agreeFile } from './agree.ts'

agreeFile('concat.tdsl')
test.run()

import { test } from 'uvu'
import { agreeFile } from './agree.ts'

agreeFile('quantise.tdsl')
test.run()

import { test } from 'uvu'
import { agreeFile } from './agree.ts'

agreeFile('scatter.tdsl')
test.run()

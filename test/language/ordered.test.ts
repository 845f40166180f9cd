import { test } from 'uvu'
import { agreeFile } from './agree.ts'

agreeFile('ordered.tdsl')
test.run()

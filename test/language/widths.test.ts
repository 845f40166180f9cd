import { test } from 'uvu'
import { agreeFile } from './agree.ts'

agreeFile('widths.tdsl')
test.run()

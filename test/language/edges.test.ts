import { test } from 'uvu'
import { agreeFile } from './agree.ts'

agreeFile('edges.tdsl')
test.run()

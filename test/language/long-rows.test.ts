import { test } from 'uvu'
import { agreeFile } from './agree.ts'

agreeFile('long-rows.tdsl', { interpreters: false })
test.run()

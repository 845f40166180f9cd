import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readFileSync } from 'node:fs'
import { agreeFile, compiled } from './agree.ts'

agreeFile('host.tdsl')

test('the manifest says where tensors lie, and which arguments of the launches', () => {
  const { manifest } = compiled(readFileSync(new URL('host.tdsl', import.meta.url), 'utf8'), 'kept')
  const [kernel] = manifest.kernels
  assert.equal([...(kernel?.inputs ?? []), ...(kernel?.outputs ?? [])].map((t) => `${t.name} ${t.place ?? 'device'}`), ['W_codes host', 'W_scale host', 'log host', 'x device', 'log host', 'Y host'])
  const args = kernel?.targets['cuda:sm_80']?.at(-1)?.launches.flatMap(({ abi }) => abi.args.flatMap((a) => (a.kind === 'buffer' && a.place === 'host' ? [a.name] : [])))
  assert.equal([...new Set(args)].sort(), ['W_codes', 'W_scale', 'Y', 'log'])
})
test.run()

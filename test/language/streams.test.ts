import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readFileSync } from 'node:fs'
import { agreeFile, compiled } from './agree.ts'

agreeFile('streams.tdsl')

test('chunks of one set are stored by one launch', () => {
  const result = compiled(readFileSync(new URL('streams.tdsl', import.meta.url), 'utf8'), 'decode')
  const cuda = result.kernels[0]!.variants.filter((v) => v.target === 'cuda:sm_80')
  assert.equal(cuda.map((v) => v.launches.length), [2, 1])
  const buffers = cuda[0]!.launches[0]!.tile.buffers
  assert.equal(buffers.filter((b) => b.role === 'scratch').map((b) => b.name).sort(), ['O_sum_f_chunk_mem', 'W_max_chunk_mem', 'W_sum_chunk_mem'])
  assert.equal(result.kernels[0]!.variants.filter((v) => v.target === 'cpu').map((v) => v.launches.length), [1])
})

test.run()

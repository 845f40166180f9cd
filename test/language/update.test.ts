import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { agreeFile, compiled, deviceFor, runOn } from './agree.ts'

agreeFile('update.tdsl')

// A device keeps kernels by the names of their files, so this one has a name of its own.
const write = 'kernel write_rows(K: inout f32[B, N], slot: i32[B, T], X: f32[B, T]) { K[b, slot[b, t]] = X[b, t] }'
const sizes = { B: 2, N: 4, T: 3 }
const inputs = (slot: readonly number[]): ReadonlyMap<string, readonly number[]> => new Map([['K', [0, 0, 0, 0, 0, 0, 0, 0]], ['slot', slot], ['X', [1, 2, 3, 4, 5, 6]]])
const onCpu = async (slot: readonly number[]): Promise<number[]> => {
  const device = await deviceFor('cpu')
  if (device === undefined) throw new Error('the processor is always there')
  return Array.from((await runOn(device, 'cpu', compiled(write), 'write_rows', sizes, inputs(slot))).get('K') ?? [])
}
const messageOf = async (slot: readonly number[]): Promise<string> => {
  try {
    await onCpu(slot)
    return ''
  } catch (cause) {
    return cause instanceof RangeError ? cause.message : String(cause)
  }
}

test('slots that differ are written, each row for itself', async () => {
  assert.equal(await onCpu([3, 1, 0, 3, 1, 2]), [3, 2, 0, 1, 0, 5, 6, 4])
})
test('two values for one element are reported, with the later point', async () => {
  assert.match(await messageOf([3, 1, 0, 2, 1, 2]), /write_rows, line 1: an element of K is written that an earlier point writes too; the first time at b = 1, t = 2/)
})
test('elements that are not there are reported', async () => {
  assert.match(await messageOf([3, 1, 0, 2, 4, 3]), /an element that K does not have is written; the first time at b = 1, t = 1/)
  assert.match(await messageOf([-1, 1, 0, 2, 1, 3]), /the first time at b = 0, t = 0/)
})
test.run()

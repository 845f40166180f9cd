/**
 * Quantised stores on real devices: the files that targets write, compared byte by byte with the first target's.
 *
 *     tsx test/bench/quantise-bytes.ts cpu wgsl cuda:sm_80 cuda:sm_90a
 *
 * `cuda:sm_80@shim` runs CUDA text on the processor. Ends with 1 where a file differs.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compareStore, scales, stores } from '../examples/stores.ts'

const targets = process.argv.slice(2).map((name) => { const [target = '', device] = name.split('@'); return { target, device } })
const folder = mkdtempSync(join(tmpdir(), 'tdsl-bytes-'))
process.stdout.write(`| store | scales | bytes | ${targets[0]?.target ?? ''} and the definition | ${targets.slice(1).map(({ target }) => target).join(' | ')} |\n|---|---|---|---|${targets.slice(1).map(() => '---|').join('')}\n`)
for (const scale of scales) for (const store of stores) {
  const { kernel, bytes, wrong, apart } = await compareStore(store, folder, scale, targets)
  const cells = targets.slice(1).map(({ target }) => { const own = apart.filter((file) => file.includes(`-${target.replace(':', '-')}-`)); return own.length === 0 ? 'equal' : `differs: ${own.length} files` })
  process.stdout.write(`| ${kernel} | ${scale} | ${bytes} | ${wrong.length === 0 ? 'equal' : `${wrong.length} elements are not`} | ${cells.join(' | ')} |\n`)
  if (apart.length + wrong.length > 0) process.exitCode = 1
}
rmSync(folder, { recursive: true, force: true })

/**
 * Runs every kernel of a text on everything there is and compares with the oracle: both interpreters of tile IR, emitted JavaScript, WGSL on whatever
 * WebGPU is there, and CUDA text on the shim. Sizes come from `@example`; several lines are several runs.
 */
import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import { parse } from '../../grammar/parse.ts'
import { decode, encode } from '../../src/cli/tensor-data.ts'
import { ShimDevice } from '../../src/cli/shim-device.ts'
import { compileSource } from '../../src/driver.ts'
import type { CompiledKernel, CompileResult } from '../../src/driver-types.ts'
import { prepareKernel, wholeWords } from '../../src/host/engine.ts'
import { elementsOf } from '../../src/host/engine-spec.ts'
import { kernelSpec, tensorSpec } from '../../src/host/spec.ts'
import { randomInputs } from '../../src/ir/random-input.ts'
import { interpretTileFaithful } from '../../src/ir/tile-interpret-faithful.ts'
import { interpretTile } from '../../src/ir/tile-interpret.ts'
import { compare, describe } from '../../src/ir/tolerance.ts'
import { interpret, type OracleTensor } from '../../src/ir/tst-interpret.ts'
import type { Device, DeviceBuffer } from '../../src/runtime/device.ts'
import { openDevice } from '../../src/runtime/index.ts'
import { shimAvailable } from '../../src/runtime/shim.ts'
import { findTarget } from '../../src/targets/targets.ts'

export type Sizes = Readonly<Record<string, number>>
export type Numbers = ReadonlyMap<string, ArrayLike<number>>

const devices = new Map<string, Promise<Device | undefined>>()
export function deviceFor(target: string): Promise<Device | undefined> {
  let found = devices.get(target)
  if (found === undefined) {
    found = target === 'cpu' ? openDevice('cpu') : target === 'wgsl' ? openDevice('webgpu').catch(() => undefined) : shimAvailable().then((there) => (there ? new ShimDevice() : undefined))
    devices.set(target, found)
  }
  return found
}
test.after(async () => { for (const device of devices.values()) (await device)?.close() })

export const allTargets = ['cpu', 'wgsl', 'cuda:sm_80'] as const

/** The compiled text; throws what was reported where it has a mistake. */
export function compiled(text: string, kernel?: string, targets: readonly string[] = allTargets, file = 'test.tdsl'): CompileResult {
  const result = compileSource(text, file, { targets, ...(kernel === undefined ? {} : { kernel }) })
  const errors = result.diagnostics.filter((d) => d.severity === 'error')
  if (errors.length > 0) throw new Error(errors.map((d) => `${d.code}: ${d.message}`).join('\n'))
  return result
}

/** Outputs of one launch on a device. */
export async function runOn(device: Device, target: string, result: CompileResult, name: string, sizes: Sizes, inputs: Numbers): Promise<Map<string, ArrayLike<number>>> {
  const manifest = result.manifest.kernels.find((k) => k.name === name)
  if (manifest === undefined) throw new Error(`no kernel ${name}`)
  const spec = kernelSpec({ ...manifest, targets: { [target]: manifest.targets[target] ?? [] } })
  const texts = new Map(result.files.map(({ path, text }) => [path, text]))
  const prepared = await prepareKernel<string, Sizes>(spec, device, sizes, { load: async (path) => texts.get(path) ?? '' })
  const buffers: Record<string, DeviceBuffer> = {}
  for (const t of [...manifest.inputs, ...manifest.outputs]) buffers[t.name] ??= device.alloc(prepared.bytes[t.name] ?? 0)
  for (const t of manifest.inputs) device.upload(buffers[t.name]!, wholeWords(encode(t.dtype, inputs.get(t.name) ?? [])))
  prepared.launch(buffers)
  await prepared.verify()
  const found = new Map<string, ArrayLike<number>>()
  for (const t of manifest.outputs) found.set(t.name, decode(t.dtype, await device.download(buffers[t.name]!), elementsOf(tensorSpec(t), sizes)))
  prepared.destroy()
  for (const b of Object.values(buffers)) b.destroy()
  return found
}

function interpreted({ kernel, variants }: CompiledKernel, target: string, sizes: Sizes, inputs: Numbers, faithful: boolean): Map<string, ArrayLike<number>> {
  const own = findTarget(target)
  const variant = variants.find((v) => v.target === target && Object.entries(v.when.equals).every(([s, n]) => sizes[s] === n) && Object.entries(v.when.multiples).every(([s, n]) => (sizes[s] ?? 0) % n === 0) && Object.entries(v.when.atMost).every(([s, n]) => (sizes[s] ?? 0) <= n))
  if (own === undefined || variant === undefined) throw new Error(`no variant of ${kernel.name} for ${target}`)
  let memory: Map<string, Float64Array> = new Map([...inputs].map(([name, values]) => [name, Float64Array.from(values)]))
  const intrinsic = (name: string): (typeof own.intrinsics)[number] | undefined => own.intrinsics.find((i) => i.name === name)
  for (const { tile } of variant.launches) memory = new Map([...memory, ...(faithful ? interpretTileFaithful : interpretTile)(tile, sizes, memory, { intrinsic })])
  return memory
}

export interface AgreeOptions { readonly interpreters?: boolean; readonly seed?: number; readonly targets?: readonly string[] }

/** One kernel at one set of sizes on everything. */
export async function agree(result: CompileResult, name: string, sizes: Sizes, given?: Numbers, { interpreters = true, seed = 1, targets = allTargets }: AgreeOptions = {}): Promise<Map<string, OracleTensor>> {
  const compiledKernel = result.kernels.find((k) => k.kernel.name === name)
  if (compiledKernel === undefined) throw new Error(`no kernel ${name}`)
  const inputs = given ?? randomInputs(compiledKernel.kernel, sizes, seed)
  const oracle = interpret(compiledKernel.kernel, sizes, inputs)
  const check = (where: string, found: Numbers): void => {
    for (const [tensor, expected] of oracle) {
      // On devices `verify` has looked at them.
      if (!found.has(tensor) && compiledKernel.kernel.checks?.some((c) => c.tensor === tensor)) continue
      const compared = compare(found.get(tensor) ?? [], expected)
      if (!compared.ok) throw new Error(`${name} (${JSON.stringify(sizes)}) on ${where}\n${describe(tensor, compared).join('\n')}`)
    }
  }
  for (const target of targets) {
    if (interpreters) for (const faithful of [false, true]) check(`${faithful ? 'faithful' : 'values'} interpreter for ${target}`, interpreted(compiledKernel, target, sizes, inputs, faithful))
    const device = await deviceFor(target)
    if (device !== undefined) check(`${target} (${device.name})`, await runOn(device, target, result, name, sizes, inputs))
  }
  return oracle
}

/** Registers a test for each `@example` of each kernel of a `.tdsl` file beside this one, or of a text. */
export function agreeFile(source: string, options: AgreeOptions = {}): void {
  const text = source.includes('\n') ? source : readFileSync(new URL(source, import.meta.url), 'utf8')
  for (const d of parse(text, 'test.tdsl').ast.declarations) {
    if (d.kind !== 'kernel') continue
    const name = d.name.name
    let result: CompileResult | undefined
    for (const example of d.doc?.examples ?? [{ sizes: [] }]) {
      const sizes = Object.fromEntries(example.sizes.map((s) => [s.name, s.value]))
      test(`${name} ${JSON.stringify(sizes)}`, async () => { await agree((result ??= compiled(text, name)), name, sizes, undefined, options) })
    }
  }
}

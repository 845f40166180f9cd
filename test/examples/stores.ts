/** Atom's stores of quantised values, run on several targets by the command line: the files that they write, beside the definitions and byte by byte. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { decode } from '../../src/cli/tensor-data.ts'
import { isDType } from '../../src/ir/dtype.ts'
import { f16ArrayFromF32, f32ArrayFromF16 } from '../../src/runtime/float.ts'
import { readNpy, writeNpy } from '../../src/runtime/npy.ts'
import { scratch, tdsl } from '../cli/support.ts'
import { deviceFor } from '../language/agree.ts'
import { activations, type Expected, floatZero, keysOrValues, type Scale, stored, weights, wholeZero } from './atom-definitions.ts'
import { exampleText } from './support.ts'

export const scales: readonly Scale[] = ['f16', 'bf16', 'e8m0']
export const withScale = (text: string, scale: Scale): string => text.replaceAll('scale f16', `scale ${scale}`)
/** The smallest source of surprise: a permutation that moves everything. */
export const reversed = (n: number): number[] => Array.from({ length: n }, (_, i) => n - 1 - i)

/** f16 numbers that are hard, 128 of a kind: noise, noise with outliers up to the largest, ties between codes, zeros, what lies near the floor of a group, one sign only, subnormals. */
export function hard(count: number, seed: number): number[] {
  let state = seed
  const next = (): number => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return state / 2 ** 32 }
  const half = (x: number): number => f32ArrayFromF16(f16ArrayFromF32(Float32Array.of(x)))[0] ?? 0
  return Array.from({ length: count }, (_, i) => {
    const kind = Math.floor(i / 128) % 7
    const x = next() * 2 - 1
    switch (kind) {
      case 0: return half(x)
      case 1: return half(x * (next() < 0.05 ? 60000 : 1))
      case 2: return (Math.floor(next() * 29) - 14) / 2
      case 3: return 0
      case 4: return half(x * 1e-5)
      case 5: return half(Math.abs(x) + 3)
      default: return half(x * 2 ** -20)
    }
  })
}

type Inputs = Readonly<Record<string, readonly number[]>>
interface Store {
  readonly example: string
  readonly kernel: string
  readonly sizes: string
  readonly halves: Readonly<Record<string, readonly [shape: readonly number[], seed: number]>>
  readonly whole: Readonly<Record<string, readonly [shape: readonly number[], values: readonly number[]]>>
  readonly expected: (inputs: Inputs, scale: Scale) => Expected
}

export const stores: readonly Store[] = [
  { example: 'atom/rmsnorm_quantize', kernel: 'reorder_quantize', sizes: 'M=3,K=933', halves: { X: [[3, 933], 5] }, whole: { order: [[933], reversed(933)] }, expected: ({ X = [], order = [] }, scale) => activations(X, order, scale) },
  { example: 'atom/atom_linear', kernel: 'quantize_weights', sizes: 'N=5,K=946', halves: { W: [[5, 946], 9] }, whole: { order: [[946], reversed(946)] }, expected: ({ W = [], order = [] }, scale) => weights(W, order, scale) },
  { example: 'atom/kv4_attention', kernel: 'quantize_kv', sizes: 'B=1,S=7,H=2,D=128', halves: { X: [[1, 7, 2, 128], 3] }, whole: {}, expected: ({ X = [] }, scale) => keysOrValues(X, 7, 2, floatZero, scale) },
  { example: 'atom/kv4_attention', kernel: 'quantize_kv_whole', sizes: 'B=1,S=7,H=2,D=128', halves: { X: [[1, 7, 2, 128], 3] }, whole: {}, expected: ({ X = [] }, scale) => keysOrValues(X, 7, 2, wholeZero, scale) },
  { example: 'atom/kv4_attention', kernel: 'store_kv', sizes: 'B=2,S=7,H=1,T=9,D=128', halves: { X: [[2, 7, 1, 128], 4] }, whole: { slot: [[2, 7], [3, 0, 8, 1, 6, 4, 2, 7, 5, 0, 3, 8, 6, 1]] }, expected: ({ X = [], slot = [] }, scale) => stored(X, slot, 2, 9, scale) },
]

export interface StoreTarget { readonly target: string; readonly device: string | undefined }
export interface Compared {
  readonly kernel: string
  readonly scale: Scale
  readonly bytes: number
  /** Elements of the first target's files that are not as defined. */
  readonly wrong: readonly string[]
  /** Files that differ from the first target's. */
  readonly apart: readonly string[]
}

/** Runs a store on every target with the same inputs; all files stay in `folder`. @throws Error where a run fails */
export async function compareStore({ example, kernel, sizes, halves, whole, expected }: Store, folder: string, scale: Scale, targets: readonly StoreTarget[]): Promise<Compared> {
  const source = join(folder, `${kernel}_${scale}.tdsl`)
  writeFileSync(source, withScale(exampleText(example), scale))
  const numbers: Record<string, readonly number[]> = {}, given: string[] = []
  const input = (name: string, dtype: 'f2' | 'i4', shape: readonly number[], values: readonly number[]): void => {
    const file = join(folder, `${kernel}-${name}.npy`), data = dtype === 'f2' ? f16ArrayFromF32(values) : Int32Array.from(values)
    writeNpy(file, { dtype, shape, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) })
    numbers[name] = values
    given.push('--in', `${name}=${file}`)
  }
  for (const [name, [shape, seed]] of Object.entries(halves)) input(name, 'f2', shape, hard(shape.reduce((a, b) => a * b, 1), seed))
  for (const [name, [shape, values]] of Object.entries(whole)) input(name, 'i4', shape, values)
  const wanted = expected(numbers, scale)
  const contents: { readonly name: string; readonly file: string; readonly bytes: Buffer }[][] = []
  for (const { target, device } of targets) {
    const files = [...wanted.keys()].map((name) => ({ name, file: join(folder, `${kernel}-${scale}-${target.replace(':', '-')}-${name}.npy`) }))
    const ran = await tdsl(['run', source, '--kernel', kernel, '--target', target, ...(device === undefined ? [] : ['--device', device]), '--size', sizes, ...given, ...files.flatMap(({ name, file }) => ['--out', `${name}=${file}`])])
    if (ran.code !== 0) throw new Error(`${kernel} on ${target} ended with ${ran.code}: ${ran.err}`)
    contents.push(files.map((f) => ({ ...f, bytes: readFileSync(f.file) })))
  }
  const [first = [], ...others] = contents
  const wrong = first.flatMap(({ name, file }) => {
    const values = valuesIn(file), right = wanted.get(name) ?? []
    return values.length === right.length ? right.flatMap((x, i) => (x === undefined || x === values[i] ? [] : [`${name}[${i}] is ${values[i]}, not ${x}`])) : [`${name} has ${values.length} elements, not ${right.length}`]
  })
  return { kernel, scale, wrong, bytes: first.reduce((n, { bytes }) => n + bytes.length, 0), apart: others.flatMap((files) => files.filter(({ bytes }, i) => first[i]?.bytes.equals(bytes) !== true).map(({ file }) => file)) }
}

const plain = { f2: 'f16', i1: 'i8', u1: 'u8' } as const
function valuesIn(file: string): ArrayLike<number> {
  const { dtype, shape, data, sidecar } = readNpy(file)
  const stored = sidecar?.dtype ?? (dtype === 'f2' || dtype === 'i1' || dtype === 'u1' ? plain[dtype] : '')
  if (!isDType(stored)) throw new Error(`${file} holds ${sidecar?.dtype ?? dtype}`)
  return decode(stored, data, (sidecar?.shape ?? shape).reduce((a, b) => a * b, 1))
}

/** A test for each store: as defined, and the same files on every target that is there. */
export function storesAgree(scale: Scale): void {
  for (const store of stores) {
    test(`${store.kernel}, ${scale} scales`, async () => {
      const targets: StoreTarget[] = []
      for (const [target, device] of [['cpu', undefined], ['wgsl', undefined], ['cuda:sm_80', 'shim']] as const) if ((await deviceFor(target)) !== undefined) targets.push({ target, device })
      const { wrong, apart } = await compareStore(store, scratch(), scale, targets)
      assert.equal(wrong.slice(0, 5), [])
      assert.equal(apart, [])
    })
  }
}

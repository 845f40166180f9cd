/** Atom's stores of quantised values, run on several targets by the command line, and the files that they write compared byte by byte. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { f16ArrayFromF32, f32ArrayFromF16 } from '../../src/runtime/float.ts'
import { writeNpy } from '../../src/runtime/npy.ts'
import { tdsl } from '../cli/support.ts'
import { exampleText } from './support.ts'

export type Scale = 'f16' | 'bf16' | 'e8m0'
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

interface Store {
  readonly example: string
  readonly kernel: string
  readonly sizes: string
  readonly halves: Readonly<Record<string, readonly [shape: readonly number[], seed: number]>>
  readonly whole: Readonly<Record<string, readonly [shape: readonly number[], values: readonly number[]]>>
  readonly outputs: readonly string[]
}

const parts = (name: string, zero = false): string[] => [`${name}_codes`, `${name}_scale`, ...(zero ? [`${name}_zero`] : [])]
export const stores: readonly Store[] = [
  { example: 'atom/rmsnorm_quantize', kernel: 'reorder_quantize', sizes: 'M=3,K=933', halves: { X: [[3, 933], 5] }, whole: { order: [[933], reversed(933)] }, outputs: [...parts('Xn'), ...parts('Xo')] },
  { example: 'atom/atom_linear', kernel: 'quantize_weights', sizes: 'N=5,K=946', halves: { W: [[5, 946], 9] }, whole: { order: [[946], reversed(946)] }, outputs: [...parts('Wn'), ...parts('Wo')] },
  { example: 'atom/kv4_attention', kernel: 'quantize_kv', sizes: 'B=1,S=7,H=2,D=128', halves: { X: [[1, 7, 2, 128], 3] }, whole: {}, outputs: parts('Q', true) },
  { example: 'atom/kv4_attention', kernel: 'quantize_kv_whole', sizes: 'B=1,S=7,H=2,D=128', halves: { X: [[1, 7, 2, 128], 3] }, whole: {}, outputs: parts('Q', true) },
  { example: 'atom/kv4_attention', kernel: 'store_kv', sizes: 'B=2,S=7,H=1,T=9,D=128', halves: { X: [[2, 7, 1, 128], 4] }, whole: { slot: [[2, 7], [3, 0, 8, 1, 6, 4, 2, 7, 5, 0, 3, 8, 6, 1]] }, outputs: parts('cache', true) },
]

export interface StoreTarget { readonly target: string; readonly device: string | undefined }
export interface Compared {
  readonly kernel: string
  readonly scale: Scale
  readonly bytes: number
  /** Files that differ from the first target's. */
  readonly apart: readonly string[]
}

/** Runs every store on every target with the same inputs; all files stay in `folder`. @throws Error where a run fails */
export async function sameBytes(folder: string, scale: Scale, targets: readonly StoreTarget[]): Promise<readonly Compared[]> {
  const found: Compared[] = []
  for (const { example, kernel, sizes, halves, whole, outputs } of stores) {
    const source = join(folder, `${kernel}_${scale}.tdsl`)
    writeFileSync(source, withScale(exampleText(example), scale))
    const inputs: string[] = []
    const input = (name: string, dtype: 'f2' | 'i4', shape: readonly number[], data: ArrayBufferView): void => {
      const file = join(folder, `${kernel}-${name}.npy`)
      writeNpy(file, { dtype, shape, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) })
      inputs.push('--in', `${name}=${file}`)
    }
    for (const [name, [shape, seed]] of Object.entries(halves)) input(name, 'f2', shape, f16ArrayFromF32(Float32Array.from(hard(shape.reduce((a, b) => a * b, 1), seed))))
    for (const [name, [shape, values]] of Object.entries(whole)) input(name, 'i4', shape, Int32Array.from(values))
    const contents: { readonly file: string; readonly bytes: Buffer }[][] = []
    for (const { target, device } of targets) {
      const files = outputs.map((name) => ({ name, file: join(folder, `${kernel}-${scale}-${target.replace(':', '-')}-${name}.npy`) }))
      const ran = await tdsl(['run', source, '--kernel', kernel, '--target', target, ...(device === undefined ? [] : ['--device', device]), '--size', sizes, ...inputs, '--check', ...files.flatMap(({ name, file }) => ['--out', `${name}=${file}`])])
      if (ran.code !== 0) throw new Error(`${kernel} on ${target} ended with ${ran.code}: ${ran.err}`)
      contents.push(files.map(({ file }) => ({ file, bytes: readFileSync(file) })))
    }
    const [first = [], ...others] = contents
    found.push({ kernel, scale, bytes: first.reduce((n, { bytes }) => n + bytes.length, 0), apart: others.flatMap((files) => files.filter(({ bytes }, i) => first[i]?.bytes.equals(bytes) !== true).map(({ file }) => file)) })
  }
  return found
}

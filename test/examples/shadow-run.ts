/** The kernels of `examples/shadowkv`, one after the other on a device: what a prompt leaves behind, and a step of decoding. One sequence. */
import type { CompileResult } from '../../src/driver-types.ts'
import type { Device } from '../../src/runtime/device.ts'
import { compiled, deviceFor, type Numbers, runOn, type Sizes } from '../language/agree.ts'
import { bf16, many, type Prompt } from './shadow-prompt.ts'
import { exampleText } from './support.ts'

/** The factors, landmarks and outliers of a prompt, as the kernels gave them. */
export interface Prefilled { readonly prompt: Prompt; readonly R: number; readonly O: number; readonly U: readonly number[]; readonly SV: readonly number[]; readonly L: readonly number[]; readonly outliers: readonly (readonly number[])[]; readonly kept: readonly number[] }
export interface Step { readonly chunks: readonly (readonly number[])[]; readonly keys: readonly number[]; readonly values: readonly number[]; readonly y: readonly number[] }

export class Runner {
  readonly target: string
  readonly #device: Device
  readonly #results: ReadonlyMap<string, CompileResult>

  private constructor(target: string, device: Device) {
    this.target = target
    this.#device = device
    this.#results = new Map(['shadow_prefill', 'shadow_decode'].flatMap((name) => { const result = compiled(exampleText(`shadowkv/${name}`), undefined, [target], `${name}.tdsl`); return result.manifest.kernels.map((k) => [k.name, result] as const) }))
  }

  /** On a device of the caller's, or on what tests have for the target: then undefined where that is not there. */
  static async open(target: string, given?: Device): Promise<Runner | undefined> {
    const device = given ?? await deviceFor(target)
    return device && new Runner(target, device)
  }

  async run(kernel: string, sizes: Sizes, inputs: Readonly<Record<string, ArrayLike<number>>>): Promise<(output: string) => number[]> {
    const result = this.#results.get(kernel)
    if (result === undefined) throw new Error(`no kernel ${kernel}`)
    const given: Numbers = new Map(Object.entries(inputs))
    const found = await runOn(this.#device, this.target, result, kernel, sizes, given)
    return (output) => Array.from(found.get(output) ?? [])
  }

  /** O chunks of each head stay exact; 0 leaves all to be chosen from. */
  async prefill(prompt: Prompt, R: number, O: number): Promise<Prefilled> {
    const { H, D, C, J } = prompt.s, B = 1, tokens = many(C * J, (t) => t)
    const { rows } = prompt.basis(R)
    const SV = bf16(many(H * R * D, (i) => rows[Math.floor(i / D) % R]![Math.floor(i / (R * D)) * D + (i % D)]!))
    const basis = many(H * D * R, (i) => SV[(Math.floor(i / (D * R)) * R + (i % R)) * D + (Math.floor(i / R) % D)]!)
    const U = (await this.run('project', { B, S: C * J, H, D, R }, { K: prompt.byHead(prompt.pre, tokens), basis }))('U')
    const marks = await this.run('landmarks', { B, H, C, J, D }, { K: prompt.byHead(prompt.K, tokens) })
    const heads = many(H, (h) => h)
    if (O === 0) return { prompt, R, O, U, SV, L: marks('L'), outliers: heads.map(() => []), kept: many(H * C, (i) => i % C) }
    const split = await this.run('split_outliers', { B, H, C, O }, { similarity: marks('similarity') })
    const outlier = split('outlier'), kept = split('kept'), N = C - O
    const L = (await this.run('keep_landmarks', { B, H, C, N, D }, { L: marks('L'), kept }))('Lk')
    return { prompt, R, O, U, SV, L, outliers: heads.map((h) => outlier.slice(h * O, (h + 1) * O)), kept }
  }

  /** Chooses T chunks for each head, rebuilds their keys, fetches their values, and attends over all, with one generated token of key k and value v. */
  async step({ prompt, R, O, U, SV, L, outliers, kept }: Prefilled, T: number, q: readonly number[], k: readonly number[], v: readonly number[]): Promise<Step> {
    const { H, G, D, C, J, W } = prompt.s, B = 1, N = C - O, heads = many(H, (h) => h), local = many(W, (t) => C * J + t)
    const slot = (await this.run('select', { B, H, G, D, N, C, T }, { q, L, kept }))('chunk')
    const fresh = slot.map(() => 1), empty = many(2 * H * T * J * D, () => 0)
    const keys = (await this.run('rebuild', { B, H, C, J, R, D, T }, { U, SV, slot, fresh, table: prompt.table, S: empty }))('S')
    const slots = (await this.run('fetch', { B, H, C, J, D, T }, { V: prompt.byHead(prompt.V, many(C * J, (t) => t)), slot, fresh, S: keys }))('S')
    const exactOf = (of: readonly (readonly number[])[]): number[] => heads.flatMap((h) => [...local, ...outliers[h]!.flatMap((c) => many(J, (j) => c * J + j))].flatMap((t) => of[t]!.slice(h * D, (h + 1) * D)))
    const y = (await this.run('attend', { B, H, G, W: W + O * J, S: T * J, M: 1, D }, { q, exact: [...exactOf(prompt.K), ...exactOf(prompt.V)], slots, generated: [...k, ...v], at: [0] }))('y')
    const half = H * T * J * D
    return { chunks: heads.map((h) => slot.slice(h * T, (h + 1) * T)), keys: slots.slice(0, half), values: slots.slice(half), y }
  }
}

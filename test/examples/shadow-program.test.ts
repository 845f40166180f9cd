/**
 * ShadowKV's step as a program with state, against a plain restatement in numbers: which chunks are in slots, what stands in them, what is attended.
 * Synthetic keys of exact rank, so that what U·SV gives is known.
 */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compileSource } from '../../src/driver.ts'
import { createState, prepareProgram, type PreparedProgram, type StateObject } from '../../src/host/program-engine.ts'
import { hostSpec, kernelSpec, programSpec, stateSpec } from '../../src/host/spec.ts'
import { bf16ArrayFromF32, f32ArrayFromBf16 } from '../../src/runtime/float.ts'
import { LateDevice } from '../program/late-device.ts'
import { exampleText } from './support.ts'

const compiled = compileSource(exampleText('shadowkv/shadow_decode'), 'shadow_decode.tdsl', { targets: ['cpu'] })
const { manifest } = compiled
const specs = {
  kernels: Object.fromEntries(manifest.kernels.map((k) => [k.name, kernelSpec(k)])),
  states: Object.fromEntries((manifest.states ?? []).map((s) => [s.name, stateSpec(s)])),
  hosts: Object.fromEntries((manifest.hosts ?? []).map((h) => [h.name, hostSpec(h)])),
}
const texts = new Map(compiled.files.map((f) => [f.path, f.text]))
const load = async (path: string): Promise<string> => texts.get(path) ?? Promise.reject(new Error(path))

type Sizes = Readonly<Record<'B' | 'H' | 'G' | 'D' | 'C' | 'J' | 'R' | 'N' | 'T' | 'W' | 'O' | 'M', number>>

/** Numbers of a standard normal distribution, the same for a seed. */
function noise(seed: number): () => number {
  let state = seed
  const next = (): number => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return (state + 0.5) / 2 ** 32 }
  return () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next())
}
const bf16 = (x: readonly number[]): number[] => [...f32ArrayFromBf16(bf16ArrayFromF32(Float32Array.from(x)))]
const many = (count: number, f: (i: number) => number): number[] => Array.from({ length: count }, (_, i) => f(i))

/** A prompt of C chunks and W local tokens; the outliers are the first chunks, O/J of them. */
class Prompt {
  readonly s: Sizes
  readonly U: number[]
  readonly SV: number[]
  readonly table: number[]
  /** Keys after RoPE, [B, H, C*J, D], from bf16 factors in full precision, rounded once. */
  readonly K: number[]
  readonly V: number[]
  readonly kept: number[]
  readonly L: number[]
  readonly local: { readonly K: number[]; readonly V: number[] }

  constructor(s: Sizes, seed: number) {
    const { B, H, C, J, D, R, N, W } = s
    this.s = s
    const random = noise(seed), E = D / 2, S = C * J
    this.U = bf16(many(B * S * R, () => random() / Math.sqrt(R)))
    this.SV = bf16(many(B * H * R * D, random))
    this.table = many(S * 2 * E, (i) => { const e = i % E, c = Math.floor(i / E) % 2, t = Math.floor(i / (2 * E)), angle = t * 500000 ** (-e / E); return Math.fround(c === 0 ? Math.cos(angle) : Math.sin(angle)) })
    this.K = bf16(many(B * H * S * D, (i) => {
      const d = i % D, t = Math.floor(i / D) % S, bh = Math.floor(i / (D * S)), b = Math.floor(bh / H), e = d % E
      const pre = (dim: number): number => { let sum = 0; for (let r = 0; r < R; r++) sum += this.U[(b * S + t) * R + r]! * this.SV[(bh * R + r) * D + dim]!; return sum }
      const cos = this.table[(t * 2) * E + e]!, sin = this.table[(t * 2 + 1) * E + e]!
      return d < E ? pre(d) * cos - pre(d + E) * sin : pre(d) * cos + pre(d - E) * sin
    }))
    this.V = bf16(many(B * H * S * D, random))
    const outliers = C - N
    this.kept = many(B * H * N, (i) => outliers + (i % N))
    this.L = bf16(many(B * H * N * D, (i) => {
      const d = i % D, n = Math.floor(i / D) % N, bh = Math.floor(i / (D * N))
      let sum = 0
      for (let j = 0; j < J; j++) sum += this.K[(bh * S + (outliers + n) * J + j) * D + d]!
      return sum / J
    }))
    this.local = { K: bf16(many(B * H * W * D, random)), V: bf16(many(B * H * W * D, random)) }
  }
  /** The J rows of a chunk. */
  chunk(from: readonly number[], bh: number, c: number): number[] {
    const { C, J, D } = this.s
    return from.slice((bh * C + c) * J * D, (bh * C + c + 1) * J * D)
  }
  chunks(from: readonly number[], ids: readonly number[], perHead: number): number[] {
    return ids.flatMap((c, i) => this.chunk(from, Math.floor(i / perHead), c))
  }
}

interface Running { readonly program: PreparedProgram<string, Record<string, number>>; readonly state: StateObject<string>; readonly prompt: Prompt; readonly close: () => void; readonly reordered: () => number }

async function begin(prompt: Prompt, firstSlots: readonly number[]): Promise<Running> {
  const { s } = prompt, { B, H, C, N, O, J } = s
  const { W, O: outlierTokens, ...rest } = s, sizes = { ...rest, W: W + outlierTokens }
  const device = new LateDevice()
  const spec = specs.states['Shadow'], program = manifest.programs?.find((p) => p.name === 'shadow_decode')
  if (spec === undefined || program === undefined) throw new Error('no program')
  const state = createState<string>(spec, device, sizes)
  assert.is((C - N) * J, O)
  const floats: Record<string, readonly number[]> = {
    U: prompt.U, SV: prompt.SV, L: prompt.L, exact: [0, 1].flatMap((i) => many(B * H, (bh) => bh).flatMap((bh) => {
      const local = i === 0 ? prompt.local.K : prompt.local.V, from = i === 0 ? prompt.K : prompt.V
      return [...local.slice(bh * s.W * s.D, (bh + 1) * s.W * s.D), ...many(C - N, (c) => c).flatMap((c) => prompt.chunk(from, bh, c))]
    })),
    slots: [...prompt.chunks(prompt.K, firstSlots, s.T), ...prompt.chunks(prompt.V, firstSlots, s.T)],
  }
  for (const [name, values] of Object.entries(floats)) state.upload(name, bf16ArrayFromF32(Float32Array.from(values)))
  state.upload('table', Float32Array.from(prompt.table))
  state.upload('kept', Int32Array.from(prompt.kept))
  state.upload('slot', Int32Array.from(firstSlots))
  const prepared = await prepareProgram<string, Record<string, number>>(programSpec(program), specs, device, sizes, { cache: state }, { load })
  prepared.upload('V', bf16ArrayFromF32(Float32Array.from(prompt.V)))
  return { program: prepared, state, prompt, close: () => { prepared.destroy(); device.close() }, reordered: () => device.reordered }
}

const f32Of = async (source: { download(name: string): Promise<{ readonly data: ArrayBufferView }> }, name: string): Promise<number[]> => {
  const { data } = await source.download(name)
  return [...f32ArrayFromBf16(new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2))]
}
const i32Of = async (source: { download(name: string): Promise<{ readonly data: ArrayBufferView }> }, name: string): Promise<number[]> => {
  const { data } = await source.download(name)
  return [...new Int32Array(data.buffer, data.byteOffset, data.byteLength / 4)]
}

const dot = (a: readonly number[], b: readonly number[], from: number): number => a.reduce((sum, x, d) => sum + x * b[from + d]!, 0)
function softmax(x: readonly number[]): number[] {
  const top = Math.max(...x), e = x.map((v) => Math.exp(v - top)), sum = e.reduce((a, b) => a + b, 0)
  return e.map((v) => v / sum)
}

/** What selection ranks by: the most weight that any query head of the group gives the landmark. */
function weights(prompt: Prompt, q: readonly number[], bh: number): number[] {
  const { G, D, N } = prompt.s
  const heads = many(G, (g) => g).map((g) => softmax(many(N, (n) => dot(q.slice((bh * G + g) * D, (bh * G + g + 1) * D), prompt.L, (bh * N + n) * D) / Math.sqrt(D))))
  return many(N, (n) => Math.max(...heads.map((p) => p[n]!)))
}

/** Dense attention of one query head over rows of keys and values. */
function attention(q: readonly number[], K: readonly number[], V: readonly number[], D: number): number[] {
  const p = softmax(many(K.length / D, (t) => dot(q, K, t * D) / Math.sqrt(D)))
  return many(D, (d) => p.reduce((sum, w, t) => sum + w * V[t * D + d]!, 0))
}

const base: Sizes = { B: 1, H: 2, G: 2, D: 16, C: 20, J: 4, R: 8, N: 18, T: 5, W: 7, O: 8, M: 24 }

async function steps(running: Running, count: number, seed: number): Promise<{ y: number[]; slot: number[] }[]> {
  const { program, state, prompt } = running
  const { B, H, G, D, T, N, C, W, O, J, M } = prompt.s
  const random = noise(seed), S = C * J
  const made: { K: number[]; V: number[] } = { K: [], V: [] }, seen: { y: number[]; slot: number[] }[] = []
  let old = await i32Of(state, 'slot'), q = many(B * H * G * D, random)
  for (let at = 0; at < count; at++) {
    q = bf16(q.map((x) => 0.9 * x + 0.6 * random()))
    const k = bf16(many(B * H * D, random)), v = bf16(many(B * H * D, random))
    made.K.push(...k); made.V.push(...v)
    program.upload('q', bf16ArrayFromF32(Float32Array.from(q)))
    program.upload('k', bf16ArrayFromF32(Float32Array.from(k)))
    program.upload('v', bf16ArrayFromF32(Float32Array.from(v)))
    program.upload('at', Int32Array.from(many(B, () => at)))
    program.launch()
    const slot = await i32Of(state, 'slot'), y = await f32Of(program, 'y'), hits = await i32Of(program, 'hits'), both = await f32Of(state, 'slots'), Ks = both.slice(0, both.length / 2), Vs = both.slice(both.length / 2)
    for (let bh = 0; bh < B * H; bh++) {
      const own = slot.slice(bh * T, (bh + 1) * T), before = old.slice(bh * T, (bh + 1) * T), w = weights(prompt, q, bh)
      // 12: no chunk twice, and no outlier among them.
      assert.is(new Set(own).size, T)
      assert.ok(own.every((c) => c >= C - N && c < C), `${own}`)
      // 7: as much weight as the best T have.
      const best = [...w].sort((a, b) => b - a).slice(0, T).reduce((a, b) => a + b, 0)
      assert.ok(Math.abs(own.reduce((sum, c) => sum + w[c - (C - N)]!, 0) - best) <= 1e-3 * best)
      // 5: what was there stays in its slot, and is what `hits` counts.
      before.forEach((c, u) => { if (own.includes(c)) assert.is(own[u], c) })
      assert.is(hits[bh], before.filter((c) => own.includes(c)).length)
      // 6 and 3, 4: values to the bit, keys to one unit in the last place of bf16, at their own positions.
      const values = own.flatMap((c) => prompt.chunk(prompt.V, bh, c)), keys = own.flatMap((c) => prompt.chunk(prompt.K, bh, c))
      assert.equal(Vs.slice(bh * T * J * D, (bh + 1) * T * J * D), values)
      Ks.slice(bh * T * J * D, (bh + 1) * T * J * D).forEach((x, i) => assert.ok(Math.abs(x - keys[i]!) <= 2 ** -7 * Math.max(Math.abs(keys[i]!), 2 ** -10), `key ${i}: ${x}, not ${keys[i]}`))
      // 9: attention over exactly local + outliers + selected + generated tokens.
      const outliers = many(C - N, (c) => c), rows = (x: readonly number[], local: readonly number[], generated: readonly number[]): number[] => [
        ...local.slice(bh * W * D, (bh + 1) * W * D), ...outliers.flatMap((c) => prompt.chunk(x, bh, c)), ...own.flatMap((c) => prompt.chunk(x, bh, c)),
        ...many(at + 1, (t) => t).flatMap((t) => generated.slice((t * B * H + bh) * D, (t * B * H + bh + 1) * D)),
      ]
      const K = rows(prompt.K, prompt.local.K, made.K), V = rows(prompt.V, prompt.local.V, made.V)
      assert.is(K.length / D, W + O + T * J + at + 1)
      for (let g = 0; g < G; g++) {
        const head = bh * G + g, wanted = attention(q.slice(head * D, (head + 1) * D), K, V, D)
        wanted.forEach((x, d) => assert.ok(Math.abs(y[head * D + d]! - x) <= 0.02 * Math.max(1, Math.abs(x)), `step ${at}: y[${head}, ${d}] is ${y[head * D + d]}, not ${x}`))
      }
    }
    assert.is(S * D, prompt.V.length / (B * H))
    seen.push({ y, slot })
    old = slot
  }
  assert.ok(count <= M)
  return seen
}

test('keys are rebuilt and values fetched at once: they are given the same slots and touch different halves', () => {
  const program = manifest.programs?.find((p) => p.name === 'shadow_decode')
  const find = (callee: string) => program?.steps.find((s) => s.kind === 'call' && s.callee === callee)
  const [rebuild, fetch, attend, append] = ['rebuild', 'fetch', 'attend', 'append_generated'].map(find)
  assert.not.ok(fetch?.after.includes(rebuild?.number ?? -1))
  for (const step of [rebuild, fetch, append]) assert.ok(attend?.after.includes(step?.number ?? -1))
  const regionOf = (name: string): readonly number[] | undefined => manifest.kernels.find((k) => k.name === name)?.outputs.find((t) => t.name === 'S')?.region
  assert.equal([regionOf('rebuild'), regionOf('fetch'), regionOf('append_generated')], [[0], [1], undefined])
})

for (const s of [base, { ...base, B: 2, J: 3, O: 6, R: 5, T: 1 }, { ...base, C: 9, N: 7, J: 8, O: 16, T: 7, D: 6, G: 1, R: 6 }]) {
  test(`slots, keys, values and attention at each step: ${JSON.stringify(s)}`, async () => {
    const first = many(s.B * s.H * s.T, (i) => s.C - s.N + (i % s.T))
    const running = await begin(new Prompt(s, 11), first)
    const once = await steps(running, 20, 3)
    assert.ok(running.reordered() > 0, 'independent launches ran in another order')
    running.close()
    // 13: bit for bit the same when it is run again.
    const again = await begin(new Prompt(s, 11), first)
    assert.equal(await steps(again, 20, 3), once)
    again.close()
  })
}

test('a chunk whose landmark fits the query is found wherever it stands', async () => {
  const prompt = new Prompt(base, 5), { H, G, D, N, C, T } = base
  const running = await begin(prompt, many(H * T, (i) => C - N + (i % T)))
  let looked = 0
  for (let n = 0; n < N; n++) {
    const q = many(H * G * D, (i) => 8 * prompt.L[(Math.floor(i / (G * D)) * N + n) * D + (i % D)]!)
    running.program.upload('q', bf16ArrayFromF32(Float32Array.from(q)))
    running.program.upload('k', new Uint16Array(H * D))
    running.program.upload('v', new Uint16Array(H * D))
    running.program.upload('at', Int32Array.of(0))
    running.program.launch()
    const slot = await i32Of(running.state, 'slot')
    for (let h = 0; h < H; h++) {
      const w = weights(prompt, bf16(q), h)
      if (w[n] !== Math.max(...w)) continue
      assert.ok(slot.slice(h * T, (h + 1) * T).includes(C - N + n))
      looked++
    }
  }
  assert.ok(looked > N, `${looked}`)
  running.close()
})

test('a generated token beyond the buffer is an error', async () => {
  const prompt = new Prompt(base, 5), { H, T, C, N, M } = base
  const running = await begin(prompt, many(H * T, (i) => C - N + (i % T)))
  assert.throws(() => running.program.upload('at', Int32Array.of(M)), /at/)
  running.close()
})

test.run()

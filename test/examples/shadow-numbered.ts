/**
 * What a ShadowKV step must be worth, on every target: low rank, selection, attention and layout, against f64 restatements over synthetic prompts. With
 * `TDSL_REPORT=1` the numbers are printed.
 */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Device } from '../../src/runtime/device.ts'
import { bf16, many, noise, norm, Prompt, type Shape } from './shadow-prompt.ts'
import { type Prefilled, Runner, type Step } from './shadow-run.ts'

const say = (line: string): void => { if (process.env['TDSL_REPORT'] === '1') process.stdout.write(`${line}\n`) }
/** Falls as keys of trained models do up to `rank`, and fast behind it. */
const spectrum = (rank: number, tail: number) => (i: number): number => (1 + i) ** -0.85 * (i < rank ? 1 : Math.exp(-(i - rank) / tail))
const small: Shape = { H: 2, G: 2, D: 32, C: 32, J: 8, W: 37 }
const long: Shape = { H: 2, G: 2, D: 32, C: 256, J: 4, W: 35 }
const zeros = (n: number): number[] => many(n, () => 0)

/** Keys of chunks in full precision, in the order of `chunks`, [H, T*J, D]. */
function keysOf(prompt: Prompt, chunks: Step['chunks']): number[] {
  const { D, J } = prompt.s
  return chunks.flatMap((own, h) => own.flatMap((c) => many(J, (j) => c * J + j)).flatMap((t) => prompt.turned(prompt.pre[t]!, t).slice(h * D, (h + 1) * D)))
}
const apart = (x: readonly number[], y: readonly number[]): number => norm(x.map((v, i) => v - y[i]!)) / norm(y)

/** Tokens that a key head looks at: local, outliers, chosen. */
function attended({ prompt, outliers }: Prefilled, chunks: Step['chunks'], h: number): number[] {
  const { C, J, W } = prompt.s
  return [...many(W, (t) => C * J + t), ...[...outliers[h]!, ...chunks[h]!].flatMap((c) => many(J, (j) => c * J + j))]
}
/** The share of full attention's weight that falls on what is looked at, for each query head. */
function captured(p: Prefilled, chunks: Step['chunks'], q: readonly number[], keys: readonly (readonly number[])[]): number[] {
  const { H, G } = p.prompt.s
  return many(H * G, (head) => { const w = p.prompt.weights(q, head, keys); return [...attended(p, chunks, Math.floor(head / G)), keys.length - 1].reduce((sum, t) => sum + w[t]!, 0) })
}
/** Queries that look at the keys of one token, at a sink, and at nothing in particular; the generated token's key and value. */
function question(prompt: Prompt, at: number, sink: number, seed: number, sharp = 9): { q: number[]; k: number[]; v: number[] } {
  const { H, G, D } = prompt.s, random = noise(seed)
  const unit = (t: number, h: number): number[] => { const x = prompt.K[t]!.slice(h * D, (h + 1) * D), n = norm(x); return x.map((v) => v / n) }
  const q = bf16(many(H * G, (i) => i).flatMap((head) => { const h = Math.floor(head / G), a = unit(at, h), b = unit(0, h); return many(D, (d) => sharp * (a[d]! + sink * b[d]!) + 0.5 * random()) }))
  return { q, k: bf16(many(H * D, () => 0.1 * random())), v: bf16(many(H * D, random)) }
}

/** Tests of one target, on what `device` opens or on what tests have for it; skipped where that is not there. */
export function numbered(target: string, device?: () => Promise<Device>): void {
  let opened: Promise<Runner | undefined> | undefined
  for (const [name, run] of checks) test(`${name}, ${target}`, async () => {
    opened ??= device === undefined ? Runner.open(target) : device().then((d) => Runner.open(target, d))
    const runner = await opened
    if (runner !== undefined) await run(runner)
  })
}

const checks: (readonly [name: string, run: (runner: Runner) => Promise<void>])[] = []
const everywhere = (name: string, run: (runner: Runner) => Promise<void>): void => { checks.push([name, run]) }
const sinksOf = (): Prompt => new Prompt(long, { spectrum: spectrum(24, 8), mean: 1, strays: new Map([[0, 6], [301, 2], [702, 2]]), seed: 7 })

everywhere('1: keys of exact rank come back to within 6e-3', async (runner) => {
  const exact = new Prompt(small, { spectrum: (i) => (i < 20 ? (1 + i) ** -0.85 : 0), mean: 0, seed: 3 })
  const { q, k, v } = question(exact, 100, 0, 4)
  const { chunks, keys } = await runner.step(await runner.prefill(exact, 20, 0), small.C, q, k, v)
  const error = apart(keys, keysOf(exact, chunks))
  say(`1 ${runner.target}: ${error.toExponential(2)}`)
  assert.ok(error <= 6e-3, `off by ${error}`)
})

everywhere('2: what a power law leaves out is what the best factors of that rank leave out, to 5 %', async (runner) => {
  const power = new Prompt(small, { spectrum: spectrum(20, 8), mean: 0, seed: 5 })
  const { energies } = power.basis(20), sum = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0)
  const ideal = Math.sqrt(sum(energies.slice(20)) / sum(energies))
  const { q, k, v } = question(power, 100, 0, 4)
  const { chunks, keys } = await runner.step(await runner.prefill(power, 20, 0), small.C, q, k, v)
  const error = apart(keys, keysOf(power, chunks))
  say(`2 ${runner.target}: ${error.toFixed(5)}, ideal ${ideal.toFixed(5)}`)
  assert.ok(ideal > 0.02 && Math.abs(error / ideal - 1) <= 0.05, `${error}, ideal ${ideal}`)
})

everywhere('8: exact outliers lift the weight that is captured where there is a sink', async (runner) => {
  const sinks = sinksOf()
  const keys = (k: readonly number[]): (readonly number[])[] => [...sinks.K, k]
  const [withOutliers, without] = [await runner.prefill(sinks, 40, 4), await runner.prefill(sinks, 40, 0)]
  const T = 12, found = { with: 0, without: 0, recall: 0, oracle: 0 }, looks = [150, 410, 640, 903]
  for (const at of looks) {
    const { q, k, v } = question(sinks, at, 0.8, at), { H, G, C, J } = long
    const some = await runner.step(withOutliers, T, q, k, v), more = await runner.step(without, T + 4, q, k, v)
    found.with += captured(withOutliers, some.chunks, q, keys(k)).reduce((a, b) => a + b, 0) / (H * G * looks.length)
    found.without += captured(without, more.chunks, q, keys(k)).reduce((a, b) => a + b, 0) / (H * G * looks.length)
    // The oracle takes the chunks to which any head of the group gives the most weight.
    for (let h = 0; h < H; h++) {
      const mass = many(C, (c) => Math.max(...many(G, (g) => { const w = sinks.weights(q, h * G + g, keys(k)); return many(J, (j) => w[c * J + j]!).reduce((a, b) => a + b, 0) })))
      const best = many(C, (c) => c).filter((c) => !withOutliers.outliers[h]!.includes(c)).sort((a, b) => mass[b]! - mass[a]!).slice(0, T)
      found.recall += best.filter((c) => some.chunks[h]!.includes(c)).length / (T * H * looks.length)
      found.oracle += best.reduce((sum, c) => sum + mass[c]!, 0) > 0 ? some.chunks[h]!.reduce((sum, c) => sum + mass[c]!, 0) / best.reduce((sum, c) => sum + mass[c]!, 0) / (H * looks.length) : 0
    }
  }
  say(`8 ${runner.target}: captured ${found.with.toFixed(4)} with 4 outliers and ${T} chunks, ${found.without.toFixed(4)} with ${T + 4} chunks; recall ${found.recall.toFixed(3)}, mass of the oracle's chunks ${found.oracle.toFixed(3)}`)
  assert.ok(found.with > found.without, JSON.stringify(found))
  assert.ok(found.recall > 0.5 && found.oracle > 0.8, JSON.stringify(found))
})

everywhere('9 and 10: more chunks are nearer to full attention; all of them at full rank are full attention', async (runner) => {
  const sinks = sinksOf()
  const { H, G, D, C, J } = long, O = 4, { q, k, v } = question(sinks, 410, 0.3, 11, 24)
  const K = [...sinks.K, k], V = [...sinks.V, v], full = sinks.attention(q, K, V), largest = Math.max(...V.flat().map(Math.abs))
  const low = await runner.prefill(sinks, 24, O)
  // Keys as the factors give them, [H][tokens][H*D], in full precision.
  const rebuilt = many(H, (h) => h).map((h) => many(C * J, (t) => t).map((t) => {
    const pre = zeros(H * D)
    for (let d = 0; d < D; d++) for (let r = 0; r < 24; r++) pre[h * D + d]! += low.U[t * 24 + r]! * low.SV[(h * 24 + r) * D + d]!
    return sinks.turned(pre, t)
  }))
  const errors: number[] = []
  for (const T of [1, 2, 4, 8, 16, C - O]) {
    const { y, chunks } = await runner.step(low, T, q, k, v), m = captured(low, chunks, q, K)
    // What low rank alone costs: attention over the same tokens, outliers and local ones exact, others from the factors.
    const tokens = many(H, (h) => h).map((h) => attended(low, chunks, h))
    let square = 0, of = 0
    for (let head = 0; head < H * G; head++) {
      const h = Math.floor(head / G), exact = new Set([...tokens[h]!.slice(0, long.W), ...low.outliers[h]!.flatMap((c) => many(J, (j) => c * J + j))])
      const keys = [...tokens[h]!.map((t) => (exact.has(t) ? sinks.K[t]! : rebuilt[h]![t]!)), k], values = [...tokens[h]!.map((t) => sinks.V[t]!), v]
      const own = sinks.attention(q, keys, values).slice(head * D, (head + 1) * D), mine = y.slice(head * D, (head + 1) * D), whole = full.slice(head * D, (head + 1) * D)
      mine.forEach((x, d) => {
        assert.ok(Math.abs(x - own[d]!) <= 0.02 * Math.max(1, Math.abs(own[d]!)), `T = ${T}: y[${head}, ${d}] is ${x}, not ${own[d]}`)
        square += (x - whole[d]!) ** 2; of += whole[d]! ** 2
      })
      // Missing weight moves what is there by as much again; low rank and rounding come on top.
      const lowRank = Math.max(...sinks.attention(q, [...tokens[h]!.map((t) => sinks.K[t]!), k], values).slice(head * D, (head + 1) * D).map((x, d) => Math.abs(x - own[d]!)))
      const worst = Math.max(...mine.map((x, d) => Math.abs(x - whole[d]!)))
      assert.ok(worst <= 2 * (1 - m[head]!) * largest + lowRank + 0.02, `T = ${T}, head ${head}: off by ${worst}, of the weight ${m[head]} is there`)
    }
    errors.push(Math.sqrt(square / of))
    say(`9 ${runner.target}: T = ${T} of ${C} (${((100 * T * J) / (C * J)).toFixed(2)} %): relative L2 ${errors.at(-1)!.toFixed(4)}, captured ${m.map((x) => x.toFixed(3)).join(' ')}`)
  }
  errors.slice(1).forEach((e, i) => assert.ok(e <= errors[i]! + 2e-3, `more chunks, more error: ${errors.join(', ')}`))
  // 10: every direction of the keys and every chunk.
  const whole = await runner.prefill(sinks, H * D, O), { y } = await runner.step(whole, C - O, q, k, v)
  const error = apart(y, full)
  say(`10 ${runner.target}: relative L2 ${error.toExponential(2)}`)
  assert.ok(error <= 2 ** -6, `full rank and all chunks are off by ${error}`)
})

everywhere('11: one token that fits among others that oppose it is found as an outlier alone', async (runner) => {
  const { H, D, J } = small, random = noise(21), direction = many(H * D, random), at = 11 * J + 5
  const keys = new Map(many(J, (j) => 11 * J + j).map((t) => [t, direction.map((x) => (t === at ? 1.5 * x : -x))] as const))
  const washed = new Prompt(small, { spectrum: spectrum(20, 8), mean: 0, keys, seed: 9 })
  const q = bf16(many(H * small.G, (i) => i).flatMap((head) => { const h = Math.floor(head / small.G); return direction.slice(h * D, (h + 1) * D).map((x) => 4 * x) })), k = zeros(H * D)
  const full = washed.attention(q, [...washed.K, k], [...washed.V, k])
  const kept = await runner.prefill(washed, 40, 1), missed = await runner.prefill(washed, 40, 0)
  const found = await runner.step(kept, 4, q, k, k), lost = await runner.step(missed, 5, q, k, k)
  for (let h = 0; h < H; h++) {
    assert.equal(kept.outliers[h], [11])
    assert.not.ok(lost.chunks[h]!.includes(11), `chosen: ${lost.chunks[h]}`)
  }
  say(`11 ${runner.target}: relative L2 ${apart(found.y, full).toExponential(2)} with the outlier, ${apart(lost.y, full).toExponential(2)} without`)
  assert.ok(apart(found.y, full) < 0.02 && apart(lost.y, full) > 0.5)
})

everywhere('12: whatever the length, every token of every kind is attended once', async (runner) => {
  for (let S = 128; S < 192; S += runner.target === 'cpu' ? 1 : 9) {
    // Whole blocks of 64 but for the last 32 to 95 tokens.
    const J = 8, C = Math.floor((S - 32) / 64) * 8, W = S - C * J, O = 2, T = 3, H = 2, D = 32
    assert.ok(W >= 32 && W <= 95 && C > O + T)
    // With keys of no length all weights are equal: feature 0 counts local tokens, 1 those of chunks, 2 generated ones, 3 and on those of each chunk.
    const value = (t: number, i: number): number => { const d = i % D, c = Math.floor(t / J); return t >= C * J ? Number(d === 0) : Number(d === 1 || d === 3 + c) }
    const layout = new Prompt({ H, G: 1, D, C, J, W }, { spectrum: () => 1, value, seed: S })
    const p = await runner.prefill(layout, 8, O), { y, chunks } = await runner.step(p, T, zeros(H * D), zeros(H * D), many(H * D, (i) => Number(i % D === 2)))
    const n = W + (O + T) * J + 1
    for (let h = 0; h < H; h++) {
      assert.is(new Set([...chunks[h]!, ...p.outliers[h]!]).size, O + T)
      const counts = y.slice(h * D, (h + 1) * D).map((x) => Math.round(x * n))
      assert.equal(counts, many(D, (d) => (d === 0 ? W : d === 1 ? (O + T) * J : d === 2 ? 1 : [...chunks[h]!, ...p.outliers[h]!].includes(d - 3) ? J : 0)), `S = ${S}`)
    }
  }
})

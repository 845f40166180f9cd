/**
 * Atom's quantisers against its definitions (arXiv 2310.19102, section 1 of the released code), written here a second time without anything of the
 * compiler: codes, scales and zero points, equal to the last bit on every target, for scales of f16, bf16 and e8m0.
 */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { scratch } from '../cli/support.ts'
import { allTargets, compiled, deviceFor, runOn, type Numbers, type Sizes } from '../language/agree.ts'
import { hard, reversed, sameBytes, type Scale, scales, type StoreTarget, withScale } from './stores.ts'
import { exampleText } from './support.ts'

/** Half to even. */
function rne(x: number): number {
  const down = Math.floor(x), rest = x - down
  return rest > 0.5 || (rest === 0.5 && down % 2 !== 0) ? down + 1 : down
}
/** A float of `bits` significant bits whose subnormals begin below 2^low; e8m0 is the next power of two from x up. */
function rounded(scale: Scale, x: number): number {
  if (scale === 'e8m0') return 2 ** Math.max(Math.ceil(Math.log2(x)), -126)
  if (x === 0) return 0
  const [bits, low] = scale === 'f16' ? [11, -14] : [8, -126]
  const step = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(x))), low) - bits + 1)
  return rne(x / step) * step
}
const clamped = (x: number, lo: number, hi: number): number => Math.min(Math.max(x, lo), hi)

interface Quantised { readonly codes: number[]; readonly scale: number; readonly zero: number }

/** scale = clip · max|x| / (2^(bits−1) − 1), the maximum at least 1e-5; code = clamp(round(x / scale), −2^(bits−1), 2^(bits−1) − 1). */
function symmetric(x: readonly number[], bits: number, clip: number, scaleType: Scale): Quantised {
  const most = 2 ** (bits - 1) - 1
  const largest = Math.fround(Math.max(1e-5, ...x.map(Math.abs)))
  const scale = rounded(scaleType, Math.fround(largest * Math.fround(clip / most)))
  // What the compiler rounds on the way is far below half a step of what is stored.
  const exact = (clip * Math.max(1e-5, ...x.map(Math.abs))) / most
  if (scaleType !== 'e8m0') assert.ok(Math.abs(scale - exact) <= Math.max(exact * 2 ** (scaleType === 'f16' ? -10.9 : -7.9), 2 ** -25), `scale ${scale} of ${exact}`)
  return { codes: x.map((v) => (scale === 0 ? 0 : clamped(rne(v / scale), -most - 1, most))), scale, zero: 0 }
}

/** scale = (max − min) / 15; zero = clamp(round(−min / scale), 0, 15); code = clamp(round(x / scale) + zero, 0, 15): the range is made to include 0. */
function wholeZero(x: readonly number[], scaleType: Scale): Quantised {
  const lo = Math.min(0, ...x), hi = Math.max(0, ...x)
  const scale = rounded(scaleType, Math.fround(Math.max(Math.fround(hi - lo), Math.fround(1e-5)) * Math.fround(1 / 15)))
  const zero = clamped(rne(-lo / scale), 0, 15)
  return { codes: x.map((v) => clamped(rne(v / scale) + zero, 0, 15)), scale, zero }
}

/** zero = min, in f16; code = clamp(round((x − zero) / scale), 0, 15), as the released kernel means it. */
function floatZero(x: readonly number[], scaleType: Scale): Quantised {
  const zero = rounded('f16', Math.min(...x))
  const scale = rounded(scaleType, Math.fround(Math.max(Math.fround(Math.max(...x) - Math.min(...x)), Math.fround(1e-5)) * Math.fround(1 / 15)))
  return { codes: x.map((v) => clamped(rne(Math.fround(v - zero) / scale), 0, 15)), scale, zero }
}

/** The features of each head and token, of X[S, H, D]. */
const headsOf = (X: readonly number[], S: number, H: number, D: number): number[][] => Array.from({ length: H * S }, (_, i) => { const h = Math.floor(i / S), t = i % S; return X.slice((t * H + h) * D, (t * H + h + 1) * D) })
const groups = (row: readonly number[], length: number): number[][] => Array.from({ length: Math.ceil(row.length / length) }, (_, g) => row.slice(g * length, (g + 1) * length))
/** The same on every target that is there, to the last bit. */
async function everywhere(file: string, text: string, kernel: string, sizes: Sizes, inputs: Numbers, expected: ReadonlyMap<string, readonly number[]>): Promise<void> {
  // Devices keep kernels by the names of their files.
  const result = compiled(text, kernel, allTargets, `${file}.tdsl`)
  for (const target of allTargets) {
    const device = await deviceFor(target)
    if (device === undefined) continue
    const found = await runOn(device, target, result, kernel, sizes, inputs)
    for (const [name, wanted] of expected) {
      const values = found.get(name) ?? []
      assert.is(values.length, wanted.length, `${name} on ${target}`)
      wanted.forEach((x, i) => assert.ok(values[i] === x, `${kernel}, ${name}[${i}] on ${target} is ${values[i]}, not ${x}`))
    }
  }
}

for (const scale of scales) {
  test(`activations, ${scale} scales: groups of 128 in four bits clipped at 0.9, 128 outliers in eight bits`, async () => {
    const M = 3, K = 128 * 7 + 37
    const X = hard(M * K, 5), order = reversed(K)
    const rows = Array.from({ length: M }, (_, m) => order.map((c) => X[m * K + c] ?? 0))
    const four = rows.flatMap((row) => groups(row.slice(0, K - 128), 128).map((g) => symmetric(g, 4, 0.9, scale)))
    const eight = rows.map((row) => symmetric(row.slice(K - 128), 8, 1, scale))
    await everywhere(scale, withScale(exampleText('atom/rmsnorm_quantize'), scale), 'reorder_quantize', { M, K }, new Map([['X', X], ['order', order]]), new Map([
      ['Xn_codes', four.flatMap((q) => q.codes)], ['Xn_scale', four.map((q) => q.scale)], ['Xo_codes', eight.flatMap((q) => q.codes)], ['Xo_scale', eight.map((q) => q.scale)],
    ]))
  })
}

for (const scale of scales) {
  test(`weights, ${scale} scales: two rows share the scale of 128 columns, clipped at 0.85; outliers by rows`, async () => {
    const N = 5, K = 128 * 7 + 50
    const W = hard(N * K, 9), order = reversed(K)
    const rows = Array.from({ length: N }, (_, n) => order.map((c) => W[n * K + c] ?? 0))
    const codes = rows.map(() => new Array<number>(K - 128).fill(0)), shared: number[] = []
    for (let n = 0; n < N; n += 2) groups(reversed(K - 128).reverse(), 128).forEach((columns) => {
      const pair = rows.slice(n, n + 2)
      const q = symmetric(pair.flatMap((row) => columns.map((k) => row[k] ?? 0)), 4, 0.85, scale)
      shared.push(q.scale)
      pair.forEach((_, r) => columns.forEach((k, i) => { codes[n + r]![k] = q.codes[r * columns.length + i] ?? 0 }))
    })
    const eight = rows.map((row) => symmetric(row.slice(K - 128), 8, 1, scale))
    await everywhere('weights', withScale(exampleText('atom/atom_linear'), scale), 'quantize_weights', { N, K }, new Map([['W', W], ['order', order]]), new Map([
      ['Wn_codes', codes.flat()], ['Wn_scale', shared], ['Wo_codes', eight.flatMap((q) => q.codes)], ['Wo_scale', eight.map((q) => q.scale)],
    ]))
  })

  test(`keys and values, ${scale} scales: four bits over the features of a head, the zero point a float or whole`, async () => {
    const B = 1, S = 7, H = 2, D = 128
    const X = hard(B * S * H * D, 3).map((x) => clamped(x, -3e4, 3e4))
    const heads = headsOf(X, S, H, D)
    for (const [kernel, define] of [['quantize_kv', floatZero], ['quantize_kv_whole', wholeZero]] as const) {
      const q = heads.map((x) => define(x, scale))
      await everywhere('kv', withScale(exampleText('atom/kv4_attention'), scale), kernel, { B, S, H, D }, new Map([['X', X]]), new Map([
        ['Q_codes', q.flatMap((x) => x.codes)], ['Q_scale', q.map((x) => x.scale)], ['Q_zero', q.map((x) => x.zero)],
      ]))
    }
  })
}

test("a zero point within the codes is nearer than the simulation's where all features have one sign", () => {
  const heads = headsOf(hard(7 * 2 * 128, 3).map((x) => clamped(x, -3e4, 3e4)), 7, 2, 128)
  // Atom's simulation takes −min as it is: where all features have one sign its zero point leaves the codes, and what is stored is further off than here.
  const positive = heads.find((x) => Math.min(...x) > 0) ?? []
  assert.ok(positive.length > 0)
  const scale = rounded('f16', (Math.max(...positive) - Math.min(...positive)) / 15)
  const theirs = Math.max(...positive.map((x) => Math.abs(clamped(rne(x / scale), 0, 15) * scale - x)))
  const ours = wholeZero(positive, 'f16'), error = Math.max(...positive.map((x, i) => Math.abs(((ours.codes[i] ?? 0) - ours.zero) * ours.scale - x)))
  assert.ok(error < theirs)
})

for (const scale of scales) {
  test(`the files that targets write are the same, byte for byte: activations, weights, keys and values with ${scale} scales`, async () => {
    const targets: StoreTarget[] = []
    for (const [target, device] of [['cpu', undefined], ['wgsl', undefined], ['cuda:sm_80', 'shim']] as const) if ((await deviceFor(target)) !== undefined) targets.push({ target, device })
    for (const one of await sameBytes(scratch(), scale, targets)) assert.equal(one.apart, [], `${one.kernel}, ${scale} scales`)
  })
}

test.run()

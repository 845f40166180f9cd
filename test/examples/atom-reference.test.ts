/**
 * Atom's quantisers against its definitions (arXiv 2310.19102, section 1 of the released code), written here a second time without anything of the
 * compiler: codes, scales and zero points, equal to the last bit on every target, for scales of f16, bf16 and e8m0.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { tdsl, scratch, write, type Ran } from '../cli/support.ts'
import { allTargets, compiled, deviceFor, runOn, type Numbers, type Sizes } from '../language/agree.ts'
import { exampleText } from './support.ts'

type Scale = 'f16' | 'bf16' | 'e8m0'
const scales: readonly Scale[] = ['f16', 'bf16', 'e8m0']

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
function wholeZero(x: readonly number[]): Quantised {
  const lo = Math.min(0, ...x), hi = Math.max(0, ...x)
  const scale = rounded('f16', Math.fround(Math.max(Math.fround(hi - lo), Math.fround(1e-5)) * Math.fround(1 / 15)))
  const zero = clamped(rne(-lo / scale), 0, 15)
  return { codes: x.map((v) => clamped(rne(v / scale) + zero, 0, 15)), scale, zero }
}

/** zero = min, in f16; code = clamp(round((x − zero) / scale), 0, 15), as the released kernel means it. */
function floatZero(x: readonly number[]): Quantised {
  const zero = rounded('f16', Math.min(...x))
  const scale = rounded('f16', Math.fround(Math.max(Math.fround(Math.max(...x) - Math.min(...x)), Math.fround(1e-5)) * Math.fround(1 / 15)))
  return { codes: x.map((v) => clamped(rne(Math.fround(v - zero) / scale), 0, 15)), scale, zero }
}

/** f16 numbers that are hard: zeros, ties between codes, the largest, subnormals, one sign only, and noise with outliers. */
function hard(count: number, seed: number): number[] {
  let state = seed
  const next = (): number => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return state / 2 ** 32 }
  return Array.from({ length: count }, (_, i) => {
    const kind = Math.floor(i / 128) % 7
    const x = next() * 2 - 1
    switch (kind) {
      case 0: return rounded('f16', x)
      case 1: return rounded('f16', x * (next() < 0.05 ? 60000 : 1))
      case 2: return (Math.floor(next() * 29) - 14) / 2
      case 3: return 0
      case 4: return rounded('f16', x * 1e-5)
      case 5: return rounded('f16', Math.abs(x) + 3)
      default: return rounded('f16', x * 2 ** -20)
    }
  })
}

const groups = (row: readonly number[], length: number): number[][] => Array.from({ length: Math.ceil(row.length / length) }, (_, g) => row.slice(g * length, (g + 1) * length))
/** The smallest sources of surprise: a permutation that moves everything. */
const reversed = (n: number): number[] => Array.from({ length: n }, (_, i) => n - 1 - i)
const withScale = (text: string, scale: Scale): string => text.replaceAll('scale f16', `scale ${scale}`)

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

test('weights: two rows share the scale of 128 columns, clipped at 0.85; outliers by rows', async () => {
  const N = 5, K = 128 * 3 + 50
  const W = hard(N * K, 9), order = reversed(K)
  const rows = Array.from({ length: N }, (_, n) => order.map((c) => W[n * K + c] ?? 0))
  const codes = rows.map(() => new Array<number>(K - 128).fill(0)), scale: number[] = []
  for (let n = 0; n < N; n += 2) groups(reversed(K - 128).reverse(), 128).forEach((columns) => {
    const pair = rows.slice(n, n + 2)
    const q = symmetric(pair.flatMap((row) => columns.map((k) => row[k] ?? 0)), 4, 0.85, 'f16')
    scale.push(q.scale)
    pair.forEach((_, r) => columns.forEach((k, i) => { codes[n + r]![k] = q.codes[r * columns.length + i] ?? 0 }))
  })
  const eight = rows.map((row) => symmetric(row.slice(K - 128), 8, 1, 'f16'))
  await everywhere('weights', exampleText('atom/atom_linear'), 'quantize_weights', { N, K }, new Map([['W', W], ['order', order]]), new Map([
    ['Wn_codes', codes.flat()], ['Wn_scale', scale], ['Wo_codes', eight.flatMap((q) => q.codes)], ['Wo_scale', eight.map((q) => q.scale)],
  ]))
})

test('keys and values: four bits over the features of a head, the zero point a float or whole', async () => {
  const B = 1, S = 7, H = 2, D = 128
  const X = hard(B * S * H * D, 3).map((x) => clamped(x, -3e4, 3e4))
  const heads = Array.from({ length: H * S }, (_, i) => { const h = Math.floor(i / S), s = i % S; return X.slice((s * H + h) * D, (s * H + h + 1) * D) })
  for (const [kernel, define] of [['quantize_kv', floatZero], ['quantize_kv_whole', wholeZero]] as const) {
    const q = heads.map(define)
    await everywhere('kv', exampleText('atom/kv4_attention'), kernel, { B, S, H, D }, new Map([['X', X]]), new Map([
      ['Q_codes', q.flatMap((x) => x.codes)], ['Q_scale', q.map((x) => x.scale)], ['Q_zero', q.map((x) => x.zero)],
    ]))
  }
  // Atom's simulation takes −min as it is: where all features have one sign its zero point leaves the codes, and what is stored is further off than here.
  const positive = heads.find((x) => Math.min(...x) > 0) ?? []
  assert.ok(positive.length > 0)
  const scale = rounded('f16', (Math.max(...positive) - Math.min(...positive)) / 15)
  const theirs = Math.max(...positive.map((x) => Math.abs(clamped(rne(x / scale), 0, 15) * scale - x)))
  const ours = wholeZero(positive), error = Math.max(...positive.map((x, i) => Math.abs(((ours.codes[i] ?? 0) - ours.zero) * ours.scale - x)))
  assert.ok(error < theirs)
})

test('the files that two targets write are the same, byte for byte', async () => {
  const folder = scratch()
  for (const scale of scales) {
    const source = write(folder, `${scale}.tdsl`, withScale(exampleText('atom/rmsnorm_quantize'), scale))
    const files: Record<string, string[]> = {}
    for (const [target, device] of [['cpu', undefined], ['wgsl', undefined], ['cuda:sm_80', 'shim']] as const) {
      if ((await deviceFor(target)) === undefined) continue
      const outs = ['Xn_codes', 'Xn_scale', 'Xo_codes', 'Xo_scale'].map((name) => ({ name, file: join(folder, `${scale}-${target.replace(':', '-')}-${name}.npy`) }))
      const ran: Ran = await tdsl(['run', source, '--kernel', 'reorder_quantize', '--target', target, ...(device === undefined ? [] : ['--device', device]), '--size', 'M=3,K=421', '--check', ...outs.flatMap(({ name, file }) => ['--out', `${name}=${file}`])])
      assert.is(ran.code, 0, ran.err)
      for (const { name, file } of outs) (files[name] ??= []).push(file)
    }
    for (const [name, [first = '', ...others]] of Object.entries(files)) for (const other of others) assert.ok(readFileSync(first).equals(readFileSync(other)), `${name}: ${first} and ${other} differ`)
  }
})

test.run()

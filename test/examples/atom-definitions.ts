/**
 * Atom's quantisers by their definitions (arXiv 2310.19102, section 1 of the released code), written here a second time without anything of the compiler:
 * codes, scales and zero points, to the last bit.
 */
import * as assert from 'uvu/assert'

export type Scale = 'f16' | 'bf16' | 'e8m0'

/** Half to even. */
export function rne(x: number): number {
  const down = Math.floor(x), rest = x - down
  return rest > 0.5 || (rest === 0.5 && down % 2 !== 0) ? down + 1 : down
}
/** A float of `bits` significant bits whose subnormals begin below 2^low; e8m0 is the next power of two from x up. */
export function rounded(scale: Scale, x: number): number {
  if (scale === 'e8m0') return 2 ** Math.max(Math.ceil(Math.log2(x)), -126)
  if (x === 0) return 0
  const [bits, low] = scale === 'f16' ? [11, -14] : [8, -126]
  const step = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(x))), low) - bits + 1)
  return rne(x / step) * step
}
export const clamped = (x: number, lo: number, hi: number): number => Math.min(Math.max(x, lo), hi)

export interface Quantised { readonly codes: number[]; readonly scale: number; readonly zero: number }

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
export function wholeZero(x: readonly number[], scaleType: Scale): Quantised {
  const lo = Math.min(0, ...x), hi = Math.max(0, ...x)
  const scale = rounded(scaleType, Math.fround(Math.max(Math.fround(hi - lo), Math.fround(1e-5)) * Math.fround(1 / 15)))
  const zero = clamped(rne(-lo / scale), 0, 15)
  return { codes: x.map((v) => clamped(rne(v / scale) + zero, 0, 15)), scale, zero }
}

/** zero = min, in f16; code = clamp(round((x − zero) / scale), 0, 15), as the released kernel means it. */
export function floatZero(x: readonly number[], scaleType: Scale): Quantised {
  const zero = rounded('f16', Math.min(...x))
  const scale = rounded(scaleType, Math.fround(Math.max(Math.fround(Math.max(...x) - Math.min(...x)), Math.fround(1e-5)) * Math.fround(1 / 15)))
  return { codes: x.map((v) => clamped(rne(Math.fround(v - zero) / scale), 0, 15)), scale, zero }
}

/** The features of each head and token, of X[S, H, D]. */
export const headsOf = (X: readonly number[], S: number, H: number, D: number): number[][] => Array.from({ length: H * S }, (_, i) => { const h = Math.floor(i / S), t = i % S; return X.slice((t * H + h) * D, (t * H + h + 1) * D) })
const groups = (row: readonly number[], length: number): number[][] => Array.from({ length: Math.ceil(row.length / length) }, (_, g) => row.slice(g * length, (g + 1) * length))

/** What must stand in the parts of a quantised tensor, by name. Undefined where the store writes nothing. */
export type Expected = ReadonlyMap<string, readonly (number | undefined)[]>

const partsOf = (name: string, q: readonly Quantised[], zero = false): [string, number[]][] => [
  [`${name}_codes`, q.flatMap((x) => x.codes)], [`${name}_scale`, q.map((x) => x.scale)], ...(zero ? [[`${name}_zero`, q.map((x) => x.zero)] satisfies [string, number[]]] : []),
]

/** Rows in their new order, groups of 128 in four bits clipped at 0.9, the last 128 in eight bits. */
export function activations(X: readonly number[], order: readonly number[], scale: Scale): Expected {
  const K = order.length
  const rows = Array.from({ length: X.length / K }, (_, m) => order.map((c) => X[m * K + c] ?? 0))
  const four = rows.flatMap((row) => groups(row.slice(0, K - 128), 128).map((g) => symmetric(g, 4, 0.9, scale)))
  return new Map([...partsOf('Xn', four), ...partsOf('Xo', rows.map((row) => symmetric(row.slice(K - 128), 8, 1, scale)))])
}

/** Two rows share the scale of 128 columns, clipped at 0.85; the last 128 columns by rows, in eight bits. */
export function weights(W: readonly number[], order: readonly number[], scale: Scale): Expected {
  const K = order.length, N = W.length / K
  const rows = Array.from({ length: N }, (_, n) => order.map((c) => W[n * K + c] ?? 0))
  const codes = rows.map(() => new Array<number>(K - 128).fill(0)), shared: number[] = []
  for (let n = 0; n < N; n += 2) groups(Array.from({ length: K - 128 }, (_, k) => k), 128).forEach((columns) => {
    const pair = rows.slice(n, n + 2)
    const q = symmetric(pair.flatMap((row) => columns.map((k) => row[k] ?? 0)), 4, 0.85, scale)
    shared.push(q.scale)
    pair.forEach((_, r) => columns.forEach((k, i) => { codes[n + r]![k] = q.codes[r * columns.length + i] ?? 0 }))
  })
  return new Map([['Wn_codes', codes.flat()], ['Wn_scale', shared], ...partsOf('Wo', rows.map((row) => symmetric(row.slice(K - 128), 8, 1, scale)))])
}

/** Four bits over the features of a head, from X[S, H, D]; the zero point a float or whole. */
export function keysOrValues(X: readonly number[], S: number, H: number, define: (x: readonly number[], scale: Scale) => Quantised, scale: Scale): Expected {
  return new Map(partsOf('Q', headsOf(X, S, H, 128).map((x) => define(x, scale)), true))
}

/** Rows of 128 go to slots of a cache of T for each sequence; the others stay. */
export function stored(X: readonly number[], slot: readonly number[], sequences: number, T: number, scale: Scale): Expected {
  const S = slot.length / sequences
  const codes = new Array<number | undefined>(sequences * T * 128), scales = new Array<number | undefined>(sequences * T), zeros = new Array<number | undefined>(sequences * T)
  slot.forEach((to, i) => {
    const q = floatZero(X.slice(i * 128, (i + 1) * 128), scale), row = Math.floor(i / S) * T + to
    q.codes.forEach((c, d) => { codes[row * 128 + d] = c })
    scales[row] = q.scale
    zeros[row] = q.zero
  })
  return new Map([['cache_codes', codes], ['cache_scale', scales], ['cache_zero', zeros]])
}

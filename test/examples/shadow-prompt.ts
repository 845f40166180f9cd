/** A synthetic prompt with the structure that keys of trained models have, its factors of low rank, and full attention over it: all in f64, without anything of the compiler. */
import { bf16ArrayFromF32, f32ArrayFromBf16 } from '../../src/runtime/float.ts'

/** H key heads of D features, each for G query heads; C chunks of J tokens, then W local tokens. */
export interface Shape { readonly H: number; readonly G: number; readonly D: number; readonly C: number; readonly J: number; readonly W: number }

/** Numbers of a standard normal distribution, the same for a seed (Box and Muller 1958). */
export function noise(seed: number): () => number {
  let state = seed
  const next = (): number => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return (state + 0.5) / 2 ** 32 }
  return () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next())
}
export const many = (count: number, f: (i: number) => number): number[] => Array.from({ length: count }, (_, i) => f(i))
export const bf16 = (x: ArrayLike<number>): number[] => [...f32ArrayFromBf16(bf16ArrayFromF32(Float32Array.from(x)))]
export const norm = (x: readonly number[]): number => Math.sqrt(x.reduce((n, v) => n + v * v, 0))
const dot = (x: readonly number[], y: readonly number[]): number => x.reduce((n, v, i) => n + v * (y[i] ?? 0), 0)

/** Rows of an orthogonal matrix (Gram and Schmidt, twice for the sake of rounding). */
function orthogonal(n: number, random: () => number): number[][] {
  const rows: number[][] = []
  for (let i = 0; i < n; i++) {
    let row = many(n, random)
    for (let pass = 0; pass < 2; pass++) for (const r of rows) { const along = dot(row, r); row = row.map((v, k) => v - along * (r[k] ?? 0)) }
    const length = norm(row)
    rows.push(row.map((v) => v / length))
  }
  return rows
}

/** Eigenvectors of a symmetric matrix as rows, largest eigenvalue first (Jacobi's rotations, row by row). */
export function eigenvectors(matrix: readonly (readonly number[])[]): { readonly values: number[]; readonly rows: number[][] } {
  const n = matrix.length, a = matrix.map((r) => [...r]), v = many(n, (i) => i).map((i) => many(n, (j) => (i === j ? 1 : 0)))
  for (let sweep = 0; sweep < 12; sweep++) for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) {
    const apq = a[p]![q]!
    if (Math.abs(apq) < 1e-300) continue
    const theta = (a[q]![q]! - a[p]![p]!) / (2 * apq), t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
    const c = 1 / Math.sqrt(t * t + 1), s = t * c
    for (const row of a) { const x = row[p]!, y = row[q]!; row[p] = c * x - s * y; row[q] = s * x + c * y }
    for (const [one, two] of [[a[p]!, a[q]!], [v[p]!, v[q]!]] as const) for (let k = 0; k < n; k++) { const x = one[k]!, y = two[k]!; one[k] = c * x - s * y; two[k] = s * x + c * y }
  }
  const order = many(n, (i) => i).sort((i, j) => a[j]![j]! - a[i]![i]!)
  return { values: order.map((i) => a[i]![i]!), rows: order.map((i) => v[i]!) }
}

export interface PromptOptions {
  /** Spread of keys along direction i of H·D, before rotation. */
  readonly spectrum: (i: number) => number
  /** Length of the mean that all keys share, in units of the largest spread. */
  readonly mean?: number
  /** Tokens with a key of their own, unrelated to all others, of so many times the usual length. */
  readonly strays?: ReadonlyMap<number, number>
  /** Keys after RoPE that some tokens have. */
  readonly keys?: ReadonlyMap<number, readonly number[]>
  /** Values, by token and feature of all heads; noise where this is left out. */
  readonly value?: (t: number, k: number) => number
  readonly seed: number
}

export class Prompt {
  readonly s: Shape
  /** Keys before RoPE, [C*J + W][H*D], as bf16 holds them. */
  readonly pre: readonly (readonly number[])[]
  /** Turned keys and values in bf16, [C*J + W][H*D]. */
  readonly K: readonly (readonly number[])[]
  readonly V: readonly (readonly number[])[]
  /** f32[C*J, 2, D/2] */
  readonly table: number[]
  #found: ReturnType<typeof eigenvectors> | undefined

  constructor(s: Shape, { spectrum, mean = 0, strays = new Map(), keys = new Map(), value, seed }: PromptOptions) {
    const { H, D, C, J, W } = s, n = H * D, S = C * J + W, random = noise(seed), E = D / 2
    this.s = s
    const directions = orthogonal(n, random), sigma = many(n, spectrum), shift = many(n, () => (random() * mean * (sigma[0] ?? 1)) / Math.sqrt(n))
    let z = many(n, random)
    // Neighbours agree: each step keeps 0.95 of the one before.
    this.pre = many(S, (t) => t).map((t) => {
      z = z.map((v) => 0.95 * v + Math.sqrt(1 - 0.95 ** 2) * random())
      const plain = many(n, (k) => shift[k]! + z.reduce((sum, v, i) => sum + v * sigma[i]! * directions[i]![k]!, 0))
      const given = keys.get(t), stray = strays.get(t)
      if (given !== undefined) return bf16(this.turned(given, -t))
      if (stray === undefined) return bf16(plain)
      const own = many(n, random), scale = (stray * norm(sigma)) / norm(own)
      return bf16(own.map((v) => v * scale))
    })
    const angle = (t: number, e: number): number => t * 500000 ** (-e / E)
    this.table = many(C * J * 2 * E, (i) => { const e = i % E, at = angle(Math.floor(i / (2 * E)), e); return Math.fround(Math.floor(i / E) % 2 === 0 ? Math.cos(at) : Math.sin(at)) })
    this.K = this.pre.map((row, t) => bf16(this.turned(row, t)))
    this.V = many(S, (t) => t).map((t) => bf16(many(n, (k) => value?.(t, k) ?? random())))
  }

  /** RoPE (Su et al. 2021) of all heads of a token at position t, halves form. */
  turned(row: readonly number[], t: number): number[] {
    const { D } = this.s, E = D / 2
    return row.map((x, k) => {
      const d = k % D, e = d % E, at = t * 500000 ** (-e / E), other = row[d < E ? k + E : k - E] ?? 0
      return x * Math.cos(at) + (d < E ? -other : other) * Math.sin(at)
    })
  }

  /** Rows of the basis of the R directions with the most energy, from the Gram matrix of the chunked keys of all heads together; all eigenvalues. */
  basis(R: number): { readonly rows: number[][]; readonly energies: number[] } {
    const { values, rows } = this.#found ??= this.#eigen()
    return { rows: rows.slice(0, R), energies: values }
  }

  #eigen(): ReturnType<typeof eigenvectors> {
    const n = this.s.H * this.s.D, gram = many(n, (i) => i).map(() => new Array<number>(n).fill(0))
    for (const row of this.pre.slice(0, this.s.C * this.s.J)) gram.forEach((to, i) => { const x = row[i]!; for (let j = 0; j < n; j++) to[j]! += x * row[j]! })
    return eigenvectors(gram)
  }

  /** A tensor [H, tokens, D] of some tokens. */
  byHead(of: readonly (readonly number[])[], tokens: readonly number[]): number[] {
    const { H, D } = this.s
    return many(H, (h) => h).flatMap((h) => tokens.flatMap((t) => of[t]!.slice(h * D, (h + 1) * D)))
  }

  /** Attention weights of a query head over given keys [tokens][H*D]. */
  weights(q: readonly number[], head: number, keys: readonly (readonly number[])[]): number[] {
    const { G, D } = this.s, h = Math.floor(head / G), own = q.slice(head * D, (head + 1) * D)
    const scores = keys.map((k) => { let sum = 0; for (let d = 0; d < D; d++) sum += own[d]! * k[h * D + d]!; return sum / Math.sqrt(D) })
    const top = scores.reduce((a, b) => Math.max(a, b), -Infinity), e = scores.map((x) => Math.exp(x - top)), total = e.reduce((a, b) => a + b, 0)
    return e.map((x) => x / total)
  }

  /** Attention of every query head over keys and values [tokens][H*D]. */
  attention(q: readonly number[], keys: readonly (readonly number[])[], values: readonly (readonly number[])[]): number[] {
    const { H, G, D } = this.s
    return many(H * G, (i) => i).flatMap((head) => {
      const w = this.weights(q, head, keys), at = Math.floor(head / G) * D
      return many(D, (d) => w.reduce((sum, x, t) => sum + x * values[t]![at + d]!, 0))
    })
  }
}

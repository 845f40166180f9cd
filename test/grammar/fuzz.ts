import { parse } from '../../grammar/parse.ts'
import { SEEDS } from './seeds.ts'

/** A small generator with a seed (mulberry32), so that a failure can be had again. */
export function random(seed: number): () => number {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export interface FuzzResult {
  readonly inputs: number
  /** Inputs that parsed without a mistake in spite of their mutations. */
  readonly clean: number
  readonly slowest: { readonly milliseconds: number; readonly input: string }
}

const PIECES = [
  '(', ')', '[', ']', '{', '}', ',', ';', ':', '=', '==', '+=', '->', '..', '.', '+', '-', '*', '/', '%', '<', '>', '<=', 'max=', '"', '//', '/*', '*/', '///',
  'kernel', 'fn', 'let', 'for', 'in', 'if', 'then', 'else', 'where', 'and', 'or', 'not', 'sum(k)', 'max(a)', 'max(a, b)', 'softmax(', 'topk(c -> t: T)',
  'concat(k) {', 'clamp', 'check', 'by', '0', '1', '1.5', '1e-6', '0x', '1.', 'true', 'state', 'test', 'schedule f for cuda(sm_80) {', 'tile m by 4',
  '\n', ' ', '\n\n', '\t', '\r', '\u0000', '\ufeff', '×', '≤', '&&', 'é', '🙂', '\ud800', '@', '#', '\\', 'x', 'A[i]', 'inout', 'expect', 'import {',
]

/**
 * Parses `count` mutations of real programs and checks what must hold for any text: no exception, spans inside the text,
 * no list of mistakes without end, and a tree only of what has a place. Throws with the input and its seed otherwise.
 */
export function fuzzFrontEnd(seed: number, count: number): FuzzResult {
  let clean = 0
  let slowest = { milliseconds: 0, input: '' }
  for (let i = 0; i < count; i++) {
    const input = mutant(random(seed + i))
    const start = performance.now()
    if (check(input, seed + i)) clean++
    const milliseconds = performance.now() - start
    if (milliseconds > slowest.milliseconds) slowest = { milliseconds, input }
  }
  return { inputs: count, clean, slowest }
}

/** One input for a generator: a real declaration or file with up to ten mutations, or now and then nothing but noise. */
export function mutant(next: () => number): string {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(next() * list.length)]
  if (next() < 0.05) return noise(next)
  let text = pick(SEEDS) ?? ''
  for (let n = 1 + Math.floor(next() * next() * 10); n > 0; n--) text = mutate(text, next, pick)
  return text
}

function noise(next: () => number): string {
  const length = Math.floor(next() * 200)
  const top = next() < 0.5 ? 128 : 65536
  return Array.from({ length }, () => String.fromCharCode(Math.floor(next() * top))).join('')
}

function mutate(text: string, next: () => number, pick: <T>(list: readonly T[]) => T | undefined): string {
  const words = text.split(/(\s+|\b)/)
  const at = Math.floor(next() * words.length)
  const other = Math.floor(next() * words.length)
  const cut = Math.floor(next() * text.length)
  switch (Math.floor(next() * 9)) {
    case 0:
      words.splice(at, 1)
      return words.join('')
    case 1:
      words.splice(at, 0, pick(PIECES) ?? '')
      return words.join('')
    case 2: {
      const one = words[at] ?? ''
      words[at] = words[other] ?? ''
      words[other] = one
      return words.join('')
    }
    case 3:
      words[at] = pick(PIECES) ?? ''
      return words.join('')
    case 4:
      return text.slice(0, cut) + String.fromCharCode(Math.floor(next() * 256)) + text.slice(cut + 1)
    case 5:
      return text.slice(0, cut)
    case 6:
      return text + (pick(SEEDS) ?? '')
    case 7: {
      const end = cut + Math.floor(next() * 40)
      return text.slice(0, end) + text.slice(cut)
    }
    default:
      return text.slice(0, cut) + (pick(PIECES) ?? '').repeat(Math.floor(next() * 30)) + text.slice(cut)
  }
}

/** True where the input has no mistake. */
function check(input: string, seed: number): boolean {
  try {
    const { ast, diagnostics } = parse(input, 'fuzz.tdsl')
    for (const d of diagnostics) {
      const spans = [d.span, ...d.notes.map((n) => n.span), ...d.edits.map((e) => e.span)]
      for (const s of spans) if (s !== undefined && !(s.start >= 0 && s.start <= s.end && s.end <= input.length)) throw new Error(`${d.code} lies at ${s.start}–${s.end}`)
    }
    if (diagnostics.length > 101) throw new Error(`${diagnostics.length} mistakes`)
    for (const d of ast.declarations) if (!(d.span.start <= d.span.end && d.span.end <= input.length)) throw new Error(`${d.kind} lies at ${d.span.start}–${d.span.end}`)
    return diagnostics.every((d) => d.severity !== 'error')
  } catch (error) {
    throw new Error(`seed ${seed}: ${JSON.stringify(input)}`, { cause: error })
  }
}

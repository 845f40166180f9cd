import type { TokenType } from 'chevrotain'
import type { Reporter } from '../src/diagnostics/report.ts'
import type { Edit } from '../src/diagnostics/diagnostic.ts'
import type { Code, Params } from '../src/diagnostics/table.ts'
import { type Span, span } from '../src/diagnostics/span.ts'
import type { Comment } from './ast.ts'
import { isIdentifierPart, isIdentifierStart, lookalike, type Lookalike } from './characters.ts'
import * as t from './tokens.ts'
import type { Token } from './tokens.ts'

const TWO = new Map([...t.PUNCTUATION].filter(([text]) => text.length === 2))
const ONE = new Map([...t.PUNCTUATION].filter(([text]) => text.length === 1).map(([text, type]) => [text.charCodeAt(0), type] as const))

/**
 * Turns text into tokens, one at a time, so that a large file is never held as tokens as a whole. What is no token is
 * reported once for each run of such characters; where the intent is plain (`×`, `&&`) a token is made all the same.
 */
export class Scanner {
  readonly comments: Comment[] = []
  /** A comment has no end, so what is missing after it may well be inside. */
  endsInComment = false
  /** Where text is no token, in order. */
  readonly #mistakes: number[] = []
  readonly #text: string
  readonly #file: string
  readonly #reporter: Reporter
  #at = 0
  #first = true

  constructor(file: string, text: string, reporter: Reporter) {
    this.#file = file
    this.#text = text
    this.#reporter = reporter
    if (text.charCodeAt(0) === 0xfeff) this.#at = 1
  }

  /** The next token, or none at the end of the text. */
  next(): Token | undefined {
    for (;;) {
      this.#skipSpace()
      if (this.#at >= this.#text.length) return undefined
      const token = this.#token()
      if (token !== undefined) {
        this.#first = false
        return token
      }
    }
  }

  /** Whether there is text that is no token from `from` to the end of the line of `to`. */
  isSpoilt(from: number, to: number): boolean {
    let low = 0
    let high = this.#mistakes.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#mistakes[middle] ?? 0) < from) low = middle + 1
      else high = middle
    }
    const mistake = this.#mistakes[low]
    return mistake !== undefined && (mistake <= to || !/[\r\n]/.test(this.#text.slice(to, Math.min(mistake, to + 1000))))
  }

  #report<C extends Code>(code: C, params: Params<C>, start: number, end: number, edits: readonly Edit[] = []): void {
    this.#mistakes.push(start)
    this.#reporter.report(code, params, this.#span(start, end), { edits })
  }

  #skipSpace(): void {
    const text = this.#text
    for (;;) {
      const c = text.charCodeAt(this.#at)
      if (c === 10 || c === 13) {
        this.#first = true
        this.#at++
      } else if (c === 32 || c === 9 || c === 11 || c === 12 || c === 0xa0 || c === 0xfeff) {
        this.#at++
      } else if (c === 47 && text.charCodeAt(this.#at + 1) === 47) {
        this.#lineComment()
      } else if (c === 47 && text.charCodeAt(this.#at + 1) === 42) {
        this.#blockComment()
      } else {
        return
      }
    }
  }

  #lineComment(): void {
    const start = this.#at
    let end = start + 2
    while (end < this.#text.length && !isLineEnd(this.#text.charCodeAt(end))) end++
    this.#at = end
    this.comments.push({ kind: 'comment', text: this.#text.slice(start, end).trimEnd(), block: false, span: this.#span(start, end) })
  }

  #blockComment(): void {
    const start = this.#at
    const close = this.#text.indexOf('*/', start + 2)
    const end = close < 0 ? this.#text.length : close + 2
    this.#at = end
    const text = this.#text.slice(start, end)
    if (close < 0) {
      this.endsInComment = true
      this.#report('TDSL0005', { what: 'comment', close: '*/' }, start, start + 2)
      return
    }
    if (/[\r\n]/.test(text)) this.#first = true
    this.comments.push({ kind: 'comment', text, block: true, span: this.#span(start, end) })
  }

  #token(): Token | undefined {
    const start = this.#at
    const c = this.#text.charCodeAt(start)
    if (isIdentifierStart(c)) return this.#word(start)
    if (c >= 48 && c <= 57) return this.#number(start)
    if (c === 34) return this.#string(start)
    const next = this.#text.charCodeAt(start + 1)
    if (c === 46 && next >= 48 && next <= 57 && this.#text.charCodeAt(start - 1) !== 46) return this.#number(start)
    if (!this.#foreignOperator(start)) {
      const two = TWO.get(this.#text.slice(start, start + 2))
      if (two !== undefined) return this.#make(two, start, start + 2)
      const one = ONE.get(c)
      if (one !== undefined) return this.#make(one, start, start + 1)
    }
    return this.#unknown(start)
  }

  /** `=>`, `**`, `-=`, `===` and the like, which are two tokens of ours side by side but meant as one of another language. */
  #foreignOperator(start: number): boolean {
    const c = this.#text.charCodeAt(start)
    if (c !== 61 && c !== 42 && c !== 45 && c !== 47 && c !== 33 && c !== 60 && c !== 62) return false
    return lookalike(this.#text, start)?.foreign === true
  }

  #word(start: number): Token {
    const text = this.#text
    let end = start + 1
    while (isIdentifierPart(text.charCodeAt(end))) end++
    this.#at = end
    const image = text.slice(start, end)
    return this.#make(t.KEYWORDS.get(image) ?? t.Identifier, start, end, image)
  }

  /** `12`, `1_000`, `0x1F`, `1.5`, `1e-6`; other spellings are read the likely way and reported with the right one. */
  #number(start: number): Token {
    const match = NUMBER.exec(((NUMBER.lastIndex = start), this.#text))
    const end = start + (match?.[0].length ?? 1)
    let whole = end
    while (isIdentifierPart(this.#text.charCodeAt(whole))) whole++
    if (whole === end && this.#text.charCodeAt(end) === 46 && !/[.\w]/.test(this.#text.charAt(end + 1))) whole++
    const image = this.#text.slice(start, end)
    const type = image.startsWith('0x') || /^[\d_]+$/.test(image) ? t.IntLiteral : t.FloatLiteral
    const written = this.#text.slice(start, whole)
    const meant = rewriteNumber(written, image)
    if (meant === undefined) return this.#make(type, start, whole, image)
    this.#report('TDSL0006', { text: written }, start, whole, [{ span: this.#span(start, whole), text: meant }])
    return this.#make(type, start, whole, image.startsWith('.') ? `0${image}` : image)
  }

  #string(start: number): Token {
    const text = this.#text
    let end = start + 1
    for (; end < text.length; end++) {
      const c = text.charCodeAt(end)
      if (c === 92 && end + 1 < text.length && !isLineEnd(text.charCodeAt(end + 1))) end++
      else if (c === 34 || isLineEnd(c)) break
    }
    if (text.charCodeAt(end) === 34) return this.#make(t.StringLiteral, start, end + 1)
    this.#report('TDSL0005', { what: 'text', close: '"' }, start, end, [{ span: this.#span(end, end), text: '"' }])
    return this.#make(t.StringLiteral, start, end, `${text.slice(start, end)}"`)
  }

  #unknown(start: number): Token | undefined {
    const similar = lookalike(this.#text, start)
    if (similar !== undefined) return this.#replaced(start, similar)
    let end = start + 1
    while (end < this.#text.length && !isKnown(this.#text.charCodeAt(end)) && lookalike(this.#text, end) === undefined) end++
    this.#at = end
    const letters = /^\p{L}[\p{L}\p{N}_]*/u.exec(this.#text.slice(start, Math.min(end, start + 100)))
    if (letters !== null) {
      while (isIdentifierPart(this.#text.charCodeAt(this.#at))) this.#at++
      this.#report('TDSL0009', { text: this.#text.slice(start, this.#at) }, start, this.#at)
      return this.#make(t.Identifier, start, this.#at)
    }
    this.#report('TDSL0002', { text: this.#text.slice(start, Math.min(end, start + 20)) }, start, end, [{ span: this.#span(start, end), text: '' }])
    return undefined
  }

  #replaced(start: number, { text, write, token }: Lookalike): Token | undefined {
    const end = start + text.length
    this.#at = end
    this.#report('TDSL0003', { text, write }, start, end, token === undefined ? [] : [{ span: this.#span(start, end), text: token }])
    if (token === undefined) return undefined
    const type = t.KEYWORDS.get(token) ?? t.PUNCTUATION.get(token)
    return type === undefined ? undefined : this.#make(type, start, end, token)
  }

  #make(type: TokenType, start: number, end: number, image = this.#text.slice(start, end)): Token {
    this.#at = end
    return { image, startOffset: start, endOffset: end - 1, tokenTypeIdx: type.tokenTypeIdx ?? 0, tokenType: type, first: this.#first }
  }

  #span(start: number, end: number): Span {
    return span(this.#file, start, end)
  }
}

const NUMBER = /0x[0-9a-fA-F]+|(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][+-]?\d+)?|\d[\d_]*/y

/** The right spelling of a number that is not written as TDSL wants it. */
function rewriteNumber(written: string, image: string): string | undefined {
  if (image.startsWith('.')) return `0${image}`
  if (written === image) return undefined
  if (written === `${image}.`) return `${image}.0`
  const suffix = written.slice(image.length)
  if (/^(f|h|F|L|l|u|U|n|ll|ul|f16|f32|f64|i32|u32|bf16)$/.test(suffix)) return image
  return `${image} * ${suffix}`
}

function isLineEnd(c: number): boolean {
  return c === 10 || c === 13
}

function isKnown(c: number): boolean {
  return c === 32 || c === 9 || c === 10 || c === 13 || c === 34 || (c >= 48 && c <= 57) || isIdentifierStart(c) || ONE.has(c)
}

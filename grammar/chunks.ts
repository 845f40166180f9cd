import type { TokenType } from 'chevrotain'
import type { Scanner } from './scanner.ts'
import * as t from './tokens.ts'
import type { Token } from './tokens.ts'

/** The tokens of one declaration, from its keyword to before the next one's. */
export interface Chunk {
  readonly tokens: readonly Token[]
  /** The declaration was longer than `MAX_TOKENS`; the tokens are its beginning. */
  readonly tooLong: boolean
  /** How many `{` have no partner; the tokens end with as many made-up `}`, which have no length. */
  readonly unclosed: number
}

/** Longer declarations are refused, so that memory stays bounded. */
export const MAX_TOKENS = 2_000_000

const DECLARATION = new Set<TokenType>([
  t.Kernel, t.Fn, t.Format, t.Program, t.Schedule, t.Intrinsic, t.Accelerator, t.Codesign, t.Import, t.Extern, t.State, t.Test,
])

export const OPENERS: ReadonlyMap<TokenType, TokenType> = new Map([
  [t.RightParen, t.LeftParen],
  [t.RightBracket, t.LeftBracket],
  [t.RightBrace, t.LeftBrace],
])
const OPENING = new Set(OPENERS.values())

/** How far a `)` or `]` is searched its partner, so that no text makes the search slow. */
const REACH = 50

/** Which brackets are open. A `}` closes what is open inside its braces; a `)` or `]` never reaches over a `{`. */
export class Brackets {
  readonly open: Token[] = []
  /** Places in `open` of the braces. */
  readonly #braces: number[] = []

  /** False for a bracket that closes nothing. */
  take(token: Token): boolean {
    if (OPENING.has(token.tokenType)) {
      if (token.tokenType === t.LeftBrace) this.#braces.push(this.open.length)
      this.open.push(token)
      return true
    }
    const opener = OPENERS.get(token.tokenType)
    if (opener === undefined) return true
    const place = opener === t.LeftBrace ? this.#braces.pop() : this.#find(opener)
    if (place === undefined) return false
    this.open.length = place
    return true
  }

  #find(opener: TokenType): number | undefined {
    const end = Math.max(this.open.length - REACH, (this.#braces.at(-1) ?? -1) + 1)
    for (let i = this.open.length - 1; i >= end; i--) if (this.open[i]?.tokenType === opener) return i
    return undefined
  }

  get depth(): number {
    return this.open.length
  }

  get inBraces(): boolean {
    return this.#braces.length > 0
  }
}

/**
 * Cuts the token stream at declarations, so that a mistake in one cannot spoil the next, and a long file is never held
 * as tokens as a whole. A declaration's keyword begins one where all brackets are closed; in the first column of a line
 * and followed by a name it does so wherever it stands. Any word does so on a new line after a body's `}`.
 */
export class Chunks {
  readonly #scanner: Scanner
  readonly #text: string
  readonly #ahead: Token[] = []

  constructor(scanner: Scanner, text: string) {
    this.#scanner = scanner
    this.#text = text
  }

  next(): Chunk | undefined {
    const tokens: Token[] = []
    const brackets = new Brackets()
    let tooLong = false
    for (let token = this.#take(); token !== undefined; token = this.#take()) {
      brackets.take(token)
      if (tokens.length < MAX_TOKENS) tokens.push(token)
      else tooLong = true
      const next = this.#peek(0)
      if (next !== undefined && this.#begins(next, token, brackets)) break
    }
    const last = tokens.at(-1)
    if (last === undefined) return undefined
    const unclosed = brackets.open.filter((b) => b.tokenType === t.LeftBrace).length
    for (let i = 0; i < unclosed; i++) tokens.push(madeUp(t.RightBrace, (last.endOffset ?? 0) + 1))
    return { tokens, tooLong, unclosed }
  }

  #begins(token: Token, previous: Token, brackets: Brackets): boolean {
    // After a body comes a declaration, also where its word is misspelt and where the head before left a `(` open.
    const afterBody = !brackets.inBraces && previous.tokenType === t.RightBrace && token.first
    if (!DECLARATION.has(token.tokenType)) return afterBody && /^\w/.test(token.image) && token.tokenType !== t.From
    const name = this.#peek(1)
    const named = name?.tokenType === t.Identifier || name?.tokenType.CATEGORIES?.includes(t.Identifier) === true
    if (token.tokenType === t.State || token.tokenType === t.Test) {
      const after = this.#peek(2)?.tokenType
      if (!named || (after !== t.LeftBrace && after !== t.LeftParen)) return false
    }
    if (brackets.depth === 0 || afterBody) return !(token.tokenType === t.Fn && previous.tokenType === t.Host)
    if (!token.first || !this.#firstColumn(token)) return false
    if (token.tokenType === t.Import) return name?.tokenType === t.LeftBrace
    if (token.tokenType === t.Intrinsic) return named && this.#peek(2)?.tokenType !== t.LeftBracket
    return named
  }

  #firstColumn(token: Token): boolean {
    const before = this.#text.charCodeAt(token.startOffset - 1)
    return token.startOffset === 0 || before === 10 || before === 13
  }

  #take(): Token | undefined {
    return this.#ahead.shift() ?? this.#scanner.next()
  }

  #peek(n: number): Token | undefined {
    while (this.#ahead.length <= n) {
      const token = this.#scanner.next()
      if (token === undefined) return undefined
      this.#ahead.push(token)
    }
    return this.#ahead[n]
  }
}

/** A token without text, where one was left out. */
export function madeUp(type: TokenType, offset: number): Token {
  return { image: '', startOffset: offset, endOffset: offset - 1, tokenType: type, tokenTypeIdx: type.tokenTypeIdx ?? 0, first: false }
}

export function isMadeUp(token: { readonly image: string }): boolean {
  return token.image === ''
}

export interface Blame {
  readonly opener: Token
  /** Offset where its `}` belongs. */
  readonly at: number
}

/**
 * Which `{` of a declaration lacks its `}`. Where a `}` that begins a line stands in the column of an outer block, the
 * blocks inside were meant to be closed before it; otherwise the outermost one is to blame at the end.
 */
export function blameUnclosed(tokens: readonly Token[], text: string): Blame | undefined {
  const open: { readonly opener: Token; readonly column: number }[] = []
  let lineColumn = 0
  for (const token of tokens) {
    if (isMadeUp(token)) continue
    if (token.first) lineColumn = column(text, token.startOffset)
    if (token.tokenType === t.LeftBrace) open.push({ opener: token, column: lineColumn })
    else if (token.tokenType === t.RightBrace) {
      const top = open.at(-1)
      if (top !== undefined && token.first && top.column > lineColumn && open.some((o) => o.column === lineColumn)) {
        return { opener: top.opener, at: token.startOffset }
      }
      open.pop()
    }
  }
  const last = tokens.findLast((token) => !isMadeUp(token))
  const outermost = open[0]
  return outermost && last && { opener: outermost.opener, at: (last.endOffset ?? 0) + 1 }
}

function column(text: string, offset: number): number {
  let start = offset
  while (start > 0 && text.charCodeAt(start - 1) !== 10 && text.charCodeAt(start - 1) !== 13) start--
  return offset - start
}

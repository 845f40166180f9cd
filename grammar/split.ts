import { Brackets } from './chunks.ts'
import * as t from './tokens.ts'
import type { Token } from './tokens.ts'

/** A `{ … }` group: its braces and what lies between, before and after. */
export interface Braced {
  readonly before: readonly Token[]
  readonly open: Token
  readonly inner: readonly Token[]
  readonly close: Token
  readonly after: readonly Token[]
}

/**
 * The last group of braces that is not inside another one, which is where a declaration or a loop has its body. Other
 * brackets do not count, because one of them may be the mistake.
 */
export function lastBraced(tokens: readonly Token[]): Braced | undefined {
  let depth = 0
  let start = -1
  let end = -1
  tokens.forEach((token, i) => {
    if (token.tokenType === t.LeftBrace && depth++ === 0) start = i
    if (token.tokenType === t.RightBrace && depth > 0 && --depth === 0) end = i
  })
  const open = tokens[start]
  const close = tokens[end]
  if (open === undefined || close === undefined || end < start) return undefined
  return { before: tokens.slice(0, start), open, inner: tokens.slice(start + 1, end), close, after: tokens.slice(end + 1) }
}

/**
 * Cuts a body that did not parse into its statements, by lines: so each statement is judged alone and one run finds all
 * mistakes. A statement begins a line with `let`, `for`, what is assigned to, or a name that cannot continue the line before.
 */
export function splitStatements(tokens: readonly Token[]): Token[][] {
  return split(tokens, (i, depth) => {
    const token = tokens[i]
    const previous = tokens[i - 1]
    if (token === undefined) return false
    if (token.tokenType === t.Let || token.tokenType === t.For) return true
    const target = afterTarget(tokens, i)
    if (depth > 0) return target > i + 1 && isAssignment(tokens[target])
    if (isAssignment(tokens[target])) return true
    if (!endsValue(previous)) return false
    // Only the binders of an axis operator may end a line before a name.
    return isName(token) && (previous?.tokenType !== t.RightParen || tokens[target]?.tokenType === t.LeftParen)
  })
}

/** Verbs of a schedule: each line but those that follow a comma or a word that wants more. */
export function splitVerbs(tokens: readonly Token[]): Token[][] {
  return split(tokens, (i, depth) => depth === 0 && endsValue(tokens[i - 1]))
}

function split(tokens: readonly Token[], begins: (index: number, depth: number) => boolean): Token[][] {
  const parts: Token[][] = []
  let part: Token[] = []
  let brackets = new Brackets()
  tokens.forEach((token, i) => {
    if (part.length > 0 && token.first && !brackets.inBraces && begins(i, brackets.depth)) {
      parts.push(part)
      part = []
      brackets = new Brackets()
    }
    if (token.tokenType === t.Semicolon && brackets.depth === 0) {
      if (part.length > 0) parts.push(part)
      part = []
      return
    }
    brackets.take(token)
    part.push(token)
  })
  if (part.length > 0) parts.push(part)
  return parts
}

function isAssignment(token: Token | undefined): boolean {
  return token?.tokenType === t.Equal || token?.tokenType === t.PlusEqual || token?.tokenType === t.UpdateWord
}

/** The index after a target that begins at `start`; `start` itself where there is none. */
function afterTarget(tokens: readonly Token[], start: number): number {
  if (!isName(tokens[start])) return start
  let i = start + 1
  if (tokens[i]?.tokenType === t.Dot && isName(tokens[i + 1])) i += 2
  if (tokens[i]?.tokenType !== t.LeftBracket) return i
  const brackets = new Brackets()
  for (; i < tokens.length; i++) {
    const token = tokens[i]
    if (token === undefined || token.first) return start
    brackets.take(token)
    if (brackets.depth === 0) return i + 1
  }
  return start
}

function endsValue(token: Token | undefined): boolean {
  if (token === undefined) return true
  switch (token.tokenType) {
    case t.RightParen:
    case t.RightBracket:
    case t.RightBrace:
    case t.IntLiteral:
    case t.FloatLiteral:
    case t.StringLiteral:
    case t.True:
    case t.False:
      return true
    default:
      return isName(token) && token.tokenType !== t.By && token.tokenType !== t.Of && token.tokenType !== t.At
  }
}

function isName(token: Token | undefined): boolean {
  return token?.tokenType === t.Identifier || token?.tokenType.CATEGORIES?.includes(t.Identifier) === true
}

import type { TokenType } from 'chevrotain'
import { AXIS_OPS } from './ast.ts'
import * as t from './tokens.ts'
import type { Token } from './tokens.ts'

const AXIS_WORDS: ReadonlySet<string> = new Set(AXIS_OPS)
const STARTS_VALUE = new Set<TokenType>([
  t.IntLiteral, t.FloatLiteral, t.True, t.False, t.LeftParen, t.AxisWord, t.ConcatWord, t.Not, t.If,
])

/**
 * Gives words their type where one word means two things, so that the grammar can decide by one token:
 * - `sum(k) …` and `sum<f16>(k) …` begin with an axis operator; `sum[m]` is a tensor that somebody called so;
 * - `max(a, b)` is a call, `max(k) A[k]` an axis operator: a value follows its binders on the same line;
 * - `concat(k) { … }`;
 * - `K[…] max= v`.
 */
export function resolveContextualWords(tokens: readonly Token[]): void {
  const open: number[] = []
  for (let i = 0; i < tokens.length; i++) {
    const token = at(tokens, i)
    switch (token?.tokenType) {
      case t.LeftParen:
        open.push(i)
        break
      case t.RightParen: {
        const opener = open.pop() ?? 0
        const word = tokens[opener - 1]
        if (word?.tokenType === t.AxisWord && isMinMax(word) && !continues(tokens, i + 1)) retype(word, t.Identifier)
        break
      }
      case t.LeftBrace:
      case t.RightBrace:
        open.length = 0
        break
      case t.Identifier:
        if (token !== undefined) resolveWord(token, tokens, i)
        break
    }
  }
}

function resolveWord(token: Token, tokens: readonly Token[], i: number): void {
  if (AXIS_WORDS.has(token.image)) {
    if (isOpen(tokens, i + 1) || isAccumulator(tokens, i + 1)) retype(token, t.AxisWord)
    else if (isMinMax(token) && at(tokens, i + 1)?.tokenType === t.Equal) retype(token, t.UpdateWord)
  } else if (token.image === 'concat' && isOpen(tokens, i + 1)) {
    retype(token, t.ConcatWord)
  }
}

/** `<f16>(` */
function isAccumulator(tokens: readonly Token[], i: number): boolean {
  return at(tokens, i)?.tokenType === t.Less && at(tokens, i + 2)?.tokenType === t.Greater && isOpen(tokens, i + 3)
}

function isOpen(tokens: readonly Token[], i: number): boolean {
  return at(tokens, i)?.tokenType === t.LeftParen
}

function continues(tokens: readonly Token[], i: number): boolean {
  const token = at(tokens, i)
  return token !== undefined && !token.first && (isWord(token) || STARTS_VALUE.has(token.tokenType))
}

/** A name, but not one of the words that follow an expression. */
function isWord(token: Token): boolean {
  if (token.image === 'by' || token.image === 'within') return false
  return token.tokenType === t.Identifier || token.tokenType.CATEGORIES?.includes(t.Identifier) === true
}

function isMinMax(token: Token): boolean {
  return token.image === 'max' || token.image === 'min'
}

function at(tokens: readonly Token[], i: number): Token | undefined {
  return tokens[i]
}

function retype(token: Token, type: TokenType): void {
  token.tokenType = type
  token.tokenTypeIdx = type.tokenTypeIdx ?? 0
}

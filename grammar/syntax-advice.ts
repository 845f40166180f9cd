import type { IToken } from 'chevrotain'
import { dtypeElsewhere } from '../src/ir/dtype-names.ts'
import { isDType } from '../src/ir/dtype.ts'
import { AXIS_OPS } from './ast.ts'
import { isMadeUp } from './chunks.ts'
import { USAGE } from './syntax-hints.ts'
import * as t from './tokens.ts'
import type { Token } from './tokens.ts'

const AXIS_WORDS: ReadonlySet<string> = new Set(AXIS_OPS)

/** How the place of a mistake is written: by what stands there and just before it, else by the innermost construct. `token` is undefined at the end. */
export function adviceAt(tokens: readonly Token[], token: IToken | undefined, stack: readonly string[]): string | undefined {
  const at = token === undefined ? -1 : tokens.findIndex((one) => one === token)
  const read = (at < 0 ? tokens : tokens.slice(0, at)).filter((one) => !isMadeUp(one)), last = read.at(-1)
  const usage = [...stack].reverse().map((r) => USAGE[r]).find((u) => u !== undefined)
  if (token?.tokenType === t.Where && usage === undefined) return 'a condition stands with the index that it limits: `sum(k where k < n) A[m, k]`'
  if (token?.tokenType === t.If && usage === undefined) return USAGE['conditional']
  if (token?.tokenType === t.Colon && stack.includes('positions')) return 'an element has one index for each dimension, `A[m, k]`; for all of a dimension, a statement or an operator binds the index'
  const opened = last?.image === ')' ? opener(read) : undefined
  if (stack.at(-1) !== 'axis') {
    const word = opened === undefined ? undefined : read[opened - 1]?.image
    if (AXIS_WORDS.has(last?.image ?? '') || AXIS_WORDS.has(word ?? '') || (last?.image === '.' && AXIS_WORDS.has(token?.image ?? ''))) return USAGE['axis']
  }
  if (usage !== undefined || token === undefined || last === undefined || stack.at(-1) === 'assignment' || !startsValue(token)) return usage
  const inside = opened === undefined ? [] : read.slice(opened + 1, -1)
  const dtype = inside.length === 1 ? inside[0]!.image : undefined
  if (dtype !== undefined && (isDType(dtype) || dtypeElsewhere(dtype) !== undefined)) return `a value is converted by the name of a dtype: \`${isDType(dtype) ? dtype : dtypeElsewhere(dtype)}(x)\``
  // `var(n) x[n]`: a word before the bracket, and no operator behind it.
  const word = opened === undefined ? undefined : read[opened - 1]
  if (word?.tokenType === t.Identifier) return `\`${word.image}\` is no operator over an axis: those are ${AXIS_OPS.map((op) => `\`${op}\``).join(', ')}`
  return 'two values beside each other need an operator between them: a product is written with `*`'
}

const startsValue = (token: IToken): boolean => token.tokenType === t.LeftParen || (/^[\w.]/.test(token.image) && !t.isReserved(token.tokenType))

/** Where the bracket is opened that the last of these tokens closes. */
function opener(tokens: readonly Token[]): number | undefined {
  let depth = 0
  for (let i = tokens.length - 1; i >= 0; i--) {
    const { image } = tokens[i]!
    if (image === ')') depth++
    else if (image === '(' && --depth === 0) return i
  }
  return undefined
}

import { createToken, type IToken, type TokenType } from 'chevrotain'

/** A token of the scanner: chevrotain's, and whether it is the first of its line. */
export interface Token extends IToken {
  readonly first: boolean
}

/** Any name; contextual words (`stage`, `by`, `state`, …) belong to it too, so they stay usable as names. */
export const Identifier = createToken({ name: 'Identifier', label: 'a name' })

/** Operators between two values; `size` expressions take the arithmetic ones only. */
export const BinaryOp = createToken({ name: 'BinaryOp', label: 'an operator' })
export const ArithmeticOp = createToken({ name: 'ArithmeticOp', label: 'an arithmetic operator', categories: BinaryOp })
export const CompareOp = createToken({ name: 'CompareOp', label: 'a comparison', categories: BinaryOp })
export const LogicOp = createToken({ name: 'LogicOp', label: '`and` or `or`', categories: BinaryOp })

export const IntLiteral = createToken({ name: 'IntLiteral', label: 'a whole number' })
export const FloatLiteral = createToken({ name: 'FloatLiteral', label: 'a number' })
export const StringLiteral = createToken({ name: 'StringLiteral', label: 'a text in double quotes' })

const keywords = new Map<string, TokenType>()
const punctuation = new Map<string, TokenType>()

function keyword(word: string, categories: TokenType[] = []): TokenType {
  const type = createToken({ name: pascal(word), label: `\`${word}\``, categories })
  keywords.set(word, type)
  return type
}

/** A word that is a keyword only where the grammar asks for it. */
function contextual(word: string): TokenType {
  return keyword(word, [Identifier])
}

function punctuator(name: string, text: string, categories: TokenType[] = []): TokenType {
  const type = createToken({ name, label: `\`${text}\``, categories })
  punctuation.set(text, type)
  return type
}

function pascal(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`
}

export const Kernel = keyword('kernel')
export const Fn = keyword('fn')
export const Format = keyword('format')
export const Program = keyword('program')
export const Schedule = keyword('schedule')
export const Intrinsic = keyword('intrinsic')
export const Accelerator = keyword('accelerator')
export const Codesign = keyword('codesign')
export const Import = keyword('import')
export const Extern = keyword('extern')
export const State = contextual('state')
export const Test = contextual('test')

export const Let = keyword('let')
export const For = keyword('for')
export const In = keyword('in')
export const If = keyword('if')
export const Then = keyword('then')
export const Else = keyword('else')
export const Where = keyword('where')
export const Not = keyword('not')
export const And = keyword('and', [LogicOp])
export const Or = keyword('or', [LogicOp])
export const True = keyword('true')
export const False = keyword('false')
export const Inout = keyword('inout')

export const Host = contextual('host')
export const From = contextual('from')
export const As = contextual('as')
export const By = contextual('by')
export const Expect = contextual('expect')
export const Within = contextual('within')
export const Clamp = contextual('clamp')
export const Check = contextual('check')

export const Tile = contextual('tile')
export const Reorder = contextual('reorder')
export const Stage = contextual('stage')
export const Via = contextual('via')
export const Pipeline = contextual('pipeline')
export const Tensorize = contextual('tensorize')
export const Specialize = contextual('specialize')
export const Split = contextual('split')
export const Compute = contextual('compute')
export const At = contextual('at')
export const Of = contextual('of')
export const Inline = contextual('inline')
export const Launch = contextual('launch')
export const Persistent = contextual('persistent')
export const Order = contextual('order')
export const Pad = contextual('pad')
export const Tune = contextual('tune')
export const Requires = contextual('requires')

export const Emit = contextual('emit')
export const Space = contextual('space')
export const On = contextual('on')
export const Minimize = contextual('minimize')
export const Subject = contextual('subject')
export const To = contextual('to')

// These three words are names for the scanner; `context.ts` gives them their own type where what follows asks for it.
/** An axis operator in front of its binders: `sum` in `sum(k)`, but not in `sum[m]`. */
export const AxisWord = createToken({ name: 'AxisWord', label: 'an axis operator' })
export const ConcatWord = createToken({ name: 'ConcatWord', label: '`concat`' })
/** `max` and `min` in front of `=`. */
export const UpdateWord = createToken({ name: 'UpdateWord', label: '`max=` or `min=`', categories: Identifier })

export const Plus = punctuator('Plus', '+', [ArithmeticOp])
export const Minus = punctuator('Minus', '-', [ArithmeticOp])
export const Star = punctuator('Star', '*', [ArithmeticOp])
export const Slash = punctuator('Slash', '/', [ArithmeticOp])
export const Percent = punctuator('Percent', '%', [ArithmeticOp])
export const EqualEqual = punctuator('EqualEqual', '==', [CompareOp])
export const NotEqual = punctuator('NotEqual', '!=', [CompareOp])
export const Less = punctuator('Less', '<', [CompareOp])
export const LessEqual = punctuator('LessEqual', '<=', [CompareOp])
export const Greater = punctuator('Greater', '>', [CompareOp])
export const GreaterEqual = punctuator('GreaterEqual', '>=', [CompareOp])
export const Equal = punctuator('Equal', '=')
export const PlusEqual = punctuator('PlusEqual', '+=')
export const Arrow = punctuator('Arrow', '->')
export const DotDot = punctuator('DotDot', '..')
export const Dot = punctuator('Dot', '.')
export const Comma = punctuator('Comma', ',')
export const Colon = punctuator('Colon', ':')
export const Semicolon = punctuator('Semicolon', ';')
export const LeftParen = punctuator('LeftParen', '(')
export const RightParen = punctuator('RightParen', ')')
export const LeftBracket = punctuator('LeftBracket', '[')
export const RightBracket = punctuator('RightBracket', ']')
export const LeftBrace = punctuator('LeftBrace', '{')
export const RightBrace = punctuator('RightBrace', '}')

export const KEYWORDS: ReadonlyMap<string, TokenType> = keywords
export const PUNCTUATION: ReadonlyMap<string, TokenType> = punctuation

export const allTokens: TokenType[] = [
  Identifier, BinaryOp, ArithmeticOp, CompareOp, LogicOp, IntLiteral, FloatLiteral, StringLiteral,
  AxisWord, ConcatWord, UpdateWord, ...keywords.values(), ...punctuation.values(),
]

/** Words that can never be names. */
export function isReserved(type: TokenType): boolean {
  return reserved.has(type)
}

const reserved = new Set([...keywords.values()].filter((type) => type.CATEGORIES?.includes(Identifier) !== true))

export function isIdentifierStart(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95
}

export function isIdentifierPart(c: number): boolean {
  return isIdentifierStart(c) || (c >= 48 && c <= 57)
}

/** Text that is no token here, but means something in mathematics or another language. */
export interface Lookalike {
  readonly text: string
  /** What to write instead, as the message says it. */
  readonly write: string
  /** The keyword or punctuation it stands for, where that is certain. */
  readonly token?: string
  /** Made of characters that are tokens of ours one by one. */
  readonly foreign: boolean
}

const EXACT: readonly (readonly [text: string, token: string])[] = [
  ['===', '=='], ['!==', '!='], ['&&', 'and'], ['||', 'or'], ['=>', '->'], ['=<', '<='], 
  ['×', '*'], ['·', '*'], ['⋅', '*'], ['∗', '*'], ['÷', '/'], ['−', '-'], ['–', '-'], ['≤', '<='], ['≥', '>='], ['≠', '!='],
  ['→', '->'], ['∧', 'and'], ['∨', 'or'], ['¬', 'not'], ['!', 'not'], ['&', 'and'], ['|', 'or'],
]

const ADVICE: readonly (readonly [text: string, write: string])[] = [
  ['**', '`pow(x, y)`'], ['<<', '`shl(x, n)`'], ['>>', '`shr(x, n)`'], ['-=', '`+=` of the negated value'], ['*=', 'a `let` and `=`'], ['/=', 'a `let` and `=`'],
  ['?', '`if c then a else b`'], ['^', '`pow(x, y)`'], ['#', '`//` for a comment'], ['@', 'a product with its indices, `sum(k) A[m, k] * B[k, n]`'], ["'", 'a text in double quotes'],
]

const table = new Map<number, Lookalike[]>()
for (const [text, token] of EXACT) add({ text, write: text === '&' ? '`and`, or `bitand(x, y)` for the bits of whole numbers' : `\`${token}\``, token, foreign: isOurs(text) })
for (const [text, write] of ADVICE) add({ text, write, foreign: isOurs(text) })

/** The longest lookalike at an offset. */
export function lookalike(text: string, at: number): Lookalike | undefined {
  const candidates = table.get(text.charCodeAt(at))
  return candidates?.find((c) => text.startsWith(c.text, at))
}

function add(entry: Lookalike): void {
  const first = entry.text.charCodeAt(0)
  const list = table.get(first) ?? []
  list.push(entry)
  list.sort((a, b) => b.text.length - a.text.length)
  table.set(first, list)
}

function isOurs(text: string): boolean {
  return text.length > 1 && /^[=*/<>!+-]+$/.test(text)
}

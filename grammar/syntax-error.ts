import type { IRecognitionException, IToken } from 'chevrotain'
import type { Edit, Note } from '../src/diagnostics/diagnostic.ts'
import type { Reporter } from '../src/diagnostics/report.ts'
import { choices, short } from '../src/diagnostics/row.ts'
import { after, type Span, span } from '../src/diagnostics/span.ts'
import { Brackets, isMadeUp, OPENERS } from './chunks.ts'
import { spanOfToken } from './build-expr.ts'
import { adviceAt } from './syntax-advice.ts'
import { EXPECTED, VERBS } from './syntax-hints.ts'
import * as t from './tokens.ts'
import type { Token } from './tokens.ts'

/** The tokens of one run, what they stand for, and where mistakes in them go. */
export interface Run {
  readonly file: string
  readonly tokens: readonly Token[]
  /** What ends where the tokens end: `the end of the statement`. */
  readonly end: string
  readonly reporter: Reporter
  /** Whether the scanner has complained about text in this range: then what the parser says of it is an echo. */
  readonly spoilt: (from: number, to: number) => boolean
}

/** Turns chevrotain's exception into one of our messages: what was expected, how it is written, and the edit where one is plain. */
export function reportSyntaxError(run: Run, error: IRecognitionException): void {
  const [first] = run.tokens
  if (first !== undefined && run.spoilt(first.startOffset, endOf(run).end)) return
  const { token, message } = error
  // Where something follows a whole declaration the parser is in no rule any more: the declaration's own word names it.
  const stack = error.context.ruleStack.length === 0 && first !== undefined ? [first.image] : error.context.ruleStack
  const rule = stack.at(-1) ?? ''
  const atEnd = Number.isNaN(token.startOffset) || isMadeUp(token)
  const place = atEnd ? endOf(run) : spanOfToken({ file: run.file, reporter: run.reporter }, token)
  if (!atEnd && special(run, token, place, rule, message)) return
  const expected = describeExpected(rule, message, error.name)
  const notes: Note[] = []
  const edits: Edit[] = []
  const closer = closerOf(message)
  if (closer !== undefined) {
    const opener = openBefore(run, token, closer.opener)
    if (opener !== undefined) notes.push({ message: `the \`${opener.image}\` is opened here`, span: spanOfToken(run, opener) })
    const last = atEnd || CLOSES_BEFORE.has(token.tokenType) ? lastInside(run, token, opener) : undefined
    if (last !== undefined) edits.push({ span: after(spanOfToken(run, last)), text: closer.text })
  } else if (message === '`=`' && token.tokenType === t.EqualEqual) {
    edits.push({ span: place, text: '=' })
  }
  if (token.tokenType === t.Equal && (rule === 'conditional' || rule === 'group' || rule === 'axis')) {
    edits.push({ span: place, text: '==' })
  }
  const advice = adviceAt(run.tokens, atEnd ? undefined : token, stack)
  if (advice !== undefined) notes.push({ message: advice })
  run.reporter.report('TDSL0001', { expected, found: atEnd ? run.end : describe(token) }, place, { notes, edits })
}

/** Mistakes with a code of their own. */
function special(run: Run, token: IToken, place: Span, rule: string, message: string): boolean {
  const bracket = OPENERS.get(token.tokenType)
  if (bracket !== undefined && openBefore(run, token, bracket) === undefined) {
    run.reporter.report('TDSL0008', { bracket: token.image }, place, { edits: [{ span: place, text: '' }] })
    return true
  }
  if (message === 'a name' && t.isReserved(token.tokenType)) {
    run.reporter.report('TDSL0010', { word: token.image }, place)
    return true
  }
  if (rule === 'verb' && /^\w+$/.test(token.image)) {
    run.reporter.report('TDSL0026', { verb: token.image, verbs: choices(VERBS, 'and') }, place)
    return true
  }
  return false
}

function describeExpected(rule: string, label: string, kind: string): string {
  if (kind === 'NotAllInputParsedException') return EXPECTED[`${rule} end`] ?? 'an operator or the end of the statement'
  return EXPECTED[`${rule} ${label}`] ?? (label === '' ? (EXPECTED[rule] ?? `a ${rule}`) : label)
}

function describe(token: IToken): string {
  return `\`${short(token.image)}\``
}

function closerOf(label: string): { readonly text: string; readonly opener: Token['tokenType'] } | undefined {
  for (const [close, opener] of OPENERS) if (label === close.LABEL) return { text: label.slice(1, -1), opener }
  return undefined
}

/** The innermost open bracket before a token, if it is of this kind. */
function openBefore(run: Run, token: IToken, opener: Token['tokenType']): Token | undefined {
  const brackets = new Brackets()
  for (const one of run.tokens) {
    if (one === token) break
    brackets.take(one)
  }
  const open = brackets.open.at(-1)
  if (open?.tokenType === opener) return open
  return opener === t.LeftBrace ? brackets.open.findLast((b) => b.tokenType === opener) : undefined
}

/** The last token that a missing bracket should hold: the one before an `=` of the statement, or before the mistake. */
function lastInside(run: Run, token: IToken, opener: Token | undefined): Token | undefined {
  if (opener !== undefined) {
    const from = run.tokens.indexOf(opener) + 1
    const brackets = new Brackets()
    const equal = run.tokens.findIndex((one, i) => i >= from && brackets.take(one) && brackets.depth === 0 && one.tokenType === t.Equal)
    if (equal > from) return run.tokens[equal - 1]
  }
  return before(run, token)
}

function before(run: Run, token: IToken): Token | undefined {
  const i = run.tokens.findIndex((one) => one === token)
  return (i < 0 ? run.tokens : run.tokens.slice(0, i)).findLast((one) => !isMadeUp(one))
}

/** Words that cannot be inside brackets, so that a bracket is certainly missing before them. */
const CLOSES_BEFORE = new Set([t.Arrow, t.LeftBrace, t.RightBrace, t.RightBracket, t.RightParen, t.Let, t.For, t.Where])

function endOf(run: Run): Span {
  const last = run.tokens.findLast((one) => !isMadeUp(one))
  const end = last === undefined ? 0 : (last.endOffset ?? 0) + 1
  return span(run.file, end, end)
}

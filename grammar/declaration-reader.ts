import type { CstNode, TokenType } from 'chevrotain'
import { similar } from '../src/diagnostics/similar.ts'
import type * as ast from './ast.ts'
import { declaration } from './build-decl.ts'
import { type Context, spanOfToken } from './build-expr.ts'
import { verb } from './build-schedule.ts'
import { statement } from './build-statement.ts'
import { MAX_DEPTH, isTooDeep } from './depth.ts'
import { MAX_NESTING, NestedTooDeep } from './parser-expr.ts'
import { type Outcome, sharedParser, type StartRule } from './parser.ts'
import { type Braced, lastBraced, splitStatements, splitVerbs } from './split.ts'
import { reportSyntaxError } from './syntax-error.ts'
import { FOREIGN, FOREIGN_DECLARATION } from './syntax-hints.ts'
import * as t from './tokens.ts'
import type { Token } from './tokens.ts'

const RULES = new Map<TokenType, StartRule>([
  [t.Kernel, 'kernel'], [t.Fn, 'fn'], [t.Format, 'format'], [t.State, 'state'], [t.Program, 'program'], [t.Extern, 'extern'], [t.Test, 'test'],
  [t.Import, 'import'], [t.Schedule, 'schedule'], [t.Intrinsic, 'intrinsic'], [t.Accelerator, 'accelerator'], [t.Codesign, 'codesign'],
])

const WORDS = [...RULES.keys()].map((type) => type.LABEL?.slice(1, -1) ?? '')

/**
 * Reads one declaration. Text without a mistake is parsed as a whole. Where that fails, the head and each statement of
 * the body are parsed one by one, so that each gives its own message and the good ones are kept.
 */
export class DeclarationReader {
  readonly #ctx: Context
  readonly #spoilt: (from: number, to: number) => boolean

  /** `spoilt` tells whether the scanner has complained about a range of the text. */
  constructor(ctx: Context, spoilt: (from: number, to: number) => boolean) {
    this.#ctx = ctx
    this.#spoilt = spoilt
  }

  read(tokens: readonly Token[]): ast.Declaration | undefined {
    const first = tokens[0]
    const rule = first && RULES.get(first.tokenType)
    if (first === undefined) return undefined
    if (rule === undefined) return this.#noDeclaration(first)
    try {
      const long = tokens.length > LONG && hasStatements(rule) ? this.#readLong(rule, tokens) : undefined
      if (long !== undefined) return long
      const outcome = sharedParser().run(rule, tokens)
      return outcome.ok ? this.#build(outcome.cst, tokens) : this.#readInParts(rule, tokens, outcome)
    } catch (error) {
      if (!(error instanceof NestedTooDeep)) throw error
      this.#ctx.reporter.report('TDSL0007', { limit: MAX_NESTING }, spanOfToken(this.#ctx, Number.isNaN(error.token.startOffset) ? first : error.token))
      return undefined
    }
  }

  #noDeclaration(first: Token): undefined {
    const meant = FOREIGN_DECLARATION[first.image] ?? similar(first.image, WORDS)[0] ?? ''
    const place = spanOfToken(this.#ctx, first)
    if (first.tokenType === t.RightBrace || first.tokenType === t.RightParen || first.tokenType === t.RightBracket) {
      this.#ctx.reporter.report('TDSL0008', { bracket: first.image }, place, { edits: [{ span: place, text: '' }] })
    } else {
      this.#ctx.reporter.report('TDSL0025', { word: first.image, similar: meant }, place, { edits: meant === '' ? [] : [{ span: place, text: meant }] })
    }
    return undefined
  }

  #build(cst: CstNode, tokens: readonly Token[]): ast.Declaration | undefined {
    const result = declaration(this.#ctx, cst)
    // A tree is never deeper than its tokens are many.
    if (tokens.length <= MAX_DEPTH || !isTooDeep(result)) return result
    const culprit = 'body' in result && Array.isArray(result.body) ? result.body.find(isTooDeep) : undefined
    this.#ctx.reporter.report('TDSL0007', { limit: MAX_DEPTH }, culprit?.span ?? result.span)
    return undefined
  }

  /** Statement by statement, to save memory; nothing where there is a mistake anywhere. */
  #readLong(rule: StartRule, tokens: readonly Token[]): ast.Declaration | undefined {
    const body = lastBraced(tokens)
    if (body === undefined) return undefined
    const head = [...body.before, body.open, body.close, ...body.after]
    const outcome = sharedParser().run(rule, head)
    if (!outcome.ok) return undefined
    const statements: ast.Statement[] = []
    const ok = sharedParser().runStatements(body.inner, (cst) => statements.push(...this.#shallow(statement(this.#ctx, cst))))
    const result = this.#build(outcome.cst, head)
    return ok && result !== undefined ? withStatements(result, statements) : undefined
  }

  #readInParts(rule: StartRule, tokens: readonly Token[], whole: Failure): ast.Declaration | undefined {
    const { reporter } = this.#ctx
    const before = reporter.diagnostics.length
    const body = hasBody(rule, tokens) ? lastBraced(tokens) : undefined
    if (body === undefined) {
      this.#fail(tokens, DECLARATION_END, whole)
      return undefined
    }
    const head = [...body.before, body.open, body.close, ...body.after]
    const outcome = sharedParser().run(rule, head)
    if (!outcome.ok) this.#fail(head, DECLARATION_END, outcome)
    const result = outcome.ok ? this.#build(outcome.cst, head) : undefined
    const filled = this.#withBody(result, rule, body.inner)
    if (reporter.diagnostics.length === before) this.#fail(tokens, DECLARATION_END, whole)
    return filled
  }

  #withBody(head: ast.Declaration | undefined, rule: StartRule, inner: readonly Token[]): ast.Declaration | undefined {
    if (rule === 'schedule') {
      const verbs = splitVerbs(inner).flatMap((part) => this.#verb(part))
      return head?.kind === 'schedule' ? { ...head, verbs } : head
    }
    const statements = this.#statements(inner, 0)
    return head && withStatements(head, statements)
  }

  #statements(tokens: readonly Token[], depth: number): ast.Statement[] {
    const statements: ast.Statement[] = []
    for (const part of splitStatements(tokens)) {
      if (this.#ctx.reporter.isFull) break
      statements.push(...this.#statement(part, depth))
    }
    return statements
  }

  /** The statement, or nothing where it is too deep. */
  #shallow(one: ast.Statement): ast.Statement[] {
    if (!isTooDeep(one)) return [one]
    this.#ctx.reporter.report('TDSL0007', { limit: MAX_DEPTH }, one.span)
    return []
  }

  #statement(tokens: readonly Token[], depth: number): ast.Statement[] {
    const first = tokens[0]
    if (first === undefined) return []
    if (depth > MAX_NESTING) throw new NestedTooDeep(first)
    const outcome = sharedParser().run('statement', tokens)
    if (outcome.ok) {
      const result = statement(this.#ctx, outcome.cst)
      return tokens.length <= MAX_DEPTH ? [result] : this.#shallow(result)
    }
    const loop = first.tokenType === t.For ? lastBraced(tokens) : undefined
    if (loop !== undefined) return this.#loop(loop, depth)
    const advice = first.tokenType === t.If ? 'a choice is an expression, `C[m] = if c then a else b`' : FOREIGN[first.image]
    if (advice === undefined) this.#fail(tokens, 'the end of the statement', outcome)
    else this.#ctx.reporter.report('TDSL0022', { word: first.image, write: advice }, spanOfToken(this.#ctx, first))
    return []
  }

  #loop(loop: Braced, depth: number): ast.Statement[] {
    const head = [...loop.before, loop.open, loop.close, ...loop.after]
    const outcome = sharedParser().run('statement', head)
    if (!outcome.ok) this.#fail(head, 'the end of the loop', outcome)
    const body = this.#statements(loop.inner, depth + 1)
    const result = outcome.ok ? statement(this.#ctx, outcome.cst) : undefined
    return result?.kind === 'for' ? [{ ...result, body }] : []
  }

  #verb(tokens: readonly Token[]): ast.Verb[] {
    const outcome = sharedParser().run('verb', tokens)
    if (outcome.ok) return [verb(this.#ctx, outcome.cst)]
    this.#fail(tokens, 'the end of the verb', outcome)
    return []
  }

  #fail(tokens: readonly Token[], end: string, { error }: Failure): void {
    reportSyntaxError({ ...this.#ctx, tokens, end, spoilt: this.#spoilt }, error)
  }
}

type Failure = Extract<Outcome, { readonly ok: false }>

const DECLARATION_END = 'the end of the declaration'

/** More tokens than a person writes in one declaration. */
const LONG = 20_000

function hasStatements(rule: StartRule): boolean {
  return rule === 'kernel' || rule === 'program' || rule === 'test'
}

function withStatements(head: ast.Declaration, statements: readonly ast.Statement[]): ast.Declaration {
  switch (head.kind) {
    case 'kernel':
    case 'program':
    case 'test':
      return { ...head, body: statements }
    case 'fn':
      return head.body.kind === 'block' ? { ...head, body: { ...head.body, statements } } : head
    default:
      return head
  }
}

/** Whether the last braces of a declaration hold statements or verbs. */
function hasBody(rule: StartRule, tokens: readonly Token[]): boolean {
  switch (rule) {
    case 'kernel':
    case 'program':
    case 'test':
    case 'schedule':
      return true
    case 'fn':
      return !tokens.slice(0, tokens.findIndex((token) => token.tokenType === t.LeftBrace) + 1).some((token) => token.tokenType === t.Equal)
    default:
      return false
  }
}

import * as assert from 'uvu/assert'
import type * as ast from '../../grammar/ast.ts'
import { format } from '../../grammar/format.ts'
import { parse } from '../../grammar/parse.ts'
import { renderAll } from '../../src/diagnostics/render.ts'
import { Sources } from '../../src/diagnostics/span.ts'

/** Parses text that must be right. */
export function parsed(text: string): ast.File {
  const { ast: tree, diagnostics } = parse(text, 't.tdsl')
  assert.is(renderAll(diagnostics, Sources.of('t.tdsl', text)), '')
  return tree
}

/** The tree of an expression as nested lists: `(+ (sum [k] (* a b)) c)`. */
export function expectExpr(text: string, shape: string): void {
  assert.is(show(expr(text)), shape, text)
}

function expr(text: string): ast.Expr {
  const statement = statementOf(`C = ${text}`)
  if (statement.kind !== 'assign') throw new Error('no assignment')
  return statement.value
}

export function statementOf(text: string): ast.Statement {
  const [declaration] = parsed(`kernel f() { ${text} }`).declarations
  if (declaration?.kind !== 'kernel' || declaration.body.length !== 1) throw new Error('not one statement')
  return declaration.body[0] as ast.Statement
}

export function verbOf(text: string): ast.Verb {
  const [declaration] = parsed(`schedule f for cpu {\n${text}\n}`).declarations
  if (declaration?.kind !== 'schedule' || declaration.verbs.length !== 1) throw new Error('not one verb')
  return declaration.verbs[0] as ast.Verb
}

export function declarationOf<K extends ast.Declaration['kind']>(kind: K, text: string): Extract<ast.Declaration, { kind: K }> {
  const [declaration, ...more] = parsed(text).declarations
  if (declaration?.kind !== kind || more.length > 0) throw new Error(`not one ${kind}`)
  return declaration as Extract<ast.Declaration, { kind: K }>
}

/** The tree without places and comments. */
export function bare(tree: unknown): unknown {
  return JSON.parse(JSON.stringify(tree, (key, value: unknown) => (key === 'span' || key === 'comments' ? undefined : value)))
}

/** The whole rendered text of all mistakes, in the order of their places. */
export function expectSyntaxError(text: string, rendered: string): void {
  const { diagnostics } = parse(text, 't.tdsl')
  assert.fixture(renderAll(diagnostics, Sources.of('t.tdsl', text)).trimEnd(), dedent(rendered))
}

/** Mistakes of a kernel whose body is this one statement, on line 2. */
export function expectStatementError(statement: string, rendered: string): void {
  expectSyntaxError(`kernel f() {\n${statement}\n}`, rendered)
}

/** The codes and lines of all mistakes: `TDSL0001@2`. */
export function mistakes(text: string): string {
  const sources = Sources.of('t.tdsl', text)
  return parse(text, 't.tdsl').diagnostics.map((d) => `${d.code}@${sources.get('t.tdsl')?.position(d.span?.start ?? 0).line}`).join(' ')
}

/** Formats to `wanted`; formatting that changes nothing, and both texts have the same tree. */
export async function expectFormat(text: string, wanted: string): Promise<void> {
  assert.fixture((await format(text)).text ?? 'syntax errors', wanted)
  assert.fixture((await format(wanted)).text ?? 'syntax errors', wanted)
  assert.equal(bare(parsed(wanted)), bare(parsed(text)))
}

/** Formats a kernel's body. */
export async function expectBody(text: string, wanted: string): Promise<void> {
  await expectFormat(`kernel f() {\n${text}\n}`, `kernel f() {\n${indent(wanted)}\n}\n`)
}

function indent(text: string): string {
  return text.split('\n').map((line) => (line === '' ? '' : `  ${line}`)).join('\n')
}

function dedent(text: string): string {
  const lines = text.replace(/^\n/, '').trimEnd().split('\n')
  const margin = Math.min(...lines.filter((l) => l.trim() !== '').map((l) => l.length - l.trimStart().length))
  return lines.map((l) => l.slice(margin)).join('\n')
}

export function show(e: ast.Expr): string {
  const list = (items: readonly ast.Expr[]): string => items.map(show).join(' ')
  const binders = (items: readonly ast.Binder[]): string => items.map((b) => (b.extent === undefined ? b.name.name : `${b.name.name}:${show(b.extent)}`)).join(' ')
  switch (e.kind) {
    case 'int':
    case 'bool':
      return String(e.value)
    case 'float':
      return e.text
    case 'name':
      return e.name
    case 'field':
      return `(. ${show(e.base)} ${e.field.name})`
    case 'index':
      return `${show(e.base)}[${list(e.positions)}]${e.outside === undefined ? '' : e.outside.kind === 'outside-value' ? `!${show(e.outside.value)}` : `!${e.outside.kind}`}`
    case 'call':
      return `(${e.callee.name}${e.sizes.map((s) => ` ${s.name?.name ?? ''}=${show(s.value)}`).join('')} ${list(e.args)})`
    case 'unary':
      return `(${e.op} ${show(e.operand)})`
    case 'binary':
      return `(${e.op} ${show(e.left)} ${show(e.right)})`
    case 'conditional':
      return `(if ${show(e.condition)} ${show(e.yes)} ${show(e.no)})`
    case 'axis': {
      const where = e.condition === undefined ? '' : ` where ${show(e.condition)}`
      const into = e.into === undefined ? '' : ` -> ${binders([e.into])}`
      return `(${e.op}${e.accumulator === undefined ? '' : `<${e.accumulator.name}>`} [${binders(e.binders)}${into}${where}] ${show(e.body)})`
    }
    case 'concat':
      return `(concat ${e.axis.name} ${list(e.pieces)})`
    case 'array':
      return `{${list(e.elements)}}`
  }
}

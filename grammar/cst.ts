import type { CstElement, CstNode, IToken } from 'chevrotain'
import { CompilerBug } from '../src/diagnostics/bug.ts'

/** Reading chevrotain's concrete tree: children are listed by rule, token type or label. */

export function nodes(of: CstNode, name: string): CstNode[] {
  const list: readonly CstElement[] | undefined = of.children[name]
  return list === undefined ? [] : list.filter(isNode)
}

export function tokens(of: CstNode, name: string): IToken[] {
  const list: readonly CstElement[] | undefined = of.children[name]
  return list === undefined ? [] : list.filter(isToken)
}

export function maybeNode(of: CstNode, name: string): CstNode | undefined {
  const first = of.children[name]?.[0]
  return first !== undefined && isNode(first) ? first : undefined
}

export function maybeToken(of: CstNode, name: string): IToken | undefined {
  const first = of.children[name]?.[0]
  return first !== undefined && isToken(first) ? first : undefined
}

export function node(of: CstNode, name: string): CstNode {
  return maybeNode(of, name) ?? missing(of, name)
}

export function token(of: CstNode, name: string): IToken {
  return maybeToken(of, name) ?? missing(of, name)
}

/** The only child of a rule that is a choice among rules. */
export function choice(of: CstNode): CstNode {
  for (const name in of.children) {
    const found = maybeNode(of, name)
    if (found !== undefined) return found
  }
  return missing(of, 'a choice')
}

function isNode(e: CstElement): e is CstNode {
  return 'children' in e
}

function isToken(e: CstElement): e is IToken {
  return 'image' in e
}

function missing(of: CstNode, name: string): never {
  throw new CompilerBug(`the rule ${of.name} was parsed without its ${name}`)
}

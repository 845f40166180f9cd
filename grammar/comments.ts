import type { Doc } from 'prettier'
import { builders } from 'prettier/doc'
import type { Span } from '../src/diagnostics/span.ts'
import type * as ast from './ast.ts'

const { breakParent, hardline, join, lineSuffix } = builders

/** What prettier keeps at a comment while it looks for the comment's node. */
export interface CommentState extends ast.Comment {
  enclosingNode?: Commented
  precedingNode?: Commented
  followingNode?: Commented
  leading?: boolean
  trailing?: boolean
  printed?: boolean
}

interface Commented {
  readonly span: Span
  comments?: CommentState[]
}

function commentsOf(node: object): CommentState[] {
  const list: unknown = 'comments' in node ? node.comments : undefined
  return Array.isArray(list) ? list.filter(isComment) : []
}

function isComment(value: unknown): value is CommentState {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'comment'
}

export function hasLeading(node: object): boolean {
  return commentsOf(node).some((c) => c.leading === true)
}

/**
 * Comments after an opening `{` belong to what follows inside, or to the braces where they hold nothing; prettier alone
 * would give them to what stands before the brace. True where the comment has found its place.
 */
export function handleComment(comment: CommentState, text: string): boolean {
  const { enclosingNode, precedingNode, followingNode } = comment
  if (enclosingNode === undefined) return false
  const from = precedingNode?.span.end ?? enclosingNode.span.start
  if (!withoutComments(text.slice(from, comment.span.start)).includes('{')) return false
  if (followingNode === undefined) attach(enclosingNode, comment, false)
  else attach(followingNode, comment, true)
  return true
}

function attach(node: Commented, comment: CommentState, leading: boolean): void {
  comment.leading = leading
  comment.trailing = false
  comment.printed = false
  node.comments ??= []
  node.comments.push(comment)
}

function withoutComments(text: string): string {
  return text.replace(/\/\/[^\r\n]*|\/\*[^]*?\*\//g, '')
}

/** Prints the comments inside a node that has no child beside them; marks them as printed. */
export function printDangling(node: object): Doc {
  const dangling = commentsOf(node).filter((c) => c.leading !== true && c.trailing !== true)
  for (const comment of dangling) comment.printed = true
  const lines = dangling.map((c): Doc => (c.block ? c.text : [c.text, breakParent]))
  return lines.length === 0 ? '' : join(hardline, lines)
}

/** Puts dangling comments behind a node that has no place for them inside. */
export function behind(doc: Doc, dangling: Doc): Doc {
  return dangling === '' ? doc : [doc, lineSuffix([' ', dangling])]
}

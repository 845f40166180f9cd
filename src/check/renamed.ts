/** A tree with other names for the functions, kernels, formats and states that it uses. */
import type * as ast from '../../grammar/ast.ts'

export interface Renaming { get(name: string): string | undefined }

/** Calls and the types of tensors name declarations; nothing else in a declaration's body does. */
export function renamed<T extends ast.Declaration>(declaration: T, to: Renaming): T {
  // A copy of the same shape, node by node.
  return copied(declaration, to) as T
}

function copied(node: unknown, to: Renaming): unknown {
  if (Array.isArray(node)) return node.map((n: unknown) => copied(n, to))
  if (typeof node !== 'object' || node === null) return node
  const copy: object = Object.fromEntries(Object.entries(node).map(([key, value]: [string, unknown]) => [key, key === 'span' ? value : copied(value, to)]))
  if (!isNode(copy)) return copy
  if (copy.kind === 'call' && isIdent(copy['callee'])) return { ...copy, callee: withName(copy['callee'], to) }
  if (copy.kind === 'elem' && isIdent(copy['name'])) return { ...copy, name: withName(copy['name'], to) }
  return isIdent(copy['accumulator']) ? { ...copy, accumulator: withName(copy['accumulator'], to) } : copy
}

interface AnyNode { readonly kind: string; readonly [field: string]: unknown }
const isNode = (x: object): x is AnyNode => 'kind' in x && typeof x.kind === 'string'
const isIdent = (x: unknown): x is ast.Ident => typeof x === 'object' && x !== null && 'kind' in x && x.kind === 'ident'
function withName(id: ast.Ident, to: Renaming): ast.Ident {
  const name = to.get(id.name)
  return name === undefined ? id : { ...id, name }
}

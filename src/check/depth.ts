import type { Span } from '../diagnostics/span.ts'

/** Expressions nested deeper are refused, so that recursive passes cannot run out of stack. Long sums count one level a term. */
export const MAX_DEPTH = 500

interface Nested { readonly value: object; readonly depth: number; readonly span: Span | undefined }

/** Where a syntax tree goes deeper than `MAX_DEPTH` nodes, without recursion; undefined where it does not. */
export function tooDeep(root: object): Span | undefined {
  const stack: Nested[] = [{ value: root, depth: 0, span: undefined }]
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (at.depth > MAX_DEPTH) return at.span
    const isNode = 'kind' in at.value
    const span = 'span' in at.value ? spanOf(at.value.span) ?? at.span : at.span
    for (const child of Object.values(at.value)) {
      if (typeof child === 'object' && child !== null) stack.push({ value: child, depth: at.depth + (isNode ? 1 : 0), span })
    }
  }
  return undefined
}

function spanOf(x: unknown): Span | undefined {
  if (typeof x !== 'object' || x === null || !('file' in x) || !('start' in x) || !('end' in x)) return undefined
  const { file, start, end } = x
  return typeof file === 'string' && typeof start === 'number' && typeof end === 'number' ? { file, start, end } : undefined
}

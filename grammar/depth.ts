import type { Node } from './ast.ts'

/** Expressions deeper than this are refused, so that every later pass may walk the tree by recursion. */
export const MAX_DEPTH = 256

/** The depth of the nodes below `root`, found without recursion. */
export function isTooDeep(root: Node): boolean {
  const work: (readonly [node: object, depth: number])[] = [[root, 1]]
  for (let entry = work.pop(); entry !== undefined; entry = work.pop()) {
    const [node, depth] = entry
    if (depth > MAX_DEPTH) return true
    for (const child of children(node)) work.push([child, depth + 1])
  }
  return false
}

function* children(node: object): Generator<object> {
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) yield* value.filter(isNode)
    else if (isNode(value)) yield value
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'kind' in value
}

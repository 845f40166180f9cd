import type * as ast from '../../grammar/ast.ts'
import type { IndexExpr } from '../ir/index-expr.ts'
import { cover, type Digit } from './coverage.ts'
import { positionOf } from './elaborate-index.ts'
import type { Binding, Env } from './env.ts'
import { printExtent } from './extents.ts'
import type { IndexVar } from './index-var.ts'
import type { RangeCollector } from './range-collect.ts'
import { StoredTensor } from './tensor-view.ts'

/** The left side of an assignment: its indices in the order in which they first stand there. */
export interface LeftSide {
  readonly target: ast.Target
  readonly variables: ReadonlyMap<string, IndexVar>
  readonly shape: () => readonly IndexExpr[] | undefined
  /** A mistake in it has been reported. */
  readonly broken: boolean
}

/** Finds the indices that the left side binds; a name that already means something cannot be one. */
export function collectLeft(target: ast.Target, name: string, shape: () => readonly IndexExpr[] | undefined, collector: RangeCollector, env: Env): LeftSide {
  const variables = new Map<string, IndexVar>()
  const bind = (id: ast.NameRef): IndexVar => {
    const old = variables.get(id.name)
    if (old !== undefined) return old
    const made = collector.variable({ kind: 'ident', name: id.name, span: id.span }, undefined)
    variables.set(id.name, made)
    return made
  }
  let broken = false
  target.positions.forEach((position, i) => {
    const { index } = position
    const taken = index.kind === 'name' ? env.names.get(index.name) : undefined
    // A scalar tensor names one element, as it does on the right: `len[slot] += 1`.
    if (index.kind === 'name' && !isScalar(taken)) {
      if (taken !== undefined) {
        env.report('TDSL0110', { name: index.name, what: taken.kind === 'size' ? 'a size' : taken.kind === 'tensor' ? 'a tensor' : 'a name' }, index.span)
        broken = true
        // From here on the index hides a size, so that its other uses are not blamed as well.
        if (taken.kind !== 'size') return
      }
      const variable = bind(index)
      variable.declared.push({ extent: () => shape()?.[i], tensor: name, dim: i + 1, span: index.span, guarded: false })
      if (position.extent !== undefined) collector.state(variable, position.extent)
      return
    }
    for (const id of namesIn(index)) if (!env.names.has(id.name)) bind(id)
    if (containsRead(index)) collector.walk(index, variables)
    collector.compound(index, variables, { extent: () => shape()?.[i], tensor: name, dim: i + 1, span: index.span, guarded: false })
  })
  return { target, variables, shape, broken }
}

/** A scalar that has a value; the name of a result is taken, and no place. */
const isScalar = (b: Binding | undefined): boolean => b?.kind === 'tensor' && b.view.rank === 0
  && !(b.view instanceof StoredTensor && b.view.storage?.kind === 'plain' && b.view.storage.tensor.role === 'output')

function namesIn(e: ast.Expr): ast.NameRef[] {
  switch (e.kind) {
    case 'name': return [e]
    case 'unary': return namesIn(e.operand)
    case 'binary': return [...namesIn(e.left), ...namesIn(e.right)]
    case 'index': return e.positions.flatMap(namesIn)
    case 'call': return e.args.flatMap(namesIn)
    case 'conditional': return [e.condition, e.yes, e.no].flatMap(namesIn)
    case 'axis': {
      const own = new Set(e.binders.map((b) => b.name.name))
      return [...(e.condition === undefined ? [] : [e.condition]), e.body].flatMap(namesIn).filter((n) => !own.has(n.name))
    }
    default: return []
  }
}

export const bindLeft = (left: LeftSide): Iterable<readonly [string, Binding]> =>
  [...left.variables].map(([name, variable]) => [name, { kind: 'index', variable }] as const)

/** Each position as an expression and as digits, once it is known that every element is written once; else a report and undefined. */
export function resolveLeft(left: LeftSide, name: string, env: Env): { readonly index: readonly IndexExpr[]; readonly digits: readonly (readonly Digit[])[] } | undefined {
  const shape = left.shape()
  const { target } = left
  if (left.broken) return undefined
  const indirect = target.positions.find((p) => containsRead(p.index) || namesIn(p.index).some((n) => isScalar(env.names.get(n.name))))
  if (indirect !== undefined) {
    env.report('TDSL0124', { name, op: '=' }, indirect.span)
    return undefined
  }
  const positions = target.positions.map((p) => positionOf(p.index, env))
  if (shape === undefined || positions.some((p) => p === undefined)) return undefined
  const index: IndexExpr[] = []
  const digits: (readonly Digit[])[] = []
  const seen = new Map<IndexVar, number>()
  for (const [i, position] of positions.entries()) {
    const extent = shape[i]
    if (position === undefined || extent === undefined) return undefined
    const covered = cover(position.index, [...left.variables.values()], extent, env.kernel.sizeFacts)
    if (covered.kind === 'not-affine') {
      env.report('TDSL0205', { index: printExtent(position.index) }, position.span)
      return undefined
    }
    if (covered.kind === 'gap') {
      const source = position.alone?.source
      env.report('TDSL0206', { name, dim: i + 1, why: covered.why }, position.span, { notes: source === undefined ? [] : [{ message: source.text, span: source.span }] })
      return undefined
    }
    for (const { variable } of covered.digits) {
      const before = seen.get(variable)
      if (before !== undefined) {
        env.report('TDSL0206', { name, dim: i + 1, why: `uses \`${variable.name}\`, and so does dimension ${before}` }, position.span)
        return undefined
      }
      seen.set(variable, i + 1)
    }
    index.push(position.index)
    digits.push(covered.digits)
  }
  return { index, digits }
}

/** Whether a position is known only when the kernel runs. */
export function containsRead(e: ast.Expr): boolean {
  switch (e.kind) {
    case 'index': case 'axis': return true
    case 'unary': return containsRead(e.operand)
    case 'binary': return containsRead(e.left) || containsRead(e.right)
    case 'call': return e.args.some(containsRead)
    case 'conditional': return [e.condition, e.yes, e.no].some(containsRead)
    default: return false
  }
}

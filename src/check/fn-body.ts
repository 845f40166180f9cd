import type * as ast from '../../grammar/ast.ts'
import { isDType, valueTypeOf } from '../ir/dtype.ts'
import { type IndexExpr, isConst, num, sub } from '../ir/index-expr.ts'
import type { Expr } from '../ir/tst.ts'
import { digitsAt } from './coverage.ts'
import { viewOf } from './elaborate-index.ts'
import { elaborate } from './elaborate.ts'
import type { Binding, Env, Position } from './env.ts'
import { type LeftSide, bindLeft, collectLeft, resolveLeft } from './left.ts'
import { nothingCollected, RangeCollector } from './range-collect.ts'
import { solveRanges } from './range-solve.ts'
import { articled, fromIndex, throughDType, toFloat } from './values.ts'

/** The element of a function's tensor result that is asked for. */
export interface Element { readonly positions: readonly Position[]; readonly shape: readonly IndexExpr[] }

/**
 * The body of a function in an environment that holds its parameters and sizes. With `element`, its value at that element of a tensor
 * result: the position is taken apart into the indices of the left side.
 */
export function evaluateFn(fn: ast.Fn, env: Env, element: Element | undefined): Expr | undefined {
  const value = fn.body.kind === 'block' ? evaluateBlock(fn, fn.body, env, element) : evaluateExpr(fn.body, env, element)
  return value && converted(fn, value, env)
}

function converted(fn: ast.Fn, value: Expr, env: Env): Expr | undefined {
  const { name } = fn.result.type.elem.name
  if (!isDType(name)) return undefined
  const type = valueTypeOf(name)
  if (value.type !== type && !(type === 'f32' && value.type === 'i32')) {
    env.report('TDSL0244', { name: fn.name.name, dtype: name, got: articled(value.type) }, fn.body.span)
    return undefined
  }
  if (name === 'i32' || name === 'u32' || name === 'bool') return value
  return name === 'f32' ? toFloat(value) : throughDType(value, name)
}

function evaluateExpr(body: ast.Expr, env: Env, element: Element | undefined): Expr | undefined {
  const collected = nothingCollected()
  new RangeCollector(env, collected, new Set()).walk(body, new Map())
  solveRanges(collected, new Map(), env)
  const inside = env.with({ binders: collected.binders })
  if (element === undefined) return elaborate(body, inside)
  const view = viewOf(body, inside)
  if (view === undefined) return undefined
  if (view.rank === element.positions.length) return view.read(element.positions, undefined, body.span, inside)
  env.report('TDSL0202', { name: view.name, dims: view.rank, got: element.positions.length }, body.span)
  return undefined
}

function evaluateBlock(fn: ast.Fn, block: ast.Block, env: Env, element: Element | undefined): Expr | undefined {
  const result = fn.result.name ?? fn.name
  const collected = nothingCollected()
  const collector = new RangeCollector(env, collected, new Set())
  const lets: { readonly target: ast.LetTarget; readonly value: ast.Expr }[] = []
  let last: { readonly assign: ast.Assign; readonly left: LeftSide } | undefined
  for (const s of block.statements) {
    const target = s.kind === 'let' ? s.targets[0] : undefined
    if (s.kind === 'let' && target !== undefined && s.targets.length === 1 && target.indices.length === 0) {
      collector.walk(s.value, new Map())
      lets.push({ target, value: s.value })
    } else if (s.kind === 'assign' && s.op === '=' && last === undefined && s.target.name.name === result.name) {
      if (s.target.positions.length !== (element?.positions.length ?? 0)) {
        env.report('TDSL0202', { name: result.name, dims: fn.result.type.dims.length, got: s.target.positions.length }, s.target.span)
        return undefined
      }
      const left = collectLeft(s.target, result.name, () => element?.shape, collector, env)
      collector.walk(s.value, left.variables)
      last = { assign: s, left }
    } else if (s.kind === 'assign' && s.target.name.name === result.name) {
      env.report('TDSL0121', { what: 'a function that writes its result in several statements' }, s.span)
      return undefined
    } else if (s.kind === 'assign') {
      env.report('TDSL0109', { name: s.target.name.name, what: 'not the result of the function' }, s.target.span)
      return undefined
    } else {
      env.report('TDSL0121', { what: s.kind === 'let' ? 'a `let` with indices in a function' : 'this statement in a function' }, s.span)
      return undefined
    }
  }
  if (last === undefined) {
    env.report('TDSL0107', { name: result.name }, result.span)
    return undefined
  }
  solveRanges(collected, new Map(), env)
  let inside = env.with({ binders: collected.binders })
  for (const { target, value } of lets) {
    const found = shared(elaborate(value, inside), target, fn, inside)
    inside = inside.withNames([[target.name.name, { kind: 'value', value: () => found }]])
  }
  if (element === undefined) return elaborate(last.assign.value, inside)
  const left = resolveLeft(last.left, result.name, withLeftAxes(inside, last.left))
  if (left === undefined) return undefined
  const digits = new Map(element.positions.flatMap((p, i) => [...digitsAt(p.index, left.digits[i] ?? [])]))
  const names = [...last.left.variables].map(([name, variable]): readonly [string, Binding] => {
    const at = digits.get(variable)
    return [name, { kind: 'value', value: () => at && fromIndex(at) }]
  })
  // The division proves how large a digit is only where its divisor is a number, so it is said.
  const known = left.digits.flat().flatMap((d) => {
    const at = digits.get(d.variable)
    return at === undefined || isConst(at) !== undefined ? [] : [at, sub(sub(d.range, num(1)), at)]
  })
  return elaborate(last.assign.value, inside.withNames(names).with({ known: [...inside.known, ...known] }))
}

const withLeftAxes = (env: Env, left: LeftSide): Env => env.withNames(bindLeft(left))

/** A scalar let: rounded through its dtype, computed once where it costs. */
function shared(value: Expr | undefined, target: ast.LetTarget, fn: ast.Fn, env: Env): Expr | undefined {
  if (value === undefined) return undefined
  const name = target.elem?.name.name
  if (name !== undefined && !isDType(name)) {
    env.report('TDSL0240', { name, similar: [] }, target.elem?.span ?? target.span)
    return undefined
  }
  const typed = name === undefined ? value : throughDType(value, name)
  return usesOf(fn, target.name.name) > 1 && env.kernel.costly(typed) ? env.kernel.hoist(typed, target.name.name, env.axes, target.span) : typed
}

/** How often the body computes with a name; inside an operator over an axis more than once. */
export function usesOf(fn: ast.Fn, name: string): number {
  let uses = 0
  const stack: { readonly node: object; readonly weight: number }[] = [{ node: fn.body, weight: 1 }]
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { node } = at
    if ('kind' in node && node.kind === 'name' && 'name' in node && node.name === name) uses += at.weight
    const weight = 'kind' in node && node.kind === 'axis' ? 2 : at.weight
    for (const child of Object.values(node)) if (typeof child === 'object' && child !== null) stack.push({ node: child, weight })
  }
  return uses
}

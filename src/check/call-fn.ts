import type * as ast from '../../grammar/ast.ts'
import { isDType, valueTypeOf, type DType } from '../ir/dtype.ts'
import type { IndexExpr } from '../ir/index-expr.ts'
import type { Expr } from '../ir/tst.ts'
import { boundsOf } from './bounds.ts'
import { shapeWith, solveCall } from './call-shape.ts'
import { warnQuotient } from './elaborate-binary.ts'
import { viewOf } from './elaborate-index.ts'
import { elaborate } from './elaborate.ts'
import type { Binding, Env, Position, TensorView } from './env.ts'
import { printExtent } from './extents.ts'
import { evaluateFn, usesOf } from './fn-body.ts'
import { articled, throughDType, toFloat } from './values.ts'

/** Bodies that are pasted into one kernel, and into each other: more are the doubling of a doubling, and would never end. */
const MAX_INLINED = 2000
const MAX_NESTED = 50

/** A call of a function whose result is a number: its body with parameters replaced. */
export function callFn(fn: ast.Fn, e: ast.Call, env: Env): Expr | undefined {
  const inside = bindArguments(fn, e, env)
  const dims = fn.result.type.dims.length
  if (dims > 0) {
    env.report('TDSL0114', { name: `${fn.name.name}(…)`, what: `a tensor with ${dims === 1 ? '1 dimension' : `${dims} dimensions`}`, use: 'a number is one of its elements, so index it' }, e.span)
    return undefined
  }
  return inside && evaluateFn(fn, inside.env, undefined)
}

/** A call of a function whose result is a tensor. */
export function fnView(e: ast.Call, env: Env): TensorView | undefined {
  const fn = env.kernel.declarations.fns.get(e.callee.name)
  if (fn === undefined || fn.result.type.dims.length === 0) {
    const value = elaborate(e, env)
    if (value !== undefined) env.report('TDSL0114', { name: `${e.callee.name}(…)`, what: articled(value.type), use: 'only a tensor can be indexed' }, e.span)
    return undefined
  }
  const inside = bindArguments(fn, e, env)
  const shape = inside && shapeWith(fn, inside.sizes)
  if (inside === undefined || shape === undefined) return undefined
  return {
    name: fn.name.name,
    shape,
    rank: shape.length,
    given: 0,
    limits: undefined,
    read: (positions: readonly Position[], outside, span, at) => {
      if (outside !== undefined) {
        at.report('TDSL0121', { what: `\`else\` after a call of \`${fn.name.name}\`` }, outside.span)
        return undefined
      }
      return boundsOf(fn.name.name, 0, shape, positions, undefined, span, at) && evaluateFn(fn, at.with({ names: inside.env.names, calls: inside.env.calls }), { positions, shape })
    },
  }
}

interface Inside { readonly env: Env; readonly sizes: ReadonlyMap<string, IndexExpr> }

/** The names that the function's body sees; undefined where the call has a mistake, which is then reported. */
function bindArguments(fn: ast.Fn, e: ast.Call, env: Env): Inside | undefined {
  const { kernel } = env
  const name = fn.name.name
  if (fn.params.length !== e.args.length) {
    for (const arg of e.args) if (arg.kind !== 'name') elaborateQuietly(arg, env)
    env.report('TDSL0112', { name, want: fn.params.length === 1 ? '1 argument' : `${fn.params.length} arguments`, got: e.args.length }, e.span, { notes: [{ message: `\`${name}\` is declared here`, span: fn.name.span }] })
    return undefined
  }
  if (++kernel.inlined > MAX_INLINED || env.calls.length > MAX_NESTED) {
    if (!kernel.overflowed) kernel.reporter.report('TDSL0123', { name }, env.calls.at(-1)?.span ?? e.span)
    kernel.overflowed = true
    return undefined
  }
  const names = new Map<string, Binding>()
  const shapes: (readonly IndexExpr[] | undefined)[] = []
  let ok = true
  fn.params.forEach((param, i) => {
    const arg = e.args[i] ?? e
    if (param.type.dims.length > 0) {
      const view = viewOf(arg, env)
      shapes.push(view?.shape)
      if (view?.shape === undefined) ok = false
      else if (view.rank !== param.type.dims.length) {
        const dims = (n: number): string => (n === 1 ? '1 dimension' : `${n} dimensions`)
        env.report('TDSL0211', { fn: name, param: param.name.name, want: `a tensor with ${dims(param.type.dims.length)}`, got: view.rank === 0 ? 'a number' : `one with ${dims(view.rank)}` }, arg.span)
        ok = false
      } else names.set(param.name.name, { kind: 'tensor', view })
      return
    }
    shapes.push(undefined)
    const value = scalarArgument(fn, param, arg, env)
    if (value === undefined) ok = false
    names.set(param.name.name, { kind: 'value', value: () => value })
  })
  if (!ok || kernel.declarations.broken.has(name)) return undefined
  const solved = solveCall(fn, e, env, shapes)
  for (const size of solved.missing) env.report('TDSL0212', { fn: name, size }, e.span)
  if (solved.missing.length > 0) return undefined
  for (const { param, declared, given } of solved.unequal) {
    const arg = e.args[param] ?? e
    // 2*floor(D/2) = D holds for every even D: the harness asks for that. Other extents are a mistake of the call.
    if (!declared.key.includes('d(')) {
      env.report('TDSL0211', { fn: name, param: fn.params[param]?.name.name ?? '', want: `a tensor of extent ${printExtent(declared)}`, got: `one of extent ${printExtent(given)}` }, arg.span)
      return undefined
    }
    kernel.requireEqual(given, declared, `${printExtent(given)} must equal ${printExtent(declared)}, as \`${name}\` needs it`)
  }
  for (const [size, index] of solved.sizes) names.set(size, { kind: 'size', index })
  const calls = [{ message: `in the call of \`${name}\` here`, span: e.span }, ...env.calls]
  return { env: env.with({ names, calls, inPosition: false }), sizes: solved.sizes }
}

function elaborateQuietly(arg: ast.Expr, env: Env): void {
  if (arg.kind !== 'index') elaborate(arg, env)
}

/** An argument that is used at several places and costs is computed once, in a statement of its own. */
function scalarArgument(fn: ast.Fn, param: ast.Param, arg: ast.Expr, env: Env): Expr | undefined {
  const dtype: DType | undefined = isDType(param.type.elem.name.name) ? param.type.elem.name.name : undefined
  const value = elaborate(arg, env)
  if (value === undefined || dtype === undefined) return undefined
  const type = valueTypeOf(dtype)
  if (value.type !== type && !(type === 'f32' && value.type === 'i32')) {
    env.report('TDSL0211', { fn: fn.name.name, param: param.name.name, want: articled(type), got: articled(value.type) }, arg.span)
    return undefined
  }
  if (type === 'f32') warnQuotient(arg, value, env)
  const converted = dtype === 'f32' ? toFloat(value) : dtype === 'i32' || dtype === 'u32' || dtype === 'bool' ? value : throughDType(value, dtype)
  const several = usesOf(fn, param.name.name) > 1
  return several && env.kernel.costly(converted) ? env.kernel.hoist(converted, `${fn.name.name}_${param.name.name}`, env.axes, arg.span) : converted
}

import type * as ast from '../../grammar/ast.ts'
import { dtypes, isDType } from '../ir/dtype.ts'
import { ceilDiv, isConst, num, sub, variablesOf, valuesOf } from '../ir/index-expr.ts'
import type { BinaryOp } from '../ir/scalar.ts'
import type { Expr } from '../ir/tst.ts'
import { type Builtin, builtins } from './builtins.ts'
import { promote, warnQuotient } from './elaborate-binary.ts'
import { elaborate, isNumber } from './elaborate.ts'
import { callFn } from './call-fn.ts'
import type { Env } from './env.ts'
import { articled, arithmetic, fromIndex, pureIndex, throughDType, toFloat, unary } from './values.ts'
import { functionElsewhere, operationElsewhere } from './function-names.ts'
import { similarNames } from './suggest.ts'

/** `f32(x)`, `exp(x)`, `clamp(x, lo, hi)` or a function of the file or the library. */
export function elaborateCall(e: ast.Call, env: Env): Expr | undefined {
  const { name } = e.callee
  if (isDType(name)) {
    const [a] = values(e, 1, env)
    return a && throughDType(a, name)
  }
  const fn = env.kernel.declarations.fns.get(name)
  if (fn !== undefined) return callFn(fn, e, env)
  const builtin = builtins.get(name)
  if (builtin !== undefined) return builtin.arity === 1 ? unaryCall(e, builtin, env) : binaryCall(e, builtin, env)
  if (name === 'clamp') {
    const [x, lo, hi] = values(e, 3, env)
    const raised = x && lo && pair(e, 'max', x, lo, 0, 1, env)
    return raised && hi && pair(e, 'min', raised, hi, 0, 2, env)
  }
  for (const arg of e.args) elaborate(arg, env)
  const found = env.names.get(name)
  if (found !== undefined) {
    const what = found.kind === 'tensor' ? 'a tensor' : found.kind === 'size' ? 'a size' : found.kind === 'index' ? 'an index' : 'a number'
    env.report('TDSL0114', { name, what, use: found.kind === 'tensor' ? `index it with brackets: \`${name}[…]\`` : 'it cannot be called' }, e.callee.span)
    return undefined
  }
  const isKernel = env.kernel.declarations.kernels.some((k) => k.name.name === name)
  const advice = isKernel ? `\`${name}\` is a kernel: a \`program\` calls kernels, one after the other; what a kernel calls is a function, \`fn\`` : operationElsewhere(name), meant = functionElsewhere(name)
  const similar = advice !== undefined ? [] : meant !== undefined ? [meant] : similarNames(name, [...env.kernel.declarations.fns.keys(), ...builtins.keys(), 'clamp', ...Object.keys(dtypes)])
  const [only] = similar
  env.report('TDSL0111', { name, similar }, e.callee.span, { edits: similar.length === 1 && only !== undefined ? [{ span: e.callee.span, text: only }] : [], notes: advice === undefined ? [] : [{ message: advice }] })
  return undefined
}

/** The arguments as values, empty where one is wrong or their number is. */
function values(e: ast.Call, want: number, env: Env): Expr[] {
  const found = e.args.map((a) => elaborate(a, env)).filter((x) => x !== undefined)
  if (e.args.length !== want) {
    env.report('TDSL0112', { name: e.callee.name, want: want === 1 ? '1 argument' : `${want} arguments`, got: e.args.length }, e.span, e.callee.name === 'max' || e.callee.name === 'min' ? { notes: [{ message: `over an axis it is written \`${e.callee.name}(n) A[n]\`` }] } : {})
    return []
  }
  return found.length === want ? found : []
}

const argument = (e: ast.Call, i: number): ast.Expr => e.args[i] ?? e

function unaryCall(e: ast.Call, builtin: Extract<Builtin, { arity: 1 }>, env: Env): Expr | undefined {
  const [a] = values(e, 1, env)
  const at = argument(e, 0)
  if (a === undefined || !isNumber(a, e.callee.name, at, env)) return undefined
  switch (builtin.numbers) {
    case 'same': return unary(builtin.op, a)
    case 'float':
      warnQuotient(at, a, env)
      return unary(builtin.op, toFloat(a))
    case 'rounding':
      if (a.type === 'f32') return unary(builtin.op, a)
      if (builtin.op !== 'floor' && at.kind === 'binary' && at.op === '/') {
        env.report('TDSL0248', { op: e.callee.name }, e.span)
        return undefined
      }
      return a
  }
}

function binaryCall(e: ast.Call, builtin: Extract<Builtin, { arity: 2 }>, env: Env): Expr | undefined {
  const [a, b] = values(e, 2, env)
  if (a === undefined || b === undefined) return undefined
  if (builtin.numbers === 'whole') {
    const wrong = [a, b].findIndex((x) => x.type !== 'i32')
    const bad = wrong === 0 ? a : b
    if (wrong >= 0) {
      env.report('TDSL0255', { op: e.callee.name, got: `${articled(bad.type)}, not a whole number` }, argument(e, wrong).span)
      return undefined
    }
  }
  if (builtin.op === 'ceildiv') return ceildiv(e, a, b, env)
  const [x, y] = builtin.numbers === 'float' ? [toFloat(a), toFloat(b)] : [a, b]
  return pair(e, builtin.op, x, y, 0, 1, env)
}

function pair(e: ast.Call, op: BinaryOp, a: Expr, b: Expr, left: number, right: number, env: Env): Expr | undefined {
  const first = isNumber(a, e.callee.name, argument(e, left), env)
  const second = isNumber(b, e.callee.name, argument(e, right), env)
  if (!first || !second) return undefined
  const [x, y] = promote(a, b, argument(e, left), argument(e, right), env)
  const made = arithmetic(op, x, y)
  if (made === undefined) env.report('TDSL0210', { text: e.callee.name }, e.span)
  return made
}

/** ⌈a/b⌉ = ⌊(a + b − 1)/b⌋. */
function ceildiv(e: ast.Call, a: Expr, b: Expr, env: Env): Expr | undefined {
  const x = pureIndex(a)
  const y = pureIndex(b)
  if (y !== undefined && isConst(y) === 0) {
    env.report('TDSL0209', {}, argument(e, 1).span)
    return undefined
  }
  if (x !== undefined && y !== undefined && variablesOf(y).size === 0 && valuesOf(y).size === 0) {
    if (isConst(y) === undefined) env.kernel.require(sub(y, num(1)), 'a divisor is at least 1')
    return fromIndex(ceilDiv(x, y))
  }
  const sum = arithmetic('add', a, b)
  const raised = sum && arithmetic('sub', sum, { kind: 'const', value: 1, type: 'i32' })
  return raised && arithmetic('floordiv', raised, b)
}

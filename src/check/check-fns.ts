import type * as ast from '../../grammar/ast.ts'
import { Reporter } from '../diagnostics/report.ts'
import type { Expr } from '../ir/tst.ts'
import { KernelContext } from './context.ts'
import type { Declarations } from './declarations.ts'
import { Env } from './env.ts'
import { evaluateFn } from './fn-body.ts'
import { variable } from '../ir/index-expr.ts'
import { dtypeOf, readSignature } from './signature.ts'
import { fromIndex } from './values.ts'

/**
 * Checks each function of the file on its own, with its parameters as inputs, so that a mistake in it is reported once and without a
 * call. What is wrong gives no value and no further message to its callers.
 */
export function checkFns(file: ast.File, declarations: Declarations, reporter: Reporter): void {
  const fns = file.declarations.filter((d) => d.kind === 'fn' && declarations.fns.get(d.name.name) === d).filter((d) => d.kind === 'fn')
  reportRecursion(fns, declarations, reporter)
  // Callees first, so that a caller of a broken function is not blamed.
  const done = new Set<string>()
  const visit = (fn: ast.Fn): void => {
    if (done.has(fn.name.name)) return
    done.add(fn.name.name)
    if (declarations.broken.has(fn.name.name)) return
    for (const callee of callsOf(fn)) {
      const next = declarations.fns.get(callee)
      if (next !== undefined && fns.includes(next)) visit(next)
    }
    if (!checkFn(fn, declarations, reporter)) declarations.broken.add(fn.name.name)
  }
  fns.forEach(visit)
}

/** False where it has a mistake, or calls a function that has one. */
export function checkFn(fn: ast.Fn, declarations: Declarations, reporter: Reporter): boolean {
  const own = new Reporter()
  const context = new KernelContext(declarations, own)
  const result: ast.Param = { kind: 'param', name: fn.result.name ?? fn.name, inout: false, type: fn.result.type, span: fn.result.span }
  const signature = readSignature({ name: fn.name, sizeParams: fn.sizeParams, params: fn.params, results: [result], pins: [] }, context)
  for (const p of fn.params) if (p.inout) own.report('TDSL0121', { what: 'an `inout` parameter of a function' }, p.span)
  const names = new Map(signature.names)
  names.delete(result.name.name)
  const dtype = dtypeOf(fn.result.type.elem, context)
  const base = new Env({ kernel: context, names, axes: [], known: [], assumed: [], calls: [], binders: new Map(), inPosition: false })
  const shape = signature.outputs[0]?.shape
  let value: Expr | undefined
  if (dtype !== undefined && shape !== undefined) {
    const axes = shape.map((extent, i) => context.axis(`i${i + 1}`, extent, fn.result.span))
    const positions = axes.map((a) => ({ index: variable(a.id), span: fn.result.span, alone: undefined, value: fromIndex(variable(a.id)) }))
    value = evaluateFn(fn, base.withAxes(axes), shape.length === 0 ? undefined : { positions, shape })
  }
  const whole = value !== undefined && !own.hasErrors
  if (whole) for (const t of signature.inputs) if (!t.wasRead) own.report('TDSL0105', { name: t.name }, t.span)
  reporter.addAll(own.diagnostics)
  return whole
}

/** Functions are inlined, so a circle of calls has no end. Reported once for each circle. */
function reportRecursion(fns: readonly ast.Fn[], declarations: Declarations, reporter: Reporter): void {
  const finished = new Set<ast.Fn>()
  const path: ast.Fn[] = []
  const visit = (fn: ast.Fn): void => {
    const at = path.indexOf(fn)
    if (at >= 0) {
      const circle = path.slice(at)
      for (const f of circle) declarations.broken.add(f.name.name)
      reporter.report('TDSL0113', { path: [...circle, fn].map((f) => f.name.name) }, fn.name.span)
      return
    }
    if (finished.has(fn)) return
    path.push(fn)
    for (const callee of callsOf(fn)) {
      const next = declarations.fns.get(callee)
      if (next !== undefined && fns.includes(next)) visit(next)
    }
    path.pop()
    finished.add(fn)
  }
  fns.forEach(visit)
}

function callsOf(fn: ast.Fn): Set<string> {
  const found = new Set<string>()
  const stack: object[] = [fn.body]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if ('kind' in node && node.kind === 'call' && 'callee' in node && typeof node.callee === 'object' && node.callee !== null && 'name' in node.callee && typeof node.callee.name === 'string') found.add(node.callee.name)
    for (const child of Object.values(node)) if (typeof child === 'object' && child !== null) stack.push(child)
  }
  return found
}

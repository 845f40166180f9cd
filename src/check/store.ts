import type * as ast from '../../grammar/ast.ts'
import { after, before } from '../diagnostics/span.ts'
import type { DType } from '../ir/dtype.ts'
import { proveInside, proveLessEqual } from '../ir/index-facts.ts'
import { type IndexExpr, num, sub } from '../ir/index-expr.ts'
import type { Expr } from '../ir/tst.ts'
import { exprKey } from '../ir/tst-walk.ts'
import { warnQuotient } from './elaborate-binary.ts'
import type { Env } from './env.ts'
import { printExtent } from './extents.ts'
import { indexForProof } from './index-of.ts'
import { fitsIn } from './value-range.ts'
import { articled, asValueOf, storable } from './values.ts'

/** The value as it is stored in a tensor of `dtype`; undefined where it must be converted first, which is reported. */
export function stored(value: Expr, dtype: DType, limit: IndexExpr | undefined, name: string, at: ast.Expr, env: Env): Expr | undefined {
  const fits = storable(value.type, dtype) || (value.type === 'i32' && fitsIn(value, dtype, (t) => env.kernel.tensors.get(t)))
  if (!fits) {
    if (value.type === 'bool') env.report('TDSL0241', { use: `and \`${name}\` holds ${dtype}` }, at.span)
    else env.report('TDSL0244', { name, dtype, got: articled(value.type) }, at.span, { edits: dtype === 'bool' ? [] : [{ span: before(at.span), text: `${dtype}(` }, { span: after(at.span), text: ')' }] })
    return undefined
  }
  if (value.type === 'i32' && asValueOf(value, dtype).type === 'f32') warnQuotient(at, value, env)
  if (limit !== undefined) {
    const index = indexForProof(value, env)
    // No integer lies in [0, 0), so a tensor that gets values has a limit of at least 1.
    env.kernel.require(sub(limit, num(1)), `\`${name}\` holds integers in [0, ${printExtent(limit)})`)
    let facts = env.kernel.withValueRanges(env.ranges, [index])
    // The place of the largest of at least one number is one of the axis; only of none it is -1.
    const axis = value.kind === 'reduce' && (value.op === 'argmax' || value.op === 'argmin') && value.where === undefined && value.axes.length === 1 ? value.axes[0] : undefined
    if (axis !== undefined) {
      env.kernel.require(sub(axis.extent, num(1)), `the place of the largest or smallest of ${printExtent(axis.extent)} numbers, with which \`${name}\` is filled`)
      facts = facts.withValue(exprKey(value), num(0), sub(axis.extent, num(1)))
    }
    // Every rank has a position where nothing is left out.
    const position = value.kind === 'topk' && value.where === undefined && proveLessEqual(value.axis.extent, limit, env.kernel.sizeFacts)
    if (!position && !proveInside(index, limit, facts)) {
      env.report('TDSL0250', { name, limit: printExtent(limit) }, at.span)
      return undefined
    }
  }
  return asValueOf(value, dtype)
}

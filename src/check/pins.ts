import type * as ast from '../../grammar/ast.ts'
import type { Span } from '../diagnostics/span.ts'
import { isConst } from '../ir/index-expr.ts'
import type { KernelContext } from './context.ts'
import { extentOf } from './extents.ts'
import { similarNames } from './suggest.ts'

/** `where D == 128` and `where D in {64, 128}`: the values each size may take, which the kernel's facts then know. */
export function pinsOf(pins: readonly ast.Pin[], sizes: ReadonlySet<string>, kernel: KernelContext): Map<string, readonly number[]> {
  const found = new Map<string, readonly number[]>()
  for (const pin of pins) {
    const { name, span } = pin.size
    const values = valuesOf(pin, kernel)
    if (!sizes.has(name)) {
      const similar = similarNames(name, sizes)
      kernel.reporter.report('TDSL0101', { name, similar }, span)
      continue
    }
    const wrong = (why: string, at: Span): void => kernel.reporter.report('TDSL0119', { size: name, why }, at)
    if (found.has(name)) wrong('it is pinned already', span)
    else if (values === undefined) continue
    else if (values.some((v) => v < 0)) wrong('a size is at least 0', pin.span)
    else if (new Set(values).size < values.length) wrong('a value stands there twice', pin.span)
    else {
      found.set(name, values)
      const [only] = values
      kernel.sizeFacts = values.length === 1 && only !== undefined ? kernel.sizeFacts.withPinned(name, only) : kernel.sizeFacts.withSize(name, Math.min(...values), Math.max(...values))
    }
  }
  return found
}

function valuesOf(pin: ast.Pin, kernel: KernelContext): number[] | undefined {
  const { reporter } = kernel
  const values = pin.values.map((v) => {
    const e = extentOf(v, {
      size: (name, span) => reporter.report('TDSL0119', { size: pin.size.name, why: `\`${name}\` is not a whole number` }, span) ?? undefined,
      divisor: () => undefined,
      report: (code, params, span, extra) => reporter.report(code, params, span, extra),
    })
    return e === undefined ? undefined : isConst(e)
  })
  return values.every((v) => v !== undefined) ? values : undefined
}


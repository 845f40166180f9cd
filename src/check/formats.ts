import type * as ast from '../../grammar/ast.ts'
import type { Reporter } from '../diagnostics/report.ts'
import type { Span } from '../diagnostics/span.ts'
import { type DType, dtypes, integerRange, isDType, isFloat, bitsOf, isSmallFloat, valueTypeOf } from '../ir/dtype.ts'
import type { Expr } from '../ir/tst.ts'
import { binary } from '../ir/tst-walk.ts'
import { dtypeElsewhere } from '../ir/dtype-names.ts'
import { similarNames } from './suggest.ts'
import { toFloat } from './values.ts'

/** A storage format: codes with a scale for each group, and a zero point where it is not symmetric. */
export interface FormatDecl {
  readonly name: string
  readonly codes: DType
  readonly scale: DType
  readonly zero: DType | undefined
  /** How much of a group's largest magnitude the codes reach; belongs to storing. */
  readonly clip: number
  /** The least that a group's largest magnitude (of formats with a zero point: its range) is taken as; 0 for none. Belongs to storing. */
  readonly floor: number
  /** The last group is as long as the others: the length divides the dimension. */
  readonly whole: boolean
  readonly span: Span
}

/** The language's names of bytes as codes. */
const aliases: ReadonlyMap<string, DType> = new Map([['int8', 'i8'], ['uint8', 'u8']])
const options = ['scale', 'zero', 'symmetric', 'clip', 'floor', 'whole']

/** Undefined where a mistake was reported. */
export function checkFormat(d: ast.Format, reporter: Reporter): FormatDecl | undefined {
  let ok = true
  const name = d.name.name
  const problem = (text: string, span: Span): undefined => {
    reporter.report('TDSL0252', { name, problem: text }, span)
    ok = false
  }
  const dtypeOf = (value: ast.Expr | undefined, option: ast.FormatOption, integers: boolean): DType | undefined => {
    if (value?.kind !== 'name') return problem(`needs a dtype after \`${option.name.name}\``, option.span)
    if (!isDType(value.name)) {
      reporter.report('TDSL0240', { name: value.name, similar: similarNames(value.name, Object.keys(dtypes)) }, value.span)
      ok = false
      return undefined
    }
    if (!isFloat(value.name) && !(integers && integerRange(value.name) !== undefined)) return problem(`cannot have a ${option.name.name} of ${value.name}`, value.span)
    return value.name
  }
  let codes: DType | undefined
  const storage = aliases.get(d.storage.name) ?? d.storage.name
  if (!isDType(storage)) {
    const meant = dtypeElsewhere(d.storage.name)
    reporter.report('TDSL0240', { name: d.storage.name, similar: meant === undefined ? similarNames(d.storage.name, Object.keys(dtypes)) : [meant] }, d.storage.span)
    ok = false
  } else if ((integerRange(storage) === undefined && !isSmallFloat(storage)) || storage === 'e8m0' || bitsOf(storage) > 8) {
    problem(`stores codes, so it needs an integer or float type of at most 8 bits, not ${d.storage.name}`, d.storage.span)
  } else codes = storage
  let scale: DType | undefined
  let zero: DType | undefined
  let symmetric: Span | undefined
  let clip = 1
  let floor = 0
  let whole = false
  const seen = new Set<string>()
  for (const option of d.options ?? []) {
    const { name: word } = option.name
    if (seen.has(word)) problem(`says \`${word}\` twice`, option.span)
    seen.add(word)
    switch (word) {
      case 'scale': scale = dtypeOf(option.value, option, false); break
      case 'zero': zero = dtypeOf(option.value, option, true); break
      case 'symmetric':
        symmetric = option.span
        if (option.value !== undefined) problem('takes no value after `symmetric`', option.value.span)
        break
      case 'clip':
        if (option.value?.kind === 'float' || option.value?.kind === 'int') clip = option.value.value
        if (option.value === undefined || !(clip > 0 && clip <= 1) || (option.value.kind !== 'float' && option.value.kind !== 'int')) problem('needs a number in (0, 1] after `clip`', option.span)
        break
      case 'floor':
        if (option.value?.kind === 'float' || option.value?.kind === 'int') floor = option.value.value
        if (!(floor > 0 && Math.fround(floor) < Infinity)) problem('needs a positive number after `floor`', option.span)
        break
      case 'whole':
        whole = true
        if (option.value !== undefined) problem('takes no value after `whole`', option.value.span)
        break
      default:
        reporter.report('TDSL0251', { name: word, similar: similarNames(word, options) }, option.name.span, { notes: /^(group|block)/.test(word) ? [{ message: 'how long groups are is said where a tensor has them: `W: q4[N, K by 128]`' }] : [] })
        ok = false
    }
  }
  if (!seen.has('scale')) problem('has no `scale`', d.name.span)
  if (codes !== undefined && isFloat(codes) && seen.has('zero')) problem('has float codes, which are symmetric and take no zero point', d.storage.span)
  if (zero === 'e8m0') problem('has a zero point of e8m0, which only holds powers of two', d.storage.span)
  if (symmetric !== undefined && seen.has('zero')) problem('is symmetric and has a zero point', symmetric)
  return ok && codes !== undefined && scale !== undefined ? { name, codes, scale, zero, clip, floor, whole, span: d.span } : undefined
}

/** The number that stored parts stand for: q·s; (q − z)·s with an integer zero; q·s + z with a float zero. */
export function dequantised(format: FormatDecl, codes: Expr, scale: Expr, zero: Expr | undefined): Expr {
  if (format.zero === undefined || zero === undefined) return binary('mul', toFloat(codes), scale)
  if (valueTypeOf(format.zero) === 'i32') return binary('mul', toFloat(binary('sub', codes, zero)), scale)
  return binary('add', binary('mul', toFloat(codes), scale), zero)
}

import type * as ast from '../../grammar/ast.ts'
import type { Span } from '../diagnostics/span.ts'
import { type DType, dtypes, integerRange, isDType } from '../ir/dtype.ts'
import * as ix from '../ir/index-expr.ts'
import type { FormatUse, SizeDecl, Tensor } from '../ir/tst.ts'
import type { KernelContext } from './context.ts'
import { dtypeElsewhere } from '../ir/dtype-names.ts'
import type { Binding } from './env.ts'
import { type ExtentScope, extentOf, printExtent } from './extents.ts'
import type { FormatDecl } from './formats.ts'
import { pinsOf } from './pins.ts'
import { similarNames } from './suggest.ts'
import { type FormatStorage, type Storage, StoredTensor } from './tensor-view.ts'

export interface Signature {
  readonly sizes: readonly SizeDecl[]
  /** Storage of inputs, then of outputs, in the order of the signature. */
  readonly tensors: readonly Tensor[]
  readonly formats: readonly FormatUse[]
  readonly inputs: readonly StoredTensor[]
  readonly outputs: readonly StoredTensor[]
  /** Those of the inputs that statements may update. */
  readonly inouts: readonly StoredTensor[]
  readonly names: ReadonlyMap<string, Binding>
}

/** What kernels and functions have in common: names, sizes in brackets, tensors in and out. */
export interface Declared {
  readonly name: ast.Ident
  readonly sizeParams: readonly ast.Ident[]
  readonly params: readonly ast.Param[]
  readonly results: readonly ast.Param[]
  readonly pins: readonly ast.Pin[]
}

interface SizeUse { readonly name: string; readonly span: Span; parameter: boolean }

/** Reads a signature: its sizes and what binds them, its tensors and how they are stored. Mistakes are reported and repaired. */
export function readSignature(d: Declared, kernel: KernelContext): Signature {
  const { reporter } = kernel
  const sizes = new Map<string, SizeUse>()
  const places = new Map<string, Span>()
  const names = new Map<string, Binding>()
  for (const p of [...d.params, ...d.results]) {
    const first = places.get(p.name.name)
    if (first !== undefined) reporter.report('TDSL0102', { name: p.name.name }, p.name.span, { notes: [{ message: 'the first is here', span: first }] })
    else places.set(p.name.name, p.name.span)
  }
  const addSize = (name: string, span: Span, parameter: boolean): ix.IndexExpr | undefined => {
    const tensor = places.get(name)
    if (tensor !== undefined) {
      reporter.report('TDSL0114', { name, what: 'a tensor', use: 'an extent is made of sizes' }, span, { notes: [{ message: 'the tensor is here; sizes follow from the shapes that are given, so none is passed along', span: tensor }] })
      return undefined
    }
    if (!sizes.has(name)) {
      sizes.set(name, { name, span, parameter })
      kernel.reserve(name)
    }
    return ix.size(name)
  }
  const scope = (size: ExtentScope['size']): ExtentScope => ({ size, divisor: (by) => kernel.requireDivisor(by), report: (code, params, span, extra) => reporter.report(code, params, span, extra) })
  for (const s of d.sizeParams) {
    if (sizes.has(s.name)) reporter.report('TDSL0102', { name: s.name }, s.span)
    addSize(s.name, s.span, true)
  }
  const inputScope = scope((name, span) => addSize(name, span, false))
  const inputExtents = d.params.map((p) => p.type.dims.map((dim) => extentOf(dim.extent, inputScope)))
  bindSizes(d, inputExtents, sizes, kernel)
  const fixed = fixedSizes(d)
  const outputScope = scope((name, span) => {
    if (!sizes.has(name) && !places.has(name) && !fixed.has(name)) reporter.report('TDSL0116', { size: name, kernel: d.name.name }, span)
    return addSize(name, span, !fixed.has(name))
  })
  const outputExtents = d.results.map((p) => p.type.dims.map((dim) => extentOf(dim.extent, outputScope)))
  const pins = pinsOf(d.pins, new Set(sizes.keys()), kernel)
  for (const [name, [value, ...more]] of pins) if (value !== undefined && more.length === 0) kernel.fixedSizes.set(name, value)
  const limitScope = scope((name, span) => {
    if (sizes.has(name)) return ix.size(name)
    const similar = similarNames(name, sizes.keys())
    reporter.report('TDSL0101', { name, similar }, span)
    return undefined
  })
  const tensors: Tensor[] = []
  const formats: FormatUse[] = []
  const declare = (p: ast.Param, extents: readonly (ix.IndexExpr | undefined)[], role: 'input' | 'inout' | 'output'): StoredTensor => {
    const shape = extents.every((e) => e !== undefined) ? extents : undefined
    shape?.forEach((e, i) => kernel.requireExtent(e, p.type.dims[i]?.extent.span ?? p.span))
    const view = new StoredTensor(p.name.name, p.name.span, p.type.dims.length, () => shape, role !== 'output')
    const storage = storageOf(p, shape, role, kernel, limitScope)
    view.storage = storage
    if (storage !== undefined) for (const t of partsOf(storage)) { kernel.addTensor(t); tensors.push(t) }
    if (storage?.kind === 'format') formats.push({ tensor: p.name.name, format: storage.format.name, codes: storage.codes.name, scale: storage.scale.name, zero: storage.zero?.name, group: storage.group })
    if (!names.has(p.name.name)) names.set(p.name.name, { kind: 'tensor', view })
    return view
  }
  for (const p of [...d.params, ...d.results]) if (!isFormat(p, kernel)) kernel.reserve(p.name.name)
  const inputs = d.params.map((p, i) => declare(p, inputExtents[i] ?? [], p.inout ? 'inout' : 'input'))
  const outputs = d.results.map((p, i) => declare(p, outputExtents[i] ?? [], 'output'))
  for (const s of sizes.values()) names.set(s.name, { kind: 'size', index: ix.size(s.name) })
  return { sizes: [...sizes.values()].map((s) => ({ name: s.name, pinned: pins.get(s.name), parameter: s.parameter, span: s.span })), tensors, formats, inputs, outputs, inouts: inputs.filter((_, i) => d.params[i]?.inout === true), names }
}

const isFormat = (p: ast.Param, kernel: KernelContext): boolean => kernel.declarations.formats.has(p.type.elem.name.name)
export const partsOf = (s: Storage): Tensor[] => (s.kind === 'plain' ? [s.tensor] : [s.codes, s.scale, ...(s.zero === undefined ? [] : [s.zero])])

/** Sizes pinned to one value need no input. */
const fixedSizes = (d: Declared): Set<string> => new Set(d.pins.filter((p) => p.values.length === 1).map((p) => p.size.name))

/** Each size of an input must follow from the inputs' shapes: an extent gives the size that is its only unknown. */
function bindSizes(d: Declared, extents: readonly (readonly (ix.IndexExpr | undefined)[])[], sizes: Map<string, SizeUse>, kernel: KernelContext): void {
  const { reporter } = kernel
  const all = extents.flat().filter((e) => e !== undefined)
  const known = fixedSizes(d)
  for (const s of d.sizeParams) {
    if (!all.some((e) => e.key === ix.size(s.name).key)) { known.add(s.name); continue }
    reporter.report('TDSL0118', { size: s.name }, s.span)
    const use = sizes.get(s.name)
    if (use !== undefined) use.parameter = false
  }
  propagate(all, known)
  for (const s of sizes.values()) {
    if (known.has(s.name)) continue
    const extent = all.find((e) => ix.sizesOf(e).has(s.name))
    // A size that only stands in extents with a mistake is left alone.
    if (extent !== undefined) reporter.report('TDSL0117', { size: s.name, extent: printExtent(extent) }, s.span)
    // With this size as a parameter others may follow.
    known.add(s.name)
    propagate(all, known)
  }
}

/** Adds every size that is the only unknown of an extent which is affine in it. */
function propagate(extents: readonly ix.IndexExpr[], known: Set<string>): void {
  for (let found = true; found;) {
    found = false
    for (const e of extents) {
      const open = [...ix.sizesOf(e)].filter((id) => !known.has(id))
      const only = open[0]
      const factor = only === undefined || open.length > 1 ? undefined : ix.coefficient(e, only, 'size')
      if (only === undefined || factor === undefined || ix.isConst(factor) === 0) continue
      known.add(only)
      found = true
    }
  }
}

function storageOf(p: ast.Param, shape: readonly ix.IndexExpr[] | undefined, role: 'input' | 'inout' | 'output', kernel: KernelContext, scope: ExtentScope): Storage | undefined {
  const { elem } = p.type
  const { reporter, declarations } = kernel
  const place = placeOf(p, reporter)
  const grouped = p.type.dims.find((dim) => dim.group !== undefined)
  const format = declarations.formats.get(elem.name.name)
  if (format === undefined) {
    if (grouped?.group !== undefined && !declarations.states.has(elem.name.name)) reporter.report('TDSL0254', { why: `${elem.name.name} is not stored in groups` }, grouped.group.span)
    const dtype = dtypeOf(elem, kernel)
    const limit = limitOf(elem, dtype, scope, kernel)
    return dtype && shape && { kind: 'plain', tensor: { name: p.name.name, role, dtype, shape, limit, ...place, span: p.name.span } }
  }
  if (elem.range !== undefined) reporter.report('TDSL0249', { what: `the format \`${format.name}\`` }, elem.range.span)
  if (grouped === undefined) {
    reporter.report('TDSL0253', { format: format.name }, elem.span)
    return undefined
  }
  const group = p.type.dims.map((dim) => groupLength(dim, kernel))
  if (shape === undefined) return undefined
  const storage = formatStorage(p.name, shape, format, group, role, kernel)
  return { ...storage, codes: { ...storage.codes, ...place }, scale: { ...storage.scale, ...place }, zero: storage.zero && { ...storage.zero, ...place } }
}

/** `in host`: the one place beside the device. */
function placeOf(p: ast.Param, reporter: KernelContext['reporter']): { readonly place?: 'host' } {
  const { place } = p.type
  if (place === undefined) return {}
  if (place.name === 'host') return { place: 'host' }
  const similar = similarNames(place.name, ['host'])
  reporter.report('TDSL0126', { name: place.name }, place.span, { edits: similar.length === 1 ? [{ span: place.span, text: 'host' }] : [] })
  return {}
}

/** A whole number, also as a size that is pinned to one or as an expression of such. */
export function groupLength(dim: { readonly group?: ast.Expr }, kernel: KernelContext): number | undefined {
  if (dim.group === undefined) return undefined
  let open: string | undefined
  const e = extentOf(dim.group, {
    size: (name) => { const value = kernel.fixedSizes.get(name); if (value === undefined) open ??= name; return ix.num(value ?? 1) },
    divisor: () => undefined,
    report: () => undefined,
  })
  const length = e && ix.isConst(e)
  if (length !== undefined && length >= 1 && open === undefined) return length
  const why = open === undefined ? '' : `, known when the source is compiled; \`${open}\` is not: pin it to one, \`where ${open} == 128\`, or write a number`
  kernel.reporter.report('TDSL0254', { why: `the length of a group is a whole number of at least 1${why}` }, dim.group.span)
  return 1
}

/** A format of whole groups: a known extent is a multiple of their length, another must be when the kernel is called. */
function wholeGroups(name: ast.Ident, extent: ix.IndexExpr, dim: number, group: number | undefined, format: FormatDecl, kernel: KernelContext): void {
  if (group === undefined) return
  const rest = ix.isConst(ix.mod(extent, ix.num(group)))
  if (rest === 0) return
  if (rest !== undefined) kernel.reporter.report('TDSL0218', { name: name.name, dim: dim + 1, extent: printExtent(extent), group, format: format.name }, name.span)
  else kernel.requireEqual(extent, ix.mul(ix.num(group), ix.floorDiv(extent, ix.num(group))), `${printExtent(extent)} must be a multiple of ${group}, since ${format.name} stores whole groups`)
}

/** Names that a signature cannot have used otherwise: `W_codes`, `W_scale`, `W_zero`. */
export function formatStorage(name: ast.Ident, shape: readonly ix.IndexExpr[], format: FormatDecl, group: readonly (number | undefined)[], role: Tensor['role'], kernel: KernelContext): FormatStorage {
  if (format.whole) shape.forEach((e, d) => wholeGroups(name, e, d, group[d], format, kernel))
  const groups = shape.map((e, i) => { const g = group[i]; return g === undefined ? e : ix.ceilDiv(e, ix.num(g)) })
  // Quantised values are stored: that they take little room is what the format is for.
  const kept = role === 'temporary' ? { inMemory: true } : {}
  const part = (suffix: string, dtype: DType, extents: readonly ix.IndexExpr[]): Tensor => ({ name: kernel.fresh(`${name.name}_${suffix}`), role, dtype, shape: extents, limit: undefined, ...kept, span: name.span })
  return { kind: 'format', format, codes: part('codes', format.codes, shape), scale: part('scale', format.scale, groups), zero: format.zero && part('zero', format.zero, groups), group }
}

/** The dtype that a type names; undefined, and reported, for anything else. */
export function dtypeOf(elem: ast.Elem, kernel: KernelContext): DType | undefined {
  const { name, span } = elem.name
  if (isDType(name)) return name
  // States and formats with a mistake have been reported where they are declared.
  if (kernel.declarations.states.has(name)) return undefined
  const meant = dtypeElsewhere(name)
  const similar = meant === undefined ? similarNames(name, [...Object.keys(dtypes), ...kernel.declarations.formats.keys()]) : [meant]
  const [only] = similar
  kernel.reporter.report('TDSL0240', { name, similar }, span, { edits: similar.length === 1 && only !== undefined ? [{ span, text: only }] : [] })
  return undefined
}

/** The `C` of `i32<C>`. */
export function limitOf(elem: ast.Elem, dtype: DType | undefined, scope: ExtentScope, kernel: KernelContext): ix.IndexExpr | undefined {
  if (elem.range === undefined || dtype === undefined) return undefined
  if (integerRange(dtype) !== undefined) return extentOf(elem.range, scope)
  kernel.reporter.report('TDSL0249', { what: dtype }, elem.range.span)
  return undefined
}

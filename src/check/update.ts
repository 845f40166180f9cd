import type * as ast from '../../grammar/ast.ts'
import { isFloat } from '../ir/dtype.ts'
import { proveEqual, proveInside } from '../ir/index-facts.ts'
import * as ix from '../ir/index-expr.ts'
import { print as printIndex } from '../ir/index-print.ts'
import type { Axis, Expr, Tensor, Update, UpdateOp } from '../ir/tst.ts'
import { freeAxes } from '../ir/tst-walk.ts'
import { reportOutside } from './bounds.ts'
import { indexOfAxis } from './context.ts'
import { positionOf } from './elaborate-index.ts'
import { elaborate } from './elaborate.ts'
import type { Env, Position } from './env.ts'
import { storeQuantised } from './quantise.ts'
import { valueOf } from './read-checks.ts'
import { formatStorage, partsOf } from './signature.ts'
import { stored } from './store.ts'
import type { FormatStorage, StoredTensor } from './tensor-view.ts'
import { notToldApart } from './unique.ts'
import { type LeftPlace, UpdateChecks } from './update-checks.ts'

export interface UpdateNode { readonly node: ast.Assign; readonly view: StoredTensor; readonly axes: readonly Axis[] }

const opOf: Readonly<Record<ast.AssignOp, UpdateOp>> = { '=': 'set', '+=': 'add', 'max=': 'max', 'min=': 'min' }

/**
 * A statement that updates some elements of a tensor: where it writes, what is proved of that, and what is left to check when the kernel runs. False where
 * a mistake was reported.
 */
export function elaborateUpdate({ node, view, axes }: UpdateNode, env: Env): boolean {
  const { kernel } = env
  const op = opOf[node.op]
  const { shape, storage } = view
  const positions = node.target.positions.map((p) => positionOf(p.index, env))
  const value = elaborate(node.value, env)
  if (value === undefined || shape === undefined || storage === undefined) return false
  const known = positions.filter((p) => p !== undefined)
  if (known.length < shape.length) return false
  // An operator over an axis is computed once, for the index; checks read that.
  const valueAt = (p: Position): Expr => (kernel.costly(p.value) ? valueOf(p.index, kernel.gathersOf([p.index])) : p.value)
  const places = known.map((p, d): LeftPlace => ({ index: p.index, value: valueAt(p), extent: shape[d] ?? ix.num(0), dimension: d }))
  const leaving = leavingPlaces(places, known, view, env)
  if (leaving === undefined) return false
  const index = known.map((p) => p.index)
  const gathers = kernel.gathersOf(index)
  const open = notToldApart(index, axes, (id) => { const e = gathers[id]; return e === undefined ? new Set() : freeAxes(e) }, env.ranges)
  if (op === 'set' && open.length > 0 && !places.some((p) => ix.valuesOf(p.index).size > 0)) {
    const names = open.map((a) => `\`${axes.find((x) => x.id === a.id)?.name ?? a.id}\``).join(' and ')
    env.report('TDSL0214', { name: view.name, names }, node.target.span)
    return false
  }
  const update: Update = { op, gathers, mayLeave: leaving.length > 0 }
  const emit = storage.kind === 'plain' ? plainUpdate(storage.tensor, node, value, op, env) : formatUpdate(storage, { node, view, axes }, value, op, known, env)
  if (emit === undefined) return false
  const checks = new UpdateChecks(kernel, view.name, axes, node.target.span)
  if (leaving.length > 0) checks.outside(leaving)
  if (op === 'set' && open.length > 0) {
    checks.duplicates(places, open.map((a) => a.id))
    for (const p of places) if (p.value.kind === 'read') kernel.distinct.add(p.value.tensor)
  }
  for (const part of emit) kernel.statements.push({ target: part.tensor.name, axes: part.axes ?? axes, index: part.at(index), value: part.value, update: part.gathers === undefined ? update : { ...update, gathers: part.gathers }, span: node.span })
  return true
}

/** Positions that may lie outside when the kernel runs; undefined where one that is known beforehand does, which is reported. */
function leavingPlaces(places: readonly LeftPlace[], positions: readonly Position[], view: StoredTensor, env: Env): LeftPlace[] | undefined {
  const leaving: LeftPlace[] = []
  let reported = false
  places.forEach((place, d) => {
    const facts = env.kernel.withValueRanges(env.ranges, [place.index])
    const position = positions[d]
    if (position === undefined || proveInside(place.index, place.extent, facts)) return
    if (ix.valuesOf(place.index).size > 0) leaving.push(place)
    else {
      reported = true
      reportOutside(view.name, d + 1, place.extent, position, facts, env)
    }
  })
  return reported ? undefined : leaving
}

/** What one tensor of the storage gets. */
interface Part { readonly tensor: Tensor; readonly value: Expr; readonly at: (index: readonly ix.IndexExpr[]) => readonly ix.IndexExpr[]; readonly axes?: readonly Axis[]; readonly gathers?: Update['gathers'] }

function plainUpdate(tensor: Tensor, node: ast.Assign, value: Expr, op: UpdateOp, env: Env): Part[] | undefined {
  const summable = tensor.dtype === 'i32' || tensor.dtype === 'u32' || tensor.dtype === 'f32' || tensor.dtype === 'f16' || tensor.dtype === 'bf16'
  if ((op === 'add' && !summable) || (op !== 'set' && tensor.dtype === 'bool')) {
    env.report('TDSL0257', { op: node.op, name: tensor.name, dtype: tensor.dtype }, node.span)
    return undefined
  }
  if (op === 'add' && tensor.limit !== undefined) {
    env.report('TDSL0250', { name: tensor.name, limit: printIndex(tensor.limit) }, node.value.span)
    return undefined
  }
  const final = stored(value, tensor.dtype, tensor.limit, tensor.name, node.value, env)
  return final && [{ tensor, value: final, at: (index) => index }]
}

/** Quantises over the statement's own axes, in groups as the tensor has them, and writes codes, scales and zero points where they belong. */
function formatUpdate(storage: FormatStorage, { node, view, axes }: UpdateNode, value: Expr, op: UpdateOp, positions: readonly Position[], env: Env): Part[] | undefined {
  const { kernel } = env
  const { format, codes, group } = storage
  if (op !== 'set') {
    env.report('TDSL0257', { op: node.op, name: view.name, dtype: format.name }, node.span)
    return undefined
  }
  if (value.type === 'bool') {
    env.report('TDSL0241', { use: `and \`${view.name}\` holds ${format.name}` }, node.value.span)
    return undefined
  }
  // Along a dimension with groups the statement writes all of it, in order.
  const grouped = new Map<string, number>()
  for (const [d, p] of positions.entries()) {
    const g = group[d], extent = codes.shape[d] ?? ix.num(0)
    if (g === undefined) continue
    const range = p.alone?.range
    const once = p.alone !== undefined && positions.filter((q) => ix.variablesOf(q.index).has(p.alone?.id ?? '')).length === 1
    if (p.alone === undefined || range === undefined || !once || !proveEqual(range, extent, kernel.sizeFacts)) {
      env.report('TDSL0215', { name: view.name, dim: d + 1, format: format.name }, p.span)
      return undefined
    }
    grouped.set(p.alone.id, g)
  }
  const own = formatStorage({ ...node.target.name, name: `${view.name}_new` }, axes.map((a) => a.extent), format, axes.map((a) => grouped.get(a.id)), 'temporary', kernel)
  for (const t of partsOf(own)) kernel.addTensor(t)
  storeQuantised(own, { axes, value, at: (where) => where, name: `${view.name}_new`, span: node.span }, kernel)
  const parts: Part[] = []
  const add = (target: Tensor, from: Tensor): void => {
    const points = axes.map((a, i) => kernel.axis(a.name, from.shape[i] ?? a.extent, a.span))
    const to = new Map(axes.flatMap((a, i) => { const point = points[i]; return point === undefined ? [] : [[a.id, indexOfAxis(point)] as const] }))
    const moved = kernel.movedPositions(positions.map((p) => p.index), to)
    const read: Expr = { kind: 'read', tensor: from.name, index: points.map(indexOfAxis), gathers: {}, bounds: 'proved', fill: undefined, type: isFloat(from.dtype) ? 'f32' : 'i32', span: node.span }
    parts.push({ tensor: target, value: read, at: () => moved.index, axes: points, gathers: moved.gathers })
  }
  add(codes, own.codes)
  add(storage.scale, own.scale)
  if (storage.zero !== undefined && own.zero !== undefined) add(storage.zero, own.zero)
  return parts
}

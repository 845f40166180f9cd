/** What the compiler decided about a kernel and why, for `inspect`, the manifest and people. */
import { sizeExpr } from '../emit/launch.ts';
import { bitsOf } from '../ir/dtype.ts';
import { add, floorDiv, type IndexExpr, mul, num } from '../ir/index-expr.ts';
import { type FusedKernel, groupsOf, type Nest } from '../ir/nest.ts';
import type { Axis } from '../ir/tst.ts';
import { childrenOf } from '../ir/tst-walk.ts';
import type { Expr } from '../ir/tst.ts';
import type { PlanReport } from '../manifest.ts';
import type { PlannedNest } from './table.ts';

export function reportOf(fused: FusedKernel, plans: readonly PlannedNest[]): PlanReport {
  const products = plans.flatMap(({ plan }) => (plan.kind === 'matrix' ? [...plan.products.values()].map((i) => i.name) : []));
  return {
    intrinsic: [...new Set(products)],
    exact: fused.kernel.tensors.every((t) => t.dtype !== 'f32' && t.dtype !== 'f16' && t.dtype !== 'bf16'),
    fused: [...new Set(fused.notes.fused)], streamed: [...new Set(fused.notes.streamed)],
    rejected: [...fused.notes.rejected, ...plans.flatMap((p) => p.notes)],
    cost: { bytes: sizeExpr(bytesOf(fused)), flops: sizeExpr(fused.nests.map(flopsOf).reduce((a, b) => add(a, b), num(0))) },
  };
}

/** Each input read once, each output written once; scratch is written and read. */
function bytesOf(fused: FusedKernel): IndexExpr {
  const volume = (shape: readonly IndexExpr[], bits: number): IndexExpr => floorDiv(add(mul(num(bits), ...shape), num(7)), num(8));
  const outside = fused.kernel.tensors.filter((t) => t.role !== 'temporary').map((t) => volume(t.shape, bitsOf(t.dtype)));
  return [...outside, ...fused.scratch.map((s) => mul(num(2), volume(s.shape, bitsOf(s.dtype))))].reduce((a, b) => add(a, b), num(0));
}

/** Scalar operations of every reduction body and its combiner, over all its axes, and of the stored values. */
function flopsOf(nest: Nest): IndexExpr {
  const axes = new Map<string, Axis>([...nest.spatial, ...[...groupsOf(nest)].flatMap((g) => g.axes)].map((a) => [a.id, a]));
  const over = (ids: readonly string[]): IndexExpr => mul(num(1), ...ids.map((id) => axes.get(id)!.extent));
  const work = [...groupsOf(nest)].flatMap((g) => g.parts.map((p) => mul(num(operations(p.body) + 1), over([...p.kept, ...g.axes.map((a) => a.id)]))));
  const stored = nest.stores.map((s) => mul(num(operations(s.value)), over(nest.spatial.map((a) => a.id))));
  return [...work, ...stored].reduce((a, b) => add(a, b), num(0));
}
const operations = (e: Expr): number => (e.kind === 'unary' || e.kind === 'binary' ? 1 : 0) + childrenOf(e).reduce((n, c) => n + operations(c), 0);

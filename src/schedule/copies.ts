/** Which operands of products can be copied ahead of their use, as far as their expressions tell (alignment shows when they are lowered). */
import { short } from '../diagnostics/row.ts';
import { bitsOf, type DType } from '../ir/dtype.ts';
import { coefficient, isConst, num, variable } from '../ir/index-expr.ts';
import { groupsOf, type LoopGroup, type Nest, type Part, partsOf } from '../ir/nest.ts';
import type { MatrixPlan } from '../ir/plan.ts';
import type { Axis, Expr } from '../ir/tst.ts';
import { contains, freeAxes, substituteAxes } from '../ir/tst-walk.ts';
import { printExpr } from '../ir/tst-print.ts';
import type { Contraction } from '../partition/product.ts';
import type { TensorTypes } from './default-plan.ts';

interface Product { readonly part: Part; readonly group: LoopGroup; readonly c: Contraction }

/** For each operand that a loop brings in and that no asynchronous copy can move, its rows or columns and the reason. */
export function copyObstacles(nest: Nest, products: readonly Product[], plan: MatrixPlan, tensors: TensorTypes): readonly { readonly rows: string; readonly why: string }[] {
  const axes = new Map([...nest.spatial, ...[...groupsOf(nest)].flatMap((g) => g.axes)].map((a) => [a.id, a]));
  const loops = new Set([...groupsOf(nest)].flatMap((g) => g.axes).filter((a) => !isCovered(a, plan)).map((a) => a.id));
  const parts = new Set(partsOf(nest).map((p) => p.name));
  const found = new Map<string, { rows: string; why: string }>();
  for (const { part, group, c } of products) {
    const intrinsic = plan.products.get(part.name)!;
    const over = [...group.axes].sort((x, y) => (plan.tiles.get(y.id) ?? 1) - (plan.tiles.get(x.id) ?? 1))[0]!.id;
    for (const [e, rows, type] of [[c.a, c.m, intrinsic.a.dtype], [c.b, c.n, intrinsic.b.dtype]] as const) {
      // Results of other products stay in registers, and what no loop changes is staged once.
      if (contains(e, (x) => x.kind === 'read' && parts.has(x.tensor)) || ![...freeAxes(e)].some((id) => loops.has(id))) continue;
      const why = obstacle(e, [rows, over], type, intrinsic.m * intrinsic.n === 1, tensors, (id) => axes.get(id)!.name);
      if (why !== undefined) found.set(`${rows}: ${why}`, { rows, why });
    }
  }
  return [...found.values()];
}
const isCovered = (a: Axis, plan: MatrixPlan): boolean => (isConst(a.extent) ?? Infinity) <= (plan.tiles.get(a.id) ?? 1);

/** The reasons, each once. */
export const reasonsOf = (obstacles: ReturnType<typeof copyObstacles>): string => [...new Set(obstacles.map((o) => o.why))].join('; ');

/** The expression with the names that its axes have in the source. */
export const shown = (e: Expr, name: (id: string) => string): string => short(printExpr(substituteAxes(e, new Map([...freeAxes(e)].map((id) => [id, variable(name(id))])))));

function obstacle(e: Expr, [rows, over]: readonly [string, string], type: DType, isFma: boolean, tensors: TensorTypes, name: (id: string) => string): string | undefined {
  if (e.kind !== 'read') return `\`${shown(e, name)}\` is computed, not copied`;
  if (Object.keys(e.gathers).length > 0) return `\`${e.tensor}\` is read at places known only at run time`;
  if (e.bounds !== 'proved' && (e.bounds !== 'fill' || e.fill?.kind !== 'const' || e.fill.value !== 0)) return `\`${e.tensor}\` is not zero outside its bounds`;
  const stored = tensors.get(e.tensor)?.dtype;
  if (stored !== undefined && stored !== type) return `\`${e.tensor}\` is stored as ${stored} and multiplied as ${type}`;
  const last = e.index.at(-1);
  const contiguous = last && [over, rows].find((id) => isConst(coefficient(last, id) ?? num(0)) === 1);
  if (contiguous === undefined) return `\`${e.tensor}\` is contiguous along neither \`${name(rows)}\` nor \`${name(over)}\``;
  const wanted = isFma ? rows : bitsOf(type) < 16 ? over : contiguous;
  return wanted === contiguous ? undefined : `\`${e.tensor}\` is contiguous along \`${name(contiguous)}\`, and ${isFma ? 'multiply-adds read' : `${type} operands lie`} along \`${name(wanted)}\` in shared memory`;
}

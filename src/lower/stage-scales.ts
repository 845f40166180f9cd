/**
 * Scales of groups ride in the ring with the weights they belong to: where warps take turns at the groups, a stage holds those of all turns, one short run for each row.
 * Read where they are used they would be waited for as long as weights are.
 */
import { bitsOf } from '../ir/dtype.ts';
import { coefficient, type IndexExpr, isConst, num } from '../ir/index-expr.ts';
import type { Layout } from '../ir/layout.ts';
import { blocked } from '../ir/layout-build.ts';
import type { LoopGroup } from '../ir/nest.ts';
import type { MatrixPlan } from '../ir/plan.ts';
import type { SharedBuffer, TileExpr, View } from '../ir/tile.ts';
import type { Read } from '../ir/tst.ts';
import { exprKey, freeAxes, readsOf } from '../ir/tst-walk.ts';
import type { Builder } from './builder.ts';
import { plainRead } from './operands.ts';
import type { Space } from './space.ts';
import type { Values } from './values.ts';

export interface StagedScale { readonly read: Read; readonly axes: readonly [string, string] }

/** Reads of the group's own parts that vary along one side of the product and, without a gap, along the axis whose turns the warps take. */
export function scalesOf(g: LoopGroup, plan: MatrixPlan, space: Space, parts: ReadonlyMap<string, TileExpr>): StagedScale[] {
  const [turn] = space.turnAxes(), turns = plan.turns;
  if (turn === undefined || turns === undefined || !g.axes.some((a) => a.id === turns.axis)) return [];
  const found = g.parts.flatMap((p) => readsOf(p.body)).flatMap((read): StagedScale[] => {
    const free = [...freeAxes(read)], rows = free.find((id) => plan.roles.has(id)), last = read.index.at(-1);
    const fits = plainRead(read) !== undefined && !parts.has(read.tensor) && free.length === 2 && rows !== undefined && last !== undefined && isConst(coefficient(last, turns.axis) ?? num(0)) === 1;
    return fits ? [{ read, axes: [rows, turn] }] : [];
  });
  return [...new Map(found.map((s) => [exprKey(s.read), s])).values()];
}

/** The asynchronous copy of one stage; undefined where a run does not move as one. */
export function scaleCopy({ read, axes }: StagedScale, threads: number, b: Builder, values: Values): { readonly view: View; readonly layout: Layout } | undefined {
  const buffer = b.buffer(read.tensor), bits = bitsOf(buffer.dtype), sizes = axes.map((id) => b.axisInfo(id).tile);
  const { index, guard } = values.address(read);
  const layout = blocked({ sizes, order: [1, 0], vector: Math.min(sizes[1]!, (b.target.vectorBytes * 8) / bits), threads, bitSource: b.target.lanes > 0 ? 'lanes' : 'thread' });
  const vector = values.vector(buffer, index, guard, false, axes, layout);
  if (vector !== Math.min(sizes[1]!, (b.target.vectorBytes * 8) / bits) || !b.target.asyncBytes.includes((vector * bits) / 8)) return undefined;
  return { view: { buffer: buffer.name, index, guard, fill: 0, clamp: [], vector }, layout };
}

export function scaleBuffer({ read, axes }: StagedScale, stages: number, b: Builder): SharedBuffer {
  const made: SharedBuffer = { id: `${read.tensor.toLowerCase()}_stage`, dtype: b.buffer(read.tensor).dtype, axes, sizes: axes.map((id) => b.axisInfo(id).tile), stages, swizzle: 0, pad: 0 };
  b.sharedBuffer(made);
  return made;
}

/** The scale as it stands in the stage. */
export function stagedScale({ read, axes }: StagedScale, buffer: SharedBuffer, stage: IndexExpr, b: Builder, space: Space): TileExpr {
  const order = space.order(axes), dst = b.tile(read.tensor.toLowerCase(), 'f32', order, space.layoutOf(order));
  b.emit({ kind: 'loadShared', dst, buffer: buffer.id, stage, vector: 1 });
  return { kind: 'tile', tile: dst, type: 'f32' };
}

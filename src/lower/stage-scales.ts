/**
 * Scales of groups ride in the ring with the weights they belong to: where warps take turns at the groups, a stage holds those of all turns, one short run for each row.
 * Read where they are used they would be waited for as long as weights are.
 */
import { bitsOf } from '../ir/dtype.ts';
import { coefficient, type IndexExpr, isConst, num, variable } from '../ir/index-expr.ts';
import type { Layout } from '../ir/layout.ts';
import { blocked } from '../ir/layout-build.ts';
import type { LoopGroup } from '../ir/nest.ts';
import type { MatrixPlan } from '../ir/plan.ts';
import { mostSteps } from '../ir/stages.ts';
import type { SharedBuffer, TileExpr, View } from '../ir/tile.ts';
import type { Read } from '../ir/tst.ts';
import { exprKey, freeAxes, readsOf } from '../ir/tst-walk.ts';
import { plainRead } from '../partition/operand-read.ts';
import type { Builder } from './builder.ts';
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

export interface RidingScale { readonly scale: StagedScale; readonly buffer: SharedBuffer }
/** A loop whose turns `bind` binds the axis by, and the pipe that is to hold what they need. */
export interface Steps { readonly step: string; readonly count: IndexExpr; readonly bind: () => void; readonly pipe: string }

/** Scales of all steps, each in a stage of its own, before the loop begins, so that none is waited for where it is used. Nothing where there are too many steps. */
export function scalesBefore(scales: readonly StagedScale[], { step, count, bind, pipe }: Steps, threads: number, b: Builder, values: Values): readonly RidingScale[] {
  const stages = isConst(count) ?? Infinity;
  if (stages > mostSteps) return [];
  const made: RidingScale[] = [];
  const fill = b.block(() => b.loop(step, count, () => {
    bind();
    b.emit({ kind: 'acquire', pipe });
    for (const scale of scales) {
      const copy = scaleCopy(scale, threads, b, values);
      if (copy === undefined) continue;
      const buffer = scaleBuffer(scale, stages, b);
      b.emit({ kind: 'copyAsync', buffer: buffer.id, stage: variable(step), ...copy, via: 'cp_async' });
      made.push({ scale, buffer });
    }
    b.emit({ kind: 'commit', pipe });
  }, true));
  if (made.length === 0) return [];
  b.pipes.push({ id: pipe, stages, buffers: made.map((m) => m.buffer.id) });
  for (const op of fill) b.emit(op);
  b.loop(step, count, () => b.emit({ kind: 'wait', pipe, ahead: 0 }), true);
  b.emit({ kind: 'barrier' });
  return made;
}

/** Emits `body` with the scales as they stand in the stage. */
export function withScales(riding: readonly RidingScale[], stage: IndexExpr, b: Builder, space: Space, values: Values, body: () => void): void {
  for (const { scale, buffer } of riding) values.staged.set(exprKey(scale.read), () => stagedScale(scale, buffer, stage, b, space));
  body();
  for (const { scale } of riding) values.staged.delete(exprKey(scale.read));
}

function stagedScale({ read, axes }: StagedScale, buffer: SharedBuffer, stage: IndexExpr, b: Builder, space: Space): TileExpr {
  const order = space.order(axes), dst = b.tile(read.tensor.toLowerCase(), 'f32', order, space.layoutOf(order));
  b.emit({ kind: 'loadShared', dst, buffer: buffer.id, stage, vector: 1 });
  return { kind: 'tile', tile: dst, type: 'f32' };
}

/**
 * Where warps have taken turns at a sum: each writes its part to shared memory, and all threads add the parts of some of the results. From there on the launch's
 * tiles are spread over threads in rows, as memory has them, so that results are stored by all threads.
 */
import { num } from '../ir/index-expr.ts';
import { type Layout, layout } from '../ir/layout.ts';
import { blocked } from '../ir/layout-build.ts';
import type { LaunchPlan } from '../ir/plan.ts';
import type { Reducer, TileExpr } from '../ir/tile.ts';
import type { Builder } from './builder.ts';
import type { Space } from './space.ts';

/** Neighbouring results of a thread: a word of 16-bit elements. */
const neighbours = 2;

/** The sum of the parts in `acc`, whose axes are those of the results and the warps' turns. */
export function meet(b: Builder, space: Space, plan: LaunchPlan, acc: number, reducer: Reducer, name: string): TileExpr {
  const [turn] = space.turnAxes(), { axes, layout: own } = b.decl(acc);
  const size = (id: string): number => b.axisInfo(id).tile;
  // Memory runs along the longer side.
  const kept = axes.filter((id) => id !== turn), [rows, columns] = [...kept].sort((x, y) => size(x) - size(y));
  if (turn === undefined || rows === undefined || columns === undefined || kept.length !== 2) return { kind: 'tile', tile: acc, type: 'f32' };
  const isPair = own.dims[axes.indexOf(columns)]!.bits[0]?.from === 'reg';
  const id = `${name}_turns`, pipe = `${id}_ring`, memory = [turn, rows, columns];
  // Boxes leave no more room than they must.
  // Free elements after each row let the rows that a warp writes at once, eight in pairs or eight times four single ones, begin in different banks.
  b.sharedBuffer({ id, dtype: 'f32', axes: memory, sizes: memory.map(size), stages: 1, swizzle: 0, pad: isPair && !(plan.kind === 'matrix' && plan.boxes === true) ? 8 : 4 });
  b.pipes.push({ id: pipe, stages: 1, buffers: [id] });
  b.emit({ kind: 'acquire', pipe });
  b.emit({ kind: 'storeShared', src: acc, buffer: id, stage: num(0), vector: isPair ? neighbours : 1 });
  b.emit({ kind: 'commit', pipe });
  b.emit({ kind: 'wait', pipe, ahead: 0 });
  b.emit({ kind: 'barrier' });
  const spread = blocked({ sizes: [size(rows), size(columns)], order: [1, 0], vector: neighbours, threads: plan.threads, bitSource: 'lanes' });
  const parts = b.tile(`${name}_parts`, 'f32', memory, above(size(turn), spread));
  b.emit({ kind: 'loadShared', dst: parts, buffer: id, stage: num(0), vector: neighbours });
  space.settle(new Map([[rows, spread.dims[0]!], [columns, spread.dims[1]!]]));
  const sum = b.tile(`${name}_all`, 'f32', [rows, columns], spread);
  b.emit({ kind: 'reduce', reducer, srcs: [parts], over: [{ axis: turn }], dsts: [sum] });
  b.emit({ kind: 'release', pipe });
  return { kind: 'tile', tile: sum, type: 'f32' };
}

/** The layout with one more dimension in front, all of it in registers. */
const above = (count: number, l: Layout): Layout => layout([{ bits: [], repeat: count }, ...l.dims]);

/**
 * Schedules of a reduction on one design of an accelerator: cuts of its axes, hoisted sums, and which loops the intrinsic takes, searched by the calibrated model. A
 * winner is run on the functional model, at sizes small enough for that, and compared with the oracle.
 */
import { calibrated } from '../cost/calibrated.ts';
import type { Kernel } from '../ir/tst.ts';
import { describe } from '../ir/tolerance.ts';
import type { Computation } from '../partition/computation.ts';
import type { Accelerator } from '../partition/declare.ts';
import { interfaceOf, loopsOf } from '../partition/interface.ts';
import { groupingText } from '../partition/many-to-one.ts';
import type { Design } from '../partition/space.ts';
import { smallSizes, verify } from '../partition/verify.ts';
import type { AcceleratorSpace } from '../search/accelerator-space.ts';
import { explorers, type ExplorerName } from '../search/explorers.ts';
import { choicesOf, layerSpace } from '../search/layer.ts';
import { Random } from '../search/random.ts';
import { type Point, sizeOf } from '../search/space.ts';
import type { Schedule } from '../../grammar/ast.ts';
import { type Illegal, orderOf, pointOfBlock, takenBy } from './accelerator-block.ts';

export interface AcceleratorRequest {
  readonly accelerator: Accelerator;
  readonly design: Design;
  /** In normal form. */
  readonly kernel: Kernel;
  readonly computation: Computation;
  readonly sizes: Readonly<Record<string, number>>;
  readonly trials: number;
  readonly seed: number;
  readonly explorer: ExplorerName;
  /** What the source has: where the search begins, and what its winner is compared with. */
  readonly block?: Schedule | undefined;
}
export interface AcceleratorSchedule { readonly cycles: number; readonly seconds: number; readonly block: string; readonly map: string; readonly problem: string | undefined }
export interface AcceleratorResult { readonly kind: 'tuned'; readonly space: number; readonly trials: number; readonly start: AcceleratorSchedule | undefined; readonly winner: AcceleratorSchedule | undefined }

/** Undefined where no intrinsic of the accelerator matches; the block's mistake where it is no legal schedule. */
export function tuneOnAccelerator(r: AcceleratorRequest): AcceleratorResult | Illegal | undefined {
  const choices = choicesOf(r.computation, r.accelerator.intrinsics, { fused: true, distinct: false });
  const space = layerSpace(r.kernel, r.computation, choices, r.design, r.sizes, calibrated, 'all');
  if (space === undefined) return undefined;
  const own = r.block === undefined ? undefined : pointOfBlock(r.block, space);
  if (own?.kind === 'illegal') return own;
  // As one would begin: tiles of two calls along each loop.
  const start = own?.point ?? space.nearest(space.axes.map((a) => { const loop = space.evaluators[0]!.problem.loops.find((l) => l.axes.some((x) => x.id === a.id)); return loop?.index === undefined ? 1 : 2 * loop.step; }), 0, 0);
  const found = explorers[r.explorer](space, (p) => space.cycles(p), { trials: r.trials, random: new Random(r.seed), start: [start] });
  return { kind: 'tuned', space: sizeOf(space), trials: found.trials, start: scheduleAt(r, space, start), winner: found.best === undefined ? undefined : scheduleAt(r, space, found.best) };
}

function scheduleAt(r: AcceleratorRequest, space: AcceleratorSpace, point: Point): AcceleratorSchedule | undefined {
  const { evaluator, tiles, hoist } = space.schedule(point), e = evaluator.estimate(tiles, hoist), { problem } = evaluator;
  if (e.problem !== undefined) return undefined;
  return { cycles: e.cycles, seconds: e.seconds, block: blockOf(r, space, point, hoist), map: groupingText(problem.computation, problem.intrinsic.computation, problem.selection), problem: check(r, space, point) };
}

/** The schedule in the language: a tile of every loop, the order of the tiles from the outside in, and the intrinsic. */
function blockOf(r: AcceleratorRequest, space: AcceleratorSpace, point: Point, hoist: number): string {
  const { problem } = space.schedule(point).evaluator, cuts = space.cutsAt(point);
  const loops = problem.loops.filter((l) => l.index !== undefined), isPlain = loops.every((l) => l.axes.length === 1);
  return [
    `schedule ${r.kernel.name} for ${r.accelerator.name} {`,
    `  tile ${space.axes.map((a, i) => `${a.name} by ${Math.min(cuts[i]!, space.extents[i]!)}`).join(', ')}`,
    `  reorder ${orderOf(problem, hoist).join(', ')}`,
    `  tensorize ${problem.intrinsic.name}${isPlain ? `(${takenBy(problem).join(', ')})` : ''}   // ${groupingText(problem.computation, problem.intrinsic.computation, problem.selection)}`,
    '}',
  ].join('\n');
}

/** What the functional model computes with these cuts, as far as they fit into small sizes; undefined where it is right. */
function check(r: AcceleratorRequest, space: AcceleratorSpace, point: Point): string | undefined {
  const { evaluator, hoist } = space.schedule(point), { intrinsic, selection } = evaluator.problem, sizes = smallSizes(r.kernel, 12), design: Design = { ...r.design, x: 3, y: 2 };
  const cuts = space.cutsAt(point), loops = loopsOf(r.computation, intrinsic, selection, design, sizes);
  const tiles = new Map(loops.map((l) => [l.id, Math.max(1, Math.min(l.total, l.axes.reduce((n, a) => n * cuts[space.axes.findIndex((x) => x.id === a.id)]!, 1)))]));
  const { comparison } = verify(interfaceOf(r.computation, intrinsic, selection, design, sizes, { tiles, hoist }), r.kernel);
  return comparison.ok ? undefined : describe(r.computation.name, comparison)[0] ?? 'the result has another size';
}

/**
 * A schedule for an accelerator, as `tdsl tune` writes it and a person edits it: a tile of every loop, the order of the tiles from the outside in, and which loops the intrinsic takes.
 * Read back it is a point of the same space that the search walks.
 */
import type { File, Schedule } from '../../grammar/ast.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnostic } from '../diagnostics/report.ts';
import type { Span } from '../diagnostics/span.ts';
import { hoists, outerOrder } from '../partition/interface.ts';
import type { Problem } from '../cost/problem.ts';
import { constantOf, sizeName } from '../schedule/apply-size.ts';
import type { AcceleratorSpace } from '../search/accelerator-space.ts';
import { nearestLegal } from '../search/nearest-legal.ts';
import type { Point } from '../search/space.ts';

/** The block of a kernel for an accelerator; undefined where it has none, or more than one reduction, whose loops a block does not tell apart. */
export const acceleratorBlock = (file: File, kernel: string, accelerator: string, computations: readonly unknown[]): Schedule | undefined =>
  (computations.length !== 1 ? undefined : file.declarations.find((d): d is Schedule => d.kind === 'schedule' && d.kernel.name === kernel && d.target.variant === undefined && d.target.name.name === accelerator));

/** Which rule a demand breaks, at which loop, and the nearest legal demand (empty where there is none). */
export interface Illegal { readonly kind: 'illegal'; readonly demand: string; readonly rule: string; readonly loop: string; readonly nearest: string; readonly span: Span }
export type BlockPoint = { readonly kind: 'point'; readonly point: Point } | Illegal;

/** The order of a schedule's tiles, as the block says it. */
export const orderOf = (problem: Problem, hoist: number): readonly string[] => outerOrder(problem.loops.map((loop) => ({ loop })), hoist).flatMap(({ loop }) => loop.axes.map((a) => a.name));
/** Loops of the intrinsic, in the order of its indices. */
export const takenBy = (problem: Problem): readonly string[] => problem.loops.filter((l) => l.index !== undefined).map((l) => l.name);

export const illegalSchedule = ({ demand, rule, loop, nearest, span }: Illegal): Diagnostic => diagnostic('TDSL0616', { demand: `\`${demand}\``, rule, loop, nearest: nearest === '' ? '' : `\`${nearest}\`` }, span);

export function pointOfBlock(block: Schedule, space: AcceleratorSpace): BlockPoint {
  const names = space.axes.map((a) => a.name), cuts = space.extents.map(() => 1);
  const illegal = (demand: string, rule: string, loop: string, nearest: string, span: Span): Illegal => ({ kind: 'illegal', demand, rule, loop, nearest, span });
  let order: readonly string[] | undefined, orderSpan = block.span, tileSpan = block.span, choices = space.evaluators.map((e, choice) => ({ problem: e.problem, choice }));
  for (const v of block.verbs) {
    if (v.kind === 'tile') {
      tileSpan = v.span;
      for (const a of v.axes) {
        const loop = sizeName(a.loop), at = names.indexOf(a.loop.index.name), [first, ...more] = a.factors, tile = first && constantOf(first.size, new Map()), extent = space.extents[at] ?? 0, demand = `tile ${loop} by ${tile ?? '…'}`;
        if (at < 0) return illegal(demand, `loops are ${names.join(', ')}`, loop, '', a.span);
        if (more.length > 0) return illegal(demand, 'an accelerator\'s loops are cut once', loop, `tile ${loop} by ${tile ?? 1}`, a.span);
        if (tile === undefined || !Number.isInteger(tile) || tile < 1 || tile > extent) return illegal(demand, `a tile is a whole number from 1 to the loop's ${extent}`, loop, `tile ${loop} by ${Math.max(1, Math.min(extent, tile ?? 1))}`, a.span);
        const exact = space.cutsAt(space.nearest(space.extents.map((_, i) => (i === at ? tile : 1)), 0, 0))[at];
        if (exact !== tile) return illegal(demand, 'tiles are divisors, powers of two and equal shares of the extent', loop, `tile ${loop} by ${exact ?? 1}`, a.span);
        cuts[at] = tile;
      }
    } else if (v.kind === 'reorder') {
      order = v.loops.map((l) => l.index.name);
      orderSpan = v.span;
    } else if (v.kind === 'tensorize') {
      const asked = v.loops.map((l) => l.index.name), known = choices, demand = `tensorize ${v.intrinsic.name}${asked.length === 0 ? '' : `(${asked.join(', ')})`}`;
      choices = known.filter(({ problem }) => problem.intrinsic.name === v.intrinsic.name && (asked.length === 0 || takenBy(problem).join() === asked.join()));
      const [near] = known.filter(({ problem }) => problem.intrinsic.name === v.intrinsic.name), best = near ?? known[0]!;
      if (choices.length === 0) return illegal(demand, near === undefined ? 'no such intrinsic of the array matches' : 'the intrinsic does not take these loops', asked[0] ?? names[0]!, `tensorize ${best.problem.intrinsic.name}(${takenBy(best.problem).join(', ')})`, v.span);
    } else return illegal(v.kind, 'a schedule for an accelerator has `tile`, `reorder` and `tensorize`', names[0]!, '', v.span);
  }
  const asked = order, ordered = choices.flatMap(({ problem, choice }) => Array.from({ length: hoists(problem.loops) }, (_, hoist) => ({ problem, choice, hoist })).filter((x) => asked === undefined || orderOf(problem, x.hoist).join() === asked.join()).slice(0, 1));
  if (ordered.length === 0) {
    const { problem } = choices[0]!;
    return illegal(`reorder ${asked?.join(', ') ?? ''}`, 'summed loops stand inside the kept ones, or change places with the innermost of them from the outside on', asked?.[0] ?? '', `reorder ${orderOf(problem, 0).join(', ')}`, orderSpan);
  }
  // Several loops on one index have no names of their own in a block: of the ways to fuse them the fastest is meant.
  const points = ordered.map(({ choice, hoist }) => space.nearest(cuts, hoist, choice)), best = points.reduce((x, y) => (space.cycles(y) < space.cycles(x) ? y : x));
  if (space.cycles(best) < Infinity) return { kind: 'point', point: best };
  const { evaluator, tiles, hoist } = space.schedule(best), near = nearestLegal(space, best);
  const text = (of: readonly number[]): string => `tile ${names.map((n, i) => `${n} by ${of[i]}`).join(', ')}`;
  return illegal(text(cuts), evaluator.estimate(tiles, hoist).problem ?? 'it does not fit', near?.loop ?? names[0]!, near === undefined ? '' : text(space.cutsAt(near.point)), tileSpan);
}

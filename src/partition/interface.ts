/**
 * The interface of a match (HASCO, section 3): how loops are cut into tiles that fit the scratchpad, how many calls of fixed size cover a tile, where
 * tiles and calls are padded. Numbers only; interface-js.ts writes it as code, and the cost models count it.
 *
 *   count = ceil(total / tile),  pad = count * tile - total,  calls = ceil(tile / step)
 */
import { evaluate, type IndexExpr, isConst, num } from '../ir/index-expr.ts';
import type { Axis } from '../ir/tst.ts';
import { axesOf, type Computation } from './computation.ts';
import { extentsFor, type Intrinsic } from './declare.ts';
import type { Grouping } from './many-to-one.ts';
import type { Match } from './match.ts';
import type { Design } from './space.ts';

/** A loop around the calls: an index of the intrinsic with the (fused) loops on it, or a loop that stays in software. */
export interface Loop {
  readonly id: string;
  readonly name: string;
  /** Loops of the computation, the outermost first; several are fused. */
  readonly axes: readonly Axis[];
  readonly extents: readonly number[];
  readonly total: number;
  /** Elements of one call; 1 for a loop of software. */
  readonly step: number;
  /** The intrinsic's index, where there is one. */
  readonly index: Axis | undefined;
  readonly reduction: boolean;
}
export interface Tiling { readonly loop: Loop; readonly tile: number; readonly count: number; readonly pad: number; readonly calls: number }

export interface Interface {
  readonly computation: Computation;
  readonly intrinsic: Intrinsic;
  readonly selection: Grouping;
  readonly design: Design;
  readonly sizes: Readonly<Record<string, number>>;
  /** Of the intrinsic's indices in their order, then of the loops left to software. */
  readonly tilings: readonly Tiling[];
  /** Tiles from the outside in. */
  readonly outer: readonly Tiling[];
}

export const grouped = (m: Match): Grouping => ({ order: m.order, groups: new Map([...m.map].map(([u, s]) => [u, [s]])) });

/** Loops in a fixed order: those of the intrinsic, kept before summed, then those of software in the order of the statement. */
export function loopsOf(c: Computation, intrinsic: Intrinsic, selection: Grouping, design: Design, sizes: Readonly<Record<string, number>>): Loop[] {
  const number = (e: IndexExpr): number => evaluate(e, (_, id) => sizes[id] ?? 0);
  const axes = new Map(axesOf(c).map((a) => [a.id, a]));
  const steps = extentsFor(intrinsic, design);
  const isReduction = (a: Axis | undefined): boolean => c.reduction.some((r) => r.id === a?.id);
  const chosen = new Set([...selection.groups.values()].flat());
  const matched = axesOf(intrinsic.computation).map((u): Loop => {
    const own = (selection.groups.get(u.id) ?? []).flatMap((id) => axes.get(id) ?? []);
    const extents = own.map((a) => number(a.extent));
    // An index without a loop runs once and is padded.
    const name = own.length === 0 ? `idle_${u.name}` : own.map((a) => a.name).join('·');
    return { id: u.id, name, axes: own, extents, total: extents.reduce((n, x) => n * x, 1), step: steps.get(u.id) ?? 1, index: u, reduction: intrinsic.computation.reduction.some((r) => r.id === u.id) };
  });
  const software = axesOf(c).filter((a) => !chosen.has(a.id)).map((a): Loop => {
    const total = number(a.extent);
    return { id: a.id, name: a.name, axes: [a], extents: [total], total, step: 1, index: undefined, reduction: isReduction(a) };
  });
  return [...matched, ...software];
}

/**
 * The order of tiles (HASCO's release): kept loops, then summed ones; with `hoist` s the first s summed loops stand before the last s kept ones, pairwise.
 * Loops of software come before those of the intrinsic in each class, so that what is matched stays inside.
 */
export function outerOrder<T extends { readonly loop: Loop }>(tilings: readonly T[], hoist: number): T[] {
  const inOrder = [...tilings].sort((a, b) => Number(a.loop.index !== undefined) - Number(b.loop.index !== undefined));
  const kept = inOrder.filter((t) => !t.loop.reduction), summed = inOrder.filter((t) => t.loop.reduction);
  const s = Math.min(hoist, kept.length, summed.length), first = kept.length - s;
  return [...kept.slice(0, first), ...summed.slice(0, s).flatMap((r, i) => [r, ...kept.slice(first + i, first + i + 1)]), ...summed.slice(s)];
}
/** How many orders there are. */
export const hoists = (loops: readonly Loop[]): number => 1 + Math.min(loops.filter((l) => l.reduction).length, loops.filter((l) => !l.reduction).length);

export interface Cuts { readonly tiles: ReadonlyMap<string, number>; readonly hoist: number }

export function interfaceOf(c: Computation, intrinsic: Intrinsic, selection: Grouping, design: Design, sizes: Readonly<Record<string, number>>, cuts: Cuts): Interface {
  const tilings = loopsOf(c, intrinsic, selection, design, sizes).map((loop): Tiling => {
    const tile = Math.max(1, Math.min(cuts.tiles.get(loop.id) ?? loop.step, loop.total));
    const count = Math.ceil(loop.total / tile);
    return { loop, tile, count, pad: count * tile - loop.total, calls: Math.ceil(tile / loop.step) };
  });
  return { computation: c, intrinsic, selection, design, sizes, tilings, outer: outerOrder(tilings, cuts.hoist) };
}

/** Two calls along each index: enough to have inner, edge and padded calls. */
export const plainCuts = (loops: readonly Loop[]): Cuts => ({ tiles: new Map(loops.map((l) => [l.id, l.index === undefined ? 1 : 2 * l.step])), hoist: 0 });

/** Why a match that is legal has no interface yet. */
export function interfaceProblem(c: Computation, intrinsic: Intrinsic, selection: Grouping): string | undefined {
  if (c.combiner !== 'sum') return `padding of \`${c.combiner}\` is not known`;
  const i = intrinsic.computation;
  for (const u of i.reduction) {
    // A padded step adds 0 because one of its operands is 0 there.
    if (!i.operands.some((o) => o.dimensions.some((d) => d.coefficients.size === 1 && d.coefficients.has(u.id)))) return `${u.name} stands alone in no operand, so a padded step has no zero`;
  }
  for (const o of i.operands) for (const d of o.dimensions) {
    if (d.coefficients.size > 1 && ![...d.coefficients.keys()].some((u) => isConst(d.coefficients.get(u) ?? num(0)) === 1)) return 'a dimension of the intrinsic has no index with step 1';
  }
  return selection.groups.size === axesOf(i).length ? undefined : 'an index of the intrinsic has no loop';
}

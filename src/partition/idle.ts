/**
 * Matches that leave indices of the intrinsic idle: a matrix product used as a matrix-vector product has one column of work and pads the others. No
 * candidate of the two-step matching is one of these; they are for statements that would find no partner at all (a depthwise convolution on a GEMM array).
 */
import type { Axis } from '../ir/tst.ts';
import { axesOf, type Computation, type Dimension } from './computation.ts';
import { match } from './match.ts';
import type { Grouping } from './many-to-one.ts';

/** With as few idle indices as possible; empty where even that finds none. Each grouping has an empty group for an idle index. */
export function idleMatches(c: Computation, intrinsic: Computation): Grouping[] {
  const indices = axesOf(intrinsic);
  for (let idle = 1; idle < indices.length; idle++) {
    const found = combinations(indices, idle).flatMap((set) => {
      const gone = new Set(set.map((a) => a.id));
      return match(c, without(intrinsic, gone)).accepted.map((m): Grouping => ({ order: m.order, groups: new Map(indices.map((u) => { const s = m.map.get(u.id); return [u.id, s === undefined ? [] : [s]]; })) }));
    });
    if (found.length > 0) return found;
  }
  return [];
}

function without(i: Computation, gone: ReadonlySet<string>): Computation {
  const keep = (a: Axis): boolean => !gone.has(a.id);
  const dimension = (d: Dimension): Dimension => ({ ...d, coefficients: new Map([...d.coefficients].filter(([id]) => !gone.has(id))) });
  return { ...i, spatial: i.spatial.filter(keep), reduction: i.reduction.filter(keep), operands: i.operands.map((o) => ({ ...o, dimensions: o.dimensions.map(dimension) })) };
}

function combinations<T>(list: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return list.flatMap((x, i) => combinations(list.slice(i + 1), size - 1).map((rest) => [x, ...rest]));
}

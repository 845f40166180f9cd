/**
 * The fold that reductions of both modes are made of: tuples of tiles, one position of the reduced axes after the other.
 * Parts may have fewer axes than others; a part's merge may read parts whose axes are among its own.
 */
import { rounderTo, roundTo } from './round.ts';
import type { TileData } from './tile-interpret-machine.ts';
import { compileExpr } from './tile-interpret-expr.ts';
import type { Compute } from './tile-interpret-scope.ts';
import { CompilerBug } from '../diagnostics/bug.ts';
import type { Reducer } from './tile.ts';

export interface Part {
  readonly result: TileData;
  readonly source: TileData;
  /** sourceAt[position][element of the result]: the source's element, or -1 where this position does not touch the element. */
  readonly sourceAt: readonly Int32Array[];
  /** For each part, where the result holds the element that an element of this result sees of it; undefined when it sees none. */
  readonly sees: readonly (Int32Array | undefined)[];
}

/** Merges into `state` (one array per part) the tuples that `other` holds; a compiled reducer. */
export type Merge = (state: readonly Float64Array[], other: readonly Float64Array[], at: (part: number, element: number) => number, swapped: (part: number, element: number) => boolean) => void;

export function compileMerge(reducer: Reducer, parts: readonly Part[]): Merge {
  // The present left and right side of every part; -1 on an index means the part is not seen.
  const left = parts.map(() => NaN), right = parts.map(() => NaN);
  const compute = parts.map((_, p): Compute => compileExpr(reducer.merge[p]!, {
    tile: (id) => {
      const seen = Math.floor((-id - 1) / 2);
      if (id >= 0 || parts[p]!.sees[seen] === undefined) throw new CompilerBug(`reducer ${reducer.name}: part ${p} cannot see tile ${id}`);
      return -id % 2 === 1 ? () => left[seen]! : () => right[seen]!;
    },
    index: () => { throw new CompilerBug(`reducer ${reducer.name}: an index in a merge`); },
  }));
  const [only] = parts;
  // One part sees no other, and each of its elements itself alone.
  if (only !== undefined && parts.length === 1) {
    const round = rounderTo(only.result.decl.dtype), one = compute[0]!;
    return ([mine], [theirs], at, swapped) => {
      const into = mine!, from = theirs!;
      for (let e = 0; e < into.length; e++) {
        const a = at(0, e);
        if (a < 0) continue;
        const swap = swapped(0, e);
        left[0] = swap ? from[a]! : into[e]!;
        right[0] = swap ? into[e]! : from[a]!;
        into[e] = round(one());
      }
    };
  }
  const results = parts.map((p) => new Float64Array(p.result.data.length));
  return (state, other, at, swapped) => {
    parts.forEach((part, p) => {
      const into = results[p]!;
      for (let e = 0; e < into.length; e++) {
        if (at(p, e) < 0) { into[e] = state[p]![e]!; continue; }
        const swap = swapped(p, e);
        for (let q = 0; q < parts.length; q++) {
          const table = part.sees[q];
          if (table === undefined) continue;
          const mine = state[q]![table[e]!]!, theirs = other[q]![at(q, table[e]!)]!;
          left[q] = swap ? theirs : mine;
          right[q] = swap ? mine : theirs;
        }
        into[e] = roundTo(part.result.decl.dtype, compute[p]!());
      }
    });
    parts.forEach((_, p) => state[p]!.set(results[p]!));
  };
}

/** Sets the results to the identity and folds every position of the sources into them, in order. */
export function fold(reducer: Reducer, parts: readonly Part[], merge: Merge): void {
  parts.forEach((p, n) => p.result.data.fill(roundTo(p.result.decl.dtype, reducer.identity[n]!)));
  const state = parts.map((p) => p.result.data), sources = parts.map((p) => p.source.data);
  const positions = parts[0]?.sourceAt.length ?? 0;
  for (let n = 0; n < positions; n++) merge(state, sources, (p, e) => parts[p]!.sourceAt[n]![e]!, () => false);
}

/** How an access to memory looks from a warp: how long its runs of neighbours are, and on which factors of the grid its place depends. */
import { bitsOf } from '../ir/dtype.ts';
import { type Atom, type IndexExpr, isConst, variablesOf } from '../ir/index-expr.ts';
import { coordinateOf, isThreadBit, type Layout, registerCount } from '../ir/layout.ts';
import { positionOf } from '../ir/layout-query.ts';
import { sharedOffset } from '../ir/layout-shared.ts';
import type { SharedBuffer, TileKernel, View } from '../ir/tile.ts';

/** Bytes that memory moves at least. */
export const sector = 32;

/** Registers of a thread that are looked at: what one load leaves of a sector, the next ones find in the first-level cache. Stores pass through it one by one. */
const looked = 8;

/**
 * A warp's access, by the addresses of its lanes. `share`: of the moved sectors, the part that was asked for. `clocks`: turns of the load unit for one
 * instruction, four sectors each.
 * @param at value of an index expression where axes have the given coordinates
 */
export function coalescing(view: View, axes: readonly string[], layout: Layout, kernel: TileKernel, at: (e: IndexExpr, coordinates: ReadonlyMap<string, number>) => number, writes = false): { readonly share: number; readonly clocks: number } {
  const buffer = kernel.buffers.find((b) => b.name === view.buffer);
  if (buffer === undefined) return { share: 1, clocks: 1 };
  const bits = bitsOf(buffer.dtype), none = new Map<string, number>(), extents = buffer.shape.map((e) => at(e, none));
  const first = new Set<number>(), all = new Set<number>(), asked = new Set<number>();
  const registers = Math.min(registerCount(layout), writes ? view.vector : Math.max(looked, view.vector)), coordinates = new Map<string, number>();
  for (let lane = 0; lane < 32; lane++) {
    const position = positionOf(lane);
    // Elements of one access follow each other in memory.
    for (let r = 0; r < registers; r += view.vector) {
      for (let d = 0; d < axes.length; d++) coordinates.set(axes[d]!, coordinateOf(layout, d, position, r));
      let element = 0;
      for (let d = 0; d < view.index.length; d++) element = element * extents[d]! + at(view.index[d]!, coordinates);
      asked.add(element);
      for (let byte = Math.floor((element * bits) / 8 / sector), last = Math.floor(((element + view.vector) * bits - 1) / 8 / sector); byte <= last; byte++) {
        all.add(byte);
        if (r === 0) first.add(byte);
      }
    }
  }
  return { share: Math.min(1, (asked.size * view.vector * bits) / 8 / (all.size * sector)), clocks: Math.max(1, first.size / 4) };
}

/** Factors of the grid that the place of the view depends on. */
export function gridFactors(view: View, kernel: TileKernel): ReadonlySet<string> {
  const found = new Set<string>(), seen = new Set<string>(), grid = new Set(kernel.grid.map((g) => g.id));
  const visit = (e: IndexExpr): void => {
    for (const id of variablesOf(e)) {
      if (seen.has(id)) continue;
      seen.add(id);
      if (grid.has(id)) found.add(id);
      const axis = kernel.axes.find((a) => a.id === id);
      if (axis !== undefined) visit(axis.base);
    }
  };
  for (const e of view.index) visit(e);
  return found;
}

/** Scalar instructions that an index expression takes: one a term, many for a division by what is no power of two. */
export function indexCost(e: IndexExpr): number {
  return e.terms.reduce((n, t) => n + 1 + t.factors.reduce((m, f) => m + atomCost(f), 0), 0);
}
function atomCost(f: Atom): number {
  switch (f.kind) {
    case 'floordiv': case 'mod': { const by = isConst(f.b); return indexCost(f.a) + (by !== undefined && Number.isInteger(Math.log2(by)) ? 1 : by === undefined ? 20 : 5); }
    case 'min': case 'max': return f.args.reduce((n, a) => n + indexCost(a) + 1, 0);
    default: return 0;
  }
}

/** How many different coordinates of each factor of the grid `groups` neighbours in launch order have together. The last factor is fastest; panels take `panels` rows at a time. */
export function distinctInWave(counts: readonly number[], groups: number, panels: number | undefined): number[] {
  const found = counts.map(() => 1), n = counts.length;
  let rest = groups, at = n - 1;
  if (panels !== undefined && n >= 2) {
    const rows = Math.min(panels, counts[n - 2]!), columns = Math.min(counts[n - 1]!, Math.max(1, Math.ceil(groups / rows)));
    found[n - 2] = Math.min(rows * Math.ceil(Math.max(1, groups / rows / counts[n - 1]!)), counts[n - 2]!);
    found[n - 1] = columns;
    rest = groups / (counts[n - 2]! * counts[n - 1]!);
    at = n - 3;
  }
  for (; at >= 0; at--) {
    found[at] = Math.max(1, Math.min(counts[at]!, Math.ceil(rest)));
    rest /= counts[at]!;
  }
  return found;
}

/** Clocks that one access of a warp to shared memory takes: words of one bank follow each other, 32 banks of 4 bytes answer at once. */
export function bankClocks(shared: SharedBuffer, axes: readonly string[], layout: Layout, vector: number): number {
  const dims = shared.axes.map((id) => axes.indexOf(id));
  if (dims.some((d) => d < 0)) return 1;
  const offset = sharedOffset(shared), bits = bitsOf(shared.dtype), banks = new Map<number, Set<number>>();
  for (let lane = 0; lane < 32; lane++) {
    const first = offset(dims.map((d) => coordinateOf(layout, d, positionOf(lane), 0)));
    const from = Math.floor((first * bits) / 32), to = Math.floor(((first + vector) * bits - 1) / 32);
    for (let word = from; word <= to; word++) banks.set(word & 31, (banks.get(word & 31) ?? new Set()).add(word));
  }
  return Math.max(1, ...[...banks.values()].map((words) => words.size));
}

/** How many neighbours along a dimension a thread holds in a row, four at most: what one access brings. */
export function neighbours(l: Layout, d: number): number {
  const bits = l.dims[d]?.bits ?? [], others = bits.findIndex(isThreadBit);
  return Math.min(4, 2 ** (others < 0 ? bits.length : others));
}

/** Clocks in which a warp reads one side of a product from a row in shared memory, `vector` neighbours for each lane: lanes that want the same word share it. */
export function operandClocks(l: Layout, d: number, vector: number): number {
  const banks = new Map<number, Set<number>>();
  for (let lane = 0; lane < 32; lane++) {
    const first = coordinateOf(l, d, positionOf(lane), 0);
    for (let word = first; word < first + vector; word++) banks.set(word & 31, (banks.get(word & 31) ?? new Set()).add(word));
  }
  return Math.max(1, ...[...banks.values()].map((words) => words.size));
}

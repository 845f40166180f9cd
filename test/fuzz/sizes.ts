/** Sizes to run with, so that edges of tiles, single elements, and aligned shapes all occur, and no run takes long. */
import type { Extent } from './extent.ts';
import type { Random } from './random.ts';

export type Sizes = Readonly<Record<string, number>>;

/** Iterations of all nests of one run, about. */
const mostWork = 4e5;
const small = [1, 2, 3, 4, 5, 7];
export const pinned = [1, 2, 3, 5, 8, 16, 17, 32, 64];
const edges = [1, 2, 3, 5, 7, 11, 13, 15, 16, 17, 23, 31, 33, 37, 63, 64, 65, 127, 128, 129];
const aligned = [8, 16, 16, 32, 32, 48, 64, 64, 96, 128];

/** `extents`: those that must be at least 1, as `S - 1` where a tensor has such a dimension. */
export function sizesFor(random: Random, names: readonly string[], pins: ReadonlyMap<string, readonly number[]>, extents: readonly Extent[], workAt: (sizes: Sizes) => number, most = mostWork): Sizes[] {
  const lists = random.shuffled([small, edges, edges, aligned]).slice(0, 2);
  const found: Sizes[] = [];
  for (const list of [...lists, small]) {
    if (found.length >= 2) break;
    const sizes: Record<string, number> = {};
    for (const s of names) sizes[s] = random.pick(pins.get(s) ?? list);
    for (let tries = 0; tries < 40 && workAt(sizes) > most; tries++) {
      const largest = names.filter((s) => !pins.has(s)).sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0))[0];
      if (largest === undefined) break;
      const smaller = list.filter((n) => n < (sizes[largest] ?? 0));
      sizes[largest] = smaller.length > 0 ? (random.chance(0.5) ? smaller.reduce((a, b) => Math.max(a, b)) : random.pick(smaller)) : 1;
    }
    for (const e of extents) for (let tries = 0; tries < 4 && e.value(sizes) < 1; tries++) {
      const free = [...e.sizes].find((s) => names.includes(s) && !pins.has(s));
      if (free === undefined) break;
      sizes[free] = (sizes[free] ?? 0) + 1;
    }
    if (workAt(sizes) <= most && extents.every((e) => e.value(sizes) >= 1)) found.push(sizes);
  }
  return found.filter((s, i) => found.findIndex((o) => JSON.stringify(o) === JSON.stringify(s)) === i);
}

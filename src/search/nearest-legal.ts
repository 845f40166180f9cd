/** A schedule that does not fit: which loop to cut smaller, and how far. */
import type { AcceleratorSpace } from './accelerator-space.ts';
import { keyOf, type Point } from './space.ts';

export interface NearestLegal { readonly loop: string; readonly point: Point }

/**
 * The legal point fewest steps down from `point`: cuts alone are made smaller, breadth first, at most `most` points are looked at. `loop`: the one that
 * differs most. Undefined where nothing smaller fits.
 */
export function nearestLegal(space: AcceleratorSpace, point: Point, most = 20000): NearestLegal | undefined {
  const axes = space.axes.length, seen = new Set([keyOf(point)]);
  let level: Point[] = [point];
  while (level.length > 0 && seen.size < most) {
    const next: Point[] = [];
    for (const p of level) for (let a = 0; a < axes; a++) {
      if (p[a]! === 0) continue;
      const q = p.with(a, p[a]! - 1), key = keyOf(q);
      if (seen.has(key)) continue;
      seen.add(key);
      next.push(q);
    }
    const legal = next.filter((q) => space.cycles(q) < Infinity);
    if (legal.length > 0) {
      const best = legal.reduce((x, y) => (space.cycles(y) < space.cycles(x) ? y : x)), before = space.cutsAt(point), after = space.cutsAt(best);
      const ratio = (a: number): number => before[a]! / after[a]!;
      const loop = space.axes.map((_, a) => a).reduce((x, y) => (ratio(y) > ratio(x) ? y : x));
      return { loop: space.axes[loop]!.name, point: best };
    }
    level = next;
  }
  return undefined;
}

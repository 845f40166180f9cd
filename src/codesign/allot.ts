/**
 * Which schedule each layer takes where power or energy of the whole workload is bounded. A price of energy chooses one of each layer, the least of
 * seconds + price·energy, a corner of the convex hull of its schedules; so with a rising price layers give up time for energy in the order of what a joule costs
 * them (H. Everett, "Generalized Lagrange multiplier method", Operations Research 11, 1963):
 *
 *   min Σ n_i·t_i  subject to  Σ n_i·e_i <= P·Σ n_i·t_i  and  Σ n_i·e_i <= E
 *
 * The first price at which the bounds hold is taken; then layers go back to faster schedules, corners or not, where the bounds hold all the same. With one layer that is
 * the fastest schedule within the bound; with many, what is left is smaller than one layer's step.
 */
import type { Constraint } from './metrics.ts';

/** `power` in W, `energy` in J; Infinity where there is no bound. */
export interface Bounds { readonly power: number; readonly energy: number }
interface Spent { readonly seconds: number; readonly energy: number }

export function boundsOf(constraints: readonly Constraint[]): Bounds {
  const least = (metric: 'power' | 'energy'): number => Math.min(Infinity, ...constraints.flatMap((c) => (c.metric === metric && c.upper ? [c.bound] : [])));
  return { power: least('power'), energy: least('energy') };
}
export const isBounded = (b: Bounds): boolean => b.power < Infinity || b.energy < Infinity;

/** Sums over layers are rounded, so bounds are kept with a little to spare. */
const spare = 1 - 1e-9;
export const holds = (b: Bounds, seconds: number, energy: number): boolean => energy <= b.energy * spare && energy / seconds <= b.power * spare;

/** Those that take less energy than any faster one, from the fastest on. */
export function frontOf<T extends Spent>(list: readonly T[]): T[] {
  let least = Infinity;
  return list.filter((s) => s.seconds < Infinity).sort((a, b) => a.seconds - b.seconds || a.energy - b.energy).filter((s) => { const less = s.energy < least; least = Math.min(least, s.energy); return less; });
}
/** At most `most` of a front, evenly in energy, with both ends and all corners. */
export function thinned<T extends Spent>(front: readonly T[], most: number): T[] {
  if (front.length <= most) return [...front];
  const first = front[0]!.energy, step = (first - front.at(-1)!.energy) / most, corners = new Set(hull(front));
  let next = first;
  return front.filter((s) => { const kept = s.energy <= next; while (s.energy <= next) next -= step; return kept || corners.has(s); });
}
/** The corners of a front's lower convex hull. */
export function hull<T extends Spent>(front: readonly T[]): T[] {
  const found: T[] = [];
  for (const s of front) {
    while (found.length > 1 && slope(found.at(-2)!, found.at(-1)!) >= slope(found.at(-1)!, s)) found.pop();
    found.push(s);
  }
  return found;
}
/** Seconds for a joule on the way from a to b. */
const slope = (a: Spent, b: Spent): number => (b.seconds - a.seconds) / (a.energy - b.energy);

/** `price` in s/J: at which the layers were chosen, Infinity where no price is enough. */
export interface Allotment<T> { readonly chosen: readonly T[]; readonly price: number; readonly met: boolean }

/** `counts`: how often each layer runs; `fronts`: of each, not empty. */
export function allot<T extends Spent>(counts: readonly number[], fronts: readonly (readonly T[])[], bounds: Bounds): Allotment<T> {
  const hulls = fronts.map(hull), at = hulls.map(() => 0), now = (i: number): T => hulls[i]![at[i]!]!;
  let seconds = 0, energy = 0, price = 0;
  hulls.forEach((_, i) => { seconds += counts[i]! * now(i).seconds; energy += counts[i]! * now(i).energy; });
  const steps = hulls.flatMap((h, layer) => h.slice(1).map((s, k) => ({ layer, seconds: counts[layer]! * (s.seconds - h[k]!.seconds), energy: counts[layer]! * (s.energy - h[k]!.energy), price: slope(h[k]!, s) }))).sort((a, b) => a.price - b.price || a.layer - b.layer);
  for (const s of steps) {
    if (holds(bounds, seconds, energy)) break;
    at[s.layer]!++;
    seconds += s.seconds;
    energy += s.energy;
    price = s.price;
  }
  if (!holds(bounds, seconds, energy)) return { chosen: hulls.map((_, i) => now(i)), price: Infinity, met: false };
  const chosen = hulls.map((_, i) => now(i));
  for (;;) {
    let best = -1, to: T | undefined, most = 0;
    fronts.forEach((front, i) => {
      for (const s of front) {
        const gain = counts[i]! * (chosen[i]!.seconds - s.seconds);
        if (gain <= 0) break;
        if (gain > most && holds(bounds, seconds - gain, energy + counts[i]! * (s.energy - chosen[i]!.energy))) { best = i; to = s; most = gain; }
      }
    });
    if (to === undefined) return { chosen, price, met: true };
    energy += counts[best]! * (to.energy - chosen[best]!.energy);
    seconds -= most;
    chosen[best] = to;
  }
}

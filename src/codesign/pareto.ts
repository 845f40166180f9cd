/** Points that are compared in every coordinate at once. Lower is better throughout. */

export type Vector = readonly number[];

/** `a` is nowhere worse than `b`, and somewhere better. */
export function dominates(a: Vector, b: Vector): boolean {
  let better = false;
  for (let k = 0; k < a.length; k++) {
    if (a[k]! > b[k]!) return false;
    if (a[k]! < b[k]!) better = true;
  }
  return better;
}

/** Positions of the points that no other dominates; of equal points the first. */
export function paretoPositions(points: readonly Vector[]): number[] {
  return points.flatMap((p, i) => (points.some((q, j) => dominates(q, p) || (j < i && same(p, q))) ? [] : [i]));
}
const same = (a: Vector, b: Vector): boolean => a.every((x, k) => x === b[k]);

/**
 * The volume of what `points` dominate within `reference`, exactly: the last coordinate is cut at every point, and each slab is as thick as the volume of
 * the slab's points in the other coordinates asks for. O(n^(m-1) log n) for n points of m coordinates.
 */
export function hypervolume(points: readonly Vector[], reference: Vector): number {
  return volume(points.filter((p) => p.every((x, k) => x < reference[k]!)), reference, reference.length);
}

function volume(points: readonly Vector[], reference: Vector, dims: number): number {
  if (points.length === 0) return 0;
  const last = dims - 1, end = reference[last]!;
  if (dims === 1) return end - Math.min(...points.map((p) => p[0]!));
  const sorted = [...points].sort((a, b) => a[last]! - b[last]!);
  if (dims === 2) return staircase(sorted, reference);
  let sum = 0;
  for (let i = 0; i < sorted.length; i++) {
    const from = sorted[i]![last]!, to = i + 1 < sorted.length ? sorted[i + 1]![last]! : end;
    if (to > from) sum += (to - from) * volume(sorted.slice(0, i + 1), reference, last);
  }
  return sum;
}
/** Sorted by the second coordinate. */
function staircase(sorted: readonly Vector[], [right = 0, top = 0]: Vector): number {
  let sum = 0, edge = right;
  for (const [x = 0, y = 0] of sorted) {
    if (x >= edge) continue;
    sum += (edge - x) * (top - y);
    edge = x;
  }
  return sum;
}

export interface Box { readonly lower: Vector; readonly upper: Vector }

/**
 * Boxes without overlap that cover what `points` do not dominate, below `reference`; they are open towards -Infinity. A new point y adds the volume
 * Σ Π (upper - max(lower, y))⁺ to the hypervolume (Couckuyt, Deschrijver and Dhaene, 2014, cut as in `hypervolume`).
 */
export function freeBoxes(points: readonly Vector[], reference: Vector): Box[] {
  return free(points.filter((p) => p.every((x, k) => x < reference[k]!)), reference, reference.length);
}

function free(points: readonly Vector[], reference: Vector, dims: number): Box[] {
  const last = dims - 1, end = reference[last]!;
  if (dims === 1) return [{ lower: [-Infinity], upper: [Math.min(end, ...points.map((p) => p[0]!))] }];
  const sorted = [...points].sort((a, b) => a[last]! - b[last]!);
  const boxes: Box[] = [];
  for (let i = -1; i < sorted.length; i++) {
    const from = i < 0 ? -Infinity : sorted[i]![last]!, to = i + 1 < sorted.length ? sorted[i + 1]![last]! : end;
    if (to <= from) continue;
    const within = sorted.slice(0, i + 1);
    for (const b of free(within, reference, last)) boxes.push({ lower: [...b.lower, from], upper: [...b.upper, to] });
  }
  return boxes;
}

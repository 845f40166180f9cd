/**
 * What is searched: a product of sub-spaces, each a list of values by number. A point has one number for each. Splits are ordered lists, so their moves end at
 * the ends; other sub-spaces wrap around (HASCO's release, FlexTensor).
 */
import type { Random } from './random.ts';

export interface SubSpace {
  readonly name: string;
  /** What its values mean, as numbers for a network in [0, 1]. */
  readonly encoding: readonly number[];
  readonly wraps: boolean;
}
export interface SearchSpace { readonly parts: readonly SubSpace[] }
export type Point = readonly number[];
/** Lower is better; Infinity does not run. */
export type Objective = (point: Point) => number;

export const sizeOf = (space: SearchSpace): number => space.parts.reduce((n, p) => n * p.encoding.length, 1);
export const keyOf = (p: Point): string => p.join();

export function randomPoint(space: SearchSpace, random: Random): number[] {
  return space.parts.map((p) => random.below(p.encoding.length));
}
/** The point with the given number; the last sub-space varies fastest. */
export function pointAt(space: SearchSpace, flat: number): number[] {
  const point: number[] = [];
  let rest = flat;
  for (const p of [...space.parts].reverse()) { point.unshift(rest % p.encoding.length); rest = Math.floor(rest / p.encoding.length); }
  return point;
}

/** One step along a sub-space; undefined at the end of a list that does not wrap, or where there is nothing else. */
export function moved(space: SearchSpace, point: Point, part: number, by: 1 | -1): number[] | undefined {
  const { encoding, wraps } = space.parts[part]!;
  const n = encoding.length, to = point[part]! + by;
  if (n === 1 || (!wraps && (to < 0 || to >= n))) return undefined;
  const next = [...point];
  next[part] = (to + n) % n;
  return next;
}
export function neighbours(space: SearchSpace, point: Point): number[][] {
  const found: number[][] = [];
  for (let part = 0; part < space.parts.length; part++) for (const by of [-1, 1] as const) { const next = moved(space, point, part, by); if (next !== undefined) found.push(next); }
  return found;
}
export const encode = (space: SearchSpace, point: Point): Float64Array => Float64Array.from(space.parts, (p, i) => p.encoding[point[i]!] ?? 0);

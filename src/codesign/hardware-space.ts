/**
 * The hardware space of a co-design: an accelerator, and a value for each of its parameters. For surrogate models a design is a point of a cube: numbers by
 * their logarithm, names one coordinate each, and so the accelerator itself. Parameters of the same name share a coordinate; one that a design's
 * accelerator does not have stands in the middle of its own, where it tells designs of that accelerator from nothing else.
 */
import type { Accelerator } from '../partition/declare.ts';
import { type Choice, type Design, designAt, positionAt, spaceSize, type Value } from '../partition/space.ts';
import type { Random } from '../search/random.ts';

export interface HardwarePoint { readonly accelerator: number; readonly position: readonly number[] }
export const keyOf = (p: HardwarePoint): string => `${p.accelerator}:${p.position.join()}`;

interface Coordinate { readonly name: string; readonly encode: (v: Value | undefined) => number }

export class HardwareSpace {
  readonly sizes: readonly number[];
  readonly size: number;
  private readonly coordinates: readonly Coordinate[];
  /** The longest list of choices: as many coordinates a Sobol point needs beside the accelerator's. */
  readonly longest: number;

  constructor(readonly accelerators: readonly Accelerator[]) {
    this.sizes = accelerators.map((a) => spaceSize(a.space));
    this.size = this.sizes.reduce((a, b) => a + b, 0);
    this.longest = Math.max(...accelerators.map((a) => a.space.choices.length));
    const byName = new Map<string, Choice[]>();
    for (const c of accelerators.flatMap((a) => a.space.choices)) byName.set(c.name, [...(byName.get(c.name) ?? []), c]);
    this.coordinates = [...byName.values()].flatMap((list) => coordinatesOf(list[0]!.name, [...new Set(list.flatMap((c) => c.values))]));
  }

  choices(p: HardwarePoint): readonly Choice[] { return this.accelerators[p.accelerator]!.space.choices; }
  design(p: HardwarePoint): Design { return designAt(this.accelerators[p.accelerator]!.space, p.position); }

  /** The design with the given number. */
  at(flat: number): HardwarePoint {
    let accelerator = 0, rest = flat;
    while (rest >= this.sizes[accelerator]!) rest -= this.sizes[accelerator++]!;
    return { accelerator, position: positionAt(this.accelerators[accelerator]!.space, rest) };
  }
  random(random: Random): HardwarePoint {
    const accelerator = random.below(this.accelerators.length);
    return { accelerator, position: this.accelerators[accelerator]!.space.choices.map((c) => random.below(c.values.length)) };
  }
  /** From a point of the unit cube with 1 + `longest` coordinates. */
  fromCube(u: readonly number[]): HardwarePoint {
    const accelerator = Math.floor(u[0]! * this.accelerators.length);
    return { accelerator, position: this.accelerators[accelerator]!.space.choices.map((c, i) => Math.floor(u[i + 1]! * c.values.length)) };
  }

  encode(p: HardwarePoint): Float64Array {
    const design = this.design(p), own = new Set(this.choices(p).map((c) => c.name));
    const kinds = this.accelerators.length > 1 ? this.accelerators.map((_, i) => Number(i === p.accelerator)) : [];
    return Float64Array.from([...kinds, ...this.coordinates.map((c) => c.encode(own.has(c.name) ? design[c.name] : undefined))]);
  }

  /** One parameter one step on, where it is ordered, or another value, where it has names; or another accelerator with the nearest values. */
  neighbours(p: HardwarePoint): HardwarePoint[] {
    const found: HardwarePoint[] = [];
    this.choices(p).forEach((c, i) => {
      const at = p.position[i]!;
      const to = c.ordered ? [at - 1, at + 1] : c.values.map((_, k) => k).filter((k) => k !== at);
      for (const k of to) if (k >= 0 && k < c.values.length) found.push({ ...p, position: p.position.with(i, k) });
    });
    this.accelerators.forEach((_, accelerator) => { if (accelerator !== p.accelerator) found.push(this.translate(p, accelerator)); });
    return found;
  }
  private translate(p: HardwarePoint, accelerator: number): HardwarePoint {
    const design = this.design(p);
    const nearest = (c: Choice): number => {
      const wanted = design[c.name], same = c.values.findIndex((v) => v === wanted);
      if (same >= 0 || typeof wanted !== 'number') return Math.max(0, same);
      return c.values.reduce<number>((best, v, i) => (Math.abs(Number(v) - wanted) < Math.abs(Number(c.values[best]!) - wanted) ? i : best), 0);
    };
    return { accelerator, position: this.accelerators[accelerator]!.space.choices.map(nearest) };
  }
}

function coordinatesOf(name: string, values: readonly Value[]): Coordinate[] {
  if (values.length === 1) return [];
  const numbers = values.filter((v) => typeof v === 'number');
  if (numbers.length < values.length) {
    // Two names need one coordinate.
    const names = values.length === 2 ? values.slice(1) : values;
    return names.map((n) => ({ name, encode: (v) => (v === undefined ? 0.5 : Number(v === n)) }));
  }
  const scale = numbers.every((v) => v > 0) ? Math.log2 : (v: number): number => v;
  const least = scale(Math.min(...numbers)), most = scale(Math.max(...numbers));
  return [{ name, encode: (v) => (typeof v === 'number' ? (scale(v) - least) / (most - least) : 0.5) }];
}

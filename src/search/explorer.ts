/** Explorers behind one interface: a space, an objective, a number of trials and a seed in; the best point and how it was reached out. */
import type { Random } from './random.ts';
import { keyOf, type Objective, type Point, type SearchSpace } from './space.ts';

export interface SearchOptions {
  /** New points that may be evaluated; a point seen before costs nothing. */
  readonly trials: number;
  readonly random: Random;
  /** Points to begin with: those of a neighbour, or of a run that was interrupted. */
  readonly start?: readonly Point[];
  /** Called after each trial; true ends the search, and what was found so far is kept. */
  readonly stop?: (trial: number, best: number) => boolean;
}
export interface SearchResult {
  readonly best: Point | undefined;
  readonly value: number;
  /** The best value after each trial. */
  readonly trace: readonly number[];
  readonly trials: number;
}
export type Explorer = (space: SearchSpace, objective: Objective, options: SearchOptions) => SearchResult;

export interface Sample { readonly point: Point; readonly value: number }

/** Evaluates each point once, counts trials, keeps the best. */
export class Trials {
  readonly seen = new Map<string, Sample>();
  /** Those that run, in the order of their trials. */
  readonly feasible: Sample[] = [];
  readonly trace: number[] = [];
  best: Sample | undefined;
  #stopped = false;

  constructor(private readonly objective: Objective, private readonly options: SearchOptions) {
    for (const p of options.start ?? []) this.evaluate(p);
  }

  get done(): boolean { return this.#stopped || this.trace.length >= this.options.trials; }

  has(point: Point): boolean { return this.seen.has(keyOf(point)); }

  /** Undefined when no trial is left for a new point. */
  evaluate(point: Point): Sample | undefined {
    const key = keyOf(point), known = this.seen.get(key);
    if (known !== undefined) return known;
    if (this.done) return undefined;
    const sample = { point: [...point], value: this.objective(point) };
    this.seen.set(key, sample);
    if (sample.value < Infinity) this.feasible.push(sample);
    if (sample.value < (this.best?.value ?? Infinity)) this.best = sample;
    this.trace.push(this.best?.value ?? Infinity);
    if (this.options.stop?.(this.trace.length, this.best?.value ?? Infinity) === true) this.#stopped = true;
    return sample;
  }

  result(): SearchResult {
    return { best: this.best?.point, value: this.best?.value ?? Infinity, trace: this.trace, trials: this.trace.length };
  }
}

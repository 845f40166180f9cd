/**
 * Whether a GPU runs at the clock that other plans were timed at. A plan's time is taken between two runs of one reference; where the reference takes longer than it
 * ever did, the GPU is kept busy until it does not, and the plan is timed again. Without that, times of a GPU that came from idling are five times too long.
 */
import { existsSync, readFileSync } from 'node:fs';
import { writeFileAtomic } from '../../src/runtime/atomic-write.ts';
import type { Device } from '../../src/runtime/device.ts';

/** How much longer than at best the reference may take: more than boost clocks come and go by, less than any change of state. */
export const tolerance = 0.15;
/** Milliseconds of work that a GPU is given to leave its idle clock, and how often a plan is timed at most. */
const patienceMs = 600;
const attempts = 3;

/** `reference`: how long the reference took before and after, as multiples of its least time; `steady`: both within the tolerance. */
export interface Steady<T> { readonly value: T; readonly reference: readonly [number, number]; readonly steady: boolean; readonly attempts: number }

export class Reference {
  private best: number;

  /** @param file keeps the least time for other processes that use the same reference */
  constructor(private readonly device: Pick<Device, 'time'>, private readonly launch: () => void, private readonly file: string, private readonly now: () => number = () => performance.now()) {
    this.best = existsSync(file) ? Number(readFileSync(file, 'utf8')) : Infinity;
  }

  /** Microseconds of the reference now. */
  private async once(): Promise<number> {
    const { medianUs } = await this.device.time(this.launch, { warmup: 1, repeats: 5, minSampleUs: 200, budgetMs: 60, busyMs: 0 });
    const known = existsSync(this.file) ? Number(readFileSync(this.file, 'utf8')) : Infinity;
    this.best = Math.min(this.best, known, medianUs);
    if (this.best < known) writeFileAtomic(this.file, String(this.best));
    return medianUs;
  }

  /** Runs the reference until it takes its least time, or patience ends; the first time it always has work for as long as a clock needs to rise. */
  private async settle(): Promise<number> {
    const begin = this.now(), first = this.best === Infinity;
    let us = await this.once();
    while ((us > (1 + tolerance) * this.best || first) && this.now() - begin < patienceMs) us = await this.once();
    return us;
  }

  async timed<T>(work: () => Promise<T>): Promise<Steady<T>> {
    for (let attempt = 1; ; attempt++) {
      const before = await this.settle(), value = await work(), after = await this.once();
      const reference = [before / this.best, after / this.best] as const, steady = Math.max(...reference) <= 1 + tolerance;
      if (steady || attempt === attempts) return { value, reference, steady, attempts: attempt };
    }
  }
}

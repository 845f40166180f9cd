/** What a campaign and its workers, which are processes of their own, tell each other. */
import type { BrokenTally } from './broken.ts';
import type { Failure, Tally } from './execute.ts';

/** `text`: a program as a file in place of the generated one, for all machines. `broken`: inputs of the seeds first … first + count - 1. */
export type Task = { readonly kind: 'program'; readonly seed: number; readonly text?: string } | { readonly kind: 'broken'; readonly first: number; readonly count: number };
/** `machines`: what runs texts here, in words; `absent`: what does not, and why. */
export type Report =
  | { readonly kind: 'ready'; readonly machines: readonly string[]; readonly absent: readonly string[] }
  | { readonly kind: 'stage'; readonly stage: string }
  | { readonly kind: 'program'; readonly seed: number; readonly failures: readonly Failure[]; /** As a file of `regress`, where it failed. */ readonly text: string; readonly tally: Tally; readonly shim: boolean; /** The device is of no use any more, so the process ends. */ readonly isLast: boolean }
  | { readonly kind: 'broken'; readonly tally: BrokenTally };

/** How each program is run: every n-th seed, where something is not done for all. */
export interface CampaignOptions {
  readonly shimEvery: number;
  readonly gpuEvery: number;
  readonly hopperEvery: number;
  readonly barriersEvery: number;
  /** Variants of a target that run, and that are interpreted, at each size. */
  readonly runVariants: number;
  readonly interpreted: number;
}

/** Limits of a group on the target, and what a demand beyond them is told. */
import type { Reporter } from '../diagnostics/report.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Target } from '../targets/target.ts';

/** Registers that operands, addresses and loop counters take beside the accumulators of a product. */
const beside = 40;

/** A thread has what it sums, what it merges with others, what it stores, and as much beside them. */
const arrays = 4;
const wordBytes = 4;

/** Results that a thread can hold in registers, or in variables where the language counts those; unlimited where the target says nothing. */
export function mostAccumulators(threads: number, target: Target): number {
  if (target.functionBytes !== undefined) return Math.floor(target.functionBytes / wordBytes / arrays);
  if (target.threadRegisters === undefined) return Infinity;
  return Math.min(target.threadRegisters, Math.floor((target.groupRegisters ?? Infinity) / threads)) - beside;
}

export const mostShared = (target: Target): number => Math.max(target.mostSharedBytes ?? 0, target.sharedBytes);

/** Reports more threads than a group can have. */
export function checkThreads(threads: number, how: string, span: Span, fix: string, target: Target, reporter: Reporter): boolean {
  if (threads <= target.maxThreads) return true;
  reporter.report('TDSL0401', { threads, most: target.maxThreads, how, fix }, span);
  return false;
}

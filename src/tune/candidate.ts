/** One schedule of one kernel, compiled as far as its lowered kernels: legality is what the schedule's own checks say, against the target's resources. */
import type { File, Schedule } from '../../grammar/ast.ts';
import { CompilerBug } from '../diagnostics/bug.ts';
import { Reporter } from '../diagnostics/report.ts';
import type { CompileOptions } from '../driver-types.ts';
import type { TileKernel } from '../ir/tile.ts';
import type { Kernel } from '../ir/tst.ts';
import { passes, type Stage } from '../passes/table.ts';
import { readBlock } from '../schedule/apply-block.ts';
import { collectSchedules } from '../schedule/apply-file.ts';
import { asLowered } from '../schedule/apply-lowered.ts';
import { loopsOfRuns, printSchedule } from '../schedule/print-plan.ts';
import type { ScheduleRun } from '../schedule/apply.ts';
import type { Target } from '../targets/target.ts';
import { type Variant, variantsOf } from '../variants.ts';
import { parseBlock } from './block.ts';

export interface Workload {
  /** What holds the kernel; schedules in it that belong to others are left alone. */
  readonly file: File;
  readonly kernel: Kernel;
  readonly target: Target;
  /** Sizes to be fast at. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Sizes known when the kernel is compiled. */
  readonly known: NonNullable<CompileOptions['sizes']>;
}

export type Candidate =
  | { readonly ok: true; readonly kernels: readonly TileKernel[]; /** All plans as a block. */ readonly schedule: string; readonly variant: string; /** A loop of each launch whose loops are walked as one run. */ readonly runs: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** The schedule that the source has for this kernel and target. */
export function blockOf(w: Workload): Schedule | undefined {
  return collectSchedules(w.file, new Reporter()).blockFor(w.kernel.name, w.target.name);
}

/** The variant that runs at the workload's sizes. A schedule is for every size, so variants for few rows belong to the default alone. */
function variantFor(w: Workload, isScheduled: boolean): { readonly variant: Variant; readonly isFallback: boolean } | undefined {
  const all = variantsOf(w.kernel, w.target, w.known).filter((v) => !isScheduled || Object.keys(v.atMost).length === 0);
  const holds = (v: Variant): boolean => Object.entries(v.equals).every(([n, x]) => w.sizes[n] === x)
    && Object.entries(v.multiples).every(([n, x]) => (w.sizes[n] ?? 0) % x === 0) && Object.entries(v.atMost).every(([n, x]) => (w.sizes[n] ?? Infinity) <= x);
  const variant = all.find(holds), isAligned = (v: Variant): boolean => Object.keys(v.multiples).length > 0;
  return variant && { variant, isFallback: !isAligned(variant) && all.some(isAligned) };
}

/** `block`: its text or tree, or undefined for the default plans. A schedule on which the compiler itself fails is a failing candidate like any other. */
export function compileCandidate(w: Workload, block: string | Schedule | undefined): Candidate {
  try {
    return compiled(w, block);
  } catch (cause) {
    if (!(cause instanceof CompilerBug) || block === undefined) throw cause;
    return { ok: false, reason: `a bug of the compiler: ${cause.message}` };
  }
}

function compiled(w: Workload, block: string | Schedule | undefined): Candidate {
  const found = variantFor(w, block !== undefined);
  if (found === undefined) return { ok: false, reason: `no variant of ${w.kernel.name} is for these sizes` };
  const { variant, isFallback } = found, reporter = new Reporter();
  const tree = typeof block === 'string' ? parseBlock(block, 'candidate.tdsl') : block;
  const schedule: ScheduleRun | undefined = tree === undefined ? undefined : { demands: readBlock(tree, variant.kernel, reporter), reporter, isFallback };
  const wrong = (): Candidate => ({ ok: false, reason: [...new Set(reporter.diagnostics.map((d) => `${d.code} ${d.message}`))].join('; ') });
  if (reporter.hasErrors) return wrong();
  let stage: Stage = { level: 'tst', kernel: variant.kernel };
  for (const p of passes) {
    stage = p.run(stage, { target: w.target, name: variant.name, assumes: variant.multiples, atMost: variant.atMost, schedule });
    if (reporter.hasErrors && (stage.level === 'plan' || stage.level === 'tile')) return wrong();
  }
  if (stage.level !== 'tile') return { ok: false, reason: 'nothing was lowered' };
  const { kernels } = stage, plans = asLowered(stage.plans, kernels);
  return { ok: true, kernels, schedule: printSchedule(stage.fused, plans, w.target, schedule?.demands), variant: variant.name, runs: loopsOfRuns(stage.fused, plans) };
}

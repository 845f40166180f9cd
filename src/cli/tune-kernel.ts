/** Tuning of one kernel for one target: search by prediction, measurement of the best, and the decision, which only schedules with right numbers can win. */
import { hasErrors, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnostic } from '../diagnostics/report.ts';
import { compileSource } from '../driver.ts';
import { profileFor } from '../cost/gpu-profile.ts';
import type { ExplorerName } from '../search/explorers.ts';
import type { Device } from '../runtime/device.ts';
import { blockOf, compileCandidate, type Workload } from '../tune/candidate.ts';
import { checkNumbers } from '../tune/check-numbers.ts';
import { predict, ranked, searchPlans, type Trial, various } from '../tune/search.ts';
import { withBlock } from '../tune/source.ts';
import type { Context } from './context.ts';
import { readImported } from './sources.ts';
import { DeviceGone, measureAll, type Measurer, measurerOf, type Program } from './tune-measure.ts';
import { findTuning, readTunings, type Tuning, writeTuning } from './tune-state.ts';

export interface KernelRequest { readonly program: Program; readonly workload: Workload; readonly trials: number; readonly seed: number; readonly explorer: ExplorerName; readonly device: Device | undefined; readonly isInterrupted: () => boolean }

export interface KernelResult {
  readonly kernel: string;
  readonly target: string;
  readonly device: string;
  readonly sizes: Workload['sizes'];
  readonly explorer: ExplorerName;
  readonly seed: number;
  readonly trials: number;
  readonly legal: number;
  readonly measured: number;
  /** Of an earlier run with the same kernel, sizes and device. */
  readonly resumed: number;
  readonly structures: readonly string[];
  readonly start: { readonly predictedUs: number | null; readonly measuredUs: number | null };
  readonly winner: (Trial & { readonly ratio: number }) | null;
  readonly best: readonly Trial[];
  readonly failures: Readonly<Record<string, number>>;
  readonly isInterrupted: boolean;
}

/** A schedule must be this much faster than what is there to be worth a block in a source. */
const worthwhile = 0.98;
/** Share of the trials that are measured, and the least and most of them. */
const measuredShare = 0.15, leastMeasured = 6, mostMeasured = 40;

export async function tuneKernel(context: Context, request: KernelRequest): Promise<{ readonly result: KernelResult; readonly diagnostics: readonly Diagnostic[] }> {
  const { workload: w, program, device } = request, name = `${w.kernel.name} for ${w.target.name}`;
  const profile = profileFor(w.target.name, device?.name), where = { sizes: w.sizes, device: device?.name ?? 'model' };
  const { tunings, notes } = readTunings(w.kernel, w.target.name), before = findTuning(tunings, where)?.trials ?? [];
  const diagnostics: Diagnostic[] = [...notes];
  const found = await searchPlans({ workload: w, profile, trials: request.trials, seed: request.seed, explorer: request.explorer, known: before }, (p) => {
    context.progress(`\r${name}: ${p.trials} of ${request.trials} schedules, ${p.legal} legal, best prediction ${time(p.bestUs)}   `);
    return !request.isInterrupted();
  });
  context.progress('\n');
  const trials = new Map(found.trials.map((t) => [t.block, t]));
  const keep = (winner?: string): void => writeTuning(w.kernel, w.target.name, { ...where, trials: [...trials.values()], ...(winner === undefined ? {} : { winner }) } satisfies Tuning);
  keep();
  let isInterrupted = found.isInterrupted || request.isInterrupted(), startUs: number | undefined, measurer: Measurer | undefined;
  const start = compileCandidate(w, blockOf(w));
  const predictedStart = start.ok ? predict(w, profile, start.kernels).seconds * 1e6 : undefined;
  const lost = (cause: unknown): void => {
    if (!(cause instanceof DeviceGone)) throw cause;
    diagnostics.push(diagnostic('TDSL0630', { device: where.device, measured: [...trials.values()].filter((t) => t.measuredUs !== undefined).length, why: cause.message }));
    measurer = undefined;
    // Perhaps it was this schedule's fault: kept as a result, or the next run would begin with it and end there too.
    const t = cause.block === undefined ? undefined : trials.get(cause.block);
    if (t !== undefined) trials.set(t.block, { block: t.block, ...(t.predictedUs === undefined ? {} : { predictedUs: t.predictedUs }), reason: `${cause.code} the device was lost while it ran: ${cause.message}` });
    keep();
  };
  if (device !== undefined) {
    measurer = measurerOf(context, program, w, device, request.seed);
    try {
      const first = await measurer.time(undefined);
      if ('us' in first) startUs = first.us;
      const many = Math.max(leastMeasured, Math.min(mostMeasured, Math.ceil(request.trials * measuredShare))), list = various(ranked([...trials.values()]), many);
      let done = 0;
      await measureAll(measurer, list, (t) => {
        trials.set(t.block, t);
        keep();
        context.progress(`\r${name}: ${++done} of ${list.length} measured, best ${time(Math.min(startUs ?? Infinity, ...[...trials.values()].flatMap((x) => x.measuredUs ?? [])))}   `);
        return !(isInterrupted ||= request.isInterrupted());
      });
      context.progress('\n');
    } catch (cause) {
      lost(cause);
    }
  }
  const choose = (): ReturnType<typeof decide> => decide(request, trials, { measured: startUs, predicted: predictedStart }, measurer, diagnostics);
  const winner = await choose().catch((cause: unknown) => { lost(cause); return choose(); });
  keep(winner?.block);
  const all = [...trials.values()], failures: Record<string, number> = {};
  for (const t of all) if (t.reason !== undefined) { const key = t.reason.slice(0, 8); failures[key] = (failures[key] ?? 0) + 1; }
  return { diagnostics, result: {
    kernel: w.kernel.name, target: w.target.name, device: where.device, sizes: w.sizes, explorer: request.explorer, seed: request.seed, trials: all.length, legal: ranked(all).length,
    measured: all.filter((t) => t.measuredUs !== undefined).length, resumed: found.trials.filter((t) => before.some((b) => b.block === t.block)).length, structures: found.structures,
    start: { predictedUs: predictedStart ?? null, measuredUs: startUs ?? null }, winner: winner ?? null, best: byTime(all).slice(0, 5), failures, isInterrupted,
  } };
}

/** Measured ones first, the fastest first. */
function byTime(trials: readonly Trial[]): Trial[] {
  const legal = ranked(trials).filter((t) => t.reason === undefined), measured = legal.filter((t) => t.measuredUs !== undefined);
  return [...measured.sort((a, b) => a.measuredUs! - b.measuredUs!), ...legal.filter((t) => t.measuredUs === undefined)];
}

/** The fastest schedule that compiles for every variant of the kernel and whose numbers are right; undefined where none is worth it. */
async function decide({ workload: w, program }: KernelRequest, trials: Map<string, Trial>, start: { readonly measured: number | undefined; readonly predicted: number | undefined }, measurer: Measurer | undefined, diagnostics: Diagnostic[]): Promise<(Trial & { ratio: number }) | undefined> {
  const isMeasured = start.measured !== undefined;
  for (const t of byTime([...trials.values()])) {
    const own = isMeasured ? t.measuredUs : t.predictedUs, least = isMeasured ? start.measured : start.predicted;
    if (own === undefined || least === undefined || own > least * worthwhile) return undefined;
    const ratio = measurer === undefined || !isMeasured ? least / own : await again(measurer, t.block);
    if (ratio === undefined || ratio * worthwhile < 1) continue;
    const text = withBlock(program.text, program.file, w.kernel.name, w.target.name, t.block);
    const compiled = compileSource(text, program.path, { targets: [w.target.name], kernel: w.kernel.name, read: readImported });
    const reason = hasErrors(compiled.diagnostics) ? compiled.diagnostics.find((d) => d.severity === 'error')?.message : undefined;
    if (reason !== undefined) { trials.set(t.block, { ...t, reason: `another variant: ${reason}` }); continue; }
    const checked = measurer === undefined ? checkNumbers(w, t.block) : await measurer.check(t.block);
    trials.set(t.block, { ...t, right: checked.right, ...(checked.right ? {} : { reason: `wrong numbers: ${checked.problem ?? ''}` }) });
    if (checked.right) return { ...t, right: true, ratio };
    diagnostics.push(diagnostic('TDSL0631', { kernel: w.kernel.name, problem: checked.problem ?? '', block: t.block }));
  }
  return undefined;
}

/** How many times as fast as what is there, by medians of turns in which both run; undefined where one does not. What one run shows may be chance. */
async function again(measurer: Measurer, block: string): Promise<number | undefined> {
  const times: [number[], number[]] = [[], []];
  for (let turn = 0; turn < turns; turn++) for (const [i, b] of [undefined, block].entries()) {
    const r = await measurer.time(b);
    if (!('us' in r)) return undefined;
    times[i]!.push(r.us);
  }
  const [before, after] = times.map((list) => [...list].sort((a, b) => a - b)[Math.floor(turns / 2)]!);
  return before! / after!;
}
const turns = 3;

export const time = (us: number): string => (us === Infinity ? 'none' : us >= 1e4 ? `${(us / 1000).toFixed(1)} ms` : `${us.toFixed(us < 100 ? 1 : 0)} us`);

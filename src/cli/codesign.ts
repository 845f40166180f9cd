/** `tdsl codesign`: the hardware search of a `codesign` declaration, resumable, with its Pareto set, the chosen design and pictures. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { referenceOf } from '../codesign/acquisition.ts';
import { budgetOf, Evaluations, type Observation } from '../codesign/evaluate.ts';
import { excess, meets, show } from '../codesign/metrics.ts';
import { inlinePool, threadPool } from '../codesign/pool.ts';
import { acceleratorText, curveSvg, designReport, designText, frontSvg, layerReports, resultOf, resultText, scheduleOf } from '../codesign/report.ts';
import { chosenOf, feasibleOnes, methodNames, nearestMiss, paretoSet, running, search } from '../codesign/run.ts';
import { defaults, modelNames, prepare, type Prepared, type Setup } from '../codesign/setup.ts';
import { readState, stateText } from '../codesign/state.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnostic, Reporter } from '../diagnostics/report.ts';
import { Sources } from '../diagnostics/span.ts';
import { jsonText } from '../host/json.ts';
import { interfaceOf } from '../partition/interface.ts';
import { interfaceText } from '../partition/interface-js.ts';
import { explorerNames } from '../search/explorers.ts';
import { isBundled } from './bundled.ts';
import { checkedSource } from './checked.ts';
import type { OptionValues } from './commands.ts';
import type { Context } from './context.ts';
import { parseChoices, parseCount } from './options.ts';
import { done, exit, type Outcome, stop } from './outcome.ts';
import { packageRoot } from './package-root.ts';
import { readSource, specifier } from './sources.ts';
import { flag, list, text } from './values.ts';
import { writeOutput } from './write.ts';

/** Searches of fewer schedules than this end sooner without threads. */
const worthThreads = 3e6, mostEnumerated = 100_000;

const one = <T extends string>(what: string, values: OptionValues, name: string, known: readonly T[], otherwise: T): T => parseChoices(what, list(values, name), known)[0] ?? otherwise;

export async function codesignCommand(context: Context, [file = '']: readonly string[], values: OptionValues): Promise<Outcome> {
  const { path, name } = specifier(file), source = readSource(path), second = text(values, 'with'), extra = second === undefined ? undefined : readSource(second);
  const files = [source, ...(extra === undefined ? [] : [extra])].map((s) => ({ path: s.path, text: s.text }));
  const setup: Setup = {
    files, imports: files.flatMap((f) => checkedSource(f).imports), workload: name, model: one('model', values, 'model', modelNames, defaults.model), rule: one('rule', values, 'factors', ['all', 'divisors'], defaults.rule),
    explorer: one('explorer', values, 'explorer', explorerNames, defaults.explorer), trials: parseCount('--trials', text(values, 'trials'), defaults.trials), exhaustive: defaults.exhaustive,
  };
  const method = one('method', values, 'method', methodNames, 'ehvi'), seed = parseCount('--seed', text(values, 'seed'), 0);
  const sources = new Sources();
  for (const f of [...files, ...setup.imports]) sources.add(f.path, f.text);
  const reporter = new Reporter(), prepared = prepare(setup, reporter);
  if (prepared === undefined) return done({}, { exitCode: exit.diagnostics, diagnostics: reporter.diagnostics, sources });
  const { codesign, space } = prepared;
  if (method === 'enumerate' && space.size > mostEnumerated) throw stop(exit.usage, 'TDSL0500', { text: `the space has ${space.size} designs; at most ${mostEnumerated} are enumerated: take --method ehvi` });
  const evals = Math.min(space.size, parseCount('--evals', text(values, 'evals'), method === 'enumerate' ? space.size : 40));
  const folder = text(values, 'output') ?? join('codesign', codesign.workload), statePath = join(folder, 'state.json'), of = { setup, method, seed };
  const diagnostics: Diagnostic[] = [...reporter.diagnostics];
  const state = flag(values, 'restart') ? { kind: 'none' as const } : readState(statePath, of);
  if (state.kind === 'ignored') diagnostics.push(diagnostic('TDSL0614', { path: statePath, why: state.why }));
  const before = state.kind === 'found' ? state.observations : [];
  if (before.length > 0) context.note(`${before.length} evaluations of ${statePath} are taken over\n`);

  const jobs = text(values, 'jobs') === undefined ? (evals * codesign.layers.length * setup.trials > worthThreads || space.size * setup.exhaustive > 10 * worthThreads && evals > 500 ? availableParallelism() : 1) : Math.max(1, parseCount('--jobs', text(values, 'jobs'), 1));
  const pool = jobs === 1 ? inlinePool(prepared) : threadPool(setup, jobs, workerScript());
  const evaluations = new Evaluations(prepared, pool, budgetOf(setup.trials), seed);
  let interrupted = false, saved = performance.now();
  const onSignal = (): void => { interrupted = true; };
  process.once('SIGINT', onSignal);
  let seen: readonly Observation[];
  try {
    seen = await search(evaluations, {
      method, evals, seed, before,
      progress: (all) => {
        context.progress(`\r${all.length} of ${evals} designs, ${paretoSet(codesign, all).length} in the Pareto set `);
        // Long lists are written less often.
        if (interrupted || performance.now() - saved > 500) { writeOutput(statePath, stateText(of, all)); saved = performance.now(); }
        return interrupted;
      },
    });
  } finally {
    process.off('SIGINT', onSignal);
    await pool.close();
  }
  context.progress('\n');
  writeOutput(statePath, stateText(of, seen));
  const reference = referenceOf(codesign.objectives, codesign.constraints, running(seen).map((o) => o.metrics)), result = resultOf(prepared, seen, reference, of);
  writeResults(folder, prepared, setup, seen, reference, method, result);
  context.result(resultText(prepared, seen));
  context.note(`written to ${folder}\n`);
  diagnostics.push(...unmet(prepared, seen));
  if (interrupted) { context.note('interrupted: the same command goes on from here\n'); return done(result, { exitCode: exit.interrupted, diagnostics, sources }); }
  return done(result, { exitCode: diagnostics.some((d) => d.severity === 'error') ? exit.diagnostics : exit.ok, diagnostics, sources });
}

const workerScript = (): URL => (isBundled() ? pathToFileURL(join(packageRoot(), 'dist/codesign-worker.cjs')) : new URL('../codesign/worker-checkout.mjs', import.meta.url));

/** Why there is no design to choose. */
function unmet(p: Prepared, seen: readonly Observation[]): Diagnostic[] {
  const { codesign: c, space } = p;
  if (feasibleOnes(c, seen).length > 0) return [];
  const near = nearestMiss(c, seen);
  if (near === undefined) return [diagnostic('TDSL0615', { text: `none of ${seen.length} designs runs \`${c.workload}\`: some layer has no schedule that fits its memories` })];
  const { observation: o } = near;
  const missed = c.constraints.filter((x) => !meets(o.metrics, x));
  const by = missed.map((x) => `\`${x.text}\` with ${x.inCycles ? `${o.metrics.cycles} cycles` : show(x.metric, o.metrics[x.metric])} (${(100 * excess(o.metrics, x)).toPrecision(2)} % off)`).join(' and ');
  return [diagnostic('TDSL0613', { evaluated: seen.length, nearest: designText(space.accelerators[o.point.accelerator]!, space.design(o.point)), by })];
}

function writeResults(folder: string, p: Prepared, setup: Setup, seen: readonly Observation[], reference: readonly number[], method: string, result: Readonly<Record<string, unknown>>): void {
  const { codesign, space } = p, chosen = chosenOf(codesign, paretoSet(codesign, seen));
  writeOutput(join(folder, 'pareto.json'), jsonText({ schema: 1, ...result }));
  writeOutput(join(folder, 'front.svg'), frontSvg(codesign, seen));
  writeOutput(join(folder, 'hypervolume.svg'), curveSvg(codesign, seen, reference, method));
  if (chosen === undefined) return;
  const accelerator = space.accelerators[chosen.point.accelerator]!, design = space.design(chosen.point);
  writeOutput(join(folder, 'chosen.tdsl'), acceleratorText(setup, accelerator, design, `${codesign.workload}_array`));
  writeOutput(join(folder, 'chosen.json'), jsonText({ schema: 1, ...designReport(p, chosen), layers: layerReports(p, chosen) }));
  // The interface of each layer: what a host would run, and what the functional model checks.
  const code = codesign.layers.map((l, i) => {
    const s = scheduleOf(p, chosen, i);
    if (s === undefined) return '';
    const { problem } = s.evaluator, tiles = new Map(problem.loops.map((x, k) => [x.id, s.tiles[k] ?? 1]));
    return `// ${l.name}\n${interfaceText(interfaceOf(l.computation, problem.intrinsic, problem.selection, design, l.sizes, { tiles, hoist: s.hoist }), l.kernel).replace('export function ', `export function layer${i + 1}_`)}`;
  });
  writeOutput(join(folder, 'chosen.js'), code.join('\n'));
}

/**
 * Tuned against default on a GPU, for every kernel of every example: schedules are searched by prediction, the best are measured, the winner's numbers checked;
 * then winner and default take turns, and their ratio is given with its 95 % interval.
 *
 *     tsx test/bench/tuned.ts --out FOLDER [--targets cuda:sm_90a] [--trials 150] [--measured 16] [--turns 15] [--seed 0] [--processes 6] [--shrink 1]
 *         [--kernels conv,llama/llama.tdsl:keep] [--device shim] [--seconds 480] [--longest 240]
 *
 * Writes tuned.json and tuned.md. Where no schedule beats the default, the default stays: its ratio is 1 by definition, and is said to be. `--device shim`: a try on a
 * machine without a GPU, for numbers and not for times. `--seconds`: no
 * kernel begins later than that; `--longest`: none takes longer.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRunDevice } from '../../src/cli/run-device.ts';
import { profileFor } from '../../src/cost/gpu-profile.ts';
import { ratioInterval } from '../../src/cost/rank.ts';
import { ranked, searchPlans, various } from '../../src/tune/search.ts';
import { version } from '../../src/version.ts';
import { alone } from './gpu-lock.ts';
import { drawAll } from './hasco/pictures.ts';
import { commit } from './hasco/table.ts';
import { type Loaded, PlanRunner } from './plan-runner.ts';
import { exampleTasks, type Task, workloadOf } from './plan-tasks.ts';

const args = process.argv.slice(2);
const option = (name: string, otherwise: string): string => { const at = args.indexOf(`--${name}`); return at < 0 ? otherwise : args[at + 1] ?? otherwise; };
const out = option('out', 'docs/hasco'), targets = option('targets', 'cuda:sm_90a').split(','), seed = Number(option('seed', '0')), turns = Number(option('turns', '15'));
const chosen = option('kernels', ''), on = option('device', '');
const work = join(out, '.tuned'), lock = join(work, 'device'), list = join(work, 'tasks.json'), own = args.indexOf('--task');
// Finding all kernels takes a second or two, so it is done once.
const tasks = own >= 0 ? (JSON.parse(readFileSync(list, 'utf8')) as Task[]) : exampleTasks(targets, Number(option('shrink', '1'))).filter((t) => chosen === '' || chosen.split(',').some((c) => c === t.kernel || c === `${t.file}:${t.kernel}`));

/** Why a search saw nothing beside the compiler's own plan: what most of the others were refused for. */
function reasonOf({ trials, rejected }: Awaited<ReturnType<typeof searchPlans>>): string {
  const count = new Map<string, number>();
  for (const { reason } of [...trials, ...rejected]) if (reason !== undefined) count.set(reason, (count.get(reason) ?? 0) + 1);
  const [most] = [...count].sort((a, b) => b[1] - a[1]);
  return most === undefined ? 'they are one and the same' : `refused, ${most[1]} of them: ${most[0].split(';')[0]!.slice(0, 120)}`;
}

interface Result { readonly device: string; readonly defaultUs: number; readonly tunedUs: number; readonly ratio: number; readonly low: number; readonly high: number; readonly measured: number; readonly block: string | undefined; readonly problem?: string; /** Why there is no other schedule. */ readonly none?: string }

async function runTask(index: number): Promise<Result> {
  const task = tasks[index]!, { w, text } = workloadOf(task), device = await openRunDevice(task.target, on === '' ? undefined : on), runner = new PlanRunner(w, text, device);
  const quick = { warmup: 2, repeats: 12, budgetMs: 100, minSampleUs: 100 };
  const usual = await runner.load(undefined), first = await alone(lock, () => runner.measure(usual, quick));
  const nothing: Result = { device: device.name, defaultUs: first.us, tunedUs: first.us, ratio: 1, low: 1, high: 1, measured: 0, block: undefined };
  if (!first.right) return { ...nothing, problem: 'the default is wrong' };
  const found = await searchPlans({ workload: w, profile: profileFor(task.target, device.name), trials: Number(option('trials', '150')), seed, explorer: 'q-learning' }, () => true);
  const measured: { readonly block: string; readonly loaded: Loaded; readonly us: number }[] = [], most = Number(option('measured', '16')), why: string[] = [];
  const others = ranked(found.trials);
  // One that some variant of the kernel refuses makes room for the next.
  for (const t of various(others, 2 * most)) {
    if (measured.length >= most) break;
    try {
      const loaded = await runner.load(t.block);
      // The compiler's own plan, said in full.
      if (loaded.code === usual.code) { loaded.destroy(); continue; }
      const m = await alone(lock, () => runner.measure(loaded, quick));
      if (m.right) measured.push({ block: t.block, loaded, us: m.us });
      else { why.push('its numbers are wrong'); process.stderr.write(`${task.kernel} for ${task.target}: wrong numbers\n${t.block}\n`); }
    } catch (cause) {
      why.push(cause instanceof Error ? cause.message.split('\n')[0]! : String(cause));
      process.stderr.write(`${task.kernel} for ${task.target}: ${why.at(-1)!}\n`);
    }
  }
  if (measured.length === 0) return { ...nothing, none: why.length > 0 ? `of ${others.length} none runs: ${why[0]!}` : `${found.trials.length} were looked at; ${reasonOf(found)}` };
  const best = measured.sort((a, b) => a.us - b.us)[0];
  if (best === undefined || best.us > first.us * 0.99) return { ...nothing, measured: measured.length };
  // One after the other in changing order, so that a clock that drifts drifts for both.
  const times = await alone(lock, async () => {
    const pairs: [number, number][] = [];
    for (let i = 0; i < turns; i++) {
      const one = async (l: Loaded): Promise<number> => (await device.time(() => l.launch(), { warmup: 1, repeats: 5, budgetMs: 40, minSampleUs: 200 })).medianUs;
      if (i % 2 === 0) { const a = await one(usual); pairs.push([a, await one(best.loaded)]); } else { const b = await one(best.loaded); pairs.push([await one(usual), b]); }
    }
    return pairs;
  });
  const { mean, low, high } = ratioInterval(times.map(([a, b]) => a / b)), median = (k: 0 | 1): number => times.map((p) => p[k]).sort((a, b) => a - b)[Math.floor(turns / 2)]!;
  // Not surely faster: nobody would commit it, so the default stays.
  if (low <= 1) return { ...nothing, defaultUs: median(0), tunedUs: median(0), measured: measured.length };
  return { device: device.name, defaultUs: median(0), tunedUs: median(1), ratio: mean, low, high, measured: measured.length, block: best.block };
}

/** What ends a task is its result: a row without a reason says nothing. */
const failed = (problem: string): Result => ({ device: '', defaultUs: NaN, tunedUs: NaN, ratio: 1, low: 1, high: 1, measured: 0, block: undefined, problem });
const longestMs = 1000 * Number(option('longest', '240'));

function supervise(index: number): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), ...args, '--task', String(index)], { stdio: ['ignore', 'ignore', 'inherit'] });
    const end = setTimeout(() => { writeFileSync(join(work, `${index}.json`), JSON.stringify(failed(`ended after ${longestMs / 1000} s`))); child.kill('SIGKILL'); }, longestMs);
    child.on('exit', () => { clearTimeout(end); resolve(); });
  });
}

function markdown(results: readonly (Result | undefined)[], seconds: number): string {
  const rows = results.map((r, i) => {
    const t = tasks[i]!, what = `| ${t.target} | ${t.kernel} ${Object.entries(t.sizes).map(([n, x]) => `${n}=${x}`).join(' ')} |`;
    if (r === undefined) return `${what} no result | | | |`;
    if (r.problem !== undefined) return `${what} ${r.problem} | | | ${r.measured} |`;
    // Nothing to compare with is no comparison won.
    if (r.measured === 0) return `${what} ${r.defaultUs.toFixed(1)} | no other schedule: ${(r.none ?? 'none could be measured').replaceAll('|', '/')} | | 0 |`;
    return `${what} ${r.defaultUs.toFixed(1)} | ${r.block === undefined ? 'the default stays' : r.tunedUs.toFixed(1)} | ${r.block === undefined ? '1' : `${r.ratio.toFixed(3)} (${r.low.toFixed(3)} … ${r.high.toFixed(3)})`} | ${r.measured} |`;
  });
  return ['# Tuned against default', '', `\`tsx test/bench/tuned.ts ${args.filter((a, i) => a !== '--out' && args[i - 1] !== '--out').join(' ')}\`, tdsl ${version}, commit ${commit()}, seed ${seed}, ${results.find((r) => r !== undefined && r.device !== '')?.device ?? ''}, ${seconds.toFixed(0)} s. Speed of the tuned kernel over the default's in ${turns} turns, with the 95 % interval of the mean (logarithms, Student's t).`, '',
    '| target | kernel, sizes | default, µs | tuned, µs | tuned ÷ default speed | schedules measured |', '|---|---|---|---|---|---|', ...rows, ''].join('\n');
}

const resultOf = (i: number): Result | undefined => (existsSync(join(work, `${i}.json`)) ? (JSON.parse(readFileSync(join(work, `${i}.json`), 'utf8')) as Result) : undefined);
if (own >= 0) {
  const index = Number(args[own + 1]), start = performance.now();
  const result = await runTask(index).catch((cause: unknown) => failed((cause instanceof Error ? cause.message : String(cause)).split('\n')[0]!.slice(0, 200)));
  writeFileSync(join(work, `${index}.json`), JSON.stringify({ ...result, tookS: Math.round((performance.now() - start) / 100) / 10 }));
  process.exit(0);
}
const begin = performance.now(), waiting = tasks.map((_, i) => i), latest = Number(option('seconds', 'Infinity'));
rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
writeFileSync(list, JSON.stringify(tasks));
await Promise.all(Array.from({ length: Number(option('processes', '6')) }, async () => { for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) {
  if (performance.now() - begin < 1000 * latest) await supervise(i);
  else writeFileSync(join(work, `${i}.json`), JSON.stringify(failed('not reached in the time given')));
} }));
const results = tasks.map((_, i) => resultOf(i)), seconds = (performance.now() - begin) / 1000;
writeFileSync(join(out, 'tuned.json'), JSON.stringify({ table: 'tuned', compiler: version, commit: commit(), seed, seconds, rows: tasks.map((t, i) => ({ ...t, ...results[i] })) }, null, 1));
writeFileSync(join(out, 'tuned.md'), markdown(results, seconds));
drawAll(out);
rmSync(work, { recursive: true, force: true });
process.stdout.write(markdown(results, seconds));

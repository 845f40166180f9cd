/** The runs of T6, each a process of its own: a network, its bounds, a seed, and which development. Finished runs lie in a file, so a table that was interrupted goes on. */
import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { budgetOf, Evaluations, type Observation } from '../../../src/codesign/evaluate.ts';
import type { HardwarePoint } from '../../../src/codesign/hardware-space.ts';
import { inlinePool } from '../../../src/codesign/pool.ts';
import { designText } from '../../../src/codesign/report.ts';
import { feasibleOnes, nearestMiss, paretoSet, search } from '../../../src/codesign/run.ts';
import { defaults, prepare, type Prepared, type Setup } from '../../../src/codesign/setup.ts';
import { root, source } from './table.ts';

export const networks = ['resnet50', 'mobilenet_v2', 'xception'] as const, scenarios = ['edge', 'cloud'] as const, evals = 40;
/** a: software tuned on the default array; b: hardware searched with untuned software, then software tuned on it; c: both together. */
export const developments = ['a', 'b', 'c'] as const;
export interface Job { readonly network: string; readonly scenario: string; readonly seed: number; readonly development: string }
const nameOf = (j: Job): string => `${j.network} ${j.scenario} ${j.seed} ${j.development}`;

/** `latency`: where the power bound is missed, that of the design slowed down until it holds. */
export interface Outcome { readonly latency: number; readonly unthrottled: number; readonly power: number; readonly area: number; readonly design: string; readonly meets: boolean; readonly schedules: number; readonly seconds: number }

/** The network with the constraints of the scenario; `hardware`: on this array alone. */
function prepared({ network, scenario }: Job, options: Partial<Setup>, hardware?: string): Prepared {
  const constraints = readFileSync(join(root, 'examples/codesign', `${scenario}.tdsl`), 'utf8');
  const files = [{ path: `${network}.tdsl`, text: source(network) }, { path: `${scenario}.tdsl`, text: hardware === undefined ? constraints : constraints.replaceAll(/on gemm_array[^\n]*/g, `on ${hardware}`) }];
  return prepare({ files, workload: network, ...defaults, ...options })!;
}
const evaluations = (p: Prepared, seed: number, budget = budgetOf(defaults.trials)): Evaluations => new Evaluations(p, inlinePool(p), budget, seed);

function outcome(p: Prepared, o: Observation | undefined, schedules: number): Omit<Outcome, 'seconds'> {
  if (o?.metrics === undefined) return { latency: Infinity, unthrottled: Infinity, power: Infinity, area: Infinity, design: 'none', meets: false, schedules };
  const { latency, energy, power, area } = o.metrics, bound = Math.min(Infinity, ...p.codesign.constraints.flatMap((c) => (c.metric === 'power' && c.upper ? [c.bound] : [])));
  // The work takes the same energy in any time, but for leakage, which is left out in favour of who is slowed down.
  return { latency: Math.max(latency, energy / bound), unthrottled: latency, power, area, design: designText(p.space.accelerators[o.point.accelerator]!, p.space.design(o.point)), meets: feasibleOnes(p.codesign, [o]).length > 0, schedules };
}
const count = (seen: readonly Observation[]): number => seen.reduce((n, o) => n + o.trials, 0);

/** Software tuned on given hardware: always with the full budget, which a search of designs gives to promising ones alone. */
async function tuned(p: Prepared, point: HardwarePoint, seed: number, before: number): Promise<Omit<Outcome, 'seconds'>> {
  const [o] = await evaluations(p, seed, { ...budgetOf(defaults.trials), slack: 1 }).evaluate([point], []);
  return outcome(p, o, before + (o?.trials ?? 0));
}

async function developed(job: Job): Promise<Omit<Outcome, 'seconds'>> {
  const { seed } = job;
  if (job.development === 'a') {
    const fixed = prepared(job, {}, 'default_array');
    return tuned(fixed, fixed.space.at(0), seed, 0);
  }
  const whole = prepared(job, {});
  if (job.development === 'b') {
    const plain = prepared(job, { explorer: 'untuned', exhaustive: 0 }), first = await search(evaluations(plain, seed), { method: 'ehvi', evals, seed });
    const picked = paretoSet(plain.codesign, first)[0] ?? nearestMiss(plain.codesign, first)?.observation;
    return picked === undefined ? outcome(whole, undefined, count(first)) : tuned(whole, picked.point, seed, count(first));
  }
  const joint = await search(evaluations(whole, seed), { method: 'ehvi', evals, seed });
  return outcome(whole, paretoSet(whole.codesign, joint)[0], count(joint));
}

/** In the process of one job. */
export async function runJob(text: string): Promise<void> {
  const [network = '', scenario = '', seed = '', development = ''] = text.split(' ');
  const o = await developed({ network, scenario, seed: Number(seed), development }), used = process.cpuUsage();
  process.stdout.write(`${JSON.stringify({ ...o, seconds: (used.user + used.system) / 1e6 })}\n`);
}

/** Of every text that decides what a run finds; a file of runs of other texts is not used. */
export function keyOfSources(): string {
  const hash = createHash('sha256').update(JSON.stringify({ defaults, evals }));
  for (const folder of ['src/codesign', 'src/search', 'src/cost', 'src/partition', 'examples/codesign']) for (const f of readdirSync(join(root, folder)).sort()) if (/\.(ts|tdsl)$/.test(f) && !f.startsWith('gpu')) hash.update(f).update(readFileSync(join(root, folder, f)));
  return hash.update(readFileSync(fileURLToPath(import.meta.url))).digest('hex').slice(0, 16);
}

export type Runs = ReadonlyMap<string, Outcome>;
export const runOf = (runs: Runs, j: Job): Outcome | undefined => runs.get(nameOf(j));

/** All jobs that the file does not have, `processes` at a time, the longest first; the file is written after each. */
export async function allRuns(seeds: readonly number[], file: string, processes: number): Promise<Runs> {
  const key = keyOfSources(), jobs = seeds.flatMap((seed) => networks.flatMap((network) => scenarios.flatMap((scenario) => developments.map((development): Job => ({ network, scenario, seed, development })))));
  const before: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const isOurs = typeof before === 'object' && before !== null && 'key' in before && before.key === key && 'runs' in before;
  if (before !== undefined && !isOurs) console.error(`${file} is of other sources: all runs begin again`);
  const runs = new Map<string, Outcome>(isOurs ? Object.entries(before.runs as Record<string, Outcome>) : []);
  const length = (j: Job): number => -(developments.indexOf(j.development as (typeof developments)[number]) * 10 + networks.indexOf(j.network as (typeof networks)[number]));
  const waiting = jobs.filter((j) => !runs.has(nameOf(j))).sort((x, y) => length(x) - length(y));
  mkdirSync(dirname(file), { recursive: true });
  const work = async (): Promise<void> => {
    for (let j = waiting.shift(); j !== undefined; j = waiting.shift()) {
      const name = nameOf(j), o = await once(name);
      runs.set(name, o);
      writeFileSync(`${file}.new`, JSON.stringify({ key, runs: Object.fromEntries([...runs].sort(([x], [y]) => (x < y ? -1 : 1))) }, null, 1));
      renameSync(`${file}.new`, file);
      console.error(`${runs.size} of ${jobs.length}: ${name}: ${o.latency} s after ${o.seconds.toFixed(0)} s`);
    }
  };
  await Promise.all(Array.from({ length: processes }, work));
  return runs;
}

function once(name: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [...process.execArgv, fileURLToPath(new URL('../hasco.ts', import.meta.url)), '--t6-job', name], { maxBuffer: 1 << 20 }, (error, out) => {
      if (error !== null) reject(error);
      // JSON has no Infinity: what does not run is null there.
      else resolve(JSON.parse(out, (_, v: unknown) => v ?? Infinity) as Outcome);
    });
  });
}

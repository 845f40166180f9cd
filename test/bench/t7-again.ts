/**
 * T7 without a GPU: the times of earlier runs beside what the model of this checkout predicts for the same schedules.
 *
 *     tsx test/bench/t7-again.ts RUN.json [LATER.json …] --out FOLDER
 *
 * Constants of the model were fitted on every other plan of the first run (numbers 0, 2, 4, … of each list), so the others are what it is judged by, and of later
 * runs with other seeds all plans that no earlier run had. Runs of one seed (one for CUDA, one for WebGPU) are taken for one. Writes T7.json and T7.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { profileFor } from '../../src/cost/gpu-profile.ts';
import { kendallTau, regret } from '../../src/cost/rank.ts';
import { compileCandidate } from '../../src/tune/candidate.ts';
import { predict } from '../../src/tune/search.ts';
import { version } from '../../src/version.ts';
import { drawAll } from './hasco/pictures.ts';
import { commit } from './hasco/table.ts';
import { type Task, workloadOf } from './plan-tasks.ts';

interface Plan { readonly block: string; readonly predictedUs: number; readonly measuredUs: number; readonly right: boolean; readonly steady?: boolean }
interface Row { readonly task: Task; readonly device: string; readonly plans: readonly Plan[]; readonly failed: readonly { readonly block: string; readonly reason?: string }[]; readonly tau: number }
interface Run { readonly seed: number; readonly plans: number; readonly seconds: number; readonly rows: readonly Row[] }

const args = process.argv.slice(2), at = args.indexOf('--out'), out = at < 0 ? 'docs/hasco' : args[at + 1] ?? 'docs/hasco';
const files = args.filter((_, i) => at < 0 || (i !== at && i !== at + 1)).map((file) => JSON.parse(readFileSync(file, 'utf8')) as Run);
const [run, ...others] = files;
if (run === undefined) throw new Error('name the T7.json of a run');
const later = [...new Set(others.map((r) => r.seed))].map((seed): Run => {
  const same = others.filter((r) => r.seed === seed);
  return { seed, plans: same[0]!.plans, seconds: same.reduce((n, r) => n + r.seconds, 0), rows: same.flatMap((r) => r.rows) };
});

/** `place`: among the right plans of the run. */
interface Again { readonly place: number; readonly block: string; readonly measuredUs: number; readonly firstUs: number; readonly predictedUs: number; readonly bound: readonly string[] }
/** Right plans with what the model of this checkout says, and why it refuses others. */
function again(row: Row): { readonly plans: readonly Again[]; readonly refused: readonly string[] } {
  const { w } = workloadOf(row.task), profile = profileFor(row.task.target, row.device), refused: string[] = [];
  const plans = row.plans.filter((p) => p.right && p.steady !== false).flatMap((p, place): Again[] => {
    const c = compileCandidate(w, p.block);
    if (!c.ok) { refused.push(c.reason); return []; }
    const e = predict(w, profile, c.kernels);
    return [{ place, block: p.block, measuredUs: p.measuredUs, firstUs: p.predictedUs, predictedUs: e.seconds * 1e6, bound: e.launches.map((l) => l.bound) }];
  });
  return { plans, refused };
}
const tau = (list: readonly Again[]): number => kendallTau(list.map((p) => p.predictedUs), list.map((p) => p.measuredUs));
const near = (list: readonly Again[]): number => { const best = Math.min(...list.map((p) => p.measuredUs)); return tau(list.filter((p) => p.measuredUs <= 3 * best)); };
const regret5 = (list: readonly Again[]): number => regret(list.map((p) => p.predictedUs), list.map((p) => p.measuredUs), 5);
const isOf = (row: Row, task: Task): boolean => row.task.target === task.target && row.task.kernel === task.kernel;

const rows = run.rows.map((row) => {
  const { plans: all, refused } = again(row), plans = all.map((p) => ({ ...p, fitted: p.place % 2 === 0 })), seen = new Set(row.plans.map((p) => p.block));
  const runs = later.flatMap((l) => {
    const other = l.rows.find((r) => isOf(r, row.task));
    if (other === undefined) return [];
    const all = again(other).plans, fresh = all.filter((p) => !seen.has(p.block)), first = new Map(plans.map((p) => [p.block, p.measuredUs]));
    const ratios = all.flatMap((p) => { const us = first.get(p.block); return us === undefined ? [] : [p.measuredUs / us]; }).sort((a, b) => a - b);
    for (const p of fresh) seen.add(p.block);
    return [{ seed: l.seed, plans: fresh, failed: other.failed.length, tau: tau(fresh), asPredicted: kendallTau(fresh.map((p) => p.firstUs), fresh.map((p) => p.measuredUs)), near: near(fresh), regret5: regret5(fresh), common: ratios }];
  });
  return {
    task: row.task, device: row.device, plans, refused, failed: row.failed.map((f) => ({ block: f.block, reason: f.reason ?? 'wrong numbers' })),
    tau: { first: row.tau, heldOut: tau(plans.filter((p) => !p.fitted)), all: tau(plans), near: near(plans) }, regret5: regret5(plans), later: runs,
  };
});

const number = (x: number): string => (Number.isFinite(x) ? x.toFixed(2) : '–'), percent = (x: number): string => `${(100 * x).toFixed(1)} %`;
const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
const targets = [...new Set(rows.map((r) => r.task.target))];
const kernelOf = (r: (typeof rows)[number]): string => `${r.task.kernel} ${Object.entries(r.task.sizes).map(([n, x]) => `${n}=${x}`).join(' ')}`;
const times = (list: readonly Again[]): string => (list.length === 0 ? '–' : `${Math.min(...list.map((p) => p.measuredUs)).toFixed(1)} … ${Math.max(...list.map((p) => p.measuredUs)).toFixed(1)}`);
const laterTable = (l: Run): string[] => {
  const found = rows.flatMap((r) => r.later.filter((x) => x.seed === l.seed).map((x) => ({ r, x })));
  const line = (target: string): string => {
    const own = found.filter(({ r }) => r.task.target === target);
    return own.length === 0 ? '' : `${target}: ${own.reduce((n, { x }) => n + x.plans.length, 0)} plans; mean τ ${number(mean(own.map(({ x }) => x.tau)))} (${number(mean(own.map(({ x }) => x.asPredicted)))} as predicted before the run), mean regret ${percent(mean(own.map(({ x }) => x.regret5)))}.`;
  };
  return [
    `## Seed ${l.seed}`, '', `A run of its own (${l.seconds.toFixed(0)} s); plans that an earlier run had are left out of τ; what they took, over what they took in the first run, says whether the machine was the same.`, '',
    '| target | kernel, sizes | plans | failed or wrong | measured, µs | τ | τ as predicted before the run | τ within 3 × the best | top-5 regret | common plans ÷ first run |', '|---|---|---|---|---|---|---|---|---|---|',
    ...found.map(({ r, x }) => `| ${r.task.target} | ${kernelOf(r)} | ${x.plans.length} | ${x.failed} | ${times(x.plans)} | ${number(x.tau)} | ${number(x.asPredicted)} | ${number(x.near)} | ${percent(x.regret5)} | ${x.common.length === 0 ? '–' : `${number(x.common[0]!)} … ${number(x.common.at(-1)!)} (${x.common.length})`} |`), '',
    ...targets.map(line).filter((t) => t !== ''), '',
  ];
};
const text = [
  '# T7: predicted against measured', '',
  `Times: \`tsx test/bench/t7.ts --plans ${run.plans} --seed ${run.seed}\` on one ${rows[0]?.device ?? ''} (${run.seconds.toFixed(0)} s), by CUDA (sm_80 and sm_90a code) and through WebGPU (Dawn)${later.length === 0 ? '' : `; later runs with seeds ${later.map((l) => l.seed).join(' and ')}`}. Predictions: the gpu model of tdsl ${version}, commit ${commit()}, \`tsx test/bench/t7-again.ts\`.`, '',
  'Plans of a kernel: the compiler\'s own, a third around what a search by prediction finds, the others legal ones at random, none then predicted to be more than 25 times as slow as the best. Numbers of every plan were compared with the oracle; wrong and failed ones are listed in T7.json and are left out of the order. Plans that this version refuses are left out as well. Predictions are of the kernels that this checkout makes of a schedule; where they differ from those that ran (stores of sm_90a by boxes came later), that counts against the model. Top-5 regret: how much slower the best of the five plans that the model likes best is than the best of all.', '',
  'The first run was predicted with constants from data sheets and from rates measured before ("as first run"). Then the losses of the model (how units overlap, what a spilled register and an access cost, latencies, the rate of the second-level cache) were fitted to the order of every other plan, once for CUDA and once for WebGPU; "held out" is the other half, of the same kernels. After the second run terms were added (which loads wait for each other, how wide shared memory of WGSL is read, stores that do not merge, loops that stay loops) and their constants fitted to every other plan of both runs, attention through WebGPU in the second left out: its plans were timed at other clocks. So of a second run the predictions before it count, and a third one judges what was made of both.', '',
  `## Seed ${run.seed}`, '',
  '| target | kernel, sizes | plans | failed or wrong | measured, µs | τ as first run | τ held out | τ all | τ within 3 × the best | top-5 regret |', '|---|---|---|---|---|---|---|---|---|---|',
  ...rows.map((r) => `| ${r.task.target} | ${kernelOf(r)} | ${r.plans.length} | ${r.failed.length} | ${times(r.plans)} | ${number(r.tau.first)} | ${number(r.tau.heldOut)} | ${number(r.tau.all)} | ${number(r.tau.near)} | ${percent(r.regret5)} |`), '',
  ...targets.map((t) => { const own = rows.filter((r) => r.task.target === t); return `${t}: ${own.reduce((n, r) => n + r.plans.length, 0)} plans; mean τ ${number(mean(own.map((r) => r.tau.first)))} as first run, ${number(mean(own.map((r) => r.tau.heldOut)))} held out, ${number(mean(own.map((r) => r.tau.all)))} all; mean regret ${percent(mean(own.map((r) => r.regret5)))}.`; }), '',
  ...later.flatMap(laterTable),
].join('\n');
writeFileSync(join(out, 'T7.md'), text);
writeFileSync(join(out, 'T7.json'), JSON.stringify({ table: 'T7', compiler: version, commit: commit(), seed: run.seed, plans: run.plans, later: later.map((l) => l.seed), rows }));
drawAll(out);
process.stdout.write(text);

/**
 * T7: predicted against measured. Schedules of five kernels on a GPU, by CUDA (sm_80 and sm_90a code) and through WebGPU; Kendall's τ and the regret of the five
 * that the model likes best.
 *
 *     tsx test/bench/t7.ts --out FOLDER [--plans 40] [--seed 0] [--targets cuda:sm_80,cuda:sm_90a,wgsl] [--processes 8] [--shards 1] [--shrink 1] [--lists FILE]
 *     tsx test/bench/t7.ts --list FILE [--plans 40] [--seed 0] [--targets wgsl]
 *
 * The second form chooses plans for an H200 and predicts their times without one; `--lists` measures those.
 * Processes compile side by side and measure one at a time; `--shards`: how many share the plans of one kernel. Every time is taken between two runs of the
 * compiler's own plan, which say whether the GPU's clock is the one that the others had (`steady.ts`). A schedule that hangs or breaks the device is a failure of
 * that schedule: its process is started again and goes on behind it. Writes T7.json (with every term of every prediction) and T7.md into the folder.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRunDevice } from '../../src/cli/run-device.ts';
import { profileFor } from '../../src/cost/gpu-profile.ts';
import { kendallTau, regret } from '../../src/cost/rank.ts';
import { compileCandidate } from '../../src/tune/candidate.ts';
import { predict } from '../../src/tune/search.ts';
import { version } from '../../src/version.ts';
import { alone } from './gpu-lock.ts';
import { drawAll } from './hasco/pictures.ts';
import { commit } from './hasco/table.ts';
import { PlanRunner } from './plan-runner.ts';
import { plansOf, rankTasks, type Task, workloadOf } from './plan-tasks.ts';
import { Reference } from './steady.ts';

const args = process.argv.slice(2);
const option = (name: string, otherwise: string): string => { const at = args.indexOf(`--${name}`); return at < 0 ? otherwise : args[at + 1] ?? otherwise; };
const out = option('out', 'docs/hasco'), plans = Number(option('plans', '40')), seed = Number(option('seed', '0')), targets = option('targets', 'cuda:sm_80,cuda:sm_90a,wgsl').split(',');
const tasks = rankTasks(targets, Number(option('shrink', '1'))), shards = Number(option('shards', '1')), work = join(out, '.t7'), lock = join(work, 'device');
/** Part `shard` of a task's plans: every `shards`-th one. */
interface Part { readonly task: number; readonly shard: number }
const parts = tasks.flatMap((_, task) => Array.from({ length: shards }, (_x, shard): Part => ({ task, shard })));
const nameOn = (target: string): string => (target === 'wgsl' ? 'nvidia-h200' : 'NVIDIA H200'), keyOf = (t: Task): string => `${t.target} ${t.kernel}`;
type Lists = Readonly<Record<string, readonly { readonly block: string; readonly predictedUs: number | undefined }[]>>;
const lists = option('lists', '') === '' ? undefined : JSON.parse(readFileSync(option('lists', ''), 'utf8')) as Lists;
const linesOf = (p: Part): string => join(work, `${p.task}.${p.shard}.jsonl`);

interface Line { readonly kind: 'device' | 'begin' | 'plan' | 'failed' | 'end'; readonly block?: string; readonly device?: string; readonly predictedUs?: number; readonly measuredUs?: number; readonly right?: boolean; readonly reason?: string; readonly terms?: unknown; readonly reference?: readonly [number, number]; readonly steady?: boolean; readonly attempts?: number }
const read = (p: Part): Line[] => (existsSync(linesOf(p)) ? readFileSync(linesOf(p), 'utf8').trim().split('\n').filter((l) => l !== '').map((l) => JSON.parse(l) as Line) : []);

async function runPart(part: Part): Promise<void> {
  const task = tasks[part.task]!, { w, text } = workloadOf(task), say = (line: Line): void => appendFileSync(linesOf(part), `${JSON.stringify(line)}\n`);
  const device = await openRunDevice(task.target, undefined), done = new Set(read(part).flatMap((l) => l.block ?? []));
  if (done.size === 0) say({ kind: 'device', device: device.name });
  const profile = profileFor(task.target, device.name), list = lists?.[keyOf(task)] ?? await plansOf(w, device.name, plans, seed), runner = new PlanRunner(w, text, device);
  const usual = await runner.load(undefined), reference = new Reference(device, () => usual.launch(), join(work, `${part.task}.least`));
  for (const [at, { block, predictedUs }] of list.entries()) {
    if (done.has(block) || at % shards !== part.shard) continue;
    say({ kind: 'begin', block });
    try {
      const loaded = await runner.load(block);
      const { value: { us, right }, ...steady } = await alone(lock, () => reference.timed(() => runner.measure(loaded, { warmup: 2, repeats: 12, budgetMs: 120, minSampleUs: 100, busyMs: 0 })));
      const c = compileCandidate(w, block);
      say({ kind: 'plan', block, predictedUs: predictedUs ?? NaN, measuredUs: us, right, reference: steady.reference, steady: steady.steady, attempts: steady.attempts, terms: c.ok ? predict(w, profile, c.kernels).launches.map((l) => Object.fromEntries(l.terms.map((t) => [t.name, t.value]))) : [] });
      loaded.destroy();
    } catch (cause) {
      say({ kind: 'failed', block, reason: cause instanceof Error ? cause.message.slice(0, 300) : String(cause) });
      // After a fault the device answers nothing any more: a new process begins behind this schedule.
      try { await device.sync(); } catch { process.exit(3); }
    }
  }
  say({ kind: 'end' });
  device.close();
  process.exit(0);
}

/** Runs a part in a process of its own, again after each fault; a process that says nothing for this long is ended. */
const silentMs = 45_000;
function supervise(part: Part): Promise<void> {
  return new Promise((resolve) => {
    const start = (left: number): void => {
      const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), ...args, '--task', String(part.task), '--shard', String(part.shard)], { stdio: ['ignore', 'ignore', 'inherit'] });
      let size = read(part).length, since = Date.now();
      const watch = setInterval(() => {
        const now = read(part).length;
        if (now > size) { size = now; since = Date.now(); }
        if (Date.now() - since > silentMs) child.kill('SIGKILL');
      }, 1000);
      child.on('exit', (code) => {
        clearInterval(watch);
        const lines = read(part);
        const open = lines.at(-1)?.kind === 'begin' ? lines.at(-1)!.block : undefined;
        if (open !== undefined) appendFileSync(linesOf(part), `${JSON.stringify({ kind: 'failed', block: open, reason: `its process ended with ${code ?? 'a signal'}` })}\n`);
        if (lines.at(-1)?.kind === 'end' || left === 0 || (code === 4 && lines.length === 0)) resolve();
        else start(left - 1);
      });
    };
    start(6);
  });
}

interface Row { readonly task: Task; readonly device: string; readonly plans: readonly Line[]; readonly failed: readonly Line[]; readonly tau: number; readonly regret5: number; readonly tauBest: number }
function rowOf(index: number): Row {
  const lines = parts.filter((p) => p.task === index).flatMap(read), measured = lines.filter((l) => l.kind === 'plan'), right = measured.filter((l) => l.right === true && l.steady === true);
  const predicted = right.map((l) => l.predictedUs!), times = right.map((l) => l.measuredUs!);
  const near = right.filter((l) => l.measuredUs! <= 3 * Math.min(...times));
  return {
    task: tasks[index]!, device: lines.find((l) => l.kind === 'device')?.device ?? 'none', plans: measured, failed: [...lines.filter((l) => l.kind === 'failed'), ...measured.filter((l) => l.right !== true).map((l): Line => ({ ...l, reason: 'wrong numbers' })), ...measured.filter((l) => l.right === true && l.steady !== true).map((l): Line => ({ ...l, reason: 'the GPU did not keep its clock' }))],
    tau: kendallTau(predicted, times), regret5: regret(predicted, times, 5), tauBest: kendallTau(near.map((l) => l.predictedUs!), near.map((l) => l.measuredUs!)),
  };
}

function markdown(rows: readonly Row[], seconds: number): string {
  const percent = (x: number): string => `${(100 * x).toFixed(1)} %`, number = (x: number): string => (Number.isFinite(x) ? x.toFixed(2) : '–');
  const mean = (list: readonly number[]): number => list.filter(Number.isFinite).reduce((a, b) => a + b, 0) / Math.max(1, list.filter(Number.isFinite).length);
  const us = (r: Row): string => { const list = r.plans.map((p) => p.measuredUs!); return list.length === 0 ? '–' : `${Math.min(...list).toFixed(1)} … ${Math.max(...list).toFixed(1)}`; };
  return [
    '# T7: predicted against measured', '',
    `\`tsx test/bench/t7.ts --plans ${plans} --seed ${seed}\`, tdsl ${version}, ${rows[0]?.device ?? ''}, ${seconds.toFixed(0)} s. Model: gpu (src/cost/gpu.ts). Plans: the compiler's own, a third around what a search by prediction finds, the others legal ones at random, none predicted to be more than 25 times as slow as the best. Every plan's numbers were compared with the oracle; wrong or failed ones, and those for which the compiler's own plan did not take its usual time before and after, are counted and left out of the order.`, '',
    '| target | kernel, sizes | plans | failed or wrong | measured, µs | Kendall τ | τ of plans within 3 × the best | top-5 regret |', '|---|---|---|---|---|---|---|---|',
    ...rows.map((r) => `| ${r.task.target} | ${r.task.kernel} ${Object.entries(r.task.sizes).map(([n, x]) => `${n}=${x}`).join(' ')} | ${r.plans.length} | ${r.failed.length} | ${us(r)} | ${number(r.tau)} | ${number(r.tauBest)} | ${percent(r.regret5)} |`), '',
    ...targets.map((t) => { const own = rows.filter((r) => r.task.target === t); return `${t}: ${own.reduce((n, r) => n + r.plans.length, 0)} plans, mean τ ${number(mean(own.map((r) => r.tau)))}, mean regret ${percent(mean(own.map((r) => r.regret5)))}.`; }), '',
  ].join('\n');
}

if (args.includes('--list')) {
  const found: Record<string, Lists[string]> = {};
  for (const task of tasks) found[keyOf(task)] = (await plansOf(workloadOf(task).w, nameOn(task.target), plans, seed)).map(({ block, predictedUs }) => ({ block, predictedUs }));
  writeFileSync(option('list', ''), JSON.stringify(found));
} else if (args.includes('--task')) await runPart({ task: Number(option('task', '0')), shard: Number(option('shard', '0')) });
else {
  const begin = performance.now(), waiting = [...parts];
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  // Compilation of CUDA takes longest, so these come first.
  await Promise.all(Array.from({ length: Number(option('processes', '8')) }, async () => { for (let p = waiting.shift(); p !== undefined; p = waiting.shift()) { await supervise(p); const t = tasks[p.task]!; process.stderr.write(`${t.kernel} for ${t.target}, part ${p.shard}: ${read(p).filter((l) => l.kind === 'plan').length} measured after ${((performance.now() - begin) / 1000).toFixed(0)} s\n`); } }));
  const rows = tasks.map((_, i) => rowOf(i)), seconds = (performance.now() - begin) / 1000;
  writeFileSync(join(out, 'T7.json'), JSON.stringify({ table: 'T7', compiler: version, commit: commit(), seed, plans, seconds, rows }, null, 1));
  writeFileSync(join(out, 'T7.md'), markdown(rows, seconds));
  drawAll(out);
  rmSync(work, { recursive: true, force: true });
  process.stdout.write(markdown(rows, seconds));
}

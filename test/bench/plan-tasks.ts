/** What the measurements of plans run: kernels at sizes that fill a GPU, and the schedules to look at. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '../../grammar/parse.ts';
import { check } from '../../src/check/check.ts';
import { instantiate } from '../../src/check/instantiate.ts';
import { profileFor } from '../../src/cost/gpu-profile.ts';
import { Random, seedOf } from '../../src/search/random.ts';
import { randomPoint } from '../../src/search/space.ts';
import { findTarget } from '../../src/targets/targets.ts';
import { blockText } from '../../src/tune/block.ts';
import type { Workload } from '../../src/tune/candidate.ts';
import { PlanSpace, structuresOf } from '../../src/tune/plan-space.ts';
import { evaluate, ranked, searchPlans, type Trial } from '../../src/tune/search.ts';

export interface Task { readonly kernel: string; readonly file: string; readonly target: string; readonly sizes: Readonly<Record<string, number>> }
const folder = process.env['TDSL_EXAMPLES'] ?? 'examples';

/** Sizes that keep a GPU busy; kernels that are not here run at the sizes of their example. */
const large: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  matmul: { M: 4096, N: 4096, K: 2048 }, matmul_bf16: { M: 4096, N: 4096, K: 2048 }, matmul_f32: { M: 2048, N: 2048, K: 2048 }, matmul_int8: { M: 4096, N: 4096, K: 2048 },
  row_softmax: { M: 8192, N: 4096 }, log_softmax: { M: 8192, N: 4096 }, attention: { B: 1, G: 4, R: 4, S: 1024, T: 1024, D: 128 },
  int4_matmul: { M: 128, N: 4096, K: 4096 }, blur: { H: 2048, W: 2048, C: 3 },
};
const fiveKernels = [['matmul.tdsl', 'matmul_bf16'], ['matmul.tdsl', 'matmul_f32'], ['softmax.tdsl', 'row_softmax'], ['attention.tdsl', 'attention'], ['int4_matmul.tdsl', 'int4_matmul']] as const;

/** Long sizes divided, for a try on a machine without a GPU. */
const shrunk = (sizes: Task['sizes'], by: number): Task['sizes'] => Object.fromEntries(Object.entries(sizes).map(([name, n]) => [name, n >= 512 ? Math.max(16, Math.ceil(n / by)) : n]));

export const rankTasks = (targets: readonly string[], shrink = 1): Task[] => targets.flatMap((target) => fiveKernels.map(([file, kernel]): Task => ({ kernel, file, target, sizes: shrunk(large[kernel] ?? {}, shrink) })));

/** Where examples lie. Workloads of co-design come last: they are for accelerators first. */
const folders = ['', 'atom', 'shadowkv', 'llama', 'codesign'];

/** Every kernel of every example. */
export function exampleTasks(targets: readonly string[], shrink = 1): Task[] {
  const files = folders.flatMap((f) => readdirSync(join(folder, f)).filter((name) => name.endsWith('.tdsl')).sort().map((name) => join(f, name)));
  const kernels = files.flatMap((file) => check(parse(readFileSync(join(folder, file), 'utf8'), file).ast).program.kernels.map((k) => ({ file, kernel: k.name, sizes: shrunk(large[k.name] ?? k.example, shrink) })));
  return targets.flatMap((target) => kernels.map((k): Task => ({ ...k, target })));
}

export function workloadOf(task: Task): { readonly w: Workload; readonly text: string } {
  const text = readFileSync(join(folder, task.file), 'utf8'), { ast } = parse(text, task.file);
  const kernel = check(ast).program.kernels.find((k) => k.name === task.kernel);
  if (kernel === undefined) throw new Error(`${task.file} has no kernel ${task.kernel}`);
  return { text, w: { file: ast, kernel: instantiate(kernel, {}), target: findTarget(task.target)!, sizes: task.sizes, known: {} } };
}

/** A plan predicted to be slower than this many times the best is not measured: it would take the time of all the others. */
const slowest = 25;

/**
 * `count` legal schedules, each predicted to be within reach of the best: the compiler's own, a third around what a search finds, the others at random.
 */
export async function plansOf(w: Workload, device: string | undefined, count: number, seed: number): Promise<Trial[]> {
  const profile = profileFor(w.target.name, device), found = new Map<string, Trial>();
  const { structures } = structuresOf(w), space = new PlanSpace(structures);
  const search = await searchPlans({ workload: w, profile, trials: 3 * count, seed, explorer: 'heuristic' }, () => true);
  const best = ranked(search.trials);
  if (search.start?.predictedUs !== undefined) found.set(search.start.block, search.start);
  for (const t of best.slice(0, Math.ceil(count / 3))) found.set(t.block, t);
  const most = (best[0]?.predictedUs ?? Infinity) * slowest, random = new Random(seedOf(seed, w.kernel.name, w.target.name, 'plans'));
  for (let i = 0; i < 40 * count && found.size < count; i++) {
    const block = blockText(space.blockAt(randomPoint(space, random)));
    if (found.has(block)) continue;
    const t = evaluate(w, profile, block);
    if (t.predictedUs !== undefined && t.predictedUs <= most) found.set(block, t);
  }
  return [...found.values()];
}

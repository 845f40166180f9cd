/** How long partitioning, predictions and a search take: processor time, so that a loaded machine counts little, and for the search the clock too. */
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parse } from '../../../grammar/parse.ts';
import { check } from '../../../src/check/check.ts';
import { budgetOf, Evaluations } from '../../../src/codesign/evaluate.ts';
import { threadPool } from '../../../src/codesign/pool.ts';
import { paretoSet, search } from '../../../src/codesign/run.ts';
import { defaults, prepare, type Setup } from '../../../src/codesign/setup.ts';
import { calibrated } from '../../../src/cost/calibrated.ts';
import { compat } from '../../../src/cost/compat.ts';
import { allIntrinsics } from '../../../src/partition/declare.ts';
import { libraryHardware } from '../../../src/partition/library.ts';
import { partitionKernel } from '../../../src/partition/partition.ts';
import { layerSpace } from '../../../src/search/layer.ts';
import { Random } from '../../../src/search/random.ts';
import { pointAt, sizeOf } from '../../../src/search/space.ts';
import { design, layerOf } from './layers.ts';
import { publish, root, source } from './table.ts';

const cpuMs = (): number => { const u = process.cpuUsage(); return (u.user + u.system) / 1000; };

interface Slowest { readonly slowest: string; readonly ms: number }
const slower = (a: Slowest, b: Slowest): Slowest => (b.ms > a.ms ? b : a);

/** The slowest kernel, and the slowest file with all its kernels. */
function partitions(): { readonly kernel: Slowest; readonly file: Slowest; readonly kernels: number; readonly files: number } {
  const intrinsics = allIntrinsics(libraryHardware()).filter((i) => i.target === undefined), folders = ['', 'codesign', 'atom', 'shadowkv', 'llama'];
  let kernel: Slowest = { slowest: '', ms: 0 }, file = kernel, kernels = 0, files = 0;
  for (const folder of folders) for (const name of readdirSync(join(root, 'examples', folder)).filter((n) => n.endsWith('.tdsl'))) {
    let whole = 0;
    for (const k of check(parse(readFileSync(join(root, 'examples', folder, name), 'utf8'), name).ast).program.kernels) {
      const before = cpuMs();
      partitionKernel(k, intrinsics);
      const ms = cpuMs() - before;
      kernel = slower(kernel, { slowest: `${k.name} of ${name}`, ms });
      kernels++;
      whole += ms;
    }
    file = slower(file, { slowest: name, ms: whole });
    files++;
  }
  return { kernel, file, kernels, files };
}

function rate(model: typeof calibrated): number {
  const l = layerOf('conv2d', 'conv2d', 'O', 'gemm_array', false), space = layerSpace(l.kernel, l.computation, l.choices, design, { K: 64, C: 64, X: 54, Y: 54, R: 3, S: 3 }, model, 'divisors')!, random = new Random(1);
  const points = Array.from({ length: 100000 }, () => pointAt(space, random.below(sizeOf(space))));
  for (const p of points.slice(0, 20000)) space.cycles(p);
  const before = cpuMs();
  for (const p of points) space.cycles(p);
  return points.length / ((cpuMs() - before) / 1000);
}

export async function speed(): Promise<void> {
  const part = partitions(), rates = [rate(calibrated), rate(compat)];
  const setup: Setup = { files: [{ path: 'resnet50.tdsl', text: source('resnet50') }], workload: undefined, ...defaults }, p = prepare(setup)!;
  const pool = threadPool(setup, 2, new URL('../../../src/codesign/worker-checkout.mjs', import.meta.url)), before = cpuMs(), start = performance.now();
  const seen = await search(new Evaluations(p, pool, budgetOf(defaults.trials), 0), { method: 'ehvi', evals: 40, seed: 0 });
  const wall = (performance.now() - start) / 1000, cpu = (cpuMs() - before) / 1000, memory = process.resourceUsage().maxRSS / 1024;
  await pool.close();
  publish({
    name: 'speed', question: 'how long do partitioning, predictions and a search take?',
    method: ['Processor time of this process and its threads. The clock counts what else the machine did, too.'], settings: { processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length, model: defaults.model, trials: defaults.trials },
    head: ['what', 'goal', 'measured'],
    rows: [
      ['partitioning a kernel of an example on all arrays, the slowest', 'less than 50 ms', `${part.kernel.ms.toFixed(1)} ms (${part.kernel.slowest}; ${part.kernels} kernels)`],
      ['partitioning all kernels of an example, the slowest file', 'less than 50 ms', `${part.file.ms.toFixed(1)} ms (${part.file.slowest}; ${part.files} files, networks among them)`],
      ['predictions of latency on one core, calibrated', 'at least 50000 a second', `${Math.round(rates[0]!)} a second`], ['the same, compat', 'at least 50000 a second', `${Math.round(rates[1]!)} a second`],
      ['co-design of ResNet-50 on four arrays, 40 evaluations, two threads', 'less than 180 s on two cores', `${cpu.toFixed(1)} s of processor time, ${wall.toFixed(1)} s by the clock`],
      ['its memory', 'less than 1 GB', `${memory.toFixed(0)} MB at most`],
    ],
    findings: [`The search evaluated ${seen.length} designs of ${p.space.size} and looked at ${seen.reduce((n, o) => n + o.trials, 0)} schedules; ${paretoSet(p.codesign, seen).length} designs are in its Pareto set.`], data: { partition: part, rates, cpuSeconds: cpu, wallSeconds: wall, memoryMB: memory },
  });
}

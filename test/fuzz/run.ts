/**
 * Differential fuzzing: generated programs through every level and target.
 *
 *     tsx test/fuzz/run.ts --seed S --count N [--targets cpu,wgsl,cuda] [--shim-every 10] [--hopper-every 0] [--no-faithful] [--no-minimise] [--log FILE]
 *                          [--interpreted N] [--run-variants N] [--barriers-every N] [--breadth core|ordered|whole] [--products]
 *
 * Program i has the seed S + i; of the breadth `core`, `ordered` (running sums and positions by rank as well) or `whole`, each with programs of its own for a seed. Every shim-every-th runs its CUDA text on the CPU shim too, every hopper-every-th of those that multiply is compiled for sm_90a as
 * well. Of the variants that fit a size, `--interpreted` and `--run-variants` take that many of each target, by seed in turn. `--barriers-every`: WGSL with barriers,
 * which software Vulkan compiles for seconds, runs for every N-th program only. With `--log` a run that was stopped goes on where it was: the file has a line for
 * every hundred programs and one for each that failed. `--products`: products with schedules of every verb for one GPU target each (products.ts). Ends with a summary and, for each kind of failure, a minimal program.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { execute, type Failure, type Level, newTally, type Plan, type Program, type Tally } from './execute.ts';
import { generate } from './generate.ts';
import { cpuMachine, type Machine, shimMachine, wgslMachine } from './machines.ts';
import { minimise } from './minimise.ts';
import { scheduledProduct } from './products.ts';
import { reproducer } from './regress.ts';
import { withSchedules } from './schedules.ts';

const args = process.argv.slice(2);
const option = (name: string, otherwise: string): string => { const at = args.indexOf(`--${name}`); return at < 0 ? otherwise : args[at + 1] ?? otherwise; };
const flag = (name: string): boolean => args.includes(`--${name}`);
const limit = (name: string): number | undefined => (flag(name) ? Number(option(name, '1')) : undefined);

const first = Number(option('seed', '1')), count = Number(option('count', '100')), shimEvery = Number(option('shim-every', '10')), hopperEvery = Number(option('hopper-every', '0'));
const targets = option('targets', 'cpu,wgsl,cuda').split(',').map((t) => (t === 'cuda' ? 'cuda:sm_80' : t));
const log = option('log', '');
const breadth = (['core', 'ordered', 'whole'] as const).find((b) => b === option('breadth', 'whole')) ?? 'whole';
const isProducts = flag('products');
const barriersEvery = Number(option('barriers-every', '1'));
let current = first;
const order = (): { readonly random: number } => ({ random: current });
const machines = { cpu: cpuMachine(), wgsl: wgslMachine(), shim: shimMachine(order), hopper: shimMachine(order, 'cuda:sm_90a') };
const levels = new Set<Level>(['values', 'run', ...(flag('no-faithful') ? [] : ['faithful' as const])]);
const most = limit('run-variants'), interpreted = limit('interpreted');
const planFor = (shim: boolean, hopper: boolean): Plan => ({
  targets: hopper ? [...targets, 'cuda:sm_90a'] : targets, levels, steps: { values: 1e6, faithful: 1.5e5 },
  machines: [targets.includes('cpu') ? machines.cpu : undefined, targets.includes('wgsl') ? machines.wgsl : undefined, ...(shim ? [machines.shim, machines.hopper] : [])].filter((m): m is Machine => m !== undefined),
  variants: { ...(interpreted === undefined ? {} : { interpreted }), ...(most === undefined ? {} : { run: { wgsl: most, 'cuda:sm_80': most, 'cuda:sm_90a': most } }) },
  tooDear: (variant, seed) => variant.target === 'wgsl' && seed % barriersEvery !== 0 && variant.text.includes('workgroupBarrier'),
});

/** What an earlier run of the same log came to. */
function earlier(): { tally: Tally; done: number; failed: number; onShim: number } {
  const fresh = { tally: newTally(), done: 0, failed: 0, onShim: 0 };
  if (log === '' || !existsSync(log)) return fresh;
  const last = readFileSync(log, 'utf8').split('\n').filter((l) => l.startsWith('{"done"')).at(-1);
  return last === undefined ? fresh : JSON.parse(last) as typeof fresh;
}
const before = earlier();
const { tally } = before;
let { done, failed, onShim } = before;
const groups = new Map<string, { failure: Failure; program: Program; count: number; shim: boolean; hopper: boolean; targets: Set<string> }>();
const start = performance.now();
for (; done < count; done++) {
  current = first + done;
  const { program, refused, target } = isProducts ? scheduledProduct(current) : { ...withSchedules(generate(current, breadth), breadth === 'whole' ? undefined : false), target: undefined };
  tally.refused += refused;
  const shim = (isProducts || targets.includes('cuda:sm_80')) && shimEvery > 0 && done % shimEvery === 0;
  const hopper = hopperEvery > 0 && done % hopperEvery === 0 && /\bsum.*\*/.test(program.text);
  if (shim) onShim++;
  const failures = await execute(program, { ...planFor(shim, hopper), ...(target === undefined ? {} : { targets: [target] }) }, tally);
  if (log !== '' && failures.length > 0) appendFileSync(log, `${JSON.stringify({ seed: current, failures })}\n`);
  if (failures.length > 0) failed++;
  for (const failure of failures) {
    const known = groups.get(failure.key);
    known?.targets.add(failure.target);
    if (known === undefined || program.text.length < known.program.text.length) groups.set(failure.key, { failure, program, shim, hopper, count: (known?.count ?? 0) + 1, targets: known?.targets ?? new Set([failure.target]) });
    else known.count++;
  }
  if ((done + 1) % 100 !== 0) continue;
  process.stderr.write(`${done + 1} programs, ${failed} failed, ${groups.size} kinds, ${((performance.now() - start) / 1000).toFixed(0)} s\n`);
  if (log !== '') appendFileSync(log, `${JSON.stringify({ done: done + 1, failed, onShim, tally })}\n`);
}

for (const [key, group] of [...groups].sort((a, b) => b[1].count - a[1].count)) {
  process.stdout.write(`\n== ${group.count} × ${key} (${[...group.targets].join(', ')})\n`);
  const shrunk = flag('no-minimise') ? { program: group.program, failure: group.failure } : await minimise(group.program, group.failure, { ...planFor(group.shim, group.hopper), ...(isProducts ? { targets: [...group.targets] } : {}) });
  process.stdout.write(`${reproducer(shrunk.program, shrunk.failure)}\n`);
}
const seconds = Object.entries(tally.seconds).map(([what, s]) => `${what} ${s.toFixed(1)}`).join(', ');
process.stdout.write(`\n${count} programs from seed ${first} (${onShim} on the shim), ${failed} failed in ${groups.size} ways; ${tally.variants} variants, ${tally.unfit} sizes unfit, ${tally.featureless} texts that need more features, ${tally.dear} texts with barriers left out, ${tally.checked} elements checked, ${tally.unknown} unknown; ${((performance.now() - start) / 1000).toFixed(0)} s (${seconds})\nruns: ${Object.entries(tally.runs).map(([what, n]) => `${what} ${n}`).join(', ')}\n`);
for (const m of Object.values(machines)) m.close();
process.exitCode = failed > 0 ? 1 : 0;

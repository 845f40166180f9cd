/**
 * Differential fuzzing: generated programs through every level and target.
 *
 *     tsx test/fuzz/run.ts --seed S --count N [--targets cpu,wgsl,cuda] [--shim-every 10] [--no-faithful] [--no-minimise] [--log FILE]
 *
 * Program i has the seed S + i. Every shim-every-th runs its CUDA text on the CPU shim too. Ends with a summary and, for each kind of failure, a minimal program.
 */
import { appendFileSync } from 'node:fs';
import { execute, type Failure, type Level, newTally, type Plan, type Program } from './execute.ts';
import { generate } from './generate.ts';
import { cpuMachine, type Machine, shimMachine, wgslMachine } from './machines.ts';
import { minimise } from './minimise.ts';
import { reproducer } from './regress.ts';

const args = process.argv.slice(2);
const option = (name: string, otherwise: string): string => { const at = args.indexOf(`--${name}`); return at < 0 ? otherwise : args[at + 1] ?? otherwise; };
const flag = (name: string): boolean => args.includes(`--${name}`);

const first = Number(option('seed', '1')), count = Number(option('count', '100')), shimEvery = Number(option('shim-every', '10'));
const targets = option('targets', 'cpu,wgsl,cuda').split(',').map((t) => (t === 'cuda' ? 'cuda:sm_80' : t));
const log = option('log', '');
let current = first;
const machines = { cpu: cpuMachine(), wgsl: wgslMachine(), shim: shimMachine(() => ({ random: current })) };
const levels = new Set<Level>(['values', 'run', ...(flag('no-faithful') ? [] : ['faithful' as const])]);
const planFor = (shim: boolean): Plan => ({
  targets, levels, steps: { values: 1e6, faithful: 1.5e5 },
  machines: [targets.includes('cpu') ? machines.cpu : undefined, targets.includes('wgsl') ? machines.wgsl : undefined, shim ? machines.shim : undefined].filter((m): m is Machine => m !== undefined),
});

const tally = newTally();
const groups = new Map<string, { failure: Failure; program: Program; count: number; shim: boolean; targets: Set<string> }>();
const start = performance.now();
let failed = 0, onShim = 0;
for (current = first; current < first + count; current++) {
  const program = generate(current);
  const shim = targets.includes('cuda:sm_80') && shimEvery > 0 && (current - first) % shimEvery === 0;
  if (shim) onShim++;
  if (log !== '') appendFileSync(log, `${JSON.stringify({ seed: current, begun: true })}\n`);
  const failures = await execute(program, planFor(shim), tally);
  if (log !== '' && failures.length > 0) appendFileSync(log, `${JSON.stringify({ seed: current, failures })}\n`);
  if (failures.length > 0) failed++;
  for (const failure of failures) {
    const known = groups.get(failure.key);
    known?.targets.add(failure.target);
    if (known === undefined || program.text.length < known.program.text.length) groups.set(failure.key, { failure, program, shim, count: (known?.count ?? 0) + 1, targets: known?.targets ?? new Set([failure.target]) });
    else known.count++;
  }
  if (known100(current - first + 1)) process.stderr.write(`${current - first + 1} programs, ${failed} failed, ${groups.size} kinds, ${((performance.now() - start) / 1000).toFixed(0)} s\n`);
}
function known100(n: number): boolean { return n % 100 === 0; }

for (const [key, group] of [...groups].sort((a, b) => b[1].count - a[1].count)) {
  process.stdout.write(`\n== ${group.count} × ${key} (${[...group.targets].join(', ')})\n`);
  const shrunk = flag('no-minimise') ? { program: group.program, failure: group.failure } : await minimise(group.program, group.failure, planFor(group.shim));
  process.stdout.write(`${reproducer(shrunk.program, shrunk.failure)}\n`);
}
const seconds = Object.entries(tally.seconds).map(([what, s]) => `${what} ${s.toFixed(1)}`).join(', ');
process.stdout.write(`\n${count} programs from seed ${first} (${onShim} on the shim), ${failed} failed in ${groups.size} ways; ${tally.variants} variants run, ${tally.unfit} sizes unfit, ${tally.checked} elements checked, ${tally.unknown} unknown; ${((performance.now() - start) / 1000).toFixed(0)} s (${seconds})\nruns: ${Object.entries(tally.runs).map(([what, n]) => `${what} ${n}`).join(', ')}\n`);
for (const m of Object.values(machines)) m.close();
process.exitCode = failed > 0 ? 1 : 0;

/**
 * Generated programs from fixed seeds through every level and target, and every program that once failed. What a long run adds is in `run.ts`.
 * `TDSL_FUZZ_PROGRAMS` sets how many are generated (200).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { shimAvailable } from '../../src/runtime/shim.ts';
import { execute, type Failure, newTally, type Plan } from './execute.ts';
import { generate } from './generate.ts';
import { cpuMachine, shimMachine, wgslMachine } from './machines.ts';
import { codeOf, readReproducer } from './regress.ts';
import { withSchedules } from './schedules.ts';

const test = suite('fuzz');
const programs = Number(process.env['TDSL_FUZZ_PROGRAMS'] ?? '200');
let seed = 1;
const order = (): { readonly random: number } => ({ random: seed });
const machines = [cpuMachine(), wgslMachine()];
const shims = (await shimAvailable()) ? [shimMachine(order), shimMachine(order, 'cuda:sm_90a')] : [];
test.after(() => machines.forEach((m) => m.close()));

const report = (failures: readonly Failure[]): string => failures.map((f) => `seed ${f.seed}, ${f.level} ${f.target} ${f.variant} ${JSON.stringify(f.sizes)}: ${f.message}`).join('\n\n');

const regressions = fileURLToPath(new URL('regress', import.meta.url));
for (const file of readdirSync(regressions).filter((f) => f.endsWith('.tdsl')).sort()) {
  test(`regress/${file}`, async () => {
    const { program, targets } = readReproducer(readFileSync(join(regressions, file), 'utf8'));
    const tally = newTally();
    const plan: Plan = { targets, machines: [...machines, ...shims], levels: new Set(['values', 'faithful', 'run']), steps: { values: 1e6, faithful: 1e5 },
      // Software Vulkan compiles text with barriers for seconds, so it runs where the failure was one of WGSL alone.
      tooDear: (variant) => variant.target === 'wgsl' && targets.length > 1 && variant.text.includes('workgroupBarrier'),
    };
    assert.is(report(await execute(program, plan, tally)), '');
    assert.ok(tally.checked > 0 && tally.unfit === 0, 'the sizes do not fit the program');
  });
}

// Programs that fail for a cause that is known and not mended yet; they are run and reported, so that one which passes again can go to `regress`.
const open = fileURLToPath(new URL('open', import.meta.url));
const openTexts = new Set<string>();
for (const file of existsSync(open) ? readdirSync(open).sort() : []) {
  const text = readFileSync(join(open, file), 'utf8');
  const { program, targets } = readReproducer(text);
  openTexts.add(codeOf(text));
  test(`open/${file}`, async () => {
    const found = await execute(program, { targets, machines, levels: new Set(['values', 'run']), steps: { values: 1e6, faithful: 0 } }, newTally());
    console.log(`open/${file} ${found.length === 0 ? 'passes here' : 'fails as known'}: ${text.split('\n')[0]?.slice(3) ?? ''}`);
  });
}

test(`${programs} generated programs`, async () => {
  const failures: Failure[] = [];
  const tally = newTally();
  for (seed = 1; seed <= programs; seed++) {
    // The two families of GPUs by turns: what they share is seen in either.
    const { program } = withSchedules(generate(seed));
    // A program has many kernels, which software Vulkan compiles for long.
    const cuda = seed % 2 === 1 || (program.program !== undefined && seed % 48 !== 0), hopper = seed % 50 === 5;
    const found = await execute(program, {
      targets: ['cpu', ...(cuda ? ['cuda:sm_80'] : ['wgsl']), ...(hopper ? ['cuda:sm_90a'] : [])], machines: [...machines, ...(seed % 20 === 5 ? shims : [])],
      levels: new Set(['values', 'run', ...(seed % 5 === 0 ? ['faithful' as const] : [])]), steps: { values: 3e5, faithful: 5e4 },
      variants: { interpreted: 1, run: { wgsl: 1, 'cuda:sm_80': 1, 'cuda:sm_90a': 1 } },
      // Software Vulkan compiles text with barriers for seconds.
      tooDear: (variant) => variant.target === 'wgsl' && seed % 40 !== 0 && variant.text.includes('workgroupBarrier'),
    }, tally);
    if (!openTexts.has(codeOf(program.text))) failures.push(...found);
  }
  assert.is(report(failures), '');
  assert.ok(tally.checked > 1000 * programs, `only ${tally.checked} elements were checked`);
  if (process.env['TDSL_FUZZ_PROGRAMS'] !== undefined) console.log(tally);
});

test.run();

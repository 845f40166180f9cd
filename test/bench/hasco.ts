/**
 * The tables of the hardware and software search: `npm run bench:hasco [-- --table T4] [-- --seed 0] [-- --seeds 3]`. Without a table: T1 to T6 and `speed`.
 * T7 and `tuned` need a GPU, and are tools of their own (`t7.ts`, `t7-again.ts`, `tuned.ts`), which `--table T7` and `--table tuned` start with the options that follow. `--pictures` draws
 * the pictures of all tables again from their JSON.
 * Results lie in `docs/hasco/` as JSON, Markdown and pictures. T4 and T6 are many
 * runs: `--processes 32` at a time; of T6 those that `--runs FILE` has are not run again.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { t1 } from './hasco/t1.ts';
import { t2, t3 } from './hasco/t2.ts';
import { runT4, t4 } from './hasco/t4.ts';
import { t5 } from './hasco/t5.ts';
import { speed } from './hasco/speed.ts';
import { t6 } from './hasco/t6.ts';
import { runJob } from './hasco/t6-runs.ts';
import { drawAll } from './hasco/pictures.ts';
import { folder, root } from './hasco/table.ts';

const args = process.argv.slice(2);
const option = (name: string): string | undefined => { const at = args.indexOf(`--${name}`); return at < 0 ? undefined : args[at + 1]; };
const one = option('seed'), seeds = one === undefined ? Array.from({ length: Number(option('seeds') ?? 10) }, (_, i) => i) : [Number(one)];
const processes = Number(option('processes') ?? availableParallelism());
const tables: Readonly<Record<string, () => void | Promise<void>>> = { T1: t1, T2: t2, T3: t3, T4: () => t4(seeds, processes), T5: () => t5(seeds), T6: () => t6(seeds, option('runs') ?? join(root, '.cache/T6-runs.json'), processes), speed };
const [ofT4, ofT6] = [option('t4-job'), option('t6-job')];
if (ofT4 !== undefined) await runT4(ofT4);
else if (ofT6 !== undefined) await runJob(ofT6);
if (ofT4 !== undefined || ofT6 !== undefined) process.exit(0);
if (args.includes('--pictures')) { console.log(`drawn: ${drawAll(folder).join(', ')}`); process.exit(0); }
const asked = option('table'), names = asked === undefined ? Object.keys(tables) : asked.split(',');
for (const name of names) {
  if (name === 'T7' || name === 'tuned') {
    // The rest of the line is the tool's: --plans, --targets, --device shim …
    const rest = args.filter((a, i) => a !== '--table' && args[i - 1] !== '--table');
    const { status } = spawnSync(process.execPath, [...process.execArgv, fileURLToPath(new URL(name === 'T7' ? './t7.ts' : './tuned.ts', import.meta.url)), ...rest], { stdio: 'inherit' });
    if (status !== 0) process.exit(status ?? 1);
    continue;
  }
  const run = tables[name];
  if (run === undefined) { console.error(`there is no table ${name}; there is ${[...Object.keys(tables), 'T7', 'tuned'].join(', ')}`); process.exit(2); }
  await run();
}

/** A worker of `campaign.ts`: does the tasks that it is sent, one after another, and says at which stage it is, so that a hang has a place. */
import { shimAvailable } from '../../src/runtime/shim.ts';
import { newBrokenTally, tryBroken } from './broken.ts';
import type { CampaignOptions, Report, Task } from './campaign-messages.ts';
import { execute, newTally, type Plan } from './execute.ts';
import { generate } from './generate.ts';
import { readReproducer, reproducer } from './regress.ts';
import { withSchedules } from './schedules.ts';
import { cpuMachine, gpuMachine, type Machine, shimMachine, wgslMachine } from './machines.ts';

const options = JSON.parse(process.argv[2] ?? '') as CampaignOptions;
const tell = (report: Report, then?: () => void): void => void process.send?.(report, undefined, undefined, then);
let seed = 0;
const order = (): { readonly random: number } => ({ random: seed });
const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

const wgsl = wgslMachine(), gpu = [gpuMachine(), gpuMachine('cuda:sm_90a')], shim = [shimMachine(order), shimMachine(order, 'cuda:sm_90a')];
const present = new Set<Machine>([cpuMachine()]);
const absent: string[] = [];
const words: string[] = ['cpu'];
try { words.push(`wgsl on ${await wgsl.open()}`); present.add(wgsl); } catch (error) { absent.push(`wgsl: ${firstLine(error)}`); }
if (options.shimEvery > 0) { if (await shimAvailable()) { words.push('the CUDA shim'); shim.forEach((m) => present.add(m)); } else absent.push('the CUDA shim: no g++'); }
if (options.gpuEvery > 0) {
  for (const machine of gpu) try { words.push(`${machine.label}, ${await machine.open()}`); present.add(machine); } catch (error) { absent.push(`${machine.label}: ${firstLine(error)}`); }
}

/** `isKept`: a file of `--texts`, which runs on the shim whatever its seed. */
function planFor(text: string, isKept: boolean): Plan {
  const turn = (every: number): boolean => every > 0 && seed % every === 0;
  const onShim = options.shimEvery > 0 && (isKept || turn(options.shimEvery)), onGpu = turn(options.gpuEvery), hopper = turn(options.hopperEvery) && /\bsum.*\*/.test(text);
  const n = options.runVariants;
  return {
    targets: ['cpu', 'wgsl', 'cuda:sm_80', ...(hopper ? ['cuda:sm_90a'] : [])],
    machines: [...present].filter((m) => (shim.includes(m) ? onShim : gpu.includes(m) ? onGpu : true)),
    levels: new Set(['values', 'faithful', 'run']), steps: { values: 5e5, faithful: 1e5 }, smaller: { values: 6e8, faithful: 3e5 }, again: 0.1,
    variants: { interpreted: options.interpreted, run: { wgsl: n, 'cuda:sm_80': n, 'cuda:sm_90a': n } },
    tooDear: (variant) => variant.target === 'wgsl' && !isKept && !turn(options.barriersEvery) && variant.text.includes('workgroupBarrier'),
    onStage: (stage) => tell({ kind: 'stage', stage }),
  };
}

process.on('message', (task: Task) => void work(task));
process.on('disconnect', () => process.exit(0));
async function work(task: Task): Promise<void> {
  switch (task.kind) {
    case 'program': {
      seed = task.seed;
      tell({ kind: 'stage', stage: 'generating' });
      const { program, refused } = task.text === undefined ? withSchedules(generate(seed)) : { program: readReproducer(task.text).program, refused: 0 }, tally = newTally(), plan = planFor(program.text, task.text !== undefined);
      tally.refused += refused;
      const failures = await execute(program, plan, tally);
      // After a fault a device of CUDA or WebGPU refuses everything.
      const isLast = failures.some((f) => f.level === 'run' && f.message.includes('DeviceError'));
      tell({ kind: 'program', seed, failures, text: failures[0] === undefined ? '' : reproducer(program, { ...failures[0], target: task.text === undefined ? [...new Set(failures.map((f) => f.target))].join(' ') : '' }), tally, shim: Object.keys(tally.runs).some((where) => where.includes('shim')), isLast }, isLast ? () => process.exit(0) : undefined);
      return;
    }
    case 'broken': {
      const tally = newBrokenTally();
      for (let i = 0; i < task.count; i++) await tryBroken(task.first + i, tally);
      tell({ kind: 'broken', tally });
      return;
    }
  }
}
tell({ kind: 'ready', machines: words, absent });

/**
 * A large fuzzing campaign: generated programs through every level and target, and broken text through the front end, in as many processes as there are cores.
 *
 *     tsx test/fuzz/campaign.ts --seed S --programs N --broken N --seconds T [--workers N] [--limit SECONDS] [--out DIR/NAME] [--texts DIR]
 *                               [--shim-every 10] [--gpu-every 10] [--hopper-every 20] [--barriers-every 1] [--run-variants 1] [--interpreted 1]
 *
 * Seeds are given out one at a time (broken text by the hundred) to whichever worker is free, both kinds in proportion, so that a campaign that ends early has done
 * equal shares of both; what then still runs is cut off 20 s later and named. A program that gives no result within `--limit` seconds, or takes its process down, is a failure of that seed; a new worker goes on. What is
 * missing (a WebGPU adapter, g++, a GPU) is said. With `--out`, `NAME.jsonl` gets a line for every failure as it comes, `NAME.md` the summary, every 10 s anew. Programs
 * of `--texts` (files as in `regress/`) come before all others, and run on the shim too; they are counted by themselves.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleWorker } from './campaign-bundle.ts';
import type { CampaignOptions, Report, Task } from './campaign-messages.ts';
import { Summary } from './campaign-summary.ts';
import { generate } from './generate.ts';
import { readReproducer } from './regress.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: {
  seed: text, programs: text, texts: text, broken: text, seconds: text, workers: text, limit: text, out: text,
  'shim-every': text, 'gpu-every': text, 'hopper-every': text, 'barriers-every': text, 'run-variants': text, interpreted: text,
} });
const number = (given: string | undefined, otherwise: number): number => {
  const n = given === undefined ? otherwise : Number(given);
  if (!Number.isFinite(n)) throw new RangeError(`${given} is no number`);
  return n;
};
const first = number(values.seed, 1), programs = number(values.programs, 1000), inputs = number(values.broken, 0), seconds = number(values.seconds, 600), limit = number(values.limit, 60);
const workers = number(values.workers, availableParallelism());
const options: CampaignOptions = {
  shimEvery: number(values['shim-every'], 10), gpuEvery: number(values['gpu-every'], 10), hopperEvery: number(values['hopper-every'], 20), barriersEvery: number(values['barriers-every'], 1),
  runVariants: number(values['run-variants'], 1), interpreted: number(values.interpreted, 1),
};
/** Broken inputs of one task; one by one where a task came to no end, to find which it was. */
const batch = 200;
/** Seconds in which a worker opens its devices. */
const startLimit = 120;
/** Seconds after `--seconds` in which programs that were begun may come to their end. */
const grace = 20;

const summary = new Summary(), kept = new Summary();
/** What a task counts in: files of `--texts` by themselves. */
const summaryOf = (task: Task | undefined): Summary => (task?.kind === 'program' && task.text !== undefined ? kept : summary);
/** Seeds that `--seconds` cut off, and where they were. */
const cut: string[] = [];
/** What was asked for and is not done, before anything else. */
function shortfall(): string {
  if (summary.programs >= programs && summary.broken.inputs >= inputs && kept.programs >= files) return '';
  const part = (done: number, all: number, what: string): string[] => (all > 0 ? [`${done} of ${all} ${what}`] : []);
  const { shimEvery } = options, onShim = shimEvery > 0 ? Math.floor((first + programs - 1) / shimEvery) - Math.floor((first - 1) / shimEvery) : 0;
  return `NOT ALL WAS DONE (${isOver ? `ended by --seconds ${seconds}` : 'still running'}): ${[...part(summary.programs, programs, `programs (${summary.whole} of them at all levels)`), ...part(summary.onShim, onShim, 'on the shim'), ...part(kept.programs, files, 'files of --texts'), ...part(summary.broken.inputs, inputs, 'broken inputs')].join(', ')}. Programs at each level: ${Object.entries(summary.programsAt).map(([where, n]) => `${where} ${n}`).join(', ')}.${cut.length === 0 ? '' : ` Cut off: ${cut.join(', ')}.`}\n\n`;
}
const report = (): string => `${shortfall()}${summary.text(elapsed(), workers)}${kept.programs === 0 ? '' : `\nOf --texts: ${kept.text(elapsed(), workers)}`}`;
const start = performance.now();
const elapsed = (): number => (performance.now() - start) / 1000;
let nextProgram = 0, nextBroken = 0, isOver = false;
/** Workers that may have a task. */
const busy = new Set<ChildProcess>();
/** What is done first, from the end: the files of `--texts`, later what has to be done again. */
const again: Task[] = values.texts === undefined ? [] : readdirSync(values.texts).sort().reverse().map((file) => {
  const content = readFileSync(join(values.texts ?? '', file), 'utf8');
  return { kind: 'program', seed: readReproducer(content).program.seed, text: content };
});
const files = again.length;
function nextTask(): Task | undefined {
  if (elapsed() > seconds) return undefined;
  const repeated = again.pop();
  if (repeated !== undefined) return repeated;
  const isProgram = nextProgram < programs && (nextBroken >= inputs || nextProgram / programs <= nextBroken / inputs);
  if (isProgram) return { kind: 'program', seed: first + nextProgram++ };
  if (nextBroken >= inputs) return undefined;
  const task: Task = { kind: 'broken', first: first + nextBroken, count: Math.min(batch, inputs - nextBroken) };
  nextBroken += task.count;
  return task;
}

const record = (line: object): void => { if (values.out !== undefined) appendFileSync(`${values.out}.jsonl`, `${JSON.stringify(line)}\n`); };
const write = (): void => { if (values.out !== undefined) writeFileSync(`${values.out}.md`, report()); };
const here = new Set<string>();

/**
 * How V8 runs a worker. All processors are taken by workers, so threads that collect garbage beside them have none; and functions that every program uses are optimised
 * again whenever one program's types differ from the last one's. With the usual budget (132 KB of byte code) that took 35 of 94 seconds of processor time for 400 programs, so 12 of 78.
 */
const settings = ['--max-semi-space-size=32', '--single-threaded-gc', '--interrupt-budget=600000', '--enable-source-maps'];

const worker = await bundleWorker();

/** One place for a worker: its process is replaced whenever a task takes it down. Resolves when nothing is left to do. */
function place(): Promise<void> {
  return new Promise((resolve) => {
    let task: Task | undefined, stage = 'starting', clock: NodeJS.Timeout | undefined, isLate = false, isLeaving = false, isReady = false, starts = 0;
    const lost = (task: Task, why: string): void => {
      if (task.kind === 'program') {
        const into = summaryOf(task);
        into.programs++;
        into.failed++;
        into.addKind(`${why}: ${stage}`, task.seed, task.text ?? generate(task.seed).text, '');
        record({ seed: task.seed, lost: why, stage, text: task.text ?? generate(task.seed).text });
      } else if (task.count > 1 && elapsed() < seconds) for (let i = 0; i < task.count; i++) again.push({ kind: 'broken', first: task.first + i, count: 1 });
      else {
        summary.broken.inputs += task.count;
        summary.broken.failures++;
        summary.addKind(`broken text: ${why}`, task.first, `one of ${task.count}`, '');
        record({ broken: task.first, count: task.count, lost: why });
      }
    };
    const begin = (): void => {
      isReady = false;
      starts++;
      const child: ChildProcess = fork(worker, [JSON.stringify(options)], { execArgv: settings, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      busy.add(child);
      const give = (): void => {
        clearTimeout(clock);
        task = nextTask();
        if (task === undefined) { child.disconnect(); return; }
        stage = 'starting';
        clock = setTimeout(() => { isLate = true; child.kill('SIGKILL'); }, limit * 1000);
        child.send(task);
      };
      clock = setTimeout(() => child.kill('SIGKILL'), startLimit * 1000);
      child.on('message', (message: Report) => {
        switch (message.kind) {
          case 'ready': isReady = true; starts = 0; for (const word of [...message.machines, ...message.absent.map((a) => `MISSING ${a}`)]) if (!here.has(word)) { here.add(word); process.stdout.write(`${word}\n`); record({ machine: word }); } break;
          case 'stage': stage = message.stage; return;
          case 'program':
            summaryOf(task).addProgram(message.seed, message.failures, message.tally, message.shim);
            if (message.failures.length > 0) record({ seed: message.seed, text: message.text, failures: message.failures.map((f) => ({ ...f, message: f.message.slice(0, 1200) })) });
            isLeaving = message.isLast;
            break;
          case 'broken':
            summary.addBroken(message.tally);
            for (const f of message.tally.failures) record({ broken: f.seed, message: f.message.slice(0, 600), text: f.text.slice(0, 2000) });
            break;
        }
        if (!isLeaving) { give(); return; }
        clearTimeout(clock);
        task = undefined;
      });
      child.on('exit', (code, signal) => {
        clearTimeout(clock);
        busy.delete(child);
        if (isLeaving) { isLeaving = false; begin(); return; }
        if (!isReady && starts < 3 && !isOver) { begin(); return; }
        if (!isReady && !isOver) summary.addKind('a worker does not start', 0, `ended with ${signal ?? code}`, '');
        if (task === undefined) { resolve(); return; }
        if (isOver) {
          if (task.kind === 'program') cut.push(`seed ${task.seed} at ${stage}`);
          resolve();
          return;
        }
        lost(task, isLate ? `no result after ${limit} s` : `the process ended with ${signal ?? code}`);
        isLate = false;
        task = undefined;
        begin();
      });
    };
    begin();
  });
}

const progress = setInterval(() => {
  write();
  process.stderr.write(`${elapsed().toFixed(0)} s: ${summary.programs} of ${programs} programs (${summary.onShim} on the shim), ${summary.failed} failed, ${kept.programs} of ${files} files of --texts, ${summary.broken.inputs} broken inputs, ${summary.kinds.size} kinds of failure\n`);
}, 10_000);
const end = setTimeout(() => { isOver = true; for (const child of busy) child.kill('SIGKILL'); }, (seconds + grace) * 1000 - performance.now() + start);
await Promise.all(Array.from({ length: workers }, place));
clearInterval(progress);
clearTimeout(end);
isOver = true;
write();
process.stdout.write(report());
process.exitCode = summary.kinds.size + kept.kinds.size > 0 ? 1 : 0;

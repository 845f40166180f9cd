/**
 * Every kernel and program of every example, on every lane: emitted JavaScript, WGSL, CUDA on the shim, CUDA and WGSL on a GPU. Kernels run at the sizes of their `@example`
 * lines, at 1, tile - 1, tile, tile + 1 of their own tiles, and at a large size (on a GPU, where it is timed too, that of the first example); every variant that fits runs, and every
 * result is compared with the oracle within its bound.
 *
 *     tsx test/matrix/matrix.ts [LANE…] [--small] [--only PART] [--jobs N] [--seconds S] [--task-seconds S] [--log FILE]
 *
 * Lanes (`lanes.ts`): `cpu`, `wgsl`, `shim:sm_80`, `shim:sm_90a`, `gpu:sm_80`, `gpu:sm_90a`, `gpu:wgsl`; on software Vulkan `wgsl:4`, `wgsl:8` (threads of a subgroup), `wgsl:4:no-f16`,
 * `wgsl:8:no-f16`. Without any: the first four, and those of the GPU where there is one. `--only`: a part of `file kernel`. `--small`: the sizes of the `@example` lines after the first, which
 * are small, and of each kernel the variant alone that a harness would take. Work is given out to N processes, one kernel on one lane at a time; after `--seconds` nothing more is, and what runs is ended and named. Rows in `--log` are not run again.
 * Ends with 1 where something is wrong or was not run to its end.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from '../../grammar/parse.ts';
import { openDevice } from '../../src/runtime/index.ts';
import type { Sizes } from '../fuzz/generate.ts';
import { laneOf } from './lanes.ts';
import { parseRow, type Row, tables } from './row.ts';
import { Turns, type Mode } from './turns.ts';

export interface Task { readonly file: string; readonly path: string; readonly name: string; readonly isProgram: boolean; readonly lane: string; readonly examples: readonly Sizes[]; readonly small: boolean }
export type ToWorker = { readonly kind: 'task'; readonly task: Task } | { readonly kind: 'granted' };
export type FromWorker = { readonly kind: 'row'; readonly row: Row } | { readonly kind: 'enter'; readonly mode: Mode } | { readonly kind: 'leave' };

export interface Options { readonly jobs: number; readonly seconds: number; readonly taskSeconds: number; readonly onRow?: (row: Row) => void; readonly worker?: string }

const examples = fileURLToPath(new URL('../../examples', import.meta.url));

/** Kernels and programs of all examples; programs without an example have nothing that says how large they are. */
export function tasksFor(lanes: readonly string[], only = '', small = false): Task[] {
  const found = readdirSync(examples, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.tdsl')).sort().flatMap((file) => {
    const path = join(examples, file);
    return parse(readFileSync(path, 'utf8'), file).ast.declarations.flatMap((d) => {
      if (d.kind !== 'kernel' && d.kind !== 'program') return [];
      const sizes = (d.doc?.examples ?? []).map((e) => Object.fromEntries(e.sizes.map((s) => [s.name, s.value])));
      return d.kind === 'program' && sizes.length === 0 ? [] : [{ file, path, name: d.name.name, isProgram: d.kind === 'program', examples: sizes }];
    });
  }).filter(({ file, name }) => `${file} ${name}`.includes(only));
  return lanes.flatMap((lane) => found.map((f) => ({ ...f, lane, small })));
}

const label = ({ file, name, lane }: Task): string => `${file} ${name} on ${lane}`;
const lost = ({ file, name, isProgram, lane }: Task, seconds: number, failure: string): Row =>
  ({ file, name: isProgram ? `program ${name}` : name, lane, sizes: 0, runs: 0, left: 0, lacking: 0, same: 0, refused: 0, checked: 0, wrong: 1, worst: 0, seconds, failures: [failure] });

/** Runs tasks in processes; a process that dies or takes too long fails its task alone. */
export async function runTasks(tasks: readonly Task[], { jobs, seconds, taskSeconds, onRow, worker = fileURLToPath(new URL('worker.ts', import.meta.url)) }: Options): Promise<{ readonly rows: Row[]; readonly unfinished: string[] }> {
  const queue = [...tasks], rows: Row[] = [], unfinished: string[] = [], turns = new Turns();
  const deadline = performance.now() + seconds * 1000;
  const envOf = (task: Task): string => JSON.stringify(laneOf(task.lane).env);
  const slot = async (): Promise<void> => {
    let child: ChildProcess | undefined, env: string | undefined;
    while (performance.now() < deadline) {
      // Lane by lane, in the order asked for; a process ends where the next lane needs other settings.
      const task = queue.shift();
      if (task === undefined) break;
      if (child === undefined || env !== envOf(task)) {
        child?.kill('SIGKILL');
        env = envOf(task);
        child = fork(worker, { execArgv: ['--import', 'tsx'], env: { ...process.env, ...laneOf(task.lane).env, NO_COLOR: '1' }, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
      }
      const row = await perform(child, task, Math.min(taskSeconds * 1000, deadline - performance.now()), turns);
      if (row === 'late' && performance.now() >= deadline) unfinished.push(label(task));
      else {
        const kept = row === 'late' ? lost(task, taskSeconds, `took more than ${taskSeconds} s`) : row;
        rows.push(kept);
        onRow?.(kept);
      }
      if (!child.connected || child.killed || child.exitCode !== null) child = undefined;
    }
    child?.kill('SIGKILL');
  };
  await Promise.all(Array.from({ length: jobs }, slot));
  return { rows, unfinished: [...unfinished, ...queue.map(label)] };
}

function perform(child: ChildProcess, task: Task, limitMs: number, turns: Turns): Promise<Row | 'late'> {
  const start = performance.now();
  return new Promise((resolve) => {
    let said = '', leave: (() => void) | undefined;
    const end = (result: Row | 'late'): void => {
      clearTimeout(clock);
      leave?.();
      child.removeAllListeners('message').removeAllListeners('exit');
      child.stderr?.removeAllListeners('data');
      resolve(result);
    };
    const clock = setTimeout(() => { child.kill('SIGKILL'); end('late'); }, limitMs);
    child.stderr?.on('data', (chunk: Buffer) => { said = `${said}${chunk.toString()}`.slice(-2000); });
    child.on('exit', (code, signal) => end(lost(task, (performance.now() - start) / 1000, `the process ended with ${signal ?? code}: ${said.trim()}`)));
    child.on('message', (message: FromWorker) => {
      switch (message.kind) {
        case 'row': end(message.row); break;
        case 'enter': leave = turns.enter(message.mode, () => { if (child.connected) child.send({ kind: 'granted' } satisfies ToWorker); }); break;
        case 'leave': leave?.(); leave = undefined; break;
      }
    });
    child.send({ kind: 'task', task } satisfies ToWorker);
  });
}

async function defaultLanes(): Promise<string[]> {
  const cuda = await openDevice('cuda').then((d) => { d.close(); return true; }, () => false);
  return [...(cuda ? ['gpu:sm_90a', 'gpu:sm_80', 'gpu:wgsl'] : ['wgsl']), 'cpu', 'shim:sm_90a', 'shim:sm_80'];
}

async function main(): Promise<number> {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { small: { type: 'boolean' }, only: text, jobs: text, seconds: text, 'task-seconds': text, log: text } });
  const lanes = positionals.length > 0 ? positionals : await defaultLanes();
  lanes.forEach(laneOf);
  const known = values.log !== undefined && existsSync(values.log) ? readFileSync(values.log, 'utf8').trim().split('\n').filter((l) => l !== '').map(parseRow) : [];
  const isKnown = (t: Task): boolean => known.some((r) => r.file === t.file && r.lane === t.lane && r.name === (t.isProgram ? `program ${t.name}` : t.name));
  const tasks = tasksFor(lanes, values.only, values.small), start = performance.now();
  const { rows, unfinished } = await runTasks(tasks.filter((t) => !isKnown(t)), {
    jobs: Number(values.jobs ?? availableParallelism()), seconds: Number(values.seconds ?? Infinity), taskSeconds: Number(values['task-seconds'] ?? 300),
    onRow: (row) => {
      if (values.log !== undefined) appendFileSync(values.log, `${JSON.stringify(row)}\n`);
      process.stderr.write(`${((performance.now() - start) / 1000).toFixed(0).padStart(5)} s  ${row.wrong === 0 ? 'ok  ' : 'FAIL'} ${row.lane.padEnd(14)} ${row.file} ${row.name}: ${row.runs} runs, ${row.seconds.toFixed(1)} s\n`);
    },
  });
  const all = [...known.filter((r) => lanes.includes(r.lane) && `${r.file} ${r.name}`.includes(values.only ?? '')), ...rows];
  process.stdout.write(tables(all, lanes, unfinished));
  return unfinished.length > 0 || all.some((r) => r.wrong > 0) ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(await main());

/** A process of the matrix: does one task after another for the process that started it. */
import { readFileSync } from 'node:fs';
import type { Gate, Machine } from '../fuzz/machines.ts';
import type { FromWorker, Task, ToWorker } from './matrix.ts';
import { laneOf } from './lanes.ts';
import { messageOf } from '../fuzz/execute.ts';
import { runKernelTask } from './run-kernel.ts';
import { runProgramTask } from './run-program.ts';

const machines = new Map<string, Machine>();
const waiting: (() => void)[] = [];
const tell = (message: FromWorker): void => { process.send?.(message); };

const shared: Gate = {
  async through(mode, run) {
    tell({ kind: 'enter', mode });
    await new Promise<void>((resolve) => waiting.push(resolve));
    try { return await run(); } finally { tell({ kind: 'leave' }); }
  },
};

async function perform({ file, path, name, isProgram, lane: laneName, examples, small }: Task): Promise<void> {
  const start = performance.now();
  try {
    const lane = laneOf(laneName), task = { file, path, text: readFileSync(path, 'utf8'), kernel: name, examples, small };
    if (isProgram) { tell({ kind: 'row', row: await runProgramTask(task, lane) }); return; }
    let machine = machines.get(laneName);
    if (machine === undefined) machines.set(laneName, (machine = lane.open()));
    tell({ kind: 'row', row: await runKernelTask(task, lane, machine, lane.isGpu ? shared : undefined) });
  } catch (error) {
    tell({ kind: 'row', row: { file, name: isProgram ? `program ${name}` : name, lane: laneName, sizes: 0, runs: 0, left: 0, lacking: 0, same: 0, refused: 0, checked: 0, wrong: 1, worst: 0, seconds: (performance.now() - start) / 1000, failures: [messageOf(error)] } });
  }
}

process.on('message', (message: ToWorker) => {
  if (message.kind === 'granted') waiting.shift()?.();
  else void perform(message.task);
});

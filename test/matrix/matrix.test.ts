/** The matrix's own parts: which sizes, whose turn, processes that die or hang; and one family of kernels on each kind of software adapter. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileSource } from '../../src/driver.ts';
import type { Machine } from '../fuzz/machines.ts';
import { laneOf } from './lanes.ts';
import { runTasks, tasksFor, type Task } from './matrix.ts';
import { parseRow, type Row, tables } from './row.ts';
import { runKernelTask } from './run-kernel.ts';
import { sizesFor, workOf } from './sizes.ts';
import { Turns } from './turns.ts';

const test = suite('matrix');
const folder = mkdtempSync(join(tmpdir(), 'tdsl-matrix-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const text = `/// @example M=512, N=96, K=64
/// @example M=3, N=5, K=7
kernel product(A: f32[M, K], B: f32[K, N]) -> C: f32[M - 1, N] { C[m, n] = sum(k) A[m + 1, k] * B[k, n] }`;
const kernel = compileSource(text, 'product.tdsl', { targets: [] }).program.kernels[0]!;
const examples = [{ M: 512, N: 96, K: 64 }, { M: 3, N: 5, K: 7 }];

test('sizes are the examples, those about the tiles, and the largest that is affordable, where the conditions hold', () => {
  const { sizes, left } = sizesFor(kernel, examples, [64, 16], 20_000, 400_000);
  assert.is(left, 0);
  const key = (s: Readonly<Record<string, number>>): string => `${s['M']} ${s['N']} ${s['K']}`;
  const of = (kind: string): string[] => sizes.filter((s) => s.kind === kind).map((s) => key(s.sizes));
  assert.equal(of('example'), ['3 5 7']);
  // 15, 16, 17 at once; 63, 64, 65 would be over 200,000 products and come one at a time; with M = 1 nothing is left of C.
  for (const n of [15, 16, 17]) assert.ok(of('derived').includes(`${n} ${n} ${n}`));
  for (const n of [63, 64, 65]) for (const s of [`${n} 5 7`, `3 ${n} 7`, `3 5 ${n}`]) assert.ok(of('derived').includes(s), s);
  assert.not.ok(sizes.some((s) => s.sizes['M'] === 1));
  assert.equal(of('large'), ['64 48 64']);
  assert.is(sizes.at(-1)?.kind, 'large');
  assert.equal(sizesFor(kernel, examples, [64, 16], 20_000, 400_000, true).sizes.map((s) => key(s.sizes)), ['3 5 7']);
  assert.ok(workOf(kernel, sizes.at(-1)?.sizes ?? {}) <= 400_000);
});

test('a wrong number is told with its place, a right one with its share of the bound', async () => {
  const cpu = laneOf('cpu'), machine = cpu.open();
  const task = { file: 'product.tdsl', path: 'product.tdsl', text, kernel: 'product', examples };
  const lane = { ...cpu, most: 1e4, large: 1e4 };
  const right = await runKernelTask(task, lane, machine);
  assert.equal(right.failures, []);
  assert.ok(right.sizes > 6 && right.runs >= right.sizes && right.checked > 500 && right.worst <= 1, JSON.stringify(right));
  // Where time is over before the first size all are left out, and counted.
  const none = await runKernelTask(task, { ...lane, seconds: 0 }, machine);
  assert.equal([none.sizes, none.runs, none.left], [0, 0, right.sizes + right.left]);
  const off: Machine = { ...machine, name: 'cpu', lacks: (v) => machine.lacks(v), close: () => undefined, run: async (...args) => {
    const results = await machine.run(...args);
    const C = results.get('C')!;
    new Float32Array(C.buffer, C.byteOffset, C.byteLength / 4)[0]! += 1;
    return results;
  } };
  const wrong = await runKernelTask(task, lane, off);
  assert.is(wrong.wrong, wrong.runs);
  assert.match(wrong.failures[0] ?? '', /wrong numbers, 1 of \d+\nC\[0, 0\] is /);
  assert.ok(wrong.worst > 1);
  machine.close();
});

test('some share, one is alone, and who leaves the queue is forgotten', () => {
  const turns = new Turns(), said: string[] = [];
  const enter = (name: string, mode: 'shared' | 'alone'): (() => void) => turns.enter(mode, () => said.push(name));
  const a = enter('a', 'shared'), b = enter('b', 'shared'), c = enter('c', 'alone'), d = enter('d', 'shared'), e = enter('e', 'alone');
  assert.equal(said, ['a', 'b']);
  a(); a();
  assert.equal(said, ['a', 'b']);
  b();
  assert.equal(said, ['a', 'b', 'c']);
  e();
  c();
  assert.equal(said, ['a', 'b', 'c', 'd']);
  d();
  const f = enter('f', 'alone');
  assert.equal(said, ['a', 'b', 'c', 'd', 'f']);
  f();
});

test('a process that dies or hangs fails its own task, what time does not reach is named', async () => {
  const worker = join(folder, 'worker.ts');
  writeFileSync(worker, `process.on('message', ({ task }) => {
    if (task.name === 'dies') { process.stderr.write('out of paper', () => process.exit(7)); return; }
    if (task.name === 'hangs') for (;;);
    process.send({ kind: 'row', row: { file: task.file, name: task.name, lane: task.lane, sizes: 2, runs: 3, left: 0, lacking: 0, same: 0, refused: 0, checked: 10, wrong: 0, worst: 0.25, seconds: 0, failures: [] } });
  });`);
  const task = (name: string): Task => ({ file: 'f.tdsl', path: '', name, isProgram: false, lane: 'cpu', examples: [], small: false });
  const { rows, unfinished } = await runTasks([task('right'), task('dies'), task('hangs'), task('again')], { jobs: 1, seconds: 60, taskSeconds: 3, worker });
  assert.equal(rows.map((r) => [r.name, r.wrong]), [['right', 0], ['dies', 1], ['hangs', 1], ['again', 0]]);
  assert.match(rows[1]?.failures[0] ?? '', /ended with 7: out of paper/);
  assert.match(rows[2]?.failures[0] ?? '', /took more than 3 s/);
  assert.equal(unfinished, []);
  const late = await runTasks([task('right')], { jobs: 1, seconds: 0, taskSeconds: 3, worker });
  assert.equal(late.unfinished, ['f.tdsl right on cpu']);
  const table = tables(rows, ['cpu'], late.unfinished);
  assert.match(table, /\| f\.tdsl \| cpu \| 4 \| 6 \| 20 \| 2 \| 0\.25 \|/);
  assert.match(table, /not run, or not to the end \(1\): f\.tdsl right on cpu/);
  const logged: Row = parseRow(JSON.stringify({ ...rows[0], worst: Infinity }));
  assert.is(logged.worst, Infinity);
});

test('every kernel of every example is found, and programs that have an example', () => {
  const tasks = tasksFor(['cpu', 'wgsl']);
  assert.ok(tasks.length > 200 && tasks.filter((t) => t.isProgram).length >= 10);
  assert.equal(tasksFor(['cpu'], 'softmax.tdsl softmax').map((t) => t.name).filter((n) => !n.startsWith('softmax')), []);
});

test.run();

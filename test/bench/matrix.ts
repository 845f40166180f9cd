/**
 * Every kernel and program of every example on the targets given, checked against the oracle: kernels at each of their `@example` lines (the first is what people run,
 * the others are 1 and awkward sizes), programs at the sizes of theirs.
 *
 *     tsx test/bench/matrix.ts cuda:sm_80 cuda:sm_90a wgsl [--device shim] [--jobs 8] [--small] [--only PART OF A PATH]
 *
 * Files run side by side in processes of their own. `--small` leaves the first line out. Prints a line for each run; ends with 1 where one is wrong.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from '../../grammar/parse.ts';
import type { Context } from '../../src/cli/context.ts';
import { openRunDevice } from '../../src/cli/run-device.ts';
import { runOne } from '../../src/cli/run-kernel.ts';
import { compileSource } from '../../src/driver.ts';

const text = { type: 'string' } as const, flag = { type: 'boolean' } as const;
const { values, positionals: targets } = parseArgs({ allowPositionals: true, options: { device: text, jobs: text, only: text, one: text, small: flag } });
const root = fileURLToPath(new URL('../..', import.meta.url));
const files = readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.tdsl') && name.includes(values.only ?? '') && !/codesign.(?:cloud|edge|mobilenet|resnet|xception)/.test(name)).sort();
const quiet = { result: () => undefined, progress: () => undefined } as unknown as Context;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** All kernels of one file on one target; gives how many runs are wrong. */
async function kernelsOf(file: string, target: string): Promise<number> {
  const path = join(root, 'examples', file), source = readFileSync(path, 'utf8'), device = await openRunDevice(target, values.device);
  let wrong = 0;
  for (const d of parse(source, basename(file)).ast.declarations) {
    if (d.kind !== 'kernel') continue;
    const kernel = d.name.name, examples = (d.doc?.examples ?? []).slice(values.small === true ? 1 : 0);
    const label = (sizes: Readonly<Record<string, number>>): string => `${target.padEnd(10)} ${kernel.padEnd(22)} ${Object.entries(sizes).map(([n, v]) => `${n}=${v}`).join(' ').padEnd(44)}`;
    const compiled = compileSource(source, basename(file), { targets: [target], kernel, validate: false });
    const tree = compiled.kernels[0]?.kernel, manifest = compiled.manifest.kernels[0];
    if (tree === undefined || manifest === undefined) { wrong++; say(`${label({})} ERROR ${compiled.diagnostics.map((x) => x.message).join('; ')}`); continue; }
    const texts = new Map(compiled.files.map((f) => [f.path, f.text]));
    for (const example of examples) {
      const sizes = Object.fromEntries(example.sizes.map((s) => [s.name, s.value]));
      try {
        const { result, diagnostics } = await runOne(quiet, { target, file: path, sizes, inputs: new Map(), outputs: new Map(), seed: 1, check: true, time: false }, tree, manifest, texts, () => Promise.resolve(device));
        const c = result.check, isRight = c?.ok === true && !diagnostics.some((x) => x.severity === 'error');
        if (!isRight) wrong++;
        say(`${label(sizes)} ${isRight ? 'ok  ' : 'WRONG'} ${String(c?.checked).padStart(8)} checked, max error ${c?.maxAbs?.toExponential(1)}, bound ${c?.bound?.toExponential(1)}  ${basename(result.file)}${isRight ? '' : `  ${diagnostics.map((x) => x.message).join('; ').slice(0, 300)}`}`);
      } catch (cause) {
        wrong++;
        say(`${label(sizes)} ERROR ${(cause instanceof Error ? cause.message : String(cause)).split('\n').slice(0, 4).join(' | ').slice(0, 400)}`);
      }
    }
  }
  device.close();
  return wrong;
}

function start(args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { output += chunk.toString(); });
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** The programs of a file through the command line. */
async function programsOf(file: string, target: string): Promise<number> {
  const path = join(root, 'examples', file);
  let wrong = 0;
  for (const d of parse(readFileSync(path, 'utf8'), basename(file)).ast.declarations) {
    if (d.kind !== 'program' || (d.doc?.examples ?? []).length === 0) continue;
    const args = ['run', path, '--kernel', d.name.name, '--target', target, '--check', ...(values.device === undefined ? [] : ['--device', values.device])];
    const { code, output } = await start([join(root, 'src/cli/main.ts'), ...args]);
    if (code !== 0) wrong++;
    say(`${target.padEnd(10)} ${`program ${d.name.name}`.padEnd(67)} ${code === 0 ? 'ok  ' : 'WRONG'} ${output.split('\n').filter((l) => /check|error/.test(l)).slice(0, 3).join(' | ').trim().slice(0, 300)}`);
  }
  return wrong;
}

if (values.one !== undefined) {
  const wrong = await kernelsOf(values.one, targets[0]!) + await programsOf(values.one, targets[0]!);
  process.exit(wrong > 0 ? 1 : 0);
}
const queue = targets.flatMap((target) => files.map((file) => ({ target, file })));
let wrongFiles = 0, runs = 0;
const worker = async (): Promise<void> => {
  for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
    const { code, output } = await start([fileURLToPath(import.meta.url), task.target, '--one', task.file, ...(values.small === true ? ['--small'] : []), ...(values.device === undefined ? [] : ['--device', values.device])]);
    const lines = output.split('\n').filter((l) => /(?: ok {2}| WRONG | ERROR )/.test(l));
    runs += lines.length;
    if (code !== 0) { wrongFiles++; if (!lines.some((l) => !l.includes(' ok  '))) say(`${task.target} ${task.file} ended with ${code}: ${output.trim().split('\n').slice(-3).join(' | ').slice(0, 400)}`); }
    for (const line of lines) say(line);
  }
};
await Promise.all(Array.from({ length: Number(values.jobs ?? '4') }, worker));
say(`${runs} runs of ${files.length} files on ${targets.join(', ')}: ${wrongFiles === 0 ? 'all right' : `${wrongFiles} files with a wrong run`}`);
process.exit(wrongFiles > 0 ? 1 : 0);

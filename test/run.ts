/**
 * Runs every `*.test.ts` below `test/`, each file in a process of its own, a few at a time.
 *
 *     tsx test/run.ts [--bless] [--jobs N] [--timeout SECONDS] [PART OF A PATH…]
 *
 * `--bless` sets TDSL_BLESS=1, by which golden tests write what they got. The last line is `N passed, N failed`, with
 * `, N skipped` where something was; the exit status is 1 where something failed, 2 where nothing was there to run.
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Outcome { readonly file: string; readonly passed: number; readonly failed: number; readonly skipped: number; readonly seconds: number; readonly text: string }

const root = fileURLToPath(new URL('..', import.meta.url));

function testFiles(parts: readonly string[]): string[] {
  return readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => ['test', ...name.split(sep)].join('/'))
    .filter((name) => parts.length === 0 || parts.some((part) => name.includes(part)))
    .sort();
}

/** The sums of uvu's closing lines; a file may run several suites, each of which prints its own. */
function totals(output: string): { total: number; passed: number; skipped: number } | undefined {
  const plain = output.replace(/\u001b\[[0-9;]*m/g, '');
  const sum = (name: string): number | undefined => {
    const all = [...plain.matchAll(new RegExp(`^ *${name}: +(\\d+)`, 'gm'))].map((m) => Number(m[1]));
    return all.length === 0 ? undefined : all.reduce((a, b) => a + b);
  };
  const total = sum('Total');
  const passed = sum('Passed');
  return total === undefined || passed === undefined ? undefined : { total, passed, skipped: sum('Skipped') ?? 0 };
}

function runFile(file: string, bless: boolean, timeout: number): Promise<Outcome> {
  const start = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(root, file)], {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', ...(bless ? { TDSL_BLESS: '1' } : {}) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let late = false;
    const keep = (chunk: Buffer): void => { output += chunk.toString(); };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const clock = setTimeout(() => { late = true; child.kill('SIGKILL'); }, timeout * 1000);
    child.on('close', (code, signal) => {
      clearTimeout(clock);
      const seconds = (performance.now() - start) / 1000;
      const sums = totals(output);
      const passed = sums?.passed ?? 0;
      const skipped = sums?.skipped ?? 0;
      const broken = late ? `took longer than ${timeout} s` : signal !== null ? `was ended by ${signal}` : sums === undefined || sums.total === 0 ? 'ran no test' : undefined;
      // Skipped tests are no part of uvu's total.
      let failed = (sums?.total ?? 0) - passed;
      // A file that dies after its sums, or never came to them, has failed as such.
      if (broken !== undefined || (code !== 0 && failed === 0)) failed++;
      const why = broken !== undefined ? `\n${file} ${broken}\n` : code !== 0 ? `\n${file} ended with status ${code}\n` : '';
      resolve({ file, passed, failed, skipped, seconds, text: output + why });
    });
  });
}

async function main(args: readonly string[]): Promise<number> {
  const rest = [...args];
  const take = (name: string): boolean => { const at = rest.indexOf(name); if (at >= 0) rest.splice(at, 1); return at >= 0; };
  const value = (name: string, otherwise: number): number => {
    const at = rest.indexOf(name);
    return at < 0 ? otherwise : Number(rest.splice(at, 2)[1]);
  };
  const bless = take('--bless');
  const jobs = value('--jobs', Math.min(4, Math.max(1, availableParallelism())));
  const timeout = value('--timeout', 600);
  const files = testFiles(rest.map((part) => part.replace(/^\.\//, '')));
  if (files.length === 0) {
    process.stderr.write(`no test file matches ${rest.join(' ')}\n`);
    return 2;
  }
  const outcomes: Outcome[] = [];
  const queue = [...files];
  const worker = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const outcome = await runFile(file, bless, timeout);
      outcomes.push(outcome);
      const note = outcome.skipped > 0 ? `, ${outcome.skipped} skipped` : '';
      process.stdout.write(`${outcome.failed > 0 ? 'FAIL' : 'ok  '} ${file}  ${outcome.passed} passed${outcome.failed > 0 ? `, ${outcome.failed} failed` : ''}${note}  ${outcome.seconds.toFixed(1)} s\n`);
      if (outcome.failed > 0) process.stdout.write(`${outcome.text.replace(/^(?=.)/gm, '     | ')}\n`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  const sum = (key: 'passed' | 'failed' | 'skipped'): number => outcomes.reduce((n, o) => n + o[key], 0);
  const failing = outcomes.filter((o) => o.failed > 0).map((o) => o.file).sort();
  if (failing.length > 0) process.stdout.write(`\nfailed:\n${failing.map((f) => `  ${f}\n`).join('')}`);
  const skipped = sum('skipped');
  process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
  return failing.length > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));

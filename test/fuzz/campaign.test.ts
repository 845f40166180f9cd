import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Summary } from './campaign-summary.ts';
import { newTally } from './execute.ts';

const campaign = fileURLToPath(new URL('campaign.ts', import.meta.url));

function run(...args: string[]): { readonly status: number | null; readonly output: string; readonly summary: string } {
  const folder = mkdtempSync(join(tmpdir(), 'campaign-'));
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', campaign, '--out', join(folder, 'c'), ...args], { encoding: 'utf8', timeout: 100_000 });
    return { status, output: stdout + stderr, summary: readFileSync(join(folder, 'c.md'), 'utf8') };
  } finally { rmSync(folder, { recursive: true, force: true }); }
}

test('every seed is done once, by whichever worker is free', () => {
  const { status, output, summary } = run('--seed', '3', '--programs', '3', '--broken', '450', '--workers', '2', '--shim-every', '0', '--gpu-every', '0', '--barriers-every', '0');
  assert.is(status, 0, output);
  assert.match(summary, /^3 programs \(0 on the shim\), 0 failed/);
  assert.match(summary, /^450 broken inputs: /m);
  assert.match(summary, /^\| run cpu \| 3 \| /m);
});

test('a campaign that its seconds end says first what it has not done', () => {
  const { status, summary } = run('--seed', '1', '--programs', '500', '--broken', '3000', '--workers', '1', '--shim-every', '10', '--gpu-every', '0', '--barriers-every', '0', '--seconds', '0.5');
  assert.is(status, 0, summary);
  assert.match(summary, /^NOT ALL WAS DONE \(ended by --seconds 0.5\): \d+ of 500 programs \(\d+ of them at all levels\), \d+ of 50 on the shim, \d+ of 3000 broken inputs\. Programs at each level: /);
});

test('a program that comes to no end in time is a failure of its seed, and the campaign goes on', () => {
  const { status, summary } = run('--seed', '3', '--programs', '2', '--workers', '1', '--shim-every', '0', '--gpu-every', '0', '--barriers-every', '0', '--limit', '0.002');
  assert.is(status, 1);
  assert.match(summary, /^2 programs .* 2 failed/);
  assert.match(summary, /^== [12] × no result after 0.002 s: .*seeds [34]/m);
});

test('failures are grouped by kind, one for a program', () => {
  const summary = new Summary();
  const failure = { level: 'run', target: 'wgsl', variant: 'v', sizes: {}, seed: 1, message: 'wrong numbers: 1 of 2\nmore', key: 'run wgsl: wrong numbers' } as const;
  for (const seed of [1, 2]) summary.addProgram(seed, [failure, failure], { ...newTally(), runs: { 'run wgsl': 2 }, elements: { 'run wgsl': 10 } }, seed === 1);
  const text = summary.text(1, 1);
  assert.match(text, /^2 programs \(1 on the shim\), 2 failed/);
  assert.match(text, /^\| run wgsl \| 2 \| 4 \| 20 \|$/m);
  assert.match(text, /^== 2 × run wgsl: wrong numbers \(wgsl\): seeds 1 2\n {3}wrong numbers: 1 of 2 \| more$/m);
});

test('a program that was not interpreted for a target is named and not counted among those of all levels', () => {
  const summary = new Summary();
  const runs = { 'values cpu': 1, 'values cuda:sm_80': 1, 'run cpu': 1, 'run wgsl': 1 };
  summary.addProgram(3, [], { ...newTally(), runs: { ...runs, 'values wgsl': 1 } }, false);
  summary.addProgram(4, [], { ...newTally(), runs, missed: { 'values wgsl': 1 } }, false);
  summary.addProgram(12, [], { ...newTally(), runs: Object.fromEntries(['values cpu', 'values wgsl', 'values cuda:sm_80', 'cpu', 'wgsl'].map((where) => [`program ${where}`, 1])) }, false);
  const text = summary.text(1, 1);
  assert.match(text, /^3 programs \(0 on the shim\), 0 failed, 2 ran at all of TST/);
  assert.match(text, /^== 1 × too long to be interpreted: values wgsl .*: seeds 4$/m);
  assert.match(text, /^- 1 not run at values wgsl: seeds 4$/m);
  assert.match(text, /^- 1 not interpreted, as each drawing of their sizes takes too long: values wgsl: seeds 4$/m);
  assert.match(text, /^- 3 run, but with no element that the oracle knows: seeds 3 4 12$/m);
});

test.run();

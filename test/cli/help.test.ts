import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { absent } from '../../src/cli/commands.ts';
import { codes } from '../../src/diagnostics/table.ts';
import { version } from '../../src/version.ts';
import { json, root, scratch, tdsl, write } from './support.ts';

test('help and version go to stdout and end with 0', async () => {
  const help = await tdsl(['--help']);
  assert.is(help.code, 0);
  for (const name of ['compile', 'run', 'check', 'fmt', 'inspect', 'explain', 'targets', 'init']) assert.match(help.out, new RegExp(`^  ${name} `, 'm'));
  assert.equal(await tdsl(['--version']), { code: 0, out: `${version}\n`, err: '' });
  const of = await tdsl(['run', '--help']);
  assert.is(of.code, 0);
  assert.match(of.out, '--check');
});

test('the version is that of the package', () => {
  const parsed: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  assert.is(version, parsed.version);
});

test('without a command: help on stderr, and 2', async () => {
  const { code, out, err } = await tdsl([]);
  assert.equal([code, out], [2, '']);
  assert.match(err, 'Usage: tdsl');
});

test('mistakes on the command line end with 2 and say what there is', async () => {
  const message = async (...args: string[]): Promise<string> => {
    const { exitCode, diagnostics } = await json(args);
    assert.is(exitCode, 2, args.join(' '));
    return diagnostics[0]?.message ?? '';
  };
  assert.match(await message('comple', 'x.tdsl'), 'there is no command `comple`; did you mean `compile`?');
  assert.match(await message('run', 'x.tdsl', '--bogus'), '--bogus');
  assert.match(await message('check'), 'paths');
  assert.match(await message('compile', 'x.tdsl', '--target', 'metal'), 'there is no target `metal`; there is `cpu`, `wgsl`');
  assert.match(await message('compile', 'x.tdsl', '--target', 'wgls'), 'did you mean `wgsl`?');
  assert.match(await message('compile', 'x.tdsl', '--size', 'M'), 'write `--size M=512,N=64`');
  assert.match(await message('compile', 'x.tdsl', '--size', 'M=-3'), '`--size M=-3` cannot be read');
  assert.match(await message('run', 'x.tdsl', '--in', 'A'), 'write `--in A=a.npy`');
  assert.match(await message('run', 'x.tdsl', '--seed', 'x'), '--seed');
  assert.match(await message('inspect', 'x.tdsl', '--emit', 'asm'), 'there is no level `asm`');
});

test('an architecture that is not there yet is said to be so', async () => {
  const { exitCode, diagnostics } = await json(['compile', 'x.tdsl', '--target', 'cuda:sm_120a']);
  assert.is(exitCode, 2);
  assert.match(diagnostics[0]?.notes[0]?.message ?? '', 'what is compiled for cuda:sm_80 runs on them');
});

test('commands of later versions say that they are not there', async () => {
  for (const command of absent) {
    const { exitCode, diagnostics } = await json([command, 'x.tdsl']);
    assert.equal([exitCode, diagnostics[0]?.message], [2, `\`tdsl ${command}\` is not in this version`]);
  }
});

test('every code is explained', async () => {
  const all = await json(['explain']);
  assert.equal(all.codes.map(({ code }) => code), Object.keys(codes).sort());
  for (const { code, text } of all.codes) assert.ok(text.trim().length > 40, code);
  const one = await tdsl(['explain', 'tdsl0101']);
  assert.is(one.code, 0);
  assert.match(one.out, 'TDSL0101');
  assert.match((await tdsl(['explain', '501'])).out, '@example');
  const unknown = await json(['explain', 'TDSL7777']);
  assert.is(unknown.exitCode, 2);
});

test('targets tells what is there, and the way to what is not', async () => {
  const { targets, exitCode } = await json(['targets']);
  assert.is(exitCode, 0);
  assert.equal(targets.map(({ target }) => target), ['cpu', 'wgsl', 'cuda:sm_80', 'cuda:sm_80 --device shim']);
  assert.is(targets[0]?.available, true);
  for (const row of targets) if (!row.available) assert.ok(row.missing !== '' && row.hint !== '', row.target);
});

test('init writes examples and never over a change', async () => {
  const folder = join(scratch(), 'new');
  const made = await tdsl(['init', '--example', 'matmul,softmax', folder]);
  assert.is(made.code, 0);
  assert.is(made.out, `${folder}/matmul.tdsl\n${folder}/softmax.tdsl\n`);
  assert.is(readFileSync(join(folder, 'matmul.tdsl'), 'utf8'), readFileSync(join(root, 'examples/matmul.tdsl'), 'utf8'));
  assert.is((await tdsl(['init', folder])).code, 0);
  write(folder, 'matmul.tdsl', '// mine\n');
  const again = await json(['init', folder]);
  assert.equal([again.exitCode, again.diagnostics[0]?.message], [1, `${folder}/matmul.tdsl exists already and is different`]);
  assert.is(readFileSync(join(folder, 'matmul.tdsl'), 'utf8'), '// mine\n');
  const unknown = await json(['init', '--example', 'matmull', folder]);
  assert.match(unknown.diagnostics[0]?.message ?? '', 'did you mean `matmul`?');
});

test('fmt lays out, and with --check only looks', async () => {
  const folder = scratch();
  const untidy = 'kernel   f(A: f32[N])->B: f32[N] {   B[i]=A[i]   }\n';
  const path = write(folder, 'f.tdsl', untidy);
  assert.is((await tdsl(['fmt', '--check', path])).code, 3);
  assert.is(readFileSync(path, 'utf8'), untidy);
  assert.equal(await tdsl(['fmt', path]), { code: 0, out: `${path}\n`, err: '' });
  const tidy = readFileSync(path, 'utf8');
  assert.is.not(tidy, untidy);
  assert.is((await tdsl(['fmt', '--check', path])).code, 0);
  assert.equal(await tdsl(['fmt', '-'], { stdin: untidy }), { code: 0, out: tidy, err: '' });
  const broken = await json(['fmt', '-'], { stdin: 'kernel (' });
  assert.is(broken.exitCode, 1);
});

test('a folder without permission is an error, not a bug', async () => {
  if (process.getuid?.() === 0) return;
  const folder = join(scratch(), 'closed');
  mkdirSync(folder, { mode: 0o000 });
  assert.is((await json(['check', folder])).exitCode, 1);
});

test.run();

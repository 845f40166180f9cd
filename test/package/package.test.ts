/**
 * The package as users get it: packed, installed into an empty project without its optional packages, used by the command line, as a library and as README's section
 * on snapshot tests shows. Needs an up-to-date `dist/` (`npm run build`) and npm's registry or cache; says so and skips where they are missing.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root, scratch } from '../cli/support.ts';
import { blocks } from '../readme-blocks.ts';

interface Ran { readonly status: number | null; readonly stdout: string; readonly stderr: string }

const project = scratch();
const env = { ...process.env, NO_COLOR: '1', CI: '1', npm_config_update_notifier: 'false' };
const command = (name: string, ...args: readonly string[]): Ran => spawnSync(name, args, { cwd: project, encoding: 'utf8', env });
const ok = (ran: Ran): string => {
  assert.is(ran.status, 0, ran.stdout + ran.stderr);
  return ran.stdout;
};

const newest = (folder: string): number => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts') || name.endsWith('.hbs'))
  .reduce((most, name) => Math.max(most, statSync(join(folder, name)).mtimeMs), 0);

/** Why the package cannot be tested here, or undefined. */
function install(): string | undefined {
  const built = join(root, 'dist/types/src/index.d.ts');
  if (!existsSync(built) || ['src', 'grammar', 'templates'].some((folder) => newest(join(root, folder)) > statSync(built).mtimeMs)) return 'dist/ is older than its sources: npm run build';
  const [packed] = JSON.parse(spawnSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', project], { cwd: root, encoding: 'utf8' }).stdout) as { filename: string }[];
  writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }\n');
  const { status, stderr } = command('npm', 'install', '--omit=optional', '--prefer-offline', '--no-audit', '--no-fund', join(project, packed?.filename ?? ''), 'uvu@0.5');
  return status === 0 ? undefined : `npm install failed: ${stderr.trim().split('\n').at(-1)}`;
}

const missing = install();
if (missing !== undefined) process.stdout.write(`the package is not tested: ${missing}\n`);
const test = suite('package');
const wanted = missing === undefined ? test : test.skip;

wanted('npx tdsl init, run and compile', () => {
  assert.is(ok(command('npx', 'tdsl', 'init')), 'matmul.tdsl\n');
  assert.equal(readFileSync(join(project, 'matmul.tdsl')), readFileSync(join(root, 'examples/matmul.tdsl')));
  assert.match(ok(command('npx', 'tdsl', 'run', 'matmul.tdsl', '--size', 'M=67,N=65,K=33', '--check')), /check ok: 4355 elements/);
  ok(command('npx', 'tdsl', 'compile', 'matmul.tdsl'));
  for (const name of readdirSync(join(root, 'generated/matmul'))) assert.is(readFileSync(join(project, 'generated/matmul', name), 'utf8'), readFileSync(join(root, 'generated/matmul', name), 'utf8'), name);
});

wanted('without the optional packages their targets say what to install', () => {
  for (const [target, name] of [['wgsl', 'webgpu'], ['cuda', 'koffi']] as const) {
    assert.not.ok(existsSync(join(project, 'node_modules', name)));
    const { status, stderr } = command('npx', 'tdsl', 'run', 'matmul.tdsl', '--target', target);
    assert.is(status, 4);
    assert.match(stderr, `npm install ${name}`);
  }
});

wanted('tdsl targets ends as it should, also after it has closed a WebGPU device', () => {
  // The bundle in its checkout, whose optional packages are installed. Dawn's instance was collected while its last turn was due: an abort, or an endless wait.
  for (let i = 0; i < 3; i++) {
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/cli.js'), 'targets', '--json'], { encoding: 'utf8', env, timeout: 60_000 });
    assert.equal([status, signal], [0, null], stdout + stderr);
    assert.is((JSON.parse(stdout) as { readonly ok: boolean }).ok, true);
  }
});

wanted('the library and the harness type-check in a strict project, and run', () => {
  writeFileSync(join(project, 'main.ts'), `
import { compile, check, format, type Compiled } from 'tdsl';
import { openDevice, type Device } from 'tdsl/runtime';
import { matmul_f32 } from './generated/matmul/matmul.js';
import plugin from './plugin.js';

const source = 'kernel f(X: f32[N]) -> Y: f32[N] { Y[i] = 2*X[i] }';
const compiled: Compiled = await compile(source, { file: 'f.tdsl', targets: ['cpu'] });
const device: Device = await openDevice('cpu');
const { C } = await matmul_f32(device, { A: { data: Float32Array.of(1, 2), shape: [1, 2] }, B: { data: Float32Array.of(3, 4), shape: [2, 1] } }, { load: async (file) => plugin(file) });
console.log(compiled.files.map(({ path }) => path).join(), check(source).ok, (await format(source)).text, C.data[0]);
`);
  writeFileSync(join(project, 'plugin.ts'), `declare const process: { getBuiltinModule(name: 'fs'): { readFileSync(path: string, encoding: 'utf8'): string } };
export default (file: string): string => process.getBuiltinModule('fs').readFileSync('generated/' + file, 'utf8');\n`);
  const compilerOptions = { target: 'es2022', module: 'nodenext', strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, types: [], outDir: 'out', rootDir: '.' };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }));
  ok(command(process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '-p', project));
  assert.is(ok(command(process.execPath, 'out/main.js')), 'f/f.js,f/f.json,f/f.ts true kernel f(X: f32[N]) -> Y: f32[N] {\n  Y[i] = 2 * X[i]\n}\n 11\n');
});

/** Runs what a README block says with kernels as they are and after one more byte; only the first may pass. */
function guards(run: () => Ran): void {
  const path = join(project, 'generated/matmul/matmul.wgsl'), intact = readFileSync(path, 'utf8');
  ok(run());
  appendFileSync(path, ' ');
  const { status, stdout, stderr } = run();
  assert.ok(status !== 0 && status !== null);
  assert.match(stdout + stderr, 'matmul.wgsl');
  writeFileSync(path, intact);
}

wanted('README: snapshot tests by uvu and as a line of CI', () => {
  mkdirSync(join(project, 'kernels'));
  renameSync(join(project, 'matmul.tdsl'), join(project, 'kernels/matmul.tdsl'));
  const [uvu = ''] = blocks('js uvu'), [line = ''] = blocks('sh ci');
  writeFileSync(join(project, 'kernels.test.js'), uvu);
  guards(() => command(process.execPath, 'kernels.test.js'));
  guards(() => command('sh', '-c', line.replace('--check', '--check --size M=9,N=9,K=9')));
  const [vitest = ''] = blocks('js vitest');
  const { status } = command('npm', 'install', '--omit=optional', '--no-save', '--prefer-offline', '--no-audit', '--no-fund', '--include=optional', 'vitest@3');
  if (status !== 0) {
    process.stdout.write('vitest could not be installed: its block is not run\n');
    return;
  }
  rmSync(join(project, 'kernels.test.js'));
  writeFileSync(join(project, 'vitest.test.js'), vitest);
  guards(() => command('npx', 'vitest', 'run', '--testTimeout', '60000'));
});

wanted('starts are quick: at most 0.8 s of the main thread for a cold compilation, 0.4 s where the harness is unchanged', () => {
  if (!existsSync('/proc/self/schedstat')) return;
  // The scheduler's count for the main thread alone, so that other work on the machine does not matter.
  writeFileSync(join(project, 'clock.cjs'), `const { readFileSync, writeFileSync } = require('node:fs');
process.on('exit', () => writeFileSync('clock', readFileSync(\`/proc/self/task/\${process.pid}/schedstat\`, 'utf8')));\n`);
  const seconds = (prepare: () => void): number => Math.min(...Array.from({ length: 3 }, () => {
    prepare();
    ok(command(process.execPath, '--require', './clock.cjs', 'node_modules/tdsl/dist/cli.js', 'compile', 'kernels/matmul.tdsl', '-o', 'timed'));
    return Number(readFileSync(join(project, 'clock'), 'utf8').split(' ')[0]) / 1e9;
  }));
  const cold = seconds(() => rmSync(join(project, 'timed'), { recursive: true, force: true })), unchanged = seconds(() => undefined);
  process.stdout.write(`compile matmul.tdsl: ${cold.toFixed(2)} s cold, ${unchanged.toFixed(2)} s with an unchanged harness\n`);
  // A slower machine than the one that the figures are for gets half as much again.
  assert.ok(cold <= 0.8 * 1.5 && unchanged <= 0.4 * 1.5, `${cold} s, ${unchanged} s`);
  // A harness that need not be made again is still one of the files.
  const { files } = JSON.parse(ok(command(process.execPath, 'node_modules/tdsl/dist/cli.js', 'compile', 'kernels/matmul.tdsl', '-o', 'timed', '--json'))) as { files: { path: string; changed: boolean }[] };
  assert.ok(files.some(({ path, changed }) => path === 'timed/matmul/matmul.ts' && !changed));
});

test.run();

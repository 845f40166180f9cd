/** README.md is true: its programs compile for every target, its mistakes are reported as shown, its TypeScript checks and gives what it says, its links lead somewhere. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { commands } from '../src/cli/commands.ts';
import { renderAll } from '../src/diagnostics/render.ts';
import { Sources } from '../src/diagnostics/span.ts';
import { compileSource } from '../src/driver.ts';
import { blocks, readme } from './readme-blocks.ts';
import { root, scratch, tdsl } from './cli/support.ts';

const programs = blocks('tdsl');
const prose = readme.replace(/^```[\s\S]*?^```$/gm, '');

test('every program compiles for every target', () => {
  assert.ok(programs.length >= 8);
  for (const text of programs) {
    const { diagnostics, files } = compileSource(text, 'tour.tdsl');
    assert.equal(diagnostics.map(({ message }) => message), [], text);
    for (const suffix of ['.js', '.wgsl', '.cu']) assert.ok(files.some(({ path }) => path.endsWith(suffix)), `${suffix} of\n${text}`);
  }
});

test('tests of the programs hold', async () => {
  const tested = programs.filter((text) => /^test /m.test(text));
  assert.ok(tested.length > 0);
  const folder = scratch();
  for (const [i, text] of tested.entries()) writeFileSync(join(folder, `t${i}.tdsl`), text);
  const { code, out, err } = await tdsl(['test', folder]);
  assert.is(code, 0, out + err);
});

test('mistakes are reported as they stand there', () => {
  const [wrong = ''] = blocks('tdsl wrong'), [shown] = blocks('text');
  const { diagnostics } = compileSource(wrong, 'linear.tdsl');
  assert.is(renderAll(diagnostics, Sources.of('linear.tdsl', wrong)).trim(), shown?.trim());
});

test('the program that uses a harness checks and prints what its comment says', async () => {
  const [text = ''] = blocks('ts');
  const folder = scratch();
  mkdirSync(join(folder, 'node_modules'));
  assert.is((await tdsl(['compile', join(root, 'examples/matmul.tdsl'), '-o', join(folder, 'generated'), '--kernel', 'matmul_f32'])).code, 0);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const paths = { 'tdsl/runtime': [join(root, 'src/runtime/index.ts')] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions: { paths, typeRoots: [join(root, 'node_modules/@types')] }, include: ['main.ts'] }));
  writeFileSync(join(folder, 'main.ts'), text);
  const types = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' });
  assert.is(types.stdout, '');
  // The harness imports types alone; the runtime comes from the sources here.
  writeFileSync(join(folder, 'main.ts'), text.replace("'tdsl/runtime'", JSON.stringify(join(root, 'src/runtime/index.ts'))).replace("openDevice('webgpu')", "openDevice('cpu')"));
  assert.is(execFileSync(process.execPath, ['--import', import.meta.resolve('tsx'), 'main.ts'], { cwd: folder, encoding: 'utf8' }), '[ 64, 16 ] 64\n');
});

test('the program that uses the compiler as a library prints what its comment says', () => {
  const [text = ''] = blocks('ts library'), [, says = ''] = /\/\/ (.*)\n$/.exec(text) ?? [];
  const folder = scratch();
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'main.ts'), text.replace("'tdsl'", JSON.stringify(join(root, 'src/index.ts'))));
  assert.is(execFileSync(process.execPath, ['--import', import.meta.resolve('tsx'), 'main.ts'], { cwd: folder, encoding: 'utf8' }), `${says}\n`);
});

test('links lead somewhere', () => {
  for (const [, path = ''] of prose.matchAll(/\]\(((?!https?:)[^)]+)\)/g)) assert.ok(existsSync(join(root, path)), path);
});

test('the table of commands names those that there are, and only options that they take', () => {
  const rows = [...readme.matchAll(/^\| (`tdsl .*?) \|/gm)].map(([, row = '']) => row);
  const named = new Map(rows.flatMap((row) => [...row.matchAll(/`tdsl (\w+)([^`]*)`/g)].map(([, name = '', rest = '']) => [name, rest] as const)));
  for (const [name, rest] of named) {
    const entry = commands.find((command) => command.name === name);
    assert.ok(entry, `there is no command ${name}`);
    for (const [option] of rest.matchAll(/--?[a-z-]+/g)) assert.ok(entry.options.some(({ flags }) => new RegExp(`(^|[ ,])${option}($|[ ,<])`).test(flags)), `${name} has no ${option}`);
  }
  for (const { name } of commands) assert.ok(named.has(name), `the table has no ${name}`);
});

test('both commands at the top use scripts and files that are there', () => {
  const [first = ''] = blocks('sh');
  for (const [path] of first.matchAll(/examples\/\S+/g)) assert.ok(existsSync(join(root, path)), path);
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
  assert.ok(scripts['test'] !== undefined);
});

test.run();

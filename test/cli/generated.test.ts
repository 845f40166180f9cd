/** `generated/`: what the examples compile to, checked in. After a change of the compiler: `npx tsx src/cli/main.ts compile examples`. */
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openWgslValidator } from '../../src/runtime/wgsl-validate.ts';
import { json, root, scratch, tdsl } from './support.ts';

const generated = join(root, 'generated');
const filesBelow = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile()).sort();

test('the examples compile to what is checked in, and nothing else is', async () => {
  const frozen = ['compile', join(root, 'examples'), '-o', generated, '--frozen'];
  const { exitCode, files } = await json(frozen);
  const changed = files.filter((file) => file.changed).map(({ path }) => path);
  assert.equal({ exitCode, changed }, { exitCode: 0, changed: [] }, `run npx tsx src/cli/main.ts compile examples, and read the difference of ${changed.join(', ')}`);
  assert.equal(filesBelow(generated), files.map(({ path }) => relative(generated, path)).sort(), 'delete what no example makes');
});

test('one byte more in one file: 3, its path, and the file as it was', async () => {
  const copy = join(scratch(), 'generated');
  cpSync(join(generated, 'blur'), join(copy, 'blur'), { recursive: true });
  const frozen = ['compile', join(root, 'examples/blur.tdsl'), '-o', copy, '--frozen'];
  assert.is((await tdsl(frozen)).code, 0);
  for (const name of filesBelow(copy)) {
    const path = join(copy, name), intact = readFileSync(path), changed = Buffer.concat([intact, Buffer.from(' ')]);
    writeFileSync(path, changed);
    const { code, err } = await tdsl(frozen);
    assert.is(code, 3, name);
    assert.ok(err.includes(path), err);
    assert.ok(readFileSync(path).equals(changed), name);
    writeFileSync(path, intact);
  }
});

test('Dawn accepts every kernel of WGSL', async () => {
  const validator = await openWgslValidator();
  try {
    for (const name of filesBelow(generated).filter((n) => n.endsWith('.wgsl'))) assert.equal(await validator.validate(readFileSync(join(generated, name), 'utf8')), [], name);
  } finally {
    validator.close();
  }
});

test.run();

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Manifest } from '../../src/manifest.ts';
import { example, json, root, scale, scratch, tdsl, write } from './support.ts';

/** Every file below a folder with its text. */
function tree(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile()).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

const folder = scratch();
const source = write(folder, 'scale.tdsl', scale);
const out = join(folder, 'out');

test('kernels, harness and manifest stand where the contract says', async () => {
  const { files, exitCode } = await json(['compile', source, '-o', out, '--target', 'cpu,wgsl,cuda:sm_80']);
  assert.is(exitCode, 0);
  const paths = files.map(({ path }) => path);
  for (const name of ['scale.js', 'scale.wgsl', 'scale.sm_80.cu', 'scale.ts', 'scale.json']) assert.ok(paths.includes(join(out, 'scale', name)), name);
  assert.equal(paths.sort(), Object.keys(tree(out)).map((name) => join(out, name)).sort());
  const manifest: Manifest = JSON.parse(readFileSync(join(out, 'scale/scale.json'), 'utf8'));
  assert.is(manifest.schema, 1);
  assert.equal(manifest.kernels[0]?.example, { N: 8 });
  for (const variants of Object.values(manifest.kernels[0]?.targets ?? {})) for (const { file } of variants) assert.ok(existsSync(join(out, file)), file);
});

test('the text depends on source and options alone', async () => {
  const elsewhere = join(scratch(), 'another/place');
  mkdirSync(elsewhere, { recursive: true });
  const copy = write(elsewhere, 'scale.tdsl', scale);
  assert.is((await tdsl(['compile', copy, '-o', join(elsewhere, 'out'), '--target', 'cpu,wgsl,cuda:sm_80'])).code, 0);
  const texts = tree(join(elsewhere, 'out'));
  assert.equal(texts, tree(out));
  for (const [name, text] of Object.entries(texts)) {
    assert.not.match(text, elsewhere, name);
    assert.not.match(text, '\r', name);
    assert.ok(text.endsWith('\n'), name);
  }
});

test('what is unchanged is not written again', async () => {
  const before = statSync(join(out, 'scale/scale.js')).mtimeMs;
  const { files } = await json(['compile', source, '-o', out, '--target', 'cpu,wgsl,cuda:sm_80']);
  assert.ok(files.every(({ changed }) => !changed));
  assert.is(statSync(join(out, 'scale/scale.js')).mtimeMs, before);
});

test('--frozen is silent where nothing differs, and names what does without touching it', async () => {
  const frozen = ['compile', source, '-o', out, '--target', 'cpu,wgsl,cuda:sm_80', '--frozen'];
  assert.equal(await tdsl(frozen), { code: 0, out: '', err: '' });
  for (const name of ['scale.js', 'scale.ts', 'scale.json', 'scale.sm_80.cu']) {
    const path = join(out, 'scale', name);
    const intact = readFileSync(path, 'utf8');
    writeFileSync(path, `${intact}x`);
    const { code, out: diff, err } = await tdsl(frozen);
    assert.is(code, 3, name);
    assert.match(err, `${path} is not what the source compiles to`);
    assert.match(diff, `--- ${path}`);
    assert.match(diff, '\n-x\n');
    assert.is(readFileSync(path, 'utf8'), `${intact}x`);
    const object = await json(frozen);
    assert.equal([object.exitCode, object.diagnostics.map(({ code: c }) => c)], [3, ['TDSL0511']]);
    writeFileSync(path, intact);
  }
  const missing = await tdsl(['compile', source, '-o', join(folder, 'none'), '--target', 'cpu', '--frozen']);
  assert.is(missing.code, 3);
  assert.match(missing.err, 'scale.js is missing');
  assert.match(missing.out, '--- /dev/null');
  assert.not.ok(existsSync(join(folder, 'none')));
});

test('one kernel by option or by name in the path; a wrong name is answered with a near one', async () => {
  const both = write(folder, 'both.tdsl', `${scale}\nkernel negate(X: f32[N]) -> Y: f32[N] {\n  Y[i] = -X[i]\n}\n`);
  for (const args of [[both, '--kernel', 'negate'], [`${both}#negate`]]) {
    const { files } = await json(['compile', ...args, '-o', join(folder, 'one'), '--target', 'cpu']);
    assert.equal(files.map(({ path }) => path.split('/').at(-1)).sort(), ['both.json', 'both.ts', 'negate.js']);
  }
  const wrong = await json(['compile', `${both}#negat`, '-o', join(folder, 'one')]);
  assert.equal([wrong.exitCode, wrong.diagnostics[0]?.message], [2, 'there is no kernel `negat`; did you mean `negate`?']);
});

test('a size known at compile time shows in the name', async () => {
  const { files } = await json(['compile', source, '-o', join(folder, 'sized'), '--target', 'cpu', '--size', 'N=64']);
  assert.ok(files.some(({ path }) => path.endsWith('scale/scale_N64.js')), files.map(({ path }) => path).join());
});

test('a source with mistakes writes nothing, the others do', async () => {
  const mixed = join(folder, 'mixed');
  mkdirSync(mixed);
  write(mixed, 'good.tdsl', scale);
  write(mixed, 'bad.tdsl', scale.replace('a * X', 'b * X'));
  const { code, err } = await tdsl(['compile', mixed, '-o', join(mixed, 'out'), '--target', 'cpu']);
  assert.is(code, 1);
  assert.match(err, 'bad.tdsl:3:');
  assert.match(err, '`b` is not declared');
  assert.equal(readdirSync(join(mixed, 'out')), ['good']);
});

test('two sources of one name cannot share an output folder', async () => {
  mkdirSync(join(folder, 'a'));
  mkdirSync(join(folder, 'b'));
  const paths = ['a', 'b'].map((name) => write(join(folder, name), 'same.tdsl', scale));
  const { exitCode, diagnostics } = await json(['compile', ...paths, '-o', out]);
  assert.is(exitCode, 2);
  assert.match(diagnostics[0]?.message ?? '', 'would be written to the same folder');
});

test('an output folder that cannot be is an error that names the file', async () => {
  for (const bad of [join(source, 'out'), '/proc/tdsl-test']) {
    const { exitCode, diagnostics } = await json(['compile', source, '-o', bad, '--target', 'cpu']);
    assert.is(exitCode, 1, bad);
    assert.match(diagnostics[0]?.message ?? '', bad);
    assert.is(diagnostics[0]?.code, 'TDSL0573');
  }
});

test('Ctrl-C leaves whole files or none', async () => {
  const target = join(folder, 'stopped');
  // Over and over at other moments: while the compiler is loaded, while it works, while files are written.
  for (const delay of [150, 400, 700, 1000, 1400, 1900]) {
    const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'src/cli/main.ts'), 'compile', example('softmax'), '-o', target], { cwd: root, stdio: 'ignore' });
    const timer = setTimeout(() => child.kill('SIGINT'), delay);
    const ended = await new Promise<number | string>((resolve) => child.on('close', (code, signal) => resolve(code ?? signal ?? '')));
    clearTimeout(timer);
    assert.ok(ended === 'SIGINT' || ended === 130 || ended === 0, `ended with ${ended}`);
    if (!existsSync(target)) continue;
    const names = Object.keys(tree(target));
    assert.equal(names.filter((name) => name.endsWith('.tmp')), []);
    // Files of one source are written together.
    assert.ok(names.length === 0 || names.includes('softmax/softmax.json') && names.includes('softmax/softmax.ts'), names.join());
  }
});

test('--watch compiles again when the source or a file that it imports changes, until Ctrl-C', async () => {
  const watched = write(folder, 'watched.tdsl', scale);
  const target = join(folder, 'watching');
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'src/cli/main.ts'), 'compile', watched, '-o', target, '--target', 'cpu', '--watch'], { cwd: root, stdio: 'ignore' });
  const closed = new Promise<number | string | null>((resolve) => child.on('close', (code, signal) => resolve(code ?? signal)));
  const has = async (text: string): Promise<void> => {
    for (let tries = 0; tries < 600; tries++) {
      const path = join(target, 'watched/watched.json');
      if (existsSync(path) && readFileSync(path, 'utf8').includes(text)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${text} did not appear`);
  };
  try {
    await has('"scale"');
    writeFileSync(watched, scale.replaceAll('scale', 'scaled'));
    await has('"scaled"');
    mkdirSync(join(folder, 'parts'));
    const part = write(folder, 'parts/part.tdsl', 'fn part(x: f32) -> f32 = x * 2.0\n');
    writeFileSync(watched, `import { part } from "parts/part.tdsl"\n\n/// before\n/// @example N=4\nkernel with_part(x: f32[N]) -> y: f32[N] { y[n] = part(x[n]) }\n`);
    await has('"with_part"');
    const kernel = join(target, 'watched/with_part.js');
    const factor = async (text: string): Promise<void> => {
      // Written again now and then: the file is watched once the run is over that saw the import.
      for (let tries = 0; !existsSync(kernel) || !readFileSync(kernel, 'utf8').includes(text); tries++) {
        assert.ok(tries < 600, `the factor ${text} of the imported file did not appear`);
        if (tries % 40 === 0) writeFileSync(part, `fn part(x: f32) -> f32 = x ${text}.0\n`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    await factor('* 2');
    await factor('* 3');
  } finally {
    child.kill('SIGINT');
  }
  assert.is(await closed, 130);
});

test.run();

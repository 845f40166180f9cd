import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { writeFileAtomic } from '../../src/runtime/atomic-write.ts';
import { failure } from './expect.ts';

const folder = mkdtempSync(join(tmpdir(), 'tdsl-atomic-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

test('text, bytes and parts arrive whole, and replace what was there', () => {
  const file = join(folder, 'plain/a.txt');
  writeFileAtomic(file, 'first é');
  assert.is(readFileSync(file, 'utf8'), 'first é');
  writeFileAtomic(file, [Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3)]);
  assert.equal([...readFileSync(file)], [1, 2, 3]);
  assert.equal(readdirSync(join(folder, 'plain')), ['a.txt']);
});

test('a failure leaves the old file and nothing temporary', async () => {
  const target = join(folder, 'failing');
  writeFileAtomic(join(target, 'a'), 'old');
  assert.throws(() => writeFileAtomic(join(target, 'a'), (function* () {
    yield Uint8Array.of(1);
    throw new Error('the source broke');
  })()), /the source broke/);
  assert.is(readFileSync(join(target, 'a'), 'utf8'), 'old');
  // The file's own name is taken by a folder; a folder's name is taken by a file.
  mkdirSync(join(target, 'dir/inner'), { recursive: true });
  assert.match((await failure('TDSL0573', () => writeFileAtomic(join(target, 'dir'), 'x'))).message, /dir: it is a folder$/);
  assert.match((await failure('TDSL0573', () => writeFileAtomic(join(target, 'a/below'), 'x'))).message, /a\/below: a part of its path is a file$/);
  assert.equal(readdirSync(target), ['a', 'dir']);
});

/** Starts a process that writes `out` in two parts and stops between them until a signal has come, then goes on as told. */
function writer(name: string, afterwards: string): Promise<{ code: number | null; signal: string | null; stdout: string }> {
  const module = fileURLToPath(new URL('../../src/runtime/atomic-write.ts', import.meta.url));
  const script = `
import { writeSync } from 'node:fs';
import { writeFileAtomic } from ${JSON.stringify(module)};
function* parts() {
  yield new Uint8Array(1000);
  writeSync(1, 'half');
  const end = Date.now() + 400;
  while (Date.now() < end);
  ${afterwards}
  yield new Uint8Array(1000);
}
writeFileAtomic(${JSON.stringify(join(folder, name, 'out'))}, parts());
setTimeout(() => writeSync(1, 'lived on'), 5000);
`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (stdout === 'half') child.kill('SIGINT');
  });
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, stdout })));
}

test('an interrupt in the middle of a write ends the process and leaves nothing temporary', async () => {
  const { signal, stdout } = await writer('interrupted', '');
  assert.equal([signal, stdout], ['SIGINT', 'half']);
  assert.equal(readdirSync(join(folder, 'interrupted')), ['out']);
  assert.is(statSync(join(folder, 'interrupted/out')).size, 2000);
});

test('a process that exits in the middle of a write leaves nothing', async () => {
  const { code } = await writer('exited', 'process.exit(3);');
  assert.is(code, 3);
  assert.equal(readdirSync(join(folder, 'exited')), []);
});

test('outside of writes signals are left alone', async () => {
  writeFileAtomic(join(folder, 'quiet'), 'x');
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.is(process.listenerCount('SIGINT'), 0);
});

test.run();

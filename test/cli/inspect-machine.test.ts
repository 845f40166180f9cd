/** `inspect --emit resources,sass`: what ptxas says of emitted kernels, and warnings about code that runs slower than it reads. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Compiled, machineCode, machineWarnings, resourceRows } from '../../src/cli/inspect-machine.ts';
import { compileSource } from '../../src/driver.ts';
import { findNvcc } from '../../src/runtime/nvcc.ts';
import { failure } from '../runtime/expect.ts';
import { example, tdsl } from './support.ts';

const source = 'kernel twice(X: f32[N]) -> Y: f32[N] {\n  Y[n] = 2 * X[n]\n}\n';
const compiled = compileSource(source, 'twice.tdsl', { targets: ['cuda:sm_90a'] });
const made = (registers: number, spills: number, warnings: Compiled['result']['warnings'] = []): Compiled[] => compiled.kernels[0]!.variants.map(({ target, file, launches }) => ({
  target, file, result: { cubin: new Uint8Array(), registers, spills, sharedBytes: 0, warnings, kernels: Object.fromEntries(launches.map(({ abi }) => [abi.entry, { registers, spills, sharedBytes: 0 }])) },
}));

test('groups of a multiprocessor end where registers, threads or shared memory do', () => {
  // 256 threads: 8 warps of 32 · 128 registers fill the 65,536 twice; with few registers 2,048 threads are the limit.
  assert.equal(resourceRows(compiled, made(128, 0)).map(({ threads, groups, limit }) => [threads, groups, limit])[0], [256, 2, 'registers']);
  assert.equal(resourceRows(compiled, made(16, 0)).map(({ groups, limit }) => [groups, limit])[0], [8, 'threads']);
});

test('spills, products one after another and emulated instructions are warned of', () => {
  const slow = [{ severity: 'warning', line: 0, column: 0, length: 0, text: '(C7514) Potential Performance Loss: wgmma.mma_async instructions are serialized' }] as const;
  const all = made(255, 48, slow);
  const warnings = machineWarnings(compiled, all, resourceRows(compiled, all));
  assert.ok(warnings.length > 0 && warnings.every((w) => w.code === 'TDSL0405' && w.severity === 'warning'));
  assert.ok(warnings.some((w) => /spills 48 bytes/.test(w.message)) && warnings.some((w) => /one after another/.test(w.message)));
  const text = 'asm("mma.sync.aligned.m16n8k64.row.col.s32.s4.s4.s32 …")';
  const emulated = { ...compiled, kernels: compiled.kernels.map((k) => ({ ...k, variants: k.variants.map((v) => ({ ...v, text })) })) };
  const none = made(32, 0);
  assert.match(machineWarnings(emulated, none, resourceRows(emulated, none))[0]!.message, /emulated/);
  assert.equal(machineWarnings(compiled, none, resourceRows(compiled, none)), []);
});

test('the command prints them where nvcc is, and says what is missing where it is not', async () => {
  const { code, out, err } = await tdsl(['inspect', example('softmax'), '--target', 'cuda:sm_80', '--emit', 'resources']);
  if (findNvcc() === undefined) { assert.is(code, 4); assert.match(err, /TDSL0554/); return; }
  assert.is(code, 0, err);
  assert.match(out, /threads of \d+ registers, 0 bytes spilled; \d+ bytes of shared memory; \d+ groups? a multiprocessor, limited by/);
});

test('machine code comes from the tool beside nvcc, and where that is missing it is said', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tdsl-toolkit-')), path = process.env['PATH'];
  const tool = (name: string, script: string): void => { writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`); chmodSync(join(folder, name), 0o755); };
  const one: Compiled = { target: 'cuda:sm_90a', file: 'twice/twice.sm_90a.cu', result: { ...made(32, 0)[0]!.result, cubin: new TextEncoder().encode('ELF of twice') } };
  try {
    process.env['PATH'] = `${folder}:${path ?? ''}`;
    tool('nvcc', 'exit 1');
    assert.is((await failure('TDSL0554', () => machineCode(one))).message, 'cuobjdump was not found, which shows machine code');
    // What it is given is the code that nvcc made.
    tool('cuobjdump', 'echo "$1"; cat "$2"');
    assert.is(await machineCode(one), '// twice/twice.sm_90a.cu\n--dump-sass\nELF of twice');
  } finally {
    process.env['PATH'] = path;
    rmSync(folder, { recursive: true });
  }
});

test('the assembly text, where nvcc is', async () => {
  const { code, out, err } = await tdsl(['inspect', example('softmax'), '--kernel', 'row_softmax', '--target', 'cuda:sm_80', '--emit', 'ptx']);
  if (findNvcc() === undefined) { assert.is(code, 4); assert.match(err, /TDSL0554/); return; }
  assert.is(code, 0, err);
  assert.match(out, /\.target sm_80/);
  assert.match(out, /\.entry row_softmax/);
});

test.run();

/** Launches that begin before the one ahead of them has ended: in the text, in machine code and in the manifest, the wait stands before every access to memory of the device. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CompilerBug } from '../../src/diagnostics/bug.ts';
import { compileSource } from '../../src/driver.ts';
import { checkEarly } from '../../src/emit/early.ts';
import { type CodeKernel, type Stmt, binary, index } from '../../src/ir/code.ts';
import { validateTile } from '../../src/ir/tile-validate.ts';
import { compileWithNvcc, findNvcc } from '../../src/runtime/nvcc.ts';
import { findTarget } from '../../src/targets/targets.ts';

const source = `
format q4 = int4 { scale bf16, symmetric }
kernel linear(X: bf16[M, K], W: q4[N, K by 128]) -> Y: bf16[M, N] {
  Y[m, n] = sum(k) X[m, k] * W[n, k]
}
kernel plain(X: bf16[M, K], W: bf16[N, K]) -> Y: bf16[M, N] {
  Y[m, n] = sum(k) X[m, k] * W[n, k]
}
`;
const variantOf = (kernel: string, sizes: Record<string, number>, target: string) => compileSource(source, 'early.tdsl', { targets: [target], kernel, sizes }).kernels[0]!.variants[0]!;
/** Straight to registers, a ring of boxes, the same in pairs of groups, and rings for two steps at a time. */
const shapes = [{ M: 1, N: 8192, K: 2048 }, { M: 4, N: 4096, K: 2048 }, { M: 16, N: 4096, K: 2048 }, { M: 16, N: 8192, K: 2048 }] as const;

test('products of few rows begin early where the target can, and say so', () => {
  for (const sizes of shapes) {
    const [launch] = variantOf('linear', sizes, 'cuda:sm_90a').launches;
    assert.equal([launch!.tile.early, launch!.abi.early], [true, true]);
    assert.ok(variantOf('linear', sizes, 'cuda:sm_80').launches.every((l) => l.tile.early === undefined && l.abi.early === undefined));
    const intrinsic = (name: string) => findTarget('cuda:sm_90a')!.intrinsics.find((i) => i.name === name);
    assert.equal(validateTile(launch!.tile, { intrinsic, limits: findTarget('cuda:sm_90a')! }), []);
    assert.ok(validateTile(launch!.tile, { intrinsic, limits: { ...findTarget('cuda:sm_90a')!, earlyLaunches: false } }).some((f) => f.rule === 'limit'));
  }
  assert.ok(variantOf('plain', { M: 16, N: 4096, K: 4096 }, 'cuda:sm_90a').launches.every((l) => l.abi.early === undefined));
});

test('in the text each role waits once', () => {
  for (const sizes of shapes) {
    const { text, launches } = variantOf('linear', sizes, 'cuda:sm_90a');
    const body = text.slice(text.indexOf('extern "C"')), at = (what: string): number[] => [...body.matchAll(new RegExp(`\\b${what}\\(\\);`, 'g'))].map((m) => m.index);
    assert.is(at('launch_release').length, 1);
    assert.is(at('launch_wait').length, launches[0]!.tile.roles.length);
  }
});

const statement = (wrapper: string): Stmt => ({ kind: 'call', wrapper, constants: [], args: [] });
const kernelOf = (body: readonly Stmt[]): CodeKernel => ({ name: 'k', threads: 32, sizes: [], memories: [{ name: 'X', space: 'global', dtype: 'f32', length: undefined, access: 'read' }, { name: 's', space: 'shared', dtype: 'f32', length: 32, access: 'readwrite' }], body });

test('a kernel that reads, writes, copies or ends before it has waited is refused', () => {
  const load = (memory: string): Stmt => ({ kind: 'let', name: 'v', value: { kind: 'load', type: 'f32', memory, dtype: 'f32', index: index(0) } as never });
  const wait = statement('launch_wait'), cond = binary('eq', { kind: 'builtin', type: 'index', builtin: 'thread' }, index(0));
  const refused = (...body: readonly Stmt[]): void => assert.throws(() => checkEarly(kernelOf(body)), (e: unknown) => e instanceof CompilerBug);
  refused(load('X'), wait);
  refused(load('X'));
  refused({ kind: 'store', memory: 'X', index: index(0), value: index(0), exact: true }, wait);
  refused({ kind: 'call', wrapper: 'cp_async', constants: [16], args: [{ kind: 'memory', memory: 's', index: index(0) }, { kind: 'memory', memory: 'X', index: index(0) }] }, wait);
  refused(statement('tma_load_2d'), wait);
  refused({ kind: 'leave', cond }, wait);
  // A wait that some threads alone reach is none for what follows.
  refused({ kind: 'if', cond, then: [wait], else: [] }, load('X'));
  refused({ kind: 'for', variable: 'i', count: index(0), registers: false, unroll: false, body: [wait] }, load('X'));
  refused({ kind: 'if', cond, then: [wait, load('X')], else: [load('X')] });
  checkEarly(kernelOf([load('s'), wait, load('X')]));
  checkEarly(kernelOf([{ kind: 'if', cond, then: [wait, load('X')], else: [{ kind: 'if', cond, then: [statement('prefetch_map'), wait, statement('tma_load_2d')], else: [] }] }]));
});

/** Numbers of instructions of sm_90 in the twelve lowest bits of each 16 bytes. */
const released = 0x82d, waited = 0x82e, box = 0x5b4, accesses = new Set([0x981, 0x986, 0xfae, box]); // PREEXIT, ACQBULK, UTMALDG; LDG, STG, LDGSTS
/** The instructions of the one kernel in an ELF file. */
function instructions(cubin: Uint8Array): number[] {
  const view = new DataView(cubin.buffer, cubin.byteOffset, cubin.byteLength), u64 = (at: number): number => Number(view.getBigUint64(at, true));
  const header = (n: number): number => u64(0x28) + n * view.getUint16(0x3a, true), names = u64(header(view.getUint16(0x3e, true)) + 0x18);
  const text = Array.from({ length: view.getUint16(0x3c, true) }, (_, n) => header(n)).filter((h) => new TextDecoder().decode(cubin.subarray(names + view.getUint32(h, true)).subarray(0, 6)) === '.text.');
  assert.is(text.length, 1);
  const [from, bytes] = [u64(text[0]! + 0x18), u64(text[0]! + 0x20)];
  return Array.from({ length: bytes / 16 }, (_, n) => view.getUint16(from + 16 * n, true) & 0xfff);
}

const here = findNvcc() !== undefined;
if (!here) process.stderr.write('nvcc is missing: the order of instructions is not tested\n');
(here ? test : test.skip)('ptxas moves no access to memory of the device before the wait', async () => {
  await Promise.all(shapes.map(async (sizes) => {
    const { text, launches } = variantOf('linear', sizes, 'cuda:sm_90a');
    const code = instructions((await compileWithNvcc(text, 'sm_90a')).cubin), waits = code.flatMap((op, n) => (op === waited ? [n] : []));
    const first = code.findIndex((op) => accesses.has(op));
    assert.is(code.filter((op) => op === released).length, 1, JSON.stringify(sizes));
    assert.is(waits.length, launches[0]!.tile.roles.length, JSON.stringify(sizes));
    assert.ok(code.indexOf(released) < waits[0]! && waits[0]! < first, `${JSON.stringify(sizes)}: waits at ${waits.join()}, first access at ${first}`);
    // Behind each wait stands one role: the one that copies boxes, or the other.
    const last = waits.at(-1)!, boxes = code.map((op, n) => (accesses.has(op) ? [n < last, op === box].join() : ''));
    assert.is(new Set(boxes.filter((x) => x !== '')).size, waits.length, JSON.stringify(sizes));
  }));
});

test.run();

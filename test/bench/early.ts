/**
 * Launches that begin before the one ahead has ended, beside the same kernels launched one after the other, through the runtime on one device:
 *
 *     tsx test/bench/early.ts [--device cuda|shim] [--size 8192]
 *
 * Products of few rows with four-bit weights in a chain that goes back and forth between two buffers, each launch reading what the one before wrote and writing what that one read: launched singly,
 * recorded in order, and recorded as two branches of two products that an ordinary kernel adds. All must give the same bytes. Microseconds a launch are medians of the recordings by turns. Ends with 1
 * where bytes differ or a result is no number.
 */
import { parseArgs } from 'node:util';
import { ShimDevice } from '../../src/cli/shim-device.ts';
import { compileSource } from '../../src/driver.ts';
import { f32FromBf16 } from '../../src/runtime/float.ts';
import { openDevice } from '../../src/runtime/index.ts';
import type { Device, DeviceBuffer, DeviceKernel, RecordedPart } from '../../src/runtime/device.ts';

const { values } = parseArgs({ options: { device: { type: 'string' }, size: { type: 'string' } } });
const n = Number(values.size ?? 8192), links = 12;
const source = `format q4 = int4 { scale bf16, symmetric }
kernel product(X: bf16[M, K], W: q4[N, K by 128]) -> Y: bf16[M, N] {
  Y[m, n] = sum(k) X[m, k] * W[n, k]
}
kernel joined(A: bf16[M, N], B: bf16[M, N]) -> C: bf16[M, N] {
  C[m, n] = 0.5 * A[m, n] + 0.5 * B[m, n]
}`;

let state = 5;
const next = (): number => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return state >>> 8; };
/** bf16 of both signs, of an exponent and the three below it. */
const noise = (elements: number, exponent: number): Uint8Array => new Uint8Array(Uint16Array.from({ length: elements }, () => ((next() & 1) << 15) | ((127 + exponent - (next() & 3)) << 7) | (next() & 127)).buffer);
const median = (all: readonly number[]): number => [...all].sort((a, b) => a - b)[all.length >> 1] ?? Number.NaN;

async function measure(device: Device, M: number): Promise<boolean> {
  const compiled = (kernel: string, sizes: Record<string, number>) => compileSource(source, 'early.tdsl', { targets: ['cuda:sm_90a'], kernel, sizes }).kernels[0]!.variants[0]!;
  const product = compiled('product', { M, N: n, K: n }), joined = compiled('joined', { M, N: n });
  const [abi] = product.launches.map((l) => l.abi);
  if (abi?.early !== true || product.launches.length > 1 || joined.launches.length > 1) throw new Error('not one launch that begins early, and one that does not');
  const { early: _, ...ordinary } = abi;
  const [early, late, add] = [await device.load(product.text, abi), await device.load(product.text, ordinary), await device.load(joined.text, joined.launches[0]!.abi)];
  const filled = (bytes: Uint8Array): DeviceBuffer => { const b = device.alloc(bytes.length); device.upload(b, bytes); return b; };
  const weights = Array.from({ length: 3 }, () => [filled(Uint8Array.from({ length: (n * n) / 2 }, next)), filled(noise((n * n) / 128, -1 - Math.round(Math.log2(n) / 2)))] as const);
  const start = noise(M * n, 0), buffers = Array.from({ length: 5 }, () => device.alloc(2 * M * n));
  const at = (i: number): DeviceBuffer => buffers[i] ?? buffers[0]!;
  const reset = (): void => { buffers.forEach((b, i) => { device.upload(b, i === 0 ? start : new Uint8Array(2 * M * n).fill(0xff)); }); };
  const multiply = (kernel: DeviceKernel, from: number, to: number, w: number): void => { const [codes, scale] = weights[w % 3] ?? weights[0]!; device.launch(kernel, [at(from), codes, scale, at(to)], {}); };
  const chain = (kernel: DeviceKernel): RecordedPart[] => Array.from({ length: links }, (_, i) => ({ after: i === 0 ? [] : [i - 1], launch: () => multiply(kernel, i % 2, 1 - (i % 2), i) }));
  /** Of each step: two products from buffer 0 to 2, two to 4 beside them, and what joins both in buffer 0. */
  const branches = (kernel: DeviceKernel): RecordedPart[] => Array.from({ length: links / 2 }, (_, s): RecordedPart[] => {
    const first = 5 * s, before = s === 0 ? [] : [first - 1];
    return [
      { after: before, launch: () => multiply(kernel, 0, 1, s) }, { after: before, launch: () => multiply(kernel, 0, 3, s + 1) }, { after: [first], launch: () => multiply(kernel, 1, 2, s + 2) },
      { after: [first + 1], launch: () => multiply(kernel, 3, 4, s) }, { after: [first + 2, first + 3], launch: () => device.launch(add, [at(2), at(4), at(0)], {}) },
    ];
  }).flat();
  let ok = true;
  for (const [name, parts] of [['chain', chain], ['branches', branches]] as const) {
    const results: Uint8Array[] = [], recordings = [late, early].map((kernel) => device.record(parts(kernel)));
    const keep = async (run: () => void): Promise<void> => { reset(); run(); results.push(await device.download(at(0))); };
    for (const kernel of [late, early]) await keep(() => parts(kernel).forEach((p) => { p.launch(); }));
    for (let turn = 0; turn < (values.device === 'shim' ? 1 : 10); turn++) for (const r of recordings) await keep(() => r.launch());
    const same = results.filter((r) => Buffer.compare(r, results[0]!) === 0).length;
    const real = [...new Uint16Array(results[0]!.buffer, results[0]!.byteOffset, M * n)].map(f32FromBf16);
    ok &&= same === results.length && real.every(Number.isFinite) && real.some((v) => Math.abs(v) > 1e-3);
    const times: number[][] = [[], []];
    if (values.device !== 'shim') for (let turn = 0; turn < 9; turn++) for (const [i, r] of recordings.entries()) times[i]!.push((await device.time(() => r.launch(), { warmup: 1, repeats: 5, budgetMs: 50 })).medianUs / parts(early).length);
    recordings.forEach((r) => { r.destroy(); });
    const told = times[0]!.length === 0 ? '' : `, ${median(times[0]!).toFixed(2)} us a launch one after the other, ${median(times[1]!).toFixed(2)} early`;
    process.stdout.write(`M = ${M}, ${n} x ${n}, ${name}: ${same} of ${results.length} the same bytes${told}\n`);
  }
  for (const b of [...buffers, ...weights.flat()]) b.destroy();
  return ok;
}

const device = values.device === 'shim' ? new ShimDevice(true) : await openDevice('cuda');
let right = true;
for (const M of [1, 4, 16]) right = (await measure(device, M)) && right;
device.close();
process.stdout.write(right ? 'all equal\n' : 'WRONG\n');
process.exitCode = right ? 0 : 1;

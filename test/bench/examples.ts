/**
 * Every example at sizes 1, tile - 1, tile, tile + 1 and large, checked against the oracle on the targets given; the largest is also timed.
 *
 *     tsx test/bench/examples.ts cuda:sm_80 wgsl          prints a table; exit status 1 where a check fails
 */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runOne } from '../../src/cli/run-kernel.ts';
import type { Context } from '../../src/cli/context.ts';
import { openRunDevice } from '../../src/cli/run-device.ts';
import { compileSource } from '../../src/driver.ts';

const folder = process.env['TDSL_EXAMPLES'] ?? 'examples';
const square = (...ns: number[]): Record<string, number>[] => ns.map((n) => ({ M: n, N: n, K: n }));
const cases: readonly { file: string; kernel: string; sizes: readonly Record<string, number>[] }[] = [
  ...['matmul', 'matmul_bf16', 'matmul_f32', 'matmul_int8'].map((kernel) => ({ file: 'matmul.tdsl', kernel, sizes: [...square(1, 127, 128, 129), { M: 67, N: 65, K: 33 }, ...square(4096)] })),
  ...['row_softmax', 'log_softmax'].map((kernel) => ({ file: 'softmax.tdsl', kernel, sizes: [1, 1023, 1024, 1025, 4096].map((N) => ({ M: N === 1 ? 1 : N === 4096 ? 4096 : 7, N })) })),
  { file: 'attention.tdsl', kernel: 'attention', sizes: [
    ...[1, 63, 64, 65].flatMap((n) => [{ B: 1, G: 2, R: 2, S: n, T: n, D: 64 }, { B: 1, G: 1, R: 2, S: n, T: n + 40, D: 128 }]),
    { B: 1, G: 8, R: 4, S: 2048, T: 2048, D: 128 }, { B: 4, G: 8, R: 4, S: 1, T: 16384, D: 128 },
  ] },
  { file: 'int4_matmul.tdsl', kernel: 'int4_matmul', sizes: [...square(1, 127, 128, 129), { M: 3, N: 70, K: 200 }, { M: 1, N: 4096, K: 4096 }, { M: 64, N: 4096, K: 4096 }] },
  { file: 'blur.tdsl', kernel: 'blur', sizes: [1, 15, 16, 17, 1024].map((n) => ({ H: n, W: n, C: 3 })) },
];
const quiet = { result: () => undefined, progress: () => undefined } as unknown as Context;
let failed = 0;
for (const target of process.argv.slice(2)) {
  const device = await openRunDevice(target, undefined);
  console.log(`\n${target} on ${device.name}`);
  for (const { file, kernel, sizes } of cases) {
    const compiled = compileSource(readFileSync(join(folder, file), 'utf8'), basename(file), { targets: [target], kernel, validate: false });
    const tree = compiled.kernels[0]?.kernel, manifest = compiled.manifest.kernels[0];
    if (tree === undefined || manifest === undefined) throw new Error(`${file}: ${compiled.diagnostics.map((d) => d.message).join('; ')}`);
    const texts = new Map(compiled.files.map((f) => [f.path, f.text]));
    for (const [i, size] of sizes.entries()) {
      const label = `${kernel.padEnd(12)} ${Object.entries(size).map(([n, v]) => `${n}=${v}`).join(' ').padEnd(40)}`;
      try {
        const time = i === sizes.length - 1 || (size['S'] ?? 0) > 1000;
        const { result } = await runOne(quiet, { target, file, sizes: size, inputs: new Map(), outputs: new Map(), seed: 1, check: true, time }, tree, manifest, texts, () => Promise.resolve(device));
        const c = result.check, t = result.time;
        if (!c?.ok) failed++;
        console.log(`${label} ${c?.ok ? 'ok  ' : 'FAIL'} ${String(c?.checked).padStart(8)} checked, max error ${c?.maxAbs?.toExponential(1)}, bound ${c?.bound?.toExponential(1)}${t ? `, ${t.medianUs.toFixed(1)} us, ${t.tflops?.toFixed(1)} TFLOP/s, ${t.gbps?.toFixed(0)} GB/s` : ''}  ${basename(result.file)}`);
      } catch (e) {
        failed++;
        console.log(`${label} ERROR ${e instanceof Error ? (process.env['STACK'] ? String(e.stack) : e.message).split('\n').slice(0, 6).join(' | ') : String(e)}`);
      }
    }
  }
  device.close();
}
process.exit(failed > 0 ? 1 : 0);

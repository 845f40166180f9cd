/** One kernel of an example on one lane, at all its sizes, every variant that fits, against the oracle. */
import { decode, encode } from '../../src/cli/tensor-data.ts';
import { readImported } from '../../src/cli/sources.ts';
import { hasErrors } from '../../src/diagnostics/diagnostic.ts';
import { compileSource } from '../../src/driver.ts';
import type { CompiledVariant } from '../../src/driver-types.ts';
import { sampleIndices } from '../../src/ir/random-input.ts';
import { compare, describe } from '../../src/ir/tolerance.ts';
import type { Kernel } from '../../src/ir/tst.ts';
import { interpret } from '../../src/ir/tst-interpret.ts';
import { inputsFor, messageOf, runsAt } from '../fuzz/execute.ts';
import type { Sizes } from '../fuzz/generate.ts';
import { type Gate, type Machine, numberOf } from '../fuzz/machines.ts';
import type { Lane } from './lanes.ts';
import type { Row } from './row.ts';
import { sizesFor, tilesOf, workOf } from './sizes.ts';

/** Work above which a sample of the outputs is compared, and how large that is. */
const FULL_WORK = 1e7, SAMPLE = 8192;

export interface KernelTask { readonly file: string; readonly text: string; readonly path: string; readonly kernel: string; readonly examples: readonly Sizes[]; readonly small?: boolean }

export async function runKernelTask(task: KernelTask, lane: Lane, machine: Machine, gate?: Gate): Promise<Row> {
  const start = performance.now(), failures: string[] = [];
  const count = { sizes: 0, runs: 0, left: 0, lacking: 0, same: 0, refused: 0, checked: 0, wrong: 0, worst: 0 };
  const fail = (what: string, message: string): void => { count.wrong++; failures.push(`${what}: ${message}`); };
  let time: Row['time'];
  const row = (): Row => ({ file: task.file, name: task.kernel, lane: lane.name, ...count, seconds: (performance.now() - start) / 1000, ...(time === undefined ? {} : { time }), failures });
  // Tiles of all targets, so that every lane has the same sizes as far as it can afford them.
  const compiled = compileSource(task.text, task.path, { targets: [...new Set([lane.target, 'wgsl', 'cuda:sm_80'])], kernel: task.kernel, read: readImported });
  const [found] = compiled.kernels;
  if (found === undefined || hasErrors(compiled.diagnostics)) { fail('compiling', compiled.diagnostics.map((d) => d.message).join('; ')); return row(); }
  const { kernel } = found, variants = found.variants.filter((v) => v.target === lane.target);
  if (isSame(lane, variants)) { count.same = 1; return row(); }
  const { sizes: chosen, left } = sizesFor(kernel, task.examples, tilesOf(found.variants), lane.most, lane.large, task.small);
  // Where time may not reach all of them the large size is not among those left out.
  const all = lane.seconds === undefined ? chosen : [...chosen].sort((a, b) => Number(a.kind === 'derived') - Number(b.kind === 'derived'));
  count.left = left;
  for (const { kind, sizes } of all) {
    const label = Object.entries(sizes).map(([n, v]) => `${n}=${v}`).join(' ');
    if ((performance.now() - start) / 1000 > (lane.seconds ?? Infinity)) { count.left++; continue; }
    let ran = false;
    count.sizes++;
    try {
      const inputs = inputsFor(kernel, sizes, 1);
      const oracle = interpret(kernel, sizes, inputs, workOf(kernel, sizes) > FULL_WORK ? { sample: sampleOf(kernel, sizes) } : {});
      const bytes = new Map(kernel.tensors.filter((t) => t.role === 'input' || t.role === 'inout').map((t) => [t.name, encode(t.dtype, inputs.get(t.name) ?? [])]));
      for (const variant of variants.filter((v) => runsAt(v, sizes))) {
        if (await machine.lacks(variant)) { count.lacking++; continue; }
        // Of small runs the one that a harness takes is enough.
        if (task.small === true && ran) break;
        ran = true;
        count.runs++;
        try {
          const results = await machine.run(kernel, variant, sizes, bytes, gate);
          let isRight = true;
          for (const [name, expected] of oracle) {
            const total = expected.shape.reduce((n, x) => n * x, 1);
            const result = compare(decode(expected.dtype, results.get(name) ?? new Uint8Array(0), total), expected, 4);
            count.checked += result.checked;
            count.worst = Math.max(count.worst, result.worst);
            if (isRight && !result.ok) { isRight = false; fail(`${variant.file} ${label}`, `wrong numbers, ${result.mismatches} of ${result.checked}\n${describe(name, result).join('\n')}`); }
          }
          if (kind === 'large' && isRight && time === undefined && lane.isGpu && machine.time !== undefined) time = { sizes: label, us: await machine.time(kernel, variant, sizes, bytes, gate) };
        } catch (error) { fail(`${variant.file} ${label}`, messageOf(error)); }
      }
    } catch (error) { fail(label, messageOf(error)); }
  }
  return row();
}

export const isSame = ({ differsIn }: Lane, variants: readonly CompiledVariant[]): boolean =>
  differsIn !== undefined && !differsIn.every((f) => variants.some((v) => v.launches.some((l) => l.abi.features.includes(f))));

function sampleOf(kernel: Kernel, sizes: Sizes): Map<string, ArrayLike<number>> {
  return new Map(kernel.tensors.filter((t) => t.role === 'output' || t.role === 'inout').map((t) => [t.name, sampleIndices(t.shape.map((e) => numberOf(e, sizes)), SAMPLE, 1, 32)]));
}

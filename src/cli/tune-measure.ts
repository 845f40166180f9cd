/** Measures schedules on a device, in the order of their predictions, and checks the numbers of whichever is fastest. */
import { dirname, join } from 'node:path';
import type { File } from '../../grammar/ast.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import { compileSource } from '../driver.ts';
import type { Device } from '../runtime/device.ts';
import { DeviceError, messageOf } from '../runtime/errors.ts';
import type { Workload } from '../tune/candidate.ts';
import type { Trial } from '../tune/search.ts';
import { withBlock } from '../tune/source.ts';
import type { Context } from './context.ts';
import { Stop } from './outcome.ts';
import { runOne, type RunRequest } from './run-kernel.ts';
import { readImported } from './sources.ts';

export interface Program { readonly path: string; readonly text: string; readonly file: File }

export interface Measurer {
  /** Undefined stands for what the source compiles to by itself. */
  time(block: string | undefined): Promise<{ readonly us: number } | { readonly reason: string }>;
  check(block: string | undefined): Promise<{ readonly right: boolean; readonly problem: string | undefined }>;
}

/** The device is gone: nothing more can be measured. `block`: the schedule that ran then, undefined for what the source compiles to by itself. */
export class DeviceGone extends Error {
  constructor(message: string, readonly code: string, readonly block: string | undefined) { super(message); }
}
const gone: ReadonlySet<string> = new Set(['TDSL0560', 'TDSL0561', 'TDSL0552']);

export function measurerOf(context: Context, program: Program, w: Workload, device: Device, seed: number): Measurer {
  const silent: Context = { ...context, result: () => undefined, note: () => undefined, progress: () => undefined };
  // Kernels are kept on a device by the name of their file, so every schedule has one of its own.
  const numbers = new Map<string | undefined, number>();
  const fileOf = (block: string | undefined): string => { const n = numbers.get(block) ?? numbers.size; numbers.set(block, n); return join(dirname(program.path), `schedule_${n}.tdsl`); };
  const run = async (block: string | undefined, what: Pick<RunRequest, 'check' | 'time'>): Promise<Awaited<ReturnType<typeof runOne>>['result'] | { readonly reason: string }> => {
    const text = block === undefined ? program.text : withBlock(program.text, program.file, w.kernel.name, w.target.name, block);
    const compiled = compileSource(text, fileOf(block), { targets: [w.target.name], kernel: w.kernel.name, sizes: w.known, read: readImported });
    if (hasErrors(compiled.diagnostics)) return { reason: compiled.diagnostics.filter((d) => d.severity === 'error').map((d) => `${d.code} ${d.message}`).join('; ') };
    const tree = compiled.kernels[0]?.kernel, manifest = compiled.manifest.kernels[0];
    if (tree === undefined || manifest === undefined) return { reason: 'nothing was compiled' };
    const request: RunRequest = { target: w.target.name, file: program.path, sizes: w.sizes, inputs: new Map(), outputs: new Map(), seed, ...what };
    try {
      return (await runOne(silent, request, tree, manifest, new Map(compiled.files.map((f) => [f.path, f.text])), () => Promise.resolve(device))).result;
    } catch (cause) {
      if (cause instanceof DeviceError && gone.has(cause.code)) throw new DeviceGone(cause.message, cause.code, block);
      // Whatever else fails is a result of this schedule: too much memory, a text that the device's compiler refuses.
      if (cause instanceof DeviceError || cause instanceof Stop) return { reason: messageOf(cause) };
      throw cause;
    }
  };
  return {
    time: async (block) => { const r = await run(block, { check: false, time: true }); return 'reason' in r ? r : r.time === undefined ? { reason: 'it was not timed' } : { us: r.time.medianUs }; },
    check: async (block) => {
      const r = await run(block, { check: true, time: false });
      if ('reason' in r) return { right: false, problem: r.reason };
      return { right: r.check?.ok === true, problem: r.check?.ok === true ? undefined : `${r.check?.mismatches ?? 'all'} of ${r.check?.checked ?? 'its'} elements differ` };
    },
  };
}

/** Times each trial unless it was timed before. `onTrial` is called after each; false ends the measuring. @throws DeviceGone */
export async function measureAll(measurer: Measurer, trials: readonly Trial[], onTrial: (t: Trial) => boolean): Promise<void> {
  for (const t of trials) {
    if (t.measuredUs !== undefined || t.reason !== undefined) continue;
    const r = await measurer.time(t.block);
    if (!onTrial('us' in r ? { ...t, measuredUs: r.us } : { block: t.block, ...(t.predictedUs === undefined ? {} : { predictedUs: t.predictedUs }), reason: r.reason })) return;
  }
}

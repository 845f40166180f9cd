/** What `generate` and `eval` share: the model's folder, the device, the programs compiled for it. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type LlamaConfig, readConfig } from '../llama/config.ts';
import { compilePrograms, computes, type LlamaFormats } from '../llama/programs.ts';
import { LlamaSession } from '../llama/session.ts';
import { readTokenizer, type Words } from '../llama/tokenizer.ts';
import { checkWeights, weightFormat } from '../llama/weights.ts';
import { openCheckpoint } from '../runtime/safetensors.ts';
import type { Device } from '../runtime/device.ts';
import { validates } from './bundled.ts';
import type { OptionValues } from './commands.ts';
import type { Context } from './context.ts';
import { parseTargets } from './options.ts';
import { exit, notes, stop } from './outcome.ts';
import { packageRoot } from './package-root.ts';
import { openRunDevice } from './run-device.ts';
import { readSource } from './sources.ts';
import { list, text } from './values.ts';

export interface ModelFolder { readonly folder: string; readonly config: LlamaConfig; readonly words: Words; readonly formats: LlamaFormats }

/** @throws Stop with 2 where no folder is given; DataError for what is wrong in it */
export function readModel(values: OptionValues): ModelFolder {
  const folder = text(values, 'model');
  if (folder === undefined) throw stop(exit.usage, 'TDSL0500', { text: 'name a checkpoint with --model FOLDER' }, notes('a folder as Hugging Face lays it out: config.json, tokenizer.json and .safetensors weights of the Llama architecture', 'in a checkout, `npm run fixture:llama -- --out FOLDER --layers 2 --hidden 512 --seed 0` makes a small random one'));
  const compute = text(values, 'compute') ?? 'bf16';
  const act = computes.find((c) => c === compute);
  if (act === undefined) throw stop(exit.usage, 'TDSL0504', { option: '--compute', value: compute, form: computes.join(' or ') });
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw stop(exit.usage, 'TDSL0507', { path: folder, reason: 'it is no folder' });
  const config = readConfig(folder);
  // Headers alone: what is missing is said before anything is compiled.
  const checkpoint = openCheckpoint(folder);
  try {
    checkWeights(config, checkpoint);
    return { folder, config, words: readTokenizer(folder, config), formats: { act, weight: weightFormat(act, checkpoint) } };
  } finally {
    checkpoint.close();
  }
}

export interface Running { readonly session: LlamaSession; readonly device: Device; readonly target: string; readonly loadMs: number }

/** Compiles for the device, brings the weights to it, and runs `use`. */
export async function withModel<T>(context: Context, values: OptionValues, { folder, config, formats }: ModelFolder, positions: number, use: (running: Running) => Promise<T>): Promise<T> {
  const [target = 'cpu', ...more] = parseTargets(list(values, 'target')) ?? ['cpu'];
  if (more.length > 0) throw stop(exit.usage, 'TDSL0504', { option: '--target', value: [target, ...more].join(','), form: 'cpu' });
  const device = await openRunDevice(target, text(values, 'device'));
  const start = performance.now();
  let session: LlamaSession | undefined;
  try {
    const best = target.startsWith('cuda') && device.info().features.includes('sm_90a') ? 'cuda:sm_90a' : target;
    context.progress(`compiling for ${best}, loading ${folder} …\n`);
    const source = readSource(join(packageRoot(), 'examples', 'llama', 'llama.tdsl'));
    const programs = compilePrograms(source.text, 'llama.tdsl', best, validates(), formats);
    session = LlamaSession.open(config, folder, device, programs, positions);
    await device.sync();
    return await use({ session, device, target: best, loadMs: performance.now() - start });
  } catch (cause) {
    // Sizes and memory that the device or the programs refuse.
    if (cause instanceof RangeError) throw stop(exit.diagnostics, 'TDSL0532', { folder, device: device.name, reason: cause.message });
    throw cause;
  } finally {
    session?.close();
    device.close();
  }
}

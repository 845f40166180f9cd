/**
 * The Llama decoder on a GPU, against the reference numbers of a checkpoint's folder and beside PyTorch in the same run, in one command:
 *
 *     tsx test/bench/llama.ts FOLDER [--target cuda] [--compute bf16,f32] [--windows 33] [--greedy N] [--needles 60] [--no-speed] [--no-torch] [--json FILE]
 *
 * FOLDER holds config.json, tokenizer.json, the weights, and of `reference.json`, `logits.npy`, `eval.txt` and `needles.json` what there is of them. Each precision
 * of `--compute` is checked in turn. PyTorch runs in `python3` (or $PYTHON) after our part, on the same GPU: a plain bf16 loop and the same loop as CUDA graphs for
 * speed, and a forward in f32 for words and scores that `reference.json` does not name. Ends with 1 where a number is not the reference's.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../../src/llama/config.ts';
import { compilePrograms, computes } from '../../src/llama/programs.ts';
import { LlamaSession } from '../../src/llama/session.ts';
import { readTokenizer } from '../../src/llama/tokenizer.ts';
import { openDevice } from '../../src/runtime/index.ts';
import { checkGreedy, checkLogits, checkNeedles, checkPerplexity, type Bench, type Found, type Known } from './llama-checks.ts';
import { compareWithTorch, measure, printSpeeds, runTorch } from './llama-torch.ts';

const text = { type: 'string' } as const, flag = { type: 'boolean' } as const;
const { values, positionals } = parseArgs({ allowPositionals: true, options: { target: text, compute: text, windows: text, greedy: text, needles: text, json: text, 'no-torch': flag, 'no-speed': flag } });
const [folder] = positionals;
if (folder === undefined) throw new Error('name the folder of a checkpoint');
const count = (value: string | undefined): number => (value === undefined ? Infinity : Number(value));
const here = import.meta.dirname ?? 'test/bench';
const begun = performance.now();
const failures: string[] = [];
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const seconds = (): string => `${((performance.now() - begun) / 1000).toFixed(1)} s`;

const config = readConfig(folder);
const words = readTokenizer(folder, config);
const read = <T>(name: string): T | undefined => { const path = join(folder, name); if (!existsSync(path)) return undefined; const parsed: T = JSON.parse(readFileSync(path, 'utf8')); return parsed; };
const known = read<Known>('reference.json');
const family = values.target ?? 'cuda';
const device = await openDevice(family === 'cpu' ? 'cpu' : family === 'wgsl' ? 'webgpu' : 'cuda');
const target = device.kind === 'cpu' ? 'cpu' : device.kind === 'webgpu' ? 'wgsl' : device.info().features.includes('sm_90a') ? 'cuda:sm_90a' : 'cuda:sm_80';
const source = readFileSync(join(here, '../../examples/llama/llama.tdsl'), 'utf8');
const found: Found[] = [];
const speeds: Record<string, Record<string, number>> = {};
for (const name of (values.compute ?? 'bf16,f32').split(',')) {
  const compute = computes.find((c) => c === name);
  if (compute === undefined) throw new Error(`--compute takes ${computes.join(' and ')}, not ${name}`);
  const programs = compilePrograms(source, 'llama.tdsl', target, false, { act: compute, weight: 'bf16' });
  const session = LlamaSession.open(config, folder, device, programs, Math.min(config.context, 8192));
  await device.sync();
  say(`${device.name}, ${target}, products of ${compute}: ${folder} loaded after ${seconds()}, ${(session.bytes / 2 ** 20).toFixed(1)} MiB`);
  const bench: Bench = {
    folder, config, words, known, session, compute, say, seconds,
    expect(ok, what) { say(`  ${ok ? 'ok  ' : 'FAIL'} ${what}`); if (!ok) failures.push(`${compute}: ${what}`); },
  };
  found.push({ compute, logits: await checkLogits(bench), perplexity: await checkPerplexity(bench, count(values.windows)), greedy: await checkGreedy(bench, count(values.greedy)), needles: await checkNeedles(bench, read('needles.json'), count(values.needles)) });
  if (values['no-speed'] !== true) speeds[compute] = await measure(session, config.words);
  say(`  ${session.launches} launches a step; ${seconds()}`);
  session.close();
}
device.close();

const torch = values['no-torch'] === true ? undefined : runTorch(join(here, 'llama_torch.py'), folder, { window: found[0]?.perplexity?.ids ?? [], needles: found[0]?.needles.length ?? 0 }, say);
if (torch !== undefined) for (const one of found) compareWithTorch(one, torch, say);
printSpeeds(speeds, torch, say);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ device: device.name, target, failures, found, speeds, torch: torch?.speeds })}\n`);
say(failures.length === 0 ? `all as the reference says, after ${seconds()}` : `${failures.length} not as the reference says, after ${seconds()}:\n  ${failures.join('\n  ')}`);
process.exitCode = failures.length === 0 ? 0 : 1;

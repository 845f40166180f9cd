/**
 * The Llama decoder on a GPU, against the reference numbers of a checkpoint's folder and beside PyTorch in the same run, in one command:
 *
 *     tsx test/bench/llama.ts FOLDER [--target cuda] [--windows 33] [--greedy N] [--needles 60] [--no-torch] [--json FILE]
 *
 * FOLDER holds config.json, tokenizer.json, the weights, and of `reference.json`, `logits.npy`, `eval.txt` and `needles.json` what there is of them. PyTorch runs in
 * `python3` (or $PYTHON) after our part, on the same GPU: a plain bf16 loop, and the same loop as CUDA graphs. Ends with 1 where a number is not the reference's.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../../src/llama/config.ts';
import { compilePrograms } from '../../src/llama/programs.ts';
import { argmax, LlamaSession } from '../../src/llama/session.ts';
import { readTokenizer } from '../../src/llama/tokenizer.ts';
import { windowsOf } from '../../src/llama/windows.ts';
import { openDevice } from '../../src/runtime/index.ts';
import { npyValues } from '../../src/runtime/npy-format.ts';
import { readNpy } from '../../src/runtime/npy.ts';

interface Known {
  readonly eval: { readonly tokens: number; readonly context: number; readonly nll: number; readonly ppl: number; readonly scored_tokens: number };
  readonly logits: { readonly prompt_ids: readonly number[]; readonly argmax: readonly number[] };
  readonly greedy: readonly { readonly prompt: string; readonly prompt_ids: readonly number[]; readonly new_ids: readonly number[]; readonly smallest_top2_gap: number }[];
  readonly needles: { readonly accuracy_fp32: Readonly<Record<string, number>> };
}
interface Needles { readonly items: readonly { readonly length: number; readonly prompt_ids: readonly number[]; readonly answer_ids: readonly number[] }[] }

const text = { type: 'string' } as const;
const { values, positionals } = parseArgs({ allowPositionals: true, options: { target: text, windows: text, greedy: text, needles: text, json: text, 'no-torch': { type: 'boolean' } } });
const [folder] = positionals;
if (folder === undefined) throw new Error('name the folder of a checkpoint');
const count = (value: string | undefined, otherwise: number): number => (value === undefined ? otherwise : Number(value));
const here = import.meta.dirname ?? 'test/bench';
const begun = performance.now();
const seconds = (): string => `${((performance.now() - begun) / 1000).toFixed(1)} s`;
const failures: string[] = [];
const results: Record<string, unknown> = {};
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const expect = (ok: boolean, what: string): void => { say(`  ${ok ? 'ok  ' : 'FAIL'} ${what}`); if (!ok) failures.push(what); };
const read = <T>(name: string): T | undefined => { const path = join(folder, name); if (!existsSync(path)) return undefined; const parsed: T = JSON.parse(readFileSync(path, 'utf8')); return parsed; };
const median = (all: readonly number[]): number => [...all].sort((a, b) => a - b)[all.length >> 1] ?? Number.NaN;

const config = readConfig(folder);
const words = readTokenizer(folder, config);
const known = read<Known>('reference.json');
const family = values.target ?? 'cuda';
const device = await openDevice(family === 'cpu' ? 'cpu' : family === 'wgsl' ? 'webgpu' : 'cuda');
const target = device.kind === 'cpu' ? 'cpu' : device.kind === 'webgpu' ? 'wgsl' : device.info().features.includes('sm_90a') ? 'cuda:sm_90a' : 'cuda:sm_80';
const programs = compilePrograms(readFileSync(join(here, '../../examples/llama/llama.tdsl'), 'utf8'), 'llama.tdsl', target, false);
say(`${device.name}, ${target}; programs compiled after ${seconds()}`);
const session = LlamaSession.open(config, folder, device, programs, Math.min(config.context, 8192));
await device.sync();
say(`${folder} loaded after ${seconds()}: ${(session.bytes / 2 ** 20).toFixed(1)} MiB`);

if (known !== undefined && existsSync(join(folder, 'logits.npy'))) {
  const ids = known.logits.prompt_ids;
  const { logits } = await session.score(ids, [...ids.slice(1), 0], true);
  const expected = npyValues(readNpy(join(folder, 'logits.npy')));
  let square = 0, of = 0, worst = 0;
  for (let i = 0; i < logits.length; i++) {
    const d = logits[i]! - Number(expected[i]);
    square += d * d; of += Number(expected[i]) ** 2; worst = Math.max(worst, Math.abs(d));
  }
  const relative = Math.sqrt(square / of);
  const best = ids.filter((_, t) => argmax(logits.subarray(t * config.words, (t + 1) * config.words)) === known.logits.argmax[t]).length;
  say(`logits of ${ids.length} tokens (${seconds()}):`);
  expect(relative < 2 ** -7, `relative error ${relative.toExponential(2)} (root mean square), largest ${worst.toFixed(4)}; bf16 keeps 2^-9 = 1.95e-3 of each operand`);
  expect(best >= ids.length - 2, `best word equal for ${best} of ${ids.length}`);
  results['logits'] = { relative, worst, best };
}

if (existsSync(join(folder, 'eval.txt'))) {
  const tokens = words.encode(readFileSync(join(folder, 'eval.txt'), 'utf8'));
  const window = known?.eval.context ?? Math.min(2048, config.context);
  const all = windowsOf(tokens, { window, stride: window, bos: undefined });
  const chosen = all.slice(0, count(values.windows, all.length));
  let sum = 0, scored = 0;
  const start = performance.now();
  for (const w of chosen) {
    const { nll } = await session.score(w.words, w.targets);
    for (let t = w.from; t < w.to; t++) sum += nll[t] ?? Number.NaN;
    scored += w.to - w.from;
  }
  const ms = performance.now() - start;
  const ppl = Math.exp(sum / scored);
  say(`perplexity of eval.txt (${seconds()}): ${ppl.toFixed(4)}, nll ${(sum / scored).toFixed(5)}; windows of ${window} without overlap, no BOS, ${scored} tokens scored, ${(chosen.length * window * 1000 / ms).toFixed(0)} tokens/s`);
  if (known !== undefined && chosen.length === all.length) {
    expect(tokens.length === known.eval.tokens && scored === known.eval.scored_tokens, `${tokens.length} tokens, ${scored} scored; the reference has ${known.eval.tokens} and ${known.eval.scored_tokens}`);
    expect(Math.abs(ppl / known.eval.ppl - 1) < 0.005, `within 0.5 % of the reference's ${known.eval.ppl.toFixed(4)}: ${(100 * (ppl / known.eval.ppl - 1)).toFixed(3)} %`);
  }
  results['perplexity'] = { ppl, nll: sum / scored, scored, tokensPerSecond: (chosen.length * window * 1000) / ms };
}

const continueGreedily = async (prompt: readonly number[], length: number): Promise<number[]> => {
  const first = argmax(await session.prefill(prompt));
  session.start(first, prompt.length);
  return length <= 1 ? [first] : [first, ...await session.steps(prompt.length, length - 1)];
};

if (known !== undefined) {
  say(`greedy continuations (${seconds()}):`);
  const items = known.greedy.slice(0, count(values.greedy, known.greedy.length));
  let equal = 0;
  for (const { prompt, prompt_ids: ids, new_ids: expected, smallest_top2_gap: gap } of items) {
    const found = await continueGreedily(ids, expected.length);
    const at = expected.findIndex((w, i) => w !== found[i]);
    if (at < 0) equal++;
    else say(`    ${JSON.stringify(prompt.slice(0, 40))}: equal for ${at} of ${expected.length} words; the reference's smallest gap between best and second score is ${gap.toFixed(4)}`);
  }
  expect(equal === items.length, `${equal} of ${items.length} equal in all words`);
  results['greedy'] = { equal, items: items.length };
}

const needles = read<Needles>('needles.json');
if (needles !== undefined) {
  const start = performance.now();
  const right: Record<string, { right: number; of: number }> = {};
  for (const { length, prompt_ids: prompt, answer_ids: answer } of needles.items.slice(0, count(values.needles, needles.items.length))) {
    // Each word of the answer given the true ones before it, as the reference counts.
    let best = argmax(await session.prefill(prompt));
    let isRight = best === answer[0];
    for (let i = 0; i + 1 < answer.length; i++) {
      session.start(answer[i]!, prompt.length + i);
      [best = -1] = await session.steps(prompt.length + i, 1);
      isRight &&= best === answer[i + 1];
    }
    const counted = right[length] ??= { right: 0, of: 0 };
    counted.of++;
    if (isRight) counted.right++;
  }
  say(`needles (${seconds()}, ${((performance.now() - start) / 1000).toFixed(1)} s for them):`);
  for (const [length, { right: n, of }] of Object.entries(right)) {
    const wanted = known?.needles.accuracy_fp32[length];
    if (wanted === undefined || of < 20) say(`    ${length}: ${n} of ${of}`);
    else expect(n / of === wanted, `${length} tokens: ${(n / of).toFixed(2)} answered, reference ${wanted.toFixed(2)}`);
  }
  results['needles'] = right;
}

const speeds: Record<string, number> = {};
{
  const prompt = (n: number): number[] => Array.from({ length: n }, (_, i) => (i * 7919 + 13) % config.words);
  // JavaScript would take minutes; what is of interest there is that the command works.
  const slow = device.kind === 'cpu';
  for (const n of (slow ? [64] : [512, 2048]).filter((x) => x + 300 <= session.positions)) {
    await session.prefill(prompt(n));
    const times: number[] = [];
    for (let i = 0; i < (slow ? 1 : 9); i++) { const t = performance.now(); await session.prefill(prompt(n)); times.push(performance.now() - t); }
    speeds[`prefill ${n}`] = (n * 1000) / median(times);
  }
  for (const n of (slow ? [64] : [128, 2048, 8192 - 300]).filter((x) => x + 280 <= session.positions)) {
    await session.prefill(prompt(n));
    session.start(1, n);
    const steps = slow ? 4 : 64;
    let at = n;
    await session.steps(at, steps); at += steps;
    const times: number[] = [];
    for (let i = 0; i < 3; i++) { const t = performance.now(); await session.steps(at, steps); times.push(performance.now() - t); at += steps; }
    speeds[`decode at ${n}`] = (steps * 1000) / median(times);
  }
  say(`tokens/s (${seconds()}), from the call to the results on the host; a step is ${session.launches} launches:`);
}
session.close();
device.close();

const torch: Record<string, { eager: number; graph?: number }> = {};
if (values['no-torch'] !== true) {
  const { status, stdout, stderr } = spawnSync(process.env['PYTHON'] ?? 'python3', [join(here, 'llama_torch.py'), folder], { encoding: 'utf8', maxBuffer: 1 << 26, timeout: 150_000 });
  if (status === 0) Object.assign(torch, JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}'));
  else say(`PyTorch did not run (${status ?? 'timed out'}): ${stderr.trim().split('\n').slice(-3).join(' ')}`);
}
say('| | tdsl | PyTorch bf16 | ratio | PyTorch as CUDA graph | ratio |');
say('|---|---|---|---|---|---|');
for (const [name, ours] of Object.entries(speeds)) {
  const theirs = torch[name];
  const cell = (n: number | undefined): string => (n === undefined ? '' : `${n.toFixed(0)} | ${(ours / n).toFixed(2)}`);
  say(`| ${name} | ${ours.toFixed(0)} | ${cell(theirs?.eager) || ' | '} | ${cell(theirs?.graph) || ' | '} |`);
}
results['tokensPerSecond'] = { tdsl: speeds, torch };
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ device: device.name, target, failures, ...results }, null, 1)}\n`);
say(failures.length === 0 ? `all as the reference says, after ${seconds()}` : `${failures.length} not as the reference says:\n  ${failures.join('\n  ')}`);
process.exitCode = failures.length === 0 ? 0 : 1;

/** What `llama.ts` checks of one precision: scores, perplexity, greedy words, answers. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LlamaConfig } from '../../src/llama/config.ts';
import type { Compute } from '../../src/llama/programs.ts';
import { argmax, type LlamaSession } from '../../src/llama/session.ts';
import type { Words } from '../../src/llama/tokenizer.ts';
import { windowsOf } from '../../src/llama/windows.ts';
import { npyValues } from '../../src/runtime/npy-format.ts';
import { readNpy } from '../../src/runtime/npy.ts';

export interface Known {
  readonly eval: { readonly tokens: number; readonly context: number; readonly nll: number; readonly ppl: number; readonly scored_tokens: number };
  readonly logits: { readonly prompt_ids: readonly number[]; readonly argmax: readonly number[] };
  readonly greedy: readonly { readonly prompt: string; readonly prompt_ids: readonly number[]; readonly new_ids: readonly number[]; readonly smallest_top2_gap: number }[];
  readonly needles: { readonly accuracy_fp32: Readonly<Record<string, number>> };
}
export interface Needles { readonly items: readonly { readonly length: number; readonly prompt_ids: readonly number[]; readonly answer_ids: readonly number[]; readonly model_answers_right: boolean }[] }

/** One prompt's answer: the most likely word at each place given the true ones before it, and by how much the answer's word leads all others (behind: negative). */
export interface Answer { readonly item: number; readonly length: number; readonly right: boolean; readonly words: readonly number[]; readonly leads: readonly number[] }
export interface Found {
  readonly compute: Compute;
  readonly logits: object | undefined;
  readonly perplexity: { readonly ppl: number; readonly nll: number; readonly scored: number; readonly firstWindow: number; /** The words of that window. */ readonly ids: readonly number[]; readonly tokensPerSecond: number } | undefined;
  readonly greedy: object | undefined;
  readonly needles: readonly Answer[];
}
export interface Bench {
  readonly folder: string;
  readonly config: LlamaConfig;
  readonly words: Words;
  readonly known: Known | undefined;
  readonly session: LlamaSession;
  readonly compute: Compute;
  readonly say: (line: string) => void;
  readonly seconds: () => string;
  readonly expect: (ok: boolean, what: string) => void;
}

export async function checkLogits({ folder, config, known, session, compute, say, seconds, expect }: Bench): Promise<Found['logits']> {
  if (known === undefined || !existsSync(join(folder, 'logits.npy'))) return undefined;
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
  // bf16 keeps 2^-9 = 1.95e-3 of each operand; sums in f32 of some hundred terms keep about 2^-20.
  expect(relative < (compute === 'bf16' ? 2 ** -7 : 2 ** -15), `relative error ${relative.toExponential(2)} (root mean square), largest ${worst.toExponential(2)}`);
  expect(best >= ids.length - (compute === 'bf16' ? 2 : 0), `best word equal for ${best} of ${ids.length}`);
  return { relative, worst, best };
}

export async function checkPerplexity({ folder, config, words, known, session, compute, say, seconds, expect }: Bench, most: number): Promise<Found['perplexity']> {
  if (!existsSync(join(folder, 'eval.txt')) || most === 0) return undefined;
  const tokens = words.encode(readFileSync(join(folder, 'eval.txt'), 'utf8'));
  const window = known?.eval.context ?? Math.min(2048, config.context);
  const all = windowsOf(tokens, { window, stride: window, bos: undefined });
  const chosen = all.slice(0, most);
  let sum = 0, scored = 0, firstWindow = Number.NaN;
  const start = performance.now();
  for (const w of chosen) {
    const { nll } = await session.score(w.words, w.targets);
    for (let t = w.from; t < w.to; t++) sum += nll[t] ?? Number.NaN;
    scored += w.to - w.from;
    if (w === chosen[0]) firstWindow = sum / scored;
  }
  const tokensPerSecond = (chosen.length * window * 1000) / (performance.now() - start);
  const nll = sum / scored, ppl = Math.exp(nll);
  say(`perplexity of eval.txt (${seconds()}): ${ppl.toFixed(4)}, nll ${nll.toFixed(5)}; ${chosen.length} windows of ${window} without overlap, no BOS, ${scored} tokens scored, ${tokensPerSecond.toFixed(0)} tokens/s; first window ${Math.exp(firstWindow).toFixed(4)}, nll ${firstWindow.toFixed(6)}`);
  if (known !== undefined && chosen.length === all.length) {
    expect(tokens.length === known.eval.tokens && scored === known.eval.scored_tokens, `${tokens.length} tokens, ${scored} scored; the reference has ${known.eval.tokens} and ${known.eval.scored_tokens}`);
    expect(Math.abs(ppl / known.eval.ppl - 1) < 0.005, `within 0.5 % of the reference's ${known.eval.ppl.toFixed(4)}: ${(100 * (ppl / known.eval.ppl - 1)).toFixed(4)} %`);
    // The reference's own tolerance for f32.
    if (compute === 'f32') expect(Math.abs(nll - known.eval.nll) < 1e-4, `nll within 1e-4 of ${known.eval.nll.toFixed(6)}: ${(nll - known.eval.nll).toExponential(1)}`);
  }
  return { ppl, nll, scored, firstWindow, ids: chosen[0]?.words ?? [], tokensPerSecond };
}

export async function checkGreedy({ known, session, compute, say, seconds, expect }: Bench, most: number): Promise<Found['greedy']> {
  if (known === undefined || most === 0) return undefined;
  say(`greedy continuations (${seconds()}):`);
  const items = known.greedy.slice(0, most);
  let equal = 0, apart = 0;
  for (const { prompt, prompt_ids: ids, new_ids: expected, smallest_top2_gap: gap } of items) {
    const first = argmax(await session.prefill(ids));
    session.start(first, ids.length);
    const found = [first, ...await session.steps(ids.length, expected.length - 1)];
    const at = expected.findIndex((w, i) => w !== found[i]);
    if (at < 0) equal++;
    // Scores in bf16 are off by some hundredths: where two words are nearer than that, either may come.
    else if (compute === 'f32' || gap > 0.01) apart++;
    if (at >= 0) say(`    ${JSON.stringify(prompt.slice(0, 40))}: equal for ${at} of ${expected.length} words; the reference's smallest gap between best and second score is ${gap.toFixed(4)}`);
  }
  expect(apart === 0, `${equal} of ${items.length} equal in all words`);
  return { equal, items: items.length };
}

/** By how much the score of `word` is above all others. */
function lead(scores: Float32Array, word: number): number {
  let other = -Infinity;
  scores.forEach((s, w) => { if (w !== word && s > other) other = s; });
  return (scores[word] ?? Number.NaN) - other;
}

export async function checkNeedles({ session, compute, say, seconds, expect }: Bench, needles: Needles | undefined, most: number): Promise<readonly Answer[]> {
  const items = needles?.items.slice(0, most) ?? [];
  if (items.length === 0) return [];
  const start = performance.now();
  const answers: Answer[] = [];
  for (const [item, { length, prompt_ids: prompt, answer_ids: answer }] of items.entries()) {
    // Each word of the answer given the true ones before it, as the reference counts.
    let scores = await session.prefill(prompt);
    const words = [argmax(scores)], leads = [lead(scores, answer[0]!)];
    for (let i = 0; i + 1 < answer.length; i++) {
      session.start(answer[i]!, prompt.length + i);
      await session.steps(prompt.length + i, 1);
      scores = await session.scores();
      words.push(argmax(scores));
      leads.push(lead(scores, answer[i + 1]!));
    }
    answers.push({ item, length, right: words.every((w, i) => w === answer[i]), words, leads });
  }
  say(`answers (${seconds()}, ${((performance.now() - start) / 1000).toFixed(1)} s for them):`);
  for (const length of new Set(answers.map((a) => a.length))) {
    const of = answers.filter((a) => a.length === length);
    const asReference = of.filter((a) => a.right === items[a.item]!.model_answers_right);
    const rate = `${length} tokens: ${of.filter((a) => a.right).length} of ${of.length} answered, ${asReference.length} as the reference does`;
    // In bf16 a prompt whose best words are nearer to one another than rounding moves them may go either way.
    if (compute === 'bf16') say(`    ${rate}`);
    else expect(asReference.length === of.length, rate);
    for (const a of of) if (!asReference.includes(a)) say(`    prompt ${a.item}: ${a.right ? 'answered' : 'not answered'}; the answer's words lead by ${a.leads.map((x) => x.toFixed(4)).join(', ')}`);
  }
  return answers;
}

/** `tdsl generate`: text from a checkpoint, by greedy decoding. */
import { readFileSync } from 'node:fs';
import { argmax } from '../llama/session.ts';
import { reasonOf } from '../runtime/errors.ts';
import type { OptionValues } from './commands.ts';
import type { Context } from './context.ts';
import { readModel, withModel } from './model.ts';
import { parseCount } from './options.ts';
import { done, exit, stop, type Outcome } from './outcome.ts';
import { flag, text } from './values.ts';

/** Steps that a GPU does before the host looks at the words: looking waits for it. */
const STEPS = 16;

export async function generateCommand(context: Context, _paths: readonly string[], values: OptionValues): Promise<Outcome> {
  const model = readModel(values);
  const { config, words } = model;
  const most = parseCount('--max-tokens', text(values, 'maxTokens'), 64);
  const encoded = words.encode(promptOf(values), true);
  const prompt = flag(values, 'bos') && config.bos !== undefined && encoded[0] !== config.bos ? [config.bos, ...encoded] : encoded;
  if (prompt.length === 0) throw stop(exit.usage, 'TDSL0500', { text: 'the prompt is empty; a model needs at least one word to go on from' });
  if (prompt.length + most > config.context) throw stop(exit.diagnostics, 'TDSL0531', { prompt: prompt.length, more: most, context: config.context });
  const positions = Math.min(config.context, Math.ceil((prompt.length + most + STEPS) / 256) * 256);
  return withModel(context, values, model, positions, async ({ session, device, target, loadMs }) => {
    const start = performance.now();
    const first = argmax(await session.prefill(prompt));
    const prefillMs = performance.now() - start;
    const found: number[] = [];
    let shown = '';
    /** Takes words up to the end of the text; shows what is settled of them: a character may take several words. */
    const take = (more: readonly number[]): boolean => {
      const end = flag(values, 'ignoreEos') ? -1 : more.findIndex((w) => config.eos.includes(w));
      found.push(...(end < 0 ? more : more.slice(0, end)).slice(0, most - found.length));
      const whole = words.decode(found);
      const settled = whole.endsWith('\ufffd') ? whole.replace(/\ufffd+$/, '') : whole;
      if (settled.startsWith(shown)) { context.result(settled.slice(shown.length)); shown = settled; }
      return end >= 0 || found.length >= most;
    };
    session.start(first, prompt.length);
    let ended = most === 0 || take([first]);
    const decodeStart = performance.now();
    let steps = 0;
    while (!ended) {
      const count = device.kind === 'cuda' ? Math.min(STEPS, session.positions - 1 - prompt.length - steps) : 1;
      const next = await session.steps(prompt.length + steps, count);
      steps += count;
      ended = take(next);
    }
    const decodeMs = performance.now() - decodeStart;
    context.result('\n');
    const rate = (count: number, ms: number): number | null => (count === 0 || ms === 0 ? null : (1000 * count) / ms);
    const prefillRate = rate(prompt.length, prefillMs);
    const decodeRate = rate(steps, decodeMs);
    context.note(`${target} (${device.name}): prompt of ${prompt.length} tokens in ${prefillMs.toFixed(0)} ms (${prefillRate?.toFixed(1) ?? 'no'} tokens/s), ${steps} steps in ${decodeMs.toFixed(0)} ms (${decodeRate?.toFixed(1) ?? 'no'} tokens/s, ${session.launches} launches each); ${(session.bytes / 2 ** 20).toFixed(1)} MiB on the device, ready after ${(loadMs / 1000).toFixed(1)} s\n`);
    return done({
      model: model.folder, target, device: device.name, prompt, tokens: found, text: words.decode(found), decoding: 'greedy', compute: model.formats.act, bos: config.bos !== undefined && prompt[0] === config.bos,
      prefill: { tokens: prompt.length, ms: prefillMs, tokensPerSecond: prefillRate }, decode: { steps, ms: decodeMs, tokensPerSecond: decodeRate, launches: session.launches },
      context: config.context, positions: session.positions, deviceBytes: session.bytes,
    });
  });
}

function promptOf(values: OptionValues): string {
  const given = text(values, 'prompt');
  const file = text(values, 'promptFile');
  if ((given === undefined) === (file === undefined)) throw stop(exit.usage, 'TDSL0500', { text: 'give the text to go on from with --prompt TEXT or --prompt-file FILE' });
  if (given !== undefined) return given;
  try {
    return readFileSync(file ?? '', 'utf8');
  } catch (cause) {
    throw stop(exit.usage, 'TDSL0507', { path: file ?? '', reason: reasonOf(cause) });
  }
}

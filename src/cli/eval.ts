/** `tdsl eval`: perplexity of a text under a checkpoint. */
import { readFileSync } from 'node:fs';
import { reasonOf } from '../runtime/errors.ts';
import { windowsOf } from '../llama/windows.ts';
import type { OptionValues } from './commands.ts';
import type { Context } from './context.ts';
import { readModel, withModel } from './model.ts';
import { parseCount } from './options.ts';
import { done, exit, stop, type Outcome } from './outcome.ts';
import { flag, text } from './values.ts';

export async function evalCommand(context: Context, _paths: readonly string[], values: OptionValues): Promise<Outcome> {
  const model = readModel(values);
  const { config, words } = model;
  const file = text(values, 'text');
  if (file === undefined) throw stop(exit.usage, 'TDSL0500', { text: 'name the text with --text FILE' });
  const bos = flag(values, 'bos');
  if (bos && config.bos === undefined) throw stop(exit.usage, 'TDSL0500', { text: 'config.json names no word that begins a text; leave --bos out' });
  const window = parseCount('--window', text(values, 'window'), Math.min(2048, config.context));
  const stride = parseCount('--stride', text(values, 'stride'), window);
  const limit = parseCount('--windows', text(values, 'windows'), Infinity);
  if (window < 2 || window > config.context) throw stop(exit.usage, 'TDSL0504', { option: '--window', value: String(window), form: `a number from 2 to ${config.context}, the model's context` });
  if (stride < 1 || stride > window) throw stop(exit.usage, 'TDSL0504', { option: '--stride', value: String(stride), form: `a number from 1 to ${window}, the window` });
  const tokens = words.encode(readText(file));
  const all = windowsOf(tokens, { window, stride, bos: bos ? config.bos : undefined });
  const chosen = all.slice(0, limit);
  if (chosen.length === 0) throw stop(exit.diagnostics, 'TDSL0533', { file, tokens: tokens.length, window });
  return withModel(context, values, model, window, async ({ session, device, target, loadMs }) => {
    const start = performance.now();
    let sum = 0;
    let scored = 0;
    for (const [i, w] of chosen.entries()) {
      const { nll } = await session.score(w.words, w.targets);
      for (let t = w.from; t < w.to; t++) sum += nll[t] ?? Number.NaN;
      scored += w.to - w.from;
      context.progress(`window ${i + 1} of ${chosen.length}: perplexity ${Math.exp(sum / scored).toFixed(3)}\n`);
    }
    const ms = performance.now() - start;
    const nll = sum / scored;
    const dropped = tokens.length - (chosen.at(-1)?.end ?? 0);
    context.result(`perplexity ${Math.exp(nll).toFixed(4)} (${nll.toFixed(5)} nats a token)\n`);
    context.result(`  ${scored} tokens scored in ${chosen.length} of ${all.length} windows of ${window}, stride ${stride}, ${bos ? 'each begun with BOS' : 'no BOS'}; ${tokens.length} tokens in ${file}, the last ${dropped} not used\n`);
    context.note(`${target} (${device.name}): ${((chosen.length * window * 1000) / ms).toFixed(1)} tokens/s, ready after ${(loadMs / 1000).toFixed(1)} s\n`);
    return done({
      model: model.folder, text: file, target, device: device.name, compute: model.formats.act, perplexity: Math.exp(nll), nll, window, stride, bos, tokens: tokens.length, scored,
      windows: chosen.length, dropped, ms, tokensPerSecond: (chosen.length * window * 1000) / ms,
    });
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw stop(exit.usage, 'TDSL0507', { path: file, reason: reasonOf(cause) });
  }
}

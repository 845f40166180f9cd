/** `tdsl generate` and `tdsl eval`: what they print, and what they say of bad checkpoints, tokenizers, prompts and texts. */
import { cpSync, mkdirSync, readFileSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseConfig } from '../../src/llama/config.ts';
import { writeFixture } from '../../src/llama/fixture.ts';
import { frequencies } from '../../src/llama/rope.ts';
import { windowsOf } from '../../src/llama/windows.ts';
import { f32ArrayFromBf16 } from '../../src/runtime/float.ts';
import { openCheckpoint, writeSafetensors } from '../../src/runtime/safetensors.ts';
import type { SafetensorsTensor } from '../../src/runtime/safetensors-format.ts';
import { scratch, tdsl } from '../cli/support.ts';

const folder = scratch();
const model = join(folder, 'model');
writeFixture(model, { hidden: 128, inner: 96, context: 64, layers: 1, seed: 2 });

interface Object_ { readonly text: string; readonly tokens: readonly number[]; readonly prompt: readonly number[]; readonly decoding: string; readonly perplexity: number; readonly nll: number; readonly scored: number; readonly window: number; readonly stride: number; readonly bos: boolean; readonly windows: number; readonly dropped: number; readonly exitCode: number }
const json = async (args: readonly string[]): Promise<Object_> => JSON.parse((await tdsl([...args, '--json'])).out);

test('generate gives the same text as stream and as object, word by word the most likely', async () => {
  const args = ['generate', '--model', model, '--prompt', 'the other', '--max-tokens', '6', '--ignore-eos'];
  const object = await json(args);
  assert.is(object.tokens.length, 6);
  assert.is(object.decoding, 'greedy');
  const { code, out, err } = await tdsl(args);
  assert.is(code, 0, err);
  assert.is(out, `${object.text}\n`);
  assert.match(err, /prompt of \d+ tokens in .* tokens\/s\), 5 steps/);
  // Going on from the text with the words so far gives the rest.
  const shorter = await json([...args.slice(0, 5), '--max-tokens', '3', '--ignore-eos']);
  assert.equal(shorter.tokens, object.tokens.slice(0, 3));
});

test('eval says what it scored', async () => {
  const text = join(folder, 'text.txt');
  writeFileSync(text, 'the thing on the other end is not so near as it was in the morning. '.repeat(4));
  const whole = await json(['eval', '--model', model, '--text', text, '--window', '32', '--windows', '3']);
  assert.equal([whole.window, whole.stride, whole.bos, whole.windows, whole.scored], [32, 32, false, 3, 93]);
  assert.ok(Math.abs(Math.log(whole.perplexity) - whole.nll) < 1e-9);
  const bos = await json(['eval', '--model', model, '--text', text, '--window', '32', '--stride', '16', '--bos', '--windows', '2']);
  assert.equal([bos.stride, bos.bos, bos.scored], [16, true, 31 + 16]);
});

test('windows score every word once that has one before it', () => {
  const tokens = Array.from({ length: 50 }, (_, i) => i + 100);
  for (const [window, stride, bos] of [[10, 10, undefined], [10, 4, undefined], [10, 10, 7], [10, 3, 7], [7, 1, undefined]] as const) {
    const scored = windowsOf(tokens, { window, stride, bos }).flatMap((w) => { assert.is(w.words.length, window); return w.targets.slice(w.from, w.to).filter((t, i) => { assert.is(w.words[w.from + i + 1], t); return true; }); });
    const overlapping = stride < window || bos !== undefined;
    const expected = tokens.filter((t) => t <= Math.max(...scored) && (bos !== undefined || (overlapping ? t > 100 : (t - 100) % window !== 0)));
    assert.equal(scored, expected, `window ${window}, stride ${stride}, BOS ${bos}`);
  }
});

const broken = (name: string, change: (path: string) => void): string => {
  const path = join(folder, name);
  mkdirSync(path);
  cpSync(model, path, { recursive: true });
  change(path);
  return path;
};
const configured = (name: string, fields: object): string => broken(name, (path) => writeFileSync(join(path, 'config.json'), JSON.stringify({ ...JSON.parse(readFileSync(join(path, 'config.json'), 'utf8')), ...fields })));
/** The weights once more, each as `change` gives it. */
const reweighted = (name: string, change: (tensor: SafetensorsTensor) => readonly SafetensorsTensor[]): string => broken(name, (path) => {
  const file = join(path, 'model.safetensors');
  const checkpoint = openCheckpoint(file);
  const tensors = [...checkpoint.tensors.values()].map((t) => ({ name: t.name, dtype: t.dtype, shape: t.shape, data: checkpoint.read(t) }));
  checkpoint.close();
  writeSafetensors(file, tensors.flatMap(change));
});

const refusal = async (path: string, ...more: readonly string[]): Promise<string> => {
  const { code, err } = await tdsl(['generate', '--model', path, '--prompt', 'the', '--max-tokens', '2', ...more]);
  assert.ok(code === 1 || code === 2, `${path} ended with ${code}: ${err}`);
  return err;
};

test('a bad checkpoint is told by tensor', async () => {
  const down = 'model.layers.0.mlp.down_proj.weight';
  assert.match(await refusal(reweighted('missing', (t) => (t.name === down ? [] : [t]))), `holds no tensor ${down}`);
  assert.match(await refusal(reweighted('misnamed', (t) => [t.name === down ? { ...t, name: 'model.layers.0.mlp.down_porj.weight' } : t])), 'model.layers.0.mlp.down_porj.weight is there');
  assert.match(await refusal(reweighted('shape', (t) => [t.name === down ? { ...t, shape: [...t.shape].reverse() } : t])), 'of shape [96, 128]; by config.json it has [128, 96]');
  assert.match(await refusal(reweighted('dtype', (t) => [t.name === down ? { ...t, dtype: 'I16' } : t])), `holds ${down} as I16`);
  const nan = reweighted('nan', (t) => [t.name === down ? { ...t, data: t.data.map((b, i) => (i === 20 ? 0xc0 : i === 21 ? 0x7f : b)) } : t]);
  assert.match(await refusal(nan), `holds NaN at element 10 of ${down}`);
  assert.match(await refusal(broken('short', (path) => truncateSync(join(path, 'model.safetensors'), 5000))), 'is cut off within tensor');
  assert.match(await refusal(broken('none', (path) => unlinkSync(join(path, 'model.safetensors')))), 'holds neither model.safetensors nor');
  assert.match(await refusal(configured('layers', { num_hidden_layers: 3 })), 'it holds 11 tensors and layers 0 to 0');
  assert.match(await refusal(configured('type', { model_type: 'mamba' })), 'is for a model of type mamba');
  assert.match(await refusal(configured('head', { head_dim: 80 })), 'heads of 80 channels; 64 and 128');
  assert.match(await refusal(configured('rope', { rope_scaling: { rope_type: 'yarn', factor: 2 } })), 'scales rotary positions by "yarn"');
  assert.match(await refusal(join(folder, 'nowhere')), 'it is no folder');
});

test('--compute f32: what is read, said and refused', async () => {
  const down = 'model.layers.0.mlp.down_proj.weight';
  const widened = (bytes: Uint8Array): Float32Array => f32ArrayFromBf16(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2));
  const bytesOf = (values: Float32Array): Uint8Array => new Uint8Array(values.buffer);
  // One tensor of f32 with an element that bf16 has no room for: 3.4e38 rounds to infinity there.
  const large = reweighted('large', (t) => [t.name === down ? { ...t, dtype: 'F32', data: bytesOf(widened(t.data).map((x, i) => (i === 7 ? 3.4e38 : x))) } : t]);
  assert.match(await refusal(large), `holds an infinity at element 7 of ${down}`);
  const nan = reweighted('nan32', (t) => [t.name === down ? { ...t, dtype: 'F32', data: bytesOf(widened(t.data).map((x, i) => (i === 9 ? Number.NaN : x))) } : t]);
  assert.match(await refusal(nan, '--compute', 'f32'), `holds NaN at element 9 of ${down}`);
  assert.match(await refusal(model, '--compute', 'f16'), '`--compute f16` cannot be read; write `--compute bf16 or f32`');
  const args = ['generate', '--prompt', 'the', '--max-tokens', '2', '--ignore-eos'];
  const ran: Object_ & { readonly compute: string } = JSON.parse((await tdsl([...args, '--model', large, '--compute', 'f32', '--json'])).out);
  assert.equal([ran.exitCode, ran.compute, ran.tokens.length], [0, 'f32', 2]);
});

test('a tokenizer of another model, a prompt that is too long or empty', async () => {
  const other = broken('words', (path) => { const file = join(path, 'tokenizer.json'); writeFileSync(file, readFileSync(file, 'utf8').replace(/"th": \d+/, '"th": 5000')); });
  assert.match(await refusal(other), /has words up to number 5000, and the model has \d+: they do not belong together/);
  assert.match(await refusal(broken('untold', (path) => unlinkSync(join(path, 'tokenizer.json')))), 'tokenizer.json');
  assert.match(await refusal(model, '--max-tokens', '100'), /the prompt has \d+ tokens and 100 more are asked for, \d+ over the model's context of 64/);
  assert.match((await tdsl(['generate', '--model', model, '--prompt', ''])).err, 'the prompt is empty');
  assert.match((await tdsl(['generate', '--model', model])).err, '--prompt TEXT or --prompt-file FILE');
  const text = join(folder, 'short.txt');
  writeFileSync(text, 'no');
  assert.match((await tdsl(['eval', '--model', model, '--text', text, '--window', '32'])).err, 'too few for one window of 32');
  assert.match((await tdsl(['eval', '--model', model, '--text', text, '--window', '100'])).err, "2 to 64, the model's context");
});

test('rotary frequencies are stretched as in Llama 3.1', () => {
  const config = parseConfig({ hidden_size: 128, num_hidden_layers: 1, num_attention_heads: 1, intermediate_size: 1, vocab_size: 1, rope_theta: 500000, rope_scaling: { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8192 } }, 'config.json');
  const found = frequencies(config);
  const plain = (pair: number): number => 500000 ** (-pair / 64);
  // Wavelengths below 8192/4 are kept and those above 8192 stretched by 8: pairs 0 to 28, and from 35 on.
  for (let pair = 0; pair < 64; pair++) {
    const wavelength = (2 * Math.PI) / plain(pair);
    if (wavelength < 2048) assert.ok(Math.abs(found[pair]! / plain(pair) - 1) < 1e-12, `pair ${pair}`);
    else if (wavelength > 8192) assert.ok(Math.abs((8 * found[pair]!) / plain(pair) - 1) < 1e-12, `pair ${pair}`);
    else assert.ok(found[pair]! < plain(pair) && found[pair]! > plain(pair) / 8, `pair ${pair}`);
  }
});

test.run();

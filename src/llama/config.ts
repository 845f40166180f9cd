/** `config.json` of a Llama-architecture checkpoint, as Hugging Face writes it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataError, messageOf, reasonOf } from '../runtime/errors.ts';

/** How rotary angles are stretched beyond the context that a model was trained on first. */
export type RopeScaling =
  | { readonly kind: 'none' }
  | { readonly kind: 'linear'; readonly factor: number }
  /** Llama 3.1: long wavelengths are stretched, short ones kept, those between blended. */
  | { readonly kind: 'llama3'; readonly factor: number; readonly low: number; readonly high: number; readonly original: number };

export interface LlamaConfig {
  readonly layers: number;
  readonly channels: number;
  readonly heads: number;
  readonly keyHeads: number;
  readonly headChannels: number;
  readonly inner: number;
  readonly words: number;
  readonly epsilon: number;
  readonly ropeBase: number;
  readonly ropeScaling: RopeScaling;
  readonly context: number;
  readonly tied: boolean;
  readonly bos: number | undefined;
  /** Words that end a text. */
  readonly eos: readonly number[];
}

type Fields = Readonly<Record<string, unknown>>;

/** @throws DataError TDSL0570, TDSL0571 (no JSON, a field missing or of another kind), TDSL0572 (another architecture) */
export function readConfig(folder: string): LlamaConfig {
  const path = join(folder, 'config.json');
  return parseConfig(readJson(path), path);
}

/** A JSON object in a file. @throws DataError TDSL0570, TDSL0571 */
export function readJson(path: string): Fields {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new DataError('TDSL0570', path, reasonOf(cause), 'name the folder of a checkpoint as Hugging Face lays it out');
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return Object.fromEntries(Object.entries(parsed));
  } catch (cause) {
    throw new DataError('TDSL0571', path, `is no JSON: ${messageOf(cause)}`, 'copy or download the file again');
  }
  throw new DataError('TDSL0571', path, 'is no object', 'copy or download the file again');
}

export function parseConfig(fields: Fields, path: string): LlamaConfig {
  const other = (why: string): DataError => new DataError('TDSL0572', path, why, 'this decoder is for checkpoints of the Llama architecture without biases');
  const type = fields['model_type'];
  if (type !== undefined && type !== 'llama') throw other(`is for a model of type ${String(type)}`);
  for (const bias of ['attention_bias', 'mlp_bias']) if (fields[bias] === true) throw other(`has ${bias}`);
  const act = fields['hidden_act'];
  if (act !== undefined && act !== 'silu' && act !== 'swish') throw other(`has the activation ${String(act)}`);
  const count = (name: string, otherwise?: number): number => {
    const value = fields[name] ?? otherwise;
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) throw new DataError('TDSL0571', path, `has ${JSON.stringify(fields[name])} as ${name}, which must be a whole number from 1 up`, 'copy or download the file again');
    return value;
  };
  const real = (from: Fields, name: string, otherwise?: number): number => {
    const value = from[name] ?? otherwise;
    if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) throw new DataError('TDSL0571', path, `has ${JSON.stringify(from[name])} as ${name}, which must be a positive number`, 'copy or download the file again');
    return value;
  };
  const heads = count('num_attention_heads');
  const channels = count('hidden_size');
  const keyHeads = count('num_key_value_heads', heads);
  const headChannels = count('head_dim', Math.floor(channels / heads));
  if (heads % keyHeads !== 0) throw other(`has ${heads} query heads, no multiple of its ${keyHeads} key and value heads`);
  if (headChannels !== 64 && headChannels !== 128) throw other(`has heads of ${headChannels} channels; 64 and 128 are compiled`);
  const ids = (name: string): number[] => [fields[name]].flat().filter((id): id is number => typeof id === 'number');
  return {
    layers: count('num_hidden_layers'), channels, heads, keyHeads, headChannels, inner: count('intermediate_size'), words: count('vocab_size'),
    epsilon: real(fields, 'rms_norm_eps', 1e-6), ropeBase: real(fields, 'rope_theta', 10000), ropeScaling: scalingOf(fields['rope_scaling'], real, other),
    context: count('max_position_embeddings', 2048), tied: fields['tie_word_embeddings'] === true, bos: ids('bos_token_id')[0], eos: ids('eos_token_id'),
  };
}

function scalingOf(value: unknown, real: (from: Fields, name: string) => number, other: (why: string) => DataError): RopeScaling {
  if (value === undefined || value === null) return { kind: 'none' };
  const fields: Fields = typeof value === 'object' ? Object.fromEntries(Object.entries(value)) : {};
  const type = fields['rope_type'] ?? fields['type'];
  switch (type) {
    case 'default': return { kind: 'none' };
    case 'linear': return { kind: 'linear', factor: real(fields, 'factor') };
    case 'llama3': return { kind: 'llama3', factor: real(fields, 'factor'), low: real(fields, 'low_freq_factor'), high: real(fields, 'high_freq_factor'), original: real(fields, 'original_max_position_embeddings') };
    default: throw other(`scales rotary positions by ${JSON.stringify(type)}; none, linear and llama3 are known`);
  }
}

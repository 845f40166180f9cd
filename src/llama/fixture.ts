/** A small random checkpoint with a tokenizer, for tests and first steps without a download. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../runtime/atomic-write.ts';
import { bf16ArrayFromF32 } from '../runtime/float.ts';
import type { SafetensorsTensor } from '../runtime/safetensors-format.ts';
import { writeSafetensors } from '../runtime/safetensors.ts';

export interface FixtureOptions {
  readonly layers: number;
  readonly hidden: number;
  readonly seed: number;
  /** Channels of a head: 64 or 128. */
  readonly head: number;
  /** Query heads that share a key and value head. */
  readonly group: number;
  readonly inner: number;
  readonly context: number;
  readonly tied: boolean;
  /** Stretched rotary positions, as in Llama 3.1. */
  readonly llama3: boolean;
  /** Files that the weights are spread over. */
  readonly shards: number;
}

export const fixtureDefaults: FixtureOptions = { layers: 2, hidden: 512, seed: 0, head: 64, group: 2, inner: 0, context: 1024, tied: true, llama3: false, shards: 1 };

/** Common letters of English that stand next to one another: words beyond single bytes, so that merging is put to use. */
const pairs = 'th he in er an re on at en nd ti es or te of ed is it al ar st nt to ng se ha as ou io le ve co me de hi ri ro ic ne ea ra ce'.split(' ');

/** @throws RangeError for sizes that do not divide; DataError where a file cannot be written */
export function writeFixture(folder: string, given: Partial<FixtureOptions>): void {
  const o = { ...fixtureDefaults, ...given };
  const inner = o.inner > 0 ? o.inner : Math.ceil((o.hidden * 2.75) / 64) * 64;
  const heads = o.hidden / o.head;
  if (!Number.isInteger(heads) || heads % o.group !== 0) throw new RangeError(`${o.hidden} channels make no ${o.group} × n heads of ${o.head}: take a multiple of ${o.group * o.head}`);
  const keyHeads = heads / o.group;
  const alphabet = byteAlphabet();
  const vocabulary = ['<|endoftext|>', ...alphabet, ...pairs];
  mkdirSync(folder, { recursive: true });
  const json = (name: string, value: object): void => writeFileAtomic(join(folder, name), `${JSON.stringify(value, null, 1)}\n`);
  json('config.json', {
    architectures: ['LlamaForCausalLM'], model_type: 'llama', hidden_act: 'silu', attention_bias: false, mlp_bias: false, hidden_size: o.hidden, intermediate_size: inner,
    num_hidden_layers: o.layers, num_attention_heads: heads, num_key_value_heads: keyHeads, head_dim: o.head, vocab_size: vocabulary.length, rms_norm_eps: 1e-5, rope_theta: 10000,
    rope_scaling: o.llama3 ? { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: o.context / 8 } : null,
    max_position_embeddings: o.context, tie_word_embeddings: o.tied, bos_token_id: 0, eos_token_id: 0, torch_dtype: 'bfloat16',
  });
  json('tokenizer_config.json', { tokenizer_class: 'PreTrainedTokenizerFast', bos_token: '<|endoftext|>', eos_token: '<|endoftext|>', clean_up_tokenization_spaces: false });
  json('tokenizer.json', {
    version: '1.0', truncation: null, padding: null, normalizer: null, post_processor: null,
    added_tokens: [{ id: 0, content: '<|endoftext|>', single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }],
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, ignore_merges: false,
      vocab: Object.fromEntries(vocabulary.map((word, id) => [word, id])), merges: pairs.map((pair) => [...pair].join(' ')),
    },
  });
  const normal = gaussian(o.seed);
  const tensor = (name: string, shape: readonly number[], spread: number, around = 0): SafetensorsTensor => {
    const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => around + spread * normal());
    return { name, dtype: 'BF16', shape, data: new Uint8Array(bf16ArrayFromF32(values).buffer) };
  };
  const matrix = (name: string, rows: number, columns: number): SafetensorsTensor => tensor(`${name}.weight`, [rows, columns], columns ** -0.5);
  const tensors = [
    tensor('model.embed_tokens.weight', [vocabulary.length, o.hidden], 0.5), tensor('model.norm.weight', [o.hidden], 0.1, 1),
    ...(o.tied ? [] : [tensor('lm_head.weight', [vocabulary.length, o.hidden], 0.1)]),
    ...Array.from({ length: o.layers }, (_, l) => `model.layers.${l}.`).flatMap((at) => [
      tensor(`${at}input_layernorm.weight`, [o.hidden], 0.1, 1), tensor(`${at}post_attention_layernorm.weight`, [o.hidden], 0.1, 1),
      matrix(`${at}self_attn.q_proj`, heads * o.head, o.hidden), matrix(`${at}self_attn.k_proj`, keyHeads * o.head, o.hidden), matrix(`${at}self_attn.v_proj`, keyHeads * o.head, o.hidden),
      matrix(`${at}self_attn.o_proj`, o.hidden, heads * o.head), matrix(`${at}mlp.gate_proj`, inner, o.hidden), matrix(`${at}mlp.up_proj`, inner, o.hidden), matrix(`${at}mlp.down_proj`, o.hidden, inner),
    ]),
  ];
  writeWeights(folder, tensors, o.shards);
}

function writeWeights(folder: string, tensors: readonly SafetensorsTensor[], shards: number): void {
  if (shards <= 1) return writeSafetensors(join(folder, 'model.safetensors'), tensors, { format: 'pt' });
  const names = Array.from({ length: shards }, (_, i) => `model-${String(i + 1).padStart(5, '0')}-of-${String(shards).padStart(5, '0')}.safetensors`);
  names.forEach((name, i) => writeSafetensors(join(folder, name), tensors.filter((_, t) => t % shards === i), { format: 'pt' }));
  const map = Object.fromEntries(tensors.map((t, i) => [t.name, names[i % shards]]));
  writeFileAtomic(join(folder, 'model.safetensors.index.json'), `${JSON.stringify({ metadata: { total_size: tensors.reduce((n, t) => n + t.data.length, 0) }, weight_map: map }, null, 1)}\n`);
}

/** One printable character for each byte, as GPT-2 chose them: itself where it is printable, else one from 256 up. */
function byteAlphabet(): string[] {
  const printable = (b: number): boolean => (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, b) => String.fromCodePoint(printable(b) ? b : next++));
}

/** Normally distributed numbers (Box and Muller 1958) from a 32-bit generator (xorshift, Marsaglia 2003). */
function gaussian(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) | 1;
  const uniform = (): number => {
    state ^= state << 13; state ^= state >>> 17; state ^= state << 5;
    return ((state >>> 0) + 1) / (2 ** 32 + 1);
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

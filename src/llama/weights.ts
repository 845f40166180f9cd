/** From a checkpoint with the usual tensor names to the fields of `state Model`, layer by layer. */
import type { StateObject } from '../host/program-engine.ts';
import { similarNames } from '../check/suggest.ts';
import { DataError } from '../runtime/errors.ts';
import { bf16ArrayFromF32, f32ArrayFromBf16, f32ArrayFromF16 } from '../runtime/float.ts';
import type { Checkpoint, LocatedTensor } from '../runtime/safetensors.ts';
import type { LlamaConfig } from './config.ts';
import type { Compute } from './programs.ts';
import { ropeTable } from './rope.ts';

export const modelFields = ['embed', 'head', 'norm', 'rope', 'attention_norm', 'qkv', 'out', 'mlp_norm', 'gate_up', 'down'] as const;
export type ModelField = (typeof modelFields)[number];

interface Wanted { readonly name: string; readonly shape: readonly number[] }

/** What each field is made of: the rows of these tensors, one after the other. */
function partsOf(config: LlamaConfig, layer: number): Readonly<Record<'attention_norm' | 'qkv' | 'out' | 'mlp_norm' | 'gate_up' | 'down', readonly Wanted[]>> {
  const { channels: c, heads, keyHeads, headChannels: d, inner: f } = config;
  const at = (name: string, ...shape: number[]): Wanted => ({ name: `model.layers.${layer}.${name}.weight`, shape });
  return {
    attention_norm: [at('input_layernorm', c)],
    qkv: [at('self_attn.q_proj', heads * d, c), at('self_attn.k_proj', keyHeads * d, c), at('self_attn.v_proj', keyHeads * d, c)],
    out: [at('self_attn.o_proj', c, heads * d)],
    mlp_norm: [at('post_attention_layernorm', c)],
    gate_up: [at('mlp.gate_proj', f, c), at('mlp.up_proj', f, c)],
    down: [at('mlp.down_proj', c, f)],
  };
}

/** Everything that a checkpoint must hold, so that what is missing is known before memory is filled. */
function allParts(config: LlamaConfig): Wanted[] {
  const { channels: c, words: v } = config;
  return [
    { name: 'model.embed_tokens.weight', shape: [v, c] }, { name: 'model.norm.weight', shape: [c] },
    ...(config.tied ? [] : [{ name: 'lm_head.weight', shape: [v, c] }]),
    ...Array.from({ length: config.layers }, (_, l) => Object.values(partsOf(config, l)).flat()).flat(),
  ];
}

/**
 * The tensors by name, after their names and shapes have been checked.
 * @throws DataError TDSL0571 (missing, of another shape), TDSL0572 (an element type that is not read)
 */
export function checkWeights(config: LlamaConfig, checkpoint: Checkpoint): void {
  const known = [...checkpoint.tensors.keys()];
  const missing = allParts(config).filter(({ name }) => !checkpoint.tensors.has(name));
  const [first] = missing;
  if (first !== undefined) {
    // A name that something else has is no slip of the keyboard.
    const wanted = new Set(allParts(config).map(({ name }) => name));
    const [near] = similarNames(first.name, known.filter((name) => !wanted.has(name)));
    const layers = known.flatMap((name) => { const match = /^model\.layers\.(\d+)\./.exec(name); return match === null ? [] : [Number(match[1])]; });
    const why = known.length === 0 ? 'it holds no tensors' : near !== undefined ? `${near} is there` : `it holds ${known.length} tensors and ${layers.length === 0 ? 'no layers by the usual names' : `layers 0 to ${Math.max(...layers)}`}`;
    throw new DataError('TDSL0571', checkpoint.path, `holds no tensor ${first.name}${missing.length > 1 ? ` (and ${missing.length - 1} more are missing)` : ''}; ${why}`, 'check that config.json and the weights belong together');
  }
  for (const { name, shape } of allParts(config)) {
    const found = checkpoint.tensors.get(name);
    if (found === undefined) continue;
    if (found.shape.length !== shape.length || found.shape.some((n, i) => n !== shape[i])) throw new DataError('TDSL0571', found.file, `holds ${name} of shape [${found.shape.join(', ')}]; by config.json it has [${shape.join(', ')}]`, 'check that config.json and the weights belong together');
    if (found.dtype !== 'BF16' && found.dtype !== 'F16' && found.dtype !== 'F32') throw new DataError('TDSL0572', found.file, `holds ${name} as ${found.dtype}`, 'BF16, F16 and F32 are read; quantised checkpoints are not');
  }
}

/** What weights must be stored as for products in f32 to be those of the checkpoint: bf16 where it has nothing finer. */
export function weightFormat(compute: Compute, checkpoint: Checkpoint): Compute {
  return compute === 'f32' && [...checkpoint.tensors.values()].some(({ dtype }) => dtype !== 'BF16') ? 'f32' : 'bf16';
}

/** The elements as bits of `format`. @throws DataError TDSL0571 where one is NaN or infinite, as read or rounded */
function bitsOf(checkpoint: Checkpoint, tensor: LocatedTensor, format: Compute): Bits {
  const bytes = checkpoint.read(tensor);
  const count = tensor.shape.reduce((a, b) => a * b, 1);
  const halves = (): Uint16Array => new Uint16Array(bytes.buffer, bytes.byteOffset, count);
  const widened = (): Float32Array => (tensor.dtype === 'BF16' ? f32ArrayFromBf16(halves()) : tensor.dtype === 'F16' ? f32ArrayFromF16(halves()) : new Float32Array(bytes.buffer, bytes.byteOffset, count));
  const bits = format === 'f32' ? bitsOfF32(widened()) : tensor.dtype === 'BF16' ? halves() : bf16ArrayFromF32(widened());
  const exponent = format === 'f32' ? 0x7f800000 : 0x7f80, fraction = format === 'f32' ? 0x7fffff : 0x7f;
  const at = bits.findIndex((b: number) => (b & exponent) === exponent);
  if (at >= 0) throw new DataError('TDSL0571', tensor.file, `holds ${(bits[at] ?? 0) & fraction ? 'NaN' : 'an infinity'} at element ${at} of ${tensor.name}`, 'the checkpoint is damaged, or was saved from a training run that diverged: copy it again or take another');
  return bits;
}

type Bits = Uint16Array | Uint32Array;
const bitsOfF32 = (values: Float32Array): Uint32Array => new Uint32Array(values.buffer, values.byteOffset, values.length);

/** Streams all weights to the device as `format`; host memory holds one layer's field at a time. `onLayer` is told of progress. */
export function uploadWeights(config: LlamaConfig, checkpoint: Checkpoint, model: StateObject<ModelField>, positions: number, format: Compute, onLayer: (layer: number) => void = () => {}): void {
  const rows = (parts: readonly Wanted[]): Bits => {
    const pieces = parts.flatMap(({ name }) => { const found = checkpoint.tensors.get(name); return found === undefined ? [] : [bitsOf(checkpoint, found, format)]; });
    const [only] = pieces;
    if (only !== undefined && pieces.length === 1) return only;
    const count = pieces.reduce((n, p) => n + p.length, 0);
    const all = format === 'f32' ? new Uint32Array(count) : new Uint16Array(count);
    pieces.reduce((at, p) => { all.set(p, at); return at + p.length; }, 0);
    return all;
  };
  model.upload('rope', ropeTable(config, positions));
  model.upload('embed', rows([{ name: 'model.embed_tokens.weight', shape: [] }]));
  if (!config.tied) model.upload('head', rows([{ name: 'lm_head.weight', shape: [] }]));
  model.upload('norm', rows([{ name: 'model.norm.weight', shape: [] }]));
  for (let l = 0; l < config.layers; l++) {
    const parts = partsOf(config, l);
    for (const field of ['attention_norm', 'qkv', 'out', 'mlp_norm', 'gate_up', 'down'] as const) model.upload(field, rows(parts[field]), [l]);
    onLayer(l);
  }
}

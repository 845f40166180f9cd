/** A model on a device: prompts in, words and scores out. */
import type { PreparedProgram, StateObject } from '../host/program-engine.ts';
import type { Sizes } from '../runtime/abi.ts';
import type { Device } from '../runtime/device.ts';
import { openCheckpoint } from '../runtime/safetensors.ts';
import type { LlamaConfig } from './config.ts';
import type { Programs } from './programs.ts';
import { checkWeights, type ModelField, uploadWeights } from './weights.ts';

type Program = PreparedProgram<string, Sizes>;

/** Decoding is prepared for bounds of positions in steps of this many: one recording serves them all. */
const BUCKET = 256;
/** Longest part of a prompt that goes through the model at once; what it needs grows with it. */
const CHUNK = 2048;
/** Lengths of prompts whose programs are kept: those that come again find memory and recording ready. */
const KEPT = 4;

export class LlamaSession {
  readonly config: LlamaConfig;
  readonly device: Device;
  /** Positions that the cache holds. */
  readonly positions: number;
  /** Bytes of weights and cache. */
  readonly bytes: number;
  /** Launches of one step of decoding; 0 before the first. */
  launches = 0;
  readonly #programs: Programs;
  readonly #sizes: Sizes;
  readonly #model: StateObject<ModelField>;
  readonly #cache: StateObject<'KV'>;
  readonly #run: StateObject<'word' | 'position' | 'words'>;
  /** By length and first position, the one used last at the end. */
  readonly #prefills = new Map<string, Program>();
  #decode: { readonly bound: number; readonly program: Program } | undefined;
  #score: { readonly length: number; readonly program: Program } | undefined;

  private constructor(config: LlamaConfig, device: Device, programs: Programs, positions: number) {
    this.config = config; this.device = device; this.positions = positions; this.#programs = programs;
    const { layers: L, channels: C, keyHeads: G, inner: F, words: V } = config;
    this.#sizes = { L, C, G, R: config.heads / G, E: config.headChannels / 2, F, V, N: positions };
    this.#model = programs.state<ModelField>('Model', device, this.#sizes, config.tied ? { shared: { head: 'embed' } } : {});
    this.#cache = programs.state<'KV'>('Cache', device, this.#sizes);
    this.#run = programs.state<'word' | 'position' | 'words'>('Run', device, this.#sizes);
    this.bytes = this.#model.bytes + this.#cache.bytes + this.#run.bytes;
  }

  /**
   * Checks a checkpoint and brings its weights to the device.
   * @throws DataError for a bad checkpoint; RangeError where the device has too little memory
   */
  static open(config: LlamaConfig, folder: string, device: Device, programs: Programs, positions: number, onLayer?: (layer: number) => void): LlamaSession {
    const checkpoint = openCheckpoint(folder);
    try {
      checkWeights(config, checkpoint);
      const session = new LlamaSession(config, device, programs, positions);
      uploadWeights(config, checkpoint, session.#model, positions, programs.formats.weight, onLayer);
      return session;
    } finally {
      checkpoint.close();
    }
  }

  /** Puts words at positions 0, 1, …; gives the scores of the word after them. */
  async prefill(words: readonly number[]): Promise<Float32Array> {
    if (words.length === 0 || words.length > this.positions) throw new RangeError(`a prompt of ${words.length} words for ${this.positions} positions`);
    let logits = new Float32Array(0);
    for (let from = 0; from < words.length; from += CHUNK) {
      const part = Int32Array.from(words.slice(from, from + CHUNK));
      const program = await this.#prefiller(part.length, from);
      program.upload('words', part);
      program.launch();
      if (from + CHUNK >= words.length) logits = floatsOf((await program.download('logits')).data);
    }
    return logits;
  }

  /** Says that `word` stands at `position`, from where `steps` goes on. */
  start(word: number, position: number): void {
    this.#run.upload('word', Int32Array.of(word));
    this.#run.upload('position', Int32Array.of(position));
  }

  /** Greedy steps from `position`: the words after it. They run on the device one after the other; the host waits for the last. */
  async steps(position: number, count: number): Promise<number[]> {
    if (position + count >= this.positions) throw new RangeError(`${count} steps from position ${position} for ${this.positions} positions`);
    for (let i = 0; i < count; i++) (await this.#decoder(position + i + 1)).launch();
    const { data } = await this.#run.download(count === 1 ? 'word' : 'words');
    const words = new Int32Array(data.buffer, data.byteOffset, data.byteLength / 4);
    return count === 1 ? [...words] : [...words.subarray(position + 1, position + 1 + count)];
  }

  /** The scores that the last step gave. */
  async scores(): Promise<Float32Array> {
    return this.#decode === undefined ? new Float32Array(0) : floatsOf((await this.#decode.program.download('logits')).data);
  }

  /** −log p of each target after the words before it, in nats; on request the scores, word by word. */
  async score(words: readonly number[], targets: readonly number[], withLogits = false): Promise<{ readonly nll: Float32Array; readonly logits: Float32Array }> {
    if (this.#score?.length !== words.length) {
      this.#score?.program.destroy();
      this.#score = { length: words.length, program: await this.#programs.prepare('score', this.device, { ...this.#sizes, S: words.length }, { model: this.#model, cache: this.#cache }) };
    }
    const { program } = this.#score;
    program.upload('words', Int32Array.from(words));
    program.upload('targets', Int32Array.from(targets));
    program.upload('eps', Float32Array.of(this.config.epsilon));
    program.launch();
    const nll = floatsOf((await program.download('nll')).data);
    return { nll, logits: withLogits ? floatsOf((await program.download('logits')).data) : new Float32Array(0) };
  }

  close(): void {
    for (const program of this.#prefills.values()) program.destroy();
    this.#decode?.program.destroy();
    this.#score?.program.destroy();
    for (const state of [this.#model, this.#cache, this.#run]) state.destroy();
  }

  async #prefiller(length: number, from: number): Promise<Program> {
    const key = `${length} ${from}`;
    let program = this.#prefills.get(key);
    if (program === undefined) {
      program = await this.#programs.prepare('prefill', this.device, { ...this.#sizes, S: length, P: from }, { model: this.#model, cache: this.#cache });
      program.upload('eps', Float32Array.of(this.config.epsilon));
      for (const [old, kept] of this.#prefills) {
        if (this.#prefills.size < KEPT) break;
        kept.destroy();
        this.#prefills.delete(old);
      }
    }
    this.#prefills.delete(key);
    this.#prefills.set(key, program);
    return program;
  }

  /** The decoding program for the first `length` positions. */
  async #decoder(length: number): Promise<Program> {
    const bound = Math.min(this.positions, Math.ceil(length / BUCKET) * BUCKET);
    if (this.#decode?.bound !== bound) {
      this.#decode?.program.destroy();
      const program = await this.#programs.prepare('decode', this.device, { ...this.#sizes, T: bound }, { model: this.#model, cache: this.#cache, run: this.#run });
      program.upload('eps', Float32Array.of(this.config.epsilon));
      this.#decode = { bound, program };
      this.launches = program.launches;
    }
    return this.#decode.program;
  }
}

const floatsOf = (data: ArrayBufferView): Float32Array<ArrayBuffer> => Float32Array.from(new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4));

/** The position of the largest score, the first of equals. */
export function argmax(scores: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < scores.length; i++) if ((scores[i] ?? 0) > (scores[best] ?? 0)) best = i;
  return best;
}

// Made from llama.tdsl by tdsl compile. Change the source and compile again; edits here are lost.
// Checksum of the lines below: bfa39358
import type {
  Device,
  DeviceBuffer,
  DeviceKernel,
  LaunchAbi,
  RecordedPart,
  Recording,
  SizeExpr,
  SizeOp,
  Sizes,
  StorageType,
} from 'tdsl/runtime';
/** Sizes of a `Model`. */
export type ModelStateSizes = {
  readonly V: number;
  readonly C: number;
  readonly N: number;
  readonly E: number;
  readonly L: number;
  readonly R: number;
  readonly G: number;
  readonly F: number;
};
/**
 * Weights. `qkv` has the rows of queries, keys and values one after the other, `gate_up` those of both halves of the MLP; `rope` holds cosines and sines.
 *
 * `embed`: bf16[V, C]
 * `head`: bf16[V, C]
 * `norm`: bf16[C]
 * `rope`: f32[N, 2, E]
 * `attention_norm`: bf16[L, C]
 * `qkv`: bf16[L, (2*E*G*R) + (4*E*G), C]
 * `out`: bf16[L, C, 2*E*G*R]
 * `mlp_norm`: bf16[L, C]
 * `gate_up`: bf16[L, 2*F, C]
 * `down`: bf16[L, C, F]
 */
export type ModelState = StateObject<
  'embed' | 'head' | 'norm' | 'rope' | 'attention_norm' | 'qkv' | 'out' | 'mlp_norm' | 'gate_up' | 'down'
>;

/** A new `Model`, all zeros. From llama.tdsl, line 14. */
export function createModel(
  device: Device,
  sizes: ModelStateSizes,
  options: StateOptions<
    'embed' | 'head' | 'norm' | 'rope' | 'attention_norm' | 'qkv' | 'out' | 'mlp_norm' | 'gate_up' | 'down'
  > = {},
): ModelState {
  return createState(stateModel, device, sizes, options);
}

const createModel$1: SizeExpr = sizeOp('mul', 2, 'E', 'G', 'R');
const stateModel: StateSpec = {
  name: 'Model',
  sizes: ['V', 'C', 'N', 'E', 'L', 'R', 'G', 'F'],
  fields: [
    fieldOf(tensorOf('embed', 'bf16', ['V', 'C'])),
    fieldOf(tensorOf('head', 'bf16', ['V', 'C'])),
    fieldOf(tensorOf('norm', 'bf16', ['C'])),
    fieldOf(tensorOf('rope', 'f32', ['N', 2, 'E'])),
    fieldOf(tensorOf('attention_norm', 'bf16', ['L', 'C']), 1),
    fieldOf(tensorOf('qkv', 'bf16', ['L', sizeOp('add', createModel$1, sizeOp('mul', 4, 'E', 'G')), 'C']), 1),
    fieldOf(tensorOf('out', 'bf16', ['L', 'C', createModel$1]), 1),
    fieldOf(tensorOf('mlp_norm', 'bf16', ['L', 'C']), 1),
    fieldOf(tensorOf('gate_up', 'bf16', ['L', sizeOp('mul', 2, 'F'), 'C']), 1),
    fieldOf(tensorOf('down', 'bf16', ['L', 'C', 'F']), 1),
  ],
};
/** Sizes of a `Cache`. */
export type CacheStateSizes = { readonly L: number; readonly G: number; readonly N: number; readonly E: number };
/**
 * Keys, turned to their positions, and values.
 *
 * `KV`: bf16[L, 2, G, N, 2*E]
 */
export type CacheState = StateObject<'KV'>;

/** A new `Cache`, all zeros. From llama.tdsl, line 28. */
export function createCache(device: Device, sizes: CacheStateSizes, options: StateOptions<'KV'> = {}): CacheState {
  return createState(stateCache, device, sizes, options);
}

const stateCache: StateSpec = {
  name: 'Cache',
  sizes: ['L', 'G', 'N', 'E'],
  fields: [fieldOf(tensorOf('KV', 'bf16', ['L', 2, 'G', 'N', sizeOp('mul', 2, 'E')]), 1)],
};
/** Sizes of a `Run`. */
export type RunStateSizes = { readonly V: number; readonly N: number };
/**
 * Where greedy decoding stands: the last word and its position, and the words by their positions.
 *
 * `word`: i32<V>[1]
 * `position`: i32<N>[1]
 * `words`: i32<V>[N]
 */
export type RunState = StateObject<'word' | 'position' | 'words'>;

/** A new `Run`, all zeros. From llama.tdsl, line 31. */
export function createRun(
  device: Device,
  sizes: RunStateSizes,
  options: StateOptions<'word' | 'position' | 'words'> = {},
): RunState {
  return createState(stateRun, device, sizes, options);
}

const stateRun: StateSpec = {
  name: 'Run',
  sizes: ['V', 'N'],
  fields: [
    fieldOf(tensorOf('word', 'i32', [1], { limit: 'V' })),
    fieldOf(tensorOf('position', 'i32', [1], { limit: 'N' })),
    fieldOf(tensorOf('words', 'i32', ['N'], { limit: 'V' })),
  ],
};
/** Sizes of `prefill`; its states tell most of them. */
export type PrefillSizes = {
  readonly P: number;
  readonly S: number;
  readonly V: number;
  readonly C: number;
  readonly N: number;
  readonly E: number;
  readonly L: number;
  readonly R: number;
  readonly G: number;
  readonly F: number;
};

export interface PrefillInputs {
  /** i32<V>[S] */
  readonly words: Input<Int32Array>;
  /** f32[] */
  readonly eps: Input<Float32Array>;
}

export interface PrefillOutputs {
  /** f32[1, V] */
  readonly logits: HostTensor<Float32Array>;
}

/**
 * S words from position P on: scores of the word after the last of them.
 *
 * From llama.tdsl, line 164.
 */
export async function prefill(
  device: Device,
  states: { readonly model: ModelState; readonly cache: CacheState },
  inputs: PrefillInputs,
  options: ProgramOptions & { readonly sizes?: Partial<PrefillSizes> },
): Promise<PrefillOutputs> {
  const { program, specs } = await programOf('prefill', source, device, options.load);
  const outputs = await runProgram(program, specs, device, { ...states }, { ...inputs }, options);
  return { logits: outputTensor(outputs, 'logits', Float32Array) };
}

/** `prefill` for these sizes and states: plans its memory and loads its kernels; `launch` may then be called many times. */
export async function preparePrefill(
  device: Device,
  states: { readonly model: ModelState; readonly cache: CacheState },
  sizes: Partial<PrefillSizes>,
  options: ProgramOptions,
): Promise<PreparedProgram<'words' | 'eps' | 'logits', PrefillSizes>> {
  const { program, specs } = await programOf('prefill', source, device, options.load);
  return prepareProgram(program, specs, device, sizes, { ...states }, options);
}

/** Sizes of `score`; its states tell most of them. */
export type ScoreSizes = {
  readonly S: number;
  readonly V: number;
  readonly C: number;
  readonly N: number;
  readonly E: number;
  readonly L: number;
  readonly R: number;
  readonly G: number;
  readonly F: number;
};

export interface ScoreInputs {
  /** i32<V>[S] */
  readonly words: Input<Int32Array>;
  /** i32<V>[S] */
  readonly targets: Input<Int32Array>;
  /** f32[] */
  readonly eps: Input<Float32Array>;
}

export interface ScoreOutputs {
  /** f32[S, V] */
  readonly logits: HostTensor<Float32Array>;
  /** f32[S] */
  readonly nll: HostTensor<Float32Array>;
}

/**
 * S words from the first position on: scores after each, and what each target costs.
 *
 * From llama.tdsl, line 183.
 */
export async function score(
  device: Device,
  states: { readonly model: ModelState; readonly cache: CacheState },
  inputs: ScoreInputs,
  options: ProgramOptions & { readonly sizes?: Partial<ScoreSizes> },
): Promise<ScoreOutputs> {
  const { program, specs } = await programOf('score', source, device, options.load);
  const outputs = await runProgram(program, specs, device, { ...states }, { ...inputs }, options);
  return { logits: outputTensor(outputs, 'logits', Float32Array), nll: outputTensor(outputs, 'nll', Float32Array) };
}

/** `score` for these sizes and states: plans its memory and loads its kernels; `launch` may then be called many times. */
export async function prepareScore(
  device: Device,
  states: { readonly model: ModelState; readonly cache: CacheState },
  sizes: Partial<ScoreSizes>,
  options: ProgramOptions,
): Promise<PreparedProgram<'words' | 'targets' | 'eps' | 'logits' | 'nll', ScoreSizes>> {
  const { program, specs } = await programOf('score', source, device, options.load);
  return prepareProgram(program, specs, device, sizes, { ...states }, options);
}

/** Sizes of `decode`; its states tell most of them. */
export type DecodeSizes = {
  readonly T: number;
  readonly V: number;
  readonly C: number;
  readonly N: number;
  readonly E: number;
  readonly L: number;
  readonly R: number;
  readonly G: number;
  readonly F: number;
};

export interface DecodeInputs {
  /** f32[] */
  readonly eps: Input<Float32Array>;
}

export interface DecodeOutputs {
  /** f32[1, V] */
  readonly logits: HostTensor<Float32Array>;
}

/**
 * The word at the run's position goes through the model, and the most likely one after it becomes the next. T is any bound of the positions so far.
 *
 * From llama.tdsl, line 205.
 */
export async function decode(
  device: Device,
  states: { readonly model: ModelState; readonly cache: CacheState; readonly run: RunState },
  inputs: DecodeInputs,
  options: ProgramOptions & { readonly sizes?: Partial<DecodeSizes> },
): Promise<DecodeOutputs> {
  const { program, specs } = await programOf('decode', source, device, options.load);
  const outputs = await runProgram(program, specs, device, { ...states }, { ...inputs }, options);
  return { logits: outputTensor(outputs, 'logits', Float32Array) };
}

/** `decode` for these sizes and states: plans its memory and loads its kernels; `launch` may then be called many times. */
export async function prepareDecode(
  device: Device,
  states: { readonly model: ModelState; readonly cache: CacheState; readonly run: RunState },
  sizes: Partial<DecodeSizes>,
  options: ProgramOptions,
): Promise<PreparedProgram<'eps' | 'logits', DecodeSizes>> {
  const { program, specs } = await programOf('decode', source, device, options.load);
  return prepareProgram(program, specs, device, sizes, { ...states }, options);
}

/** Sizes of `embed`. */
export type EmbedSizes = { readonly S: number; readonly V: number; readonly C: number };

export interface EmbedInputs {
  /** i32<V>[S] */
  readonly words: Input<Int32Array>;
  /** bf16[V, C] */
  readonly E: Input<Uint16Array>;
}

export interface EmbedOutputs {
  /** f32[S, C] */
  readonly x: HostTensor<Float32Array>;
}

/**
 * `embed`
 *
 * From llama.tdsl, line 34.
 */
export async function embed(
  device: Device,
  inputs: EmbedInputs,
  options: RunOptions<EmbedSizes>,
): Promise<EmbedOutputs> {
  const outputs = await runKernel(
    await kernelOf('embed', source, device, options.load),
    device,
    { ...inputs },
    options,
  );
  return { x: outputTensor(outputs, 'x', Float32Array) };
}

/** `embed` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export async function prepareEmbed(
  device: Device,
  sizes: EmbedSizes,
  options: LoadOptions,
): Promise<Prepared<'words' | 'E' | 'x', EmbedSizes>> {
  return prepareKernel(await kernelOf('embed', source, device, options.load), device, sizes, options);
}

/** Sizes of `normed`. */
export type NormedSizes = { readonly S: number; readonly C: number };

export interface NormedInputs {
  /** f32[S, C] */
  readonly x: Input<Float32Array>;
  /** bf16[C] */
  readonly g: Input<Uint16Array>;
  /** f32[] */
  readonly eps: Input<Float32Array>;
}

export interface NormedOutputs {
  /** bf16[S, C] */
  readonly y: HostTensor<Uint16Array>;
}

/**
 * RMSNorm (Zhang and Sennrich 2019): x / sqrt(mean(x²) + eps) · g.
 *
 * From llama.tdsl, line 40.
 */
export async function normed(
  device: Device,
  inputs: NormedInputs,
  options: RunOptions<NormedSizes>,
): Promise<NormedOutputs> {
  const outputs = await runKernel(
    await kernelOf('normed', source, device, options.load),
    device,
    { ...inputs },
    options,
  );
  return { y: outputTensor(outputs, 'y', Uint16Array) };
}

/** `normed` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export async function prepareNormed(
  device: Device,
  sizes: NormedSizes,
  options: LoadOptions,
): Promise<Prepared<'x' | 'g' | 'eps' | 'y', NormedSizes>> {
  return prepareKernel(await kernelOf('normed', source, device, options.load), device, sizes, options);
}

/** Sizes of `normed_last`. */
export type NormedLastSizes = { readonly Q: number; readonly C: number };

export interface NormedLastInputs {
  /** f32[Q + 1, C] */
  readonly x: Input<Float32Array>;
  /** bf16[C] */
  readonly g: Input<Uint16Array>;
  /** f32[] */
  readonly eps: Input<Float32Array>;
}

export interface NormedLastOutputs {
  /** bf16[1, C] */
  readonly y: HostTensor<Uint16Array>;
}

/**
 * The same for the last position alone.
 *
 * From llama.tdsl, line 47.
 */
export async function normed_last(
  device: Device,
  inputs: NormedLastInputs,
  options: RunOptions<NormedLastSizes>,
): Promise<NormedLastOutputs> {
  const outputs = await runKernel(
    await kernelOf('normed_last', source, device, options.load),
    device,
    { ...inputs },
    options,
  );
  return { y: outputTensor(outputs, 'y', Uint16Array) };
}

/** `normed_last` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export async function prepareNormedLast(
  device: Device,
  sizes: NormedLastSizes,
  options: LoadOptions,
): Promise<Prepared<'x' | 'g' | 'eps' | 'y', NormedLastSizes>> {
  return prepareKernel(await kernelOf('normed_last', source, device, options.load), device, sizes, options);
}

/** Sizes of `linear`. */
export type LinearSizes = { readonly S: number; readonly C: number; readonly M: number };

export interface LinearInputs {
  /** bf16[S, C] */
  readonly y: Input<Uint16Array>;
  /** bf16[M, C] */
  readonly W: Input<Uint16Array>;
}

export interface LinearOutputs {
  /** f32[S, M] */
  readonly z: HostTensor<Float32Array>;
}

/**
 * `linear`
 *
 * From llama.tdsl, line 53.
 */
export async function linear(
  device: Device,
  inputs: LinearInputs,
  options: RunOptions<LinearSizes>,
): Promise<LinearOutputs> {
  const outputs = await runKernel(
    await kernelOf('linear', source, device, options.load),
    device,
    { ...inputs },
    options,
  );
  return { z: outputTensor(outputs, 'z', Float32Array) };
}

/** `linear` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export async function prepareLinear(
  device: Device,
  sizes: LinearSizes,
  options: LoadOptions,
): Promise<Prepared<'y' | 'W' | 'z', LinearSizes>> {
  return prepareKernel(await kernelOf('linear', source, device, options.load), device, sizes, options);
}

/** Sizes of `add_linear`. */
export type AddLinearSizes = { readonly S: number; readonly C: number; readonly M: number };

export interface AddLinearInputs {
  /** bf16[S, C] */
  readonly y: Input<Uint16Array>;
  /** bf16[M, C] */
  readonly W: Input<Uint16Array>;
  /** f32[S, M], changed in place */
  readonly x: Input<Float32Array>;
}

export interface AddLinearOutputs {
  /** f32[S, M], changed in place */
  readonly x: HostTensor<Float32Array>;
}

/**
 * x += y · Wᵀ
 *
 * From llama.tdsl, line 59.
 */
export async function add_linear(
  device: Device,
  inputs: AddLinearInputs,
  options: RunOptions<AddLinearSizes>,
): Promise<AddLinearOutputs> {
  const outputs = await runKernel(
    await kernelOf('add_linear', source, device, options.load),
    device,
    { ...inputs },
    options,
  );
  return { x: outputTensor(outputs, 'x', Float32Array) };
}

/** `add_linear` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export async function prepareAddLinear(
  device: Device,
  sizes: AddLinearSizes,
  options: LoadOptions,
): Promise<Prepared<'y' | 'W' | 'x', AddLinearSizes>> {
  return prepareKernel(await kernelOf('add_linear', source, device, options.load), device, sizes, options);
}

/** Sizes of `add_heads`. */
export type AddHeadsSizes = { readonly H: number; readonly S: number; readonly D: number; readonly C: number };

export interface AddHeadsInputs {
  /** bf16[H, S, D] */
  readonly o: Input<Uint16Array>;
  /** bf16[C, D*H] */
  readonly W: Input<Uint16Array>;
  /** f32[S, C], changed in place */
  readonly x: Input<Float32Array>;
}

export interface AddHeadsOutputs {
  /** f32[S, C], changed in place */
  readonly x: HostTensor<Float32Array>;
}

/**
 * x += o · Wᵀ, over the channels of all heads.
 *
 * From llama.tdsl, line 65.
 */
export async function add_heads(
  device: Device,
  inputs: AddHeadsInputs,
  options: RunOptions<AddHeadsSizes>,
): Promise<AddHeadsOutputs> {
  const outputs = await runKernel(
    await kernelOf('add_heads', source, device, options.load),
    device,
    { ...inputs },
    options,
  );
  return { x: outputTensor(outputs, 'x', Float32Array) };
}

/** `add_heads` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export async function prepareAddHeads(
  device: Device,
  sizes: AddHeadsSizes,
  options: LoadOptions,
): Promise<Prepared<'o' | 'W' | 'x', AddHeadsSizes>> {
  return prepareKernel(await kernelOf('add_heads', source, device, options.load), device, sizes, options);
}

/** Sizes of `gated`. */
export type GatedSizes = { readonly S: number; readonly C: number; readonly F: number };

export interface GatedInputs {
  /** bf16[S, C] */
  readonly y: Input<Uint16Array>;
  /** bf16[2*F, C] */
  readonly W: Input<Uint16Array>;
}

export interface GatedOutputs {
  /** bf16[S, F] */
  readonly z: HostTensor<Uint16Array>;
}

/**
 * SwiGLU (Shazeer 2020): silu(gate) · up.
 *
 * From llama.tdsl, line 73.
 */
export async function gated(
  device: Device,
  inputs: GatedInputs,
  options: RunOptions<GatedSizes>,
): Promise<GatedOutputs> {
  const outputs = await runKernel(
    await kernelOf('gated', source, device, options.load),
    device,
    { ...inputs },
    options,
  );
  return { z: outputTensor(outputs, 'z', Uint16Array) };
}

/** `gated` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export async function prepareGated(
  device: Device,
  sizes: GatedSizes,
  options: LoadOptions,
): Promise<Prepared<'y' | 'W' | 'z', GatedSizes>> {
  return prepareKernel(await kernelOf('gated', source, device, options.load), device, sizes, options);
}

/** Sizes of `gated_one`. */
export type GatedOneSizes = { readonly C: number; readonly F: number };

export interface GatedOneInputs {
  /** bf16[1, C] */
  readonly y: Input<Uint16Array>;
  /** bf16[2*F, C] */
  readonly W: Input<Uint16Array>;
}

export interface GatedOneOutputs {
  /** bf16[1, F] */
  readonly z: HostTensor<Uint16Array>;
}

/**
 * The same for one position, which keeps no matrix unit busy.
 *
 * From llama.tdsl, line 81.
 */
export async function gated_one(
  device: Device,
  inputs: GatedOneInputs,
  options: RunOptions<GatedOneSizes>,
): Promise<GatedOneOutputs> {
  const outputs = await runKernel(
    await kernelOf('gated_one', source, device, options.load),
    device,
    { ...inputs },
    options,
  );
  return { z: outputTensor(outputs, 'z', Uint16Array) };
}

/** `gated_one` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export async function prepareGatedOne(
  device: Device,
  sizes: GatedOneSizes,
  options: LoadOptions,
): Promise<Prepared<'y' | 'W' | 'z', GatedOneSizes>> {
  return prepareKernel(await kernelOf('gated_one', source, device, options.load), device, sizes, options);
}

/** Sizes of `queries`. */
export type QueriesSizes = {
  readonly P: number;
  readonly G: number;
  readonly R: number;
  readonly S: number;
  readonly E: number;
  readonly X: number;
};

export interface QueriesInputs {
  /** f32[S, (2*E*G*R) + (4*E*G)] */
  readonly z: Input<Float32Array>;
  /** f32[P + S + X, 2, E] */
  readonly rope: Input<Float32Array>;
}

export interface QueriesOutputs {
  /** bf16[G*R, S, 2*E] */
  readonly q: HostTensor<Uint16Array>;
}

/**
 * Queries for positions P, P + 1, …; X positions after them stay free.
 *
 * From llama.tdsl, line 93.
 */
export async function queries(
  device: Device,
  inputs: QueriesInputs,
  options: RunOptions<QueriesSizes>,
): Promise<QueriesOutputs> {
  const outputs = await runKernel(
    await kernelOf('queries', source, device, options.load),
    device,
    { ...inputs },
    options,
  );
  return { q: outputTensor(outputs, 'q', Uint16Array) };
}

/** `queries` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export async function prepareQueries(
  device: Device,
  sizes: QueriesSizes,
  options: LoadOptions,
): Promise<Prepared<'z' | 'rope' | 'q', QueriesSizes>> {
  return prepareKernel(await kernelOf('queries', source, device, options.load), device, sizes, options);
}

/** Sizes of `keep`. */
export type KeepSizes = {
  readonly P: number;
  readonly R: number;
  readonly S: number;
  readonly G: number;
  readonly E: number;
  readonly X: number;
};

export interface KeepInputs {
  /** f32[S, (2*E*G*R) + (4*E*G)] */
  readonly z: Input<Float32Array>;
  /** f32[P + S + X, 2, E] */
  readonly rope: Input<Float32Array>;
  /** bf16[2, G, P + S + X, 2*E], changed in place */
  readonly KV: Input<Uint16Array>;
}

export interface KeepOutputs {
  /** bf16[2, G, P + S + X, 2*E], changed in place */
  readonly KV: HostTensor<Uint16Array>;
}

/**
 * Keys and values for positions P, P + 1, …
 *
 * From llama.tdsl, line 99.
 */
export async function keep(device: Device, inputs: KeepInputs, options: RunOptions<KeepSizes>): Promise<KeepOutputs> {
  const outputs = await runKernel(await kernelOf('keep', source, device, options.load), device, { ...inputs }, options);
  return { KV: outputTensor(outputs, 'KV', Uint16Array) };
}

/** `keep` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export async function prepareKeep(
  device: Device,
  sizes: KeepSizes,
  options: LoadOptions,
): Promise<Prepared<'z' | 'rope' | 'KV', KeepSizes>> {
  return prepareKernel(await kernelOf('keep', source, device, options.load), device, sizes, options);
}

/** Sizes of `attend`. */
export type AttendSizes = {
  readonly T: number;
  readonly G: number;
  readonly R: number;
  readonly S: number;
  readonly D: 64 | 128;
  readonly X: number;
};

export interface AttendInputs {
  /** bf16[G*R, S, D] */
  readonly q: Input<Uint16Array>;
  /** bf16[2, G, T + X, D] */
  readonly KV: Input<Uint16Array>;
}

export interface AttendOutputs {
  /** bf16[G*R, S, D] */
  readonly o: HostTensor<Uint16Array>;
}

/**
 * Causal attention of S positions, the last of T, over the keys and values of all T.
 *
 * From llama.tdsl, line 108.
 */
export async function attend(
  device: Device,
  inputs: AttendInputs,
  options: RunOptions<AttendSizes>,
): Promise<AttendOutputs> {
  const outputs = await runKernel(
    await kernelOf('attend', source, device, options.load),
    device,
    { ...inputs },
    options,
  );
  return { o: outputTensor(outputs, 'o', Uint16Array) };
}

/** `attend` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export async function prepareAttend(
  device: Device,
  sizes: AttendSizes,
  options: LoadOptions,
): Promise<Prepared<'q' | 'KV' | 'o', AttendSizes>> {
  return prepareKernel(await kernelOf('attend', source, device, options.load), device, sizes, options);
}

/** Sizes of `query`. */
export type QuerySizes = { readonly G: number; readonly R: number; readonly E: number; readonly N: number };

export interface QueryInputs {
  /** f32[1, (2*E*G*R) + (4*E*G)] */
  readonly z: Input<Float32Array>;
  /** f32[N, 2, E] */
  readonly rope: Input<Float32Array>;
  /** i32<N>[1] */
  readonly position: Input<Int32Array>;
}

export interface QueryOutputs {
  /** bf16[G*R, 2*E] */
  readonly q: HostTensor<Uint16Array>;
}

/**
 * The query at a position that is known when the kernel runs, so that one recording serves many steps.
 *
 * From llama.tdsl, line 116.
 */
export async function query(
  device: Device,
  inputs: QueryInputs,
  options: RunOptions<QuerySizes>,
): Promise<QueryOutputs> {
  const outputs = await runKernel(
    await kernelOf('query', source, device, options.load),
    device,
    { ...inputs },
    options,
  );
  return { q: outputTensor(outputs, 'q', Uint16Array) };
}

/** `query` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export async function prepareQuery(
  device: Device,
  sizes: QuerySizes,
  options: LoadOptions,
): Promise<Prepared<'z' | 'rope' | 'position' | 'q', QuerySizes>> {
  return prepareKernel(await kernelOf('query', source, device, options.load), device, sizes, options);
}

/** Sizes of `keep_one`. */
export type KeepOneSizes = { readonly R: number; readonly G: number; readonly E: number; readonly N: number };

export interface KeepOneInputs {
  /** f32[1, (2*E*G*R) + (4*E*G)] */
  readonly z: Input<Float32Array>;
  /** f32[N, 2, E] */
  readonly rope: Input<Float32Array>;
  /** i32<N>[1] */
  readonly position: Input<Int32Array>;
  /** bf16[2, G, N, 2*E], changed in place */
  readonly KV: Input<Uint16Array>;
}

export interface KeepOneOutputs {
  /** bf16[2, G, N, 2*E], changed in place */
  readonly KV: HostTensor<Uint16Array>;
}

/**
 * `keep_one`
 *
 * From llama.tdsl, line 121.
 */
export async function keep_one(
  device: Device,
  inputs: KeepOneInputs,
  options: RunOptions<KeepOneSizes>,
): Promise<KeepOneOutputs> {
  const outputs = await runKernel(
    await kernelOf('keep_one', source, device, options.load),
    device,
    { ...inputs },
    options,
  );
  return { KV: outputTensor(outputs, 'KV', Uint16Array) };
}

/** `keep_one` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export async function prepareKeepOne(
  device: Device,
  sizes: KeepOneSizes,
  options: LoadOptions,
): Promise<Prepared<'z' | 'rope' | 'position' | 'KV', KeepOneSizes>> {
  return prepareKernel(await kernelOf('keep_one', source, device, options.load), device, sizes, options);
}

/** Sizes of `attend_one`. */
export type AttendOneSizes = {
  readonly T: number;
  readonly G: number;
  readonly R: number;
  readonly D: 64 | 128;
  readonly X: number;
};

export interface AttendOneInputs {
  /** bf16[G*R, D] */
  readonly q: Input<Uint16Array>;
  /** bf16[2, G, T + X, D] */
  readonly KV: Input<Uint16Array>;
  /** i32<T + X>[1] */
  readonly position: Input<Int32Array>;
}

export interface AttendOneOutputs {
  /** bf16[1, D*G*R] */
  readonly o: HostTensor<Uint16Array>;
}

/**
 * Attention of one position over those up to it, which are among the first T.
 *
 * From llama.tdsl, line 141.
 */
export async function attend_one(
  device: Device,
  inputs: AttendOneInputs,
  options: RunOptions<AttendOneSizes>,
): Promise<AttendOneOutputs> {
  const outputs = await runKernel(
    await kernelOf('attend_one', source, device, options.load),
    device,
    { ...inputs },
    options,
  );
  return { o: outputTensor(outputs, 'o', Uint16Array) };
}

/** `attend_one` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export async function prepareAttendOne(
  device: Device,
  sizes: AttendOneSizes,
  options: LoadOptions,
): Promise<Prepared<'q' | 'KV' | 'position' | 'o', AttendOneSizes>> {
  return prepareKernel(await kernelOf('attend_one', source, device, options.load), device, sizes, options);
}

/** Sizes of `choose`. */
export type ChooseSizes = { readonly V: number; readonly N: number };

export interface ChooseInputs {
  /** f32[1, V] */
  readonly logits: Input<Float32Array>;
  /** i32<V>[1], changed in place */
  readonly word: Input<Int32Array>;
  /** i32<N>[1], changed in place */
  readonly position: Input<Int32Array>;
  /** i32<V>[N], changed in place */
  readonly words: Input<Int32Array>;
}

export interface ChooseOutputs {
  /** i32<V>[1], changed in place */
  readonly word: HostTensor<Int32Array>;
  /** i32<N>[1], changed in place */
  readonly position: HostTensor<Int32Array>;
  /** i32<V>[N], changed in place */
  readonly words: HostTensor<Int32Array>;
}

/**
 * The word with the largest score comes next.
 *
 * From llama.tdsl, line 150.
 */
export async function choose(
  device: Device,
  inputs: ChooseInputs,
  options: RunOptions<ChooseSizes>,
): Promise<ChooseOutputs> {
  const outputs = await runKernel(
    await kernelOf('choose', source, device, options.load),
    device,
    { ...inputs },
    options,
  );
  return {
    word: outputTensor(outputs, 'word', Int32Array),
    position: outputTensor(outputs, 'position', Int32Array),
    words: outputTensor(outputs, 'words', Int32Array),
  };
}

/** `choose` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export async function prepareChoose(
  device: Device,
  sizes: ChooseSizes,
  options: LoadOptions,
): Promise<Prepared<'logits' | 'word' | 'position' | 'words', ChooseSizes>> {
  return prepareKernel(await kernelOf('choose', source, device, options.load), device, sizes, options);
}

/** Sizes of `surprise`. */
export type SurpriseSizes = { readonly S: number; readonly V: number };

export interface SurpriseInputs {
  /** f32[S, V] */
  readonly logits: Input<Float32Array>;
  /** i32<V>[S] */
  readonly targets: Input<Int32Array>;
}

export interface SurpriseOutputs {
  /** f32[S] */
  readonly nll: HostTensor<Float32Array>;
}

/**
 * −log p of each target.
 *
 * From llama.tdsl, line 158.
 */
export async function surprise(
  device: Device,
  inputs: SurpriseInputs,
  options: RunOptions<SurpriseSizes>,
): Promise<SurpriseOutputs> {
  const outputs = await runKernel(
    await kernelOf('surprise', source, device, options.load),
    device,
    { ...inputs },
    options,
  );
  return { nll: outputTensor(outputs, 'nll', Float32Array) };
}

/** `surprise` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export async function prepareSurprise(
  device: Device,
  sizes: SurpriseSizes,
  options: LoadOptions,
): Promise<Prepared<'logits' | 'targets' | 'nll', SurpriseSizes>> {
  return prepareKernel(await kernelOf('surprise', source, device, options.load), device, sizes, options);
}

const source: DescribedIn = {
  files: { cpu: 'llama/llama.cpu.json', webgpu: 'llama/llama.wgsl.json', cuda: 'llama/llama.cuda.json' },
  states: { Model: stateModel, Cache: stateCache, Run: stateRun },
};

/** Gives the text of an emitted kernel by its path below the output folder, for example `matmul/matmul.wgsl`. */
export type Loader = (path: string) => Promise<string>;

/** A tensor on the host: its elements row by row, and its shape. Elements of less than a byte are packed, the first in the low bits. */
export interface HostTensor<T extends ArrayBufferView> {
  readonly data: T;
  readonly shape: readonly number[];
}

/** An input: a tensor, or its elements alone where `sizes` or the other inputs tell its shape. */
export type Input<T extends ArrayBufferView> = T | HostTensor<T>;

/** Bit patterns of binary16 numbers, or a Float16Array where the engine has it. */
export type Half = Uint16Array | (ArrayBufferView & { readonly [Symbol.toStringTag]: 'Float16Array' });

export interface LoadOptions {
  readonly load: Loader;
}

export interface RunOptions<S> extends LoadOptions {
  /** Sizes that the inputs do not tell. */
  readonly sizes?: Partial<S>;
}

/** A kernel made ready for one device and one set of sizes. */
export interface Prepared<Name extends string, S> {
  readonly sizes: S;
  /** Bytes that each tensor's buffer needs. */
  readonly bytes: Readonly<Record<Name, number>>;
  /** Path of the kernel text that was chosen. */
  readonly file: string;
  /** Kernels that a launch starts. */
  readonly launches: number;
  /** Bytes of its scratch memory: where there are any, a launch must wait for the last one. */
  readonly ownBytes: number;
  /** Starts the kernel's launches on buffers of the caller; results stay on the device. */
  launch(buffers: Readonly<Record<Name, DeviceBuffer>>): void;
  /**
   * Waits for the last launch and looks at what it checked.
   * @throws RangeError where an index that the kernel computed or read names an element that is not there, or one that another point writes too
   */
  verify(): Promise<void>;
  /** Frees the scratch memory. */
  destroy(): void;
}

type ArrayName =
  'Float32Array' | 'Uint16Array' | 'Int16Array' | 'Int32Array' | 'Uint32Array' | 'Int8Array' | 'Uint8Array';

interface TensorSpec {
  readonly name: string;
  readonly dtype: string;
  readonly bits: number;
  readonly array: ArrayName;
  readonly shape: readonly SizeExpr[];
  /** Elements are integers v with 0 <= v < limit. */
  readonly limit?: SizeExpr;
  /** In memory of the host that the device reaches: `device.alloc(bytes, 'host')`. */
  readonly place?: 'host';
  /** Leading positions of all elements that the kernel reads or writes. */
  readonly region?: readonly number[];
}

interface VariantSpec {
  readonly file: string;
  /** Conditions on sizes: to be this, a multiple of this, this at most. */
  readonly equals?: Sizes;
  readonly multiples?: Sizes;
  readonly atMost?: Sizes;
  readonly features: readonly string[];
  readonly launches: readonly LaunchAbi[];
  readonly scratch: readonly { readonly name: string; readonly bits: number; readonly elements: SizeExpr }[];
}

interface CheckSpec {
  readonly tensor: string;
  readonly kind: 'outside' | 'duplicate' | 'read';
  readonly target: string;
  readonly line: number;
  readonly axes: readonly { readonly name: string; readonly extent: SizeExpr }[];
  /** Of a read: dimensions whose index may lie outside. */
  readonly places?: readonly { readonly dimension: number; readonly extent: SizeExpr }[];
}

interface KernelSpec {
  readonly name: string;
  readonly sizes: readonly { readonly name: string; readonly pinned?: readonly number[] }[];
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** One i32 each: the number of the first point that is wrong, row by row over the axes, or 2^31 - 1. */
  readonly checks?: readonly CheckSpec[];
  /** `expr` is at least 0, or 0 with `zero`. */
  readonly facts: readonly { readonly expr: SizeExpr; readonly relation: 'nonneg' | 'zero'; readonly text: string }[];
  /** By target: `cpu`, `wgsl`, `cuda:sm_80`; of several CUDA targets the later is the better. */
  readonly targets: Readonly<Record<string, readonly VariantSpec[]>>;
}

type AnyInputs = Readonly<Record<string, Input<ArrayBufferView>>>;

/** Value of a size expression; undefined where it needs a size that is not known. Divisions round down (`ceildiv`: up). */
function sizeValue(expr: SizeExpr, sizes: Sizes): number | undefined {
  if (typeof expr === 'number') return expr;
  if (typeof expr === 'string') return Object.hasOwn(sizes, expr) ? sizes[expr] : undefined;
  const values: number[] = [];
  for (const arg of expr.args) {
    const value = sizeValue(arg, sizes);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values.reduce((a, b) => applySize(expr.op, a, b));
}

function applySize(op: SizeOp, a: number, b: number): number {
  switch (op) {
    case 'add':
      return a + b;
    case 'sub':
      return a - b;
    case 'mul':
      return a * b;
    case 'floordiv':
      return Math.floor(a / b);
    case 'ceildiv':
      return Math.ceil(a / b);
    case 'mod':
      return a - b * Math.floor(a / b);
    case 'min':
      return Math.min(a, b);
    case 'max':
      return Math.max(a, b);
    default: {
      const never: never = op;
      throw new RangeError(`unknown operation ${String(never)}`);
    }
  }
}

/** A size expression as text, for messages. */
function sizeText(expr: SizeExpr): string {
  return sizeTextInside(expr).replace(/^\((.*)\)$/, '$1');
}

function sizeTextInside(expr: SizeExpr): string {
  if (typeof expr !== 'object') return String(expr);
  const signs: Partial<Record<SizeOp, string>> = { add: ' + ', sub: ' - ', mul: '*', floordiv: ' / ', mod: ' % ' };
  const args = expr.args.map(sizeTextInside);
  const sign = signs[expr.op];
  return sign === undefined ? `${expr.op}(${args.join(', ')})` : `(${args.join(sign)})`;
}

function shapeText(tensor: TensorSpec): string {
  return `${tensor.dtype}[${tensor.shape.map(sizeText).join(', ')}]`;
}

/** The one unknown size of `expr = value`, where it stands under sums, differences and products alone; undefined otherwise. */
function solveSize(expr: SizeExpr, value: number, sizes: Sizes): { name: string; value: number } | undefined {
  if (typeof expr === 'number') return undefined;
  if (typeof expr === 'string') return Object.hasOwn(sizes, expr) ? undefined : { name: expr, value };
  const known = expr.args.map((arg) => sizeValue(arg, sizes));
  const at = known.indexOf(undefined);
  const unknown = expr.args[at];
  if (unknown === undefined || known.indexOf(undefined, at + 1) >= 0) return undefined;
  const others = known.filter((v) => v !== undefined);
  if (expr.op === 'add')
    return solveSize(
      unknown,
      others.reduce((a, b) => a - b, value),
      sizes,
    );
  if (expr.op === 'sub')
    return solveSize(unknown, at === 0 ? value + (others[0] ?? 0) : (others[0] ?? 0) - value, sizes);
  const factor = others.reduce((a, b) => a * b, 1);
  if (expr.op !== 'mul' || factor === 0) return undefined;
  // Where it does not divide, the check of the shape finds the difference and names both numbers.
  return solveSize(unknown, Math.floor(value / factor), sizes);
}

type Shapes = Readonly<Record<string, readonly number[] | undefined>>;

/**
 * The sizes that shapes and given values tell, and where each comes from.
 * @throws RangeError for a wrong number of dimensions, a size that does not exist or is no whole number
 */
function bindSizes(
  kernel: KernelSpec,
  shapes: Shapes,
  given: Readonly<Record<string, number | undefined>>,
): { readonly sizes: Sizes; readonly origin: Readonly<Record<string, string>> } {
  const sizes: Record<string, number> = {};
  const origin: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!kernel.sizes.some((size) => size.name === name))
      throw new RangeError(
        `${kernel.name}: there is no size ${name}; the sizes are ${kernel.sizes.map((size) => size.name).join(', ')}`,
      );
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RangeError(`${kernel.name}: size ${name} must be a whole number from 0 up, found ${value}`);
    sizes[name] = value;
    origin[name] = 'given';
  }
  for (const tensor of kernel.inputs) {
    const shape = shapes[tensor.name];
    if (shape !== undefined && shape.length !== tensor.shape.length)
      throw new RangeError(
        `${kernel.name}: ${tensor.name} is ${shapeText(tensor)} with ${tensor.shape.length} dimensions, found shape [${shape.join(', ')}]`,
      );
  }
  // An extent such as G*R tells R once another tells G, in whatever order they stand.
  for (let before = -1; before !== Object.keys(sizes).length;) {
    before = Object.keys(sizes).length;
    for (const tensor of kernel.inputs) {
      tensor.shape.forEach((extent, dim) => {
        const value = shapes[tensor.name]?.[dim];
        const found = value === undefined ? undefined : solveSize(extent, value, sizes);
        if (found === undefined || found.value < 0) return;
        sizes[found.name] = found.value;
        origin[found.name] = `from dimension ${dim} of ${tensor.name}`;
      });
    }
  }
  return { sizes, origin };
}

/**
 * All sizes of a call, from the shapes of its inputs (where they have one) and the sizes given, with every shape and condition checked.
 * @throws RangeError that names the tensor, what it must be and what it is.
 */
function inferSizes(kernel: KernelSpec, shapes: Shapes, given: Readonly<Record<string, number | undefined>>): Sizes {
  const { sizes, origin } = bindSizes(kernel, shapes, given);
  const missing = kernel.sizes.filter((size) => sizes[size.name] === undefined).map((size) => size.name);
  if (missing.length > 0)
    throw new RangeError(
      `${kernel.name}: nothing tells size ${missing.join(', ')}; give inputs with their shape, or sizes`,
    );
  const tensors = kernel.inputs.filter((tensor) => shapes[tensor.name] !== undefined);
  for (const tensor of tensors) {
    tensor.shape.forEach((extent, dim) => {
      const expected = sizeValue(extent, sizes);
      const found = shapes[tensor.name]?.[dim];
      if (expected === found) return;
      const why = typeof extent === 'string' && origin[extent] !== undefined ? ` (${origin[extent]})` : '';
      throw new RangeError(
        `${kernel.name}: dimension ${dim} of ${tensor.name} is ${sizeText(extent)} = ${expected}${why}, found ${found} in shape [${shapes[tensor.name]?.join(', ')}]`,
      );
    });
  }
  for (const { name, pinned } of kernel.sizes) {
    const value = sizes[name] ?? 0;
    if (pinned !== undefined && !pinned.includes(value))
      throw new RangeError(`${kernel.name}: size ${name} is compiled for ${pinned.join(', ')}, found ${value}`);
  }
  for (const fact of kernel.facts) {
    const value = sizeValue(fact.expr, sizes) ?? Number.NaN;
    if (fact.relation === 'zero' ? value !== 0 : !(value >= 0)) {
      throw new RangeError(
        `${kernel.name}: ${fact.text} does not hold for ${Object.entries(sizes)
          .map(([name, v]) => `${name}=${v}`)
          .join(', ')}`,
      );
    }
  }
  return sizes;
}

/** Elements of a tensor. */
function elementsOf(tensor: TensorSpec, sizes: Sizes): number {
  return shapeOf(tensor, sizes).reduce((a, b) => a * b, 1);
}

const shapeOf = (tensor: TensorSpec, sizes: Sizes): number[] =>
  tensor.shape.map((extent) => sizeValue(extent, sizes) ?? 0);

/** The first variant whose conditions hold for the sizes and whose features the device has. */
function chooseVariant(kernel: KernelSpec, device: Device, sizes: Sizes): VariantSpec {
  const prefix = { cpu: 'cpu', webgpu: 'wgsl', cuda: 'cuda:' }[device.kind];
  const targets = Object.keys(kernel.targets)
    .filter((target) => target.startsWith(prefix))
    .reverse();
  if (targets.length === 0)
    throw new RangeError(
      `${kernel.name} was not compiled for ${device.kind}; it was for ${Object.keys(kernel.targets).join(', ')}`,
    );
  const has = new Set(device.info().features);
  const lacking = new Set<string>();
  for (const target of targets) {
    for (const variant of kernel.targets[target] ?? []) {
      const fits =
        Object.entries(variant.equals ?? {}).every(([name, value]) => sizes[name] === value) &&
        Object.entries(variant.multiples ?? {}).every(([name, factor]) => (sizes[name] ?? 0) % factor === 0) &&
        Object.entries(variant.atMost ?? {}).every(([name, most]) => (sizes[name] ?? 0) <= most);
      const missing = variant.features.filter((feature) => !has.has(feature));
      if (fits && missing.length === 0) return variant;
      if (fits) for (const feature of missing) lacking.add(feature);
    }
  }
  const why =
    lacking.size > 0
      ? `${device.name} lacks ${[...lacking].join(', ')}`
      : `it was compiled for other sizes than ${Object.entries(sizes)
          .map(([name, v]) => `${name}=${v}`)
          .join(', ')}`;
  throw new RangeError(`no variant of ${kernel.name} runs here: ${why}`);
}

const storageSize: Readonly<Record<StorageType, number>> = {
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  i32: 4,
  u32: 4,
  f32: 4,
  f64: 8,
  i64: 8,
};

/** Bytes of a buffer: its elements in whole words, or more where a launch addresses more. */
function bufferBytes(name: string, elements: number, bits: number, variant: VariantSpec, sizes: Sizes): number {
  let bytes = Math.ceil((elements * bits) / 32) * 4;
  for (const { args } of variant.launches) {
    for (const arg of args) {
      if (arg.kind === 'buffer' && arg.name === name && arg.length !== undefined)
        bytes = Math.max(bytes, (sizeValue(arg.length, sizes) ?? 0) * storageSize[arg.storage]);
    }
  }
  return bytes;
}

type Kernels = Map<string, Promise<DeviceKernel>>;
/** By text, so that each is compiled once for a device. */
const kernelsByText = new WeakMap<Device, Kernels>();
/** By file, and by who reads it: another reader may have another text under the same name. */
const kernelsByFile = new WeakMap<Device, WeakMap<Loader, Kernels>>();

/** What the map has, or what is made now. A failure is not kept: the next call tries again. */
function kept<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let value = known.get(key);
  if (value === undefined) {
    value = make();
    known.set(key, value);
    value.catch(() => known.delete(key));
  }
  return value;
}

function loadKernel(device: Device, file: string, abi: LaunchAbi, load: Loader): Promise<DeviceKernel> {
  const readers = kernelsByFile.get(device) ?? new WeakMap<Loader, Kernels>();
  const files = readers.get(load) ?? new Map<string, Promise<DeviceKernel>>();
  const texts = kernelsByText.get(device) ?? new Map<string, Promise<DeviceKernel>>();
  kernelsByFile.set(device, readers.set(load, files));
  kernelsByText.set(device, texts);
  return kept(files, `${file}#${abi.entry}`, () =>
    load(file).then((text) => kept(texts, `${abi.entry} ${text}`, () => device.load(text, abi))),
  );
}

/** Loads the kernels of the variant that fits and allocates its scratch memory. Texts are compiled once for a device. */
async function prepareKernel<Name extends string, S extends Sizes>(
  kernel: KernelSpec,
  device: Device,
  given: S,
  options: LoadOptions,
): Promise<Prepared<Name, S>> {
  const sizes = inferSizes(kernel, {}, given);
  const variant = chooseVariant(kernel, device, sizes);
  const kernels = await Promise.all(variant.launches.map((abi) => loadKernel(device, variant.file, abi, options.load)));
  const bytes = Object.fromEntries(
    [...kernel.inputs, ...kernel.outputs].map((tensor) => [
      tensor.name,
      bufferBytes(tensor.name, elementsOf(tensor, sizes), tensor.bits, variant, sizes),
    ]),
  ) as Record<Name, number>;
  const scratch: Record<string, DeviceBuffer> = {};
  const checks = kernel.checks ?? [];
  for (const { tensor } of checks) scratch[tensor] = device.alloc(4);
  for (const { name, bits, elements } of variant.scratch)
    scratch[name] = device.alloc(bufferBytes(name, sizeValue(elements, sizes) ?? 0, bits, variant, sizes));
  return {
    sizes: given,
    bytes,
    file: variant.file,
    launches: kernels.length,
    ownBytes: Object.values(scratch).reduce((n, buffer) => n + buffer.bytes, 0),
    launch(buffers) {
      const all: Readonly<Record<string, DeviceBuffer>> = { ...buffers, ...scratch };
      for (const loaded of kernels) {
        const passed = loaded.abi.args
          .filter((arg) => arg.kind === 'buffer')
          .map(({ name }) => {
            const buffer = all[name];
            if (buffer === undefined) throw new RangeError(`${kernel.name}: buffer ${name} is missing`);
            return buffer;
          });
        device.launch(loaded, passed, sizes);
      }
    },
    async verify() {
      for (const check of checks) {
        const buffer = scratch[check.tensor];
        const found =
          buffer === undefined ? undefined : new Int32Array((await device.download(buffer)).slice(0, 4).buffer)[0];
        if (found !== undefined && found < 2 ** 31 - 1)
          throw new RangeError(offence(kernel, check, found, sizes), { cause: { check, point: found } });
      }
    },
    destroy: () => Object.values(scratch).forEach((buffer) => buffer.destroy()),
  };
}

/** What is wrong at the point with that number. */
function offence(kernel: KernelSpec, check: CheckSpec, found: number, sizes: Sizes): string {
  let rest = found;
  const point = [...check.axes]
    .reverse()
    .map(({ name, extent }) => {
      const n = sizeValue(extent, sizes) ?? 1;
      const at = rest % n;
      rest = Math.floor(rest / n);
      return `${name} = ${at}`;
    })
    .reverse()
    .join(', ');
  const ranges = check.places
    ?.map(({ dimension, extent }) => `0 to ${(sizeValue(extent, sizes) ?? 0) - 1} in dimension ${dimension}`)
    .join(', ');
  const what =
    check.kind === 'duplicate'
      ? `an element of ${check.target} is written that an earlier point writes too`
      : `an element that ${check.target} does not have is ${check.kind === 'read' ? `read, whose indices go from ${ranges}` : 'written'}`;
  return `${kernel.name}, line ${check.line}: ${what}${point === '' ? '' : `; the first time at ${point}`}`;
}

function isTensor(input: Input<ArrayBufferView>): input is HostTensor<ArrayBufferView> {
  return !ArrayBuffer.isView(input);
}

/** The elements of an input, after their type has been checked. */
function dataOf(
  kernel: { readonly name: string },
  tensor: TensorSpec,
  input: Input<ArrayBufferView> | undefined,
): ArrayBufferView {
  if (input === undefined) throw new TypeError(`${kernel.name}: input ${tensor.name} is missing`);
  const data = isTensor(input) ? input.data : input;
  const name = Object.prototype.toString.call(data).slice(8, -1);
  if (name === tensor.array || (tensor.dtype === 'f16' && name === 'Float16Array')) return data;
  throw new TypeError(`${kernel.name}: ${tensor.name} is ${tensor.dtype} and takes a ${tensor.array}, found a ${name}`);
}

/** The bytes of an input, after its length and its values' range have been checked. */
function inputBytes(
  kernel: KernelSpec,
  tensor: TensorSpec,
  input: Input<ArrayBufferView> | undefined,
  sizes: Sizes,
): Uint8Array {
  const data = dataOf(kernel, tensor, input);
  const elements = elementsOf(tensor, sizes);
  const expected = Math.ceil((elements * tensor.bits) / 8);
  if (data.byteLength !== expected) {
    throw new RangeError(
      `${kernel.name}: ${tensor.name} is ${shapeText(tensor)} = [${shapeOf(tensor, sizes).join(', ')}], ${elements} elements in ${expected} bytes, found ${data.byteLength} bytes`,
    );
  }
  if (tensor.limit !== undefined) checkLimit(kernel, tensor, data, sizeValue(tensor.limit, sizes) ?? 0);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Kernels trust the range of `i32<C>`, so it is checked where values enter. */
function checkLimit(kernel: { readonly name: string }, tensor: TensorSpec, data: ArrayBufferView, limit: number): void {
  if (!(
    data instanceof Int32Array ||
    data instanceof Uint32Array ||
    data instanceof Int16Array ||
    data instanceof Uint16Array ||
    data instanceof Int8Array ||
    data instanceof Uint8Array
  ))
    return;
  const at = data.findIndex((value: number) => value < 0 || value >= limit);
  if (at >= 0)
    throw new RangeError(
      `${kernel.name}: element ${at} of ${tensor.name} is ${data[at]}, but must be from 0 to ${limit - 1}`,
    );
}

const arrays = { Float32Array, Uint16Array, Int16Array, Int32Array, Uint32Array, Int8Array, Uint8Array };

/** Uploads are in whole words. */
function wholeWords(bytes: Uint8Array): Uint8Array {
  if (bytes.length % 4 === 0) return bytes;
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  return padded;
}

/** Runs a kernel once from host arrays to host arrays. */
async function runKernel(
  kernel: KernelSpec,
  device: Device,
  inputs: AnyInputs,
  options: RunOptions<Record<string, number>>,
): Promise<Record<string, HostTensor<ArrayBufferView>>> {
  const shapes: Record<string, readonly number[] | undefined> = {};
  for (const tensor of kernel.inputs) {
    const input = inputs[tensor.name];
    const data = dataOf(kernel, tensor, input);
    if (input !== undefined && isTensor(input)) shapes[tensor.name] = input.shape;
    // The number of its elements is the shape of a vector, and a scalar has none.
    else if (tensor.shape.length === 1 && tensor.bits >= 8) shapes[tensor.name] = [(data.byteLength * 8) / tensor.bits];
  }
  const sizes = inferSizes(kernel, shapes, options.sizes ?? {});
  const bytes = kernel.inputs.map((tensor) => inputBytes(kernel, tensor, inputs[tensor.name], sizes));
  const prepared = await prepareKernel<string, Sizes>(kernel, device, sizes, options);
  const buffers: Record<string, DeviceBuffer> = {};
  try {
    kernel.inputs.forEach((tensor, i) => {
      const buffer = device.alloc(prepared.bytes[tensor.name] ?? 0, tensor.place);
      buffers[tensor.name] = buffer;
      device.upload(buffer, wholeWords(bytes[i] ?? new Uint8Array(0)));
    });
    for (const tensor of kernel.outputs)
      buffers[tensor.name] ??= device.alloc(prepared.bytes[tensor.name] ?? 0, tensor.place);
    prepared.launch(buffers);
    await prepared.verify();
    const results: Record<string, HostTensor<ArrayBufferView>> = {};
    for (const tensor of kernel.outputs) {
      const buffer = buffers[tensor.name];
      if (buffer === undefined) continue;
      const raw = await device.download(buffer);
      const length = Math.ceil((elementsOf(tensor, sizes) * tensor.bits) / 8);
      const copy = raw.slice(0, length).buffer;
      results[tensor.name] = { data: new arrays[tensor.array](copy), shape: shapeOf(tensor, sizes) };
    }
    return results;
  } finally {
    prepared.destroy();
    for (const buffer of Object.values(buffers)) buffer.destroy();
  }
}

/** One output with the element type that its kernel declares. */
function outputTensor<T extends ArrayBufferView>(
  outputs: Readonly<Record<string, HostTensor<ArrayBufferView>>>,
  name: string,
  array: abstract new (...args: never) => T,
): HostTensor<T> {
  const output = outputs[name];
  if (output === undefined || !(output.data instanceof array)) throw new TypeError(`output ${name} is missing`);
  return { data: output.data, shape: output.shape };
}

// What bundlers may leave out where its result is not used.
/* @__NO_SIDE_EFFECTS__ */
function sizeOp(op: SizeOp, ...args: readonly SizeExpr[]): SizeExpr {
  return { op, args };
}

/** A tensor. The type of its elements tells their width and the array that holds them on the host: bytes, where several share one. */
/* @__NO_SIDE_EFFECTS__ */
function tensorOf(
  name: string,
  dtype: string,
  shape: readonly SizeExpr[],
  rest: Pick<TensorSpec, 'limit' | 'place' | 'region'> = {},
): TensorSpec {
  // Here, since descriptions of kernels call this before constants of the module below them have values.
  const widths: Readonly<Record<string, number>> = { e4m3: 8, e5m2: 8, e8m0: 8, e2m1: 4, bool: 8 };
  const names: Readonly<Record<string, TensorSpec['array']>> = {
    f32: 'Float32Array',
    f16: 'Uint16Array',
    bf16: 'Uint16Array',
    u16: 'Uint16Array',
    i16: 'Int16Array',
    i32: 'Int32Array',
    u32: 'Uint32Array',
    i8: 'Int8Array',
  };
  return {
    name,
    dtype,
    bits: widths[dtype] ?? Number(dtype.replace(/\D+/, '')),
    array: names[dtype] ?? 'Uint8Array',
    shape,
    ...rest,
  };
}

/** What such a file has, by name. */
interface Described extends Omit<Specs, 'states'> {
  readonly programs: Readonly<Record<string, ProgramSpec>>;
}

/** The states, which are made at once, and the paths of the files below the output folder by kinds of devices. */
interface DescribedIn {
  readonly states: Readonly<Record<string, StateSpec>>;
  readonly files: { readonly [K in Device['kind']]?: string };
}

/** By who reads them: another reader may have another text under the same name. */
const filesRead = new WeakMap<Loader, Map<string, Promise<Described>>>();

/** @throws RangeError where nothing was compiled for that kind of device, or where `load` gives something else */
async function described(
  name: string,
  path: string | undefined,
  { files }: DescribedIn,
  device: Device,
  load: Loader,
): Promise<Described> {
  if (path === undefined)
    throw new RangeError(`${name} was not compiled for ${device.kind}; it was for ${Object.keys(files).join(', ')}`);
  const known = filesRead.get(load) ?? new Map<string, Promise<Described>>();
  filesRead.set(load, known);
  return kept(known, path, async () => parsed(await load(path), path));
}

function parsed(text: string, path: string): Described {
  try {
    return { kernels: {}, programs: {}, hosts: {}, ...(JSON.parse(text) as Partial<Described>) };
  } catch (cause) {
    throw new RangeError(
      `what \`load\` gives for ${path} is no JSON; it must be the file that stands beside the kernels`,
      { cause },
    );
  }
}

function named<T>(all: Readonly<Record<string, T>>, name: string, path: string | undefined): T {
  const found = all[name];
  if (found === undefined)
    throw new RangeError(`${path} has no ${name}: it is of another compilation than the harness`);
  return found;
}

async function kernelOf(name: string, source: DescribedIn, device: Device, load: Loader): Promise<KernelSpec> {
  const path = source.files[device.kind];
  const { kernels } = await described(name, path, source, device, load);
  return named(kernels, name, path);
}

async function programOf(
  name: string,
  source: DescribedIn,
  device: Device,
  load: Loader,
): Promise<{ readonly program: ProgramSpec; readonly specs: Specs }> {
  const path = source.files[device.kind];
  const all = await described(name, path, source, device, load);
  return { program: named(all.programs, name, path), specs: { ...all, states: source.states } };
}

/** `sliced`: every use fixes so many leading positions, and rows begin at multiples of ROW_ALIGNMENT bytes. */
interface ProgramTensorSpec extends TensorSpec {
  readonly role: 'input' | 'output' | 'temporary' | 'state';
  readonly state?: { readonly parameter: string; readonly field: string };
  readonly sliced: number;
}

type PassedSpec = { readonly name: string; readonly access: 'read' | 'write' | 'readwrite' } & (
  | { readonly kind: 'slice'; readonly tensor: string; readonly at: readonly SizeExpr[] }
  | { readonly kind: 'scalar'; readonly value: SizeExpr; readonly dtype: string }
);

type StepSpec =
  | {
      readonly kind: 'call' | 'host';
      readonly callee: string;
      readonly sizes: Readonly<Record<string, SizeExpr>>;
      readonly args: readonly PassedSpec[];
    }
  | {
      readonly kind: 'for';
      readonly variable: string;
      readonly from: SizeExpr;
      readonly to: SizeExpr;
      readonly body: readonly StepSpec[];
    };

interface ProgramSpec {
  readonly name: string;
  readonly sizes: readonly { readonly name: string; readonly pinned?: readonly number[] }[];
  readonly states: readonly { readonly parameter: string; readonly state: string }[];
  readonly tensors: readonly ProgramTensorSpec[];
  readonly steps: readonly StepSpec[];
  readonly facts: readonly { readonly expr: SizeExpr; readonly relation: 'nonneg' | 'zero'; readonly text: string }[];
}

/** A part of a tensor's memory. `version` counts the values that a temporary has had; of other tensors it is 0. */
interface Place {
  readonly kind: 'place';
  readonly tensor: string;
  readonly version: number;
  readonly offset: number;
  readonly bytes: number;
}
interface Scalar {
  readonly kind: 'scalar';
  readonly value: number;
  readonly dtype: string;
}
interface PlannedArg {
  readonly name: string;
  readonly access: 'read' | 'write' | 'readwrite';
  readonly from: Place | Scalar;
}
export interface PlannedCall {
  readonly kind: 'call' | 'host';
  readonly callee: string;
  readonly sizes: Sizes;
  readonly args: readonly PlannedArg[];
}

/** Every device can bind memory from here on (WebGPU's largest alignment). */
const ROW_ALIGNMENT = 256;

interface Layout {
  readonly shape: readonly number[];
  /** Bytes of what is left when `sliced` positions are fixed. */ readonly rowBytes: number;
  /** Bytes from one such row to the next. */ readonly pitch: number;
  readonly rows: number;
  readonly bytes: number;
}

/** How a tensor lies in memory. Rows lie apart only where nothing ever sees the whole. */
function layoutOf(
  tensor: { readonly shape: readonly SizeExpr[]; readonly bits: number; readonly sliced: number },
  sizes: Sizes,
): Layout {
  const shape = tensor.shape.map((e) => sizeValue(e, sizes) ?? 0);
  const rows = shape.slice(0, tensor.sliced).reduce((a, b) => a * b, 1);
  const bits = shape.slice(tensor.sliced).reduce((a, b) => a * b, 1) * tensor.bits;
  const rowBytes = Math.ceil(bits / 8);
  const pitch = tensor.sliced === 0 ? rowBytes : Math.ceil(rowBytes / ROW_ALIGNMENT) * ROW_ALIGNMENT;
  return { shape, rowBytes, pitch, rows, bytes: rows * pitch };
}

/** Where a slice begins, and its bytes. @throws RangeError where a position is outside */
function sliceOf(
  tensor: ProgramTensorSpec,
  at: readonly number[],
  sizes: Sizes,
): { readonly offset: number; readonly bytes: number } {
  const { shape, pitch, rowBytes, bytes } = layoutOf(tensor, sizes);
  at.forEach((position, dim) => {
    const extent = shape[dim] ?? 0;
    if (position < 0 || position >= extent)
      throw new RangeError(`position ${position} of dimension ${dim} of ${tensor.name} is not below ${extent}`);
  });
  const row = at.reduce((n, position, dim) => n * (shape[dim] ?? 1) + position, 0);
  if (at.length === 0) return { offset: 0, bytes };
  if (at.length === tensor.sliced) return { offset: row * pitch, bytes: Math.max(rowBytes, pitch) };
  const bits = shape.slice(at.length).reduce((a, b) => a * b, 1) * tensor.bits;
  if (bits % 8 !== 0) throw new RangeError(`${tensor.name}[${at.join(', ')}] does not begin at a whole byte`);
  return { offset: (row * bits) / 8, bytes: bits / 8 };
}

/** All calls in their order, with numbers for every size and place. */
function unroll(program: ProgramSpec, sizes: Sizes): PlannedCall[] {
  const tensors = new Map(program.tensors.map((t) => [t.name, t]));
  const versions = new Map<string, number>();
  const calls: PlannedCall[] = [];
  const number = (e: SizeExpr, known: Sizes): number => sizeValue(e, known) ?? Number.NaN;
  const place = (tensor: ProgramTensorSpec, at: readonly number[], known: Sizes): Place => ({
    kind: 'place',
    tensor: tensor.name,
    version: versions.get(tensor.name) ?? 0,
    ...sliceOf(tensor, at, known),
  });
  const arg = (passed: PassedSpec, known: Sizes): PlannedArg => {
    const { name, access } = passed;
    if (passed.kind === 'scalar')
      return { name, access, from: { kind: 'scalar', value: number(passed.value, known), dtype: passed.dtype } };
    const tensor = tensors.get(passed.tensor);
    if (tensor === undefined) throw new RangeError(`${program.name} has no tensor ${passed.tensor}`);
    // What is written whole is a new value: earlier calls may still read the old one, in memory of its own.
    if (access === 'write' && tensor.role === 'temporary' && passed.at.length === 0)
      versions.set(tensor.name, (versions.get(tensor.name) ?? 0) + 1);
    return {
      name,
      access,
      from: place(
        tensor,
        passed.at.map((e) => number(e, known)),
        known,
      ),
    };
  };
  const walk = (steps: readonly StepSpec[], known: Sizes): void => {
    for (const s of steps) {
      if (s.kind === 'for') {
        const to = number(s.to, known);
        for (let i = number(s.from, known); i < to; i++) walk(s.body, { ...known, [s.variable]: i });
        continue;
      }
      // Reads first: `x = f(x)` reads the version before.
      const read = new Map(s.args.filter((a) => a.access !== 'write').map((a) => [a.name, arg(a, known)]));
      const args = s.args.map((a) => read.get(a.name) ?? arg(a, known));
      calls.push({
        kind: s.kind,
        callee: s.callee,
        sizes: Object.fromEntries(Object.entries(s.sizes).map(([name, e]) => [name, number(e, known)])),
        args,
      });
    }
  };
  walk(program.steps, sizes);
  return calls;
}

export interface MemoryPlan {
  /** Bytes of each shared piece of memory. */
  readonly slots: readonly number[];
  /** Which piece a version of a temporary uses, by `tensor#version`. */
  readonly slotOf: ReadonlyMap<string, number>;
  /** Bytes of all versions together, which is what they would take without sharing. */
  readonly unshared: number;
}

const versionKey = ({ tensor, version }: Place): string => `${tensor}#${version}`;

/**
 * Gives temporaries memory: a version lives from the call that writes it to the last that reads it; when it ends, its memory serves a later one. The
 * smallest free piece that is large enough is taken, or the largest is enlarged (first fit decreasing has no meaning here: calls come in order).
 * @param need bytes of a temporary's whole version, by key
 */
function shareMemory(
  calls: readonly PlannedCall[],
  isTemporary: (tensor: string) => boolean,
  need: ReadonlyMap<string, number>,
): MemoryPlan {
  const last = new Map<string, number>();
  calls.forEach((call, i) => {
    for (const { from } of call.args)
      if (from.kind === 'place' && isTemporary(from.tensor)) last.set(versionKey(from), i);
  });
  const slots: number[] = [];
  const free = new Set<number>();
  const slotOf = new Map<string, number>();
  calls.forEach((call, i) => {
    const places = call.args.flatMap(({ from }) =>
      from.kind === 'place' && isTemporary(from.tensor) ? [versionKey(from)] : [],
    );
    for (const key of places) {
      if (slotOf.has(key)) continue;
      const bytes = need.get(key) ?? 0;
      const candidates = [...free].sort((a, b) => (slots[a] ?? 0) - (slots[b] ?? 0));
      const chosen = candidates.find((slot) => (slots[slot] ?? 0) >= bytes) ?? candidates.at(-1) ?? slots.push(0) - 1;
      free.delete(chosen);
      slots[chosen] = Math.max(slots[chosen] ?? 0, bytes);
      slotOf.set(key, chosen);
    }
    for (const key of new Set(places)) {
      const slot = slotOf.get(key);
      if (last.get(key) === i && slot !== undefined) free.add(slot);
    }
  });
  return { slots, slotOf, unshared: [...slotOf.keys()].reduce((n, key) => n + (need.get(key) ?? 0), 0) };
}

/** Bytes `from` to `to` of some memory, read or written by a call. */
interface Touch {
  readonly memory: object;
  readonly from: number;
  readonly to: number;
  readonly writes: boolean;
}

/** The bytes of a tensor that a kernel touches: all, or those of its region. @param bytes of the whole tensor */
function touchedBytes(
  tensor: TensorSpec | undefined,
  bytes: number,
  sizes: Sizes,
): { readonly from: number; readonly to: number } {
  const region = tensor?.region ?? [];
  if (tensor === undefined || region.length === 0) return { from: 0, to: bytes };
  const shape = shapeOf(tensor, sizes);
  const bits = shape.slice(region.length).reduce((a, b) => a * b, tensor.bits);
  const first = region.reduce((n, at, dim) => n * (shape[dim] ?? 1) + at, 0) * bits;
  // A byte that two regions share is touched by both.
  return { from: Math.floor(first / 8), to: Math.min(bytes, Math.ceil((first + bits) / 8)) };
}

/** For each call the earlier ones that it must come after; those that follow from others may be missing. */
function orderOf(calls: readonly (readonly Touch[])[]): number[][] {
  interface Past extends Touch {
    readonly call: number;
  }
  const pasts = new Map<object, Past[]>();
  return calls.map((touches, call) => {
    const after = new Set<number>();
    for (const t of touches) {
      for (const past of pasts.get(t.memory) ?? []) {
        if ((t.writes || past.writes) && t.from < past.to && past.from < t.to) after.add(past.call);
      }
    }
    for (const t of touches) {
      // What is overwritten as a whole is behind this call for all that follow.
      const left = (pasts.get(t.memory) ?? []).filter(
        (past) => past.call === call || !t.writes || past.from < t.from || past.to > t.to,
      );
      pasts.set(t.memory, [...left, { ...t, call }]);
    }
    return [...after].sort((a, b) => a - b);
  });
}

interface HostSpec {
  readonly name: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** A function of the host, from tensors to tensors by their names. */
export type HostFunction = (
  inputs: Readonly<Record<string, HostTensor<ArrayBufferView>>>,
  sizes: Sizes,
) => Readonly<Record<string, ArrayBufferView>> | Promise<Readonly<Record<string, ArrayBufferView>>>;

export interface ProgramOptions extends LoadOptions {
  /** The `extern host fn`s of the program, by name. */
  readonly host?: Readonly<Record<string, HostFunction>>;
  /** Start launches one by one in place of a recording; for finding faults. */
  readonly unrecorded?: boolean;
  /** Record launches one after the other, also those that do not depend on each other; to compare. */
  readonly inOrder?: boolean;
}

const wordBytes = (bytes: number): number => Math.ceil(bytes / 4) * 4;

/** Rows of memory one by one where they lie apart, else all at once. */
function uploadRows(
  what: string,
  tensor: TensorSpec & { readonly sliced: number },
  buffer: DeviceBuffer,
  device: Device,
  data: ArrayBufferView,
  sizes: Sizes,
  at: readonly number[],
): void {
  const { shape, rowBytes, pitch, rows } = layoutOf(tensor, sizes);
  const part = at.length === 0 ? rows : shape.slice(at.length, tensor.sliced).reduce((a, b) => a * b, 1);
  if (at.length > tensor.sliced)
    throw new RangeError(
      `${what}: rows of ${tensor.name} are given by at most ${tensor.sliced} positions, found [${at.join(', ')}]`,
    );
  at.forEach((position, dim) => {
    if (!(position >= 0 && position < (shape[dim] ?? 0)))
      throw new RangeError(`${what}: position ${position} of ${tensor.name} is not below ${shape[dim]}`);
  });
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.length !== part * rowBytes)
    throw new RangeError(
      `${what}: ${tensor.name}${at.length === 0 ? '' : `[${at.join(', ')}]`} takes ${part * rowBytes} bytes, found ${bytes.length}`,
    );
  const first = at.reduce((n, position, dim) => n * (shape[dim] ?? 1) + position, 0) * (at.length === 0 ? 0 : part);
  if (tensor.sliced === 0) {
    device.upload(buffer, wholeWords(bytes));
    return;
  }
  for (let r = 0; r < part; r++)
    device.upload(
      device.view(buffer, (first + r) * pitch, wordBytes(rowBytes)),
      wholeWords(bytes.subarray(r * rowBytes, (r + 1) * rowBytes)),
    );
}

async function downloadRows(
  tensor: TensorSpec & { readonly sliced: number },
  buffer: DeviceBuffer,
  device: Device,
  sizes: Sizes,
): Promise<HostTensor<ArrayBufferView>> {
  const { shape, rowBytes, pitch, rows } = layoutOf(tensor, sizes);
  const raw = await device.download(buffer);
  const all = new Uint8Array(rows * rowBytes);
  for (let r = 0; r < rows; r++) all.set(raw.subarray(r * pitch, r * pitch + rowBytes), r * rowBytes);
  return { data: new arrays[tensor.array](all.buffer), shape };
}

interface BoundCall {
  readonly call: PlannedCall;
  readonly ready: Prepared<string, Sizes> | undefined;
  readonly args: Readonly<Record<string, DeviceBuffer>>;
  readonly touches: readonly Touch[];
}
interface Segment {
  readonly kind: 'device' | 'host';
  readonly name: string;
  start(): void | Promise<void>;
  destroy(): void;
}

/** Launches between two calls of the host are one recording, made when they first run; in it each waits for those alone whose memory it shares. */
function segments(
  calls: readonly BoundCall[],
  device: Device,
  options: ProgramOptions,
  hosts: Readonly<Record<string, HostSpec>>,
): Segment[] {
  const found: Segment[] = [];
  for (let i = 0; i < calls.length;) {
    const first = calls[i];
    if (first === undefined) break;
    if (first.call.kind === 'host') {
      found.push({
        kind: 'host',
        name: first.call.callee,
        start: () => callHost(first, device, options, hosts),
        destroy() {},
      });
      i++;
      continue;
    }
    const end = calls.findIndex(({ call }, j) => j > i && call.kind === 'host');
    const run = calls.slice(i, end < 0 ? calls.length : end);
    const launch = (): void => {
      for (const { ready, args } of run) ready?.launch(args);
    };
    const parts = (): RecordedPart[] => {
      const order = orderOf(run.map(({ touches }) => touches));
      return run.map(({ ready, args }, j) => ({ after: order[j] ?? [], launch: () => ready?.launch(args) }));
    };
    let recording: Recording | undefined;
    found.push({
      kind: 'device',
      name: first.call.callee,
      start() {
        if (options.unrecorded === true) return launch();
        recording ??= device.record(options.inOrder === true ? [{ after: [], launch }] : parts());
        recording.launch();
      },
      destroy() {
        recording?.destroy();
      },
    });
    i += run.length;
  }
  return found;
}

async function callHost(
  { call, args }: BoundCall,
  device: Device,
  options: ProgramOptions,
  hosts: Readonly<Record<string, HostSpec>>,
): Promise<void> {
  const spec = hosts[call.callee];
  const fn = options.host?.[call.callee];
  if (spec === undefined || fn === undefined) throw new RangeError(`the host function ${call.callee} is missing`);
  const bufferOf = (name: string): DeviceBuffer => {
    const buffer = args[name];
    if (buffer === undefined) throw new RangeError(`${call.callee}: ${name} has no memory`);
    return buffer;
  };
  const inputs: Record<string, HostTensor<ArrayBufferView>> = {};
  for (const t of spec.inputs)
    inputs[t.name] = await downloadRows({ ...t, sliced: 0 }, bufferOf(t.name), device, call.sizes);
  const results = await fn(inputs, call.sizes);
  for (const t of spec.outputs) {
    const data = results[t.name];
    if (data === undefined) throw new TypeError(`host function ${call.callee} gave no ${t.name}`);
    const expected = Math.ceil((elementsOf(t, call.sizes) * t.bits) / 8);
    if (data.byteLength !== expected)
      throw new RangeError(`host function ${call.callee}: ${t.name} takes ${expected} bytes, found ${data.byteLength}`);
    uploadRows(call.callee, { ...t, sliced: 0 }, bufferOf(t.name), device, data, call.sizes, []);
  }
}

interface StateFieldSpec extends TensorSpec {
  readonly sliced: number;
}
interface StateSpec {
  readonly name: string;
  readonly sizes: readonly string[];
  readonly fields: readonly StateFieldSpec[];
}
/** What programs refer to by name. */
interface Specs {
  readonly kernels: Readonly<Record<string, KernelSpec>>;
  readonly states: Readonly<Record<string, StateSpec>>;
  readonly hosts: Readonly<Record<string, HostSpec>>;
}

/* @__NO_SIDE_EFFECTS__ */
function fieldOf(tensor: TensorSpec, sliced = 0): StateFieldSpec {
  return { ...tensor, sliced };
}

/** A state on a device: its fields outlive the runs of programs. */
export interface StateObject<Field extends string> {
  readonly sizes: Sizes;
  readonly buffers: Readonly<Record<Field, DeviceBuffer>>;
  /** Bytes of device memory that belong to this object. */
  readonly bytes: number;
  /** Gives a field its elements; with `at` those of one row of its leading dimensions, so that large fields can be streamed. */
  upload(field: Field, data: ArrayBufferView, at?: readonly number[]): void;
  download(field: Field): Promise<HostTensor<ArrayBufferView>>;
  destroy(): void;
}

export interface StateOptions<Field extends string> {
  /** Fields that are the memory of another, such as tied weights: a field of this state that is declared before, or a buffer. */
  readonly shared?: Partial<Readonly<Record<Field, DeviceBuffer | Field>>>;
}

/** A program made ready for one device, one set of sizes and its states. */
export interface PreparedProgram<Name extends string, S> {
  readonly sizes: S;
  /** Memory of inputs and results, which live as long as this object. */
  readonly buffers: Readonly<Record<Name, DeviceBuffer>>;
  /** How the temporaries share memory, and how many launches a run has. */
  readonly memory: MemoryPlan;
  readonly launches: number;
  readonly calls: readonly PlannedCall[];
  upload(input: Name, data: Input<ArrayBufferView>): void;
  /** Starts a run; results stay on the device. @throws TypeError where the program calls host functions, which `run` waits for */
  launch(): void;
  /** A whole run, with functions of the host, and `verify`. */
  run(): Promise<void>;
  /** A run one call after the other, which hands over what each has written; for checks. */
  trace(onCall: (call: PlannedCall, written: ReadonlyMap<string, Uint8Array>) => void): Promise<void>;
  /** Waits for the last run and looks at what its kernels checked. @throws RangeError as `Prepared.verify` does */
  verify(): Promise<void>;
  download(name: Name): Promise<HostTensor<ArrayBufferView>>;
  destroy(): void;
}

/** @throws RangeError for sizes that are missing or no whole numbers; DeviceError where there is no memory */
function createState<Field extends string>(
  spec: StateSpec,
  device: Device,
  sizes: Sizes,
  options: StateOptions<Field> = {},
): StateObject<Field> {
  for (const name of spec.sizes) {
    const value = sizes[name];
    if (value === undefined || !Number.isSafeInteger(value) || value < 0)
      throw new RangeError(`state ${spec.name}: size ${name} must be a whole number from 0 up, found ${value}`);
  }
  const own: DeviceBuffer[] = [];
  const shared: Readonly<Record<string, DeviceBuffer | string | undefined>> = options.shared ?? {};
  const buffers: Record<string, DeviceBuffer> = {};
  const needs = spec.fields.map((f) => ({
    name: `${spec.name}.${f.name}`,
    bytes: shared[f.name] === undefined ? wordBytes(layoutOf(f, sizes).bytes) : 0,
  }));
  checkMemory(`state ${spec.name}`, device, needs);
  for (const field of spec.fields) {
    const { bytes } = layoutOf(field, sizes);
    const other = shared[field.name];
    const given = typeof other === 'string' ? buffers[other] : other;
    if (typeof other === 'string' && given === undefined)
      throw new RangeError(
        `state ${spec.name}: ${field.name} shares the memory of ${other}, which is no field before it`,
      );
    if (given !== undefined && given.bytes < bytes)
      throw new RangeError(
        `state ${spec.name}: ${field.name} takes ${bytes} bytes, and the shared memory has ${given.bytes}`,
      );
    const buffer = given ?? allocate(device, wordBytes(bytes), `${spec.name}.${field.name}`, field.place);
    if (given === undefined) own.push(buffer);
    buffers[field.name] = buffer;
  }
  const find = (name: string): { readonly field: StateFieldSpec; readonly buffer: DeviceBuffer } => {
    const field = spec.fields.find((f) => f.name === name);
    const buffer = buffers[name];
    if (field === undefined || buffer === undefined) throw new RangeError(`state ${spec.name} has no field ${name}`);
    return { field, buffer };
  };
  return {
    sizes,
    buffers: buffers as Record<Field, DeviceBuffer>,
    bytes: own.reduce((n, b) => n + b.bytes, 0),
    upload(name, data, at) {
      const { field, buffer } = find(name);
      uploadRows(`state ${spec.name}`, field, buffer, device, data, sizes, at ?? []);
    },
    async download(name) {
      const { field, buffer } = find(name);
      return downloadRows(field, buffer, device, sizes);
    },
    destroy() {
      for (const buffer of own) buffer.destroy();
    },
  };
}

/** Says how much too much it is, and which buffers are the largest. */
function checkMemory(
  what: string,
  device: Device,
  needs: readonly { readonly name: string; readonly bytes: number }[],
): void {
  const { memoryBytes, bufferBytes } = device.info().limits;
  const total = needs.reduce((n, { bytes }) => n + bytes, 0);
  const large = needs.find(({ bytes }) => bytes > bufferBytes);
  if (large !== undefined)
    throw new RangeError(
      `${what}: ${large.name} takes ${large.bytes} bytes, ${large.bytes - bufferBytes} over what one buffer of ${device.name} can have (${bufferBytes})`,
    );
  if (memoryBytes === 0 || total <= memoryBytes) return;
  const largest = [...needs]
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 4)
    .map(({ name, bytes }) => `${name} ${bytes}`)
    .join(', ');
  throw new RangeError(
    `${what} takes ${total} bytes, ${total - memoryBytes} over the memory of ${device.name} (${memoryBytes}); its largest buffers are ${largest}`,
  );
}

function allocate(device: Device, bytes: number, name: string, place?: 'host'): DeviceBuffer {
  try {
    return device.alloc(bytes, place);
  } catch (cause) {
    // The same error, which says by its kind and code what is missing.
    if (cause instanceof Error) cause.message = `${name} (${bytes} bytes): ${cause.message}`;
    throw cause;
  }
}

/** All sizes of a program: those of its states, and those given, which must agree. */
function programSizes(
  program: ProgramSpec,
  states: Readonly<Record<string, StateObject<string>>>,
  specs: Readonly<Record<string, StateSpec>>,
  given: Sizes,
): Sizes {
  const shapes: Record<string, readonly number[]> = {};
  for (const { parameter, state } of program.states) {
    const object = states[parameter];
    if (object === undefined) throw new RangeError(`${program.name}: state ${parameter} is missing`);
    for (const field of specs[state]?.fields ?? [])
      shapes[`${parameter}.${field.name}`] = layoutOf(field, object.sizes).shape;
  }
  const inputs = program.tensors.filter((t) => t.role === 'input' || t.role === 'state');
  const { sizes } = bindSizes(
    { name: program.name, sizes: program.sizes, inputs, outputs: [], facts: [], targets: {} },
    shapes,
    given,
  );
  const missing = program.sizes.filter((s) => sizes[s.name] === undefined).map((s) => s.name);
  if (missing.length > 0) throw new RangeError(`${program.name}: nothing tells size ${missing.join(', ')}`);
  for (const t of inputs) {
    const found = shapes[t.name];
    const expected = shapeOf(t, sizes);
    if (found !== undefined && expected.some((n, i) => n !== found[i]))
      throw new RangeError(
        `${program.name}: ${t.name} must have the shape [${expected.join(', ')}] for ${sizesText(sizes)}, and the state has [${found.join(', ')}]`,
      );
  }
  for (const { name, pinned } of program.sizes)
    if (pinned !== undefined && !pinned.includes(sizes[name] ?? -1))
      throw new RangeError(`${program.name}: size ${name} is compiled for ${pinned.join(', ')}, found ${sizes[name]}`);
  for (const fact of program.facts) {
    const value = sizeValue(fact.expr, sizes) ?? Number.NaN;
    if (fact.relation === 'zero' ? value !== 0 : !(value >= 0))
      throw new RangeError(`${program.name}: ${fact.text} does not hold for ${sizesText(sizes)}`);
  }
  return sizes;
}

const sizesText = (sizes: Sizes): string =>
  Object.entries(sizes)
    .map(([name, v]) => `${name}=${v}`)
    .join(', ');

const scalarArrays: Readonly<Record<string, (value: number) => ArrayBufferView>> = {
  f32: (v) => Float32Array.of(v),
  i32: (v) => Int32Array.of(v),
  u32: (v) => Uint32Array.of(v),
  i16: (v) => Int16Array.of(v),
  u16: (v) => Uint16Array.of(v),
  i8: (v) => Int8Array.of(v),
  u8: (v) => Uint8Array.of(v),
  bool: (v) => Uint8Array.of(v),
};

/** Loads the kernels of a program, plans and allocates its memory. */
async function prepareProgram<Name extends string, S extends Sizes>(
  program: ProgramSpec,
  specs: Specs,
  device: Device,
  given: Partial<S>,
  states: Readonly<Record<string, StateObject<string>>>,
  options: ProgramOptions,
): Promise<PreparedProgram<Name, S>> {
  const sizes = programSizes(program, states, specs.states, given as Sizes);
  const calls = unroll(program, sizes);
  const tensors = new Map(program.tensors.map((t) => [t.name, t]));
  const isTemporary = (name: string): boolean => tensors.get(name)?.role === 'temporary';
  const prepared = new Map<string, Prepared<string, Sizes>>();
  // What a call checked stands in memory of its own until `verify` looks at it.
  const keyOf = (call: PlannedCall): string =>
    `${call.callee} ${JSON.stringify(call.sizes)}${(specs.kernels[call.callee]?.checks?.length ?? 0) > 0 ? ` #${calls.indexOf(call)}` : ''}`;
  const owned: DeviceBuffer[] = [];
  const destroyAll = (): void => {
    for (const p of prepared.values()) p.destroy();
    for (const b of owned) b.destroy();
  };
  try {
    for (const call of calls) {
      const kernel = specs.kernels[call.callee];
      if (call.kind === 'host') {
        if (options.host?.[call.callee] === undefined)
          throw new RangeError(`${program.name}: the host function ${call.callee} is missing; give it in \`host\``);
      } else if (kernel === undefined) throw new RangeError(`${program.name}: there is no kernel ${call.callee}`);
      else if (!prepared.has(keyOf(call)))
        prepared.set(keyOf(call), await prepareKernel<string, Sizes>(kernel, device, call.sizes, options));
    }
    // A kernel may address more than the elements of its tensor; memory is for the most that any call asks.
    const need = new Map<string, number>();
    for (const call of calls)
      for (const { name, from } of call.args) {
        if (from.kind !== 'place') continue;
        const key = versionKey(from);
        const least = prepared.get(keyOf(call))?.bytes[name] ?? 0;
        need.set(key, Math.max(need.get(key) ?? 0, from.offset + Math.max(wordBytes(from.bytes), least)));
      }
    const memory = shareMemory(calls, isTemporary, need);
    const fixed = program.tensors.filter((t) => t.role === 'input' || t.role === 'output');
    const bytesOf = (t: ProgramTensorSpec): number =>
      Math.max(wordBytes(layoutOf(t, sizes).bytes), need.get(`${t.name}#0`) ?? 0);
    checkMemory(`program ${program.name}`, device, [
      ...fixed.filter((t) => t.place === undefined).map((t) => ({ name: t.name, bytes: bytesOf(t) })),
      ...memory.slots.map((bytes, i) => ({ name: slotName(memory, i), bytes })),
      ...Object.entries(states).map(([parameter, object]) => ({ name: parameter, bytes: object.bytes })),
    ]);
    const buffers: Record<string, DeviceBuffer> = {};
    const own = (bytes: number, name: string, place?: 'host'): DeviceBuffer => {
      const b = allocate(device, bytes, name, place);
      owned.push(b);
      return b;
    };
    for (const t of fixed) buffers[t.name] = own(bytesOf(t), `${t.role} ${t.name} of ${program.name}`, t.place);
    const slots = memory.slots.map((bytes, i) => own(bytes, `${slotName(memory, i)} of ${program.name}`));
    for (const t of program.tensors) {
      const buffer = t.state === undefined ? undefined : states[t.state.parameter]?.buffers[t.state.field];
      if (buffer !== undefined) buffers[t.name] = buffer;
    }
    const scalars = new Map<string, DeviceBuffer>();
    const scalar = (value: number, dtype: string): DeviceBuffer => {
      const known = scalars.get(`${dtype} ${value}`);
      const make = scalarArrays[dtype];
      if (known !== undefined) return known;
      if (make === undefined) throw new RangeError(`${program.name}: a number cannot be passed as ${dtype}`);
      const made = make(value);
      const buffer = own(4, 'a scalar');
      device.upload(buffer, wholeWords(new Uint8Array(made.buffer)));
      scalars.set(`${dtype} ${value}`, buffer);
      return buffer;
    };
    const views = new Map<string, DeviceBuffer>();
    const wholeOf = (place: Place): DeviceBuffer | undefined =>
      isTemporary(place.tensor) ? slots[memory.slotOf.get(versionKey(place)) ?? -1] : buffers[place.tensor];
    const memoryOf = (place: Place, least: number): DeviceBuffer => {
      const whole = wholeOf(place);
      if (whole === undefined) throw new RangeError(`${program.name}: ${place.tensor} has no memory`);
      const tensor = tensors.get(place.tensor);
      if (
        place.offset === 0 &&
        (isTemporary(place.tensor) || (tensor !== undefined && place.bytes >= layoutOf(tensor, sizes).bytes))
      )
        return whole;
      const bytes = Math.min(whole.bytes - place.offset, Math.max(wordBytes(place.bytes), least));
      const key = `${versionKey(place)} ${place.offset} ${bytes}`;
      const view = views.get(key) ?? device.view(whole, place.offset, bytes);
      views.set(key, view);
      return view;
    };
    const bound = calls.map((call) => {
      const ready = prepared.get(keyOf(call));
      const kernel = specs.kernels[call.callee];
      const touches = call.args.flatMap(({ name, access, from }): Touch[] => {
        const memory = from.kind === 'place' ? wholeOf(from) : undefined;
        if (from.kind !== 'place' || memory === undefined) return [];
        const part = touchedBytes(
          call.kind === 'host'
            ? undefined
            : [...(kernel?.inputs ?? []), ...(kernel?.outputs ?? [])].find((t) => t.name === name),
          from.bytes,
          call.sizes,
        );
        // Of a part of other memory it is not known which.
        const at =
          memory.whole === undefined || memory.whole === memory
            ? { memory, from: from.offset + part.from, to: from.offset + part.to }
            : { memory: memory.whole, from: 0, to: Infinity };
        return [{ ...at, writes: access !== 'read' }];
      });
      if (ready !== undefined && ready.ownBytes > 0)
        touches.push({ memory: ready, from: 0, to: ready.ownBytes, writes: true });
      const args = Object.fromEntries(
        call.args.map(({ name, from }) => [
          name,
          from.kind === 'scalar' ? scalar(from.value, from.dtype) : memoryOf(from, ready?.bytes[name] ?? 0),
        ]),
      );
      return { call, ready, args, touches };
    });
    const checked = [
      ...new Set(
        bound.flatMap(({ call, ready }) =>
          (specs.kernels[call.callee]?.checks?.length ?? 0) > 0 && ready !== undefined ? [ready] : [],
        ),
      ),
    ];
    const verify = async (): Promise<void> => {
      for (const ready of checked) await ready.verify();
    };
    const parts = segments(bound, device, options, specs.hosts);
    return {
      sizes: sizes as S,
      buffers: buffers as Record<Name, DeviceBuffer>,
      memory,
      calls,
      launches: bound.reduce((n, { ready }) => n + (ready?.launches ?? 0), 0),
      upload(name, data) {
        const tensor = program.tensors.find((t) => t.name === name && t.role === 'input');
        const buffer = buffers[name];
        if (tensor === undefined || buffer === undefined) throw new RangeError(`${program.name} has no input ${name}`);
        const elements = dataOf(program, tensor, data);
        if (tensor.limit !== undefined) checkLimit(program, tensor, elements, sizeValue(tensor.limit, sizes) ?? 0);
        uploadRows(program.name, tensor, buffer, device, elements, sizes, []);
      },
      launch() {
        for (const part of parts) {
          if (part.kind === 'host') throw new TypeError(`${program.name} calls ${part.name} on the host: use run`);
          part.start();
        }
      },
      async run() {
        for (const part of parts) await part.start();
        await verify();
      },
      verify,
      async trace(onCall) {
        for (const one of bound) {
          if (one.call.kind === 'host') await callHost(one, device, options, specs.hosts);
          else one.ready?.launch(one.args);
          const written = new Map<string, Uint8Array>();
          for (const { name, access, from } of one.call.args) {
            const buffer = one.args[name];
            if (access !== 'read' && from.kind === 'place' && buffer !== undefined)
              written.set(name, (await device.download(buffer)).subarray(0, from.bytes));
          }
          onCall(one.call, written);
        }
        await verify();
      },
      async download(name) {
        const tensor = tensors.get(name);
        const buffer = buffers[name];
        if (tensor === undefined || buffer === undefined)
          throw new RangeError(`${program.name} has no tensor ${name} outside of a run`);
        return downloadRows(tensor, buffer, device, sizes);
      },
      destroy() {
        for (const part of parts) part.destroy();
        destroyAll();
      },
    };
  } catch (cause) {
    destroyAll();
    throw cause;
  }
}

/** Runs a program once from host arrays to host arrays; its states keep what it changed. */
async function runProgram(
  program: ProgramSpec,
  specs: Specs,
  device: Device,
  states: Readonly<Record<string, StateObject<string>>>,
  inputs: Readonly<Record<string, Input<ArrayBufferView>>>,
  options: ProgramOptions & { readonly sizes?: Readonly<Record<string, number | undefined>> },
): Promise<Record<string, HostTensor<ArrayBufferView>>> {
  const shapes: Record<string, readonly number[]> = {};
  const given = program.tensors.filter((t) => t.role === 'input');
  for (const t of given) {
    const value = inputs[t.name];
    if (value === undefined) throw new TypeError(`${program.name}: input ${t.name} is missing`);
    if (!ArrayBuffer.isView(value)) shapes[t.name] = value.shape;
    else if (t.shape.length === 1 && t.bits >= 8) shapes[t.name] = [(value.byteLength * 8) / t.bits];
  }
  const { sizes } = bindSizes(
    { name: program.name, sizes: program.sizes, inputs: given, outputs: [], facts: [], targets: {} },
    shapes,
    options.sizes ?? {},
  );
  const prepared = await prepareProgram<string, Sizes>(program, specs, device, sizes, states, options);
  try {
    for (const t of given) {
      const value = inputs[t.name];
      if (value !== undefined) prepared.upload(t.name, value);
    }
    await prepared.run();
    const results: Record<string, HostTensor<ArrayBufferView>> = {};
    for (const t of program.tensors) if (t.role === 'output') results[t.name] = await prepared.download(t.name);
    return results;
  } finally {
    prepared.destroy();
  }
}

/** The temporaries in a shared piece of memory. */
function slotName(memory: MemoryPlan, slot: number): string {
  const names = [
    ...new Set([...memory.slotOf].filter(([, s]) => s === slot).map(([key]) => key.slice(0, key.lastIndexOf('#')))),
  ];
  return names.length > 3 ? `${names.slice(0, 3).join(', ')}, …` : names.join(', ');
}

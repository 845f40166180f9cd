// Made from shadow_decode.tdsl by tdsl compile. Change the source and compile again; edits here are lost.
// Checksum of the lines below: 53bb3fac
import type {
  Arg,
  BufferArg,
  Device,
  DeviceBuffer,
  DeviceKernel,
  LaunchAbi,
  SizeExpr,
  SizeOp,
  Sizes,
  StorageType,
  RecordedPart,
  Recording,
} from 'tdsl/runtime';
/** Sizes of a `Shadow`. */
export type ShadowStateSizes = {
  readonly B: number;
  readonly C: number;
  readonly J: number;
  readonly R: number;
  readonly H: number;
  readonly D: number;
  readonly N: number;
  readonly T: number;
  readonly W: number;
  readonly M: number;
};
/**
 * What stays on the device for one layer. The values of the prompt are not among it.
 *
 * `U`: bf16[B, C*J, R]
 * `SV`: bf16[B, H, R, D]
 * `table`: f32[C*J, 2, D / 2]
 * `L`: bf16[B, H, N, D]
 * `kept`: i32<C>[B, H, N]
 * `slot`: i32<C>[B, H, T]
 * `exact`: bf16[2, B, H, W, D]
 * `slots`: bf16[2, B, H, J*T, D]
 * `generated`: bf16[2, B, H, M, D]
 */
export type ShadowState = StateObject<'U' | 'SV' | 'table' | 'L' | 'kept' | 'slot' | 'exact' | 'slots' | 'generated'>;

/** A new `Shadow`, all zeros. From shadow_decode.tdsl, line 110. */
export function createShadow(
  device: Device,
  sizes: ShadowStateSizes,
  options: StateOptions<'U' | 'SV' | 'table' | 'L' | 'kept' | 'slot' | 'exact' | 'slots' | 'generated'> = {},
): ShadowState {
  return createState(stateShadow, device, sizes, options);
}

const stateShadow: StateSpec = {
  name: 'Shadow',
  sizes: ['B', 'C', 'J', 'R', 'H', 'D', 'N', 'T', 'W', 'M'],
  fields: [
    {
      name: 'U',
      dtype: 'bf16',
      bits: 16,
      array: 'Uint16Array',
      shape: ['B', { op: 'mul', args: ['C', 'J'] }, 'R'],
      sliced: 0,
    },
    { name: 'SV', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: ['B', 'H', 'R', 'D'], sliced: 0 },
    {
      name: 'table',
      dtype: 'f32',
      bits: 32,
      array: 'Float32Array',
      shape: [{ op: 'mul', args: ['C', 'J'] }, 2, { op: 'floordiv', args: ['D', 2] }],
      sliced: 0,
    },
    { name: 'L', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: ['B', 'H', 'N', 'D'], sliced: 0 },
    { name: 'kept', dtype: 'i32', bits: 32, array: 'Int32Array', shape: ['B', 'H', 'N'], limit: 'C', sliced: 0 },
    { name: 'slot', dtype: 'i32', bits: 32, array: 'Int32Array', shape: ['B', 'H', 'T'], limit: 'C', sliced: 0 },
    { name: 'exact', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: [2, 'B', 'H', 'W', 'D'], sliced: 0 },
    {
      name: 'slots',
      dtype: 'bf16',
      bits: 16,
      array: 'Uint16Array',
      shape: [2, 'B', 'H', { op: 'mul', args: ['J', 'T'] }, 'D'],
      sliced: 0,
    },
    { name: 'generated', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: [2, 'B', 'H', 'M', 'D'], sliced: 0 },
  ],
};
/** Sizes of `shadow_decode`; its states tell most of them. */
export type ShadowDecodeSizes = {
  readonly J: number;
  readonly B: number;
  readonly H: number;
  readonly G: number;
  readonly D: number;
  readonly C: number;
  readonly R: number;
  readonly N: number;
  readonly T: number;
  readonly W: number;
  readonly M: number;
};

export interface ShadowDecodeInputs {
  /** bf16[B, G*H, D] */
  readonly q: Input<Uint16Array>;
  /** bf16[B, H, D] */
  readonly k: Input<Uint16Array>;
  /** bf16[B, H, D] */
  readonly v: Input<Uint16Array>;
  /** i32<M>[B] */
  readonly at: Input<Int32Array>;
  /** bf16[B, H, C*J, D] */
  readonly V: Input<Uint16Array>;
}

export interface ShadowDecodeOutputs {
  /** bf16[B, G*H, D] */
  readonly y: HostTensor<Uint16Array>;
  /** i32[B, H] */
  readonly hits: HostTensor<Int32Array>;
}

/**
 * One token through one layer: q and k are rotated already.
 *
 * From shadow_decode.tdsl, line 124.
 */
export async function shadow_decode(
  device: Device,
  states: { readonly cache: ShadowState },
  inputs: ShadowDecodeInputs,
  options: ProgramOptions & { readonly sizes?: Partial<ShadowDecodeSizes> },
): Promise<ShadowDecodeOutputs> {
  const outputs = await runProgram(specShadowDecode, specs, device, { ...states }, { ...inputs }, options);
  return { y: outputTensor(outputs, 'y', Uint16Array), hits: outputTensor(outputs, 'hits', Int32Array) };
}

/** `shadow_decode` for these sizes and states: plans its memory and loads its kernels; `launch` may then be called many times. */
export function prepareShadowDecode(
  device: Device,
  states: { readonly cache: ShadowState },
  sizes: Partial<ShadowDecodeSizes>,
  options: ProgramOptions,
): Promise<PreparedProgram<'q' | 'k' | 'v' | 'at' | 'V' | 'y' | 'hits', ShadowDecodeSizes>> {
  return prepareProgram(specShadowDecode, specs, device, sizes, { ...states }, options);
}

const specShadowDecode: ProgramSpec = {
  name: 'shadow_decode',
  sizes: [
    { name: 'J' },
    { name: 'B' },
    { name: 'H' },
    { name: 'G' },
    { name: 'D' },
    { name: 'C' },
    { name: 'R' },
    { name: 'N' },
    { name: 'T' },
    { name: 'W' },
    { name: 'M' },
  ],
  states: [{ parameter: 'cache', state: 'Shadow' }],
  tensors: [
    {
      name: 'q',
      dtype: 'bf16',
      bits: 16,
      array: 'Uint16Array',
      shape: ['B', { op: 'mul', args: ['G', 'H'] }, 'D'],
      role: 'input',
      sliced: 0,
    },
    { name: 'k', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: ['B', 'H', 'D'], role: 'input', sliced: 0 },
    { name: 'v', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: ['B', 'H', 'D'], role: 'input', sliced: 0 },
    { name: 'at', dtype: 'i32', bits: 32, array: 'Int32Array', shape: ['B'], limit: 'M', role: 'input', sliced: 0 },
    {
      name: 'V',
      dtype: 'bf16',
      bits: 16,
      array: 'Uint16Array',
      shape: ['B', 'H', { op: 'mul', args: ['C', 'J'] }, 'D'],
      place: 'host',
      role: 'input',
      sliced: 0,
    },
    {
      name: 'cache.U',
      dtype: 'bf16',
      bits: 16,
      array: 'Uint16Array',
      shape: ['B', { op: 'mul', args: ['C', 'J'] }, 'R'],
      role: 'state',
      state: { parameter: 'cache', field: 'U' },
      sliced: 0,
    },
    {
      name: 'cache.SV',
      dtype: 'bf16',
      bits: 16,
      array: 'Uint16Array',
      shape: ['B', 'H', 'R', 'D'],
      role: 'state',
      state: { parameter: 'cache', field: 'SV' },
      sliced: 0,
    },
    {
      name: 'cache.table',
      dtype: 'f32',
      bits: 32,
      array: 'Float32Array',
      shape: [{ op: 'mul', args: ['C', 'J'] }, 2, { op: 'floordiv', args: ['D', 2] }],
      role: 'state',
      state: { parameter: 'cache', field: 'table' },
      sliced: 0,
    },
    {
      name: 'cache.L',
      dtype: 'bf16',
      bits: 16,
      array: 'Uint16Array',
      shape: ['B', 'H', 'N', 'D'],
      role: 'state',
      state: { parameter: 'cache', field: 'L' },
      sliced: 0,
    },
    {
      name: 'cache.kept',
      dtype: 'i32',
      bits: 32,
      array: 'Int32Array',
      shape: ['B', 'H', 'N'],
      limit: 'C',
      role: 'state',
      state: { parameter: 'cache', field: 'kept' },
      sliced: 0,
    },
    {
      name: 'cache.slot',
      dtype: 'i32',
      bits: 32,
      array: 'Int32Array',
      shape: ['B', 'H', 'T'],
      limit: 'C',
      role: 'state',
      state: { parameter: 'cache', field: 'slot' },
      sliced: 0,
    },
    {
      name: 'cache.exact',
      dtype: 'bf16',
      bits: 16,
      array: 'Uint16Array',
      shape: [2, 'B', 'H', 'W', 'D'],
      role: 'state',
      state: { parameter: 'cache', field: 'exact' },
      sliced: 0,
    },
    {
      name: 'cache.slots',
      dtype: 'bf16',
      bits: 16,
      array: 'Uint16Array',
      shape: [2, 'B', 'H', { op: 'mul', args: ['J', 'T'] }, 'D'],
      role: 'state',
      state: { parameter: 'cache', field: 'slots' },
      sliced: 0,
    },
    {
      name: 'cache.generated',
      dtype: 'bf16',
      bits: 16,
      array: 'Uint16Array',
      shape: [2, 'B', 'H', 'M', 'D'],
      role: 'state',
      state: { parameter: 'cache', field: 'generated' },
      sliced: 0,
    },
    {
      name: 'y',
      dtype: 'bf16',
      bits: 16,
      array: 'Uint16Array',
      shape: ['B', { op: 'mul', args: ['G', 'H'] }, 'D'],
      role: 'output',
      sliced: 0,
    },
    { name: 'hits', dtype: 'i32', bits: 32, array: 'Int32Array', shape: ['B', 'H'], role: 'output', sliced: 0 },
    {
      name: 'chunk',
      dtype: 'i32',
      bits: 32,
      array: 'Int32Array',
      shape: ['B', 'H', 'T'],
      limit: 'C',
      role: 'temporary',
      sliced: 0,
    },
    {
      name: 'slot',
      dtype: 'i32',
      bits: 32,
      array: 'Int32Array',
      shape: ['B', 'H', 'T'],
      limit: 'C',
      role: 'temporary',
      sliced: 0,
    },
    {
      name: 'fresh',
      dtype: 'bool',
      bits: 8,
      array: 'Uint8Array',
      shape: ['B', 'H', 'T'],
      role: 'temporary',
      sliced: 0,
    },
    { name: 'found', dtype: 'i32', bits: 32, array: 'Int32Array', shape: ['B', 'H'], role: 'temporary', sliced: 0 },
  ],
  steps: [
    {
      kind: 'call',
      callee: 'append_generated',
      sizes: { B: 'B', H: 'H', D: 'D', M: 'M' },
      args: [
        { name: 'k', access: 'read', kind: 'slice', tensor: 'k', at: [] },
        { name: 'v', access: 'read', kind: 'slice', tensor: 'v', at: [] },
        { name: 'at', access: 'read', kind: 'slice', tensor: 'at', at: [] },
        { name: 'S', access: 'readwrite', kind: 'slice', tensor: 'cache.generated', at: [] },
      ],
    },
    {
      kind: 'call',
      callee: 'select',
      sizes: { T: 'T', C: 'C', B: 'B', H: 'H', G: 'G', D: 'D', N: 'N' },
      args: [
        { name: 'q', access: 'read', kind: 'slice', tensor: 'q', at: [] },
        { name: 'L', access: 'read', kind: 'slice', tensor: 'cache.L', at: [] },
        { name: 'kept', access: 'read', kind: 'slice', tensor: 'cache.kept', at: [] },
        { name: 'chunk', access: 'write', kind: 'slice', tensor: 'chunk', at: [] },
      ],
    },
    {
      kind: 'call',
      callee: 'reuse',
      sizes: { C: 'C', B: 'B', H: 'H', T: 'T' },
      args: [
        { name: 'slot', access: 'read', kind: 'slice', tensor: 'cache.slot', at: [] },
        { name: 'chunk', access: 'read', kind: 'slice', tensor: 'chunk', at: [] },
        { name: 'next', access: 'write', kind: 'slice', tensor: 'slot', at: [] },
        { name: 'fresh', access: 'write', kind: 'slice', tensor: 'fresh', at: [] },
        { name: 'hits', access: 'write', kind: 'slice', tensor: 'found', at: [] },
      ],
    },
    {
      kind: 'call',
      callee: 'copy_hits',
      sizes: { B: 'B', H: 'H' },
      args: [
        { name: 'found', access: 'read', kind: 'slice', tensor: 'found', at: [] },
        { name: 'hits', access: 'write', kind: 'slice', tensor: 'hits', at: [] },
      ],
    },
    {
      kind: 'call',
      callee: 'rebuild',
      sizes: { J: 'J', B: 'B', C: 'C', R: 'R', H: 'H', D: 'D', T: 'T' },
      args: [
        { name: 'U', access: 'read', kind: 'slice', tensor: 'cache.U', at: [] },
        { name: 'SV', access: 'read', kind: 'slice', tensor: 'cache.SV', at: [] },
        { name: 'slot', access: 'read', kind: 'slice', tensor: 'slot', at: [] },
        { name: 'fresh', access: 'read', kind: 'slice', tensor: 'fresh', at: [] },
        { name: 'table', access: 'read', kind: 'slice', tensor: 'cache.table', at: [] },
        { name: 'S', access: 'readwrite', kind: 'slice', tensor: 'cache.slots', at: [] },
      ],
    },
    {
      kind: 'call',
      callee: 'fetch',
      sizes: { J: 'J', B: 'B', H: 'H', C: 'C', D: 'D', T: 'T' },
      args: [
        { name: 'V', access: 'read', kind: 'slice', tensor: 'V', at: [] },
        { name: 'slot', access: 'read', kind: 'slice', tensor: 'slot', at: [] },
        { name: 'fresh', access: 'read', kind: 'slice', tensor: 'fresh', at: [] },
        { name: 'S', access: 'readwrite', kind: 'slice', tensor: 'cache.slots', at: [] },
      ],
    },
    {
      kind: 'call',
      callee: 'copy_slots',
      sizes: { C: 'C', B: 'B', H: 'H', T: 'T' },
      args: [
        { name: 'slot', access: 'read', kind: 'slice', tensor: 'slot', at: [] },
        { name: 'next', access: 'write', kind: 'slice', tensor: 'cache.slot', at: [] },
      ],
    },
    {
      kind: 'call',
      callee: 'attend',
      sizes: { B: 'B', H: 'H', G: 'G', D: 'D', W: 'W', S: { op: 'mul', args: ['J', 'T'] }, M: 'M' },
      args: [
        { name: 'q', access: 'read', kind: 'slice', tensor: 'q', at: [] },
        { name: 'exact', access: 'read', kind: 'slice', tensor: 'cache.exact', at: [] },
        { name: 'slots', access: 'read', kind: 'slice', tensor: 'cache.slots', at: [] },
        { name: 'generated', access: 'read', kind: 'slice', tensor: 'cache.generated', at: [] },
        { name: 'at', access: 'read', kind: 'slice', tensor: 'at', at: [] },
        { name: 'y', access: 'write', kind: 'slice', tensor: 'y', at: [] },
      ],
    },
  ],
  facts: [
    {
      expr: { op: 'add', args: ['N', { op: 'mul', args: [-1, 'T'] }] },
      relation: 'nonneg',
      text: 'T values are taken of N in select',
    },
    { expr: { op: 'add', args: ['N', -1] }, relation: 'nonneg', text: '`at` holds integers in [0, N) in select' },
    { expr: { op: 'add', args: ['C', -1] }, relation: 'nonneg', text: '`chunk` holds integers in [0, C) in select' },
    { expr: { op: 'add', args: ['C', -1] }, relation: 'nonneg', text: '`next` holds integers in [0, C) in reuse' },
    {
      expr: { op: 'add', args: ['D', { op: 'mul', args: [-2, { op: 'floordiv', args: ['D', 2] }] }] },
      relation: 'zero',
      text: 'D must equal 2*(D/2), as `rope` needs it in rebuild',
    },
    { expr: { op: 'add', args: ['C', -1] }, relation: 'nonneg', text: '`next` holds integers in [0, C) in copy_slots' },
  ],
};
/** Sizes of `select`. */
export type SelectSizes = {
  readonly T: number;
  readonly C: number;
  readonly B: number;
  readonly H: number;
  readonly G: number;
  readonly D: number;
  readonly N: number;
};

export interface SelectInputs {
  /** bf16[B, G*H, D] */
  readonly q: Input<Uint16Array>;
  /** bf16[B, H, N, D] */
  readonly L: Input<Uint16Array>;
  /** i32<C>[B, H, N] */
  readonly kept: Input<Int32Array>;
}

export interface SelectOutputs {
  /** i32<C>[B, H, T] */
  readonly chunk: HostTensor<Int32Array>;
}

/**
 * The T chunks (of the N that are not outliers) whose landmark gets the most weight from any query head of the group. The softmax of
 * each head is over all landmarks, since the heads' weights are compared with each other.
 *
 * From shadow_decode.tdsl, line 9.
 */
export async function select(
  device: Device,
  inputs: SelectInputs,
  options: RunOptions<SelectSizes>,
): Promise<SelectOutputs> {
  const outputs = await runKernel(specSelect, device, { ...inputs }, options);
  return { chunk: outputTensor(outputs, 'chunk', Int32Array) };
}

/** `select` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareSelect(
  device: Device,
  sizes: SelectSizes,
  options: LoadOptions,
): Promise<Prepared<'q' | 'L' | 'kept' | 'chunk', SelectSizes>> {
  return prepareKernel(specSelect, device, sizes, options);
}

const select$1: SizeExpr = sizeOp('mul', 'B', 'H', 'T');
const select$2: SizeExpr = sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024);
const select$3: SizeExpr = sizeOp('min', 'T', 1024);
const select$4: SizeExpr = sizeOp('mul', 'B', 'H', select$2, select$3);
const select$5: SizeExpr = sizeOp('mul', 'B', 'H', 'N');
const select$6: SizeExpr = sizeOp('mul', 'B', 'G', 'H');
const select$7: VariantSpec['scratch'] = [
  { name: 'at_mem', bits: 32, elements: select$1 },
  { name: 'at_topk_place_mem', bits: 32, elements: select$4 },
  { name: 'at_topk_best_mem', bits: 32, elements: select$4 },
  { name: 'at_topk_rank_mem', bits: 32, elements: select$5 },
  { name: 'at_topk_of_mem', bits: 32, elements: select$5 },
  { name: 'p_max_mem', bits: 32, elements: select$6 },
  { name: 'p_sum2_mem', bits: 32, elements: select$6 },
  { name: 'at_topk_best_of_mem', bits: 32, elements: select$4 },
];
const select$8: SizeExpr = sizeOp('mul', 'B', 'D', 'G', 'H');
const select$9: SizeExpr = sizeOp('mul', 'B', 'D', 'H', 'N');
const select$10: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u16', select$8),
    bufferArg('read', 'L', 'u16', select$9),
    bufferArg('write', 'p_max_mem', 'f32', select$6),
  ],
  'T',
  'C',
  'B',
  'H',
  'G',
  'D',
  'N',
);
const select$11: LaunchAbi['grid'] = [sizeOp('floordiv', sizeOp('add', 'G', 3), 4), 'H', 'B'];
const select$12: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u16', select$8),
    bufferArg('read', 'L', 'u16', select$9),
    bufferArg('write', 'p_sum2_mem', 'f32', select$6),
  ],
  'T',
  'C',
  'B',
  'H',
  'G',
  'D',
  'N',
);
const select$13: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u16', select$8),
    bufferArg('read', 'L', 'u16', select$9),
    bufferArg('read', 'p_max_mem', 'f32', select$6),
    bufferArg('read', 'p_sum2_mem', 'f32', select$6),
    bufferArg('write', 'at_topk_of_mem', 'f32', select$5),
  ],
  'T',
  'C',
  'B',
  'H',
  'G',
  'D',
  'N',
);
const select$14: readonly Arg[] = argsOf(
  [bufferArg('read', 'at_topk_of_mem', 'f32', select$5), bufferArg('write', 'at_topk_rank_mem', 'i32', select$5)],
  'T',
  'C',
  'B',
  'H',
  'G',
  'D',
  'N',
);
const select$15: readonly Arg[] = argsOf(
  [bufferArg('read', 'at_topk_rank_mem', 'i32', select$5), bufferArg('write', 'at_topk_best_mem', 'i32', select$4)],
  'T',
  'C',
  'B',
  'H',
  'G',
  'D',
  'N',
);
const select$16: LaunchAbi['grid'] = [select$3, select$2, sizeOp('mul', 'B', 'H')];
const select$17: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'at_topk_best_mem', 'i32', select$4),
    bufferArg('read', 'at_topk_of_mem', 'f32', select$5),
    bufferArg('write', 'at_topk_best_of_mem', 'f32', select$4),
  ],
  'T',
  'C',
  'B',
  'H',
  'G',
  'D',
  'N',
);
const select$18: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'at_topk_best_mem', 'i32', select$4),
    bufferArg('read', 'at_topk_best_of_mem', 'f32', select$4),
    bufferArg('write', 'at_topk_place_mem', 'i32', select$4),
  ],
  'T',
  'C',
  'B',
  'H',
  'G',
  'D',
  'N',
);
const select$19: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'at_topk_place_mem', 'i32', select$4),
    bufferArg('read', 'at_topk_best_mem', 'i32', select$4),
    bufferArg('write', 'at_mem', 'i32', select$1),
  ],
  'T',
  'C',
  'B',
  'H',
  'G',
  'D',
  'N',
);
const select$20: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'kept', 'i32', select$5),
    bufferArg('read', 'at_mem', 'i32', select$1),
    bufferArg('write', 'chunk', 'i32', select$1),
  ],
  'T',
  'C',
  'B',
  'H',
  'G',
  'D',
  'N',
);
const select$21: LaunchAbi['grid'] = [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 127), 128)), 1, 1];
const select$22: LaunchAbi['grid'] = [select$5, 1, 1];
const select$23: SizeExpr = sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1020), 1024), select$3);
const select$24: LaunchAbi['grid'] = [select$23, 1, 1];
const select$25: SizeExpr = sizeOp('floordiv', sizeOp('add', select$23, 255), 256);
const select$26: SizeExpr = sizeOp('mul', 256, select$25);
const select$27: LaunchAbi['grid'] = [select$1, 1, 1];
const select$28: SizeExpr = sizeOp(
  'floordiv',
  sizeOp('add', sizeOp('mul', 'B', 'H', sizeOp('floordiv', 'T', 4)), 255),
  256,
);
const select$29: SizeExpr = sizeOp('mul', 256, select$28);
const select$30: LaunchAbi['grid'] = [select$4, 1, 1];
const select$31: SizeExpr = sizeOp('floordiv', sizeOp('add', select$4, 255), 256);
const select$32: SizeExpr = sizeOp('mul', 256, select$31);
const select$33: SizeExpr = sizeOp('floordiv', sizeOp('add', select$1, 255), 256);
const select$34: SizeExpr = sizeOp('mul', 256, select$33);
const select$35: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u32', sizeOp('ceildiv', select$8, 2)),
    bufferArg('read', 'L', 'u32', sizeOp('ceildiv', select$9, 2)),
    bufferArg('write', 'p_max_mem', 'f32', select$6),
  ],
  'T',
  'C',
  'B',
  'H',
  'G',
  'D',
  'N',
);
const select$36: SizeExpr = sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 63), 64));
const select$37: LaunchAbi['grid'] = [sizeOp('min', select$36, 65535), sizeOp('ceildiv', select$36, 65535), 1];
const select$38: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u32', sizeOp('ceildiv', select$8, 2)),
    bufferArg('read', 'L', 'u32', sizeOp('ceildiv', select$9, 2)),
    bufferArg('write', 'p_sum2_mem', 'f32', select$6),
  ],
  'T',
  'C',
  'B',
  'H',
  'G',
  'D',
  'N',
);
const select$39: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u32', sizeOp('ceildiv', select$8, 2)),
    bufferArg('read', 'L', 'u32', sizeOp('ceildiv', select$9, 2)),
    bufferArg('read', 'p_max_mem', 'f32', select$6),
    bufferArg('read', 'p_sum2_mem', 'f32', select$6),
    bufferArg('write', 'at_topk_of_mem', 'f32', select$5),
  ],
  'T',
  'C',
  'B',
  'H',
  'G',
  'D',
  'N',
);
const select$40: SizeExpr = sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 60), 64));
const select$41: LaunchAbi['grid'] = [sizeOp('min', select$5, 65535), sizeOp('ceildiv', select$5, 65535), 1];
const select$42: LaunchAbi['grid'] = [sizeOp('min', select$23, 65535), sizeOp('ceildiv', select$23, 65535), 1];
const select$43: LaunchAbi['grid'] = [sizeOp('min', select$1, 65535), sizeOp('ceildiv', select$1, 65535), 1];
const select$44: SizeExpr = sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 63), 64));
const select$45: LaunchAbi['grid'] = [sizeOp('min', select$4, 65535), sizeOp('ceildiv', select$4, 65535), 1];
const specSelect: KernelSpec = {
  name: 'select',
  sizes: [{ name: 'T' }, { name: 'C' }, { name: 'B' }, { name: 'H' }, { name: 'G' }, { name: 'D' }, { name: 'N' }],
  inputs: [
    { name: 'q', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: ['B', sizeOp('mul', 'G', 'H'), 'D'] },
    { name: 'L', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: ['B', 'H', 'N', 'D'] },
    { name: 'kept', dtype: 'i32', bits: 32, array: 'Int32Array', shape: ['B', 'H', 'N'], limit: 'C' },
  ],
  outputs: [{ name: 'chunk', dtype: 'i32', bits: 32, array: 'Int32Array', shape: ['B', 'H', 'T'], limit: 'C' }],
  facts: [
    { expr: sizeOp('add', 'N', sizeOp('mul', -1, 'T')), relation: 'nonneg', text: 'T values are taken of N' },
    { expr: sizeOp('add', 'N', -1), relation: 'nonneg', text: '`at` holds integers in [0, N)' },
    { expr: sizeOp('add', 'C', -1), relation: 'nonneg', text: '`chunk` holds integers in [0, C)' },
  ],
  targets: {
    cpu: [
      variantOf(
        'shadow_decode/select.js',
        { scratch: select$7 },
        launchOf('cpu', 'select_1', select$10, select$11, 1),
        launchOf('cpu', 'select_2', select$12, select$11, 1),
        launchOf('cpu', 'select_3', select$13, [sizeOp('floordiv', sizeOp('add', 'N', 3), 4), 'H', 'B'], 1),
        launchOf('cpu', 'select_4', select$14, ['N', 'H', 'B'], 1),
        launchOf('cpu', 'select_5', select$15, select$16, 1),
        launchOf('cpu', 'select_6', select$17, select$16, 1),
        launchOf('cpu', 'select_7', select$18, select$16, 1),
        launchOf('cpu', 'select_8', select$19, ['T', 'H', 'B'], 1),
        launchOf('cpu', 'select_9', select$20, ['T', 'H', 'B'], 1),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'shadow_decode/select_aligned.sm_80.cu',
        { multiples: { D: 8, N: 4, T: 4 }, scratch: select$7 },
        launchOf('cuda', 'select_aligned_1', select$10, select$21, 256, { sharedBytes: 73728, features: ['sm_80'] }),
        launchOf('cuda', 'select_aligned_2', select$12, select$21, 256, { sharedBytes: 81920, features: ['sm_80'] }),
        launchOf(
          'cuda',
          'select_aligned_3',
          select$13,
          [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 124), 128)), 1, 1],
          256,
          { sharedBytes: 73728, features: ['sm_80'] },
        ),
        launchOf('cuda', 'select_aligned_4', select$14, select$22, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'select_aligned_5', select$15, select$24, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'select_aligned_6', select$17, [select$25, 1, 1], 256, {
          counts: select$26,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'select_aligned_7', select$18, select$24, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'select_aligned_8', select$19, select$27, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'select_aligned_9', select$20, [select$28, 1, 1], 256, {
          counts: select$29,
          features: ['sm_80'],
        }),
      ),
      variantOf(
        'shadow_decode/select.sm_80.cu',
        { scratch: select$7 },
        launchOf('cuda', 'select_1', select$10, select$21, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'select_2', select$12, select$21, 256, { features: ['sm_80'] }),
        launchOf(
          'cuda',
          'select_3',
          select$13,
          [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 127), 128)), 1, 1],
          256,
          { features: ['sm_80'] },
        ),
        launchOf('cuda', 'select_4', select$14, select$22, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'select_5', select$15, select$30, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'select_6', select$17, [select$31, 1, 1], 256, { counts: select$32, features: ['sm_80'] }),
        launchOf('cuda', 'select_7', select$18, select$30, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'select_8', select$19, select$27, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'select_9', select$20, [select$33, 1, 1], 256, { counts: select$34, features: ['sm_80'] }),
      ),
    ],
    wgsl: [
      variantOf(
        'shadow_decode/select_aligned_subgroups.wgsl',
        { multiples: { D: 8, N: 4, T: 4 }, scratch: select$7 },
        launchOf('wgsl', 'select_aligned_1', select$35, select$37, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'select_aligned_2', select$38, select$37, 256, { features: ['subgroups'] }),
        launchOf(
          'wgsl',
          'select_aligned_3',
          select$39,
          [sizeOp('min', select$40, 65535), sizeOp('ceildiv', select$40, 65535), 1],
          256,
        ),
        launchOf('wgsl', 'select_aligned_4', select$14, select$41, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'select_aligned_5', select$15, select$42, 256, { features: ['subgroups'] }),
        launchOf(
          'wgsl',
          'select_aligned_6',
          select$17,
          [sizeOp('min', select$25, 65535), sizeOp('ceildiv', select$25, 65535), 1],
          256,
          { counts: select$26 },
        ),
        launchOf('wgsl', 'select_aligned_7', select$18, select$42, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'select_aligned_8', select$19, select$43, 256, { features: ['subgroups'] }),
        launchOf(
          'wgsl',
          'select_aligned_9',
          select$20,
          [sizeOp('min', select$28, 65535), sizeOp('ceildiv', select$28, 65535), 1],
          256,
          { counts: select$29 },
        ),
      ),
      variantOf(
        'shadow_decode/select_aligned.wgsl',
        { multiples: { D: 8, N: 4, T: 4 }, scratch: select$7 },
        launchOf('wgsl', 'select_aligned_1', select$35, select$37, 256),
        launchOf('wgsl', 'select_aligned_2', select$38, select$37, 256),
        launchOf(
          'wgsl',
          'select_aligned_3',
          select$39,
          [sizeOp('min', select$40, 65535), sizeOp('ceildiv', select$40, 65535), 1],
          256,
        ),
        launchOf('wgsl', 'select_aligned_4', select$14, select$41, 256),
        launchOf('wgsl', 'select_aligned_5', select$15, select$42, 256),
        launchOf(
          'wgsl',
          'select_aligned_6',
          select$17,
          [sizeOp('min', select$25, 65535), sizeOp('ceildiv', select$25, 65535), 1],
          256,
          { counts: select$26 },
        ),
        launchOf('wgsl', 'select_aligned_7', select$18, select$42, 256),
        launchOf('wgsl', 'select_aligned_8', select$19, select$43, 256),
        launchOf(
          'wgsl',
          'select_aligned_9',
          select$20,
          [sizeOp('min', select$28, 65535), sizeOp('ceildiv', select$28, 65535), 1],
          256,
          { counts: select$29 },
        ),
      ),
      variantOf(
        'shadow_decode/select_subgroups.wgsl',
        { scratch: select$7 },
        launchOf('wgsl', 'select_1', select$35, select$37, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'select_2', select$38, select$37, 256, { features: ['subgroups'] }),
        launchOf(
          'wgsl',
          'select_3',
          select$39,
          [sizeOp('min', select$44, 65535), sizeOp('ceildiv', select$44, 65535), 1],
          256,
        ),
        launchOf('wgsl', 'select_4', select$14, select$41, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'select_5', select$15, select$45, 256, { features: ['subgroups'] }),
        launchOf(
          'wgsl',
          'select_6',
          select$17,
          [sizeOp('min', select$31, 65535), sizeOp('ceildiv', select$31, 65535), 1],
          256,
          { counts: select$32 },
        ),
        launchOf('wgsl', 'select_7', select$18, select$45, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'select_8', select$19, select$43, 256, { features: ['subgroups'] }),
        launchOf(
          'wgsl',
          'select_9',
          select$20,
          [sizeOp('min', select$33, 65535), sizeOp('ceildiv', select$33, 65535), 1],
          256,
          { counts: select$34 },
        ),
      ),
      variantOf(
        'shadow_decode/select.wgsl',
        { scratch: select$7 },
        launchOf('wgsl', 'select_1', select$35, select$37, 256),
        launchOf('wgsl', 'select_2', select$38, select$37, 256),
        launchOf(
          'wgsl',
          'select_3',
          select$39,
          [sizeOp('min', select$44, 65535), sizeOp('ceildiv', select$44, 65535), 1],
          256,
        ),
        launchOf('wgsl', 'select_4', select$14, select$41, 256),
        launchOf('wgsl', 'select_5', select$15, select$45, 256),
        launchOf(
          'wgsl',
          'select_6',
          select$17,
          [sizeOp('min', select$31, 65535), sizeOp('ceildiv', select$31, 65535), 1],
          256,
          { counts: select$32 },
        ),
        launchOf('wgsl', 'select_7', select$18, select$45, 256),
        launchOf('wgsl', 'select_8', select$19, select$43, 256),
        launchOf(
          'wgsl',
          'select_9',
          select$20,
          [sizeOp('min', select$33, 65535), sizeOp('ceildiv', select$33, 65535), 1],
          256,
          { counts: select$34 },
        ),
      ),
    ],
  },
};
/** Sizes of `reuse`. */
export type ReuseSizes = { readonly C: number; readonly B: number; readonly H: number; readonly T: number };

export interface ReuseInputs {
  /** i32<C>[B, H, T] */
  readonly slot: Input<Int32Array>;
  /** i32<C>[B, H, T] */
  readonly chunk: Input<Int32Array>;
}

export interface ReuseOutputs {
  /** i32<C>[B, H, T] */
  readonly next: HostTensor<Int32Array>;
  /** bool[B, H, T] */
  readonly fresh: HostTensor<Uint8Array>;
  /** i32[B, H] */
  readonly hits: HostTensor<Int32Array>;
}

/**
 * The difference of two sets of chunks. What is wanted and already in a slot stays where it is; the rest takes the slots that are no
 * longer wanted, in order. So nothing moves in memory: attention does not mind the order of its keys.
 *
 * From shadow_decode.tdsl, line 20.
 */
export async function reuse(
  device: Device,
  inputs: ReuseInputs,
  options: RunOptions<ReuseSizes>,
): Promise<ReuseOutputs> {
  const outputs = await runKernel(specReuse, device, { ...inputs }, options);
  return {
    next: outputTensor(outputs, 'next', Int32Array),
    fresh: outputTensor(outputs, 'fresh', Uint8Array),
    hits: outputTensor(outputs, 'hits', Int32Array),
  };
}

/** `reuse` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareReuse(
  device: Device,
  sizes: ReuseSizes,
  options: LoadOptions,
): Promise<Prepared<'slot' | 'chunk' | 'next' | 'fresh' | 'hits', ReuseSizes>> {
  return prepareKernel(specReuse, device, sizes, options);
}

const reuse$1: SizeExpr = sizeOp('floordiv', sizeOp('add', 'T', 127), 128);
const reuse$2: SizeExpr = sizeOp('mul', 'B', 'H', reuse$1);
const reuse$3: SizeExpr = sizeOp('mul', 'B', 'H', 'T');
const reuse$4: VariantSpec['scratch'] = [
  { name: 'place_scan_before_mem', bits: 32, elements: reuse$2 },
  { name: 'place_scan_sums_mem', bits: 32, elements: reuse$2 },
  { name: 'place_scan_of_mem', bits: 32, elements: reuse$3 },
  { name: 'free_scan_before_mem', bits: 32, elements: reuse$2 },
  { name: 'free_scan_sums_mem', bits: 32, elements: reuse$2 },
  { name: 'free_scan_of_mem', bits: 32, elements: reuse$3 },
  { name: 'place_sum_mem', bits: 32, elements: reuse$3 },
];
const reuse$5: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'slot', 'i32', reuse$3),
    bufferArg('read', 'chunk', 'i32', reuse$3),
    bufferArg('write', 'place_scan_of_mem', 'i32', reuse$3),
  ],
  'C',
  'B',
  'H',
  'T',
);
const reuse$6: readonly Arg[] = argsOf(
  [bufferArg('read', 'place_scan_of_mem', 'i32', reuse$3), bufferArg('write', 'place_scan_sums_mem', 'i32', reuse$2)],
  'C',
  'B',
  'H',
  'T',
);
const reuse$7: LaunchAbi['grid'] = [reuse$1, 'H', 'B'];
const reuse$8: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'place_scan_sums_mem', 'i32', reuse$2),
    bufferArg('write', 'place_scan_before_mem', 'i32', reuse$2),
  ],
  'C',
  'B',
  'H',
  'T',
);
const reuse$9: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'slot', 'i32', reuse$3),
    bufferArg('read', 'chunk', 'i32', reuse$3),
    bufferArg('write', 'free_scan_of_mem', 'i32', reuse$3),
  ],
  'C',
  'B',
  'H',
  'T',
);
const reuse$10: readonly Arg[] = argsOf(
  [bufferArg('read', 'free_scan_of_mem', 'i32', reuse$3), bufferArg('write', 'free_scan_sums_mem', 'i32', reuse$2)],
  'C',
  'B',
  'H',
  'T',
);
const reuse$11: readonly Arg[] = argsOf(
  [bufferArg('read', 'free_scan_sums_mem', 'i32', reuse$2), bufferArg('write', 'free_scan_before_mem', 'i32', reuse$2)],
  'C',
  'B',
  'H',
  'T',
);
const reuse$12: readonly Arg[] = argsOf(
  [bufferArg('read', 'place_scan_of_mem', 'i32', reuse$3), bufferArg('write', 'place_sum_mem', 'i32', reuse$3)],
  'C',
  'B',
  'H',
  'T',
);
const reuse$13: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'slot', 'i32', reuse$3),
    bufferArg('read', 'chunk', 'i32', reuse$3),
    bufferArg('read', 'place_scan_before_mem', 'i32', reuse$2),
    bufferArg('read', 'free_scan_before_mem', 'i32', reuse$2),
    bufferArg('read', 'free_scan_of_mem', 'i32', reuse$3),
    bufferArg('read', 'place_sum_mem', 'i32', reuse$3),
    bufferArg('write', 'next', 'i32', reuse$3),
    bufferArg('write', 'fresh', 'u8', reuse$3),
  ],
  'C',
  'B',
  'H',
  'T',
);
const reuse$14: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'slot', 'i32', reuse$3),
    bufferArg('read', 'chunk', 'i32', reuse$3),
    bufferArg('write', 'hits', 'i32', sizeOp('mul', 'B', 'H')),
  ],
  'C',
  'B',
  'H',
  'T',
);
const reuse$15: SizeExpr = sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 48), 64));
const reuse$16: LaunchAbi['grid'] = [reuse$15, 1, 1];
const reuse$17: SizeExpr = sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1008), 1024));
const reuse$18: LaunchAbi['grid'] = [reuse$17, 1, 1];
const reuse$19: SizeExpr = sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 112), 128));
const reuse$20: LaunchAbi['grid'] = [reuse$19, 1, 1];
const reuse$21: SizeExpr = sizeOp('mul', 2, 'B', 'H', sizeOp('floordiv', 'T', 16));
const reuse$22: LaunchAbi['grid'] = [reuse$3, 1, 1];
const reuse$23: LaunchAbi['grid'] = [sizeOp('mul', 'B', 'H'), 1, 1];
const reuse$24: SizeExpr = sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 63), 64));
const reuse$25: LaunchAbi['grid'] = [reuse$24, 1, 1];
const reuse$26: SizeExpr = sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1023), 1024));
const reuse$27: LaunchAbi['grid'] = [reuse$26, 1, 1];
const reuse$28: LaunchAbi['grid'] = [reuse$2, 1, 1];
const reuse$29: SizeExpr = sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 7), 8));
const reuse$30: LaunchAbi['grid'] = [sizeOp('min', reuse$15, 65535), sizeOp('ceildiv', reuse$15, 65535), 1];
const reuse$31: LaunchAbi['grid'] = [sizeOp('min', reuse$17, 65535), sizeOp('ceildiv', reuse$17, 65535), 1];
const reuse$32: LaunchAbi['grid'] = [sizeOp('min', reuse$19, 65535), sizeOp('ceildiv', reuse$19, 65535), 1];
const reuse$33: LaunchAbi['grid'] = [sizeOp('min', reuse$21, 65535), sizeOp('ceildiv', reuse$21, 65535), 1];
const reuse$34: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'slot', 'i32', reuse$3),
    bufferArg('read', 'chunk', 'i32', reuse$3),
    bufferArg('read', 'place_scan_before_mem', 'i32', reuse$2),
    bufferArg('read', 'free_scan_before_mem', 'i32', reuse$2),
    bufferArg('read', 'free_scan_of_mem', 'i32', reuse$3),
    bufferArg('read', 'place_sum_mem', 'i32', reuse$3),
    bufferArg('write', 'next', 'i32', reuse$3),
    bufferArg('readwrite', 'fresh', 'u32', sizeOp('ceildiv', reuse$3, 4)),
  ],
  'C',
  'B',
  'H',
  'T',
);
const reuse$35: LaunchAbi['grid'] = [sizeOp('min', reuse$3, 65535), sizeOp('ceildiv', reuse$3, 65535), 1];
const reuse$36: LaunchAbi['grid'] = [
  sizeOp('min', sizeOp('mul', 'B', 'H'), 65535),
  sizeOp('ceildiv', sizeOp('mul', 'B', 'H'), 65535),
  1,
];
const reuse$37: LaunchAbi['grid'] = [sizeOp('min', reuse$24, 65535), sizeOp('ceildiv', reuse$24, 65535), 1];
const reuse$38: LaunchAbi['grid'] = [sizeOp('min', reuse$26, 65535), sizeOp('ceildiv', reuse$26, 65535), 1];
const reuse$39: LaunchAbi['grid'] = [sizeOp('min', reuse$2, 65535), sizeOp('ceildiv', reuse$2, 65535), 1];
const reuse$40: LaunchAbi['grid'] = [sizeOp('min', reuse$29, 65535), sizeOp('ceildiv', reuse$29, 65535), 1];
const specReuse: KernelSpec = {
  name: 'reuse',
  sizes: [{ name: 'C' }, { name: 'B' }, { name: 'H' }, { name: 'T' }],
  inputs: [
    { name: 'slot', dtype: 'i32', bits: 32, array: 'Int32Array', shape: ['B', 'H', 'T'], limit: 'C' },
    { name: 'chunk', dtype: 'i32', bits: 32, array: 'Int32Array', shape: ['B', 'H', 'T'], limit: 'C' },
  ],
  outputs: [
    { name: 'next', dtype: 'i32', bits: 32, array: 'Int32Array', shape: ['B', 'H', 'T'], limit: 'C' },
    { name: 'fresh', dtype: 'bool', bits: 8, array: 'Uint8Array', shape: ['B', 'H', 'T'] },
    { name: 'hits', dtype: 'i32', bits: 32, array: 'Int32Array', shape: ['B', 'H'] },
  ],
  facts: [{ expr: sizeOp('add', 'C', -1), relation: 'nonneg', text: '`next` holds integers in [0, C)' }],
  targets: {
    cpu: [
      variantOf(
        'shadow_decode/reuse.js',
        { scratch: reuse$4 },
        launchOf('cpu', 'reuse_1', reuse$5, ['T', 'H', 'B'], 1),
        launchOf('cpu', 'reuse_2', reuse$6, reuse$7, 1),
        launchOf('cpu', 'reuse_3', reuse$8, reuse$7, 1),
        launchOf('cpu', 'reuse_4', reuse$9, ['T', 'H', 'B'], 1),
        launchOf('cpu', 'reuse_5', reuse$10, reuse$7, 1),
        launchOf('cpu', 'reuse_6', reuse$11, reuse$7, 1),
        launchOf('cpu', 'reuse_7', reuse$12, ['T', 'H', 'B'], 1),
        launchOf('cpu', 'reuse_8', reuse$13, ['T', 'H', 'B'], 1),
        launchOf('cpu', 'reuse_9', reuse$14, ['H', 'B', 1], 1),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'shadow_decode/reuse_aligned.sm_80.cu',
        { multiples: { T: 16, H: 4 }, scratch: reuse$4 },
        launchOf('cuda', 'reuse_aligned_1', reuse$5, reuse$16, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'reuse_aligned_2', reuse$6, reuse$18, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'reuse_aligned_3', reuse$8, reuse$20, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'reuse_aligned_4', reuse$9, reuse$16, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'reuse_aligned_5', reuse$10, reuse$18, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'reuse_aligned_6', reuse$11, reuse$20, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'reuse_aligned_7', reuse$12, [reuse$21, 1, 1], 256, { features: ['sm_80'] }),
        launchOf('cuda', 'reuse_aligned_8', reuse$13, reuse$22, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'reuse_aligned_9', reuse$14, reuse$23, 256, { features: ['sm_80'] }),
      ),
      variantOf(
        'shadow_decode/reuse.sm_80.cu',
        { scratch: reuse$4 },
        launchOf('cuda', 'reuse_1', reuse$5, reuse$25, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'reuse_2', reuse$6, reuse$27, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'reuse_3', reuse$8, reuse$28, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'reuse_4', reuse$9, reuse$25, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'reuse_5', reuse$10, reuse$27, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'reuse_6', reuse$11, reuse$28, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'reuse_7', reuse$12, [reuse$29, 1, 1], 256, { features: ['sm_80'] }),
        launchOf('cuda', 'reuse_8', reuse$13, reuse$22, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'reuse_9', reuse$14, reuse$23, 256, { features: ['sm_80'] }),
      ),
    ],
    wgsl: [
      variantOf(
        'shadow_decode/reuse_aligned_subgroups.wgsl',
        { multiples: { T: 16, H: 4 }, scratch: reuse$4 },
        launchOf('wgsl', 'reuse_aligned_1', reuse$5, reuse$30, 256),
        launchOf('wgsl', 'reuse_aligned_2', reuse$6, reuse$31, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'reuse_aligned_3', reuse$8, reuse$32, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'reuse_aligned_4', reuse$9, reuse$30, 256),
        launchOf('wgsl', 'reuse_aligned_5', reuse$10, reuse$31, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'reuse_aligned_6', reuse$11, reuse$32, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'reuse_aligned_7', reuse$12, reuse$33, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'reuse_aligned_8', reuse$34, reuse$35, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'reuse_aligned_9', reuse$14, reuse$36, 256, { features: ['subgroups'] }),
      ),
      variantOf(
        'shadow_decode/reuse_aligned.wgsl',
        { multiples: { T: 16, H: 4 }, scratch: reuse$4 },
        launchOf('wgsl', 'reuse_aligned_1', reuse$5, reuse$30, 256),
        launchOf('wgsl', 'reuse_aligned_2', reuse$6, reuse$31, 256),
        launchOf('wgsl', 'reuse_aligned_3', reuse$8, reuse$32, 256),
        launchOf('wgsl', 'reuse_aligned_4', reuse$9, reuse$30, 256),
        launchOf('wgsl', 'reuse_aligned_5', reuse$10, reuse$31, 256),
        launchOf('wgsl', 'reuse_aligned_6', reuse$11, reuse$32, 256),
        launchOf('wgsl', 'reuse_aligned_7', reuse$12, reuse$33, 256),
        launchOf('wgsl', 'reuse_aligned_8', reuse$34, reuse$35, 256),
        launchOf('wgsl', 'reuse_aligned_9', reuse$14, reuse$36, 256),
      ),
      variantOf(
        'shadow_decode/reuse_subgroups.wgsl',
        { scratch: reuse$4 },
        launchOf('wgsl', 'reuse_1', reuse$5, reuse$37, 256),
        launchOf('wgsl', 'reuse_2', reuse$6, reuse$38, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'reuse_3', reuse$8, reuse$39, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'reuse_4', reuse$9, reuse$37, 256),
        launchOf('wgsl', 'reuse_5', reuse$10, reuse$38, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'reuse_6', reuse$11, reuse$39, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'reuse_7', reuse$12, reuse$40, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'reuse_8', reuse$34, reuse$35, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'reuse_9', reuse$14, reuse$36, 256, { features: ['subgroups'] }),
      ),
      variantOf(
        'shadow_decode/reuse.wgsl',
        { scratch: reuse$4 },
        launchOf('wgsl', 'reuse_1', reuse$5, reuse$37, 256),
        launchOf('wgsl', 'reuse_2', reuse$6, reuse$38, 256),
        launchOf('wgsl', 'reuse_3', reuse$8, reuse$39, 256),
        launchOf('wgsl', 'reuse_4', reuse$9, reuse$37, 256),
        launchOf('wgsl', 'reuse_5', reuse$10, reuse$38, 256),
        launchOf('wgsl', 'reuse_6', reuse$11, reuse$39, 256),
        launchOf('wgsl', 'reuse_7', reuse$12, reuse$40, 256),
        launchOf('wgsl', 'reuse_8', reuse$34, reuse$35, 256),
        launchOf('wgsl', 'reuse_9', reuse$14, reuse$36, 256),
      ),
    ],
  },
};
/** Sizes of `rebuild`. */
export type RebuildSizes = {
  readonly J: number;
  readonly B: number;
  readonly C: number;
  readonly R: number;
  readonly H: number;
  readonly D: number;
  readonly T: number;
};

export interface RebuildInputs {
  /** bf16[B, C*J, R] */
  readonly U: Input<Uint16Array>;
  /** bf16[B, H, R, D] */
  readonly SV: Input<Uint16Array>;
  /** i32<C>[B, H, T] */
  readonly slot: Input<Int32Array>;
  /** bool[B, H, T] */
  readonly fresh: Input<Uint8Array>;
  /** f32[C*J, 2, D / 2] */
  readonly table: Input<Float32Array>;
  /** bf16[2, B, H, J*T, D], changed in place */
  readonly S: Input<Uint16Array>;
}

export interface RebuildOutputs {
  /** bf16[2, B, H, J*T, D], changed in place */
  readonly S: HostTensor<Uint16Array>;
}

/**
 * Keys of the fresh slots: rows of U times SV in f32, turned by the angle of their own position, rounded once. Others stay.
 *
 * From shadow_decode.tdsl, line 39.
 */
export async function rebuild(
  device: Device,
  inputs: RebuildInputs,
  options: RunOptions<RebuildSizes>,
): Promise<RebuildOutputs> {
  const outputs = await runKernel(specRebuild, device, { ...inputs }, options);
  return { S: outputTensor(outputs, 'S', Uint16Array) };
}

/** `rebuild` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareRebuild(
  device: Device,
  sizes: RebuildSizes,
  options: LoadOptions,
): Promise<Prepared<'U' | 'SV' | 'slot' | 'fresh' | 'table' | 'S', RebuildSizes>> {
  return prepareKernel(specRebuild, device, sizes, options);
}

const rebuild$1: SizeExpr = sizeOp('floordiv', 'D', 2);
const rebuild$2: TensorSpec = {
  name: 'S',
  dtype: 'bf16',
  bits: 16,
  array: 'Uint16Array',
  shape: [2, 'B', 'H', sizeOp('mul', 'J', 'T'), 'D'],
  region: [0],
};
const rebuild$3: SizeExpr = sizeOp('mul', 'B', 'D', 'H', 'J', 'T');
const rebuild$4: VariantSpec['scratch'] = [{ name: 'pre_mem', bits: 32, elements: rebuild$3 }];
const rebuild$5: SizeExpr = sizeOp('mul', 'B', 'C', 'J', 'R');
const rebuild$6: SizeExpr = sizeOp('mul', 'B', 'D', 'H', 'R');
const rebuild$7: SizeExpr = sizeOp('mul', 'B', 'H', 'T');
const rebuild$8: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'U', 'u16', rebuild$5),
    bufferArg('read', 'SV', 'u16', rebuild$6),
    bufferArg('read', 'slot', 'i32', rebuild$7),
    bufferArg('write', 'pre_mem', 'f32', rebuild$3),
  ],
  'J',
  'B',
  'C',
  'R',
  'H',
  'D',
  'T',
);
const rebuild$9: LaunchAbi['grid'] = [
  sizeOp('floordiv', sizeOp('add', 'D', 2), 4),
  sizeOp('floordiv', sizeOp('add', 'J', 3), 4),
  rebuild$7,
];
const rebuild$10: SizeExpr = sizeOp('mul', 2, 'B', 'D', 'H', 'J', 'T');
const rebuild$11: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'U', 'u16', rebuild$5),
    bufferArg('read', 'SV', 'u16', rebuild$6),
    bufferArg('read', 'slot', 'i32', rebuild$7),
    bufferArg('read', 'fresh', 'u8', rebuild$7),
    bufferArg('read', 'table', 'f32', sizeOp('mul', 2, 'C', 'J', rebuild$1)),
    bufferArg('read', 'pre_mem', 'f32', rebuild$3),
    bufferArg('readwrite', 'S', 'u16', rebuild$10),
  ],
  'J',
  'B',
  'C',
  'R',
  'H',
  'D',
  'T',
);
const rebuild$12: SizeExpr = sizeOp('floordiv', sizeOp('add', 'D', 56), 64);
const rebuild$13: SizeExpr = sizeOp('mul', 'B', 'H', 'J', 'T', rebuild$12);
const rebuild$14: SizeExpr = sizeOp('mul', 'B', 'H', 'J', 'T', sizeOp('floordiv', sizeOp('add', 'D', 120), 128));
const rebuild$15: SizeExpr = sizeOp('floordiv', sizeOp('add', 'D', 62), 64);
const rebuild$16: SizeExpr = sizeOp('mul', 'B', 'H', 'J', 'T', rebuild$15);
const rebuild$17: SizeExpr = sizeOp('mul', 'B', 'H', 'J', 'T', sizeOp('floordiv', sizeOp('add', 'D', 126), 128));
const rebuild$18: SizeExpr = sizeOp('floordiv', sizeOp('add', 'J', 63), 64);
const rebuild$19: SizeExpr = sizeOp('mul', 'B', 'H', 'T', rebuild$12, rebuild$18);
const rebuild$20: LaunchAbi['grid'] = [rebuild$19, 1, 1];
const rebuild$21: SizeExpr = sizeOp('mul', 'B', 'H', 'T', rebuild$15, rebuild$18);
const rebuild$22: LaunchAbi['grid'] = [rebuild$21, 1, 1];
const rebuild$23: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'U', 'u32', sizeOp('ceildiv', rebuild$5, 2)),
    bufferArg('read', 'SV', 'u32', sizeOp('ceildiv', rebuild$6, 2)),
    bufferArg('read', 'slot', 'i32', rebuild$7),
    bufferArg('write', 'pre_mem', 'f32', rebuild$3),
  ],
  'J',
  'B',
  'C',
  'R',
  'H',
  'D',
  'T',
);
const rebuild$24: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'U', 'u32', sizeOp('ceildiv', rebuild$5, 2)),
    bufferArg('read', 'SV', 'u32', sizeOp('ceildiv', rebuild$6, 2)),
    bufferArg('read', 'slot', 'i32', rebuild$7),
    bufferArg('read', 'fresh', 'u32', sizeOp('ceildiv', rebuild$7, 4)),
    bufferArg('read', 'table', 'f32', sizeOp('mul', 2, 'C', 'J', rebuild$1)),
    bufferArg('read', 'pre_mem', 'f32', rebuild$3),
    bufferArg('readwrite', 'S', 'u32', sizeOp('ceildiv', rebuild$10, 2)),
  ],
  'J',
  'B',
  'C',
  'R',
  'H',
  'D',
  'T',
);
const rebuild$25: LaunchAbi['grid'] = [sizeOp('min', rebuild$19, 65535), sizeOp('ceildiv', rebuild$19, 65535), 1];
const rebuild$26: LaunchAbi['grid'] = [sizeOp('min', rebuild$21, 65535), sizeOp('ceildiv', rebuild$21, 65535), 1];
const specRebuild: KernelSpec = {
  name: 'rebuild',
  sizes: [{ name: 'J' }, { name: 'B' }, { name: 'C' }, { name: 'R' }, { name: 'H' }, { name: 'D' }, { name: 'T' }],
  inputs: [
    { name: 'U', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: ['B', sizeOp('mul', 'C', 'J'), 'R'] },
    { name: 'SV', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: ['B', 'H', 'R', 'D'] },
    { name: 'slot', dtype: 'i32', bits: 32, array: 'Int32Array', shape: ['B', 'H', 'T'], limit: 'C' },
    { name: 'fresh', dtype: 'bool', bits: 8, array: 'Uint8Array', shape: ['B', 'H', 'T'] },
    { name: 'table', dtype: 'f32', bits: 32, array: 'Float32Array', shape: [sizeOp('mul', 'C', 'J'), 2, rebuild$1] },
    rebuild$2,
  ],
  outputs: [rebuild$2],
  facts: [
    {
      expr: sizeOp('add', 'D', sizeOp('mul', -2, rebuild$1)),
      relation: 'zero',
      text: 'D must equal 2*(D/2), as `rope` needs it',
    },
  ],
  targets: {
    cpu: [
      variantOf(
        'shadow_decode/rebuild.js',
        { scratch: rebuild$4 },
        launchOf('cpu', 'rebuild_1', rebuild$8, rebuild$9, 1),
        launchOf('cpu', 'rebuild_2', rebuild$11, rebuild$9, 1),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'shadow_decode/rebuild_thin_aligned.sm_80.cu',
        { multiples: { R: 8, D: 8, T: 16 }, atMost: { J: 4 }, scratch: rebuild$4 },
        launchOf('cuda', 'rebuild_thin_aligned_1', rebuild$8, [rebuild$13, 1, 1], 256, { features: ['sm_80'] }),
        launchOf('cuda', 'rebuild_thin_aligned_2', rebuild$11, [rebuild$14, 1, 1], 256, { features: ['sm_80'] }),
      ),
      variantOf(
        'shadow_decode/rebuild_thin.sm_80.cu',
        { atMost: { J: 4 }, scratch: rebuild$4 },
        launchOf('cuda', 'rebuild_thin_1', rebuild$8, [rebuild$16, 1, 1], 256, { features: ['sm_80'] }),
        launchOf('cuda', 'rebuild_thin_2', rebuild$11, [rebuild$17, 1, 1], 256, { features: ['sm_80'] }),
      ),
      variantOf(
        'shadow_decode/rebuild_aligned.sm_80.cu',
        { multiples: { R: 8, D: 8, T: 16 }, scratch: rebuild$4 },
        launchOf('cuda', 'rebuild_aligned_1', rebuild$8, rebuild$20, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'rebuild_aligned_2', rebuild$11, rebuild$20, 256, { features: ['sm_80'] }),
      ),
      variantOf(
        'shadow_decode/rebuild.sm_80.cu',
        { scratch: rebuild$4 },
        launchOf('cuda', 'rebuild_1', rebuild$8, rebuild$22, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'rebuild_2', rebuild$11, rebuild$22, 256, { features: ['sm_80'] }),
      ),
    ],
    wgsl: [
      variantOf(
        'shadow_decode/rebuild_thin_aligned.wgsl',
        { multiples: { R: 8, D: 8, T: 16 }, atMost: { J: 4 }, scratch: rebuild$4 },
        launchOf(
          'wgsl',
          'rebuild_thin_aligned_1',
          rebuild$23,
          [sizeOp('min', rebuild$13, 65535), sizeOp('ceildiv', rebuild$13, 65535), 1],
          256,
        ),
        launchOf(
          'wgsl',
          'rebuild_thin_aligned_2',
          rebuild$24,
          [sizeOp('min', rebuild$14, 65535), sizeOp('ceildiv', rebuild$14, 65535), 1],
          256,
        ),
      ),
      variantOf(
        'shadow_decode/rebuild_thin.wgsl',
        { atMost: { J: 4 }, scratch: rebuild$4 },
        launchOf(
          'wgsl',
          'rebuild_thin_1',
          rebuild$23,
          [sizeOp('min', rebuild$16, 65535), sizeOp('ceildiv', rebuild$16, 65535), 1],
          256,
        ),
        launchOf(
          'wgsl',
          'rebuild_thin_2',
          rebuild$24,
          [sizeOp('min', rebuild$17, 65535), sizeOp('ceildiv', rebuild$17, 65535), 1],
          256,
        ),
      ),
      variantOf(
        'shadow_decode/rebuild_aligned.wgsl',
        { multiples: { R: 8, D: 8, T: 16 }, scratch: rebuild$4 },
        launchOf('wgsl', 'rebuild_aligned_1', rebuild$23, rebuild$25, 256),
        launchOf('wgsl', 'rebuild_aligned_2', rebuild$24, rebuild$25, 256),
      ),
      variantOf(
        'shadow_decode/rebuild.wgsl',
        { scratch: rebuild$4 },
        launchOf('wgsl', 'rebuild_1', rebuild$23, rebuild$26, 256),
        launchOf('wgsl', 'rebuild_2', rebuild$24, rebuild$26, 256),
      ),
    ],
  },
};
/** Sizes of `fetch`. */
export type FetchSizes = {
  readonly J: number;
  readonly B: number;
  readonly H: number;
  readonly C: number;
  readonly D: number;
  readonly T: number;
};

export interface FetchInputs {
  /** bf16[B, H, C*J, D], in memory of the host */
  readonly V: Input<Uint16Array>;
  /** i32<C>[B, H, T] */
  readonly slot: Input<Int32Array>;
  /** bool[B, H, T] */
  readonly fresh: Input<Uint8Array>;
  /** bf16[2, B, H, J*T, D], changed in place */
  readonly S: Input<Uint16Array>;
}

export interface FetchOutputs {
  /** bf16[2, B, H, J*T, D], changed in place */
  readonly S: HostTensor<Uint16Array>;
}

/**
 * Values of the fresh slots, read from where the host keeps them.
 *
 * From shadow_decode.tdsl, line 57.
 */
export async function fetch(
  device: Device,
  inputs: FetchInputs,
  options: RunOptions<FetchSizes>,
): Promise<FetchOutputs> {
  const outputs = await runKernel(specFetch, device, { ...inputs }, options);
  return { S: outputTensor(outputs, 'S', Uint16Array) };
}

/** `fetch` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareFetch(
  device: Device,
  sizes: FetchSizes,
  options: LoadOptions,
): Promise<Prepared<'V' | 'slot' | 'fresh' | 'S', FetchSizes>> {
  return prepareKernel(specFetch, device, sizes, options);
}

const fetch$1: TensorSpec = {
  name: 'S',
  dtype: 'bf16',
  bits: 16,
  array: 'Uint16Array',
  shape: [2, 'B', 'H', sizeOp('mul', 'J', 'T'), 'D'],
  region: [1],
};
const fetch$2: SizeExpr = sizeOp('mul', 'B', 'C', 'D', 'H', 'J');
const fetch$3: SizeExpr = sizeOp('mul', 'B', 'H', 'T');
const fetch$4: SizeExpr = sizeOp('mul', 2, 'B', 'D', 'H', 'J', 'T');
const fetch$5: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'V', 'u16', fetch$2, 'host'),
    bufferArg('read', 'slot', 'i32', fetch$3),
    bufferArg('read', 'fresh', 'u8', fetch$3),
    bufferArg('readwrite', 'S', 'u16', fetch$4),
  ],
  'J',
  'B',
  'H',
  'C',
  'D',
  'T',
);
const fetch$6: SizeExpr = sizeOp(
  'floordiv',
  sizeOp('add', sizeOp('mul', 'B', 'H', 'J', sizeOp('floordiv', 'D', 8), sizeOp('floordiv', 'T', 16)), 15),
  16,
);
const fetch$7: SizeExpr = sizeOp('mul', 256, fetch$6);
const fetch$8: SizeExpr = sizeOp('floordiv', sizeOp('add', sizeOp('mul', 'B', 'D', 'H', 'J', 'T'), 255), 256);
const fetch$9: SizeExpr = sizeOp('mul', 256, fetch$8);
const fetch$10: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'V', 'u32', sizeOp('ceildiv', fetch$2, 2), 'host'),
    bufferArg('read', 'slot', 'i32', fetch$3),
    bufferArg('read', 'fresh', 'u32', sizeOp('ceildiv', fetch$3, 4)),
    bufferArg('readwrite', 'S', 'u32', sizeOp('ceildiv', fetch$4, 2)),
  ],
  'J',
  'B',
  'H',
  'C',
  'D',
  'T',
);
const specFetch: KernelSpec = {
  name: 'fetch',
  sizes: [{ name: 'J' }, { name: 'B' }, { name: 'H' }, { name: 'C' }, { name: 'D' }, { name: 'T' }],
  inputs: [
    {
      name: 'V',
      dtype: 'bf16',
      bits: 16,
      array: 'Uint16Array',
      shape: ['B', 'H', sizeOp('mul', 'C', 'J'), 'D'],
      place: 'host',
    },
    { name: 'slot', dtype: 'i32', bits: 32, array: 'Int32Array', shape: ['B', 'H', 'T'], limit: 'C' },
    { name: 'fresh', dtype: 'bool', bits: 8, array: 'Uint8Array', shape: ['B', 'H', 'T'] },
    fetch$1,
  ],
  outputs: [fetch$1],
  facts: [],
  targets: {
    cpu: [variantOf('shadow_decode/fetch.js', {}, launchOf('cpu', 'fetch', fetch$5, ['D', 'J', fetch$3], 1))],
    'cuda:sm_80': [
      variantOf(
        'shadow_decode/fetch_aligned.sm_80.cu',
        { multiples: { D: 8, T: 16 } },
        launchOf('cuda', 'fetch_aligned', fetch$5, [fetch$6, 1, 1], 256, { counts: fetch$7, features: ['sm_80'] }),
      ),
      variantOf(
        'shadow_decode/fetch.sm_80.cu',
        {},
        launchOf('cuda', 'fetch', fetch$5, [fetch$8, 1, 1], 256, { counts: fetch$9, features: ['sm_80'] }),
      ),
    ],
    wgsl: [
      variantOf(
        'shadow_decode/fetch_aligned.wgsl',
        { multiples: { D: 8, T: 16 } },
        launchOf(
          'wgsl',
          'fetch_aligned',
          fetch$10,
          [sizeOp('min', fetch$6, 65535), sizeOp('ceildiv', fetch$6, 65535), 1],
          256,
          { counts: fetch$7 },
        ),
      ),
      variantOf(
        'shadow_decode/fetch.wgsl',
        {},
        launchOf(
          'wgsl',
          'fetch',
          fetch$10,
          [sizeOp('min', fetch$8, 65535), sizeOp('ceildiv', fetch$8, 65535), 1],
          256,
          { counts: fetch$9 },
        ),
      ),
    ],
  },
};
/** Sizes of `append_generated`. */
export type AppendGeneratedSizes = { readonly B: number; readonly H: number; readonly D: number; readonly M: number };

export interface AppendGeneratedInputs {
  /** bf16[B, H, D] */
  readonly k: Input<Uint16Array>;
  /** bf16[B, H, D] */
  readonly v: Input<Uint16Array>;
  /** i32<M>[B] */
  readonly at: Input<Int32Array>;
  /** bf16[2, B, H, M, D], changed in place */
  readonly S: Input<Uint16Array>;
}

export interface AppendGeneratedOutputs {
  /** bf16[2, B, H, M, D], changed in place */
  readonly S: HostTensor<Uint16Array>;
}

/**
 * The key and the value of the newest token, behind those generated before it. `at` below M is checked where it enters: a full buffer is
 * an error, and no token is lost.
 *
 * From shadow_decode.tdsl, line 71.
 */
export async function append_generated(
  device: Device,
  inputs: AppendGeneratedInputs,
  options: RunOptions<AppendGeneratedSizes>,
): Promise<AppendGeneratedOutputs> {
  const outputs = await runKernel(specAppendGenerated, device, { ...inputs }, options);
  return { S: outputTensor(outputs, 'S', Uint16Array) };
}

/** `append_generated` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareAppendGenerated(
  device: Device,
  sizes: AppendGeneratedSizes,
  options: LoadOptions,
): Promise<Prepared<'k' | 'v' | 'at' | 'S', AppendGeneratedSizes>> {
  return prepareKernel(specAppendGenerated, device, sizes, options);
}

const append_generated$1: TensorSpec = {
  name: 'S',
  dtype: 'bf16',
  bits: 16,
  array: 'Uint16Array',
  shape: [2, 'B', 'H', 'M', 'D'],
};
const append_generated$2: SizeExpr = sizeOp('mul', 'B', 'D', 'H');
const append_generated$3: SizeExpr = sizeOp('mul', 2, 'B', 'D', 'H', 'M');
const append_generated$4: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'k', 'u16', append_generated$2),
    bufferArg('read', 'at', 'i32', 'B'),
    bufferArg('write', 'S', 'u16', append_generated$3),
  ],
  'B',
  'H',
  'D',
  'M',
);
const append_generated$5: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'v', 'u16', append_generated$2),
    bufferArg('read', 'at', 'i32', 'B'),
    bufferArg('write', 'S', 'u16', append_generated$3),
  ],
  'B',
  'H',
  'D',
  'M',
);
const append_generated$6: SizeExpr = sizeOp(
  'floordiv',
  sizeOp('add', sizeOp('mul', 'H', sizeOp('floordiv', 'B', 4), sizeOp('floordiv', 'D', 8)), 63),
  64,
);
const append_generated$7: LaunchAbi['grid'] = [append_generated$6, 1, 1];
const append_generated$8: SizeExpr = sizeOp('mul', 256, append_generated$6);
const append_generated$9: SizeExpr = sizeOp('floordiv', sizeOp('add', append_generated$2, 255), 256);
const append_generated$10: LaunchAbi['grid'] = [append_generated$9, 1, 1];
const append_generated$11: SizeExpr = sizeOp('mul', 256, append_generated$9);
const append_generated$12: SizeExpr = sizeOp('ceildiv', append_generated$2, 2);
const append_generated$13: SizeExpr = sizeOp('ceildiv', append_generated$3, 2);
const append_generated$14: LaunchAbi['grid'] = [
  sizeOp('min', append_generated$6, 65535),
  sizeOp('ceildiv', append_generated$6, 65535),
  1,
];
const append_generated$15: LaunchAbi['grid'] = [
  sizeOp('min', append_generated$9, 65535),
  sizeOp('ceildiv', append_generated$9, 65535),
  1,
];
const specAppendGenerated: KernelSpec = {
  name: 'append_generated',
  sizes: [{ name: 'B' }, { name: 'H' }, { name: 'D' }, { name: 'M' }],
  inputs: [
    { name: 'k', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: ['B', 'H', 'D'] },
    { name: 'v', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: ['B', 'H', 'D'] },
    { name: 'at', dtype: 'i32', bits: 32, array: 'Int32Array', shape: ['B'], limit: 'M' },
    append_generated$1,
  ],
  outputs: [append_generated$1],
  facts: [],
  targets: {
    cpu: [
      variantOf(
        'shadow_decode/append_generated.js',
        {},
        launchOf('cpu', 'append_generated_1', append_generated$4, ['D', 'H', 'B'], 1),
        launchOf('cpu', 'append_generated_2', append_generated$5, ['D', 'H', 'B'], 1),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'shadow_decode/append_generated_aligned.sm_80.cu',
        { multiples: { D: 8, B: 4 } },
        launchOf('cuda', 'append_generated_aligned_1', append_generated$4, append_generated$7, 256, {
          counts: append_generated$8,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'append_generated_aligned_2', append_generated$5, append_generated$7, 256, {
          counts: append_generated$8,
          features: ['sm_80'],
        }),
      ),
      variantOf(
        'shadow_decode/append_generated.sm_80.cu',
        {},
        launchOf('cuda', 'append_generated_1', append_generated$4, append_generated$10, 256, {
          counts: append_generated$11,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'append_generated_2', append_generated$5, append_generated$10, 256, {
          counts: append_generated$11,
          features: ['sm_80'],
        }),
      ),
    ],
    wgsl: [
      variantOf(
        'shadow_decode/append_generated_aligned.wgsl',
        { multiples: { D: 8, B: 4 } },
        launchOf(
          'wgsl',
          'append_generated_aligned_1',
          argsOf(
            [
              bufferArg('read', 'k', 'u32', append_generated$12),
              bufferArg('read', 'at', 'i32', 'B'),
              bufferArg('write', 'S', 'u32', append_generated$13),
            ],
            'B',
            'H',
            'D',
            'M',
          ),
          append_generated$14,
          256,
          { counts: append_generated$8 },
        ),
        launchOf(
          'wgsl',
          'append_generated_aligned_2',
          argsOf(
            [
              bufferArg('read', 'v', 'u32', append_generated$12),
              bufferArg('read', 'at', 'i32', 'B'),
              bufferArg('write', 'S', 'u32', append_generated$13),
            ],
            'B',
            'H',
            'D',
            'M',
          ),
          append_generated$14,
          256,
          { counts: append_generated$8 },
        ),
      ),
      variantOf(
        'shadow_decode/append_generated.wgsl',
        {},
        launchOf(
          'wgsl',
          'append_generated_1',
          argsOf(
            [
              bufferArg('read', 'k', 'u32', append_generated$12),
              bufferArg('read', 'at', 'i32', 'B'),
              bufferArg('readwrite', 'S', 'u32', append_generated$13),
            ],
            'B',
            'H',
            'D',
            'M',
          ),
          append_generated$15,
          256,
          { counts: append_generated$11 },
        ),
        launchOf(
          'wgsl',
          'append_generated_2',
          argsOf(
            [
              bufferArg('read', 'v', 'u32', append_generated$12),
              bufferArg('read', 'at', 'i32', 'B'),
              bufferArg('readwrite', 'S', 'u32', append_generated$13),
            ],
            'B',
            'H',
            'D',
            'M',
          ),
          append_generated$15,
          256,
          { counts: append_generated$11 },
        ),
      ),
    ],
  },
};
/** Sizes of `attend`. */
export type AttendSizes = {
  readonly B: number;
  readonly H: number;
  readonly G: number;
  readonly D: number;
  readonly W: number;
  readonly S: number;
  readonly M: number;
};

export interface AttendInputs {
  /** bf16[B, G*H, D] */
  readonly q: Input<Uint16Array>;
  /** bf16[2, B, H, W, D] */
  readonly exact: Input<Uint16Array>;
  /** bf16[2, B, H, S, D] */
  readonly slots: Input<Uint16Array>;
  /** bf16[2, B, H, M, D] */
  readonly generated: Input<Uint16Array>;
  /** i32<M>[B] */
  readonly at: Input<Int32Array>;
}

export interface AttendOutputs {
  /** bf16[B, G*H, D] */
  readonly y: HostTensor<Uint16Array>;
}

/**
 * Attention over all kinds of keys as over one tensor: those that stay exact (the last tokens of the prompt and the outliers), the chunks in
 * slots, and what was generated so far. Nothing is copied to join them. Keys stand at 0 and values at 1: WebGPU binds few tensors at once.
 *
 * From shadow_decode.tdsl, line 81.
 */
export async function attend(
  device: Device,
  inputs: AttendInputs,
  options: RunOptions<AttendSizes>,
): Promise<AttendOutputs> {
  const outputs = await runKernel(specAttend, device, { ...inputs }, options);
  return { y: outputTensor(outputs, 'y', Uint16Array) };
}

/** `attend` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareAttend(
  device: Device,
  sizes: AttendSizes,
  options: LoadOptions,
): Promise<Prepared<'q' | 'exact' | 'slots' | 'generated' | 'at' | 'y', AttendSizes>> {
  return prepareKernel(specAttend, device, sizes, options);
}

const attend$1: SizeExpr = sizeOp('mul', 'B', 'G', 'H');
const attend$2: VariantSpec['scratch'] = [
  { name: 'p_max_piece2_mem', bits: 32, elements: attend$1 },
  { name: 'p_max_piece3_mem', bits: 32, elements: attend$1 },
  { name: 'p_sum2_piece2_mem', bits: 32, elements: attend$1 },
  { name: 'p_sum2_piece3_mem', bits: 32, elements: attend$1 },
];
const attend$3: SizeExpr = sizeOp('mul', 'B', 'D', 'G', 'H');
const attend$4: SizeExpr = sizeOp('mul', 2, 'B', 'D', 'H', 'S');
const attend$5: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u16', attend$3),
    bufferArg('read', 'slots', 'u16', attend$4),
    bufferArg('read', 'at', 'i32', 'B'),
    bufferArg('write', 'p_max_piece2_mem', 'f32', attend$1),
  ],
  'B',
  'H',
  'G',
  'D',
  'W',
  'S',
  'M',
);
const attend$6: SizeExpr = sizeOp('floordiv', sizeOp('add', 'G', 3), 4);
const attend$7: LaunchAbi['grid'] = [attend$6, 'H', 'B'];
const attend$8: SizeExpr = sizeOp('mul', 2, 'B', 'D', 'H', 'M');
const attend$9: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u16', attend$3),
    bufferArg('read', 'generated', 'u16', attend$8),
    bufferArg('read', 'at', 'i32', 'B'),
    bufferArg('write', 'p_max_piece3_mem', 'f32', attend$1),
  ],
  'B',
  'H',
  'G',
  'D',
  'W',
  'S',
  'M',
);
const attend$10: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u16', attend$3),
    bufferArg('read', 'slots', 'u16', attend$4),
    bufferArg('read', 'at', 'i32', 'B'),
    bufferArg('write', 'p_sum2_piece2_mem', 'f32', attend$1),
  ],
  'B',
  'H',
  'G',
  'D',
  'W',
  'S',
  'M',
);
const attend$11: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u16', attend$3),
    bufferArg('read', 'generated', 'u16', attend$8),
    bufferArg('read', 'at', 'i32', 'B'),
    bufferArg('write', 'p_sum2_piece3_mem', 'f32', attend$1),
  ],
  'B',
  'H',
  'G',
  'D',
  'W',
  'S',
  'M',
);
const attend$12: SizeExpr = sizeOp('mul', 2, 'B', 'D', 'H', 'W');
const attend$13: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u16', attend$3),
    bufferArg('read', 'exact', 'u16', attend$12),
    bufferArg('read', 'slots', 'u16', attend$4),
    bufferArg('read', 'generated', 'u16', attend$8),
    bufferArg('read', 'at', 'i32', 'B'),
    bufferArg('read', 'p_max_piece2_mem', 'f32', attend$1),
    bufferArg('read', 'p_max_piece3_mem', 'f32', attend$1),
    bufferArg('read', 'p_sum2_piece2_mem', 'f32', attend$1),
    bufferArg('read', 'p_sum2_piece3_mem', 'f32', attend$1),
    bufferArg('write', 'y', 'u16', attend$3),
  ],
  'B',
  'H',
  'G',
  'D',
  'W',
  'S',
  'M',
);
const attend$14: LaunchAbi['grid'] = [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 127), 128)), 1, 1];
const attend$15: LaunchAbi['grid'] = [
  sizeOp('mul', 'B', 'G', 'H', sizeOp('floordiv', sizeOp('add', 'D', 56), 64)),
  1,
  1,
];
const attend$16: LaunchAbi['grid'] = [
  sizeOp('mul', 'B', 'G', 'H', sizeOp('floordiv', sizeOp('add', 'D', 63), 64)),
  1,
  1,
];
const attend$17: SizeExpr = sizeOp('ceildiv', attend$3, 2);
const attend$18: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u32', attend$17),
    bufferArg('read', 'slots', 'u32', sizeOp('ceildiv', attend$4, 2)),
    bufferArg('read', 'at', 'i32', 'B'),
    bufferArg('write', 'p_max_piece2_mem', 'f32', attend$1),
  ],
  'B',
  'H',
  'G',
  'D',
  'W',
  'S',
  'M',
);
const attend$19: SizeExpr = sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 63), 64));
const attend$20: LaunchAbi['grid'] = [sizeOp('min', attend$19, 65535), sizeOp('ceildiv', attend$19, 65535), 1];
const attend$21: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u32', attend$17),
    bufferArg('read', 'generated', 'u32', sizeOp('ceildiv', attend$8, 2)),
    bufferArg('read', 'at', 'i32', 'B'),
    bufferArg('write', 'p_max_piece3_mem', 'f32', attend$1),
  ],
  'B',
  'H',
  'G',
  'D',
  'W',
  'S',
  'M',
);
const attend$22: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u32', attend$17),
    bufferArg('read', 'slots', 'u32', sizeOp('ceildiv', attend$4, 2)),
    bufferArg('read', 'at', 'i32', 'B'),
    bufferArg('write', 'p_sum2_piece2_mem', 'f32', attend$1),
  ],
  'B',
  'H',
  'G',
  'D',
  'W',
  'S',
  'M',
);
const attend$23: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u32', attend$17),
    bufferArg('read', 'generated', 'u32', sizeOp('ceildiv', attend$8, 2)),
    bufferArg('read', 'at', 'i32', 'B'),
    bufferArg('write', 'p_sum2_piece3_mem', 'f32', attend$1),
  ],
  'B',
  'H',
  'G',
  'D',
  'W',
  'S',
  'M',
);
const attend$24: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u32', attend$17),
    bufferArg('read', 'exact', 'u32', sizeOp('ceildiv', attend$12, 2)),
    bufferArg('read', 'slots', 'u32', sizeOp('ceildiv', attend$4, 2)),
    bufferArg('read', 'generated', 'u32', sizeOp('ceildiv', attend$8, 2)),
    bufferArg('read', 'at', 'i32', 'B'),
    bufferArg('read', 'p_max_piece2_mem', 'f32', attend$1),
    bufferArg('read', 'p_max_piece3_mem', 'f32', attend$1),
    bufferArg('read', 'p_sum2_piece2_mem', 'f32', attend$1),
    bufferArg('read', 'p_sum2_piece3_mem', 'f32', attend$1),
    bufferArg('write', 'y', 'u32', attend$17),
  ],
  'B',
  'H',
  'G',
  'D',
  'W',
  'S',
  'M',
);
const attend$25: SizeExpr = sizeOp('floordiv', sizeOp('add', 'G', 15), 16);
const attend$26: SizeExpr = sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'D', 8), 16), attend$25);
const attend$27: LaunchAbi['grid'] = [sizeOp('min', attend$26, 65535), sizeOp('ceildiv', attend$26, 65535), 1];
const attend$28: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u32', attend$17),
    bufferArg('read', 'exact', 'u32', sizeOp('ceildiv', attend$12, 2)),
    bufferArg('read', 'slots', 'u32', sizeOp('ceildiv', attend$4, 2)),
    bufferArg('read', 'generated', 'u32', sizeOp('ceildiv', attend$8, 2)),
    bufferArg('read', 'at', 'i32', 'B'),
    bufferArg('read', 'p_max_piece2_mem', 'f32', attend$1),
    bufferArg('read', 'p_max_piece3_mem', 'f32', attend$1),
    bufferArg('read', 'p_sum2_piece2_mem', 'f32', attend$1),
    bufferArg('read', 'p_sum2_piece3_mem', 'f32', attend$1),
    bufferArg('readwrite', 'y', 'u32', attend$17),
  ],
  'B',
  'H',
  'G',
  'D',
  'W',
  'S',
  'M',
);
const attend$29: SizeExpr = sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'D', 15), 16), attend$25);
const attend$30: LaunchAbi['grid'] = [sizeOp('min', attend$29, 65535), sizeOp('ceildiv', attend$29, 65535), 1];
const specAttend: KernelSpec = {
  name: 'attend',
  sizes: [{ name: 'B' }, { name: 'H' }, { name: 'G' }, { name: 'D' }, { name: 'W' }, { name: 'S' }, { name: 'M' }],
  inputs: [
    { name: 'q', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: ['B', sizeOp('mul', 'G', 'H'), 'D'] },
    { name: 'exact', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: [2, 'B', 'H', 'W', 'D'] },
    { name: 'slots', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: [2, 'B', 'H', 'S', 'D'] },
    { name: 'generated', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: [2, 'B', 'H', 'M', 'D'] },
    { name: 'at', dtype: 'i32', bits: 32, array: 'Int32Array', shape: ['B'], limit: 'M' },
  ],
  outputs: [{ name: 'y', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: ['B', sizeOp('mul', 'G', 'H'), 'D'] }],
  facts: [],
  targets: {
    cpu: [
      variantOf(
        'shadow_decode/attend.js',
        { scratch: attend$2 },
        launchOf('cpu', 'attend_1', attend$5, attend$7, 1),
        launchOf('cpu', 'attend_2', attend$9, attend$7, 1),
        launchOf('cpu', 'attend_3', attend$10, attend$7, 1),
        launchOf('cpu', 'attend_4', attend$11, attend$7, 1),
        launchOf(
          'cpu',
          'attend_5',
          attend$13,
          [sizeOp('floordiv', sizeOp('add', 'D', 3), 4), attend$6, sizeOp('mul', 'B', 'H')],
          1,
        ),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'shadow_decode/attend_thin_aligned.sm_80.cu',
        { multiples: { D: 8, B: 4 }, atMost: { G: 16 }, scratch: attend$2 },
        launchOf('cuda', 'attend_thin_aligned_1', attend$5, attend$14, 256, {
          sharedBytes: 73728,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'attend_thin_aligned_2', attend$9, attend$14, 256, {
          sharedBytes: 73728,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'attend_thin_aligned_3', attend$10, attend$14, 256, {
          sharedBytes: 81920,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'attend_thin_aligned_4', attend$11, attend$14, 256, {
          sharedBytes: 81920,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'attend_thin_aligned_5', attend$13, attend$15, 256, { features: ['sm_80'] }),
      ),
      variantOf(
        'shadow_decode/attend_thin.sm_80.cu',
        { atMost: { G: 16 }, scratch: attend$2 },
        launchOf('cuda', 'attend_thin_1', attend$5, attend$14, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'attend_thin_2', attend$9, attend$14, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'attend_thin_3', attend$10, attend$14, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'attend_thin_4', attend$11, attend$14, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'attend_thin_5', attend$13, attend$16, 256, { features: ['sm_80'] }),
      ),
      variantOf(
        'shadow_decode/attend_aligned.sm_80.cu',
        { multiples: { D: 8, B: 4 }, scratch: attend$2 },
        launchOf('cuda', 'attend_aligned_1', attend$5, attend$14, 256, { sharedBytes: 73728, features: ['sm_80'] }),
        launchOf('cuda', 'attend_aligned_2', attend$9, attend$14, 256, { sharedBytes: 73728, features: ['sm_80'] }),
        launchOf('cuda', 'attend_aligned_3', attend$10, attend$14, 256, { sharedBytes: 81920, features: ['sm_80'] }),
        launchOf('cuda', 'attend_aligned_4', attend$11, attend$14, 256, { sharedBytes: 81920, features: ['sm_80'] }),
        launchOf('cuda', 'attend_aligned_5', attend$13, attend$15, 256, { features: ['sm_80'] }),
      ),
      variantOf(
        'shadow_decode/attend.sm_80.cu',
        { scratch: attend$2 },
        launchOf('cuda', 'attend_1', attend$5, attend$14, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'attend_2', attend$9, attend$14, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'attend_3', attend$10, attend$14, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'attend_4', attend$11, attend$14, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'attend_5', attend$13, attend$16, 256, { features: ['sm_80'] }),
      ),
    ],
    wgsl: [
      variantOf(
        'shadow_decode/attend_thin_aligned_subgroups.wgsl',
        { multiples: { D: 8, B: 4 }, atMost: { G: 16 }, scratch: attend$2 },
        launchOf('wgsl', 'attend_thin_aligned_1', attend$18, attend$20, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'attend_thin_aligned_2', attend$21, attend$20, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'attend_thin_aligned_3', attend$22, attend$20, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'attend_thin_aligned_4', attend$23, attend$20, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'attend_thin_aligned_5', attend$24, attend$27, 128, { features: ['subgroups'] }),
      ),
      variantOf(
        'shadow_decode/attend_thin_aligned.wgsl',
        { multiples: { D: 8, B: 4 }, atMost: { G: 16 }, scratch: attend$2 },
        launchOf('wgsl', 'attend_thin_aligned_1', attend$18, attend$20, 256),
        launchOf('wgsl', 'attend_thin_aligned_2', attend$21, attend$20, 256),
        launchOf('wgsl', 'attend_thin_aligned_3', attend$22, attend$20, 256),
        launchOf('wgsl', 'attend_thin_aligned_4', attend$23, attend$20, 256),
        launchOf('wgsl', 'attend_thin_aligned_5', attend$24, attend$27, 128),
      ),
      variantOf(
        'shadow_decode/attend_thin_subgroups.wgsl',
        { atMost: { G: 16 }, scratch: attend$2 },
        launchOf('wgsl', 'attend_thin_1', attend$18, attend$20, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'attend_thin_2', attend$21, attend$20, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'attend_thin_3', attend$22, attend$20, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'attend_thin_4', attend$23, attend$20, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'attend_thin_5', attend$28, attend$30, 128, { features: ['subgroups'] }),
      ),
      variantOf(
        'shadow_decode/attend_thin.wgsl',
        { atMost: { G: 16 }, scratch: attend$2 },
        launchOf('wgsl', 'attend_thin_1', attend$18, attend$20, 256),
        launchOf('wgsl', 'attend_thin_2', attend$21, attend$20, 256),
        launchOf('wgsl', 'attend_thin_3', attend$22, attend$20, 256),
        launchOf('wgsl', 'attend_thin_4', attend$23, attend$20, 256),
        launchOf('wgsl', 'attend_thin_5', attend$28, attend$30, 128),
      ),
      variantOf(
        'shadow_decode/attend_aligned_subgroups.wgsl',
        { multiples: { D: 8, B: 4 }, scratch: attend$2 },
        launchOf('wgsl', 'attend_aligned_1', attend$18, attend$20, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'attend_aligned_2', attend$21, attend$20, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'attend_aligned_3', attend$22, attend$20, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'attend_aligned_4', attend$23, attend$20, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'attend_aligned_5', attend$24, attend$27, 128, { features: ['subgroups'] }),
      ),
      variantOf(
        'shadow_decode/attend_aligned.wgsl',
        { multiples: { D: 8, B: 4 }, scratch: attend$2 },
        launchOf('wgsl', 'attend_aligned_1', attend$18, attend$20, 256),
        launchOf('wgsl', 'attend_aligned_2', attend$21, attend$20, 256),
        launchOf('wgsl', 'attend_aligned_3', attend$22, attend$20, 256),
        launchOf('wgsl', 'attend_aligned_4', attend$23, attend$20, 256),
        launchOf('wgsl', 'attend_aligned_5', attend$24, attend$27, 128),
      ),
      variantOf(
        'shadow_decode/attend_subgroups.wgsl',
        { scratch: attend$2 },
        launchOf('wgsl', 'attend_1', attend$18, attend$20, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'attend_2', attend$21, attend$20, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'attend_3', attend$22, attend$20, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'attend_4', attend$23, attend$20, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'attend_5', attend$28, attend$30, 128, { features: ['subgroups'] }),
      ),
      variantOf(
        'shadow_decode/attend.wgsl',
        { scratch: attend$2 },
        launchOf('wgsl', 'attend_1', attend$18, attend$20, 256),
        launchOf('wgsl', 'attend_2', attend$21, attend$20, 256),
        launchOf('wgsl', 'attend_3', attend$22, attend$20, 256),
        launchOf('wgsl', 'attend_4', attend$23, attend$20, 256),
        launchOf('wgsl', 'attend_5', attend$28, attend$30, 128),
      ),
    ],
  },
};
/** Sizes of `copy_slots`. */
export type CopySlotsSizes = { readonly C: number; readonly B: number; readonly H: number; readonly T: number };

export interface CopySlotsInputs {
  /** i32<C>[B, H, T] */
  readonly slot: Input<Int32Array>;
}

export interface CopySlotsOutputs {
  /** i32<C>[B, H, T] */
  readonly next: HostTensor<Int32Array>;
}

/**
 * Slots as they were before a step.
 *
 * From shadow_decode.tdsl, line 97.
 */
export async function copy_slots(
  device: Device,
  inputs: CopySlotsInputs,
  options: RunOptions<CopySlotsSizes>,
): Promise<CopySlotsOutputs> {
  const outputs = await runKernel(specCopySlots, device, { ...inputs }, options);
  return { next: outputTensor(outputs, 'next', Int32Array) };
}

/** `copy_slots` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareCopySlots(
  device: Device,
  sizes: CopySlotsSizes,
  options: LoadOptions,
): Promise<Prepared<'slot' | 'next', CopySlotsSizes>> {
  return prepareKernel(specCopySlots, device, sizes, options);
}

const copy_slots$1: SizeExpr = sizeOp('mul', 'B', 'H', 'T');
const copy_slots$2: readonly Arg[] = argsOf(
  [bufferArg('read', 'slot', 'i32', copy_slots$1), bufferArg('write', 'next', 'i32', copy_slots$1)],
  'C',
  'B',
  'H',
  'T',
);
const copy_slots$3: SizeExpr = sizeOp(
  'floordiv',
  sizeOp('add', sizeOp('mul', 'B', 'H', sizeOp('floordiv', 'T', 4)), 255),
  256,
);
const copy_slots$4: SizeExpr = sizeOp('mul', 256, copy_slots$3);
const copy_slots$5: SizeExpr = sizeOp('floordiv', sizeOp('add', copy_slots$1, 255), 256);
const copy_slots$6: SizeExpr = sizeOp('mul', 256, copy_slots$5);
const specCopySlots: KernelSpec = {
  name: 'copy_slots',
  sizes: [{ name: 'C' }, { name: 'B' }, { name: 'H' }, { name: 'T' }],
  inputs: [{ name: 'slot', dtype: 'i32', bits: 32, array: 'Int32Array', shape: ['B', 'H', 'T'], limit: 'C' }],
  outputs: [{ name: 'next', dtype: 'i32', bits: 32, array: 'Int32Array', shape: ['B', 'H', 'T'], limit: 'C' }],
  facts: [{ expr: sizeOp('add', 'C', -1), relation: 'nonneg', text: '`next` holds integers in [0, C)' }],
  targets: {
    cpu: [
      variantOf('shadow_decode/copy_slots.js', {}, launchOf('cpu', 'copy_slots', copy_slots$2, ['T', 'H', 'B'], 1)),
    ],
    'cuda:sm_80': [
      variantOf(
        'shadow_decode/copy_slots_aligned.sm_80.cu',
        { multiples: { T: 4 } },
        launchOf('cuda', 'copy_slots_aligned', copy_slots$2, [copy_slots$3, 1, 1], 256, {
          counts: copy_slots$4,
          features: ['sm_80'],
        }),
      ),
      variantOf(
        'shadow_decode/copy_slots.sm_80.cu',
        {},
        launchOf('cuda', 'copy_slots', copy_slots$2, [copy_slots$5, 1, 1], 256, {
          counts: copy_slots$6,
          features: ['sm_80'],
        }),
      ),
    ],
    wgsl: [
      variantOf(
        'shadow_decode/copy_slots_aligned.wgsl',
        { multiples: { T: 4 } },
        launchOf(
          'wgsl',
          'copy_slots_aligned',
          copy_slots$2,
          [sizeOp('min', copy_slots$3, 65535), sizeOp('ceildiv', copy_slots$3, 65535), 1],
          256,
          { counts: copy_slots$4 },
        ),
      ),
      variantOf(
        'shadow_decode/copy_slots.wgsl',
        {},
        launchOf(
          'wgsl',
          'copy_slots',
          copy_slots$2,
          [sizeOp('min', copy_slots$5, 65535), sizeOp('ceildiv', copy_slots$5, 65535), 1],
          256,
          { counts: copy_slots$6 },
        ),
      ),
    ],
  },
};
/** Sizes of `copy_hits`. */
export type CopyHitsSizes = { readonly B: number; readonly H: number };

export interface CopyHitsInputs {
  /** i32[B, H] */
  readonly found: Input<Int32Array>;
}

export interface CopyHitsOutputs {
  /** i32[B, H] */
  readonly hits: HostTensor<Int32Array>;
}

/**
 * Hits of a step, as a result.
 *
 * From shadow_decode.tdsl, line 105.
 */
export async function copy_hits(
  device: Device,
  inputs: CopyHitsInputs,
  options: RunOptions<CopyHitsSizes>,
): Promise<CopyHitsOutputs> {
  const outputs = await runKernel(specCopyHits, device, { ...inputs }, options);
  return { hits: outputTensor(outputs, 'hits', Int32Array) };
}

/** `copy_hits` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareCopyHits(
  device: Device,
  sizes: CopyHitsSizes,
  options: LoadOptions,
): Promise<Prepared<'found' | 'hits', CopyHitsSizes>> {
  return prepareKernel(specCopyHits, device, sizes, options);
}

const copy_hits$1: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'found', 'i32', sizeOp('mul', 'B', 'H')),
    bufferArg('write', 'hits', 'i32', sizeOp('mul', 'B', 'H')),
  ],
  'B',
  'H',
);
const copy_hits$2: SizeExpr = sizeOp(
  'floordiv',
  sizeOp('add', sizeOp('mul', 'B', sizeOp('floordiv', 'H', 4)), 255),
  256,
);
const copy_hits$3: SizeExpr = sizeOp('mul', 256, copy_hits$2);
const copy_hits$4: SizeExpr = sizeOp('floordiv', sizeOp('add', sizeOp('mul', 'B', 'H'), 255), 256);
const copy_hits$5: SizeExpr = sizeOp('mul', 256, copy_hits$4);
const specCopyHits: KernelSpec = {
  name: 'copy_hits',
  sizes: [{ name: 'B' }, { name: 'H' }],
  inputs: [{ name: 'found', dtype: 'i32', bits: 32, array: 'Int32Array', shape: ['B', 'H'] }],
  outputs: [{ name: 'hits', dtype: 'i32', bits: 32, array: 'Int32Array', shape: ['B', 'H'] }],
  facts: [],
  targets: {
    cpu: [variantOf('shadow_decode/copy_hits.js', {}, launchOf('cpu', 'copy_hits', copy_hits$1, ['H', 'B', 1], 1))],
    'cuda:sm_80': [
      variantOf(
        'shadow_decode/copy_hits_aligned.sm_80.cu',
        { multiples: { H: 4 } },
        launchOf('cuda', 'copy_hits_aligned', copy_hits$1, [copy_hits$2, 1, 1], 256, {
          counts: copy_hits$3,
          features: ['sm_80'],
        }),
      ),
      variantOf(
        'shadow_decode/copy_hits.sm_80.cu',
        {},
        launchOf('cuda', 'copy_hits', copy_hits$1, [copy_hits$4, 1, 1], 256, {
          counts: copy_hits$5,
          features: ['sm_80'],
        }),
      ),
    ],
    wgsl: [
      variantOf(
        'shadow_decode/copy_hits_aligned.wgsl',
        { multiples: { H: 4 } },
        launchOf(
          'wgsl',
          'copy_hits_aligned',
          copy_hits$1,
          [sizeOp('min', copy_hits$2, 65535), sizeOp('ceildiv', copy_hits$2, 65535), 1],
          256,
          { counts: copy_hits$3 },
        ),
      ),
      variantOf(
        'shadow_decode/copy_hits.wgsl',
        {},
        launchOf(
          'wgsl',
          'copy_hits',
          copy_hits$1,
          [sizeOp('min', copy_hits$4, 65535), sizeOp('ceildiv', copy_hits$4, 65535), 1],
          256,
          { counts: copy_hits$5 },
        ),
      ),
    ],
  },
};
const specs: {
  readonly kernels: Readonly<Record<string, KernelSpec>>;
  readonly states: Readonly<Record<string, StateSpec>>;
  readonly hosts: Readonly<Record<string, HostSpec>>;
} = {
  kernels: {
    select: specSelect,
    reuse: specReuse,
    rebuild: specRebuild,
    fetch: specFetch,
    append_generated: specAppendGenerated,
    attend: specAttend,
    copy_slots: specCopySlots,
    copy_hits: specCopyHits,
  },
  states: { Shadow: stateShadow },
  hosts: {},
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
function kept(kernels: Kernels, key: string, make: () => Promise<DeviceKernel>): Promise<DeviceKernel> {
  let kernel = kernels.get(key);
  if (kernel === undefined) {
    kernel = make();
    kernels.set(key, kernel);
    kernel.catch(() => kernels.delete(key));
  }
  return kernel;
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

/* @__NO_SIDE_EFFECTS__ */
function bufferArg(
  access: BufferArg['access'],
  name: string,
  storage: StorageType,
  length?: SizeExpr,
  place?: 'host',
): Arg {
  return {
    kind: 'buffer',
    name,
    storage,
    access,
    ...(length === undefined ? {} : { length }),
    ...(place === undefined ? {} : { place }),
  };
}

/** Buffers and tensor maps, and behind them sizes. */
/* @__NO_SIDE_EFFECTS__ */
function argsOf(memory: readonly Arg[], ...sizes: readonly string[]): readonly Arg[] {
  return [...memory, ...sizes.map((name): Arg => ({ kind: 'size', name }))];
}

/** @param block threads, along the first dimension alone where it is one number */
/* @__NO_SIDE_EFFECTS__ */
function launchOf(
  target: LaunchAbi['target'],
  entry: string,
  args: readonly Arg[],
  grid: LaunchAbi['grid'],
  block: number | LaunchAbi['block'],
  rest: Partial<LaunchAbi> = {},
): LaunchAbi {
  return {
    target,
    entry,
    args,
    grid,
    block: typeof block === 'number' ? [block, 1, 1] : block,
    sharedBytes: 0,
    features: [],
    ...rest,
  };
}

/** A variant needs what its launches need. */
/* @__NO_SIDE_EFFECTS__ */
function variantOf(file: string, rest: Partial<VariantSpec>, ...launches: readonly LaunchAbi[]): VariantSpec {
  return { file, features: [...new Set(launches.flatMap((l) => l.features))], launches, scratch: [], ...rest };
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
  specs: {
    readonly kernels: Readonly<Record<string, KernelSpec>>;
    readonly states: Readonly<Record<string, StateSpec>>;
    readonly hosts: Readonly<Record<string, HostSpec>>;
  },
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
  specs: Parameters<typeof prepareProgram>[1],
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

// Made from shadow_decode.tdsl by tdsl compile. Change the source and compile again; edits here are lost.
// Checksum of the lines below: 3053be66
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
} from 'tdsl/runtime';
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
      {
        file: 'shadow_decode/select.js',
        features: [],
        launches: [
          {
            entry: 'select_1',
            target: 'cpu',
            args: [
              bufferArg('read', 'q', 'u16', sizeOp('mul', 'B', 'D', 'G', 'H')),
              bufferArg('read', 'L', 'u16', sizeOp('mul', 'B', 'D', 'H', 'N')),
              bufferArg('write', 'p_max_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [sizeOp('floordiv', sizeOp('add', 'G', 3), 4), 'H', 'B'],
            block: [1, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_2',
            target: 'cpu',
            args: [
              bufferArg('read', 'q', 'u16', sizeOp('mul', 'B', 'D', 'G', 'H')),
              bufferArg('read', 'L', 'u16', sizeOp('mul', 'B', 'D', 'H', 'N')),
              bufferArg('write', 'p_sum2_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [sizeOp('floordiv', sizeOp('add', 'G', 3), 4), 'H', 'B'],
            block: [1, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_3',
            target: 'cpu',
            args: [
              bufferArg('read', 'q', 'u16', sizeOp('mul', 'B', 'D', 'G', 'H')),
              bufferArg('read', 'L', 'u16', sizeOp('mul', 'B', 'D', 'H', 'N')),
              bufferArg('read', 'p_max_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              bufferArg('read', 'p_sum2_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              bufferArg('write', 'at_topk_of_mem', 'f32', sizeOp('mul', 'B', 'H', 'N')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [sizeOp('floordiv', sizeOp('add', 'N', 3), 4), 'H', 'B'],
            block: [1, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_4',
            target: 'cpu',
            args: [
              bufferArg('read', 'at_topk_of_mem', 'f32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg('write', 'at_topk_rank_mem', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: ['N', 'H', 'B'],
            block: [1, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_5',
            target: 'cpu',
            args: [
              bufferArg('read', 'at_topk_rank_mem', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg(
                'write',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', 'T', 1024),
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('mul', 'B', 'H'),
            ],
            block: [1, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_6',
            target: 'cpu',
            args: [
              bufferArg(
                'read',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg('read', 'at_topk_of_mem', 'f32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg(
                'write',
                'at_topk_best_of_mem',
                'f32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', 'T', 1024),
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('mul', 'B', 'H'),
            ],
            block: [1, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_7',
            target: 'cpu',
            args: [
              bufferArg(
                'read',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg(
                'read',
                'at_topk_best_of_mem',
                'f32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg(
                'write',
                'at_topk_place_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', 'T', 1024),
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('mul', 'B', 'H'),
            ],
            block: [1, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_8',
            target: 'cpu',
            args: [
              bufferArg(
                'read',
                'at_topk_place_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg(
                'read',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg('write', 'at_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: ['T', 'H', 'B'],
            block: [1, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_9',
            target: 'cpu',
            args: [
              bufferArg('read', 'kept', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg('read', 'at_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: ['T', 'H', 'B'],
            block: [1, 1, 1],
            sharedBytes: 0,
            features: [],
          },
        ],
        scratch: [
          { name: 'at_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
          {
            name: 'at_topk_place_mem',
            bits: 32,
            elements: sizeOp(
              'mul',
              'B',
              'H',
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('min', 'T', 1024),
            ),
          },
          {
            name: 'at_topk_best_mem',
            bits: 32,
            elements: sizeOp(
              'mul',
              'B',
              'H',
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('min', 'T', 1024),
            ),
          },
          { name: 'at_topk_rank_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'N') },
          { name: 'at_topk_of_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'N') },
          { name: 'p_max_mem', bits: 32, elements: sizeOp('mul', 'B', 'G', 'H') },
          { name: 'p_sum2_mem', bits: 32, elements: sizeOp('mul', 'B', 'G', 'H') },
          {
            name: 'at_topk_best_of_mem',
            bits: 32,
            elements: sizeOp(
              'mul',
              'B',
              'H',
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('min', 'T', 1024),
            ),
          },
        ],
      },
    ],
    'cuda:sm_80': [
      {
        file: 'shadow_decode/select_aligned.sm_80.cu',
        multiples: { D: 8, N: 4, T: 4 },
        features: ['sm_80'],
        launches: [
          {
            entry: 'select_aligned_1',
            target: 'cuda',
            args: [
              bufferArg('read', 'q', 'u16', sizeOp('mul', 'B', 'D', 'G', 'H')),
              bufferArg('read', 'L', 'u16', sizeOp('mul', 'B', 'D', 'H', 'N')),
              bufferArg('write', 'p_max_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 127), 128)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 73728,
            features: ['sm_80'],
          },
          {
            entry: 'select_aligned_2',
            target: 'cuda',
            args: [
              bufferArg('read', 'q', 'u16', sizeOp('mul', 'B', 'D', 'G', 'H')),
              bufferArg('read', 'L', 'u16', sizeOp('mul', 'B', 'D', 'H', 'N')),
              bufferArg('write', 'p_sum2_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 127), 128)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 81920,
            features: ['sm_80'],
          },
          {
            entry: 'select_aligned_3',
            target: 'cuda',
            args: [
              bufferArg('read', 'q', 'u16', sizeOp('mul', 'B', 'D', 'G', 'H')),
              bufferArg('read', 'L', 'u16', sizeOp('mul', 'B', 'D', 'H', 'N')),
              bufferArg('read', 'p_max_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              bufferArg('read', 'p_sum2_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              bufferArg('write', 'at_topk_of_mem', 'f32', sizeOp('mul', 'B', 'H', 'N')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 124), 128)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 73728,
            features: ['sm_80'],
          },
          {
            entry: 'select_aligned_4',
            target: 'cuda',
            args: [
              bufferArg('read', 'at_topk_of_mem', 'f32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg('write', 'at_topk_rank_mem', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [sizeOp('mul', 'B', 'H', 'N'), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'select_aligned_5',
            target: 'cuda',
            args: [
              bufferArg('read', 'at_topk_rank_mem', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg(
                'write',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp(
                'mul',
                'B',
                'H',
                sizeOp('floordiv', sizeOp('add', sizeOp('min', 'T', 1024), 63), 64),
                sizeOp('floordiv', sizeOp('add', 'N', 1020), 1024),
              ),
              1,
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'select_aligned_6',
            target: 'cuda',
            args: [
              bufferArg(
                'read',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg('read', 'at_topk_of_mem', 'f32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg(
                'write',
                'at_topk_best_of_mem',
                'f32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp(
                'floordiv',
                sizeOp(
                  'add',
                  sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1020), 1024), sizeOp('min', 'T', 1024)),
                  255,
                ),
                256,
              ),
              1,
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'select_aligned_7',
            target: 'cuda',
            args: [
              bufferArg(
                'read',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg(
                'read',
                'at_topk_best_of_mem',
                'f32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg(
                'write',
                'at_topk_place_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp(
                'mul',
                'B',
                'H',
                sizeOp('floordiv', sizeOp('add', sizeOp('min', 'T', 1024), 63), 64),
                sizeOp('floordiv', sizeOp('add', 'N', 1020), 1024),
              ),
              1,
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'select_aligned_8',
            target: 'cuda',
            args: [
              bufferArg(
                'read',
                'at_topk_place_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg(
                'read',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg('write', 'at_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [sizeOp('mul', 'B', 'H', 'T'), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'select_aligned_9',
            target: 'cuda',
            args: [
              bufferArg('read', 'kept', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg('read', 'at_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1020), 1024)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
        ],
        scratch: [
          { name: 'at_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
          {
            name: 'at_topk_place_mem',
            bits: 32,
            elements: sizeOp(
              'mul',
              'B',
              'H',
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('min', 'T', 1024),
            ),
          },
          {
            name: 'at_topk_best_mem',
            bits: 32,
            elements: sizeOp(
              'mul',
              'B',
              'H',
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('min', 'T', 1024),
            ),
          },
          { name: 'at_topk_rank_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'N') },
          { name: 'at_topk_of_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'N') },
          { name: 'p_max_mem', bits: 32, elements: sizeOp('mul', 'B', 'G', 'H') },
          { name: 'p_sum2_mem', bits: 32, elements: sizeOp('mul', 'B', 'G', 'H') },
          {
            name: 'at_topk_best_of_mem',
            bits: 32,
            elements: sizeOp(
              'mul',
              'B',
              'H',
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('min', 'T', 1024),
            ),
          },
        ],
      },
      {
        file: 'shadow_decode/select.sm_80.cu',
        features: ['sm_80'],
        launches: [
          {
            entry: 'select_1',
            target: 'cuda',
            args: [
              bufferArg('read', 'q', 'u16', sizeOp('mul', 'B', 'D', 'G', 'H')),
              bufferArg('read', 'L', 'u16', sizeOp('mul', 'B', 'D', 'H', 'N')),
              bufferArg('write', 'p_max_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 127), 128)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'select_2',
            target: 'cuda',
            args: [
              bufferArg('read', 'q', 'u16', sizeOp('mul', 'B', 'D', 'G', 'H')),
              bufferArg('read', 'L', 'u16', sizeOp('mul', 'B', 'D', 'H', 'N')),
              bufferArg('write', 'p_sum2_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 127), 128)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'select_3',
            target: 'cuda',
            args: [
              bufferArg('read', 'q', 'u16', sizeOp('mul', 'B', 'D', 'G', 'H')),
              bufferArg('read', 'L', 'u16', sizeOp('mul', 'B', 'D', 'H', 'N')),
              bufferArg('read', 'p_max_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              bufferArg('read', 'p_sum2_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              bufferArg('write', 'at_topk_of_mem', 'f32', sizeOp('mul', 'B', 'H', 'N')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 127), 128)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'select_4',
            target: 'cuda',
            args: [
              bufferArg('read', 'at_topk_of_mem', 'f32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg('write', 'at_topk_rank_mem', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [sizeOp('mul', 'B', 'H', 'N'), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'select_5',
            target: 'cuda',
            args: [
              bufferArg('read', 'at_topk_rank_mem', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg(
                'write',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp(
                'mul',
                'B',
                'H',
                sizeOp('floordiv', sizeOp('add', sizeOp('min', 'T', 1024), 63), 64),
                sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              ),
              1,
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'select_6',
            target: 'cuda',
            args: [
              bufferArg(
                'read',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg('read', 'at_topk_of_mem', 'f32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg(
                'write',
                'at_topk_best_of_mem',
                'f32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp(
                'floordiv',
                sizeOp(
                  'add',
                  sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
                  255,
                ),
                256,
              ),
              1,
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'select_7',
            target: 'cuda',
            args: [
              bufferArg(
                'read',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg(
                'read',
                'at_topk_best_of_mem',
                'f32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg(
                'write',
                'at_topk_place_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp(
                'mul',
                'B',
                'H',
                sizeOp('floordiv', sizeOp('add', sizeOp('min', 'T', 1024), 63), 64),
                sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              ),
              1,
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'select_8',
            target: 'cuda',
            args: [
              bufferArg(
                'read',
                'at_topk_place_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg(
                'read',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg('write', 'at_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [sizeOp('mul', 'B', 'H', 'T'), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'select_9',
            target: 'cuda',
            args: [
              bufferArg('read', 'kept', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg('read', 'at_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [sizeOp('floordiv', sizeOp('add', sizeOp('mul', 'B', 'H', 'T'), 255), 256), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
        ],
        scratch: [
          { name: 'at_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
          {
            name: 'at_topk_place_mem',
            bits: 32,
            elements: sizeOp(
              'mul',
              'B',
              'H',
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('min', 'T', 1024),
            ),
          },
          {
            name: 'at_topk_best_mem',
            bits: 32,
            elements: sizeOp(
              'mul',
              'B',
              'H',
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('min', 'T', 1024),
            ),
          },
          { name: 'at_topk_rank_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'N') },
          { name: 'at_topk_of_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'N') },
          { name: 'p_max_mem', bits: 32, elements: sizeOp('mul', 'B', 'G', 'H') },
          { name: 'p_sum2_mem', bits: 32, elements: sizeOp('mul', 'B', 'G', 'H') },
          {
            name: 'at_topk_best_of_mem',
            bits: 32,
            elements: sizeOp(
              'mul',
              'B',
              'H',
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('min', 'T', 1024),
            ),
          },
        ],
      },
    ],
    wgsl: [
      {
        file: 'shadow_decode/select_aligned_subgroups.wgsl',
        multiples: { D: 8, N: 4, T: 4 },
        features: ['subgroups'],
        launches: [
          {
            entry: 'select_aligned_1',
            target: 'wgsl',
            args: [
              bufferArg('read', 'q', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'G', 'H'), 2)),
              bufferArg('read', 'L', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'N'), 2)),
              bufferArg('write', 'p_max_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 63), 64)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 63), 64)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['subgroups'],
          },
          {
            entry: 'select_aligned_2',
            target: 'wgsl',
            args: [
              bufferArg('read', 'q', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'G', 'H'), 2)),
              bufferArg('read', 'L', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'N'), 2)),
              bufferArg('write', 'p_sum2_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 63), 64)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 63), 64)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['subgroups'],
          },
          {
            entry: 'select_aligned_3',
            target: 'wgsl',
            args: [
              bufferArg('read', 'q', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'G', 'H'), 2)),
              bufferArg('read', 'L', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'N'), 2)),
              bufferArg('read', 'p_max_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              bufferArg('read', 'p_sum2_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              bufferArg('write', 'at_topk_of_mem', 'f32', sizeOp('mul', 'B', 'H', 'N')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 60), 64)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 60), 64)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_aligned_4',
            target: 'wgsl',
            args: [
              bufferArg('read', 'at_topk_of_mem', 'f32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg('write', 'at_topk_rank_mem', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', 'N'), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', 'N'), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['subgroups'],
          },
          {
            entry: 'select_aligned_5',
            target: 'wgsl',
            args: [
              bufferArg('read', 'at_topk_rank_mem', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg(
                'write',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp(
                'min',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  sizeOp('floordiv', sizeOp('add', sizeOp('min', 'T', 1024), 63), 64),
                  sizeOp('floordiv', sizeOp('add', 'N', 1020), 1024),
                ),
                65535,
              ),
              sizeOp(
                'ceildiv',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  sizeOp('floordiv', sizeOp('add', sizeOp('min', 'T', 1024), 63), 64),
                  sizeOp('floordiv', sizeOp('add', 'N', 1020), 1024),
                ),
                65535,
              ),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_aligned_6',
            target: 'wgsl',
            args: [
              bufferArg(
                'read',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg('read', 'at_topk_of_mem', 'f32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg(
                'write',
                'at_topk_best_of_mem',
                'f32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp(
                'min',
                sizeOp(
                  'floordiv',
                  sizeOp(
                    'add',
                    sizeOp(
                      'mul',
                      'B',
                      'H',
                      sizeOp('floordiv', sizeOp('add', 'N', 1020), 1024),
                      sizeOp('min', 'T', 1024),
                    ),
                    255,
                  ),
                  256,
                ),
                65535,
              ),
              sizeOp(
                'ceildiv',
                sizeOp(
                  'floordiv',
                  sizeOp(
                    'add',
                    sizeOp(
                      'mul',
                      'B',
                      'H',
                      sizeOp('floordiv', sizeOp('add', 'N', 1020), 1024),
                      sizeOp('min', 'T', 1024),
                    ),
                    255,
                  ),
                  256,
                ),
                65535,
              ),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_aligned_7',
            target: 'wgsl',
            args: [
              bufferArg(
                'read',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg(
                'read',
                'at_topk_best_of_mem',
                'f32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg(
                'write',
                'at_topk_place_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp(
                'min',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  sizeOp('floordiv', sizeOp('add', sizeOp('min', 'T', 1024), 63), 64),
                  sizeOp('floordiv', sizeOp('add', 'N', 1020), 1024),
                ),
                65535,
              ),
              sizeOp(
                'ceildiv',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  sizeOp('floordiv', sizeOp('add', sizeOp('min', 'T', 1024), 63), 64),
                  sizeOp('floordiv', sizeOp('add', 'N', 1020), 1024),
                ),
                65535,
              ),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_aligned_8',
            target: 'wgsl',
            args: [
              bufferArg(
                'read',
                'at_topk_place_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg(
                'read',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg('write', 'at_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', 'T'), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', 'T'), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['subgroups'],
          },
          {
            entry: 'select_aligned_9',
            target: 'wgsl',
            args: [
              bufferArg('read', 'kept', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg('read', 'at_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1020), 1024)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1020), 1024)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
        ],
        scratch: [
          { name: 'at_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
          {
            name: 'at_topk_place_mem',
            bits: 32,
            elements: sizeOp(
              'mul',
              'B',
              'H',
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('min', 'T', 1024),
            ),
          },
          {
            name: 'at_topk_best_mem',
            bits: 32,
            elements: sizeOp(
              'mul',
              'B',
              'H',
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('min', 'T', 1024),
            ),
          },
          { name: 'at_topk_rank_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'N') },
          { name: 'at_topk_of_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'N') },
          { name: 'p_max_mem', bits: 32, elements: sizeOp('mul', 'B', 'G', 'H') },
          { name: 'p_sum2_mem', bits: 32, elements: sizeOp('mul', 'B', 'G', 'H') },
          {
            name: 'at_topk_best_of_mem',
            bits: 32,
            elements: sizeOp(
              'mul',
              'B',
              'H',
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('min', 'T', 1024),
            ),
          },
        ],
      },
      {
        file: 'shadow_decode/select_aligned.wgsl',
        multiples: { D: 8, N: 4, T: 4 },
        features: [],
        launches: [
          {
            entry: 'select_aligned_1',
            target: 'wgsl',
            args: [
              bufferArg('read', 'q', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'G', 'H'), 2)),
              bufferArg('read', 'L', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'N'), 2)),
              bufferArg('write', 'p_max_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 63), 64)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 63), 64)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_aligned_2',
            target: 'wgsl',
            args: [
              bufferArg('read', 'q', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'G', 'H'), 2)),
              bufferArg('read', 'L', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'N'), 2)),
              bufferArg('write', 'p_sum2_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 63), 64)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 63), 64)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_aligned_3',
            target: 'wgsl',
            args: [
              bufferArg('read', 'q', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'G', 'H'), 2)),
              bufferArg('read', 'L', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'N'), 2)),
              bufferArg('read', 'p_max_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              bufferArg('read', 'p_sum2_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              bufferArg('write', 'at_topk_of_mem', 'f32', sizeOp('mul', 'B', 'H', 'N')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 60), 64)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 60), 64)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_aligned_4',
            target: 'wgsl',
            args: [
              bufferArg('read', 'at_topk_of_mem', 'f32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg('write', 'at_topk_rank_mem', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', 'N'), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', 'N'), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_aligned_5',
            target: 'wgsl',
            args: [
              bufferArg('read', 'at_topk_rank_mem', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg(
                'write',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp(
                'min',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  sizeOp('floordiv', sizeOp('add', sizeOp('min', 'T', 1024), 63), 64),
                  sizeOp('floordiv', sizeOp('add', 'N', 1020), 1024),
                ),
                65535,
              ),
              sizeOp(
                'ceildiv',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  sizeOp('floordiv', sizeOp('add', sizeOp('min', 'T', 1024), 63), 64),
                  sizeOp('floordiv', sizeOp('add', 'N', 1020), 1024),
                ),
                65535,
              ),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_aligned_6',
            target: 'wgsl',
            args: [
              bufferArg(
                'read',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg('read', 'at_topk_of_mem', 'f32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg(
                'write',
                'at_topk_best_of_mem',
                'f32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp(
                'min',
                sizeOp(
                  'floordiv',
                  sizeOp(
                    'add',
                    sizeOp(
                      'mul',
                      'B',
                      'H',
                      sizeOp('floordiv', sizeOp('add', 'N', 1020), 1024),
                      sizeOp('min', 'T', 1024),
                    ),
                    255,
                  ),
                  256,
                ),
                65535,
              ),
              sizeOp(
                'ceildiv',
                sizeOp(
                  'floordiv',
                  sizeOp(
                    'add',
                    sizeOp(
                      'mul',
                      'B',
                      'H',
                      sizeOp('floordiv', sizeOp('add', 'N', 1020), 1024),
                      sizeOp('min', 'T', 1024),
                    ),
                    255,
                  ),
                  256,
                ),
                65535,
              ),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_aligned_7',
            target: 'wgsl',
            args: [
              bufferArg(
                'read',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg(
                'read',
                'at_topk_best_of_mem',
                'f32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg(
                'write',
                'at_topk_place_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp(
                'min',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  sizeOp('floordiv', sizeOp('add', sizeOp('min', 'T', 1024), 63), 64),
                  sizeOp('floordiv', sizeOp('add', 'N', 1020), 1024),
                ),
                65535,
              ),
              sizeOp(
                'ceildiv',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  sizeOp('floordiv', sizeOp('add', sizeOp('min', 'T', 1024), 63), 64),
                  sizeOp('floordiv', sizeOp('add', 'N', 1020), 1024),
                ),
                65535,
              ),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_aligned_8',
            target: 'wgsl',
            args: [
              bufferArg(
                'read',
                'at_topk_place_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg(
                'read',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg('write', 'at_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', 'T'), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', 'T'), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_aligned_9',
            target: 'wgsl',
            args: [
              bufferArg('read', 'kept', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg('read', 'at_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1020), 1024)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1020), 1024)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
        ],
        scratch: [
          { name: 'at_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
          {
            name: 'at_topk_place_mem',
            bits: 32,
            elements: sizeOp(
              'mul',
              'B',
              'H',
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('min', 'T', 1024),
            ),
          },
          {
            name: 'at_topk_best_mem',
            bits: 32,
            elements: sizeOp(
              'mul',
              'B',
              'H',
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('min', 'T', 1024),
            ),
          },
          { name: 'at_topk_rank_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'N') },
          { name: 'at_topk_of_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'N') },
          { name: 'p_max_mem', bits: 32, elements: sizeOp('mul', 'B', 'G', 'H') },
          { name: 'p_sum2_mem', bits: 32, elements: sizeOp('mul', 'B', 'G', 'H') },
          {
            name: 'at_topk_best_of_mem',
            bits: 32,
            elements: sizeOp(
              'mul',
              'B',
              'H',
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('min', 'T', 1024),
            ),
          },
        ],
      },
      {
        file: 'shadow_decode/select_subgroups.wgsl',
        features: ['subgroups'],
        launches: [
          {
            entry: 'select_1',
            target: 'wgsl',
            args: [
              bufferArg('read', 'q', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'G', 'H'), 2)),
              bufferArg('read', 'L', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'N'), 2)),
              bufferArg('write', 'p_max_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 63), 64)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 63), 64)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['subgroups'],
          },
          {
            entry: 'select_2',
            target: 'wgsl',
            args: [
              bufferArg('read', 'q', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'G', 'H'), 2)),
              bufferArg('read', 'L', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'N'), 2)),
              bufferArg('write', 'p_sum2_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 63), 64)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 63), 64)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['subgroups'],
          },
          {
            entry: 'select_3',
            target: 'wgsl',
            args: [
              bufferArg('read', 'q', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'G', 'H'), 2)),
              bufferArg('read', 'L', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'N'), 2)),
              bufferArg('read', 'p_max_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              bufferArg('read', 'p_sum2_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              bufferArg('write', 'at_topk_of_mem', 'f32', sizeOp('mul', 'B', 'H', 'N')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 63), 64)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 63), 64)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_4',
            target: 'wgsl',
            args: [
              bufferArg('read', 'at_topk_of_mem', 'f32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg('write', 'at_topk_rank_mem', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', 'N'), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', 'N'), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['subgroups'],
          },
          {
            entry: 'select_5',
            target: 'wgsl',
            args: [
              bufferArg('read', 'at_topk_rank_mem', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg(
                'write',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp(
                'min',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  sizeOp('floordiv', sizeOp('add', sizeOp('min', 'T', 1024), 63), 64),
                  sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
                ),
                65535,
              ),
              sizeOp(
                'ceildiv',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  sizeOp('floordiv', sizeOp('add', sizeOp('min', 'T', 1024), 63), 64),
                  sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
                ),
                65535,
              ),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_6',
            target: 'wgsl',
            args: [
              bufferArg(
                'read',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg('read', 'at_topk_of_mem', 'f32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg(
                'write',
                'at_topk_best_of_mem',
                'f32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp(
                'min',
                sizeOp(
                  'floordiv',
                  sizeOp(
                    'add',
                    sizeOp(
                      'mul',
                      'B',
                      'H',
                      sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
                      sizeOp('min', 'T', 1024),
                    ),
                    255,
                  ),
                  256,
                ),
                65535,
              ),
              sizeOp(
                'ceildiv',
                sizeOp(
                  'floordiv',
                  sizeOp(
                    'add',
                    sizeOp(
                      'mul',
                      'B',
                      'H',
                      sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
                      sizeOp('min', 'T', 1024),
                    ),
                    255,
                  ),
                  256,
                ),
                65535,
              ),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_7',
            target: 'wgsl',
            args: [
              bufferArg(
                'read',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg(
                'read',
                'at_topk_best_of_mem',
                'f32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg(
                'write',
                'at_topk_place_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp(
                'min',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  sizeOp('floordiv', sizeOp('add', sizeOp('min', 'T', 1024), 63), 64),
                  sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
                ),
                65535,
              ),
              sizeOp(
                'ceildiv',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  sizeOp('floordiv', sizeOp('add', sizeOp('min', 'T', 1024), 63), 64),
                  sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
                ),
                65535,
              ),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_8',
            target: 'wgsl',
            args: [
              bufferArg(
                'read',
                'at_topk_place_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg(
                'read',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg('write', 'at_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', 'T'), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', 'T'), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['subgroups'],
          },
          {
            entry: 'select_9',
            target: 'wgsl',
            args: [
              bufferArg('read', 'kept', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg('read', 'at_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('floordiv', sizeOp('add', sizeOp('mul', 'B', 'H', 'T'), 255), 256), 65535),
              sizeOp('ceildiv', sizeOp('floordiv', sizeOp('add', sizeOp('mul', 'B', 'H', 'T'), 255), 256), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
        ],
        scratch: [
          { name: 'at_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
          {
            name: 'at_topk_place_mem',
            bits: 32,
            elements: sizeOp(
              'mul',
              'B',
              'H',
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('min', 'T', 1024),
            ),
          },
          {
            name: 'at_topk_best_mem',
            bits: 32,
            elements: sizeOp(
              'mul',
              'B',
              'H',
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('min', 'T', 1024),
            ),
          },
          { name: 'at_topk_rank_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'N') },
          { name: 'at_topk_of_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'N') },
          { name: 'p_max_mem', bits: 32, elements: sizeOp('mul', 'B', 'G', 'H') },
          { name: 'p_sum2_mem', bits: 32, elements: sizeOp('mul', 'B', 'G', 'H') },
          {
            name: 'at_topk_best_of_mem',
            bits: 32,
            elements: sizeOp(
              'mul',
              'B',
              'H',
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('min', 'T', 1024),
            ),
          },
        ],
      },
      {
        file: 'shadow_decode/select.wgsl',
        features: [],
        launches: [
          {
            entry: 'select_1',
            target: 'wgsl',
            args: [
              bufferArg('read', 'q', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'G', 'H'), 2)),
              bufferArg('read', 'L', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'N'), 2)),
              bufferArg('write', 'p_max_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 63), 64)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 63), 64)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_2',
            target: 'wgsl',
            args: [
              bufferArg('read', 'q', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'G', 'H'), 2)),
              bufferArg('read', 'L', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'N'), 2)),
              bufferArg('write', 'p_sum2_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 63), 64)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'G', 63), 64)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_3',
            target: 'wgsl',
            args: [
              bufferArg('read', 'q', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'G', 'H'), 2)),
              bufferArg('read', 'L', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'N'), 2)),
              bufferArg('read', 'p_max_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              bufferArg('read', 'p_sum2_mem', 'f32', sizeOp('mul', 'B', 'G', 'H')),
              bufferArg('write', 'at_topk_of_mem', 'f32', sizeOp('mul', 'B', 'H', 'N')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 63), 64)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 63), 64)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_4',
            target: 'wgsl',
            args: [
              bufferArg('read', 'at_topk_of_mem', 'f32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg('write', 'at_topk_rank_mem', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', 'N'), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', 'N'), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_5',
            target: 'wgsl',
            args: [
              bufferArg('read', 'at_topk_rank_mem', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg(
                'write',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp(
                'min',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  sizeOp('floordiv', sizeOp('add', sizeOp('min', 'T', 1024), 63), 64),
                  sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
                ),
                65535,
              ),
              sizeOp(
                'ceildiv',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  sizeOp('floordiv', sizeOp('add', sizeOp('min', 'T', 1024), 63), 64),
                  sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
                ),
                65535,
              ),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_6',
            target: 'wgsl',
            args: [
              bufferArg(
                'read',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg('read', 'at_topk_of_mem', 'f32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg(
                'write',
                'at_topk_best_of_mem',
                'f32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp(
                'min',
                sizeOp(
                  'floordiv',
                  sizeOp(
                    'add',
                    sizeOp(
                      'mul',
                      'B',
                      'H',
                      sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
                      sizeOp('min', 'T', 1024),
                    ),
                    255,
                  ),
                  256,
                ),
                65535,
              ),
              sizeOp(
                'ceildiv',
                sizeOp(
                  'floordiv',
                  sizeOp(
                    'add',
                    sizeOp(
                      'mul',
                      'B',
                      'H',
                      sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
                      sizeOp('min', 'T', 1024),
                    ),
                    255,
                  ),
                  256,
                ),
                65535,
              ),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_7',
            target: 'wgsl',
            args: [
              bufferArg(
                'read',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg(
                'read',
                'at_topk_best_of_mem',
                'f32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg(
                'write',
                'at_topk_place_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp(
                'min',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  sizeOp('floordiv', sizeOp('add', sizeOp('min', 'T', 1024), 63), 64),
                  sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
                ),
                65535,
              ),
              sizeOp(
                'ceildiv',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  sizeOp('floordiv', sizeOp('add', sizeOp('min', 'T', 1024), 63), 64),
                  sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
                ),
                65535,
              ),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_8',
            target: 'wgsl',
            args: [
              bufferArg(
                'read',
                'at_topk_place_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg(
                'read',
                'at_topk_best_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024), sizeOp('min', 'T', 1024)),
              ),
              bufferArg('write', 'at_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', 'T'), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', 'T'), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'select_9',
            target: 'wgsl',
            args: [
              bufferArg('read', 'kept', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg('read', 'at_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('T', 'C', 'B', 'H', 'G', 'D', 'N'),
            ],
            grid: [
              sizeOp('min', sizeOp('floordiv', sizeOp('add', sizeOp('mul', 'B', 'H', 'T'), 255), 256), 65535),
              sizeOp('ceildiv', sizeOp('floordiv', sizeOp('add', sizeOp('mul', 'B', 'H', 'T'), 255), 256), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
        ],
        scratch: [
          { name: 'at_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
          {
            name: 'at_topk_place_mem',
            bits: 32,
            elements: sizeOp(
              'mul',
              'B',
              'H',
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('min', 'T', 1024),
            ),
          },
          {
            name: 'at_topk_best_mem',
            bits: 32,
            elements: sizeOp(
              'mul',
              'B',
              'H',
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('min', 'T', 1024),
            ),
          },
          { name: 'at_topk_rank_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'N') },
          { name: 'at_topk_of_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'N') },
          { name: 'p_max_mem', bits: 32, elements: sizeOp('mul', 'B', 'G', 'H') },
          { name: 'p_sum2_mem', bits: 32, elements: sizeOp('mul', 'B', 'G', 'H') },
          {
            name: 'at_topk_best_of_mem',
            bits: 32,
            elements: sizeOp(
              'mul',
              'B',
              'H',
              sizeOp('floordiv', sizeOp('add', 'N', 1023), 1024),
              sizeOp('min', 'T', 1024),
            ),
          },
        ],
      },
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
      {
        file: 'shadow_decode/reuse.js',
        features: [],
        launches: [
          {
            entry: 'reuse_1',
            target: 'cpu',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'place_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: ['T', 'H', 'B'],
            block: [1, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_2',
            target: 'cpu',
            args: [
              bufferArg('read', 'place_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg(
                'write',
                'place_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('floordiv', sizeOp('add', 'T', 127), 128), 'H', 'B'],
            block: [1, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_3',
            target: 'cpu',
            args: [
              bufferArg(
                'read',
                'place_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg(
                'write',
                'place_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('floordiv', sizeOp('add', 'T', 127), 128), 'H', 'B'],
            block: [1, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_4',
            target: 'cpu',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'free_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: ['T', 'H', 'B'],
            block: [1, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_5',
            target: 'cpu',
            args: [
              bufferArg('read', 'free_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg(
                'write',
                'free_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('floordiv', sizeOp('add', 'T', 127), 128), 'H', 'B'],
            block: [1, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_6',
            target: 'cpu',
            args: [
              bufferArg(
                'read',
                'free_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg(
                'write',
                'free_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('floordiv', sizeOp('add', 'T', 127), 128), 'H', 'B'],
            block: [1, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_7',
            target: 'cpu',
            args: [
              bufferArg('read', 'place_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'place_sum_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: ['T', 'H', 'B'],
            block: [1, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_8',
            target: 'cpu',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg(
                'read',
                'place_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg(
                'read',
                'free_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg('read', 'free_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'place_sum_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'next', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'fresh', 'u8', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: ['T', 'H', 'B'],
            block: [1, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_9',
            target: 'cpu',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'hits', 'i32', sizeOp('mul', 'B', 'H')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: ['H', 'B', 1],
            block: [1, 1, 1],
            sharedBytes: 0,
            features: [],
          },
        ],
        scratch: [
          {
            name: 'place_scan_before_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          {
            name: 'place_scan_sums_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          { name: 'place_scan_of_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
          {
            name: 'free_scan_before_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          {
            name: 'free_scan_sums_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          { name: 'free_scan_of_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
          { name: 'place_sum_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
        ],
      },
    ],
    'cuda:sm_80': [
      {
        file: 'shadow_decode/reuse_aligned.sm_80.cu',
        multiples: { T: 16, H: 4 },
        features: ['sm_80'],
        launches: [
          {
            entry: 'reuse_aligned_1',
            target: 'cuda',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'place_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 48), 64)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'reuse_aligned_2',
            target: 'cuda',
            args: [
              bufferArg('read', 'place_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg(
                'write',
                'place_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1008), 1024)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'reuse_aligned_3',
            target: 'cuda',
            args: [
              bufferArg(
                'read',
                'place_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg(
                'write',
                'place_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 8176), 8192)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'reuse_aligned_4',
            target: 'cuda',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'free_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 48), 64)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'reuse_aligned_5',
            target: 'cuda',
            args: [
              bufferArg('read', 'free_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg(
                'write',
                'free_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1008), 1024)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'reuse_aligned_6',
            target: 'cuda',
            args: [
              bufferArg(
                'read',
                'free_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg(
                'write',
                'free_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 8176), 8192)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'reuse_aligned_7',
            target: 'cuda',
            args: [
              bufferArg('read', 'place_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'place_sum_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('mul', 2, 'B', 'H', sizeOp('floordiv', 'T', 16)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'reuse_aligned_8',
            target: 'cuda',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg(
                'read',
                'place_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg(
                'read',
                'free_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg('read', 'free_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'place_sum_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'next', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'fresh', 'u8', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('mul', 'B', 'H', 'T'), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'reuse_aligned_9',
            target: 'cuda',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'hits', 'i32', sizeOp('mul', 'B', 'H')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('mul', 'B', 'H'), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
        ],
        scratch: [
          {
            name: 'place_scan_before_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          {
            name: 'place_scan_sums_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          { name: 'place_scan_of_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
          {
            name: 'free_scan_before_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          {
            name: 'free_scan_sums_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          { name: 'free_scan_of_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
          { name: 'place_sum_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
        ],
      },
      {
        file: 'shadow_decode/reuse.sm_80.cu',
        features: ['sm_80'],
        launches: [
          {
            entry: 'reuse_1',
            target: 'cuda',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'place_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 63), 64)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'reuse_2',
            target: 'cuda',
            args: [
              bufferArg('read', 'place_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg(
                'write',
                'place_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1023), 1024)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'reuse_3',
            target: 'cuda',
            args: [
              bufferArg(
                'read',
                'place_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg(
                'write',
                'place_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 8191), 8192)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'reuse_4',
            target: 'cuda',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'free_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 63), 64)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'reuse_5',
            target: 'cuda',
            args: [
              bufferArg('read', 'free_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg(
                'write',
                'free_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1023), 1024)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'reuse_6',
            target: 'cuda',
            args: [
              bufferArg(
                'read',
                'free_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg(
                'write',
                'free_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 8191), 8192)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'reuse_7',
            target: 'cuda',
            args: [
              bufferArg('read', 'place_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'place_sum_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 7), 8)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'reuse_8',
            target: 'cuda',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg(
                'read',
                'place_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg(
                'read',
                'free_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg('read', 'free_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'place_sum_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'next', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'fresh', 'u8', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('mul', 'B', 'H', 'T'), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'reuse_9',
            target: 'cuda',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'hits', 'i32', sizeOp('mul', 'B', 'H')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('mul', 'B', 'H'), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
        ],
        scratch: [
          {
            name: 'place_scan_before_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          {
            name: 'place_scan_sums_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          { name: 'place_scan_of_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
          {
            name: 'free_scan_before_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          {
            name: 'free_scan_sums_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          { name: 'free_scan_of_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
          { name: 'place_sum_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
        ],
      },
    ],
    wgsl: [
      {
        file: 'shadow_decode/reuse_aligned_subgroups.wgsl',
        multiples: { T: 16, H: 4 },
        features: ['subgroups'],
        launches: [
          {
            entry: 'reuse_aligned_1',
            target: 'wgsl',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'place_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 48), 64)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 48), 64)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_aligned_2',
            target: 'wgsl',
            args: [
              bufferArg('read', 'place_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg(
                'write',
                'place_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1008), 1024)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1008), 1024)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['subgroups'],
          },
          {
            entry: 'reuse_aligned_3',
            target: 'wgsl',
            args: [
              bufferArg(
                'read',
                'place_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg(
                'write',
                'place_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 8176), 8192)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 8176), 8192)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_aligned_4',
            target: 'wgsl',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'free_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 48), 64)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 48), 64)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_aligned_5',
            target: 'wgsl',
            args: [
              bufferArg('read', 'free_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg(
                'write',
                'free_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1008), 1024)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1008), 1024)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['subgroups'],
          },
          {
            entry: 'reuse_aligned_6',
            target: 'wgsl',
            args: [
              bufferArg(
                'read',
                'free_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg(
                'write',
                'free_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 8176), 8192)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 8176), 8192)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_aligned_7',
            target: 'wgsl',
            args: [
              bufferArg('read', 'place_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'place_sum_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 2, 'B', 'H', sizeOp('floordiv', 'T', 16)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 2, 'B', 'H', sizeOp('floordiv', 'T', 16)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['subgroups'],
          },
          {
            entry: 'reuse_aligned_8',
            target: 'wgsl',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg(
                'read',
                'place_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg(
                'read',
                'free_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg('read', 'free_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'place_sum_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'next', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('readwrite', 'fresh', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'H', 'T'), 4)),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', 'T'), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', 'T'), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['subgroups'],
          },
          {
            entry: 'reuse_aligned_9',
            target: 'wgsl',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'hits', 'i32', sizeOp('mul', 'B', 'H')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('min', sizeOp('mul', 'B', 'H'), 65535), sizeOp('ceildiv', sizeOp('mul', 'B', 'H'), 65535), 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['subgroups'],
          },
        ],
        scratch: [
          {
            name: 'place_scan_before_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          {
            name: 'place_scan_sums_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          { name: 'place_scan_of_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
          {
            name: 'free_scan_before_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          {
            name: 'free_scan_sums_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          { name: 'free_scan_of_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
          { name: 'place_sum_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
        ],
      },
      {
        file: 'shadow_decode/reuse_aligned.wgsl',
        multiples: { T: 16, H: 4 },
        features: [],
        launches: [
          {
            entry: 'reuse_aligned_1',
            target: 'wgsl',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'place_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 48), 64)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 48), 64)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_aligned_2',
            target: 'wgsl',
            args: [
              bufferArg('read', 'place_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg(
                'write',
                'place_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1008), 1024)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1008), 1024)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_aligned_3',
            target: 'wgsl',
            args: [
              bufferArg(
                'read',
                'place_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg(
                'write',
                'place_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 8176), 8192)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 8176), 8192)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_aligned_4',
            target: 'wgsl',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'free_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 48), 64)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 48), 64)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_aligned_5',
            target: 'wgsl',
            args: [
              bufferArg('read', 'free_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg(
                'write',
                'free_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1008), 1024)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1008), 1024)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_aligned_6',
            target: 'wgsl',
            args: [
              bufferArg(
                'read',
                'free_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg(
                'write',
                'free_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 8176), 8192)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 8176), 8192)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_aligned_7',
            target: 'wgsl',
            args: [
              bufferArg('read', 'place_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'place_sum_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 2, 'B', 'H', sizeOp('floordiv', 'T', 16)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 2, 'B', 'H', sizeOp('floordiv', 'T', 16)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_aligned_8',
            target: 'wgsl',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg(
                'read',
                'place_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg(
                'read',
                'free_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg('read', 'free_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'place_sum_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'next', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('readwrite', 'fresh', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'H', 'T'), 4)),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', 'T'), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', 'T'), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_aligned_9',
            target: 'wgsl',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'hits', 'i32', sizeOp('mul', 'B', 'H')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('min', sizeOp('mul', 'B', 'H'), 65535), sizeOp('ceildiv', sizeOp('mul', 'B', 'H'), 65535), 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
        ],
        scratch: [
          {
            name: 'place_scan_before_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          {
            name: 'place_scan_sums_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          { name: 'place_scan_of_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
          {
            name: 'free_scan_before_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          {
            name: 'free_scan_sums_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          { name: 'free_scan_of_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
          { name: 'place_sum_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
        ],
      },
      {
        file: 'shadow_decode/reuse_subgroups.wgsl',
        features: ['subgroups'],
        launches: [
          {
            entry: 'reuse_1',
            target: 'wgsl',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'place_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 63), 64)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 63), 64)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_2',
            target: 'wgsl',
            args: [
              bufferArg('read', 'place_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg(
                'write',
                'place_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1023), 1024)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1023), 1024)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['subgroups'],
          },
          {
            entry: 'reuse_3',
            target: 'wgsl',
            args: [
              bufferArg(
                'read',
                'place_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg(
                'write',
                'place_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 8191), 8192)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 8191), 8192)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_4',
            target: 'wgsl',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'free_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 63), 64)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 63), 64)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_5',
            target: 'wgsl',
            args: [
              bufferArg('read', 'free_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg(
                'write',
                'free_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1023), 1024)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1023), 1024)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['subgroups'],
          },
          {
            entry: 'reuse_6',
            target: 'wgsl',
            args: [
              bufferArg(
                'read',
                'free_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg(
                'write',
                'free_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 8191), 8192)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 8191), 8192)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_7',
            target: 'wgsl',
            args: [
              bufferArg('read', 'place_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'place_sum_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 7), 8)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 7), 8)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['subgroups'],
          },
          {
            entry: 'reuse_8',
            target: 'wgsl',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg(
                'read',
                'place_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg(
                'read',
                'free_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg('read', 'free_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'place_sum_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'next', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('readwrite', 'fresh', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'H', 'T'), 4)),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', 'T'), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', 'T'), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['subgroups'],
          },
          {
            entry: 'reuse_9',
            target: 'wgsl',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'hits', 'i32', sizeOp('mul', 'B', 'H')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('min', sizeOp('mul', 'B', 'H'), 65535), sizeOp('ceildiv', sizeOp('mul', 'B', 'H'), 65535), 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['subgroups'],
          },
        ],
        scratch: [
          {
            name: 'place_scan_before_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          {
            name: 'place_scan_sums_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          { name: 'place_scan_of_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
          {
            name: 'free_scan_before_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          {
            name: 'free_scan_sums_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          { name: 'free_scan_of_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
          { name: 'place_sum_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
        ],
      },
      {
        file: 'shadow_decode/reuse.wgsl',
        features: [],
        launches: [
          {
            entry: 'reuse_1',
            target: 'wgsl',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'place_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 63), 64)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 63), 64)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_2',
            target: 'wgsl',
            args: [
              bufferArg('read', 'place_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg(
                'write',
                'place_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1023), 1024)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1023), 1024)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_3',
            target: 'wgsl',
            args: [
              bufferArg(
                'read',
                'place_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg(
                'write',
                'place_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 8191), 8192)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 8191), 8192)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_4',
            target: 'wgsl',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'free_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 63), 64)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 63), 64)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_5',
            target: 'wgsl',
            args: [
              bufferArg('read', 'free_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg(
                'write',
                'free_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1023), 1024)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 1023), 1024)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_6',
            target: 'wgsl',
            args: [
              bufferArg(
                'read',
                'free_scan_sums_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg(
                'write',
                'free_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 8191), 8192)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 8191), 8192)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_7',
            target: 'wgsl',
            args: [
              bufferArg('read', 'place_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'place_sum_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 7), 8)), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 7), 8)), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_8',
            target: 'wgsl',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg(
                'read',
                'place_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg(
                'read',
                'free_scan_before_mem',
                'i32',
                sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
              ),
              bufferArg('read', 'free_scan_of_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'place_sum_mem', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'next', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('readwrite', 'fresh', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'H', 'T'), 4)),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', 'T'), 65535),
              sizeOp('ceildiv', sizeOp('mul', 'B', 'H', 'T'), 65535),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'reuse_9',
            target: 'wgsl',
            args: [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'chunk', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'hits', 'i32', sizeOp('mul', 'B', 'H')),
              ...sizeArgs('C', 'B', 'H', 'T'),
            ],
            grid: [sizeOp('min', sizeOp('mul', 'B', 'H'), 65535), sizeOp('ceildiv', sizeOp('mul', 'B', 'H'), 65535), 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
        ],
        scratch: [
          {
            name: 'place_scan_before_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          {
            name: 'place_scan_sums_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          { name: 'place_scan_of_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
          {
            name: 'free_scan_before_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          {
            name: 'free_scan_sums_mem',
            bits: 32,
            elements: sizeOp('mul', 'B', 'H', sizeOp('floordiv', sizeOp('add', 'T', 127), 128)),
          },
          { name: 'free_scan_of_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
          { name: 'place_sum_mem', bits: 32, elements: sizeOp('mul', 'B', 'H', 'T') },
        ],
      },
    ],
  },
};
/** Sizes of `rebuild`. */
export type RebuildSizes = {
  readonly B: number;
  readonly C: number;
  readonly J: number;
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
  /** bf16[B, H, T, J, D], changed in place */
  readonly K: Input<Uint16Array>;
}

export interface RebuildOutputs {
  /** bf16[B, H, T, J, D], changed in place */
  readonly K: HostTensor<Uint16Array>;
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
  return { K: outputTensor(outputs, 'K', Uint16Array) };
}

/** `rebuild` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareRebuild(
  device: Device,
  sizes: RebuildSizes,
  options: LoadOptions,
): Promise<Prepared<'U' | 'SV' | 'slot' | 'fresh' | 'table' | 'K', RebuildSizes>> {
  return prepareKernel(specRebuild, device, sizes, options);
}

const specRebuild: KernelSpec = {
  name: 'rebuild',
  sizes: [{ name: 'B' }, { name: 'C' }, { name: 'J' }, { name: 'R' }, { name: 'H' }, { name: 'D' }, { name: 'T' }],
  inputs: [
    { name: 'U', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: ['B', sizeOp('mul', 'C', 'J'), 'R'] },
    { name: 'SV', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: ['B', 'H', 'R', 'D'] },
    { name: 'slot', dtype: 'i32', bits: 32, array: 'Int32Array', shape: ['B', 'H', 'T'], limit: 'C' },
    { name: 'fresh', dtype: 'bool', bits: 8, array: 'Uint8Array', shape: ['B', 'H', 'T'] },
    {
      name: 'table',
      dtype: 'f32',
      bits: 32,
      array: 'Float32Array',
      shape: [sizeOp('mul', 'C', 'J'), 2, sizeOp('floordiv', 'D', 2)],
    },
    { name: 'K', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: ['B', 'H', 'T', 'J', 'D'] },
  ],
  outputs: [{ name: 'K', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: ['B', 'H', 'T', 'J', 'D'] }],
  facts: [
    {
      expr: sizeOp('add', 'D', sizeOp('mul', -2, sizeOp('floordiv', 'D', 2))),
      relation: 'zero',
      text: 'D must equal 2*(D/2), as `rope` needs it',
    },
  ],
  targets: {
    cpu: [
      {
        file: 'shadow_decode/rebuild.js',
        features: [],
        launches: [
          {
            entry: 'rebuild_1',
            target: 'cpu',
            args: [
              bufferArg('read', 'U', 'u16', sizeOp('mul', 'B', 'C', 'J', 'R')),
              bufferArg('read', 'SV', 'u16', sizeOp('mul', 'B', 'D', 'H', 'R')),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'pre_mem', 'f32', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              ...sizeArgs('B', 'C', 'J', 'R', 'H', 'D', 'T'),
            ],
            grid: [
              sizeOp('floordiv', sizeOp('add', 'D', 2), 4),
              sizeOp('floordiv', sizeOp('add', 'J', 3), 4),
              sizeOp('mul', 'B', 'H', 'T'),
            ],
            block: [1, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'rebuild_2',
            target: 'cpu',
            args: [
              bufferArg('read', 'U', 'u16', sizeOp('mul', 'B', 'C', 'J', 'R')),
              bufferArg('read', 'SV', 'u16', sizeOp('mul', 'B', 'D', 'H', 'R')),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'fresh', 'u8', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'table', 'f32', sizeOp('mul', 2, 'C', 'J', sizeOp('floordiv', 'D', 2))),
              bufferArg('read', 'pre_mem', 'f32', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              bufferArg('readwrite', 'K', 'u16', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              ...sizeArgs('B', 'C', 'J', 'R', 'H', 'D', 'T'),
            ],
            grid: [
              sizeOp('floordiv', sizeOp('add', 'D', 2), 4),
              sizeOp('floordiv', sizeOp('add', 'J', 3), 4),
              sizeOp('mul', 'B', 'H', 'T'),
            ],
            block: [1, 1, 1],
            sharedBytes: 0,
            features: [],
          },
        ],
        scratch: [{ name: 'pre_mem', bits: 32, elements: sizeOp('mul', 'B', 'D', 'H', 'J', 'T') }],
      },
    ],
    'cuda:sm_80': [
      {
        file: 'shadow_decode/rebuild_thin_aligned.sm_80.cu',
        multiples: { R: 8, D: 8, T: 16 },
        atMost: { J: 4 },
        features: ['sm_80'],
        launches: [
          {
            entry: 'rebuild_thin_aligned_1',
            target: 'cuda',
            args: [
              bufferArg('read', 'U', 'u16', sizeOp('mul', 'B', 'C', 'J', 'R')),
              bufferArg('read', 'SV', 'u16', sizeOp('mul', 'B', 'D', 'H', 'R')),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'pre_mem', 'f32', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              ...sizeArgs('B', 'C', 'J', 'R', 'H', 'D', 'T'),
            ],
            grid: [sizeOp('mul', 'B', 'H', 'J', 'T', sizeOp('floordiv', sizeOp('add', 'D', 56), 64)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'rebuild_thin_aligned_2',
            target: 'cuda',
            args: [
              bufferArg('read', 'U', 'u16', sizeOp('mul', 'B', 'C', 'J', 'R')),
              bufferArg('read', 'SV', 'u16', sizeOp('mul', 'B', 'D', 'H', 'R')),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'fresh', 'u8', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'table', 'f32', sizeOp('mul', 2, 'C', 'J', sizeOp('floordiv', 'D', 2))),
              bufferArg('read', 'pre_mem', 'f32', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              bufferArg('readwrite', 'K', 'u16', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              ...sizeArgs('B', 'C', 'J', 'R', 'H', 'D', 'T'),
            ],
            grid: [sizeOp('mul', 'B', 'H', 'J', 'T', sizeOp('floordiv', sizeOp('add', 'D', 120), 128)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
        ],
        scratch: [{ name: 'pre_mem', bits: 32, elements: sizeOp('mul', 'B', 'D', 'H', 'J', 'T') }],
      },
      {
        file: 'shadow_decode/rebuild_thin.sm_80.cu',
        atMost: { J: 4 },
        features: ['sm_80'],
        launches: [
          {
            entry: 'rebuild_thin_1',
            target: 'cuda',
            args: [
              bufferArg('read', 'U', 'u16', sizeOp('mul', 'B', 'C', 'J', 'R')),
              bufferArg('read', 'SV', 'u16', sizeOp('mul', 'B', 'D', 'H', 'R')),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'pre_mem', 'f32', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              ...sizeArgs('B', 'C', 'J', 'R', 'H', 'D', 'T'),
            ],
            grid: [sizeOp('mul', 'B', 'H', 'J', 'T', sizeOp('floordiv', sizeOp('add', 'D', 62), 64)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'rebuild_thin_2',
            target: 'cuda',
            args: [
              bufferArg('read', 'U', 'u16', sizeOp('mul', 'B', 'C', 'J', 'R')),
              bufferArg('read', 'SV', 'u16', sizeOp('mul', 'B', 'D', 'H', 'R')),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'fresh', 'u8', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'table', 'f32', sizeOp('mul', 2, 'C', 'J', sizeOp('floordiv', 'D', 2))),
              bufferArg('read', 'pre_mem', 'f32', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              bufferArg('readwrite', 'K', 'u16', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              ...sizeArgs('B', 'C', 'J', 'R', 'H', 'D', 'T'),
            ],
            grid: [sizeOp('mul', 'B', 'H', 'J', 'T', sizeOp('floordiv', sizeOp('add', 'D', 126), 128)), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
        ],
        scratch: [{ name: 'pre_mem', bits: 32, elements: sizeOp('mul', 'B', 'D', 'H', 'J', 'T') }],
      },
      {
        file: 'shadow_decode/rebuild_aligned.sm_80.cu',
        multiples: { R: 8, D: 8, T: 16 },
        features: ['sm_80'],
        launches: [
          {
            entry: 'rebuild_aligned_1',
            target: 'cuda',
            args: [
              bufferArg('read', 'U', 'u16', sizeOp('mul', 'B', 'C', 'J', 'R')),
              bufferArg('read', 'SV', 'u16', sizeOp('mul', 'B', 'D', 'H', 'R')),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'pre_mem', 'f32', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              ...sizeArgs('B', 'C', 'J', 'R', 'H', 'D', 'T'),
            ],
            grid: [
              sizeOp(
                'mul',
                'B',
                'H',
                'T',
                sizeOp('floordiv', sizeOp('add', 'D', 120), 128),
                sizeOp('floordiv', sizeOp('add', 'J', 127), 128),
              ),
              1,
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'rebuild_aligned_2',
            target: 'cuda',
            args: [
              bufferArg('read', 'U', 'u16', sizeOp('mul', 'B', 'C', 'J', 'R')),
              bufferArg('read', 'SV', 'u16', sizeOp('mul', 'B', 'D', 'H', 'R')),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'fresh', 'u8', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'table', 'f32', sizeOp('mul', 2, 'C', 'J', sizeOp('floordiv', 'D', 2))),
              bufferArg('read', 'pre_mem', 'f32', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              bufferArg('readwrite', 'K', 'u16', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              ...sizeArgs('B', 'C', 'J', 'R', 'H', 'D', 'T'),
            ],
            grid: [
              sizeOp(
                'mul',
                'B',
                'H',
                'T',
                sizeOp('floordiv', sizeOp('add', 'D', 120), 128),
                sizeOp('floordiv', sizeOp('add', 'J', 127), 128),
              ),
              1,
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
        ],
        scratch: [{ name: 'pre_mem', bits: 32, elements: sizeOp('mul', 'B', 'D', 'H', 'J', 'T') }],
      },
      {
        file: 'shadow_decode/rebuild.sm_80.cu',
        features: ['sm_80'],
        launches: [
          {
            entry: 'rebuild_1',
            target: 'cuda',
            args: [
              bufferArg('read', 'U', 'u16', sizeOp('mul', 'B', 'C', 'J', 'R')),
              bufferArg('read', 'SV', 'u16', sizeOp('mul', 'B', 'D', 'H', 'R')),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'pre_mem', 'f32', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              ...sizeArgs('B', 'C', 'J', 'R', 'H', 'D', 'T'),
            ],
            grid: [
              sizeOp(
                'mul',
                'B',
                'H',
                'T',
                sizeOp('floordiv', sizeOp('add', 'D', 126), 128),
                sizeOp('floordiv', sizeOp('add', 'J', 127), 128),
              ),
              1,
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
          {
            entry: 'rebuild_2',
            target: 'cuda',
            args: [
              bufferArg('read', 'U', 'u16', sizeOp('mul', 'B', 'C', 'J', 'R')),
              bufferArg('read', 'SV', 'u16', sizeOp('mul', 'B', 'D', 'H', 'R')),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'fresh', 'u8', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'table', 'f32', sizeOp('mul', 2, 'C', 'J', sizeOp('floordiv', 'D', 2))),
              bufferArg('read', 'pre_mem', 'f32', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              bufferArg('readwrite', 'K', 'u16', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              ...sizeArgs('B', 'C', 'J', 'R', 'H', 'D', 'T'),
            ],
            grid: [
              sizeOp(
                'mul',
                'B',
                'H',
                'T',
                sizeOp('floordiv', sizeOp('add', 'D', 126), 128),
                sizeOp('floordiv', sizeOp('add', 'J', 127), 128),
              ),
              1,
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
        ],
        scratch: [{ name: 'pre_mem', bits: 32, elements: sizeOp('mul', 'B', 'D', 'H', 'J', 'T') }],
      },
    ],
    wgsl: [
      {
        file: 'shadow_decode/rebuild_thin_aligned.wgsl',
        multiples: { R: 8, D: 8, T: 16 },
        atMost: { J: 4 },
        features: [],
        launches: [
          {
            entry: 'rebuild_thin_aligned_1',
            target: 'wgsl',
            args: [
              bufferArg('read', 'U', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'C', 'J', 'R'), 2)),
              bufferArg('read', 'SV', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'R'), 2)),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'pre_mem', 'f32', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              ...sizeArgs('B', 'C', 'J', 'R', 'H', 'D', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', 'J', 'T', sizeOp('floordiv', sizeOp('add', 'D', 56), 64)), 65535),
              sizeOp(
                'ceildiv',
                sizeOp('mul', 'B', 'H', 'J', 'T', sizeOp('floordiv', sizeOp('add', 'D', 56), 64)),
                65535,
              ),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'rebuild_thin_aligned_2',
            target: 'wgsl',
            args: [
              bufferArg('read', 'U', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'C', 'J', 'R'), 2)),
              bufferArg('read', 'SV', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'R'), 2)),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'fresh', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'H', 'T'), 4)),
              bufferArg('read', 'table', 'f32', sizeOp('mul', 2, 'C', 'J', sizeOp('floordiv', 'D', 2))),
              bufferArg('read', 'pre_mem', 'f32', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              bufferArg('readwrite', 'K', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'J', 'T'), 2)),
              ...sizeArgs('B', 'C', 'J', 'R', 'H', 'D', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', 'J', 'T', sizeOp('floordiv', sizeOp('add', 'D', 120), 128)), 65535),
              sizeOp(
                'ceildiv',
                sizeOp('mul', 'B', 'H', 'J', 'T', sizeOp('floordiv', sizeOp('add', 'D', 120), 128)),
                65535,
              ),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
        ],
        scratch: [{ name: 'pre_mem', bits: 32, elements: sizeOp('mul', 'B', 'D', 'H', 'J', 'T') }],
      },
      {
        file: 'shadow_decode/rebuild_thin.wgsl',
        atMost: { J: 4 },
        features: [],
        launches: [
          {
            entry: 'rebuild_thin_1',
            target: 'wgsl',
            args: [
              bufferArg('read', 'U', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'C', 'J', 'R'), 2)),
              bufferArg('read', 'SV', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'R'), 2)),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'pre_mem', 'f32', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              ...sizeArgs('B', 'C', 'J', 'R', 'H', 'D', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', 'J', 'T', sizeOp('floordiv', sizeOp('add', 'D', 62), 64)), 65535),
              sizeOp(
                'ceildiv',
                sizeOp('mul', 'B', 'H', 'J', 'T', sizeOp('floordiv', sizeOp('add', 'D', 62), 64)),
                65535,
              ),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'rebuild_thin_2',
            target: 'wgsl',
            args: [
              bufferArg('read', 'U', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'C', 'J', 'R'), 2)),
              bufferArg('read', 'SV', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'R'), 2)),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'fresh', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'H', 'T'), 4)),
              bufferArg('read', 'table', 'f32', sizeOp('mul', 2, 'C', 'J', sizeOp('floordiv', 'D', 2))),
              bufferArg('read', 'pre_mem', 'f32', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              bufferArg('readwrite', 'K', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'J', 'T'), 2)),
              ...sizeArgs('B', 'C', 'J', 'R', 'H', 'D', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('mul', 'B', 'H', 'J', 'T', sizeOp('floordiv', sizeOp('add', 'D', 126), 128)), 65535),
              sizeOp(
                'ceildiv',
                sizeOp('mul', 'B', 'H', 'J', 'T', sizeOp('floordiv', sizeOp('add', 'D', 126), 128)),
                65535,
              ),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
        ],
        scratch: [{ name: 'pre_mem', bits: 32, elements: sizeOp('mul', 'B', 'D', 'H', 'J', 'T') }],
      },
      {
        file: 'shadow_decode/rebuild_aligned.wgsl',
        multiples: { R: 8, D: 8, T: 16 },
        features: [],
        launches: [
          {
            entry: 'rebuild_aligned_1',
            target: 'wgsl',
            args: [
              bufferArg('read', 'U', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'C', 'J', 'R'), 2)),
              bufferArg('read', 'SV', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'R'), 2)),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'pre_mem', 'f32', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              ...sizeArgs('B', 'C', 'J', 'R', 'H', 'D', 'T'),
            ],
            grid: [
              sizeOp(
                'min',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  'T',
                  sizeOp('floordiv', sizeOp('add', 'D', 56), 64),
                  sizeOp('floordiv', sizeOp('add', 'J', 63), 64),
                ),
                65535,
              ),
              sizeOp(
                'ceildiv',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  'T',
                  sizeOp('floordiv', sizeOp('add', 'D', 56), 64),
                  sizeOp('floordiv', sizeOp('add', 'J', 63), 64),
                ),
                65535,
              ),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'rebuild_aligned_2',
            target: 'wgsl',
            args: [
              bufferArg('read', 'U', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'C', 'J', 'R'), 2)),
              bufferArg('read', 'SV', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'R'), 2)),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'fresh', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'H', 'T'), 4)),
              bufferArg('read', 'table', 'f32', sizeOp('mul', 2, 'C', 'J', sizeOp('floordiv', 'D', 2))),
              bufferArg('read', 'pre_mem', 'f32', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              bufferArg('readwrite', 'K', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'J', 'T'), 2)),
              ...sizeArgs('B', 'C', 'J', 'R', 'H', 'D', 'T'),
            ],
            grid: [
              sizeOp(
                'min',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  'T',
                  sizeOp('floordiv', sizeOp('add', 'D', 56), 64),
                  sizeOp('floordiv', sizeOp('add', 'J', 63), 64),
                ),
                65535,
              ),
              sizeOp(
                'ceildiv',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  'T',
                  sizeOp('floordiv', sizeOp('add', 'D', 56), 64),
                  sizeOp('floordiv', sizeOp('add', 'J', 63), 64),
                ),
                65535,
              ),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
        ],
        scratch: [{ name: 'pre_mem', bits: 32, elements: sizeOp('mul', 'B', 'D', 'H', 'J', 'T') }],
      },
      {
        file: 'shadow_decode/rebuild.wgsl',
        features: [],
        launches: [
          {
            entry: 'rebuild_1',
            target: 'wgsl',
            args: [
              bufferArg('read', 'U', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'C', 'J', 'R'), 2)),
              bufferArg('read', 'SV', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'R'), 2)),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('write', 'pre_mem', 'f32', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              ...sizeArgs('B', 'C', 'J', 'R', 'H', 'D', 'T'),
            ],
            grid: [
              sizeOp(
                'min',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  'T',
                  sizeOp('floordiv', sizeOp('add', 'D', 62), 64),
                  sizeOp('floordiv', sizeOp('add', 'J', 63), 64),
                ),
                65535,
              ),
              sizeOp(
                'ceildiv',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  'T',
                  sizeOp('floordiv', sizeOp('add', 'D', 62), 64),
                  sizeOp('floordiv', sizeOp('add', 'J', 63), 64),
                ),
                65535,
              ),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
          {
            entry: 'rebuild_2',
            target: 'wgsl',
            args: [
              bufferArg('read', 'U', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'C', 'J', 'R'), 2)),
              bufferArg('read', 'SV', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'R'), 2)),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'fresh', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'H', 'T'), 4)),
              bufferArg('read', 'table', 'f32', sizeOp('mul', 2, 'C', 'J', sizeOp('floordiv', 'D', 2))),
              bufferArg('read', 'pre_mem', 'f32', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              bufferArg('readwrite', 'K', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'J', 'T'), 2)),
              ...sizeArgs('B', 'C', 'J', 'R', 'H', 'D', 'T'),
            ],
            grid: [
              sizeOp(
                'min',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  'T',
                  sizeOp('floordiv', sizeOp('add', 'D', 62), 64),
                  sizeOp('floordiv', sizeOp('add', 'J', 63), 64),
                ),
                65535,
              ),
              sizeOp(
                'ceildiv',
                sizeOp(
                  'mul',
                  'B',
                  'H',
                  'T',
                  sizeOp('floordiv', sizeOp('add', 'D', 62), 64),
                  sizeOp('floordiv', sizeOp('add', 'J', 63), 64),
                ),
                65535,
              ),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
        ],
        scratch: [{ name: 'pre_mem', bits: 32, elements: sizeOp('mul', 'B', 'D', 'H', 'J', 'T') }],
      },
    ],
  },
};
/** Sizes of `fetch`. */
export type FetchSizes = {
  readonly B: number;
  readonly H: number;
  readonly C: number;
  readonly J: number;
  readonly D: number;
  readonly T: number;
};

export interface FetchInputs {
  /** bf16[B, H, C*J, D] */
  readonly V: Input<Uint16Array>;
  /** i32<C>[B, H, T] */
  readonly slot: Input<Int32Array>;
  /** bool[B, H, T] */
  readonly fresh: Input<Uint8Array>;
  /** bf16[B, H, T, J, D], changed in place */
  readonly S: Input<Uint16Array>;
}

export interface FetchOutputs {
  /** bf16[B, H, T, J, D], changed in place */
  readonly S: HostTensor<Uint16Array>;
}

/**
 * Values of the fresh slots.
 *
 * From shadow_decode.tdsl, line 55.
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

const specFetch: KernelSpec = {
  name: 'fetch',
  sizes: [{ name: 'B' }, { name: 'H' }, { name: 'C' }, { name: 'J' }, { name: 'D' }, { name: 'T' }],
  inputs: [
    { name: 'V', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: ['B', 'H', sizeOp('mul', 'C', 'J'), 'D'] },
    { name: 'slot', dtype: 'i32', bits: 32, array: 'Int32Array', shape: ['B', 'H', 'T'], limit: 'C' },
    { name: 'fresh', dtype: 'bool', bits: 8, array: 'Uint8Array', shape: ['B', 'H', 'T'] },
    { name: 'S', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: ['B', 'H', 'T', 'J', 'D'] },
  ],
  outputs: [{ name: 'S', dtype: 'bf16', bits: 16, array: 'Uint16Array', shape: ['B', 'H', 'T', 'J', 'D'] }],
  facts: [],
  targets: {
    cpu: [
      {
        file: 'shadow_decode/fetch.js',
        features: [],
        launches: [
          {
            entry: 'fetch',
            target: 'cpu',
            args: [
              bufferArg('read', 'V', 'u16', sizeOp('mul', 'B', 'C', 'D', 'H', 'J')),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'fresh', 'u8', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('readwrite', 'S', 'u16', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              ...sizeArgs('B', 'H', 'C', 'J', 'D', 'T'),
            ],
            grid: ['D', 'J', sizeOp('mul', 'B', 'H', 'T')],
            block: [1, 1, 1],
            sharedBytes: 0,
            features: [],
          },
        ],
        scratch: [],
      },
    ],
    'cuda:sm_80': [
      {
        file: 'shadow_decode/fetch_aligned.sm_80.cu',
        multiples: { D: 8, T: 16 },
        features: ['sm_80'],
        launches: [
          {
            entry: 'fetch_aligned',
            target: 'cuda',
            args: [
              bufferArg('read', 'V', 'u16', sizeOp('mul', 'B', 'C', 'D', 'H', 'J')),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'fresh', 'u8', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('readwrite', 'S', 'u16', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              ...sizeArgs('B', 'H', 'C', 'J', 'D', 'T'),
            ],
            grid: [
              sizeOp(
                'floordiv',
                sizeOp('add', sizeOp('mul', 'B', 'H', 'J', sizeOp('floordiv', 'D', 8), sizeOp('floordiv', 'T', 16)), 1),
                2,
              ),
              1,
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
        ],
        scratch: [],
      },
      {
        file: 'shadow_decode/fetch.sm_80.cu',
        features: ['sm_80'],
        launches: [
          {
            entry: 'fetch',
            target: 'cuda',
            args: [
              bufferArg('read', 'V', 'u16', sizeOp('mul', 'B', 'C', 'D', 'H', 'J')),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'fresh', 'u8', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('readwrite', 'S', 'u16', sizeOp('mul', 'B', 'D', 'H', 'J', 'T')),
              ...sizeArgs('B', 'H', 'C', 'J', 'D', 'T'),
            ],
            grid: [sizeOp('floordiv', sizeOp('add', sizeOp('mul', 'B', 'D', 'H', 'J', 'T'), 255), 256), 1, 1],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: ['sm_80'],
          },
        ],
        scratch: [],
      },
    ],
    wgsl: [
      {
        file: 'shadow_decode/fetch_aligned.wgsl',
        multiples: { D: 8, T: 16 },
        features: [],
        launches: [
          {
            entry: 'fetch_aligned',
            target: 'wgsl',
            args: [
              bufferArg('read', 'V', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'C', 'D', 'H', 'J'), 2)),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'fresh', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'H', 'T'), 4)),
              bufferArg('readwrite', 'S', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'J', 'T'), 2)),
              ...sizeArgs('B', 'H', 'C', 'J', 'D', 'T'),
            ],
            grid: [
              sizeOp(
                'min',
                sizeOp(
                  'floordiv',
                  sizeOp(
                    'add',
                    sizeOp('mul', 'B', 'H', 'J', sizeOp('floordiv', 'D', 8), sizeOp('floordiv', 'T', 16)),
                    1,
                  ),
                  2,
                ),
                65535,
              ),
              sizeOp(
                'ceildiv',
                sizeOp(
                  'floordiv',
                  sizeOp(
                    'add',
                    sizeOp('mul', 'B', 'H', 'J', sizeOp('floordiv', 'D', 8), sizeOp('floordiv', 'T', 16)),
                    1,
                  ),
                  2,
                ),
                65535,
              ),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
        ],
        scratch: [],
      },
      {
        file: 'shadow_decode/fetch.wgsl',
        features: [],
        launches: [
          {
            entry: 'fetch',
            target: 'wgsl',
            args: [
              bufferArg('read', 'V', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'C', 'D', 'H', 'J'), 2)),
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'H', 'T')),
              bufferArg('read', 'fresh', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'H', 'T'), 4)),
              bufferArg('readwrite', 'S', 'u32', sizeOp('ceildiv', sizeOp('mul', 'B', 'D', 'H', 'J', 'T'), 2)),
              ...sizeArgs('B', 'H', 'C', 'J', 'D', 'T'),
            ],
            grid: [
              sizeOp('min', sizeOp('floordiv', sizeOp('add', sizeOp('mul', 'B', 'D', 'H', 'J', 'T'), 255), 256), 65535),
              sizeOp(
                'ceildiv',
                sizeOp('floordiv', sizeOp('add', sizeOp('mul', 'B', 'D', 'H', 'J', 'T'), 255), 256),
                65535,
              ),
              1,
            ],
            block: [256, 1, 1],
            sharedBytes: 0,
            features: [],
          },
        ],
        scratch: [],
      },
    ],
  },
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
  readonly kind: 'outside' | 'duplicate';
  readonly target: string;
  readonly line: number;
  readonly axes: readonly { readonly name: string; readonly extent: SizeExpr }[];
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

const loadedKernels = new WeakMap<Device, Map<string, Promise<DeviceKernel>>>();

function loadKernel(device: Device, file: string, abi: LaunchAbi, load: Loader): Promise<DeviceKernel> {
  let kernels = loadedKernels.get(device);
  if (kernels === undefined) loadedKernels.set(device, (kernels = new Map<string, Promise<DeviceKernel>>()));
  const key = `${file}#${abi.entry}`;
  let kernel = kernels.get(key);
  if (kernel === undefined) {
    kernel = load(file).then((text) => device.load(text, abi));
    kernels.set(key, kernel);
    // A failure is not kept: the next call tries again.
    kernel.catch(() => kernels.delete(key));
  }
  return kernel;
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
        if (found !== undefined && found < 2 ** 31 - 1) throw new RangeError(offence(kernel, check, found, sizes));
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
  const what =
    check.kind === 'outside'
      ? `an element that ${check.target} does not have is written`
      : `an element of ${check.target} is written that an earlier point writes too`;
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

function sizeOp(op: SizeOp, ...args: readonly SizeExpr[]): SizeExpr {
  return { op, args };
}

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

function sizeArgs(...names: readonly string[]): readonly Arg[] {
  return names.map((name) => ({ kind: 'size', name }));
}

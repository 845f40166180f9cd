// Made from shadow_prefill.tdsl by tdsl compile. Change the source and compile again; edits here are lost.
// Checksum of the lines below: 2f0ee52e
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
/** Sizes of `landmarks`. */
export type LandmarksSizes = {
  readonly J: number;
  readonly B: number;
  readonly H: number;
  readonly C: number;
  readonly D: number;
};

export interface LandmarksInputs {
  /** bf16[B, H, C*J, D] */
  readonly K: Input<Uint16Array>;
}

export interface LandmarksOutputs {
  /** bf16[B, H, C, D] */
  readonly L: HostTensor<Uint16Array>;
  /** f32[B, H, C] */
  readonly similarity: HostTensor<Float32Array>;
}

/**
 * What a chunk is found by: the mean of its keys after RoPE; and how badly the worst of its tokens fits that mean (the least cosine).
 *
 * From shadow_prefill.tdsl, line 9.
 */
export async function landmarks(
  device: Device,
  inputs: LandmarksInputs,
  options: RunOptions<LandmarksSizes>,
): Promise<LandmarksOutputs> {
  const outputs = await runKernel(specLandmarks, device, { ...inputs }, options);
  return { L: outputTensor(outputs, 'L', Uint16Array), similarity: outputTensor(outputs, 'similarity', Float32Array) };
}

/** `landmarks` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareLandmarks(
  device: Device,
  sizes: LandmarksSizes,
  options: LoadOptions,
): Promise<Prepared<'K' | 'L' | 'similarity', LandmarksSizes>> {
  return prepareKernel(specLandmarks, device, sizes, options);
}

const landmarks$1: SizeExpr = sizeOp('mul', 'B', 'C', 'D', 'H');
const landmarks$2: VariantSpec['scratch'] = [{ name: 'mean__sum_mem', bits: 32, elements: landmarks$1 }];
const landmarks$3: SizeExpr = sizeOp('mul', 'B', 'C', 'D', 'H', 'J');
const landmarks$4: readonly Arg[] = argsOf(
  [bufferArg('read', 'K', 'u16', landmarks$3), bufferArg('write', 'L', 'u16', landmarks$1)],
  'J',
  'B',
  'H',
  'C',
  'D',
);
const landmarks$5: LaunchAbi['grid'] = ['D', 'C', sizeOp('mul', 'B', 'H')];
const landmarks$6: readonly Arg[] = argsOf(
  [bufferArg('read', 'K', 'u16', landmarks$3), bufferArg('write', 'mean__sum_mem', 'f32', landmarks$1)],
  'J',
  'B',
  'H',
  'C',
  'D',
);
const landmarks$7: SizeExpr = sizeOp('mul', 'B', 'C', 'H');
const landmarks$8: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'K', 'u16', landmarks$3),
    bufferArg('read', 'mean__sum_mem', 'f32', landmarks$1),
    bufferArg('write', 'similarity', 'f32', landmarks$7),
  ],
  'J',
  'B',
  'H',
  'C',
  'D',
);
const landmarks$9: SizeExpr = sizeOp('mul', 'B', 'C', 'H', sizeOp('floordiv', sizeOp('add', 'D', 56), 64));
const landmarks$10: LaunchAbi['grid'] = [landmarks$9, 1, 1];
const landmarks$11: LaunchAbi['grid'] = [landmarks$7, 1, 1];
const landmarks$12: SizeExpr = sizeOp('mul', 'B', 'C', 'H', sizeOp('floordiv', sizeOp('add', 'D', 63), 64));
const landmarks$13: LaunchAbi['grid'] = [landmarks$12, 1, 1];
const landmarks$14: SizeExpr = sizeOp('ceildiv', landmarks$1, 2);
const landmarks$15: LaunchAbi['grid'] = [sizeOp('min', landmarks$9, 65535), sizeOp('ceildiv', landmarks$9, 65535), 1];
const landmarks$16: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'K', 'u32', sizeOp('ceildiv', landmarks$3, 2)),
    bufferArg('write', 'mean__sum_mem', 'f32', landmarks$1),
  ],
  'J',
  'B',
  'H',
  'C',
  'D',
);
const landmarks$17: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'K', 'u32', sizeOp('ceildiv', landmarks$3, 2)),
    bufferArg('read', 'mean__sum_mem', 'f32', landmarks$1),
    bufferArg('write', 'similarity', 'f32', landmarks$7),
  ],
  'J',
  'B',
  'H',
  'C',
  'D',
);
const landmarks$18: LaunchAbi['grid'] = [sizeOp('min', landmarks$7, 65535), sizeOp('ceildiv', landmarks$7, 65535), 1];
const landmarks$19: LaunchAbi['grid'] = [sizeOp('min', landmarks$12, 65535), sizeOp('ceildiv', landmarks$12, 65535), 1];
const specLandmarks: KernelSpec = {
  name: 'landmarks',
  sizes: [{ name: 'J' }, { name: 'B' }, { name: 'H' }, { name: 'C' }, { name: 'D' }],
  inputs: [tensorOf('K', 'bf16', ['B', 'H', sizeOp('mul', 'C', 'J'), 'D'])],
  outputs: [tensorOf('L', 'bf16', ['B', 'H', 'C', 'D']), tensorOf('similarity', 'f32', ['B', 'H', 'C'])],
  facts: [],
  targets: {
    cpu: [
      variantOf(
        'shadow_prefill/landmarks.js',
        { scratch: landmarks$2 },
        launchOf('cpu', 'landmarks_1', landmarks$4, landmarks$5, 1),
        launchOf('cpu', 'landmarks_2', landmarks$6, landmarks$5, 1),
        launchOf('cpu', 'landmarks_3', landmarks$8, ['C', 'H', 'B'], 1),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'shadow_prefill/landmarks_aligned.sm_80.cu',
        { multiples: { D: 8, C: 4 }, scratch: landmarks$2 },
        launchOf('cuda', 'landmarks_aligned_1', landmarks$4, landmarks$10, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'landmarks_aligned_2', landmarks$6, landmarks$10, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'landmarks_aligned_3', landmarks$8, landmarks$11, 256, { features: ['sm_80'] }),
      ),
      variantOf(
        'shadow_prefill/landmarks.sm_80.cu',
        { scratch: landmarks$2 },
        launchOf('cuda', 'landmarks_1', landmarks$4, landmarks$13, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'landmarks_2', landmarks$6, landmarks$13, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'landmarks_3', landmarks$8, landmarks$11, 256, { features: ['sm_80'] }),
      ),
    ],
    wgsl: [
      variantOf(
        'shadow_prefill/landmarks_aligned_subgroups.wgsl',
        { multiples: { D: 8, C: 4 }, scratch: landmarks$2 },
        launchOf(
          'wgsl',
          'landmarks_aligned_1',
          argsOf(
            [
              bufferArg('read', 'K', 'u32', sizeOp('ceildiv', landmarks$3, 2)),
              bufferArg('write', 'L', 'u32', landmarks$14),
            ],
            'J',
            'B',
            'H',
            'C',
            'D',
          ),
          landmarks$15,
          256,
        ),
        launchOf('wgsl', 'landmarks_aligned_2', landmarks$16, landmarks$15, 256),
        launchOf('wgsl', 'landmarks_aligned_3', landmarks$17, landmarks$18, 256, { features: ['subgroups'] }),
      ),
      variantOf(
        'shadow_prefill/landmarks_aligned.wgsl',
        { multiples: { D: 8, C: 4 }, scratch: landmarks$2 },
        launchOf(
          'wgsl',
          'landmarks_aligned_1',
          argsOf(
            [
              bufferArg('read', 'K', 'u32', sizeOp('ceildiv', landmarks$3, 2)),
              bufferArg('write', 'L', 'u32', landmarks$14),
            ],
            'J',
            'B',
            'H',
            'C',
            'D',
          ),
          landmarks$15,
          256,
        ),
        launchOf('wgsl', 'landmarks_aligned_2', landmarks$16, landmarks$15, 256),
        launchOf('wgsl', 'landmarks_aligned_3', landmarks$17, landmarks$18, 256),
      ),
      variantOf(
        'shadow_prefill/landmarks_subgroups.wgsl',
        { scratch: landmarks$2 },
        launchOf(
          'wgsl',
          'landmarks_1',
          argsOf(
            [
              bufferArg('read', 'K', 'u32', sizeOp('ceildiv', landmarks$3, 2)),
              bufferArg('readwrite', 'L', 'u32', landmarks$14),
            ],
            'J',
            'B',
            'H',
            'C',
            'D',
          ),
          landmarks$19,
          256,
        ),
        launchOf('wgsl', 'landmarks_2', landmarks$16, landmarks$19, 256),
        launchOf('wgsl', 'landmarks_3', landmarks$17, landmarks$18, 256, { features: ['subgroups'] }),
      ),
      variantOf(
        'shadow_prefill/landmarks.wgsl',
        { scratch: landmarks$2 },
        launchOf(
          'wgsl',
          'landmarks_1',
          argsOf(
            [
              bufferArg('read', 'K', 'u32', sizeOp('ceildiv', landmarks$3, 2)),
              bufferArg('readwrite', 'L', 'u32', landmarks$14),
            ],
            'J',
            'B',
            'H',
            'C',
            'D',
          ),
          landmarks$19,
          256,
        ),
        launchOf('wgsl', 'landmarks_2', landmarks$16, landmarks$19, 256),
        launchOf('wgsl', 'landmarks_3', landmarks$17, landmarks$18, 256),
      ),
    ],
  },
};
/** Sizes of `split_outliers`. */
export type SplitOutliersSizes = { readonly O: number; readonly B: number; readonly H: number; readonly C: number };

export interface SplitOutliersInputs {
  /** f32[B, H, C] */
  readonly similarity: Input<Float32Array>;
}

export interface SplitOutliersOutputs {
  /** i32<C>[B, H, O] */
  readonly outlier: HostTensor<Int32Array>;
  /** i32<C>[B, H, C + (-1*O)] */
  readonly kept: HostTensor<Int32Array>;
}

/**
 * The O chunks of least similarity stay exact and are always attended; the others, in their order, are those to choose from.
 *
 * From shadow_prefill.tdsl, line 22.
 */
export async function split_outliers(
  device: Device,
  inputs: SplitOutliersInputs,
  options: RunOptions<SplitOutliersSizes>,
): Promise<SplitOutliersOutputs> {
  const outputs = await runKernel(specSplitOutliers, device, { ...inputs }, options);
  return { outlier: outputTensor(outputs, 'outlier', Int32Array), kept: outputTensor(outputs, 'kept', Int32Array) };
}

/** `split_outliers` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareSplitOutliers(
  device: Device,
  sizes: SplitOutliersSizes,
  options: LoadOptions,
): Promise<Prepared<'similarity' | 'outlier' | 'kept', SplitOutliersSizes>> {
  return prepareKernel(specSplitOutliers, device, sizes, options);
}

const split_outliers$1: SizeExpr = sizeOp('add', 'C', sizeOp('mul', -1, 'O'));
const split_outliers$2: SizeExpr = sizeOp('mul', 'B', 'H', 'O');
const split_outliers$3: SizeExpr = sizeOp('floordiv', sizeOp('add', 'C', 1023), 1024);
const split_outliers$4: SizeExpr = sizeOp('min', 'O', 1024);
const split_outliers$5: SizeExpr = sizeOp('mul', 'B', 'H', split_outliers$3, split_outliers$4);
const split_outliers$6: SizeExpr = sizeOp('mul', 'B', 'C', 'H');
const split_outliers$7: SizeExpr = sizeOp('min', split_outliers$1, 1024);
const split_outliers$8: SizeExpr = sizeOp('mul', 'B', 'H', split_outliers$3, split_outliers$7);
const split_outliers$9: VariantSpec['scratch'] = [
  { name: 'out_mem', bits: 32, elements: split_outliers$2 },
  { name: 'out_topk_place_mem', bits: 32, elements: split_outliers$5 },
  { name: 'out_topk_best_mem', bits: 32, elements: split_outliers$5 },
  { name: 'out_topk_rank_mem', bits: 32, elements: split_outliers$6 },
  { name: 'out_topk_of_mem', bits: 32, elements: split_outliers$6 },
  { name: 'out_topk_best_of_mem', bits: 32, elements: split_outliers$5 },
  { name: 'kept_topk_place_mem', bits: 32, elements: split_outliers$8 },
  { name: 'kept_topk_best_mem', bits: 32, elements: split_outliers$8 },
  { name: 'kept_topk_rank_mem', bits: 32, elements: split_outliers$6 },
  { name: 'kept_topk_of_mem', bits: 32, elements: split_outliers$6 },
  { name: 'kept_topk_best_of_mem', bits: 32, elements: split_outliers$8 },
];
const split_outliers$10: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'similarity', 'f32', split_outliers$6),
    bufferArg('write', 'out_topk_of_mem', 'f32', split_outliers$6),
  ],
  'O',
  'B',
  'H',
  'C',
);
const split_outliers$11: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'out_topk_of_mem', 'f32', split_outliers$6),
    bufferArg('write', 'out_topk_rank_mem', 'i32', split_outliers$6),
  ],
  'O',
  'B',
  'H',
  'C',
);
const split_outliers$12: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'out_topk_rank_mem', 'i32', split_outliers$6),
    bufferArg('write', 'out_topk_best_mem', 'i32', split_outliers$5),
  ],
  'O',
  'B',
  'H',
  'C',
);
const split_outliers$13: LaunchAbi['grid'] = [split_outliers$4, split_outliers$3, sizeOp('mul', 'B', 'H')];
const split_outliers$14: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'out_topk_best_mem', 'i32', split_outliers$5),
    bufferArg('read', 'out_topk_of_mem', 'f32', split_outliers$6),
    bufferArg('write', 'out_topk_best_of_mem', 'f32', split_outliers$5),
  ],
  'O',
  'B',
  'H',
  'C',
);
const split_outliers$15: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'out_topk_best_mem', 'i32', split_outliers$5),
    bufferArg('read', 'out_topk_best_of_mem', 'f32', split_outliers$5),
    bufferArg('write', 'out_topk_place_mem', 'i32', split_outliers$5),
  ],
  'O',
  'B',
  'H',
  'C',
);
const split_outliers$16: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'out_topk_place_mem', 'i32', split_outliers$5),
    bufferArg('read', 'out_topk_best_mem', 'i32', split_outliers$5),
    bufferArg('write', 'out_mem', 'i32', split_outliers$2),
  ],
  'O',
  'B',
  'H',
  'C',
);
const split_outliers$17: readonly Arg[] = argsOf(
  [bufferArg('read', 'out_mem', 'i32', split_outliers$2), bufferArg('write', 'outlier', 'i32', split_outliers$2)],
  'O',
  'B',
  'H',
  'C',
);
const split_outliers$18: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'out_mem', 'i32', split_outliers$2),
    bufferArg('write', 'kept_topk_of_mem', 'i32', split_outliers$6),
  ],
  'O',
  'B',
  'H',
  'C',
);
const split_outliers$19: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'kept_topk_of_mem', 'i32', split_outliers$6),
    bufferArg('write', 'kept_topk_rank_mem', 'i32', split_outliers$6),
  ],
  'O',
  'B',
  'H',
  'C',
);
const split_outliers$20: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'kept_topk_rank_mem', 'i32', split_outliers$6),
    bufferArg('write', 'kept_topk_best_mem', 'i32', split_outliers$8),
  ],
  'O',
  'B',
  'H',
  'C',
);
const split_outliers$21: LaunchAbi['grid'] = [split_outliers$7, split_outliers$3, sizeOp('mul', 'B', 'H')];
const split_outliers$22: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'kept_topk_best_mem', 'i32', split_outliers$8),
    bufferArg('read', 'kept_topk_of_mem', 'i32', split_outliers$6),
    bufferArg('write', 'kept_topk_best_of_mem', 'i32', split_outliers$8),
  ],
  'O',
  'B',
  'H',
  'C',
);
const split_outliers$23: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'kept_topk_best_mem', 'i32', split_outliers$8),
    bufferArg('read', 'kept_topk_best_of_mem', 'i32', split_outliers$8),
    bufferArg('write', 'kept_topk_place_mem', 'i32', split_outliers$8),
  ],
  'O',
  'B',
  'H',
  'C',
);
const split_outliers$24: SizeExpr = sizeOp('add', split_outliers$6, sizeOp('mul', -1, 'B', 'H', 'O'));
const split_outliers$25: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'kept_topk_place_mem', 'i32', split_outliers$8),
    bufferArg('read', 'kept_topk_best_mem', 'i32', split_outliers$8),
    bufferArg('write', 'kept', 'i32', split_outliers$24),
  ],
  'O',
  'B',
  'H',
  'C',
);
const split_outliers$26: SizeExpr = sizeOp(
  'floordiv',
  sizeOp('add', sizeOp('mul', 'B', 'H', sizeOp('floordiv', 'C', 4)), 255),
  256,
);
const split_outliers$27: SizeExpr = sizeOp('mul', 256, split_outliers$26);
const split_outliers$28: LaunchAbi['grid'] = [split_outliers$6, 1, 1];
const split_outliers$29: SizeExpr = sizeOp('floordiv', sizeOp('add', 'C', 1020), 1024);
const split_outliers$30: SizeExpr = sizeOp('mul', 'B', 'H', split_outliers$29, split_outliers$4);
const split_outliers$31: LaunchAbi['grid'] = [split_outliers$30, 1, 1];
const split_outliers$32: SizeExpr = sizeOp('floordiv', sizeOp('add', split_outliers$30, 255), 256);
const split_outliers$33: SizeExpr = sizeOp('mul', 256, split_outliers$32);
const split_outliers$34: LaunchAbi['grid'] = [split_outliers$2, 1, 1];
const split_outliers$35: SizeExpr = sizeOp(
  'floordiv',
  sizeOp('add', sizeOp('mul', 'B', 'H', sizeOp('floordiv', 'O', 4)), 255),
  256,
);
const split_outliers$36: SizeExpr = sizeOp('mul', 256, split_outliers$35);
const split_outliers$37: SizeExpr = sizeOp('mul', 'B', 'H', split_outliers$29, split_outliers$7);
const split_outliers$38: LaunchAbi['grid'] = [split_outliers$37, 1, 1];
const split_outliers$39: SizeExpr = sizeOp('floordiv', sizeOp('add', split_outliers$37, 255), 256);
const split_outliers$40: SizeExpr = sizeOp('mul', 256, split_outliers$39);
const split_outliers$41: LaunchAbi['grid'] = [split_outliers$24, 1, 1];
const split_outliers$42: SizeExpr = sizeOp('floordiv', sizeOp('add', split_outliers$6, 255), 256);
const split_outliers$43: SizeExpr = sizeOp('mul', 256, split_outliers$42);
const split_outliers$44: LaunchAbi['grid'] = [split_outliers$5, 1, 1];
const split_outliers$45: SizeExpr = sizeOp('floordiv', sizeOp('add', split_outliers$5, 255), 256);
const split_outliers$46: SizeExpr = sizeOp('mul', 256, split_outliers$45);
const split_outliers$47: SizeExpr = sizeOp('floordiv', sizeOp('add', split_outliers$2, 255), 256);
const split_outliers$48: SizeExpr = sizeOp('mul', 256, split_outliers$47);
const split_outliers$49: LaunchAbi['grid'] = [split_outliers$8, 1, 1];
const split_outliers$50: SizeExpr = sizeOp('floordiv', sizeOp('add', split_outliers$8, 255), 256);
const split_outliers$51: SizeExpr = sizeOp('mul', 256, split_outliers$50);
const split_outliers$52: LaunchAbi['grid'] = [
  sizeOp('min', split_outliers$6, 65535),
  sizeOp('ceildiv', split_outliers$6, 65535),
  1,
];
const split_outliers$53: LaunchAbi['grid'] = [
  sizeOp('min', split_outliers$30, 65535),
  sizeOp('ceildiv', split_outliers$30, 65535),
  1,
];
const split_outliers$54: LaunchAbi['grid'] = [
  sizeOp('min', split_outliers$2, 65535),
  sizeOp('ceildiv', split_outliers$2, 65535),
  1,
];
const split_outliers$55: LaunchAbi['grid'] = [
  sizeOp('min', split_outliers$37, 65535),
  sizeOp('ceildiv', split_outliers$37, 65535),
  1,
];
const split_outliers$56: LaunchAbi['grid'] = [
  sizeOp('min', split_outliers$24, 65535),
  sizeOp('ceildiv', split_outliers$24, 65535),
  1,
];
const split_outliers$57: LaunchAbi['grid'] = [
  sizeOp('min', split_outliers$5, 65535),
  sizeOp('ceildiv', split_outliers$5, 65535),
  1,
];
const split_outliers$58: LaunchAbi['grid'] = [
  sizeOp('min', split_outliers$8, 65535),
  sizeOp('ceildiv', split_outliers$8, 65535),
  1,
];
const specSplitOutliers: KernelSpec = {
  name: 'split_outliers',
  sizes: [{ name: 'O' }, { name: 'B' }, { name: 'H' }, { name: 'C' }],
  inputs: [tensorOf('similarity', 'f32', ['B', 'H', 'C'])],
  outputs: [
    tensorOf('outlier', 'i32', ['B', 'H', 'O'], { limit: 'C' }),
    tensorOf('kept', 'i32', ['B', 'H', split_outliers$1], { limit: 'C' }),
  ],
  facts: [
    { expr: split_outliers$1, relation: 'nonneg', text: 'the extent C - O must be at least 0' },
    { expr: sizeOp('add', 'C', -1), relation: 'nonneg', text: '`out` holds integers in [0, C)' },
  ],
  targets: {
    cpu: [
      variantOf(
        'shadow_prefill/split_outliers.js',
        { scratch: split_outliers$9 },
        launchOf('cpu', 'split_outliers_1', split_outliers$10, ['C', 'H', 'B'], 1),
        launchOf('cpu', 'split_outliers_2', split_outliers$11, ['C', 'H', 'B'], 1),
        launchOf('cpu', 'split_outliers_3', split_outliers$12, split_outliers$13, 1),
        launchOf('cpu', 'split_outliers_4', split_outliers$14, split_outliers$13, 1),
        launchOf('cpu', 'split_outliers_5', split_outliers$15, split_outliers$13, 1),
        launchOf('cpu', 'split_outliers_6', split_outliers$16, ['O', 'H', 'B'], 1),
        launchOf('cpu', 'split_outliers_7', split_outliers$17, ['O', 'H', 'B'], 1),
        launchOf('cpu', 'split_outliers_8', split_outliers$18, ['C', 'H', 'B'], 1),
        launchOf('cpu', 'split_outliers_9', split_outliers$19, ['C', 'H', 'B'], 1),
        launchOf('cpu', 'split_outliers_10', split_outliers$20, split_outliers$21, 1),
        launchOf('cpu', 'split_outliers_11', split_outliers$22, split_outliers$21, 1),
        launchOf('cpu', 'split_outliers_12', split_outliers$23, split_outliers$21, 1),
        launchOf('cpu', 'split_outliers_13', split_outliers$25, [split_outliers$1, 'H', 'B'], 1),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'shadow_prefill/split_outliers_aligned.sm_80.cu',
        { multiples: { C: 4, O: 4 }, scratch: split_outliers$9 },
        launchOf('cuda', 'split_outliers_aligned_1', split_outliers$10, [split_outliers$26, 1, 1], 256, {
          counts: split_outliers$27,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'split_outliers_aligned_2', split_outliers$11, split_outliers$28, 256, {
          features: ['sm_80'],
        }),
        launchOf('cuda', 'split_outliers_aligned_3', split_outliers$12, split_outliers$31, 256, {
          features: ['sm_80'],
        }),
        launchOf('cuda', 'split_outliers_aligned_4', split_outliers$14, [split_outliers$32, 1, 1], 256, {
          counts: split_outliers$33,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'split_outliers_aligned_5', split_outliers$15, split_outliers$31, 256, {
          features: ['sm_80'],
        }),
        launchOf('cuda', 'split_outliers_aligned_6', split_outliers$16, split_outliers$34, 256, {
          features: ['sm_80'],
        }),
        launchOf('cuda', 'split_outliers_aligned_7', split_outliers$17, [split_outliers$35, 1, 1], 256, {
          counts: split_outliers$36,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'split_outliers_aligned_8', split_outliers$18, split_outliers$28, 256, {
          features: ['sm_80'],
        }),
        launchOf('cuda', 'split_outliers_aligned_9', split_outliers$19, split_outliers$28, 256, {
          features: ['sm_80'],
        }),
        launchOf('cuda', 'split_outliers_aligned_10', split_outliers$20, split_outliers$38, 256, {
          features: ['sm_80'],
        }),
        launchOf('cuda', 'split_outliers_aligned_11', split_outliers$22, [split_outliers$39, 1, 1], 256, {
          counts: split_outliers$40,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'split_outliers_aligned_12', split_outliers$23, split_outliers$38, 256, {
          features: ['sm_80'],
        }),
        launchOf('cuda', 'split_outliers_aligned_13', split_outliers$25, split_outliers$41, 256, {
          features: ['sm_80'],
        }),
      ),
      variantOf(
        'shadow_prefill/split_outliers.sm_80.cu',
        { scratch: split_outliers$9 },
        launchOf('cuda', 'split_outliers_1', split_outliers$10, [split_outliers$42, 1, 1], 256, {
          counts: split_outliers$43,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'split_outliers_2', split_outliers$11, split_outliers$28, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'split_outliers_3', split_outliers$12, split_outliers$44, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'split_outliers_4', split_outliers$14, [split_outliers$45, 1, 1], 256, {
          counts: split_outliers$46,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'split_outliers_5', split_outliers$15, split_outliers$44, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'split_outliers_6', split_outliers$16, split_outliers$34, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'split_outliers_7', split_outliers$17, [split_outliers$47, 1, 1], 256, {
          counts: split_outliers$48,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'split_outliers_8', split_outliers$18, split_outliers$28, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'split_outliers_9', split_outliers$19, split_outliers$28, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'split_outliers_10', split_outliers$20, split_outliers$49, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'split_outliers_11', split_outliers$22, [split_outliers$50, 1, 1], 256, {
          counts: split_outliers$51,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'split_outliers_12', split_outliers$23, split_outliers$49, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'split_outliers_13', split_outliers$25, split_outliers$41, 256, { features: ['sm_80'] }),
      ),
    ],
    wgsl: [
      variantOf(
        'shadow_prefill/split_outliers_aligned_subgroups.wgsl',
        { multiples: { C: 4, O: 4 }, scratch: split_outliers$9 },
        launchOf(
          'wgsl',
          'split_outliers_aligned_1',
          split_outliers$10,
          [sizeOp('min', split_outliers$26, 65535), sizeOp('ceildiv', split_outliers$26, 65535), 1],
          256,
          { counts: split_outliers$27 },
        ),
        launchOf('wgsl', 'split_outliers_aligned_2', split_outliers$11, split_outliers$52, 256, {
          features: ['subgroups'],
        }),
        launchOf('wgsl', 'split_outliers_aligned_3', split_outliers$12, split_outliers$53, 256, {
          features: ['subgroups'],
        }),
        launchOf(
          'wgsl',
          'split_outliers_aligned_4',
          split_outliers$14,
          [sizeOp('min', split_outliers$32, 65535), sizeOp('ceildiv', split_outliers$32, 65535), 1],
          256,
          { counts: split_outliers$33 },
        ),
        launchOf('wgsl', 'split_outliers_aligned_5', split_outliers$15, split_outliers$53, 256, {
          features: ['subgroups'],
        }),
        launchOf('wgsl', 'split_outliers_aligned_6', split_outliers$16, split_outliers$54, 256, {
          features: ['subgroups'],
        }),
        launchOf(
          'wgsl',
          'split_outliers_aligned_7',
          split_outliers$17,
          [sizeOp('min', split_outliers$35, 65535), sizeOp('ceildiv', split_outliers$35, 65535), 1],
          256,
          { counts: split_outliers$36 },
        ),
        launchOf('wgsl', 'split_outliers_aligned_8', split_outliers$18, split_outliers$52, 256, {
          features: ['subgroups'],
        }),
        launchOf('wgsl', 'split_outliers_aligned_9', split_outliers$19, split_outliers$52, 256, {
          features: ['subgroups'],
        }),
        launchOf('wgsl', 'split_outliers_aligned_10', split_outliers$20, split_outliers$55, 256, {
          features: ['subgroups'],
        }),
        launchOf(
          'wgsl',
          'split_outliers_aligned_11',
          split_outliers$22,
          [sizeOp('min', split_outliers$39, 65535), sizeOp('ceildiv', split_outliers$39, 65535), 1],
          256,
          { counts: split_outliers$40 },
        ),
        launchOf('wgsl', 'split_outliers_aligned_12', split_outliers$23, split_outliers$55, 256, {
          features: ['subgroups'],
        }),
        launchOf('wgsl', 'split_outliers_aligned_13', split_outliers$25, split_outliers$56, 256, {
          features: ['subgroups'],
        }),
      ),
      variantOf(
        'shadow_prefill/split_outliers_aligned.wgsl',
        { multiples: { C: 4, O: 4 }, scratch: split_outliers$9 },
        launchOf(
          'wgsl',
          'split_outliers_aligned_1',
          split_outliers$10,
          [sizeOp('min', split_outliers$26, 65535), sizeOp('ceildiv', split_outliers$26, 65535), 1],
          256,
          { counts: split_outliers$27 },
        ),
        launchOf('wgsl', 'split_outliers_aligned_2', split_outliers$11, split_outliers$52, 256),
        launchOf('wgsl', 'split_outliers_aligned_3', split_outliers$12, split_outliers$53, 256),
        launchOf(
          'wgsl',
          'split_outliers_aligned_4',
          split_outliers$14,
          [sizeOp('min', split_outliers$32, 65535), sizeOp('ceildiv', split_outliers$32, 65535), 1],
          256,
          { counts: split_outliers$33 },
        ),
        launchOf('wgsl', 'split_outliers_aligned_5', split_outliers$15, split_outliers$53, 256),
        launchOf('wgsl', 'split_outliers_aligned_6', split_outliers$16, split_outliers$54, 256),
        launchOf(
          'wgsl',
          'split_outliers_aligned_7',
          split_outliers$17,
          [sizeOp('min', split_outliers$35, 65535), sizeOp('ceildiv', split_outliers$35, 65535), 1],
          256,
          { counts: split_outliers$36 },
        ),
        launchOf('wgsl', 'split_outliers_aligned_8', split_outliers$18, split_outliers$52, 256),
        launchOf('wgsl', 'split_outliers_aligned_9', split_outliers$19, split_outliers$52, 256),
        launchOf('wgsl', 'split_outliers_aligned_10', split_outliers$20, split_outliers$55, 256),
        launchOf(
          'wgsl',
          'split_outliers_aligned_11',
          split_outliers$22,
          [sizeOp('min', split_outliers$39, 65535), sizeOp('ceildiv', split_outliers$39, 65535), 1],
          256,
          { counts: split_outliers$40 },
        ),
        launchOf('wgsl', 'split_outliers_aligned_12', split_outliers$23, split_outliers$55, 256),
        launchOf('wgsl', 'split_outliers_aligned_13', split_outliers$25, split_outliers$56, 256),
      ),
      variantOf(
        'shadow_prefill/split_outliers_subgroups.wgsl',
        { scratch: split_outliers$9 },
        launchOf(
          'wgsl',
          'split_outliers_1',
          split_outliers$10,
          [sizeOp('min', split_outliers$42, 65535), sizeOp('ceildiv', split_outliers$42, 65535), 1],
          256,
          { counts: split_outliers$43 },
        ),
        launchOf('wgsl', 'split_outliers_2', split_outliers$11, split_outliers$52, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'split_outliers_3', split_outliers$12, split_outliers$57, 256, { features: ['subgroups'] }),
        launchOf(
          'wgsl',
          'split_outliers_4',
          split_outliers$14,
          [sizeOp('min', split_outliers$45, 65535), sizeOp('ceildiv', split_outliers$45, 65535), 1],
          256,
          { counts: split_outliers$46 },
        ),
        launchOf('wgsl', 'split_outliers_5', split_outliers$15, split_outliers$57, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'split_outliers_6', split_outliers$16, split_outliers$54, 256, { features: ['subgroups'] }),
        launchOf(
          'wgsl',
          'split_outliers_7',
          split_outliers$17,
          [sizeOp('min', split_outliers$47, 65535), sizeOp('ceildiv', split_outliers$47, 65535), 1],
          256,
          { counts: split_outliers$48 },
        ),
        launchOf('wgsl', 'split_outliers_8', split_outliers$18, split_outliers$52, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'split_outliers_9', split_outliers$19, split_outliers$52, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'split_outliers_10', split_outliers$20, split_outliers$58, 256, { features: ['subgroups'] }),
        launchOf(
          'wgsl',
          'split_outliers_11',
          split_outliers$22,
          [sizeOp('min', split_outliers$50, 65535), sizeOp('ceildiv', split_outliers$50, 65535), 1],
          256,
          { counts: split_outliers$51 },
        ),
        launchOf('wgsl', 'split_outliers_12', split_outliers$23, split_outliers$58, 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'split_outliers_13', split_outliers$25, split_outliers$56, 256, { features: ['subgroups'] }),
      ),
      variantOf(
        'shadow_prefill/split_outliers.wgsl',
        { scratch: split_outliers$9 },
        launchOf(
          'wgsl',
          'split_outliers_1',
          split_outliers$10,
          [sizeOp('min', split_outliers$42, 65535), sizeOp('ceildiv', split_outliers$42, 65535), 1],
          256,
          { counts: split_outliers$43 },
        ),
        launchOf('wgsl', 'split_outliers_2', split_outliers$11, split_outliers$52, 256),
        launchOf('wgsl', 'split_outliers_3', split_outliers$12, split_outliers$57, 256),
        launchOf(
          'wgsl',
          'split_outliers_4',
          split_outliers$14,
          [sizeOp('min', split_outliers$45, 65535), sizeOp('ceildiv', split_outliers$45, 65535), 1],
          256,
          { counts: split_outliers$46 },
        ),
        launchOf('wgsl', 'split_outliers_5', split_outliers$15, split_outliers$57, 256),
        launchOf('wgsl', 'split_outliers_6', split_outliers$16, split_outliers$54, 256),
        launchOf(
          'wgsl',
          'split_outliers_7',
          split_outliers$17,
          [sizeOp('min', split_outliers$47, 65535), sizeOp('ceildiv', split_outliers$47, 65535), 1],
          256,
          { counts: split_outliers$48 },
        ),
        launchOf('wgsl', 'split_outliers_8', split_outliers$18, split_outliers$52, 256),
        launchOf('wgsl', 'split_outliers_9', split_outliers$19, split_outliers$52, 256),
        launchOf('wgsl', 'split_outliers_10', split_outliers$20, split_outliers$58, 256),
        launchOf(
          'wgsl',
          'split_outliers_11',
          split_outliers$22,
          [sizeOp('min', split_outliers$50, 65535), sizeOp('ceildiv', split_outliers$50, 65535), 1],
          256,
          { counts: split_outliers$51 },
        ),
        launchOf('wgsl', 'split_outliers_12', split_outliers$23, split_outliers$58, 256),
        launchOf('wgsl', 'split_outliers_13', split_outliers$25, split_outliers$56, 256),
      ),
    ],
  },
};
/** Sizes of `keep_landmarks`. */
export type KeepLandmarksSizes = {
  readonly B: number;
  readonly H: number;
  readonly C: number;
  readonly D: number;
  readonly N: number;
};

export interface KeepLandmarksInputs {
  /** bf16[B, H, C, D] */
  readonly L: Input<Uint16Array>;
  /** i32<C>[B, H, N] */
  readonly kept: Input<Int32Array>;
}

export interface KeepLandmarksOutputs {
  /** bf16[B, H, N, D] */
  readonly Lk: HostTensor<Uint16Array>;
}

/**
 * The landmarks to choose from.
 *
 * From shadow_prefill.tdsl, line 33.
 */
export async function keep_landmarks(
  device: Device,
  inputs: KeepLandmarksInputs,
  options: RunOptions<KeepLandmarksSizes>,
): Promise<KeepLandmarksOutputs> {
  const outputs = await runKernel(specKeepLandmarks, device, { ...inputs }, options);
  return { Lk: outputTensor(outputs, 'Lk', Uint16Array) };
}

/** `keep_landmarks` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareKeepLandmarks(
  device: Device,
  sizes: KeepLandmarksSizes,
  options: LoadOptions,
): Promise<Prepared<'L' | 'kept' | 'Lk', KeepLandmarksSizes>> {
  return prepareKernel(specKeepLandmarks, device, sizes, options);
}

const keep_landmarks$1: SizeExpr = sizeOp('mul', 'B', 'C', 'D', 'H');
const keep_landmarks$2: SizeExpr = sizeOp('mul', 'B', 'D', 'H', 'N');
const keep_landmarks$3: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'L', 'u16', keep_landmarks$1),
    bufferArg('read', 'kept', 'i32', sizeOp('mul', 'B', 'H', 'N')),
    bufferArg('write', 'Lk', 'u16', keep_landmarks$2),
  ],
  'B',
  'H',
  'C',
  'D',
  'N',
);
const keep_landmarks$4: SizeExpr = sizeOp(
  'floordiv',
  sizeOp('add', sizeOp('mul', 'B', 'H', sizeOp('floordiv', 'D', 8), sizeOp('floordiv', 'N', 4)), 63),
  64,
);
const keep_landmarks$5: SizeExpr = sizeOp('mul', 256, keep_landmarks$4);
const keep_landmarks$6: SizeExpr = sizeOp('floordiv', sizeOp('add', keep_landmarks$2, 255), 256);
const keep_landmarks$7: SizeExpr = sizeOp('mul', 256, keep_landmarks$6);
const keep_landmarks$8: SizeExpr = sizeOp('ceildiv', keep_landmarks$2, 2);
const specKeepLandmarks: KernelSpec = {
  name: 'keep_landmarks',
  sizes: [{ name: 'B' }, { name: 'H' }, { name: 'C' }, { name: 'D' }, { name: 'N' }],
  inputs: [tensorOf('L', 'bf16', ['B', 'H', 'C', 'D']), tensorOf('kept', 'i32', ['B', 'H', 'N'], { limit: 'C' })],
  outputs: [tensorOf('Lk', 'bf16', ['B', 'H', 'N', 'D'])],
  facts: [],
  targets: {
    cpu: [
      variantOf(
        'shadow_prefill/keep_landmarks.js',
        {},
        launchOf('cpu', 'keep_landmarks', keep_landmarks$3, ['D', 'N', sizeOp('mul', 'B', 'H')], 1),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'shadow_prefill/keep_landmarks_aligned.sm_80.cu',
        { multiples: { D: 8, N: 4 } },
        launchOf('cuda', 'keep_landmarks_aligned', keep_landmarks$3, [keep_landmarks$4, 1, 1], 256, {
          counts: keep_landmarks$5,
          features: ['sm_80'],
        }),
      ),
      variantOf(
        'shadow_prefill/keep_landmarks.sm_80.cu',
        {},
        launchOf('cuda', 'keep_landmarks', keep_landmarks$3, [keep_landmarks$6, 1, 1], 256, {
          counts: keep_landmarks$7,
          features: ['sm_80'],
        }),
      ),
    ],
    wgsl: [
      variantOf(
        'shadow_prefill/keep_landmarks_aligned.wgsl',
        { multiples: { D: 8, N: 4 } },
        launchOf(
          'wgsl',
          'keep_landmarks_aligned',
          argsOf(
            [
              bufferArg('read', 'L', 'u32', sizeOp('ceildiv', keep_landmarks$1, 2)),
              bufferArg('read', 'kept', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg('write', 'Lk', 'u32', keep_landmarks$8),
            ],
            'B',
            'H',
            'C',
            'D',
            'N',
          ),
          [sizeOp('min', keep_landmarks$4, 65535), sizeOp('ceildiv', keep_landmarks$4, 65535), 1],
          256,
          { counts: keep_landmarks$5 },
        ),
      ),
      variantOf(
        'shadow_prefill/keep_landmarks.wgsl',
        {},
        launchOf(
          'wgsl',
          'keep_landmarks',
          argsOf(
            [
              bufferArg('read', 'L', 'u32', sizeOp('ceildiv', keep_landmarks$1, 2)),
              bufferArg('read', 'kept', 'i32', sizeOp('mul', 'B', 'H', 'N')),
              bufferArg('readwrite', 'Lk', 'u32', keep_landmarks$8),
            ],
            'B',
            'H',
            'C',
            'D',
            'N',
          ),
          [sizeOp('min', keep_landmarks$6, 65535), sizeOp('ceildiv', keep_landmarks$6, 65535), 1],
          256,
          { counts: keep_landmarks$7 },
        ),
      ),
    ],
  },
};
/** Sizes of `project`. */
export type ProjectSizes = {
  readonly B: number;
  readonly H: number;
  readonly S: number;
  readonly D: number;
  readonly R: number;
};

export interface ProjectInputs {
  /** bf16[B, H, S, D] */
  readonly K: Input<Uint16Array>;
  /** bf16[B, H, D, R] */
  readonly basis: Input<Uint16Array>;
}

export interface ProjectOutputs {
  /** bf16[B, S, R] */
  readonly U: HostTensor<Uint16Array>;
}

/**
 * Keys of all heads of a token, before RoPE, in the coordinates of R orthonormal directions.
 *
 * From shadow_prefill.tdsl, line 41.
 */
export async function project(
  device: Device,
  inputs: ProjectInputs,
  options: RunOptions<ProjectSizes>,
): Promise<ProjectOutputs> {
  const outputs = await runKernel(specProject, device, { ...inputs }, options);
  return { U: outputTensor(outputs, 'U', Uint16Array) };
}

/** `project` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareProject(
  device: Device,
  sizes: ProjectSizes,
  options: LoadOptions,
): Promise<Prepared<'K' | 'basis' | 'U', ProjectSizes>> {
  return prepareKernel(specProject, device, sizes, options);
}

const project$1: SizeExpr = sizeOp('mul', 'B', 'D', 'H', 'S');
const project$2: SizeExpr = sizeOp('mul', 'B', 'D', 'H', 'R');
const project$3: SizeExpr = sizeOp('mul', 'B', 'R', 'S');
const project$4: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'K', 'u16', project$1),
    bufferArg('read', 'basis', 'u16', project$2),
    bufferArg('write', 'U', 'u16', project$3),
  ],
  'B',
  'H',
  'S',
  'D',
  'R',
);
const project$5: SizeExpr = sizeOp('floordiv', sizeOp('add', 'R', 56), 64);
const project$6: SizeExpr = sizeOp('mul', 'B', 'S', project$5);
const project$7: SizeExpr = sizeOp('floordiv', sizeOp('add', 'R', 63), 64);
const project$8: SizeExpr = sizeOp('mul', 'B', 'S', project$7);
const project$9: SizeExpr = sizeOp('floordiv', sizeOp('add', 'S', 127), 128);
const project$10: SizeExpr = sizeOp('ceildiv', project$3, 2);
const project$11: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'K', 'u32', sizeOp('ceildiv', project$1, 2)),
    bufferArg('read', 'basis', 'u32', sizeOp('ceildiv', project$2, 2)),
    bufferArg('write', 'U', 'u32', project$10),
  ],
  'B',
  'H',
  'S',
  'D',
  'R',
);
const project$12: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'K', 'u32', sizeOp('ceildiv', project$1, 2)),
    bufferArg('read', 'basis', 'u32', sizeOp('ceildiv', project$2, 2)),
    bufferArg('readwrite', 'U', 'u32', project$10),
  ],
  'B',
  'H',
  'S',
  'D',
  'R',
);
const project$13: SizeExpr = sizeOp('floordiv', sizeOp('add', 'S', 63), 64);
const project$14: SizeExpr = sizeOp('mul', 'B', project$5, project$13);
const project$15: SizeExpr = sizeOp('mul', 'B', project$7, project$13);
const specProject: KernelSpec = {
  name: 'project',
  sizes: [{ name: 'B' }, { name: 'H' }, { name: 'S' }, { name: 'D' }, { name: 'R' }],
  inputs: [tensorOf('K', 'bf16', ['B', 'H', 'S', 'D']), tensorOf('basis', 'bf16', ['B', 'H', 'D', 'R'])],
  outputs: [tensorOf('U', 'bf16', ['B', 'S', 'R'])],
  facts: [],
  targets: {
    cpu: [
      variantOf(
        'shadow_prefill/project.js',
        {},
        launchOf(
          'cpu',
          'project',
          project$4,
          [sizeOp('floordiv', sizeOp('add', 'R', 3), 4), sizeOp('floordiv', sizeOp('add', 'S', 3), 4), 'B'],
          1,
        ),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'shadow_prefill/project_thin_aligned.sm_80.cu',
        { multiples: { D: 8, R: 8 }, atMost: { S: 4 } },
        launchOf('cuda', 'project_thin_aligned', project$4, [project$6, 1, 1], 256, { features: ['sm_80'] }),
      ),
      variantOf(
        'shadow_prefill/project_thin.sm_80.cu',
        { atMost: { S: 4 } },
        launchOf('cuda', 'project_thin', project$4, [project$8, 1, 1], 256, { features: ['sm_80'] }),
      ),
      variantOf(
        'shadow_prefill/project_aligned.sm_80.cu',
        { multiples: { D: 8, R: 8 } },
        launchOf(
          'cuda',
          'project_aligned',
          project$4,
          [sizeOp('mul', 'B', sizeOp('floordiv', sizeOp('add', 'R', 120), 128), project$9), 1, 1],
          256,
          { sharedBytes: 65536, features: ['sm_80'] },
        ),
      ),
      variantOf(
        'shadow_prefill/project.sm_80.cu',
        {},
        launchOf(
          'cuda',
          'project',
          project$4,
          [sizeOp('mul', 'B', sizeOp('floordiv', sizeOp('add', 'R', 127), 128), project$9), 1, 1],
          256,
          { features: ['sm_80'] },
        ),
      ),
    ],
    wgsl: [
      variantOf(
        'shadow_prefill/project_thin_aligned.wgsl',
        { multiples: { D: 8, R: 8 }, atMost: { S: 4 } },
        launchOf(
          'wgsl',
          'project_thin_aligned',
          project$11,
          [sizeOp('min', project$6, 65535), sizeOp('ceildiv', project$6, 65535), 1],
          256,
        ),
      ),
      variantOf(
        'shadow_prefill/project_thin.wgsl',
        { atMost: { S: 4 } },
        launchOf(
          'wgsl',
          'project_thin',
          project$12,
          [sizeOp('min', project$8, 65535), sizeOp('ceildiv', project$8, 65535), 1],
          256,
        ),
      ),
      variantOf(
        'shadow_prefill/project_aligned.wgsl',
        { multiples: { D: 8, R: 8 } },
        launchOf(
          'wgsl',
          'project_aligned',
          project$11,
          [sizeOp('min', project$14, 65535), sizeOp('ceildiv', project$14, 65535), 1],
          256,
        ),
      ),
      variantOf(
        'shadow_prefill/project.wgsl',
        {},
        launchOf(
          'wgsl',
          'project',
          project$12,
          [sizeOp('min', project$15, 65535), sizeOp('ceildiv', project$15, 65535), 1],
          256,
        ),
      ),
    ],
  },
};
/** Sizes of `gather_chunks`. */
export type GatherChunksSizes = {
  readonly J: number;
  readonly B: number;
  readonly H: number;
  readonly C: number;
  readonly D: number;
  readonly T: number;
};

export interface GatherChunksInputs {
  /** bf16[B, H, C*J, D] */
  readonly X: Input<Uint16Array>;
  /** i32<C>[B, H, T] */
  readonly at: Input<Int32Array>;
}

export interface GatherChunksOutputs {
  /** bf16[B, H, T, J, D] */
  readonly Y: HostTensor<Uint16Array>;
}

/**
 * Whole chunks of keys or values, each at its place: the outliers, and what the slots hold at first.
 *
 * From shadow_prefill.tdsl, line 49.
 */
export async function gather_chunks(
  device: Device,
  inputs: GatherChunksInputs,
  options: RunOptions<GatherChunksSizes>,
): Promise<GatherChunksOutputs> {
  const outputs = await runKernel(specGatherChunks, device, { ...inputs }, options);
  return { Y: outputTensor(outputs, 'Y', Uint16Array) };
}

/** `gather_chunks` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareGatherChunks(
  device: Device,
  sizes: GatherChunksSizes,
  options: LoadOptions,
): Promise<Prepared<'X' | 'at' | 'Y', GatherChunksSizes>> {
  return prepareKernel(specGatherChunks, device, sizes, options);
}

const gather_chunks$1: SizeExpr = sizeOp('mul', 'B', 'C', 'D', 'H', 'J');
const gather_chunks$2: SizeExpr = sizeOp('mul', 'B', 'H', 'T');
const gather_chunks$3: SizeExpr = sizeOp('mul', 'B', 'D', 'H', 'J', 'T');
const gather_chunks$4: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u16', gather_chunks$1),
    bufferArg('read', 'at', 'i32', gather_chunks$2),
    bufferArg('write', 'Y', 'u16', gather_chunks$3),
  ],
  'J',
  'B',
  'H',
  'C',
  'D',
  'T',
);
const gather_chunks$5: SizeExpr = sizeOp(
  'floordiv',
  sizeOp('add', sizeOp('mul', 'B', 'H', 'J', sizeOp('floordiv', 'D', 8), sizeOp('floordiv', 'T', 4)), 63),
  64,
);
const gather_chunks$6: SizeExpr = sizeOp('mul', 256, gather_chunks$5);
const gather_chunks$7: SizeExpr = sizeOp('floordiv', sizeOp('add', gather_chunks$3, 255), 256);
const gather_chunks$8: SizeExpr = sizeOp('mul', 256, gather_chunks$7);
const gather_chunks$9: SizeExpr = sizeOp('ceildiv', gather_chunks$3, 2);
const specGatherChunks: KernelSpec = {
  name: 'gather_chunks',
  sizes: [{ name: 'J' }, { name: 'B' }, { name: 'H' }, { name: 'C' }, { name: 'D' }, { name: 'T' }],
  inputs: [
    tensorOf('X', 'bf16', ['B', 'H', sizeOp('mul', 'C', 'J'), 'D']),
    tensorOf('at', 'i32', ['B', 'H', 'T'], { limit: 'C' }),
  ],
  outputs: [tensorOf('Y', 'bf16', ['B', 'H', 'T', 'J', 'D'])],
  facts: [],
  targets: {
    cpu: [
      variantOf(
        'shadow_prefill/gather_chunks.js',
        {},
        launchOf('cpu', 'gather_chunks', gather_chunks$4, ['D', 'J', gather_chunks$2], 1),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'shadow_prefill/gather_chunks_aligned.sm_80.cu',
        { multiples: { D: 8, T: 4 } },
        launchOf('cuda', 'gather_chunks_aligned', gather_chunks$4, [gather_chunks$5, 1, 1], 256, {
          counts: gather_chunks$6,
          features: ['sm_80'],
        }),
      ),
      variantOf(
        'shadow_prefill/gather_chunks.sm_80.cu',
        {},
        launchOf('cuda', 'gather_chunks', gather_chunks$4, [gather_chunks$7, 1, 1], 256, {
          counts: gather_chunks$8,
          features: ['sm_80'],
        }),
      ),
    ],
    wgsl: [
      variantOf(
        'shadow_prefill/gather_chunks_aligned.wgsl',
        { multiples: { D: 8, T: 4 } },
        launchOf(
          'wgsl',
          'gather_chunks_aligned',
          argsOf(
            [
              bufferArg('read', 'X', 'u32', sizeOp('ceildiv', gather_chunks$1, 2)),
              bufferArg('read', 'at', 'i32', gather_chunks$2),
              bufferArg('write', 'Y', 'u32', gather_chunks$9),
            ],
            'J',
            'B',
            'H',
            'C',
            'D',
            'T',
          ),
          [sizeOp('min', gather_chunks$5, 65535), sizeOp('ceildiv', gather_chunks$5, 65535), 1],
          256,
          { counts: gather_chunks$6 },
        ),
      ),
      variantOf(
        'shadow_prefill/gather_chunks.wgsl',
        {},
        launchOf(
          'wgsl',
          'gather_chunks',
          argsOf(
            [
              bufferArg('read', 'X', 'u32', sizeOp('ceildiv', gather_chunks$1, 2)),
              bufferArg('read', 'at', 'i32', gather_chunks$2),
              bufferArg('readwrite', 'Y', 'u32', gather_chunks$9),
            ],
            'J',
            'B',
            'H',
            'C',
            'D',
            'T',
          ),
          [sizeOp('min', gather_chunks$7, 65535), sizeOp('ceildiv', gather_chunks$7, 65535), 1],
          256,
          { counts: gather_chunks$8 },
        ),
      ),
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

// Made from mobilenet_v2.tdsl by tdsl compile. Change the source and compile again; edits here are lost.
// Checksum of the lines below: 48cb5ea0
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
/** Sizes of `mobilenet_v2_stem`. */
export type MobilenetV2StemSizes = { readonly C: number; readonly H: number; readonly W: number; readonly K: number };

export interface MobilenetV2StemInputs {
  /** i8[C, H, W] */
  readonly A: Input<Int8Array>;
  /** i8[K, C, 3, 3] */
  readonly B: Input<Int8Array>;
}

export interface MobilenetV2StemOutputs {
  /** i32[K, (H + 1) / 2, (W + 1) / 2] */
  readonly O: HostTensor<Int32Array>;
}

/**
 * The first layer: 3x3, every second position of a padded picture.
 *
 * From mobilenet_v2.tdsl, line 7.
 */
export async function mobilenet_v2_stem(
  device: Device,
  inputs: MobilenetV2StemInputs,
  options: RunOptions<MobilenetV2StemSizes>,
): Promise<MobilenetV2StemOutputs> {
  const outputs = await runKernel(specMobilenetV2Stem, device, { ...inputs }, options);
  return { O: outputTensor(outputs, 'O', Int32Array) };
}

/** `mobilenet_v2_stem` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareMobilenetV2Stem(
  device: Device,
  sizes: MobilenetV2StemSizes,
  options: LoadOptions,
): Promise<Prepared<'A' | 'B' | 'O', MobilenetV2StemSizes>> {
  return prepareKernel(specMobilenetV2Stem, device, sizes, options);
}

const mobilenet_v2_stem$1: SizeExpr = sizeOp('floordiv', sizeOp('add', 'H', 1), 2);
const mobilenet_v2_stem$2: SizeExpr = sizeOp('floordiv', sizeOp('add', 'W', 1), 2);
const mobilenet_v2_stem$3: SizeExpr = sizeOp('mul', 'C', 'H', 'W');
const mobilenet_v2_stem$4: SizeExpr = sizeOp('mul', 9, 'C', 'K');
const mobilenet_v2_stem$5: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'A', 'i8', mobilenet_v2_stem$3),
    bufferArg('read', 'B', 'i8', mobilenet_v2_stem$4),
    bufferArg('write', 'O', 'i32', sizeOp('mul', 'K', mobilenet_v2_stem$1, mobilenet_v2_stem$2)),
  ],
  'C',
  'H',
  'W',
  'K',
);
const mobilenet_v2_stem$6: SizeExpr = sizeOp(
  'mul',
  'K',
  mobilenet_v2_stem$1,
  sizeOp('floordiv', sizeOp('add', 'W', 240), 256),
);
const mobilenet_v2_stem$7: SizeExpr = sizeOp(
  'mul',
  'K',
  mobilenet_v2_stem$1,
  sizeOp('floordiv', sizeOp('add', 'W', 255), 256),
);
const mobilenet_v2_stem$8: SizeExpr = sizeOp('floordiv', sizeOp('add', 'K', 63), 64);
const mobilenet_v2_stem$9: SizeExpr = sizeOp(
  'mul',
  mobilenet_v2_stem$1,
  mobilenet_v2_stem$8,
  sizeOp('floordiv', sizeOp('add', 'W', 112), 128),
);
const mobilenet_v2_stem$10: SizeExpr = sizeOp(
  'mul',
  mobilenet_v2_stem$1,
  mobilenet_v2_stem$8,
  sizeOp('floordiv', sizeOp('add', 'W', 127), 128),
);
const mobilenet_v2_stem$11: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'A', 'u32', sizeOp('ceildiv', mobilenet_v2_stem$3, 4)),
    bufferArg('read', 'B', 'u32', sizeOp('ceildiv', mobilenet_v2_stem$4, 4)),
    bufferArg('write', 'O', 'i32', sizeOp('mul', 'K', mobilenet_v2_stem$1, mobilenet_v2_stem$2)),
  ],
  'C',
  'H',
  'W',
  'K',
);
const specMobilenetV2Stem: KernelSpec = {
  name: 'mobilenet_v2_stem',
  sizes: [{ name: 'C' }, { name: 'H' }, { name: 'W' }, { name: 'K' }],
  inputs: [tensorOf('A', 'i8', ['C', 'H', 'W']), tensorOf('B', 'i8', ['K', 'C', 3, 3])],
  outputs: [tensorOf('O', 'i32', ['K', mobilenet_v2_stem$1, mobilenet_v2_stem$2])],
  facts: [],
  targets: {
    cpu: [
      variantOf(
        'mobilenet_v2/mobilenet_v2_stem.js',
        {},
        launchOf(
          'cpu',
          'mobilenet_v2_stem',
          mobilenet_v2_stem$5,
          [
            sizeOp('floordiv', sizeOp('add', 'W', 7), 8),
            mobilenet_v2_stem$1,
            sizeOp('floordiv', sizeOp('add', 'K', 3), 4),
          ],
          1,
        ),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'mobilenet_v2/mobilenet_v2_stem_thin_aligned.sm_80.cu',
        { multiples: { W: 16 }, atMost: { K: 4 } },
        launchOf('cuda', 'mobilenet_v2_stem_thin_aligned', mobilenet_v2_stem$5, [mobilenet_v2_stem$6, 1, 1], 256, {
          features: ['sm_80'],
        }),
      ),
      variantOf(
        'mobilenet_v2/mobilenet_v2_stem_thin.sm_80.cu',
        { atMost: { K: 4 } },
        launchOf('cuda', 'mobilenet_v2_stem_thin', mobilenet_v2_stem$5, [mobilenet_v2_stem$7, 1, 1], 256, {
          features: ['sm_80'],
        }),
      ),
      variantOf(
        'mobilenet_v2/mobilenet_v2_stem_aligned.sm_80.cu',
        { multiples: { W: 16 } },
        launchOf('cuda', 'mobilenet_v2_stem_aligned', mobilenet_v2_stem$5, [mobilenet_v2_stem$9, 1, 1], 256, {
          features: ['sm_80'],
        }),
      ),
      variantOf(
        'mobilenet_v2/mobilenet_v2_stem.sm_80.cu',
        {},
        launchOf('cuda', 'mobilenet_v2_stem', mobilenet_v2_stem$5, [mobilenet_v2_stem$10, 1, 1], 256, {
          features: ['sm_80'],
        }),
      ),
    ],
    wgsl: [
      variantOf(
        'mobilenet_v2/mobilenet_v2_stem_thin_aligned.wgsl',
        { multiples: { W: 16 }, atMost: { K: 4 } },
        launchOf(
          'wgsl',
          'mobilenet_v2_stem_thin_aligned',
          mobilenet_v2_stem$11,
          [sizeOp('min', mobilenet_v2_stem$6, 65535), sizeOp('ceildiv', mobilenet_v2_stem$6, 65535), 1],
          256,
        ),
      ),
      variantOf(
        'mobilenet_v2/mobilenet_v2_stem_thin.wgsl',
        { atMost: { K: 4 } },
        launchOf(
          'wgsl',
          'mobilenet_v2_stem_thin',
          mobilenet_v2_stem$11,
          [sizeOp('min', mobilenet_v2_stem$7, 65535), sizeOp('ceildiv', mobilenet_v2_stem$7, 65535), 1],
          256,
        ),
      ),
      variantOf(
        'mobilenet_v2/mobilenet_v2_stem_aligned.wgsl',
        { multiples: { W: 16 } },
        launchOf(
          'wgsl',
          'mobilenet_v2_stem_aligned',
          mobilenet_v2_stem$11,
          [sizeOp('min', mobilenet_v2_stem$9, 65535), sizeOp('ceildiv', mobilenet_v2_stem$9, 65535), 1],
          256,
        ),
      ),
      variantOf(
        'mobilenet_v2/mobilenet_v2_stem.wgsl',
        {},
        launchOf(
          'wgsl',
          'mobilenet_v2_stem',
          mobilenet_v2_stem$11,
          [sizeOp('min', mobilenet_v2_stem$10, 65535), sizeOp('ceildiv', mobilenet_v2_stem$10, 65535), 1],
          256,
        ),
      ),
    ],
  },
};
/** Sizes of `mobilenet_v2_pointwise`. */
export type MobilenetV2PointwiseSizes = {
  readonly C: number;
  readonly H: number;
  readonly W: number;
  readonly K: number;
};

export interface MobilenetV2PointwiseInputs {
  /** i8[C, H, W] */
  readonly A: Input<Int8Array>;
  /** i8[K, C] */
  readonly B: Input<Int8Array>;
}

export interface MobilenetV2PointwiseOutputs {
  /** i32[K, H, W] */
  readonly O: HostTensor<Int32Array>;
}

/**
 * 1x1: expansion and projection.
 *
 * From mobilenet_v2.tdsl, line 46.
 */
export async function mobilenet_v2_pointwise(
  device: Device,
  inputs: MobilenetV2PointwiseInputs,
  options: RunOptions<MobilenetV2PointwiseSizes>,
): Promise<MobilenetV2PointwiseOutputs> {
  const outputs = await runKernel(specMobilenetV2Pointwise, device, { ...inputs }, options);
  return { O: outputTensor(outputs, 'O', Int32Array) };
}

/** `mobilenet_v2_pointwise` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareMobilenetV2Pointwise(
  device: Device,
  sizes: MobilenetV2PointwiseSizes,
  options: LoadOptions,
): Promise<Prepared<'A' | 'B' | 'O', MobilenetV2PointwiseSizes>> {
  return prepareKernel(specMobilenetV2Pointwise, device, sizes, options);
}

const mobilenet_v2_pointwise$1: SizeExpr = sizeOp('mul', 'C', 'H', 'W');
const mobilenet_v2_pointwise$2: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'A', 'i8', mobilenet_v2_pointwise$1),
    bufferArg('read', 'B', 'i8', sizeOp('mul', 'C', 'K')),
    bufferArg('write', 'O', 'i32', sizeOp('mul', 'H', 'K', 'W')),
  ],
  'C',
  'H',
  'W',
  'K',
);
const mobilenet_v2_pointwise$3: SizeExpr = sizeOp('mul', 'H', 'K', sizeOp('floordiv', sizeOp('add', 'W', 112), 128));
const mobilenet_v2_pointwise$4: SizeExpr = sizeOp('mul', 'H', 'K', sizeOp('floordiv', sizeOp('add', 'W', 127), 128));
const mobilenet_v2_pointwise$5: SizeExpr = sizeOp('floordiv', sizeOp('add', 'K', 63), 64);
const mobilenet_v2_pointwise$6: SizeExpr = sizeOp(
  'mul',
  'H',
  mobilenet_v2_pointwise$5,
  sizeOp('floordiv', sizeOp('add', 'W', 48), 64),
);
const mobilenet_v2_pointwise$7: SizeExpr = sizeOp(
  'mul',
  'H',
  mobilenet_v2_pointwise$5,
  sizeOp('floordiv', sizeOp('add', 'W', 63), 64),
);
const mobilenet_v2_pointwise$8: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'A', 'u32', sizeOp('ceildiv', mobilenet_v2_pointwise$1, 4)),
    bufferArg('read', 'B', 'u32', sizeOp('ceildiv', sizeOp('mul', 'C', 'K'), 4)),
    bufferArg('write', 'O', 'i32', sizeOp('mul', 'H', 'K', 'W')),
  ],
  'C',
  'H',
  'W',
  'K',
);
const specMobilenetV2Pointwise: KernelSpec = {
  name: 'mobilenet_v2_pointwise',
  sizes: [{ name: 'C' }, { name: 'H' }, { name: 'W' }, { name: 'K' }],
  inputs: [tensorOf('A', 'i8', ['C', 'H', 'W']), tensorOf('B', 'i8', ['K', 'C'])],
  outputs: [tensorOf('O', 'i32', ['K', 'H', 'W'])],
  facts: [],
  targets: {
    cpu: [
      variantOf(
        'mobilenet_v2/mobilenet_v2_pointwise.js',
        {},
        launchOf(
          'cpu',
          'mobilenet_v2_pointwise',
          mobilenet_v2_pointwise$2,
          [sizeOp('floordiv', sizeOp('add', 'W', 3), 4), 'H', sizeOp('floordiv', sizeOp('add', 'K', 3), 4)],
          1,
        ),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'mobilenet_v2/mobilenet_v2_pointwise_thin_aligned.sm_80.cu',
        { multiples: { W: 16, C: 16 }, atMost: { K: 4 } },
        launchOf(
          'cuda',
          'mobilenet_v2_pointwise_thin_aligned',
          mobilenet_v2_pointwise$2,
          [mobilenet_v2_pointwise$3, 1, 1],
          256,
          { features: ['sm_80'] },
        ),
      ),
      variantOf(
        'mobilenet_v2/mobilenet_v2_pointwise_thin.sm_80.cu',
        { atMost: { K: 4 } },
        launchOf(
          'cuda',
          'mobilenet_v2_pointwise_thin',
          mobilenet_v2_pointwise$2,
          [mobilenet_v2_pointwise$4, 1, 1],
          256,
          { features: ['sm_80'] },
        ),
      ),
      variantOf(
        'mobilenet_v2/mobilenet_v2_pointwise_aligned.sm_80.cu',
        { multiples: { W: 16, C: 16 } },
        launchOf(
          'cuda',
          'mobilenet_v2_pointwise_aligned',
          mobilenet_v2_pointwise$2,
          [mobilenet_v2_pointwise$6, 1, 1],
          256,
          { features: ['sm_80'] },
        ),
      ),
      variantOf(
        'mobilenet_v2/mobilenet_v2_pointwise.sm_80.cu',
        {},
        launchOf('cuda', 'mobilenet_v2_pointwise', mobilenet_v2_pointwise$2, [mobilenet_v2_pointwise$7, 1, 1], 256, {
          features: ['sm_80'],
        }),
      ),
    ],
    wgsl: [
      variantOf(
        'mobilenet_v2/mobilenet_v2_pointwise_thin_aligned.wgsl',
        { multiples: { W: 16, C: 16 }, atMost: { K: 4 } },
        launchOf(
          'wgsl',
          'mobilenet_v2_pointwise_thin_aligned',
          mobilenet_v2_pointwise$8,
          [sizeOp('min', mobilenet_v2_pointwise$3, 65535), sizeOp('ceildiv', mobilenet_v2_pointwise$3, 65535), 1],
          256,
        ),
      ),
      variantOf(
        'mobilenet_v2/mobilenet_v2_pointwise_thin.wgsl',
        { atMost: { K: 4 } },
        launchOf(
          'wgsl',
          'mobilenet_v2_pointwise_thin',
          mobilenet_v2_pointwise$8,
          [sizeOp('min', mobilenet_v2_pointwise$4, 65535), sizeOp('ceildiv', mobilenet_v2_pointwise$4, 65535), 1],
          256,
        ),
      ),
      variantOf(
        'mobilenet_v2/mobilenet_v2_pointwise_aligned.wgsl',
        { multiples: { W: 16, C: 16 } },
        launchOf(
          'wgsl',
          'mobilenet_v2_pointwise_aligned',
          mobilenet_v2_pointwise$8,
          [sizeOp('min', mobilenet_v2_pointwise$6, 65535), sizeOp('ceildiv', mobilenet_v2_pointwise$6, 65535), 1],
          256,
        ),
      ),
      variantOf(
        'mobilenet_v2/mobilenet_v2_pointwise.wgsl',
        {},
        launchOf(
          'wgsl',
          'mobilenet_v2_pointwise',
          mobilenet_v2_pointwise$8,
          [sizeOp('min', mobilenet_v2_pointwise$7, 65535), sizeOp('ceildiv', mobilenet_v2_pointwise$7, 65535), 1],
          256,
        ),
      ),
    ],
  },
};
/** Sizes of `mobilenet_v2_depthwise`. */
export type MobilenetV2DepthwiseSizes = { readonly C: number; readonly H: number; readonly W: number };

export interface MobilenetV2DepthwiseInputs {
  /** i8[C, H, W] */
  readonly A: Input<Int8Array>;
  /** i8[C, 3, 3] */
  readonly B: Input<Int8Array>;
}

export interface MobilenetV2DepthwiseOutputs {
  /** i32[C, H, W] */
  readonly O: HostTensor<Int32Array>;
}

/**
 * 3x3 for each channel, padded by one.
 *
 * From mobilenet_v2.tdsl, line 64.
 */
export async function mobilenet_v2_depthwise(
  device: Device,
  inputs: MobilenetV2DepthwiseInputs,
  options: RunOptions<MobilenetV2DepthwiseSizes>,
): Promise<MobilenetV2DepthwiseOutputs> {
  const outputs = await runKernel(specMobilenetV2Depthwise, device, { ...inputs }, options);
  return { O: outputTensor(outputs, 'O', Int32Array) };
}

/** `mobilenet_v2_depthwise` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareMobilenetV2Depthwise(
  device: Device,
  sizes: MobilenetV2DepthwiseSizes,
  options: LoadOptions,
): Promise<Prepared<'A' | 'B' | 'O', MobilenetV2DepthwiseSizes>> {
  return prepareKernel(specMobilenetV2Depthwise, device, sizes, options);
}

const mobilenet_v2_depthwise$1: SizeExpr = sizeOp('mul', 'C', 'H', 'W');
const mobilenet_v2_depthwise$2: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'A', 'i8', mobilenet_v2_depthwise$1),
    bufferArg('read', 'B', 'i8', sizeOp('mul', 9, 'C')),
    bufferArg('write', 'O', 'i32', mobilenet_v2_depthwise$1),
  ],
  'C',
  'H',
  'W',
);
const mobilenet_v2_depthwise$3: SizeExpr = sizeOp(
  'floordiv',
  sizeOp('add', sizeOp('mul', 'C', 'H', sizeOp('floordiv', 'W', 16)), 63),
  64,
);
const mobilenet_v2_depthwise$4: SizeExpr = sizeOp('mul', 256, mobilenet_v2_depthwise$3);
const mobilenet_v2_depthwise$5: SizeExpr = sizeOp('floordiv', sizeOp('add', mobilenet_v2_depthwise$1, 255), 256);
const mobilenet_v2_depthwise$6: SizeExpr = sizeOp('mul', 256, mobilenet_v2_depthwise$5);
const mobilenet_v2_depthwise$7: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'A', 'u32', sizeOp('ceildiv', mobilenet_v2_depthwise$1, 4)),
    bufferArg('read', 'B', 'u32', sizeOp('ceildiv', sizeOp('mul', 9, 'C'), 4)),
    bufferArg('write', 'O', 'i32', mobilenet_v2_depthwise$1),
  ],
  'C',
  'H',
  'W',
);
const specMobilenetV2Depthwise: KernelSpec = {
  name: 'mobilenet_v2_depthwise',
  sizes: [{ name: 'C' }, { name: 'H' }, { name: 'W' }],
  inputs: [tensorOf('A', 'i8', ['C', 'H', 'W']), tensorOf('B', 'i8', ['C', 3, 3])],
  outputs: [tensorOf('O', 'i32', ['C', 'H', 'W'])],
  facts: [],
  targets: {
    cpu: [
      variantOf(
        'mobilenet_v2/mobilenet_v2_depthwise.js',
        {},
        launchOf('cpu', 'mobilenet_v2_depthwise', mobilenet_v2_depthwise$2, ['W', 'H', 'C'], 1),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'mobilenet_v2/mobilenet_v2_depthwise_aligned.sm_80.cu',
        { multiples: { W: 16 } },
        launchOf(
          'cuda',
          'mobilenet_v2_depthwise_aligned',
          mobilenet_v2_depthwise$2,
          [mobilenet_v2_depthwise$3, 1, 1],
          256,
          { counts: mobilenet_v2_depthwise$4, features: ['sm_80'] },
        ),
      ),
      variantOf(
        'mobilenet_v2/mobilenet_v2_depthwise.sm_80.cu',
        {},
        launchOf('cuda', 'mobilenet_v2_depthwise', mobilenet_v2_depthwise$2, [mobilenet_v2_depthwise$5, 1, 1], 256, {
          counts: mobilenet_v2_depthwise$6,
          features: ['sm_80'],
        }),
      ),
    ],
    wgsl: [
      variantOf(
        'mobilenet_v2/mobilenet_v2_depthwise_aligned.wgsl',
        { multiples: { W: 16 } },
        launchOf(
          'wgsl',
          'mobilenet_v2_depthwise_aligned',
          mobilenet_v2_depthwise$7,
          [sizeOp('min', mobilenet_v2_depthwise$3, 65535), sizeOp('ceildiv', mobilenet_v2_depthwise$3, 65535), 1],
          256,
          { counts: mobilenet_v2_depthwise$4 },
        ),
      ),
      variantOf(
        'mobilenet_v2/mobilenet_v2_depthwise.wgsl',
        {},
        launchOf(
          'wgsl',
          'mobilenet_v2_depthwise',
          mobilenet_v2_depthwise$7,
          [sizeOp('min', mobilenet_v2_depthwise$5, 65535), sizeOp('ceildiv', mobilenet_v2_depthwise$5, 65535), 1],
          256,
          { counts: mobilenet_v2_depthwise$6 },
        ),
      ),
    ],
  },
};
/** Sizes of `mobilenet_v2_depthwise_strided`. */
export type MobilenetV2DepthwiseStridedSizes = { readonly C: number; readonly H: number; readonly W: number };

export interface MobilenetV2DepthwiseStridedInputs {
  /** i8[C, H, W] */
  readonly A: Input<Int8Array>;
  /** i8[C, 3, 3] */
  readonly B: Input<Int8Array>;
}

export interface MobilenetV2DepthwiseStridedOutputs {
  /** i32[C, (H + 1) / 2, (W + 1) / 2] */
  readonly O: HostTensor<Int32Array>;
}

/**
 * 3x3 for each channel, every second position.
 *
 * From mobilenet_v2.tdsl, line 73.
 */
export async function mobilenet_v2_depthwise_strided(
  device: Device,
  inputs: MobilenetV2DepthwiseStridedInputs,
  options: RunOptions<MobilenetV2DepthwiseStridedSizes>,
): Promise<MobilenetV2DepthwiseStridedOutputs> {
  const outputs = await runKernel(specMobilenetV2DepthwiseStrided, device, { ...inputs }, options);
  return { O: outputTensor(outputs, 'O', Int32Array) };
}

/** `mobilenet_v2_depthwise_strided` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareMobilenetV2DepthwiseStrided(
  device: Device,
  sizes: MobilenetV2DepthwiseStridedSizes,
  options: LoadOptions,
): Promise<Prepared<'A' | 'B' | 'O', MobilenetV2DepthwiseStridedSizes>> {
  return prepareKernel(specMobilenetV2DepthwiseStrided, device, sizes, options);
}

const mobilenet_v2_depthwise_strided$1: SizeExpr = sizeOp('floordiv', sizeOp('add', 'H', 1), 2);
const mobilenet_v2_depthwise_strided$2: SizeExpr = sizeOp('floordiv', sizeOp('add', 'W', 1), 2);
const mobilenet_v2_depthwise_strided$3: SizeExpr = sizeOp('mul', 'C', 'H', 'W');
const mobilenet_v2_depthwise_strided$4: SizeExpr = sizeOp(
  'mul',
  'C',
  mobilenet_v2_depthwise_strided$1,
  mobilenet_v2_depthwise_strided$2,
);
const mobilenet_v2_depthwise_strided$5: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'A', 'i8', mobilenet_v2_depthwise_strided$3),
    bufferArg('read', 'B', 'i8', sizeOp('mul', 9, 'C')),
    bufferArg('write', 'O', 'i32', mobilenet_v2_depthwise_strided$4),
  ],
  'C',
  'H',
  'W',
);
const mobilenet_v2_depthwise_strided$6: SizeExpr = sizeOp(
  'floordiv',
  sizeOp('add', sizeOp('mul', 'C', mobilenet_v2_depthwise_strided$1, sizeOp('floordiv', 'W', 16)), 127),
  128,
);
const mobilenet_v2_depthwise_strided$7: SizeExpr = sizeOp('mul', 256, mobilenet_v2_depthwise_strided$6);
const mobilenet_v2_depthwise_strided$8: SizeExpr = sizeOp(
  'floordiv',
  sizeOp('add', mobilenet_v2_depthwise_strided$4, 255),
  256,
);
const mobilenet_v2_depthwise_strided$9: SizeExpr = sizeOp('mul', 256, mobilenet_v2_depthwise_strided$8);
const mobilenet_v2_depthwise_strided$10: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'A', 'u32', sizeOp('ceildiv', mobilenet_v2_depthwise_strided$3, 4)),
    bufferArg('read', 'B', 'u32', sizeOp('ceildiv', sizeOp('mul', 9, 'C'), 4)),
    bufferArg('write', 'O', 'i32', mobilenet_v2_depthwise_strided$4),
  ],
  'C',
  'H',
  'W',
);
const specMobilenetV2DepthwiseStrided: KernelSpec = {
  name: 'mobilenet_v2_depthwise_strided',
  sizes: [{ name: 'C' }, { name: 'H' }, { name: 'W' }],
  inputs: [tensorOf('A', 'i8', ['C', 'H', 'W']), tensorOf('B', 'i8', ['C', 3, 3])],
  outputs: [tensorOf('O', 'i32', ['C', mobilenet_v2_depthwise_strided$1, mobilenet_v2_depthwise_strided$2])],
  facts: [],
  targets: {
    cpu: [
      variantOf(
        'mobilenet_v2/mobilenet_v2_depthwise_strided.js',
        {},
        launchOf(
          'cpu',
          'mobilenet_v2_depthwise_strided',
          mobilenet_v2_depthwise_strided$5,
          [mobilenet_v2_depthwise_strided$2, mobilenet_v2_depthwise_strided$1, 'C'],
          1,
        ),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'mobilenet_v2/mobilenet_v2_depthwise_strided_aligned.sm_80.cu',
        { multiples: { W: 16 } },
        launchOf(
          'cuda',
          'mobilenet_v2_depthwise_strided_aligned',
          mobilenet_v2_depthwise_strided$5,
          [mobilenet_v2_depthwise_strided$6, 1, 1],
          256,
          { counts: mobilenet_v2_depthwise_strided$7, features: ['sm_80'] },
        ),
      ),
      variantOf(
        'mobilenet_v2/mobilenet_v2_depthwise_strided.sm_80.cu',
        {},
        launchOf(
          'cuda',
          'mobilenet_v2_depthwise_strided',
          mobilenet_v2_depthwise_strided$5,
          [mobilenet_v2_depthwise_strided$8, 1, 1],
          256,
          { counts: mobilenet_v2_depthwise_strided$9, features: ['sm_80'] },
        ),
      ),
    ],
    wgsl: [
      variantOf(
        'mobilenet_v2/mobilenet_v2_depthwise_strided_aligned.wgsl',
        { multiples: { W: 16 } },
        launchOf(
          'wgsl',
          'mobilenet_v2_depthwise_strided_aligned',
          mobilenet_v2_depthwise_strided$10,
          [
            sizeOp('min', mobilenet_v2_depthwise_strided$6, 65535),
            sizeOp('ceildiv', mobilenet_v2_depthwise_strided$6, 65535),
            1,
          ],
          256,
          { counts: mobilenet_v2_depthwise_strided$7 },
        ),
      ),
      variantOf(
        'mobilenet_v2/mobilenet_v2_depthwise_strided.wgsl',
        {},
        launchOf(
          'wgsl',
          'mobilenet_v2_depthwise_strided',
          mobilenet_v2_depthwise_strided$10,
          [
            sizeOp('min', mobilenet_v2_depthwise_strided$8, 65535),
            sizeOp('ceildiv', mobilenet_v2_depthwise_strided$8, 65535),
            1,
          ],
          256,
          { counts: mobilenet_v2_depthwise_strided$9 },
        ),
      ),
    ],
  },
};
/** Sizes of `mobilenet_v2_classifier`. */
export type MobilenetV2ClassifierSizes = { readonly C: number; readonly K: number };

export interface MobilenetV2ClassifierInputs {
  /** i8[C] */
  readonly A: Input<Int8Array>;
  /** i8[K, C] */
  readonly B: Input<Int8Array>;
}

export interface MobilenetV2ClassifierOutputs {
  /** i32[K] */
  readonly O: HostTensor<Int32Array>;
}

/**
 * The classifier: a matrix times a vector.
 *
 * From mobilenet_v2.tdsl, line 79.
 */
export async function mobilenet_v2_classifier(
  device: Device,
  inputs: MobilenetV2ClassifierInputs,
  options: RunOptions<MobilenetV2ClassifierSizes>,
): Promise<MobilenetV2ClassifierOutputs> {
  const outputs = await runKernel(specMobilenetV2Classifier, device, { ...inputs }, options);
  return { O: outputTensor(outputs, 'O', Int32Array) };
}

/** `mobilenet_v2_classifier` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareMobilenetV2Classifier(
  device: Device,
  sizes: MobilenetV2ClassifierSizes,
  options: LoadOptions,
): Promise<Prepared<'A' | 'B' | 'O', MobilenetV2ClassifierSizes>> {
  return prepareKernel(specMobilenetV2Classifier, device, sizes, options);
}

const mobilenet_v2_classifier$1: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'A', 'i8', 'C'),
    bufferArg('read', 'B', 'i8', sizeOp('mul', 'C', 'K')),
    bufferArg('write', 'O', 'i32', 'K'),
  ],
  'C',
  'K',
);
const mobilenet_v2_classifier$2: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'A', 'u32', sizeOp('ceildiv', 'C', 4)),
    bufferArg('read', 'B', 'u32', sizeOp('ceildiv', sizeOp('mul', 'C', 'K'), 4)),
    bufferArg('write', 'O', 'i32', 'K'),
  ],
  'C',
  'K',
);
const mobilenet_v2_classifier$3: LaunchAbi['grid'] = [sizeOp('min', 'K', 65535), sizeOp('ceildiv', 'K', 65535), 1];
const specMobilenetV2Classifier: KernelSpec = {
  name: 'mobilenet_v2_classifier',
  sizes: [{ name: 'C' }, { name: 'K' }],
  inputs: [tensorOf('A', 'i8', ['C']), tensorOf('B', 'i8', ['K', 'C'])],
  outputs: [tensorOf('O', 'i32', ['K'])],
  facts: [],
  targets: {
    cpu: [
      variantOf(
        'mobilenet_v2/mobilenet_v2_classifier.js',
        {},
        launchOf('cpu', 'mobilenet_v2_classifier', mobilenet_v2_classifier$1, ['K', 1, 1], 1),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'mobilenet_v2/mobilenet_v2_classifier_aligned.sm_80.cu',
        { multiples: { C: 16, K: 4 } },
        launchOf('cuda', 'mobilenet_v2_classifier_aligned', mobilenet_v2_classifier$1, ['K', 1, 1], 256, {
          features: ['sm_80'],
        }),
      ),
      variantOf(
        'mobilenet_v2/mobilenet_v2_classifier.sm_80.cu',
        {},
        launchOf('cuda', 'mobilenet_v2_classifier', mobilenet_v2_classifier$1, ['K', 1, 1], 256, {
          features: ['sm_80'],
        }),
      ),
    ],
    wgsl: [
      variantOf(
        'mobilenet_v2/mobilenet_v2_classifier_aligned_subgroups.wgsl',
        { multiples: { C: 16, K: 4 } },
        launchOf('wgsl', 'mobilenet_v2_classifier_aligned', mobilenet_v2_classifier$2, mobilenet_v2_classifier$3, 256, {
          features: ['subgroups'],
        }),
      ),
      variantOf(
        'mobilenet_v2/mobilenet_v2_classifier_aligned.wgsl',
        { multiples: { C: 16, K: 4 } },
        launchOf('wgsl', 'mobilenet_v2_classifier_aligned', mobilenet_v2_classifier$2, mobilenet_v2_classifier$3, 256),
      ),
      variantOf(
        'mobilenet_v2/mobilenet_v2_classifier_subgroups.wgsl',
        {},
        launchOf('wgsl', 'mobilenet_v2_classifier', mobilenet_v2_classifier$2, mobilenet_v2_classifier$3, 256, {
          features: ['subgroups'],
        }),
      ),
      variantOf(
        'mobilenet_v2/mobilenet_v2_classifier.wgsl',
        {},
        launchOf('wgsl', 'mobilenet_v2_classifier', mobilenet_v2_classifier$2, mobilenet_v2_classifier$3, 256),
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

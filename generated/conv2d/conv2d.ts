// Made from conv2d.tdsl by tdsl compile. Change the source and compile again; edits here are lost.
// Checksum of the lines below: 0544a5e5
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
/** Sizes of `conv2d`. */
export type Conv2dSizes = {
  readonly C: number;
  readonly X: number;
  readonly R: number;
  readonly Y: number;
  readonly S: number;
  readonly K: number;
};

export interface Conv2dInputs {
  /** i8[C, R + X + -1, S + Y + -1] */
  readonly A: Input<Int8Array>;
  /** i8[K, C, R, S] */
  readonly B: Input<Int8Array>;
}

export interface Conv2dOutputs {
  /** i32[K, X, Y] */
  readonly O: HostTensor<Int32Array>;
}

/**
 * Every position of one picture; the extents of A follow from those of the result.
 *
 * From conv2d.tdsl, line 5.
 */
export async function conv2d(
  device: Device,
  inputs: Conv2dInputs,
  options: RunOptions<Conv2dSizes>,
): Promise<Conv2dOutputs> {
  const outputs = await runKernel(specConv2d, device, { ...inputs }, options);
  return { O: outputTensor(outputs, 'O', Int32Array) };
}

/** `conv2d` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareConv2d(
  device: Device,
  sizes: Conv2dSizes,
  options: LoadOptions,
): Promise<Prepared<'A' | 'B' | 'O', Conv2dSizes>> {
  return prepareKernel(specConv2d, device, sizes, options);
}

const conv2d$1: SizeExpr = sizeOp('add', 'R', 'X', -1);
const conv2d$2: SizeExpr = sizeOp('add', 'S', 'Y', -1);
const conv2d$3: SizeExpr = sizeOp(
  'add',
  sizeOp('mul', 'C', 'R', 'S'),
  sizeOp('mul', 'C', 'R', 'Y'),
  sizeOp('mul', 'C', 'S', 'X'),
  sizeOp('mul', 'C', 'X', 'Y'),
  'C',
  sizeOp('mul', -1, 'C', 'R'),
  sizeOp('mul', -1, 'C', 'S'),
  sizeOp('mul', -1, 'C', 'X'),
  sizeOp('mul', -1, 'C', 'Y'),
);
const conv2d$4: SizeExpr = sizeOp('mul', 'C', 'K', 'R', 'S');
const conv2d$5: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'A', 'i8', conv2d$3),
    bufferArg('read', 'B', 'i8', conv2d$4),
    bufferArg('write', 'O', 'i32', sizeOp('mul', 'K', 'X', 'Y')),
  ],
  'C',
  'X',
  'R',
  'Y',
  'S',
  'K',
);
const conv2d$6: SizeExpr = sizeOp('mul', 'K', 'X', sizeOp('floordiv', sizeOp('add', 'Y', 124), 128));
const conv2d$7: SizeExpr = sizeOp('mul', 'K', 'X', sizeOp('floordiv', sizeOp('add', 'Y', 127), 128));
const conv2d$8: SizeExpr = sizeOp('floordiv', sizeOp('add', 'K', 63), 64);
const conv2d$9: SizeExpr = sizeOp('mul', 'X', conv2d$8, sizeOp('floordiv', sizeOp('add', 'Y', 60), 64));
const conv2d$10: SizeExpr = sizeOp('mul', 'X', conv2d$8, sizeOp('floordiv', sizeOp('add', 'Y', 63), 64));
const conv2d$11: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'A', 'u32', sizeOp('ceildiv', conv2d$3, 4)),
    bufferArg('read', 'B', 'u32', sizeOp('ceildiv', conv2d$4, 4)),
    bufferArg('write', 'O', 'i32', sizeOp('mul', 'K', 'X', 'Y')),
  ],
  'C',
  'X',
  'R',
  'Y',
  'S',
  'K',
);
const specConv2d: KernelSpec = {
  name: 'conv2d',
  sizes: [{ name: 'C' }, { name: 'X' }, { name: 'R' }, { name: 'Y' }, { name: 'S' }, { name: 'K' }],
  inputs: [tensorOf('A', 'i8', ['C', conv2d$1, conv2d$2]), tensorOf('B', 'i8', ['K', 'C', 'R', 'S'])],
  outputs: [tensorOf('O', 'i32', ['K', 'X', 'Y'])],
  facts: [
    { expr: conv2d$1, relation: 'nonneg', text: 'the extent R + X - 1 must be at least 0' },
    { expr: conv2d$2, relation: 'nonneg', text: 'the extent S + Y - 1 must be at least 0' },
  ],
  targets: {
    cpu: [
      variantOf(
        'conv2d/conv2d.js',
        {},
        launchOf(
          'cpu',
          'conv2d',
          conv2d$5,
          [sizeOp('floordiv', sizeOp('add', 'Y', 3), 4), 'X', sizeOp('floordiv', sizeOp('add', 'K', 3), 4)],
          1,
        ),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'conv2d/conv2d_thin_aligned.sm_80.cu',
        { multiples: { S: 16, Y: 4 }, atMost: { K: 4 } },
        launchOf('cuda', 'conv2d_thin_aligned', conv2d$5, [conv2d$6, 1, 1], 256, { features: ['sm_80'] }),
      ),
      variantOf(
        'conv2d/conv2d_thin.sm_80.cu',
        { atMost: { K: 4 } },
        launchOf('cuda', 'conv2d_thin', conv2d$5, [conv2d$7, 1, 1], 256, { features: ['sm_80'] }),
      ),
      variantOf(
        'conv2d/conv2d_aligned.sm_80.cu',
        { multiples: { S: 16, Y: 4 } },
        launchOf('cuda', 'conv2d_aligned', conv2d$5, [conv2d$9, 1, 1], 256, { features: ['sm_80'] }),
      ),
      variantOf(
        'conv2d/conv2d.sm_80.cu',
        {},
        launchOf('cuda', 'conv2d', conv2d$5, [conv2d$10, 1, 1], 256, { features: ['sm_80'] }),
      ),
    ],
    wgsl: [
      variantOf(
        'conv2d/conv2d_thin_aligned.wgsl',
        { multiples: { S: 16, Y: 4 }, atMost: { K: 4 } },
        launchOf(
          'wgsl',
          'conv2d_thin_aligned',
          conv2d$11,
          [sizeOp('min', conv2d$6, 65535), sizeOp('ceildiv', conv2d$6, 65535), 1],
          256,
        ),
      ),
      variantOf(
        'conv2d/conv2d_thin.wgsl',
        { atMost: { K: 4 } },
        launchOf(
          'wgsl',
          'conv2d_thin',
          conv2d$11,
          [sizeOp('min', conv2d$7, 65535), sizeOp('ceildiv', conv2d$7, 65535), 1],
          256,
        ),
      ),
      variantOf(
        'conv2d/conv2d_aligned.wgsl',
        { multiples: { S: 16, Y: 4 } },
        launchOf(
          'wgsl',
          'conv2d_aligned',
          conv2d$11,
          [sizeOp('min', conv2d$9, 65535), sizeOp('ceildiv', conv2d$9, 65535), 1],
          256,
        ),
      ),
      variantOf(
        'conv2d/conv2d.wgsl',
        {},
        launchOf(
          'wgsl',
          'conv2d',
          conv2d$11,
          [sizeOp('min', conv2d$10, 65535), sizeOp('ceildiv', conv2d$10, 65535), 1],
          256,
        ),
      ),
    ],
  },
};
/** Sizes of `conv2d_batch`. */
export type Conv2dBatchSizes = {
  readonly N: number;
  readonly C: number;
  readonly X: number;
  readonly R: number;
  readonly Y: number;
  readonly S: number;
  readonly K: number;
};

export interface Conv2dBatchInputs {
  /** i8[N, C, R + X + -1, S + Y + -1] */
  readonly A: Input<Int8Array>;
  /** i8[K, C, R, S] */
  readonly B: Input<Int8Array>;
}

export interface Conv2dBatchOutputs {
  /** i32[N, K, X, Y] */
  readonly O: HostTensor<Int32Array>;
}

/**
 * The same for a batch of pictures.
 *
 * From conv2d.tdsl, line 11.
 */
export async function conv2d_batch(
  device: Device,
  inputs: Conv2dBatchInputs,
  options: RunOptions<Conv2dBatchSizes>,
): Promise<Conv2dBatchOutputs> {
  const outputs = await runKernel(specConv2dBatch, device, { ...inputs }, options);
  return { O: outputTensor(outputs, 'O', Int32Array) };
}

/** `conv2d_batch` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareConv2dBatch(
  device: Device,
  sizes: Conv2dBatchSizes,
  options: LoadOptions,
): Promise<Prepared<'A' | 'B' | 'O', Conv2dBatchSizes>> {
  return prepareKernel(specConv2dBatch, device, sizes, options);
}

const conv2d_batch$1: SizeExpr = sizeOp('add', 'R', 'X', -1);
const conv2d_batch$2: SizeExpr = sizeOp('add', 'S', 'Y', -1);
const conv2d_batch$3: SizeExpr = sizeOp(
  'add',
  sizeOp('mul', 'C', 'N', 'R', 'S'),
  sizeOp('mul', 'C', 'N', 'R', 'Y'),
  sizeOp('mul', 'C', 'N', 'S', 'X'),
  sizeOp('mul', 'C', 'N', 'X', 'Y'),
  sizeOp('mul', 'C', 'N'),
  sizeOp('mul', -1, 'C', 'N', 'R'),
  sizeOp('mul', -1, 'C', 'N', 'S'),
  sizeOp('mul', -1, 'C', 'N', 'X'),
  sizeOp('mul', -1, 'C', 'N', 'Y'),
);
const conv2d_batch$4: SizeExpr = sizeOp('mul', 'C', 'K', 'R', 'S');
const conv2d_batch$5: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'A', 'i8', conv2d_batch$3),
    bufferArg('read', 'B', 'i8', conv2d_batch$4),
    bufferArg('write', 'O', 'i32', sizeOp('mul', 'K', 'N', 'X', 'Y')),
  ],
  'N',
  'C',
  'X',
  'R',
  'Y',
  'S',
  'K',
);
const conv2d_batch$6: SizeExpr = sizeOp('mul', 'K', 'N', 'X', sizeOp('floordiv', sizeOp('add', 'Y', 124), 128));
const conv2d_batch$7: SizeExpr = sizeOp('mul', 'K', 'N', 'X', sizeOp('floordiv', sizeOp('add', 'Y', 127), 128));
const conv2d_batch$8: SizeExpr = sizeOp('floordiv', sizeOp('add', 'K', 63), 64);
const conv2d_batch$9: SizeExpr = sizeOp(
  'mul',
  'N',
  'X',
  conv2d_batch$8,
  sizeOp('floordiv', sizeOp('add', 'Y', 60), 64),
);
const conv2d_batch$10: SizeExpr = sizeOp(
  'mul',
  'N',
  'X',
  conv2d_batch$8,
  sizeOp('floordiv', sizeOp('add', 'Y', 63), 64),
);
const conv2d_batch$11: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'A', 'u32', sizeOp('ceildiv', conv2d_batch$3, 4)),
    bufferArg('read', 'B', 'u32', sizeOp('ceildiv', conv2d_batch$4, 4)),
    bufferArg('write', 'O', 'i32', sizeOp('mul', 'K', 'N', 'X', 'Y')),
  ],
  'N',
  'C',
  'X',
  'R',
  'Y',
  'S',
  'K',
);
const specConv2dBatch: KernelSpec = {
  name: 'conv2d_batch',
  sizes: [{ name: 'N' }, { name: 'C' }, { name: 'X' }, { name: 'R' }, { name: 'Y' }, { name: 'S' }, { name: 'K' }],
  inputs: [tensorOf('A', 'i8', ['N', 'C', conv2d_batch$1, conv2d_batch$2]), tensorOf('B', 'i8', ['K', 'C', 'R', 'S'])],
  outputs: [tensorOf('O', 'i32', ['N', 'K', 'X', 'Y'])],
  facts: [
    { expr: conv2d_batch$1, relation: 'nonneg', text: 'the extent R + X - 1 must be at least 0' },
    { expr: conv2d_batch$2, relation: 'nonneg', text: 'the extent S + Y - 1 must be at least 0' },
  ],
  targets: {
    cpu: [
      variantOf(
        'conv2d/conv2d_batch.js',
        {},
        launchOf(
          'cpu',
          'conv2d_batch',
          conv2d_batch$5,
          [
            sizeOp('floordiv', sizeOp('add', 'Y', 3), 4),
            'X',
            sizeOp('mul', 'N', sizeOp('floordiv', sizeOp('add', 'K', 3), 4)),
          ],
          1,
        ),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'conv2d/conv2d_batch_thin_aligned.sm_80.cu',
        { multiples: { S: 16, Y: 4 }, atMost: { K: 4 } },
        launchOf('cuda', 'conv2d_batch_thin_aligned', conv2d_batch$5, [conv2d_batch$6, 1, 1], 256, {
          features: ['sm_80'],
        }),
      ),
      variantOf(
        'conv2d/conv2d_batch_thin.sm_80.cu',
        { atMost: { K: 4 } },
        launchOf('cuda', 'conv2d_batch_thin', conv2d_batch$5, [conv2d_batch$7, 1, 1], 256, { features: ['sm_80'] }),
      ),
      variantOf(
        'conv2d/conv2d_batch_aligned.sm_80.cu',
        { multiples: { S: 16, Y: 4 } },
        launchOf('cuda', 'conv2d_batch_aligned', conv2d_batch$5, [conv2d_batch$9, 1, 1], 256, { features: ['sm_80'] }),
      ),
      variantOf(
        'conv2d/conv2d_batch.sm_80.cu',
        {},
        launchOf('cuda', 'conv2d_batch', conv2d_batch$5, [conv2d_batch$10, 1, 1], 256, { features: ['sm_80'] }),
      ),
    ],
    wgsl: [
      variantOf(
        'conv2d/conv2d_batch_thin_aligned.wgsl',
        { multiples: { S: 16, Y: 4 }, atMost: { K: 4 } },
        launchOf(
          'wgsl',
          'conv2d_batch_thin_aligned',
          conv2d_batch$11,
          [sizeOp('min', conv2d_batch$6, 65535), sizeOp('ceildiv', conv2d_batch$6, 65535), 1],
          256,
        ),
      ),
      variantOf(
        'conv2d/conv2d_batch_thin.wgsl',
        { atMost: { K: 4 } },
        launchOf(
          'wgsl',
          'conv2d_batch_thin',
          conv2d_batch$11,
          [sizeOp('min', conv2d_batch$7, 65535), sizeOp('ceildiv', conv2d_batch$7, 65535), 1],
          256,
        ),
      ),
      variantOf(
        'conv2d/conv2d_batch_aligned.wgsl',
        { multiples: { S: 16, Y: 4 } },
        launchOf(
          'wgsl',
          'conv2d_batch_aligned',
          conv2d_batch$11,
          [sizeOp('min', conv2d_batch$9, 65535), sizeOp('ceildiv', conv2d_batch$9, 65535), 1],
          256,
        ),
      ),
      variantOf(
        'conv2d/conv2d_batch.wgsl',
        {},
        launchOf(
          'wgsl',
          'conv2d_batch',
          conv2d_batch$11,
          [sizeOp('min', conv2d_batch$10, 65535), sizeOp('ceildiv', conv2d_batch$10, 65535), 1],
          256,
        ),
      ),
    ],
  },
};
/** Sizes of `conv2d_strided`. */
export type Conv2dStridedSizes = {
  readonly C: number;
  readonly H: number;
  readonly W: number;
  readonly K: number;
  readonly R: number;
  readonly S: number;
};

export interface Conv2dStridedInputs {
  /** i8[C, H, W] */
  readonly A: Input<Int8Array>;
  /** i8[K, C, R, S] */
  readonly B: Input<Int8Array>;
}

export interface Conv2dStridedOutputs {
  /** i32[K, ((H + (-1*R)) / 2) + 2, ((W + (-1*S)) / 2) + 2] */
  readonly O: HostTensor<Int32Array>;
}

/**
 * Every second position of a padded picture.
 *
 * From conv2d.tdsl, line 17.
 */
export async function conv2d_strided(
  device: Device,
  inputs: Conv2dStridedInputs,
  options: RunOptions<Conv2dStridedSizes>,
): Promise<Conv2dStridedOutputs> {
  const outputs = await runKernel(specConv2dStrided, device, { ...inputs }, options);
  return { O: outputTensor(outputs, 'O', Int32Array) };
}

/** `conv2d_strided` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareConv2dStrided(
  device: Device,
  sizes: Conv2dStridedSizes,
  options: LoadOptions,
): Promise<Prepared<'A' | 'B' | 'O', Conv2dStridedSizes>> {
  return prepareKernel(specConv2dStrided, device, sizes, options);
}

const conv2d_strided$1: SizeExpr = sizeOp('floordiv', sizeOp('add', 'H', sizeOp('mul', -1, 'R')), 2);
const conv2d_strided$2: SizeExpr = sizeOp('add', conv2d_strided$1, 2);
const conv2d_strided$3: SizeExpr = sizeOp('floordiv', sizeOp('add', 'W', sizeOp('mul', -1, 'S')), 2);
const conv2d_strided$4: SizeExpr = sizeOp('add', conv2d_strided$3, 2);
const conv2d_strided$5: SizeExpr = sizeOp('mul', 'C', 'H', 'W');
const conv2d_strided$6: SizeExpr = sizeOp('mul', 'C', 'K', 'R', 'S');
const conv2d_strided$7: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'A', 'i8', conv2d_strided$5),
    bufferArg('read', 'B', 'i8', conv2d_strided$6),
    bufferArg(
      'write',
      'O',
      'i32',
      sizeOp(
        'add',
        sizeOp('mul', 'K', conv2d_strided$3, conv2d_strided$1),
        sizeOp('mul', 2, 'K', conv2d_strided$3),
        sizeOp('mul', 2, 'K', conv2d_strided$1),
        sizeOp('mul', 4, 'K'),
      ),
    ),
  ],
  'C',
  'H',
  'W',
  'K',
  'R',
  'S',
);
const conv2d_strided$8: SizeExpr = sizeOp('add', 'W', 2, sizeOp('mul', -1, 'S'));
const conv2d_strided$9: SizeExpr = sizeOp(
  'add',
  sizeOp('floordiv', 'W', 16),
  sizeOp('mul', -1, sizeOp('floordiv', 'S', 16)),
);
const conv2d_strided$10: SizeExpr = sizeOp('floordiv', conv2d_strided$9, 16);
const conv2d_strided$11: SizeExpr = sizeOp('mul', 'K', conv2d_strided$1);
const conv2d_strided$12: SizeExpr = sizeOp(
  'add',
  sizeOp('mul', 'K', conv2d_strided$10, conv2d_strided$1),
  sizeOp('mul', 2, 'K', conv2d_strided$10),
  conv2d_strided$11,
  sizeOp('mul', 2, 'K'),
);
const conv2d_strided$13: SizeExpr = sizeOp('floordiv', conv2d_strided$8, 256);
const conv2d_strided$14: SizeExpr = sizeOp(
  'add',
  sizeOp('mul', 'K', conv2d_strided$13, conv2d_strided$1),
  sizeOp('mul', 2, 'K', conv2d_strided$13),
  conv2d_strided$11,
  sizeOp('mul', 2, 'K'),
);
const conv2d_strided$15: SizeExpr = sizeOp('floordiv', conv2d_strided$9, 8);
const conv2d_strided$16: SizeExpr = sizeOp('floordiv', sizeOp('add', 'K', 63), 64);
const conv2d_strided$17: SizeExpr = sizeOp('mul', conv2d_strided$1, conv2d_strided$16);
const conv2d_strided$18: SizeExpr = sizeOp('mul', 2, conv2d_strided$16);
const conv2d_strided$19: SizeExpr = sizeOp(
  'add',
  sizeOp('mul', conv2d_strided$15, conv2d_strided$1, conv2d_strided$16),
  sizeOp('mul', 2, conv2d_strided$15, conv2d_strided$16),
  conv2d_strided$17,
  conv2d_strided$18,
);
const conv2d_strided$20: SizeExpr = sizeOp('floordiv', conv2d_strided$8, 128);
const conv2d_strided$21: SizeExpr = sizeOp(
  'add',
  sizeOp('mul', conv2d_strided$20, conv2d_strided$1, conv2d_strided$16),
  sizeOp('mul', 2, conv2d_strided$20, conv2d_strided$16),
  conv2d_strided$17,
  conv2d_strided$18,
);
const conv2d_strided$22: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'A', 'u32', sizeOp('ceildiv', conv2d_strided$5, 4)),
    bufferArg('read', 'B', 'u32', sizeOp('ceildiv', conv2d_strided$6, 4)),
    bufferArg(
      'write',
      'O',
      'i32',
      sizeOp(
        'add',
        sizeOp('mul', 'K', conv2d_strided$3, conv2d_strided$1),
        sizeOp('mul', 2, 'K', conv2d_strided$3),
        sizeOp('mul', 2, 'K', conv2d_strided$1),
        sizeOp('mul', 4, 'K'),
      ),
    ),
  ],
  'C',
  'H',
  'W',
  'K',
  'R',
  'S',
);
const specConv2dStrided: KernelSpec = {
  name: 'conv2d_strided',
  sizes: [{ name: 'C' }, { name: 'H' }, { name: 'W' }, { name: 'K' }, { name: 'R' }, { name: 'S' }],
  inputs: [tensorOf('A', 'i8', ['C', 'H', 'W']), tensorOf('B', 'i8', ['K', 'C', 'R', 'S'])],
  outputs: [tensorOf('O', 'i32', ['K', conv2d_strided$2, conv2d_strided$4])],
  facts: [
    { expr: conv2d_strided$2, relation: 'nonneg', text: 'the extent (H - R)/2 + 2 must be at least 0' },
    { expr: conv2d_strided$4, relation: 'nonneg', text: 'the extent (W - S)/2 + 2 must be at least 0' },
  ],
  targets: {
    cpu: [
      variantOf(
        'conv2d/conv2d_strided.js',
        {},
        launchOf(
          'cpu',
          'conv2d_strided',
          conv2d_strided$7,
          [
            sizeOp('add', sizeOp('floordiv', conv2d_strided$8, 8), 1),
            conv2d_strided$2,
            sizeOp('floordiv', sizeOp('add', 'K', 3), 4),
          ],
          1,
        ),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'conv2d/conv2d_strided_thin_aligned.sm_80.cu',
        { multiples: { W: 16, S: 16 }, atMost: { K: 4 } },
        launchOf('cuda', 'conv2d_strided_thin_aligned', conv2d_strided$7, [conv2d_strided$12, 1, 1], 256, {
          features: ['sm_80'],
        }),
      ),
      variantOf(
        'conv2d/conv2d_strided_thin.sm_80.cu',
        { atMost: { K: 4 } },
        launchOf('cuda', 'conv2d_strided_thin', conv2d_strided$7, [conv2d_strided$14, 1, 1], 256, {
          features: ['sm_80'],
        }),
      ),
      variantOf(
        'conv2d/conv2d_strided_aligned.sm_80.cu',
        { multiples: { W: 16, S: 16 } },
        launchOf('cuda', 'conv2d_strided_aligned', conv2d_strided$7, [conv2d_strided$19, 1, 1], 256, {
          features: ['sm_80'],
        }),
      ),
      variantOf(
        'conv2d/conv2d_strided.sm_80.cu',
        {},
        launchOf('cuda', 'conv2d_strided', conv2d_strided$7, [conv2d_strided$21, 1, 1], 256, { features: ['sm_80'] }),
      ),
    ],
    wgsl: [
      variantOf(
        'conv2d/conv2d_strided_thin_aligned.wgsl',
        { multiples: { W: 16, S: 16 }, atMost: { K: 4 } },
        launchOf(
          'wgsl',
          'conv2d_strided_thin_aligned',
          conv2d_strided$22,
          [sizeOp('min', conv2d_strided$12, 65535), sizeOp('ceildiv', conv2d_strided$12, 65535), 1],
          256,
        ),
      ),
      variantOf(
        'conv2d/conv2d_strided_thin.wgsl',
        { atMost: { K: 4 } },
        launchOf(
          'wgsl',
          'conv2d_strided_thin',
          conv2d_strided$22,
          [sizeOp('min', conv2d_strided$14, 65535), sizeOp('ceildiv', conv2d_strided$14, 65535), 1],
          256,
        ),
      ),
      variantOf(
        'conv2d/conv2d_strided_aligned.wgsl',
        { multiples: { W: 16, S: 16 } },
        launchOf(
          'wgsl',
          'conv2d_strided_aligned',
          conv2d_strided$22,
          [sizeOp('min', conv2d_strided$19, 65535), sizeOp('ceildiv', conv2d_strided$19, 65535), 1],
          256,
        ),
      ),
      variantOf(
        'conv2d/conv2d_strided.wgsl',
        {},
        launchOf(
          'wgsl',
          'conv2d_strided',
          conv2d_strided$22,
          [sizeOp('min', conv2d_strided$21, 65535), sizeOp('ceildiv', conv2d_strided$21, 65535), 1],
          256,
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

// Made from rmsnorm_quantize.tdsl by tdsl compile. Change the source and compile again; edits here are lost.
// Checksum of the lines below: 88ce8a01
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
/** Sizes of `rmsnorm_quantize`. */
export type RmsnormQuantizeSizes = { readonly M: number; readonly K: number };

export interface RmsnormQuantizeInputs {
  /** f16[M, K] */
  readonly X: Input<Half>;
  /** f16[K] */
  readonly g: Input<Half>;
  /** i32<K>[K] */
  readonly order: Input<Int32Array>;
  /** f32[] */
  readonly eps: Input<Float32Array>;
}

export interface RmsnormQuantizeOutputs {
  /** int4[M, K + -128], packed: codes of Xn (act4) */
  readonly Xn_codes: HostTensor<Uint8Array>;
  /** f16[M, ((K + 127) / 128) + -1]: scales of Xn (act4) */
  readonly Xn_scale: HostTensor<Uint16Array>;
  /** i8[M, 128]: codes of Xo (out8) */
  readonly Xo_codes: HostTensor<Int8Array>;
  /** f16[M, 1]: scales of Xo (out8) */
  readonly Xo_scale: HostTensor<Uint16Array>;
}

/**
 * `rmsnorm_quantize`
 *
 * From rmsnorm_quantize.tdsl, line 14.
 */
export async function rmsnorm_quantize(
  device: Device,
  inputs: RmsnormQuantizeInputs,
  options: RunOptions<RmsnormQuantizeSizes>,
): Promise<RmsnormQuantizeOutputs> {
  const outputs = await runKernel(specRmsnormQuantize, device, { ...inputs }, options);
  return {
    Xn_codes: outputTensor(outputs, 'Xn_codes', Uint8Array),
    Xn_scale: outputTensor(outputs, 'Xn_scale', Uint16Array),
    Xo_codes: outputTensor(outputs, 'Xo_codes', Int8Array),
    Xo_scale: outputTensor(outputs, 'Xo_scale', Uint16Array),
  };
}

/** `rmsnorm_quantize` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareRmsnormQuantize(
  device: Device,
  sizes: RmsnormQuantizeSizes,
  options: LoadOptions,
): Promise<
  Prepared<'X' | 'g' | 'order' | 'eps' | 'Xn_codes' | 'Xn_scale' | 'Xo_codes' | 'Xo_scale', RmsnormQuantizeSizes>
> {
  return prepareKernel(specRmsnormQuantize, device, sizes, options);
}

const rmsnorm_quantize$1: SizeExpr = sizeOp('add', 'K', -128);
const rmsnorm_quantize$2: SizeExpr = sizeOp('floordiv', sizeOp('add', 'K', 127), 128);
const rmsnorm_quantize$3: SizeExpr = sizeOp('add', rmsnorm_quantize$2, -1);
const rmsnorm_quantize$4: VariantSpec['scratch'] = [{ name: 'inverse_sum_mem', bits: 32, elements: 'M' }];
const rmsnorm_quantize$5: readonly Arg[] = argsOf(
  [bufferArg('read', 'X', 'u16', sizeOp('mul', 'K', 'M')), bufferArg('write', 'inverse_sum_mem', 'f32', 'M')],
  'M',
  'K',
);
const rmsnorm_quantize$6: SizeExpr = sizeOp('add', sizeOp('mul', 'M', rmsnorm_quantize$2), sizeOp('mul', -1, 'M'));
const rmsnorm_quantize$7: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u16', sizeOp('mul', 'K', 'M')),
    bufferArg('read', 'g', 'u16', 'K'),
    bufferArg('read', 'order', 'i32', 'K'),
    bufferArg('read', 'eps', 'f32', 1),
    bufferArg('read', 'inverse_sum_mem', 'f32', 'M'),
    bufferArg('write', 'Xn_scale', 'u16', rmsnorm_quantize$6),
  ],
  'M',
  'K',
);
const rmsnorm_quantize$8: SizeExpr = sizeOp('add', sizeOp('mul', 'K', 'M'), sizeOp('mul', -128, 'M'));
const rmsnorm_quantize$9: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u16', sizeOp('mul', 'K', 'M')),
    bufferArg('read', 'g', 'u16', 'K'),
    bufferArg('read', 'order', 'i32', 'K'),
    bufferArg('read', 'eps', 'f32', 1),
    bufferArg('read', 'Xn_scale', 'u16', rmsnorm_quantize$6),
    bufferArg('write', 'Xn_codes', 'u8', sizeOp('ceildiv', rmsnorm_quantize$8, 2)),
  ],
  'M',
  'K',
);
const rmsnorm_quantize$10: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u16', sizeOp('mul', 'K', 'M')),
    bufferArg('read', 'g', 'u16', 'K'),
    bufferArg('read', 'order', 'i32', 'K'),
    bufferArg('read', 'eps', 'f32', 1),
    bufferArg('write', 'Xo_scale', 'u16', 'M'),
  ],
  'M',
  'K',
);
const rmsnorm_quantize$11: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u16', sizeOp('mul', 'K', 'M')),
    bufferArg('read', 'g', 'u16', 'K'),
    bufferArg('read', 'order', 'i32', 'K'),
    bufferArg('read', 'eps', 'f32', 1),
    bufferArg('read', 'Xo_scale', 'u16', 'M'),
    bufferArg('write', 'Xo_codes', 'i8', sizeOp('mul', 128, 'M')),
  ],
  'M',
  'K',
);
const rmsnorm_quantize$12: SizeExpr = sizeOp('mul', 'M', sizeOp('floordiv', sizeOp('add', 'K', 8056), 8192));
const rmsnorm_quantize$13: SizeExpr = sizeOp('mul', 'M', sizeOp('floordiv', sizeOp('add', 'K', 8063), 8192));
const rmsnorm_quantize$14: LaunchAbi['grid'] = [sizeOp('min', 'M', 65535), sizeOp('ceildiv', 'M', 65535), 1];
const rmsnorm_quantize$15: LaunchAbi['grid'] = [
  sizeOp('min', rmsnorm_quantize$12, 65535),
  sizeOp('ceildiv', rmsnorm_quantize$12, 65535),
  1,
];
const rmsnorm_quantize$16: SizeExpr = sizeOp('ceildiv', rmsnorm_quantize$8, 8);
const rmsnorm_quantize$17: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u16', sizeOp('mul', 'K', 'M')),
    bufferArg('read', 'g', 'u16', 'K'),
    bufferArg('read', 'order', 'i32', 'K'),
    bufferArg('read', 'eps', 'f32', 1),
    bufferArg('read', 'Xo_scale', 'u16', 'M'),
    bufferArg('write', 'Xo_codes', 'u32', sizeOp('ceildiv', sizeOp('mul', 128, 'M'), 4)),
  ],
  'M',
  'K',
);
const rmsnorm_quantize$18: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u32', sizeOp('ceildiv', sizeOp('mul', 'K', 'M'), 2)),
    bufferArg('write', 'inverse_sum_mem', 'f32', 'M'),
  ],
  'M',
  'K',
);
const rmsnorm_quantize$19: SizeExpr = sizeOp('ceildiv', rmsnorm_quantize$6, 2);
const rmsnorm_quantize$20: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u32', sizeOp('ceildiv', sizeOp('mul', 'K', 'M'), 2)),
    bufferArg('read', 'g', 'u32', sizeOp('ceildiv', 'K', 2)),
    bufferArg('read', 'order', 'i32', 'K'),
    bufferArg('read', 'eps', 'f32', 1),
    bufferArg('read', 'inverse_sum_mem', 'f32', 'M'),
    bufferArg('readwrite', 'Xn_scale', 'u32', rmsnorm_quantize$19),
  ],
  'M',
  'K',
);
const rmsnorm_quantize$21: SizeExpr = sizeOp('ceildiv', 'M', 2);
const rmsnorm_quantize$22: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u32', sizeOp('ceildiv', sizeOp('mul', 'K', 'M'), 2)),
    bufferArg('read', 'g', 'u32', sizeOp('ceildiv', 'K', 2)),
    bufferArg('read', 'order', 'i32', 'K'),
    bufferArg('read', 'eps', 'f32', 1),
    bufferArg('readwrite', 'Xo_scale', 'u32', rmsnorm_quantize$21),
  ],
  'M',
  'K',
);
const rmsnorm_quantize$23: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u32', sizeOp('ceildiv', sizeOp('mul', 'K', 'M'), 2)),
    bufferArg('read', 'g', 'u32', sizeOp('ceildiv', 'K', 2)),
    bufferArg('read', 'order', 'i32', 'K'),
    bufferArg('read', 'eps', 'f32', 1),
    bufferArg('read', 'Xo_scale', 'u32', rmsnorm_quantize$21),
    bufferArg('write', 'Xo_codes', 'u32', sizeOp('ceildiv', sizeOp('mul', 128, 'M'), 4)),
  ],
  'M',
  'K',
);
const rmsnorm_quantize$24: LaunchAbi['grid'] = [
  sizeOp('min', rmsnorm_quantize$13, 65535),
  sizeOp('ceildiv', rmsnorm_quantize$13, 65535),
  1,
];
const specRmsnormQuantize: KernelSpec = {
  name: 'rmsnorm_quantize',
  sizes: [{ name: 'M' }, { name: 'K' }],
  inputs: [
    tensorOf('X', 'f16', ['M', 'K']),
    tensorOf('g', 'f16', ['K']),
    tensorOf('order', 'i32', ['K'], { limit: 'K' }),
    tensorOf('eps', 'f32', []),
  ],
  outputs: [
    tensorOf('Xn_codes', 'int4', ['M', rmsnorm_quantize$1]),
    tensorOf('Xn_scale', 'f16', ['M', rmsnorm_quantize$3]),
    tensorOf('Xo_codes', 'i8', ['M', 128]),
    tensorOf('Xo_scale', 'f16', ['M', 1]),
  ],
  facts: [{ expr: rmsnorm_quantize$1, relation: 'nonneg', text: 'the extent K - 128 must be at least 0' }],
  targets: {
    cpu: [
      variantOf(
        'rmsnorm_quantize/rmsnorm_quantize.js',
        { scratch: rmsnorm_quantize$4 },
        launchOf('cpu', 'rmsnorm_quantize_1', rmsnorm_quantize$5, ['M', 1, 1], 1),
        launchOf('cpu', 'rmsnorm_quantize_2', rmsnorm_quantize$7, [rmsnorm_quantize$3, 'M', 1], 1),
        launchOf('cpu', 'rmsnorm_quantize_3', rmsnorm_quantize$9, ['M', 1, 1], 1),
        launchOf('cpu', 'rmsnorm_quantize_4', rmsnorm_quantize$10, ['M', 1, 1], 1),
        launchOf('cpu', 'rmsnorm_quantize_5', rmsnorm_quantize$11, ['M', 1, 1], 1),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'rmsnorm_quantize/rmsnorm_quantize_aligned.sm_80.cu',
        { multiples: { K: 8 }, scratch: rmsnorm_quantize$4 },
        launchOf('cuda', 'rmsnorm_quantize_aligned_1', rmsnorm_quantize$5, ['M', 1, 1], 256, { features: ['sm_80'] }),
        launchOf('cuda', 'rmsnorm_quantize_aligned_2', rmsnorm_quantize$7, [rmsnorm_quantize$12, 1, 1], 256, {
          features: ['sm_80'],
        }),
        launchOf('cuda', 'rmsnorm_quantize_aligned_3', rmsnorm_quantize$9, ['M', 1, 1], 256, { features: ['sm_80'] }),
        launchOf('cuda', 'rmsnorm_quantize_aligned_4', rmsnorm_quantize$10, ['M', 1, 1], 256, { features: ['sm_80'] }),
        launchOf('cuda', 'rmsnorm_quantize_aligned_5', rmsnorm_quantize$11, ['M', 1, 1], 256, { features: ['sm_80'] }),
      ),
      variantOf(
        'rmsnorm_quantize/rmsnorm_quantize.sm_80.cu',
        { scratch: rmsnorm_quantize$4 },
        launchOf('cuda', 'rmsnorm_quantize_1', rmsnorm_quantize$5, ['M', 1, 1], 256, { features: ['sm_80'] }),
        launchOf('cuda', 'rmsnorm_quantize_2', rmsnorm_quantize$7, [rmsnorm_quantize$13, 1, 1], 256, {
          features: ['sm_80'],
        }),
        launchOf('cuda', 'rmsnorm_quantize_3', rmsnorm_quantize$9, ['M', 1, 1], 256, { features: ['sm_80'] }),
        launchOf('cuda', 'rmsnorm_quantize_4', rmsnorm_quantize$10, ['M', 1, 1], 256, { features: ['sm_80'] }),
        launchOf('cuda', 'rmsnorm_quantize_5', rmsnorm_quantize$11, ['M', 1, 1], 256, { features: ['sm_80'] }),
      ),
    ],
    wgsl: [
      variantOf(
        'rmsnorm_quantize/rmsnorm_quantize_aligned_f16_subgroups.wgsl',
        { multiples: { K: 8 }, scratch: rmsnorm_quantize$4 },
        launchOf('wgsl', 'rmsnorm_quantize_aligned_1', rmsnorm_quantize$5, rmsnorm_quantize$14, 256, {
          features: ['shader-f16', 'subgroups'],
        }),
        launchOf('wgsl', 'rmsnorm_quantize_aligned_2', rmsnorm_quantize$7, rmsnorm_quantize$15, 256, {
          features: ['shader-f16'],
        }),
        launchOf(
          'wgsl',
          'rmsnorm_quantize_aligned_3',
          argsOf(
            [
              bufferArg('read', 'X', 'u16', sizeOp('mul', 'K', 'M')),
              bufferArg('read', 'g', 'u16', 'K'),
              bufferArg('read', 'order', 'i32', 'K'),
              bufferArg('read', 'eps', 'f32', 1),
              bufferArg('read', 'Xn_scale', 'u16', rmsnorm_quantize$6),
              bufferArg('write', 'Xn_codes', 'u32', rmsnorm_quantize$16),
            ],
            'M',
            'K',
          ),
          rmsnorm_quantize$14,
          256,
          { features: ['shader-f16', 'subgroups'] },
        ),
        launchOf('wgsl', 'rmsnorm_quantize_aligned_4', rmsnorm_quantize$10, rmsnorm_quantize$14, 256, {
          features: ['shader-f16', 'subgroups'],
        }),
        launchOf('wgsl', 'rmsnorm_quantize_aligned_5', rmsnorm_quantize$17, rmsnorm_quantize$14, 256, {
          features: ['shader-f16', 'subgroups'],
        }),
      ),
      variantOf(
        'rmsnorm_quantize/rmsnorm_quantize_aligned.wgsl',
        { multiples: { K: 8 }, scratch: rmsnorm_quantize$4 },
        launchOf('wgsl', 'rmsnorm_quantize_aligned_1', rmsnorm_quantize$18, rmsnorm_quantize$14, 256),
        launchOf('wgsl', 'rmsnorm_quantize_aligned_2', rmsnorm_quantize$20, rmsnorm_quantize$15, 256),
        launchOf(
          'wgsl',
          'rmsnorm_quantize_aligned_3',
          argsOf(
            [
              bufferArg('read', 'X', 'u32', sizeOp('ceildiv', sizeOp('mul', 'K', 'M'), 2)),
              bufferArg('read', 'g', 'u32', sizeOp('ceildiv', 'K', 2)),
              bufferArg('read', 'order', 'i32', 'K'),
              bufferArg('read', 'eps', 'f32', 1),
              bufferArg('read', 'Xn_scale', 'u32', rmsnorm_quantize$19),
              bufferArg('write', 'Xn_codes', 'u32', rmsnorm_quantize$16),
            ],
            'M',
            'K',
          ),
          rmsnorm_quantize$14,
          256,
        ),
        launchOf('wgsl', 'rmsnorm_quantize_aligned_4', rmsnorm_quantize$22, rmsnorm_quantize$14, 256),
        launchOf('wgsl', 'rmsnorm_quantize_aligned_5', rmsnorm_quantize$23, rmsnorm_quantize$14, 256),
      ),
      variantOf(
        'rmsnorm_quantize/rmsnorm_quantize_f16_subgroups.wgsl',
        { scratch: rmsnorm_quantize$4 },
        launchOf('wgsl', 'rmsnorm_quantize_1', rmsnorm_quantize$5, rmsnorm_quantize$14, 256, {
          features: ['shader-f16', 'subgroups'],
        }),
        launchOf('wgsl', 'rmsnorm_quantize_2', rmsnorm_quantize$7, rmsnorm_quantize$24, 256, {
          features: ['shader-f16'],
        }),
        launchOf(
          'wgsl',
          'rmsnorm_quantize_3',
          argsOf(
            [
              bufferArg('read', 'X', 'u16', sizeOp('mul', 'K', 'M')),
              bufferArg('read', 'g', 'u16', 'K'),
              bufferArg('read', 'order', 'i32', 'K'),
              bufferArg('read', 'eps', 'f32', 1),
              bufferArg('read', 'Xn_scale', 'u16', rmsnorm_quantize$6),
              bufferArg('readwrite', 'Xn_codes', 'u32', rmsnorm_quantize$16),
            ],
            'M',
            'K',
          ),
          rmsnorm_quantize$14,
          256,
          { features: ['shader-f16', 'subgroups'] },
        ),
        launchOf('wgsl', 'rmsnorm_quantize_4', rmsnorm_quantize$10, rmsnorm_quantize$14, 256, {
          features: ['shader-f16', 'subgroups'],
        }),
        launchOf('wgsl', 'rmsnorm_quantize_5', rmsnorm_quantize$17, rmsnorm_quantize$14, 256, {
          features: ['shader-f16', 'subgroups'],
        }),
      ),
      variantOf(
        'rmsnorm_quantize/rmsnorm_quantize.wgsl',
        { scratch: rmsnorm_quantize$4 },
        launchOf('wgsl', 'rmsnorm_quantize_1', rmsnorm_quantize$18, rmsnorm_quantize$14, 256),
        launchOf('wgsl', 'rmsnorm_quantize_2', rmsnorm_quantize$20, rmsnorm_quantize$24, 256),
        launchOf(
          'wgsl',
          'rmsnorm_quantize_3',
          argsOf(
            [
              bufferArg('read', 'X', 'u32', sizeOp('ceildiv', sizeOp('mul', 'K', 'M'), 2)),
              bufferArg('read', 'g', 'u32', sizeOp('ceildiv', 'K', 2)),
              bufferArg('read', 'order', 'i32', 'K'),
              bufferArg('read', 'eps', 'f32', 1),
              bufferArg('read', 'Xn_scale', 'u32', rmsnorm_quantize$19),
              bufferArg('readwrite', 'Xn_codes', 'u32', rmsnorm_quantize$16),
            ],
            'M',
            'K',
          ),
          rmsnorm_quantize$14,
          256,
        ),
        launchOf('wgsl', 'rmsnorm_quantize_4', rmsnorm_quantize$22, rmsnorm_quantize$14, 256),
        launchOf('wgsl', 'rmsnorm_quantize_5', rmsnorm_quantize$23, rmsnorm_quantize$14, 256),
      ),
    ],
  },
};
/** Sizes of `reorder_quantize`. */
export type ReorderQuantizeSizes = { readonly M: number; readonly K: number };

export interface ReorderQuantizeInputs {
  /** f16[M, K] */
  readonly X: Input<Half>;
  /** i32<K>[K] */
  readonly order: Input<Int32Array>;
}

export interface ReorderQuantizeOutputs {
  /** int4[M, K + -128], packed: codes of Xn (act4) */
  readonly Xn_codes: HostTensor<Uint8Array>;
  /** f16[M, ((K + 127) / 128) + -1]: scales of Xn (act4) */
  readonly Xn_scale: HostTensor<Uint16Array>;
  /** i8[M, 128]: codes of Xo (out8) */
  readonly Xo_codes: HostTensor<Int8Array>;
  /** f16[M, 1]: scales of Xo (out8) */
  readonly Xo_scale: HostTensor<Uint16Array>;
}

/**
 * Without the norm, before the output projection of attention, whose input nothing else could reorder.
 *
 * From rmsnorm_quantize.tdsl, line 26.
 */
export async function reorder_quantize(
  device: Device,
  inputs: ReorderQuantizeInputs,
  options: RunOptions<ReorderQuantizeSizes>,
): Promise<ReorderQuantizeOutputs> {
  const outputs = await runKernel(specReorderQuantize, device, { ...inputs }, options);
  return {
    Xn_codes: outputTensor(outputs, 'Xn_codes', Uint8Array),
    Xn_scale: outputTensor(outputs, 'Xn_scale', Uint16Array),
    Xo_codes: outputTensor(outputs, 'Xo_codes', Int8Array),
    Xo_scale: outputTensor(outputs, 'Xo_scale', Uint16Array),
  };
}

/** `reorder_quantize` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareReorderQuantize(
  device: Device,
  sizes: ReorderQuantizeSizes,
  options: LoadOptions,
): Promise<Prepared<'X' | 'order' | 'Xn_codes' | 'Xn_scale' | 'Xo_codes' | 'Xo_scale', ReorderQuantizeSizes>> {
  return prepareKernel(specReorderQuantize, device, sizes, options);
}

const reorder_quantize$1: SizeExpr = sizeOp('add', 'K', -128);
const reorder_quantize$2: SizeExpr = sizeOp('floordiv', sizeOp('add', 'K', 127), 128);
const reorder_quantize$3: SizeExpr = sizeOp('add', reorder_quantize$2, -1);
const reorder_quantize$4: SizeExpr = sizeOp('add', sizeOp('mul', 'M', reorder_quantize$2), sizeOp('mul', -1, 'M'));
const reorder_quantize$5: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u16', sizeOp('mul', 'K', 'M')),
    bufferArg('read', 'order', 'i32', 'K'),
    bufferArg('write', 'Xn_scale', 'u16', reorder_quantize$4),
  ],
  'M',
  'K',
);
const reorder_quantize$6: SizeExpr = sizeOp('mul', -128, 'M');
const reorder_quantize$7: SizeExpr = sizeOp('add', sizeOp('mul', 'K', 'M'), reorder_quantize$6);
const reorder_quantize$8: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u16', sizeOp('mul', 'K', 'M')),
    bufferArg('read', 'order', 'i32', 'K'),
    bufferArg('read', 'Xn_scale', 'u16', reorder_quantize$4),
    bufferArg('write', 'Xn_codes', 'u8', sizeOp('ceildiv', reorder_quantize$7, 2)),
  ],
  'M',
  'K',
);
const reorder_quantize$9: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u16', sizeOp('mul', 'K', 'M')),
    bufferArg('read', 'order', 'i32', 'K'),
    bufferArg('write', 'Xo_scale', 'u16', 'M'),
  ],
  'M',
  'K',
);
const reorder_quantize$10: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u16', sizeOp('mul', 'K', 'M')),
    bufferArg('read', 'order', 'i32', 'K'),
    bufferArg('read', 'Xo_scale', 'u16', 'M'),
    bufferArg('write', 'Xo_codes', 'i8', sizeOp('mul', 128, 'M')),
  ],
  'M',
  'K',
);
const reorder_quantize$11: SizeExpr = sizeOp('mul', 'M', sizeOp('floordiv', sizeOp('add', 'K', 8056), 8192));
const reorder_quantize$12: SizeExpr = sizeOp(
  'floordiv',
  sizeOp('add', sizeOp('mul', 'M', sizeOp('floordiv', 'K', 8)), 255, sizeOp('mul', -16, 'M')),
  256,
);
const reorder_quantize$13: SizeExpr = sizeOp('mul', 256, reorder_quantize$12);
const reorder_quantize$14: SizeExpr = sizeOp('floordiv', sizeOp('add', 'M', 7), 8);
const reorder_quantize$15: LaunchAbi['grid'] = [reorder_quantize$14, 1, 1];
const reorder_quantize$16: SizeExpr = sizeOp('mul', 256, reorder_quantize$14);
const reorder_quantize$17: SizeExpr = sizeOp('mul', 'M', sizeOp('floordiv', sizeOp('add', 'K', 8063), 8192));
const reorder_quantize$18: SizeExpr = sizeOp(
  'floordiv',
  sizeOp('add', sizeOp('mul', 'K', 'M'), 255, reorder_quantize$6),
  256,
);
const reorder_quantize$19: SizeExpr = sizeOp('mul', 256, reorder_quantize$18);
const reorder_quantize$20: LaunchAbi['grid'] = [
  sizeOp('min', reorder_quantize$11, 65535),
  sizeOp('ceildiv', reorder_quantize$11, 65535),
  1,
];
const reorder_quantize$21: SizeExpr = sizeOp('ceildiv', reorder_quantize$7, 8);
const reorder_quantize$22: LaunchAbi['grid'] = [
  sizeOp('min', reorder_quantize$12, 65535),
  sizeOp('ceildiv', reorder_quantize$12, 65535),
  1,
];
const reorder_quantize$23: LaunchAbi['grid'] = [sizeOp('min', 'M', 65535), sizeOp('ceildiv', 'M', 65535), 1];
const reorder_quantize$24: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u16', sizeOp('mul', 'K', 'M')),
    bufferArg('read', 'order', 'i32', 'K'),
    bufferArg('read', 'Xo_scale', 'u16', 'M'),
    bufferArg('write', 'Xo_codes', 'u32', sizeOp('ceildiv', sizeOp('mul', 128, 'M'), 4)),
  ],
  'M',
  'K',
);
const reorder_quantize$25: LaunchAbi['grid'] = [
  sizeOp('min', reorder_quantize$14, 65535),
  sizeOp('ceildiv', reorder_quantize$14, 65535),
  1,
];
const reorder_quantize$26: SizeExpr = sizeOp('ceildiv', reorder_quantize$4, 2);
const reorder_quantize$27: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u32', sizeOp('ceildiv', sizeOp('mul', 'K', 'M'), 2)),
    bufferArg('read', 'order', 'i32', 'K'),
    bufferArg('readwrite', 'Xn_scale', 'u32', reorder_quantize$26),
  ],
  'M',
  'K',
);
const reorder_quantize$28: SizeExpr = sizeOp('ceildiv', 'M', 2);
const reorder_quantize$29: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u32', sizeOp('ceildiv', sizeOp('mul', 'K', 'M'), 2)),
    bufferArg('read', 'order', 'i32', 'K'),
    bufferArg('readwrite', 'Xo_scale', 'u32', reorder_quantize$28),
  ],
  'M',
  'K',
);
const reorder_quantize$30: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u32', sizeOp('ceildiv', sizeOp('mul', 'K', 'M'), 2)),
    bufferArg('read', 'order', 'i32', 'K'),
    bufferArg('read', 'Xo_scale', 'u32', reorder_quantize$28),
    bufferArg('write', 'Xo_codes', 'u32', sizeOp('ceildiv', sizeOp('mul', 128, 'M'), 4)),
  ],
  'M',
  'K',
);
const reorder_quantize$31: LaunchAbi['grid'] = [
  sizeOp('min', reorder_quantize$17, 65535),
  sizeOp('ceildiv', reorder_quantize$17, 65535),
  1,
];
const reorder_quantize$32: LaunchAbi['grid'] = [
  sizeOp('min', reorder_quantize$18, 65535),
  sizeOp('ceildiv', reorder_quantize$18, 65535),
  1,
];
const specReorderQuantize: KernelSpec = {
  name: 'reorder_quantize',
  sizes: [{ name: 'M' }, { name: 'K' }],
  inputs: [tensorOf('X', 'f16', ['M', 'K']), tensorOf('order', 'i32', ['K'], { limit: 'K' })],
  outputs: [
    tensorOf('Xn_codes', 'int4', ['M', reorder_quantize$1]),
    tensorOf('Xn_scale', 'f16', ['M', reorder_quantize$3]),
    tensorOf('Xo_codes', 'i8', ['M', 128]),
    tensorOf('Xo_scale', 'f16', ['M', 1]),
  ],
  facts: [{ expr: reorder_quantize$1, relation: 'nonneg', text: 'the extent K - 128 must be at least 0' }],
  targets: {
    cpu: [
      variantOf(
        'rmsnorm_quantize/reorder_quantize.js',
        {},
        launchOf('cpu', 'reorder_quantize_1', reorder_quantize$5, [reorder_quantize$3, 'M', 1], 1),
        launchOf('cpu', 'reorder_quantize_2', reorder_quantize$8, [reorder_quantize$1, 'M', 1], 1),
        launchOf('cpu', 'reorder_quantize_3', reorder_quantize$9, ['M', 1, 1], 1),
        launchOf('cpu', 'reorder_quantize_4', reorder_quantize$10, [128, 'M', 1], 1),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'rmsnorm_quantize/reorder_quantize_aligned.sm_80.cu',
        { multiples: { K: 8 } },
        launchOf('cuda', 'reorder_quantize_aligned_1', reorder_quantize$5, [reorder_quantize$11, 1, 1], 256, {
          features: ['sm_80'],
        }),
        launchOf('cuda', 'reorder_quantize_aligned_2', reorder_quantize$8, [reorder_quantize$12, 1, 1], 256, {
          counts: reorder_quantize$13,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'reorder_quantize_aligned_3', reorder_quantize$9, ['M', 1, 1], 256, { features: ['sm_80'] }),
        launchOf('cuda', 'reorder_quantize_aligned_4', reorder_quantize$10, reorder_quantize$15, 256, {
          counts: reorder_quantize$16,
          features: ['sm_80'],
        }),
      ),
      variantOf(
        'rmsnorm_quantize/reorder_quantize.sm_80.cu',
        {},
        launchOf('cuda', 'reorder_quantize_1', reorder_quantize$5, [reorder_quantize$17, 1, 1], 256, {
          features: ['sm_80'],
        }),
        launchOf('cuda', 'reorder_quantize_2', reorder_quantize$8, [reorder_quantize$18, 1, 1], 256, {
          counts: reorder_quantize$19,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'reorder_quantize_3', reorder_quantize$9, ['M', 1, 1], 256, { features: ['sm_80'] }),
        launchOf('cuda', 'reorder_quantize_4', reorder_quantize$10, reorder_quantize$15, 256, {
          counts: reorder_quantize$16,
          features: ['sm_80'],
        }),
      ),
    ],
    wgsl: [
      variantOf(
        'rmsnorm_quantize/reorder_quantize_aligned_f16_subgroups.wgsl',
        { multiples: { K: 8 } },
        launchOf('wgsl', 'reorder_quantize_aligned_1', reorder_quantize$5, reorder_quantize$20, 256, {
          features: ['shader-f16'],
        }),
        launchOf(
          'wgsl',
          'reorder_quantize_aligned_2',
          argsOf(
            [
              bufferArg('read', 'X', 'u16', sizeOp('mul', 'K', 'M')),
              bufferArg('read', 'order', 'i32', 'K'),
              bufferArg('read', 'Xn_scale', 'u16', reorder_quantize$4),
              bufferArg('write', 'Xn_codes', 'u32', reorder_quantize$21),
            ],
            'M',
            'K',
          ),
          reorder_quantize$22,
          256,
          { counts: reorder_quantize$13, features: ['shader-f16'] },
        ),
        launchOf('wgsl', 'reorder_quantize_aligned_3', reorder_quantize$9, reorder_quantize$23, 256, {
          features: ['shader-f16', 'subgroups'],
        }),
        launchOf('wgsl', 'reorder_quantize_aligned_4', reorder_quantize$24, reorder_quantize$25, 256, {
          counts: reorder_quantize$16,
          features: ['shader-f16'],
        }),
      ),
      variantOf(
        'rmsnorm_quantize/reorder_quantize_aligned.wgsl',
        { multiples: { K: 8 } },
        launchOf('wgsl', 'reorder_quantize_aligned_1', reorder_quantize$27, reorder_quantize$20, 256),
        launchOf(
          'wgsl',
          'reorder_quantize_aligned_2',
          argsOf(
            [
              bufferArg('read', 'X', 'u32', sizeOp('ceildiv', sizeOp('mul', 'K', 'M'), 2)),
              bufferArg('read', 'order', 'i32', 'K'),
              bufferArg('read', 'Xn_scale', 'u32', reorder_quantize$26),
              bufferArg('write', 'Xn_codes', 'u32', reorder_quantize$21),
            ],
            'M',
            'K',
          ),
          reorder_quantize$22,
          256,
          { counts: reorder_quantize$13 },
        ),
        launchOf('wgsl', 'reorder_quantize_aligned_3', reorder_quantize$29, reorder_quantize$23, 256),
        launchOf('wgsl', 'reorder_quantize_aligned_4', reorder_quantize$30, reorder_quantize$25, 256, {
          counts: reorder_quantize$16,
        }),
      ),
      variantOf(
        'rmsnorm_quantize/reorder_quantize_f16_subgroups.wgsl',
        {},
        launchOf('wgsl', 'reorder_quantize_1', reorder_quantize$5, reorder_quantize$31, 256, {
          features: ['shader-f16'],
        }),
        launchOf(
          'wgsl',
          'reorder_quantize_2',
          argsOf(
            [
              bufferArg('read', 'X', 'u16', sizeOp('mul', 'K', 'M')),
              bufferArg('read', 'order', 'i32', 'K'),
              bufferArg('read', 'Xn_scale', 'u16', reorder_quantize$4),
              bufferArg('readwrite', 'Xn_codes', 'u32', reorder_quantize$21),
            ],
            'M',
            'K',
          ),
          reorder_quantize$32,
          256,
          { counts: reorder_quantize$19, features: ['shader-f16'] },
        ),
        launchOf('wgsl', 'reorder_quantize_3', reorder_quantize$9, reorder_quantize$23, 256, {
          features: ['shader-f16', 'subgroups'],
        }),
        launchOf('wgsl', 'reorder_quantize_4', reorder_quantize$24, reorder_quantize$25, 256, {
          counts: reorder_quantize$16,
          features: ['shader-f16'],
        }),
      ),
      variantOf(
        'rmsnorm_quantize/reorder_quantize.wgsl',
        {},
        launchOf('wgsl', 'reorder_quantize_1', reorder_quantize$27, reorder_quantize$31, 256),
        launchOf(
          'wgsl',
          'reorder_quantize_2',
          argsOf(
            [
              bufferArg('read', 'X', 'u32', sizeOp('ceildiv', sizeOp('mul', 'K', 'M'), 2)),
              bufferArg('read', 'order', 'i32', 'K'),
              bufferArg('read', 'Xn_scale', 'u32', reorder_quantize$26),
              bufferArg('readwrite', 'Xn_codes', 'u32', reorder_quantize$21),
            ],
            'M',
            'K',
          ),
          reorder_quantize$32,
          256,
          { counts: reorder_quantize$19 },
        ),
        launchOf('wgsl', 'reorder_quantize_3', reorder_quantize$29, reorder_quantize$23, 256),
        launchOf('wgsl', 'reorder_quantize_4', reorder_quantize$30, reorder_quantize$25, 256, {
          counts: reorder_quantize$16,
        }),
      ),
    ],
  },
};
/** Sizes of `gate_quantize`. */
export type GateQuantizeSizes = { readonly M: number; readonly K: number };

export interface GateQuantizeInputs {
  /** f16[M, K] */
  readonly gate: Input<Half>;
  /** f16[M, K] */
  readonly up: Input<Half>;
}

export interface GateQuantizeOutputs {
  /** int4[M, K + -128], packed: codes of Xn (act4) */
  readonly Xn_codes: HostTensor<Uint8Array>;
  /** f16[M, ((K + 127) / 128) + -1]: scales of Xn (act4) */
  readonly Xn_scale: HostTensor<Uint16Array>;
  /** i8[M, 128]: codes of Xo (out8) */
  readonly Xo_codes: HostTensor<Int8Array>;
  /** f16[M, 1]: scales of Xo (out8) */
  readonly Xo_scale: HostTensor<Uint16Array>;
}

/**
 * Before the down projection: the rows of `gate` and `up` are in its order already, so nothing moves.
 *
 * From rmsnorm_quantize.tdsl, line 35.
 */
export async function gate_quantize(
  device: Device,
  inputs: GateQuantizeInputs,
  options: RunOptions<GateQuantizeSizes>,
): Promise<GateQuantizeOutputs> {
  const outputs = await runKernel(specGateQuantize, device, { ...inputs }, options);
  return {
    Xn_codes: outputTensor(outputs, 'Xn_codes', Uint8Array),
    Xn_scale: outputTensor(outputs, 'Xn_scale', Uint16Array),
    Xo_codes: outputTensor(outputs, 'Xo_codes', Int8Array),
    Xo_scale: outputTensor(outputs, 'Xo_scale', Uint16Array),
  };
}

/** `gate_quantize` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareGateQuantize(
  device: Device,
  sizes: GateQuantizeSizes,
  options: LoadOptions,
): Promise<Prepared<'gate' | 'up' | 'Xn_codes' | 'Xn_scale' | 'Xo_codes' | 'Xo_scale', GateQuantizeSizes>> {
  return prepareKernel(specGateQuantize, device, sizes, options);
}

const gate_quantize$1: SizeExpr = sizeOp('add', 'K', -128);
const gate_quantize$2: SizeExpr = sizeOp('floordiv', sizeOp('add', 'K', 127), 128);
const gate_quantize$3: SizeExpr = sizeOp('add', gate_quantize$2, -1);
const gate_quantize$4: SizeExpr = sizeOp('add', sizeOp('mul', 'M', gate_quantize$2), sizeOp('mul', -1, 'M'));
const gate_quantize$5: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'gate', 'u16', sizeOp('mul', 'K', 'M')),
    bufferArg('read', 'up', 'u16', sizeOp('mul', 'K', 'M')),
    bufferArg('write', 'Xn_scale', 'u16', gate_quantize$4),
  ],
  'M',
  'K',
);
const gate_quantize$6: SizeExpr = sizeOp('mul', -128, 'M');
const gate_quantize$7: SizeExpr = sizeOp('add', sizeOp('mul', 'K', 'M'), gate_quantize$6);
const gate_quantize$8: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'gate', 'u16', sizeOp('mul', 'K', 'M')),
    bufferArg('read', 'up', 'u16', sizeOp('mul', 'K', 'M')),
    bufferArg('read', 'Xn_scale', 'u16', gate_quantize$4),
    bufferArg('write', 'Xn_codes', 'u8', sizeOp('ceildiv', gate_quantize$7, 2)),
  ],
  'M',
  'K',
);
const gate_quantize$9: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'gate', 'u16', sizeOp('mul', 'K', 'M')),
    bufferArg('read', 'up', 'u16', sizeOp('mul', 'K', 'M')),
    bufferArg('write', 'Xo_scale', 'u16', 'M'),
  ],
  'M',
  'K',
);
const gate_quantize$10: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'gate', 'u16', sizeOp('mul', 'K', 'M')),
    bufferArg('read', 'up', 'u16', sizeOp('mul', 'K', 'M')),
    bufferArg('read', 'Xo_scale', 'u16', 'M'),
    bufferArg('write', 'Xo_codes', 'i8', sizeOp('mul', 128, 'M')),
  ],
  'M',
  'K',
);
const gate_quantize$11: SizeExpr = sizeOp('mul', 'M', sizeOp('floordiv', sizeOp('add', 'K', 8056), 8192));
const gate_quantize$12: SizeExpr = sizeOp(
  'floordiv',
  sizeOp('add', sizeOp('mul', 'M', sizeOp('floordiv', 'K', 8)), 255, sizeOp('mul', -16, 'M')),
  256,
);
const gate_quantize$13: SizeExpr = sizeOp('mul', 256, gate_quantize$12);
const gate_quantize$14: SizeExpr = sizeOp('floordiv', sizeOp('add', 'M', 15), 16);
const gate_quantize$15: LaunchAbi['grid'] = [gate_quantize$14, 1, 1];
const gate_quantize$16: SizeExpr = sizeOp('mul', 256, gate_quantize$14);
const gate_quantize$17: SizeExpr = sizeOp('mul', 'M', sizeOp('floordiv', sizeOp('add', 'K', 8063), 8192));
const gate_quantize$18: SizeExpr = sizeOp(
  'floordiv',
  sizeOp('add', sizeOp('mul', 'K', 'M'), 255, gate_quantize$6),
  256,
);
const gate_quantize$19: SizeExpr = sizeOp('mul', 256, gate_quantize$18);
const gate_quantize$20: LaunchAbi['grid'] = [
  sizeOp('min', gate_quantize$11, 65535),
  sizeOp('ceildiv', gate_quantize$11, 65535),
  1,
];
const gate_quantize$21: SizeExpr = sizeOp('ceildiv', gate_quantize$7, 8);
const gate_quantize$22: LaunchAbi['grid'] = [
  sizeOp('min', gate_quantize$12, 65535),
  sizeOp('ceildiv', gate_quantize$12, 65535),
  1,
];
const gate_quantize$23: LaunchAbi['grid'] = [sizeOp('min', 'M', 65535), sizeOp('ceildiv', 'M', 65535), 1];
const gate_quantize$24: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'gate', 'u16', sizeOp('mul', 'K', 'M')),
    bufferArg('read', 'up', 'u16', sizeOp('mul', 'K', 'M')),
    bufferArg('read', 'Xo_scale', 'u16', 'M'),
    bufferArg('write', 'Xo_codes', 'u32', sizeOp('ceildiv', sizeOp('mul', 128, 'M'), 4)),
  ],
  'M',
  'K',
);
const gate_quantize$25: LaunchAbi['grid'] = [
  sizeOp('min', gate_quantize$14, 65535),
  sizeOp('ceildiv', gate_quantize$14, 65535),
  1,
];
const gate_quantize$26: SizeExpr = sizeOp('ceildiv', sizeOp('mul', 'K', 'M'), 2);
const gate_quantize$27: SizeExpr = sizeOp('ceildiv', gate_quantize$4, 2);
const gate_quantize$28: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'gate', 'u32', gate_quantize$26),
    bufferArg('read', 'up', 'u32', gate_quantize$26),
    bufferArg('readwrite', 'Xn_scale', 'u32', gate_quantize$27),
  ],
  'M',
  'K',
);
const gate_quantize$29: SizeExpr = sizeOp('ceildiv', 'M', 2);
const gate_quantize$30: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'gate', 'u32', gate_quantize$26),
    bufferArg('read', 'up', 'u32', gate_quantize$26),
    bufferArg('readwrite', 'Xo_scale', 'u32', gate_quantize$29),
  ],
  'M',
  'K',
);
const gate_quantize$31: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'gate', 'u32', gate_quantize$26),
    bufferArg('read', 'up', 'u32', gate_quantize$26),
    bufferArg('read', 'Xo_scale', 'u32', gate_quantize$29),
    bufferArg('write', 'Xo_codes', 'u32', sizeOp('ceildiv', sizeOp('mul', 128, 'M'), 4)),
  ],
  'M',
  'K',
);
const gate_quantize$32: LaunchAbi['grid'] = [
  sizeOp('min', gate_quantize$17, 65535),
  sizeOp('ceildiv', gate_quantize$17, 65535),
  1,
];
const gate_quantize$33: LaunchAbi['grid'] = [
  sizeOp('min', gate_quantize$18, 65535),
  sizeOp('ceildiv', gate_quantize$18, 65535),
  1,
];
const specGateQuantize: KernelSpec = {
  name: 'gate_quantize',
  sizes: [{ name: 'M' }, { name: 'K' }],
  inputs: [tensorOf('gate', 'f16', ['M', 'K']), tensorOf('up', 'f16', ['M', 'K'])],
  outputs: [
    tensorOf('Xn_codes', 'int4', ['M', gate_quantize$1]),
    tensorOf('Xn_scale', 'f16', ['M', gate_quantize$3]),
    tensorOf('Xo_codes', 'i8', ['M', 128]),
    tensorOf('Xo_scale', 'f16', ['M', 1]),
  ],
  facts: [{ expr: gate_quantize$1, relation: 'nonneg', text: 'the extent K - 128 must be at least 0' }],
  targets: {
    cpu: [
      variantOf(
        'rmsnorm_quantize/gate_quantize.js',
        {},
        launchOf('cpu', 'gate_quantize_1', gate_quantize$5, [gate_quantize$3, 'M', 1], 1),
        launchOf('cpu', 'gate_quantize_2', gate_quantize$8, [gate_quantize$1, 'M', 1], 1),
        launchOf('cpu', 'gate_quantize_3', gate_quantize$9, ['M', 1, 1], 1),
        launchOf('cpu', 'gate_quantize_4', gate_quantize$10, [128, 'M', 1], 1),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'rmsnorm_quantize/gate_quantize_aligned.sm_80.cu',
        { multiples: { K: 8 } },
        launchOf('cuda', 'gate_quantize_aligned_1', gate_quantize$5, [gate_quantize$11, 1, 1], 256, {
          features: ['sm_80'],
        }),
        launchOf('cuda', 'gate_quantize_aligned_2', gate_quantize$8, [gate_quantize$12, 1, 1], 256, {
          counts: gate_quantize$13,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'gate_quantize_aligned_3', gate_quantize$9, ['M', 1, 1], 256, { features: ['sm_80'] }),
        launchOf('cuda', 'gate_quantize_aligned_4', gate_quantize$10, gate_quantize$15, 256, {
          counts: gate_quantize$16,
          features: ['sm_80'],
        }),
      ),
      variantOf(
        'rmsnorm_quantize/gate_quantize.sm_80.cu',
        {},
        launchOf('cuda', 'gate_quantize_1', gate_quantize$5, [gate_quantize$17, 1, 1], 256, { features: ['sm_80'] }),
        launchOf('cuda', 'gate_quantize_2', gate_quantize$8, [gate_quantize$18, 1, 1], 256, {
          counts: gate_quantize$19,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'gate_quantize_3', gate_quantize$9, ['M', 1, 1], 256, { features: ['sm_80'] }),
        launchOf('cuda', 'gate_quantize_4', gate_quantize$10, gate_quantize$15, 256, {
          counts: gate_quantize$16,
          features: ['sm_80'],
        }),
      ),
    ],
    wgsl: [
      variantOf(
        'rmsnorm_quantize/gate_quantize_aligned_f16_subgroups.wgsl',
        { multiples: { K: 8 } },
        launchOf('wgsl', 'gate_quantize_aligned_1', gate_quantize$5, gate_quantize$20, 256, {
          features: ['shader-f16'],
        }),
        launchOf(
          'wgsl',
          'gate_quantize_aligned_2',
          argsOf(
            [
              bufferArg('read', 'gate', 'u16', sizeOp('mul', 'K', 'M')),
              bufferArg('read', 'up', 'u16', sizeOp('mul', 'K', 'M')),
              bufferArg('read', 'Xn_scale', 'u16', gate_quantize$4),
              bufferArg('write', 'Xn_codes', 'u32', gate_quantize$21),
            ],
            'M',
            'K',
          ),
          gate_quantize$22,
          256,
          { counts: gate_quantize$13, features: ['shader-f16'] },
        ),
        launchOf('wgsl', 'gate_quantize_aligned_3', gate_quantize$9, gate_quantize$23, 256, {
          features: ['shader-f16', 'subgroups'],
        }),
        launchOf('wgsl', 'gate_quantize_aligned_4', gate_quantize$24, gate_quantize$25, 256, {
          counts: gate_quantize$16,
          features: ['shader-f16'],
        }),
      ),
      variantOf(
        'rmsnorm_quantize/gate_quantize_aligned.wgsl',
        { multiples: { K: 8 } },
        launchOf('wgsl', 'gate_quantize_aligned_1', gate_quantize$28, gate_quantize$20, 256),
        launchOf(
          'wgsl',
          'gate_quantize_aligned_2',
          argsOf(
            [
              bufferArg('read', 'gate', 'u32', gate_quantize$26),
              bufferArg('read', 'up', 'u32', gate_quantize$26),
              bufferArg('read', 'Xn_scale', 'u32', gate_quantize$27),
              bufferArg('write', 'Xn_codes', 'u32', gate_quantize$21),
            ],
            'M',
            'K',
          ),
          gate_quantize$22,
          256,
          { counts: gate_quantize$13 },
        ),
        launchOf('wgsl', 'gate_quantize_aligned_3', gate_quantize$30, gate_quantize$23, 256),
        launchOf('wgsl', 'gate_quantize_aligned_4', gate_quantize$31, gate_quantize$25, 256, {
          counts: gate_quantize$16,
        }),
      ),
      variantOf(
        'rmsnorm_quantize/gate_quantize_f16_subgroups.wgsl',
        {},
        launchOf('wgsl', 'gate_quantize_1', gate_quantize$5, gate_quantize$32, 256, { features: ['shader-f16'] }),
        launchOf(
          'wgsl',
          'gate_quantize_2',
          argsOf(
            [
              bufferArg('read', 'gate', 'u16', sizeOp('mul', 'K', 'M')),
              bufferArg('read', 'up', 'u16', sizeOp('mul', 'K', 'M')),
              bufferArg('read', 'Xn_scale', 'u16', gate_quantize$4),
              bufferArg('readwrite', 'Xn_codes', 'u32', gate_quantize$21),
            ],
            'M',
            'K',
          ),
          gate_quantize$33,
          256,
          { counts: gate_quantize$19, features: ['shader-f16'] },
        ),
        launchOf('wgsl', 'gate_quantize_3', gate_quantize$9, gate_quantize$23, 256, {
          features: ['shader-f16', 'subgroups'],
        }),
        launchOf('wgsl', 'gate_quantize_4', gate_quantize$24, gate_quantize$25, 256, {
          counts: gate_quantize$16,
          features: ['shader-f16'],
        }),
      ),
      variantOf(
        'rmsnorm_quantize/gate_quantize.wgsl',
        {},
        launchOf('wgsl', 'gate_quantize_1', gate_quantize$28, gate_quantize$32, 256),
        launchOf(
          'wgsl',
          'gate_quantize_2',
          argsOf(
            [
              bufferArg('read', 'gate', 'u32', gate_quantize$26),
              bufferArg('read', 'up', 'u32', gate_quantize$26),
              bufferArg('read', 'Xn_scale', 'u32', gate_quantize$27),
              bufferArg('readwrite', 'Xn_codes', 'u32', gate_quantize$21),
            ],
            'M',
            'K',
          ),
          gate_quantize$33,
          256,
          { counts: gate_quantize$19 },
        ),
        launchOf('wgsl', 'gate_quantize_3', gate_quantize$30, gate_quantize$23, 256),
        launchOf('wgsl', 'gate_quantize_4', gate_quantize$31, gate_quantize$25, 256, { counts: gate_quantize$16 }),
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

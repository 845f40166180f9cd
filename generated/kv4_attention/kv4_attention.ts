// Made from kv4_attention.tdsl by tdsl compile. Change the source and compile again; edits here are lost.
// Checksum of the lines below: 9a0918da
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
/** Sizes of `quantize_kv`. */
export type QuantizeKvSizes = { readonly B: number; readonly S: number; readonly H: number; readonly D: 128 };

export interface QuantizeKvInputs {
  /** f16[B, S, H, D] */
  readonly X: Input<Half>;
}

export interface QuantizeKvOutputs {
  /** uint4[B, H, S, D], packed: codes of Q (kv4) */
  readonly Q_codes: HostTensor<Uint8Array>;
  /** f16[B, H, S, (D + 127) / 128]: scales of Q (kv4) */
  readonly Q_scale: HostTensor<Uint16Array>;
  /** f16[B, H, S, (D + 127) / 128]: zeros of Q (kv4) */
  readonly Q_zero: HostTensor<Uint16Array>;
}

/**
 * `quantize_kv`
 *
 * From kv4_attention.tdsl, line 14.
 */
export async function quantize_kv(
  device: Device,
  inputs: QuantizeKvInputs,
  options: RunOptions<QuantizeKvSizes>,
): Promise<QuantizeKvOutputs> {
  const outputs = await runKernel(specQuantizeKv, device, { ...inputs }, options);
  return {
    Q_codes: outputTensor(outputs, 'Q_codes', Uint8Array),
    Q_scale: outputTensor(outputs, 'Q_scale', Uint16Array),
    Q_zero: outputTensor(outputs, 'Q_zero', Uint16Array),
  };
}

/** `quantize_kv` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareQuantizeKv(
  device: Device,
  sizes: QuantizeKvSizes,
  options: LoadOptions,
): Promise<Prepared<'X' | 'Q_codes' | 'Q_scale' | 'Q_zero', QuantizeKvSizes>> {
  return prepareKernel(specQuantizeKv, device, sizes, options);
}

const quantize_kv$1: SizeExpr = sizeOp('mul', 128, 'B', 'H', 'S');
const quantize_kv$2: SizeExpr = sizeOp('mul', 'B', 'H', 'S');
const quantize_kv$3: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u16', quantize_kv$1),
    bufferArg('write', 'Q_scale', 'u16', quantize_kv$2),
    bufferArg('write', 'Q_zero', 'u16', quantize_kv$2),
  ],
  'B',
  'S',
  'H',
);
const quantize_kv$4: SizeExpr = sizeOp('ceildiv', quantize_kv$1, 2);
const quantize_kv$5: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u16', quantize_kv$1),
    bufferArg('read', 'Q_scale', 'u16', quantize_kv$2),
    bufferArg('read', 'Q_zero', 'u16', quantize_kv$2),
    bufferArg('write', 'Q_codes', 'u8', quantize_kv$4),
  ],
  'B',
  'S',
  'H',
);
const quantize_kv$6: SizeExpr = sizeOp('floordiv', sizeOp('add', quantize_kv$2, 15), 16);
const quantize_kv$7: SizeExpr = sizeOp('mul', 256, quantize_kv$6);
const quantize_kv$8: LaunchAbi['grid'] = [
  sizeOp('min', quantize_kv$2, 65535),
  sizeOp('ceildiv', quantize_kv$2, 65535),
  1,
];
const quantize_kv$9: LaunchAbi['grid'] = [
  sizeOp('min', quantize_kv$6, 65535),
  sizeOp('ceildiv', quantize_kv$6, 65535),
  1,
];
const quantize_kv$10: SizeExpr = sizeOp('ceildiv', quantize_kv$2, 2);
const specQuantizeKv: KernelSpec = {
  name: 'quantize_kv',
  sizes: [{ name: 'B' }, { name: 'S' }, { name: 'H' }, { name: 'D', pinned: [128] }],
  inputs: [tensorOf('X', 'f16', ['B', 'S', 'H', 'D'])],
  outputs: [
    tensorOf('Q_codes', 'uint4', ['B', 'H', 'S', 'D']),
    tensorOf('Q_scale', 'f16', ['B', 'H', 'S', sizeOp('floordiv', sizeOp('add', 'D', 127), 128)]),
    tensorOf('Q_zero', 'f16', ['B', 'H', 'S', sizeOp('floordiv', sizeOp('add', 'D', 127), 128)]),
  ],
  facts: [],
  targets: {
    cpu: [
      variantOf(
        'kv4_attention/quantize_kv_D128.js',
        { equals: { D: 128 } },
        launchOf('cpu', 'quantize_kv_D128_1', quantize_kv$3, ['S', 'H', 'B'], 1),
        launchOf('cpu', 'quantize_kv_D128_2', quantize_kv$5, [128, 'S', sizeOp('mul', 'B', 'H')], 1),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'kv4_attention/quantize_kv_D128.sm_80.cu',
        { equals: { D: 128 } },
        launchOf('cuda', 'quantize_kv_D128_1', quantize_kv$3, [quantize_kv$2, 1, 1], 256, { features: ['sm_80'] }),
        launchOf('cuda', 'quantize_kv_D128_2', quantize_kv$5, [quantize_kv$6, 1, 1], 256, {
          counts: quantize_kv$7,
          features: ['sm_80'],
        }),
      ),
    ],
    wgsl: [
      variantOf(
        'kv4_attention/quantize_kv_D128_f16_subgroups.wgsl',
        { equals: { D: 128 } },
        launchOf('wgsl', 'quantize_kv_D128_1', quantize_kv$3, quantize_kv$8, 256, {
          features: ['shader-f16', 'subgroups'],
        }),
        launchOf(
          'wgsl',
          'quantize_kv_D128_2',
          argsOf(
            [
              bufferArg('read', 'X', 'u16', quantize_kv$1),
              bufferArg('read', 'Q_scale', 'u16', quantize_kv$2),
              bufferArg('read', 'Q_zero', 'u16', quantize_kv$2),
              bufferArg('write', 'Q_codes', 'u32', sizeOp('ceildiv', quantize_kv$1, 8)),
            ],
            'B',
            'S',
            'H',
          ),
          quantize_kv$9,
          256,
          { counts: quantize_kv$7, features: ['shader-f16'] },
        ),
      ),
      variantOf(
        'kv4_attention/quantize_kv_D128.wgsl',
        { equals: { D: 128 } },
        launchOf(
          'wgsl',
          'quantize_kv_D128_1',
          argsOf(
            [
              bufferArg('read', 'X', 'u32', quantize_kv$4),
              bufferArg('readwrite', 'Q_scale', 'u32', quantize_kv$10),
              bufferArg('readwrite', 'Q_zero', 'u32', quantize_kv$10),
            ],
            'B',
            'S',
            'H',
          ),
          quantize_kv$8,
          256,
        ),
        launchOf(
          'wgsl',
          'quantize_kv_D128_2',
          argsOf(
            [
              bufferArg('read', 'X', 'u32', quantize_kv$4),
              bufferArg('read', 'Q_scale', 'u32', quantize_kv$10),
              bufferArg('read', 'Q_zero', 'u32', quantize_kv$10),
              bufferArg('write', 'Q_codes', 'u32', sizeOp('ceildiv', quantize_kv$1, 8)),
            ],
            'B',
            'S',
            'H',
          ),
          quantize_kv$9,
          256,
          { counts: quantize_kv$7 },
        ),
      ),
    ],
  },
};
/** Sizes of `quantize_kv_whole`. */
export type QuantizeKvWholeSizes = { readonly B: number; readonly S: number; readonly H: number; readonly D: 128 };

export interface QuantizeKvWholeInputs {
  /** f16[B, S, H, D] */
  readonly X: Input<Half>;
}

export interface QuantizeKvWholeOutputs {
  /** uint4[B, H, S, D], packed: codes of Q (kv4_whole) */
  readonly Q_codes: HostTensor<Uint8Array>;
  /** f16[B, H, S, (D + 127) / 128]: scales of Q (kv4_whole) */
  readonly Q_scale: HostTensor<Uint16Array>;
  /** u8[B, H, S, (D + 127) / 128]: zeros of Q (kv4_whole) */
  readonly Q_zero: HostTensor<Uint8Array>;
}

/**
 * `quantize_kv_whole`
 *
 * From kv4_attention.tdsl, line 21.
 */
export async function quantize_kv_whole(
  device: Device,
  inputs: QuantizeKvWholeInputs,
  options: RunOptions<QuantizeKvWholeSizes>,
): Promise<QuantizeKvWholeOutputs> {
  const outputs = await runKernel(specQuantizeKvWhole, device, { ...inputs }, options);
  return {
    Q_codes: outputTensor(outputs, 'Q_codes', Uint8Array),
    Q_scale: outputTensor(outputs, 'Q_scale', Uint16Array),
    Q_zero: outputTensor(outputs, 'Q_zero', Uint8Array),
  };
}

/** `quantize_kv_whole` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareQuantizeKvWhole(
  device: Device,
  sizes: QuantizeKvWholeSizes,
  options: LoadOptions,
): Promise<Prepared<'X' | 'Q_codes' | 'Q_scale' | 'Q_zero', QuantizeKvWholeSizes>> {
  return prepareKernel(specQuantizeKvWhole, device, sizes, options);
}

const quantize_kv_whole$1: SizeExpr = sizeOp('mul', 128, 'B', 'H', 'S');
const quantize_kv_whole$2: SizeExpr = sizeOp('mul', 'B', 'H', 'S');
const quantize_kv_whole$3: readonly Arg[] = argsOf(
  [bufferArg('read', 'X', 'u16', quantize_kv_whole$1), bufferArg('write', 'Q_scale', 'u16', quantize_kv_whole$2)],
  'B',
  'S',
  'H',
);
const quantize_kv_whole$4: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u16', quantize_kv_whole$1),
    bufferArg('read', 'Q_scale', 'u16', quantize_kv_whole$2),
    bufferArg('write', 'Q_zero', 'u8', quantize_kv_whole$2),
  ],
  'B',
  'S',
  'H',
);
const quantize_kv_whole$5: SizeExpr = sizeOp('ceildiv', quantize_kv_whole$1, 2);
const quantize_kv_whole$6: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u16', quantize_kv_whole$1),
    bufferArg('read', 'Q_scale', 'u16', quantize_kv_whole$2),
    bufferArg('read', 'Q_zero', 'u8', quantize_kv_whole$2),
    bufferArg('write', 'Q_codes', 'u8', quantize_kv_whole$5),
  ],
  'B',
  'S',
  'H',
);
const quantize_kv_whole$7: LaunchAbi['grid'] = [quantize_kv_whole$2, 1, 1];
const quantize_kv_whole$8: SizeExpr = sizeOp('floordiv', sizeOp('add', quantize_kv_whole$2, 15), 16);
const quantize_kv_whole$9: SizeExpr = sizeOp('mul', 256, quantize_kv_whole$8);
const quantize_kv_whole$10: LaunchAbi['grid'] = [
  sizeOp('min', quantize_kv_whole$2, 65535),
  sizeOp('ceildiv', quantize_kv_whole$2, 65535),
  1,
];
const quantize_kv_whole$11: SizeExpr = sizeOp('ceildiv', quantize_kv_whole$2, 4);
const quantize_kv_whole$12: LaunchAbi['grid'] = [
  sizeOp('min', quantize_kv_whole$8, 65535),
  sizeOp('ceildiv', quantize_kv_whole$8, 65535),
  1,
];
const quantize_kv_whole$13: SizeExpr = sizeOp('ceildiv', quantize_kv_whole$2, 2);
const specQuantizeKvWhole: KernelSpec = {
  name: 'quantize_kv_whole',
  sizes: [{ name: 'B' }, { name: 'S' }, { name: 'H' }, { name: 'D', pinned: [128] }],
  inputs: [tensorOf('X', 'f16', ['B', 'S', 'H', 'D'])],
  outputs: [
    tensorOf('Q_codes', 'uint4', ['B', 'H', 'S', 'D']),
    tensorOf('Q_scale', 'f16', ['B', 'H', 'S', sizeOp('floordiv', sizeOp('add', 'D', 127), 128)]),
    tensorOf('Q_zero', 'u8', ['B', 'H', 'S', sizeOp('floordiv', sizeOp('add', 'D', 127), 128)]),
  ],
  facts: [],
  targets: {
    cpu: [
      variantOf(
        'kv4_attention/quantize_kv_whole_D128.js',
        { equals: { D: 128 } },
        launchOf('cpu', 'quantize_kv_whole_D128_1', quantize_kv_whole$3, ['S', 'H', 'B'], 1),
        launchOf('cpu', 'quantize_kv_whole_D128_2', quantize_kv_whole$4, ['S', 'H', 'B'], 1),
        launchOf('cpu', 'quantize_kv_whole_D128_3', quantize_kv_whole$6, [128, 'S', sizeOp('mul', 'B', 'H')], 1),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'kv4_attention/quantize_kv_whole_D128.sm_80.cu',
        { equals: { D: 128 } },
        launchOf('cuda', 'quantize_kv_whole_D128_1', quantize_kv_whole$3, quantize_kv_whole$7, 256, {
          features: ['sm_80'],
        }),
        launchOf('cuda', 'quantize_kv_whole_D128_2', quantize_kv_whole$4, quantize_kv_whole$7, 256, {
          features: ['sm_80'],
        }),
        launchOf('cuda', 'quantize_kv_whole_D128_3', quantize_kv_whole$6, [quantize_kv_whole$8, 1, 1], 256, {
          counts: quantize_kv_whole$9,
          features: ['sm_80'],
        }),
      ),
    ],
    wgsl: [
      variantOf(
        'kv4_attention/quantize_kv_whole_D128_f16_subgroups.wgsl',
        { equals: { D: 128 } },
        launchOf('wgsl', 'quantize_kv_whole_D128_1', quantize_kv_whole$3, quantize_kv_whole$10, 256, {
          features: ['shader-f16', 'subgroups'],
        }),
        launchOf(
          'wgsl',
          'quantize_kv_whole_D128_2',
          argsOf(
            [
              bufferArg('read', 'X', 'u16', quantize_kv_whole$1),
              bufferArg('read', 'Q_scale', 'u16', quantize_kv_whole$2),
              bufferArg('readwrite', 'Q_zero', 'u32', quantize_kv_whole$11),
            ],
            'B',
            'S',
            'H',
          ),
          quantize_kv_whole$10,
          256,
          { features: ['shader-f16', 'subgroups'] },
        ),
        launchOf(
          'wgsl',
          'quantize_kv_whole_D128_3',
          argsOf(
            [
              bufferArg('read', 'X', 'u16', quantize_kv_whole$1),
              bufferArg('read', 'Q_scale', 'u16', quantize_kv_whole$2),
              bufferArg('read', 'Q_zero', 'u32', quantize_kv_whole$11),
              bufferArg('write', 'Q_codes', 'u32', sizeOp('ceildiv', quantize_kv_whole$1, 8)),
            ],
            'B',
            'S',
            'H',
          ),
          quantize_kv_whole$12,
          256,
          { counts: quantize_kv_whole$9, features: ['shader-f16'] },
        ),
      ),
      variantOf(
        'kv4_attention/quantize_kv_whole_D128.wgsl',
        { equals: { D: 128 } },
        launchOf(
          'wgsl',
          'quantize_kv_whole_D128_1',
          argsOf(
            [
              bufferArg('read', 'X', 'u32', quantize_kv_whole$5),
              bufferArg('readwrite', 'Q_scale', 'u32', quantize_kv_whole$13),
            ],
            'B',
            'S',
            'H',
          ),
          quantize_kv_whole$10,
          256,
        ),
        launchOf(
          'wgsl',
          'quantize_kv_whole_D128_2',
          argsOf(
            [
              bufferArg('read', 'X', 'u32', quantize_kv_whole$5),
              bufferArg('read', 'Q_scale', 'u32', quantize_kv_whole$13),
              bufferArg('readwrite', 'Q_zero', 'u32', quantize_kv_whole$11),
            ],
            'B',
            'S',
            'H',
          ),
          quantize_kv_whole$10,
          256,
        ),
        launchOf(
          'wgsl',
          'quantize_kv_whole_D128_3',
          argsOf(
            [
              bufferArg('read', 'X', 'u32', quantize_kv_whole$5),
              bufferArg('read', 'Q_scale', 'u32', quantize_kv_whole$13),
              bufferArg('read', 'Q_zero', 'u32', quantize_kv_whole$11),
              bufferArg('write', 'Q_codes', 'u32', sizeOp('ceildiv', quantize_kv_whole$1, 8)),
            ],
            'B',
            'S',
            'H',
          ),
          quantize_kv_whole$12,
          256,
          { counts: quantize_kv_whole$9 },
        ),
      ),
    ],
  },
};
/** Sizes of `store_kv`. */
export type StoreKvSizes = {
  readonly B: number;
  readonly S: number;
  readonly H: number;
  readonly D: 128;
  readonly T: number;
};

export interface StoreKvInputs {
  /** f16[B, S, H, D] */
  readonly X: Input<Half>;
  /** i32<T>[B, S] */
  readonly slot: Input<Int32Array>;
  /** uint4[B, H, T, D], packed, changed in place: codes of cache (kv4) */
  readonly cache_codes: Input<Uint8Array>;
  /** f16[B, H, T, (D + 127) / 128], changed in place: scales of cache (kv4) */
  readonly cache_scale: Input<Half>;
  /** f16[B, H, T, (D + 127) / 128], changed in place: zeros of cache (kv4) */
  readonly cache_zero: Input<Half>;
}

export interface StoreKvOutputs {
  /** uint4[B, H, T, D], packed, changed in place: codes of cache (kv4) */
  readonly cache_codes: HostTensor<Uint8Array>;
  /** f16[B, H, T, (D + 127) / 128], changed in place: scales of cache (kv4) */
  readonly cache_scale: HostTensor<Uint16Array>;
  /** f16[B, H, T, (D + 127) / 128], changed in place: zeros of cache (kv4) */
  readonly cache_zero: HostTensor<Uint16Array>;
}

/**
 * Quantise on store: S new keys (or values) of each sequence go to their slots in a cache that others own.
 *
 * From kv4_attention.tdsl, line 29.
 */
export async function store_kv(
  device: Device,
  inputs: StoreKvInputs,
  options: RunOptions<StoreKvSizes>,
): Promise<StoreKvOutputs> {
  const outputs = await runKernel(specStoreKv, device, { ...inputs }, options);
  return {
    cache_codes: outputTensor(outputs, 'cache_codes', Uint8Array),
    cache_scale: outputTensor(outputs, 'cache_scale', Uint16Array),
    cache_zero: outputTensor(outputs, 'cache_zero', Uint16Array),
  };
}

/** `store_kv` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareStoreKv(
  device: Device,
  sizes: StoreKvSizes,
  options: LoadOptions,
): Promise<Prepared<'X' | 'slot' | 'cache_codes' | 'cache_scale' | 'cache_zero', StoreKvSizes>> {
  return prepareKernel(specStoreKv, device, sizes, options);
}

const store_kv$1: TensorSpec = tensorOf('cache_codes', 'uint4', ['B', 'H', 'T', 'D']);
const store_kv$2: TensorSpec = tensorOf('cache_scale', 'f16', [
  'B',
  'H',
  'T',
  sizeOp('floordiv', sizeOp('add', 'D', 127), 128),
]);
const store_kv$3: TensorSpec = tensorOf('cache_zero', 'f16', [
  'B',
  'H',
  'T',
  sizeOp('floordiv', sizeOp('add', 'D', 127), 128),
]);
const store_kv$4: SizeExpr = sizeOp('mul', 128, 'B', 'H', 'S');
const store_kv$5: SizeExpr = sizeOp('mul', 'B', 'H', 'S');
const store_kv$6: readonly Arg[] = argsOf(
  [bufferArg('read', 'X', 'u16', store_kv$4), bufferArg('write', 'cache_new_zero_mem', 'u16', store_kv$5)],
  'B',
  'S',
  'H',
  'T',
);
const store_kv$7: readonly Arg[] = argsOf(
  [bufferArg('read', 'X', 'u16', store_kv$4), bufferArg('write', 'cache_new_scale_mem', 'u16', store_kv$5)],
  'B',
  'S',
  'H',
  'T',
);
const store_kv$8: SizeExpr = sizeOp('ceildiv', store_kv$4, 2);
const store_kv$9: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u16', store_kv$4),
    bufferArg('read', 'cache_new_zero_mem', 'u16', store_kv$5),
    bufferArg('read', 'cache_new_scale_mem', 'u16', store_kv$5),
    bufferArg('write', 'cache_new_codes_mem', 'u8', store_kv$8),
  ],
  'B',
  'S',
  'H',
  'T',
);
const store_kv$10: LaunchAbi['grid'] = [128, 'S', sizeOp('mul', 'B', 'H')];
const store_kv$11: SizeExpr = sizeOp('mul', 128, 'B', 'H', 'T');
const store_kv$12: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'S')),
    bufferArg('read', 'cache_new_codes_mem', 'u8', store_kv$8),
    bufferArg('write', 'cache_codes', 'u8', sizeOp('ceildiv', store_kv$11, 2)),
  ],
  'B',
  'S',
  'H',
  'T',
);
const store_kv$13: SizeExpr = sizeOp('mul', 'B', 'H', 'T');
const store_kv$14: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'S')),
    bufferArg('read', 'cache_new_scale_mem', 'u16', store_kv$5),
    bufferArg('write', 'cache_scale', 'u16', store_kv$13),
  ],
  'B',
  'S',
  'H',
  'T',
);
const store_kv$15: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'S')),
    bufferArg('read', 'cache_new_zero_mem', 'u16', store_kv$5),
    bufferArg('write', 'cache_zero', 'u16', store_kv$13),
  ],
  'B',
  'S',
  'H',
  'T',
);
const store_kv$16: VariantSpec['scratch'] = [
  { name: 'cache_duplicate_min_chunk_mem', bits: 32, elements: 256 },
  { name: 'cache_duplicate_any_mem', bits: 8, elements: sizeOp('mul', 'B', 'S') },
  { name: 'cache_new_codes_mem', bits: 4, elements: store_kv$4 },
  { name: 'cache_new_zero_mem', bits: 16, elements: store_kv$5 },
  { name: 'cache_new_scale_mem', bits: 16, elements: store_kv$5 },
];
const store_kv$17: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'S')),
    bufferArg('write', 'cache_duplicate_any_mem', 'u8', sizeOp('mul', 'B', 'S')),
  ],
  'B',
  'S',
  'H',
  'T',
);
const store_kv$18: SizeExpr = sizeOp('mul', 'B', sizeOp('floordiv', sizeOp('add', 'S', 124), 128));
const store_kv$19: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'cache_duplicate_any_mem', 'u8', sizeOp('mul', 'B', 'S')),
    bufferArg('write', 'cache_duplicate_min_chunk_mem', 'i32', 256),
  ],
  'B',
  'S',
  'H',
  'T',
);
const store_kv$20: readonly Arg[] = argsOf(
  [bufferArg('read', 'cache_duplicate_min_chunk_mem', 'i32', 256), bufferArg('write', 'cache_duplicate', 'i32', 1)],
  'B',
  'S',
  'H',
  'T',
);
const store_kv$21: LaunchAbi['grid'] = [store_kv$5, 1, 1];
const store_kv$22: SizeExpr = sizeOp('mul', 'B', 'H', sizeOp('floordiv', 'S', 4));
const store_kv$23: SizeExpr = sizeOp('floordiv', sizeOp('add', store_kv$22, 3), 4);
const store_kv$24: SizeExpr = sizeOp('mul', 256, store_kv$23);
const store_kv$25: SizeExpr = sizeOp('floordiv', sizeOp('add', store_kv$22, 7), 8);
const store_kv$26: SizeExpr = sizeOp('mul', 256, store_kv$25);
const store_kv$27: SizeExpr = sizeOp('mul', 'H', 'S', sizeOp('floordiv', sizeOp('add', 'B', 255), 256));
const store_kv$28: LaunchAbi['grid'] = [store_kv$27, 1, 1];
const store_kv$29: SizeExpr = sizeOp('mul', 'B', sizeOp('floordiv', sizeOp('add', 'S', 127), 128));
const store_kv$30: SizeExpr = sizeOp('floordiv', sizeOp('add', store_kv$5, 15), 16);
const store_kv$31: SizeExpr = sizeOp('mul', 256, store_kv$30);
const store_kv$32: SizeExpr = sizeOp('floordiv', sizeOp('add', store_kv$5, 31), 32);
const store_kv$33: SizeExpr = sizeOp('mul', 256, store_kv$32);
const store_kv$34: SizeExpr = sizeOp('ceildiv', sizeOp('mul', 'B', 'S'), 4);
const store_kv$35: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'cache_duplicate_any_mem', 'u32', store_kv$34),
    bufferArg('write', 'cache_duplicate_min_chunk_mem', 'i32', 256),
  ],
  'B',
  'S',
  'H',
  'T',
);
const store_kv$36: LaunchAbi['grid'] = [sizeOp('min', store_kv$5, 65535), sizeOp('ceildiv', store_kv$5, 65535), 1];
const store_kv$37: SizeExpr = sizeOp('ceildiv', store_kv$4, 8);
const store_kv$38: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u16', store_kv$4),
    bufferArg('read', 'cache_new_zero_mem', 'u16', store_kv$5),
    bufferArg('read', 'cache_new_scale_mem', 'u16', store_kv$5),
    bufferArg('write', 'cache_new_codes_mem', 'u32', store_kv$37),
  ],
  'B',
  'S',
  'H',
  'T',
);
const store_kv$39: LaunchAbi['grid'] = [sizeOp('min', store_kv$23, 65535), sizeOp('ceildiv', store_kv$23, 65535), 1];
const store_kv$40: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'S')),
    bufferArg('read', 'cache_new_codes_mem', 'u32', store_kv$37),
    bufferArg('write', 'cache_codes', 'u32', sizeOp('ceildiv', store_kv$11, 8)),
  ],
  'B',
  'S',
  'H',
  'T',
);
const store_kv$41: LaunchAbi['grid'] = [sizeOp('min', store_kv$27, 65535), sizeOp('ceildiv', store_kv$27, 65535), 1];
const store_kv$42: SizeExpr = sizeOp('ceildiv', store_kv$5, 2);
const store_kv$43: readonly Arg[] = argsOf(
  [bufferArg('read', 'X', 'u32', store_kv$8), bufferArg('readwrite', 'cache_new_zero_mem', 'u32', store_kv$42)],
  'B',
  'S',
  'H',
  'T',
);
const store_kv$44: readonly Arg[] = argsOf(
  [bufferArg('read', 'X', 'u32', store_kv$8), bufferArg('readwrite', 'cache_new_scale_mem', 'u32', store_kv$42)],
  'B',
  'S',
  'H',
  'T',
);
const store_kv$45: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u32', store_kv$8),
    bufferArg('read', 'cache_new_zero_mem', 'u32', store_kv$42),
    bufferArg('read', 'cache_new_scale_mem', 'u32', store_kv$42),
    bufferArg('write', 'cache_new_codes_mem', 'u32', store_kv$37),
  ],
  'B',
  'S',
  'H',
  'T',
);
const store_kv$46: SizeExpr = sizeOp('ceildiv', store_kv$13, 2);
const store_kv$47: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'S')),
    bufferArg('read', 'cache_new_scale_mem', 'u32', store_kv$42),
    bufferArg('readwrite', 'cache_scale', 'u32', store_kv$46),
  ],
  'B',
  'S',
  'H',
  'T',
);
const store_kv$48: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'S')),
    bufferArg('read', 'cache_new_zero_mem', 'u32', store_kv$42),
    bufferArg('readwrite', 'cache_zero', 'u32', store_kv$46),
  ],
  'B',
  'S',
  'H',
  'T',
);
const store_kv$49: LaunchAbi['grid'] = [sizeOp('min', store_kv$30, 65535), sizeOp('ceildiv', store_kv$30, 65535), 1];
const specStoreKv: KernelSpec = {
  name: 'store_kv',
  sizes: [{ name: 'B' }, { name: 'S' }, { name: 'H' }, { name: 'D', pinned: [128] }, { name: 'T' }],
  inputs: [
    tensorOf('X', 'f16', ['B', 'S', 'H', 'D']),
    tensorOf('slot', 'i32', ['B', 'S'], { limit: 'T' }),
    store_kv$1,
    store_kv$2,
    store_kv$3,
  ],
  outputs: [store_kv$1, store_kv$2, store_kv$3],
  checks: [
    {
      tensor: 'cache_duplicate',
      kind: 'duplicate',
      target: 'cache',
      line: 30,
      axes: [
        { name: 'b', extent: 'B' },
        { name: 's', extent: 'S' },
      ],
    },
  ],
  facts: [],
  targets: {
    cpu: [
      variantOf(
        'kv4_attention/store_kv_D128.js',
        {
          equals: { D: 128 },
          scratch: [
            { name: 'cache_new_codes_mem', bits: 4, elements: store_kv$4 },
            { name: 'cache_new_zero_mem', bits: 16, elements: store_kv$5 },
            { name: 'cache_new_scale_mem', bits: 16, elements: store_kv$5 },
          ],
        },
        launchOf(
          'cpu',
          'store_kv_D128_1',
          argsOf(
            [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'S')),
              bufferArg('write', 'cache_duplicate', 'i32', 1),
            ],
            'B',
            'S',
            'H',
            'T',
          ),
          [1, 1, 1],
          1,
        ),
        launchOf('cpu', 'store_kv_D128_2', store_kv$6, ['S', 'H', 'B'], 1),
        launchOf('cpu', 'store_kv_D128_3', store_kv$7, ['S', 'H', 'B'], 1),
        launchOf('cpu', 'store_kv_D128_4', store_kv$9, store_kv$10, 1),
        launchOf('cpu', 'store_kv_D128_5', store_kv$12, store_kv$10, 1),
        launchOf('cpu', 'store_kv_D128_6', store_kv$14, ['S', 'H', 'B'], 1),
        launchOf('cpu', 'store_kv_D128_7', store_kv$15, ['S', 'H', 'B'], 1),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'kv4_attention/store_kv_D128_aligned.sm_80.cu',
        { equals: { D: 128 }, multiples: { S: 4 }, scratch: store_kv$16 },
        launchOf('cuda', 'store_kv_D128_aligned_1', store_kv$17, [store_kv$18, 1, 1], 256, { features: ['sm_80'] }),
        launchOf('cuda', 'store_kv_D128_aligned_2', store_kv$19, [256, 1, 1], 256, { features: ['sm_80'] }),
        launchOf('cuda', 'store_kv_D128_aligned_3', store_kv$20, [1, 1, 1], 64, { features: ['sm_80'] }),
        launchOf('cuda', 'store_kv_D128_aligned_4', store_kv$6, store_kv$21, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'store_kv_D128_aligned_5', store_kv$7, store_kv$21, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'store_kv_D128_aligned_6', store_kv$9, [store_kv$23, 1, 1], 256, {
          counts: store_kv$24,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'store_kv_D128_aligned_7', store_kv$12, [store_kv$25, 1, 1], 256, {
          counts: store_kv$26,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'store_kv_D128_aligned_8', store_kv$14, store_kv$28, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'store_kv_D128_aligned_9', store_kv$15, store_kv$28, 256, { features: ['sm_80'] }),
      ),
      variantOf(
        'kv4_attention/store_kv_D128.sm_80.cu',
        { equals: { D: 128 }, scratch: store_kv$16 },
        launchOf('cuda', 'store_kv_D128_1', store_kv$17, [store_kv$29, 1, 1], 256, { features: ['sm_80'] }),
        launchOf('cuda', 'store_kv_D128_2', store_kv$19, [256, 1, 1], 256, { features: ['sm_80'] }),
        launchOf('cuda', 'store_kv_D128_3', store_kv$20, [1, 1, 1], 64, { features: ['sm_80'] }),
        launchOf('cuda', 'store_kv_D128_4', store_kv$6, store_kv$21, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'store_kv_D128_5', store_kv$7, store_kv$21, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'store_kv_D128_6', store_kv$9, [store_kv$30, 1, 1], 256, {
          counts: store_kv$31,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'store_kv_D128_7', store_kv$12, [store_kv$32, 1, 1], 256, {
          counts: store_kv$33,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'store_kv_D128_8', store_kv$14, store_kv$28, 256, { features: ['sm_80'] }),
        launchOf('cuda', 'store_kv_D128_9', store_kv$15, store_kv$28, 256, { features: ['sm_80'] }),
      ),
    ],
    wgsl: [
      variantOf(
        'kv4_attention/store_kv_D128_aligned_f16_subgroups.wgsl',
        { equals: { D: 128 }, multiples: { S: 4 }, scratch: store_kv$16 },
        launchOf(
          'wgsl',
          'store_kv_D128_aligned_1',
          argsOf(
            [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'S')),
              bufferArg('write', 'cache_duplicate_any_mem', 'u32', store_kv$34),
            ],
            'B',
            'S',
            'H',
            'T',
          ),
          [sizeOp('min', store_kv$18, 65535), sizeOp('ceildiv', store_kv$18, 65535), 1],
          256,
        ),
        launchOf('wgsl', 'store_kv_D128_aligned_2', store_kv$35, [256, 1, 1], 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'store_kv_D128_aligned_3', store_kv$20, [1, 1, 1], 64, { features: ['subgroups'] }),
        launchOf('wgsl', 'store_kv_D128_aligned_4', store_kv$6, store_kv$36, 256, {
          features: ['shader-f16', 'subgroups'],
        }),
        launchOf('wgsl', 'store_kv_D128_aligned_5', store_kv$7, store_kv$36, 256, {
          features: ['shader-f16', 'subgroups'],
        }),
        launchOf('wgsl', 'store_kv_D128_aligned_6', store_kv$38, store_kv$39, 256, {
          counts: store_kv$24,
          features: ['shader-f16'],
        }),
        launchOf(
          'wgsl',
          'store_kv_D128_aligned_7',
          store_kv$40,
          [sizeOp('min', store_kv$25, 65535), sizeOp('ceildiv', store_kv$25, 65535), 1],
          256,
          { counts: store_kv$26 },
        ),
        launchOf('wgsl', 'store_kv_D128_aligned_8', store_kv$14, store_kv$41, 256, { features: ['shader-f16'] }),
        launchOf('wgsl', 'store_kv_D128_aligned_9', store_kv$15, store_kv$41, 256, { features: ['shader-f16'] }),
      ),
      variantOf(
        'kv4_attention/store_kv_D128_aligned.wgsl',
        { equals: { D: 128 }, multiples: { S: 4 }, scratch: store_kv$16 },
        launchOf(
          'wgsl',
          'store_kv_D128_aligned_1',
          argsOf(
            [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'S')),
              bufferArg('write', 'cache_duplicate_any_mem', 'u32', store_kv$34),
            ],
            'B',
            'S',
            'H',
            'T',
          ),
          [sizeOp('min', store_kv$18, 65535), sizeOp('ceildiv', store_kv$18, 65535), 1],
          256,
        ),
        launchOf('wgsl', 'store_kv_D128_aligned_2', store_kv$35, [256, 1, 1], 256),
        launchOf('wgsl', 'store_kv_D128_aligned_3', store_kv$20, [1, 1, 1], 64),
        launchOf('wgsl', 'store_kv_D128_aligned_4', store_kv$43, store_kv$36, 256),
        launchOf('wgsl', 'store_kv_D128_aligned_5', store_kv$44, store_kv$36, 256),
        launchOf('wgsl', 'store_kv_D128_aligned_6', store_kv$45, store_kv$39, 256, { counts: store_kv$24 }),
        launchOf(
          'wgsl',
          'store_kv_D128_aligned_7',
          store_kv$40,
          [sizeOp('min', store_kv$25, 65535), sizeOp('ceildiv', store_kv$25, 65535), 1],
          256,
          { counts: store_kv$26 },
        ),
        launchOf('wgsl', 'store_kv_D128_aligned_8', store_kv$47, store_kv$41, 256),
        launchOf('wgsl', 'store_kv_D128_aligned_9', store_kv$48, store_kv$41, 256),
      ),
      variantOf(
        'kv4_attention/store_kv_D128_f16_subgroups.wgsl',
        { equals: { D: 128 }, scratch: store_kv$16 },
        launchOf(
          'wgsl',
          'store_kv_D128_1',
          argsOf(
            [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'S')),
              bufferArg('readwrite', 'cache_duplicate_any_mem', 'u32', store_kv$34),
            ],
            'B',
            'S',
            'H',
            'T',
          ),
          [sizeOp('min', store_kv$29, 65535), sizeOp('ceildiv', store_kv$29, 65535), 1],
          256,
        ),
        launchOf('wgsl', 'store_kv_D128_2', store_kv$35, [256, 1, 1], 256, { features: ['subgroups'] }),
        launchOf('wgsl', 'store_kv_D128_3', store_kv$20, [1, 1, 1], 64, { features: ['subgroups'] }),
        launchOf('wgsl', 'store_kv_D128_4', store_kv$6, store_kv$36, 256, { features: ['shader-f16', 'subgroups'] }),
        launchOf('wgsl', 'store_kv_D128_5', store_kv$7, store_kv$36, 256, { features: ['shader-f16', 'subgroups'] }),
        launchOf('wgsl', 'store_kv_D128_6', store_kv$38, store_kv$49, 256, {
          counts: store_kv$31,
          features: ['shader-f16'],
        }),
        launchOf(
          'wgsl',
          'store_kv_D128_7',
          store_kv$40,
          [sizeOp('min', store_kv$32, 65535), sizeOp('ceildiv', store_kv$32, 65535), 1],
          256,
          { counts: store_kv$33 },
        ),
        launchOf('wgsl', 'store_kv_D128_8', store_kv$14, store_kv$41, 256, { features: ['shader-f16'] }),
        launchOf('wgsl', 'store_kv_D128_9', store_kv$15, store_kv$41, 256, { features: ['shader-f16'] }),
      ),
      variantOf(
        'kv4_attention/store_kv_D128.wgsl',
        { equals: { D: 128 }, scratch: store_kv$16 },
        launchOf(
          'wgsl',
          'store_kv_D128_1',
          argsOf(
            [
              bufferArg('read', 'slot', 'i32', sizeOp('mul', 'B', 'S')),
              bufferArg('readwrite', 'cache_duplicate_any_mem', 'u32', store_kv$34),
            ],
            'B',
            'S',
            'H',
            'T',
          ),
          [sizeOp('min', store_kv$29, 65535), sizeOp('ceildiv', store_kv$29, 65535), 1],
          256,
        ),
        launchOf('wgsl', 'store_kv_D128_2', store_kv$35, [256, 1, 1], 256),
        launchOf('wgsl', 'store_kv_D128_3', store_kv$20, [1, 1, 1], 64),
        launchOf('wgsl', 'store_kv_D128_4', store_kv$43, store_kv$36, 256),
        launchOf('wgsl', 'store_kv_D128_5', store_kv$44, store_kv$36, 256),
        launchOf('wgsl', 'store_kv_D128_6', store_kv$45, store_kv$49, 256, { counts: store_kv$31 }),
        launchOf(
          'wgsl',
          'store_kv_D128_7',
          store_kv$40,
          [sizeOp('min', store_kv$32, 65535), sizeOp('ceildiv', store_kv$32, 65535), 1],
          256,
          { counts: store_kv$33 },
        ),
        launchOf('wgsl', 'store_kv_D128_8', store_kv$47, store_kv$41, 256),
        launchOf('wgsl', 'store_kv_D128_9', store_kv$48, store_kv$41, 256),
      ),
    ],
  },
};
/** Sizes of `kv4_decode`. */
export type Kv4DecodeSizes = {
  readonly B: number;
  readonly G: number;
  readonly R: number;
  readonly D: 128;
  readonly T: number;
};

export interface Kv4DecodeInputs {
  /** f16[B, G*R, D] */
  readonly q: Input<Half>;
  /** uint4[B, G, T, D], packed: codes of K (kv4) */
  readonly K_codes: Input<Uint8Array>;
  /** f16[B, G, T, (D + 127) / 128]: scales of K (kv4) */
  readonly K_scale: Input<Half>;
  /** f16[B, G, T, (D + 127) / 128]: zeros of K (kv4) */
  readonly K_zero: Input<Half>;
  /** uint4[B, G, T, D], packed: codes of V (kv4) */
  readonly V_codes: Input<Uint8Array>;
  /** f16[B, G, T, (D + 127) / 128]: scales of V (kv4) */
  readonly V_scale: Input<Half>;
  /** f16[B, G, T, (D + 127) / 128]: zeros of V (kv4) */
  readonly V_zero: Input<Half>;
  /** i32[B] */
  readonly len: Input<Int32Array>;
  /** f32[T, 2, D / 2] */
  readonly table: Input<Float32Array>;
}

export interface Kv4DecodeOutputs {
  /** f16[B, G*R, D] */
  readonly O: HostTensor<Uint16Array>;
}

/**
 * One query for each sequence, rotated already; each of G key heads serves R query heads. table[t] holds cosines and sines of position t.
 *
 * From kv4_attention.tdsl, line 37.
 */
export async function kv4_decode(
  device: Device,
  inputs: Kv4DecodeInputs,
  options: RunOptions<Kv4DecodeSizes>,
): Promise<Kv4DecodeOutputs> {
  const outputs = await runKernel(specKv4Decode, device, { ...inputs }, options);
  return { O: outputTensor(outputs, 'O', Uint16Array) };
}

/** `kv4_decode` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareKv4Decode(
  device: Device,
  sizes: Kv4DecodeSizes,
  options: LoadOptions,
): Promise<
  Prepared<
    'q' | 'K_codes' | 'K_scale' | 'K_zero' | 'V_codes' | 'V_scale' | 'V_zero' | 'len' | 'table' | 'O',
    Kv4DecodeSizes
  >
> {
  return prepareKernel(specKv4Decode, device, sizes, options);
}

const kv4_decode$1: SizeExpr = sizeOp('mul', 128, 'B', 'G', 'R');
const kv4_decode$2: SizeExpr = sizeOp('mul', 128, 'B', 'G', 'T');
const kv4_decode$3: SizeExpr = sizeOp('ceildiv', kv4_decode$2, 2);
const kv4_decode$4: SizeExpr = sizeOp('mul', 'B', 'G', 'T');
const kv4_decode$5: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u16', kv4_decode$1),
    bufferArg('read', 'K_codes', 'u8', kv4_decode$3),
    bufferArg('read', 'K_scale', 'u16', kv4_decode$4),
    bufferArg('read', 'K_zero', 'u16', kv4_decode$4),
    bufferArg('read', 'V_codes', 'u8', kv4_decode$3),
    bufferArg('read', 'V_scale', 'u16', kv4_decode$4),
    bufferArg('read', 'V_zero', 'u16', kv4_decode$4),
    bufferArg('read', 'len', 'i32', 'B'),
    bufferArg('read', 'table', 'f32', sizeOp('mul', 128, 'T')),
    bufferArg('write', 'O', 'u16', kv4_decode$1),
  ],
  'B',
  'G',
  'R',
  'T',
);
const kv4_decode$6: SizeExpr = sizeOp('floordiv', sizeOp('add', 'T', 255), 256);
const kv4_decode$7: SizeExpr = sizeOp('mul', 'B', 'G', 'R', kv4_decode$6);
const kv4_decode$8: SizeExpr = sizeOp('mul', 128, 'B', 'G', 'R', kv4_decode$6);
const kv4_decode$9: VariantSpec['scratch'] = [
  { name: 'p_max_chunk_mem', bits: 32, elements: kv4_decode$7 },
  { name: 'p_sum2_chunk_mem', bits: 32, elements: kv4_decode$7 },
  { name: 'O_sum_f_chunk_mem', bits: 32, elements: kv4_decode$8 },
];
const kv4_decode$10: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u16', kv4_decode$1),
    bufferArg('read', 'K_codes', 'u8', kv4_decode$3),
    bufferArg('read', 'K_scale', 'u16', kv4_decode$4),
    bufferArg('read', 'K_zero', 'u16', kv4_decode$4),
    bufferArg('read', 'V_codes', 'u8', kv4_decode$3),
    bufferArg('read', 'V_scale', 'u16', kv4_decode$4),
    bufferArg('read', 'V_zero', 'u16', kv4_decode$4),
    bufferArg('read', 'len', 'i32', 'B'),
    bufferArg('read', 'table', 'f32', sizeOp('mul', 128, 'T')),
    bufferArg('write', 'p_max_chunk_mem', 'f32', kv4_decode$7),
    bufferArg('write', 'p_sum2_chunk_mem', 'f32', kv4_decode$7),
    bufferArg('write', 'O_sum_f_chunk_mem', 'f32', kv4_decode$8),
  ],
  'B',
  'G',
  'R',
  'T',
);
const kv4_decode$11: SizeExpr = sizeOp('floordiv', sizeOp('add', 'R', 15), 16);
const kv4_decode$12: SizeExpr = sizeOp('mul', 'B', 'G', kv4_decode$11, kv4_decode$6);
const kv4_decode$13: LaunchAbi['grid'] = [kv4_decode$12, 1, 1];
const kv4_decode$14: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'p_max_chunk_mem', 'f32', kv4_decode$7),
    bufferArg('read', 'p_sum2_chunk_mem', 'f32', kv4_decode$7),
    bufferArg('read', 'O_sum_f_chunk_mem', 'f32', kv4_decode$8),
    bufferArg('write', 'O', 'u16', kv4_decode$1),
  ],
  'B',
  'G',
  'R',
  'T',
);
const kv4_decode$15: SizeExpr = sizeOp('mul', 2, 'B', 'G', 'R');
const kv4_decode$16: LaunchAbi['grid'] = [kv4_decode$15, 1, 1];
const kv4_decode$17: SizeExpr = sizeOp('mul', 'B', 'G', kv4_decode$11);
const kv4_decode$18: LaunchAbi['grid'] = [kv4_decode$17, 1, 1];
const kv4_decode$19: SizeExpr = sizeOp('ceildiv', kv4_decode$2, 8);
const kv4_decode$20: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u16', kv4_decode$1),
    bufferArg('read', 'K_codes', 'u32', kv4_decode$19),
    bufferArg('read', 'K_scale', 'u16', kv4_decode$4),
    bufferArg('read', 'K_zero', 'u16', kv4_decode$4),
    bufferArg('read', 'V_codes', 'u32', kv4_decode$19),
    bufferArg('read', 'V_scale', 'u16', kv4_decode$4),
    bufferArg('read', 'V_zero', 'u16', kv4_decode$4),
    bufferArg('read', 'len', 'i32', 'B'),
    bufferArg('read', 'table', 'f32', sizeOp('mul', 128, 'T')),
    bufferArg('write', 'p_max_chunk_mem', 'f32', kv4_decode$7),
    bufferArg('write', 'p_sum2_chunk_mem', 'f32', kv4_decode$7),
    bufferArg('write', 'O_sum_f_chunk_mem', 'f32', kv4_decode$8),
  ],
  'B',
  'G',
  'R',
  'T',
);
const kv4_decode$21: LaunchAbi['grid'] = [
  sizeOp('min', kv4_decode$12, 65535),
  sizeOp('ceildiv', kv4_decode$12, 65535),
  1,
];
const kv4_decode$22: LaunchAbi['grid'] = [
  sizeOp('min', kv4_decode$15, 65535),
  sizeOp('ceildiv', kv4_decode$15, 65535),
  1,
];
const kv4_decode$23: SizeExpr = sizeOp('ceildiv', kv4_decode$1, 2);
const kv4_decode$24: SizeExpr = sizeOp('ceildiv', kv4_decode$4, 2);
const kv4_decode$25: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u32', kv4_decode$23),
    bufferArg('read', 'K_codes', 'u32', kv4_decode$19),
    bufferArg('read', 'K_scale', 'u32', kv4_decode$24),
    bufferArg('read', 'K_zero', 'u32', kv4_decode$24),
    bufferArg('read', 'V_codes', 'u32', kv4_decode$19),
    bufferArg('read', 'V_scale', 'u32', kv4_decode$24),
    bufferArg('read', 'V_zero', 'u32', kv4_decode$24),
    bufferArg('read', 'len', 'i32', 'B'),
    bufferArg('read', 'table', 'f32', sizeOp('mul', 128, 'T')),
    bufferArg('write', 'p_max_chunk_mem', 'f32', kv4_decode$7),
    bufferArg('write', 'p_sum2_chunk_mem', 'f32', kv4_decode$7),
    bufferArg('write', 'O_sum_f_chunk_mem', 'f32', kv4_decode$8),
  ],
  'B',
  'G',
  'R',
  'T',
);
const kv4_decode$26: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'p_max_chunk_mem', 'f32', kv4_decode$7),
    bufferArg('read', 'p_sum2_chunk_mem', 'f32', kv4_decode$7),
    bufferArg('read', 'O_sum_f_chunk_mem', 'f32', kv4_decode$8),
    bufferArg('write', 'O', 'u32', kv4_decode$23),
  ],
  'B',
  'G',
  'R',
  'T',
);
const kv4_decode$27: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u16', kv4_decode$1),
    bufferArg('read', 'K_codes', 'u32', kv4_decode$19),
    bufferArg('read', 'K_scale', 'u16', kv4_decode$4),
    bufferArg('read', 'K_zero', 'u16', kv4_decode$4),
    bufferArg('read', 'V_codes', 'u32', kv4_decode$19),
    bufferArg('read', 'V_scale', 'u16', kv4_decode$4),
    bufferArg('read', 'V_zero', 'u16', kv4_decode$4),
    bufferArg('read', 'len', 'i32', 'B'),
    bufferArg('read', 'table', 'f32', sizeOp('mul', 128, 'T')),
    bufferArg('write', 'O', 'u16', kv4_decode$1),
  ],
  'B',
  'G',
  'R',
  'T',
);
const kv4_decode$28: LaunchAbi['grid'] = [
  sizeOp('min', kv4_decode$17, 65535),
  sizeOp('ceildiv', kv4_decode$17, 65535),
  1,
];
const kv4_decode$29: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'q', 'u32', kv4_decode$23),
    bufferArg('read', 'K_codes', 'u32', kv4_decode$19),
    bufferArg('read', 'K_scale', 'u32', kv4_decode$24),
    bufferArg('read', 'K_zero', 'u32', kv4_decode$24),
    bufferArg('read', 'V_codes', 'u32', kv4_decode$19),
    bufferArg('read', 'V_scale', 'u32', kv4_decode$24),
    bufferArg('read', 'V_zero', 'u32', kv4_decode$24),
    bufferArg('read', 'len', 'i32', 'B'),
    bufferArg('read', 'table', 'f32', sizeOp('mul', 128, 'T')),
    bufferArg('write', 'O', 'u32', kv4_decode$23),
  ],
  'B',
  'G',
  'R',
  'T',
);
const specKv4Decode: KernelSpec = {
  name: 'kv4_decode',
  sizes: [{ name: 'B' }, { name: 'G' }, { name: 'R' }, { name: 'D', pinned: [128] }, { name: 'T' }],
  inputs: [
    tensorOf('q', 'f16', ['B', sizeOp('mul', 'G', 'R'), 'D']),
    tensorOf('K_codes', 'uint4', ['B', 'G', 'T', 'D']),
    tensorOf('K_scale', 'f16', ['B', 'G', 'T', sizeOp('floordiv', sizeOp('add', 'D', 127), 128)]),
    tensorOf('K_zero', 'f16', ['B', 'G', 'T', sizeOp('floordiv', sizeOp('add', 'D', 127), 128)]),
    tensorOf('V_codes', 'uint4', ['B', 'G', 'T', 'D']),
    tensorOf('V_scale', 'f16', ['B', 'G', 'T', sizeOp('floordiv', sizeOp('add', 'D', 127), 128)]),
    tensorOf('V_zero', 'f16', ['B', 'G', 'T', sizeOp('floordiv', sizeOp('add', 'D', 127), 128)]),
    tensorOf('len', 'i32', ['B']),
    tensorOf('table', 'f32', ['T', 2, sizeOp('floordiv', 'D', 2)]),
  ],
  outputs: [tensorOf('O', 'f16', ['B', sizeOp('mul', 'G', 'R'), 'D'])],
  facts: [],
  targets: {
    cpu: [
      variantOf(
        'kv4_attention/kv4_decode_D128.js',
        { equals: { D: 128 } },
        launchOf('cpu', 'kv4_decode_D128', kv4_decode$5, [sizeOp('floordiv', sizeOp('add', 'R', 3), 4), 'G', 'B'], 1),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'kv4_attention/kv4_decode_D128_thin_aligned.sm_80.cu',
        { equals: { D: 128 }, multiples: { B: 4 }, atMost: { R: 16 }, scratch: kv4_decode$9 },
        launchOf('cuda', 'kv4_decode_D128_thin_aligned_1', kv4_decode$10, kv4_decode$13, 256, {
          sharedBytes: 50176,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'kv4_decode_D128_thin_aligned_2', kv4_decode$14, kv4_decode$16, 256, { features: ['sm_80'] }),
      ),
      variantOf(
        'kv4_attention/kv4_decode_D128_thin.sm_80.cu',
        { equals: { D: 128 }, atMost: { R: 16 }, scratch: kv4_decode$9 },
        launchOf('cuda', 'kv4_decode_D128_thin_1', kv4_decode$10, kv4_decode$13, 256, {
          sharedBytes: 50176,
          features: ['sm_80'],
        }),
        launchOf('cuda', 'kv4_decode_D128_thin_2', kv4_decode$14, kv4_decode$16, 256, { features: ['sm_80'] }),
      ),
      variantOf(
        'kv4_attention/kv4_decode_D128_aligned.sm_80.cu',
        { equals: { D: 128 }, multiples: { B: 4 } },
        launchOf('cuda', 'kv4_decode_D128_aligned', kv4_decode$5, kv4_decode$18, 256, {
          sharedBytes: 50176,
          features: ['sm_80'],
        }),
      ),
      variantOf(
        'kv4_attention/kv4_decode_D128.sm_80.cu',
        { equals: { D: 128 } },
        launchOf('cuda', 'kv4_decode_D128', kv4_decode$5, kv4_decode$18, 256, {
          sharedBytes: 50176,
          features: ['sm_80'],
        }),
      ),
    ],
    wgsl: [
      variantOf(
        'kv4_attention/kv4_decode_D128_thin_aligned_f16_subgroups.wgsl',
        { equals: { D: 128 }, multiples: { B: 4 }, atMost: { R: 16 }, scratch: kv4_decode$9 },
        launchOf('wgsl', 'kv4_decode_D128_thin_aligned_1', kv4_decode$20, kv4_decode$21, 128, {
          features: ['shader-f16', 'subgroups'],
        }),
        launchOf('wgsl', 'kv4_decode_D128_thin_aligned_2', kv4_decode$14, kv4_decode$22, 256, {
          features: ['shader-f16'],
        }),
      ),
      variantOf(
        'kv4_attention/kv4_decode_D128_thin_aligned.wgsl',
        { equals: { D: 128 }, multiples: { B: 4 }, atMost: { R: 16 }, scratch: kv4_decode$9 },
        launchOf('wgsl', 'kv4_decode_D128_thin_aligned_1', kv4_decode$25, kv4_decode$21, 128),
        launchOf('wgsl', 'kv4_decode_D128_thin_aligned_2', kv4_decode$26, kv4_decode$22, 256),
      ),
      variantOf(
        'kv4_attention/kv4_decode_D128_thin_f16_subgroups.wgsl',
        { equals: { D: 128 }, atMost: { R: 16 }, scratch: kv4_decode$9 },
        launchOf('wgsl', 'kv4_decode_D128_thin_1', kv4_decode$20, kv4_decode$21, 128, {
          features: ['shader-f16', 'subgroups'],
        }),
        launchOf('wgsl', 'kv4_decode_D128_thin_2', kv4_decode$14, kv4_decode$22, 256, { features: ['shader-f16'] }),
      ),
      variantOf(
        'kv4_attention/kv4_decode_D128_thin.wgsl',
        { equals: { D: 128 }, atMost: { R: 16 }, scratch: kv4_decode$9 },
        launchOf('wgsl', 'kv4_decode_D128_thin_1', kv4_decode$25, kv4_decode$21, 128),
        launchOf('wgsl', 'kv4_decode_D128_thin_2', kv4_decode$26, kv4_decode$22, 256),
      ),
      variantOf(
        'kv4_attention/kv4_decode_D128_aligned_f16_subgroups.wgsl',
        { equals: { D: 128 }, multiples: { B: 4 } },
        launchOf('wgsl', 'kv4_decode_D128_aligned', kv4_decode$27, kv4_decode$28, 128, {
          features: ['shader-f16', 'subgroups'],
        }),
      ),
      variantOf(
        'kv4_attention/kv4_decode_D128_aligned.wgsl',
        { equals: { D: 128 }, multiples: { B: 4 } },
        launchOf('wgsl', 'kv4_decode_D128_aligned', kv4_decode$29, kv4_decode$28, 128),
      ),
      variantOf(
        'kv4_attention/kv4_decode_D128_f16_subgroups.wgsl',
        { equals: { D: 128 } },
        launchOf('wgsl', 'kv4_decode_D128', kv4_decode$27, kv4_decode$28, 128, {
          features: ['shader-f16', 'subgroups'],
        }),
      ),
      variantOf(
        'kv4_attention/kv4_decode_D128.wgsl',
        { equals: { D: 128 } },
        launchOf('wgsl', 'kv4_decode_D128', kv4_decode$29, kv4_decode$28, 128),
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

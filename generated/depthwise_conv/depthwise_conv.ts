// Made from depthwise_conv.tdsl by tdsl compile. Change the source and compile again; edits here are lost.
// Checksum of the lines below: 98fb1ad4
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
/** Sizes of `depthwise_conv`. */
export type DepthwiseConvSizes = {
  readonly N: number;
  readonly C: number;
  readonly H: number;
  readonly W: number;
  readonly R: number;
  readonly S: number;
};

export interface DepthwiseConvInputs {
  /** f16[N, C, H, W] */
  readonly X: Input<Half>;
  /** f16[C, R, S] */
  readonly F: Input<Half>;
  /** f32[C] */
  readonly bias: Input<Float32Array>;
}

export interface DepthwiseConvOutputs {
  /** f16[N, C, H, W] */
  readonly Y: HostTensor<Uint16Array>;
}

/**
 * `depthwise_conv`
 *
 * From depthwise_conv.tdsl, line 6.
 */
export async function depthwise_conv(
  device: Device,
  inputs: DepthwiseConvInputs,
  options: RunOptions<DepthwiseConvSizes>,
): Promise<DepthwiseConvOutputs> {
  const outputs = await runKernel(specDepthwiseConv, device, { ...inputs }, options);
  return { Y: outputTensor(outputs, 'Y', Uint16Array) };
}

/** `depthwise_conv` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareDepthwiseConv(
  device: Device,
  sizes: DepthwiseConvSizes,
  options: LoadOptions,
): Promise<Prepared<'X' | 'F' | 'bias' | 'Y', DepthwiseConvSizes>> {
  return prepareKernel(specDepthwiseConv, device, sizes, options);
}

const depthwise_conv$1: SizeExpr = sizeOp('mul', 'C', 'H', 'N', 'W');
const depthwise_conv$2: SizeExpr = sizeOp('mul', 'C', 'R', 'S');
const depthwise_conv$3: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u16', depthwise_conv$1),
    bufferArg('read', 'F', 'u16', depthwise_conv$2),
    bufferArg('read', 'bias', 'f32', 'C'),
    bufferArg('write', 'Y', 'u16', depthwise_conv$1),
  ],
  'N',
  'C',
  'H',
  'W',
  'R',
  'S',
);
const depthwise_conv$4: SizeExpr = sizeOp(
  'floordiv',
  sizeOp('add', sizeOp('mul', 'H', 'N', sizeOp('floordiv', 'C', 4), sizeOp('floordiv', 'W', 8)), 31),
  32,
);
const depthwise_conv$5: SizeExpr = sizeOp('mul', 256, depthwise_conv$4);
const depthwise_conv$6: SizeExpr = sizeOp('floordiv', sizeOp('add', depthwise_conv$1, 255), 256);
const depthwise_conv$7: SizeExpr = sizeOp('mul', 256, depthwise_conv$6);
const depthwise_conv$8: LaunchAbi['grid'] = [
  sizeOp('min', depthwise_conv$4, 65535),
  sizeOp('ceildiv', depthwise_conv$4, 65535),
  1,
];
const depthwise_conv$9: SizeExpr = sizeOp('ceildiv', depthwise_conv$1, 2);
const depthwise_conv$10: LaunchAbi['grid'] = [
  sizeOp('min', depthwise_conv$6, 65535),
  sizeOp('ceildiv', depthwise_conv$6, 65535),
  1,
];
const specDepthwiseConv: KernelSpec = {
  name: 'depthwise_conv',
  sizes: [{ name: 'N' }, { name: 'C' }, { name: 'H' }, { name: 'W' }, { name: 'R' }, { name: 'S' }],
  inputs: [
    tensorOf('X', 'f16', ['N', 'C', 'H', 'W']),
    tensorOf('F', 'f16', ['C', 'R', 'S']),
    tensorOf('bias', 'f32', ['C']),
  ],
  outputs: [tensorOf('Y', 'f16', ['N', 'C', 'H', 'W'])],
  facts: [],
  targets: {
    cpu: [
      variantOf(
        'depthwise_conv/depthwise_conv.js',
        {},
        launchOf('cpu', 'depthwise_conv', depthwise_conv$3, ['W', 'H', sizeOp('mul', 'C', 'N')], 1),
      ),
    ],
    'cuda:sm_80': [
      variantOf(
        'depthwise_conv/depthwise_conv_aligned.sm_80.cu',
        { multiples: { W: 8, S: 8, C: 4 } },
        launchOf('cuda', 'depthwise_conv_aligned', depthwise_conv$3, [depthwise_conv$4, 1, 1], 256, {
          counts: depthwise_conv$5,
          features: ['sm_80'],
        }),
      ),
      variantOf(
        'depthwise_conv/depthwise_conv.sm_80.cu',
        {},
        launchOf('cuda', 'depthwise_conv', depthwise_conv$3, [depthwise_conv$6, 1, 1], 256, {
          counts: depthwise_conv$7,
          features: ['sm_80'],
        }),
      ),
    ],
    wgsl: [
      variantOf(
        'depthwise_conv/depthwise_conv_aligned_f16.wgsl',
        { multiples: { W: 8, S: 8, C: 4 } },
        launchOf('wgsl', 'depthwise_conv_aligned', depthwise_conv$3, depthwise_conv$8, 256, {
          counts: depthwise_conv$5,
          features: ['shader-f16'],
        }),
      ),
      variantOf(
        'depthwise_conv/depthwise_conv_aligned.wgsl',
        { multiples: { W: 8, S: 8, C: 4 } },
        launchOf(
          'wgsl',
          'depthwise_conv_aligned',
          argsOf(
            [
              bufferArg('read', 'X', 'u32', depthwise_conv$9),
              bufferArg('read', 'F', 'u32', sizeOp('ceildiv', depthwise_conv$2, 2)),
              bufferArg('read', 'bias', 'f32', 'C'),
              bufferArg('write', 'Y', 'u32', depthwise_conv$9),
            ],
            'N',
            'C',
            'H',
            'W',
            'R',
            'S',
          ),
          depthwise_conv$8,
          256,
          { counts: depthwise_conv$5 },
        ),
      ),
      variantOf(
        'depthwise_conv/depthwise_conv_f16.wgsl',
        {},
        launchOf('wgsl', 'depthwise_conv', depthwise_conv$3, depthwise_conv$10, 256, {
          counts: depthwise_conv$7,
          features: ['shader-f16'],
        }),
      ),
      variantOf(
        'depthwise_conv/depthwise_conv.wgsl',
        {},
        launchOf(
          'wgsl',
          'depthwise_conv',
          argsOf(
            [
              bufferArg('read', 'X', 'u32', depthwise_conv$9),
              bufferArg('read', 'F', 'u32', sizeOp('ceildiv', depthwise_conv$2, 2)),
              bufferArg('read', 'bias', 'f32', 'C'),
              bufferArg('readwrite', 'Y', 'u32', depthwise_conv$9),
            ],
            'N',
            'C',
            'H',
            'W',
            'R',
            'S',
          ),
          depthwise_conv$10,
          256,
          { counts: depthwise_conv$7 },
        ),
      ),
    ],
  },
};
/** Sizes of `causal_conv`. */
export type CausalConvSizes = { readonly B: number; readonly T: number; readonly C: number; readonly R: number };

export interface CausalConvInputs {
  /** bf16[B, T, C] */
  readonly X: Input<Uint16Array>;
  /** bf16[C, R] */
  readonly F: Input<Uint16Array>;
}

export interface CausalConvOutputs {
  /** bf16[B, T, C] */
  readonly Y: HostTensor<Uint16Array>;
}

/**
 * Over time and causal: an output sees itself and the R − 1 steps before it, as in state-space and speech models.
 *
 * From depthwise_conv.tdsl, line 14.
 */
export async function causal_conv(
  device: Device,
  inputs: CausalConvInputs,
  options: RunOptions<CausalConvSizes>,
): Promise<CausalConvOutputs> {
  const outputs = await runKernel(specCausalConv, device, { ...inputs }, options);
  return { Y: outputTensor(outputs, 'Y', Uint16Array) };
}

/** `causal_conv` on device buffers: loads its kernels for these sizes; `launch` may then be called many times. */
export function prepareCausalConv(
  device: Device,
  sizes: CausalConvSizes,
  options: LoadOptions,
): Promise<Prepared<'X' | 'F' | 'Y', CausalConvSizes>> {
  return prepareKernel(specCausalConv, device, sizes, options);
}

const causal_conv$1: SizeExpr = sizeOp('mul', 'B', 'C', 'T');
const causal_conv$2: readonly Arg[] = argsOf(
  [
    bufferArg('read', 'X', 'u16', causal_conv$1),
    bufferArg('read', 'F', 'u16', sizeOp('mul', 'C', 'R')),
    bufferArg('write', 'Y', 'u16', causal_conv$1),
  ],
  'B',
  'T',
  'C',
  'R',
);
const causal_conv$3: SizeExpr = sizeOp(
  'floordiv',
  sizeOp('add', sizeOp('mul', 'B', 'T', sizeOp('floordiv', 'C', 8)), 127),
  128,
);
const causal_conv$4: SizeExpr = sizeOp('mul', 256, causal_conv$3);
const causal_conv$5: SizeExpr = sizeOp('floordiv', sizeOp('add', causal_conv$1, 255), 256);
const causal_conv$6: SizeExpr = sizeOp('mul', 256, causal_conv$5);
const causal_conv$7: SizeExpr = sizeOp('ceildiv', causal_conv$1, 2);
const specCausalConv: KernelSpec = {
  name: 'causal_conv',
  sizes: [{ name: 'B' }, { name: 'T' }, { name: 'C' }, { name: 'R' }],
  inputs: [tensorOf('X', 'bf16', ['B', 'T', 'C']), tensorOf('F', 'bf16', ['C', 'R'])],
  outputs: [tensorOf('Y', 'bf16', ['B', 'T', 'C'])],
  facts: [],
  targets: {
    cpu: [
      variantOf('depthwise_conv/causal_conv.js', {}, launchOf('cpu', 'causal_conv', causal_conv$2, ['C', 'T', 'B'], 1)),
    ],
    'cuda:sm_80': [
      variantOf(
        'depthwise_conv/causal_conv_aligned.sm_80.cu',
        { multiples: { C: 8, R: 8 } },
        launchOf('cuda', 'causal_conv_aligned', causal_conv$2, [causal_conv$3, 1, 1], 256, {
          counts: causal_conv$4,
          features: ['sm_80'],
        }),
      ),
      variantOf(
        'depthwise_conv/causal_conv.sm_80.cu',
        {},
        launchOf('cuda', 'causal_conv', causal_conv$2, [causal_conv$5, 1, 1], 256, {
          counts: causal_conv$6,
          features: ['sm_80'],
        }),
      ),
    ],
    wgsl: [
      variantOf(
        'depthwise_conv/causal_conv_aligned.wgsl',
        { multiples: { C: 8, R: 8 } },
        launchOf(
          'wgsl',
          'causal_conv_aligned',
          argsOf(
            [
              bufferArg('read', 'X', 'u32', causal_conv$7),
              bufferArg('read', 'F', 'u32', sizeOp('ceildiv', sizeOp('mul', 'C', 'R'), 2)),
              bufferArg('write', 'Y', 'u32', causal_conv$7),
            ],
            'B',
            'T',
            'C',
            'R',
          ),
          [sizeOp('min', causal_conv$3, 65535), sizeOp('ceildiv', causal_conv$3, 65535), 1],
          256,
          { counts: causal_conv$4 },
        ),
      ),
      variantOf(
        'depthwise_conv/causal_conv.wgsl',
        {},
        launchOf(
          'wgsl',
          'causal_conv',
          argsOf(
            [
              bufferArg('read', 'X', 'u32', causal_conv$7),
              bufferArg('read', 'F', 'u32', sizeOp('ceildiv', sizeOp('mul', 'C', 'R'), 2)),
              bufferArg('readwrite', 'Y', 'u32', causal_conv$7),
            ],
            'B',
            'T',
            'C',
            'R',
          ),
          [sizeOp('min', causal_conv$5, 65535), sizeOp('ceildiv', causal_conv$5, 65535), 1],
          256,
          { counts: causal_conv$6 },
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

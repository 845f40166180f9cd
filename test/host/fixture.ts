/** A manifest and kernel texts written by hand, as `compile` would give for `saxpy.tdsl`: two kernels on two targets. */
import type { LaunchAbi, SizeExpr } from '../../src/runtime/abi.ts';
import type { Manifest, ManifestKernel, ManifestVariant, PlanReport } from '../../src/manifest.ts';

const report: PlanReport = { intrinsic: [], exact: false, fused: [], streamed: [], rejected: [], cost: { bytes: { op: 'mul', args: [12, 'N'] }, flops: { op: 'mul', args: [2, 'N'] } } };

const saxpyArgs: LaunchAbi['args'] = [
  { kind: 'buffer', name: 'a', storage: 'f32', access: 'read', length: 1 },
  { kind: 'buffer', name: 'X', storage: 'f32', access: 'read', length: 'N' },
  { kind: 'buffer', name: 'Y', storage: 'f32', access: 'read', length: 'N' },
  { kind: 'buffer', name: 'Z', storage: 'f32', access: 'write', length: 'N' },
  { kind: 'size', name: 'N' },
];

function variant(file: string, launches: readonly LaunchAbi[], extra: Partial<ManifestVariant> = {}): ManifestVariant {
  return { file, when: { equals: {}, multiples: {}, atMost: {} }, features: [], launches: launches.map((abi) => ({ abi })), scratch: [], plan: '', report, ...extra };
}

const abi = (target: LaunchAbi['target'], entry: string, args: LaunchAbi['args'], n: SizeExpr): LaunchAbi => ({
  entry, target, args, grid: [{ op: 'ceildiv', args: [n, 64] }, 1, 1], block: [64, 1, 1], sharedBytes: 0, features: [],
});

const saxpy: ManifestKernel = {
  name: 'saxpy',
  doc: 'Z = a · X + Y.',
  line: 2,
  sizes: [{ name: 'N', parameter: false }],
  inputs: [
    { name: 'a', dtype: 'f32', shape: [] },
    { name: 'X', dtype: 'f32', shape: ['N'] },
    { name: 'Y', dtype: 'f32', shape: ['N'] },
  ],
  outputs: [{ name: 'Z', dtype: 'f32', shape: ['N'] }],
  formats: [],
  facts: [{ expr: 'N', relation: 'nonneg', text: 'N >= 0' }],
  example: { N: 1000 },
  targets: {
    cpu: [
      variant('saxpy/saxpy_N4.js', [abi('cpu', 'saxpy', saxpyArgs, 'N')], { when: { equals: {}, multiples: { N: 4 }, atMost: { N: 999 } } }),
      variant('saxpy/saxpy.js', [abi('cpu', 'saxpy', saxpyArgs, 'N')]),
    ],
    wgsl: [variant('saxpy/saxpy.wgsl', [abi('wgsl', 'saxpy', saxpyArgs, 'N')])],
  },
};

const pickElements: SizeExpr = { op: 'mul', args: ['H', 'T'] };
const pickArgs: LaunchAbi['args'] = [
  { kind: 'buffer', name: 'V', storage: 'u16', access: 'read' },
  { kind: 'buffer', name: 'idx', storage: 'i32', access: 'read' },
  { kind: 'buffer', name: 'scratch', storage: 'i32', access: 'readwrite' },
];
const pickSizes: LaunchAbi['args'] = [{ kind: 'size', name: 'C' }, { kind: 'size', name: 'H' }, { kind: 'size', name: 'T' }];

/** Two launches through a scratch buffer, a ranged index, an extent that is a product. */
const pick: ManifestKernel = {
  name: 'pick',
  doc: '',
  line: 6,
  sizes: [{ name: 'C', parameter: false }, { name: 'H', parameter: false }, { name: 'T', parameter: true, pinned: [2, 3] }],
  inputs: [
    { name: 'V', dtype: 'f16', shape: [{ op: 'mul', args: [8, 'C'] }] },
    { name: 'idx', dtype: 'i32', shape: ['H', 'T'], limit: 'C' },
  ],
  outputs: [{ name: 'W', dtype: 'f16', shape: ['H', 'T'] }],
  formats: [],
  facts: [],
  example: { C: 4, H: 3, T: 2 },
  targets: {
    cpu: [
      variant('saxpy/pick.js', [
        abi('cpu', 'pick_0', [...pickArgs.slice(1), ...pickSizes], pickElements),
        abi('cpu', 'pick_1', [...pickArgs.slice(0, 1), ...pickArgs.slice(2), { kind: 'buffer', name: 'W', storage: 'u16', access: 'write' }, ...pickSizes], pickElements),
      ], { scratch: [{ name: 'scratch', dtype: 'i32', elements: pickElements }] }),
    ],
  },
};

export const manifest: Manifest = { schema: 1, compiler: '0.0.0', source: 'saxpy.tdsl', kernels: [saxpy, pick] };

const saxpyJs = `export function saxpy(a, X, Y, Z, N, gridX, gridY, gridZ) {
  for (let i = 0; i < N; i++) Z[i] = Math.fround(Math.fround(a[0] * X[i]) + Y[i]);
}
`;

const saxpyWgsl = `struct Sizes { N: i32, pad0: i32, pad1: i32, pad2: i32 }
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> X: array<f32>;
@group(0) @binding(2) var<storage, read> Y: array<f32>;
@group(0) @binding(3) var<storage, read_write> Z: array<f32>;
@group(0) @binding(4) var<uniform> sizes: Sizes;
@compute @workgroup_size(64) fn saxpy(@builtin(global_invocation_id) id: vec3u) {
  let i = i32(id.x);
  if (i < sizes.N) { Z[i] = a[0] * X[i] + Y[i]; }
}
`;

/** scratch = 8 idx; W = V[scratch]. */
const pickJs = `export function pick_0(idx, scratch, C, H, T, gridX, gridY, gridZ) {
  for (let i = 0; i < H * T; i++) scratch[i] = 8 * idx[i];
}
export function pick_1(V, scratch, W, C, H, T, gridX, gridY, gridZ) {
  for (let i = 0; i < H * T; i++) W[i] = V[scratch[i]];
}
`;

export const texts: Readonly<Record<string, string>> = {
  'saxpy/saxpy.js': saxpyJs,
  'saxpy/saxpy_N4.js': saxpyJs,
  'saxpy/saxpy.wgsl': saxpyWgsl,
  'saxpy/pick.js': pickJs,
};

export async function load(path: string): Promise<string> {
  const text = texts[path];
  if (text === undefined) throw new Error(`no file ${path}`);
  return text;
}

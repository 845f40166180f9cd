/** Hand-written kernels with their launch descriptions, and the numbers they must give. */
import type { LaunchAbi } from '../../src/runtime/abi.ts';

export function saxpyAbi(target: LaunchAbi['target'], block: number): LaunchAbi {
  return {
    entry: 'saxpy',
    target,
    args: [
      { kind: 'buffer', name: 'x', storage: 'f32', access: 'read', length: 'N' },
      { kind: 'buffer', name: 'y', storage: 'f32', access: 'readwrite', length: 'N' },
      { kind: 'size', name: 'N' },
      { kind: 'size', name: 'A' },
    ],
    grid: [{ op: 'ceildiv', args: ['N', block] }, 1, 1],
    block: [block, 1, 1],
    sharedBytes: 0,
    features: [],
  };
}

/** y = A x + y with an integer factor, so that a size carries a value that is visible in the result. */
export const saxpyJs = `export function saxpy(x, y, N, A, gridX, gridY, gridZ) {
  for (let block = 0; block < gridX; block++) {
    for (let thread = 0; thread < 64; thread++) {
      const i = block * 64 + thread;
      if (i < N) y[i] = Math.fround(Math.fround(A * x[i]) + y[i]);
    }
  }
}
`;

export const saxpyWgsl = `struct Sizes { N: i32, A: i32, pad0: i32, pad1: i32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;
@compute @workgroup_size(64) fn saxpy(@builtin(global_invocation_id) id: vec3u) {
  let i = i32(id.x);
  if (i < sizes.N) { y[i] = f32(sizes.A) * x[i] + y[i]; }
}
`;

/** C[M,N] = A[M,K] B[K,N], one 16x16 tile a workgroup, tiles of A and B staged in workgroup memory. */
export const matmulAbi: LaunchAbi = {
  entry: 'matmul',
  target: 'wgsl',
  args: [
    { kind: 'buffer', name: 'A', storage: 'f32', access: 'read', length: { op: 'mul', args: ['M', 'K'] } },
    { kind: 'buffer', name: 'B', storage: 'f32', access: 'read', length: { op: 'mul', args: ['K', 'N'] } },
    { kind: 'buffer', name: 'C', storage: 'f32', access: 'write', length: { op: 'mul', args: ['M', 'N'] } },
    { kind: 'size', name: 'M' },
    { kind: 'size', name: 'N' },
    { kind: 'size', name: 'K' },
  ],
  grid: [{ op: 'ceildiv', args: ['N', 16] }, { op: 'ceildiv', args: ['M', 16] }, 1],
  block: [16, 16, 1],
  sharedBytes: 0,
  features: [],
};

export const matmulWgsl = `struct Sizes { M: u32, N: u32, K: u32, pad: u32 }
@group(0) @binding(0) var<storage, read> A: array<f32>;
@group(0) @binding(1) var<storage, read> B: array<f32>;
@group(0) @binding(2) var<storage, read_write> C: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> tileA: array<f32, 256>;
var<workgroup> tileB: array<f32, 256>;
@compute @workgroup_size(16, 16)
fn matmul(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) block: vec3u) {
  let row = block.y * 16 + local.y;
  let col = block.x * 16 + local.x;
  var sum = 0.0;
  for (var k0 = 0u; k0 < sizes.K; k0 += 16) {
    let ka = k0 + local.x;
    let kb = k0 + local.y;
    tileA[local.y * 16 + local.x] = select(0.0, A[row * sizes.K + ka], row < sizes.M && ka < sizes.K);
    tileB[local.y * 16 + local.x] = select(0.0, B[kb * sizes.N + col], col < sizes.N && kb < sizes.K);
    workgroupBarrier();
    for (var k = 0u; k < 16; k++) { sum += tileA[local.y * 16 + k] * tileB[k * 16 + local.x]; }
    workgroupBarrier();
  }
  if (row < sizes.M && col < sizes.N) { C[row * sizes.N + col] = sum; }
}
`;

/** y = x * x in binary16, two values a word. */
export const squareF16Abi: LaunchAbi = {
  entry: 'square',
  target: 'wgsl',
  args: [
    { kind: 'buffer', name: 'x', storage: 'u16', access: 'read', length: 'N' },
    { kind: 'buffer', name: 'y', storage: 'u16', access: 'write', length: 'N' },
    { kind: 'size', name: 'N' },
  ],
  grid: [{ op: 'ceildiv', args: ['N', 64] }, 1, 1],
  block: [64, 1, 1],
  sharedBytes: 0,
  features: ['shader-f16'],
};

export const squareF16Wgsl = `enable f16;
struct Sizes { N: i32, pad0: i32, pad1: i32, pad2: i32 }
@group(0) @binding(0) var<storage, read> x: array<f16>;
@group(0) @binding(1) var<storage, read_write> y: array<f16>;
@group(0) @binding(2) var<uniform> sizes: Sizes;
@compute @workgroup_size(64) fn square(@builtin(global_invocation_id) id: vec3u) {
  if (i32(id.x) < sizes.N) { y[id.x] = x[id.x] * x[id.x]; }
}
`;

export function bytesOf(array: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

export function floatsOf(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

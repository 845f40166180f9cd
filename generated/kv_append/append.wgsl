// append_1, append_2: made by tdsl from kv_append.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { B: i32, G: i32, N: i32, S: i32, D: i32 }

@group(0) @binding(0) var<storage, read> k: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> len: array<i32>;
@group(0) @binding(2) var<storage, read_write> K: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load_k(i: i32) -> f32 {
  return bitcast<f32>((k[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_K(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&K[i >> 1u], ~(0xffffu << shift));
  atomicOr(&K[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn append_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.B * sizes.D * sizes.G * sizes.S + 255) / 256 <= group) { return; }
  let bgsd = group;
  let b = (thread + 256 * bgsd) / (sizes.D * sizes.G * sizes.S);
  let s = (thread + 256 * bgsd) / sizes.D % sizes.S;
  let g = (thread + 256 * bgsd) / (sizes.D * sizes.S) % sizes.G;
  let d = (thread + 256 * bgsd) % sizes.D;

  // kv_append.tdsl:14: K[b, g, len[b] + s, d] = k[b, s, g, d]
  var k2 = 0.0;
  if (b < sizes.B) { k2 = load_k(((b * sizes.S + s) * sizes.G + g) * sizes.D + d); }
  var len2 = 0;
  if (b < sizes.B) { len2 = len[b]; }
  if (b < sizes.B) { store_K(((b * sizes.G + g) * (sizes.N + sizes.S) + len2 + s) * sizes.D + d, k2); }
}

struct Sizes_2 { B: i32, G: i32, N: i32, S: i32, D: i32 }

@group(0) @binding(0) var<storage, read> v: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> len2: array<i32>;
@group(0) @binding(2) var<storage, read_write> V: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes_2: Sizes_2;

fn load_v(i: i32) -> f32 {
  return bitcast<f32>((v[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_V(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&V[i >> 1u], ~(0xffffu << shift));
  atomicOr(&V[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn append_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_2.B * sizes_2.D * sizes_2.G * sizes_2.S + 255) / 256 <= group) { return; }
  let bgsd = group;
  let b = (thread + 256 * bgsd) / (sizes_2.D * sizes_2.G * sizes_2.S);
  let s = (thread + 256 * bgsd) / sizes_2.D % sizes_2.S;
  let g = (thread + 256 * bgsd) / (sizes_2.D * sizes_2.S) % sizes_2.G;
  let d = (thread + 256 * bgsd) % sizes_2.D;

  // kv_append.tdsl:15: V[b, g, len[b] + s, d] = v[b, s, g, d]
  var v2 = 0.0;
  if (b < sizes_2.B) { v2 = load_v(((b * sizes_2.S + s) * sizes_2.G + g) * sizes_2.D + d); }
  var len3 = 0;
  if (b < sizes_2.B) { len3 = len2[b]; }
  if (b < sizes_2.B) { store_V(((b * sizes_2.G + g) * (sizes_2.N + sizes_2.S) + len3 + s) * sizes_2.D + d, v2); }
}

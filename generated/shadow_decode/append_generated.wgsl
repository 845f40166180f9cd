// append_generated_1, append_generated_2: made by tdsl from shadow_decode.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { B: i32, H: i32, D: i32, M: i32 }

@group(0) @binding(0) var<storage, read> k: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> at2: array<i32>;
@group(0) @binding(2) var<storage, read_write> S: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load_k(i: i32) -> f32 {
  return bitcast<f32>((k[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_S(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&S[i >> 1u], ~(0xffffu << shift));
  atomicOr(&S[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn append_generated_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.B * sizes.D * sizes.H + 255) / 256 <= group) { return; }
  let bhd = group;
  let b = (thread + 256 * bhd) / (sizes.D * sizes.H);
  let h = (thread + 256 * bhd) / sizes.D % sizes.H;
  let d = (thread + 256 * bhd) % sizes.D;

  // shadow_decode.tdsl:72: S[0, b, h, at[b], d] = k[b, h, d]
  var k2 = 0.0;
  if (b < sizes.B) { k2 = load_k((b * sizes.H + h) * sizes.D + d); }
  var at3 = 0;
  if (b < sizes.B) { at3 = at2[b]; }
  if (b < sizes.B) { store_S(((b * sizes.H + h) * sizes.M + at3) * sizes.D + d, k2); }
}

struct Sizes_2 { B: i32, H: i32, D: i32, M: i32 }

@group(0) @binding(0) var<storage, read> v: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> at3: array<i32>;
@group(0) @binding(2) var<storage, read_write> S2: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes_2: Sizes_2;

fn load_v(i: i32) -> f32 {
  return bitcast<f32>((v[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_S2(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&S2[i >> 1u], ~(0xffffu << shift));
  atomicOr(&S2[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn append_generated_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_2.B * sizes_2.D * sizes_2.H + 255) / 256 <= group) { return; }
  let bhd = group;
  let b = (thread + 256 * bhd) / (sizes_2.D * sizes_2.H);
  let h = (thread + 256 * bhd) / sizes_2.D % sizes_2.H;
  let d = (thread + 256 * bhd) % sizes_2.D;

  // shadow_decode.tdsl:73: S[1, b, h, at[b], d] = v[b, h, d]
  var v2 = 0.0;
  if (b < sizes_2.B) { v2 = load_v((b * sizes_2.H + h) * sizes_2.D + d); }
  var at4 = 0;
  if (b < sizes_2.B) { at4 = at3[b]; }
  if (b < sizes_2.B) { store_S2((((1 * sizes_2.B + b) * sizes_2.H + h) * sizes_2.M + at4) * sizes_2.D + d, v2); }
}

// append_generated_aligned_1, append_generated_aligned_2: made by tdsl from shadow_decode.tdsl for wgsl. Change the source, not this file.
// Relies on D % 8 == 0, B % 4 == 0.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { B: i32, H: i32, D: i32, M: i32 }

@group(0) @binding(0) var<storage, read> k: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> at2: array<i32>;
@group(0) @binding(2) var<storage, read_write> S: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load8_k(i: i32) -> array<f32, 8> {
  let unit0 = k[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_k_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_k(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn store8_S(i: i32, values: array<f32, 8>) {
  S[i >> 3u] = vec4<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u), bf16_bits(values[4]) | (bf16_bits(values[5]) << 16u), bf16_bits(values[6]) | (bf16_bits(values[7]) << 16u));
}

@compute @workgroup_size(256)
fn append_generated_aligned_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.H * (sizes.B / 4) * (sizes.D / 8) + 63) / 64 <= group) { return; }
  let bhd = group;
  let b = (thread + 256 * bhd) / (sizes.H * (sizes.D / 8));
  let h = (thread + 256 * bhd) / (sizes.D / 8) % sizes.H;
  let d = (thread + 256 * bhd) % (sizes.D / 8);

  // shadow_decode.tdsl:72: S[0, b, h, at[b], d] = k[b, h, d]
  var k2 = load8_k_or((b * sizes.H + h) * sizes.D + 8 * d, b < sizes.B, 0.0);
  var at3 = 0;
  if (b < sizes.B) { at3 = at2[b]; }
  if (b < sizes.B) { store8_S(((b * sizes.H + h) * sizes.M + at3) * sizes.D + 8 * d, k2); }
}

struct Sizes_2 { B: i32, H: i32, D: i32, M: i32 }

@group(0) @binding(0) var<storage, read> v: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> at3: array<i32>;
@group(0) @binding(2) var<storage, read_write> S2: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes_2: Sizes_2;

fn load8_v(i: i32) -> array<f32, 8> {
  let unit0 = v[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_v_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_v(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn store8_S2(i: i32, values: array<f32, 8>) {
  S2[i >> 3u] = vec4<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u), bf16_bits(values[4]) | (bf16_bits(values[5]) << 16u), bf16_bits(values[6]) | (bf16_bits(values[7]) << 16u));
}

@compute @workgroup_size(256)
fn append_generated_aligned_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_2.H * (sizes_2.B / 4) * (sizes_2.D / 8) + 63) / 64 <= group) { return; }
  let bhd = group;
  let b = (thread + 256 * bhd) / (sizes_2.H * (sizes_2.D / 8));
  let h = (thread + 256 * bhd) / (sizes_2.D / 8) % sizes_2.H;
  let d = (thread + 256 * bhd) % (sizes_2.D / 8);

  // shadow_decode.tdsl:73: S[1, b, h, at[b], d] = v[b, h, d]
  var v2 = load8_v_or((b * sizes_2.H + h) * sizes_2.D + 8 * d, b < sizes_2.B, 0.0);
  var at4 = 0;
  if (b < sizes_2.B) { at4 = at3[b]; }
  if (b < sizes_2.B) { store8_S2((((1 * sizes_2.B + b) * sizes_2.H + h) * sizes_2.M + at4) * sizes_2.D + 8 * d, v2); }
}

// keep_landmarks_aligned: made by tdsl from shadow_prefill.tdsl for wgsl. Change the source, not this file.
// Relies on D % 8 == 0, N % 4 == 0.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { B: i32, H: i32, C: i32, D: i32, N: i32 }

@group(0) @binding(0) var<storage, read> L: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> kept: array<i32>;
@group(0) @binding(2) var<storage, read_write> Lk: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load8_L(i: i32) -> array<f32, 8> {
  let unit0 = L[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_L_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_L(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn store8_Lk(i: i32, values: array<f32, 8>) {
  Lk[i >> 3u] = vec4<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u), bf16_bits(values[4]) | (bf16_bits(values[5]) << 16u), bf16_bits(values[6]) | (bf16_bits(values[7]) << 16u));
}

@compute @workgroup_size(256)
fn keep_landmarks_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.B * sizes.H * (sizes.D / 8) * (sizes.N / 4) + 63) / 64 <= group) { return; }
  let bhnd = group;
  let b = (thread + 256 * bhnd) / (sizes.H * sizes.N * (sizes.D / 8));
  let h = (thread + 256 * bhnd) / (sizes.N * (sizes.D / 8)) % sizes.H;
  let n = (thread + 256 * bhnd) / (sizes.D / 8) % sizes.N;
  let d = (thread + 256 * bhnd) % (sizes.D / 8);

  // shadow_prefill.tdsl:34: Lk[b, h, n, d] = L[b, h, kept[b, h, n], d]
  var kept2 = 0;
  if (b < sizes.B) { kept2 = kept[(b * sizes.H + h) * sizes.N + n]; }
  var l = load8_L_or(((b * sizes.H + h) * sizes.C + kept2) * sizes.D + 8 * d, b < sizes.B, 0.0);
  if (b < sizes.B) { store8_Lk(((b * sizes.H + h) * sizes.N + n) * sizes.D + 8 * d, l); }
}

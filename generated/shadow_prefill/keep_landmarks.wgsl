// keep_landmarks: made by tdsl from shadow_prefill.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { B: i32, H: i32, C: i32, D: i32, N: i32 }

@group(0) @binding(0) var<storage, read> L: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> kept: array<i32>;
@group(0) @binding(2) var<storage, read_write> Lk: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load_L(i: i32) -> f32 {
  return bitcast<f32>((L[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Lk(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Lk[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Lk[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn keep_landmarks(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.B * sizes.D * sizes.H * sizes.N + 255) / 256 <= group) { return; }
  let bhnd = group;
  let b = (thread + 256 * bhnd) / (sizes.D * sizes.H * sizes.N);
  let h = (thread + 256 * bhnd) / (sizes.D * sizes.N) % sizes.H;
  let n = (thread + 256 * bhnd) / sizes.D % sizes.N;
  let d = (thread + 256 * bhnd) % sizes.D;

  // shadow_prefill.tdsl:34: Lk[b, h, n, d] = L[b, h, kept[b, h, n], d]
  var kept2 = 0;
  if (b < sizes.B) { kept2 = kept[(b * sizes.H + h) * sizes.N + n]; }
  var l = 0.0;
  if (b < sizes.B) { l = load_L(((b * sizes.H + h) * sizes.C + kept2) * sizes.D + d); }
  if (b < sizes.B) { store_Lk(((b * sizes.H + h) * sizes.N + n) * sizes.D + d, l); }
}

// gather_chunks: made by tdsl from shadow_prefill.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { J: i32, B: i32, H: i32, C: i32, D: i32, T: i32 }

@group(0) @binding(0) var<storage, read> X: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> at2: array<i32>;
@group(0) @binding(2) var<storage, read_write> Y: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load_X(i: i32) -> f32 {
  return bitcast<f32>((X[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Y(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Y[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Y[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn gather_chunks(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.B * sizes.D * sizes.H * sizes.J * sizes.T + 255) / 256 <= group) { return; }
  let bhtjd = group;
  let b = (thread + 256 * bhtjd) / (sizes.D * sizes.H * sizes.J * sizes.T);
  let h = (thread + 256 * bhtjd) / (sizes.D * sizes.J * sizes.T) % sizes.H;
  let t = (thread + 256 * bhtjd) / (sizes.D * sizes.J) % sizes.T;
  let j = (thread + 256 * bhtjd) / sizes.D % sizes.J;
  let d = (thread + 256 * bhtjd) % sizes.D;

  // shadow_prefill.tdsl:50: Y[b, h, t, j, d] = X[b, h, at[b, h, t]*J + j, d]
  var at3 = 0;
  if (b < sizes.B) { at3 = at2[(b * sizes.H + h) * sizes.T + t]; }
  var x = 0.0;
  if (b < sizes.B) { x = load_X(((b * sizes.H + h) * sizes.C * sizes.J + j + at3 * sizes.J) * sizes.D + d); }
  if (b < sizes.B) { store_Y((((b * sizes.H + h) * sizes.T + t) * sizes.J + j) * sizes.D + d, x); }
}

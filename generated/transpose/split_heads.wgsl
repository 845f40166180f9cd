// split_heads: made by tdsl from transpose.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { H: i32, B: i32, T: i32, D: i32 }

@group(0) @binding(0) var<storage, read> X: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read_write> Y: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<uniform> sizes: Sizes;

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
fn split_heads(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.B * sizes.D * sizes.H * sizes.T + 255) / 256 <= group) { return; }
  let bhtd = group;
  let b = (thread + 256 * bhtd) / (sizes.D * sizes.H * sizes.T);
  let t = (thread + 256 * bhtd) / sizes.D % sizes.T;
  let d = (thread + 256 * bhtd) % sizes.D;
  let h = (thread + 256 * bhtd) / (sizes.D * sizes.T) % sizes.H;

  // transpose.tdsl:16: Y[b, h, t, d] = X[b, t, h*D + d]
  var x = 0.0;
  if (b < sizes.B) { x = load_X((b * sizes.T + t) * sizes.D * sizes.H + d + sizes.D * h); }
  if (b < sizes.B) { store_Y(((b * sizes.H + h) * sizes.T + t) * sizes.D + d, x); }
}

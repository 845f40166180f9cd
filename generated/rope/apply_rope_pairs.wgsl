// apply_rope_pairs: made by tdsl from rope.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { B: i32, S: i32, H: i32, D: i32, T: i32 }

@group(0) @binding(0) var<storage, read> X: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> position: array<i32>;
@group(0) @binding(2) var<storage, read> table: array<f32>;
@group(0) @binding(3) var<storage, read_write> Y: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;

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
fn apply_rope_pairs(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.B * sizes.H * sizes.S * (sizes.D / 2) + 127) / 128 <= group) { return; }
  let bshd = group;
  let b = (thread + 256 * bshd) / (sizes.D * sizes.H * sizes.S);
  let s = (thread + 256 * bshd) / (sizes.D * sizes.H) % sizes.S;
  let h = (thread + 256 * bshd) / sizes.D % sizes.H;
  let d = (thread + 256 * bshd) % sizes.D;

  // rope.tdsl:24: Y[b, s, h, d] = rope_pairs(X[b, s, h], table[position[b, s]])[d]
  var x = 0.0;
  if (b < sizes.B) { x = load_X(((b * sizes.S + s) * sizes.H + h) * sizes.D + d); }
  var position2 = 0;
  if (b < sizes.B) { position2 = position[b * sizes.S + s]; }
  var table2 = 0.0;
  if (b < sizes.B) { table2 = table[2 * position2 * (sizes.D / 2) + (d >> 1u)]; }
  var x2 = 0.0;
  if (b < sizes.B) { x2 = load_X(((b * sizes.S + s) * sizes.H + h) * sizes.D + 2 * (d >> 1u) + 1 - (d & 1)); }
  var table3 = 0.0;
  if (b < sizes.B) { table3 = table[(2 * position2 + 1) * (sizes.D / 2) + (d >> 1u)]; }
  let y = x * table2 + f32(2 * (d & 1) - 1) * x2 * table3;
  if (b < sizes.B) { store_Y(((b * sizes.S + s) * sizes.H + h) * sizes.D + d, y); }
}

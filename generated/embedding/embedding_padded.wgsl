// embedding_padded: made by tdsl from embedding.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { V: i32, D: i32, B: i32, T: i32 }

@group(0) @binding(0) var<storage, read> table: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> tokens: array<i32>;
@group(0) @binding(2) var<storage, read_write> Y: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load_table(i: i32) -> f32 {
  return bitcast<f32>((table[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Y(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Y[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Y[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn embedding_padded(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.B * sizes.D * sizes.T + 255) / 256 <= group) { return; }
  let btd = group;
  let b = (thread + 256 * btd) / (sizes.D * sizes.T);
  let t = (thread + 256 * btd) / sizes.D % sizes.T;
  let d = (thread + 256 * btd) % sizes.D;

  // embedding.tdsl:17: Y[b, t, d] = table[tokens[b, t], d] else 0
  var tokens2 = 0;
  if (b < sizes.B) { tokens2 = tokens[b * sizes.T + t]; }
  var table2 = 0.0;
  if (tokens2 >= 0 && tokens2 < sizes.V) { table2 = load_table(tokens2 * sizes.D + d); }
  if (b < sizes.B) { store_Y((b * sizes.T + t) * sizes.D + d, table2); }
}

// apply_rope_pairs_aligned: made by tdsl from rope.tdsl for wgsl. Change the source, not this file.
// Relies on D % 8 == 0, S % 4 == 0.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { B: i32, S: i32, H: i32, D: i32, T: i32 }

@group(0) @binding(0) var<storage, read> X: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> position: array<i32>;
@group(0) @binding(2) var<storage, read> table: array<f32>;
@group(0) @binding(3) var<storage, read_write> Y: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;

fn load4_X(i: i32) -> array<f32, 4> {
  let unit0 = X[i >> 1u];
  let unit1 = X[(i >> 1u) + 1];
  return array<f32, 4>(bitcast<f32>(unit0 << 16u), bitcast<f32>(unit0 & 0xffff0000u), bitcast<f32>(unit1 << 16u), bitcast<f32>(unit1 & 0xffff0000u));
}

fn load4_X_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_X(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load_X(i: i32) -> f32 {
  return bitcast<f32>((X[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn store4_Y(i: i32, values: array<f32, 4>) {
  Y[i >> 2u] = vec2<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u));
}

@compute @workgroup_size(256)
fn apply_rope_pairs_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.B * sizes.H * (sizes.D / 8) * (sizes.S / 4) + 31) / 32 <= group) { return; }
  let bshd = group;
  let b = (thread + 256 * bshd) / (sizes.D * sizes.H * (sizes.S / 4));
  let s = (thread + 256 * bshd) / (2 * sizes.H * (sizes.D / 8)) % sizes.S;
  let h = (thread + 256 * bshd) / (2 * (sizes.D / 8)) % sizes.H;
  let d = (thread + 256 * bshd) % (2 * (sizes.D / 8));

  // rope.tdsl:24: Y[b, s, h, d] = rope_pairs(X[b, s, h], table[position[b, s]])[d]
  var x = load4_X_or(((b * sizes.S + s) * sizes.H + h) * sizes.D + 4 * d, b < sizes.B, 0.0);
  var position2 = 0;
  if (b < sizes.B) { position2 = position[b * sizes.S + s]; }
  var y: array<f32, 4>;
  for (var v = 0; v < 4; v++) {
    var table2 = 0.0;
    if (b < sizes.B) { table2 = table[2 * position2 * (sizes.D / 2) + (v >> 1u) + 2 * d]; }
    var x2 = 0.0;
    if (b < sizes.B) { x2 = load_X(((b * sizes.S + s) * sizes.H + h) * sizes.D + 4 * d + 2 * (v >> 1u) + 1 - (v & 1)); }
    var table3 = 0.0;
    if (b < sizes.B) { table3 = table[(2 * position2 + 1) * (sizes.D / 2) + (v >> 1u) + 2 * d]; }
    y[v] = x[v] * table2 + f32(2 * (v & 1) - 1) * x2 * table3;
  }
  if (b < sizes.B) { store4_Y(((b * sizes.S + s) * sizes.H + h) * sizes.D + 4 * d, y); }
}

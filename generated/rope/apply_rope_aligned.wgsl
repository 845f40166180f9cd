// apply_rope_aligned: made by tdsl from rope.tdsl for wgsl. Change the source, not this file.
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
@group(0) @binding(3) var<storage, read_write> Y: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;

fn load8_X(i: i32) -> array<f32, 8> {
  let unit0 = X[i >> 1u];
  let unit1 = X[(i >> 1u) + 1];
  let unit2 = X[(i >> 1u) + 2];
  let unit3 = X[(i >> 1u) + 3];
  return array<f32, 8>(bitcast<f32>(unit0 << 16u), bitcast<f32>(unit0 & 0xffff0000u), bitcast<f32>(unit1 << 16u), bitcast<f32>(unit1 & 0xffff0000u), bitcast<f32>(unit2 << 16u), bitcast<f32>(unit2 & 0xffff0000u), bitcast<f32>(unit3 << 16u), bitcast<f32>(unit3 & 0xffff0000u));
}

fn load8_X_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_X(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load_X(i: i32) -> f32 {
  return bitcast<f32>((X[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn store8_Y(i: i32, values: array<f32, 8>) {
  Y[i >> 3u] = vec4<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u), bf16_bits(values[4]) | (bf16_bits(values[5]) << 16u), bf16_bits(values[6]) | (bf16_bits(values[7]) << 16u));
}

@compute @workgroup_size(256)
fn apply_rope_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B * sizes.H * sizes.S * ((sizes.D + 2040) / 2048) <= group) { return; }
  let d_count = (sizes.D + 2040) / 2048;
  let d = group % d_count;
  let outer = group / d_count;
  let h = outer % sizes.H;
  let outer2 = outer / sizes.H;
  let s = outer2 % sizes.S;
  let b = outer2 / sizes.S;

  // rope.tdsl:8: Y[b, s, h, d] = rope(X[b, s, h], table[position[b, s]])[d]
  var x = load8_X_or(((b * sizes.S + s) * sizes.H + h) * sizes.D + 2048 * d + 8 * thread, 2048 * d + 8 * thread < sizes.D, 0.0);
  let position2 = position[b * sizes.S + s];
  var y: array<f32, 8>;
  for (var v = 0; v < 8; v++) {
    var table2 = 0.0;
    if (2048 * d + 8 * thread + v < sizes.D) { table2 = table[2 * position2 * (sizes.D / 2) + (2048 * d + 8 * thread + v) % (4 * (sizes.D / 8))]; }
    var x2 = 0.0;
    if (2048 * d + 8 * thread + v < sizes.D) { x2 = load_X(((b * sizes.S + s) * sizes.H + h) * sizes.D + (2048 * d + 8 * thread + v) % (4 * (sizes.D / 8)) + 4 * (sizes.D / 8) - 4 * (sizes.D / 8) * ((2048 * d + 8 * thread + v) / (4 * (sizes.D / 8)))); }
    var table3 = 0.0;
    if (2048 * d + 8 * thread + v < sizes.D) { table3 = table[(2 * position2 + 1) * (sizes.D / 2) + (2048 * d + 8 * thread + v) % (4 * (sizes.D / 8))]; }
    y[v] = x[v] * table2 + f32(2 * ((2048 * d + 8 * thread + v) / (4 * (sizes.D / 8))) - 1) * x2 * table3;
  }
  if (2048 * d + 8 * thread < sizes.D) { store8_Y(((b * sizes.S + s) * sizes.H + h) * sizes.D + 2048 * d + 8 * thread, y); }
}

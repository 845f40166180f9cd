// gather: made by tdsl from test.tdsl for wgsl. Change the source, not this file.
// Relies on N % 4 == 0.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { M: i32, V: i32, N: i32 }

@group(0) @binding(0) var<storage, read> index: array<i32>;
@group(0) @binding(1) var<storage, read> x: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> y: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load4_x(i: i32) -> array<f32, 4> {
  let unit0 = x[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_x_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_x(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn store4_y(i: i32, values: array<f32, 4>) {
  y[i >> 2u] = vec2<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u));
}

@compute @workgroup_size(64)
fn gather(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.M + 7) / 8 * ((sizes.N + 31) / 32) <= group) { return; }
  let h_count = (sizes.N + 31) / 32;
  let i2 = 8 * (group / h_count) + (thread >> 3u);
  let j = 32 * (group % h_count) + 4 * (thread & 7);
  var at2 = 0;
  if (i2 < sizes.M) { at2 = index[i2]; }
  var row = load4_x_or(max(0, min(at2, sizes.V - 1)) * sizes.N + j, i2 < sizes.M && j < sizes.N, 0.0);
  if (i2 < sizes.M && j < sizes.N) { store4_y(i2 * sizes.N + j, row); }
}

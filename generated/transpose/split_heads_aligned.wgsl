// split_heads_aligned: made by tdsl from transpose.tdsl for wgsl. Change the source, not this file.
// Relies on D % 8 == 0.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { H: i32, B: i32, T: i32, D: i32 }

@group(0) @binding(0) var<storage, read> X: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read_write> Y: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<uniform> sizes: Sizes;

fn load8_X(i: i32) -> array<f32, 8> {
  let unit0 = X[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_X_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_X(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn store8_Y(i: i32, values: array<f32, 8>) {
  Y[i >> 3u] = vec4<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u), bf16_bits(values[4]) | (bf16_bits(values[5]) << 16u), bf16_bits(values[6]) | (bf16_bits(values[7]) << 16u));
}

@compute @workgroup_size(256)
fn split_heads_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.B * sizes.H * sizes.T * (sizes.D / 8) + 255) / 256 <= group) { return; }
  let bhtd = group;
  let b = (thread + 256 * bhtd) / (sizes.H * sizes.T * (sizes.D / 8));
  let t = (thread + 256 * bhtd) / (sizes.D / 8) % sizes.T;
  let h = (thread + 256 * bhtd) / (sizes.T * (sizes.D / 8)) % sizes.H;
  let d = (thread + 256 * bhtd) % (sizes.D / 8);

  // transpose.tdsl:16: Y[b, h, t, d] = X[b, t, h*D + d]
  var x = load8_X_or((b * sizes.T + t) * sizes.D * sizes.H + sizes.D * h + 8 * d, b < sizes.B, 0.0);
  if (b < sizes.B) { store8_Y(((b * sizes.H + h) * sizes.T + t) * sizes.D + 8 * d, x); }
}

// append_ring_aligned: made by tdsl from kv_append.tdsl for wgsl. Change the source, not this file.
// Relies on D % 8 == 0, B % 4 == 0.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

// with the sign of b; 0 where b is 0
fn floor_mod(a: i32, b: i32) -> i32 {
  if (b == 0) { return 0; }
  let r = a % b;
  return select(r, r + b, r != 0 && (r < 0) != (b < 0));
}

struct Sizes { B: i32, G: i32, W: i32, D: i32 }

@group(0) @binding(0) var<storage, read> k: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> position: array<i32>;
@group(0) @binding(2) var<storage, read_write> K: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load8_k(i: i32) -> array<f32, 8> {
  let unit0 = k[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_k_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_k(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn store8_K(i: i32, values: array<f32, 8>) {
  K[i >> 3u] = vec4<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u), bf16_bits(values[4]) | (bf16_bits(values[5]) << 16u), bf16_bits(values[6]) | (bf16_bits(values[7]) << 16u));
}

@compute @workgroup_size(256)
fn append_ring_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.G * (sizes.B / 4) * (sizes.D / 8) + 63) / 64 <= group) { return; }
  let bgd = group;
  let b = (thread + 256 * bgd) / (sizes.G * (sizes.D / 8));
  let g = (thread + 256 * bgd) / (sizes.D / 8) % sizes.G;
  let d = (thread + 256 * bgd) % (sizes.D / 8);

  // kv_append.tdsl:23: K[b, g, position[b] % W, d] = k[b, g, d]
  var k2 = load8_k_or((b * sizes.G + g) * sizes.D + 8 * d, b < sizes.B, 0.0);
  var position2 = 0;
  if (b < sizes.B) { position2 = position[b]; }
  if (b < sizes.B) { store8_K(((b * sizes.G + g) * sizes.W + floor_mod(position2, sizes.W)) * sizes.D + 8 * d, k2); }
}

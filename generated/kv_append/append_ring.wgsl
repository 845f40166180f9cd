// append_ring: made by tdsl from kv_append.tdsl for wgsl. Change the source, not this file.

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

@group(0) @binding(0) var<storage, read> k: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> position: array<i32>;
@group(0) @binding(2) var<storage, read_write> K: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load_k(i: i32) -> f32 {
  return bitcast<f32>((k[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_K(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&K[i >> 1u], ~(0xffffu << shift));
  atomicOr(&K[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn append_ring(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.B * sizes.D * sizes.G + 255) / 256 <= group) { return; }
  let bgd = group;
  let b = (thread + 256 * bgd) / (sizes.D * sizes.G);
  let g = (thread + 256 * bgd) / sizes.D % sizes.G;
  let d = (thread + 256 * bgd) % sizes.D;

  // kv_append.tdsl:23: K[b, g, position[b] % W, d] = k[b, g, d]
  var k2 = 0.0;
  if (b < sizes.B) { k2 = load_k((b * sizes.G + g) * sizes.D + d); }
  var position2 = 0;
  if (b < sizes.B) { position2 = position[b]; }
  if (b < sizes.B) { store_K(((b * sizes.G + g) * sizes.W + floor_mod(position2, sizes.W)) * sizes.D + d, k2); }
}

// dequantize_int8: made by tdsl from quantize.tdsl for wgsl. Change the source, not this file.

// an f16, to nearest, ties to even; in whole numbers, as packing may lose what is below 2^-14 or beyond the largest value. Below 2^-14 the steps are those of f32 at 0.5.
fn f16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let size = bits & 0x7fffffffu;
  let low = bitcast<u32>(bitcast<f32>(size) + 0.5) - 0x3f000000u;
  let high = min((size + 0xfffu + ((size >> 13u) & 1u) - 0x38000000u) >> 13u, 0x7c00u);
  let rounded = select(select(high, low, size < 0x38800000u), 0x7e00u, size > 0x7f800000u);
  return rounded | ((bits >> 16u) & 0x8000u);
}

struct Sizes { M: i32, K: i32 }

@group(0) @binding(0) var<storage, read> Q_codes: array<u32>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> Q_scale: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read_write> Y: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load_Q_codes(i: i32) -> i32 {
  return extractBits(bitcast<i32>(Q_codes[i >> 2u]), 8u * u32(i & 3), 8u);
}

fn load_Q_scale(i: i32) -> f32 {
  return unpack2x16float(Q_scale[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Y(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Y[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Y[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn dequantize_int8(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.K * sizes.M + 255) / 256 <= group) { return; }
  let mk = group;
  let m = (thread + 256 * mk) / sizes.K;
  let k = (thread + 256 * mk) % sizes.K;

  // quantize.tdsl:20: Y[m, k] = Q[m, k]
  var q_codes = 0;
  if (m < sizes.M) { q_codes = load_Q_codes(m * sizes.K + k); }
  var q_scale = 0.0;
  if (m < sizes.M) { q_scale = load_Q_scale(m * ((sizes.K + 127) / 128) + (k >> 7u)); }
  let y = f32(q_codes) * q_scale;
  if (m < sizes.M) { store_Y(m * sizes.K + k, y); }
}

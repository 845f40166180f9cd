// dequantize_int4_aligned: made by tdsl from quantize.tdsl for wgsl. Change the source, not this file.
// Relies on K % 32 == 0.

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

@group(0) @binding(0) var<storage, read> Q_codes: array<u32>; // int4, 8 a word
@group(0) @binding(1) var<storage, read> Q_scale: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read_write> Y: array<vec4<u32>>; // f16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load8_Q_codes(i: i32) -> array<i32, 8> {
  let unit0 = Q_codes[i >> 3u];
  return array<i32, 8>(extractBits(bitcast<i32>(unit0), 0u, 4u), extractBits(bitcast<i32>(unit0), 4u, 4u), extractBits(bitcast<i32>(unit0), 8u, 4u), extractBits(bitcast<i32>(unit0), 12u, 4u), extractBits(bitcast<i32>(unit0), 16u, 4u), extractBits(bitcast<i32>(unit0), 20u, 4u), extractBits(bitcast<i32>(unit0), 24u, 4u), extractBits(bitcast<i32>(unit0), 28u, 4u));
}

fn load8_Q_codes_or(i: i32, inside: bool, fill: i32) -> array<i32, 8> {
  if (inside) { return load8_Q_codes(i); }
  return array<i32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load_Q_scale(i: i32) -> f32 {
  return unpack2x16float(Q_scale[i >> 1u])[u32(i & 1)];
}

fn store8_Y(i: i32, values: array<f32, 8>) {
  Y[i >> 3u] = vec4<u32>(f16_bits(values[0]) | (f16_bits(values[1]) << 16u), f16_bits(values[2]) | (f16_bits(values[3]) << 16u), f16_bits(values[4]) | (f16_bits(values[5]) << 16u), f16_bits(values[6]) | (f16_bits(values[7]) << 16u));
}

@compute @workgroup_size(256)
fn dequantize_int4_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.M * (sizes.K / 32) + 63) / 64 <= group) { return; }
  let mk = group;
  let m = (thread + 256 * mk) / (4 * (sizes.K / 32));
  let k = (thread + 256 * mk) % (4 * (sizes.K / 32));

  // quantize.tdsl:35: Y[m, k] = Q[m, k]
  var q_codes = load8_Q_codes_or(m * sizes.K + 8 * k, m < sizes.M, 0);
  var q_scale = 0.0;
  if (m < sizes.M) { q_scale = load_Q_scale(m * ((sizes.K + 31) / 32) + (k >> 2u)); }
  var y: array<f32, 8>;
  for (var v = 0; v < 8; v++) {
    y[v] = f32(q_codes[v]) * q_scale;
  }
  if (m < sizes.M) { store8_Y(m * sizes.K + 8 * k, y); }
}

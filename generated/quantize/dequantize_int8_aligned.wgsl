// dequantize_int8_aligned: made by tdsl from quantize.tdsl for wgsl. Change the source, not this file.
// Relies on K % 16 == 0.

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

@group(0) @binding(0) var<storage, read> Q_codes: array<vec2<u32>>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> Q_scale: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read_write> Y: array<vec4<u32>>; // f16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load8_Q_codes(i: i32) -> array<i32, 8> {
  let unit0 = Q_codes[i >> 3u];
  return array<i32, 8>(extractBits(bitcast<i32>(unit0.x), 0u, 8u), extractBits(bitcast<i32>(unit0.x), 8u, 8u), extractBits(bitcast<i32>(unit0.x), 16u, 8u), extractBits(bitcast<i32>(unit0.x), 24u, 8u), extractBits(bitcast<i32>(unit0.y), 0u, 8u), extractBits(bitcast<i32>(unit0.y), 8u, 8u), extractBits(bitcast<i32>(unit0.y), 16u, 8u), extractBits(bitcast<i32>(unit0.y), 24u, 8u));
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
fn dequantize_int8_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.M * (sizes.K / 16) + 127) / 128 <= group) { return; }
  let mk = group;
  let m = (thread + 256 * mk) / (2 * (sizes.K / 16));
  let k = (thread + 256 * mk) % (2 * (sizes.K / 16));

  // quantize.tdsl:20: Y[m, k] = Q[m, k]
  var q_codes = load8_Q_codes_or(m * sizes.K + 8 * k, m < sizes.M, 0);
  var q_scale = 0.0;
  if (m < sizes.M) { q_scale = load_Q_scale(m * ((sizes.K + 127) / 128) + (k >> 4u)); }
  var y: array<f32, 8>;
  for (var v = 0; v < 8; v++) {
    y[v] = f32(q_codes[v]) * q_scale;
  }
  if (m < sizes.M) { store8_Y(m * sizes.K + 8 * k, y); }
}

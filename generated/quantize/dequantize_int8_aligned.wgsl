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

@group(0) @binding(0) var<storage, read> Q_codes: array<vec4<u32>>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> Q_scale: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read_write> Y: array<vec4<u32>>; // f16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load16_Q_codes(i: i32) -> array<i32, 16> {
  let unit0 = Q_codes[i >> 4u];
  return array<i32, 16>(extractBits(bitcast<i32>(unit0.x), 0u, 8u), extractBits(bitcast<i32>(unit0.x), 8u, 8u), extractBits(bitcast<i32>(unit0.x), 16u, 8u), extractBits(bitcast<i32>(unit0.x), 24u, 8u), extractBits(bitcast<i32>(unit0.y), 0u, 8u), extractBits(bitcast<i32>(unit0.y), 8u, 8u), extractBits(bitcast<i32>(unit0.y), 16u, 8u), extractBits(bitcast<i32>(unit0.y), 24u, 8u), extractBits(bitcast<i32>(unit0.z), 0u, 8u), extractBits(bitcast<i32>(unit0.z), 8u, 8u), extractBits(bitcast<i32>(unit0.z), 16u, 8u), extractBits(bitcast<i32>(unit0.z), 24u, 8u), extractBits(bitcast<i32>(unit0.w), 0u, 8u), extractBits(bitcast<i32>(unit0.w), 8u, 8u), extractBits(bitcast<i32>(unit0.w), 16u, 8u), extractBits(bitcast<i32>(unit0.w), 24u, 8u));
}

fn load16_Q_codes_or(i: i32, inside: bool, fill: i32) -> array<i32, 16> {
  if (inside) { return load16_Q_codes(i); }
  return array<i32, 16>(fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill);
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
  if (sizes.M * ((sizes.K + 4080) / 4096) <= group) { return; }
  let k_count = (sizes.K + 4080) / 4096;
  let k = group % k_count;
  let m = group / k_count;

  // quantize.tdsl:20: Y[m, k] = Q[m, k]
  var y: array<f32, 16>;
  var q_codes = load16_Q_codes_or(m * sizes.K + 4096 * k + 16 * thread, 4096 * k + 16 * thread < sizes.K, 0);
  for (var v = 0; v < 16; v++) {
    var q_scale = 0.0;
    if (4096 * k + 16 * thread + v < sizes.K) { q_scale = load_Q_scale(m * ((sizes.K + 127) / 128) + (thread >> 3u) + 32 * k); }
    y[v] = f32(q_codes[v]) * q_scale;
  }
  if (4096 * k + 16 * thread < sizes.K) {
    store8_Y(m * sizes.K + 4096 * k + 16 * thread, array<f32, 8>(y[0], y[1], y[2], y[3], y[4], y[5], y[6], y[7]));
  }
  if (4096 * k + 16 * thread + 9 <= sizes.K) {
    store8_Y(m * sizes.K + 4096 * k + 16 * thread + 8, array<f32, 8>(y[8], y[9], y[10], y[11], y[12], y[13], y[14], y[15]));
  }
}

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

@group(0) @binding(0) var<storage, read> Q_codes: array<vec4<u32>>; // int4, 8 a word
@group(0) @binding(1) var<storage, read> Q_scale: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read_write> Y: array<vec4<u32>>; // f16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load32_Q_codes(i: i32) -> array<i32, 32> {
  let unit0 = Q_codes[i >> 5u];
  return array<i32, 32>(extractBits(bitcast<i32>(unit0.x), 0u, 4u), extractBits(bitcast<i32>(unit0.x), 4u, 4u), extractBits(bitcast<i32>(unit0.x), 8u, 4u), extractBits(bitcast<i32>(unit0.x), 12u, 4u), extractBits(bitcast<i32>(unit0.x), 16u, 4u), extractBits(bitcast<i32>(unit0.x), 20u, 4u), extractBits(bitcast<i32>(unit0.x), 24u, 4u), extractBits(bitcast<i32>(unit0.x), 28u, 4u), extractBits(bitcast<i32>(unit0.y), 0u, 4u), extractBits(bitcast<i32>(unit0.y), 4u, 4u), extractBits(bitcast<i32>(unit0.y), 8u, 4u), extractBits(bitcast<i32>(unit0.y), 12u, 4u), extractBits(bitcast<i32>(unit0.y), 16u, 4u), extractBits(bitcast<i32>(unit0.y), 20u, 4u), extractBits(bitcast<i32>(unit0.y), 24u, 4u), extractBits(bitcast<i32>(unit0.y), 28u, 4u), extractBits(bitcast<i32>(unit0.z), 0u, 4u), extractBits(bitcast<i32>(unit0.z), 4u, 4u), extractBits(bitcast<i32>(unit0.z), 8u, 4u), extractBits(bitcast<i32>(unit0.z), 12u, 4u), extractBits(bitcast<i32>(unit0.z), 16u, 4u), extractBits(bitcast<i32>(unit0.z), 20u, 4u), extractBits(bitcast<i32>(unit0.z), 24u, 4u), extractBits(bitcast<i32>(unit0.z), 28u, 4u), extractBits(bitcast<i32>(unit0.w), 0u, 4u), extractBits(bitcast<i32>(unit0.w), 4u, 4u), extractBits(bitcast<i32>(unit0.w), 8u, 4u), extractBits(bitcast<i32>(unit0.w), 12u, 4u), extractBits(bitcast<i32>(unit0.w), 16u, 4u), extractBits(bitcast<i32>(unit0.w), 20u, 4u), extractBits(bitcast<i32>(unit0.w), 24u, 4u), extractBits(bitcast<i32>(unit0.w), 28u, 4u));
}

fn load32_Q_codes_or(i: i32, inside: bool, fill: i32) -> array<i32, 32> {
  if (inside) { return load32_Q_codes(i); }
  return array<i32, 32>(fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill);
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
  if (sizes.M * ((sizes.K + 8160) / 8192) <= group) { return; }
  let k_count = (sizes.K + 8160) / 8192;
  let k = group % k_count;
  let m = group / k_count;

  // quantize.tdsl:35: Y[m, k] = Q[m, k]
  var y: array<f32, 32>;
  var q_codes = load32_Q_codes_or(m * sizes.K + 8192 * k + 32 * thread, 8192 * k + 32 * thread < sizes.K, 0);
  for (var v = 0; v < 32; v++) {
    var q_scale = 0.0;
    if (8192 * k + 32 * thread + v < sizes.K) { q_scale = load_Q_scale(m * ((sizes.K + 31) / 32) + thread + 256 * k); }
    y[v] = f32(q_codes[v]) * q_scale;
  }
  if (8192 * k + 32 * thread < sizes.K) {
    store8_Y(m * sizes.K + 8192 * k + 32 * thread, array<f32, 8>(y[0], y[1], y[2], y[3], y[4], y[5], y[6], y[7]));
  }
  if (8192 * k + 32 * thread + 9 <= sizes.K) {
    store8_Y(m * sizes.K + 8192 * k + 32 * thread + 8, array<f32, 8>(y[8], y[9], y[10], y[11], y[12], y[13], y[14], y[15]));
  }
  if (8192 * k + 32 * thread + 17 <= sizes.K) {
    store8_Y(m * sizes.K + 8192 * k + 32 * thread + 16, array<f32, 8>(y[16], y[17], y[18], y[19], y[20], y[21], y[22], y[23]));
  }
  if (8192 * k + 32 * thread + 25 <= sizes.K) {
    store8_Y(m * sizes.K + 8192 * k + 32 * thread + 24, array<f32, 8>(y[24], y[25], y[26], y[27], y[28], y[29], y[30], y[31]));
  }
}

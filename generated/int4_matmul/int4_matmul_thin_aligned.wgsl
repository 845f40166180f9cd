// int4_matmul_thin_aligned: made by tdsl from int4_matmul.tdsl for wgsl. Change the source, not this file.
// Relies on K % 32 == 0, N % 8 == 0.

// an f16, to nearest, ties to even; in whole numbers, as packing may lose what is below 2^-14 or beyond the largest value. Below 2^-14 the steps are those of f32 at 0.5.
fn f16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let size = bits & 0x7fffffffu;
  let low = bitcast<u32>(bitcast<f32>(size) + 0.5) - 0x3f000000u;
  let high = min((size + 0xfffu + ((size >> 13u) & 1u) - 0x38000000u) >> 13u, 0x7c00u);
  let rounded = select(select(high, low, size < 0x38800000u), 0x7e00u, size > 0x7f800000u);
  return rounded | ((bits >> 16u) & 0x8000u);
}

struct Sizes { M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<vec4<u32>>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> W_codes: array<vec4<u32>>; // int4, 8 a word
@group(0) @binding(2) var<storage, read> W_scale: array<u32>; // f16, 2 a word
@group(0) @binding(3) var<storage, read_write> Y: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load8_X(i: i32) -> array<f32, 8> {
  let unit0 = X[i >> 3u];
  return array<f32, 8>(unpack2x16float(unit0.x).x, unpack2x16float(unit0.x).y, unpack2x16float(unit0.y).x, unpack2x16float(unit0.y).y, unpack2x16float(unit0.z).x, unpack2x16float(unit0.z).y, unpack2x16float(unit0.w).x, unpack2x16float(unit0.w).y);
}

fn load8_X_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_X(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load32_W_codes(i: i32) -> array<i32, 32> {
  let unit0 = W_codes[i >> 5u];
  return array<i32, 32>(extractBits(bitcast<i32>(unit0.x), 0u, 4u), extractBits(bitcast<i32>(unit0.x), 4u, 4u), extractBits(bitcast<i32>(unit0.x), 8u, 4u), extractBits(bitcast<i32>(unit0.x), 12u, 4u), extractBits(bitcast<i32>(unit0.x), 16u, 4u), extractBits(bitcast<i32>(unit0.x), 20u, 4u), extractBits(bitcast<i32>(unit0.x), 24u, 4u), extractBits(bitcast<i32>(unit0.x), 28u, 4u), extractBits(bitcast<i32>(unit0.y), 0u, 4u), extractBits(bitcast<i32>(unit0.y), 4u, 4u), extractBits(bitcast<i32>(unit0.y), 8u, 4u), extractBits(bitcast<i32>(unit0.y), 12u, 4u), extractBits(bitcast<i32>(unit0.y), 16u, 4u), extractBits(bitcast<i32>(unit0.y), 20u, 4u), extractBits(bitcast<i32>(unit0.y), 24u, 4u), extractBits(bitcast<i32>(unit0.y), 28u, 4u), extractBits(bitcast<i32>(unit0.z), 0u, 4u), extractBits(bitcast<i32>(unit0.z), 4u, 4u), extractBits(bitcast<i32>(unit0.z), 8u, 4u), extractBits(bitcast<i32>(unit0.z), 12u, 4u), extractBits(bitcast<i32>(unit0.z), 16u, 4u), extractBits(bitcast<i32>(unit0.z), 20u, 4u), extractBits(bitcast<i32>(unit0.z), 24u, 4u), extractBits(bitcast<i32>(unit0.z), 28u, 4u), extractBits(bitcast<i32>(unit0.w), 0u, 4u), extractBits(bitcast<i32>(unit0.w), 4u, 4u), extractBits(bitcast<i32>(unit0.w), 8u, 4u), extractBits(bitcast<i32>(unit0.w), 12u, 4u), extractBits(bitcast<i32>(unit0.w), 16u, 4u), extractBits(bitcast<i32>(unit0.w), 20u, 4u), extractBits(bitcast<i32>(unit0.w), 24u, 4u), extractBits(bitcast<i32>(unit0.w), 28u, 4u));
}

fn load32_W_codes_or(i: i32, inside: bool, fill: i32) -> array<i32, 32> {
  if (inside) { return load32_W_codes(i); }
  return array<i32, 32>(fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load_W_scale(i: i32) -> f32 {
  return unpack2x16float(W_scale[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Y(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Y[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Y[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn int4_matmul_thin_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = thread & 31;
  let tn = thread >> 5u;
  let leader = thread & 240;
  let leader2 = thread & 239;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M * (sizes.N / 8) <= group) { return; }
  let n_count = sizes.N / 8;
  let n = group % n_count;
  let m = group / n_count;

  // int4_matmul.tdsl:9: Y[m, n] = sum(k) X[m, k] * W[n, k]
  var Y_sum = 0.0;
  for (var k_step = 0; k_step < (sizes.K + 992) / 1024; k_step++) {
    var x: array<f32, 32>;
    for (var dk = 0; dk < 4; dk++) {
      {
        let piece = load8_X_or(m * sizes.K + 1024 * k_step + 32 * tk + 8 * dk, 1024 * k_step + 32 * tk + 8 * dk < sizes.K, 0.0);
        x[8 * dk] = piece[0];
        x[8 * dk + 1] = piece[1];
        x[8 * dk + 2] = piece[2];
        x[8 * dk + 3] = piece[3];
        x[8 * dk + 4] = piece[4];
        x[8 * dk + 5] = piece[5];
        x[8 * dk + 6] = piece[6];
        x[8 * dk + 7] = piece[7];
      }
    }
    var Y_sum_part = 0.0;
    var w_codes = load32_W_codes_or((tn + 8 * n) * sizes.K + 1024 * k_step + 32 * tk, 1024 * k_step + 32 * tk < sizes.K, 0);
    for (var v = 0; v < 32; v++) {
      var w_scale = 0.0;
      if (1024 * k_step + 32 * tk + v < sizes.K) { w_scale = load_W_scale((tn + 8 * n) * ((sizes.K + 127) / 128) + (tk >> 2u) + 8 * k_step); }
      let Y_sum_term = x[v] * (f32(w_codes[v]) * w_scale);
      let Y_sum_term2 = select(0.0, Y_sum_term, 1024 * k_step + 32 * tk + v < sizes.K);
      Y_sum_part += Y_sum_term2;
    }
    Y_sum += Y_sum_part;
  }
  var Y_sum_part = Y_sum;
  partials_0[thread] = Y_sum_part;
  workgroupBarrier();
  Y_sum_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    Y_sum_part += partials_0[leader + other + 1];
  }
  partials_1[thread] = Y_sum_part;
  workgroupBarrier();
  Y_sum_part = partials_1[leader2];
  Y_sum_part += partials_1[leader2 + 16];
  if ((thread & 31) == 0) { store_Y(m * sizes.N + tn + 8 * n, Y_sum_part); }
}

// matmul_thin_aligned: made by tdsl from matmul.tdsl for wgsl. Change the source, not this file.
// Relies on K % 8 == 0, N % 8 == 0.

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

@group(0) @binding(0) var<storage, read> A: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> B: array<vec4<u32>>; // f16, 2 a word
@group(0) @binding(2) var<storage, read_write> C: array<vec4<u32>>; // f16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 2048>;
var<workgroup> partials_1: array<f32, 2048>;

fn load_A(i: i32) -> f32 {
  return unpack2x16float(A[i >> 1u])[u32(i & 1)];
}

fn load8_B(i: i32) -> array<f32, 8> {
  let unit0 = B[i >> 3u];
  return array<f32, 8>(unpack2x16float(unit0.x).x, unpack2x16float(unit0.x).y, unpack2x16float(unit0.y).x, unpack2x16float(unit0.y).y, unpack2x16float(unit0.z).x, unpack2x16float(unit0.z).y, unpack2x16float(unit0.w).x, unpack2x16float(unit0.w).y);
}

fn load8_B_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_B(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn store8_C(i: i32, values: array<f32, 8>) {
  C[i >> 3u] = vec4<u32>(f16_bits(values[0]) | (f16_bits(values[1]) << 16u), f16_bits(values[2]) | (f16_bits(values[3]) << 16u), f16_bits(values[4]) | (f16_bits(values[5]) << 16u), f16_bits(values[6]) | (f16_bits(values[7]) << 16u));
}

@compute @workgroup_size(256)
fn matmul_thin_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = thread >> 3u;
  let tn = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M * ((sizes.N + 56) / 64) <= group) { return; }
  let n_count = (sizes.N + 56) / 64;
  let n = group % n_count;
  let m = group / n_count;

  // matmul.tdsl:9: C[m, n] = sum(k) A[m, k] * B[k, n]
  var C_sum: array<f32, 8>;
  for (var dn = 0; dn < 8; dn++) {
    C_sum[dn] = 0.0;
  }
  for (var k_step = 0; k_step < (sizes.K + 24) / 32; k_step++) {
    var a = 0.0;
    if (tk + 32 * k_step < sizes.K) { a = load_A(m * sizes.K + tk + 32 * k_step); }
    var b = load8_B_or((tk + 32 * k_step) * sizes.N + 64 * n + 8 * tn, tk + 32 * k_step < sizes.K && 64 * n + 8 * tn < sizes.N, 0.0);
    for (var v = 0; v < 8; v++) {
      let C_sum_term = a * b[v];
      C_sum[v] += select(0.0, C_sum_term, tk + 32 * k_step < sizes.K);
    }
  }
  var C_sum_part: array<f32, 8>;
  for (var dn = 0; dn < 8; dn++) {
    C_sum_part[dn] = C_sum[dn];
  }
  for (var r = 0; r < 8; r++) {
    partials_0[r * 256 + thread] = C_sum_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    C_sum_part[r] = partials_0[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      C_sum_part[r] += partials_0[r * 256 + leader + 8 * (other + 1)];
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1[r * 256 + thread] = C_sum_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    C_sum_part[r] = partials_1[r * 256 + leader2];
    C_sum_part[r] += partials_1[r * 256 + leader2 + 128];
  }
  if (64 * n + 8 * tn < sizes.N && thread < 8) { store8_C(m * sizes.N + 64 * n + 8 * tn, C_sum_part); }
}

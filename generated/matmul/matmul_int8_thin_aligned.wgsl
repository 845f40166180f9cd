// matmul_int8_thin_aligned: made by tdsl from matmul.tdsl for wgsl. Change the source, not this file.
// Relies on K % 16 == 0, N % 16 == 0.

struct Sizes { M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> A: array<u32>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> B: array<vec4<u32>>; // i8, 4 a word
@group(0) @binding(2) var<storage, read_write> C: array<vec4<i32>>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_int_0: array<i32, 2048>;
var<workgroup> partials_int_1: array<i32, 2048>;

fn load_A(i: i32) -> i32 {
  return extractBits(bitcast<i32>(A[i >> 2u]), 8u * u32(i & 3), 8u);
}

fn load16_B(i: i32) -> array<i32, 16> {
  let unit0 = B[i >> 4u];
  return array<i32, 16>(extractBits(bitcast<i32>(unit0.x), 0u, 8u), extractBits(bitcast<i32>(unit0.x), 8u, 8u), extractBits(bitcast<i32>(unit0.x), 16u, 8u), extractBits(bitcast<i32>(unit0.x), 24u, 8u), extractBits(bitcast<i32>(unit0.y), 0u, 8u), extractBits(bitcast<i32>(unit0.y), 8u, 8u), extractBits(bitcast<i32>(unit0.y), 16u, 8u), extractBits(bitcast<i32>(unit0.y), 24u, 8u), extractBits(bitcast<i32>(unit0.z), 0u, 8u), extractBits(bitcast<i32>(unit0.z), 8u, 8u), extractBits(bitcast<i32>(unit0.z), 16u, 8u), extractBits(bitcast<i32>(unit0.z), 24u, 8u), extractBits(bitcast<i32>(unit0.w), 0u, 8u), extractBits(bitcast<i32>(unit0.w), 8u, 8u), extractBits(bitcast<i32>(unit0.w), 16u, 8u), extractBits(bitcast<i32>(unit0.w), 24u, 8u));
}

fn load16_B_or(i: i32, inside: bool, fill: i32) -> array<i32, 16> {
  if (inside) { return load16_B(i); }
  return array<i32, 16>(fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill);
}

fn store4_C(i: i32, values: array<i32, 4>) {
  C[i >> 2u] = vec4<i32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn matmul_int8_thin_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = thread >> 3u;
  let tn = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M * ((sizes.N + 112) / 128) <= group) { return; }
  let n_count = (sizes.N + 112) / 128;
  let n = group % n_count;
  let m = group / n_count;

  // matmul.tdsl:38: C[m, n] = sum(k) A[m, k] * B[k, n]
  var C_sum: array<i32, 16>;
  for (var dn = 0; dn < 16; dn++) {
    C_sum[dn] = 0;
  }
  for (var k_step = 0; k_step < (sizes.K + 16) / 32; k_step++) {
    var a = 0;
    if (tk + 32 * k_step < sizes.K) { a = load_A(m * sizes.K + tk + 32 * k_step); }
    var b = load16_B_or((tk + 32 * k_step) * sizes.N + 128 * n + 16 * tn, tk + 32 * k_step < sizes.K && 128 * n + 16 * tn < sizes.N, 0);
    for (var v = 0; v < 16; v++) {
      let C_sum_term = a * b[v];
      C_sum[v] += select(0, C_sum_term, tk + 32 * k_step < sizes.K);
    }
  }
  var C_sum_part: array<i32, 16>;
  for (var dn = 0; dn < 16; dn++) {
    C_sum_part[dn] = C_sum[dn];
  }
  for (var part = 0; part < 2; part++) {
    for (var r = 0; r < 8; r++) {
      partials_int_0[r * 256 + thread] = C_sum_part[part * 8 + r];
    }
    workgroupBarrier();
    for (var r = 0; r < 8; r++) {
      C_sum_part[part * 8 + r] = partials_int_0[r * 256 + leader];
      for (var other = 0; other < 15; other++) {
        C_sum_part[part * 8 + r] += partials_int_0[r * 256 + leader + 8 * (other + 1)];
      }
    }
    workgroupBarrier();
  }
  for (var part = 0; part < 2; part++) {
    for (var r = 0; r < 8; r++) {
      partials_int_1[r * 256 + thread] = C_sum_part[part * 8 + r];
    }
    workgroupBarrier();
    for (var r = 0; r < 8; r++) {
      C_sum_part[part * 8 + r] = partials_int_1[r * 256 + leader2];
      C_sum_part[part * 8 + r] += partials_int_1[r * 256 + leader2 + 128];
    }
    workgroupBarrier();
  }
  for (var dn = 0; dn < 4; dn++) {
    if (128 * n + 16 * tn + 4 * dn < sizes.N && thread < 8) {
      store4_C(m * sizes.N + 128 * n + 16 * tn + 4 * dn, array<i32, 4>(C_sum_part[4 * dn], C_sum_part[4 * dn + 1], C_sum_part[4 * dn + 2], C_sum_part[4 * dn + 3]));
    }
  }
}

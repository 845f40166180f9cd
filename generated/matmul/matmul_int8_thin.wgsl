// matmul_int8_thin: made by tdsl from matmul.tdsl for wgsl. Change the source, not this file.

struct Sizes { M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> A: array<u32>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> B: array<u32>; // i8, 4 a word
@group(0) @binding(2) var<storage, read_write> C: array<i32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_int_0: array<i32, 2048>;
var<workgroup> partials_int_1: array<i32, 2048>;

fn load_A(i: i32) -> i32 {
  return extractBits(bitcast<i32>(A[i >> 2u]), 8u * u32(i & 3), 8u);
}

fn load_B(i: i32) -> i32 {
  return extractBits(bitcast<i32>(B[i >> 2u]), 8u * u32(i & 3), 8u);
}

@compute @workgroup_size(256)
fn matmul_int8_thin(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = thread >> 3u;
  let tn = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M * ((sizes.N + 127) / 128) <= group) { return; }
  let n_count = (sizes.N + 127) / 128;
  let n = group % n_count;
  let m = group / n_count;

  // matmul.tdsl:38: C[m, n] = sum(k) A[m, k] * B[k, n]
  var C_sum: array<i32, 16>;
  for (var dn = 0; dn < 16; dn++) {
    C_sum[dn] = 0;
  }
  for (var k_step = 0; k_step < (sizes.K + 31) / 32; k_step++) {
    var a = 0;
    if (tk + 32 * k_step < sizes.K) { a = load_A(m * sizes.K + tk + 32 * k_step); }
    for (var dn = 0; dn < 16; dn++) {
      var b = 0;
      if (tk + 32 * k_step < sizes.K && 128 * n + 16 * tn + dn < sizes.N) { b = load_B((tk + 32 * k_step) * sizes.N + 128 * n + 16 * tn + dn); }
      let C_sum_term = a * b;
      C_sum[dn] += select(0, C_sum_term, tk + 32 * k_step < sizes.K);
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
  for (var dn = 0; dn < 16; dn++) {
    if (128 * n + 16 * tn + dn < sizes.N && thread < 8) { C[m * sizes.N + 128 * n + 16 * tn + dn] = C_sum_part[dn]; }
  }
}

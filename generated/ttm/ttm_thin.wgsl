// ttm_thin: made by tdsl from ttm.tdsl for wgsl. Change the source, not this file.

struct Sizes { I: i32, J: i32, L: i32, K: i32 }

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
fn ttm_thin(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tl = thread >> 3u;
  let tk = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.I * sizes.J * ((sizes.K + 127) / 128) <= group) { return; }
  let k_count = (sizes.K + 127) / 128;
  let k = group % k_count;
  let outer = group / k_count;
  let j = outer % sizes.J;
  let i2 = outer / sizes.J;

  // ttm.tdsl:5: C[i, j, k] = sum(l) A[i, j, l] * B[l, k]
  var C_sum: array<i32, 16>;
  for (var dk = 0; dk < 16; dk++) {
    C_sum[dk] = 0;
  }
  for (var l_step = 0; l_step < (sizes.L + 31) / 32; l_step++) {
    var a = 0;
    if (tl + 32 * l_step < sizes.L) { a = load_A((i2 * sizes.J + j) * sizes.L + tl + 32 * l_step); }
    for (var dk = 0; dk < 16; dk++) {
      var b = 0;
      if (tl + 32 * l_step < sizes.L && 128 * k + 16 * tk + dk < sizes.K) { b = load_B((tl + 32 * l_step) * sizes.K + 128 * k + 16 * tk + dk); }
      let C_sum_term = a * b;
      C_sum[dk] += select(0, C_sum_term, tl + 32 * l_step < sizes.L);
    }
  }
  var C_sum_part: array<i32, 16>;
  for (var dk = 0; dk < 16; dk++) {
    C_sum_part[dk] = C_sum[dk];
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
  for (var dk = 0; dk < 16; dk++) {
    if (128 * k + 16 * tk + dk < sizes.K && thread < 8) { C[(i2 * sizes.J + j) * sizes.K + 128 * k + 16 * tk + dk] = C_sum_part[dk]; }
  }
}

// khatri_rao_thin: made by tdsl from tensor_algebra.tdsl for wgsl. Change the source, not this file.
enable subgroups;

struct Sizes { I: i32, J: i32, K: i32, R: i32 }

@group(0) @binding(0) var<storage, read> X: array<f32>;
@group(0) @binding(1) var<storage, read> B: array<f32>;
@group(0) @binding(2) var<storage, read> C: array<f32>;
@group(0) @binding(3) var<storage, read_write> A: array<f32>;
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;

@compute @workgroup_size(256)
fn khatri_rao_thin(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = thread & 31;
  let tr = thread >> 5u;
  let leader = thread & 227;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.I * ((sizes.R + 7) / 8) <= group) { return; }
  let r_count = (sizes.R + 7) / 8;
  let r = group % r_count;
  let i2 = group / r_count;

  // tensor_algebra.tdsl:17: A[i, r] = sum(j, k) X[i, j, k] * B[j, r] * C[k, r]
  var A_sum = 0.0;
  for (var j_step = 0; j_step < sizes.J; j_step++) {
    for (var k_step = 0; k_step < (sizes.K + 127) / 128; k_step++) {
      var x: array<f32, 4>;
      for (var dk = 0; dk < 4; dk++) {
        x[dk] = 0.0;
        if (128 * k_step + 4 * tk + dk < sizes.K) { x[dk] = X[(i2 * sizes.J + j_step) * sizes.K + 128 * k_step + 4 * tk + dk]; }
      }
      var b = 0.0;
      if (tr + 8 * r < sizes.R) { b = B[j_step * sizes.R + tr + 8 * r]; }
      var A_sum_part = 0.0;
      for (var dk = 0; dk < 4; dk++) {
        var c = 0.0;
        if (128 * k_step + 4 * tk + dk < sizes.K && tr + 8 * r < sizes.R) { c = C[(128 * k_step + 4 * tk + dk) * sizes.R + tr + 8 * r]; }
        let A_sum_term = x[dk] * b * c;
        let A_sum_term2 = select(0.0, A_sum_term, 128 * k_step + 4 * tk + dk < sizes.K);
        A_sum_part += A_sum_term2;
      }
      A_sum += A_sum_part;
    }
  }
  var A_sum_part = A_sum;
  for (var step = 0; step < 2; step++) {
    A_sum_part += subgroupShuffleXor(A_sum_part, u32(1 << u32(step)));
  }
  partials_0[thread] = A_sum_part;
  workgroupBarrier();
  A_sum_part = partials_0[leader];
  for (var other = 0; other < 7; other++) {
    A_sum_part += partials_0[leader + 4 * (other + 1)];
  }
  if (tr + 8 * r < sizes.R && (thread & 31) == 0) { A[i2 * sizes.R + tr + 8 * r] = A_sum_part; }
}

// tensor_times_matrix_thin: made by tdsl from tensor_algebra.tdsl for wgsl. Change the source, not this file.

struct Sizes { I: i32, J: i32, K: i32, R: i32 }

@group(0) @binding(0) var<storage, read> X: array<f32>;
@group(0) @binding(1) var<storage, read> U: array<f32>;
@group(0) @binding(2) var<storage, read_write> Y: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 1024>;

@compute @workgroup_size(256)
fn tensor_times_matrix_thin(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tj = thread >> 4u;
  let tk = thread & 15;
  let leader = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.I * sizes.R * ((sizes.K + 63) / 64) <= group) { return; }
  let k_count = (sizes.K + 63) / 64;
  let k = group % k_count;
  let outer = group / k_count;
  let r = outer % sizes.R;
  let i2 = outer / sizes.R;

  // tensor_algebra.tdsl:8: Y[i, r, k] = sum(j) X[i, j, k] * U[r, j]
  var Y_sum: array<f32, 4>;
  for (var dk = 0; dk < 4; dk++) {
    Y_sum[dk] = 0.0;
  }
  for (var j_step = 0; j_step < (sizes.J + 15) / 16; j_step++) {
    var x: array<f32, 4>;
    for (var dk = 0; dk < 4; dk++) {
      x[dk] = 0.0;
      if (tj + 16 * j_step < sizes.J && 64 * k + 4 * tk + dk < sizes.K) { x[dk] = X[(i2 * sizes.J + tj + 16 * j_step) * sizes.K + 64 * k + 4 * tk + dk]; }
    }
    var u = 0.0;
    if (tj + 16 * j_step < sizes.J) { u = U[r * sizes.J + tj + 16 * j_step]; }
    for (var dk = 0; dk < 4; dk++) {
      let Y_sum_term = x[dk] * u;
      Y_sum[dk] += select(0.0, Y_sum_term, tj + 16 * j_step < sizes.J);
    }
  }
  var Y_sum_part: array<f32, 4>;
  for (var dk = 0; dk < 4; dk++) {
    Y_sum_part[dk] = Y_sum[dk];
  }
  for (var r2 = 0; r2 < 4; r2++) {
    partials_0[r2 * 256 + thread] = Y_sum_part[r2];
  }
  workgroupBarrier();
  for (var r2 = 0; r2 < 4; r2++) {
    Y_sum_part[r2] = partials_0[r2 * 256 + leader];
    for (var other = 0; other < 15; other++) {
      Y_sum_part[r2] += partials_0[r2 * 256 + leader + 16 * (other + 1)];
    }
  }
  for (var dk = 0; dk < 4; dk++) {
    if (64 * k + 4 * tk + dk < sizes.K && thread < 16) { Y[(i2 * sizes.R + r) * sizes.K + 64 * k + 4 * tk + dk] = Y_sum_part[dk]; }
  }
}

// tucker_thin_aligned: made by tdsl from tensor_algebra.tdsl for wgsl. Change the source, not this file.
// Relies on R % 4 == 0, P % 4 == 0, Q % 4 == 0, K % 4 == 0.

struct Sizes { P: i32, Q: i32, R: i32, I: i32, J: i32, K: i32 }

@group(0) @binding(0) var<storage, read> G: array<f32>;
@group(0) @binding(1) var<storage, read> A: array<f32>;
@group(0) @binding(2) var<storage, read> B: array<f32>;
@group(0) @binding(3) var<storage, read> C: array<f32>;
@group(0) @binding(4) var<storage, read_write> X: array<vec4<f32>>;
@group(0) @binding(5) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 1024>;

fn store4_X(i: i32, values: array<f32, 4>) {
  X[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn tucker_thin_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tr = thread >> 4u;
  let tk = thread & 15;
  let leader = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.I * sizes.J * ((sizes.K + 60) / 64) <= group) { return; }
  let k_count = (sizes.K + 60) / 64;
  let k = group % k_count;
  let outer = group / k_count;
  let j = outer % sizes.J;
  let i2 = outer / sizes.J;

  // tensor_algebra.tdsl:25: X[i, j, k] = sum(p, q, r) G[p, q, r] * A[i, p] * B[j, q] * C[k, r]
  var X_sum: array<f32, 4>;
  for (var dk = 0; dk < 4; dk++) {
    X_sum[dk] = 0.0;
  }
  for (var p_step = 0; p_step < sizes.P; p_step++) {
    for (var q_step = 0; q_step < sizes.Q; q_step++) {
      for (var r_step = 0; r_step < (sizes.R + 12) / 16; r_step++) {
        var g = 0.0;
        if (tr + 16 * r_step < sizes.R) { g = G[(p_step * sizes.Q + q_step) * sizes.R + tr + 16 * r_step]; }
        let a = A[i2 * sizes.P + p_step];
        let b = B[j * sizes.Q + q_step];
        for (var dk = 0; dk < 4; dk++) {
          var c = 0.0;
          if (64 * k + 4 * tk + dk < sizes.K && tr + 16 * r_step < sizes.R) { c = C[(64 * k + 4 * tk + dk) * sizes.R + tr + 16 * r_step]; }
          let X_sum_term = g * a * b * c;
          X_sum[dk] += select(0.0, X_sum_term, tr + 16 * r_step < sizes.R);
        }
      }
    }
  }
  var X_sum_part: array<f32, 4>;
  for (var dk = 0; dk < 4; dk++) {
    X_sum_part[dk] = X_sum[dk];
  }
  for (var r = 0; r < 4; r++) {
    partials_0[r * 256 + thread] = X_sum_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 4; r++) {
    X_sum_part[r] = partials_0[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      X_sum_part[r] += partials_0[r * 256 + leader + 16 * (other + 1)];
    }
  }
  if (64 * k + 4 * tk < sizes.K && thread < 16) { store4_X((i2 * sizes.J + j) * sizes.K + 64 * k + 4 * tk, X_sum_part); }
}

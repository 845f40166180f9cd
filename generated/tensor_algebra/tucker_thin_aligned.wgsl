// tucker_thin_aligned: made by tdsl from tensor_algebra.tdsl for wgsl. Change the source, not this file.
// Relies on R % 4 == 0, P % 4 == 0, Q % 4 == 0, K % 4 == 0.

struct Sizes { P: i32, Q: i32, R: i32, I: i32, J: i32, K: i32 }

@group(0) @binding(0) var<storage, read> G: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> A: array<f32>;
@group(0) @binding(2) var<storage, read> B: array<f32>;
@group(0) @binding(3) var<storage, read> C: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> X: array<f32>;
@group(0) @binding(5) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load4_G(i: i32) -> array<f32, 4> {
  let unit0 = G[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_G_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_G(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_C(i: i32) -> array<f32, 4> {
  let unit0 = C[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_C_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_C(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

@compute @workgroup_size(256)
fn tucker_thin_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tr = thread & 31;
  let tk = thread >> 5u;
  let leader = thread & 240;
  let leader2 = thread & 239;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.I * sizes.J * ((sizes.K + 4) / 8) <= group) { return; }
  let k_count = (sizes.K + 4) / 8;
  let k = group % k_count;
  let outer = group / k_count;
  let j = outer % sizes.J;
  let i2 = outer / sizes.J;

  // tensor_algebra.tdsl:25: X[i, j, k] = sum(p, q, r) G[p, q, r] * A[i, p] * B[j, q] * C[k, r]
  var X_sum = 0.0;
  for (var p_step = 0; p_step < sizes.P; p_step++) {
    for (var q_step = 0; q_step < sizes.Q; q_step++) {
      for (var r_step = 0; r_step < (sizes.R + 124) / 128; r_step++) {
        var g = load4_G_or((p_step * sizes.Q + q_step) * sizes.R + 128 * r_step + 4 * tr, 128 * r_step + 4 * tr < sizes.R, 0.0);
        let a = A[i2 * sizes.P + p_step];
        let b = B[j * sizes.Q + q_step];
        var X_sum_part = 0.0;
        var c = load4_C_or((tk + 8 * k) * sizes.R + 128 * r_step + 4 * tr, tk + 8 * k < sizes.K && 128 * r_step + 4 * tr < sizes.R, 0.0);
        for (var v = 0; v < 4; v++) {
          let X_sum_term = g[v] * a * b * c[v];
          let X_sum_term2 = select(0.0, X_sum_term, 128 * r_step + 4 * tr + v < sizes.R);
          X_sum_part += X_sum_term2;
        }
        X_sum += X_sum_part;
      }
    }
  }
  var X_sum_part = X_sum;
  partials_0[thread] = X_sum_part;
  workgroupBarrier();
  X_sum_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    X_sum_part += partials_0[leader + other + 1];
  }
  partials_1[thread] = X_sum_part;
  workgroupBarrier();
  X_sum_part = partials_1[leader2];
  X_sum_part += partials_1[leader2 + 16];
  if (tk + 8 * k < sizes.K && (thread & 31) == 0) { X[(i2 * sizes.J + j) * sizes.K + tk + 8 * k] = X_sum_part; }
}

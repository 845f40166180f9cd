// tucker_aligned: made by tdsl from tensor_algebra.tdsl for wgsl. Change the source, not this file.
// Relies on R % 4 == 0, P % 4 == 0, Q % 4 == 0, K % 4 == 0.

struct Sizes { P: i32, Q: i32, R: i32, I: i32, J: i32, K: i32 }

@group(0) @binding(0) var<storage, read> G: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> A: array<f32>;
@group(0) @binding(2) var<storage, read> B: array<f32>;
@group(0) @binding(3) var<storage, read> C: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> X: array<f32>;
@group(0) @binding(5) var<uniform> sizes: Sizes;
var<workgroup> c: array<f32, 1088>;
var<workgroup> g: array<f32, 1088>;

fn load4_C(i: i32) -> array<f32, 4> {
  let unit0 = C[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_C_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_C(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_G(i: i32) -> array<f32, 4> {
  let unit0 = G[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_G_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_G(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_c(i: i32) -> array<f32, 4> {
  let unit0 = c[i];
  let unit1 = c[i + 1];
  let unit2 = c[i + 2];
  let unit3 = c[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_g(i: i32) -> array<f32, 4> {
  let unit0 = g[i];
  let unit1 = g[i + 1];
  let unit2 = g[i + 2];
  let unit3 = g[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

@compute @workgroup_size(256)
fn tucker_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = thread >> 2u;
  let tr = 4 * (thread & 3);
  let tk2 = 4 * (thread >> 4u);
  let tj = 4 * (thread & 15);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.I * ((sizes.J + 63) / 64) * ((sizes.K + 60) / 64) <= group) { return; }
  let j_count = (sizes.J + 63) / 64;
  let k_count = (sizes.K + 60) / 64;
  let in_plane = group % (j_count * k_count);
  let panel_groups = 8 * k_count;
  let first_row = in_plane / panel_groups * 8;
  let panel_rows = min(8, j_count - first_row);
  let in_panel = in_plane % panel_groups;
  let j = first_row + in_panel % panel_rows;
  let k = in_panel / panel_rows;
  let i2 = group / (j_count * k_count);
  let k2 = 64 * k + tk;
  let j2 = 64 * j + tk;
  let j3 = 64 * j + tj;
  let k3 = 64 * k + tk2;

  // tensor_algebra.tdsl:25: X[i, j, k] = sum(p, q, r) G[p, q, r] * A[i, p] * B[j, q] * C[k, r]
  var X_sum: array<f32, 16>;
  for (var r = 0; r < 16; r++) {
    X_sum[r] = 0.0;
  }
  for (var p_step = 0; p_step < sizes.P; p_step++) {
    for (var q_step = 0; q_step < sizes.Q; q_step++) {
      for (var r_step = 0; r_step < (sizes.R + 12) / 16; r_step++) {
        let r = 16 * r_step + tr;
        workgroupBarrier();
        var c2 = load4_C_or(k2 * sizes.R + r, k2 < sizes.K && r < sizes.R, 0.0);
        for (var v = 0; v < 4; v++) {
          c[68 * (tr + v) + tk] = c2[v];
        }
        var g2 = load4_G_or((p_step * sizes.Q + q_step) * sizes.R + r, r < sizes.R, 0.0);
        let a = A[i2 * sizes.P + p_step];
        var b = 0.0;
        if (j2 < sizes.J) { b = B[j2 * sizes.Q + q_step]; }
        for (var dr = 0; dr < 4; dr++) {
          let g_fill = g2[dr] * a * b;
          g[68 * (tr + dr) + tk] = g_fill;
        }
        workgroupBarrier();
        for (var dr = 0; dr < 16; dr++) {
          var c_reg = load4_c(68 * dr + tk2);
          var g_reg = load4_g(68 * dr + tj);
          for (var dk = 0; dk < 4; dk++) {
            for (var dj = 0; dj < 4; dj++) {
              X_sum[4 * dk + dj] += c_reg[dk] * g_reg[dj];
            }
          }
        }
      }
    }
  }
  for (var dk = 0; dk < 4; dk++) {
    for (var dj = 0; dj < 4; dj++) {
      if (j3 + dj < sizes.J && k3 + dk < sizes.K) { X[(i2 * sizes.J + j3 + dj) * sizes.K + k3 + dk] = X_sum[4 * dk + dj]; }
    }
  }
}

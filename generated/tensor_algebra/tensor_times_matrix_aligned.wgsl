// tensor_times_matrix_aligned: made by tdsl from tensor_algebra.tdsl for wgsl. Change the source, not this file.
// Relies on K % 4 == 0, J % 4 == 0.

struct Sizes { I: i32, J: i32, K: i32, R: i32 }

@group(0) @binding(0) var<storage, read> X: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> U: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> Y: array<vec4<f32>>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> u: array<f32, 1088>;
var<workgroup> x: array<vec4<f32>, 272>;

fn load4_U(i: i32) -> array<f32, 4> {
  let unit0 = U[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_U_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_U(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_X(i: i32) -> array<f32, 4> {
  let unit0 = X[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_X_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_X(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn store4_x(i: i32, values: array<f32, 4>) {
  x[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

fn load4_u(i: i32) -> array<f32, 4> {
  let unit0 = u[i];
  let unit1 = u[i + 1];
  let unit2 = u[i + 2];
  let unit3 = u[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_x(i: i32) -> array<f32, 4> {
  let unit0 = x[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn store4_Y(i: i32, values: array<f32, 4>) {
  Y[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn tensor_times_matrix_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tr = thread >> 2u;
  let tj = 4 * (thread & 3);
  let tj2 = thread >> 4u;
  let tk = 4 * (thread & 15);
  let tr2 = 4 * (thread >> 4u);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.I * ((sizes.K + 60) / 64) * ((sizes.R + 63) / 64) <= group) { return; }
  let r_count = (sizes.R + 63) / 64;
  let k_count = (sizes.K + 60) / 64;
  let in_plane = group % (r_count * k_count);
  let panel_groups = 8 * k_count;
  let first_row = in_plane / panel_groups * 8;
  let panel_rows = min(8, r_count - first_row);
  let in_panel = in_plane % panel_groups;
  let r = first_row + in_panel % panel_rows;
  let i2 = group / (r_count * k_count);
  let r2 = 64 * r + tr;
  let k2 = 64 * (in_panel / panel_rows) + tk;
  let r3 = 64 * r + tr2;

  // tensor_algebra.tdsl:8: Y[i, r, k] = sum(j) X[i, j, k] * U[r, j]
  var Y_sum: array<f32, 16>;
  for (var r2 = 0; r2 < 16; r2++) {
    Y_sum[r2] = 0.0;
  }
  for (var j_step = 0; j_step < (sizes.J + 12) / 16; j_step++) {
    let j = 16 * j_step + tj;
    let j2 = 16 * j_step + tj2;
    workgroupBarrier();
    var u2 = load4_U_or(r2 * sizes.J + j, r2 < sizes.R && j < sizes.J, 0.0);
    for (var v = 0; v < 4; v++) {
      u[68 * (tj + v) + tr] = u2[v];
    }
    var x2 = load4_X_or((i2 * sizes.J + j2) * sizes.K + k2, j2 < sizes.J && k2 < sizes.K, 0.0);
    store4_x(68 * tj2 + tk, x2);
    workgroupBarrier();
    for (var dj = 0; dj < 16; dj++) {
      var u_reg = load4_u(68 * dj + tr2);
      var x_reg = load4_x(68 * dj + tk);
      for (var dr = 0; dr < 4; dr++) {
        for (var dk = 0; dk < 4; dk++) {
          Y_sum[4 * dr + dk] += u_reg[dr] * x_reg[dk];
        }
      }
    }
  }
  for (var dr = 0; dr < 4; dr++) {
    if (r3 + dr < sizes.R && k2 < sizes.K) {
      store4_Y((i2 * sizes.R + r3 + dr) * sizes.K + k2, array<f32, 4>(Y_sum[4 * dr], Y_sum[4 * dr + 1], Y_sum[4 * dr + 2], Y_sum[4 * dr + 3]));
    }
  }
}

// khatri_rao: made by tdsl from tensor_algebra.tdsl for wgsl. Change the source, not this file.

struct Sizes { I: i32, J: i32, K: i32, R: i32 }

@group(0) @binding(0) var<storage, read> X: array<f32>;
@group(0) @binding(1) var<storage, read> B: array<f32>;
@group(0) @binding(2) var<storage, read> C: array<f32>;
@group(0) @binding(3) var<storage, read_write> A: array<f32>;
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> x: array<f32, 1088>;
var<workgroup> b: array<vec4<f32>, 272>;

fn store4_b(i: i32, values: array<f32, 4>) {
  b[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

fn load4_x(i: i32) -> array<f32, 4> {
  let unit0 = x[i];
  let unit1 = x[i + 1];
  let unit2 = x[i + 2];
  let unit3 = x[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_b(i: i32) -> array<f32, 4> {
  let unit0 = b[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

@compute @workgroup_size(256)
fn khatri_rao(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let ti = thread >> 2u;
  let tk = 4 * (thread & 3);
  let tr = 4 * (thread & 15);
  let tk2 = thread >> 4u;
  let ti2 = 4 * (thread >> 4u);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.I + 63) / 64 * ((sizes.R + 63) / 64) <= group) { return; }
  let panel_groups = 8 * ((sizes.R + 63) / 64);
  let first_row = group / panel_groups * 8;
  let panel_rows = min(8, (sizes.I + 63) / 64 - first_row);
  let in_panel = group % panel_groups;
  let i2 = first_row + in_panel % panel_rows;
  let i3 = 64 * i2 + ti;
  let r2 = 64 * (in_panel / panel_rows) + tr;
  let i4 = 64 * i2 + ti2;

  // tensor_algebra.tdsl:17: A[i, r] = sum(j, k) X[i, j, k] * B[j, r] * C[k, r]
  var A_sum: array<f32, 16>;
  for (var r2 = 0; r2 < 16; r2++) {
    A_sum[r2] = 0.0;
  }
  for (var j_step = 0; j_step < sizes.J; j_step++) {
    for (var k_step = 0; k_step < (sizes.K + 15) / 16; k_step++) {
      let k = 16 * k_step + tk;
      let k2 = 16 * k_step + tk2;
      workgroupBarrier();
      for (var dk = 0; dk < 4; dk++) {
        var x2 = 0.0;
        if (i3 < sizes.I && k + dk < sizes.K) { x2 = X[(i3 * sizes.J + j_step) * sizes.K + k + dk]; }
        x[68 * (tk + dk) + ti] = x2;
      }
      var b2: array<f32, 4>;
      for (var dr = 0; dr < 4; dr++) {
        b2[dr] = 0.0;
        if (dr + r2 < sizes.R) { b2[dr] = B[j_step * sizes.R + dr + r2]; }
      }
      var b_fill: array<f32, 4>;
      for (var v = 0; v < 4; v++) {
        var c = 0.0;
        if (k2 < sizes.K && r2 + v < sizes.R) { c = C[k2 * sizes.R + r2 + v]; }
        b_fill[v] = b2[v] * c;
      }
      store4_b(68 * tk2 + tr, b_fill);
      workgroupBarrier();
      for (var dk = 0; dk < 16; dk++) {
        var x_reg = load4_x(68 * dk + ti2);
        var b_reg = load4_b(68 * dk + tr);
        for (var di = 0; di < 4; di++) {
          for (var dr = 0; dr < 4; dr++) {
            A_sum[4 * di + dr] += x_reg[di] * b_reg[dr];
          }
        }
      }
    }
  }
  for (var di = 0; di < 4; di++) {
    for (var dr = 0; dr < 4; dr++) {
      if (i4 + di < sizes.I && dr + r2 < sizes.R) { A[(i4 + di) * sizes.R + dr + r2] = A_sum[4 * di + dr]; }
    }
  }
}

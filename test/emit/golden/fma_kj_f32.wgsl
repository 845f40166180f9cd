// fma_kj_f32: made by tdsl from test.tdsl for wgsl. Change the source, not this file.

struct Sizes { M: i32, N: i32, K: i32 }

@group(0) @binding(0) var<storage, read> A: array<f32>;
@group(0) @binding(1) var<storage, read> B: array<f32>;
@group(0) @binding(2) var<storage, read_write> C: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> sa: array<f32, 640>;
var<workgroup> sb: array<f32, 576>;

fn load4_sa(i: i32) -> array<f32, 4> {
  let unit0 = sa[i];
  let unit1 = sa[i + 1];
  let unit2 = sa[i + 2];
  let unit3 = sa[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_sb(i: i32) -> array<f32, 4> {
  let unit0 = sb[i];
  let unit1 = sb[i + 1];
  let unit2 = sb[i + 2];
  let unit3 = sb[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

@compute @workgroup_size(64)
fn fma_kj_f32(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let ti = thread >> 4u;
  let tk = thread & 15;
  let tk2 = thread >> 5u;
  let tj = thread & 31;
  let ti2 = 4 * (thread >> 3u);
  let tj2 = 4 * (thread & 7);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.M + 31) / 32 * ((sizes.N + 31) / 32) <= group) { return; }
  let panel_groups = 2 * ((sizes.N + 31) / 32);
  let first_row = group / panel_groups * 2;
  let panel_rows = min(2, (sizes.M + 31) / 32 - first_row);
  let in_panel = group % panel_groups;
  let bm = first_row + in_panel % panel_rows;
  let bn = in_panel / panel_rows;
  let i2 = 32 * bm + ti;
  let j = 32 * bn + tj;
  let i3 = 32 * bm + ti2;
  let j2 = 32 * bn + tj2;
  var acc: array<f32, 16>;
  for (var r = 0; r < 16; r++) {
    acc[r] = 0.0;
  }
  for (var c = 0; c < (sizes.K + 15) / 16; c++) {
    let k = 16 * c + tk;
    let k2 = 16 * c + tk2;
    var a: array<f32, 8>;
    for (var di = 0; di < 8; di++) {
      a[di] = 0.0;
      if (i2 + 4 * di < sizes.M && k < sizes.K) { a[di] = A[(i2 + 4 * di) * sizes.K + k]; }
    }
    var b: array<f32, 8>;
    for (var dk = 0; dk < 8; dk++) {
      b[dk] = 0.0;
      if (k2 + 2 * dk < sizes.K && j < sizes.N) { b[dk] = B[(k2 + 2 * dk) * sizes.N + j]; }
    }
    workgroupBarrier();
    for (var di = 0; di < 8; di++) {
      sa[20 * (ti + 4 * di) + tk] = a[di];
    }
    for (var dk = 0; dk < 8; dk++) {
      sb[36 * (tk2 + 2 * dk) + tj] = b[dk];
    }
    workgroupBarrier();
    for (var dk = 0; dk < 4; dk++) {
      var sa_reg: array<f32, 16>;
      var sb_reg: array<f32, 4>;
      for (var di = 0; di < 4; di++) {
        {
          let piece = load4_sa(20 * (ti2 + di) + 4 * dk);
          sa_reg[4 * di] = piece[0];
          sa_reg[4 * di + 1] = piece[1];
          sa_reg[4 * di + 2] = piece[2];
          sa_reg[4 * di + 3] = piece[3];
        }
      }
      for (var vk = 0; vk < 4; vk++) {
        sb_reg = load4_sb(36 * (4 * dk + vk) + tj2);
        for (var dj = 0; dj < 4; dj++) {
          for (var di = 0; di < 4; di++) {
            acc[4 * dj + di] += sa_reg[4 * di + vk] * sb_reg[dj];
          }
        }
      }
    }
  }
  for (var dj = 0; dj < 4; dj++) {
    for (var di = 0; di < 4; di++) {
      if (i3 + di < sizes.M && j2 + dj < sizes.N) { C[(i3 + di) * sizes.N + j2 + dj] = acc[4 * dj + di]; }
    }
  }
}

// ttm: made by tdsl from ttm.tdsl for wgsl. Change the source, not this file.

struct Sizes { I: i32, J: i32, L: i32, K: i32 }

@group(0) @binding(0) var<storage, read> A: array<u32>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> B: array<u32>; // i8, 4 a word
@group(0) @binding(2) var<storage, read_write> C: array<i32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> a: array<i32, 1088>;
var<workgroup> b: array<vec4<i32>, 272>;

fn load_A(i: i32) -> i32 {
  return extractBits(bitcast<i32>(A[i >> 2u]), 8u * u32(i & 3), 8u);
}

fn load_B(i: i32) -> i32 {
  return extractBits(bitcast<i32>(B[i >> 2u]), 8u * u32(i & 3), 8u);
}

fn store4_b(i: i32, values: array<i32, 4>) {
  b[i >> 2u] = vec4<i32>(values[0], values[1], values[2], values[3]);
}

fn load4_a(i: i32) -> array<i32, 4> {
  let unit0 = a[i];
  let unit1 = a[i + 1];
  let unit2 = a[i + 2];
  let unit3 = a[i + 3];
  return array<i32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_b(i: i32) -> array<i32, 4> {
  let unit0 = b[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

@compute @workgroup_size(256)
fn ttm(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tj = thread >> 2u;
  let tl = 4 * (thread & 3);
  let tl2 = thread >> 4u;
  let tk = 4 * (thread & 15);
  let tj2 = 4 * (thread >> 4u);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.I * ((sizes.J + 63) / 64) * ((sizes.K + 63) / 64) <= group) { return; }
  let j_count = (sizes.J + 63) / 64;
  let k_count = (sizes.K + 63) / 64;
  let in_plane = group % (j_count * k_count);
  let panel_groups = 8 * k_count;
  let first_row = in_plane / panel_groups * 8;
  let panel_rows = min(8, j_count - first_row);
  let in_panel = in_plane % panel_groups;
  let j = first_row + in_panel % panel_rows;
  let i2 = group / (j_count * k_count);
  let j2 = 64 * j + tj;
  let k2 = 64 * (in_panel / panel_rows) + tk;
  let j3 = 64 * j + tj2;

  // ttm.tdsl:5: C[i, j, k] = sum(l) A[i, j, l] * B[l, k]
  var C_sum: array<i32, 16>;
  for (var r = 0; r < 16; r++) {
    C_sum[r] = 0;
  }
  for (var l_step = 0; l_step < (sizes.L + 15) / 16; l_step++) {
    let l = 16 * l_step + tl;
    let l2 = 16 * l_step + tl2;
    workgroupBarrier();
    for (var dl = 0; dl < 4; dl++) {
      var a2 = 0;
      if (j2 < sizes.J && l + dl < sizes.L) { a2 = load_A((i2 * sizes.J + j2) * sizes.L + l + dl); }
      a[68 * (tl + dl) + tj] = a2;
    }
    var b2: array<i32, 4>;
    for (var v = 0; v < 4; v++) {
      b2[v] = 0;
      if (l2 < sizes.L && k2 + v < sizes.K) { b2[v] = load_B(l2 * sizes.K + k2 + v); }
    }
    store4_b(68 * tl2 + tk, b2);
    workgroupBarrier();
    for (var dl = 0; dl < 16; dl++) {
      var a_reg = load4_a(68 * dl + tj2);
      var b_reg = load4_b(68 * dl + tk);
      for (var dj = 0; dj < 4; dj++) {
        for (var dk = 0; dk < 4; dk++) {
          C_sum[4 * dj + dk] += a_reg[dj] * b_reg[dk];
        }
      }
    }
  }
  for (var dj = 0; dj < 4; dj++) {
    for (var dk = 0; dk < 4; dk++) {
      if (j3 + dj < sizes.J && k2 + dk < sizes.K) { C[(i2 * sizes.J + j3 + dj) * sizes.K + k2 + dk] = C_sum[4 * dj + dk]; }
    }
  }
}

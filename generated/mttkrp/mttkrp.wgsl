// mttkrp: made by tdsl from mttkrp.tdsl for wgsl. Change the source, not this file.

struct Sizes { I: i32, K: i32, L: i32, J: i32 }

@group(0) @binding(0) var<storage, read> A: array<u32>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> B: array<u32>; // i8, 4 a word
@group(0) @binding(2) var<storage, read> C: array<u32>; // i8, 4 a word
@group(0) @binding(3) var<storage, read_write> D: array<i32>;
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> a: array<i32, 1088>;
var<workgroup> b: array<vec4<i32>, 272>;
var<workgroup> partials_int_0: array<i32, 1024>;

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

fn load_C(i: i32) -> i32 {
  return extractBits(bitcast<i32>(C[i >> 2u]), 8u * u32(i & 3), 8u);
}

@compute @workgroup_size(256)
fn mttkrp(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = thread >> 2u;
  let tl = 4 * (thread & 3);
  let tl2 = thread >> 4u;
  let tj = 4 * (thread & 15);
  let tk2 = 4 * (thread >> 4u);
  let leader = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.I * ((sizes.J + 63) / 64) <= group) { return; }
  let panel_groups = 8 * ((sizes.J + 63) / 64);
  let first_row = group / panel_groups * 8;
  let panel_rows = min(8, sizes.I - first_row);
  let in_panel = group % panel_groups;
  let i2 = first_row + in_panel % panel_rows;
  let j2 = 64 * (in_panel / panel_rows) + tj;

  // mttkrp.tdsl:9: D[i, j] = sum(k) T[i, k, j] * C[k, j]
  var D_sum: array<i32, 4>;
  for (var dj = 0; dj < 4; dj++) {
    D_sum[dj] = 0;
  }
  for (var k_2_step = 0; k_2_step < (sizes.K + 63) / 64; k_2_step++) {
    let k = 64 * k_2_step + tk;
    let k2 = 64 * k_2_step + tk2;
    var T: array<i32, 16>;
    for (var r = 0; r < 16; r++) {
      T[r] = 0;
    }
    for (var l_step = 0; l_step < (sizes.L + 15) / 16; l_step++) {
      let l = 16 * l_step + tl;
      let l2 = 16 * l_step + tl2;
      workgroupBarrier();
      for (var dl = 0; dl < 4; dl++) {
        var a2 = 0;
        if (k < sizes.K && l + dl < sizes.L) { a2 = load_A((i2 * sizes.K + k) * sizes.L + l + dl); }
        a[68 * (tl + dl) + tk] = a2;
      }
      var b2: array<i32, 4>;
      for (var v = 0; v < 4; v++) {
        b2[v] = 0;
        if (l2 < sizes.L && j2 + v < sizes.J) { b2[v] = load_B(l2 * sizes.J + j2 + v); }
      }
      store4_b(68 * tl2 + tj, b2);
      workgroupBarrier();
      for (var dl = 0; dl < 16; dl++) {
        var a_reg = load4_a(68 * dl + tk2);
        var b_reg = load4_b(68 * dl + tj);
        for (var dk = 0; dk < 4; dk++) {
          for (var dj = 0; dj < 4; dj++) {
            T[4 * dk + dj] += a_reg[dk] * b_reg[dj];
          }
        }
      }
    }
    var D_sum_part: array<i32, 4>;
    for (var r = 0; r < 4; r++) {
      D_sum_part[r] = 0;
    }
    for (var dk = 0; dk < 4; dk++) {
      for (var dj = 0; dj < 4; dj++) {
        var c = 0;
        if (k2 + dk < sizes.K && j2 + dj < sizes.J) { c = load_C((k2 + dk) * sizes.J + j2 + dj); }
        let D_sum_term = T[4 * dk + dj] * c;
        let D_sum_term2 = select(0, D_sum_term, k2 + dk < sizes.K);
        D_sum_part[dj] += D_sum_term2;
      }
    }
    workgroupBarrier();
    for (var r = 0; r < 4; r++) {
      partials_int_0[r * 256 + thread] = D_sum_part[r];
    }
    workgroupBarrier();
    for (var r = 0; r < 4; r++) {
      D_sum_part[r] = partials_int_0[r * 256 + leader];
      for (var other = 0; other < 15; other++) {
        D_sum_part[r] += partials_int_0[r * 256 + leader + 16 * (other + 1)];
      }
    }
    for (var dj = 0; dj < 4; dj++) {
      D_sum[dj] += D_sum_part[dj];
    }
  }
  for (var dj = 0; dj < 4; dj++) {
    if (j2 + dj < sizes.J && thread < 16) { D[i2 * sizes.J + j2 + dj] = D_sum[dj]; }
  }
}

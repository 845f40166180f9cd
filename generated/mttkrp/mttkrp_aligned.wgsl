// mttkrp_aligned: made by tdsl from mttkrp.tdsl for wgsl. Change the source, not this file.
// Relies on L % 16 == 0, J % 16 == 0.

struct Sizes { I: i32, K: i32, L: i32, J: i32 }

@group(0) @binding(0) var<storage, read> A: array<u32>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> B: array<u32>; // i8, 4 a word
@group(0) @binding(2) var<storage, read> C: array<u32>; // i8, 4 a word
@group(0) @binding(3) var<storage, read_write> D: array<vec4<i32>>;
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> a: array<i32, 1088>;
var<workgroup> b: array<vec4<i32>, 272>;
var<workgroup> partials_int_0: array<i32, 1024>;

fn load4_A(i: i32) -> array<i32, 4> {
  let unit0 = A[i >> 2u];
  return array<i32, 4>(extractBits(bitcast<i32>(unit0), 0u, 8u), extractBits(bitcast<i32>(unit0), 8u, 8u), extractBits(bitcast<i32>(unit0), 16u, 8u), extractBits(bitcast<i32>(unit0), 24u, 8u));
}

fn load4_A_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_A(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

fn load4_B(i: i32) -> array<i32, 4> {
  let unit0 = B[i >> 2u];
  return array<i32, 4>(extractBits(bitcast<i32>(unit0), 0u, 8u), extractBits(bitcast<i32>(unit0), 8u, 8u), extractBits(bitcast<i32>(unit0), 16u, 8u), extractBits(bitcast<i32>(unit0), 24u, 8u));
}

fn load4_B_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_B(i); }
  return array<i32, 4>(fill, fill, fill, fill);
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

fn load4_C(i: i32) -> array<i32, 4> {
  let unit0 = C[i >> 2u];
  return array<i32, 4>(extractBits(bitcast<i32>(unit0), 0u, 8u), extractBits(bitcast<i32>(unit0), 8u, 8u), extractBits(bitcast<i32>(unit0), 16u, 8u), extractBits(bitcast<i32>(unit0), 24u, 8u));
}

fn load4_C_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_C(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

fn store4_D(i: i32, values: array<i32, 4>) {
  D[i >> 2u] = vec4<i32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn mttkrp_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = thread >> 2u;
  let tl = 4 * (thread & 3);
  let tl2 = thread >> 4u;
  let tj = 4 * (thread & 15);
  let tk2 = 4 * (thread >> 4u);
  let leader = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.I * ((sizes.J + 48) / 64) <= group) { return; }
  let panel_groups = 8 * ((sizes.J + 48) / 64);
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
    for (var l_step = 0; l_step < sizes.L / 16; l_step++) {
      let l = 16 * l_step + tl;
      let l2 = 16 * l_step + tl2;
      workgroupBarrier();
      var a2 = load4_A_or((i2 * sizes.K + k) * sizes.L + l, k < sizes.K, 0);
      for (var v = 0; v < 4; v++) {
        a[68 * (tl + v) + tk] = a2[v];
      }
      var b2 = load4_B_or(l2 * sizes.J + j2, j2 < sizes.J, 0);
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
      var c = load4_C_or((k2 + dk) * sizes.J + j2, k2 + dk < sizes.K && j2 < sizes.J, 0);
      for (var v = 0; v < 4; v++) {
        let D_sum_term = T[4 * dk + v] * c[v];
        let D_sum_term2 = select(0, D_sum_term, k2 + dk < sizes.K);
        D_sum_part[v] += D_sum_term2;
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
  if (j2 < sizes.J && thread < 16) { store4_D(i2 * sizes.J + j2, D_sum); }
}

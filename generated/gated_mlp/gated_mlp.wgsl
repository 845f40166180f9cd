// gated_mlp_1, gated_mlp_2, gated_mlp_3: made by tdsl from gated_mlp.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

fn round_bf16(x: f32) -> f32 { return bitcast<f32>(bf16_bits(x) << 16u); }

struct Sizes { M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> G: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> silu_x_mem: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> x: array<f32, 1088>;
var<workgroup> g: array<f32, 1088>;

fn load_X(i: i32) -> f32 {
  return bitcast<f32>((X[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_G(i: i32) -> f32 {
  return bitcast<f32>((G[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load4_x(i: i32) -> array<f32, 4> {
  let unit0 = x[i];
  let unit1 = x[i + 1];
  let unit2 = x[i + 2];
  let unit3 = x[i + 3];
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
fn gated_mlp_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tm = thread >> 2u;
  let tk = 4 * (thread & 3);
  let tm2 = 4 * (thread >> 4u);
  let tn = 4 * (thread & 15);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.M + 63) / 64 * ((sizes.N + 63) / 64) <= group) { return; }
  let panel_groups = 8 * ((sizes.N + 63) / 64);
  let first_row = group / panel_groups * 8;
  let panel_rows = min(8, (sizes.M + 63) / 64 - first_row);
  let in_panel = group % panel_groups;
  let m = first_row + in_panel % panel_rows;
  let n = in_panel / panel_rows;
  let m2 = 64 * m + tm;
  let n2 = 64 * n + tm;
  let m3 = 64 * m + tm2;
  let n3 = 64 * n + tn;

  // gated_mlp.tdsl:18: let H[m, n]: bf16 = silu(sum(k) X[m, k] * G[n, k]) * (sum(k) X[m, k] * U[n, k])
  var silu_x: array<f32, 16>;
  for (var r = 0; r < 16; r++) {
    silu_x[r] = 0.0;
  }
  for (var k_step = 0; k_step < (sizes.K + 15) / 16; k_step++) {
    let k = 16 * k_step + tk;
    workgroupBarrier();
    for (var dk = 0; dk < 4; dk++) {
      var x2 = 0.0;
      if (m2 < sizes.M && k + dk < sizes.K) { x2 = load_X(m2 * sizes.K + k + dk); }
      x[68 * (tk + dk) + tm] = x2;
    }
    for (var dk = 0; dk < 4; dk++) {
      var g2 = 0.0;
      if (n2 < sizes.N && k + dk < sizes.K) { g2 = load_G(n2 * sizes.K + k + dk); }
      g[68 * (tk + dk) + tm] = g2;
    }
    workgroupBarrier();
    for (var dk = 0; dk < 16; dk++) {
      var x_reg = load4_x(68 * dk + tm2);
      var g_reg = load4_g(68 * dk + tn);
      for (var dm = 0; dm < 4; dm++) {
        for (var dn = 0; dn < 4; dn++) {
          silu_x[4 * dm + dn] += x_reg[dm] * g_reg[dn];
        }
      }
    }
  }
  for (var dm = 0; dm < 4; dm++) {
    for (var dn = 0; dn < 4; dn++) {
      if (m3 + dm < sizes.M && n3 + dn < sizes.N) { silu_x_mem[(m3 + dm) * sizes.N + n3 + dn] = silu_x[4 * dm + dn]; }
    }
  }
}

struct Sizes_2 { M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X2: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> U: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> H_sum_mem: array<f32>;
@group(0) @binding(3) var<uniform> sizes_2: Sizes_2;
var<workgroup> x2: array<f32, 1088>;
var<workgroup> u: array<f32, 1088>;

fn load_X2(i: i32) -> f32 {
  return bitcast<f32>((X2[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_U(i: i32) -> f32 {
  return bitcast<f32>((U[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load4_x2(i: i32) -> array<f32, 4> {
  let unit0 = x2[i];
  let unit1 = x2[i + 1];
  let unit2 = x2[i + 2];
  let unit3 = x2[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_u(i: i32) -> array<f32, 4> {
  let unit0 = u[i];
  let unit1 = u[i + 1];
  let unit2 = u[i + 2];
  let unit3 = u[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

@compute @workgroup_size(256)
fn gated_mlp_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tm = thread >> 2u;
  let tk = 4 * (thread & 3);
  let tm2 = 4 * (thread >> 4u);
  let tn = 4 * (thread & 15);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_2.M + 63) / 64 * ((sizes_2.N + 63) / 64) <= group) { return; }
  let panel_groups = 8 * ((sizes_2.N + 63) / 64);
  let first_row = group / panel_groups * 8;
  let panel_rows = min(8, (sizes_2.M + 63) / 64 - first_row);
  let in_panel = group % panel_groups;
  let m = first_row + in_panel % panel_rows;
  let n = in_panel / panel_rows;
  let m2 = 64 * m + tm;
  let n2 = 64 * n + tm;
  let m3 = 64 * m + tm2;
  let n3 = 64 * n + tn;

  // gated_mlp.tdsl:18: let H[m, n]: bf16 = silu(sum(k) X[m, k] * G[n, k]) * (sum(k) X[m, k] * U[n, k])
  var H_sum: array<f32, 16>;
  for (var r = 0; r < 16; r++) {
    H_sum[r] = 0.0;
  }
  for (var k_2_step = 0; k_2_step < (sizes_2.K + 15) / 16; k_2_step++) {
    let k = 16 * k_2_step + tk;
    workgroupBarrier();
    for (var dk = 0; dk < 4; dk++) {
      var x3 = 0.0;
      if (m2 < sizes_2.M && k + dk < sizes_2.K) { x3 = load_X2(m2 * sizes_2.K + k + dk); }
      x2[68 * (tk + dk) + tm] = x3;
    }
    for (var dk = 0; dk < 4; dk++) {
      var u2 = 0.0;
      if (n2 < sizes_2.N && k + dk < sizes_2.K) { u2 = load_U(n2 * sizes_2.K + k + dk); }
      u[68 * (tk + dk) + tm] = u2;
    }
    workgroupBarrier();
    for (var dk = 0; dk < 16; dk++) {
      var x_reg = load4_x2(68 * dk + tm2);
      var u_reg = load4_u(68 * dk + tn);
      for (var dm = 0; dm < 4; dm++) {
        for (var dn = 0; dn < 4; dn++) {
          H_sum[4 * dm + dn] += x_reg[dm] * u_reg[dn];
        }
      }
    }
  }
  for (var dm = 0; dm < 4; dm++) {
    for (var dn = 0; dn < 4; dn++) {
      if (m3 + dm < sizes_2.M && n3 + dn < sizes_2.N) { H_sum_mem[(m3 + dm) * sizes_2.N + n3 + dn] = H_sum[4 * dm + dn]; }
    }
  }
}

struct Sizes_3 { M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> D: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> silu_x_mem2: array<f32>;
@group(0) @binding(2) var<storage, read> H_sum_mem2: array<f32>;
@group(0) @binding(3) var<storage, read_write> Y: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(4) var<uniform> sizes_3: Sizes_3;
var<workgroup> silu_x_mem2_2: array<f32, 1088>;
var<workgroup> d: array<f32, 1088>;

fn load_D(i: i32) -> f32 {
  return bitcast<f32>((D[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load4_silu_x_mem2_2(i: i32) -> array<f32, 4> {
  let unit0 = silu_x_mem2_2[i];
  let unit1 = silu_x_mem2_2[i + 1];
  let unit2 = silu_x_mem2_2[i + 2];
  let unit3 = silu_x_mem2_2[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_d(i: i32) -> array<f32, 4> {
  let unit0 = d[i];
  let unit1 = d[i + 1];
  let unit2 = d[i + 2];
  let unit3 = d[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Y(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Y[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Y[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn gated_mlp_3(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tm = thread >> 2u;
  let tn = 4 * (thread & 3);
  let tm2 = 4 * (thread >> 4u);
  let tk = 4 * (thread & 15);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_3.K + 63) / 64 * ((sizes_3.M + 63) / 64) <= group) { return; }
  let panel_groups = 8 * ((sizes_3.K + 63) / 64);
  let first_row = group / panel_groups * 8;
  let panel_rows = min(8, (sizes_3.M + 63) / 64 - first_row);
  let in_panel = group % panel_groups;
  let m = first_row + in_panel % panel_rows;
  let k = in_panel / panel_rows;
  let m2 = 64 * m + tm;
  let k2 = 64 * k + tm;
  let m3 = 64 * m + tm2;
  let k3 = 64 * k + tk;

  // gated_mlp.tdsl:19: Y[m, k] = sum(n) H[m, n] * D[k, n]
  var Y_sum: array<f32, 16>;
  for (var r = 0; r < 16; r++) {
    Y_sum[r] = 0.0;
  }
  for (var n_2_step = 0; n_2_step < (sizes_3.N + 15) / 16; n_2_step++) {
    let n = 16 * n_2_step + tn;
    workgroupBarrier();
    for (var dn = 0; dn < 4; dn++) {
      var silu_x_mem3 = 0.0;
      if (m2 < sizes_3.M && n + dn < sizes_3.N) { silu_x_mem3 = silu_x_mem2[m2 * sizes_3.N + n + dn]; }
      var h_sum_mem = 0.0;
      if (m2 < sizes_3.M && n + dn < sizes_3.N) { h_sum_mem = H_sum_mem2[m2 * sizes_3.N + n + dn]; }
      let silu_x_mem_term = round_bf16(silu_x_mem3 * (exp(min(silu_x_mem3, 0.0)) / (1.0 + exp(-abs(silu_x_mem3)))) * h_sum_mem);
      let silu_x_mem2_fill = select(0.0, silu_x_mem_term, n + dn < sizes_3.N);
      silu_x_mem2_2[68 * (tn + dn) + tm] = silu_x_mem2_fill;
    }
    for (var dn = 0; dn < 4; dn++) {
      var d2 = 0.0;
      if (k2 < sizes_3.K && n + dn < sizes_3.N) { d2 = load_D(k2 * sizes_3.N + n + dn); }
      d[68 * (tn + dn) + tm] = d2;
    }
    workgroupBarrier();
    for (var dn = 0; dn < 16; dn++) {
      var silu_x_mem2_reg = load4_silu_x_mem2_2(68 * dn + tm2);
      var d_reg = load4_d(68 * dn + tk);
      for (var dm = 0; dm < 4; dm++) {
        for (var dk = 0; dk < 4; dk++) {
          Y_sum[4 * dm + dk] += silu_x_mem2_reg[dm] * d_reg[dk];
        }
      }
    }
  }
  for (var dm = 0; dm < 4; dm++) {
    for (var dk = 0; dk < 4; dk++) {
      if (m3 + dm < sizes_3.M && k3 + dk < sizes_3.K) { store_Y((m3 + dm) * sizes_3.K + k3 + dk, Y_sum[4 * dm + dk]); }
    }
  }
}

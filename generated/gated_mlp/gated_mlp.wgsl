// gated_mlp_1, gated_mlp_2: made by tdsl from gated_mlp.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

fn round_bf16(x: f32) -> f32 { return bitcast<f32>(bf16_bits(x) << 16u); }

struct Sizes { M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> G: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> U: array<u32>; // bf16, 2 a word
@group(0) @binding(3) var<storage, read_write> H_mem: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> x: array<f32, 640>;
var<workgroup> g: array<f32, 640>;
var<workgroup> u: array<f32, 640>;

fn load_X(i: i32) -> f32 {
  return bitcast<f32>((X[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_G(i: i32) -> f32 {
  return bitcast<f32>((G[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_U(i: i32) -> f32 {
  return bitcast<f32>((U[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load2_g(i: i32) -> array<f32, 2> {
  let unit0 = g[i];
  let unit1 = g[i + 1];
  return array<f32, 2>(unit0, unit1);
}

fn load2_u(i: i32) -> array<f32, 2> {
  let unit0 = u[i];
  let unit1 = u[i + 1];
  return array<f32, 2>(unit0, unit1);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_H_mem(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&H_mem[i >> 1u], ~(0xffffu << shift));
  atomicOr(&H_mem[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(128)
fn gated_mlp_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tm = thread >> 3u;
  let tk = 4 * (thread & 7);
  let tn = 2 * (thread & 7);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.M + 15) / 16 * ((sizes.N + 15) / 16) <= group) { return; }
  let n_count = (sizes.N + 15) / 16;
  let n = group % n_count;
  let m2 = 16 * (group / n_count) + tm;
  let n2 = 16 * n + tm;
  let n3 = 16 * n + tn;

  // gated_mlp.tdsl:18: let H[m, n]: bf16 = silu(sum(k) X[m, k] * G[n, k]) * (sum(k) X[m, k] * U[n, k])
  var silu_x: array<f32, 2>;
  var H_sum: array<f32, 2>;
  for (var dn = 0; dn < 2; dn++) {
    silu_x[dn] = 0.0;
    H_sum[dn] = 0.0;
  }
  for (var k_step = 0; k_step < (sizes.K + 31) / 32; k_step++) {
    let k = 32 * k_step + tk;
    workgroupBarrier();
    for (var dk = 0; dk < 4; dk++) {
      var x2 = 0.0;
      if (m2 < sizes.M && k + dk < sizes.K) { x2 = load_X(m2 * sizes.K + k + dk); }
      x[20 * (tk + dk) + tm] = x2;
    }
    for (var dk = 0; dk < 4; dk++) {
      var g2 = 0.0;
      if (n2 < sizes.N && k + dk < sizes.K) { g2 = load_G(n2 * sizes.K + k + dk); }
      g[20 * (tk + dk) + tm] = g2;
      var u2 = 0.0;
      if (n2 < sizes.N && k + dk < sizes.K) { u2 = load_U(n2 * sizes.K + k + dk); }
      u[20 * (tk + dk) + tm] = u2;
    }
    workgroupBarrier();
    for (var dk = 0; dk < 32; dk++) {
      let x_reg = x[20 * dk + tm];
      var g_reg = load2_g(20 * dk + tn);
      for (var dn = 0; dn < 2; dn++) {
        silu_x[dn] += x_reg * g_reg[dn];
      }
    }
    for (var dk = 0; dk < 32; dk++) {
      let x_reg2 = x[20 * dk + tm];
      var u_reg = load2_u(20 * dk + tn);
      for (var dn = 0; dn < 2; dn++) {
        H_sum[dn] += x_reg2 * u_reg[dn];
      }
    }
  }
  for (var dn = 0; dn < 2; dn++) {
    let h_mem = round_bf16(silu_x[dn] * (exp(min(silu_x[dn], 0.0)) / (1.0 + exp(-abs(silu_x[dn])))) * H_sum[dn]);
    if (m2 < sizes.M && n3 + dn < sizes.N) { store_H_mem(m2 * sizes.N + n3 + dn, h_mem); }
  }
}

struct Sizes_2 { M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> D: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> H_mem2: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> Y: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes_2: Sizes_2;
var<workgroup> h_mem: array<f32, 1088>;
var<workgroup> d: array<f32, 1088>;

fn load_H_mem2(i: i32) -> f32 {
  return bitcast<f32>((H_mem2[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_D(i: i32) -> f32 {
  return bitcast<f32>((D[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load4_h_mem(i: i32) -> array<f32, 4> {
  let unit0 = h_mem[i];
  let unit1 = h_mem[i + 1];
  let unit2 = h_mem[i + 2];
  let unit3 = h_mem[i + 3];
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
fn gated_mlp_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tm = thread >> 2u;
  let tn = 4 * (thread & 3);
  let tm2 = 4 * (thread >> 4u);
  let tk = 4 * (thread & 15);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_2.K + 63) / 64 * ((sizes_2.M + 63) / 64) <= group) { return; }
  let panel_groups = 8 * ((sizes_2.K + 63) / 64);
  let first_row = group / panel_groups * 8;
  let panel_rows = min(8, (sizes_2.M + 63) / 64 - first_row);
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
  for (var n_2_step = 0; n_2_step < (sizes_2.N + 15) / 16; n_2_step++) {
    let n = 16 * n_2_step + tn;
    workgroupBarrier();
    for (var dn = 0; dn < 4; dn++) {
      var h_mem2 = 0.0;
      if (m2 < sizes_2.M && n + dn < sizes_2.N) { h_mem2 = load_H_mem2(m2 * sizes_2.N + n + dn); }
      h_mem[68 * (tn + dn) + tm] = h_mem2;
    }
    for (var dn = 0; dn < 4; dn++) {
      var d2 = 0.0;
      if (k2 < sizes_2.K && n + dn < sizes_2.N) { d2 = load_D(k2 * sizes_2.N + n + dn); }
      d[68 * (tn + dn) + tm] = d2;
    }
    workgroupBarrier();
    for (var dn = 0; dn < 16; dn++) {
      var h_mem_reg = load4_h_mem(68 * dn + tm2);
      var d_reg = load4_d(68 * dn + tk);
      for (var dm = 0; dm < 4; dm++) {
        for (var dk = 0; dk < 4; dk++) {
          Y_sum[4 * dm + dk] += h_mem_reg[dm] * d_reg[dk];
        }
      }
    }
  }
  for (var dm = 0; dm < 4; dm++) {
    for (var dk = 0; dk < 4; dk++) {
      if (m3 + dm < sizes_2.M && k3 + dk < sizes_2.K) { store_Y((m3 + dm) * sizes_2.K + k3 + dk, Y_sum[4 * dm + dk]); }
    }
  }
}

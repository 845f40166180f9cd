// gate_up_aligned: made by tdsl from gated_mlp.tdsl for wgsl. Change the source, not this file.
// Relies on K % 8 == 0, N % 8 == 0.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> G: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> U: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<storage, read_write> H: array<u32>; // bf16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> x: array<f32, 640>;
var<workgroup> g: array<f32, 640>;
var<workgroup> u: array<f32, 640>;

fn load4_X(i: i32) -> array<f32, 4> {
  let unit0 = X[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_X_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_X(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_G(i: i32) -> array<f32, 4> {
  let unit0 = G[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_G_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_G(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_U(i: i32) -> array<f32, 4> {
  let unit0 = U[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_U_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_U(i); }
  return array<f32, 4>(fill, fill, fill, fill);
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

fn store2_H(i: i32, values: array<f32, 2>) {
  H[i >> 1u] = bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u);
}

@compute @workgroup_size(128)
fn gate_up_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tm = thread >> 3u;
  let tk = 4 * (thread & 7);
  let tn = 2 * (thread & 7);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.M + 15) / 16 * ((sizes.N + 8) / 16) <= group) { return; }
  let n_count = (sizes.N + 8) / 16;
  let n = group % n_count;
  let m2 = 16 * (group / n_count) + tm;
  let n2 = 16 * n + tm;
  let n3 = 16 * n + tn;

  // gated_mlp.tdsl:10: H[m, n] = silu(gate[m, n]) * up[m, n]
  var gate: array<f32, 2>;
  var up: array<f32, 2>;
  for (var dn = 0; dn < 2; dn++) {
    gate[dn] = 0.0;
    up[dn] = 0.0;
  }
  for (var k_step = 0; k_step < (sizes.K + 24) / 32; k_step++) {
    let k = 32 * k_step + tk;
    workgroupBarrier();
    var x2 = load4_X_or(m2 * sizes.K + k, m2 < sizes.M && k < sizes.K, 0.0);
    for (var v = 0; v < 4; v++) {
      x[20 * (tk + v) + tm] = x2[v];
    }
    var g2 = load4_G_or(n2 * sizes.K + k, n2 < sizes.N && k < sizes.K, 0.0);
    var u2 = load4_U_or(n2 * sizes.K + k, n2 < sizes.N && k < sizes.K, 0.0);
    for (var v = 0; v < 4; v++) {
      g[20 * (tk + v) + tm] = g2[v];
      u[20 * (tk + v) + tm] = u2[v];
    }
    workgroupBarrier();
    for (var dk = 0; dk < 32; dk++) {
      let x_reg = x[20 * dk + tm];
      var g_reg = load2_g(20 * dk + tn);
      for (var dn = 0; dn < 2; dn++) {
        gate[dn] += x_reg * g_reg[dn];
      }
    }
    for (var dk = 0; dk < 32; dk++) {
      let x_reg2 = x[20 * dk + tm];
      var u_reg = load2_u(20 * dk + tn);
      for (var dn = 0; dn < 2; dn++) {
        up[dn] += x_reg2 * u_reg[dn];
      }
    }
  }
  var h: array<f32, 2>;
  for (var v = 0; v < 2; v++) {
    h[v] = gate[v] * (exp(min(gate[v], 0.0)) / (1.0 + exp(-abs(gate[v])))) * up[v];
  }
  if (m2 < sizes.M && n3 < sizes.N) { store2_H(m2 * sizes.N + n3, h); }
}

// gated: made by tdsl from transformer_block.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> G: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> U: array<u32>; // bf16, 2 a word
@group(0) @binding(3) var<storage, read_write> Y: array<atomic<u32>>; // bf16, 2 a word
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
fn store_Y(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Y[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Y[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(128)
fn gated(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
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

  // transformer_block.tdsl:67: Y[m, n] = silu(sum(k) X[m, k] * G[n, k]) * (sum(k) X[m, k] * U[n, k])
  var silu_x: array<f32, 2>;
  var Y_sum: array<f32, 2>;
  for (var dn = 0; dn < 2; dn++) {
    silu_x[dn] = 0.0;
    Y_sum[dn] = 0.0;
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
        Y_sum[dn] += x_reg2 * u_reg[dn];
      }
    }
  }
  for (var dn = 0; dn < 2; dn++) {
    let y = silu_x[dn] * (exp(min(silu_x[dn], 0.0)) / (1.0 + exp(-abs(silu_x[dn])))) * Y_sum[dn];
    if (m2 < sizes.M && n3 + dn < sizes.N) { store_Y(m2 * sizes.N + n3 + dn, y); }
  }
}

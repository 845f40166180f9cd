// joined_linear: made by tdsl from concat.tdsl for wgsl. Change the source, not this file.

struct Sizes { M: i32, K: i32, J: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> F: array<f32>;
@group(0) @binding(2) var<storage, read> W: array<f32>;
@group(0) @binding(3) var<storage, read_write> Y: array<f32>;
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> x: array<f32, 640>;
var<workgroup> w: array<f32, 640>;
var<workgroup> f: array<f32, 640>;
var<workgroup> w2: array<f32, 640>;

fn load_X(i: i32) -> f32 {
  return bitcast<f32>((X[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load2_w(i: i32) -> array<f32, 2> {
  let unit0 = w[i];
  let unit1 = w[i + 1];
  return array<f32, 2>(unit0, unit1);
}

fn load2_w2(i: i32) -> array<f32, 2> {
  let unit0 = w2[i];
  let unit1 = w2[i + 1];
  return array<f32, 2>(unit0, unit1);
}

@compute @workgroup_size(128)
fn joined_linear(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
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

  // concat.tdsl:17: Y[m, n] = sum(k) input[m, k] * W[n, k]
  var Y_sum_piece: array<f32, 2>;
  for (var dn = 0; dn < 2; dn++) {
    Y_sum_piece[dn] = 0.0;
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
      var w3 = 0.0;
      if (n2 < sizes.N && k + dk < sizes.K) { w3 = W[n2 * (sizes.J + sizes.K) + k + dk]; }
      w[20 * (tk + dk) + tm] = w3;
    }
    workgroupBarrier();
    for (var dk = 0; dk < 32; dk++) {
      let x_reg = x[20 * dk + tm];
      var w_reg = load2_w(20 * dk + tn);
      for (var dn = 0; dn < 2; dn++) {
        Y_sum_piece[dn] += x_reg * w_reg[dn];
      }
    }
  }
  var Y_sum_piece2: array<f32, 2>;
  for (var dn = 0; dn < 2; dn++) {
    Y_sum_piece2[dn] = 0.0;
  }
  for (var k_2_step = 0; k_2_step < (sizes.J + 31) / 32; k_2_step++) {
    let k = 32 * k_2_step + tk;
    workgroupBarrier();
    for (var dk = 0; dk < 4; dk++) {
      var f2 = 0.0;
      if (m2 < sizes.M && k + dk < sizes.J) { f2 = F[m2 * sizes.J + k + dk]; }
      f[20 * (tk + dk) + tm] = f2;
    }
    for (var dk = 0; dk < 4; dk++) {
      var w3 = 0.0;
      if (n2 < sizes.N && k + dk < sizes.J) { w3 = W[n2 * (sizes.J + sizes.K) + k + sizes.K + dk]; }
      w2[20 * (tk + dk) + tm] = w3;
    }
    workgroupBarrier();
    for (var dk = 0; dk < 32; dk++) {
      let f_reg = f[20 * dk + tm];
      var w2_reg = load2_w2(20 * dk + tn);
      for (var dn = 0; dn < 2; dn++) {
        Y_sum_piece2[dn] += f_reg * w2_reg[dn];
      }
    }
  }
  for (var dn = 0; dn < 2; dn++) {
    let y = Y_sum_piece[dn] + Y_sum_piece2[dn];
    if (m2 < sizes.M && n3 + dn < sizes.N) { Y[m2 * sizes.N + n3 + dn] = y; }
  }
}

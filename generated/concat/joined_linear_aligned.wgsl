// joined_linear_aligned: made by tdsl from concat.tdsl for wgsl. Change the source, not this file.
// Relies on K % 8 == 0, J % 4 == 0, N % 4 == 0.

struct Sizes { M: i32, K: i32, J: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> F: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> W: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> Y: array<vec2<f32>>;
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> x: array<f32, 640>;
var<workgroup> w: array<f32, 640>;
var<workgroup> f: array<f32, 640>;
var<workgroup> w2: array<f32, 640>;

fn load4_X(i: i32) -> array<f32, 4> {
  let unit0 = X[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_X_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_X(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_W(i: i32) -> array<f32, 4> {
  let unit0 = W[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_W_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_W(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load2_w(i: i32) -> array<f32, 2> {
  let unit0 = w[i];
  let unit1 = w[i + 1];
  return array<f32, 2>(unit0, unit1);
}

fn load4_F(i: i32) -> array<f32, 4> {
  let unit0 = F[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_F_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_F(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load2_w2(i: i32) -> array<f32, 2> {
  let unit0 = w2[i];
  let unit1 = w2[i + 1];
  return array<f32, 2>(unit0, unit1);
}

fn store2_Y(i: i32, values: array<f32, 2>) {
  Y[i >> 1u] = vec2<f32>(values[0], values[1]);
}

@compute @workgroup_size(128)
fn joined_linear_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tm = thread >> 3u;
  let tk = 4 * (thread & 7);
  let tn = 2 * (thread & 7);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.M + 15) / 16 * ((sizes.N + 12) / 16) <= group) { return; }
  let n_count = (sizes.N + 12) / 16;
  let n = group % n_count;
  let m2 = 16 * (group / n_count) + tm;
  let n2 = 16 * n + tm;
  let n3 = 16 * n + tn;

  // concat.tdsl:17: Y[m, n] = sum(k) input[m, k] * W[n, k]
  var Y_sum_piece: array<f32, 2>;
  for (var dn = 0; dn < 2; dn++) {
    Y_sum_piece[dn] = 0.0;
  }
  for (var k_step = 0; k_step < (sizes.K + 24) / 32; k_step++) {
    let k = 32 * k_step + tk;
    workgroupBarrier();
    var x2 = load4_X_or(m2 * sizes.K + k, m2 < sizes.M && k < sizes.K, 0.0);
    for (var v = 0; v < 4; v++) {
      x[20 * (tk + v) + tm] = x2[v];
    }
    var w3 = load4_W_or(n2 * (sizes.J + sizes.K) + k, n2 < sizes.N && k < sizes.K, 0.0);
    for (var v = 0; v < 4; v++) {
      w[20 * (tk + v) + tm] = w3[v];
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
  for (var k_2_step = 0; k_2_step < (sizes.J + 28) / 32; k_2_step++) {
    let k = 32 * k_2_step + tk;
    workgroupBarrier();
    var f2 = load4_F_or(m2 * sizes.J + k, m2 < sizes.M && k < sizes.J, 0.0);
    for (var v = 0; v < 4; v++) {
      f[20 * (tk + v) + tm] = f2[v];
    }
    var w3 = load4_W_or(n2 * (sizes.J + sizes.K) + k + sizes.K, n2 < sizes.N && k < sizes.J, 0.0);
    for (var v = 0; v < 4; v++) {
      w2[20 * (tk + v) + tm] = w3[v];
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
  var y: array<f32, 2>;
  for (var v = 0; v < 2; v++) {
    y[v] = Y_sum_piece[v] + Y_sum_piece2[v];
  }
  if (m2 < sizes.M && n3 < sizes.N) { store2_Y(m2 * sizes.N + n3, y); }
}

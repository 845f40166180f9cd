// project_aligned: made by tdsl from transformer_block.tdsl for wgsl. Change the source, not this file.
// Relies on K % 8 == 0, N % 8 == 0.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> W: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> Y: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> x: array<f32, 1088>;
var<workgroup> w: array<f32, 1088>;

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
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_W_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_W(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_x(i: i32) -> array<f32, 4> {
  let unit0 = x[i];
  let unit1 = x[i + 1];
  let unit2 = x[i + 2];
  let unit3 = x[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_w(i: i32) -> array<f32, 4> {
  let unit0 = w[i];
  let unit1 = w[i + 1];
  let unit2 = w[i + 2];
  let unit3 = w[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn store4_Y(i: i32, values: array<f32, 4>) {
  Y[i >> 2u] = vec2<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u));
}

@compute @workgroup_size(256)
fn project_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tm = thread >> 2u;
  let tk = 4 * (thread & 3);
  let tm2 = 4 * (thread >> 4u);
  let tn = 4 * (thread & 15);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.M + 63) / 64 * ((sizes.N + 56) / 64) <= group) { return; }
  let panel_groups = 8 * ((sizes.N + 56) / 64);
  let first_row = group / panel_groups * 8;
  let panel_rows = min(8, (sizes.M + 63) / 64 - first_row);
  let in_panel = group % panel_groups;
  let m = first_row + in_panel % panel_rows;
  let n = in_panel / panel_rows;
  let m2 = 64 * m + tm;
  let n2 = 64 * n + tm;
  let m3 = 64 * m + tm2;
  let n3 = 64 * n + tn;

  // transformer_block.tdsl:15: Y[m, n] = sum(k) X[m, k] * W[n, k]
  var Y_sum: array<f32, 16>;
  for (var r = 0; r < 16; r++) {
    Y_sum[r] = 0.0;
  }
  for (var k_step = 0; k_step < (sizes.K + 8) / 16; k_step++) {
    let k = 16 * k_step + tk;
    workgroupBarrier();
    var x2 = load4_X_or(m2 * sizes.K + k, m2 < sizes.M && k < sizes.K, 0.0);
    for (var v = 0; v < 4; v++) {
      x[68 * (tk + v) + tm] = x2[v];
    }
    var w2 = load4_W_or(n2 * sizes.K + k, n2 < sizes.N && k < sizes.K, 0.0);
    for (var v = 0; v < 4; v++) {
      w[68 * (tk + v) + tm] = w2[v];
    }
    workgroupBarrier();
    for (var dk = 0; dk < 16; dk++) {
      var x_reg = load4_x(68 * dk + tm2);
      var w_reg = load4_w(68 * dk + tn);
      for (var dm = 0; dm < 4; dm++) {
        for (var dn = 0; dn < 4; dn++) {
          Y_sum[4 * dm + dn] += x_reg[dm] * w_reg[dn];
        }
      }
    }
  }
  for (var dm = 0; dm < 4; dm++) {
    if (m3 + dm < sizes.M && n3 < sizes.N) {
      store4_Y((m3 + dm) * sizes.N + n3, array<f32, 4>(Y_sum[4 * dm], Y_sum[4 * dm + 1], Y_sum[4 * dm + 2], Y_sum[4 * dm + 3]));
    }
  }
}

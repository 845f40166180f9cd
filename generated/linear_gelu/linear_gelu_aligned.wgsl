// linear_gelu_aligned: made by tdsl from linear_gelu.tdsl for wgsl. Change the source, not this file.
// Relies on K % 8 == 0, N % 8 == 0.

// the error function: 1 - exp of a polynomial for large arguments, an odd polynomial for small ones (minimax, error about 1 ulp)
fn erf(x: f32) -> f32 {
  let a = abs(x);
  let s = x * x;
  if (a > 0.927734375) {
    var r = fma(-1.72853470e-5, a, 3.83197126e-4);
    r = fma(r, s, fma(-3.88396438e-3, a, 2.42546219e-2));
    r = fma(fma(fma(r, a, -1.06777877e-1), a, -6.34846687e-1), a, -1.28717512e-1);
    return sign(x) * (1.0 - exp(fma(r, a, -a)));
  }
  var r = fma(-5.96761703e-4, s, 4.99119423e-3);
  r = fma(fma(fma(fma(r, s, -2.67681349e-2), s, 1.12819925e-1), s, -3.76125336e-1), s, 1.28379166e-1);
  return fma(r, x, x);
}

// an f16, to nearest, ties to even; in whole numbers, as packing may lose what is below 2^-14 or beyond the largest value. Below 2^-14 the steps are those of f32 at 0.5.
fn f16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let size = bits & 0x7fffffffu;
  let low = bitcast<u32>(bitcast<f32>(size) + 0.5) - 0x3f000000u;
  let high = min((size + 0xfffu + ((size >> 13u) & 1u) - 0x38000000u) >> 13u, 0x7c00u);
  let rounded = select(select(high, low, size < 0x38800000u), 0x7e00u, size > 0x7f800000u);
  return rounded | ((bits >> 16u) & 0x8000u);
}

struct Sizes { M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<vec2<u32>>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> W: array<vec2<u32>>; // f16, 2 a word
@group(0) @binding(2) var<storage, read> bias: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> Y: array<vec2<u32>>; // f16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> x: array<f32, 1088>;
var<workgroup> w: array<f32, 1088>;

fn load4_X(i: i32) -> array<f32, 4> {
  let unit0 = X[i >> 2u];
  return array<f32, 4>(unpack2x16float(unit0.x).x, unpack2x16float(unit0.x).y, unpack2x16float(unit0.y).x, unpack2x16float(unit0.y).y);
}

fn load4_X_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_X(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_W(i: i32) -> array<f32, 4> {
  let unit0 = W[i >> 2u];
  return array<f32, 4>(unpack2x16float(unit0.x).x, unpack2x16float(unit0.x).y, unpack2x16float(unit0.y).x, unpack2x16float(unit0.y).y);
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

fn load4_bias(i: i32) -> array<f32, 4> {
  let unit0 = bias[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_bias_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_bias(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn store4_Y(i: i32, values: array<f32, 4>) {
  Y[i >> 2u] = vec2<u32>(f16_bits(values[0]) | (f16_bits(values[1]) << 16u), f16_bits(values[2]) | (f16_bits(values[3]) << 16u));
}

@compute @workgroup_size(256)
fn linear_gelu_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
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
  let n3 = 64 * n + tn;
  let m3 = 64 * m + tm2;

  // linear_gelu.tdsl:10: Y[m, n] = gelu(pre[m, n])
  var pre_sum: array<f32, 16>;
  for (var r = 0; r < 16; r++) {
    pre_sum[r] = 0.0;
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
          pre_sum[4 * dm + dn] += x_reg[dm] * w_reg[dn];
        }
      }
    }
  }
  var bias2 = load4_bias_or(n3, n3 < sizes.N, 0.0);
  for (var dm = 0; dm < 4; dm++) {
    var y: array<f32, 4>;
    for (var v = 0; v < 4; v++) {
      y[v] = 0.5 * (pre_sum[4 * dm + v] + bias2[v]) * (1.0 + erf((pre_sum[4 * dm + v] + bias2[v]) * 0.70710677));
    }
    if (m3 + dm < sizes.M && n3 < sizes.N) { store4_Y((m3 + dm) * sizes.N + n3, y); }
  }
}

// batched_matmul_aligned: made by tdsl from batched_matmul.tdsl for wgsl. Change the source, not this file.
// Relies on K % 8 == 0, N % 8 == 0.

// an f16, to nearest, ties to even; in whole numbers, as packing may lose what is below 2^-14 or beyond the largest value. Below 2^-14 the steps are those of f32 at 0.5.
fn f16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let size = bits & 0x7fffffffu;
  let low = bitcast<u32>(bitcast<f32>(size) + 0.5) - 0x3f000000u;
  let high = min((size + 0xfffu + ((size >> 13u) & 1u) - 0x38000000u) >> 13u, 0x7c00u);
  let rounded = select(select(high, low, size < 0x38800000u), 0x7e00u, size > 0x7f800000u);
  return rounded | ((bits >> 16u) & 0x8000u);
}

struct Sizes { B: i32, M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<vec2<u32>>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> Y: array<vec2<u32>>; // f16, 2 a word
@group(0) @binding(2) var<storage, read_write> Z: array<vec2<u32>>; // f16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> x: array<f32, 1088>;
var<workgroup> y: array<vec4<f32>, 272>;

fn load4_X(i: i32) -> array<f32, 4> {
  let unit0 = X[i >> 2u];
  return array<f32, 4>(unpack2x16float(unit0.x).x, unpack2x16float(unit0.x).y, unpack2x16float(unit0.y).x, unpack2x16float(unit0.y).y);
}

fn load4_X_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_X(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_Y(i: i32) -> array<f32, 4> {
  let unit0 = Y[i >> 2u];
  return array<f32, 4>(unpack2x16float(unit0.x).x, unpack2x16float(unit0.x).y, unpack2x16float(unit0.y).x, unpack2x16float(unit0.y).y);
}

fn load4_Y_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_Y(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn store4_y(i: i32, values: array<f32, 4>) {
  y[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

fn load4_x(i: i32) -> array<f32, 4> {
  let unit0 = x[i];
  let unit1 = x[i + 1];
  let unit2 = x[i + 2];
  let unit3 = x[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_y(i: i32) -> array<f32, 4> {
  let unit0 = y[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn store4_Z(i: i32, values: array<f32, 4>) {
  Z[i >> 2u] = vec2<u32>(f16_bits(values[0]) | (f16_bits(values[1]) << 16u), f16_bits(values[2]) | (f16_bits(values[3]) << 16u));
}

@compute @workgroup_size(256)
fn batched_matmul_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tm = thread >> 2u;
  let tk = 4 * (thread & 3);
  let tk2 = thread >> 4u;
  let tn = 4 * (thread & 15);
  let tm2 = 4 * (thread >> 4u);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B * ((sizes.M + 63) / 64) * ((sizes.N + 56) / 64) <= group) { return; }
  let m_count = (sizes.M + 63) / 64;
  let n_count = (sizes.N + 56) / 64;
  let in_plane = group % (m_count * n_count);
  let panel_groups = 8 * n_count;
  let first_row = in_plane / panel_groups * 8;
  let panel_rows = min(8, m_count - first_row);
  let in_panel = in_plane % panel_groups;
  let m = first_row + in_panel % panel_rows;
  let b = group / (m_count * n_count);
  let m2 = 64 * m + tm;
  let n2 = 64 * (in_panel / panel_rows) + tn;
  let m3 = 64 * m + tm2;

  // batched_matmul.tdsl:8: Z[b, m, n] = sum(k) X[b, m, k] * Y[b, k, n]
  var Z_sum: array<f32, 16>;
  for (var r = 0; r < 16; r++) {
    Z_sum[r] = 0.0;
  }
  for (var k_step = 0; k_step < (sizes.K + 8) / 16; k_step++) {
    let k = 16 * k_step + tk;
    let k2 = 16 * k_step + tk2;
    workgroupBarrier();
    var x2 = load4_X_or((b * sizes.M + m2) * sizes.K + k, m2 < sizes.M && k < sizes.K, 0.0);
    for (var v = 0; v < 4; v++) {
      x[68 * (tk + v) + tm] = x2[v];
    }
    var y2 = load4_Y_or((b * sizes.K + k2) * sizes.N + n2, k2 < sizes.K && n2 < sizes.N, 0.0);
    store4_y(68 * tk2 + tn, y2);
    workgroupBarrier();
    for (var dk = 0; dk < 16; dk++) {
      var x_reg = load4_x(68 * dk + tm2);
      var y_reg = load4_y(68 * dk + tn);
      for (var dm = 0; dm < 4; dm++) {
        for (var dn = 0; dn < 4; dn++) {
          Z_sum[4 * dm + dn] += x_reg[dm] * y_reg[dn];
        }
      }
    }
  }
  for (var dm = 0; dm < 4; dm++) {
    if (m3 + dm < sizes.M && n2 < sizes.N) {
      store4_Z((b * sizes.M + m3 + dm) * sizes.N + n2, array<f32, 4>(Z_sum[4 * dm], Z_sum[4 * dm + 1], Z_sum[4 * dm + 2], Z_sum[4 * dm + 3]));
    }
  }
}

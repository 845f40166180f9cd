// conv_nhwc_aligned: made by tdsl from convolution.tdsl for wgsl. Change the source, not this file.
// Relies on C % 8 == 0, O % 8 == 0.

// an f16, to nearest, ties to even; in whole numbers, as packing may lose what is below 2^-14 or beyond the largest value. Below 2^-14 the steps are those of f32 at 0.5.
fn f16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let size = bits & 0x7fffffffu;
  let low = bitcast<u32>(bitcast<f32>(size) + 0.5) - 0x3f000000u;
  let high = min((size + 0xfffu + ((size >> 13u) & 1u) - 0x38000000u) >> 13u, 0x7c00u);
  let rounded = select(select(high, low, size < 0x38800000u), 0x7e00u, size > 0x7f800000u);
  return rounded | ((bits >> 16u) & 0x8000u);
}

struct Sizes { N: i32, H: i32, W: i32, C: i32, O: i32 }

@group(0) @binding(0) var<storage, read> X: array<vec2<u32>>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> F: array<vec2<u32>>; // f16, 2 a word
@group(0) @binding(2) var<storage, read_write> Y: array<vec2<u32>>; // f16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> x: array<f32, 1088>;
var<workgroup> f: array<f32, 1088>;

fn load4_X(i: i32) -> array<f32, 4> {
  let unit0 = X[i >> 2u];
  return array<f32, 4>(unpack2x16float(unit0.x).x, unpack2x16float(unit0.x).y, unpack2x16float(unit0.y).x, unpack2x16float(unit0.y).y);
}

fn load4_X_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_X(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_F(i: i32) -> array<f32, 4> {
  let unit0 = F[i >> 2u];
  return array<f32, 4>(unpack2x16float(unit0.x).x, unpack2x16float(unit0.x).y, unpack2x16float(unit0.y).x, unpack2x16float(unit0.y).y);
}

fn load4_F_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_F(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_x(i: i32) -> array<f32, 4> {
  let unit0 = x[i];
  let unit1 = x[i + 1];
  let unit2 = x[i + 2];
  let unit3 = x[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_f(i: i32) -> array<f32, 4> {
  let unit0 = f[i];
  let unit1 = f[i + 1];
  let unit2 = f[i + 2];
  let unit3 = f[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn store4_Y(i: i32, values: array<f32, 4>) {
  Y[i >> 2u] = vec2<u32>(f16_bits(values[0]) | (f16_bits(values[1]) << 16u), f16_bits(values[2]) | (f16_bits(values[3]) << 16u));
}

@compute @workgroup_size(256)
fn conv_nhwc_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tx = thread >> 2u;
  let tc = 4 * (thread & 3);
  let tx2 = 4 * (thread >> 4u);
  let to = 4 * (thread & 15);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.H * sizes.N * ((sizes.O + 56) / 64) * ((sizes.W + 63) / 64) <= group) { return; }
  let x_count = (sizes.W + 63) / 64;
  let o_count = (sizes.O + 56) / 64;
  let in_plane = group % (x_count * o_count);
  let panel_groups = 8 * o_count;
  let first_row = in_plane / panel_groups * 8;
  let panel_rows = min(8, x_count - first_row);
  let in_panel = in_plane % panel_groups;
  let x2 = first_row + in_panel % panel_rows;
  let o = in_panel / panel_rows;
  let outer = group / (x_count * o_count);
  let y = outer % sizes.H;
  let n = outer / sizes.H;
  let x4 = 64 * x2 + tx;
  let o2 = 64 * o + tx;
  let x3 = 64 * x2 + tx2;
  let o3 = 64 * o + to;

  // convolution.tdsl:19: Y[n, y, x, o] = sum(r, s, c) (X[n, y + r - 1, x + s - 1, c] else 0) * F[o, r, s, c]
  var Y_sum: array<f32, 16>;
  for (var r = 0; r < 16; r++) {
    Y_sum[r] = 0.0;
  }
  for (var r_step = 0; r_step < 3; r_step++) {
    for (var s_step = 0; s_step < 3; s_step++) {
      for (var c_step = 0; c_step < (sizes.C + 8) / 16; c_step++) {
        let c = 16 * c_step + tc;
        workgroupBarrier();
        var x3 = load4_X_or(((n * sizes.H + r_step + y - 1) * sizes.W + x4 + s_step - 1) * sizes.C + c, r_step + y > 0 && r_step + y <= sizes.H && x4 + s_step > 0 && x4 + s_step <= sizes.W && c < sizes.C, 0.0);
        for (var v = 0; v < 4; v++) {
          x[68 * (tc + v) + tx] = x3[v];
        }
        var f2 = load4_F_or((3 * (3 * o2 + r_step) + s_step) * sizes.C + c, o2 < sizes.O && c < sizes.C, 0.0);
        for (var v = 0; v < 4; v++) {
          f[68 * (tc + v) + tx] = f2[v];
        }
        workgroupBarrier();
        for (var dc = 0; dc < 16; dc++) {
          var x_reg = load4_x(68 * dc + tx2);
          var f_reg = load4_f(68 * dc + to);
          for (var dx = 0; dx < 4; dx++) {
            for (var do_ = 0; do_ < 4; do_++) {
              Y_sum[4 * dx + do_] += x_reg[dx] * f_reg[do_];
            }
          }
        }
      }
    }
  }
  for (var dx = 0; dx < 4; dx++) {
    if (x3 + dx < sizes.W && o3 < sizes.O) {
      store4_Y(((n * sizes.H + y) * sizes.W + x3 + dx) * sizes.O + o3, array<f32, 4>(Y_sum[4 * dx], Y_sum[4 * dx + 1], Y_sum[4 * dx + 2], Y_sum[4 * dx + 3]));
    }
  }
}

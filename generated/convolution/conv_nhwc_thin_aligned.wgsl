// conv_nhwc_thin_aligned: made by tdsl from convolution.tdsl for wgsl. Change the source, not this file.
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

@group(0) @binding(0) var<storage, read> X: array<vec4<u32>>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> F: array<vec4<u32>>; // f16, 2 a word
@group(0) @binding(2) var<storage, read_write> Y: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load8_X(i: i32) -> array<f32, 8> {
  let unit0 = X[i >> 3u];
  return array<f32, 8>(unpack2x16float(unit0.x).x, unpack2x16float(unit0.x).y, unpack2x16float(unit0.y).x, unpack2x16float(unit0.y).y, unpack2x16float(unit0.z).x, unpack2x16float(unit0.z).y, unpack2x16float(unit0.w).x, unpack2x16float(unit0.w).y);
}

fn load8_X_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_X(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load8_F(i: i32) -> array<f32, 8> {
  let unit0 = F[i >> 3u];
  return array<f32, 8>(unpack2x16float(unit0.x).x, unpack2x16float(unit0.x).y, unpack2x16float(unit0.y).x, unpack2x16float(unit0.y).y, unpack2x16float(unit0.z).x, unpack2x16float(unit0.z).y, unpack2x16float(unit0.w).x, unpack2x16float(unit0.w).y);
}

fn load8_F_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_F(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Y(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Y[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Y[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn conv_nhwc_thin_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tc = thread & 31;
  let to = thread >> 5u;
  let leader = thread & 240;
  let leader2 = thread & 239;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.H * sizes.N * sizes.W * (sizes.O / 8) <= group) { return; }
  let o_count = sizes.O / 8;
  let o = group % o_count;
  let outer = group / o_count;
  let x = outer % sizes.W;
  let outer2 = outer / sizes.W;
  let y = outer2 % sizes.H;
  let n = outer2 / sizes.H;

  // convolution.tdsl:19: Y[n, y, x, o] = sum(r, s, c) (X[n, y + r - 1, x + s - 1, c] else 0) * F[o, r, s, c]
  var Y_sum = 0.0;
  for (var r_step = 0; r_step < 3; r_step++) {
    for (var s_step = 0; s_step < 3; s_step++) {
      for (var c_step = 0; c_step < (sizes.C + 248) / 256; c_step++) {
        var x2 = load8_X_or(((n * sizes.H + r_step + y - 1) * sizes.W + s_step + x - 1) * sizes.C + 256 * c_step + 8 * tc, r_step + y > 0 && r_step + y <= sizes.H && s_step + x > 0 && s_step + x <= sizes.W && 256 * c_step + 8 * tc < sizes.C, 0.0);
        var Y_sum_part = 0.0;
        var f = load8_F_or((3 * (3 * (to + 8 * o) + r_step) + s_step) * sizes.C + 256 * c_step + 8 * tc, 256 * c_step + 8 * tc < sizes.C, 0.0);
        for (var v = 0; v < 8; v++) {
          let Y_sum_term = x2[v] * f[v];
          let Y_sum_term2 = select(0.0, Y_sum_term, 256 * c_step + 8 * tc + v < sizes.C);
          Y_sum_part += Y_sum_term2;
        }
        Y_sum += Y_sum_part;
      }
    }
  }
  var Y_sum_part = Y_sum;
  partials_0[thread] = Y_sum_part;
  workgroupBarrier();
  Y_sum_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    Y_sum_part += partials_0[leader + other + 1];
  }
  partials_1[thread] = Y_sum_part;
  workgroupBarrier();
  Y_sum_part = partials_1[leader2];
  Y_sum_part += partials_1[leader2 + 16];
  if ((thread & 31) == 0) { store_Y(((n * sizes.H + y) * sizes.W + x) * sizes.O + to + 8 * o, Y_sum_part); }
}

// depthwise_conv_aligned: made by tdsl from depthwise_conv.tdsl for wgsl. Change the source, not this file.
// Relies on W % 8 == 0, S % 8 == 0, C % 4 == 0.

// an f16, to nearest, ties to even; in whole numbers, as packing may lose what is below 2^-14 or beyond the largest value. Below 2^-14 the steps are those of f32 at 0.5.
fn f16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let size = bits & 0x7fffffffu;
  let low = bitcast<u32>(bitcast<f32>(size) + 0.5) - 0x3f000000u;
  let high = min((size + 0xfffu + ((size >> 13u) & 1u) - 0x38000000u) >> 13u, 0x7c00u);
  let rounded = select(select(high, low, size < 0x38800000u), 0x7e00u, size > 0x7f800000u);
  return rounded | ((bits >> 16u) & 0x8000u);
}

struct Sizes { N: i32, C: i32, H: i32, W: i32, R: i32, S: i32 }

@group(0) @binding(0) var<storage, read> X: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> F: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> Y: array<vec4<u32>>; // f16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 2048>;
var<workgroup> partials_1: array<f32, 2048>;

fn load_X(i: i32) -> f32 {
  return unpack2x16float(X[i >> 1u])[u32(i & 1)];
}

fn load_F(i: i32) -> f32 {
  return unpack2x16float(F[i >> 1u])[u32(i & 1)];
}

fn store8_Y(i: i32, values: array<f32, 8>) {
  Y[i >> 3u] = vec4<u32>(f16_bits(values[0]) | (f16_bits(values[1]) << 16u), f16_bits(values[2]) | (f16_bits(values[3]) << 16u), f16_bits(values[4]) | (f16_bits(values[5]) << 16u), f16_bits(values[6]) | (f16_bits(values[7]) << 16u));
}

@compute @workgroup_size(256)
fn depthwise_conv_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tx = thread & 7;
  let ts = thread >> 3u;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.C * sizes.H * sizes.N * ((sizes.W + 56) / 64) <= group) { return; }
  let x_count = (sizes.W + 56) / 64;
  let x = group % x_count;
  let outer = group / x_count;
  let y = outer % sizes.H;
  let outer2 = outer / sizes.H;
  let c = outer2 % sizes.C;
  let n = outer2 / sizes.C;

  // depthwise_conv.tdsl:7: Y[n, c, y, x] = sum(r, s) (X[n, c, y + r - (R - 1) / 2, x + s - (S - 1) / 2] else 0) * F[c, r, s] + bias[c]
  var Y_sum: array<f32, 8>;
  for (var dx = 0; dx < 8; dx++) {
    Y_sum[dx] = 0.0;
  }
  for (var r_step = 0; r_step < sizes.R; r_step++) {
    for (var s_step = 0; s_step < (sizes.S + 24) / 32; s_step++) {
      var x2: array<f32, 8>;
      for (var dx = 0; dx < 8; dx++) {
        x2[dx] = 0.0;
        if ((sizes.R + 1) / 2 <= r_step + y + 1 && r_step + y + 2 <= sizes.H + (sizes.R + 1) / 2 && 4 * (sizes.S / 8) <= ts + 64 * x + 32 * s_step + 8 * tx + dx + 1 && ts + 64 * x + 32 * s_step + 8 * tx + dx + 2 <= sizes.W + 4 * (sizes.S / 8)) { x2[dx] = load_X(((n * sizes.C + c) * sizes.H + r_step + y + 1 - (sizes.R + 1) / 2) * sizes.W + ts + 64 * x + 32 * s_step + 8 * tx + dx + 1 - 4 * (sizes.S / 8)); }
      }
      var f = 0.0;
      if (ts + 32 * s_step < sizes.S) { f = load_F((c * sizes.R + r_step) * sizes.S + ts + 32 * s_step); }
      for (var dx = 0; dx < 8; dx++) {
        let Y_sum_term = x2[dx] * f;
        Y_sum[dx] += select(0.0, Y_sum_term, ts + 32 * s_step < sizes.S);
      }
    }
  }
  var Y_sum_part: array<f32, 8>;
  for (var dx = 0; dx < 8; dx++) {
    Y_sum_part[dx] = Y_sum[dx];
  }
  for (var r = 0; r < 8; r++) {
    partials_0[r * 256 + thread] = Y_sum_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    Y_sum_part[r] = partials_0[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      Y_sum_part[r] += partials_0[r * 256 + leader + 8 * (other + 1)];
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1[r * 256 + thread] = Y_sum_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    Y_sum_part[r] = partials_1[r * 256 + leader2];
    Y_sum_part[r] += partials_1[r * 256 + leader2 + 128];
  }
  let bias2 = bias[c];
  var y2: array<f32, 8>;
  for (var v = 0; v < 8; v++) {
    y2[v] = Y_sum_part[v] + bias2;
  }
  if (64 * x + 8 * tx < sizes.W && thread < 8) { store8_Y(((n * sizes.C + c) * sizes.H + y) * sizes.W + 64 * x + 8 * tx, y2); }
}

// conv_thin: made by tdsl from convolution.tdsl for wgsl. Change the source, not this file.

// an f16, to nearest, ties to even; in whole numbers, as packing may lose what is below 2^-14 or beyond the largest value. Below 2^-14 the steps are those of f32 at 0.5.
fn f16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let size = bits & 0x7fffffffu;
  let low = bitcast<u32>(bitcast<f32>(size) + 0.5) - 0x3f000000u;
  let high = min((size + 0xfffu + ((size >> 13u) & 1u) - 0x38000000u) >> 13u, 0x7c00u);
  let rounded = select(select(high, low, size < 0x38800000u), 0x7e00u, size > 0x7f800000u);
  return rounded | ((bits >> 16u) & 0x8000u);
}

// toward minus infinity; 0 where b is 0
fn floor_div(a: i32, b: i32) -> i32 {
  if (b == 0) { return 0; }
  let q = a / b;
  return select(q, q - 1, a % b != 0 && (a < 0) != (b < 0));
}

struct Sizes { st: i32, pad: i32, N: i32, C: i32, H: i32, W: i32, O: i32, R: i32, S: i32 }

@group(0) @binding(0) var<storage, read> X: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> F: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> Y: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 2048>;
var<workgroup> partials_1: array<f32, 2048>;

fn load_X(i: i32) -> f32 {
  return unpack2x16float(X[i >> 1u])[u32(i & 1)];
}

fn load_F(i: i32) -> f32 {
  return unpack2x16float(F[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Y(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Y[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Y[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn conv_thin(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tc = thread >> 3u;
  let tx = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.N * sizes.O * floor_div(sizes.W + 2 * sizes.pad - sizes.S, 64 * sizes.st) * floor_div(sizes.H + 2 * sizes.pad - sizes.R, sizes.st) + sizes.N * sizes.O * floor_div(sizes.W + 2 * sizes.pad - sizes.S, 64 * sizes.st) + sizes.N * sizes.O * floor_div(sizes.H + 2 * sizes.pad - sizes.R, sizes.st) + sizes.N * sizes.O <= group) { return; }
  let x_count = floor_div(sizes.W + 2 * sizes.pad - sizes.S, 64 * sizes.st) + 1;
  let x = group % x_count;
  let outer = group / x_count;
  let y_count = floor_div(sizes.H + 2 * sizes.pad - sizes.R, sizes.st) + 1;
  let y = outer % y_count;
  let outer2 = outer / y_count;
  let o = outer2 % sizes.O;
  let n = outer2 / sizes.O;

  // convolution.tdsl:11: Y[n, o, y, x] = relu(acc[n, o, y, x] + bias[o])
  var acc: array<f32, 8>;
  for (var dx = 0; dx < 8; dx++) {
    acc[dx] = 0.0;
  }
  for (var r_step = 0; r_step < sizes.R; r_step++) {
    for (var s_step = 0; s_step < sizes.S; s_step++) {
      for (var c_step = 0; c_step < (sizes.C + 31) / 32; c_step++) {
        var x2: array<f32, 8>;
        for (var dx = 0; dx < 8; dx++) {
          x2[dx] = 0.0;
          if (tc + 32 * c_step < sizes.C && sizes.pad <= r_step + y * sizes.st && r_step + y * sizes.st < sizes.H + sizes.pad && sizes.pad <= s_step + 64 * x * sizes.st + 8 * tx * sizes.st + dx * sizes.st && s_step + 64 * x * sizes.st + 8 * tx * sizes.st + dx * sizes.st < sizes.W + sizes.pad) { x2[dx] = load_X(((n * sizes.C + tc + 32 * c_step) * sizes.H + r_step + y * sizes.st - sizes.pad) * sizes.W + s_step + 64 * x * sizes.st + 8 * tx * sizes.st + dx * sizes.st - sizes.pad); }
        }
        var f = 0.0;
        if (tc + 32 * c_step < sizes.C) { f = load_F(((o * sizes.C + tc + 32 * c_step) * sizes.R + r_step) * sizes.S + s_step); }
        for (var dx = 0; dx < 8; dx++) {
          let acc_term = x2[dx] * f;
          acc[dx] += select(0.0, acc_term, tc + 32 * c_step < sizes.C);
        }
      }
    }
  }
  var acc_part: array<f32, 8>;
  for (var dx = 0; dx < 8; dx++) {
    acc_part[dx] = acc[dx];
  }
  for (var r = 0; r < 8; r++) {
    partials_0[r * 256 + thread] = acc_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    acc_part[r] = partials_0[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      acc_part[r] += partials_0[r * 256 + leader + 8 * (other + 1)];
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1[r * 256 + thread] = acc_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    acc_part[r] = partials_1[r * 256 + leader2];
    acc_part[r] += partials_1[r * 256 + leader2 + 128];
  }
  let bias2 = bias[o];
  for (var dx = 0; dx < 8; dx++) {
    let y2 = max(acc_part[dx] + bias2, 0.0);
    if (64 * x + 8 * tx + dx <= floor_div(sizes.W + 2 * sizes.pad - sizes.S, sizes.st) && thread < 8) {
      store_Y(((n * sizes.O + o) * (floor_div(sizes.H + 2 * sizes.pad - sizes.R, sizes.st) + 1) + y) * (floor_div(sizes.W + 2 * sizes.pad - sizes.S, sizes.st) + 1) + 64 * x + 8 * tx + dx, y2);
    }
  }
}

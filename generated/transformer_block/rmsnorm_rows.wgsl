// rmsnorm_rows: made by tdsl from transformer_block.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { M: i32, K: i32 }

@group(0) @binding(0) var<storage, read> X: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> g: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> Y: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load_X(i: i32) -> f32 {
  return bitcast<f32>((X[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_g(i: i32) -> f32 {
  return bitcast<f32>((g[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Y(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Y[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Y[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn rmsnorm_rows(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M <= group) { return; }
  let m = group;

  // transformer_block.tdsl:8: Y[m, k] = X[m, k] * rsqrt(mean(j) square(X[m, j]) + 1e-5) * g[k]
  var Y_sum = 0.0;
  for (var j_step = 0; j_step < (sizes.K + 2047) / 2048; j_step++) {
    var Y_sum_part = 0.0;
    for (var dj = 0; dj < 8; dj++) {
      var x = 0.0;
      if (2048 * j_step + 8 * thread + dj < sizes.K) { x = load_X(m * sizes.K + 2048 * j_step + 8 * thread + dj); }
      let Y_sum_term = x * x;
      let Y_sum_term2 = select(0.0, Y_sum_term, 2048 * j_step + 8 * thread + dj < sizes.K);
      Y_sum_part += Y_sum_term2;
    }
    Y_sum += Y_sum_part;
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
  for (var other = 0; other < 15; other++) {
    Y_sum_part += partials_1[leader2 + 16 * (other + 1)];
  }
  for (var k_step = 0; k_step < (sizes.K + 2047) / 2048; k_step++) {
    for (var dk = 0; dk < 8; dk++) {
      var x = 0.0;
      if (2048 * k_step + 8 * thread + dk < sizes.K) { x = load_X(m * sizes.K + 2048 * k_step + 8 * thread + dk); }
      var g2 = 0.0;
      if (2048 * k_step + 8 * thread + dk < sizes.K) { g2 = load_g(2048 * k_step + 8 * thread + dk); }
      let y = x * inverseSqrt(Y_sum_part / f32(sizes.K) + 0.00001) * g2;
      if (2048 * k_step + 8 * thread + dk < sizes.K) { store_Y(m * sizes.K + 2048 * k_step + 8 * thread + dk, y); }
    }
  }
}

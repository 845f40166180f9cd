// layernorm: made by tdsl from layernorm.tdsl for wgsl. Change the source, not this file.

// an f16, to nearest, ties to even; in whole numbers, as packing may lose what is below 2^-14 or beyond the largest value. Below 2^-14 the steps are those of f32 at 0.5.
fn f16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let size = bits & 0x7fffffffu;
  let low = bitcast<u32>(bitcast<f32>(size) + 0.5) - 0x3f000000u;
  let high = min((size + 0xfffu + ((size >> 13u) & 1u) - 0x38000000u) >> 13u, 0x7c00u);
  let rounded = select(select(high, low, size < 0x38800000u), 0x7e00u, size > 0x7f800000u);
  return rounded | ((bits >> 16u) & 0x8000u);
}

struct Sizes { M: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> gamma: array<f32>;
@group(0) @binding(2) var<storage, read> beta: array<f32>;
@group(0) @binding(3) var<storage, read_write> Y: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load_X(i: i32) -> f32 {
  return unpack2x16float(X[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Y(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Y[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Y[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn layernorm(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M <= group) { return; }
  let m = group;

  // layernorm.tdsl:10: Y[m, n] = (X[m, n] - mu[m]) * rsqrt(variance[m] + 1e-5) * gamma[n] + beta[n]
  var mu_sum = 0.0;
  for (var n_step = 0; n_step < (sizes.N + 2047) / 2048; n_step++) {
    var mu_sum_part = 0.0;
    for (var dn = 0; dn < 8; dn++) {
      var x = 0.0;
      if (2048 * n_step + 8 * thread + dn < sizes.N) { x = load_X(m * sizes.N + 2048 * n_step + 8 * thread + dn); }
      let mu_sum_term = select(0.0, x, 2048 * n_step + 8 * thread + dn < sizes.N);
      mu_sum_part += mu_sum_term;
    }
    mu_sum += mu_sum_part;
  }
  var mu_sum_part = mu_sum;
  partials_0[thread] = mu_sum_part;
  workgroupBarrier();
  mu_sum_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    mu_sum_part += partials_0[leader + other + 1];
  }
  partials_1[thread] = mu_sum_part;
  workgroupBarrier();
  mu_sum_part = partials_1[leader2];
  for (var other = 0; other < 15; other++) {
    mu_sum_part += partials_1[leader2 + 16 * (other + 1)];
  }
  var variance_sum = 0.0;
  for (var n_2_step = 0; n_2_step < (sizes.N + 2047) / 2048; n_2_step++) {
    var variance_sum_part = 0.0;
    for (var dn = 0; dn < 8; dn++) {
      var x = 0.0;
      if (2048 * n_2_step + 8 * thread + dn < sizes.N) { x = load_X(m * sizes.N + 2048 * n_2_step + 8 * thread + dn); }
      let variance_sum_term = (x - mu_sum_part / f32(sizes.N)) * (x - mu_sum_part / f32(sizes.N));
      let variance_sum_term2 = select(0.0, variance_sum_term, 2048 * n_2_step + 8 * thread + dn < sizes.N);
      variance_sum_part += variance_sum_term2;
    }
    variance_sum += variance_sum_part;
  }
  var variance_sum_part = variance_sum;
  partials_0[thread] = variance_sum_part;
  workgroupBarrier();
  variance_sum_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    variance_sum_part += partials_0[leader + other + 1];
  }
  partials_1[thread] = variance_sum_part;
  workgroupBarrier();
  variance_sum_part = partials_1[leader2];
  for (var other = 0; other < 15; other++) {
    variance_sum_part += partials_1[leader2 + 16 * (other + 1)];
  }
  for (var n_3_step = 0; n_3_step < (sizes.N + 2047) / 2048; n_3_step++) {
    for (var dn = 0; dn < 8; dn++) {
      var x = 0.0;
      if (2048 * n_3_step + 8 * thread + dn < sizes.N) { x = load_X(m * sizes.N + 2048 * n_3_step + 8 * thread + dn); }
      var gamma2 = 0.0;
      if (2048 * n_3_step + 8 * thread + dn < sizes.N) { gamma2 = gamma[2048 * n_3_step + 8 * thread + dn]; }
      var beta2 = 0.0;
      if (2048 * n_3_step + 8 * thread + dn < sizes.N) { beta2 = beta[2048 * n_3_step + 8 * thread + dn]; }
      let y = (x - mu_sum_part / f32(sizes.N)) * inverseSqrt(variance_sum_part / f32(sizes.N) + 0.00001) * gamma2 + beta2;
      if (2048 * n_3_step + 8 * thread + dn < sizes.N) { store_Y(m * sizes.N + 2048 * n_3_step + 8 * thread + dn, y); }
    }
  }
}

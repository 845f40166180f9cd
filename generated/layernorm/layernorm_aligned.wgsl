// layernorm_aligned: made by tdsl from layernorm.tdsl for wgsl. Change the source, not this file.
// Relies on N % 8 == 0.

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

@group(0) @binding(0) var<storage, read> X: array<vec4<u32>>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> gamma: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> beta: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> Y: array<vec4<u32>>; // f16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;
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

fn load4_gamma(i: i32) -> array<f32, 4> {
  let unit0 = gamma[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_gamma_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_gamma(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_beta(i: i32) -> array<f32, 4> {
  let unit0 = beta[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_beta_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_beta(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn store8_Y(i: i32, values: array<f32, 8>) {
  Y[i >> 3u] = vec4<u32>(f16_bits(values[0]) | (f16_bits(values[1]) << 16u), f16_bits(values[2]) | (f16_bits(values[3]) << 16u), f16_bits(values[4]) | (f16_bits(values[5]) << 16u), f16_bits(values[6]) | (f16_bits(values[7]) << 16u));
}

@compute @workgroup_size(256)
fn layernorm_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M <= group) { return; }
  let m = group;

  // layernorm.tdsl:10: Y[m, n] = (X[m, n] - mu[m]) * rsqrt(variance[m] + 1e-5) * gamma[n] + beta[n]
  var mu_sum = 0.0;
  for (var n_step = 0; n_step < (sizes.N + 2040) / 2048; n_step++) {
    var mu_sum_part = 0.0;
    var x = load8_X_or(m * sizes.N + 2048 * n_step + 8 * thread, 2048 * n_step + 8 * thread < sizes.N, 0.0);
    for (var v = 0; v < 8; v++) {
      let mu_sum_term = select(0.0, x[v], 2048 * n_step + 8 * thread + v < sizes.N);
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
  for (var n_2_step = 0; n_2_step < (sizes.N + 2040) / 2048; n_2_step++) {
    var variance_sum_part = 0.0;
    var x = load8_X_or(m * sizes.N + 2048 * n_2_step + 8 * thread, 2048 * n_2_step + 8 * thread < sizes.N, 0.0);
    for (var v = 0; v < 8; v++) {
      let variance_sum_term = (x[v] - mu_sum_part / f32(sizes.N)) * (x[v] - mu_sum_part / f32(sizes.N));
      let variance_sum_term2 = select(0.0, variance_sum_term, 2048 * n_2_step + 8 * thread + v < sizes.N);
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
  for (var n_3_step = 0; n_3_step < (sizes.N + 2040) / 2048; n_3_step++) {
    var gamma2: array<f32, 8>;
    var beta2: array<f32, 8>;
    var y: array<f32, 8>;
    var x = load8_X_or(m * sizes.N + 2048 * n_3_step + 8 * thread, 2048 * n_3_step + 8 * thread < sizes.N, 0.0);
    {
      let piece = load4_gamma_or(2048 * n_3_step + 8 * thread, 2048 * n_3_step + 8 * thread < sizes.N, 0.0);
      gamma2[0] = piece[0];
      gamma2[1] = piece[1];
      gamma2[2] = piece[2];
      gamma2[3] = piece[3];
    }
    {
      let piece = load4_gamma_or(2048 * n_3_step + 8 * thread + 4, 2048 * n_3_step + 8 * thread + 5 <= sizes.N, 0.0);
      gamma2[4] = piece[0];
      gamma2[5] = piece[1];
      gamma2[6] = piece[2];
      gamma2[7] = piece[3];
    }
    {
      let piece = load4_beta_or(2048 * n_3_step + 8 * thread, 2048 * n_3_step + 8 * thread < sizes.N, 0.0);
      beta2[0] = piece[0];
      beta2[1] = piece[1];
      beta2[2] = piece[2];
      beta2[3] = piece[3];
    }
    {
      let piece = load4_beta_or(2048 * n_3_step + 8 * thread + 4, 2048 * n_3_step + 8 * thread + 5 <= sizes.N, 0.0);
      beta2[4] = piece[0];
      beta2[5] = piece[1];
      beta2[6] = piece[2];
      beta2[7] = piece[3];
    }
    for (var v = 0; v < 8; v++) {
      y[v] = (x[v] - mu_sum_part / f32(sizes.N)) * inverseSqrt(variance_sum_part / f32(sizes.N) + 0.00001) * gamma2[v] + beta2[v];
    }
    if (2048 * n_3_step + 8 * thread < sizes.N) { store8_Y(m * sizes.N + 2048 * n_3_step + 8 * thread, y); }
  }
}

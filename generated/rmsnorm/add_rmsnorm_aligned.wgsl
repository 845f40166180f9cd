// add_rmsnorm_aligned: made by tdsl from rmsnorm.tdsl for wgsl. Change the source, not this file.
// Relies on N % 8 == 0.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

fn round_bf16(x: f32) -> f32 { return bitcast<f32>(bf16_bits(x) << 16u); }

struct Sizes { M: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> residual: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> g: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<storage, read> eps: array<f32>;
@group(0) @binding(4) var<storage, read_write> R: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(5) var<storage, read_write> Y: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(6) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load8_X(i: i32) -> array<f32, 8> {
  let unit0 = X[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_X_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_X(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load8_residual(i: i32) -> array<f32, 8> {
  let unit0 = residual[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_residual_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_residual(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn store8_R(i: i32, values: array<f32, 8>) {
  R[i >> 3u] = vec4<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u), bf16_bits(values[4]) | (bf16_bits(values[5]) << 16u), bf16_bits(values[6]) | (bf16_bits(values[7]) << 16u));
}

fn load8_g(i: i32) -> array<f32, 8> {
  let unit0 = g[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_g_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_g(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn store8_Y(i: i32, values: array<f32, 8>) {
  Y[i >> 3u] = vec4<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u), bf16_bits(values[4]) | (bf16_bits(values[5]) << 16u), bf16_bits(values[6]) | (bf16_bits(values[7]) << 16u));
}

@compute @workgroup_size(256)
fn add_rmsnorm_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M <= group) { return; }
  let m = group;

  // rmsnorm.tdsl:19: R[m, n] = r[m, n]
  var ms_sum = 0.0;
  for (var n_2_step = 0; n_2_step < (sizes.N + 2040) / 2048; n_2_step++) {
    var ms_sum_part = 0.0;
    var x = load8_X_or(m * sizes.N + 2048 * n_2_step + 8 * thread, 2048 * n_2_step + 8 * thread < sizes.N, 0.0);
    var residual2 = load8_residual_or(m * sizes.N + 2048 * n_2_step + 8 * thread, 2048 * n_2_step + 8 * thread < sizes.N, 0.0);
    for (var v = 0; v < 8; v++) {
      let ms_sum_term = round_bf16(x[v] + residual2[v]) * round_bf16(x[v] + residual2[v]);
      let ms_sum_term2 = select(0.0, ms_sum_term, 2048 * n_2_step + 8 * thread + v < sizes.N);
      ms_sum_part += ms_sum_term2;
    }
    ms_sum += ms_sum_part;
  }
  var ms_sum_part = ms_sum;
  partials_0[thread] = ms_sum_part;
  workgroupBarrier();
  ms_sum_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    ms_sum_part += partials_0[leader + other + 1];
  }
  partials_1[thread] = ms_sum_part;
  workgroupBarrier();
  ms_sum_part = partials_1[leader2];
  for (var other = 0; other < 15; other++) {
    ms_sum_part += partials_1[leader2 + 16 * (other + 1)];
  }

  // rmsnorm.tdsl:20: Y[m, n] = r[m, n] * rsqrt(ms[m] + eps) * g[n]
  for (var n_3_step = 0; n_3_step < (sizes.N + 2040) / 2048; n_3_step++) {
    // rmsnorm.tdsl:19: R[m, n] = r[m, n]
    var r: array<f32, 8>;
    var x = load8_X_or(m * sizes.N + 2048 * n_3_step + 8 * thread, 2048 * n_3_step + 8 * thread < sizes.N, 0.0);
    var residual2 = load8_residual_or(m * sizes.N + 2048 * n_3_step + 8 * thread, 2048 * n_3_step + 8 * thread < sizes.N, 0.0);
    for (var v = 0; v < 8; v++) {
      r[v] = round_bf16(x[v] + residual2[v]);
    }
    if (2048 * n_3_step + 8 * thread < sizes.N) { store8_R(m * sizes.N + 2048 * n_3_step + 8 * thread, r); }

    // rmsnorm.tdsl:20: Y[m, n] = r[m, n] * rsqrt(ms[m] + eps) * g[n]
    let eps2 = eps[0];
    var y: array<f32, 8>;
    var g2 = load8_g_or(2048 * n_3_step + 8 * thread, 2048 * n_3_step + 8 * thread < sizes.N, 0.0);
    for (var v = 0; v < 8; v++) {
      y[v] = round_bf16(x[v] + residual2[v]) * inverseSqrt(ms_sum_part / f32(sizes.N) + eps2) * g2[v];
    }
    if (2048 * n_3_step + 8 * thread < sizes.N) { store8_Y(m * sizes.N + 2048 * n_3_step + 8 * thread, y); }
  }
}

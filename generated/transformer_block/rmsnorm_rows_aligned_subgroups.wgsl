// rmsnorm_rows_aligned: made by tdsl from transformer_block.tdsl for wgsl. Change the source, not this file.
// Relies on K % 8 == 0.
enable subgroups;

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { M: i32, K: i32 }

@group(0) @binding(0) var<storage, read> X: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> g: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> Y: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
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
fn rmsnorm_rows_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M <= group) { return; }
  let m = group;

  // transformer_block.tdsl:8: Y[m, k] = X[m, k] * rsqrt(mean(j) square(X[m, j]) + 1e-5) * g[k]
  var Y_sum = 0.0;
  for (var j_step = 0; j_step < (sizes.K + 2040) / 2048; j_step++) {
    var Y_sum_part = 0.0;
    var x = load8_X_or(m * sizes.K + 2048 * j_step + 8 * thread, 2048 * j_step + 8 * thread < sizes.K, 0.0);
    for (var v = 0; v < 8; v++) {
      let Y_sum_term = x[v] * x[v];
      let Y_sum_term2 = select(0.0, Y_sum_term, 2048 * j_step + 8 * thread + v < sizes.K);
      Y_sum_part += Y_sum_term2;
    }
    Y_sum += Y_sum_part;
  }
  var Y_sum_part = Y_sum;
  for (var step = 0; step < 2; step++) {
    Y_sum_part += subgroupShuffleXor(Y_sum_part, u32(1 << u32(step)));
  }
  partials_0[thread] = Y_sum_part;
  workgroupBarrier();
  Y_sum_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    Y_sum_part += partials_0[leader + 4 * (other + 1)];
  }
  partials_1[thread] = Y_sum_part;
  workgroupBarrier();
  Y_sum_part = partials_1[leader2];
  for (var other = 0; other < 3; other++) {
    Y_sum_part += partials_1[leader2 + 64 * (other + 1)];
  }
  for (var k_step = 0; k_step < (sizes.K + 2040) / 2048; k_step++) {
    var y: array<f32, 8>;
    var x = load8_X_or(m * sizes.K + 2048 * k_step + 8 * thread, 2048 * k_step + 8 * thread < sizes.K, 0.0);
    var g2 = load8_g_or(2048 * k_step + 8 * thread, 2048 * k_step + 8 * thread < sizes.K, 0.0);
    for (var v = 0; v < 8; v++) {
      y[v] = x[v] * inverseSqrt(Y_sum_part / f32(sizes.K) + 0.00001) * g2[v];
    }
    if (2048 * k_step + 8 * thread < sizes.K) { store8_Y(m * sizes.K + 2048 * k_step + 8 * thread, y); }
  }
}

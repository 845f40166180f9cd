// project_add_thin_aligned: made by tdsl from transformer_block.tdsl for wgsl. Change the source, not this file.
// Relies on K % 8 == 0, N % 8 == 0.
enable subgroups;

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> W: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> residual: array<u32>; // bf16, 2 a word
@group(0) @binding(3) var<storage, read_write> Y: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;

fn load8_X(i: i32) -> array<f32, 8> {
  let unit0 = X[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_X_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_X(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load8_W(i: i32) -> array<f32, 8> {
  let unit0 = W[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_W_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_W(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load_residual(i: i32) -> f32 {
  return bitcast<f32>((residual[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Y(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Y[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Y[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn project_add_thin_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = thread & 31;
  let tn = thread >> 5u;
  let leader = thread & 227;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M * (sizes.N / 8) <= group) { return; }
  let n_count = sizes.N / 8;
  let n = group % n_count;
  let m = group / n_count;

  // transformer_block.tdsl:60: Y[m, n] = sum(k) X[m, k] * W[n, k] + residual[m, n]
  var Y_sum = 0.0;
  for (var k_step = 0; k_step < (sizes.K + 248) / 256; k_step++) {
    var x = load8_X_or(m * sizes.K + 256 * k_step + 8 * tk, 256 * k_step + 8 * tk < sizes.K, 0.0);
    var Y_sum_part = 0.0;
    var w = load8_W_or((tn + 8 * n) * sizes.K + 256 * k_step + 8 * tk, 256 * k_step + 8 * tk < sizes.K, 0.0);
    for (var v = 0; v < 8; v++) {
      let Y_sum_term = x[v] * w[v];
      let Y_sum_term2 = select(0.0, Y_sum_term, 256 * k_step + 8 * tk + v < sizes.K);
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
  for (var other = 0; other < 7; other++) {
    Y_sum_part += partials_0[leader + 4 * (other + 1)];
  }
  let residual2 = load_residual(m * sizes.N + tn + 8 * n);
  let y = Y_sum_part + residual2;
  if ((thread & 31) == 0) { store_Y(m * sizes.N + tn + 8 * n, y); }
}

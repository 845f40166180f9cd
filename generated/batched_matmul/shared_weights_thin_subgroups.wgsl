// shared_weights_thin: made by tdsl from batched_matmul.tdsl for wgsl. Change the source, not this file.
enable subgroups;

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { B: i32, M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> W: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> Z: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;

fn load_X(i: i32) -> f32 {
  return bitcast<f32>((X[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_W(i: i32) -> f32 {
  return bitcast<f32>((W[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Z(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Z[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Z[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn shared_weights_thin(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = thread & 31;
  let tn = thread >> 5u;
  let leader = thread & 227;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B * sizes.M * ((sizes.N + 7) / 8) <= group) { return; }
  let n_count = (sizes.N + 7) / 8;
  let n = group % n_count;
  let outer = group / n_count;
  let m = outer % sizes.M;
  let b = outer / sizes.M;

  // batched_matmul.tdsl:16: Z[b, m, n] = sum(k) X[b, m, k] * W[n, k]
  var Z_sum = 0.0;
  for (var k_step = 0; k_step < (sizes.K + 255) / 256; k_step++) {
    var x: array<f32, 8>;
    for (var dk = 0; dk < 8; dk++) {
      x[dk] = 0.0;
      if (256 * k_step + 8 * tk + dk < sizes.K) { x[dk] = load_X((b * sizes.M + m) * sizes.K + 256 * k_step + 8 * tk + dk); }
    }
    var Z_sum_part = 0.0;
    for (var dk = 0; dk < 8; dk++) {
      var w = 0.0;
      if (tn + 8 * n < sizes.N && 256 * k_step + 8 * tk + dk < sizes.K) { w = load_W((tn + 8 * n) * sizes.K + 256 * k_step + 8 * tk + dk); }
      let Z_sum_term = x[dk] * w;
      let Z_sum_term2 = select(0.0, Z_sum_term, 256 * k_step + 8 * tk + dk < sizes.K);
      Z_sum_part += Z_sum_term2;
    }
    Z_sum += Z_sum_part;
  }
  var Z_sum_part = Z_sum;
  for (var step = 0; step < 2; step++) {
    Z_sum_part += subgroupShuffleXor(Z_sum_part, u32(1 << u32(step)));
  }
  partials_0[thread] = Z_sum_part;
  workgroupBarrier();
  Z_sum_part = partials_0[leader];
  for (var other = 0; other < 7; other++) {
    Z_sum_part += partials_0[leader + 4 * (other + 1)];
  }
  if (tn + 8 * n < sizes.N && (thread & 31) == 0) { store_Z((b * sizes.M + m) * sizes.N + tn + 8 * n, Z_sum_part); }
}

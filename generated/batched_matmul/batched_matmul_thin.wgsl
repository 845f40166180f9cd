// batched_matmul_thin: made by tdsl from batched_matmul.tdsl for wgsl. Change the source, not this file.

// an f16, to nearest, ties to even; in whole numbers, as packing may lose what is below 2^-14 or beyond the largest value. Below 2^-14 the steps are those of f32 at 0.5.
fn f16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let size = bits & 0x7fffffffu;
  let low = bitcast<u32>(bitcast<f32>(size) + 0.5) - 0x3f000000u;
  let high = min((size + 0xfffu + ((size >> 13u) & 1u) - 0x38000000u) >> 13u, 0x7c00u);
  let rounded = select(select(high, low, size < 0x38800000u), 0x7e00u, size > 0x7f800000u);
  return rounded | ((bits >> 16u) & 0x8000u);
}

struct Sizes { B: i32, M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> Y: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read_write> Z: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 2048>;
var<workgroup> partials_1: array<f32, 2048>;

fn load_X(i: i32) -> f32 {
  return unpack2x16float(X[i >> 1u])[u32(i & 1)];
}

fn load_Y(i: i32) -> f32 {
  return unpack2x16float(Y[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Z(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Z[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Z[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn batched_matmul_thin(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = thread >> 3u;
  let tn = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B * sizes.M * ((sizes.N + 63) / 64) <= group) { return; }
  let n_count = (sizes.N + 63) / 64;
  let n = group % n_count;
  let outer = group / n_count;
  let m = outer % sizes.M;
  let b = outer / sizes.M;

  // batched_matmul.tdsl:8: Z[b, m, n] = sum(k) X[b, m, k] * Y[b, k, n]
  var Z_sum: array<f32, 8>;
  for (var dn = 0; dn < 8; dn++) {
    Z_sum[dn] = 0.0;
  }
  for (var k_step = 0; k_step < (sizes.K + 31) / 32; k_step++) {
    var x = 0.0;
    if (tk + 32 * k_step < sizes.K) { x = load_X((b * sizes.M + m) * sizes.K + tk + 32 * k_step); }
    for (var dn = 0; dn < 8; dn++) {
      var y = 0.0;
      if (tk + 32 * k_step < sizes.K && 64 * n + 8 * tn + dn < sizes.N) { y = load_Y((b * sizes.K + tk + 32 * k_step) * sizes.N + 64 * n + 8 * tn + dn); }
      let Z_sum_term = x * y;
      Z_sum[dn] += select(0.0, Z_sum_term, tk + 32 * k_step < sizes.K);
    }
  }
  var Z_sum_part: array<f32, 8>;
  for (var dn = 0; dn < 8; dn++) {
    Z_sum_part[dn] = Z_sum[dn];
  }
  for (var r = 0; r < 8; r++) {
    partials_0[r * 256 + thread] = Z_sum_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    Z_sum_part[r] = partials_0[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      Z_sum_part[r] += partials_0[r * 256 + leader + 8 * (other + 1)];
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1[r * 256 + thread] = Z_sum_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    Z_sum_part[r] = partials_1[r * 256 + leader2];
    Z_sum_part[r] += partials_1[r * 256 + leader2 + 128];
  }
  for (var dn = 0; dn < 8; dn++) {
    if (64 * n + 8 * tn + dn < sizes.N && thread < 8) { store_Z((b * sizes.M + m) * sizes.N + 64 * n + 8 * tn + dn, Z_sum_part[dn]); }
  }
}

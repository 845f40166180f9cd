// matmul_thin: made by tdsl from matmul.tdsl for wgsl. Change the source, not this file.

// an f16, to nearest, ties to even; in whole numbers, as packing may lose what is below 2^-14 or beyond the largest value. Below 2^-14 the steps are those of f32 at 0.5.
fn f16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let size = bits & 0x7fffffffu;
  let low = bitcast<u32>(bitcast<f32>(size) + 0.5) - 0x3f000000u;
  let high = min((size + 0xfffu + ((size >> 13u) & 1u) - 0x38000000u) >> 13u, 0x7c00u);
  let rounded = select(select(high, low, size < 0x38800000u), 0x7e00u, size > 0x7f800000u);
  return rounded | ((bits >> 16u) & 0x8000u);
}

struct Sizes { M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> A: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> B: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read_write> C: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 2048>;
var<workgroup> partials_1: array<f32, 2048>;

fn load_A(i: i32) -> f32 {
  return unpack2x16float(A[i >> 1u])[u32(i & 1)];
}

fn load_B(i: i32) -> f32 {
  return unpack2x16float(B[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_C(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&C[i >> 1u], ~(0xffffu << shift));
  atomicOr(&C[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn matmul_thin(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = thread >> 3u;
  let tn = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M * ((sizes.N + 63) / 64) <= group) { return; }
  let n_count = (sizes.N + 63) / 64;
  let n = group % n_count;
  let m = group / n_count;

  // matmul.tdsl:9: C[m, n] = sum(k) A[m, k] * B[k, n]
  var C_sum: array<f32, 8>;
  for (var dn = 0; dn < 8; dn++) {
    C_sum[dn] = 0.0;
  }
  for (var k_step = 0; k_step < (sizes.K + 31) / 32; k_step++) {
    var a = 0.0;
    if (tk + 32 * k_step < sizes.K) { a = load_A(m * sizes.K + tk + 32 * k_step); }
    for (var dn = 0; dn < 8; dn++) {
      var b = 0.0;
      if (tk + 32 * k_step < sizes.K && 64 * n + 8 * tn + dn < sizes.N) { b = load_B((tk + 32 * k_step) * sizes.N + 64 * n + 8 * tn + dn); }
      let C_sum_term = a * b;
      C_sum[dn] += select(0.0, C_sum_term, tk + 32 * k_step < sizes.K);
    }
  }
  var C_sum_part: array<f32, 8>;
  for (var dn = 0; dn < 8; dn++) {
    C_sum_part[dn] = C_sum[dn];
  }
  for (var r = 0; r < 8; r++) {
    partials_0[r * 256 + thread] = C_sum_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    C_sum_part[r] = partials_0[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      C_sum_part[r] += partials_0[r * 256 + leader + 8 * (other + 1)];
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1[r * 256 + thread] = C_sum_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    C_sum_part[r] = partials_1[r * 256 + leader2];
    C_sum_part[r] += partials_1[r * 256 + leader2 + 128];
  }
  for (var dn = 0; dn < 8; dn++) {
    if (64 * n + 8 * tn + dn < sizes.N && thread < 8) { store_C(m * sizes.N + 64 * n + 8 * tn + dn, C_sum_part[dn]); }
  }
}

// rmsnorm: made by tdsl from rmsnorm.tdsl for wgsl. Change the source, not this file.
enable subgroups;

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { M: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> g: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> eps: array<f32>;
@group(0) @binding(3) var<storage, read_write> Y: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;
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
fn rmsnorm(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M <= group) { return; }
  let m = group;

  // rmsnorm.tdsl:9: Y[m, n] = X[m, n] * rsqrt(ms[m] + eps) * g[n]
  var ms_sum = 0.0;
  for (var n_step = 0; n_step < (sizes.N + 2047) / 2048; n_step++) {
    var ms_sum_part = 0.0;
    for (var dn = 0; dn < 8; dn++) {
      var x = 0.0;
      if (2048 * n_step + 8 * thread + dn < sizes.N) { x = load_X(m * sizes.N + 2048 * n_step + 8 * thread + dn); }
      let ms_sum_term = x * x;
      let ms_sum_term2 = select(0.0, ms_sum_term, 2048 * n_step + 8 * thread + dn < sizes.N);
      ms_sum_part += ms_sum_term2;
    }
    ms_sum += ms_sum_part;
  }
  var ms_sum_part = ms_sum;
  for (var step = 0; step < 2; step++) {
    ms_sum_part += subgroupShuffleXor(ms_sum_part, u32(1 << u32(step)));
  }
  partials_0[thread] = ms_sum_part;
  workgroupBarrier();
  ms_sum_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    ms_sum_part += partials_0[leader + 4 * (other + 1)];
  }
  partials_1[thread] = ms_sum_part;
  workgroupBarrier();
  ms_sum_part = partials_1[leader2];
  for (var other = 0; other < 3; other++) {
    ms_sum_part += partials_1[leader2 + 64 * (other + 1)];
  }
  for (var n_2_step = 0; n_2_step < (sizes.N + 2047) / 2048; n_2_step++) {
    var x: array<f32, 8>;
    for (var dn = 0; dn < 8; dn++) {
      x[dn] = 0.0;
      if (2048 * n_2_step + 8 * thread + dn < sizes.N) { x[dn] = load_X(m * sizes.N + 2048 * n_2_step + 8 * thread + dn); }
    }
    let eps2 = eps[0];
    for (var dn = 0; dn < 8; dn++) {
      var g2 = 0.0;
      if (2048 * n_2_step + 8 * thread + dn < sizes.N) { g2 = load_g(2048 * n_2_step + 8 * thread + dn); }
      let y = x[dn] * inverseSqrt(ms_sum_part / f32(sizes.N) + eps2) * g2;
      if (2048 * n_2_step + 8 * thread + dn < sizes.N) { store_Y(m * sizes.N + 2048 * n_2_step + 8 * thread + dn, y); }
    }
  }
}

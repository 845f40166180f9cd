// ttm_thin_aligned: made by tdsl from ttm.tdsl for wgsl. Change the source, not this file.
// Relies on L % 16 == 0, K % 16 == 0.

struct Sizes { I: i32, J: i32, L: i32, K: i32 }

@group(0) @binding(0) var<storage, read> A: array<u32>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> B: array<vec4<u32>>; // i8, 4 a word
@group(0) @binding(2) var<storage, read_write> C: array<vec4<i32>>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_int_0: array<i32, 2048>;
var<workgroup> partials_int_1: array<i32, 2048>;

fn load_A(i: i32) -> i32 {
  return extractBits(bitcast<i32>(A[i >> 2u]), 8u * u32(i & 3), 8u);
}

fn load16_B(i: i32) -> array<i32, 16> {
  let unit0 = B[i >> 4u];
  return array<i32, 16>(extractBits(bitcast<i32>(unit0.x), 0u, 8u), extractBits(bitcast<i32>(unit0.x), 8u, 8u), extractBits(bitcast<i32>(unit0.x), 16u, 8u), extractBits(bitcast<i32>(unit0.x), 24u, 8u), extractBits(bitcast<i32>(unit0.y), 0u, 8u), extractBits(bitcast<i32>(unit0.y), 8u, 8u), extractBits(bitcast<i32>(unit0.y), 16u, 8u), extractBits(bitcast<i32>(unit0.y), 24u, 8u), extractBits(bitcast<i32>(unit0.z), 0u, 8u), extractBits(bitcast<i32>(unit0.z), 8u, 8u), extractBits(bitcast<i32>(unit0.z), 16u, 8u), extractBits(bitcast<i32>(unit0.z), 24u, 8u), extractBits(bitcast<i32>(unit0.w), 0u, 8u), extractBits(bitcast<i32>(unit0.w), 8u, 8u), extractBits(bitcast<i32>(unit0.w), 16u, 8u), extractBits(bitcast<i32>(unit0.w), 24u, 8u));
}

fn load16_B_or(i: i32, inside: bool, fill: i32) -> array<i32, 16> {
  if (inside) { return load16_B(i); }
  return array<i32, 16>(fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill);
}

fn store4_C(i: i32, values: array<i32, 4>) {
  C[i >> 2u] = vec4<i32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn ttm_thin_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tl = thread >> 3u;
  let tk = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.I * sizes.J * ((sizes.K + 112) / 128) <= group) { return; }
  let k_count = (sizes.K + 112) / 128;
  let k = group % k_count;
  let outer = group / k_count;
  let j = outer % sizes.J;
  let i2 = outer / sizes.J;

  // ttm.tdsl:5: C[i, j, k] = sum(l) A[i, j, l] * B[l, k]
  var C_sum: array<i32, 16>;
  for (var dk = 0; dk < 16; dk++) {
    C_sum[dk] = 0;
  }
  for (var l_step = 0; l_step < (sizes.L + 16) / 32; l_step++) {
    var a = 0;
    if (tl + 32 * l_step < sizes.L) { a = load_A((i2 * sizes.J + j) * sizes.L + tl + 32 * l_step); }
    var b = load16_B_or((tl + 32 * l_step) * sizes.K + 128 * k + 16 * tk, tl + 32 * l_step < sizes.L && 128 * k + 16 * tk < sizes.K, 0);
    for (var v = 0; v < 16; v++) {
      let C_sum_term = a * b[v];
      C_sum[v] += select(0, C_sum_term, tl + 32 * l_step < sizes.L);
    }
  }
  var C_sum_part: array<i32, 16>;
  for (var dk = 0; dk < 16; dk++) {
    C_sum_part[dk] = C_sum[dk];
  }
  for (var part = 0; part < 2; part++) {
    for (var r = 0; r < 8; r++) {
      partials_int_0[r * 256 + thread] = C_sum_part[part * 8 + r];
    }
    workgroupBarrier();
    for (var r = 0; r < 8; r++) {
      C_sum_part[part * 8 + r] = partials_int_0[r * 256 + leader];
      for (var other = 0; other < 15; other++) {
        C_sum_part[part * 8 + r] += partials_int_0[r * 256 + leader + 8 * (other + 1)];
      }
    }
    workgroupBarrier();
  }
  for (var part = 0; part < 2; part++) {
    for (var r = 0; r < 8; r++) {
      partials_int_1[r * 256 + thread] = C_sum_part[part * 8 + r];
    }
    workgroupBarrier();
    for (var r = 0; r < 8; r++) {
      C_sum_part[part * 8 + r] = partials_int_1[r * 256 + leader2];
      C_sum_part[part * 8 + r] += partials_int_1[r * 256 + leader2 + 128];
    }
    workgroupBarrier();
  }
  for (var dk = 0; dk < 4; dk++) {
    if (128 * k + 16 * tk + 4 * dk < sizes.K && thread < 8) {
      store4_C((i2 * sizes.J + j) * sizes.K + 128 * k + 16 * tk + 4 * dk, array<i32, 4>(C_sum_part[4 * dk], C_sum_part[4 * dk + 1], C_sum_part[4 * dk + 2], C_sum_part[4 * dk + 3]));
    }
  }
}

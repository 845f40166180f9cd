// ttm_thin_aligned: made by tdsl from ttm.tdsl for wgsl. Change the source, not this file.
// Relies on L % 16 == 0, K % 16 == 0.
enable subgroups;

struct Sizes { I: i32, J: i32, L: i32, K: i32 }

@group(0) @binding(0) var<storage, read> A: array<vec4<u32>>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> B: array<u32>; // i8, 4 a word
@group(0) @binding(2) var<storage, read_write> C: array<i32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_int_0: array<i32, 256>;

fn load16_A(i: i32) -> array<i32, 16> {
  let unit0 = A[i >> 4u];
  return array<i32, 16>(extractBits(bitcast<i32>(unit0.x), 0u, 8u), extractBits(bitcast<i32>(unit0.x), 8u, 8u), extractBits(bitcast<i32>(unit0.x), 16u, 8u), extractBits(bitcast<i32>(unit0.x), 24u, 8u), extractBits(bitcast<i32>(unit0.y), 0u, 8u), extractBits(bitcast<i32>(unit0.y), 8u, 8u), extractBits(bitcast<i32>(unit0.y), 16u, 8u), extractBits(bitcast<i32>(unit0.y), 24u, 8u), extractBits(bitcast<i32>(unit0.z), 0u, 8u), extractBits(bitcast<i32>(unit0.z), 8u, 8u), extractBits(bitcast<i32>(unit0.z), 16u, 8u), extractBits(bitcast<i32>(unit0.z), 24u, 8u), extractBits(bitcast<i32>(unit0.w), 0u, 8u), extractBits(bitcast<i32>(unit0.w), 8u, 8u), extractBits(bitcast<i32>(unit0.w), 16u, 8u), extractBits(bitcast<i32>(unit0.w), 24u, 8u));
}

fn load16_A_or(i: i32, inside: bool, fill: i32) -> array<i32, 16> {
  if (inside) { return load16_A(i); }
  return array<i32, 16>(fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load_B(i: i32) -> i32 {
  return extractBits(bitcast<i32>(B[i >> 2u]), 8u * u32(i & 3), 8u);
}

@compute @workgroup_size(256)
fn ttm_thin_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tl = thread & 31;
  let tk = thread >> 5u;
  let leader = thread & 227;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (2 * sizes.I * sizes.J * (sizes.K / 16) <= group) { return; }
  let k_count = 2 * (sizes.K / 16);
  let k = group % k_count;
  let outer = group / k_count;
  let j = outer % sizes.J;
  let i2 = outer / sizes.J;

  // ttm.tdsl:5: C[i, j, k] = sum(l) A[i, j, l] * B[l, k]
  var C_sum = 0;
  for (var l_step = 0; l_step < (sizes.L + 496) / 512; l_step++) {
    var a = load16_A_or((i2 * sizes.J + j) * sizes.L + 512 * l_step + 16 * tl, 512 * l_step + 16 * tl < sizes.L, 0);
    var C_sum_part = 0;
    for (var dl = 0; dl < 16; dl++) {
      var b = 0;
      if (512 * l_step + 16 * tl + dl < sizes.L) { b = load_B((512 * l_step + 16 * tl + dl) * sizes.K + tk + 8 * k); }
      let C_sum_term = a[dl] * b;
      let C_sum_term2 = select(0, C_sum_term, 512 * l_step + 16 * tl + dl < sizes.L);
      C_sum_part += C_sum_term2;
    }
    C_sum += C_sum_part;
  }
  var C_sum_part = C_sum;
  for (var step = 0; step < 2; step++) {
    C_sum_part += subgroupShuffleXor(C_sum_part, u32(1 << u32(step)));
  }
  partials_int_0[thread] = C_sum_part;
  workgroupBarrier();
  C_sum_part = partials_int_0[leader];
  for (var other = 0; other < 7; other++) {
    C_sum_part += partials_int_0[leader + 4 * (other + 1)];
  }
  if ((thread & 31) == 0) { C[(i2 * sizes.J + j) * sizes.K + tk + 8 * k] = C_sum_part; }
}

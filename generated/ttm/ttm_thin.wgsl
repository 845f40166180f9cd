// ttm_thin: made by tdsl from ttm.tdsl for wgsl. Change the source, not this file.

struct Sizes { I: i32, J: i32, L: i32, K: i32 }

@group(0) @binding(0) var<storage, read> A: array<u32>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> B: array<u32>; // i8, 4 a word
@group(0) @binding(2) var<storage, read_write> C: array<i32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_int_0: array<i32, 256>;
var<workgroup> partials_int_1: array<i32, 256>;

fn load_A(i: i32) -> i32 {
  return extractBits(bitcast<i32>(A[i >> 2u]), 8u * u32(i & 3), 8u);
}

fn load_B(i: i32) -> i32 {
  return extractBits(bitcast<i32>(B[i >> 2u]), 8u * u32(i & 3), 8u);
}

@compute @workgroup_size(256)
fn ttm_thin(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tl = thread & 31;
  let tk = thread >> 5u;
  let leader = thread & 240;
  let leader2 = thread & 239;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.I * sizes.J * ((sizes.K + 7) / 8) <= group) { return; }
  let k_count = (sizes.K + 7) / 8;
  let k = group % k_count;
  let outer = group / k_count;
  let j = outer % sizes.J;
  let i2 = outer / sizes.J;

  // ttm.tdsl:5: C[i, j, k] = sum(l) A[i, j, l] * B[l, k]
  var C_sum = 0;
  for (var l_step = 0; l_step < (sizes.L + 511) / 512; l_step++) {
    var a: array<i32, 16>;
    for (var dl = 0; dl < 16; dl++) {
      a[dl] = 0;
      if (512 * l_step + 16 * tl + dl < sizes.L) { a[dl] = load_A((i2 * sizes.J + j) * sizes.L + 512 * l_step + 16 * tl + dl); }
    }
    var C_sum_part = 0;
    for (var dl = 0; dl < 16; dl++) {
      var b = 0;
      if (512 * l_step + 16 * tl + dl < sizes.L && tk + 8 * k < sizes.K) { b = load_B((512 * l_step + 16 * tl + dl) * sizes.K + tk + 8 * k); }
      let C_sum_term = a[dl] * b;
      let C_sum_term2 = select(0, C_sum_term, 512 * l_step + 16 * tl + dl < sizes.L);
      C_sum_part += C_sum_term2;
    }
    C_sum += C_sum_part;
  }
  var C_sum_part = C_sum;
  partials_int_0[thread] = C_sum_part;
  workgroupBarrier();
  C_sum_part = partials_int_0[leader];
  for (var other = 0; other < 15; other++) {
    C_sum_part += partials_int_0[leader + other + 1];
  }
  partials_int_1[thread] = C_sum_part;
  workgroupBarrier();
  C_sum_part = partials_int_1[leader2];
  C_sum_part += partials_int_1[leader2 + 16];
  if (tk + 8 * k < sizes.K && (thread & 31) == 0) { C[(i2 * sizes.J + j) * sizes.K + tk + 8 * k] = C_sum_part; }
}

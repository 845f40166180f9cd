// xception_classifier: made by tdsl from xception.tdsl for wgsl. Change the source, not this file.

struct Sizes { C: i32, K: i32 }

@group(0) @binding(0) var<storage, read> A: array<u32>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> B: array<u32>; // i8, 4 a word
@group(0) @binding(2) var<storage, read_write> O: array<i32>;
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
fn xception_classifier(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.K <= group) { return; }
  let k = group;

  // xception.tdsl:106: O[k] = sum(c) A[c] * B[k, c]
  var O_sum = 0;
  for (var c_step = 0; c_step < (sizes.C + 4095) / 4096; c_step++) {
    var O_sum_part = 0;
    for (var dc = 0; dc < 16; dc++) {
      var a = 0;
      if (4096 * c_step + 16 * thread + dc < sizes.C) { a = load_A(4096 * c_step + 16 * thread + dc); }
      var b = 0;
      if (4096 * c_step + 16 * thread + dc < sizes.C) { b = load_B(k * sizes.C + 4096 * c_step + 16 * thread + dc); }
      let O_sum_term = a * b;
      let O_sum_term2 = select(0, O_sum_term, 4096 * c_step + 16 * thread + dc < sizes.C);
      O_sum_part += O_sum_term2;
    }
    O_sum += O_sum_part;
  }
  var O_sum_part = O_sum;
  partials_int_0[thread] = O_sum_part;
  workgroupBarrier();
  O_sum_part = partials_int_0[leader];
  for (var other = 0; other < 15; other++) {
    O_sum_part += partials_int_0[leader + other + 1];
  }
  partials_int_1[thread] = O_sum_part;
  workgroupBarrier();
  O_sum_part = partials_int_1[leader2];
  for (var other = 0; other < 15; other++) {
    O_sum_part += partials_int_1[leader2 + 16 * (other + 1)];
  }
  if (thread == 0) { O[k] = O_sum_part; }
}

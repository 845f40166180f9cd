// mobilenet_v2_classifier_aligned: made by tdsl from mobilenet_v2.tdsl for wgsl. Change the source, not this file.
// Relies on C % 16 == 0, K % 4 == 0.
enable subgroups;

struct Sizes { C: i32, K: i32 }

@group(0) @binding(0) var<storage, read> A: array<vec4<u32>>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> B: array<vec4<u32>>; // i8, 4 a word
@group(0) @binding(2) var<storage, read_write> O: array<i32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_int_0: array<i32, 256>;
var<workgroup> partials_int_1: array<i32, 256>;

fn load16_A(i: i32) -> array<i32, 16> {
  let unit0 = A[i >> 4u];
  return array<i32, 16>(extractBits(bitcast<i32>(unit0.x), 0u, 8u), extractBits(bitcast<i32>(unit0.x), 8u, 8u), extractBits(bitcast<i32>(unit0.x), 16u, 8u), extractBits(bitcast<i32>(unit0.x), 24u, 8u), extractBits(bitcast<i32>(unit0.y), 0u, 8u), extractBits(bitcast<i32>(unit0.y), 8u, 8u), extractBits(bitcast<i32>(unit0.y), 16u, 8u), extractBits(bitcast<i32>(unit0.y), 24u, 8u), extractBits(bitcast<i32>(unit0.z), 0u, 8u), extractBits(bitcast<i32>(unit0.z), 8u, 8u), extractBits(bitcast<i32>(unit0.z), 16u, 8u), extractBits(bitcast<i32>(unit0.z), 24u, 8u), extractBits(bitcast<i32>(unit0.w), 0u, 8u), extractBits(bitcast<i32>(unit0.w), 8u, 8u), extractBits(bitcast<i32>(unit0.w), 16u, 8u), extractBits(bitcast<i32>(unit0.w), 24u, 8u));
}

fn load16_A_or(i: i32, inside: bool, fill: i32) -> array<i32, 16> {
  if (inside) { return load16_A(i); }
  return array<i32, 16>(fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load16_B(i: i32) -> array<i32, 16> {
  let unit0 = B[i >> 4u];
  return array<i32, 16>(extractBits(bitcast<i32>(unit0.x), 0u, 8u), extractBits(bitcast<i32>(unit0.x), 8u, 8u), extractBits(bitcast<i32>(unit0.x), 16u, 8u), extractBits(bitcast<i32>(unit0.x), 24u, 8u), extractBits(bitcast<i32>(unit0.y), 0u, 8u), extractBits(bitcast<i32>(unit0.y), 8u, 8u), extractBits(bitcast<i32>(unit0.y), 16u, 8u), extractBits(bitcast<i32>(unit0.y), 24u, 8u), extractBits(bitcast<i32>(unit0.z), 0u, 8u), extractBits(bitcast<i32>(unit0.z), 8u, 8u), extractBits(bitcast<i32>(unit0.z), 16u, 8u), extractBits(bitcast<i32>(unit0.z), 24u, 8u), extractBits(bitcast<i32>(unit0.w), 0u, 8u), extractBits(bitcast<i32>(unit0.w), 8u, 8u), extractBits(bitcast<i32>(unit0.w), 16u, 8u), extractBits(bitcast<i32>(unit0.w), 24u, 8u));
}

fn load16_B_or(i: i32, inside: bool, fill: i32) -> array<i32, 16> {
  if (inside) { return load16_B(i); }
  return array<i32, 16>(fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill);
}

@compute @workgroup_size(256)
fn mobilenet_v2_classifier_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.K <= group) { return; }
  let k = group;

  // mobilenet_v2.tdsl:80: O[k] = sum(c) A[c] * B[k, c]
  var O_sum = 0;
  for (var c_step = 0; c_step < (sizes.C + 4080) / 4096; c_step++) {
    var O_sum_part = 0;
    var a = load16_A_or(4096 * c_step + 16 * thread, 4096 * c_step + 16 * thread < sizes.C, 0);
    var b = load16_B_or(k * sizes.C + 4096 * c_step + 16 * thread, 4096 * c_step + 16 * thread < sizes.C, 0);
    for (var v = 0; v < 16; v++) {
      let O_sum_term = a[v] * b[v];
      let O_sum_term2 = select(0, O_sum_term, 4096 * c_step + 16 * thread + v < sizes.C);
      O_sum_part += O_sum_term2;
    }
    O_sum += O_sum_part;
  }
  var O_sum_part = O_sum;
  for (var step = 0; step < 2; step++) {
    O_sum_part += subgroupShuffleXor(O_sum_part, u32(1 << u32(step)));
  }
  partials_int_0[thread] = O_sum_part;
  workgroupBarrier();
  O_sum_part = partials_int_0[leader];
  for (var other = 0; other < 15; other++) {
    O_sum_part += partials_int_0[leader + 4 * (other + 1)];
  }
  partials_int_1[thread] = O_sum_part;
  workgroupBarrier();
  O_sum_part = partials_int_1[leader2];
  for (var other = 0; other < 3; other++) {
    O_sum_part += partials_int_1[leader2 + 64 * (other + 1)];
  }
  if (thread == 0) { O[k] = O_sum_part; }
}

// xception_depthwise: made by tdsl from xception.tdsl for wgsl. Change the source, not this file.

struct Sizes { C: i32, H: i32, W: i32 }

@group(0) @binding(0) var<storage, read> A: array<u32>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> B: array<u32>; // i8, 4 a word
@group(0) @binding(2) var<storage, read_write> O: array<i32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load_A(i: i32) -> i32 {
  return extractBits(bitcast<i32>(A[i >> 2u]), 8u * u32(i & 3), 8u);
}

fn load_B(i: i32) -> i32 {
  return extractBits(bitcast<i32>(B[i >> 2u]), 8u * u32(i & 3), 8u);
}

@compute @workgroup_size(256)
fn xception_depthwise(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.C * sizes.H * sizes.W + 255) / 256 <= group) { return; }
  let cxy = group;
  let c = (thread + 256 * cxy) / (sizes.H * sizes.W);
  let x = (thread + 256 * cxy) / sizes.W % sizes.H;
  let y = (thread + 256 * cxy) % sizes.W;

  // xception.tdsl:100: O[c, x, y] = sum(r, s) (A[c, x + r - 1, y + s - 1] else 0) * B[c, r, s]
  var O_sum = 0;
  for (var r_step = 0; r_step < 3; r_step++) {
    for (var s_step = 0; s_step < 3; s_step++) {
      var a = 0;
      if (c < sizes.C && r_step + x > 0 && r_step + x <= sizes.H && s_step + y > 0 && s_step + y <= sizes.W) { a = load_A((c * sizes.H + r_step + x - 1) * sizes.W + s_step + y - 1); }
      var b = 0;
      if (c < sizes.C) { b = load_B(3 * (3 * c + r_step) + s_step); }
      O_sum += a * b;
    }
  }
  if (c < sizes.C) { O[(c * sizes.H + x) * sizes.W + y] = O_sum; }
}

// depthwise: made by tdsl from depthwise.tdsl for wgsl. Change the source, not this file.

struct Sizes { C: i32, X: i32, R: i32, Y: i32, S: i32 }

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
fn depthwise(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.C * sizes.X * sizes.Y + 255) / 256 <= group) { return; }
  let cxy = group;
  let c = (thread + 256 * cxy) / (sizes.X * sizes.Y);
  let x = (thread + 256 * cxy) / sizes.Y % sizes.X;
  let y = (thread + 256 * cxy) % sizes.Y;

  // depthwise.tdsl:5: O[c, x, y] = sum(r, s) A[c, x + r, y + s] * B[c, r, s]
  var O_sum = 0;
  for (var r_step = 0; r_step < sizes.R; r_step++) {
    for (var s_step = 0; s_step < sizes.S; s_step++) {
      var a = 0;
      if (c < sizes.C) { a = load_A((c * (sizes.R + sizes.X - 1) + r_step + x) * (sizes.S + sizes.Y - 1) + s_step + y); }
      var b = 0;
      if (c < sizes.C) { b = load_B((c * sizes.R + r_step) * sizes.S + s_step); }
      O_sum += a * b;
    }
  }
  if (c < sizes.C) { O[(c * sizes.X + x) * sizes.Y + y] = O_sum; }
}

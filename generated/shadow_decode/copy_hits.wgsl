// copy_hits: made by tdsl from shadow_decode.tdsl for wgsl. Change the source, not this file.

struct Sizes { B: i32, H: i32 }

@group(0) @binding(0) var<storage, read> found: array<i32>;
@group(0) @binding(1) var<storage, read_write> hits: array<i32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

@compute @workgroup_size(256)
fn copy_hits(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.B * sizes.H + 255) / 256 <= group) { return; }
  let bh = group;
  let b = (thread + 256 * bh) / sizes.H;
  let h = (thread + 256 * bh) % sizes.H;

  // shadow_decode.tdsl:106: hits[b, h] = found[b, h]
  var found2 = 0;
  if (b < sizes.B) { found2 = found[b * sizes.H + h]; }
  if (b < sizes.B) { hits[b * sizes.H + h] = found2; }
}

// copy_slots: made by tdsl from shadow_decode.tdsl for wgsl. Change the source, not this file.

struct Sizes { C: i32, B: i32, H: i32, T: i32 }

@group(0) @binding(0) var<storage, read> slot: array<i32>;
@group(0) @binding(1) var<storage, read_write> next: array<i32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

@compute @workgroup_size(256)
fn copy_slots(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.B * sizes.H * sizes.T + 255) / 256 <= group) { return; }
  let bht = group;
  let b = (thread + 256 * bht) / (sizes.H * sizes.T);
  let h = (thread + 256 * bht) / sizes.T % sizes.H;
  let t = (thread + 256 * bht) % sizes.T;

  // shadow_decode.tdsl:98: next[b, h, t] = slot[b, h, t]
  var slot2 = 0;
  if (b < sizes.B) { slot2 = slot[(b * sizes.H + h) * sizes.T + t]; }
  if (b < sizes.B) { next[(b * sizes.H + h) * sizes.T + t] = slot2; }
}

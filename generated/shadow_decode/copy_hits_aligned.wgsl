// copy_hits_aligned: made by tdsl from shadow_decode.tdsl for wgsl. Change the source, not this file.
// Relies on H % 4 == 0.

struct Sizes { B: i32, H: i32 }

@group(0) @binding(0) var<storage, read> found: array<vec4<i32>>;
@group(0) @binding(1) var<storage, read_write> hits: array<vec4<i32>>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

fn load4_found(i: i32) -> array<i32, 4> {
  let unit0 = found[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_found_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_found(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

fn store4_hits(i: i32, values: array<i32, 4>) {
  hits[i >> 2u] = vec4<i32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn copy_hits_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.B * (sizes.H / 4) + 255) / 256 <= group) { return; }
  let bh = group;
  let b = (thread + 256 * bh) / (sizes.H / 4);
  let h = (thread + 256 * bh) % (sizes.H / 4);

  // shadow_decode.tdsl:106: hits[b, h] = found[b, h]
  var found2 = load4_found_or(b * sizes.H + 4 * h, b < sizes.B, 0);
  if (b < sizes.B) { store4_hits(b * sizes.H + 4 * h, found2); }
}

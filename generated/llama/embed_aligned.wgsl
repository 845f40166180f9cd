// embed_aligned: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.
// Relies on S % 4 == 0, C % 8 == 0.

struct Sizes { S: i32, V: i32, C: i32 }

@group(0) @binding(0) var<storage, read> words: array<i32>;
@group(0) @binding(1) var<storage, read> E: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> x: array<vec4<f32>>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load4_E(i: i32) -> array<f32, 4> {
  let unit0 = E[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_E_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_E(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn store4_x(i: i32, values: array<f32, 4>) {
  x[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn embed_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.C / 8 * (sizes.S / 4) + 31) / 32 <= group) { return; }
  let sc = group;
  let s = (thread + 256 * sc) / (2 * (sizes.C / 8));
  let c = (thread + 256 * sc) % (2 * (sizes.C / 8));

  // llama.tdsl:35: x[s, c] = f32(E[words[s], c])
  var words2 = 0;
  if (s < sizes.S) { words2 = words[s]; }
  var e = load4_E_or(words2 * sizes.C + 4 * c, s < sizes.S, 0.0);
  if (s < sizes.S) { store4_x(s * sizes.C + 4 * c, e); }
}

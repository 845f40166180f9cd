// embed: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.

struct Sizes { S: i32, V: i32, C: i32 }

@group(0) @binding(0) var<storage, read> words: array<i32>;
@group(0) @binding(1) var<storage, read> E: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> x: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load_E(i: i32) -> f32 {
  return bitcast<f32>((E[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

@compute @workgroup_size(256)
fn embed(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.C * sizes.S + 255) / 256 <= group) { return; }
  let sc = group;
  let s = (thread + 256 * sc) / sizes.C;
  let c = (thread + 256 * sc) % sizes.C;

  // llama.tdsl:35: x[s, c] = f32(E[words[s], c])
  var words2 = 0;
  if (s < sizes.S) { words2 = words[s]; }
  var e = 0.0;
  if (s < sizes.S) { e = load_E(words2 * sizes.C + c); }
  if (s < sizes.S) { x[s * sizes.C + c] = e; }
}

// vector_add: made by tdsl from test.tdsl for wgsl. Change the source, not this file.

struct Sizes { N: i32 }

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read_write> z: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load_y(i: i32) -> f32 {
  return unpack2x16float(y[i >> 1u])[u32(i & 1)];
}

@compute @workgroup_size(64)
fn vector_add(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.N + 255) / 256 <= group) { return; }
  let i2 = 256 * group + i32(local_index);
  for (var di = 0; di < 4; di++) {
    var a = 0.0;
    if (i2 + 64 * di < sizes.N) { a = x[i2 + 64 * di]; }
    var b = 0.0;
    if (i2 + 64 * di < sizes.N) { b = load_y(i2 + 64 * di); }
    let c = a + b;
    if (i2 + 64 * di < sizes.N) { z[i2 + 64 * di] = c; }
  }
}

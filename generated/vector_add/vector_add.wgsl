// vector_add: made by tdsl from vector_add.tdsl for wgsl. Change the source, not this file.

struct Sizes { N: i32 }

@group(0) @binding(0) var<storage, read> A: array<f32>;
@group(0) @binding(1) var<storage, read> B: array<f32>;
@group(0) @binding(2) var<storage, read_write> C: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

@compute @workgroup_size(256)
fn vector_add(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.N + 1023) / 1024 <= group) { return; }
  let i2 = group;

  // vector_add.tdsl:11: C[i] = A[i] + B[i]
  for (var di = 0; di < 4; di++) {
    var a = 0.0;
    if (1024 * i2 + 4 * thread + di < sizes.N) { a = A[1024 * i2 + 4 * thread + di]; }
    var b = 0.0;
    if (1024 * i2 + 4 * thread + di < sizes.N) { b = B[1024 * i2 + 4 * thread + di]; }
    let c = a + b;
    if (1024 * i2 + 4 * thread + di < sizes.N) { C[1024 * i2 + 4 * thread + di] = c; }
  }
}

// axpy: made by tdsl from vector_add.tdsl for wgsl. Change the source, not this file.
enable f16;

struct Sizes { N: i32 }

@group(0) @binding(0) var<storage, read> alpha: array<f32>;
@group(0) @binding(1) var<storage, read> X: array<f16>;
@group(0) @binding(2) var<storage, read> Y: array<f16>;
@group(0) @binding(3) var<storage, read_write> Z: array<f16>;
@group(0) @binding(4) var<uniform> sizes: Sizes;

@compute @workgroup_size(256)
fn axpy(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.N + 2047) / 2048 <= group) { return; }
  let i2 = group;

  // vector_add.tdsl:19: Z[i] = alpha * X[i] + Y[i]
  let alpha2 = alpha[0];
  for (var di = 0; di < 8; di++) {
    var x = 0.0;
    if (2048 * i2 + 8 * thread + di < sizes.N) { x = f32(X[2048 * i2 + 8 * thread + di]); }
    var y = 0.0;
    if (2048 * i2 + 8 * thread + di < sizes.N) { y = f32(Y[2048 * i2 + 8 * thread + di]); }
    let z = alpha2 * x + y;
    if (2048 * i2 + 8 * thread + di < sizes.N) { Z[2048 * i2 + 8 * thread + di] = f16(z); }
  }
}

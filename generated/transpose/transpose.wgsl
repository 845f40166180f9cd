// transpose: made by tdsl from transpose.tdsl for wgsl. Change the source, not this file.

struct Sizes { M: i32, N: i32 }

@group(0) @binding(0) var<storage, read> A: array<f32>;
@group(0) @binding(1) var<storage, read_write> B: array<f32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

@compute @workgroup_size(256)
fn transpose(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M * ((sizes.N + 1023) / 1024) <= group) { return; }
  let m = group % sizes.M;
  let n = group / sizes.M;

  // transpose.tdsl:8: B[n, m] = A[m, n]
  for (var dn = 0; dn < 4; dn++) {
    var a = 0.0;
    if (1024 * n + 4 * thread + dn < sizes.N) { a = A[m * sizes.N + 1024 * n + 4 * thread + dn]; }
    if (1024 * n + 4 * thread + dn < sizes.N) { B[(1024 * n + 4 * thread + dn) * sizes.M + m] = a; }
  }
}

// transpose_aligned: made by tdsl from transpose.tdsl for wgsl. Change the source, not this file.
// Relies on N % 4 == 0, M % 4 == 0.

struct Sizes { M: i32, N: i32 }

@group(0) @binding(0) var<storage, read> A: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> B: array<f32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

fn load4_A(i: i32) -> array<f32, 4> {
  let unit0 = A[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_A_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_A(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

@compute @workgroup_size(256)
fn transpose_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M * ((sizes.N + 1020) / 1024) <= group) { return; }
  let m = group % sizes.M;
  let n = group / sizes.M;

  // transpose.tdsl:8: B[n, m] = A[m, n]
  var a = load4_A_or(m * sizes.N + 1024 * n + 4 * thread, 1024 * n + 4 * thread < sizes.N, 0.0);
  for (var v = 0; v < 4; v++) {
    if (1024 * n + 4 * thread + v < sizes.N) { B[(1024 * n + 4 * thread + v) * sizes.M + m] = a[v]; }
  }
}

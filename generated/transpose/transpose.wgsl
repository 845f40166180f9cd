// transpose: made by tdsl from transpose.tdsl for wgsl. Change the source, not this file.

struct Sizes { M: i32, N: i32 }

@group(0) @binding(0) var<storage, read> A: array<f32>;
@group(0) @binding(1) var<storage, read_write> B: array<f32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

@compute @workgroup_size(256)
fn transpose(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tm = thread >> 2u;
  let tn = thread & 3;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.M + 63) / 64 * ((sizes.N + 15) / 16) <= group) { return; }
  let m_count = (sizes.M + 63) / 64;
  let m = group % m_count;
  let n = group / m_count;

  // transpose.tdsl:8: B[n, m] = A[m, n]
  for (var dn = 0; dn < 4; dn++) {
    var a = 0.0;
    if (tm + 64 * m < sizes.M && 16 * n + 4 * tn + dn < sizes.N) { a = A[(tm + 64 * m) * sizes.N + 16 * n + 4 * tn + dn]; }
    if (16 * n + 4 * tn + dn < sizes.N && tm + 64 * m < sizes.M) { B[(16 * n + 4 * tn + dn) * sizes.M + tm + 64 * m] = a; }
  }
}

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
  let tm = thread >> 2u;
  let tn = thread & 3;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.M + 60) / 64 * ((sizes.N + 12) / 16) <= group) { return; }
  let m_count = (sizes.M + 60) / 64;
  let m = group % m_count;
  let n = group / m_count;

  // transpose.tdsl:8: B[n, m] = A[m, n]
  var a = load4_A_or((tm + 64 * m) * sizes.N + 16 * n + 4 * tn, tm + 64 * m < sizes.M && 16 * n + 4 * tn < sizes.N, 0.0);
  for (var v = 0; v < 4; v++) {
    if (16 * n + 4 * tn + v < sizes.N && tm + 64 * m < sizes.M) { B[(16 * n + 4 * tn + v) * sizes.M + tm + 64 * m] = a[v]; }
  }
}

// vector_add_aligned: made by tdsl from vector_add.tdsl for wgsl. Change the source, not this file.
// Relies on N % 4 == 0.

struct Sizes { N: i32 }

@group(0) @binding(0) var<storage, read> A: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> B: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> C: array<vec4<f32>>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load4_A(i: i32) -> array<f32, 4> {
  let unit0 = A[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_A_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_A(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_B(i: i32) -> array<f32, 4> {
  let unit0 = B[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_B_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_B(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn store4_C(i: i32, values: array<f32, 4>) {
  C[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn vector_add_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.N + 1020) / 1024 <= group) { return; }
  let i2 = group;

  // vector_add.tdsl:11: C[i] = A[i] + B[i]
  var c: array<f32, 4>;
  var a = load4_A_or(1024 * i2 + 4 * thread, 1024 * i2 + 4 * thread < sizes.N, 0.0);
  var b = load4_B_or(1024 * i2 + 4 * thread, 1024 * i2 + 4 * thread < sizes.N, 0.0);
  for (var v = 0; v < 4; v++) {
    c[v] = a[v] + b[v];
  }
  if (1024 * i2 + 4 * thread < sizes.N) { store4_C(1024 * i2 + 4 * thread, c); }
}

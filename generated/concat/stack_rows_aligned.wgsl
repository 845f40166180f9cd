// stack_rows_aligned: made by tdsl from concat.tdsl for wgsl. Change the source, not this file.
// Relies on D % 8 == 0.

struct Sizes { N: i32, D: i32, M: i32 }

@group(0) @binding(0) var<storage, read> A: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> B: array<f32>;
@group(0) @binding(2) var<storage, read_write> C: array<vec4<f32>>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load_A(i: i32) -> f32 {
  return bitcast<f32>((A[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn store4_C(i: i32, values: array<f32, 4>) {
  C[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn stack_rows_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.M * (sizes.D / 8) + sizes.N * (sizes.D / 8) + 127) / 128 <= group) { return; }
  let nd = group;
  let n = (thread + 256 * nd) / (2 * (sizes.D / 8));
  let d = (thread + 256 * nd) % (2 * (sizes.D / 8));

  // concat.tdsl:8: C[n, d] = concat(n) { A; B }
  var c: array<f32, 4>;
  for (var v = 0; v < 4; v++) {
    let a = load_A(max(0, min(n, sizes.N - 1)) * sizes.D + 4 * d + v);
    let b = B[max(0, min(n - sizes.N, sizes.M - 1)) * sizes.D + 4 * d + v];
    c[v] = select(b, a, n < sizes.N);
  }
  if (n < sizes.M + sizes.N) { store4_C(n * sizes.D + 4 * d, c); }
}

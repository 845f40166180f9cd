// stack_rows: made by tdsl from concat.tdsl for wgsl. Change the source, not this file.

struct Sizes { N: i32, D: i32, M: i32 }

@group(0) @binding(0) var<storage, read> A: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> B: array<f32>;
@group(0) @binding(2) var<storage, read_write> C: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load_A(i: i32) -> f32 {
  return bitcast<f32>((A[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

@compute @workgroup_size(256)
fn stack_rows(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.D * sizes.M + sizes.D * sizes.N + 255) / 256 <= group) { return; }
  let nd = group;
  let n = (thread + 256 * nd) / sizes.D;
  let d = (thread + 256 * nd) % sizes.D;

  // concat.tdsl:8: C[n, d] = concat(n) { A; B }
  let a = load_A(max(0, min(n, sizes.N - 1)) * sizes.D + d);
  let b = B[max(0, min(n - sizes.N, sizes.M - 1)) * sizes.D + d];
  let c = select(b, a, n < sizes.N);
  if (n < sizes.M + sizes.N) { C[n * sizes.D + d] = c; }
}

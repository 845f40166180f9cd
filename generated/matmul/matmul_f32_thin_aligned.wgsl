// matmul_f32_thin_aligned: made by tdsl from matmul.tdsl for wgsl. Change the source, not this file.
// Relies on K % 4 == 0, N % 4 == 0.

struct Sizes { M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> A: array<f32>;
@group(0) @binding(1) var<storage, read> B: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> C: array<vec4<f32>>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 1024>;

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
fn matmul_f32_thin_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = thread >> 4u;
  let tn = thread & 15;
  let leader = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M * ((sizes.N + 60) / 64) <= group) { return; }
  let n_count = (sizes.N + 60) / 64;
  let n = group % n_count;
  let m = group / n_count;

  // matmul.tdsl:15: C[m, n] = sum(k) A[m, k] * B[k, n]
  var C_sum: array<f32, 4>;
  for (var dn = 0; dn < 4; dn++) {
    C_sum[dn] = 0.0;
  }
  for (var k_step = 0; k_step < (sizes.K + 12) / 16; k_step++) {
    var a = 0.0;
    if (tk + 16 * k_step < sizes.K) { a = A[m * sizes.K + tk + 16 * k_step]; }
    var b = load4_B_or((tk + 16 * k_step) * sizes.N + 64 * n + 4 * tn, tk + 16 * k_step < sizes.K && 64 * n + 4 * tn < sizes.N, 0.0);
    for (var v = 0; v < 4; v++) {
      let C_sum_term = a * b[v];
      C_sum[v] += select(0.0, C_sum_term, tk + 16 * k_step < sizes.K);
    }
  }
  var C_sum_part: array<f32, 4>;
  for (var dn = 0; dn < 4; dn++) {
    C_sum_part[dn] = C_sum[dn];
  }
  for (var r = 0; r < 4; r++) {
    partials_0[r * 256 + thread] = C_sum_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 4; r++) {
    C_sum_part[r] = partials_0[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      C_sum_part[r] += partials_0[r * 256 + leader + 16 * (other + 1)];
    }
  }
  if (64 * n + 4 * tn < sizes.N && thread < 16) { store4_C(m * sizes.N + 64 * n + 4 * tn, C_sum_part); }
}

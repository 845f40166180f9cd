// joined_linear_thin: made by tdsl from concat.tdsl for wgsl. Change the source, not this file.
enable subgroups;

struct Sizes { M: i32, K: i32, J: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> F: array<f32>;
@group(0) @binding(2) var<storage, read> W: array<f32>;
@group(0) @binding(3) var<storage, read_write> Y: array<f32>;
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load_X(i: i32) -> f32 {
  return bitcast<f32>((X[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

@compute @workgroup_size(256)
fn joined_linear_thin(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = thread & 31;
  let tn = thread >> 5u;
  let leader = thread & 227;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M * ((sizes.N + 7) / 8) <= group) { return; }
  let n_count = (sizes.N + 7) / 8;
  let n = group % n_count;
  let m = group / n_count;

  // concat.tdsl:17: Y[m, n] = sum(k) input[m, k] * W[n, k]
  var Y_sum_piece = 0.0;
  for (var k_step = 0; k_step < (sizes.K + 255) / 256; k_step++) {
    var x: array<f32, 8>;
    for (var dk = 0; dk < 8; dk++) {
      x[dk] = 0.0;
      if (256 * k_step + 8 * tk + dk < sizes.K) { x[dk] = load_X(m * sizes.K + 256 * k_step + 8 * tk + dk); }
    }
    var Y_sum_piece_part = 0.0;
    for (var dk = 0; dk < 8; dk++) {
      var w = 0.0;
      if (tn + 8 * n < sizes.N && 256 * k_step + 8 * tk + dk < sizes.K) { w = W[(tn + 8 * n) * (sizes.J + sizes.K) + 256 * k_step + 8 * tk + dk]; }
      let Y_sum_piece_term = x[dk] * w;
      let Y_sum_piece_term2 = select(0.0, Y_sum_piece_term, 256 * k_step + 8 * tk + dk < sizes.K);
      Y_sum_piece_part += Y_sum_piece_term2;
    }
    Y_sum_piece += Y_sum_piece_part;
  }
  var Y_sum_piece_part = Y_sum_piece;
  for (var step = 0; step < 2; step++) {
    Y_sum_piece_part += subgroupShuffleXor(Y_sum_piece_part, u32(1 << u32(step)));
  }
  partials_0[thread] = Y_sum_piece_part;
  workgroupBarrier();
  Y_sum_piece_part = partials_0[leader];
  for (var other = 0; other < 7; other++) {
    Y_sum_piece_part += partials_0[leader + 4 * (other + 1)];
  }
  var Y_sum_piece2 = 0.0;
  for (var k_2_step = 0; k_2_step < (sizes.J + 255) / 256; k_2_step++) {
    var f: array<f32, 8>;
    for (var dk = 0; dk < 8; dk++) {
      f[dk] = 0.0;
      if (256 * k_2_step + 8 * tk + dk < sizes.J) { f[dk] = F[m * sizes.J + 256 * k_2_step + 8 * tk + dk]; }
    }
    var Y_sum_piece2_part = 0.0;
    for (var dk = 0; dk < 8; dk++) {
      var w = 0.0;
      if (tn + 8 * n < sizes.N && 256 * k_2_step + 8 * tk + dk < sizes.J) { w = W[(tn + 8 * n) * (sizes.J + sizes.K) + sizes.K + 256 * k_2_step + 8 * tk + dk]; }
      let Y_sum_piece2_term = f[dk] * w;
      let Y_sum_piece2_term2 = select(0.0, Y_sum_piece2_term, 256 * k_2_step + 8 * tk + dk < sizes.J);
      Y_sum_piece2_part += Y_sum_piece2_term2;
    }
    Y_sum_piece2 += Y_sum_piece2_part;
  }
  var Y_sum_piece2_part = Y_sum_piece2;
  for (var step = 0; step < 2; step++) {
    Y_sum_piece2_part += subgroupShuffleXor(Y_sum_piece2_part, u32(1 << u32(step)));
  }
  partials_1[thread] = Y_sum_piece2_part;
  workgroupBarrier();
  Y_sum_piece2_part = partials_1[leader];
  for (var other = 0; other < 7; other++) {
    Y_sum_piece2_part += partials_1[leader + 4 * (other + 1)];
  }
  let y = Y_sum_piece_part + Y_sum_piece2_part;
  if (tn + 8 * n < sizes.N && (thread & 31) == 0) { Y[m * sizes.N + tn + 8 * n] = y; }
}

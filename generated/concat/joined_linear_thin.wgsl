// joined_linear_thin: made by tdsl from concat.tdsl for wgsl. Change the source, not this file.

struct Sizes { M: i32, K: i32, J: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> F: array<f32>;
@group(0) @binding(2) var<storage, read> W: array<f32>;
@group(0) @binding(3) var<storage, read_write> Y: array<f32>;
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 2048>;
var<workgroup> partials_1: array<f32, 2048>;

fn load_X(i: i32) -> f32 {
  return bitcast<f32>((X[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

@compute @workgroup_size(256)
fn joined_linear_thin(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = thread >> 3u;
  let tn = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M * ((sizes.N + 63) / 64) <= group) { return; }
  let n_count = (sizes.N + 63) / 64;
  let n = group % n_count;
  let m = group / n_count;

  // concat.tdsl:17: Y[m, n] = sum(k) input[m, k] * W[n, k]
  var Y_sum_piece: array<f32, 8>;
  for (var dn = 0; dn < 8; dn++) {
    Y_sum_piece[dn] = 0.0;
  }
  for (var k_step = 0; k_step < (sizes.K + 31) / 32; k_step++) {
    var x = 0.0;
    if (tk + 32 * k_step < sizes.K) { x = load_X(m * sizes.K + tk + 32 * k_step); }
    for (var dn = 0; dn < 8; dn++) {
      var w = 0.0;
      if (64 * n + 8 * tn + dn < sizes.N && tk + 32 * k_step < sizes.K) { w = W[(64 * n + 8 * tn + dn) * (sizes.J + sizes.K) + tk + 32 * k_step]; }
      let Y_sum_piece_term = x * w;
      Y_sum_piece[dn] += select(0.0, Y_sum_piece_term, tk + 32 * k_step < sizes.K);
    }
  }
  var Y_sum_piece_part: array<f32, 8>;
  for (var dn = 0; dn < 8; dn++) {
    Y_sum_piece_part[dn] = Y_sum_piece[dn];
  }
  for (var r = 0; r < 8; r++) {
    partials_0[r * 256 + thread] = Y_sum_piece_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    Y_sum_piece_part[r] = partials_0[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      Y_sum_piece_part[r] += partials_0[r * 256 + leader + 8 * (other + 1)];
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1[r * 256 + thread] = Y_sum_piece_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    Y_sum_piece_part[r] = partials_1[r * 256 + leader2];
    Y_sum_piece_part[r] += partials_1[r * 256 + leader2 + 128];
  }
  var Y_sum_piece2: array<f32, 8>;
  for (var dn = 0; dn < 8; dn++) {
    Y_sum_piece2[dn] = 0.0;
  }
  for (var k_2_step = 0; k_2_step < (sizes.J + 31) / 32; k_2_step++) {
    var f = 0.0;
    if (tk + 32 * k_2_step < sizes.J) { f = F[m * sizes.J + tk + 32 * k_2_step]; }
    for (var dn = 0; dn < 8; dn++) {
      var w = 0.0;
      if (64 * n + 8 * tn + dn < sizes.N && tk + 32 * k_2_step < sizes.J) { w = W[(64 * n + 8 * tn + dn) * (sizes.J + sizes.K) + tk + sizes.K + 32 * k_2_step]; }
      let Y_sum_piece2_term = f * w;
      Y_sum_piece2[dn] += select(0.0, Y_sum_piece2_term, tk + 32 * k_2_step < sizes.J);
    }
  }
  var Y_sum_piece2_part: array<f32, 8>;
  for (var dn = 0; dn < 8; dn++) {
    Y_sum_piece2_part[dn] = Y_sum_piece2[dn];
  }
  for (var r = 0; r < 8; r++) {
    partials_0[r * 256 + thread] = Y_sum_piece2_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    Y_sum_piece2_part[r] = partials_0[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      Y_sum_piece2_part[r] += partials_0[r * 256 + leader + 8 * (other + 1)];
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1[r * 256 + thread] = Y_sum_piece2_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    Y_sum_piece2_part[r] = partials_1[r * 256 + leader2];
    Y_sum_piece2_part[r] += partials_1[r * 256 + leader2 + 128];
  }
  for (var dn = 0; dn < 8; dn++) {
    let y = Y_sum_piece_part[dn] + Y_sum_piece2_part[dn];
    if (64 * n + 8 * tn + dn < sizes.N && thread < 8) { Y[m * sizes.N + 64 * n + 8 * tn + dn] = y; }
  }
}

// joined_linear_thin_aligned: made by tdsl from concat.tdsl for wgsl. Change the source, not this file.
// Relies on K % 8 == 0, J % 4 == 0, N % 4 == 0.
enable subgroups;

struct Sizes { M: i32, K: i32, J: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> F: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> W: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> Y: array<f32>;
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load8_X(i: i32) -> array<f32, 8> {
  let unit0 = X[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_X_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_X(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load4_W(i: i32) -> array<f32, 4> {
  let unit0 = W[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_W_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_W(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_F(i: i32) -> array<f32, 4> {
  let unit0 = F[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_F_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_F(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

@compute @workgroup_size(256)
fn joined_linear_thin_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = thread & 31;
  let tn = thread >> 5u;
  let leader = thread & 227;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M * ((sizes.N + 4) / 8) <= group) { return; }
  let n_count = (sizes.N + 4) / 8;
  let n = group % n_count;
  let m = group / n_count;

  // concat.tdsl:17: Y[m, n] = sum(k) input[m, k] * W[n, k]
  var Y_sum_piece = 0.0;
  for (var k_step = 0; k_step < (sizes.K + 248) / 256; k_step++) {
    var x = load8_X_or(m * sizes.K + 256 * k_step + 8 * tk, 256 * k_step + 8 * tk < sizes.K, 0.0);
    var Y_sum_piece_part = 0.0;
    for (var dk = 0; dk < 2; dk++) {
      var w = load4_W_or((tn + 8 * n) * (sizes.J + sizes.K) + 256 * k_step + 8 * tk + 4 * dk, tn + 8 * n < sizes.N && 256 * k_step + 8 * tk + 4 * dk < sizes.K, 0.0);
      for (var v = 0; v < 4; v++) {
        let Y_sum_piece_term = x[4 * dk + v] * w[v];
        let Y_sum_piece_term2 = select(0.0, Y_sum_piece_term, 256 * k_step + 8 * tk + 4 * dk + v < sizes.K);
        Y_sum_piece_part += Y_sum_piece_term2;
      }
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
  for (var k_2_step = 0; k_2_step < (sizes.J + 252) / 256; k_2_step++) {
    var f: array<f32, 8>;
    for (var dk = 0; dk < 2; dk++) {
      {
        let piece = load4_F_or(m * sizes.J + 256 * k_2_step + 8 * tk + 4 * dk, 256 * k_2_step + 8 * tk + 4 * dk < sizes.J, 0.0);
        f[4 * dk] = piece[0];
        f[4 * dk + 1] = piece[1];
        f[4 * dk + 2] = piece[2];
        f[4 * dk + 3] = piece[3];
      }
    }
    var Y_sum_piece2_part = 0.0;
    for (var dk = 0; dk < 2; dk++) {
      var w = load4_W_or((tn + 8 * n) * (sizes.J + sizes.K) + sizes.K + 256 * k_2_step + 8 * tk + 4 * dk, tn + 8 * n < sizes.N && 256 * k_2_step + 8 * tk + 4 * dk < sizes.J, 0.0);
      for (var v = 0; v < 4; v++) {
        let Y_sum_piece2_term = f[4 * dk + v] * w[v];
        let Y_sum_piece2_term2 = select(0.0, Y_sum_piece2_term, 256 * k_2_step + 8 * tk + 4 * dk + v < sizes.J);
        Y_sum_piece2_part += Y_sum_piece2_term2;
      }
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

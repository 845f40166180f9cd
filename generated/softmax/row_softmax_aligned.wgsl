// row_softmax_aligned: made by tdsl from softmax.tdsl for wgsl. Change the source, not this file.
// Relies on N % 4 == 0.

struct Sizes { M: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> Y: array<vec4<f32>>;
@group(0) @binding(2) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load4_X(i: i32) -> array<f32, 4> {
  let unit0 = X[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_X_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_X(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn store4_Y(i: i32, values: array<f32, 4>) {
  Y[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn row_softmax_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M <= group) { return; }
  let m = group;

  // softmax.tdsl:6: Y[m, n] = softmax(n) X[m, n]
  var Y_max = -3.4028234663852886e38;
  var Y_sum = 0.0;
  for (var n_step = 0; n_step < (sizes.N + 1020) / 1024; n_step++) {
    var Y_max_part = -3.4028234663852886e38;
    var x = load4_X_or(m * sizes.N + 1024 * n_step + 4 * thread, 1024 * n_step + 4 * thread < sizes.N, 0.0);
    for (var v = 0; v < 4; v++) {
      let Y_max_term = select(-3.4028234663852886e38, x[v], 1024 * n_step + 4 * thread + v < sizes.N);
      Y_max_part = max(Y_max_part, Y_max_term);
    }
    let Y_max_new = max(Y_max, Y_max_part);
    let Y_sum_scale = exp(Y_max - Y_max_new);
    var Y_sum_part = 0.0;
    for (var dn = 0; dn < 4; dn++) {
      let Y_sum_term = exp(x[dn] - Y_max_new);
      let Y_sum_term2 = select(0.0, Y_sum_term, 1024 * n_step + 4 * thread + dn < sizes.N);
      Y_sum_part += Y_sum_term2;
    }
    Y_sum = Y_sum * Y_sum_scale + Y_sum_part;
    Y_max = Y_max_new;
  }
  var Y_max_part = Y_max;
  partials_0[thread] = Y_max_part;
  workgroupBarrier();
  Y_max_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    Y_max_part = max(Y_max_part, partials_0[leader + other + 1]);
  }
  partials_1[thread] = Y_max_part;
  workgroupBarrier();
  Y_max_part = partials_1[leader2];
  for (var other = 0; other < 15; other++) {
    Y_max_part = max(Y_max_part, partials_1[leader2 + 16 * (other + 1)]);
  }
  let Y_sum_term = Y_sum * exp(Y_max - Y_max_part);
  var Y_sum_part = Y_sum_term;
  partials_0[thread] = Y_sum_part;
  workgroupBarrier();
  Y_sum_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    Y_sum_part += partials_0[leader + other + 1];
  }
  partials_1[thread] = Y_sum_part;
  workgroupBarrier();
  Y_sum_part = partials_1[leader2];
  for (var other = 0; other < 15; other++) {
    Y_sum_part += partials_1[leader2 + 16 * (other + 1)];
  }
  for (var n_step = 0; n_step < (sizes.N + 1020) / 1024; n_step++) {
    var y: array<f32, 4>;
    var x = load4_X_or(m * sizes.N + 1024 * n_step + 4 * thread, 1024 * n_step + 4 * thread < sizes.N, 0.0);
    for (var v = 0; v < 4; v++) {
      y[v] = exp(x[v] - Y_max_part) * select(0.0, 1.0 / Y_sum_part, Y_sum_part > 0.0);
    }
    if (1024 * n_step + 4 * thread < sizes.N) { store4_Y(m * sizes.N + 1024 * n_step + 4 * thread, y); }
  }
}

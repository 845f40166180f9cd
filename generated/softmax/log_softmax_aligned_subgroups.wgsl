// log_softmax_aligned: made by tdsl from softmax.tdsl for wgsl. Change the source, not this file.
// Relies on N % 4 == 0.
enable subgroups;

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
fn log_softmax_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M <= group) { return; }
  let m = group;

  // softmax.tdsl:13: Y[m, n] = X[m, n] - total[m]
  var logsumexp_max = -3.4028234663852886e38;
  var total_sum = 0.0;
  for (var n_step = 0; n_step < (sizes.N + 1020) / 1024; n_step++) {
    var logsumexp_max_part = -3.4028234663852886e38;
    var x = load4_X_or(m * sizes.N + 1024 * n_step + 4 * thread, 1024 * n_step + 4 * thread < sizes.N, 0.0);
    for (var v = 0; v < 4; v++) {
      let logsumexp_max_term = select(-3.4028234663852886e38, x[v], 1024 * n_step + 4 * thread + v < sizes.N);
      logsumexp_max_part = max(logsumexp_max_part, logsumexp_max_term);
    }
    let logsumexp_max_new = max(logsumexp_max, logsumexp_max_part);
    let total_sum_scale = exp(logsumexp_max - logsumexp_max_new);
    var total_sum_part = 0.0;
    for (var dn = 0; dn < 4; dn++) {
      let total_sum_term = exp(x[dn] - logsumexp_max_new);
      let total_sum_term2 = select(0.0, total_sum_term, 1024 * n_step + 4 * thread + dn < sizes.N);
      total_sum_part += total_sum_term2;
    }
    total_sum = total_sum * total_sum_scale + total_sum_part;
    logsumexp_max = logsumexp_max_new;
  }
  var logsumexp_max_part = logsumexp_max;
  for (var step = 0; step < 2; step++) {
    logsumexp_max_part = max(logsumexp_max_part, subgroupShuffleXor(logsumexp_max_part, u32(1 << u32(step))));
  }
  partials_0[thread] = logsumexp_max_part;
  workgroupBarrier();
  logsumexp_max_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    logsumexp_max_part = max(logsumexp_max_part, partials_0[leader + 4 * (other + 1)]);
  }
  partials_1[thread] = logsumexp_max_part;
  workgroupBarrier();
  logsumexp_max_part = partials_1[leader2];
  for (var other = 0; other < 3; other++) {
    logsumexp_max_part = max(logsumexp_max_part, partials_1[leader2 + 64 * (other + 1)]);
  }
  let total_sum_term = total_sum * exp(logsumexp_max - logsumexp_max_part);
  var total_sum_part = total_sum_term;
  for (var step = 0; step < 2; step++) {
    total_sum_part += subgroupShuffleXor(total_sum_part, u32(1 << u32(step)));
  }
  partials_0[thread] = total_sum_part;
  workgroupBarrier();
  total_sum_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    total_sum_part += partials_0[leader + 4 * (other + 1)];
  }
  partials_1[thread] = total_sum_part;
  workgroupBarrier();
  total_sum_part = partials_1[leader2];
  for (var other = 0; other < 3; other++) {
    total_sum_part += partials_1[leader2 + 64 * (other + 1)];
  }
  for (var n_2_step = 0; n_2_step < (sizes.N + 1020) / 1024; n_2_step++) {
    var y: array<f32, 4>;
    var x = load4_X_or(m * sizes.N + 1024 * n_2_step + 4 * thread, 1024 * n_2_step + 4 * thread < sizes.N, 0.0);
    for (var v = 0; v < 4; v++) {
      y[v] = x[v] - (logsumexp_max_part + log(total_sum_part));
    }
    if (1024 * n_2_step + 4 * thread < sizes.N) { store4_Y(m * sizes.N + 1024 * n_2_step + 4 * thread, y); }
  }
}

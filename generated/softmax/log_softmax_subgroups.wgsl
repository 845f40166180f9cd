// log_softmax: made by tdsl from softmax.tdsl for wgsl. Change the source, not this file.
enable subgroups;

struct Sizes { M: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<f32>;
@group(0) @binding(1) var<storage, read_write> Y: array<f32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

@compute @workgroup_size(256)
fn log_softmax(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M <= group) { return; }
  let m = group;

  // softmax.tdsl:13: Y[m, n] = X[m, n] - total[m]
  var logsumexp_max = -3.4028234663852886e38;
  var total_sum = 0.0;
  for (var n_step = 0; n_step < (sizes.N + 1023) / 1024; n_step++) {
    var x: array<f32, 4>;
    var logsumexp_max_part = -3.4028234663852886e38;
    for (var dn = 0; dn < 4; dn++) {
      x[dn] = 0.0;
      if (1024 * n_step + 4 * thread + dn < sizes.N) { x[dn] = X[m * sizes.N + 1024 * n_step + 4 * thread + dn]; }
      let logsumexp_max_term = select(-3.4028234663852886e38, x[dn], 1024 * n_step + 4 * thread + dn < sizes.N);
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
  for (var n_2_step = 0; n_2_step < (sizes.N + 1023) / 1024; n_2_step++) {
    for (var dn = 0; dn < 4; dn++) {
      var x = 0.0;
      if (1024 * n_2_step + 4 * thread + dn < sizes.N) { x = X[m * sizes.N + 1024 * n_2_step + 4 * thread + dn]; }
      let y = x - (logsumexp_max_part + log(total_sum_part));
      if (1024 * n_2_step + 4 * thread + dn < sizes.N) { Y[m * sizes.N + 1024 * n_2_step + 4 * thread + dn] = y; }
    }
  }
}

// surprise: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.
enable subgroups;

struct Sizes { S: i32, V: i32 }

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<i32>;
@group(0) @binding(2) var<storage, read_write> nll: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

@compute @workgroup_size(256)
fn surprise(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.S <= group) { return; }
  let s = group;

  // llama.tdsl:159: nll[s] = logsumexp(v) logits[s, v] - logits[s, targets[s]]
  var logsumexp_max = -3.4028234663852886e38;
  var nll_sum = 0.0;
  for (var v_step = 0; v_step < (sizes.V + 1023) / 1024; v_step++) {
    var logits2: array<f32, 4>;
    var logsumexp_max_part = -3.4028234663852886e38;
    for (var dv = 0; dv < 4; dv++) {
      logits2[dv] = 0.0;
      if (1024 * v_step + 4 * thread + dv < sizes.V) { logits2[dv] = logits[s * sizes.V + 1024 * v_step + 4 * thread + dv]; }
      let logsumexp_max_term = select(-3.4028234663852886e38, logits2[dv], 1024 * v_step + 4 * thread + dv < sizes.V);
      logsumexp_max_part = max(logsumexp_max_part, logsumexp_max_term);
    }
    let logsumexp_max_new = max(logsumexp_max, logsumexp_max_part);
    let nll_sum_scale = exp(logsumexp_max - logsumexp_max_new);
    var nll_sum_part = 0.0;
    for (var dv = 0; dv < 4; dv++) {
      let nll_sum_term = exp(logits2[dv] - logsumexp_max_new);
      let nll_sum_term2 = select(0.0, nll_sum_term, 1024 * v_step + 4 * thread + dv < sizes.V);
      nll_sum_part += nll_sum_term2;
    }
    nll_sum = nll_sum * nll_sum_scale + nll_sum_part;
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
  let nll_sum_term = nll_sum * exp(logsumexp_max - logsumexp_max_part);
  var nll_sum_part = nll_sum_term;
  for (var step = 0; step < 2; step++) {
    nll_sum_part += subgroupShuffleXor(nll_sum_part, u32(1 << u32(step)));
  }
  partials_0[thread] = nll_sum_part;
  workgroupBarrier();
  nll_sum_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    nll_sum_part += partials_0[leader + 4 * (other + 1)];
  }
  partials_1[thread] = nll_sum_part;
  workgroupBarrier();
  nll_sum_part = partials_1[leader2];
  for (var other = 0; other < 3; other++) {
    nll_sum_part += partials_1[leader2 + 64 * (other + 1)];
  }
  let targets2 = targets[s];
  let logits2 = logits[s * sizes.V + targets2];
  let nll2 = logsumexp_max_part + log(nll_sum_part) - logits2;
  if (thread == 0) { nll[s] = nll2; }
}

// surprise_aligned: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.
// Relies on V % 4 == 0, S % 4 == 0.

struct Sizes { S: i32, V: i32 }

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<i32>;
@group(0) @binding(2) var<storage, read_write> nll: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load4_logits(i: i32) -> array<f32, 4> {
  let unit0 = logits[i];
  let unit1 = logits[i + 1];
  let unit2 = logits[i + 2];
  let unit3 = logits[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_logits_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_logits(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

@compute @workgroup_size(256)
fn surprise_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.S <= group) { return; }
  let s = group;

  // llama.tdsl:159: nll[s] = logsumexp(v) logits[s, v] - logits[s, targets[s]]
  var logsumexp_max = -3.4028234663852886e38;
  var nll_sum = 0.0;
  for (var v_step = 0; v_step < (sizes.V + 1020) / 1024; v_step++) {
    var logsumexp_max_part = -3.4028234663852886e38;
    var logits2 = load4_logits_or(s * sizes.V + 1024 * v_step + 4 * thread, 1024 * v_step + 4 * thread < sizes.V, 0.0);
    for (var v = 0; v < 4; v++) {
      let logsumexp_max_term = select(-3.4028234663852886e38, logits2[v], 1024 * v_step + 4 * thread + v < sizes.V);
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
  partials_0[thread] = logsumexp_max_part;
  workgroupBarrier();
  logsumexp_max_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    logsumexp_max_part = max(logsumexp_max_part, partials_0[leader + other + 1]);
  }
  partials_1[thread] = logsumexp_max_part;
  workgroupBarrier();
  logsumexp_max_part = partials_1[leader2];
  for (var other = 0; other < 15; other++) {
    logsumexp_max_part = max(logsumexp_max_part, partials_1[leader2 + 16 * (other + 1)]);
  }
  let nll_sum_term = nll_sum * exp(logsumexp_max - logsumexp_max_part);
  var nll_sum_part = nll_sum_term;
  partials_0[thread] = nll_sum_part;
  workgroupBarrier();
  nll_sum_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    nll_sum_part += partials_0[leader + other + 1];
  }
  partials_1[thread] = nll_sum_part;
  workgroupBarrier();
  nll_sum_part = partials_1[leader2];
  for (var other = 0; other < 15; other++) {
    nll_sum_part += partials_1[leader2 + 16 * (other + 1)];
  }
  let targets2 = targets[s];
  let logits2 = logits[s * sizes.V + targets2];
  let nll2 = logsumexp_max_part + log(nll_sum_part) - logits2;
  if (thread == 0) { nll[s] = nll2; }
}

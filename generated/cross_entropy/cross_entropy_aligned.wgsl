// cross_entropy_aligned: made by tdsl from cross_entropy.tdsl for wgsl. Change the source, not this file.
// Relies on V % 8 == 0, B % 4 == 0.

struct Sizes { B: i32, V: i32 }

@group(0) @binding(0) var<storage, read> logits: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> label: array<i32>;
@group(0) @binding(2) var<storage, read_write> loss: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load8_logits(i: i32) -> array<f32, 8> {
  let unit0 = logits[i >> 1u];
  let unit1 = logits[(i >> 1u) + 1];
  let unit2 = logits[(i >> 1u) + 2];
  let unit3 = logits[(i >> 1u) + 3];
  return array<f32, 8>(bitcast<f32>(unit0 << 16u), bitcast<f32>(unit0 & 0xffff0000u), bitcast<f32>(unit1 << 16u), bitcast<f32>(unit1 & 0xffff0000u), bitcast<f32>(unit2 << 16u), bitcast<f32>(unit2 & 0xffff0000u), bitcast<f32>(unit3 << 16u), bitcast<f32>(unit3 & 0xffff0000u));
}

fn load8_logits_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_logits(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load_logits(i: i32) -> f32 {
  return bitcast<f32>((logits[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

@compute @workgroup_size(256)
fn cross_entropy_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B <= group) { return; }
  let b = group;

  // cross_entropy.tdsl:8: loss[b] = logsumexp(v) logits[b, v] - logits[b, label[b]]
  var logsumexp_max = -3.4028234663852886e38;
  var loss_sum = 0.0;
  for (var v_step = 0; v_step < (sizes.V + 2040) / 2048; v_step++) {
    var logsumexp_max_part = -3.4028234663852886e38;
    var logits2 = load8_logits_or(b * sizes.V + 2048 * v_step + 8 * thread, 2048 * v_step + 8 * thread < sizes.V, 0.0);
    for (var v = 0; v < 8; v++) {
      let logsumexp_max_term = select(-3.4028234663852886e38, logits2[v], 2048 * v_step + 8 * thread + v < sizes.V);
      logsumexp_max_part = max(logsumexp_max_part, logsumexp_max_term);
    }
    let logsumexp_max_new = max(logsumexp_max, logsumexp_max_part);
    let loss_sum_scale = exp(logsumexp_max - logsumexp_max_new);
    var loss_sum_part = 0.0;
    for (var dv = 0; dv < 8; dv++) {
      let loss_sum_term = exp(logits2[dv] - logsumexp_max_new);
      let loss_sum_term2 = select(0.0, loss_sum_term, 2048 * v_step + 8 * thread + dv < sizes.V);
      loss_sum_part += loss_sum_term2;
    }
    loss_sum = loss_sum * loss_sum_scale + loss_sum_part;
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
  let loss_sum_term = loss_sum * exp(logsumexp_max - logsumexp_max_part);
  var loss_sum_part = loss_sum_term;
  partials_0[thread] = loss_sum_part;
  workgroupBarrier();
  loss_sum_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    loss_sum_part += partials_0[leader + other + 1];
  }
  partials_1[thread] = loss_sum_part;
  workgroupBarrier();
  loss_sum_part = partials_1[leader2];
  for (var other = 0; other < 15; other++) {
    loss_sum_part += partials_1[leader2 + 16 * (other + 1)];
  }
  let label2 = label[b];
  let logits2 = load_logits(b * sizes.V + label2);
  let loss2 = logsumexp_max_part + log(loss_sum_part) - logits2;
  if (thread == 0) { loss[b] = loss2; }
}

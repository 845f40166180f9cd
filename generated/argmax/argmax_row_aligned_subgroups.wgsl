// argmax_row_aligned: made by tdsl from argmax.tdsl for wgsl. Change the source, not this file.
// Relies on V % 4 == 0, B % 4 == 0.
enable subgroups;

struct Sizes { B: i32, V: i32 }

@group(0) @binding(0) var<storage, read> logits: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> token: array<i32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_int_2: array<i32, 256>;
var<workgroup> partials_1: array<f32, 256>;
var<workgroup> partials_int_3: array<i32, 256>;

fn load4_logits(i: i32) -> array<f32, 4> {
  let unit0 = logits[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_logits_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_logits(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

@compute @workgroup_size(256)
fn argmax_row_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B <= group) { return; }
  let b = group;

  // argmax.tdsl:8: token[b] = argmax(v) logits[b, v]
  var token_argmax = -3.4028234663852886e38;
  var token_argmax_at = 2147483647;
  for (var v_step = 0; v_step < (sizes.V + 1020) / 1024; v_step++) {
    var token_argmax_part0 = -3.4028234663852886e38;
    var token_argmax_part1 = 2147483647;
    var logits2 = load4_logits_or(b * sizes.V + 1024 * v_step + 4 * thread, 1024 * v_step + 4 * thread < sizes.V, 0.0);
    for (var v = 0; v < 4; v++) {
      let token_argmax_term = select(-3.4028234663852886e38, logits2[v], 1024 * v_step + 4 * thread + v < sizes.V);
      let token_argmax_pos = select(2147483647, 1024 * v_step + 4 * thread + v, 1024 * v_step + 4 * thread + v < sizes.V);
      let token_argmax_part0_new = select(token_argmax_term, token_argmax_part0, token_argmax_term < token_argmax_part0 || (token_argmax_part0 == token_argmax_term && token_argmax_part1 < token_argmax_pos));
      let token_argmax_part1_new = select(token_argmax_pos, token_argmax_part1, token_argmax_term < token_argmax_part0 || (token_argmax_part0 == token_argmax_term && token_argmax_part1 < token_argmax_pos));
      token_argmax_part0 = token_argmax_part0_new;
      token_argmax_part1 = token_argmax_part1_new;
    }
    let token_argmax_next0 = select(token_argmax_part0, token_argmax, token_argmax_part0 < token_argmax || (token_argmax == token_argmax_part0 && token_argmax_at < token_argmax_part1));
    let token_argmax_next1 = select(token_argmax_part1, token_argmax_at, token_argmax_part0 < token_argmax || (token_argmax == token_argmax_part0 && token_argmax_at < token_argmax_part1));
    token_argmax = token_argmax_next0;
    token_argmax_at = token_argmax_next1;
  }
  var token_argmax_all0 = token_argmax;
  var token_argmax_all1 = token_argmax_at;
  for (var step = 0; step < 2; step++) {
    let token_argmax_all0_other = subgroupShuffleXor(token_argmax_all0, u32(1 << u32(step)));
    let token_argmax_all1_other = subgroupShuffleXor(token_argmax_all1, u32(1 << u32(step)));
    let token_argmax_all0_new = select(token_argmax_all0_other, token_argmax_all0, token_argmax_all0_other < token_argmax_all0 || (token_argmax_all0 == token_argmax_all0_other && token_argmax_all1 < token_argmax_all1_other));
    let token_argmax_all1_new = select(token_argmax_all1_other, token_argmax_all1, token_argmax_all0_other < token_argmax_all0 || (token_argmax_all0 == token_argmax_all0_other && token_argmax_all1 < token_argmax_all1_other));
    token_argmax_all0 = token_argmax_all0_new;
    token_argmax_all1 = token_argmax_all1_new;
  }
  partials_0[thread] = token_argmax_all0;
  partials_int_2[thread] = token_argmax_all1;
  workgroupBarrier();
  token_argmax_all0 = partials_0[leader];
  token_argmax_all1 = partials_int_2[leader];
  for (var other = 0; other < 15; other++) {
    let token_argmax_all0_other = partials_0[leader + 4 * (other + 1)];
    let token_argmax_all1_other = partials_int_2[leader + 4 * (other + 1)];
    let token_argmax_all0_new = select(token_argmax_all0_other, token_argmax_all0, token_argmax_all0_other < token_argmax_all0 || (token_argmax_all0 == token_argmax_all0_other && token_argmax_all1 < token_argmax_all1_other));
    let token_argmax_all1_new = select(token_argmax_all1_other, token_argmax_all1, token_argmax_all0_other < token_argmax_all0 || (token_argmax_all0 == token_argmax_all0_other && token_argmax_all1 < token_argmax_all1_other));
    token_argmax_all0 = token_argmax_all0_new;
    token_argmax_all1 = token_argmax_all1_new;
  }
  partials_1[thread] = token_argmax_all0;
  partials_int_3[thread] = token_argmax_all1;
  workgroupBarrier();
  token_argmax_all0 = partials_1[leader2];
  token_argmax_all1 = partials_int_3[leader2];
  for (var other = 0; other < 3; other++) {
    let token_argmax_all0_other = partials_1[leader2 + 64 * (other + 1)];
    let token_argmax_all1_other = partials_int_3[leader2 + 64 * (other + 1)];
    let token_argmax_all0_new = select(token_argmax_all0_other, token_argmax_all0, token_argmax_all0_other < token_argmax_all0 || (token_argmax_all0 == token_argmax_all0_other && token_argmax_all1 < token_argmax_all1_other));
    let token_argmax_all1_new = select(token_argmax_all1_other, token_argmax_all1, token_argmax_all0_other < token_argmax_all0 || (token_argmax_all0 == token_argmax_all0_other && token_argmax_all1 < token_argmax_all1_other));
    token_argmax_all0 = token_argmax_all0_new;
    token_argmax_all1 = token_argmax_all1_new;
  }
  let token2 = select(token_argmax_all1, -1, token_argmax_all1 == 2147483647);
  if (thread == 0) { token[b] = token2; }
}

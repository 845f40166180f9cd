// argmax_allowed_aligned: made by tdsl from argmax.tdsl for wgsl. Change the source, not this file.
// Relies on V % 16 == 0, B % 4 == 0.
enable subgroups;

struct Sizes { B: i32, V: i32 }

@group(0) @binding(0) var<storage, read> logits: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> allowed: array<vec4<u32>>; // bool, 4 a word
@group(0) @binding(2) var<storage, read_write> token: array<i32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_int_2: array<i32, 256>;
var<workgroup> partials_1: array<f32, 256>;
var<workgroup> partials_int_3: array<i32, 256>;

fn load16_allowed(i: i32) -> array<bool, 16> {
  let unit0 = allowed[i >> 4u];
  return array<bool, 16>(extractBits(unit0.x, 0u, 8u) != 0u, extractBits(unit0.x, 8u, 8u) != 0u, extractBits(unit0.x, 16u, 8u) != 0u, extractBits(unit0.x, 24u, 8u) != 0u, extractBits(unit0.y, 0u, 8u) != 0u, extractBits(unit0.y, 8u, 8u) != 0u, extractBits(unit0.y, 16u, 8u) != 0u, extractBits(unit0.y, 24u, 8u) != 0u, extractBits(unit0.z, 0u, 8u) != 0u, extractBits(unit0.z, 8u, 8u) != 0u, extractBits(unit0.z, 16u, 8u) != 0u, extractBits(unit0.z, 24u, 8u) != 0u, extractBits(unit0.w, 0u, 8u) != 0u, extractBits(unit0.w, 8u, 8u) != 0u, extractBits(unit0.w, 16u, 8u) != 0u, extractBits(unit0.w, 24u, 8u) != 0u);
}

fn load16_allowed_or(i: i32, inside: bool, fill: bool) -> array<bool, 16> {
  if (inside) { return load16_allowed(i); }
  return array<bool, 16>(fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load8_logits(i: i32) -> array<f32, 8> {
  let unit0 = logits[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_logits_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_logits(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

@compute @workgroup_size(256)
fn argmax_allowed_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B <= group) { return; }
  let b = group;

  // argmax.tdsl:16: token[b] = argmax(v where allowed[b, v]) logits[b, v]
  var token_argmax = -3.4028234663852886e38;
  var token_argmax_at = 2147483647;
  for (var v_step = 0; v_step < (sizes.V + 4080) / 4096; v_step++) {
    var token_argmax_part0 = -3.4028234663852886e38;
    var token_argmax_part1 = 2147483647;
    var logits2: array<f32, 16>;
    var allowed2 = load16_allowed_or(b * sizes.V + 4096 * v_step + 16 * thread, 4096 * v_step + 16 * thread < sizes.V, false);
    {
      let piece = load8_logits_or(b * sizes.V + 4096 * v_step + 16 * thread, 4096 * v_step + 16 * thread < sizes.V, 0.0);
      logits2[0] = piece[0];
      logits2[1] = piece[1];
      logits2[2] = piece[2];
      logits2[3] = piece[3];
      logits2[4] = piece[4];
      logits2[5] = piece[5];
      logits2[6] = piece[6];
      logits2[7] = piece[7];
    }
    {
      let piece = load8_logits_or(b * sizes.V + 4096 * v_step + 16 * thread + 8, 4096 * v_step + 16 * thread + 9 <= sizes.V, 0.0);
      logits2[8] = piece[0];
      logits2[9] = piece[1];
      logits2[10] = piece[2];
      logits2[11] = piece[3];
      logits2[12] = piece[4];
      logits2[13] = piece[5];
      logits2[14] = piece[6];
      logits2[15] = piece[7];
    }
    for (var v = 0; v < 16; v++) {
      let token_argmax_term = select(-3.4028234663852886e38, logits2[v], 4096 * v_step + 16 * thread + v < sizes.V && allowed2[v]);
      let token_argmax_pos = select(2147483647, 4096 * v_step + 16 * thread + v, 4096 * v_step + 16 * thread + v < sizes.V && allowed2[v]);
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

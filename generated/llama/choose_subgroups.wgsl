// choose_1, choose_2, choose_3: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.
enable subgroups;

// the smaller; some drivers lose signs within nested min
fn whole_min(a: i32, b: i32) -> i32 { return select(a, b, b < a); }

struct Sizes { V: i32, N: i32 }

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read_write> word2: array<i32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_int_2: array<i32, 256>;
var<workgroup> partials_1: array<f32, 256>;
var<workgroup> partials_int_3: array<i32, 256>;

@compute @workgroup_size(256)
fn choose_1(@builtin(local_invocation_index) local_index: u32) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;

  // llama.tdsl:151: word[i] = clamp(argmax(v) logits[i, v], 0, V - 1)
  var word_argmax = -3.4028234663852886e38;
  var word_argmax_at = 2147483647;
  for (var v_step = 0; v_step < (sizes.V + 1023) / 1024; v_step++) {
    var word_argmax_part0 = -3.4028234663852886e38;
    var word_argmax_part1 = 2147483647;
    for (var dv = 0; dv < 4; dv++) {
      var logits2 = 0.0;
      if (1024 * v_step + 4 * thread + dv < sizes.V) { logits2 = logits[1024 * v_step + 4 * thread + dv]; }
      let word_argmax_term = select(-3.4028234663852886e38, logits2, 1024 * v_step + 4 * thread + dv < sizes.V);
      let word_argmax_pos = select(2147483647, 1024 * v_step + 4 * thread + dv, 1024 * v_step + 4 * thread + dv < sizes.V);
      let word_argmax_part0_new = select(word_argmax_term, word_argmax_part0, word_argmax_term < word_argmax_part0 || (word_argmax_part0 == word_argmax_term && word_argmax_part1 < word_argmax_pos));
      let word_argmax_part1_new = select(word_argmax_pos, word_argmax_part1, word_argmax_term < word_argmax_part0 || (word_argmax_part0 == word_argmax_term && word_argmax_part1 < word_argmax_pos));
      word_argmax_part0 = word_argmax_part0_new;
      word_argmax_part1 = word_argmax_part1_new;
    }
    let word_argmax_next0 = select(word_argmax_part0, word_argmax, word_argmax_part0 < word_argmax || (word_argmax == word_argmax_part0 && word_argmax_at < word_argmax_part1));
    let word_argmax_next1 = select(word_argmax_part1, word_argmax_at, word_argmax_part0 < word_argmax || (word_argmax == word_argmax_part0 && word_argmax_at < word_argmax_part1));
    word_argmax = word_argmax_next0;
    word_argmax_at = word_argmax_next1;
  }
  var word_argmax_all0 = word_argmax;
  var word_argmax_all1 = word_argmax_at;
  for (var step = 0; step < 2; step++) {
    let word_argmax_all0_other = subgroupShuffleXor(word_argmax_all0, u32(1 << u32(step)));
    let word_argmax_all1_other = subgroupShuffleXor(word_argmax_all1, u32(1 << u32(step)));
    let word_argmax_all0_new = select(word_argmax_all0_other, word_argmax_all0, word_argmax_all0_other < word_argmax_all0 || (word_argmax_all0 == word_argmax_all0_other && word_argmax_all1 < word_argmax_all1_other));
    let word_argmax_all1_new = select(word_argmax_all1_other, word_argmax_all1, word_argmax_all0_other < word_argmax_all0 || (word_argmax_all0 == word_argmax_all0_other && word_argmax_all1 < word_argmax_all1_other));
    word_argmax_all0 = word_argmax_all0_new;
    word_argmax_all1 = word_argmax_all1_new;
  }
  partials_0[thread] = word_argmax_all0;
  partials_int_2[thread] = word_argmax_all1;
  workgroupBarrier();
  word_argmax_all0 = partials_0[leader];
  word_argmax_all1 = partials_int_2[leader];
  for (var other = 0; other < 15; other++) {
    let word_argmax_all0_other = partials_0[leader + 4 * (other + 1)];
    let word_argmax_all1_other = partials_int_2[leader + 4 * (other + 1)];
    let word_argmax_all0_new = select(word_argmax_all0_other, word_argmax_all0, word_argmax_all0_other < word_argmax_all0 || (word_argmax_all0 == word_argmax_all0_other && word_argmax_all1 < word_argmax_all1_other));
    let word_argmax_all1_new = select(word_argmax_all1_other, word_argmax_all1, word_argmax_all0_other < word_argmax_all0 || (word_argmax_all0 == word_argmax_all0_other && word_argmax_all1 < word_argmax_all1_other));
    word_argmax_all0 = word_argmax_all0_new;
    word_argmax_all1 = word_argmax_all1_new;
  }
  partials_1[thread] = word_argmax_all0;
  partials_int_3[thread] = word_argmax_all1;
  workgroupBarrier();
  word_argmax_all0 = partials_1[leader2];
  word_argmax_all1 = partials_int_3[leader2];
  for (var other = 0; other < 3; other++) {
    let word_argmax_all0_other = partials_1[leader2 + 64 * (other + 1)];
    let word_argmax_all1_other = partials_int_3[leader2 + 64 * (other + 1)];
    let word_argmax_all0_new = select(word_argmax_all0_other, word_argmax_all0, word_argmax_all0_other < word_argmax_all0 || (word_argmax_all0 == word_argmax_all0_other && word_argmax_all1 < word_argmax_all1_other));
    let word_argmax_all1_new = select(word_argmax_all1_other, word_argmax_all1, word_argmax_all0_other < word_argmax_all0 || (word_argmax_all0 == word_argmax_all0_other && word_argmax_all1 < word_argmax_all1_other));
    word_argmax_all0 = word_argmax_all0_new;
    word_argmax_all1 = word_argmax_all1_new;
  }
  let word3 = whole_min(max(select(word_argmax_all1, -1, word_argmax_all1 == 2147483647), 0), sizes.V - 1);
  if (thread == 0) { word2[0] = word3; }
}

struct Sizes_2 { V: i32, N: i32 }

@group(0) @binding(0) var<storage, read_write> position: array<i32>;
@group(0) @binding(1) var<uniform> sizes_2: Sizes_2;

@compute @workgroup_size(32)
fn choose_2(@builtin(local_invocation_index) local_index: u32) {
  let thread = i32(local_index);

  // llama.tdsl:152: position[i] = min(position[i] + 1, N - 1)
  let position3 = position[0];
  let position2 = whole_min(position3 + 1, sizes_2.N - 1);
  if (thread == 0) { position[0] = position2; }
}

struct Sizes_3 { V: i32, N: i32 }

@group(0) @binding(0) var<storage, read> word3: array<i32>;
@group(0) @binding(1) var<storage, read> position2: array<i32>;
@group(0) @binding(2) var<storage, read_write> words: array<i32>;
@group(0) @binding(3) var<uniform> sizes_3: Sizes_3;

@compute @workgroup_size(32)
fn choose_3(@builtin(local_invocation_index) local_index: u32) {
  let thread = i32(local_index);

  // llama.tdsl:153: words[position[i]] = word[i]
  let word4 = word3[0];
  let position3 = position2[0];
  if (thread == 0) { words[position3] = word4; }
}

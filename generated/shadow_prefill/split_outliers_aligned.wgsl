// split_outliers_aligned_1, split_outliers_aligned_2, split_outliers_aligned_3, split_outliers_aligned_4, split_outliers_aligned_5, split_outliers_aligned_6, split_outliers_aligned_7, split_outliers_aligned_8, split_outliers_aligned_9, split_outliers_aligned_10, split_outliers_aligned_11, split_outliers_aligned_12, split_outliers_aligned_13: made by tdsl from shadow_prefill.tdsl for wgsl. Change the source, not this file.
// Relies on C % 4 == 0, O % 4 == 0.

// the larger; some drivers lose signs within nested max
fn whole_max(a: i32, b: i32) -> i32 { return select(a, b, b > a); }

struct Sizes { O: i32, B: i32, H: i32, C: i32 }

@group(0) @binding(0) var<storage, read> similarity: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> out_topk_of_mem: array<vec4<f32>>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

fn load4_similarity(i: i32) -> array<f32, 4> {
  let unit0 = similarity[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_similarity_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_similarity(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn store4_out_topk_of_mem(i: i32, values: array<f32, 4>) {
  out_topk_of_mem[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn split_outliers_aligned_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.B * sizes.H * (sizes.C / 4) + 255) / 256 <= group) { return; }
  let bhc = group;
  let b = (thread + 256 * bhc) / (sizes.H * (sizes.C / 4));
  let h = (thread + 256 * bhc) / (sizes.C / 4) % sizes.H;
  let c = (thread + 256 * bhc) % (sizes.C / 4);

  // shadow_prefill.tdsl:23: let out[b, h, o] = topk(c -> o: O) -similarity[b, h, c]
  var out_topk_of_mem2: array<f32, 4>;
  var similarity2 = load4_similarity_or((b * sizes.H + h) * sizes.C + 4 * c, b < sizes.B, 0.0);
  for (var v = 0; v < 4; v++) {
    out_topk_of_mem2[v] = -similarity2[v];
  }
  if (b < sizes.B) { store4_out_topk_of_mem((b * sizes.H + h) * sizes.C + 4 * c, out_topk_of_mem2); }
}

struct Sizes_2 { O: i32, B: i32, H: i32, C: i32 }

@group(0) @binding(0) var<storage, read> out_topk_of_mem2: array<f32>;
@group(0) @binding(1) var<storage, read_write> out_topk_rank_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes_2: Sizes_2;
var<workgroup> partials_int_0: array<i32, 256>;
var<workgroup> partials_int_1: array<i32, 256>;

@compute @workgroup_size(256)
fn split_outliers_aligned_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_2.B * sizes_2.C * sizes_2.H <= group) { return; }
  let c = group % sizes_2.C;
  let outer = group / sizes_2.C;
  let h = outer % sizes_2.H;
  let b = outer / sizes_2.H;

  // shadow_prefill.tdsl:23: let out[b, h, o] = topk(c -> o: O) -similarity[b, h, c]
  var out_topk_rank = 0;
  let out_topk_of_mem3 = out_topk_of_mem2[(b * sizes_2.H + h) * sizes_2.C + c];
  var out_topk_rank_part = 0;
  for (var dc = 0; dc < 4; dc++) {
    let out_topk_of_mem4 = out_topk_of_mem2[(b * sizes_2.H + h) * sizes_2.C + max(0, min(1024 * (c >> 10u) + 4 * thread + dc, sizes_2.C - 1))];
    let out_topk_rank_term = select(0, 1, 1024 * (c >> 10u) + 4 * thread + dc < sizes_2.C && (out_topk_of_mem3 < out_topk_of_mem4 || (out_topk_of_mem4 == out_topk_of_mem3 && 1024 * (c >> 10u) + 4 * thread + dc < c)));
    out_topk_rank_part += out_topk_rank_term;
  }
  out_topk_rank += out_topk_rank_part;
  var out_topk_rank_part2 = out_topk_rank;
  partials_int_0[thread] = out_topk_rank_part2;
  workgroupBarrier();
  out_topk_rank_part2 = partials_int_0[leader];
  for (var other = 0; other < 15; other++) {
    out_topk_rank_part2 += partials_int_0[leader + other + 1];
  }
  partials_int_1[thread] = out_topk_rank_part2;
  workgroupBarrier();
  out_topk_rank_part2 = partials_int_1[leader2];
  for (var other = 0; other < 15; other++) {
    out_topk_rank_part2 += partials_int_1[leader2 + 16 * (other + 1)];
  }
  if (thread == 0) { out_topk_rank_mem[(b * sizes_2.H + h) * sizes_2.C + c] = out_topk_rank_part2; }
}

struct Sizes_3 { O: i32, B: i32, H: i32, C: i32 }

@group(0) @binding(0) var<storage, read> out_topk_rank_mem2: array<i32>;
@group(0) @binding(1) var<storage, read_write> out_topk_best_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes_3: Sizes_3;
var<workgroup> partials_int_0_2: array<i32, 256>;
var<workgroup> partials_int_1_2: array<i32, 256>;

@compute @workgroup_size(256)
fn split_outliers_aligned_3(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_3.B * sizes_3.H * ((sizes_3.C + 1020) / 1024) * min(sizes_3.O, 1024) <= group) { return; }
  let rank_count = min(sizes_3.O, 1024);
  let rank = group % rank_count;
  let outer = group / rank_count;
  let piece_count = (sizes_3.C + 1020) / 1024;
  let piece2 = outer % piece_count;
  let outer2 = outer / piece_count;
  let h = outer2 % sizes_3.H;
  let b = outer2 / sizes_3.H;

  // shadow_prefill.tdsl:23: let out[b, h, o] = topk(c -> o: O) -similarity[b, h, c]
  var out_topk_best_max = -2147483648;
  var out_topk_best_max_part = -2147483648;
  for (var dc = 0; dc < 4; dc++) {
    let out_topk_rank_mem3 = out_topk_rank_mem2[(b * sizes_3.H + h) * sizes_3.C + max(0, min(1024 * piece2 + 4 * thread + dc, sizes_3.C - 1))];
    let out_topk_best_max_term = 1024 * piece2 + 4 * thread + dc;
    let out_topk_best_max_term2 = select(-2147483648, out_topk_best_max_term, 1024 * piece2 + 4 * thread + dc < sizes_3.C && out_topk_rank_mem3 == rank);
    out_topk_best_max_part = whole_max(out_topk_best_max_part, out_topk_best_max_term2);
  }
  out_topk_best_max = whole_max(out_topk_best_max, out_topk_best_max_part);
  var out_topk_best_max_part2 = out_topk_best_max;
  partials_int_0_2[thread] = out_topk_best_max_part2;
  workgroupBarrier();
  out_topk_best_max_part2 = partials_int_0_2[leader];
  for (var other = 0; other < 15; other++) {
    out_topk_best_max_part2 = whole_max(out_topk_best_max_part2, partials_int_0_2[leader + other + 1]);
  }
  partials_int_1_2[thread] = out_topk_best_max_part2;
  workgroupBarrier();
  out_topk_best_max_part2 = partials_int_1_2[leader2];
  for (var other = 0; other < 15; other++) {
    out_topk_best_max_part2 = whole_max(out_topk_best_max_part2, partials_int_1_2[leader2 + 16 * (other + 1)]);
  }
  let out_topk_best_mem2 = max(out_topk_best_max_part2, -1);
  if (thread == 0) {
    out_topk_best_mem[((b * sizes_3.H + h) * ((sizes_3.C + 1023) / 1024) + piece2) * min(sizes_3.O, 1024) + rank] = out_topk_best_mem2;
  }
}

struct Sizes_4 { O: i32, B: i32, H: i32, C: i32 }

@group(0) @binding(0) var<storage, read> out_topk_best_mem2: array<i32>;
@group(0) @binding(1) var<storage, read> out_topk_of_mem3: array<f32>;
@group(0) @binding(2) var<storage, read_write> out_topk_best_of_mem: array<f32>;
@group(0) @binding(3) var<uniform> sizes_4: Sizes_4;

@compute @workgroup_size(256)
fn split_outliers_aligned_4(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_4.B * sizes_4.H * ((sizes_4.C + 1020) / 1024) * min(sizes_4.O, 1024) + 255) / 256 <= group) { return; }
  let bhpiecerank = group;
  let b = (thread + 256 * bhpiecerank) / (sizes_4.H * ((sizes_4.C + 1020) / 1024) * min(sizes_4.O, 1024));
  let h = (thread + 256 * bhpiecerank) / ((sizes_4.C + 1020) / 1024 * min(sizes_4.O, 1024)) % sizes_4.H;
  let piece2 = (thread + 256 * bhpiecerank) / min(sizes_4.O, 1024) % ((sizes_4.C + 1020) / 1024);
  let rank = (thread + 256 * bhpiecerank) % min(sizes_4.O, 1024);

  // shadow_prefill.tdsl:23: let out[b, h, o] = topk(c -> o: O) -similarity[b, h, c]
  var out_topk_best_mem3 = 0;
  if (b < sizes_4.B) { out_topk_best_mem3 = out_topk_best_mem2[((b * sizes_4.H + h) * ((sizes_4.C + 1023) / 1024) + piece2) * min(sizes_4.O, 1024) + rank]; }
  let out_topk_of_mem4 = out_topk_of_mem3[(max(0, min(b, sizes_4.B - 1)) * sizes_4.H + h) * sizes_4.C + max(0, min(out_topk_best_mem3, sizes_4.C - 1))];
  if (b < sizes_4.B) {
    out_topk_best_of_mem[((b * sizes_4.H + h) * ((sizes_4.C + 1023) / 1024) + piece2) * min(sizes_4.O, 1024) + rank] = out_topk_of_mem4;
  }
}

struct Sizes_5 { O: i32, B: i32, H: i32, C: i32 }

@group(0) @binding(0) var<storage, read> out_topk_best_mem3: array<i32>;
@group(0) @binding(1) var<storage, read> out_topk_best_of_mem2: array<f32>;
@group(0) @binding(2) var<storage, read_write> out_topk_place_mem: array<i32>;
@group(0) @binding(3) var<uniform> sizes_5: Sizes_5;
var<workgroup> partials_int_0_3: array<i32, 256>;
var<workgroup> partials_int_1_3: array<i32, 256>;

@compute @workgroup_size(256)
fn split_outliers_aligned_5(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_5.B * sizes_5.H * ((sizes_5.C + 1020) / 1024) * min(sizes_5.O, 1024) <= group) { return; }
  let rank_count = min(sizes_5.O, 1024);
  let rank = group % rank_count;
  let outer = group / rank_count;
  let piece_count = (sizes_5.C + 1020) / 1024;
  let piece2 = outer % piece_count;
  let outer2 = outer / piece_count;
  let h = outer2 % sizes_5.H;
  let b = outer2 / sizes_5.H;

  // shadow_prefill.tdsl:23: let out[b, h, o] = topk(c -> o: O) -similarity[b, h, c]
  var out_topk_place_sum = 0;
  for (var out_piece_5_step = 0; out_piece_5_step < (sizes_5.C + 1020) / 1024; out_piece_5_step++) {
    for (var out_rank_5_step = 0; out_rank_5_step < (min(sizes_5.O, 1024) + 1023) / 1024; out_rank_5_step++) {
      var out_topk_best_mem4: array<i32, 4>;
      for (var drank = 0; drank < 4; drank++) {
        out_topk_best_mem4[drank] = 0;
        if (1024 * out_rank_5_step + 4 * thread + drank < min(sizes_5.O, 1024)) { out_topk_best_mem4[drank] = out_topk_best_mem3[((b * sizes_5.H + h) * ((sizes_5.C + 1023) / 1024) + out_piece_5_step) * min(sizes_5.O, 1024) + 1024 * out_rank_5_step + 4 * thread + drank]; }
      }
      let out_topk_best_of_mem3 = out_topk_best_of_mem2[((b * sizes_5.H + h) * ((sizes_5.C + 1023) / 1024) + piece2) * min(sizes_5.O, 1024) + rank];
      var out_topk_best_of_mem4: array<f32, 4>;
      for (var drank = 0; drank < 4; drank++) {
        out_topk_best_of_mem4[drank] = 0.0;
        if (1024 * out_rank_5_step + 4 * thread + drank < min(sizes_5.O, 1024)) { out_topk_best_of_mem4[drank] = out_topk_best_of_mem2[((b * sizes_5.H + h) * ((sizes_5.C + 1023) / 1024) + out_piece_5_step) * min(sizes_5.O, 1024) + 1024 * out_rank_5_step + 4 * thread + drank]; }
      }
      let out_topk_best_mem5 = out_topk_best_mem3[((b * sizes_5.H + h) * ((sizes_5.C + 1023) / 1024) + piece2) * min(sizes_5.O, 1024) + rank];
      var out_topk_place_sum_part = 0;
      for (var drank = 0; drank < 4; drank++) {
        let out_topk_place_sum_term = select(0, 1, 1024 * out_rank_5_step + 4 * thread + drank < min(sizes_5.O, 1024) && out_topk_best_mem4[drank] >= 0 && (out_topk_best_of_mem3 < out_topk_best_of_mem4[drank] || (out_topk_best_of_mem4[drank] == out_topk_best_of_mem3 && out_topk_best_mem4[drank] < out_topk_best_mem5)));
        out_topk_place_sum_part += out_topk_place_sum_term;
      }
      out_topk_place_sum += out_topk_place_sum_part;
    }
  }
  var out_topk_place_sum_part = out_topk_place_sum;
  partials_int_0_3[thread] = out_topk_place_sum_part;
  workgroupBarrier();
  out_topk_place_sum_part = partials_int_0_3[leader];
  for (var other = 0; other < 15; other++) {
    out_topk_place_sum_part += partials_int_0_3[leader + other + 1];
  }
  partials_int_1_3[thread] = out_topk_place_sum_part;
  workgroupBarrier();
  out_topk_place_sum_part = partials_int_1_3[leader2];
  for (var other = 0; other < 15; other++) {
    out_topk_place_sum_part += partials_int_1_3[leader2 + 16 * (other + 1)];
  }
  let out_topk_best_mem4 = out_topk_best_mem3[((b * sizes_5.H + h) * ((sizes_5.C + 1023) / 1024) + piece2) * min(sizes_5.O, 1024) + rank];
  let out_topk_place_mem2 = select(2147483647, out_topk_place_sum_part, out_topk_best_mem4 >= 0);
  if (thread == 0) {
    out_topk_place_mem[((b * sizes_5.H + h) * ((sizes_5.C + 1023) / 1024) + piece2) * min(sizes_5.O, 1024) + rank] = out_topk_place_mem2;
  }
}

struct Sizes_6 { O: i32, B: i32, H: i32, C: i32 }

@group(0) @binding(0) var<storage, read> out_topk_place_mem2: array<i32>;
@group(0) @binding(1) var<storage, read> out_topk_best_mem4: array<i32>;
@group(0) @binding(2) var<storage, read_write> out_mem: array<i32>;
@group(0) @binding(3) var<uniform> sizes_6: Sizes_6;
var<workgroup> partials_int_0_4: array<i32, 256>;
var<workgroup> partials_int_1_4: array<i32, 256>;

@compute @workgroup_size(256)
fn split_outliers_aligned_6(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_6.B * sizes_6.H * sizes_6.O <= group) { return; }
  let o = group % sizes_6.O;
  let outer = group / sizes_6.O;
  let h = outer % sizes_6.H;
  let b = outer / sizes_6.H;

  // shadow_prefill.tdsl:23: let out[b, h, o] = topk(c -> o: O) -similarity[b, h, c]
  var out_max = -2147483648;
  for (var out_piece_6_step = 0; out_piece_6_step < (sizes_6.C + 1020) / 1024; out_piece_6_step++) {
    for (var out_rank_6_step = 0; out_rank_6_step < (min(sizes_6.O, 1024) + 1023) / 1024; out_rank_6_step++) {
      var out_max_part = -2147483648;
      for (var drank = 0; drank < 4; drank++) {
        var out_topk_place_mem3 = 0;
        if (1024 * out_rank_6_step + 4 * thread + drank < min(sizes_6.O, 1024)) { out_topk_place_mem3 = out_topk_place_mem2[((b * sizes_6.H + h) * ((sizes_6.C + 1023) / 1024) + out_piece_6_step) * min(sizes_6.O, 1024) + 1024 * out_rank_6_step + 4 * thread + drank]; }
        var out_topk_best_mem5 = 0;
        if (1024 * out_rank_6_step + 4 * thread + drank < min(sizes_6.O, 1024)) { out_topk_best_mem5 = out_topk_best_mem4[((b * sizes_6.H + h) * ((sizes_6.C + 1023) / 1024) + out_piece_6_step) * min(sizes_6.O, 1024) + 1024 * out_rank_6_step + 4 * thread + drank]; }
        let out_max_term = select(-2147483648, out_topk_best_mem5, 1024 * out_rank_6_step + 4 * thread + drank < min(sizes_6.O, 1024) && out_topk_place_mem3 == o);
        out_max_part = whole_max(out_max_part, out_max_term);
      }
      out_max = whole_max(out_max, out_max_part);
    }
  }
  var out_max_part = out_max;
  partials_int_0_4[thread] = out_max_part;
  workgroupBarrier();
  out_max_part = partials_int_0_4[leader];
  for (var other = 0; other < 15; other++) {
    out_max_part = whole_max(out_max_part, partials_int_0_4[leader + other + 1]);
  }
  partials_int_1_4[thread] = out_max_part;
  workgroupBarrier();
  out_max_part = partials_int_1_4[leader2];
  for (var other = 0; other < 15; other++) {
    out_max_part = whole_max(out_max_part, partials_int_1_4[leader2 + 16 * (other + 1)]);
  }
  let out_mem2 = max(out_max_part, -1);
  if (thread == 0) { out_mem[(b * sizes_6.H + h) * sizes_6.O + o] = out_mem2; }
}

struct Sizes_7 { O: i32, B: i32, H: i32, C: i32 }

@group(0) @binding(0) var<storage, read> out_mem2: array<vec4<i32>>;
@group(0) @binding(1) var<storage, read_write> outlier: array<vec4<i32>>;
@group(0) @binding(2) var<uniform> sizes_7: Sizes_7;

fn load4_out_mem2(i: i32) -> array<i32, 4> {
  let unit0 = out_mem2[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_out_mem2_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_out_mem2(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

fn store4_outlier(i: i32, values: array<i32, 4>) {
  outlier[i >> 2u] = vec4<i32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn split_outliers_aligned_7(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_7.B * sizes_7.H * (sizes_7.O / 4) + 255) / 256 <= group) { return; }
  let bho = group;
  let b = (thread + 256 * bho) / (sizes_7.H * (sizes_7.O / 4));
  let h = (thread + 256 * bho) / (sizes_7.O / 4) % sizes_7.H;
  let o = (thread + 256 * bho) % (sizes_7.O / 4);

  // shadow_prefill.tdsl:24: outlier[b, h, o] = out[b, h, o]
  var out_mem3 = load4_out_mem2_or((b * sizes_7.H + h) * sizes_7.O + 4 * o, b < sizes_7.B, 0);
  if (b < sizes_7.B) { store4_outlier((b * sizes_7.H + h) * sizes_7.O + 4 * o, out_mem3); }
}

struct Sizes_8 { O: i32, B: i32, H: i32, C: i32 }

@group(0) @binding(0) var<storage, read> out_mem3: array<vec4<i32>>;
@group(0) @binding(1) var<storage, read_write> kept_topk_of_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes_8: Sizes_8;
var<workgroup> partials_int_0_5: array<i32, 256>;
var<workgroup> partials_int_1_5: array<i32, 256>;

fn load4_out_mem3(i: i32) -> array<i32, 4> {
  let unit0 = out_mem3[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_out_mem3_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_out_mem3(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

@compute @workgroup_size(256)
fn split_outliers_aligned_8(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_8.B * sizes_8.C * sizes_8.H <= group) { return; }
  let c = group % sizes_8.C;
  let outer = group / sizes_8.C;
  let h = outer % sizes_8.H;
  let b = outer / sizes_8.H;

  // shadow_prefill.tdsl:26: kept[b, h, n] = topk(c: C -> n: C - O) -(if any(o: O) out[b, h, o] == c then C + c else c)
  var kept_topk_of_any = false;
  for (var o_3_step = 0; o_3_step < (sizes_8.O + 1020) / 1024; o_3_step++) {
    var kept_topk_of_any_part = false;
    var out_mem4 = load4_out_mem3_or((b * sizes_8.H + h) * sizes_8.O + 1024 * o_3_step + 4 * thread, 1024 * o_3_step + 4 * thread < sizes_8.O, 0);
    for (var v = 0; v < 4; v++) {
      let kept_topk_of_any_term = out_mem4[v] == c;
      let kept_topk_of_any_term2 = select(false, kept_topk_of_any_term, 1024 * o_3_step + 4 * thread + v < sizes_8.O);
      kept_topk_of_any_part = kept_topk_of_any_part || kept_topk_of_any_term2;
    }
    kept_topk_of_any = kept_topk_of_any || kept_topk_of_any_part;
  }
  var kept_topk_of_any_part = kept_topk_of_any;
  partials_int_0_5[thread] = i32(kept_topk_of_any_part);
  workgroupBarrier();
  kept_topk_of_any_part = partials_int_0_5[leader] != 0;
  for (var other = 0; other < 15; other++) {
    kept_topk_of_any_part = kept_topk_of_any_part || partials_int_0_5[leader + other + 1] != 0;
  }
  partials_int_1_5[thread] = i32(kept_topk_of_any_part);
  workgroupBarrier();
  kept_topk_of_any_part = partials_int_1_5[leader2] != 0;
  for (var other = 0; other < 15; other++) {
    kept_topk_of_any_part = kept_topk_of_any_part || partials_int_1_5[leader2 + 16 * (other + 1)] != 0;
  }
  let kept_topk_of_mem2 = -select(c, c + sizes_8.C, kept_topk_of_any_part);
  if (thread == 0) { kept_topk_of_mem[(b * sizes_8.H + h) * sizes_8.C + c] = kept_topk_of_mem2; }
}

struct Sizes_9 { O: i32, B: i32, H: i32, C: i32 }

@group(0) @binding(0) var<storage, read> kept_topk_of_mem2: array<i32>;
@group(0) @binding(1) var<storage, read_write> kept_topk_rank_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes_9: Sizes_9;
var<workgroup> partials_int_0_6: array<i32, 256>;
var<workgroup> partials_int_1_6: array<i32, 256>;

@compute @workgroup_size(256)
fn split_outliers_aligned_9(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_9.B * sizes_9.C * sizes_9.H <= group) { return; }
  let c = group % sizes_9.C;
  let outer = group / sizes_9.C;
  let h = outer % sizes_9.H;
  let b = outer / sizes_9.H;

  // shadow_prefill.tdsl:26: kept[b, h, n] = topk(c: C -> n: C - O) -(if any(o: O) out[b, h, o] == c then C + c else c)
  var kept_topk_rank = 0;
  let kept_topk_of_mem3 = kept_topk_of_mem2[(b * sizes_9.H + h) * sizes_9.C + c];
  var kept_topk_rank_part = 0;
  for (var dc = 0; dc < 4; dc++) {
    let kept_topk_of_mem4 = kept_topk_of_mem2[(b * sizes_9.H + h) * sizes_9.C + max(0, min(1024 * (c >> 10u) + 4 * thread + dc, sizes_9.C - 1))];
    let kept_topk_rank_term = select(0, 1, 1024 * (c >> 10u) + 4 * thread + dc < sizes_9.C && (kept_topk_of_mem3 < kept_topk_of_mem4 || (kept_topk_of_mem4 == kept_topk_of_mem3 && 1024 * (c >> 10u) + 4 * thread + dc < c)));
    kept_topk_rank_part += kept_topk_rank_term;
  }
  kept_topk_rank += kept_topk_rank_part;
  var kept_topk_rank_part2 = kept_topk_rank;
  partials_int_0_6[thread] = kept_topk_rank_part2;
  workgroupBarrier();
  kept_topk_rank_part2 = partials_int_0_6[leader];
  for (var other = 0; other < 15; other++) {
    kept_topk_rank_part2 += partials_int_0_6[leader + other + 1];
  }
  partials_int_1_6[thread] = kept_topk_rank_part2;
  workgroupBarrier();
  kept_topk_rank_part2 = partials_int_1_6[leader2];
  for (var other = 0; other < 15; other++) {
    kept_topk_rank_part2 += partials_int_1_6[leader2 + 16 * (other + 1)];
  }
  if (thread == 0) { kept_topk_rank_mem[(b * sizes_9.H + h) * sizes_9.C + c] = kept_topk_rank_part2; }
}

struct Sizes_10 { O: i32, B: i32, H: i32, C: i32 }

@group(0) @binding(0) var<storage, read> kept_topk_rank_mem2: array<i32>;
@group(0) @binding(1) var<storage, read_write> kept_topk_best_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes_10: Sizes_10;
var<workgroup> partials_int_0_7: array<i32, 256>;
var<workgroup> partials_int_1_7: array<i32, 256>;

@compute @workgroup_size(256)
fn split_outliers_aligned_10(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_10.B * sizes_10.H * ((sizes_10.C + 1020) / 1024) * min(sizes_10.C - sizes_10.O, 1024) <= group) { return; }
  let rank_count = min(sizes_10.C - sizes_10.O, 1024);
  let rank = group % rank_count;
  let outer = group / rank_count;
  let piece_count = (sizes_10.C + 1020) / 1024;
  let piece2 = outer % piece_count;
  let outer2 = outer / piece_count;
  let h = outer2 % sizes_10.H;
  let b = outer2 / sizes_10.H;

  // shadow_prefill.tdsl:26: kept[b, h, n] = topk(c: C -> n: C - O) -(if any(o: O) out[b, h, o] == c then C + c else c)
  var kept_topk_best_max = -2147483648;
  var kept_topk_best_max_part = -2147483648;
  for (var dc = 0; dc < 4; dc++) {
    let kept_topk_rank_mem3 = kept_topk_rank_mem2[(b * sizes_10.H + h) * sizes_10.C + max(0, min(1024 * piece2 + 4 * thread + dc, sizes_10.C - 1))];
    let kept_topk_best_max_term = 1024 * piece2 + 4 * thread + dc;
    let kept_topk_best_max_term2 = select(-2147483648, kept_topk_best_max_term, 1024 * piece2 + 4 * thread + dc < sizes_10.C && kept_topk_rank_mem3 == rank);
    kept_topk_best_max_part = whole_max(kept_topk_best_max_part, kept_topk_best_max_term2);
  }
  kept_topk_best_max = whole_max(kept_topk_best_max, kept_topk_best_max_part);
  var kept_topk_best_max_part2 = kept_topk_best_max;
  partials_int_0_7[thread] = kept_topk_best_max_part2;
  workgroupBarrier();
  kept_topk_best_max_part2 = partials_int_0_7[leader];
  for (var other = 0; other < 15; other++) {
    kept_topk_best_max_part2 = whole_max(kept_topk_best_max_part2, partials_int_0_7[leader + other + 1]);
  }
  partials_int_1_7[thread] = kept_topk_best_max_part2;
  workgroupBarrier();
  kept_topk_best_max_part2 = partials_int_1_7[leader2];
  for (var other = 0; other < 15; other++) {
    kept_topk_best_max_part2 = whole_max(kept_topk_best_max_part2, partials_int_1_7[leader2 + 16 * (other + 1)]);
  }
  let kept_topk_best_mem2 = max(kept_topk_best_max_part2, -1);
  if (thread == 0) {
    kept_topk_best_mem[((b * sizes_10.H + h) * ((sizes_10.C + 1023) / 1024) + piece2) * min(sizes_10.C - sizes_10.O, 1024) + rank] = kept_topk_best_mem2;
  }
}

struct Sizes_11 { O: i32, B: i32, H: i32, C: i32 }

@group(0) @binding(0) var<storage, read> kept_topk_best_mem2: array<i32>;
@group(0) @binding(1) var<storage, read> kept_topk_of_mem3: array<i32>;
@group(0) @binding(2) var<storage, read_write> kept_topk_best_of_mem: array<i32>;
@group(0) @binding(3) var<uniform> sizes_11: Sizes_11;

@compute @workgroup_size(256)
fn split_outliers_aligned_11(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (((sizes_11.B * sizes_11.H * ((sizes_11.C + 1020) / 1024) * min(sizes_11.C - sizes_11.O, 1024) + 255) >> 8u) <= group) { return; }
  let bhpiecerank = group;
  let b = (thread + 256 * bhpiecerank) / (sizes_11.H * ((sizes_11.C + 1020) / 1024) * min(sizes_11.C - sizes_11.O, 1024));
  let h = (thread + 256 * bhpiecerank) / ((sizes_11.C + 1020) / 1024 * min(sizes_11.C - sizes_11.O, 1024)) % sizes_11.H;
  let piece2 = (thread + 256 * bhpiecerank) / min(sizes_11.C - sizes_11.O, 1024) % ((sizes_11.C + 1020) / 1024);
  let rank = (thread + 256 * bhpiecerank) % min(sizes_11.C - sizes_11.O, 1024);

  // shadow_prefill.tdsl:26: kept[b, h, n] = topk(c: C -> n: C - O) -(if any(o: O) out[b, h, o] == c then C + c else c)
  var kept_topk_best_mem3 = 0;
  if (b < sizes_11.B) { kept_topk_best_mem3 = kept_topk_best_mem2[((b * sizes_11.H + h) * ((sizes_11.C + 1023) / 1024) + piece2) * min(sizes_11.C - sizes_11.O, 1024) + rank]; }
  let kept_topk_of_mem4 = kept_topk_of_mem3[(max(0, min(b, sizes_11.B - 1)) * sizes_11.H + h) * sizes_11.C + max(0, min(kept_topk_best_mem3, sizes_11.C - 1))];
  if (b < sizes_11.B) {
    kept_topk_best_of_mem[((b * sizes_11.H + h) * ((sizes_11.C + 1023) / 1024) + piece2) * min(sizes_11.C - sizes_11.O, 1024) + rank] = kept_topk_of_mem4;
  }
}

struct Sizes_12 { O: i32, B: i32, H: i32, C: i32 }

@group(0) @binding(0) var<storage, read> kept_topk_best_mem3: array<i32>;
@group(0) @binding(1) var<storage, read> kept_topk_best_of_mem2: array<i32>;
@group(0) @binding(2) var<storage, read_write> kept_topk_place_mem: array<i32>;
@group(0) @binding(3) var<uniform> sizes_12: Sizes_12;
var<workgroup> partials_int_0_8: array<i32, 256>;
var<workgroup> partials_int_1_8: array<i32, 256>;

@compute @workgroup_size(256)
fn split_outliers_aligned_12(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_12.B * sizes_12.H * ((sizes_12.C + 1020) / 1024) * min(sizes_12.C - sizes_12.O, 1024) <= group) { return; }
  let rank_count = min(sizes_12.C - sizes_12.O, 1024);
  let rank = group % rank_count;
  let outer = group / rank_count;
  let piece_count = (sizes_12.C + 1020) / 1024;
  let piece2 = outer % piece_count;
  let outer2 = outer / piece_count;
  let h = outer2 % sizes_12.H;
  let b = outer2 / sizes_12.H;

  // shadow_prefill.tdsl:26: kept[b, h, n] = topk(c: C -> n: C - O) -(if any(o: O) out[b, h, o] == c then C + c else c)
  var kept_topk_place_sum = 0;
  for (var kept_piece_5_step = 0; kept_piece_5_step < (sizes_12.C + 1020) / 1024; kept_piece_5_step++) {
    for (var kept_rank_5_step = 0; kept_rank_5_step < ((min(sizes_12.C - sizes_12.O, 1024) + 1023) >> 10u); kept_rank_5_step++) {
      var kept_topk_best_mem4: array<i32, 4>;
      for (var drank = 0; drank < 4; drank++) {
        kept_topk_best_mem4[drank] = 0;
        if (1024 * kept_rank_5_step + 4 * thread + drank < min(sizes_12.C - sizes_12.O, 1024)) { kept_topk_best_mem4[drank] = kept_topk_best_mem3[((b * sizes_12.H + h) * ((sizes_12.C + 1023) / 1024) + kept_piece_5_step) * min(sizes_12.C - sizes_12.O, 1024) + 1024 * kept_rank_5_step + 4 * thread + drank]; }
      }
      let kept_topk_best_of_mem3 = kept_topk_best_of_mem2[((b * sizes_12.H + h) * ((sizes_12.C + 1023) / 1024) + piece2) * min(sizes_12.C - sizes_12.O, 1024) + rank];
      var kept_topk_best_of_mem4: array<i32, 4>;
      for (var drank = 0; drank < 4; drank++) {
        kept_topk_best_of_mem4[drank] = 0;
        if (1024 * kept_rank_5_step + 4 * thread + drank < min(sizes_12.C - sizes_12.O, 1024)) { kept_topk_best_of_mem4[drank] = kept_topk_best_of_mem2[((b * sizes_12.H + h) * ((sizes_12.C + 1023) / 1024) + kept_piece_5_step) * min(sizes_12.C - sizes_12.O, 1024) + 1024 * kept_rank_5_step + 4 * thread + drank]; }
      }
      let kept_topk_best_mem5 = kept_topk_best_mem3[((b * sizes_12.H + h) * ((sizes_12.C + 1023) / 1024) + piece2) * min(sizes_12.C - sizes_12.O, 1024) + rank];
      var kept_topk_place_sum_part = 0;
      for (var drank = 0; drank < 4; drank++) {
        let kept_topk_place_sum_term = select(0, 1, 1024 * kept_rank_5_step + 4 * thread + drank < min(sizes_12.C - sizes_12.O, 1024) && kept_topk_best_mem4[drank] >= 0 && (kept_topk_best_of_mem3 < kept_topk_best_of_mem4[drank] || (kept_topk_best_of_mem4[drank] == kept_topk_best_of_mem3 && kept_topk_best_mem4[drank] < kept_topk_best_mem5)));
        kept_topk_place_sum_part += kept_topk_place_sum_term;
      }
      kept_topk_place_sum += kept_topk_place_sum_part;
    }
  }
  var kept_topk_place_sum_part = kept_topk_place_sum;
  partials_int_0_8[thread] = kept_topk_place_sum_part;
  workgroupBarrier();
  kept_topk_place_sum_part = partials_int_0_8[leader];
  for (var other = 0; other < 15; other++) {
    kept_topk_place_sum_part += partials_int_0_8[leader + other + 1];
  }
  partials_int_1_8[thread] = kept_topk_place_sum_part;
  workgroupBarrier();
  kept_topk_place_sum_part = partials_int_1_8[leader2];
  for (var other = 0; other < 15; other++) {
    kept_topk_place_sum_part += partials_int_1_8[leader2 + 16 * (other + 1)];
  }
  let kept_topk_best_mem4 = kept_topk_best_mem3[((b * sizes_12.H + h) * ((sizes_12.C + 1023) / 1024) + piece2) * min(sizes_12.C - sizes_12.O, 1024) + rank];
  let kept_topk_place_mem2 = select(2147483647, kept_topk_place_sum_part, kept_topk_best_mem4 >= 0);
  if (thread == 0) {
    kept_topk_place_mem[((b * sizes_12.H + h) * ((sizes_12.C + 1023) / 1024) + piece2) * min(sizes_12.C - sizes_12.O, 1024) + rank] = kept_topk_place_mem2;
  }
}

struct Sizes_13 { O: i32, B: i32, H: i32, C: i32 }

@group(0) @binding(0) var<storage, read> kept_topk_place_mem2: array<i32>;
@group(0) @binding(1) var<storage, read> kept_topk_best_mem4: array<i32>;
@group(0) @binding(2) var<storage, read_write> kept: array<i32>;
@group(0) @binding(3) var<uniform> sizes_13: Sizes_13;
var<workgroup> partials_int_0_9: array<i32, 256>;
var<workgroup> partials_int_1_9: array<i32, 256>;

@compute @workgroup_size(256)
fn split_outliers_aligned_13(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_13.B * sizes_13.C * sizes_13.H - sizes_13.B * sizes_13.H * sizes_13.O <= group) { return; }
  let n_count = sizes_13.C - sizes_13.O;
  let n = group % n_count;
  let outer = group / n_count;
  let h = outer % sizes_13.H;
  let b = outer / sizes_13.H;

  // shadow_prefill.tdsl:26: kept[b, h, n] = topk(c: C -> n: C - O) -(if any(o: O) out[b, h, o] == c then C + c else c)
  var kept_max = -2147483648;
  for (var kept_piece_6_step = 0; kept_piece_6_step < (sizes_13.C + 1020) / 1024; kept_piece_6_step++) {
    for (var kept_rank_6_step = 0; kept_rank_6_step < ((min(sizes_13.C - sizes_13.O, 1024) + 1023) >> 10u); kept_rank_6_step++) {
      var kept_max_part = -2147483648;
      for (var drank = 0; drank < 4; drank++) {
        var kept_topk_place_mem3 = 0;
        if (1024 * kept_rank_6_step + 4 * thread + drank < min(sizes_13.C - sizes_13.O, 1024)) { kept_topk_place_mem3 = kept_topk_place_mem2[((b * sizes_13.H + h) * ((sizes_13.C + 1023) / 1024) + kept_piece_6_step) * min(sizes_13.C - sizes_13.O, 1024) + 1024 * kept_rank_6_step + 4 * thread + drank]; }
        var kept_topk_best_mem5 = 0;
        if (1024 * kept_rank_6_step + 4 * thread + drank < min(sizes_13.C - sizes_13.O, 1024)) { kept_topk_best_mem5 = kept_topk_best_mem4[((b * sizes_13.H + h) * ((sizes_13.C + 1023) / 1024) + kept_piece_6_step) * min(sizes_13.C - sizes_13.O, 1024) + 1024 * kept_rank_6_step + 4 * thread + drank]; }
        let kept_max_term = select(-2147483648, kept_topk_best_mem5, 1024 * kept_rank_6_step + 4 * thread + drank < min(sizes_13.C - sizes_13.O, 1024) && kept_topk_place_mem3 == n);
        kept_max_part = whole_max(kept_max_part, kept_max_term);
      }
      kept_max = whole_max(kept_max, kept_max_part);
    }
  }
  var kept_max_part = kept_max;
  partials_int_0_9[thread] = kept_max_part;
  workgroupBarrier();
  kept_max_part = partials_int_0_9[leader];
  for (var other = 0; other < 15; other++) {
    kept_max_part = whole_max(kept_max_part, partials_int_0_9[leader + other + 1]);
  }
  partials_int_1_9[thread] = kept_max_part;
  workgroupBarrier();
  kept_max_part = partials_int_1_9[leader2];
  for (var other = 0; other < 15; other++) {
    kept_max_part = whole_max(kept_max_part, partials_int_1_9[leader2 + 16 * (other + 1)]);
  }
  let kept2 = max(kept_max_part, -1);
  if (thread == 0) { kept[(b * sizes_13.H + h) * (sizes_13.C - sizes_13.O) + n] = kept2; }
}

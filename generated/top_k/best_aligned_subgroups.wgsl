// best_aligned_1, best_aligned_2, best_aligned_3, best_aligned_4, best_aligned_5, best_aligned_6: made by tdsl from top_k.tdsl for wgsl. Change the source, not this file.
// Relies on C % 4 == 0, T % 4 == 0.
enable subgroups;

// the larger; some drivers lose signs within nested max
fn whole_max(a: i32, b: i32) -> i32 { return select(a, b, b > a); }

struct Sizes { T: i32, B: i32, C: i32 }

@group(0) @binding(0) var<storage, read> score: array<f32>;
@group(0) @binding(1) var<storage, read_write> idx_topk_rank_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;
var<workgroup> partials_int_0: array<i32, 256>;
var<workgroup> partials_int_1: array<i32, 256>;

@compute @workgroup_size(256)
fn best_aligned_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B * sizes.C <= group) { return; }
  let c = group % sizes.C;
  let b = group / sizes.C;

  // top_k.tdsl:9: let idx[b, t] = topk(c -> t: T) score[b, c]
  var idx_topk_rank = 0;
  let score2 = score[b * sizes.C + c];
  var idx_topk_rank_part = 0;
  for (var dc = 0; dc < 4; dc++) {
    let score3 = score[b * sizes.C + max(0, min(1024 * (c >> 10u) + 4 * thread + dc, sizes.C - 1))];
    let idx_topk_rank_term = select(0, 1, 1024 * (c >> 10u) + 4 * thread + dc < sizes.C && (score2 < score3 || (score3 == score2 && 1024 * (c >> 10u) + 4 * thread + dc < c)));
    idx_topk_rank_part += idx_topk_rank_term;
  }
  idx_topk_rank += idx_topk_rank_part;
  var idx_topk_rank_part2 = idx_topk_rank;
  for (var step = 0; step < 2; step++) {
    idx_topk_rank_part2 += subgroupShuffleXor(idx_topk_rank_part2, u32(1 << u32(step)));
  }
  partials_int_0[thread] = idx_topk_rank_part2;
  workgroupBarrier();
  idx_topk_rank_part2 = partials_int_0[leader];
  for (var other = 0; other < 15; other++) {
    idx_topk_rank_part2 += partials_int_0[leader + 4 * (other + 1)];
  }
  partials_int_1[thread] = idx_topk_rank_part2;
  workgroupBarrier();
  idx_topk_rank_part2 = partials_int_1[leader2];
  for (var other = 0; other < 3; other++) {
    idx_topk_rank_part2 += partials_int_1[leader2 + 64 * (other + 1)];
  }
  if (thread == 0) { idx_topk_rank_mem[b * sizes.C + c] = idx_topk_rank_part2; }
}

struct Sizes_2 { T: i32, B: i32, C: i32 }

@group(0) @binding(0) var<storage, read> idx_topk_rank_mem2: array<i32>;
@group(0) @binding(1) var<storage, read_write> idx_topk_best_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes_2: Sizes_2;
var<workgroup> partials_int_0_2: array<i32, 256>;
var<workgroup> partials_int_1_2: array<i32, 256>;

@compute @workgroup_size(256)
fn best_aligned_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_2.B * ((sizes_2.C + 1020) / 1024) * min(sizes_2.T, 1024) <= group) { return; }
  let rank_count = min(sizes_2.T, 1024);
  let rank = group % rank_count;
  let outer = group / rank_count;
  let piece_count = (sizes_2.C + 1020) / 1024;
  let piece2 = outer % piece_count;
  let b = outer / piece_count;

  // top_k.tdsl:9: let idx[b, t] = topk(c -> t: T) score[b, c]
  var idx_topk_best_max = -2147483648;
  var idx_topk_best_max_part = -2147483648;
  for (var dc = 0; dc < 4; dc++) {
    let idx_topk_rank_mem3 = idx_topk_rank_mem2[b * sizes_2.C + max(0, min(1024 * piece2 + 4 * thread + dc, sizes_2.C - 1))];
    let idx_topk_best_max_term = 1024 * piece2 + 4 * thread + dc;
    let idx_topk_best_max_term2 = select(-2147483648, idx_topk_best_max_term, 1024 * piece2 + 4 * thread + dc < sizes_2.C && idx_topk_rank_mem3 == rank);
    idx_topk_best_max_part = whole_max(idx_topk_best_max_part, idx_topk_best_max_term2);
  }
  idx_topk_best_max = whole_max(idx_topk_best_max, idx_topk_best_max_part);
  var idx_topk_best_max_part2 = idx_topk_best_max;
  for (var step = 0; step < 2; step++) {
    idx_topk_best_max_part2 = whole_max(idx_topk_best_max_part2, subgroupShuffleXor(idx_topk_best_max_part2, u32(1 << u32(step))));
  }
  partials_int_0_2[thread] = idx_topk_best_max_part2;
  workgroupBarrier();
  idx_topk_best_max_part2 = partials_int_0_2[leader];
  for (var other = 0; other < 15; other++) {
    idx_topk_best_max_part2 = whole_max(idx_topk_best_max_part2, partials_int_0_2[leader + 4 * (other + 1)]);
  }
  partials_int_1_2[thread] = idx_topk_best_max_part2;
  workgroupBarrier();
  idx_topk_best_max_part2 = partials_int_1_2[leader2];
  for (var other = 0; other < 3; other++) {
    idx_topk_best_max_part2 = whole_max(idx_topk_best_max_part2, partials_int_1_2[leader2 + 64 * (other + 1)]);
  }
  let idx_topk_best_mem2 = max(idx_topk_best_max_part2, -1);
  if (thread == 0) { idx_topk_best_mem[(b * ((sizes_2.C + 1023) / 1024) + piece2) * min(sizes_2.T, 1024) + rank] = idx_topk_best_mem2; }
}

struct Sizes_3 { T: i32, B: i32, C: i32 }

@group(0) @binding(0) var<storage, read> score2: array<f32>;
@group(0) @binding(1) var<storage, read> idx_topk_best_mem2: array<i32>;
@group(0) @binding(2) var<storage, read_write> idx_topk_best_of_mem: array<f32>;
@group(0) @binding(3) var<uniform> sizes_3: Sizes_3;

@compute @workgroup_size(256)
fn best_aligned_3(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_3.B * ((sizes_3.C + 1020) / 1024) * min(sizes_3.T, 1024) + 255) / 256 <= group) { return; }
  let bpiecerank = group;
  let b = (thread + 256 * bpiecerank) / ((sizes_3.C + 1020) / 1024 * min(sizes_3.T, 1024));
  let piece2 = (thread + 256 * bpiecerank) / min(sizes_3.T, 1024) % ((sizes_3.C + 1020) / 1024);
  let rank = (thread + 256 * bpiecerank) % min(sizes_3.T, 1024);

  // top_k.tdsl:9: let idx[b, t] = topk(c -> t: T) score[b, c]
  var idx_topk_best_mem3 = 0;
  if (b < sizes_3.B) { idx_topk_best_mem3 = idx_topk_best_mem2[(b * ((sizes_3.C + 1023) / 1024) + piece2) * min(sizes_3.T, 1024) + rank]; }
  let score3 = score2[max(0, min(b, sizes_3.B - 1)) * sizes_3.C + max(0, min(idx_topk_best_mem3, sizes_3.C - 1))];
  if (b < sizes_3.B) { idx_topk_best_of_mem[(b * ((sizes_3.C + 1023) / 1024) + piece2) * min(sizes_3.T, 1024) + rank] = score3; }
}

struct Sizes_4 { T: i32, B: i32, C: i32 }

@group(0) @binding(0) var<storage, read> idx_topk_best_mem3: array<i32>;
@group(0) @binding(1) var<storage, read> idx_topk_best_of_mem2: array<f32>;
@group(0) @binding(2) var<storage, read_write> idx_topk_place_mem: array<i32>;
@group(0) @binding(3) var<uniform> sizes_4: Sizes_4;
var<workgroup> partials_int_0_3: array<i32, 256>;
var<workgroup> partials_int_1_3: array<i32, 256>;

@compute @workgroup_size(256)
fn best_aligned_4(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_4.B * ((sizes_4.C + 1020) / 1024) * min(sizes_4.T, 1024) <= group) { return; }
  let rank_count = min(sizes_4.T, 1024);
  let rank = group % rank_count;
  let outer = group / rank_count;
  let piece_count = (sizes_4.C + 1020) / 1024;
  let piece2 = outer % piece_count;
  let b = outer / piece_count;

  // top_k.tdsl:9: let idx[b, t] = topk(c -> t: T) score[b, c]
  var idx_topk_place_sum = 0;
  for (var idx_piece_5_step = 0; idx_piece_5_step < (sizes_4.C + 1020) / 1024; idx_piece_5_step++) {
    for (var idx_rank_5_step = 0; idx_rank_5_step < (min(sizes_4.T, 1024) + 1023) / 1024; idx_rank_5_step++) {
      var idx_topk_best_mem4: array<i32, 4>;
      for (var drank = 0; drank < 4; drank++) {
        idx_topk_best_mem4[drank] = 0;
        if (1024 * idx_rank_5_step + 4 * thread + drank < min(sizes_4.T, 1024)) { idx_topk_best_mem4[drank] = idx_topk_best_mem3[(b * ((sizes_4.C + 1023) / 1024) + idx_piece_5_step) * min(sizes_4.T, 1024) + 1024 * idx_rank_5_step + 4 * thread + drank]; }
      }
      let idx_topk_best_of_mem3 = idx_topk_best_of_mem2[(b * ((sizes_4.C + 1023) / 1024) + piece2) * min(sizes_4.T, 1024) + rank];
      var idx_topk_best_of_mem4: array<f32, 4>;
      for (var drank = 0; drank < 4; drank++) {
        idx_topk_best_of_mem4[drank] = 0.0;
        if (1024 * idx_rank_5_step + 4 * thread + drank < min(sizes_4.T, 1024)) { idx_topk_best_of_mem4[drank] = idx_topk_best_of_mem2[(b * ((sizes_4.C + 1023) / 1024) + idx_piece_5_step) * min(sizes_4.T, 1024) + 1024 * idx_rank_5_step + 4 * thread + drank]; }
      }
      let idx_topk_best_mem5 = idx_topk_best_mem3[(b * ((sizes_4.C + 1023) / 1024) + piece2) * min(sizes_4.T, 1024) + rank];
      var idx_topk_place_sum_part = 0;
      for (var drank = 0; drank < 4; drank++) {
        let idx_topk_place_sum_term = select(0, 1, 1024 * idx_rank_5_step + 4 * thread + drank < min(sizes_4.T, 1024) && idx_topk_best_mem4[drank] >= 0 && (idx_topk_best_of_mem3 < idx_topk_best_of_mem4[drank] || (idx_topk_best_of_mem4[drank] == idx_topk_best_of_mem3 && idx_topk_best_mem4[drank] < idx_topk_best_mem5)));
        idx_topk_place_sum_part += idx_topk_place_sum_term;
      }
      idx_topk_place_sum += idx_topk_place_sum_part;
    }
  }
  var idx_topk_place_sum_part = idx_topk_place_sum;
  for (var step = 0; step < 2; step++) {
    idx_topk_place_sum_part += subgroupShuffleXor(idx_topk_place_sum_part, u32(1 << u32(step)));
  }
  partials_int_0_3[thread] = idx_topk_place_sum_part;
  workgroupBarrier();
  idx_topk_place_sum_part = partials_int_0_3[leader];
  for (var other = 0; other < 15; other++) {
    idx_topk_place_sum_part += partials_int_0_3[leader + 4 * (other + 1)];
  }
  partials_int_1_3[thread] = idx_topk_place_sum_part;
  workgroupBarrier();
  idx_topk_place_sum_part = partials_int_1_3[leader2];
  for (var other = 0; other < 3; other++) {
    idx_topk_place_sum_part += partials_int_1_3[leader2 + 64 * (other + 1)];
  }
  let idx_topk_best_mem4 = idx_topk_best_mem3[(b * ((sizes_4.C + 1023) / 1024) + piece2) * min(sizes_4.T, 1024) + rank];
  let idx_topk_place_mem2 = select(2147483647, idx_topk_place_sum_part, idx_topk_best_mem4 >= 0);
  if (thread == 0) { idx_topk_place_mem[(b * ((sizes_4.C + 1023) / 1024) + piece2) * min(sizes_4.T, 1024) + rank] = idx_topk_place_mem2; }
}

struct Sizes_5 { T: i32, B: i32, C: i32 }

@group(0) @binding(0) var<storage, read> idx_topk_place_mem2: array<i32>;
@group(0) @binding(1) var<storage, read> idx_topk_best_mem4: array<i32>;
@group(0) @binding(2) var<storage, read_write> idx_mem: array<i32>;
@group(0) @binding(3) var<uniform> sizes_5: Sizes_5;
var<workgroup> partials_int_0_4: array<i32, 256>;
var<workgroup> partials_int_1_4: array<i32, 256>;

@compute @workgroup_size(256)
fn best_aligned_5(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_5.B * sizes_5.T <= group) { return; }
  let t = group % sizes_5.T;
  let b = group / sizes_5.T;

  // top_k.tdsl:9: let idx[b, t] = topk(c -> t: T) score[b, c]
  var idx_max = -2147483648;
  for (var idx_piece_6_step = 0; idx_piece_6_step < (sizes_5.C + 1020) / 1024; idx_piece_6_step++) {
    for (var idx_rank_6_step = 0; idx_rank_6_step < (min(sizes_5.T, 1024) + 1023) / 1024; idx_rank_6_step++) {
      var idx_max_part = -2147483648;
      for (var drank = 0; drank < 4; drank++) {
        var idx_topk_place_mem3 = 0;
        if (1024 * idx_rank_6_step + 4 * thread + drank < min(sizes_5.T, 1024)) { idx_topk_place_mem3 = idx_topk_place_mem2[(b * ((sizes_5.C + 1023) / 1024) + idx_piece_6_step) * min(sizes_5.T, 1024) + 1024 * idx_rank_6_step + 4 * thread + drank]; }
        var idx_topk_best_mem5 = 0;
        if (1024 * idx_rank_6_step + 4 * thread + drank < min(sizes_5.T, 1024)) { idx_topk_best_mem5 = idx_topk_best_mem4[(b * ((sizes_5.C + 1023) / 1024) + idx_piece_6_step) * min(sizes_5.T, 1024) + 1024 * idx_rank_6_step + 4 * thread + drank]; }
        let idx_max_term = select(-2147483648, idx_topk_best_mem5, 1024 * idx_rank_6_step + 4 * thread + drank < min(sizes_5.T, 1024) && idx_topk_place_mem3 == t);
        idx_max_part = whole_max(idx_max_part, idx_max_term);
      }
      idx_max = whole_max(idx_max, idx_max_part);
    }
  }
  var idx_max_part = idx_max;
  for (var step = 0; step < 2; step++) {
    idx_max_part = whole_max(idx_max_part, subgroupShuffleXor(idx_max_part, u32(1 << u32(step))));
  }
  partials_int_0_4[thread] = idx_max_part;
  workgroupBarrier();
  idx_max_part = partials_int_0_4[leader];
  for (var other = 0; other < 15; other++) {
    idx_max_part = whole_max(idx_max_part, partials_int_0_4[leader + 4 * (other + 1)]);
  }
  partials_int_1_4[thread] = idx_max_part;
  workgroupBarrier();
  idx_max_part = partials_int_1_4[leader2];
  for (var other = 0; other < 3; other++) {
    idx_max_part = whole_max(idx_max_part, partials_int_1_4[leader2 + 64 * (other + 1)]);
  }
  let idx_mem2 = max(idx_max_part, -1);
  if (thread == 0) { idx_mem[b * sizes_5.T + t] = idx_mem2; }
}

struct Sizes_6 { T: i32, B: i32, C: i32 }

@group(0) @binding(0) var<storage, read> score3: array<f32>;
@group(0) @binding(1) var<storage, read> idx_mem2: array<vec4<i32>>;
@group(0) @binding(2) var<storage, read_write> at2: array<vec4<i32>>;
@group(0) @binding(3) var<storage, read_write> value2: array<vec4<f32>>;
@group(0) @binding(4) var<uniform> sizes_6: Sizes_6;

fn load4_idx_mem2(i: i32) -> array<i32, 4> {
  let unit0 = idx_mem2[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_idx_mem2_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_idx_mem2(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

fn store4_at2(i: i32, values: array<i32, 4>) {
  at2[i >> 2u] = vec4<i32>(values[0], values[1], values[2], values[3]);
}

fn store4_value2(i: i32, values: array<f32, 4>) {
  value2[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn best_aligned_6(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_6.B * (sizes_6.T / 4) + 255) / 256 <= group) { return; }
  let bt = group;
  let b = (thread + 256 * bt) / (sizes_6.T / 4);
  let t = (thread + 256 * bt) % (sizes_6.T / 4);

  // top_k.tdsl:10: at[b, t] = idx[b, t]

  // top_k.tdsl:11: value[b, t] = score[b, idx[b, t]]
  var score4: array<f32, 4>;
  var idx_mem3 = load4_idx_mem2_or(b * sizes_6.T + 4 * t, b < sizes_6.B, 0);
  for (var v = 0; v < 4; v++) {
    score4[v] = 0.0;
    if (b < sizes_6.B) { score4[v] = score3[b * sizes_6.C + idx_mem3[v]]; }
  }
  if (b < sizes_6.B) { store4_at2(b * sizes_6.T + 4 * t, idx_mem3); }
  if (b < sizes_6.B) { store4_value2(b * sizes_6.T + 4 * t, score4); }
}

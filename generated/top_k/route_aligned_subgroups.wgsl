// route_aligned_1, route_aligned_2, route_aligned_3, route_aligned_4, route_aligned_5, route_aligned_6: made by tdsl from top_k.tdsl for wgsl. Change the source, not this file.
// Relies on E % 8 == 0, T % 4 == 0.
enable subgroups;

// the larger; some drivers lose signs within nested max
fn whole_max(a: i32, b: i32) -> i32 { return select(a, b, b > a); }

struct Sizes { T: i32, M: i32, E: i32 }

@group(0) @binding(0) var<storage, read> logits: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read_write> idx_topk_rank_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;
var<workgroup> partials_int_0: array<i32, 256>;
var<workgroup> partials_int_1: array<i32, 256>;

fn load_logits(i: i32) -> f32 {
  return bitcast<f32>((logits[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

@compute @workgroup_size(256)
fn route_aligned_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let te = thread >> 7u;
  let te2 = thread & 127;
  let leader = thread & 195;
  let leader2 = thread & 191;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (4 * sizes.M * (sizes.E / 8) <= group) { return; }
  let e_count = 4 * (sizes.E / 8);
  let e = group % e_count;
  let m = group / e_count;

  // top_k.tdsl:19: let idx[m, t] = topk(e -> t: T) logits[m, e]
  var idx_topk_rank = 0;
  let logits2 = load_logits(m * sizes.E + te + 2 * e);
  var logits3: array<f32, 8>;
  for (var de = 0; de < 8; de++) {
    logits3[de] = load_logits(m * sizes.E + max(0, min(1024 * (e >> 9u) + 8 * te2 + de, sizes.E - 1)));
  }
  var idx_topk_rank_part = 0;
  for (var de = 0; de < 8; de++) {
    let idx_topk_rank_term = select(0, 1, 1024 * (e >> 9u) + 8 * te2 + de < sizes.E && (logits2 < logits3[de] || (logits3[de] == logits2 && 1024 * (e >> 9u) + 8 * te2 + de < te + 2 * e)));
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
  idx_topk_rank_part2 += partials_int_1[leader2 + 64];
  if ((thread & 127) == 0) { idx_topk_rank_mem[m * sizes.E + te + 2 * e] = idx_topk_rank_part2; }
}

struct Sizes_2 { T: i32, M: i32, E: i32 }

@group(0) @binding(0) var<storage, read> idx_topk_rank_mem2: array<i32>;
@group(0) @binding(1) var<storage, read_write> idx_topk_best_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes_2: Sizes_2;
var<workgroup> partials_int_0_2: array<i32, 256>;
var<workgroup> partials_int_1_2: array<i32, 256>;

@compute @workgroup_size(256)
fn route_aligned_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_2.M * ((sizes_2.E + 1016) / 1024) * min(sizes_2.T, 1024) <= group) { return; }
  let rank_count = min(sizes_2.T, 1024);
  let rank = group % rank_count;
  let outer = group / rank_count;
  let piece_count = (sizes_2.E + 1016) / 1024;
  let piece2 = outer % piece_count;
  let m = outer / piece_count;

  // top_k.tdsl:19: let idx[m, t] = topk(e -> t: T) logits[m, e]
  var idx_topk_best_max = -2147483648;
  var idx_topk_best_max_part = -2147483648;
  for (var de = 0; de < 4; de++) {
    let idx_topk_rank_mem3 = idx_topk_rank_mem2[m * sizes_2.E + max(0, min(1024 * piece2 + 4 * thread + de, sizes_2.E - 1))];
    let idx_topk_best_max_term = 1024 * piece2 + 4 * thread + de;
    let idx_topk_best_max_term2 = select(-2147483648, idx_topk_best_max_term, 1024 * piece2 + 4 * thread + de < sizes_2.E && idx_topk_rank_mem3 == rank);
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
  if (thread == 0) { idx_topk_best_mem[(m * ((sizes_2.E + 1023) / 1024) + piece2) * min(sizes_2.T, 1024) + rank] = idx_topk_best_mem2; }
}

struct Sizes_3 { T: i32, M: i32, E: i32 }

@group(0) @binding(0) var<storage, read> logits2: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> idx_topk_best_mem2: array<i32>;
@group(0) @binding(2) var<storage, read_write> idx_topk_best_of_mem: array<f32>;
@group(0) @binding(3) var<uniform> sizes_3: Sizes_3;

fn load_logits2(i: i32) -> f32 {
  return bitcast<f32>((logits2[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

@compute @workgroup_size(256)
fn route_aligned_3(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_3.M * ((sizes_3.E + 1016) / 1024) * min(sizes_3.T, 1024) + 255) / 256 <= group) { return; }
  let mpiecerank = group;
  let m = (thread + 256 * mpiecerank) / ((sizes_3.E + 1016) / 1024 * min(sizes_3.T, 1024));
  let piece2 = (thread + 256 * mpiecerank) / min(sizes_3.T, 1024) % ((sizes_3.E + 1016) / 1024);
  let rank = (thread + 256 * mpiecerank) % min(sizes_3.T, 1024);

  // top_k.tdsl:19: let idx[m, t] = topk(e -> t: T) logits[m, e]
  var idx_topk_best_mem3 = 0;
  if (m < sizes_3.M) { idx_topk_best_mem3 = idx_topk_best_mem2[(m * ((sizes_3.E + 1023) / 1024) + piece2) * min(sizes_3.T, 1024) + rank]; }
  let logits3 = load_logits2(max(0, min(m, sizes_3.M - 1)) * sizes_3.E + max(0, min(idx_topk_best_mem3, sizes_3.E - 1)));
  if (m < sizes_3.M) { idx_topk_best_of_mem[(m * ((sizes_3.E + 1023) / 1024) + piece2) * min(sizes_3.T, 1024) + rank] = logits3; }
}

struct Sizes_4 { T: i32, M: i32, E: i32 }

@group(0) @binding(0) var<storage, read> idx_topk_best_mem3: array<i32>;
@group(0) @binding(1) var<storage, read> idx_topk_best_of_mem2: array<f32>;
@group(0) @binding(2) var<storage, read_write> idx_topk_place_mem: array<i32>;
@group(0) @binding(3) var<uniform> sizes_4: Sizes_4;
var<workgroup> partials_int_0_3: array<i32, 256>;
var<workgroup> partials_int_1_3: array<i32, 256>;

@compute @workgroup_size(256)
fn route_aligned_4(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_4.M * ((sizes_4.E + 1016) / 1024) * min(sizes_4.T, 1024) <= group) { return; }
  let rank_count = min(sizes_4.T, 1024);
  let rank = group % rank_count;
  let outer = group / rank_count;
  let piece_count = (sizes_4.E + 1016) / 1024;
  let piece2 = outer % piece_count;
  let m = outer / piece_count;

  // top_k.tdsl:19: let idx[m, t] = topk(e -> t: T) logits[m, e]
  var idx_topk_place_sum = 0;
  for (var idx_piece_5_step = 0; idx_piece_5_step < (sizes_4.E + 1016) / 1024; idx_piece_5_step++) {
    for (var idx_rank_5_step = 0; idx_rank_5_step < (min(sizes_4.T, 1024) + 1023) / 1024; idx_rank_5_step++) {
      var idx_topk_best_mem4: array<i32, 4>;
      for (var drank = 0; drank < 4; drank++) {
        idx_topk_best_mem4[drank] = 0;
        if (1024 * idx_rank_5_step + 4 * thread + drank < min(sizes_4.T, 1024)) { idx_topk_best_mem4[drank] = idx_topk_best_mem3[(m * ((sizes_4.E + 1023) / 1024) + idx_piece_5_step) * min(sizes_4.T, 1024) + 1024 * idx_rank_5_step + 4 * thread + drank]; }
      }
      let idx_topk_best_of_mem3 = idx_topk_best_of_mem2[(m * ((sizes_4.E + 1023) / 1024) + piece2) * min(sizes_4.T, 1024) + rank];
      var idx_topk_best_of_mem4: array<f32, 4>;
      for (var drank = 0; drank < 4; drank++) {
        idx_topk_best_of_mem4[drank] = 0.0;
        if (1024 * idx_rank_5_step + 4 * thread + drank < min(sizes_4.T, 1024)) { idx_topk_best_of_mem4[drank] = idx_topk_best_of_mem2[(m * ((sizes_4.E + 1023) / 1024) + idx_piece_5_step) * min(sizes_4.T, 1024) + 1024 * idx_rank_5_step + 4 * thread + drank]; }
      }
      let idx_topk_best_mem5 = idx_topk_best_mem3[(m * ((sizes_4.E + 1023) / 1024) + piece2) * min(sizes_4.T, 1024) + rank];
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
  let idx_topk_best_mem4 = idx_topk_best_mem3[(m * ((sizes_4.E + 1023) / 1024) + piece2) * min(sizes_4.T, 1024) + rank];
  let idx_topk_place_mem2 = select(2147483647, idx_topk_place_sum_part, idx_topk_best_mem4 >= 0);
  if (thread == 0) { idx_topk_place_mem[(m * ((sizes_4.E + 1023) / 1024) + piece2) * min(sizes_4.T, 1024) + rank] = idx_topk_place_mem2; }
}

struct Sizes_5 { T: i32, M: i32, E: i32 }

@group(0) @binding(0) var<storage, read> idx_topk_place_mem2: array<i32>;
@group(0) @binding(1) var<storage, read> idx_topk_best_mem4: array<i32>;
@group(0) @binding(2) var<storage, read_write> idx_mem: array<i32>;
@group(0) @binding(3) var<uniform> sizes_5: Sizes_5;
var<workgroup> partials_int_0_4: array<i32, 256>;
var<workgroup> partials_int_1_4: array<i32, 256>;

@compute @workgroup_size(256)
fn route_aligned_5(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_5.M * sizes_5.T <= group) { return; }
  let t = group % sizes_5.T;
  let m = group / sizes_5.T;

  // top_k.tdsl:19: let idx[m, t] = topk(e -> t: T) logits[m, e]
  var idx_max = -2147483648;
  for (var idx_piece_6_step = 0; idx_piece_6_step < (sizes_5.E + 1016) / 1024; idx_piece_6_step++) {
    for (var idx_rank_6_step = 0; idx_rank_6_step < (min(sizes_5.T, 1024) + 1023) / 1024; idx_rank_6_step++) {
      var idx_max_part = -2147483648;
      for (var drank = 0; drank < 4; drank++) {
        var idx_topk_place_mem3 = 0;
        if (1024 * idx_rank_6_step + 4 * thread + drank < min(sizes_5.T, 1024)) { idx_topk_place_mem3 = idx_topk_place_mem2[(m * ((sizes_5.E + 1023) / 1024) + idx_piece_6_step) * min(sizes_5.T, 1024) + 1024 * idx_rank_6_step + 4 * thread + drank]; }
        var idx_topk_best_mem5 = 0;
        if (1024 * idx_rank_6_step + 4 * thread + drank < min(sizes_5.T, 1024)) { idx_topk_best_mem5 = idx_topk_best_mem4[(m * ((sizes_5.E + 1023) / 1024) + idx_piece_6_step) * min(sizes_5.T, 1024) + 1024 * idx_rank_6_step + 4 * thread + drank]; }
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
  if (thread == 0) { idx_mem[m * sizes_5.T + t] = idx_mem2; }
}

struct Sizes_6 { T: i32, M: i32, E: i32 }

@group(0) @binding(0) var<storage, read> logits3: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> idx_mem2: array<vec4<i32>>;
@group(0) @binding(2) var<storage, read_write> expert: array<vec4<i32>>;
@group(0) @binding(3) var<storage, read_write> weight: array<vec4<f32>>;
@group(0) @binding(4) var<uniform> sizes_6: Sizes_6;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load4_idx_mem2(i: i32) -> array<i32, 4> {
  let unit0 = idx_mem2[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_idx_mem2_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_idx_mem2(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

fn load_logits3(i: i32) -> f32 {
  return bitcast<f32>((logits3[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn store4_expert(i: i32, values: array<i32, 4>) {
  expert[i >> 2u] = vec4<i32>(values[0], values[1], values[2], values[3]);
}

fn store4_weight(i: i32, values: array<f32, 4>) {
  weight[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn route_aligned_6(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_6.M <= group) { return; }
  let m = group;

  // top_k.tdsl:20: expert[m, t] = idx[m, t]
  var weight_max = -3.4028234663852886e38;
  var weight_sum = 0.0;
  for (var t_2_step = 0; t_2_step < (sizes_6.T + 2044) / 2048; t_2_step++) {
    var logits4: array<f32, 8>;
    var weight_max_part = -3.4028234663852886e38;
    for (var dt = 0; dt < 2; dt++) {
      var idx_mem3 = load4_idx_mem2_or(m * sizes_6.T + 2048 * t_2_step + 8 * thread + 4 * dt, 2048 * t_2_step + 8 * thread + 4 * dt < sizes_6.T, 0);
      for (var v = 0; v < 4; v++) {
        logits4[4 * dt + v] = 0.0;
        if (2048 * t_2_step + 8 * thread + 4 * dt + v < sizes_6.T) { logits4[4 * dt + v] = load_logits3(m * sizes_6.E + idx_mem3[v]); }
        let weight_max_term = select(-3.4028234663852886e38, logits4[4 * dt + v], 2048 * t_2_step + 8 * thread + 4 * dt + v < sizes_6.T);
        weight_max_part = max(weight_max_part, weight_max_term);
      }
    }
    let weight_max_new = max(weight_max, weight_max_part);
    let weight_sum_scale = exp(weight_max - weight_max_new);
    var weight_sum_part = 0.0;
    for (var dt = 0; dt < 8; dt++) {
      let weight_sum_term = exp(logits4[dt] - weight_max_new);
      let weight_sum_term2 = select(0.0, weight_sum_term, 2048 * t_2_step + 8 * thread + dt < sizes_6.T);
      weight_sum_part += weight_sum_term2;
    }
    weight_sum = weight_sum * weight_sum_scale + weight_sum_part;
    weight_max = weight_max_new;
  }
  var weight_max_part = weight_max;
  for (var step = 0; step < 2; step++) {
    weight_max_part = max(weight_max_part, subgroupShuffleXor(weight_max_part, u32(1 << u32(step))));
  }
  partials_0[thread] = weight_max_part;
  workgroupBarrier();
  weight_max_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    weight_max_part = max(weight_max_part, partials_0[leader + 4 * (other + 1)]);
  }
  partials_1[thread] = weight_max_part;
  workgroupBarrier();
  weight_max_part = partials_1[leader2];
  for (var other = 0; other < 3; other++) {
    weight_max_part = max(weight_max_part, partials_1[leader2 + 64 * (other + 1)]);
  }
  let weight_sum_term = weight_sum * exp(weight_max - weight_max_part);
  var weight_sum_part = weight_sum_term;
  for (var step = 0; step < 2; step++) {
    weight_sum_part += subgroupShuffleXor(weight_sum_part, u32(1 << u32(step)));
  }
  partials_0[thread] = weight_sum_part;
  workgroupBarrier();
  weight_sum_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    weight_sum_part += partials_0[leader + 4 * (other + 1)];
  }
  partials_1[thread] = weight_sum_part;
  workgroupBarrier();
  weight_sum_part = partials_1[leader2];
  for (var other = 0; other < 3; other++) {
    weight_sum_part += partials_1[leader2 + 64 * (other + 1)];
  }

  // top_k.tdsl:21: weight[m, t] = softmax(t) logits[m, idx[m, t]]
  for (var t_2_step = 0; t_2_step < (sizes_6.T + 2044) / 2048; t_2_step++) {
    // top_k.tdsl:20: expert[m, t] = idx[m, t]

    // top_k.tdsl:21: weight[m, t] = softmax(t) logits[m, idx[m, t]]
    for (var dt = 0; dt < 2; dt++) {
      var weight2: array<f32, 4>;
      var idx_mem3 = load4_idx_mem2_or(m * sizes_6.T + 2048 * t_2_step + 8 * thread + 4 * dt, 2048 * t_2_step + 8 * thread + 4 * dt < sizes_6.T, 0);
      for (var v = 0; v < 4; v++) {
        var logits4 = 0.0;
        if (2048 * t_2_step + 8 * thread + 4 * dt + v < sizes_6.T) { logits4 = load_logits3(m * sizes_6.E + idx_mem3[v]); }
        weight2[v] = exp(logits4 - weight_max_part) * select(0.0, 1.0 / weight_sum_part, weight_sum_part > 0.0);
      }
      if (2048 * t_2_step + 8 * thread + 4 * dt < sizes_6.T) { store4_expert(m * sizes_6.T + 2048 * t_2_step + 8 * thread + 4 * dt, idx_mem3); }
      if (2048 * t_2_step + 8 * thread + 4 * dt < sizes_6.T) { store4_weight(m * sizes_6.T + 2048 * t_2_step + 8 * thread + 4 * dt, weight2); }
    }
  }
}

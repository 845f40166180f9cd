// compact_1, compact_2, compact_3, compact_4, compact_5, compact_6, compact_7, compact_8, compact_9, compact_10: made by tdsl from prefix_sum.tdsl for wgsl. Change the source, not this file.

// the larger; some drivers lose signs within nested max
fn whole_max(a: i32, b: i32) -> i32 { return select(a, b, b > a); }

// the smaller; some drivers lose signs within nested min
fn whole_min(a: i32, b: i32) -> i32 { return select(a, b, b < a); }

struct Sizes { N: i32 }

@group(0) @binding(0) var<storage, read_write> Y: array<i32>;
@group(0) @binding(1) var<uniform> sizes: Sizes;

@compute @workgroup_size(256)
fn compact_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.N + 1023) / 1024 <= group) { return; }
  let n = group;

  // prefix_sum.tdsl:17: Y[n] = 0
  for (var dn = 0; dn < 4; dn++) {
    let y = 0;
    if (1024 * n + 4 * thread + dn < sizes.N) { Y[1024 * n + 4 * thread + dn] = y; }
  }
}

struct Sizes_2 { N: i32 }

@group(0) @binding(0) var<storage, read> keep: array<u32>; // bool, 4 a word
@group(0) @binding(1) var<storage, read_write> place_scan_of_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes_2: Sizes_2;

fn load_keep(i: i32) -> bool {
  return extractBits(keep[i >> 2u], 8u * u32(i & 3), 8u) != 0u;
}

@compute @workgroup_size(256)
fn compact_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_2.N + 4095) / 4096 <= group) { return; }
  let n = group;

  // prefix_sum.tdsl:16: let place[n] = scan(n) (if keep[n] then 1 else 0) - 1
  for (var dn = 0; dn < 16; dn++) {
    var keep2 = false;
    if (4096 * n + 16 * thread + dn < sizes_2.N) { keep2 = load_keep(4096 * n + 16 * thread + dn); }
    let place_scan_of_mem2 = select(0, 1, keep2);
    if (4096 * n + 16 * thread + dn < sizes_2.N) { place_scan_of_mem[4096 * n + 16 * thread + dn] = place_scan_of_mem2; }
  }
}

struct Sizes_3 { N: i32 }

@group(0) @binding(0) var<storage, read> place_scan_of_mem2: array<i32>;
@group(0) @binding(1) var<storage, read_write> place_scan_sums_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes_3: Sizes_3;
var<workgroup> partials_int_0: array<i32, 256>;
var<workgroup> partials_int_1: array<i32, 256>;

@compute @workgroup_size(256)
fn compact_3(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tpiece = thread >> 5u;
  let tn = thread & 31;
  let leader = thread & 240;
  let leader2 = thread & 239;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_3.N + 1023) / 1024 <= group) { return; }
  let piece2 = group;

  // prefix_sum.tdsl:16: let place[n] = scan(n) (if keep[n] then 1 else 0) - 1
  var place_scan_sums = 0;
  var place_scan_sums_part = 0;
  for (var dn = 0; dn < 4; dn++) {
    let place_scan_of_mem3 = place_scan_of_mem2[max(0, min(1024 * piece2 + 128 * tpiece + 4 * tn + dn, sizes_3.N - 1))];
    let place_scan_sums_term = select(0, place_scan_of_mem3, 1024 * piece2 + 128 * tpiece + 4 * tn + dn < sizes_3.N);
    place_scan_sums_part += place_scan_sums_term;
  }
  place_scan_sums += place_scan_sums_part;
  var place_scan_sums_part2 = place_scan_sums;
  partials_int_0[thread] = place_scan_sums_part2;
  workgroupBarrier();
  place_scan_sums_part2 = partials_int_0[leader];
  for (var other = 0; other < 15; other++) {
    place_scan_sums_part2 += partials_int_0[leader + other + 1];
  }
  partials_int_1[thread] = place_scan_sums_part2;
  workgroupBarrier();
  place_scan_sums_part2 = partials_int_1[leader2];
  place_scan_sums_part2 += partials_int_1[leader2 + 16];
  if (tpiece + 8 * piece2 < (sizes_3.N + 127) / 128 && (thread & 31) == 0) {
    place_scan_sums_mem[tpiece + 8 * piece2] = place_scan_sums_part2;
  }
}

struct Sizes_4 { N: i32 }

@group(0) @binding(0) var<storage, read> place_scan_sums_mem2: array<i32>;
@group(0) @binding(1) var<storage, read_write> place_scan_before_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes_4: Sizes_4;
var<workgroup> partials_int_0_2: array<i32, 256>;
var<workgroup> partials_int_1_2: array<i32, 256>;

@compute @workgroup_size(256)
fn compact_4(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_4.N + 127) / 128 <= group) { return; }
  let piece2 = group;

  // prefix_sum.tdsl:16: let place[n] = scan(n) (if keep[n] then 1 else 0) - 1
  var place_scan_before = 0;
  for (var place_piece_4_step = 0; place_piece_4_step < ((piece2 + 1023) >> 10u); place_piece_4_step++) {
    var place_scan_before_part = 0;
    for (var dpiece = 0; dpiece < 4; dpiece++) {
      var place_scan_sums_mem3 = 0;
      if (1024 * place_piece_4_step + 4 * thread + dpiece < (sizes_4.N + 127) / 128) { place_scan_sums_mem3 = place_scan_sums_mem2[1024 * place_piece_4_step + 4 * thread + dpiece]; }
      let place_scan_before_term = select(0, place_scan_sums_mem3, 1024 * place_piece_4_step + 4 * thread + dpiece < piece2 && 1024 * place_piece_4_step + 4 * thread + dpiece < (sizes_4.N + 127) / 128);
      place_scan_before_part += place_scan_before_term;
    }
    place_scan_before += place_scan_before_part;
  }
  var place_scan_before_part = place_scan_before;
  partials_int_0_2[thread] = place_scan_before_part;
  workgroupBarrier();
  place_scan_before_part = partials_int_0_2[leader];
  for (var other = 0; other < 15; other++) {
    place_scan_before_part += partials_int_0_2[leader + other + 1];
  }
  partials_int_1_2[thread] = place_scan_before_part;
  workgroupBarrier();
  place_scan_before_part = partials_int_1_2[leader2];
  for (var other = 0; other < 15; other++) {
    place_scan_before_part += partials_int_1_2[leader2 + 16 * (other + 1)];
  }
  if (thread == 0) { place_scan_before_mem[piece2] = place_scan_before_part; }
}

struct Sizes_5 { N: i32 }

@group(0) @binding(0) var<storage, read> place_scan_of_mem3: array<i32>;
@group(0) @binding(1) var<storage, read_write> place_sum_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes_5: Sizes_5;
var<workgroup> partials_int_0_3: array<i32, 256>;
var<workgroup> partials_int_1_3: array<i32, 256>;

@compute @workgroup_size(256)
fn compact_5(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tn = thread & 31;
  let tn2 = thread >> 5u;
  let leader = thread & 240;
  let leader2 = thread & 239;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_5.N + 7) / 8 <= group) { return; }
  let n = group;

  // prefix_sum.tdsl:16: let place[n] = scan(n) (if keep[n] then 1 else 0) - 1
  var place_sum = 0;
  var place_scan_of_mem4: array<i32, 4>;
  for (var dn = 0; dn < 4; dn++) {
    place_scan_of_mem4[dn] = place_scan_of_mem3[max(0, min(128 * (n >> 4u) + 4 * tn + dn, sizes_5.N - 1))];
  }
  var place_sum_part = 0;
  for (var dn = 0; dn < 4; dn++) {
    let place_sum_term = select(0, place_scan_of_mem4[dn], 4 * tn + dn <= tn2 + 8 * (n & 15));
    place_sum_part += place_sum_term;
  }
  place_sum += place_sum_part;
  var place_sum_part2 = place_sum;
  partials_int_0_3[thread] = place_sum_part2;
  workgroupBarrier();
  place_sum_part2 = partials_int_0_3[leader];
  for (var other = 0; other < 15; other++) {
    place_sum_part2 += partials_int_0_3[leader + other + 1];
  }
  partials_int_1_3[thread] = place_sum_part2;
  workgroupBarrier();
  place_sum_part2 = partials_int_1_3[leader2];
  place_sum_part2 += partials_int_1_3[leader2 + 16];
  if (tn2 + 8 * n < sizes_5.N && (thread & 31) == 0) { place_sum_mem[tn2 + 8 * n] = place_sum_part2; }
}

struct Sizes_6 { N: i32 }

@group(0) @binding(0) var<storage, read> place_scan_before_mem2: array<i32>;
@group(0) @binding(1) var<storage, read> place_sum_mem2: array<i32>;
@group(0) @binding(2) var<storage, read_write> Y_outside_min_chunk_mem: array<i32>;
@group(0) @binding(3) var<uniform> sizes_6: Sizes_6;
var<workgroup> partials_int_0_4: array<i32, 256>;
var<workgroup> partials_int_1_4: array<i32, 256>;

@compute @workgroup_size(256)
fn compact_6(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let n_chunk = i32(workgroup.x + workgroup.y * workgroups.x);

  // prefix_sum.tdsl:18: Y[max(place[n], 0)] max= if keep[n] then X[n] else 0
  var Y_outside_min_chunk = 2147483647;
  let n_2_step_count = (min((sizes_6.N + 255) / 256, max(0, sizes_6.N - n_chunk * ((sizes_6.N + 255) / 256))) + 1023) >> 10u;
  for (var n_2_step = 0; n_2_step < n_2_step_count; n_2_step++) {
    var Y_outside_min_chunk_part = 2147483647;
    for (var dn = 0; dn < 4; dn++) {
      var place_scan_before_mem3 = 0;
      if (((n_chunk * ((sizes_6.N + 255) / 256) + 4 * thread + dn) >> 7u) + 8 * n_2_step < (sizes_6.N + 127) / 128) { place_scan_before_mem3 = place_scan_before_mem2[((n_chunk * ((sizes_6.N + 255) / 256) + 4 * thread + dn) >> 7u) + 8 * n_2_step]; }
      var place_sum_mem3 = 0;
      if (n_chunk * ((sizes_6.N + 255) / 256) + 1024 * n_2_step + 4 * thread + dn < sizes_6.N) { place_sum_mem3 = place_sum_mem2[n_chunk * ((sizes_6.N + 255) / 256) + 1024 * n_2_step + 4 * thread + dn]; }
      let Y_outside_min_chunk_term = select(2147483647, n_chunk * ((sizes_6.N + 255) / 256) + 1024 * n_2_step + 4 * thread + dn, max(place_scan_before_mem3 + place_sum_mem3 - 1, 0) < 0 || sizes_6.N <= max(place_scan_before_mem3 + place_sum_mem3 - 1, 0));
      let Y_outside_min_chunk_term2 = select(2147483647, Y_outside_min_chunk_term, n_chunk * ((sizes_6.N + 255) / 256) + 1024 * n_2_step + 4 * thread + dn < sizes_6.N && 1024 * n_2_step + 4 * thread + dn < (sizes_6.N + 255) / 256);
      Y_outside_min_chunk_part = whole_min(Y_outside_min_chunk_part, Y_outside_min_chunk_term2);
    }
    Y_outside_min_chunk = whole_min(Y_outside_min_chunk, Y_outside_min_chunk_part);
  }
  var Y_outside_min_chunk_part = Y_outside_min_chunk;
  partials_int_0_4[thread] = Y_outside_min_chunk_part;
  workgroupBarrier();
  Y_outside_min_chunk_part = partials_int_0_4[leader];
  for (var other = 0; other < 15; other++) {
    Y_outside_min_chunk_part = whole_min(Y_outside_min_chunk_part, partials_int_0_4[leader + other + 1]);
  }
  partials_int_1_4[thread] = Y_outside_min_chunk_part;
  workgroupBarrier();
  Y_outside_min_chunk_part = partials_int_1_4[leader2];
  for (var other = 0; other < 15; other++) {
    Y_outside_min_chunk_part = whole_min(Y_outside_min_chunk_part, partials_int_1_4[leader2 + 16 * (other + 1)]);
  }
  if (thread == 0) { Y_outside_min_chunk_mem[n_chunk] = Y_outside_min_chunk_part; }
}

struct Sizes_7 { N: i32 }

@group(0) @binding(0) var<storage, read> Y_outside_min_chunk_mem2: array<vec4<i32>>;
@group(0) @binding(1) var<storage, read_write> Y_outside: array<i32>;
@group(0) @binding(2) var<uniform> sizes_7: Sizes_7;
var<workgroup> partials_int_0_5: array<i32, 64>;
var<workgroup> partials_int_1_5: array<i32, 64>;

fn load4_Y_outside_min_chunk_mem2(i: i32) -> array<i32, 4> {
  let unit0 = Y_outside_min_chunk_mem2[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

@compute @workgroup_size(64)
fn compact_7(@builtin(local_invocation_index) local_index: u32) {
  let thread = i32(local_index);
  let leader = thread & 48;
  let leader2 = thread & 15;

  // prefix_sum.tdsl:18: Y[max(place[n], 0)] max= if keep[n] then X[n] else 0
  var Y_outside_min = 2147483647;
  var Y_outside_min_part = 2147483647;
  var y_outside_min_chunk_mem = load4_Y_outside_min_chunk_mem2(4 * thread);
  for (var v = 0; v < 4; v++) {
    Y_outside_min_part = whole_min(Y_outside_min_part, y_outside_min_chunk_mem[v]);
  }
  Y_outside_min = whole_min(Y_outside_min, Y_outside_min_part);
  var Y_outside_min_part2 = Y_outside_min;
  partials_int_0_5[thread] = Y_outside_min_part2;
  workgroupBarrier();
  Y_outside_min_part2 = partials_int_0_5[leader];
  for (var other = 0; other < 15; other++) {
    Y_outside_min_part2 = whole_min(Y_outside_min_part2, partials_int_0_5[leader + other + 1]);
  }
  partials_int_1_5[thread] = Y_outside_min_part2;
  workgroupBarrier();
  Y_outside_min_part2 = partials_int_1_5[leader2];
  for (var other = 0; other < 3; other++) {
    Y_outside_min_part2 = whole_min(Y_outside_min_part2, partials_int_1_5[leader2 + 16 * (other + 1)]);
  }
  if (thread == 0) { Y_outside[0] = Y_outside_min_part2; }
}

struct Sizes_8 { N: i32 }

@group(0) @binding(0) var<storage, read> X: array<i32>;
@group(0) @binding(1) var<storage, read> keep2: array<u32>; // bool, 4 a word
@group(0) @binding(2) var<storage, read> place_scan_before_mem3: array<i32>;
@group(0) @binding(3) var<storage, read> place_sum_mem3: array<i32>;
@group(0) @binding(4) var<storage, read_write> Y2: array<i32>;
@group(0) @binding(5) var<uniform> sizes_8: Sizes_8;
var<workgroup> partials_int_0_6: array<i32, 256>;
var<workgroup> partials_int_1_6: array<i32, 256>;

fn load_keep2(i: i32) -> bool {
  return extractBits(keep2[i >> 2u], 8u * u32(i & 3), 8u) != 0u;
}

@compute @workgroup_size(256)
fn compact_8(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_8.N <= group) { return; }
  let at2 = group;

  // prefix_sum.tdsl:18: Y[max(place[n], 0)] max= if keep[n] then X[n] else 0
  var Y_max = -2147483648;
  for (var n_3_step = 0; n_3_step < (sizes_8.N + 4095) / 4096; n_3_step++) {
    var Y_max_part = -2147483648;
    for (var dn = 0; dn < 16; dn++) {
      var place_scan_before_mem4 = 0;
      if (4096 * n_3_step + 16 * thread + dn < sizes_8.N) { place_scan_before_mem4 = place_scan_before_mem3[(thread >> 3u) + 32 * n_3_step]; }
      var place_sum_mem4 = 0;
      if (4096 * n_3_step + 16 * thread + dn < sizes_8.N) { place_sum_mem4 = place_sum_mem3[4096 * n_3_step + 16 * thread + dn]; }
      var keep3 = false;
      if (4096 * n_3_step + 16 * thread + dn < sizes_8.N) { keep3 = load_keep2(4096 * n_3_step + 16 * thread + dn); }
      var x = 0;
      if (4096 * n_3_step + 16 * thread + dn < sizes_8.N) { x = X[4096 * n_3_step + 16 * thread + dn]; }
      let Y_max_term = select(0, x, keep3);
      let Y_max_term2 = select(-2147483648, Y_max_term, 4096 * n_3_step + 16 * thread + dn < sizes_8.N && max(0, place_scan_before_mem4 + place_sum_mem4 - 1) == at2);
      Y_max_part = whole_max(Y_max_part, Y_max_term2);
    }
    Y_max = whole_max(Y_max, Y_max_part);
  }
  var Y_max_part = Y_max;
  partials_int_0_6[thread] = Y_max_part;
  workgroupBarrier();
  Y_max_part = partials_int_0_6[leader];
  for (var other = 0; other < 15; other++) {
    Y_max_part = whole_max(Y_max_part, partials_int_0_6[leader + other + 1]);
  }
  partials_int_1_6[thread] = Y_max_part;
  workgroupBarrier();
  Y_max_part = partials_int_1_6[leader2];
  for (var other = 0; other < 15; other++) {
    Y_max_part = whole_max(Y_max_part, partials_int_1_6[leader2 + 16 * (other + 1)]);
  }
  let y2 = Y2[at2];
  let y = whole_max(y2, Y_max_part);
  if (thread == 0) { Y2[at2] = y; }
}

struct Sizes_9 { N: i32 }

@group(0) @binding(0) var<storage, read> keep3: array<u32>; // bool, 4 a word
@group(0) @binding(1) var<storage, read_write> count_sum_chunk_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes_9: Sizes_9;
var<workgroup> partials_int_0_7: array<i32, 256>;
var<workgroup> partials_int_1_7: array<i32, 256>;

fn load_keep3(i: i32) -> bool {
  return extractBits(keep3[i >> 2u], 8u * u32(i & 3), 8u) != 0u;
}

@compute @workgroup_size(256)
fn compact_9(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let n_chunk = i32(workgroup.x + workgroup.y * workgroups.x);

  // prefix_sum.tdsl:19: count = sum(n) (if keep[n] then 1 else 0)
  var count_sum_chunk = 0;
  let n_3_step_count = (min((sizes_9.N + 255) / 256, max(0, sizes_9.N - n_chunk * ((sizes_9.N + 255) / 256))) + 4095) >> 12u;
  for (var n_3_step = 0; n_3_step < n_3_step_count; n_3_step++) {
    var count_sum_chunk_part = 0;
    for (var dn = 0; dn < 16; dn++) {
      var keep4 = false;
      if (n_chunk * ((sizes_9.N + 255) / 256) + 4096 * n_3_step + 16 * thread + dn < sizes_9.N) { keep4 = load_keep3(n_chunk * ((sizes_9.N + 255) / 256) + 4096 * n_3_step + 16 * thread + dn); }
      let count_sum_chunk_term = select(0, 1, keep4);
      let count_sum_chunk_term2 = select(0, count_sum_chunk_term, n_chunk * ((sizes_9.N + 255) / 256) + 4096 * n_3_step + 16 * thread + dn < sizes_9.N && 4096 * n_3_step + 16 * thread + dn < (sizes_9.N + 255) / 256);
      count_sum_chunk_part += count_sum_chunk_term2;
    }
    count_sum_chunk += count_sum_chunk_part;
  }
  var count_sum_chunk_part = count_sum_chunk;
  partials_int_0_7[thread] = count_sum_chunk_part;
  workgroupBarrier();
  count_sum_chunk_part = partials_int_0_7[leader];
  for (var other = 0; other < 15; other++) {
    count_sum_chunk_part += partials_int_0_7[leader + other + 1];
  }
  partials_int_1_7[thread] = count_sum_chunk_part;
  workgroupBarrier();
  count_sum_chunk_part = partials_int_1_7[leader2];
  for (var other = 0; other < 15; other++) {
    count_sum_chunk_part += partials_int_1_7[leader2 + 16 * (other + 1)];
  }
  if (thread == 0) { count_sum_chunk_mem[n_chunk] = count_sum_chunk_part; }
}

struct Sizes_10 { N: i32 }

@group(0) @binding(0) var<storage, read> count_sum_chunk_mem2: array<vec4<i32>>;
@group(0) @binding(1) var<storage, read_write> count: array<i32>;
@group(0) @binding(2) var<uniform> sizes_10: Sizes_10;
var<workgroup> partials_int_0_8: array<i32, 64>;
var<workgroup> partials_int_1_8: array<i32, 64>;

fn load4_count_sum_chunk_mem2(i: i32) -> array<i32, 4> {
  let unit0 = count_sum_chunk_mem2[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

@compute @workgroup_size(64)
fn compact_10(@builtin(local_invocation_index) local_index: u32) {
  let thread = i32(local_index);
  let leader = thread & 48;
  let leader2 = thread & 15;

  // prefix_sum.tdsl:19: count = sum(n) (if keep[n] then 1 else 0)
  var count_sum = 0;
  var count_sum_part = 0;
  var count_sum_chunk_mem3 = load4_count_sum_chunk_mem2(4 * thread);
  for (var v = 0; v < 4; v++) {
    count_sum_part += count_sum_chunk_mem3[v];
  }
  count_sum += count_sum_part;
  var count_sum_part2 = count_sum;
  partials_int_0_8[thread] = count_sum_part2;
  workgroupBarrier();
  count_sum_part2 = partials_int_0_8[leader];
  for (var other = 0; other < 15; other++) {
    count_sum_part2 += partials_int_0_8[leader + other + 1];
  }
  partials_int_1_8[thread] = count_sum_part2;
  workgroupBarrier();
  count_sum_part2 = partials_int_1_8[leader2];
  for (var other = 0; other < 3; other++) {
    count_sum_part2 += partials_int_1_8[leader2 + 16 * (other + 1)];
  }
  if (thread == 0) { count[0] = count_sum_part2; }
}

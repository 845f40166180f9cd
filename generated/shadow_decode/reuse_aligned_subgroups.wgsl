// reuse_aligned_1, reuse_aligned_2, reuse_aligned_3, reuse_aligned_4, reuse_aligned_5, reuse_aligned_6, reuse_aligned_7, reuse_aligned_8, reuse_aligned_9: made by tdsl from shadow_decode.tdsl for wgsl. Change the source, not this file.
// Relies on T % 16 == 0, H % 4 == 0.
enable subgroups;

// the larger; some drivers lose signs within nested max
fn whole_max(a: i32, b: i32) -> i32 { return select(a, b, b > a); }

// the smaller; some drivers lose signs within nested min
fn whole_min(a: i32, b: i32) -> i32 { return select(a, b, b < a); }

struct Sizes { C: i32, B: i32, H: i32, T: i32 }

@group(0) @binding(0) var<storage, read> slot: array<i32>;
@group(0) @binding(1) var<storage, read> chunk: array<vec4<i32>>;
@group(0) @binding(2) var<storage, read_write> place_scan_of_mem: array<vec4<i32>>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_int_0: array<i32, 1024>;

fn load4_chunk(i: i32) -> array<i32, 4> {
  let unit0 = chunk[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_chunk_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_chunk(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

fn store4_place_scan_of_mem(i: i32, values: array<i32, 4>) {
  place_scan_of_mem[i >> 2u] = vec4<i32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn reuse_aligned_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tu = thread >> 4u;
  let tt = thread & 15;
  let leader = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B * sizes.H * ((sizes.T + 48) / 64) <= group) { return; }
  let t_count = (sizes.T + 48) / 64;
  let t = group % t_count;
  let outer = group / t_count;
  let h = outer % sizes.H;
  let b = outer / sizes.H;

  // shadow_decode.tdsl:28: let place[b, h, t] = scan(t) (if missing[b, h, t] then 1 else 0) - 1
  var missing: array<bool, 4>;
  for (var dt = 0; dt < 4; dt++) {
    missing[dt] = true;
  }
  for (var u_2_step = 0; u_2_step < sizes.T / 16; u_2_step++) {
    let slot2 = slot[(b * sizes.H + h) * sizes.T + tu + 16 * u_2_step];
    var chunk2 = load4_chunk_or((b * sizes.H + h) * sizes.T + 64 * t + 4 * tt, 64 * t + 4 * tt < sizes.T, 0);
    for (var dt = 0; dt < 4; dt++) {
      missing[dt] = missing[dt] && slot2 != chunk2[dt];
    }
  }
  var missing_part: array<bool, 4>;
  for (var dt = 0; dt < 4; dt++) {
    missing_part[dt] = missing[dt];
  }
  for (var r = 0; r < 4; r++) {
    partials_int_0[r * 256 + thread] = i32(missing_part[r]);
  }
  workgroupBarrier();
  for (var r = 0; r < 4; r++) {
    missing_part[r] = partials_int_0[r * 256 + leader] != 0;
    for (var other = 0; other < 15; other++) {
      missing_part[r] = missing_part[r] && partials_int_0[r * 256 + leader + 16 * (other + 1)] != 0;
    }
  }
  var place_scan_of_mem2: array<i32, 4>;
  for (var v = 0; v < 4; v++) {
    place_scan_of_mem2[v] = select(0, 1, missing_part[v]);
  }
  if (64 * t + 4 * tt < sizes.T && thread < 16) {
    store4_place_scan_of_mem((b * sizes.H + h) * sizes.T + 64 * t + 4 * tt, place_scan_of_mem2);
  }
}

struct Sizes_2 { C: i32, B: i32, H: i32, T: i32 }

@group(0) @binding(0) var<storage, read> place_scan_of_mem2: array<i32>;
@group(0) @binding(1) var<storage, read_write> place_scan_sums_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes_2: Sizes_2;
var<workgroup> partials_int_0_2: array<i32, 256>;

@compute @workgroup_size(256)
fn reuse_aligned_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tpiece = thread >> 5u;
  let tt = thread & 31;
  let leader = thread & 227;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_2.B * sizes_2.H * ((sizes_2.T + 1008) / 1024) <= group) { return; }
  let piece_count = (sizes_2.T + 1008) / 1024;
  let piece2 = group % piece_count;
  let outer = group / piece_count;
  let h = outer % sizes_2.H;
  let b = outer / sizes_2.H;

  // shadow_decode.tdsl:28: let place[b, h, t] = scan(t) (if missing[b, h, t] then 1 else 0) - 1
  var place_scan_sums = 0;
  var place_scan_sums_part = 0;
  for (var dt = 0; dt < 4; dt++) {
    let place_scan_of_mem3 = place_scan_of_mem2[(b * sizes_2.H + h) * sizes_2.T + max(0, min(1024 * piece2 + 128 * tpiece + 4 * tt + dt, sizes_2.T - 1))];
    let place_scan_sums_term = select(0, place_scan_of_mem3, 1024 * piece2 + 128 * tpiece + 4 * tt + dt < sizes_2.T);
    place_scan_sums_part += place_scan_sums_term;
  }
  place_scan_sums += place_scan_sums_part;
  var place_scan_sums_part2 = place_scan_sums;
  for (var step = 0; step < 2; step++) {
    place_scan_sums_part2 += subgroupShuffleXor(place_scan_sums_part2, u32(1 << u32(step)));
  }
  partials_int_0_2[thread] = place_scan_sums_part2;
  workgroupBarrier();
  place_scan_sums_part2 = partials_int_0_2[leader];
  for (var other = 0; other < 7; other++) {
    place_scan_sums_part2 += partials_int_0_2[leader + 4 * (other + 1)];
  }
  if (tpiece + 8 * piece2 < (sizes_2.T + 112) / 128 && (thread & 31) == 0) {
    place_scan_sums_mem[(b * sizes_2.H + h) * ((sizes_2.T + 127) / 128) + tpiece + 8 * piece2] = place_scan_sums_part2;
  }
}

struct Sizes_3 { C: i32, B: i32, H: i32, T: i32 }

@group(0) @binding(0) var<storage, read> place_scan_sums_mem2: array<i32>;
@group(0) @binding(1) var<storage, read_write> place_scan_before_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes_3: Sizes_3;
var<workgroup> partials_int_0_3: array<i32, 256>;
var<workgroup> partials_int_1: array<i32, 256>;

@compute @workgroup_size(256)
fn reuse_aligned_3(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_3.B * sizes_3.H * ((sizes_3.T + 112) / 128) <= group) { return; }
  let piece_count = (sizes_3.T + 112) / 128;
  let piece2 = group % piece_count;
  let outer = group / piece_count;
  let h = outer % sizes_3.H;
  let b = outer / sizes_3.H;

  // shadow_decode.tdsl:28: let place[b, h, t] = scan(t) (if missing[b, h, t] then 1 else 0) - 1
  var place_scan_before = 0;
  for (var place_piece_4_step = 0; place_piece_4_step < ((piece2 + 1023) >> 10u); place_piece_4_step++) {
    var place_scan_before_part = 0;
    for (var dpiece = 0; dpiece < 4; dpiece++) {
      var place_scan_sums_mem3 = 0;
      if (1024 * place_piece_4_step + 4 * thread + dpiece < (sizes_3.T + 112) / 128) { place_scan_sums_mem3 = place_scan_sums_mem2[(b * sizes_3.H + h) * ((sizes_3.T + 127) / 128) + 1024 * place_piece_4_step + 4 * thread + dpiece]; }
      let place_scan_before_term = select(0, place_scan_sums_mem3, 1024 * place_piece_4_step + 4 * thread + dpiece < piece2 && 1024 * place_piece_4_step + 4 * thread + dpiece < (sizes_3.T + 112) / 128);
      place_scan_before_part += place_scan_before_term;
    }
    place_scan_before += place_scan_before_part;
  }
  var place_scan_before_part = place_scan_before;
  for (var step = 0; step < 2; step++) {
    place_scan_before_part += subgroupShuffleXor(place_scan_before_part, u32(1 << u32(step)));
  }
  partials_int_0_3[thread] = place_scan_before_part;
  workgroupBarrier();
  place_scan_before_part = partials_int_0_3[leader];
  for (var other = 0; other < 15; other++) {
    place_scan_before_part += partials_int_0_3[leader + 4 * (other + 1)];
  }
  partials_int_1[thread] = place_scan_before_part;
  workgroupBarrier();
  place_scan_before_part = partials_int_1[leader2];
  for (var other = 0; other < 3; other++) {
    place_scan_before_part += partials_int_1[leader2 + 64 * (other + 1)];
  }
  if (thread == 0) { place_scan_before_mem[(b * sizes_3.H + h) * ((sizes_3.T + 127) / 128) + piece2] = place_scan_before_part; }
}

struct Sizes_4 { C: i32, B: i32, H: i32, T: i32 }

@group(0) @binding(0) var<storage, read> slot2: array<vec4<i32>>;
@group(0) @binding(1) var<storage, read> chunk2: array<i32>;
@group(0) @binding(2) var<storage, read_write> free_scan_of_mem: array<vec4<i32>>;
@group(0) @binding(3) var<uniform> sizes_4: Sizes_4;
var<workgroup> partials_int_0_4: array<i32, 1024>;

fn load4_slot2(i: i32) -> array<i32, 4> {
  let unit0 = slot2[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_slot2_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_slot2(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

fn store4_free_scan_of_mem(i: i32, values: array<i32, 4>) {
  free_scan_of_mem[i >> 2u] = vec4<i32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn reuse_aligned_4(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tu = thread & 15;
  let tt = thread >> 4u;
  let leader = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_4.B * sizes_4.H * ((sizes_4.T + 48) / 64) <= group) { return; }
  let u_count = (sizes_4.T + 48) / 64;
  let u = group % u_count;
  let outer = group / u_count;
  let h = outer % sizes_4.H;
  let b = outer / sizes_4.H;

  // shadow_decode.tdsl:27: let free[b, h, u] = scan(u) (if stays[b, h, u] then 0 else 1) - 1
  var stays: array<bool, 4>;
  for (var du = 0; du < 4; du++) {
    stays[du] = false;
  }
  for (var t_step = 0; t_step < sizes_4.T / 16; t_step++) {
    var slot3 = load4_slot2_or((b * sizes_4.H + h) * sizes_4.T + 64 * u + 4 * tu, 64 * u + 4 * tu < sizes_4.T, 0);
    let chunk3 = chunk2[(b * sizes_4.H + h) * sizes_4.T + tt + 16 * t_step];
    for (var du = 0; du < 4; du++) {
      stays[du] = stays[du] || slot3[du] == chunk3;
    }
  }
  var stays_part: array<bool, 4>;
  for (var du = 0; du < 4; du++) {
    stays_part[du] = stays[du];
  }
  for (var r = 0; r < 4; r++) {
    partials_int_0_4[r * 256 + thread] = i32(stays_part[r]);
  }
  workgroupBarrier();
  for (var r = 0; r < 4; r++) {
    stays_part[r] = partials_int_0_4[r * 256 + leader] != 0;
    for (var other = 0; other < 15; other++) {
      stays_part[r] = stays_part[r] || partials_int_0_4[r * 256 + leader + 16 * (other + 1)] != 0;
    }
  }
  var free_scan_of_mem2: array<i32, 4>;
  for (var v = 0; v < 4; v++) {
    free_scan_of_mem2[v] = select(1, 0, stays_part[v]);
  }
  if (64 * u + 4 * tu < sizes_4.T && thread < 16) {
    store4_free_scan_of_mem((b * sizes_4.H + h) * sizes_4.T + 64 * u + 4 * tu, free_scan_of_mem2);
  }
}

struct Sizes_5 { C: i32, B: i32, H: i32, T: i32 }

@group(0) @binding(0) var<storage, read> free_scan_of_mem2: array<i32>;
@group(0) @binding(1) var<storage, read_write> free_scan_sums_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes_5: Sizes_5;
var<workgroup> partials_int_0_5: array<i32, 256>;

@compute @workgroup_size(256)
fn reuse_aligned_5(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tpiece = thread >> 5u;
  let tu = thread & 31;
  let leader = thread & 227;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_5.B * sizes_5.H * ((sizes_5.T + 1008) / 1024) <= group) { return; }
  let piece_count = (sizes_5.T + 1008) / 1024;
  let piece2 = group % piece_count;
  let outer = group / piece_count;
  let h = outer % sizes_5.H;
  let b = outer / sizes_5.H;

  // shadow_decode.tdsl:27: let free[b, h, u] = scan(u) (if stays[b, h, u] then 0 else 1) - 1
  var free_scan_sums = 0;
  var free_scan_sums_part = 0;
  for (var du = 0; du < 4; du++) {
    let free_scan_of_mem3 = free_scan_of_mem2[(b * sizes_5.H + h) * sizes_5.T + max(0, min(1024 * piece2 + 128 * tpiece + 4 * tu + du, sizes_5.T - 1))];
    let free_scan_sums_term = select(0, free_scan_of_mem3, 1024 * piece2 + 128 * tpiece + 4 * tu + du < sizes_5.T);
    free_scan_sums_part += free_scan_sums_term;
  }
  free_scan_sums += free_scan_sums_part;
  var free_scan_sums_part2 = free_scan_sums;
  for (var step = 0; step < 2; step++) {
    free_scan_sums_part2 += subgroupShuffleXor(free_scan_sums_part2, u32(1 << u32(step)));
  }
  partials_int_0_5[thread] = free_scan_sums_part2;
  workgroupBarrier();
  free_scan_sums_part2 = partials_int_0_5[leader];
  for (var other = 0; other < 7; other++) {
    free_scan_sums_part2 += partials_int_0_5[leader + 4 * (other + 1)];
  }
  if (tpiece + 8 * piece2 < (sizes_5.T + 112) / 128 && (thread & 31) == 0) {
    free_scan_sums_mem[(b * sizes_5.H + h) * ((sizes_5.T + 127) / 128) + tpiece + 8 * piece2] = free_scan_sums_part2;
  }
}

struct Sizes_6 { C: i32, B: i32, H: i32, T: i32 }

@group(0) @binding(0) var<storage, read> free_scan_sums_mem2: array<i32>;
@group(0) @binding(1) var<storage, read_write> free_scan_before_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes_6: Sizes_6;
var<workgroup> partials_int_0_6: array<i32, 256>;
var<workgroup> partials_int_1_2: array<i32, 256>;

@compute @workgroup_size(256)
fn reuse_aligned_6(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_6.B * sizes_6.H * ((sizes_6.T + 112) / 128) <= group) { return; }
  let piece_count = (sizes_6.T + 112) / 128;
  let piece2 = group % piece_count;
  let outer = group / piece_count;
  let h = outer % sizes_6.H;
  let b = outer / sizes_6.H;

  // shadow_decode.tdsl:27: let free[b, h, u] = scan(u) (if stays[b, h, u] then 0 else 1) - 1
  var free_scan_before = 0;
  for (var free_piece_4_step = 0; free_piece_4_step < ((piece2 + 1023) >> 10u); free_piece_4_step++) {
    var free_scan_before_part = 0;
    for (var dpiece = 0; dpiece < 4; dpiece++) {
      var free_scan_sums_mem3 = 0;
      if (1024 * free_piece_4_step + 4 * thread + dpiece < (sizes_6.T + 112) / 128) { free_scan_sums_mem3 = free_scan_sums_mem2[(b * sizes_6.H + h) * ((sizes_6.T + 127) / 128) + 1024 * free_piece_4_step + 4 * thread + dpiece]; }
      let free_scan_before_term = select(0, free_scan_sums_mem3, 1024 * free_piece_4_step + 4 * thread + dpiece < piece2 && 1024 * free_piece_4_step + 4 * thread + dpiece < (sizes_6.T + 112) / 128);
      free_scan_before_part += free_scan_before_term;
    }
    free_scan_before += free_scan_before_part;
  }
  var free_scan_before_part = free_scan_before;
  for (var step = 0; step < 2; step++) {
    free_scan_before_part += subgroupShuffleXor(free_scan_before_part, u32(1 << u32(step)));
  }
  partials_int_0_6[thread] = free_scan_before_part;
  workgroupBarrier();
  free_scan_before_part = partials_int_0_6[leader];
  for (var other = 0; other < 15; other++) {
    free_scan_before_part += partials_int_0_6[leader + 4 * (other + 1)];
  }
  partials_int_1_2[thread] = free_scan_before_part;
  workgroupBarrier();
  free_scan_before_part = partials_int_1_2[leader2];
  for (var other = 0; other < 3; other++) {
    free_scan_before_part += partials_int_1_2[leader2 + 64 * (other + 1)];
  }
  if (thread == 0) { free_scan_before_mem[(b * sizes_6.H + h) * ((sizes_6.T + 127) / 128) + piece2] = free_scan_before_part; }
}

struct Sizes_7 { C: i32, B: i32, H: i32, T: i32 }

@group(0) @binding(0) var<storage, read> place_scan_of_mem3: array<i32>;
@group(0) @binding(1) var<storage, read_write> place_sum_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes_7: Sizes_7;
var<workgroup> partials_int_0_7: array<i32, 256>;

@compute @workgroup_size(256)
fn reuse_aligned_7(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tt = thread & 31;
  let tt2 = thread >> 5u;
  let leader = thread & 227;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (2 * sizes_7.B * sizes_7.H * (sizes_7.T / 16) <= group) { return; }
  let t_count = 2 * (sizes_7.T / 16);
  let t = group % t_count;
  let outer = group / t_count;
  let h = outer % sizes_7.H;
  let b = outer / sizes_7.H;

  // shadow_decode.tdsl:28: let place[b, h, t] = scan(t) (if missing[b, h, t] then 1 else 0) - 1
  var place_sum = 0;
  var place_scan_of_mem4: array<i32, 4>;
  for (var dt = 0; dt < 4; dt++) {
    place_scan_of_mem4[dt] = place_scan_of_mem3[(b * sizes_7.H + h) * sizes_7.T + max(0, min(128 * (t >> 4u) + 4 * tt + dt, sizes_7.T - 1))];
  }
  var place_sum_part = 0;
  for (var dt = 0; dt < 4; dt++) {
    let place_sum_term = select(0, place_scan_of_mem4[dt], 4 * tt + dt <= tt2 + 8 * (t & 15));
    place_sum_part += place_sum_term;
  }
  place_sum += place_sum_part;
  var place_sum_part2 = place_sum;
  for (var step = 0; step < 2; step++) {
    place_sum_part2 += subgroupShuffleXor(place_sum_part2, u32(1 << u32(step)));
  }
  partials_int_0_7[thread] = place_sum_part2;
  workgroupBarrier();
  place_sum_part2 = partials_int_0_7[leader];
  for (var other = 0; other < 7; other++) {
    place_sum_part2 += partials_int_0_7[leader + 4 * (other + 1)];
  }
  if ((thread & 31) == 0) { place_sum_mem[(b * sizes_7.H + h) * sizes_7.T + tt2 + 8 * t] = place_sum_part2; }
}

struct Sizes_8 { C: i32, B: i32, H: i32, T: i32 }

@group(0) @binding(0) var<storage, read> slot3: array<i32>;
@group(0) @binding(1) var<storage, read> chunk3: array<vec4<i32>>;
@group(0) @binding(2) var<storage, read> place_scan_before_mem2: array<i32>;
@group(0) @binding(3) var<storage, read> free_scan_before_mem2: array<i32>;
@group(0) @binding(4) var<storage, read> free_scan_of_mem3: array<i32>;
@group(0) @binding(5) var<storage, read> place_sum_mem2: array<vec4<i32>>;
@group(0) @binding(6) var<storage, read_write> next: array<i32>;
@group(0) @binding(7) var<storage, read_write> fresh: array<atomic<u32>>; // bool, 4 a word
@group(0) @binding(8) var<uniform> sizes_8: Sizes_8;
var<workgroup> partials_int_0_8: array<i32, 256>;
var<workgroup> partials_int_1_3: array<i32, 256>;

fn load4_chunk3(i: i32) -> array<i32, 4> {
  let unit0 = chunk3[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_chunk3_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_chunk3(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

fn load4_place_sum_mem2(i: i32) -> array<i32, 4> {
  let unit0 = place_sum_mem2[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_place_sum_mem2_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_place_sum_mem2(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_fresh(i: i32, value: bool) {
  let shift = 8u * u32(i & 3);
  atomicAnd(&fresh[i >> 2u], ~(0xffu << shift));
  atomicOr(&fresh[i >> 2u], select(0u, 1u, value) << shift);
}

@compute @workgroup_size(256)
fn reuse_aligned_8(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_8.B * sizes_8.H * sizes_8.T <= group) { return; }
  let u = group % sizes_8.T;
  let outer = group / sizes_8.T;
  let h = outer % sizes_8.H;
  let b = outer / sizes_8.H;

  // shadow_decode.tdsl:30: next[b, h, u] = clamp(if stays[b, h, u] then slot[b, h, u] else wanted[b, h, u], 0, C - 1)
  var stays = false;
  for (var t_step = 0; t_step < (sizes_8.T + 4080) / 4096; t_step++) {
    let slot4 = slot3[(b * sizes_8.H + h) * sizes_8.T + u];
    var stays_part = false;
    for (var dt = 0; dt < 4; dt++) {
      var chunk4 = load4_chunk3_or((b * sizes_8.H + h) * sizes_8.T + 4096 * t_step + 16 * thread + 4 * dt, 4096 * t_step + 16 * thread + 4 * dt < sizes_8.T, 0);
      for (var v = 0; v < 4; v++) {
        let stays_term = slot4 == chunk4[v];
        let stays_term2 = select(false, stays_term, 4096 * t_step + 16 * thread + 4 * dt + v < sizes_8.T);
        stays_part = stays_part || stays_term2;
      }
    }
    stays = stays || stays_part;
  }
  var stays_part = stays;
  for (var step = 0; step < 2; step++) {
    let stays_part_other = bool(subgroupShuffleXor(u32(stays_part), u32(1 << u32(step))));
    stays_part = stays_part || stays_part_other;
  }
  partials_int_0_8[thread] = i32(stays_part);
  workgroupBarrier();
  stays_part = partials_int_0_8[leader] != 0;
  for (var other = 0; other < 15; other++) {
    stays_part = stays_part || partials_int_0_8[leader + 4 * (other + 1)] != 0;
  }
  partials_int_1_3[thread] = i32(stays_part);
  workgroupBarrier();
  stays_part = partials_int_1_3[leader2] != 0;
  for (var other = 0; other < 3; other++) {
    stays_part = stays_part || partials_int_1_3[leader2 + 64 * (other + 1)] != 0;
  }
  var free_sum = 0;
  var free_sum_part = 0;
  for (var du = 0; du < 16; du++) {
    let free_scan_of_mem4 = free_scan_of_mem3[(b * sizes_8.H + h) * sizes_8.T + max(0, min(128 * (u >> 7u) + 16 * thread + du, sizes_8.T - 1))];
    let free_sum_term = select(0, free_scan_of_mem4, 16 * thread + du <= (u & 127) && 16 * thread + du <= 127);
    free_sum_part += free_sum_term;
  }
  free_sum += free_sum_part;
  var free_sum_part2 = free_sum;
  for (var step = 0; step < 2; step++) {
    free_sum_part2 += subgroupShuffleXor(free_sum_part2, u32(1 << u32(step)));
  }
  partials_int_0_8[thread] = free_sum_part2;
  workgroupBarrier();
  free_sum_part2 = partials_int_0_8[leader];
  for (var other = 0; other < 15; other++) {
    free_sum_part2 += partials_int_0_8[leader + 4 * (other + 1)];
  }
  partials_int_1_3[thread] = free_sum_part2;
  workgroupBarrier();
  free_sum_part2 = partials_int_1_3[leader2];
  for (var other = 0; other < 3; other++) {
    free_sum_part2 += partials_int_1_3[leader2 + 64 * (other + 1)];
  }
  var wanted = -2147483648;
  for (var t_4_step = 0; t_4_step < (sizes_8.T + 4080) / 4096; t_4_step++) {
    var missing: array<bool, 16>;
    for (var dt = 0; dt < 16; dt++) {
      missing[dt] = true;
    }
    for (var u_2_step = 0; u_2_step < sizes_8.T; u_2_step++) {
      let slot4 = slot3[(b * sizes_8.H + h) * sizes_8.T + u_2_step];
      for (var dt = 0; dt < 4; dt++) {
        var chunk4 = load4_chunk3_or((b * sizes_8.H + h) * sizes_8.T + 4096 * t_4_step + 16 * thread + 4 * dt, 4096 * t_4_step + 16 * thread + 4 * dt < sizes_8.T, 0);
        for (var v = 0; v < 4; v++) {
          missing[4 * dt + v] = missing[4 * dt + v] && slot4 != chunk4[v];
        }
      }
    }
    var place_scan_before_mem3: array<i32, 16>;
    var place_sum_mem3: array<i32, 16>;
    for (var dt = 0; dt < 4; dt++) {
      {
        let piece = load4_place_sum_mem2_or((b * sizes_8.H + h) * sizes_8.T + 4096 * t_4_step + 16 * thread + 4 * dt, 4096 * t_4_step + 16 * thread + 4 * dt < sizes_8.T, 0);
        place_sum_mem3[4 * dt] = piece[0];
        place_sum_mem3[4 * dt + 1] = piece[1];
        place_sum_mem3[4 * dt + 2] = piece[2];
        place_sum_mem3[4 * dt + 3] = piece[3];
      }
      for (var v = 0; v < 4; v++) {
        place_scan_before_mem3[4 * dt + v] = 0;
        if (4096 * t_4_step + 16 * thread + 4 * dt + v < sizes_8.T) { place_scan_before_mem3[4 * dt + v] = place_scan_before_mem2[(b * sizes_8.H + h) * ((sizes_8.T + 127) / 128) + (thread >> 3u) + 32 * t_4_step]; }
      }
    }
    let free_scan_before_mem3 = free_scan_before_mem2[(b * sizes_8.H + h) * ((sizes_8.T + 127) / 128) + (u >> 7u)];
    var wanted_part = -2147483648;
    for (var dt = 0; dt < 4; dt++) {
      var chunk4 = load4_chunk3_or((b * sizes_8.H + h) * sizes_8.T + 4096 * t_4_step + 16 * thread + 4 * dt, 4096 * t_4_step + 16 * thread + 4 * dt < sizes_8.T, 0);
      for (var v = 0; v < 4; v++) {
        let wanted_term = select(-2147483648, chunk4[v], 4096 * t_4_step + 16 * thread + 4 * dt + v < sizes_8.T && missing[4 * dt + v] && place_scan_before_mem3[4 * dt + v] + place_sum_mem3[4 * dt + v] - 1 == free_scan_before_mem3 + free_sum_part2 - 1);
        wanted_part = whole_max(wanted_part, wanted_term);
      }
    }
    wanted = whole_max(wanted, wanted_part);
  }
  var wanted_part = wanted;
  for (var step = 0; step < 2; step++) {
    wanted_part = whole_max(wanted_part, subgroupShuffleXor(wanted_part, u32(1 << u32(step))));
  }
  partials_int_0_8[thread] = wanted_part;
  workgroupBarrier();
  wanted_part = partials_int_0_8[leader];
  for (var other = 0; other < 15; other++) {
    wanted_part = whole_max(wanted_part, partials_int_0_8[leader + 4 * (other + 1)]);
  }
  partials_int_1_3[thread] = wanted_part;
  workgroupBarrier();
  wanted_part = partials_int_1_3[leader2];
  for (var other = 0; other < 3; other++) {
    wanted_part = whole_max(wanted_part, partials_int_1_3[leader2 + 64 * (other + 1)]);
  }

  // shadow_decode.tdsl:31: fresh[b, h, u] = not stays[b, h, u]
  let slot4 = slot3[(b * sizes_8.H + h) * sizes_8.T + u];
  let next2 = whole_min(max(select(wanted_part, slot4, stays_part), 0), sizes_8.C - 1);
  if (thread == 0) { next[(b * sizes_8.H + h) * sizes_8.T + u] = next2; }
  let fresh2 = !stays_part;
  if (thread == 0) { store_fresh((b * sizes_8.H + h) * sizes_8.T + u, fresh2); }
}

struct Sizes_9 { C: i32, B: i32, H: i32, T: i32 }

@group(0) @binding(0) var<storage, read> slot4: array<vec4<i32>>;
@group(0) @binding(1) var<storage, read> chunk4: array<i32>;
@group(0) @binding(2) var<storage, read_write> hits: array<i32>;
@group(0) @binding(3) var<uniform> sizes_9: Sizes_9;
var<workgroup> partials_int_0_9: array<i32, 256>;
var<workgroup> partials_int_1_4: array<i32, 256>;

fn load4_slot4(i: i32) -> array<i32, 4> {
  let unit0 = slot4[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_slot4_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_slot4(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

@compute @workgroup_size(256)
fn reuse_aligned_9(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_9.B * sizes_9.H <= group) { return; }
  let h = group % sizes_9.H;
  let b = group / sizes_9.H;

  // shadow_decode.tdsl:32: hits[b, h] = sum(u) (if stays[b, h, u] then 1 else 0)
  var hits_sum = 0;
  for (var u_7_step = 0; u_7_step < (sizes_9.T + 1008) / 1024; u_7_step++) {
    var stays: array<bool, 4>;
    for (var du = 0; du < 4; du++) {
      stays[du] = false;
    }
    for (var t_step = 0; t_step < sizes_9.T; t_step++) {
      var slot5 = load4_slot4_or((b * sizes_9.H + h) * sizes_9.T + 1024 * u_7_step + 4 * thread, 1024 * u_7_step + 4 * thread < sizes_9.T, 0);
      let chunk5 = chunk4[(b * sizes_9.H + h) * sizes_9.T + t_step];
      for (var du = 0; du < 4; du++) {
        stays[du] = stays[du] || slot5[du] == chunk5;
      }
    }
    var hits_sum_part = 0;
    for (var du = 0; du < 4; du++) {
      let hits_sum_term = select(0, 1, stays[du]);
      let hits_sum_term2 = select(0, hits_sum_term, 1024 * u_7_step + 4 * thread + du < sizes_9.T);
      hits_sum_part += hits_sum_term2;
    }
    hits_sum += hits_sum_part;
  }
  var hits_sum_part = hits_sum;
  for (var step = 0; step < 2; step++) {
    hits_sum_part += subgroupShuffleXor(hits_sum_part, u32(1 << u32(step)));
  }
  partials_int_0_9[thread] = hits_sum_part;
  workgroupBarrier();
  hits_sum_part = partials_int_0_9[leader];
  for (var other = 0; other < 15; other++) {
    hits_sum_part += partials_int_0_9[leader + 4 * (other + 1)];
  }
  partials_int_1_4[thread] = hits_sum_part;
  workgroupBarrier();
  hits_sum_part = partials_int_1_4[leader2];
  for (var other = 0; other < 3; other++) {
    hits_sum_part += partials_int_1_4[leader2 + 64 * (other + 1)];
  }
  if (thread == 0) { hits[b * sizes_9.H + h] = hits_sum_part; }
}

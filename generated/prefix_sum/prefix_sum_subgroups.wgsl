// prefix_sum_1, prefix_sum_2, prefix_sum_3: made by tdsl from prefix_sum.tdsl for wgsl. Change the source, not this file.
enable subgroups;

struct Sizes { M: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<f32>;
@group(0) @binding(1) var<storage, read_write> Y_scan_sums_mem: array<f32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;

@compute @workgroup_size(256)
fn prefix_sum_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tpiece = thread >> 5u;
  let tn = thread & 31;
  let leader = thread & 227;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M * ((sizes.N + 1023) / 1024) <= group) { return; }
  let piece_count = (sizes.N + 1023) / 1024;
  let piece2 = group % piece_count;
  let m = group / piece_count;

  // prefix_sum.tdsl:7: Y[m, n] = scan(n) X[m, n]
  var Y_scan_sums = 0.0;
  var Y_scan_sums_part = 0.0;
  for (var dn = 0; dn < 4; dn++) {
    let x = X[m * sizes.N + max(0, min(1024 * piece2 + 128 * tpiece + 4 * tn + dn, sizes.N - 1))];
    let Y_scan_sums_term = select(0.0, x, 1024 * piece2 + 128 * tpiece + 4 * tn + dn < sizes.N);
    Y_scan_sums_part += Y_scan_sums_term;
  }
  Y_scan_sums += Y_scan_sums_part;
  var Y_scan_sums_part2 = Y_scan_sums;
  for (var step = 0; step < 2; step++) {
    Y_scan_sums_part2 += subgroupShuffleXor(Y_scan_sums_part2, u32(1 << u32(step)));
  }
  partials_0[thread] = Y_scan_sums_part2;
  workgroupBarrier();
  Y_scan_sums_part2 = partials_0[leader];
  for (var other = 0; other < 7; other++) {
    Y_scan_sums_part2 += partials_0[leader + 4 * (other + 1)];
  }
  if (tpiece + 8 * piece2 < (sizes.N + 127) / 128 && (thread & 31) == 0) {
    Y_scan_sums_mem[m * ((sizes.N + 127) / 128) + tpiece + 8 * piece2] = Y_scan_sums_part2;
  }
}

struct Sizes_2 { M: i32, N: i32 }

@group(0) @binding(0) var<storage, read> Y_scan_sums_mem2: array<f32>;
@group(0) @binding(1) var<storage, read_write> Y_scan_before_mem: array<f32>;
@group(0) @binding(2) var<uniform> sizes_2: Sizes_2;
var<workgroup> partials_0_2: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

@compute @workgroup_size(256)
fn prefix_sum_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_2.M * ((sizes_2.N + 127) / 128) <= group) { return; }
  let piece_count = (sizes_2.N + 127) / 128;
  let piece2 = group % piece_count;
  let m = group / piece_count;

  // prefix_sum.tdsl:7: Y[m, n] = scan(n) X[m, n]
  var Y_scan_before = 0.0;
  for (var Y_piece_4_step = 0; Y_piece_4_step < ((piece2 + 1023) >> 10u); Y_piece_4_step++) {
    var Y_scan_before_part = 0.0;
    for (var dpiece = 0; dpiece < 4; dpiece++) {
      var y_scan_sums_mem = 0.0;
      if (1024 * Y_piece_4_step + 4 * thread + dpiece < (sizes_2.N + 127) / 128) { y_scan_sums_mem = Y_scan_sums_mem2[m * ((sizes_2.N + 127) / 128) + 1024 * Y_piece_4_step + 4 * thread + dpiece]; }
      let Y_scan_before_term = select(0.0, y_scan_sums_mem, 1024 * Y_piece_4_step + 4 * thread + dpiece < piece2 && 1024 * Y_piece_4_step + 4 * thread + dpiece < (sizes_2.N + 127) / 128);
      Y_scan_before_part += Y_scan_before_term;
    }
    Y_scan_before += Y_scan_before_part;
  }
  var Y_scan_before_part = Y_scan_before;
  for (var step = 0; step < 2; step++) {
    Y_scan_before_part += subgroupShuffleXor(Y_scan_before_part, u32(1 << u32(step)));
  }
  partials_0_2[thread] = Y_scan_before_part;
  workgroupBarrier();
  Y_scan_before_part = partials_0_2[leader];
  for (var other = 0; other < 15; other++) {
    Y_scan_before_part += partials_0_2[leader + 4 * (other + 1)];
  }
  partials_1[thread] = Y_scan_before_part;
  workgroupBarrier();
  Y_scan_before_part = partials_1[leader2];
  for (var other = 0; other < 3; other++) {
    Y_scan_before_part += partials_1[leader2 + 64 * (other + 1)];
  }
  if (thread == 0) { Y_scan_before_mem[m * ((sizes_2.N + 127) / 128) + piece2] = Y_scan_before_part; }
}

struct Sizes_3 { M: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X2: array<f32>;
@group(0) @binding(1) var<storage, read> Y_scan_before_mem2: array<f32>;
@group(0) @binding(2) var<storage, read_write> Y: array<f32>;
@group(0) @binding(3) var<uniform> sizes_3: Sizes_3;
var<workgroup> partials_0_3: array<f32, 256>;

@compute @workgroup_size(256)
fn prefix_sum_3(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tn = thread & 31;
  let tn2 = thread >> 5u;
  let leader = thread & 227;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_3.M * ((sizes_3.N + 7) / 8) <= group) { return; }
  let n_count = (sizes_3.N + 7) / 8;
  let n = group % n_count;
  let m = group / n_count;

  // prefix_sum.tdsl:7: Y[m, n] = scan(n) X[m, n]
  var Y_sum = 0.0;
  var x: array<f32, 4>;
  for (var dn = 0; dn < 4; dn++) {
    x[dn] = X2[m * sizes_3.N + max(0, min(128 * (n >> 4u) + 4 * tn + dn, sizes_3.N - 1))];
  }
  var Y_sum_part = 0.0;
  for (var dn = 0; dn < 4; dn++) {
    let Y_sum_term = select(0.0, x[dn], 4 * tn + dn <= tn2 + 8 * (n & 15));
    Y_sum_part += Y_sum_term;
  }
  Y_sum += Y_sum_part;
  var Y_sum_part2 = Y_sum;
  for (var step = 0; step < 2; step++) {
    Y_sum_part2 += subgroupShuffleXor(Y_sum_part2, u32(1 << u32(step)));
  }
  partials_0_3[thread] = Y_sum_part2;
  workgroupBarrier();
  Y_sum_part2 = partials_0_3[leader];
  for (var other = 0; other < 7; other++) {
    Y_sum_part2 += partials_0_3[leader + 4 * (other + 1)];
  }
  let y_scan_before_mem = Y_scan_before_mem2[m * ((sizes_3.N + 127) / 128) + (n >> 4u)];
  let y = y_scan_before_mem + Y_sum_part2;
  if (tn2 + 8 * n < sizes_3.N && (thread & 31) == 0) { Y[m * sizes_3.N + tn2 + 8 * n] = y; }
}

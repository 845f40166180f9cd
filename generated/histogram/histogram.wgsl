// histogram_1, histogram_2: made by tdsl from histogram.tdsl for wgsl. Change the source, not this file.

struct Sizes { B: i32, N: i32 }

@group(0) @binding(0) var<storage, read_write> count: array<i32>;
@group(0) @binding(1) var<uniform> sizes: Sizes;

@compute @workgroup_size(256)
fn histogram_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.B + 1023) / 1024 <= group) { return; }
  let b = group;

  // histogram.tdsl:8: count[b] = 0
  for (var db = 0; db < 4; db++) {
    let count2 = 0;
    if (1024 * b + 4 * thread + db < sizes.B) { count[1024 * b + 4 * thread + db] = count2; }
  }
}

struct Sizes_2 { B: i32, N: i32 }

@group(0) @binding(0) var<storage, read> x: array<i32>;
@group(0) @binding(1) var<storage, read_write> count2: array<i32>;
@group(0) @binding(2) var<uniform> sizes_2: Sizes_2;
var<workgroup> partials_int_0: array<i32, 1024>;

@compute @workgroup_size(256)
fn histogram_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tn = thread >> 4u;
  let tat = thread & 15;
  let leader = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_2.B + 63) / 64 <= group) { return; }
  let at2 = group;

  // histogram.tdsl:9: count[x[n]] += 1
  var count_sum: array<i32, 4>;
  for (var dat = 0; dat < 4; dat++) {
    count_sum[dat] = 0;
  }
  for (var n_step = 0; n_step < (sizes_2.N + 15) / 16; n_step++) {
    var x2 = 0;
    if (tn + 16 * n_step < sizes_2.N) { x2 = x[tn + 16 * n_step]; }
    for (var dat = 0; dat < 4; dat++) {
      count_sum[dat] += select(0, 1, tn + 16 * n_step < sizes_2.N && x2 == 64 * at2 + 4 * tat + dat);
    }
  }
  var count_sum_part: array<i32, 4>;
  for (var dat = 0; dat < 4; dat++) {
    count_sum_part[dat] = count_sum[dat];
  }
  for (var r = 0; r < 4; r++) {
    partials_int_0[r * 256 + thread] = count_sum_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 4; r++) {
    count_sum_part[r] = partials_int_0[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      count_sum_part[r] += partials_int_0[r * 256 + leader + 16 * (other + 1)];
    }
  }
  var count3: array<i32, 4>;
  for (var dat = 0; dat < 4; dat++) {
    var count4 = 0;
    if (64 * at2 + 4 * tat + dat < sizes_2.B) { count4 = count2[64 * at2 + 4 * tat + dat]; }
    count3[dat] = count4 + count_sum_part[dat];
  }
  for (var dat = 0; dat < 4; dat++) {
    if (64 * at2 + 4 * tat + dat < sizes_2.B && thread < 16) { count2[64 * at2 + 4 * tat + dat] = count3[dat]; }
  }
}

// histogram_1, histogram_2: made by tdsl from histogram.tdsl for wgsl. Change the source, not this file.
enable subgroups;

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
var<workgroup> partials_int_0: array<i32, 256>;
var<workgroup> partials_int_1: array<i32, 256>;

@compute @workgroup_size(256)
fn histogram_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_2.B <= group) { return; }
  let at2 = group;

  // histogram.tdsl:9: count[x[n]] += 1
  var count_sum = 0;
  for (var n_step = 0; n_step < (sizes_2.N + 1023) / 1024; n_step++) {
    var count_sum_part = 0;
    for (var dn = 0; dn < 4; dn++) {
      var x2 = 0;
      if (1024 * n_step + 4 * thread + dn < sizes_2.N) { x2 = x[1024 * n_step + 4 * thread + dn]; }
      let count_sum_term = select(0, 1, 1024 * n_step + 4 * thread + dn < sizes_2.N && x2 == at2);
      count_sum_part += count_sum_term;
    }
    count_sum += count_sum_part;
  }
  var count_sum_part = count_sum;
  for (var step = 0; step < 2; step++) {
    count_sum_part += subgroupShuffleXor(count_sum_part, u32(1 << u32(step)));
  }
  partials_int_0[thread] = count_sum_part;
  workgroupBarrier();
  count_sum_part = partials_int_0[leader];
  for (var other = 0; other < 15; other++) {
    count_sum_part += partials_int_0[leader + 4 * (other + 1)];
  }
  partials_int_1[thread] = count_sum_part;
  workgroupBarrier();
  count_sum_part = partials_int_1[leader2];
  for (var other = 0; other < 3; other++) {
    count_sum_part += partials_int_1[leader2 + 64 * (other + 1)];
  }
  let count4 = count2[at2];
  let count3 = count4 + count_sum_part;
  if (thread == 0) { count2[at2] = count3; }
}

// histogram_aligned_1, histogram_aligned_2: made by tdsl from histogram.tdsl for wgsl. Change the source, not this file.
// Relies on N % 4 == 0, B % 4 == 0.

struct Sizes { B: i32, N: i32 }

@group(0) @binding(0) var<storage, read_write> count: array<vec4<i32>>;
@group(0) @binding(1) var<uniform> sizes: Sizes;

fn store4_count(i: i32, values: array<i32, 4>) {
  count[i >> 2u] = vec4<i32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn histogram_aligned_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.B + 1020) / 1024 <= group) { return; }
  let b = group;

  // histogram.tdsl:8: count[b] = 0
  var count2: array<i32, 4>;
  for (var v = 0; v < 4; v++) {
    count2[v] = 0;
  }
  if (1024 * b + 4 * thread < sizes.B) { store4_count(1024 * b + 4 * thread, count2); }
}

struct Sizes_2 { B: i32, N: i32 }

@group(0) @binding(0) var<storage, read> x: array<i32>;
@group(0) @binding(1) var<storage, read_write> count2: array<vec4<i32>>;
@group(0) @binding(2) var<uniform> sizes_2: Sizes_2;
var<workgroup> partials_int_0: array<i32, 1024>;

fn load4_count2(i: i32) -> array<i32, 4> {
  let unit0 = count2[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_count2_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_count2(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

fn store4_count2(i: i32, values: array<i32, 4>) {
  count2[i >> 2u] = vec4<i32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn histogram_aligned_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tn = thread >> 4u;
  let tat = thread & 15;
  let leader = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_2.B + 60) / 64 <= group) { return; }
  let at2 = group;

  // histogram.tdsl:9: count[x[n]] += 1
  var count_sum: array<i32, 4>;
  for (var dat = 0; dat < 4; dat++) {
    count_sum[dat] = 0;
  }
  for (var n_step = 0; n_step < (sizes_2.N + 12) / 16; n_step++) {
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
  var count4 = load4_count2_or(64 * at2 + 4 * tat, 64 * at2 + 4 * tat < sizes_2.B, 0);
  for (var v = 0; v < 4; v++) {
    count3[v] = count4[v] + count_sum_part[v];
  }
  if (64 * at2 + 4 * tat < sizes_2.B && thread < 16) { store4_count2(64 * at2 + 4 * tat, count3); }
}

// scatter_add: made by tdsl from histogram.tdsl for wgsl. Change the source, not this file.

struct Sizes { V: i32, D: i32, T: i32 }

@group(0) @binding(0) var<storage, read> token: array<i32>;
@group(0) @binding(1) var<storage, read> gradient: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> table: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 2048>;
var<workgroup> partials_1: array<f32, 2048>;

fn load_gradient(i: i32) -> f32 {
  return bitcast<f32>((gradient[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

@compute @workgroup_size(256)
fn scatter_add(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tt = thread >> 3u;
  let td = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.V * ((sizes.D + 63) / 64) <= group) { return; }
  let d_count = (sizes.D + 63) / 64;
  let d = group % d_count;
  let at2 = group / d_count;

  // histogram.tdsl:18: table[token[t], d] += gradient[t, d]
  var table_sum: array<f32, 8>;
  for (var dd = 0; dd < 8; dd++) {
    table_sum[dd] = 0.0;
  }
  for (var t_step = 0; t_step < (sizes.T + 31) / 32; t_step++) {
    var token2 = 0;
    if (tt + 32 * t_step < sizes.T) { token2 = token[tt + 32 * t_step]; }
    for (var dd = 0; dd < 8; dd++) {
      var gradient2 = 0.0;
      if (tt + 32 * t_step < sizes.T && 64 * d + 8 * td + dd < sizes.D) { gradient2 = load_gradient((tt + 32 * t_step) * sizes.D + 64 * d + 8 * td + dd); }
      table_sum[dd] += select(0.0, gradient2, tt + 32 * t_step < sizes.T && token2 == at2);
    }
  }
  var table_sum_part: array<f32, 8>;
  for (var dd = 0; dd < 8; dd++) {
    table_sum_part[dd] = table_sum[dd];
  }
  for (var r = 0; r < 8; r++) {
    partials_0[r * 256 + thread] = table_sum_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    table_sum_part[r] = partials_0[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      table_sum_part[r] += partials_0[r * 256 + leader + 8 * (other + 1)];
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1[r * 256 + thread] = table_sum_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    table_sum_part[r] = partials_1[r * 256 + leader2];
    table_sum_part[r] += partials_1[r * 256 + leader2 + 128];
  }
  var table2: array<f32, 8>;
  for (var dd = 0; dd < 8; dd++) {
    var table3 = 0.0;
    if (64 * d + 8 * td + dd < sizes.D) { table3 = table[at2 * sizes.D + 64 * d + 8 * td + dd]; }
    table2[dd] = table3 + table_sum_part[dd];
  }
  for (var dd = 0; dd < 8; dd++) {
    if (64 * d + 8 * td + dd < sizes.D && thread < 8) { table[at2 * sizes.D + 64 * d + 8 * td + dd] = table2[dd]; }
  }
}

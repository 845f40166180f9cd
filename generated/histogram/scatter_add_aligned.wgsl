// scatter_add_aligned: made by tdsl from histogram.tdsl for wgsl. Change the source, not this file.
// Relies on D % 8 == 0, T % 4 == 0.

struct Sizes { V: i32, D: i32, T: i32 }

@group(0) @binding(0) var<storage, read> token: array<i32>;
@group(0) @binding(1) var<storage, read> gradient: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> table: array<vec4<f32>>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 2048>;
var<workgroup> partials_1: array<f32, 2048>;

fn load8_gradient(i: i32) -> array<f32, 8> {
  let unit0 = gradient[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_gradient_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_gradient(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load4_table(i: i32) -> array<f32, 4> {
  let unit0 = table[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_table_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_table(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn store4_table(i: i32, values: array<f32, 4>) {
  table[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn scatter_add_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tt = thread >> 3u;
  let td = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.V * ((sizes.D + 56) / 64) <= group) { return; }
  let d_count = (sizes.D + 56) / 64;
  let d = group % d_count;
  let at2 = group / d_count;

  // histogram.tdsl:18: table[token[t], d] += gradient[t, d]
  var table_sum: array<f32, 8>;
  for (var dd = 0; dd < 8; dd++) {
    table_sum[dd] = 0.0;
  }
  for (var t_step = 0; t_step < (sizes.T + 28) / 32; t_step++) {
    var token2 = 0;
    if (tt + 32 * t_step < sizes.T) { token2 = token[tt + 32 * t_step]; }
    var gradient2 = load8_gradient_or((tt + 32 * t_step) * sizes.D + 64 * d + 8 * td, tt + 32 * t_step < sizes.T && 64 * d + 8 * td < sizes.D, 0.0);
    for (var v = 0; v < 8; v++) {
      table_sum[v] += select(0.0, gradient2[v], tt + 32 * t_step < sizes.T && token2 == at2);
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
  for (var dd = 0; dd < 2; dd++) {
    var table3 = load4_table_or(at2 * sizes.D + 64 * d + 8 * td + 4 * dd, 64 * d + 8 * td + 4 * dd < sizes.D, 0.0);
    for (var v = 0; v < 4; v++) {
      table2[4 * dd + v] = table3[v] + table_sum_part[4 * dd + v];
    }
  }
  for (var dd = 0; dd < 2; dd++) {
    if (64 * d + 8 * td + 4 * dd < sizes.D && thread < 8) {
      store4_table(at2 * sizes.D + 64 * d + 8 * td + 4 * dd, array<f32, 4>(table2[4 * dd], table2[4 * dd + 1], table2[4 * dd + 2], table2[4 * dd + 3]));
    }
  }
}

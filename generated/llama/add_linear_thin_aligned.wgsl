// add_linear_thin_aligned: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.
// Relies on C % 8 == 0, M % 4 == 0.

struct Sizes { S: i32, C: i32, M: i32 }

@group(0) @binding(0) var<storage, read> y: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> W: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> x: array<vec4<f32>>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 2048>;
var<workgroup> partials_1: array<f32, 2048>;

fn load_y(i: i32) -> f32 {
  return bitcast<f32>((y[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_W(i: i32) -> f32 {
  return bitcast<f32>((W[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load4_x(i: i32) -> array<f32, 4> {
  let unit0 = x[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_x_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_x(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn store4_x(i: i32, values: array<f32, 4>) {
  x[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn add_linear_thin_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tc = thread >> 3u;
  let tm = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.S * ((sizes.M + 60) / 64) <= group) { return; }
  let m_count = (sizes.M + 60) / 64;
  let m = group % m_count;
  let s = group / m_count;

  // llama.tdsl:60: x[s, m] += sum(c) y[s, c] * W[m, c]
  var x_sum: array<f32, 8>;
  for (var dm = 0; dm < 8; dm++) {
    x_sum[dm] = 0.0;
  }
  for (var c_step = 0; c_step < (sizes.C + 24) / 32; c_step++) {
    var y2 = 0.0;
    if (tc + 32 * c_step < sizes.C) { y2 = load_y(s * sizes.C + tc + 32 * c_step); }
    for (var dm = 0; dm < 8; dm++) {
      var w = 0.0;
      if (64 * m + 8 * tm + dm < sizes.M && tc + 32 * c_step < sizes.C) { w = load_W((64 * m + 8 * tm + dm) * sizes.C + tc + 32 * c_step); }
      let x_sum_term = y2 * w;
      x_sum[dm] += select(0.0, x_sum_term, tc + 32 * c_step < sizes.C);
    }
  }
  var x_sum_part: array<f32, 8>;
  for (var dm = 0; dm < 8; dm++) {
    x_sum_part[dm] = x_sum[dm];
  }
  for (var r = 0; r < 8; r++) {
    partials_0[r * 256 + thread] = x_sum_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    x_sum_part[r] = partials_0[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      x_sum_part[r] += partials_0[r * 256 + leader + 8 * (other + 1)];
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1[r * 256 + thread] = x_sum_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    x_sum_part[r] = partials_1[r * 256 + leader2];
    x_sum_part[r] += partials_1[r * 256 + leader2 + 128];
  }
  var x2: array<f32, 8>;
  for (var dm = 0; dm < 2; dm++) {
    var x3 = load4_x_or(s * sizes.M + 64 * m + 8 * tm + 4 * dm, 64 * m + 8 * tm + 4 * dm < sizes.M, 0.0);
    for (var v = 0; v < 4; v++) {
      x2[4 * dm + v] = x3[v] + x_sum_part[4 * dm + v];
    }
  }
  for (var dm = 0; dm < 2; dm++) {
    if (64 * m + 8 * tm + 4 * dm < sizes.M && thread < 8) {
      store4_x(s * sizes.M + 64 * m + 8 * tm + 4 * dm, array<f32, 4>(x2[4 * dm], x2[4 * dm + 1], x2[4 * dm + 2], x2[4 * dm + 3]));
    }
  }
}

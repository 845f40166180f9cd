// add_linear_thin_aligned: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.
// Relies on C % 8 == 0, M % 4 == 0.

struct Sizes { S: i32, C: i32, M: i32 }

@group(0) @binding(0) var<storage, read> y: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> W: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> x: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load8_y(i: i32) -> array<f32, 8> {
  let unit0 = y[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_y_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_y(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load8_W(i: i32) -> array<f32, 8> {
  let unit0 = W[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_W_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_W(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

@compute @workgroup_size(256)
fn add_linear_thin_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tc = thread & 31;
  let tm = thread >> 5u;
  let leader = thread & 240;
  let leader2 = thread & 239;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.S * ((sizes.M + 4) / 8) <= group) { return; }
  let m_count = (sizes.M + 4) / 8;
  let m = group % m_count;
  let s = group / m_count;

  // llama.tdsl:60: x[s, m] += sum(c) y[s, c] * W[m, c]
  var x_sum = 0.0;
  for (var c_step = 0; c_step < (sizes.C + 248) / 256; c_step++) {
    var y2 = load8_y_or(s * sizes.C + 256 * c_step + 8 * tc, 256 * c_step + 8 * tc < sizes.C, 0.0);
    var x_sum_part = 0.0;
    var w = load8_W_or((tm + 8 * m) * sizes.C + 256 * c_step + 8 * tc, tm + 8 * m < sizes.M && 256 * c_step + 8 * tc < sizes.C, 0.0);
    for (var v = 0; v < 8; v++) {
      let x_sum_term = y2[v] * w[v];
      let x_sum_term2 = select(0.0, x_sum_term, 256 * c_step + 8 * tc + v < sizes.C);
      x_sum_part += x_sum_term2;
    }
    x_sum += x_sum_part;
  }
  var x_sum_part = x_sum;
  partials_0[thread] = x_sum_part;
  workgroupBarrier();
  x_sum_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    x_sum_part += partials_0[leader + other + 1];
  }
  partials_1[thread] = x_sum_part;
  workgroupBarrier();
  x_sum_part = partials_1[leader2];
  x_sum_part += partials_1[leader2 + 16];
  var x3 = 0.0;
  if (tm + 8 * m < sizes.M) { x3 = x[s * sizes.M + tm + 8 * m]; }
  let x2 = x3 + x_sum_part;
  if (tm + 8 * m < sizes.M && (thread & 31) == 0) { x[s * sizes.M + tm + 8 * m] = x2; }
}

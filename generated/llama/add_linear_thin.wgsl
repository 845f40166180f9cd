// add_linear_thin: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.

struct Sizes { S: i32, C: i32, M: i32 }

@group(0) @binding(0) var<storage, read> y: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> W: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> x: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load_y(i: i32) -> f32 {
  return bitcast<f32>((y[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_W(i: i32) -> f32 {
  return bitcast<f32>((W[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

@compute @workgroup_size(256)
fn add_linear_thin(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tc = thread & 31;
  let tm = thread >> 5u;
  let leader = thread & 240;
  let leader2 = thread & 239;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.S * ((sizes.M + 7) / 8) <= group) { return; }
  let m_count = (sizes.M + 7) / 8;
  let m = group % m_count;
  let s = group / m_count;

  // llama.tdsl:60: x[s, m] += sum(c) y[s, c] * W[m, c]
  var x_sum = 0.0;
  for (var c_step = 0; c_step < (sizes.C + 255) / 256; c_step++) {
    var y2: array<f32, 8>;
    for (var dc = 0; dc < 8; dc++) {
      y2[dc] = 0.0;
      if (256 * c_step + 8 * tc + dc < sizes.C) { y2[dc] = load_y(s * sizes.C + 256 * c_step + 8 * tc + dc); }
    }
    var x_sum_part = 0.0;
    for (var dc = 0; dc < 8; dc++) {
      var w = 0.0;
      if (tm + 8 * m < sizes.M && 256 * c_step + 8 * tc + dc < sizes.C) { w = load_W((tm + 8 * m) * sizes.C + 256 * c_step + 8 * tc + dc); }
      let x_sum_term = y2[dc] * w;
      let x_sum_term2 = select(0.0, x_sum_term, 256 * c_step + 8 * tc + dc < sizes.C);
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

// add_heads_thin_aligned: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.
// Relies on D % 8 == 0, C % 4 == 0.

struct Sizes { H: i32, S: i32, D: i32, C: i32 }

@group(0) @binding(0) var<storage, read> o: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> W: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> x: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load8_o(i: i32) -> array<f32, 8> {
  let unit0 = o[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_o_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_o(i); }
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
fn add_heads_thin_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let td = thread & 31;
  let tc = thread >> 5u;
  let leader = thread & 240;
  let leader2 = thread & 239;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.S * ((sizes.C + 4) / 8) <= group) { return; }
  let c_count = (sizes.C + 4) / 8;
  let c = group % c_count;
  let s = group / c_count;

  // llama.tdsl:66: x[s, c] += sum(h, d) o[h, s, d] * W[c, h*D + d]
  var x_sum = 0.0;
  for (var h_step = 0; h_step < sizes.H; h_step++) {
    for (var d_step = 0; d_step < (sizes.D + 248) / 256; d_step++) {
      var o2 = load8_o_or((h_step * sizes.S + s) * sizes.D + 256 * d_step + 8 * td, 256 * d_step + 8 * td < sizes.D, 0.0);
      var x_sum_part = 0.0;
      var w = load8_W_or((tc + 8 * c) * sizes.D * sizes.H + h_step * sizes.D + 256 * d_step + 8 * td, tc + 8 * c < sizes.C && 256 * d_step + 8 * td < sizes.D, 0.0);
      for (var v = 0; v < 8; v++) {
        let x_sum_term = o2[v] * w[v];
        let x_sum_term2 = select(0.0, x_sum_term, 256 * d_step + 8 * td + v < sizes.D);
        x_sum_part += x_sum_term2;
      }
      x_sum += x_sum_part;
    }
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
  if (tc + 8 * c < sizes.C) { x3 = x[s * sizes.C + tc + 8 * c]; }
  let x2 = x3 + x_sum_part;
  if (tc + 8 * c < sizes.C && (thread & 31) == 0) { x[s * sizes.C + tc + 8 * c] = x2; }
}

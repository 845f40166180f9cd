// add_heads_thin: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.
enable subgroups;

struct Sizes { H: i32, S: i32, D: i32, C: i32 }

@group(0) @binding(0) var<storage, read> o: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> W: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> x: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;

fn load_o(i: i32) -> f32 {
  return bitcast<f32>((o[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_W(i: i32) -> f32 {
  return bitcast<f32>((W[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

@compute @workgroup_size(256)
fn add_heads_thin(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let td = thread & 31;
  let tc = thread >> 5u;
  let leader = thread & 227;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.S * ((sizes.C + 7) / 8) <= group) { return; }
  let c_count = (sizes.C + 7) / 8;
  let c = group % c_count;
  let s = group / c_count;

  // llama.tdsl:66: x[s, c] += sum(h, d) o[h, s, d] * W[c, h*D + d]
  var x_sum = 0.0;
  for (var h_step = 0; h_step < sizes.H; h_step++) {
    for (var d_step = 0; d_step < (sizes.D + 255) / 256; d_step++) {
      var o2: array<f32, 8>;
      for (var dd = 0; dd < 8; dd++) {
        o2[dd] = 0.0;
        if (256 * d_step + 8 * td + dd < sizes.D) { o2[dd] = load_o((h_step * sizes.S + s) * sizes.D + 256 * d_step + 8 * td + dd); }
      }
      var x_sum_part = 0.0;
      for (var dd = 0; dd < 8; dd++) {
        var w = 0.0;
        if (tc + 8 * c < sizes.C && 256 * d_step + 8 * td + dd < sizes.D) { w = load_W((tc + 8 * c) * sizes.D * sizes.H + h_step * sizes.D + 256 * d_step + 8 * td + dd); }
        let x_sum_term = o2[dd] * w;
        let x_sum_term2 = select(0.0, x_sum_term, 256 * d_step + 8 * td + dd < sizes.D);
        x_sum_part += x_sum_term2;
      }
      x_sum += x_sum_part;
    }
  }
  var x_sum_part = x_sum;
  for (var step = 0; step < 2; step++) {
    x_sum_part += subgroupShuffleXor(x_sum_part, u32(1 << u32(step)));
  }
  partials_0[thread] = x_sum_part;
  workgroupBarrier();
  x_sum_part = partials_0[leader];
  for (var other = 0; other < 7; other++) {
    x_sum_part += partials_0[leader + 4 * (other + 1)];
  }
  var x3 = 0.0;
  if (tc + 8 * c < sizes.C) { x3 = x[s * sizes.C + tc + 8 * c]; }
  let x2 = x3 + x_sum_part;
  if (tc + 8 * c < sizes.C && (thread & 31) == 0) { x[s * sizes.C + tc + 8 * c] = x2; }
}

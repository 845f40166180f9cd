// normed: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { S: i32, C: i32 }

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> g: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> eps: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load_g(i: i32) -> f32 {
  return bitcast<f32>((g[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_y(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&y[i >> 1u], ~(0xffffu << shift));
  atomicOr(&y[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn normed(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.S <= group) { return; }
  let s = group;

  // llama.tdsl:42: y[s, c] = x[s, c] * scale[s] * g[c]
  var scale_sum = 0.0;
  for (var c_step = 0; c_step < (sizes.C + 2047) / 2048; c_step++) {
    var scale_sum_part = 0.0;
    for (var dc = 0; dc < 8; dc++) {
      var x2 = 0.0;
      if (2048 * c_step + 8 * thread + dc < sizes.C) { x2 = x[s * sizes.C + 2048 * c_step + 8 * thread + dc]; }
      let scale_sum_term = x2 * x2;
      let scale_sum_term2 = select(0.0, scale_sum_term, 2048 * c_step + 8 * thread + dc < sizes.C);
      scale_sum_part += scale_sum_term2;
    }
    scale_sum += scale_sum_part;
  }
  var scale_sum_part = scale_sum;
  partials_0[thread] = scale_sum_part;
  workgroupBarrier();
  scale_sum_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    scale_sum_part += partials_0[leader + other + 1];
  }
  partials_1[thread] = scale_sum_part;
  workgroupBarrier();
  scale_sum_part = partials_1[leader2];
  for (var other = 0; other < 15; other++) {
    scale_sum_part += partials_1[leader2 + 16 * (other + 1)];
  }
  for (var c_2_step = 0; c_2_step < (sizes.C + 2047) / 2048; c_2_step++) {
    var x2: array<f32, 8>;
    for (var dc = 0; dc < 8; dc++) {
      x2[dc] = 0.0;
      if (2048 * c_2_step + 8 * thread + dc < sizes.C) { x2[dc] = x[s * sizes.C + 2048 * c_2_step + 8 * thread + dc]; }
    }
    let eps2 = eps[0];
    for (var dc = 0; dc < 8; dc++) {
      var g2 = 0.0;
      if (2048 * c_2_step + 8 * thread + dc < sizes.C) { g2 = load_g(2048 * c_2_step + 8 * thread + dc); }
      let y2 = x2[dc] * inverseSqrt(scale_sum_part / f32(sizes.C) + eps2) * g2;
      if (2048 * c_2_step + 8 * thread + dc < sizes.C) { store_y(s * sizes.C + 2048 * c_2_step + 8 * thread + dc, y2); }
    }
  }
}

// normed_last_1, normed_last_2, normed_last_3: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.
enable subgroups;

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { Q: i32, C: i32 }

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> scale_sum_chunk_mem: array<f32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

@compute @workgroup_size(256)
fn normed_last_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let c_chunk = i32(workgroup.x + workgroup.y * workgroups.x);

  // llama.tdsl:48: let scale = rsqrt(mean(c) x[Q, c] * x[Q, c] + eps)
  var scale_sum_chunk = 0.0;
  for (var c_step = 0; c_step < (sizes.C + 262143) / 262144; c_step++) {
    var scale_sum_chunk_part = 0.0;
    for (var dc = 0; dc < 4; dc++) {
      var x2 = 0.0;
      if (c_chunk * ((sizes.C + 255) / 256) + 1024 * c_step + 4 * thread + dc < sizes.C) { x2 = x[sizes.Q * sizes.C + c_chunk * ((sizes.C + 255) / 256) + 1024 * c_step + 4 * thread + dc]; }
      let scale_sum_chunk_term = x2 * x2;
      let scale_sum_chunk_term2 = select(0.0, scale_sum_chunk_term, 1024 * c_step + 4 * thread + dc < (sizes.C + 255) / 256);
      scale_sum_chunk_part += scale_sum_chunk_term2;
    }
    scale_sum_chunk += scale_sum_chunk_part;
  }
  var scale_sum_chunk_part = scale_sum_chunk;
  for (var step = 0; step < 2; step++) {
    scale_sum_chunk_part += subgroupShuffleXor(scale_sum_chunk_part, u32(1 << u32(step)));
  }
  partials_0[thread] = scale_sum_chunk_part;
  workgroupBarrier();
  scale_sum_chunk_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    scale_sum_chunk_part += partials_0[leader + 4 * (other + 1)];
  }
  partials_1[thread] = scale_sum_chunk_part;
  workgroupBarrier();
  scale_sum_chunk_part = partials_1[leader2];
  for (var other = 0; other < 3; other++) {
    scale_sum_chunk_part += partials_1[leader2 + 64 * (other + 1)];
  }
  if (thread == 0) { scale_sum_chunk_mem[c_chunk] = scale_sum_chunk_part; }
}

struct Sizes_2 { Q: i32, C: i32 }

@group(0) @binding(0) var<storage, read> scale_sum_chunk_mem2: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> scale_sum_mem: array<f32>;
@group(0) @binding(2) var<uniform> sizes_2: Sizes_2;
var<workgroup> partials_0_2: array<f32, 64>;

fn load4_scale_sum_chunk_mem2(i: i32) -> array<f32, 4> {
  let unit0 = scale_sum_chunk_mem2[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

@compute @workgroup_size(64)
fn normed_last_2(@builtin(local_invocation_index) local_index: u32) {
  let thread = i32(local_index);
  let leader = thread & 3;

  // llama.tdsl:48: let scale = rsqrt(mean(c) x[Q, c] * x[Q, c] + eps)
  var scale_sum = 0.0;
  var scale_sum_part = 0.0;
  var scale_sum_chunk_mem3 = load4_scale_sum_chunk_mem2(4 * thread);
  for (var v = 0; v < 4; v++) {
    scale_sum_part += scale_sum_chunk_mem3[v];
  }
  scale_sum += scale_sum_part;
  var scale_sum_part2 = scale_sum;
  for (var step = 0; step < 2; step++) {
    scale_sum_part2 += subgroupShuffleXor(scale_sum_part2, u32(1 << u32(step)));
  }
  partials_0_2[thread] = scale_sum_part2;
  workgroupBarrier();
  scale_sum_part2 = partials_0_2[leader];
  for (var other = 0; other < 15; other++) {
    scale_sum_part2 += partials_0_2[leader + 4 * (other + 1)];
  }
  if (thread == 0) { scale_sum_mem[0] = scale_sum_part2; }
}

struct Sizes_3 { Q: i32, C: i32 }

@group(0) @binding(0) var<storage, read> x2: array<f32>;
@group(0) @binding(1) var<storage, read> g: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> eps: array<f32>;
@group(0) @binding(3) var<storage, read> scale_sum_mem2: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(5) var<uniform> sizes_3: Sizes_3;

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
fn normed_last_3(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_3.C + 2047) / 2048 <= group) { return; }
  let c = group;

  // llama.tdsl:49: y[i, c] = x[Q + i, c] * scale * g[c]
  var x3: array<f32, 8>;
  for (var dc = 0; dc < 8; dc++) {
    x3[dc] = 0.0;
    if (2048 * c + 8 * thread + dc < sizes_3.C) { x3[dc] = x2[sizes_3.Q * sizes_3.C + 2048 * c + 8 * thread + dc]; }
  }
  let scale_sum_mem3 = scale_sum_mem2[0];
  let eps2 = eps[0];
  for (var dc = 0; dc < 8; dc++) {
    var g2 = 0.0;
    if (2048 * c + 8 * thread + dc < sizes_3.C) { g2 = load_g(2048 * c + 8 * thread + dc); }
    let y2 = x3[dc] * inverseSqrt(scale_sum_mem3 / f32(sizes_3.C) + eps2) * g2;
    if (2048 * c + 8 * thread + dc < sizes_3.C) { store_y(2048 * c + 8 * thread + dc, y2); }
  }
}

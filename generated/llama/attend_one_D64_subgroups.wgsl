// attend_one_D64: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.
enable subgroups;

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

fn round_bf16(x: f32) -> f32 { return bitcast<f32>(bf16_bits(x) << 16u); }

struct Sizes { T: i32, G: i32, R: i32, X: i32 }

@group(0) @binding(0) var<storage, read> q: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> KV: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> position: array<i32>;
@group(0) @binding(3) var<storage, read_write> o: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load_q(i: i32) -> f32 {
  return bitcast<f32>((q[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_KV(i: i32) -> f32 {
  return bitcast<f32>((KV[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_o(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&o[i >> 1u], ~(0xffffu << shift));
  atomicOr(&o[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn attend_one_D64(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tt = thread & 31;
  let td = thread >> 5u;
  let leader = thread & 227;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (8 * sizes.G * sizes.R <= group) { return; }
  let d = group % 8;
  let outer = group / 8;
  let r = outer % sizes.R;
  let g = outer / sizes.R;

  // llama.tdsl:145: o[i, (g*R + r) * D + d] = sum(t: T) W[g, r, t] * KV[1, g, t, d]
  var W_max = -3.4028234663852886e38;
  var o_sum_f = 0.0;
  var W_sum = 0.0;
  for (var t_2_step = 0; t_2_step < (sizes.T + 255) / 256; t_2_step++) {
    var P_sum: array<f32, 8>;
    for (var dt = 0; dt < 8; dt++) {
      P_sum[dt] = 0.0;
    }
    for (var d_step = 0; d_step < 64; d_step++) {
      let q2 = load_q(64 * (r + g * sizes.R) + d_step);
      for (var dt = 0; dt < 8; dt++) {
        var kv = 0.0;
        if (256 * t_2_step + 8 * tt + dt < sizes.T) { kv = load_KV(64 * (g * (sizes.T + sizes.X) + 256 * t_2_step + 8 * tt + dt) + d_step); }
        P_sum[dt] += q2 * kv;
      }
    }
    let position2 = position[0];
    var W_max_part = -3.4028234663852886e38;
    for (var dt = 0; dt < 8; dt++) {
      let W_max_term = P_sum[dt] * 0.125;
      let W_max_term2 = select(-3.4028234663852886e38, W_max_term, 256 * t_2_step + 8 * tt + dt < sizes.T && 256 * t_2_step + 8 * tt + dt <= position2);
      W_max_part = max(W_max_part, W_max_term2);
    }
    let W_max_new = max(W_max, W_max_part);
    let o_sum_f_scale = exp(W_max - W_max_new);
    var o_sum_f_part = 0.0;
    for (var dt = 0; dt < 8; dt++) {
      var kv = 0.0;
      if (256 * t_2_step + 8 * tt + dt < sizes.T) { kv = load_KV(64 * ((1 * sizes.G + g) * (sizes.T + sizes.X) + 256 * t_2_step + 8 * tt + dt) + td + 8 * d); }
      let o_sum_f_term = round_bf16(exp(P_sum[dt] * 0.125 - W_max_new)) * kv;
      let o_sum_f_term2 = select(0.0, o_sum_f_term, 256 * t_2_step + 8 * tt + dt < sizes.T && 256 * t_2_step + 8 * tt + dt <= position2);
      o_sum_f_part += o_sum_f_term2;
    }
    o_sum_f = o_sum_f * o_sum_f_scale + o_sum_f_part;
    var W_sum_part = 0.0;
    for (var dt = 0; dt < 8; dt++) {
      let W_sum_term = exp(P_sum[dt] * 0.125 - W_max_new);
      let W_sum_term2 = select(0.0, W_sum_term, 256 * t_2_step + 8 * tt + dt < sizes.T && 256 * t_2_step + 8 * tt + dt <= position2);
      W_sum_part += W_sum_term2;
    }
    W_sum = W_sum * o_sum_f_scale + W_sum_part;
    W_max = W_max_new;
  }
  var W_max_part = W_max;
  for (var step = 0; step < 2; step++) {
    W_max_part = max(W_max_part, subgroupShuffleXor(W_max_part, u32(1 << u32(step))));
  }
  partials_0[thread] = W_max_part;
  workgroupBarrier();
  W_max_part = partials_0[leader];
  for (var other = 0; other < 7; other++) {
    W_max_part = max(W_max_part, partials_0[leader + 4 * (other + 1)]);
  }
  let o_sum_f_term = o_sum_f * exp(W_max - W_max_part);
  var o_sum_f_part = o_sum_f_term;
  for (var step = 0; step < 2; step++) {
    o_sum_f_part += subgroupShuffleXor(o_sum_f_part, u32(1 << u32(step)));
  }
  partials_1[thread] = o_sum_f_part;
  workgroupBarrier();
  o_sum_f_part = partials_1[leader];
  for (var other = 0; other < 7; other++) {
    o_sum_f_part += partials_1[leader + 4 * (other + 1)];
  }
  let W_sum_term = W_sum * exp(W_max - W_max_part);
  var W_sum_part = W_sum_term;
  for (var step = 0; step < 2; step++) {
    W_sum_part += subgroupShuffleXor(W_sum_part, u32(1 << u32(step)));
  }
  partials_0[thread] = W_sum_part;
  workgroupBarrier();
  W_sum_part = partials_0[leader];
  for (var other = 0; other < 7; other++) {
    W_sum_part += partials_0[leader + 4 * (other + 1)];
  }
  let o2 = o_sum_f_part * select(0.0, 1.0 / W_sum_part, W_sum_part > 0.0);
  if (tt <= 0) { store_o(tt * 64 * sizes.G * sizes.R + td + 64 * g * sizes.R + 64 * r + 8 * d, o2); }
}

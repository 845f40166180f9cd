// attend_one_D128_thin_1, attend_one_D128_thin_2: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.
enable subgroups;

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

fn round_bf16(x: f32) -> f32 { return bitcast<f32>(bf16_bits(x) << 16u); }

struct Sizes { T: i32, G: i32, R: i32, X: i32 }

@group(0) @binding(0) var<storage, read> q: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> KV: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> position: array<i32>;
@group(0) @binding(3) var<storage, read_write> W_max_chunk_mem: array<f32>;
@group(0) @binding(4) var<storage, read_write> W_sum_chunk_mem: array<f32>;
@group(0) @binding(5) var<storage, read_write> o_sum_f_chunk_mem: array<vec2<f32>>;
@group(0) @binding(6) var<uniform> sizes: Sizes;
var<workgroup> kv: array<vec2<f32>, 1056>;
var<workgroup> q2: array<f32, 640>;
var<workgroup> kv2: array<f32, 640>;
var<workgroup> o_sum_f_chunk_a: array<f32, 320>;
var<workgroup> partials_0: array<f32, 128>;
var<workgroup> partials_1: array<f32, 128>;

fn load4_KV(i: i32) -> array<f32, 4> {
  let unit0 = KV[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_KV_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_KV(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn store4_kv(i: i32, values: array<f32, 4>) {
  kv[i >> 1u] = vec2<f32>(values[0], values[1]);
  kv[(i >> 1u) + 1] = vec2<f32>(values[2], values[3]);
}

fn load4_q(i: i32) -> array<f32, 4> {
  let unit0 = q[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_q_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_q(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load2_kv2(i: i32) -> array<f32, 2> {
  let unit0 = kv2[i];
  let unit1 = kv2[i + 1];
  return array<f32, 2>(unit0, unit1);
}

fn load2_kv(i: i32) -> array<f32, 2> {
  let unit0 = kv[i >> 1u];
  return array<f32, 2>(unit0.x, unit0.y);
}

fn store2_o_sum_f_chunk_mem(i: i32, values: array<f32, 2>) {
  o_sum_f_chunk_mem[i >> 1u] = vec2<f32>(values[0], values[1]);
}

@compute @workgroup_size(128)
fn attend_one_D128_thin_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tt = thread >> 5u;
  let td = 4 * (thread & 31);
  let tr = thread >> 3u;
  let td2 = 4 * (thread & 7);
  let tt2 = 2 * (thread & 7);
  let leader = thread & 123;
  let td3 = 2 * (thread & 7);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.G * ((sizes.R + 15) / 16) * ((sizes.T + 255) / 256) <= group) { return; }
  let t_chunk_count = (sizes.T + 255) / 256;
  let t_chunk = group % t_chunk_count;
  let outer = group / t_chunk_count;
  let r_count = (sizes.R + 15) / 16;
  let g = outer / r_count;
  let r2 = 16 * (outer % r_count) + tr;

  // llama.tdsl:145: o[i, (g*R + r) * D + d] = sum(t: T) W[g, r, t] * KV[1, g, t, d]
  var W_max_chunk = -3.4028234663852886e38;
  var o_sum_f_chunk: array<f32, 16>;
  for (var r2 = 0; r2 < 16; r2++) {
    o_sum_f_chunk[r2] = 0.0;
  }
  var W_sum_chunk = 0.0;
  let t_4_step_count = (min(sizes.T - 256 * t_chunk, 256) + 15) >> 4u;
  for (var t_4_step = 0; t_4_step < t_4_step_count; t_4_step++) {
    let t = 16 * t_4_step + tt;
    let t2 = 16 * t_4_step + tr;
    let t3 = 16 * t_4_step + tt2;
    workgroupBarrier();
    for (var dt = 0; dt < 4; dt++) {
      var kv3 = load4_KV_or(128 * ((1 * sizes.G + g) * (sizes.T + sizes.X) + t + 256 * t_chunk + 4 * dt) + td, t + 256 * t_chunk + 4 * dt < sizes.T + sizes.X, 0.0);
      store4_kv(132 * (tt + 4 * dt) + td, kv3);
    }
    workgroupBarrier();
    var P_sum_part: array<f32, 2>;
    for (var dt = 0; dt < 2; dt++) {
      P_sum_part[dt] = 0.0;
    }
    for (var d_step = 0; d_step < 4; d_step++) {
      let d = 32 * d_step + td2;
      workgroupBarrier();
      var q3 = load4_q_or(128 * (g * sizes.R + r2) + d, r2 < sizes.R, 0.0);
      for (var v = 0; v < 4; v++) {
        q2[20 * (td2 + v) + tr] = q3[v];
      }
      var kv3 = load4_KV_or(128 * (g * (sizes.T + sizes.X) + t2 + 256 * t_chunk) + d, t2 + 256 * t_chunk < sizes.T + sizes.X, 0.0);
      for (var v = 0; v < 4; v++) {
        kv2[20 * (td2 + v) + tr] = kv3[v];
      }
      workgroupBarrier();
      for (var dd = 0; dd < 32; dd++) {
        let q2_reg = q2[20 * dd + tr];
        var kv2_reg = load2_kv2(20 * dd + tt2);
        for (var dt = 0; dt < 2; dt++) {
          P_sum_part[dt] += q2_reg * kv2_reg[dt];
        }
      }
    }
    let position2 = position[0];
    var W_max_chunk_part = -3.4028234663852886e38;
    for (var dt = 0; dt < 2; dt++) {
      let W_max_chunk_term = P_sum_part[dt] * 0.088388346;
      let W_max_chunk_term2 = select(-3.4028234663852886e38, W_max_chunk_term, t3 + 256 * t_chunk + dt < sizes.T && t3 + 256 * t_chunk + dt <= position2);
      W_max_chunk_part = max(W_max_chunk_part, W_max_chunk_term2);
    }
    for (var step = 0; step < 2; step++) {
      W_max_chunk_part = max(W_max_chunk_part, subgroupShuffleXor(W_max_chunk_part, u32(1 << u32(step))));
    }
    partials_0[thread] = W_max_chunk_part;
    workgroupBarrier();
    W_max_chunk_part = partials_0[leader];
    W_max_chunk_part = max(W_max_chunk_part, partials_0[leader + 4]);
    let W_max_chunk_new = max(W_max_chunk, W_max_chunk_part);
    let o_sum_f_chunk_scale = exp(W_max_chunk - W_max_chunk_new);
    for (var r3 = 0; r3 < 16; r3++) {
      o_sum_f_chunk[r3] *= o_sum_f_chunk_scale;
    }
    var o_sum_f_chunk_term: array<f32, 2>;
    var o_sum_f_chunk_a2: array<f32, 2>;
    for (var dt = 0; dt < 2; dt++) {
      o_sum_f_chunk_term[dt] = exp(P_sum_part[dt] * 0.088388346 - W_max_chunk_new);
      o_sum_f_chunk_a2[dt] = round_bf16(select(0.0, o_sum_f_chunk_term[dt], t3 + 256 * t_chunk + dt < sizes.T && t3 + 256 * t_chunk + dt <= position2));
    }
    workgroupBarrier();
    for (var dt = 0; dt < 2; dt++) {
      o_sum_f_chunk_a[20 * (tt2 + dt) + tr] = o_sum_f_chunk_a2[dt];
    }
    workgroupBarrier();
    for (var dt = 0; dt < 16; dt++) {
      var kv_reg: array<f32, 16>;
      let o_sum_f_chunk_a_reg = o_sum_f_chunk_a[20 * dt + tr];
      for (var dd = 0; dd < 8; dd++) {
        {
          let piece = load2_kv(132 * dt + td3 + 16 * dd);
          kv_reg[2 * dd] = piece[0];
          kv_reg[2 * dd + 1] = piece[1];
        }
      }
      for (var dd = 0; dd < 8; dd++) {
        for (var dd2 = 0; dd2 < 2; dd2++) {
          o_sum_f_chunk[2 * dd + dd2] += o_sum_f_chunk_a_reg * kv_reg[2 * dd + dd2];
        }
      }
    }
    var W_sum_chunk_part = 0.0;
    for (var dt = 0; dt < 2; dt++) {
      let W_sum_chunk_term = select(0.0, o_sum_f_chunk_term[dt], t3 + 256 * t_chunk + dt < sizes.T && t3 + 256 * t_chunk + dt <= position2);
      W_sum_chunk_part += W_sum_chunk_term;
    }
    for (var step = 0; step < 2; step++) {
      W_sum_chunk_part += subgroupShuffleXor(W_sum_chunk_part, u32(1 << u32(step)));
    }
    partials_1[thread] = W_sum_chunk_part;
    workgroupBarrier();
    W_sum_chunk_part = partials_1[leader];
    W_sum_chunk_part += partials_1[leader + 4];
    W_sum_chunk = W_sum_chunk * o_sum_f_chunk_scale + W_sum_chunk_part;
    W_max_chunk = W_max_chunk_new;
  }
  for (var dd = 0; dd < 8; dd++) {
    if (r2 < sizes.R) {
      store2_o_sum_f_chunk_mem(128 * ((g * sizes.R + r2) * ((sizes.T + 255) / 256) + t_chunk) + td3 + 16 * dd, array<f32, 2>(o_sum_f_chunk[2 * dd], o_sum_f_chunk[2 * dd + 1]));
    }
  }

  // llama.tdsl:144: let W[g, r, t]: act = softmax(t where t <= position[0]) P[g, r, t]
  if (r2 < sizes.R && (thread & 7) == 0) { W_max_chunk_mem[(g * sizes.R + r2) * ((sizes.T + 255) / 256) + t_chunk] = W_max_chunk; }
  if (r2 < sizes.R && (thread & 7) == 0) { W_sum_chunk_mem[(g * sizes.R + r2) * ((sizes.T + 255) / 256) + t_chunk] = W_sum_chunk; }
}

struct Sizes_2 { T: i32, G: i32, R: i32, X: i32 }

@group(0) @binding(0) var<storage, read> W_max_chunk_mem2: array<f32>;
@group(0) @binding(1) var<storage, read> W_sum_chunk_mem2: array<f32>;
@group(0) @binding(2) var<storage, read> o_sum_f_chunk_mem2: array<f32>;
@group(0) @binding(3) var<storage, read_write> o: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(4) var<uniform> sizes_2: Sizes_2;
var<workgroup> partials_0_2: array<f32, 256>;
var<workgroup> partials_1_2: array<f32, 256>;

// replaces the bits of one element; threads that share a word each change their own
fn store_o(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&o[i >> 1u], ~(0xffffu << shift));
  atomicOr(&o[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn attend_one_D128_thin_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (128 * sizes_2.G * sizes_2.R <= group) { return; }
  let d = group % 128;
  let outer = group / 128;
  let r = outer % sizes_2.R;
  let g = outer / sizes_2.R;

  // llama.tdsl:145: o[i, (g*R + r) * D + d] = sum(t: T) W[g, r, t] * KV[1, g, t, d]
  var W_max = -3.4028234663852886e38;
  var o_sum_f = 0.0;
  var W_sum = 0.0;
  for (var t_chunk_3_step = 0; t_chunk_3_step < (sizes_2.T + 524287) / 524288; t_chunk_3_step++) {
    var w_max_chunk_mem: array<f32, 8>;
    var W_max_part = -3.4028234663852886e38;
    for (var dt_chunk = 0; dt_chunk < 8; dt_chunk++) {
      w_max_chunk_mem[dt_chunk] = 0.0;
      if (2048 * t_chunk_3_step + 8 * thread + dt_chunk < (sizes_2.T + 255) / 256) { w_max_chunk_mem[dt_chunk] = W_max_chunk_mem2[(g * sizes_2.R + r) * ((sizes_2.T + 255) / 256) + 2048 * t_chunk_3_step + 8 * thread + dt_chunk]; }
      let W_max_term = select(-3.4028234663852886e38, w_max_chunk_mem[dt_chunk], 2048 * t_chunk_3_step + 8 * thread + dt_chunk < (sizes_2.T + 255) / 256);
      W_max_part = max(W_max_part, W_max_term);
    }
    let W_max_new = max(W_max, W_max_part);
    let o_sum_f_scale = exp(W_max - W_max_new);
    var o_sum_f_part = 0.0;
    for (var dt_chunk = 0; dt_chunk < 8; dt_chunk++) {
      var o_sum_f_chunk_mem3 = 0.0;
      if (2048 * t_chunk_3_step + 8 * thread + dt_chunk < (sizes_2.T + 255) / 256) { o_sum_f_chunk_mem3 = o_sum_f_chunk_mem2[128 * ((g * sizes_2.R + r) * ((sizes_2.T + 255) / 256) + 2048 * t_chunk_3_step + 8 * thread + dt_chunk) + d]; }
      let o_sum_f_term = exp(w_max_chunk_mem[dt_chunk] - W_max_new) * o_sum_f_chunk_mem3;
      let o_sum_f_term2 = select(0.0, o_sum_f_term, 2048 * t_chunk_3_step + 8 * thread + dt_chunk < (sizes_2.T + 255) / 256);
      o_sum_f_part += o_sum_f_term2;
    }
    o_sum_f = o_sum_f * o_sum_f_scale + o_sum_f_part;
    var W_sum_part = 0.0;
    for (var dt_chunk = 0; dt_chunk < 8; dt_chunk++) {
      var w_sum_chunk_mem = 0.0;
      if (2048 * t_chunk_3_step + 8 * thread + dt_chunk < (sizes_2.T + 255) / 256) { w_sum_chunk_mem = W_sum_chunk_mem2[(g * sizes_2.R + r) * ((sizes_2.T + 255) / 256) + 2048 * t_chunk_3_step + 8 * thread + dt_chunk]; }
      let W_sum_term = exp(w_max_chunk_mem[dt_chunk] - W_max_new) * w_sum_chunk_mem;
      let W_sum_term2 = select(0.0, W_sum_term, 2048 * t_chunk_3_step + 8 * thread + dt_chunk < (sizes_2.T + 255) / 256);
      W_sum_part += W_sum_term2;
    }
    W_sum = W_sum * o_sum_f_scale + W_sum_part;
    W_max = W_max_new;
  }
  var W_max_part = W_max;
  for (var step = 0; step < 2; step++) {
    W_max_part = max(W_max_part, subgroupShuffleXor(W_max_part, u32(1 << u32(step))));
  }
  partials_0_2[thread] = W_max_part;
  workgroupBarrier();
  W_max_part = partials_0_2[leader];
  for (var other = 0; other < 15; other++) {
    W_max_part = max(W_max_part, partials_0_2[leader + 4 * (other + 1)]);
  }
  partials_1_2[thread] = W_max_part;
  workgroupBarrier();
  W_max_part = partials_1_2[leader2];
  for (var other = 0; other < 3; other++) {
    W_max_part = max(W_max_part, partials_1_2[leader2 + 64 * (other + 1)]);
  }
  let o_sum_f_term = o_sum_f * exp(W_max - W_max_part);
  var o_sum_f_part = o_sum_f_term;
  let W_sum_term = W_sum * exp(W_max - W_max_part);
  var W_sum_part = W_sum_term;
  for (var step = 0; step < 2; step++) {
    o_sum_f_part += subgroupShuffleXor(o_sum_f_part, u32(1 << u32(step)));
  }
  partials_0_2[thread] = o_sum_f_part;
  workgroupBarrier();
  o_sum_f_part = partials_0_2[leader];
  for (var other = 0; other < 15; other++) {
    o_sum_f_part += partials_0_2[leader + 4 * (other + 1)];
  }
  partials_1_2[thread] = o_sum_f_part;
  workgroupBarrier();
  o_sum_f_part = partials_1_2[leader2];
  for (var other = 0; other < 3; other++) {
    o_sum_f_part += partials_1_2[leader2 + 64 * (other + 1)];
  }
  for (var step = 0; step < 2; step++) {
    W_sum_part += subgroupShuffleXor(W_sum_part, u32(1 << u32(step)));
  }
  partials_0_2[thread] = W_sum_part;
  workgroupBarrier();
  W_sum_part = partials_0_2[leader];
  for (var other = 0; other < 15; other++) {
    W_sum_part += partials_0_2[leader + 4 * (other + 1)];
  }
  partials_1_2[thread] = W_sum_part;
  workgroupBarrier();
  W_sum_part = partials_1_2[leader2];
  for (var other = 0; other < 3; other++) {
    W_sum_part += partials_1_2[leader2 + 64 * (other + 1)];
  }
  let o2 = o_sum_f_part * select(0.0, 1.0 / W_sum_part, W_sum_part > 0.0);
  if (thread <= 0) { store_o(thread * 128 * sizes_2.G * sizes_2.R + d + 128 * g * sizes_2.R + 128 * r, o2); }
}

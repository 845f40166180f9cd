// attend_D128: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.
enable subgroups;

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

fn round_bf16(x: f32) -> f32 { return bitcast<f32>(bf16_bits(x) << 16u); }

struct Sizes { T: i32, G: i32, R: i32, S: i32, X: i32 }

@group(0) @binding(0) var<storage, read> q: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> KV: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> o: array<u32>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> kv: array<vec2<f32>, 1056>;
var<workgroup> q2: array<f32, 640>;
var<workgroup> kv2: array<f32, 640>;
var<workgroup> o_sum_f_a: array<f32, 320>;
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

fn store2_o(i: i32, values: array<f32, 2>) {
  o[i >> 1u] = bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u);
}

@compute @workgroup_size(128)
fn attend_D128(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tt = thread >> 5u;
  let td = 4 * (thread & 31);
  let ts = thread >> 3u;
  let td2 = 4 * (thread & 7);
  let tt2 = 2 * (thread & 7);
  let leader = thread & 123;
  let td3 = 2 * (thread & 7);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.G * sizes.R * ((sizes.S + 15) / 16) <= group) { return; }
  let s_count = (sizes.S + 15) / 16;
  let s = group % s_count;
  let outer = group / s_count;
  let r = outer % sizes.R;
  let g = outer / sizes.R;
  let s2 = 16 * s + ts;

  // llama.tdsl:111: o[g*R + r, s, d] = sum(t: T) W[g, r, s, t] * KV[1, g, t, d]
  var W_max = -3.4028234663852886e38;
  var o_sum_f: array<f32, 16>;
  for (var r2 = 0; r2 < 16; r2++) {
    o_sum_f[r2] = 0.0;
  }
  var W_sum = 0.0;
  let t_2_step_count = (min(max(0, sizes.T + 16 * s + 16 - sizes.S), sizes.T) + 15) >> 4u;
  for (var t_2_step = 0; t_2_step < t_2_step_count; t_2_step++) {
    let t = 16 * t_2_step + tt;
    let t2 = 16 * t_2_step + ts;
    let t3 = 16 * t_2_step + tt2;
    workgroupBarrier();
    for (var dt = 0; dt < 4; dt++) {
      var kv3 = load4_KV_or(128 * ((1 * sizes.G + g) * (sizes.T + sizes.X) + t + 4 * dt) + td, t + 4 * dt < sizes.T, 0.0);
      store4_kv(132 * (tt + 4 * dt) + td, kv3);
    }
    workgroupBarrier();
    var P_sum: array<f32, 2>;
    for (var dt = 0; dt < 2; dt++) {
      P_sum[dt] = 0.0;
    }
    for (var d_step = 0; d_step < 4; d_step++) {
      let d = 32 * d_step + td2;
      workgroupBarrier();
      var q3 = load4_q_or(128 * ((r + g * sizes.R) * sizes.S + s2) + d, s2 < sizes.S, 0.0);
      for (var v = 0; v < 4; v++) {
        q2[20 * (td2 + v) + ts] = q3[v];
      }
      var kv3 = load4_KV_or(128 * (g * (sizes.T + sizes.X) + t2) + d, t2 < sizes.T, 0.0);
      for (var v = 0; v < 4; v++) {
        kv2[20 * (td2 + v) + ts] = kv3[v];
      }
      workgroupBarrier();
      for (var dd = 0; dd < 32; dd++) {
        let q2_reg = q2[20 * dd + ts];
        var kv2_reg = load2_kv2(20 * dd + tt2);
        for (var dt = 0; dt < 2; dt++) {
          P_sum[dt] += q2_reg * kv2_reg[dt];
        }
      }
    }
    var W_max_part = -3.4028234663852886e38;
    for (var dt = 0; dt < 2; dt++) {
      let W_max_term = P_sum[dt] * 0.088388346;
      let W_max_term2 = select(-3.4028234663852886e38, W_max_term, t3 + sizes.S + dt <= s2 + sizes.T && t3 + dt < sizes.T);
      W_max_part = max(W_max_part, W_max_term2);
    }
    for (var step = 0; step < 2; step++) {
      W_max_part = max(W_max_part, subgroupShuffleXor(W_max_part, u32(1 << u32(step))));
    }
    partials_0[thread] = W_max_part;
    workgroupBarrier();
    W_max_part = partials_0[leader];
    W_max_part = max(W_max_part, partials_0[leader + 4]);
    let W_max_new = max(W_max, W_max_part);
    let o_sum_f_scale = exp(W_max - W_max_new);
    for (var r2 = 0; r2 < 16; r2++) {
      o_sum_f[r2] *= o_sum_f_scale;
    }
    var o_sum_f_term: array<f32, 2>;
    var o_sum_f_a2: array<f32, 2>;
    for (var dt = 0; dt < 2; dt++) {
      o_sum_f_term[dt] = exp(P_sum[dt] * 0.088388346 - W_max_new);
      o_sum_f_a2[dt] = round_bf16(select(0.0, o_sum_f_term[dt], t3 + sizes.S + dt <= s2 + sizes.T && t3 + dt < sizes.T));
    }
    workgroupBarrier();
    for (var dt = 0; dt < 2; dt++) {
      o_sum_f_a[20 * (tt2 + dt) + ts] = o_sum_f_a2[dt];
    }
    workgroupBarrier();
    for (var dt = 0; dt < 16; dt++) {
      var kv_reg: array<f32, 16>;
      let o_sum_f_a_reg = o_sum_f_a[20 * dt + ts];
      for (var dd = 0; dd < 8; dd++) {
        {
          let piece = load2_kv(132 * dt + td3 + 16 * dd);
          kv_reg[2 * dd] = piece[0];
          kv_reg[2 * dd + 1] = piece[1];
        }
      }
      for (var dd = 0; dd < 8; dd++) {
        for (var dd2 = 0; dd2 < 2; dd2++) {
          o_sum_f[2 * dd + dd2] += o_sum_f_a_reg * kv_reg[2 * dd + dd2];
        }
      }
    }
    var W_sum_part = 0.0;
    for (var dt = 0; dt < 2; dt++) {
      let W_sum_term = select(0.0, o_sum_f_term[dt], t3 + sizes.S + dt <= s2 + sizes.T && t3 + dt < sizes.T);
      W_sum_part += W_sum_term;
    }
    for (var step = 0; step < 2; step++) {
      W_sum_part += subgroupShuffleXor(W_sum_part, u32(1 << u32(step)));
    }
    partials_1[thread] = W_sum_part;
    workgroupBarrier();
    W_sum_part = partials_1[leader];
    W_sum_part += partials_1[leader + 4];
    W_sum = W_sum * o_sum_f_scale + W_sum_part;
    W_max = W_max_new;
  }
  for (var dd = 0; dd < 8; dd++) {
    var o2: array<f32, 2>;
    for (var v = 0; v < 2; v++) {
      o2[v] = o_sum_f[2 * dd + v] * select(0.0, 1.0 / W_sum, W_sum > 0.0);
    }
    if (s2 < sizes.S) { store2_o(128 * ((r + g * sizes.R) * sizes.S + s2) + td3 + 16 * dd, o2); }
  }
}

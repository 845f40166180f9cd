// decode_ring_thin: made by tdsl from decode_attention.tdsl for wgsl. Change the source, not this file.
enable subgroups;

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { B: i32, G: i32, R: i32, D: i32, W: i32 }

@group(0) @binding(0) var<storage, read> q: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> K: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> V: array<u32>; // bf16, 2 a word
@group(0) @binding(3) var<storage, read> written: array<i32>;
@group(0) @binding(4) var<storage, read_write> O: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(5) var<uniform> sizes: Sizes;
var<workgroup> v: array<vec2<f32>, 160>;
var<workgroup> q2: array<f32, 640>;
var<workgroup> k: array<f32, 640>;
var<workgroup> O_sum_f_a: array<f32, 320>;
var<workgroup> partials_0: array<f32, 128>;
var<workgroup> partials_1: array<f32, 128>;

fn load_V(i: i32) -> f32 {
  return bitcast<f32>((V[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn store4_v(i: i32, values: array<f32, 4>) {
  v[i >> 1u] = vec2<f32>(values[0], values[1]);
  v[(i >> 1u) + 1] = vec2<f32>(values[2], values[3]);
}

fn load_q(i: i32) -> f32 {
  return bitcast<f32>((q[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_K(i: i32) -> f32 {
  return bitcast<f32>((K[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load2_k(i: i32) -> array<f32, 2> {
  let unit0 = k[i];
  let unit1 = k[i + 1];
  return array<f32, 2>(unit0, unit1);
}

fn load2_v(i: i32) -> array<f32, 2> {
  let unit0 = v[i >> 1u];
  return array<f32, 2>(unit0.x, unit0.y);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_O(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&O[i >> 1u], ~(0xffffu << shift));
  atomicOr(&O[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(128)
fn decode_ring_thin(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tw = (thread >> 2u) & 15;
  let td = 4 * (thread & 3);
  let tr = thread >> 3u;
  let td2 = 4 * (thread & 7);
  let tw2 = 2 * (thread & 7);
  let leader = thread & 123;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B * sizes.G * ((sizes.D + 15) / 16) * ((sizes.R + 15) / 16) <= group) { return; }
  let d_count = (sizes.D + 15) / 16;
  let d = group % d_count;
  let outer = group / d_count;
  let r_count = (sizes.R + 15) / 16;
  let outer2 = outer / r_count;
  let g = outer2 % sizes.G;
  let b = outer2 / sizes.G;
  let d2 = 16 * d + td;
  let r2 = 16 * (outer % r_count) + tr;
  let d3 = 16 * d + tw2;

  // decode_attention.tdsl:22: O[b, g*R + r, d] = sum(w) p[b, g, r, w] * V[b, g, w, d]
  var p_max = -3.4028234663852886e38;
  var O_sum_f: array<f32, 2>;
  for (var dd = 0; dd < 2; dd++) {
    O_sum_f[dd] = 0.0;
  }
  var p_sum2 = 0.0;
  for (var w_3_step = 0; w_3_step < (sizes.W + 15) / 16; w_3_step++) {
    let w = 16 * w_3_step + tw;
    let w2 = 16 * w_3_step + tr;
    let w3 = 16 * w_3_step + tw2;
    workgroupBarrier();
    var v2: array<f32, 4>;
    for (var v3 = 0; v3 < 4; v3++) {
      v2[v3] = 0.0;
      if (w < sizes.W && d2 + v3 < sizes.D) { v2[v3] = load_V(((b * sizes.G + g) * sizes.W + w) * sizes.D + d2 + v3); }
    }
    if (thread < 64) { store4_v(20 * tw + td, v2); }
    workgroupBarrier();
    var p_sum: array<f32, 2>;
    for (var dw = 0; dw < 2; dw++) {
      p_sum[dw] = 0.0;
    }
    for (var d_step = 0; d_step < (sizes.D + 31) / 32; d_step++) {
      let d3 = 32 * d_step + td2;
      workgroupBarrier();
      for (var dd = 0; dd < 4; dd++) {
        var q3 = 0.0;
        if (r2 < sizes.R && d3 + dd < sizes.D) { q3 = load_q((b * sizes.G * sizes.R + r2 + g * sizes.R) * sizes.D + d3 + dd); }
        q2[20 * (td2 + dd) + tr] = q3;
      }
      for (var dd = 0; dd < 4; dd++) {
        var k2 = 0.0;
        if (w2 < sizes.W && d3 + dd < sizes.D) { k2 = load_K(((b * sizes.G + g) * sizes.W + w2) * sizes.D + d3 + dd); }
        k[20 * (td2 + dd) + tr] = k2;
      }
      workgroupBarrier();
      for (var dd = 0; dd < 32; dd++) {
        let q2_reg = q2[20 * dd + tr];
        var k_reg = load2_k(20 * dd + tw2);
        for (var dw = 0; dw < 2; dw++) {
          p_sum[dw] += q2_reg * k_reg[dw];
        }
      }
    }
    let written2 = written[b];
    var p_max_part = -3.4028234663852886e38;
    for (var dw = 0; dw < 2; dw++) {
      let p_max_term = p_sum[dw] * inverseSqrt(f32(sizes.D));
      let p_max_term2 = select(-3.4028234663852886e38, p_max_term, w3 + dw < sizes.W && w3 + dw < written2);
      p_max_part = max(p_max_part, p_max_term2);
    }
    for (var step = 0; step < 2; step++) {
      p_max_part = max(p_max_part, subgroupShuffleXor(p_max_part, u32(1 << u32(step))));
    }
    partials_0[thread] = p_max_part;
    workgroupBarrier();
    p_max_part = partials_0[leader];
    p_max_part = max(p_max_part, partials_0[leader + 4]);
    let p_max_new = max(p_max, p_max_part);
    let O_sum_f_scale = exp(p_max - p_max_new);
    for (var dd = 0; dd < 2; dd++) {
      O_sum_f[dd] *= O_sum_f_scale;
    }
    var O_sum_f_a2: array<f32, 2>;
    for (var dw = 0; dw < 2; dw++) {
      let O_sum_f_term = exp(p_sum[dw] * inverseSqrt(f32(sizes.D)) - p_max_new);
      O_sum_f_a2[dw] = select(0.0, O_sum_f_term, w3 + dw < sizes.W && w3 + dw < written2);
    }
    workgroupBarrier();
    for (var dw = 0; dw < 2; dw++) {
      O_sum_f_a[20 * (tw2 + dw) + tr] = O_sum_f_a2[dw];
    }
    workgroupBarrier();
    for (var dw = 0; dw < 16; dw++) {
      let O_sum_f_a_reg = O_sum_f_a[20 * dw + tr];
      var v_reg = load2_v(20 * dw + tw2);
      for (var dd = 0; dd < 2; dd++) {
        O_sum_f[dd] += O_sum_f_a_reg * v_reg[dd];
      }
    }
    var p_sum2_part = 0.0;
    for (var dw = 0; dw < 2; dw++) {
      p_sum2_part += O_sum_f_a2[dw];
    }
    for (var step = 0; step < 2; step++) {
      p_sum2_part += subgroupShuffleXor(p_sum2_part, u32(1 << u32(step)));
    }
    partials_1[thread] = p_sum2_part;
    workgroupBarrier();
    p_sum2_part = partials_1[leader];
    p_sum2_part += partials_1[leader + 4];
    p_sum2 = p_sum2 * O_sum_f_scale + p_sum2_part;
    p_max = p_max_new;
  }
  for (var dd = 0; dd < 2; dd++) {
    let o = O_sum_f[dd] * select(0.0, 1.0 / p_sum2, p_sum2 > 0.0);
    if (r2 < sizes.R && d3 + dd < sizes.D) { store_O((b * sizes.G * sizes.R + r2 + g * sizes.R) * sizes.D + d3 + dd, o); }
  }
}

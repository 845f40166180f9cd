// attend_cache_thin: made by tdsl from transformer_block.tdsl for wgsl. Change the source, not this file.
enable subgroups;

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { M: i32, H: i32, G: i32, D: i32, T: i32 }

@group(0) @binding(0) var<storage, read> q: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> position: array<i32>;
@group(0) @binding(2) var<storage, read> table: array<f32>;
@group(0) @binding(3) var<storage, read> K: array<u32>; // bf16, 2 a word
@group(0) @binding(4) var<storage, read> V: array<u32>; // bf16, 2 a word
@group(0) @binding(5) var<storage, read_write> Y: array<u32>; // bf16, 2 a word
@group(0) @binding(6) var<uniform> sizes: Sizes;
var<workgroup> v: array<vec2<f32>, 160>;
var<workgroup> q2: array<f32, 640>;
var<workgroup> k: array<f32, 640>;
var<workgroup> Y_sum_f_a: array<f32, 320>;
var<workgroup> partials_0: array<f32, 128>;
var<workgroup> partials_1: array<f32, 128>;

fn load2_V(i: i32) -> array<f32, 2> {
  let unit0 = V[i >> 1u];
  return array<f32, 2>(bitcast<f32>(unit0 << 16u), bitcast<f32>(unit0 & 0xffff0000u));
}

fn load2_V_or(i: i32, inside: bool, fill: f32) -> array<f32, 2> {
  if (inside) { return load2_V(i); }
  return array<f32, 2>(fill, fill);
}

fn store4_v(i: i32, values: array<f32, 4>) {
  v[i >> 1u] = vec2<f32>(values[0], values[1]);
  v[(i >> 1u) + 1] = vec2<f32>(values[2], values[3]);
}

fn load2_q(i: i32) -> array<f32, 2> {
  let unit0 = q[i >> 1u];
  return array<f32, 2>(bitcast<f32>(unit0 << 16u), bitcast<f32>(unit0 & 0xffff0000u));
}

fn load2_q_or(i: i32, inside: bool, fill: f32) -> array<f32, 2> {
  if (inside) { return load2_q(i); }
  return array<f32, 2>(fill, fill);
}

fn load_q(i: i32) -> f32 {
  return bitcast<f32>((q[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load2_K(i: i32) -> array<f32, 2> {
  let unit0 = K[i >> 1u];
  return array<f32, 2>(bitcast<f32>(unit0 << 16u), bitcast<f32>(unit0 & 0xffff0000u));
}

fn load2_K_or(i: i32, inside: bool, fill: f32) -> array<f32, 2> {
  if (inside) { return load2_K(i); }
  return array<f32, 2>(fill, fill);
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

fn store2_Y(i: i32, values: array<f32, 2>) {
  Y[i >> 1u] = bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u);
}

@compute @workgroup_size(128)
fn attend_cache_thin(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tt = (thread >> 2u) & 15;
  let td = 4 * (thread & 3);
  let tg = thread >> 3u;
  let td2 = 4 * (thread & 7);
  let tt2 = 2 * (thread & 7);
  let leader = thread & 123;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.H * sizes.M * ((sizes.D + 14) / 16) * ((sizes.G + 15) / 16) <= group) { return; }
  let d_count = (sizes.D + 14) / 16;
  let d = group % d_count;
  let outer = group / d_count;
  let g_count = (sizes.G + 15) / 16;
  let outer2 = outer / g_count;
  let h = outer2 % sizes.H;
  let m = outer2 / sizes.H;
  let d2 = 16 * d + td;
  let g2 = 16 * (outer % g_count) + tg;
  let d3 = 16 * d + tt2;

  // transformer_block.tdsl:52: Y[m, (h*G + g) * D + d] = sum(t) p[m, h, g, t] * V[h, t, d]
  var p_max = -3.4028234663852886e38;
  var Y_sum_f: array<f32, 2>;
  for (var dd = 0; dd < 2; dd++) {
    Y_sum_f[dd] = 0.0;
  }
  var p_sum2 = 0.0;
  for (var t_3_step = 0; t_3_step < (sizes.T + 15) / 16; t_3_step++) {
    let t = 16 * t_3_step + tt;
    let t2 = 16 * t_3_step + tg;
    let t3 = 16 * t_3_step + tt2;
    workgroupBarrier();
    var v2: array<f32, 4>;
    {
      let piece = load2_V_or((h * sizes.T + t) * sizes.D + d2, t < sizes.T && d2 < sizes.D, 0.0);
      v2[0] = piece[0];
      v2[1] = piece[1];
    }
    {
      let piece = load2_V_or((h * sizes.T + t) * sizes.D + d2 + 2, t < sizes.T && d2 + 3 <= sizes.D, 0.0);
      v2[2] = piece[0];
      v2[3] = piece[1];
    }
    if (thread < 64) { store4_v(20 * tt + td, v2); }
    workgroupBarrier();
    var p_sum: array<f32, 2>;
    for (var dt = 0; dt < 2; dt++) {
      p_sum[dt] = 0.0;
    }
    for (var d_2_step = 0; d_2_step < (sizes.D + 30) / 32; d_2_step++) {
      let d3 = 32 * d_2_step + td2;
      workgroupBarrier();
      var q3: array<f32, 4>;
      for (var dd = 0; dd < 2; dd++) {
        {
          let piece = load2_q_or(m * sizes.D * sizes.G * sizes.H + d3 + h * sizes.D * sizes.G + g2 * sizes.D + 2 * dd, g2 < sizes.G && d3 + 2 * dd < sizes.D, 0.0);
          q3[2 * dd] = piece[0];
          q3[2 * dd + 1] = piece[1];
        }
      }
      let position2 = position[m];
      var table2: array<f32, 4>;
      for (var dd = 0; dd < 4; dd++) {
        table2[dd] = 0.0;
        if (d3 + dd < sizes.D) { table2[dd] = table[2 * position2 * (sizes.D / 2) + (d3 + dd) % (sizes.D / 2)]; }
      }
      var q4: array<f32, 4>;
      for (var dd = 0; dd < 4; dd++) {
        q4[dd] = 0.0;
        if (g2 < sizes.G && d3 + dd < sizes.D) { q4[dd] = load_q(m * sizes.D * sizes.G * sizes.H + sizes.D / 2 + (d3 + dd) % (sizes.D / 2) + h * sizes.D * sizes.G + g2 * sizes.D - sizes.D / 2 * ((d3 + dd) / (sizes.D / 2))); }
      }
      var table3: array<f32, 4>;
      for (var dd = 0; dd < 4; dd++) {
        table3[dd] = 0.0;
        if (d3 + dd < sizes.D) { table3[dd] = table[(2 * position2 + 1) * (sizes.D / 2) + (d3 + dd) % (sizes.D / 2)]; }
      }
      for (var dd = 0; dd < 4; dd++) {
        let q_term = q3[dd] * table2[dd] + f32(2 * ((d3 + dd) / (sizes.D / 2)) - 1) * q4[dd] * table3[dd];
        let q2_fill = select(0.0, q_term, d3 + dd < sizes.D);
        q2[20 * (td2 + dd) + tg] = q2_fill;
      }
      for (var dd = 0; dd < 2; dd++) {
        var k2 = load2_K_or((h * sizes.T + t2) * sizes.D + d3 + 2 * dd, t2 < sizes.T && d3 + 2 * dd < sizes.D, 0.0);
        for (var v3 = 0; v3 < 2; v3++) {
          k[20 * (td2 + 2 * dd + v3) + tg] = k2[v3];
        }
      }
      workgroupBarrier();
      for (var dd = 0; dd < 32; dd++) {
        let q2_reg = q2[20 * dd + tg];
        var k_reg = load2_k(20 * dd + tt2);
        for (var dt = 0; dt < 2; dt++) {
          p_sum[dt] += q2_reg * k_reg[dt];
        }
      }
    }
    let position2 = position[m];
    var p_max_part = -3.4028234663852886e38;
    for (var dt = 0; dt < 2; dt++) {
      let p_max_term = p_sum[dt] * inverseSqrt(f32(sizes.D));
      let p_max_term2 = select(-3.4028234663852886e38, p_max_term, t3 + dt < sizes.T && t3 + dt <= position2);
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
    let Y_sum_f_scale = exp(p_max - p_max_new);
    for (var dd = 0; dd < 2; dd++) {
      Y_sum_f[dd] *= Y_sum_f_scale;
    }
    var Y_sum_f_a2: array<f32, 2>;
    for (var dt = 0; dt < 2; dt++) {
      let Y_sum_f_term = exp(p_sum[dt] * inverseSqrt(f32(sizes.D)) - p_max_new);
      Y_sum_f_a2[dt] = select(0.0, Y_sum_f_term, t3 + dt < sizes.T && t3 + dt <= position2);
    }
    workgroupBarrier();
    for (var dt = 0; dt < 2; dt++) {
      Y_sum_f_a[20 * (tt2 + dt) + tg] = Y_sum_f_a2[dt];
    }
    workgroupBarrier();
    for (var dt = 0; dt < 16; dt++) {
      let Y_sum_f_a_reg = Y_sum_f_a[20 * dt + tg];
      var v_reg = load2_v(20 * dt + tt2);
      for (var dd = 0; dd < 2; dd++) {
        Y_sum_f[dd] += Y_sum_f_a_reg * v_reg[dd];
      }
    }
    var p_sum2_part = 0.0;
    for (var dt = 0; dt < 2; dt++) {
      p_sum2_part += Y_sum_f_a2[dt];
    }
    for (var step = 0; step < 2; step++) {
      p_sum2_part += subgroupShuffleXor(p_sum2_part, u32(1 << u32(step)));
    }
    partials_1[thread] = p_sum2_part;
    workgroupBarrier();
    p_sum2_part = partials_1[leader];
    p_sum2_part += partials_1[leader + 4];
    p_sum2 = p_sum2 * Y_sum_f_scale + p_sum2_part;
    p_max = p_max_new;
  }
  var y: array<f32, 2>;
  for (var v2 = 0; v2 < 2; v2++) {
    y[v2] = Y_sum_f[v2] * select(0.0, 1.0 / p_sum2, p_sum2 > 0.0);
  }
  if (g2 < sizes.G && d3 < sizes.D) { store2_Y(m * sizes.D * sizes.G * sizes.H + d3 + h * sizes.D * sizes.G + g2 * sizes.D, y); }
}

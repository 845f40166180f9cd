// decode_paged_aligned: made by tdsl from decode_attention.tdsl for wgsl. Change the source, not this file.
// Relies on D % 8 == 0, N % 4 == 0, B % 4 == 0.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { B: i32, G: i32, R: i32, D: i32, P: i32, N: i32 }

@group(0) @binding(0) var<storage, read> q: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> K: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> V: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<storage, read> table: array<i32>;
@group(0) @binding(4) var<storage, read> len: array<i32>;
@group(0) @binding(5) var<storage, read_write> O: array<u32>; // bf16, 2 a word
@group(0) @binding(6) var<uniform> sizes: Sizes;
var<workgroup> v: array<vec2<f32>, 160>;
var<workgroup> q2: array<f32, 640>;
var<workgroup> k: array<f32, 640>;
var<workgroup> O_sum_f_a: array<f32, 320>;
var<workgroup> partials_0: array<f32, 128>;
var<workgroup> partials_1: array<f32, 128>;

fn load4_V(i: i32) -> array<f32, 4> {
  let unit0 = V[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_V_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_V(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn store4_v(i: i32, values: array<f32, 4>) {
  v[i >> 1u] = vec2<f32>(values[0], values[1]);
  v[(i >> 1u) + 1] = vec2<f32>(values[2], values[3]);
}

fn load4_q(i: i32) -> array<f32, 4> {
  let unit0 = q[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_q_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_q(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_K(i: i32) -> array<f32, 4> {
  let unit0 = K[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_K_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_K(i); }
  return array<f32, 4>(fill, fill, fill, fill);
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

fn store2_O(i: i32, values: array<f32, 2>) {
  O[i >> 1u] = bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u);
}

@compute @workgroup_size(128)
fn decode_paged_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tt = (thread >> 2u) & 15;
  let td = 4 * (thread & 3);
  let tr = thread >> 3u;
  let td2 = 4 * (thread & 7);
  let tt2 = 2 * (thread & 7);
  let leader = thread & 120;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B * sizes.G * ((sizes.D + 8) / 16) * ((sizes.R + 15) / 16) <= group) { return; }
  let d_count = (sizes.D + 8) / 16;
  let d = group % d_count;
  let outer = group / d_count;
  let r_count = (sizes.R + 15) / 16;
  let outer2 = outer / r_count;
  let g = outer2 % sizes.G;
  let b = outer2 / sizes.G;
  let d2 = 16 * d + td;
  let r2 = 16 * (outer % r_count) + tr;
  let d3 = 16 * d + tt2;

  // decode_attention.tdsl:38: O[b, g*R + r, d] = sum(t) p[b, g, r, t] * V[table[b, t/16], g, t % 16, d]
  var p_max = -3.4028234663852886e38;
  var O_sum_f: array<f32, 2>;
  for (var dd = 0; dd < 2; dd++) {
    O_sum_f[dd] = 0.0;
  }
  var p_sum2 = 0.0;
  for (var t_3_step = 0; t_3_step < sizes.N; t_3_step++) {
    let t = 16 * t_3_step + tt;
    let t2 = 16 * t_3_step + tr;
    let t3 = 16 * t_3_step + tt2;
    workgroupBarrier();
    let table2 = table[b * sizes.N + (t >> 4u)];
    var v2 = load4_V_or((16 * (table2 * sizes.G + g) + (t & 15)) * sizes.D + d2, d2 < sizes.D, 0.0);
    if (thread < 64) { store4_v(20 * tt + td, v2); }
    workgroupBarrier();
    var p_sum: array<f32, 2>;
    for (var dt = 0; dt < 2; dt++) {
      p_sum[dt] = 0.0;
    }
    for (var d_step = 0; d_step < (sizes.D + 24) / 32; d_step++) {
      let d3 = 32 * d_step + td2;
      workgroupBarrier();
      var q3 = load4_q_or((b * sizes.G * sizes.R + r2 + g * sizes.R) * sizes.D + d3, r2 < sizes.R && d3 < sizes.D, 0.0);
      for (var v3 = 0; v3 < 4; v3++) {
        q2[20 * (td2 + v3) + tr] = q3[v3];
      }
      let table3 = table[b * sizes.N + (t2 >> 4u)];
      var k2 = load4_K_or((16 * (table3 * sizes.G + g) + (t2 & 15)) * sizes.D + d3, d3 < sizes.D, 0.0);
      for (var v3 = 0; v3 < 4; v3++) {
        let k_fill = select(0.0, k2[v3], d3 + v3 < sizes.D);
        k[20 * (td2 + v3) + tr] = k_fill;
      }
      workgroupBarrier();
      for (var dd = 0; dd < 32; dd++) {
        let q2_reg = q2[20 * dd + tr];
        var k_reg = load2_k(20 * dd + tt2);
        for (var dt = 0; dt < 2; dt++) {
          p_sum[dt] += q2_reg * k_reg[dt];
        }
      }
    }
    let len2 = len[b];
    var p_max_part = -3.4028234663852886e38;
    for (var dt = 0; dt < 2; dt++) {
      let p_max_term = p_sum[dt] * inverseSqrt(f32(sizes.D));
      let p_max_term2 = select(-3.4028234663852886e38, p_max_term, t3 + dt < len2);
      p_max_part = max(p_max_part, p_max_term2);
    }
    partials_0[thread] = p_max_part;
    workgroupBarrier();
    p_max_part = partials_0[leader];
    for (var other = 0; other < 7; other++) {
      p_max_part = max(p_max_part, partials_0[leader + other + 1]);
    }
    let p_max_new = max(p_max, p_max_part);
    let O_sum_f_scale = exp(p_max - p_max_new);
    for (var dd = 0; dd < 2; dd++) {
      O_sum_f[dd] *= O_sum_f_scale;
    }
    var O_sum_f_a2: array<f32, 2>;
    for (var dt = 0; dt < 2; dt++) {
      let O_sum_f_term = exp(p_sum[dt] * inverseSqrt(f32(sizes.D)) - p_max_new);
      O_sum_f_a2[dt] = select(0.0, O_sum_f_term, t3 + dt < len2);
    }
    workgroupBarrier();
    for (var dt = 0; dt < 2; dt++) {
      O_sum_f_a[20 * (tt2 + dt) + tr] = O_sum_f_a2[dt];
    }
    workgroupBarrier();
    for (var dt = 0; dt < 16; dt++) {
      let O_sum_f_a_reg = O_sum_f_a[20 * dt + tr];
      var v_reg = load2_v(20 * dt + tt2);
      for (var dd = 0; dd < 2; dd++) {
        O_sum_f[dd] += O_sum_f_a_reg * v_reg[dd];
      }
    }
    var p_sum2_part = 0.0;
    for (var dt = 0; dt < 2; dt++) {
      p_sum2_part += O_sum_f_a2[dt];
    }
    partials_1[thread] = p_sum2_part;
    workgroupBarrier();
    p_sum2_part = partials_1[leader];
    for (var other = 0; other < 7; other++) {
      p_sum2_part += partials_1[leader + other + 1];
    }
    p_sum2 = p_sum2 * O_sum_f_scale + p_sum2_part;
    p_max = p_max_new;
  }
  var o: array<f32, 2>;
  for (var v2 = 0; v2 < 2; v2++) {
    o[v2] = O_sum_f[v2] * select(0.0, 1.0 / p_sum2, p_sum2 > 0.0);
  }
  if (r2 < sizes.R && d3 < sizes.D) { store2_O((b * sizes.G * sizes.R + r2 + g * sizes.R) * sizes.D + d3, o); }
}

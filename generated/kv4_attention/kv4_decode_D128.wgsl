// kv4_decode_D128: made by tdsl from kv4_attention.tdsl for wgsl. Change the source, not this file.

// an f16, to nearest, ties to even; in whole numbers, as packing may lose what is below 2^-14 or beyond the largest value. Below 2^-14 the steps are those of f32 at 0.5.
fn f16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let size = bits & 0x7fffffffu;
  let low = bitcast<u32>(bitcast<f32>(size) + 0.5) - 0x3f000000u;
  let high = min((size + 0xfffu + ((size >> 13u) & 1u) - 0x38000000u) >> 13u, 0x7c00u);
  let rounded = select(select(high, low, size < 0x38800000u), 0x7e00u, size > 0x7f800000u);
  return rounded | ((bits >> 16u) & 0x8000u);
}

struct Sizes { B: i32, G: i32, R: i32, T: i32 }

@group(0) @binding(0) var<storage, read> q: array<vec2<u32>>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> K_codes: array<u32>; // uint4, 8 a word
@group(0) @binding(2) var<storage, read> K_scale: array<u32>; // f16, 2 a word
@group(0) @binding(3) var<storage, read> K_zero: array<u32>; // f16, 2 a word
@group(0) @binding(4) var<storage, read> V_codes: array<u32>; // uint4, 8 a word
@group(0) @binding(5) var<storage, read> V_scale: array<u32>; // f16, 2 a word
@group(0) @binding(6) var<storage, read> V_zero: array<u32>; // f16, 2 a word
@group(0) @binding(7) var<storage, read> len: array<i32>;
@group(0) @binding(8) var<storage, read> table: array<f32>;
@group(0) @binding(9) var<storage, read_write> O: array<u32>; // f16, 2 a word
@group(0) @binding(10) var<uniform> sizes: Sizes;
var<workgroup> v_codes: array<vec2<f32>, 1056>;
var<workgroup> q2: array<f32, 640>;
var<workgroup> k_codes: array<f32, 640>;
var<workgroup> O_sum_f_a: array<f32, 320>;
var<workgroup> partials_0: array<f32, 128>;
var<workgroup> partials_1: array<f32, 128>;

fn load4_V_codes(i: i32) -> array<i32, 4> {
  let word = V_codes[i >> 3u] >> (4u * u32(i & 7));
  return array<i32, 4>(bitcast<i32>(extractBits(word, 0u, 4u)), bitcast<i32>(extractBits(word, 4u, 4u)), bitcast<i32>(extractBits(word, 8u, 4u)), bitcast<i32>(extractBits(word, 12u, 4u)));
}

fn load4_V_codes_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_V_codes(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

fn load_V_scale(i: i32) -> f32 {
  return unpack2x16float(V_scale[i >> 1u])[u32(i & 1)];
}

fn load_V_zero(i: i32) -> f32 {
  return unpack2x16float(V_zero[i >> 1u])[u32(i & 1)];
}

fn store4_v_codes(i: i32, values: array<f32, 4>) {
  v_codes[i >> 1u] = vec2<f32>(values[0], values[1]);
  v_codes[(i >> 1u) + 1] = vec2<f32>(values[2], values[3]);
}

fn load4_q(i: i32) -> array<f32, 4> {
  let unit0 = q[i >> 2u];
  return array<f32, 4>(unpack2x16float(unit0.x).x, unpack2x16float(unit0.x).y, unpack2x16float(unit0.y).x, unpack2x16float(unit0.y).y);
}

fn load4_q_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_q(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_K_codes(i: i32) -> array<i32, 4> {
  let word = K_codes[i >> 3u] >> (4u * u32(i & 7));
  return array<i32, 4>(bitcast<i32>(extractBits(word, 0u, 4u)), bitcast<i32>(extractBits(word, 4u, 4u)), bitcast<i32>(extractBits(word, 8u, 4u)), bitcast<i32>(extractBits(word, 12u, 4u)));
}

fn load4_K_codes_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_K_codes(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

fn load_K_scale(i: i32) -> f32 {
  return unpack2x16float(K_scale[i >> 1u])[u32(i & 1)];
}

fn load_K_zero(i: i32) -> f32 {
  return unpack2x16float(K_zero[i >> 1u])[u32(i & 1)];
}

fn load_K_codes(i: i32) -> i32 {
  return bitcast<i32>(extractBits(K_codes[i >> 3u], 4u * u32(i & 7), 4u));
}

fn load2_k_codes(i: i32) -> array<f32, 2> {
  let unit0 = k_codes[i];
  let unit1 = k_codes[i + 1];
  return array<f32, 2>(unit0, unit1);
}

fn load2_v_codes(i: i32) -> array<f32, 2> {
  let unit0 = v_codes[i >> 1u];
  return array<f32, 2>(unit0.x, unit0.y);
}

fn store2_O(i: i32, values: array<f32, 2>) {
  O[i >> 1u] = f16_bits(values[0]) | (f16_bits(values[1]) << 16u);
}

@compute @workgroup_size(128)
fn kv4_decode_D128(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tt = thread >> 5u;
  let td = 4 * (thread & 31);
  let tr = thread >> 3u;
  let td2 = 4 * (thread & 7);
  let tt2 = 2 * (thread & 7);
  let leader = thread & 120;
  let td3 = 2 * (thread & 7);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B * sizes.G * ((sizes.R + 15) / 16) <= group) { return; }
  let r_count = (sizes.R + 15) / 16;
  let outer = group / r_count;
  let g = outer % sizes.G;
  let b = outer / sizes.G;
  let r2 = 16 * (group % r_count) + tr;

  // kv4_attention.tdsl:45: O[b, g*R + r, d] = sum(t) p[b, g, r, t] * V[b, g, t, d]
  var p_max = -3.4028234663852886e38;
  var O_sum_f: array<f32, 16>;
  for (var r2 = 0; r2 < 16; r2++) {
    O_sum_f[r2] = 0.0;
  }
  var p_sum2 = 0.0;
  for (var t_3_step = 0; t_3_step < (sizes.T + 15) / 16; t_3_step++) {
    let t = 16 * t_3_step + tt;
    let t2 = 16 * t_3_step + tr;
    let t3 = 16 * t_3_step + tt2;
    workgroupBarrier();
    var v_codes2: array<i32, 16>;
    for (var dt = 0; dt < 4; dt++) {
      {
        let piece = load4_V_codes_or(128 * ((b * sizes.G + g) * sizes.T + t + 4 * dt) + td, t + 4 * dt < sizes.T, 0);
        v_codes2[4 * dt] = piece[0];
        v_codes2[4 * dt + 1] = piece[1];
        v_codes2[4 * dt + 2] = piece[2];
        v_codes2[4 * dt + 3] = piece[3];
      }
    }
    var v_scale: array<f32, 4>;
    var v_zero: array<f32, 4>;
    for (var dt = 0; dt < 4; dt++) {
      v_scale[dt] = 0.0;
      if (t + 4 * dt < sizes.T) { v_scale[dt] = load_V_scale((b * sizes.G + g) * sizes.T + t + 4 * dt); }
      v_zero[dt] = 0.0;
      if (t + 4 * dt < sizes.T) { v_zero[dt] = load_V_zero((b * sizes.G + g) * sizes.T + t + 4 * dt); }
    }
    for (var dt = 0; dt < 4; dt++) {
      var v_codes_fill: array<f32, 4>;
      for (var v = 0; v < 4; v++) {
        let v_codes_term = f32(v_codes2[4 * dt + v]) * v_scale[dt] + v_zero[dt];
        v_codes_fill[v] = select(0.0, v_codes_term, t + 4 * dt < sizes.T);
      }
      store4_v_codes(132 * (tt + 4 * dt) + td, v_codes_fill);
    }
    workgroupBarrier();
    var p_sum: array<f32, 2>;
    for (var dt = 0; dt < 2; dt++) {
      p_sum[dt] = 0.0;
    }
    for (var d_step = 0; d_step < 4; d_step++) {
      let d = 32 * d_step + td2;
      workgroupBarrier();
      var q3 = load4_q_or(128 * (b * sizes.G * sizes.R + g * sizes.R + r2) + d, r2 < sizes.R, 0.0);
      for (var v = 0; v < 4; v++) {
        q2[20 * (td2 + v) + tr] = q3[v];
      }
      var k_codes2 = load4_K_codes_or(128 * ((b * sizes.G + g) * sizes.T + t2) + d, t2 < sizes.T, 0);
      var k_scale = 0.0;
      if (t2 < sizes.T) { k_scale = load_K_scale((b * sizes.G + g) * sizes.T + t2); }
      var k_zero = 0.0;
      if (t2 < sizes.T) { k_zero = load_K_zero((b * sizes.G + g) * sizes.T + t2); }
      var table2: array<f32, 4>;
      var k_codes3: array<i32, 4>;
      for (var dd = 0; dd < 4; dd++) {
        table2[dd] = 0.0;
        if (t2 < sizes.T) { table2[dd] = table[64 * 2 * t2 + ((d + dd) & 63)]; }
        k_codes3[dd] = 0;
        if (t2 < sizes.T) { k_codes3[dd] = load_K_codes(128 * ((b * sizes.G + g) * sizes.T + t2) + ((d + dd) & 63) + 64 - 64 * ((d + dd) >> 6u)); }
      }
      var k_scale2 = 0.0;
      if (t2 < sizes.T) { k_scale2 = load_K_scale((b * sizes.G + g) * sizes.T + t2); }
      var k_zero2 = 0.0;
      if (t2 < sizes.T) { k_zero2 = load_K_zero((b * sizes.G + g) * sizes.T + t2); }
      for (var dd = 0; dd < 4; dd++) {
        var table3 = 0.0;
        if (t2 < sizes.T) { table3 = table[64 * (2 * t2 + 1) + ((d + dd) & 63)]; }
        let k_codes_fill = (f32(k_codes2[dd]) * k_scale + k_zero) * table2[dd] + f32(2 * ((d + dd) >> 6u) - 1) * (f32(k_codes3[dd]) * k_scale2 + k_zero2) * table3;
        k_codes[20 * (td2 + dd) + tr] = k_codes_fill;
      }
      workgroupBarrier();
      for (var dd = 0; dd < 32; dd++) {
        let q2_reg = q2[20 * dd + tr];
        var k_codes_reg = load2_k_codes(20 * dd + tt2);
        for (var dt = 0; dt < 2; dt++) {
          p_sum[dt] += q2_reg * k_codes_reg[dt];
        }
      }
    }
    let len2 = len[b];
    var p_max_part = -3.4028234663852886e38;
    for (var dt = 0; dt < 2; dt++) {
      let p_max_term = p_sum[dt] * 0.088388346;
      let p_max_term2 = select(-3.4028234663852886e38, p_max_term, t3 + dt < sizes.T && t3 + dt < len2);
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
    for (var r3 = 0; r3 < 16; r3++) {
      O_sum_f[r3] *= O_sum_f_scale;
    }
    var O_sum_f_a2: array<f32, 2>;
    for (var dt = 0; dt < 2; dt++) {
      let O_sum_f_term = exp(p_sum[dt] * 0.088388346 - p_max_new);
      O_sum_f_a2[dt] = select(0.0, O_sum_f_term, t3 + dt < sizes.T && t3 + dt < len2);
    }
    workgroupBarrier();
    for (var dt = 0; dt < 2; dt++) {
      O_sum_f_a[20 * (tt2 + dt) + tr] = O_sum_f_a2[dt];
    }
    workgroupBarrier();
    for (var dt = 0; dt < 16; dt++) {
      var v_codes_reg: array<f32, 16>;
      let O_sum_f_a_reg = O_sum_f_a[20 * dt + tr];
      for (var dd = 0; dd < 8; dd++) {
        {
          let piece = load2_v_codes(132 * dt + td3 + 16 * dd);
          v_codes_reg[2 * dd] = piece[0];
          v_codes_reg[2 * dd + 1] = piece[1];
        }
      }
      for (var dd = 0; dd < 8; dd++) {
        for (var dd2 = 0; dd2 < 2; dd2++) {
          O_sum_f[2 * dd + dd2] += O_sum_f_a_reg * v_codes_reg[2 * dd + dd2];
        }
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
  for (var dd = 0; dd < 8; dd++) {
    var o: array<f32, 2>;
    for (var v = 0; v < 2; v++) {
      o[v] = O_sum_f[2 * dd + v] * select(0.0, 1.0 / p_sum2, p_sum2 > 0.0);
    }
    if (r2 < sizes.R) { store2_O(128 * (b * sizes.G * sizes.R + g * sizes.R + r2) + td3 + 16 * dd, o); }
  }
}

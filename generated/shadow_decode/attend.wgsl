// attend_1, attend_2, attend_3, attend_4, attend_5, attend_6, attend_7: made by tdsl from shadow_decode.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { B: i32, H: i32, G: i32, D: i32, W: i32, O: i32, S: i32, M: i32 }

@group(0) @binding(0) var<storage, read> q: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> outliers: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> at: array<i32>;
@group(0) @binding(3) var<storage, read_write> p_max_piece2_mem: array<f32>;
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> q2: array<f32, 1088>;
var<workgroup> outliers2: array<f32, 1088>;
var<workgroup> partials_0: array<f32, 1024>;

fn load_q(i: i32) -> f32 {
  return bitcast<f32>((q[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_outliers(i: i32) -> f32 {
  return bitcast<f32>((outliers[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load4_q2(i: i32) -> array<f32, 4> {
  let u0 = q2[i];
  let u1 = q2[i + 1];
  let u2 = q2[i + 2];
  let u3 = q2[i + 3];
  return array<f32, 4>(u0, u1, u2, u3);
}

fn load4_outliers2(i: i32) -> array<f32, 4> {
  let u0 = outliers2[i];
  let u1 = outliers2[i + 1];
  let u2 = outliers2[i + 2];
  let u3 = outliers2[i + 3];
  return array<f32, 4>(u0, u1, u2, u3);
}

@compute @workgroup_size(256)
fn attend_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tg = thread >> 2u;
  let td = 4 * (thread & 3);
  let tg2 = 4 * (thread >> 4u);
  let tt = 4 * (thread & 15);
  let leader = thread & 240;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B * sizes.H * ((sizes.G + 63) / 64) <= group) { return; }
  let g_count = (sizes.G + 63) / 64;
  let in_plane = group % (sizes.H * g_count);
  let panel_groups = 8 * g_count;
  let first_row = in_plane / panel_groups * 8;
  let panel_rows = min(8, sizes.H - first_row);
  let in_panel = in_plane % panel_groups;
  let h = first_row + in_panel % panel_rows;
  let g = in_panel / panel_rows;
  let b = group / (sizes.H * g_count);
  let g2 = 64 * g + tg;
  let g3 = 64 * g + tg2;

  // shadow_decode.tdsl:90: let p[b, h, g, t] = softmax(t where t <= W + O + S + at[b]) (sum(d) q[b, h*G + g, d] * KV[0, b, h, t, d]) * rsqrt(D)
  var p_max_piece2: array<f32, 4>;
  for (var dg = 0; dg < 4; dg++) {
    p_max_piece2[dg] = -3.4028234663852886e38;
  }
  for (var t_9_step = 0; t_9_step < (sizes.O + 63) / 64; t_9_step++) {
    let t = 64 * t_9_step + tg;
    let t2 = 64 * t_9_step + tt;
    var p_sum_piece2: array<f32, 16>;
    for (var r = 0; r < 16; r++) {
      p_sum_piece2[r] = 0.0;
    }
    for (var d_3_step = 0; d_3_step < (sizes.D + 15) / 16; d_3_step++) {
      let d = 16 * d_3_step + td;
      workgroupBarrier();
      for (var dd = 0; dd < 4; dd++) {
        var q3 = 0.0;
        if (g2 < sizes.G && d + dd < sizes.D) { q3 = load_q((b * sizes.G * sizes.H + g2 + h * sizes.G) * sizes.D + d + dd); }
        q2[68 * (td + dd) + tg] = q3;
      }
      for (var dd = 0; dd < 4; dd++) {
        var outliers3 = 0.0;
        if (t < sizes.O && d + dd < sizes.D) { outliers3 = load_outliers(((b * sizes.H + h) * sizes.O + t) * sizes.D + d + dd); }
        outliers2[68 * (td + dd) + tg] = outliers3;
      }
      workgroupBarrier();
      for (var dd = 0; dd < 16; dd++) {
        var q2_reg = load4_q2(68 * dd + tg2);
        var outliers2_reg = load4_outliers2(68 * dd + tt);
        for (var dg = 0; dg < 4; dg++) {
          for (var dt = 0; dt < 4; dt++) {
            p_sum_piece2[4 * dg + dt] += q2_reg[dg] * outliers2_reg[dt];
          }
        }
      }
    }
    let at2 = at[b];
    var p_max_piece2_part: array<f32, 4>;
    for (var r = 0; r < 4; r++) {
      p_max_piece2_part[r] = -3.4028234663852886e38;
    }
    for (var dg = 0; dg < 4; dg++) {
      for (var dt = 0; dt < 4; dt++) {
        let p_max_piece2_term = p_sum_piece2[4 * dg + dt] * inverseSqrt(f32(sizes.D));
        let p_max_piece2_term2 = select(-3.4028234663852886e38, p_max_piece2_term, t2 + dt < sizes.O && t2 + sizes.W + dt <= sizes.O + sizes.S + sizes.W + at2);
        p_max_piece2_part[dg] = max(p_max_piece2_part[dg], p_max_piece2_term2);
      }
    }
    workgroupBarrier();
    for (var r = 0; r < 4; r++) {
      partials_0[r * 256 + thread] = p_max_piece2_part[r];
    }
    workgroupBarrier();
    for (var r = 0; r < 4; r++) {
      p_max_piece2_part[r] = partials_0[r * 256 + leader];
      for (var other = 0; other < 15; other++) {
        p_max_piece2_part[r] = max(p_max_piece2_part[r], partials_0[r * 256 + leader + other + 1]);
      }
    }
    for (var dg = 0; dg < 4; dg++) {
      p_max_piece2[dg] = max(p_max_piece2[dg], p_max_piece2_part[dg]);
    }
  }
  for (var dg = 0; dg < 4; dg++) {
    if (g3 + dg < sizes.G && (thread & 15) == 0) { p_max_piece2_mem[(b * sizes.H + h) * sizes.G + g3 + dg] = p_max_piece2[dg]; }
  }
}

struct Sizes_2 { B: i32, H: i32, G: i32, D: i32, W: i32, O: i32, S: i32, M: i32 }

@group(0) @binding(0) var<storage, read> q3: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> slots: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> at2: array<i32>;
@group(0) @binding(3) var<storage, read_write> p_max_piece3_mem: array<f32>;
@group(0) @binding(4) var<uniform> sizes_2: Sizes_2;
var<workgroup> q2_2: array<f32, 1088>;
var<workgroup> slots2: array<f32, 1088>;
var<workgroup> partials_0_2: array<f32, 1024>;

fn load_q3(i: i32) -> f32 {
  return bitcast<f32>((q3[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_slots(i: i32) -> f32 {
  return bitcast<f32>((slots[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load4_q2_2(i: i32) -> array<f32, 4> {
  let u0 = q2_2[i];
  let u1 = q2_2[i + 1];
  let u2 = q2_2[i + 2];
  let u3 = q2_2[i + 3];
  return array<f32, 4>(u0, u1, u2, u3);
}

fn load4_slots2(i: i32) -> array<f32, 4> {
  let u0 = slots2[i];
  let u1 = slots2[i + 1];
  let u2 = slots2[i + 2];
  let u3 = slots2[i + 3];
  return array<f32, 4>(u0, u1, u2, u3);
}

@compute @workgroup_size(256)
fn attend_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tg = thread >> 2u;
  let td = 4 * (thread & 3);
  let tg2 = 4 * (thread >> 4u);
  let tt = 4 * (thread & 15);
  let leader = thread & 240;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_2.B * sizes_2.H * ((sizes_2.G + 63) / 64) <= group) { return; }
  let g_count = (sizes_2.G + 63) / 64;
  let in_plane = group % (sizes_2.H * g_count);
  let panel_groups = 8 * g_count;
  let first_row = in_plane / panel_groups * 8;
  let panel_rows = min(8, sizes_2.H - first_row);
  let in_panel = in_plane % panel_groups;
  let h = first_row + in_panel % panel_rows;
  let g = in_panel / panel_rows;
  let b = group / (sizes_2.H * g_count);
  let g2 = 64 * g + tg;
  let g3 = 64 * g + tg2;

  // shadow_decode.tdsl:90: let p[b, h, g, t] = softmax(t where t <= W + O + S + at[b]) (sum(d) q[b, h*G + g, d] * KV[0, b, h, t, d]) * rsqrt(D)
  var p_max_piece3: array<f32, 4>;
  for (var dg = 0; dg < 4; dg++) {
    p_max_piece3[dg] = -3.4028234663852886e38;
  }
  for (var t_10_step = 0; t_10_step < (sizes_2.S + 63) / 64; t_10_step++) {
    let t = 64 * t_10_step + tg;
    let t2 = 64 * t_10_step + tt;
    var p_sum_piece3: array<f32, 16>;
    for (var r = 0; r < 16; r++) {
      p_sum_piece3[r] = 0.0;
    }
    for (var d_4_step = 0; d_4_step < (sizes_2.D + 15) / 16; d_4_step++) {
      let d = 16 * d_4_step + td;
      workgroupBarrier();
      for (var dd = 0; dd < 4; dd++) {
        var q4 = 0.0;
        if (g2 < sizes_2.G && d + dd < sizes_2.D) { q4 = load_q3((b * sizes_2.G * sizes_2.H + g2 + h * sizes_2.G) * sizes_2.D + d + dd); }
        q2_2[68 * (td + dd) + tg] = q4;
      }
      for (var dd = 0; dd < 4; dd++) {
        var slots3 = 0.0;
        if (t < sizes_2.S && d + dd < sizes_2.D) { slots3 = load_slots(((b * sizes_2.H + h) * sizes_2.S + t) * sizes_2.D + d + dd); }
        slots2[68 * (td + dd) + tg] = slots3;
      }
      workgroupBarrier();
      for (var dd = 0; dd < 16; dd++) {
        var q2_reg = load4_q2_2(68 * dd + tg2);
        var slots2_reg = load4_slots2(68 * dd + tt);
        for (var dg = 0; dg < 4; dg++) {
          for (var dt = 0; dt < 4; dt++) {
            p_sum_piece3[4 * dg + dt] += q2_reg[dg] * slots2_reg[dt];
          }
        }
      }
    }
    let at3 = at2[b];
    var p_max_piece3_part: array<f32, 4>;
    for (var r = 0; r < 4; r++) {
      p_max_piece3_part[r] = -3.4028234663852886e38;
    }
    for (var dg = 0; dg < 4; dg++) {
      for (var dt = 0; dt < 4; dt++) {
        let p_max_piece3_term = p_sum_piece3[4 * dg + dt] * inverseSqrt(f32(sizes_2.D));
        let p_max_piece3_term2 = select(-3.4028234663852886e38, p_max_piece3_term, t2 + dt < sizes_2.S && t2 + sizes_2.O + sizes_2.W + dt <= sizes_2.O + sizes_2.S + sizes_2.W + at3);
        p_max_piece3_part[dg] = max(p_max_piece3_part[dg], p_max_piece3_term2);
      }
    }
    workgroupBarrier();
    for (var r = 0; r < 4; r++) {
      partials_0_2[r * 256 + thread] = p_max_piece3_part[r];
    }
    workgroupBarrier();
    for (var r = 0; r < 4; r++) {
      p_max_piece3_part[r] = partials_0_2[r * 256 + leader];
      for (var other = 0; other < 15; other++) {
        p_max_piece3_part[r] = max(p_max_piece3_part[r], partials_0_2[r * 256 + leader + other + 1]);
      }
    }
    for (var dg = 0; dg < 4; dg++) {
      p_max_piece3[dg] = max(p_max_piece3[dg], p_max_piece3_part[dg]);
    }
  }
  for (var dg = 0; dg < 4; dg++) {
    if (g3 + dg < sizes_2.G && (thread & 15) == 0) { p_max_piece3_mem[(b * sizes_2.H + h) * sizes_2.G + g3 + dg] = p_max_piece3[dg]; }
  }
}

struct Sizes_3 { B: i32, H: i32, G: i32, D: i32, W: i32, O: i32, S: i32, M: i32 }

@group(0) @binding(0) var<storage, read> q4: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> generated: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> at3: array<i32>;
@group(0) @binding(3) var<storage, read_write> p_max_piece4_mem: array<f32>;
@group(0) @binding(4) var<uniform> sizes_3: Sizes_3;
var<workgroup> q2_3: array<f32, 1088>;
var<workgroup> generated2: array<f32, 1088>;
var<workgroup> partials_0_3: array<f32, 1024>;

fn load_q4(i: i32) -> f32 {
  return bitcast<f32>((q4[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_generated(i: i32) -> f32 {
  return bitcast<f32>((generated[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load4_q2_3(i: i32) -> array<f32, 4> {
  let u0 = q2_3[i];
  let u1 = q2_3[i + 1];
  let u2 = q2_3[i + 2];
  let u3 = q2_3[i + 3];
  return array<f32, 4>(u0, u1, u2, u3);
}

fn load4_generated2(i: i32) -> array<f32, 4> {
  let u0 = generated2[i];
  let u1 = generated2[i + 1];
  let u2 = generated2[i + 2];
  let u3 = generated2[i + 3];
  return array<f32, 4>(u0, u1, u2, u3);
}

@compute @workgroup_size(256)
fn attend_3(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tg = thread >> 2u;
  let td = 4 * (thread & 3);
  let tg2 = 4 * (thread >> 4u);
  let tt = 4 * (thread & 15);
  let leader = thread & 240;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_3.B * sizes_3.H * ((sizes_3.G + 63) / 64) <= group) { return; }
  let g_count = (sizes_3.G + 63) / 64;
  let in_plane = group % (sizes_3.H * g_count);
  let panel_groups = 8 * g_count;
  let first_row = in_plane / panel_groups * 8;
  let panel_rows = min(8, sizes_3.H - first_row);
  let in_panel = in_plane % panel_groups;
  let h = first_row + in_panel % panel_rows;
  let g = in_panel / panel_rows;
  let b = group / (sizes_3.H * g_count);
  let g2 = 64 * g + tg;
  let g3 = 64 * g + tg2;

  // shadow_decode.tdsl:90: let p[b, h, g, t] = softmax(t where t <= W + O + S + at[b]) (sum(d) q[b, h*G + g, d] * KV[0, b, h, t, d]) * rsqrt(D)
  var p_max_piece4: array<f32, 4>;
  for (var dg = 0; dg < 4; dg++) {
    p_max_piece4[dg] = -3.4028234663852886e38;
  }
  for (var t_11_step = 0; t_11_step < (sizes_3.M + 63) / 64; t_11_step++) {
    let t = 64 * t_11_step + tg;
    let t2 = 64 * t_11_step + tt;
    var p_sum_piece4: array<f32, 16>;
    for (var r = 0; r < 16; r++) {
      p_sum_piece4[r] = 0.0;
    }
    for (var d_5_step = 0; d_5_step < (sizes_3.D + 15) / 16; d_5_step++) {
      let d = 16 * d_5_step + td;
      workgroupBarrier();
      for (var dd = 0; dd < 4; dd++) {
        var q5 = 0.0;
        if (g2 < sizes_3.G && d + dd < sizes_3.D) { q5 = load_q4((b * sizes_3.G * sizes_3.H + g2 + h * sizes_3.G) * sizes_3.D + d + dd); }
        q2_3[68 * (td + dd) + tg] = q5;
      }
      for (var dd = 0; dd < 4; dd++) {
        var generated3 = 0.0;
        if (t < sizes_3.M && d + dd < sizes_3.D) { generated3 = load_generated(((b * sizes_3.H + h) * sizes_3.M + t) * sizes_3.D + d + dd); }
        generated2[68 * (td + dd) + tg] = generated3;
      }
      workgroupBarrier();
      for (var dd = 0; dd < 16; dd++) {
        var q2_reg = load4_q2_3(68 * dd + tg2);
        var generated2_reg = load4_generated2(68 * dd + tt);
        for (var dg = 0; dg < 4; dg++) {
          for (var dt = 0; dt < 4; dt++) {
            p_sum_piece4[4 * dg + dt] += q2_reg[dg] * generated2_reg[dt];
          }
        }
      }
    }
    let at4 = at3[b];
    var p_max_piece4_part: array<f32, 4>;
    for (var r = 0; r < 4; r++) {
      p_max_piece4_part[r] = -3.4028234663852886e38;
    }
    for (var dg = 0; dg < 4; dg++) {
      for (var dt = 0; dt < 4; dt++) {
        let p_max_piece4_term = p_sum_piece4[4 * dg + dt] * inverseSqrt(f32(sizes_3.D));
        let p_max_piece4_term2 = select(-3.4028234663852886e38, p_max_piece4_term, t2 + dt < sizes_3.M && t2 + sizes_3.O + sizes_3.S + sizes_3.W + dt <= sizes_3.O + sizes_3.S + sizes_3.W + at4);
        p_max_piece4_part[dg] = max(p_max_piece4_part[dg], p_max_piece4_term2);
      }
    }
    workgroupBarrier();
    for (var r = 0; r < 4; r++) {
      partials_0_3[r * 256 + thread] = p_max_piece4_part[r];
    }
    workgroupBarrier();
    for (var r = 0; r < 4; r++) {
      p_max_piece4_part[r] = partials_0_3[r * 256 + leader];
      for (var other = 0; other < 15; other++) {
        p_max_piece4_part[r] = max(p_max_piece4_part[r], partials_0_3[r * 256 + leader + other + 1]);
      }
    }
    for (var dg = 0; dg < 4; dg++) {
      p_max_piece4[dg] = max(p_max_piece4[dg], p_max_piece4_part[dg]);
    }
  }
  for (var dg = 0; dg < 4; dg++) {
    if (g3 + dg < sizes_3.G && (thread & 15) == 0) { p_max_piece4_mem[(b * sizes_3.H + h) * sizes_3.G + g3 + dg] = p_max_piece4[dg]; }
  }
}

struct Sizes_4 { B: i32, H: i32, G: i32, D: i32, W: i32, O: i32, S: i32, M: i32 }

@group(0) @binding(0) var<storage, read> q5: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> outliers3: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> at4: array<i32>;
@group(0) @binding(3) var<storage, read_write> p_sum2_piece2_mem: array<f32>;
@group(0) @binding(4) var<uniform> sizes_4: Sizes_4;
var<workgroup> q2_4: array<f32, 1088>;
var<workgroup> outliers2_2: array<f32, 1088>;
var<workgroup> partials_0_4: array<f32, 512>;
var<workgroup> partials_1: array<f32, 512>;

fn load_q5(i: i32) -> f32 {
  return bitcast<f32>((q5[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_outliers3(i: i32) -> f32 {
  return bitcast<f32>((outliers3[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load4_q2_4(i: i32) -> array<f32, 4> {
  let u0 = q2_4[i];
  let u1 = q2_4[i + 1];
  let u2 = q2_4[i + 2];
  let u3 = q2_4[i + 3];
  return array<f32, 4>(u0, u1, u2, u3);
}

fn load4_outliers2_2(i: i32) -> array<f32, 4> {
  let u0 = outliers2_2[i];
  let u1 = outliers2_2[i + 1];
  let u2 = outliers2_2[i + 2];
  let u3 = outliers2_2[i + 3];
  return array<f32, 4>(u0, u1, u2, u3);
}

@compute @workgroup_size(256)
fn attend_4(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tg = thread >> 2u;
  let td = 4 * (thread & 3);
  let tg2 = 4 * (thread >> 4u);
  let tt = 4 * (thread & 15);
  let leader = thread & 240;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_4.B * sizes_4.H * ((sizes_4.G + 63) / 64) <= group) { return; }
  let g_count = (sizes_4.G + 63) / 64;
  let in_plane = group % (sizes_4.H * g_count);
  let panel_groups = 8 * g_count;
  let first_row = in_plane / panel_groups * 8;
  let panel_rows = min(8, sizes_4.H - first_row);
  let in_panel = in_plane % panel_groups;
  let h = first_row + in_panel % panel_rows;
  let g = in_panel / panel_rows;
  let b = group / (sizes_4.H * g_count);
  let g2 = 64 * g + tg;
  let g3 = 64 * g + tg2;

  // shadow_decode.tdsl:90: let p[b, h, g, t] = softmax(t where t <= W + O + S + at[b]) (sum(d) q[b, h*G + g, d] * KV[0, b, h, t, d]) * rsqrt(D)
  var p_max_piece2: array<f32, 4>;
  var p_sum2_piece2: array<f32, 4>;
  for (var dg = 0; dg < 4; dg++) {
    p_max_piece2[dg] = -3.4028234663852886e38;
    p_sum2_piece2[dg] = 0.0;
  }
  for (var t_9_step = 0; t_9_step < (sizes_4.O + 63) / 64; t_9_step++) {
    let t = 64 * t_9_step + tg;
    let t2 = 64 * t_9_step + tt;
    var p_sum_piece2: array<f32, 16>;
    for (var r = 0; r < 16; r++) {
      p_sum_piece2[r] = 0.0;
    }
    for (var d_3_step = 0; d_3_step < (sizes_4.D + 15) / 16; d_3_step++) {
      let d = 16 * d_3_step + td;
      workgroupBarrier();
      for (var dd = 0; dd < 4; dd++) {
        var q6 = 0.0;
        if (g2 < sizes_4.G && d + dd < sizes_4.D) { q6 = load_q5((b * sizes_4.G * sizes_4.H + g2 + h * sizes_4.G) * sizes_4.D + d + dd); }
        q2_4[68 * (td + dd) + tg] = q6;
      }
      for (var dd = 0; dd < 4; dd++) {
        var outliers4 = 0.0;
        if (t < sizes_4.O && d + dd < sizes_4.D) { outliers4 = load_outliers3(((b * sizes_4.H + h) * sizes_4.O + t) * sizes_4.D + d + dd); }
        outliers2_2[68 * (td + dd) + tg] = outliers4;
      }
      workgroupBarrier();
      for (var dd = 0; dd < 16; dd++) {
        var q2_reg = load4_q2_4(68 * dd + tg2);
        var outliers2_reg = load4_outliers2_2(68 * dd + tt);
        for (var dg = 0; dg < 4; dg++) {
          for (var dt = 0; dt < 4; dt++) {
            p_sum_piece2[4 * dg + dt] += q2_reg[dg] * outliers2_reg[dt];
          }
        }
      }
    }
    let at5 = at4[b];
    var p_max_piece2_part: array<f32, 4>;
    for (var r = 0; r < 4; r++) {
      p_max_piece2_part[r] = -3.4028234663852886e38;
    }
    for (var dg = 0; dg < 4; dg++) {
      for (var dt = 0; dt < 4; dt++) {
        let p_max_piece2_term = p_sum_piece2[4 * dg + dt] * inverseSqrt(f32(sizes_4.D));
        let p_max_piece2_term2 = select(-3.4028234663852886e38, p_max_piece2_term, t2 + dt < sizes_4.O && t2 + sizes_4.W + dt <= sizes_4.O + sizes_4.S + sizes_4.W + at5);
        p_max_piece2_part[dg] = max(p_max_piece2_part[dg], p_max_piece2_term2);
      }
    }
    for (var part = 0; part < 2; part++) {
      for (var r = 0; r < 2; r++) {
        partials_0_4[r * 256 + thread] = p_max_piece2_part[part * 2 + r];
      }
      workgroupBarrier();
      for (var r = 0; r < 2; r++) {
        p_max_piece2_part[part * 2 + r] = partials_0_4[r * 256 + leader];
        for (var other = 0; other < 15; other++) {
          p_max_piece2_part[part * 2 + r] = max(p_max_piece2_part[part * 2 + r], partials_0_4[r * 256 + leader + other + 1]);
        }
      }
      workgroupBarrier();
    }
    var p_max_piece2_new: array<f32, 4>;
    var p_sum2_piece2_scale: array<f32, 4>;
    for (var dg = 0; dg < 4; dg++) {
      p_max_piece2_new[dg] = max(p_max_piece2[dg], p_max_piece2_part[dg]);
      p_sum2_piece2_scale[dg] = exp(p_max_piece2[dg] - p_max_piece2_new[dg]);
    }
    var p_sum2_piece2_part: array<f32, 4>;
    for (var r = 0; r < 4; r++) {
      p_sum2_piece2_part[r] = 0.0;
    }
    for (var dg = 0; dg < 4; dg++) {
      for (var dt = 0; dt < 4; dt++) {
        let p_sum2_piece2_term = exp(p_sum_piece2[4 * dg + dt] * inverseSqrt(f32(sizes_4.D)) - p_max_piece2_new[dg]);
        let p_sum2_piece2_term2 = select(0.0, p_sum2_piece2_term, t2 + dt < sizes_4.O && t2 + sizes_4.W + dt <= sizes_4.O + sizes_4.S + sizes_4.W + at5);
        p_sum2_piece2_part[dg] += p_sum2_piece2_term2;
      }
    }
    for (var part = 0; part < 2; part++) {
      for (var r = 0; r < 2; r++) {
        partials_1[r * 256 + thread] = p_sum2_piece2_part[part * 2 + r];
      }
      workgroupBarrier();
      for (var r = 0; r < 2; r++) {
        p_sum2_piece2_part[part * 2 + r] = partials_1[r * 256 + leader];
        for (var other = 0; other < 15; other++) {
          p_sum2_piece2_part[part * 2 + r] += partials_1[r * 256 + leader + other + 1];
        }
      }
      workgroupBarrier();
    }
    for (var dg = 0; dg < 4; dg++) {
      p_sum2_piece2[dg] = p_sum2_piece2[dg] * p_sum2_piece2_scale[dg] + p_sum2_piece2_part[dg];
      p_max_piece2[dg] = p_max_piece2_new[dg];
    }
  }
  for (var dg = 0; dg < 4; dg++) {
    if (g3 + dg < sizes_4.G && (thread & 15) == 0) { p_sum2_piece2_mem[(b * sizes_4.H + h) * sizes_4.G + g3 + dg] = p_sum2_piece2[dg]; }
  }
}

struct Sizes_5 { B: i32, H: i32, G: i32, D: i32, W: i32, O: i32, S: i32, M: i32 }

@group(0) @binding(0) var<storage, read> q6: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> slots3: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> at5: array<i32>;
@group(0) @binding(3) var<storage, read_write> p_sum2_piece3_mem: array<f32>;
@group(0) @binding(4) var<uniform> sizes_5: Sizes_5;
var<workgroup> q2_5: array<f32, 1088>;
var<workgroup> slots2_2: array<f32, 1088>;
var<workgroup> partials_0_5: array<f32, 512>;
var<workgroup> partials_1_2: array<f32, 512>;

fn load_q6(i: i32) -> f32 {
  return bitcast<f32>((q6[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_slots3(i: i32) -> f32 {
  return bitcast<f32>((slots3[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load4_q2_5(i: i32) -> array<f32, 4> {
  let u0 = q2_5[i];
  let u1 = q2_5[i + 1];
  let u2 = q2_5[i + 2];
  let u3 = q2_5[i + 3];
  return array<f32, 4>(u0, u1, u2, u3);
}

fn load4_slots2_2(i: i32) -> array<f32, 4> {
  let u0 = slots2_2[i];
  let u1 = slots2_2[i + 1];
  let u2 = slots2_2[i + 2];
  let u3 = slots2_2[i + 3];
  return array<f32, 4>(u0, u1, u2, u3);
}

@compute @workgroup_size(256)
fn attend_5(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tg = thread >> 2u;
  let td = 4 * (thread & 3);
  let tg2 = 4 * (thread >> 4u);
  let tt = 4 * (thread & 15);
  let leader = thread & 240;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_5.B * sizes_5.H * ((sizes_5.G + 63) / 64) <= group) { return; }
  let g_count = (sizes_5.G + 63) / 64;
  let in_plane = group % (sizes_5.H * g_count);
  let panel_groups = 8 * g_count;
  let first_row = in_plane / panel_groups * 8;
  let panel_rows = min(8, sizes_5.H - first_row);
  let in_panel = in_plane % panel_groups;
  let h = first_row + in_panel % panel_rows;
  let g = in_panel / panel_rows;
  let b = group / (sizes_5.H * g_count);
  let g2 = 64 * g + tg;
  let g3 = 64 * g + tg2;

  // shadow_decode.tdsl:90: let p[b, h, g, t] = softmax(t where t <= W + O + S + at[b]) (sum(d) q[b, h*G + g, d] * KV[0, b, h, t, d]) * rsqrt(D)
  var p_max_piece3: array<f32, 4>;
  var p_sum2_piece3: array<f32, 4>;
  for (var dg = 0; dg < 4; dg++) {
    p_max_piece3[dg] = -3.4028234663852886e38;
    p_sum2_piece3[dg] = 0.0;
  }
  for (var t_10_step = 0; t_10_step < (sizes_5.S + 63) / 64; t_10_step++) {
    let t = 64 * t_10_step + tg;
    let t2 = 64 * t_10_step + tt;
    var p_sum_piece3: array<f32, 16>;
    for (var r = 0; r < 16; r++) {
      p_sum_piece3[r] = 0.0;
    }
    for (var d_4_step = 0; d_4_step < (sizes_5.D + 15) / 16; d_4_step++) {
      let d = 16 * d_4_step + td;
      workgroupBarrier();
      for (var dd = 0; dd < 4; dd++) {
        var q7 = 0.0;
        if (g2 < sizes_5.G && d + dd < sizes_5.D) { q7 = load_q6((b * sizes_5.G * sizes_5.H + g2 + h * sizes_5.G) * sizes_5.D + d + dd); }
        q2_5[68 * (td + dd) + tg] = q7;
      }
      for (var dd = 0; dd < 4; dd++) {
        var slots4 = 0.0;
        if (t < sizes_5.S && d + dd < sizes_5.D) { slots4 = load_slots3(((b * sizes_5.H + h) * sizes_5.S + t) * sizes_5.D + d + dd); }
        slots2_2[68 * (td + dd) + tg] = slots4;
      }
      workgroupBarrier();
      for (var dd = 0; dd < 16; dd++) {
        var q2_reg = load4_q2_5(68 * dd + tg2);
        var slots2_reg = load4_slots2_2(68 * dd + tt);
        for (var dg = 0; dg < 4; dg++) {
          for (var dt = 0; dt < 4; dt++) {
            p_sum_piece3[4 * dg + dt] += q2_reg[dg] * slots2_reg[dt];
          }
        }
      }
    }
    let at6 = at5[b];
    var p_max_piece3_part: array<f32, 4>;
    for (var r = 0; r < 4; r++) {
      p_max_piece3_part[r] = -3.4028234663852886e38;
    }
    for (var dg = 0; dg < 4; dg++) {
      for (var dt = 0; dt < 4; dt++) {
        let p_max_piece3_term = p_sum_piece3[4 * dg + dt] * inverseSqrt(f32(sizes_5.D));
        let p_max_piece3_term2 = select(-3.4028234663852886e38, p_max_piece3_term, t2 + dt < sizes_5.S && t2 + sizes_5.O + sizes_5.W + dt <= sizes_5.O + sizes_5.S + sizes_5.W + at6);
        p_max_piece3_part[dg] = max(p_max_piece3_part[dg], p_max_piece3_term2);
      }
    }
    for (var part = 0; part < 2; part++) {
      for (var r = 0; r < 2; r++) {
        partials_0_5[r * 256 + thread] = p_max_piece3_part[part * 2 + r];
      }
      workgroupBarrier();
      for (var r = 0; r < 2; r++) {
        p_max_piece3_part[part * 2 + r] = partials_0_5[r * 256 + leader];
        for (var other = 0; other < 15; other++) {
          p_max_piece3_part[part * 2 + r] = max(p_max_piece3_part[part * 2 + r], partials_0_5[r * 256 + leader + other + 1]);
        }
      }
      workgroupBarrier();
    }
    var p_max_piece3_new: array<f32, 4>;
    var p_sum2_piece3_scale: array<f32, 4>;
    for (var dg = 0; dg < 4; dg++) {
      p_max_piece3_new[dg] = max(p_max_piece3[dg], p_max_piece3_part[dg]);
      p_sum2_piece3_scale[dg] = exp(p_max_piece3[dg] - p_max_piece3_new[dg]);
    }
    var p_sum2_piece3_part: array<f32, 4>;
    for (var r = 0; r < 4; r++) {
      p_sum2_piece3_part[r] = 0.0;
    }
    for (var dg = 0; dg < 4; dg++) {
      for (var dt = 0; dt < 4; dt++) {
        let p_sum2_piece3_term = exp(p_sum_piece3[4 * dg + dt] * inverseSqrt(f32(sizes_5.D)) - p_max_piece3_new[dg]);
        let p_sum2_piece3_term2 = select(0.0, p_sum2_piece3_term, t2 + dt < sizes_5.S && t2 + sizes_5.O + sizes_5.W + dt <= sizes_5.O + sizes_5.S + sizes_5.W + at6);
        p_sum2_piece3_part[dg] += p_sum2_piece3_term2;
      }
    }
    for (var part = 0; part < 2; part++) {
      for (var r = 0; r < 2; r++) {
        partials_1_2[r * 256 + thread] = p_sum2_piece3_part[part * 2 + r];
      }
      workgroupBarrier();
      for (var r = 0; r < 2; r++) {
        p_sum2_piece3_part[part * 2 + r] = partials_1_2[r * 256 + leader];
        for (var other = 0; other < 15; other++) {
          p_sum2_piece3_part[part * 2 + r] += partials_1_2[r * 256 + leader + other + 1];
        }
      }
      workgroupBarrier();
    }
    for (var dg = 0; dg < 4; dg++) {
      p_sum2_piece3[dg] = p_sum2_piece3[dg] * p_sum2_piece3_scale[dg] + p_sum2_piece3_part[dg];
      p_max_piece3[dg] = p_max_piece3_new[dg];
    }
  }
  for (var dg = 0; dg < 4; dg++) {
    if (g3 + dg < sizes_5.G && (thread & 15) == 0) { p_sum2_piece3_mem[(b * sizes_5.H + h) * sizes_5.G + g3 + dg] = p_sum2_piece3[dg]; }
  }
}

struct Sizes_6 { B: i32, H: i32, G: i32, D: i32, W: i32, O: i32, S: i32, M: i32 }

@group(0) @binding(0) var<storage, read> q7: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> generated3: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> at6: array<i32>;
@group(0) @binding(3) var<storage, read_write> p_sum2_piece4_mem: array<f32>;
@group(0) @binding(4) var<uniform> sizes_6: Sizes_6;
var<workgroup> q2_6: array<f32, 1088>;
var<workgroup> generated2_2: array<f32, 1088>;
var<workgroup> partials_0_6: array<f32, 512>;
var<workgroup> partials_1_3: array<f32, 512>;

fn load_q7(i: i32) -> f32 {
  return bitcast<f32>((q7[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_generated3(i: i32) -> f32 {
  return bitcast<f32>((generated3[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load4_q2_6(i: i32) -> array<f32, 4> {
  let u0 = q2_6[i];
  let u1 = q2_6[i + 1];
  let u2 = q2_6[i + 2];
  let u3 = q2_6[i + 3];
  return array<f32, 4>(u0, u1, u2, u3);
}

fn load4_generated2_2(i: i32) -> array<f32, 4> {
  let u0 = generated2_2[i];
  let u1 = generated2_2[i + 1];
  let u2 = generated2_2[i + 2];
  let u3 = generated2_2[i + 3];
  return array<f32, 4>(u0, u1, u2, u3);
}

@compute @workgroup_size(256)
fn attend_6(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tg = thread >> 2u;
  let td = 4 * (thread & 3);
  let tg2 = 4 * (thread >> 4u);
  let tt = 4 * (thread & 15);
  let leader = thread & 240;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_6.B * sizes_6.H * ((sizes_6.G + 63) / 64) <= group) { return; }
  let g_count = (sizes_6.G + 63) / 64;
  let in_plane = group % (sizes_6.H * g_count);
  let panel_groups = 8 * g_count;
  let first_row = in_plane / panel_groups * 8;
  let panel_rows = min(8, sizes_6.H - first_row);
  let in_panel = in_plane % panel_groups;
  let h = first_row + in_panel % panel_rows;
  let g = in_panel / panel_rows;
  let b = group / (sizes_6.H * g_count);
  let g2 = 64 * g + tg;
  let g3 = 64 * g + tg2;

  // shadow_decode.tdsl:90: let p[b, h, g, t] = softmax(t where t <= W + O + S + at[b]) (sum(d) q[b, h*G + g, d] * KV[0, b, h, t, d]) * rsqrt(D)
  var p_max_piece4: array<f32, 4>;
  var p_sum2_piece4: array<f32, 4>;
  for (var dg = 0; dg < 4; dg++) {
    p_max_piece4[dg] = -3.4028234663852886e38;
    p_sum2_piece4[dg] = 0.0;
  }
  for (var t_11_step = 0; t_11_step < (sizes_6.M + 63) / 64; t_11_step++) {
    let t = 64 * t_11_step + tg;
    let t2 = 64 * t_11_step + tt;
    var p_sum_piece4: array<f32, 16>;
    for (var r = 0; r < 16; r++) {
      p_sum_piece4[r] = 0.0;
    }
    for (var d_5_step = 0; d_5_step < (sizes_6.D + 15) / 16; d_5_step++) {
      let d = 16 * d_5_step + td;
      workgroupBarrier();
      for (var dd = 0; dd < 4; dd++) {
        var q8 = 0.0;
        if (g2 < sizes_6.G && d + dd < sizes_6.D) { q8 = load_q7((b * sizes_6.G * sizes_6.H + g2 + h * sizes_6.G) * sizes_6.D + d + dd); }
        q2_6[68 * (td + dd) + tg] = q8;
      }
      for (var dd = 0; dd < 4; dd++) {
        var generated4 = 0.0;
        if (t < sizes_6.M && d + dd < sizes_6.D) { generated4 = load_generated3(((b * sizes_6.H + h) * sizes_6.M + t) * sizes_6.D + d + dd); }
        generated2_2[68 * (td + dd) + tg] = generated4;
      }
      workgroupBarrier();
      for (var dd = 0; dd < 16; dd++) {
        var q2_reg = load4_q2_6(68 * dd + tg2);
        var generated2_reg = load4_generated2_2(68 * dd + tt);
        for (var dg = 0; dg < 4; dg++) {
          for (var dt = 0; dt < 4; dt++) {
            p_sum_piece4[4 * dg + dt] += q2_reg[dg] * generated2_reg[dt];
          }
        }
      }
    }
    let at7 = at6[b];
    var p_max_piece4_part: array<f32, 4>;
    for (var r = 0; r < 4; r++) {
      p_max_piece4_part[r] = -3.4028234663852886e38;
    }
    for (var dg = 0; dg < 4; dg++) {
      for (var dt = 0; dt < 4; dt++) {
        let p_max_piece4_term = p_sum_piece4[4 * dg + dt] * inverseSqrt(f32(sizes_6.D));
        let p_max_piece4_term2 = select(-3.4028234663852886e38, p_max_piece4_term, t2 + dt < sizes_6.M && t2 + sizes_6.O + sizes_6.S + sizes_6.W + dt <= sizes_6.O + sizes_6.S + sizes_6.W + at7);
        p_max_piece4_part[dg] = max(p_max_piece4_part[dg], p_max_piece4_term2);
      }
    }
    for (var part = 0; part < 2; part++) {
      for (var r = 0; r < 2; r++) {
        partials_0_6[r * 256 + thread] = p_max_piece4_part[part * 2 + r];
      }
      workgroupBarrier();
      for (var r = 0; r < 2; r++) {
        p_max_piece4_part[part * 2 + r] = partials_0_6[r * 256 + leader];
        for (var other = 0; other < 15; other++) {
          p_max_piece4_part[part * 2 + r] = max(p_max_piece4_part[part * 2 + r], partials_0_6[r * 256 + leader + other + 1]);
        }
      }
      workgroupBarrier();
    }
    var p_max_piece4_new: array<f32, 4>;
    var p_sum2_piece4_scale: array<f32, 4>;
    for (var dg = 0; dg < 4; dg++) {
      p_max_piece4_new[dg] = max(p_max_piece4[dg], p_max_piece4_part[dg]);
      p_sum2_piece4_scale[dg] = exp(p_max_piece4[dg] - p_max_piece4_new[dg]);
    }
    var p_sum2_piece4_part: array<f32, 4>;
    for (var r = 0; r < 4; r++) {
      p_sum2_piece4_part[r] = 0.0;
    }
    for (var dg = 0; dg < 4; dg++) {
      for (var dt = 0; dt < 4; dt++) {
        let p_sum2_piece4_term = exp(p_sum_piece4[4 * dg + dt] * inverseSqrt(f32(sizes_6.D)) - p_max_piece4_new[dg]);
        let p_sum2_piece4_term2 = select(0.0, p_sum2_piece4_term, t2 + dt < sizes_6.M && t2 + sizes_6.O + sizes_6.S + sizes_6.W + dt <= sizes_6.O + sizes_6.S + sizes_6.W + at7);
        p_sum2_piece4_part[dg] += p_sum2_piece4_term2;
      }
    }
    for (var part = 0; part < 2; part++) {
      for (var r = 0; r < 2; r++) {
        partials_1_3[r * 256 + thread] = p_sum2_piece4_part[part * 2 + r];
      }
      workgroupBarrier();
      for (var r = 0; r < 2; r++) {
        p_sum2_piece4_part[part * 2 + r] = partials_1_3[r * 256 + leader];
        for (var other = 0; other < 15; other++) {
          p_sum2_piece4_part[part * 2 + r] += partials_1_3[r * 256 + leader + other + 1];
        }
      }
      workgroupBarrier();
    }
    for (var dg = 0; dg < 4; dg++) {
      p_sum2_piece4[dg] = p_sum2_piece4[dg] * p_sum2_piece4_scale[dg] + p_sum2_piece4_part[dg];
      p_max_piece4[dg] = p_max_piece4_new[dg];
    }
  }
  for (var dg = 0; dg < 4; dg++) {
    if (g3 + dg < sizes_6.G && (thread & 15) == 0) { p_sum2_piece4_mem[(b * sizes_6.H + h) * sizes_6.G + g3 + dg] = p_sum2_piece4[dg]; }
  }
}

struct Sizes_7 { B: i32, H: i32, G: i32, D: i32, W: i32, O: i32, S: i32, M: i32 }

@group(0) @binding(0) var<storage, read> q8: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> local: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> outliers4: array<u32>; // bf16, 2 a word
@group(0) @binding(3) var<storage, read> slots4: array<u32>; // bf16, 2 a word
@group(0) @binding(4) var<storage, read> generated4: array<u32>; // bf16, 2 a word
@group(0) @binding(5) var<storage, read> at7: array<i32>;
@group(0) @binding(6) var<storage, read> p_max_piece2_mem2: array<f32>;
@group(0) @binding(7) var<storage, read> p_max_piece3_mem2: array<f32>;
@group(0) @binding(8) var<storage, read> p_max_piece4_mem2: array<f32>;
@group(0) @binding(9) var<storage, read> p_sum2_piece2_mem2: array<f32>;
@group(0) @binding(10) var<storage, read> p_sum2_piece3_mem2: array<f32>;
@group(0) @binding(11) var<storage, read> p_sum2_piece4_mem2: array<f32>;
@group(0) @binding(12) var<storage, read_write> y: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(13) var<uniform> sizes_7: Sizes_7;
var<workgroup> partials_0_7: array<f32, 2048>;
var<workgroup> partials_1_4: array<f32, 2048>;

fn load_q8(i: i32) -> f32 {
  return bitcast<f32>((q8[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_local(i: i32) -> f32 {
  return bitcast<f32>((local[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_outliers4(i: i32) -> f32 {
  return bitcast<f32>((outliers4[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_slots4(i: i32) -> f32 {
  return bitcast<f32>((slots4[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_generated4(i: i32) -> f32 {
  return bitcast<f32>((generated4[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_y(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&y[i >> 1u], ~(0xffffu << shift));
  atomicOr(&y[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn attend_7(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tg = thread & 7;
  let tt = thread >> 3u;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_7.B * sizes_7.D * sizes_7.H * ((sizes_7.G + 63) / 64) <= group) { return; }
  let d = group % sizes_7.D;
  let outer = group / sizes_7.D;
  let g_count = (sizes_7.G + 63) / 64;
  let g = outer % g_count;
  let outer2 = outer / g_count;
  let h = outer2 % sizes_7.H;
  let b = outer2 / sizes_7.H;

  // shadow_decode.tdsl:91: y[b, h*G + g, d] = sum(t) p[b, h, g, t] * KV[1, b, h, t, d]
  var p_max_piece: array<f32, 8>;
  var y_sum_piece_f: array<f32, 8>;
  var p_sum2_piece: array<f32, 8>;
  for (var dg = 0; dg < 8; dg++) {
    p_max_piece[dg] = -3.4028234663852886e38;
    y_sum_piece_f[dg] = 0.0;
    p_sum2_piece[dg] = 0.0;
  }
  for (var t_8_step = 0; t_8_step < (sizes_7.W + 31) / 32; t_8_step++) {
    var p_sum_piece: array<f32, 8>;
    for (var dg = 0; dg < 8; dg++) {
      p_sum_piece[dg] = 0.0;
    }
    for (var d_2_step = 0; d_2_step < sizes_7.D; d_2_step++) {
      var q9: array<f32, 8>;
      for (var dg = 0; dg < 8; dg++) {
        q9[dg] = 0.0;
        if (64 * g + 8 * tg + dg < sizes_7.G) { q9[dg] = load_q8((b * sizes_7.G * sizes_7.H + h * sizes_7.G + 64 * g + 8 * tg + dg) * sizes_7.D + d_2_step); }
      }
      var local2 = 0.0;
      if (tt + 32 * t_8_step < sizes_7.W) { local2 = load_local(((b * sizes_7.H + h) * sizes_7.W + tt + 32 * t_8_step) * sizes_7.D + d_2_step); }
      for (var dg = 0; dg < 8; dg++) {
        p_sum_piece[dg] += q9[dg] * local2;
      }
    }
    let at8 = at7[b];
    var p_max_piece_new: array<f32, 8>;
    for (var dg = 0; dg < 8; dg++) {
      let p_max_piece_term = p_sum_piece[dg] * inverseSqrt(f32(sizes_7.D));
      p_max_piece_new[dg] = max(p_max_piece[dg], select(-3.4028234663852886e38, p_max_piece_term, tt + 32 * t_8_step < sizes_7.W && tt + 32 * t_8_step <= sizes_7.O + sizes_7.S + sizes_7.W + at8));
    }
    var p_max_piece2_mem3: array<f32, 8>;
    var p_max_piece3_mem3: array<f32, 8>;
    var p_max_piece4_mem3: array<f32, 8>;
    for (var dg = 0; dg < 8; dg++) {
      p_max_piece2_mem3[dg] = 0.0;
      if (64 * g + 8 * tg + dg < sizes_7.G) { p_max_piece2_mem3[dg] = p_max_piece2_mem2[(b * sizes_7.H + h) * sizes_7.G + 64 * g + 8 * tg + dg]; }
      p_max_piece3_mem3[dg] = 0.0;
      if (64 * g + 8 * tg + dg < sizes_7.G) { p_max_piece3_mem3[dg] = p_max_piece3_mem2[(b * sizes_7.H + h) * sizes_7.G + 64 * g + 8 * tg + dg]; }
      p_max_piece4_mem3[dg] = 0.0;
      if (64 * g + 8 * tg + dg < sizes_7.G) { p_max_piece4_mem3[dg] = p_max_piece4_mem2[(b * sizes_7.H + h) * sizes_7.G + 64 * g + 8 * tg + dg]; }
    }
    var y_sum_piece_f_scale: array<f32, 8>;
    for (var dg = 0; dg < 8; dg++) {
      y_sum_piece_f_scale[dg] = exp(max(max(max(p_max_piece[dg], p_max_piece2_mem3[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg]) - max(max(max(p_max_piece_new[dg], p_max_piece2_mem3[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg]));
    }
    var local2 = 0.0;
    if (tt + 32 * t_8_step < sizes_7.W) { local2 = load_local((((1 * sizes_7.B + b) * sizes_7.H + h) * sizes_7.W + tt + 32 * t_8_step) * sizes_7.D + d); }
    for (var dg = 0; dg < 8; dg++) {
      let y_sum_piece_f_term = exp(p_sum_piece[dg] * inverseSqrt(f32(sizes_7.D)) - max(max(max(p_max_piece_new[dg], p_max_piece2_mem3[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg])) * local2;
      y_sum_piece_f[dg] = y_sum_piece_f[dg] * y_sum_piece_f_scale[dg] + select(0.0, y_sum_piece_f_term, tt + 32 * t_8_step < sizes_7.W && tt + 32 * t_8_step <= sizes_7.O + sizes_7.S + sizes_7.W + at8);
      let p_sum2_piece_scale = exp(p_max_piece[dg] - p_max_piece_new[dg]);
      let p_sum2_piece_term = exp(p_sum_piece[dg] * inverseSqrt(f32(sizes_7.D)) - p_max_piece_new[dg]);
      p_sum2_piece[dg] = p_sum2_piece[dg] * p_sum2_piece_scale + select(0.0, p_sum2_piece_term, tt + 32 * t_8_step < sizes_7.W && tt + 32 * t_8_step <= sizes_7.O + sizes_7.S + sizes_7.W + at8);
      p_max_piece[dg] = p_max_piece_new[dg];
    }
  }
  var p_max_piece_part: array<f32, 8>;
  for (var dg = 0; dg < 8; dg++) {
    p_max_piece_part[dg] = p_max_piece[dg];
  }
  for (var r = 0; r < 8; r++) {
    partials_0_7[r * 256 + thread] = p_max_piece_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    p_max_piece_part[r] = partials_0_7[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      p_max_piece_part[r] = max(p_max_piece_part[r], partials_0_7[r * 256 + leader + 8 * (other + 1)]);
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1_4[r * 256 + thread] = p_max_piece_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    p_max_piece_part[r] = partials_1_4[r * 256 + leader2];
    p_max_piece_part[r] = max(p_max_piece_part[r], partials_1_4[r * 256 + leader2 + 128]);
  }
  var p_max_piece2_mem3: array<f32, 8>;
  var p_max_piece3_mem3: array<f32, 8>;
  var p_max_piece4_mem3: array<f32, 8>;
  for (var dg = 0; dg < 8; dg++) {
    p_max_piece2_mem3[dg] = 0.0;
    if (64 * g + 8 * tg + dg < sizes_7.G) { p_max_piece2_mem3[dg] = p_max_piece2_mem2[(b * sizes_7.H + h) * sizes_7.G + 64 * g + 8 * tg + dg]; }
    p_max_piece3_mem3[dg] = 0.0;
    if (64 * g + 8 * tg + dg < sizes_7.G) { p_max_piece3_mem3[dg] = p_max_piece3_mem2[(b * sizes_7.H + h) * sizes_7.G + 64 * g + 8 * tg + dg]; }
    p_max_piece4_mem3[dg] = 0.0;
    if (64 * g + 8 * tg + dg < sizes_7.G) { p_max_piece4_mem3[dg] = p_max_piece4_mem2[(b * sizes_7.H + h) * sizes_7.G + 64 * g + 8 * tg + dg]; }
  }
  var y_sum_piece_f_part: array<f32, 8>;
  var p_sum2_piece_part: array<f32, 8>;
  for (var dg = 0; dg < 8; dg++) {
    let y_sum_piece_f_term = y_sum_piece_f[dg] * exp(max(max(max(p_max_piece[dg], p_max_piece2_mem3[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg]) - max(max(max(p_max_piece_part[dg], p_max_piece2_mem3[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg]));
    y_sum_piece_f_part[dg] = y_sum_piece_f_term;
    let p_sum2_piece_term = p_sum2_piece[dg] * exp(p_max_piece[dg] - p_max_piece_part[dg]);
    p_sum2_piece_part[dg] = p_sum2_piece_term;
  }
  for (var r = 0; r < 8; r++) {
    partials_0_7[r * 256 + thread] = y_sum_piece_f_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    y_sum_piece_f_part[r] = partials_0_7[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      y_sum_piece_f_part[r] += partials_0_7[r * 256 + leader + 8 * (other + 1)];
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1_4[r * 256 + thread] = y_sum_piece_f_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    y_sum_piece_f_part[r] = partials_1_4[r * 256 + leader2];
    y_sum_piece_f_part[r] += partials_1_4[r * 256 + leader2 + 128];
  }
  for (var r = 0; r < 8; r++) {
    partials_0_7[r * 256 + thread] = p_sum2_piece_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    p_sum2_piece_part[r] = partials_0_7[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      p_sum2_piece_part[r] += partials_0_7[r * 256 + leader + 8 * (other + 1)];
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1_4[r * 256 + thread] = p_sum2_piece_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    p_sum2_piece_part[r] = partials_1_4[r * 256 + leader2];
    p_sum2_piece_part[r] += partials_1_4[r * 256 + leader2 + 128];
  }
  var p_max_piece2: array<f32, 8>;
  var y_sum_piece2_f: array<f32, 8>;
  var p_sum2_piece2: array<f32, 8>;
  for (var dg = 0; dg < 8; dg++) {
    p_max_piece2[dg] = -3.4028234663852886e38;
    y_sum_piece2_f[dg] = 0.0;
    p_sum2_piece2[dg] = 0.0;
  }
  for (var t_9_step = 0; t_9_step < (sizes_7.O + 31) / 32; t_9_step++) {
    var p_sum_piece2: array<f32, 8>;
    for (var dg = 0; dg < 8; dg++) {
      p_sum_piece2[dg] = 0.0;
    }
    for (var d_3_step = 0; d_3_step < sizes_7.D; d_3_step++) {
      var q9: array<f32, 8>;
      for (var dg = 0; dg < 8; dg++) {
        q9[dg] = 0.0;
        if (64 * g + 8 * tg + dg < sizes_7.G) { q9[dg] = load_q8((b * sizes_7.G * sizes_7.H + h * sizes_7.G + 64 * g + 8 * tg + dg) * sizes_7.D + d_3_step); }
      }
      var outliers5 = 0.0;
      if (tt + 32 * t_9_step < sizes_7.O) { outliers5 = load_outliers4(((b * sizes_7.H + h) * sizes_7.O + tt + 32 * t_9_step) * sizes_7.D + d_3_step); }
      for (var dg = 0; dg < 8; dg++) {
        p_sum_piece2[dg] += q9[dg] * outliers5;
      }
    }
    let at8 = at7[b];
    var p_max_piece2_new: array<f32, 8>;
    var y_sum_piece2_f_scale: array<f32, 8>;
    for (var dg = 0; dg < 8; dg++) {
      let p_max_piece2_term = p_sum_piece2[dg] * inverseSqrt(f32(sizes_7.D));
      p_max_piece2_new[dg] = max(p_max_piece2[dg], select(-3.4028234663852886e38, p_max_piece2_term, tt + 32 * t_9_step < sizes_7.O && tt + sizes_7.W + 32 * t_9_step <= sizes_7.O + sizes_7.S + sizes_7.W + at8));
      y_sum_piece2_f_scale[dg] = exp(max(max(max(p_max_piece_part[dg], p_max_piece2[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg]) - max(max(max(p_max_piece_part[dg], p_max_piece2_new[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg]));
    }
    var outliers5 = 0.0;
    if (tt + 32 * t_9_step < sizes_7.O) { outliers5 = load_outliers4((((1 * sizes_7.B + b) * sizes_7.H + h) * sizes_7.O + tt + 32 * t_9_step) * sizes_7.D + d); }
    for (var dg = 0; dg < 8; dg++) {
      let y_sum_piece2_f_term = exp(p_sum_piece2[dg] * inverseSqrt(f32(sizes_7.D)) - max(max(max(p_max_piece_part[dg], p_max_piece2_new[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg])) * outliers5;
      y_sum_piece2_f[dg] = y_sum_piece2_f[dg] * y_sum_piece2_f_scale[dg] + select(0.0, y_sum_piece2_f_term, tt + 32 * t_9_step < sizes_7.O && tt + sizes_7.W + 32 * t_9_step <= sizes_7.O + sizes_7.S + sizes_7.W + at8);
      let p_sum2_piece2_scale = exp(p_max_piece2[dg] - p_max_piece2_new[dg]);
      let p_sum2_piece2_term = exp(p_sum_piece2[dg] * inverseSqrt(f32(sizes_7.D)) - p_max_piece2_new[dg]);
      p_sum2_piece2[dg] = p_sum2_piece2[dg] * p_sum2_piece2_scale + select(0.0, p_sum2_piece2_term, tt + 32 * t_9_step < sizes_7.O && tt + sizes_7.W + 32 * t_9_step <= sizes_7.O + sizes_7.S + sizes_7.W + at8);
      p_max_piece2[dg] = p_max_piece2_new[dg];
    }
  }
  var p_max_piece2_part: array<f32, 8>;
  for (var dg = 0; dg < 8; dg++) {
    p_max_piece2_part[dg] = p_max_piece2[dg];
  }
  for (var r = 0; r < 8; r++) {
    partials_0_7[r * 256 + thread] = p_max_piece2_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    p_max_piece2_part[r] = partials_0_7[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      p_max_piece2_part[r] = max(p_max_piece2_part[r], partials_0_7[r * 256 + leader + 8 * (other + 1)]);
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1_4[r * 256 + thread] = p_max_piece2_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    p_max_piece2_part[r] = partials_1_4[r * 256 + leader2];
    p_max_piece2_part[r] = max(p_max_piece2_part[r], partials_1_4[r * 256 + leader2 + 128]);
  }
  var y_sum_piece2_f_part: array<f32, 8>;
  var p_sum2_piece2_part: array<f32, 8>;
  for (var dg = 0; dg < 8; dg++) {
    let y_sum_piece2_f_term = y_sum_piece2_f[dg] * exp(max(max(max(p_max_piece_part[dg], p_max_piece2[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg]) - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg]));
    y_sum_piece2_f_part[dg] = y_sum_piece2_f_term;
    let p_sum2_piece2_term = p_sum2_piece2[dg] * exp(p_max_piece2[dg] - p_max_piece2_part[dg]);
    p_sum2_piece2_part[dg] = p_sum2_piece2_term;
  }
  for (var r = 0; r < 8; r++) {
    partials_0_7[r * 256 + thread] = y_sum_piece2_f_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    y_sum_piece2_f_part[r] = partials_0_7[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      y_sum_piece2_f_part[r] += partials_0_7[r * 256 + leader + 8 * (other + 1)];
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1_4[r * 256 + thread] = y_sum_piece2_f_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    y_sum_piece2_f_part[r] = partials_1_4[r * 256 + leader2];
    y_sum_piece2_f_part[r] += partials_1_4[r * 256 + leader2 + 128];
  }
  for (var r = 0; r < 8; r++) {
    partials_0_7[r * 256 + thread] = p_sum2_piece2_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    p_sum2_piece2_part[r] = partials_0_7[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      p_sum2_piece2_part[r] += partials_0_7[r * 256 + leader + 8 * (other + 1)];
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1_4[r * 256 + thread] = p_sum2_piece2_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    p_sum2_piece2_part[r] = partials_1_4[r * 256 + leader2];
    p_sum2_piece2_part[r] += partials_1_4[r * 256 + leader2 + 128];
  }
  var p_max_piece3: array<f32, 8>;
  var y_sum_piece3_f: array<f32, 8>;
  var p_sum2_piece3: array<f32, 8>;
  for (var dg = 0; dg < 8; dg++) {
    p_max_piece3[dg] = -3.4028234663852886e38;
    y_sum_piece3_f[dg] = 0.0;
    p_sum2_piece3[dg] = 0.0;
  }
  for (var t_10_step = 0; t_10_step < (sizes_7.S + 31) / 32; t_10_step++) {
    var p_sum_piece3: array<f32, 8>;
    for (var dg = 0; dg < 8; dg++) {
      p_sum_piece3[dg] = 0.0;
    }
    for (var d_4_step = 0; d_4_step < sizes_7.D; d_4_step++) {
      var q9: array<f32, 8>;
      for (var dg = 0; dg < 8; dg++) {
        q9[dg] = 0.0;
        if (64 * g + 8 * tg + dg < sizes_7.G) { q9[dg] = load_q8((b * sizes_7.G * sizes_7.H + h * sizes_7.G + 64 * g + 8 * tg + dg) * sizes_7.D + d_4_step); }
      }
      var slots5 = 0.0;
      if (tt + 32 * t_10_step < sizes_7.S) { slots5 = load_slots4(((b * sizes_7.H + h) * sizes_7.S + tt + 32 * t_10_step) * sizes_7.D + d_4_step); }
      for (var dg = 0; dg < 8; dg++) {
        p_sum_piece3[dg] += q9[dg] * slots5;
      }
    }
    let at8 = at7[b];
    var p_max_piece3_new: array<f32, 8>;
    var y_sum_piece3_f_scale: array<f32, 8>;
    for (var dg = 0; dg < 8; dg++) {
      let p_max_piece3_term = p_sum_piece3[dg] * inverseSqrt(f32(sizes_7.D));
      p_max_piece3_new[dg] = max(p_max_piece3[dg], select(-3.4028234663852886e38, p_max_piece3_term, tt + 32 * t_10_step < sizes_7.S && tt + sizes_7.O + sizes_7.W + 32 * t_10_step <= sizes_7.O + sizes_7.S + sizes_7.W + at8));
      y_sum_piece3_f_scale[dg] = exp(max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3[dg]), p_max_piece4_mem3[dg]) - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_new[dg]), p_max_piece4_mem3[dg]));
    }
    var slots5 = 0.0;
    if (tt + 32 * t_10_step < sizes_7.S) { slots5 = load_slots4((((1 * sizes_7.B + b) * sizes_7.H + h) * sizes_7.S + tt + 32 * t_10_step) * sizes_7.D + d); }
    for (var dg = 0; dg < 8; dg++) {
      let y_sum_piece3_f_term = exp(p_sum_piece3[dg] * inverseSqrt(f32(sizes_7.D)) - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_new[dg]), p_max_piece4_mem3[dg])) * slots5;
      y_sum_piece3_f[dg] = y_sum_piece3_f[dg] * y_sum_piece3_f_scale[dg] + select(0.0, y_sum_piece3_f_term, tt + 32 * t_10_step < sizes_7.S && tt + sizes_7.O + sizes_7.W + 32 * t_10_step <= sizes_7.O + sizes_7.S + sizes_7.W + at8);
      let p_sum2_piece3_scale = exp(p_max_piece3[dg] - p_max_piece3_new[dg]);
      let p_sum2_piece3_term = exp(p_sum_piece3[dg] * inverseSqrt(f32(sizes_7.D)) - p_max_piece3_new[dg]);
      p_sum2_piece3[dg] = p_sum2_piece3[dg] * p_sum2_piece3_scale + select(0.0, p_sum2_piece3_term, tt + 32 * t_10_step < sizes_7.S && tt + sizes_7.O + sizes_7.W + 32 * t_10_step <= sizes_7.O + sizes_7.S + sizes_7.W + at8);
      p_max_piece3[dg] = p_max_piece3_new[dg];
    }
  }
  var p_max_piece3_part: array<f32, 8>;
  for (var dg = 0; dg < 8; dg++) {
    p_max_piece3_part[dg] = p_max_piece3[dg];
  }
  for (var r = 0; r < 8; r++) {
    partials_0_7[r * 256 + thread] = p_max_piece3_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    p_max_piece3_part[r] = partials_0_7[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      p_max_piece3_part[r] = max(p_max_piece3_part[r], partials_0_7[r * 256 + leader + 8 * (other + 1)]);
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1_4[r * 256 + thread] = p_max_piece3_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    p_max_piece3_part[r] = partials_1_4[r * 256 + leader2];
    p_max_piece3_part[r] = max(p_max_piece3_part[r], partials_1_4[r * 256 + leader2 + 128]);
  }
  var y_sum_piece3_f_part: array<f32, 8>;
  var p_sum2_piece3_part: array<f32, 8>;
  for (var dg = 0; dg < 8; dg++) {
    let y_sum_piece3_f_term = y_sum_piece3_f[dg] * exp(max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3[dg]), p_max_piece4_mem3[dg]) - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_part[dg]), p_max_piece4_mem3[dg]));
    y_sum_piece3_f_part[dg] = y_sum_piece3_f_term;
    let p_sum2_piece3_term = p_sum2_piece3[dg] * exp(p_max_piece3[dg] - p_max_piece3_part[dg]);
    p_sum2_piece3_part[dg] = p_sum2_piece3_term;
  }
  for (var r = 0; r < 8; r++) {
    partials_0_7[r * 256 + thread] = y_sum_piece3_f_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    y_sum_piece3_f_part[r] = partials_0_7[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      y_sum_piece3_f_part[r] += partials_0_7[r * 256 + leader + 8 * (other + 1)];
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1_4[r * 256 + thread] = y_sum_piece3_f_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    y_sum_piece3_f_part[r] = partials_1_4[r * 256 + leader2];
    y_sum_piece3_f_part[r] += partials_1_4[r * 256 + leader2 + 128];
  }
  for (var r = 0; r < 8; r++) {
    partials_0_7[r * 256 + thread] = p_sum2_piece3_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    p_sum2_piece3_part[r] = partials_0_7[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      p_sum2_piece3_part[r] += partials_0_7[r * 256 + leader + 8 * (other + 1)];
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1_4[r * 256 + thread] = p_sum2_piece3_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    p_sum2_piece3_part[r] = partials_1_4[r * 256 + leader2];
    p_sum2_piece3_part[r] += partials_1_4[r * 256 + leader2 + 128];
  }
  var p_max_piece4: array<f32, 8>;
  var y_sum_piece4_f: array<f32, 8>;
  var p_sum2_piece4: array<f32, 8>;
  for (var dg = 0; dg < 8; dg++) {
    p_max_piece4[dg] = -3.4028234663852886e38;
    y_sum_piece4_f[dg] = 0.0;
    p_sum2_piece4[dg] = 0.0;
  }
  for (var t_11_step = 0; t_11_step < (sizes_7.M + 31) / 32; t_11_step++) {
    var p_sum_piece4: array<f32, 8>;
    for (var dg = 0; dg < 8; dg++) {
      p_sum_piece4[dg] = 0.0;
    }
    for (var d_5_step = 0; d_5_step < sizes_7.D; d_5_step++) {
      var q9: array<f32, 8>;
      for (var dg = 0; dg < 8; dg++) {
        q9[dg] = 0.0;
        if (64 * g + 8 * tg + dg < sizes_7.G) { q9[dg] = load_q8((b * sizes_7.G * sizes_7.H + h * sizes_7.G + 64 * g + 8 * tg + dg) * sizes_7.D + d_5_step); }
      }
      var generated5 = 0.0;
      if (tt + 32 * t_11_step < sizes_7.M) { generated5 = load_generated4(((b * sizes_7.H + h) * sizes_7.M + tt + 32 * t_11_step) * sizes_7.D + d_5_step); }
      for (var dg = 0; dg < 8; dg++) {
        p_sum_piece4[dg] += q9[dg] * generated5;
      }
    }
    let at8 = at7[b];
    var p_max_piece4_new: array<f32, 8>;
    var y_sum_piece4_f_scale: array<f32, 8>;
    for (var dg = 0; dg < 8; dg++) {
      let p_max_piece4_term = p_sum_piece4[dg] * inverseSqrt(f32(sizes_7.D));
      p_max_piece4_new[dg] = max(p_max_piece4[dg], select(-3.4028234663852886e38, p_max_piece4_term, tt + 32 * t_11_step < sizes_7.M && tt + sizes_7.O + sizes_7.S + sizes_7.W + 32 * t_11_step <= sizes_7.O + sizes_7.S + sizes_7.W + at8));
      y_sum_piece4_f_scale[dg] = exp(max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_part[dg]), p_max_piece4[dg]) - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_part[dg]), p_max_piece4_new[dg]));
    }
    var generated5 = 0.0;
    if (tt + 32 * t_11_step < sizes_7.M) { generated5 = load_generated4((((1 * sizes_7.B + b) * sizes_7.H + h) * sizes_7.M + tt + 32 * t_11_step) * sizes_7.D + d); }
    for (var dg = 0; dg < 8; dg++) {
      let y_sum_piece4_f_term = exp(p_sum_piece4[dg] * inverseSqrt(f32(sizes_7.D)) - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_part[dg]), p_max_piece4_new[dg])) * generated5;
      y_sum_piece4_f[dg] = y_sum_piece4_f[dg] * y_sum_piece4_f_scale[dg] + select(0.0, y_sum_piece4_f_term, tt + 32 * t_11_step < sizes_7.M && tt + sizes_7.O + sizes_7.S + sizes_7.W + 32 * t_11_step <= sizes_7.O + sizes_7.S + sizes_7.W + at8);
      let p_sum2_piece4_scale = exp(p_max_piece4[dg] - p_max_piece4_new[dg]);
      let p_sum2_piece4_term = exp(p_sum_piece4[dg] * inverseSqrt(f32(sizes_7.D)) - p_max_piece4_new[dg]);
      p_sum2_piece4[dg] = p_sum2_piece4[dg] * p_sum2_piece4_scale + select(0.0, p_sum2_piece4_term, tt + 32 * t_11_step < sizes_7.M && tt + sizes_7.O + sizes_7.S + sizes_7.W + 32 * t_11_step <= sizes_7.O + sizes_7.S + sizes_7.W + at8);
      p_max_piece4[dg] = p_max_piece4_new[dg];
    }
  }
  var p_max_piece4_part: array<f32, 8>;
  for (var dg = 0; dg < 8; dg++) {
    p_max_piece4_part[dg] = p_max_piece4[dg];
  }
  for (var r = 0; r < 8; r++) {
    partials_0_7[r * 256 + thread] = p_max_piece4_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    p_max_piece4_part[r] = partials_0_7[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      p_max_piece4_part[r] = max(p_max_piece4_part[r], partials_0_7[r * 256 + leader + 8 * (other + 1)]);
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1_4[r * 256 + thread] = p_max_piece4_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    p_max_piece4_part[r] = partials_1_4[r * 256 + leader2];
    p_max_piece4_part[r] = max(p_max_piece4_part[r], partials_1_4[r * 256 + leader2 + 128]);
  }
  var y_sum_piece4_f_part: array<f32, 8>;
  var p_sum2_piece4_part: array<f32, 8>;
  for (var dg = 0; dg < 8; dg++) {
    let y_sum_piece4_f_term = y_sum_piece4_f[dg] * exp(max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_part[dg]), p_max_piece4[dg]) - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_part[dg]), p_max_piece4_part[dg]));
    y_sum_piece4_f_part[dg] = y_sum_piece4_f_term;
    let p_sum2_piece4_term = p_sum2_piece4[dg] * exp(p_max_piece4[dg] - p_max_piece4_part[dg]);
    p_sum2_piece4_part[dg] = p_sum2_piece4_term;
  }
  for (var r = 0; r < 8; r++) {
    partials_0_7[r * 256 + thread] = y_sum_piece4_f_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    y_sum_piece4_f_part[r] = partials_0_7[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      y_sum_piece4_f_part[r] += partials_0_7[r * 256 + leader + 8 * (other + 1)];
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1_4[r * 256 + thread] = y_sum_piece4_f_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    y_sum_piece4_f_part[r] = partials_1_4[r * 256 + leader2];
    y_sum_piece4_f_part[r] += partials_1_4[r * 256 + leader2 + 128];
  }
  for (var r = 0; r < 8; r++) {
    partials_0_7[r * 256 + thread] = p_sum2_piece4_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    p_sum2_piece4_part[r] = partials_0_7[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      p_sum2_piece4_part[r] += partials_0_7[r * 256 + leader + 8 * (other + 1)];
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1_4[r * 256 + thread] = p_sum2_piece4_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    p_sum2_piece4_part[r] = partials_1_4[r * 256 + leader2];
    p_sum2_piece4_part[r] += partials_1_4[r * 256 + leader2 + 128];
  }
  for (var dg = 0; dg < 8; dg++) {
    var p_sum2_piece2_mem3 = 0.0;
    if (64 * g + 8 * tg + dg < sizes_7.G) { p_sum2_piece2_mem3 = p_sum2_piece2_mem2[(b * sizes_7.H + h) * sizes_7.G + 64 * g + 8 * tg + dg]; }
    var p_sum2_piece3_mem3 = 0.0;
    if (64 * g + 8 * tg + dg < sizes_7.G) { p_sum2_piece3_mem3 = p_sum2_piece3_mem2[(b * sizes_7.H + h) * sizes_7.G + 64 * g + 8 * tg + dg]; }
    var p_sum2_piece4_mem3 = 0.0;
    if (64 * g + 8 * tg + dg < sizes_7.G) { p_sum2_piece4_mem3 = p_sum2_piece4_mem2[(b * sizes_7.H + h) * sizes_7.G + 64 * g + 8 * tg + dg]; }
    let y2 = y_sum_piece_f_part[dg] * select(0.0, 1.0 / (p_sum2_piece_part[dg] * exp(p_max_piece_part[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_mem3[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg])) + p_sum2_piece2_mem3 * exp(p_max_piece2_mem3[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_mem3[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg])) + p_sum2_piece3_mem3 * exp(p_max_piece3_mem3[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_mem3[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg])) + p_sum2_piece4_mem3 * exp(p_max_piece4_mem3[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_mem3[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg]))), p_sum2_piece_part[dg] * exp(p_max_piece_part[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_mem3[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg])) + p_sum2_piece2_mem3 * exp(p_max_piece2_mem3[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_mem3[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg])) + p_sum2_piece3_mem3 * exp(p_max_piece3_mem3[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_mem3[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg])) + p_sum2_piece4_mem3 * exp(p_max_piece4_mem3[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_mem3[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg])) > 0.0) + y_sum_piece2_f_part[dg] * select(0.0, 1.0 / (p_sum2_piece_part[dg] * exp(p_max_piece_part[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg])) + p_sum2_piece2_part[dg] * exp(p_max_piece2_part[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg])) + p_sum2_piece3_mem3 * exp(p_max_piece3_mem3[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg])) + p_sum2_piece4_mem3 * exp(p_max_piece4_mem3[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg]))), p_sum2_piece_part[dg] * exp(p_max_piece_part[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg])) + p_sum2_piece2_part[dg] * exp(p_max_piece2_part[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg])) + p_sum2_piece3_mem3 * exp(p_max_piece3_mem3[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg])) + p_sum2_piece4_mem3 * exp(p_max_piece4_mem3[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_mem3[dg]), p_max_piece4_mem3[dg])) > 0.0) + y_sum_piece3_f_part[dg] * select(0.0, 1.0 / (p_sum2_piece_part[dg] * exp(p_max_piece_part[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_part[dg]), p_max_piece4_mem3[dg])) + p_sum2_piece2_part[dg] * exp(p_max_piece2_part[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_part[dg]), p_max_piece4_mem3[dg])) + p_sum2_piece3_part[dg] * exp(p_max_piece3_part[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_part[dg]), p_max_piece4_mem3[dg])) + p_sum2_piece4_mem3 * exp(p_max_piece4_mem3[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_part[dg]), p_max_piece4_mem3[dg]))), p_sum2_piece_part[dg] * exp(p_max_piece_part[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_part[dg]), p_max_piece4_mem3[dg])) + p_sum2_piece2_part[dg] * exp(p_max_piece2_part[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_part[dg]), p_max_piece4_mem3[dg])) + p_sum2_piece3_part[dg] * exp(p_max_piece3_part[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_part[dg]), p_max_piece4_mem3[dg])) + p_sum2_piece4_mem3 * exp(p_max_piece4_mem3[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_part[dg]), p_max_piece4_mem3[dg])) > 0.0) + y_sum_piece4_f_part[dg] * select(0.0, 1.0 / (p_sum2_piece_part[dg] * exp(p_max_piece_part[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_part[dg]), p_max_piece4_part[dg])) + p_sum2_piece2_part[dg] * exp(p_max_piece2_part[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_part[dg]), p_max_piece4_part[dg])) + p_sum2_piece3_part[dg] * exp(p_max_piece3_part[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_part[dg]), p_max_piece4_part[dg])) + p_sum2_piece4_part[dg] * exp(p_max_piece4_part[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_part[dg]), p_max_piece4_part[dg]))), p_sum2_piece_part[dg] * exp(p_max_piece_part[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_part[dg]), p_max_piece4_part[dg])) + p_sum2_piece2_part[dg] * exp(p_max_piece2_part[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_part[dg]), p_max_piece4_part[dg])) + p_sum2_piece3_part[dg] * exp(p_max_piece3_part[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_part[dg]), p_max_piece4_part[dg])) + p_sum2_piece4_part[dg] * exp(p_max_piece4_part[dg] - max(max(max(p_max_piece_part[dg], p_max_piece2_part[dg]), p_max_piece3_part[dg]), p_max_piece4_part[dg])) > 0.0);
    if (64 * g + 8 * tg + dg < sizes_7.G && thread < 8) {
      store_y((b * sizes_7.G * sizes_7.H + h * sizes_7.G + 64 * g + 8 * tg + dg) * sizes_7.D + d, y2);
    }
  }
}

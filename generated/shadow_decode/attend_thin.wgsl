// attend_thin_1, attend_thin_2, attend_thin_3, attend_thin_4, attend_thin_5: made by tdsl from shadow_decode.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { B: i32, H: i32, G: i32, D: i32, W: i32, S: i32, M: i32 }

@group(0) @binding(0) var<storage, read> q: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> slots: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> at2: array<i32>;
@group(0) @binding(3) var<storage, read_write> p_max_piece2_mem: array<f32>;
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> q2: array<f32, 1088>;
var<workgroup> slots2: array<f32, 1088>;
var<workgroup> partials_0: array<f32, 1024>;

fn load_q(i: i32) -> f32 {
  return bitcast<f32>((q[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_slots(i: i32) -> f32 {
  return bitcast<f32>((slots[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load4_q2(i: i32) -> array<f32, 4> {
  let unit0 = q2[i];
  let unit1 = q2[i + 1];
  let unit2 = q2[i + 2];
  let unit3 = q2[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_slots2(i: i32) -> array<f32, 4> {
  let unit0 = slots2[i];
  let unit1 = slots2[i + 1];
  let unit2 = slots2[i + 2];
  let unit3 = slots2[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

@compute @workgroup_size(256)
fn attend_thin_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
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

  // shadow_decode.tdsl:89: let p[b, h, g, t] = softmax(t where t <= W + S + at[b]) (sum(d) q[b, h*G + g, d] * KV[0, b, h, t, d]) * rsqrt(D)
  var p_max_piece2: array<f32, 4>;
  for (var dg = 0; dg < 4; dg++) {
    p_max_piece2[dg] = -3.4028234663852886e38;
  }
  for (var t_8_step = 0; t_8_step < (sizes.S + 63) / 64; t_8_step++) {
    let t = 64 * t_8_step + tg;
    let t2 = 64 * t_8_step + tt;
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
        var slots3 = 0.0;
        if (t < sizes.S && d + dd < sizes.D) { slots3 = load_slots(((b * sizes.H + h) * sizes.S + t) * sizes.D + d + dd); }
        slots2[68 * (td + dd) + tg] = slots3;
      }
      workgroupBarrier();
      for (var dd = 0; dd < 16; dd++) {
        var q2_reg = load4_q2(68 * dd + tg2);
        var slots2_reg = load4_slots2(68 * dd + tt);
        for (var dg = 0; dg < 4; dg++) {
          for (var dt = 0; dt < 4; dt++) {
            p_sum_piece2[4 * dg + dt] += q2_reg[dg] * slots2_reg[dt];
          }
        }
      }
    }
    let at3 = at2[b];
    var p_max_piece2_part: array<f32, 4>;
    for (var r = 0; r < 4; r++) {
      p_max_piece2_part[r] = -3.4028234663852886e38;
    }
    for (var dg = 0; dg < 4; dg++) {
      for (var dt = 0; dt < 4; dt++) {
        let p_max_piece2_term = p_sum_piece2[4 * dg + dt] * inverseSqrt(f32(sizes.D));
        let p_max_piece2_term2 = select(-3.4028234663852886e38, p_max_piece2_term, t2 + dt < sizes.S && t2 + sizes.W + dt <= sizes.S + sizes.W + at3);
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

struct Sizes_2 { B: i32, H: i32, G: i32, D: i32, W: i32, S: i32, M: i32 }

@group(0) @binding(0) var<storage, read> q3: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> generated: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> at3: array<i32>;
@group(0) @binding(3) var<storage, read_write> p_max_piece3_mem: array<f32>;
@group(0) @binding(4) var<uniform> sizes_2: Sizes_2;
var<workgroup> q2_2: array<f32, 1088>;
var<workgroup> generated2: array<f32, 1088>;
var<workgroup> partials_0_2: array<f32, 1024>;

fn load_q3(i: i32) -> f32 {
  return bitcast<f32>((q3[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_generated(i: i32) -> f32 {
  return bitcast<f32>((generated[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load4_q2_2(i: i32) -> array<f32, 4> {
  let unit0 = q2_2[i];
  let unit1 = q2_2[i + 1];
  let unit2 = q2_2[i + 2];
  let unit3 = q2_2[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_generated2(i: i32) -> array<f32, 4> {
  let unit0 = generated2[i];
  let unit1 = generated2[i + 1];
  let unit2 = generated2[i + 2];
  let unit3 = generated2[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

@compute @workgroup_size(256)
fn attend_thin_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
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

  // shadow_decode.tdsl:89: let p[b, h, g, t] = softmax(t where t <= W + S + at[b]) (sum(d) q[b, h*G + g, d] * KV[0, b, h, t, d]) * rsqrt(D)
  var p_max_piece3: array<f32, 4>;
  for (var dg = 0; dg < 4; dg++) {
    p_max_piece3[dg] = -3.4028234663852886e38;
  }
  for (var t_9_step = 0; t_9_step < (sizes_2.M + 63) / 64; t_9_step++) {
    let t = 64 * t_9_step + tg;
    let t2 = 64 * t_9_step + tt;
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
        var generated3 = 0.0;
        if (t < sizes_2.M && d + dd < sizes_2.D) { generated3 = load_generated(((b * sizes_2.H + h) * sizes_2.M + t) * sizes_2.D + d + dd); }
        generated2[68 * (td + dd) + tg] = generated3;
      }
      workgroupBarrier();
      for (var dd = 0; dd < 16; dd++) {
        var q2_reg = load4_q2_2(68 * dd + tg2);
        var generated2_reg = load4_generated2(68 * dd + tt);
        for (var dg = 0; dg < 4; dg++) {
          for (var dt = 0; dt < 4; dt++) {
            p_sum_piece3[4 * dg + dt] += q2_reg[dg] * generated2_reg[dt];
          }
        }
      }
    }
    let at4 = at3[b];
    var p_max_piece3_part: array<f32, 4>;
    for (var r = 0; r < 4; r++) {
      p_max_piece3_part[r] = -3.4028234663852886e38;
    }
    for (var dg = 0; dg < 4; dg++) {
      for (var dt = 0; dt < 4; dt++) {
        let p_max_piece3_term = p_sum_piece3[4 * dg + dt] * inverseSqrt(f32(sizes_2.D));
        let p_max_piece3_term2 = select(-3.4028234663852886e38, p_max_piece3_term, t2 + dt < sizes_2.M && t2 + sizes_2.S + sizes_2.W + dt <= sizes_2.S + sizes_2.W + at4);
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

struct Sizes_3 { B: i32, H: i32, G: i32, D: i32, W: i32, S: i32, M: i32 }

@group(0) @binding(0) var<storage, read> q4: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> slots3: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> at4: array<i32>;
@group(0) @binding(3) var<storage, read_write> p_sum2_piece2_mem: array<f32>;
@group(0) @binding(4) var<uniform> sizes_3: Sizes_3;
var<workgroup> q2_3: array<f32, 1088>;
var<workgroup> slots2_2: array<f32, 1088>;
var<workgroup> partials_0_3: array<f32, 512>;
var<workgroup> partials_1: array<f32, 512>;

fn load_q4(i: i32) -> f32 {
  return bitcast<f32>((q4[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_slots3(i: i32) -> f32 {
  return bitcast<f32>((slots3[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load4_q2_3(i: i32) -> array<f32, 4> {
  let unit0 = q2_3[i];
  let unit1 = q2_3[i + 1];
  let unit2 = q2_3[i + 2];
  let unit3 = q2_3[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_slots2_2(i: i32) -> array<f32, 4> {
  let unit0 = slots2_2[i];
  let unit1 = slots2_2[i + 1];
  let unit2 = slots2_2[i + 2];
  let unit3 = slots2_2[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

@compute @workgroup_size(256)
fn attend_thin_3(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
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

  // shadow_decode.tdsl:89: let p[b, h, g, t] = softmax(t where t <= W + S + at[b]) (sum(d) q[b, h*G + g, d] * KV[0, b, h, t, d]) * rsqrt(D)
  var p_max_piece2: array<f32, 4>;
  var p_sum2_piece2: array<f32, 4>;
  for (var dg = 0; dg < 4; dg++) {
    p_max_piece2[dg] = -3.4028234663852886e38;
    p_sum2_piece2[dg] = 0.0;
  }
  for (var t_8_step = 0; t_8_step < (sizes_3.S + 63) / 64; t_8_step++) {
    let t = 64 * t_8_step + tg;
    let t2 = 64 * t_8_step + tt;
    var p_sum_piece2: array<f32, 16>;
    for (var r = 0; r < 16; r++) {
      p_sum_piece2[r] = 0.0;
    }
    for (var d_3_step = 0; d_3_step < (sizes_3.D + 15) / 16; d_3_step++) {
      let d = 16 * d_3_step + td;
      workgroupBarrier();
      for (var dd = 0; dd < 4; dd++) {
        var q5 = 0.0;
        if (g2 < sizes_3.G && d + dd < sizes_3.D) { q5 = load_q4((b * sizes_3.G * sizes_3.H + g2 + h * sizes_3.G) * sizes_3.D + d + dd); }
        q2_3[68 * (td + dd) + tg] = q5;
      }
      for (var dd = 0; dd < 4; dd++) {
        var slots4 = 0.0;
        if (t < sizes_3.S && d + dd < sizes_3.D) { slots4 = load_slots3(((b * sizes_3.H + h) * sizes_3.S + t) * sizes_3.D + d + dd); }
        slots2_2[68 * (td + dd) + tg] = slots4;
      }
      workgroupBarrier();
      for (var dd = 0; dd < 16; dd++) {
        var q2_reg = load4_q2_3(68 * dd + tg2);
        var slots2_reg = load4_slots2_2(68 * dd + tt);
        for (var dg = 0; dg < 4; dg++) {
          for (var dt = 0; dt < 4; dt++) {
            p_sum_piece2[4 * dg + dt] += q2_reg[dg] * slots2_reg[dt];
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
        let p_max_piece2_term = p_sum_piece2[4 * dg + dt] * inverseSqrt(f32(sizes_3.D));
        let p_max_piece2_term2 = select(-3.4028234663852886e38, p_max_piece2_term, t2 + dt < sizes_3.S && t2 + sizes_3.W + dt <= sizes_3.S + sizes_3.W + at5);
        p_max_piece2_part[dg] = max(p_max_piece2_part[dg], p_max_piece2_term2);
      }
    }
    for (var part = 0; part < 2; part++) {
      for (var r = 0; r < 2; r++) {
        partials_0_3[r * 256 + thread] = p_max_piece2_part[part * 2 + r];
      }
      workgroupBarrier();
      for (var r = 0; r < 2; r++) {
        p_max_piece2_part[part * 2 + r] = partials_0_3[r * 256 + leader];
        for (var other = 0; other < 15; other++) {
          p_max_piece2_part[part * 2 + r] = max(p_max_piece2_part[part * 2 + r], partials_0_3[r * 256 + leader + other + 1]);
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
        let p_sum2_piece2_term = exp(p_sum_piece2[4 * dg + dt] * inverseSqrt(f32(sizes_3.D)) - p_max_piece2_new[dg]);
        let p_sum2_piece2_term2 = select(0.0, p_sum2_piece2_term, t2 + dt < sizes_3.S && t2 + sizes_3.W + dt <= sizes_3.S + sizes_3.W + at5);
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
    if (g3 + dg < sizes_3.G && (thread & 15) == 0) { p_sum2_piece2_mem[(b * sizes_3.H + h) * sizes_3.G + g3 + dg] = p_sum2_piece2[dg]; }
  }
}

struct Sizes_4 { B: i32, H: i32, G: i32, D: i32, W: i32, S: i32, M: i32 }

@group(0) @binding(0) var<storage, read> q5: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> generated3: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> at5: array<i32>;
@group(0) @binding(3) var<storage, read_write> p_sum2_piece3_mem: array<f32>;
@group(0) @binding(4) var<uniform> sizes_4: Sizes_4;
var<workgroup> q2_4: array<f32, 1088>;
var<workgroup> generated2_2: array<f32, 1088>;
var<workgroup> partials_0_4: array<f32, 512>;
var<workgroup> partials_1_2: array<f32, 512>;

fn load_q5(i: i32) -> f32 {
  return bitcast<f32>((q5[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_generated3(i: i32) -> f32 {
  return bitcast<f32>((generated3[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load4_q2_4(i: i32) -> array<f32, 4> {
  let unit0 = q2_4[i];
  let unit1 = q2_4[i + 1];
  let unit2 = q2_4[i + 2];
  let unit3 = q2_4[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_generated2_2(i: i32) -> array<f32, 4> {
  let unit0 = generated2_2[i];
  let unit1 = generated2_2[i + 1];
  let unit2 = generated2_2[i + 2];
  let unit3 = generated2_2[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

@compute @workgroup_size(256)
fn attend_thin_4(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
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

  // shadow_decode.tdsl:89: let p[b, h, g, t] = softmax(t where t <= W + S + at[b]) (sum(d) q[b, h*G + g, d] * KV[0, b, h, t, d]) * rsqrt(D)
  var p_max_piece3: array<f32, 4>;
  var p_sum2_piece3: array<f32, 4>;
  for (var dg = 0; dg < 4; dg++) {
    p_max_piece3[dg] = -3.4028234663852886e38;
    p_sum2_piece3[dg] = 0.0;
  }
  for (var t_9_step = 0; t_9_step < (sizes_4.M + 63) / 64; t_9_step++) {
    let t = 64 * t_9_step + tg;
    let t2 = 64 * t_9_step + tt;
    var p_sum_piece3: array<f32, 16>;
    for (var r = 0; r < 16; r++) {
      p_sum_piece3[r] = 0.0;
    }
    for (var d_4_step = 0; d_4_step < (sizes_4.D + 15) / 16; d_4_step++) {
      let d = 16 * d_4_step + td;
      workgroupBarrier();
      for (var dd = 0; dd < 4; dd++) {
        var q6 = 0.0;
        if (g2 < sizes_4.G && d + dd < sizes_4.D) { q6 = load_q5((b * sizes_4.G * sizes_4.H + g2 + h * sizes_4.G) * sizes_4.D + d + dd); }
        q2_4[68 * (td + dd) + tg] = q6;
      }
      for (var dd = 0; dd < 4; dd++) {
        var generated4 = 0.0;
        if (t < sizes_4.M && d + dd < sizes_4.D) { generated4 = load_generated3(((b * sizes_4.H + h) * sizes_4.M + t) * sizes_4.D + d + dd); }
        generated2_2[68 * (td + dd) + tg] = generated4;
      }
      workgroupBarrier();
      for (var dd = 0; dd < 16; dd++) {
        var q2_reg = load4_q2_4(68 * dd + tg2);
        var generated2_reg = load4_generated2_2(68 * dd + tt);
        for (var dg = 0; dg < 4; dg++) {
          for (var dt = 0; dt < 4; dt++) {
            p_sum_piece3[4 * dg + dt] += q2_reg[dg] * generated2_reg[dt];
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
        let p_max_piece3_term = p_sum_piece3[4 * dg + dt] * inverseSqrt(f32(sizes_4.D));
        let p_max_piece3_term2 = select(-3.4028234663852886e38, p_max_piece3_term, t2 + dt < sizes_4.M && t2 + sizes_4.S + sizes_4.W + dt <= sizes_4.S + sizes_4.W + at6);
        p_max_piece3_part[dg] = max(p_max_piece3_part[dg], p_max_piece3_term2);
      }
    }
    for (var part = 0; part < 2; part++) {
      for (var r = 0; r < 2; r++) {
        partials_0_4[r * 256 + thread] = p_max_piece3_part[part * 2 + r];
      }
      workgroupBarrier();
      for (var r = 0; r < 2; r++) {
        p_max_piece3_part[part * 2 + r] = partials_0_4[r * 256 + leader];
        for (var other = 0; other < 15; other++) {
          p_max_piece3_part[part * 2 + r] = max(p_max_piece3_part[part * 2 + r], partials_0_4[r * 256 + leader + other + 1]);
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
        let p_sum2_piece3_term = exp(p_sum_piece3[4 * dg + dt] * inverseSqrt(f32(sizes_4.D)) - p_max_piece3_new[dg]);
        let p_sum2_piece3_term2 = select(0.0, p_sum2_piece3_term, t2 + dt < sizes_4.M && t2 + sizes_4.S + sizes_4.W + dt <= sizes_4.S + sizes_4.W + at6);
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
    if (g3 + dg < sizes_4.G && (thread & 15) == 0) { p_sum2_piece3_mem[(b * sizes_4.H + h) * sizes_4.G + g3 + dg] = p_sum2_piece3[dg]; }
  }
}

struct Sizes_5 { B: i32, H: i32, G: i32, D: i32, W: i32, S: i32, M: i32 }

@group(0) @binding(0) var<storage, read> q6: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> exact: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> slots4: array<u32>; // bf16, 2 a word
@group(0) @binding(3) var<storage, read> generated4: array<u32>; // bf16, 2 a word
@group(0) @binding(4) var<storage, read> at6: array<i32>;
@group(0) @binding(5) var<storage, read> p_max_piece2_mem2: array<f32>;
@group(0) @binding(6) var<storage, read> p_max_piece3_mem2: array<f32>;
@group(0) @binding(7) var<storage, read> p_sum2_piece2_mem2: array<f32>;
@group(0) @binding(8) var<storage, read> p_sum2_piece3_mem2: array<f32>;
@group(0) @binding(9) var<storage, read_write> y: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(10) var<uniform> sizes_5: Sizes_5;
var<workgroup> exact2: array<vec2<f32>, 160>;
var<workgroup> q2_5: array<f32, 320>;
var<workgroup> exact3: array<f32, 320>;
var<workgroup> y_sum_piece_f_a: array<f32, 320>;
var<workgroup> slots2_3: array<vec2<f32>, 160>;
var<workgroup> q3_2: array<f32, 320>;
var<workgroup> slots3_2: array<f32, 320>;
var<workgroup> y_sum_piece2_f_a: array<f32, 320>;
var<workgroup> generated2_3: array<vec2<f32>, 160>;
var<workgroup> q4_2: array<f32, 320>;
var<workgroup> generated3_2: array<f32, 320>;
var<workgroup> y_sum_piece3_f_a: array<f32, 320>;
var<workgroup> partials_0_5: array<f32, 128>;
var<workgroup> partials_1_3: array<f32, 128>;

fn load_exact(i: i32) -> f32 {
  return bitcast<f32>((exact[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn store4_exact2(i: i32, values: array<f32, 4>) {
  exact2[i >> 1u] = vec2<f32>(values[0], values[1]);
  exact2[(i >> 1u) + 1] = vec2<f32>(values[2], values[3]);
}

fn load_q6(i: i32) -> f32 {
  return bitcast<f32>((q6[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load2_exact3(i: i32) -> array<f32, 2> {
  let unit0 = exact3[i];
  let unit1 = exact3[i + 1];
  return array<f32, 2>(unit0, unit1);
}

fn load2_exact2(i: i32) -> array<f32, 2> {
  let unit0 = exact2[i >> 1u];
  return array<f32, 2>(unit0.x, unit0.y);
}

fn load_slots4(i: i32) -> f32 {
  return bitcast<f32>((slots4[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn store4_slots2_3(i: i32, values: array<f32, 4>) {
  slots2_3[i >> 1u] = vec2<f32>(values[0], values[1]);
  slots2_3[(i >> 1u) + 1] = vec2<f32>(values[2], values[3]);
}

fn load2_slots3_2(i: i32) -> array<f32, 2> {
  let unit0 = slots3_2[i];
  let unit1 = slots3_2[i + 1];
  return array<f32, 2>(unit0, unit1);
}

fn load2_slots2_3(i: i32) -> array<f32, 2> {
  let unit0 = slots2_3[i >> 1u];
  return array<f32, 2>(unit0.x, unit0.y);
}

fn load_generated4(i: i32) -> f32 {
  return bitcast<f32>((generated4[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn store4_generated2_3(i: i32, values: array<f32, 4>) {
  generated2_3[i >> 1u] = vec2<f32>(values[0], values[1]);
  generated2_3[(i >> 1u) + 1] = vec2<f32>(values[2], values[3]);
}

fn load2_generated3_2(i: i32) -> array<f32, 2> {
  let unit0 = generated3_2[i];
  let unit1 = generated3_2[i + 1];
  return array<f32, 2>(unit0, unit1);
}

fn load2_generated2_3(i: i32) -> array<f32, 2> {
  let unit0 = generated2_3[i >> 1u];
  return array<f32, 2>(unit0.x, unit0.y);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_y(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&y[i >> 1u], ~(0xffffu << shift));
  atomicOr(&y[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(128)
fn attend_thin_5(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tt = (thread >> 2u) & 15;
  let td = 4 * (thread & 3);
  let tg = thread >> 3u;
  let tt2 = 2 * (thread & 7);
  let leader = thread & 120;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_5.B * sizes_5.H * ((sizes_5.D + 15) / 16) * ((sizes_5.G + 15) / 16) <= group) { return; }
  let d_count = (sizes_5.D + 15) / 16;
  let d = group % d_count;
  let outer = group / d_count;
  let g_count = (sizes_5.G + 15) / 16;
  let g = outer % g_count;
  let outer2 = outer / g_count;
  let h = outer2 % sizes_5.H;
  let b = outer2 / sizes_5.H;
  let d2 = 16 * d + td;
  let g2 = 16 * g + tt;
  let g3 = 16 * g + tg;
  let d3 = 16 * d + tt2;

  // shadow_decode.tdsl:90: y[b, h*G + g, d] = sum(t) p[b, h, g, t] * KV[1, b, h, t, d]
  var p_max_piece = -3.4028234663852886e38;
  var y_sum_piece_f: array<f32, 2>;
  for (var dd = 0; dd < 2; dd++) {
    y_sum_piece_f[dd] = 0.0;
  }
  var p_sum2_piece = 0.0;
  for (var t_7_step = 0; t_7_step < (sizes_5.W + 15) / 16; t_7_step++) {
    let t = 16 * t_7_step + tt;
    let t2 = 16 * t_7_step + tt2;
    workgroupBarrier();
    var exact4: array<f32, 4>;
    for (var v = 0; v < 4; v++) {
      exact4[v] = 0.0;
      if (t < sizes_5.W && d2 + v < sizes_5.D) { exact4[v] = load_exact((((1 * sizes_5.B + b) * sizes_5.H + h) * sizes_5.W + t) * sizes_5.D + d2 + v); }
    }
    if (thread < 64) { store4_exact2(20 * tt + td, exact4); }
    workgroupBarrier();
    var p_sum_piece: array<f32, 2>;
    for (var dt = 0; dt < 2; dt++) {
      p_sum_piece[dt] = 0.0;
    }
    for (var d_2_step = 0; d_2_step < (sizes_5.D + 15) / 16; d_2_step++) {
      let d3 = 16 * d_2_step + td;
      workgroupBarrier();
      for (var dd = 0; dd < 4; dd++) {
        var q7 = 0.0;
        if (g2 < sizes_5.G && d3 + dd < sizes_5.D) { q7 = load_q6((b * sizes_5.G * sizes_5.H + g2 + h * sizes_5.G) * sizes_5.D + d3 + dd); }
        if (thread < 64) { q2_5[20 * (td + dd) + tt] = q7; }
      }
      for (var dd = 0; dd < 4; dd++) {
        var exact5 = 0.0;
        if (t < sizes_5.W && d3 + dd < sizes_5.D) { exact5 = load_exact(((b * sizes_5.H + h) * sizes_5.W + t) * sizes_5.D + d3 + dd); }
        if (thread < 64) { exact3[20 * (td + dd) + tt] = exact5; }
      }
      workgroupBarrier();
      for (var dd = 0; dd < 16; dd++) {
        let q2_reg = q2_5[20 * dd + tg];
        var exact3_reg = load2_exact3(20 * dd + tt2);
        for (var dt = 0; dt < 2; dt++) {
          p_sum_piece[dt] += q2_reg * exact3_reg[dt];
        }
      }
    }
    let at7 = at6[b];
    var p_max_piece_part = -3.4028234663852886e38;
    for (var dt = 0; dt < 2; dt++) {
      let p_max_piece_term = p_sum_piece[dt] * inverseSqrt(f32(sizes_5.D));
      let p_max_piece_term2 = select(-3.4028234663852886e38, p_max_piece_term, t2 + dt < sizes_5.W && t2 + dt <= sizes_5.S + sizes_5.W + at7);
      p_max_piece_part = max(p_max_piece_part, p_max_piece_term2);
    }
    partials_0_5[thread] = p_max_piece_part;
    workgroupBarrier();
    p_max_piece_part = partials_0_5[leader];
    for (var other = 0; other < 7; other++) {
      p_max_piece_part = max(p_max_piece_part, partials_0_5[leader + other + 1]);
    }
    let p_max_piece_new = max(p_max_piece, p_max_piece_part);
    var p_max_piece2_mem3 = 0.0;
    if (g3 < sizes_5.G) { p_max_piece2_mem3 = p_max_piece2_mem2[(b * sizes_5.H + h) * sizes_5.G + g3]; }
    var p_max_piece3_mem3 = 0.0;
    if (g3 < sizes_5.G) { p_max_piece3_mem3 = p_max_piece3_mem2[(b * sizes_5.H + h) * sizes_5.G + g3]; }
    let y_sum_piece_f_scale = exp(max(max(p_max_piece, p_max_piece2_mem3), p_max_piece3_mem3) - max(max(p_max_piece_new, p_max_piece2_mem3), p_max_piece3_mem3));
    for (var dd = 0; dd < 2; dd++) {
      y_sum_piece_f[dd] *= y_sum_piece_f_scale;
    }
    var y_sum_piece_f_a2: array<f32, 2>;
    for (var dt = 0; dt < 2; dt++) {
      let y_sum_piece_f_term = exp(p_sum_piece[dt] * inverseSqrt(f32(sizes_5.D)) - max(max(p_max_piece_new, p_max_piece2_mem3), p_max_piece3_mem3));
      y_sum_piece_f_a2[dt] = select(0.0, y_sum_piece_f_term, t2 + dt < sizes_5.W && t2 + dt <= sizes_5.S + sizes_5.W + at7);
    }
    workgroupBarrier();
    for (var dt = 0; dt < 2; dt++) {
      y_sum_piece_f_a[20 * (tt2 + dt) + tg] = y_sum_piece_f_a2[dt];
    }
    workgroupBarrier();
    for (var dt = 0; dt < 16; dt++) {
      let y_sum_piece_f_a_reg = y_sum_piece_f_a[20 * dt + tg];
      var exact2_reg = load2_exact2(20 * dt + tt2);
      for (var dd = 0; dd < 2; dd++) {
        y_sum_piece_f[dd] += y_sum_piece_f_a_reg * exact2_reg[dd];
      }
    }
    let p_sum2_piece_scale = exp(p_max_piece - p_max_piece_new);
    var p_sum2_piece_part = 0.0;
    for (var dt = 0; dt < 2; dt++) {
      let p_sum2_piece_term = exp(p_sum_piece[dt] * inverseSqrt(f32(sizes_5.D)) - p_max_piece_new);
      let p_sum2_piece_term2 = select(0.0, p_sum2_piece_term, t2 + dt < sizes_5.W && t2 + dt <= sizes_5.S + sizes_5.W + at7);
      p_sum2_piece_part += p_sum2_piece_term2;
    }
    partials_1_3[thread] = p_sum2_piece_part;
    workgroupBarrier();
    p_sum2_piece_part = partials_1_3[leader];
    for (var other = 0; other < 7; other++) {
      p_sum2_piece_part += partials_1_3[leader + other + 1];
    }
    p_sum2_piece = p_sum2_piece * p_sum2_piece_scale + p_sum2_piece_part;
    p_max_piece = p_max_piece_new;
  }
  var p_max_piece2 = -3.4028234663852886e38;
  var y_sum_piece2_f: array<f32, 2>;
  for (var dd = 0; dd < 2; dd++) {
    y_sum_piece2_f[dd] = 0.0;
  }
  var p_sum2_piece2 = 0.0;
  for (var t_8_step = 0; t_8_step < (sizes_5.S + 15) / 16; t_8_step++) {
    let t = 16 * t_8_step + tt;
    let t2 = 16 * t_8_step + tt2;
    workgroupBarrier();
    var slots5: array<f32, 4>;
    for (var v = 0; v < 4; v++) {
      slots5[v] = 0.0;
      if (t < sizes_5.S && d2 + v < sizes_5.D) { slots5[v] = load_slots4((((1 * sizes_5.B + b) * sizes_5.H + h) * sizes_5.S + t) * sizes_5.D + d2 + v); }
    }
    if (thread < 64) { store4_slots2_3(20 * tt + td, slots5); }
    workgroupBarrier();
    var p_sum_piece2: array<f32, 2>;
    for (var dt = 0; dt < 2; dt++) {
      p_sum_piece2[dt] = 0.0;
    }
    for (var d_3_step = 0; d_3_step < (sizes_5.D + 15) / 16; d_3_step++) {
      let d3 = 16 * d_3_step + td;
      workgroupBarrier();
      for (var dd = 0; dd < 4; dd++) {
        var q7 = 0.0;
        if (g2 < sizes_5.G && d3 + dd < sizes_5.D) { q7 = load_q6((b * sizes_5.G * sizes_5.H + g2 + h * sizes_5.G) * sizes_5.D + d3 + dd); }
        if (thread < 64) { q3_2[20 * (td + dd) + tt] = q7; }
      }
      for (var dd = 0; dd < 4; dd++) {
        var slots6 = 0.0;
        if (t < sizes_5.S && d3 + dd < sizes_5.D) { slots6 = load_slots4(((b * sizes_5.H + h) * sizes_5.S + t) * sizes_5.D + d3 + dd); }
        if (thread < 64) { slots3_2[20 * (td + dd) + tt] = slots6; }
      }
      workgroupBarrier();
      for (var dd = 0; dd < 16; dd++) {
        let q3_reg = q3_2[20 * dd + tg];
        var slots3_reg = load2_slots3_2(20 * dd + tt2);
        for (var dt = 0; dt < 2; dt++) {
          p_sum_piece2[dt] += q3_reg * slots3_reg[dt];
        }
      }
    }
    let at7 = at6[b];
    var p_max_piece2_part = -3.4028234663852886e38;
    for (var dt = 0; dt < 2; dt++) {
      let p_max_piece2_term = p_sum_piece2[dt] * inverseSqrt(f32(sizes_5.D));
      let p_max_piece2_term2 = select(-3.4028234663852886e38, p_max_piece2_term, t2 + dt < sizes_5.S && t2 + sizes_5.W + dt <= sizes_5.S + sizes_5.W + at7);
      p_max_piece2_part = max(p_max_piece2_part, p_max_piece2_term2);
    }
    partials_0_5[thread] = p_max_piece2_part;
    workgroupBarrier();
    p_max_piece2_part = partials_0_5[leader];
    for (var other = 0; other < 7; other++) {
      p_max_piece2_part = max(p_max_piece2_part, partials_0_5[leader + other + 1]);
    }
    let p_max_piece2_new = max(p_max_piece2, p_max_piece2_part);
    var p_max_piece3_mem3 = 0.0;
    if (g3 < sizes_5.G) { p_max_piece3_mem3 = p_max_piece3_mem2[(b * sizes_5.H + h) * sizes_5.G + g3]; }
    let y_sum_piece2_f_scale = exp(max(max(p_max_piece, p_max_piece2), p_max_piece3_mem3) - max(max(p_max_piece, p_max_piece2_new), p_max_piece3_mem3));
    for (var dd = 0; dd < 2; dd++) {
      y_sum_piece2_f[dd] *= y_sum_piece2_f_scale;
    }
    var y_sum_piece2_f_a2: array<f32, 2>;
    for (var dt = 0; dt < 2; dt++) {
      let y_sum_piece2_f_term = exp(p_sum_piece2[dt] * inverseSqrt(f32(sizes_5.D)) - max(max(p_max_piece, p_max_piece2_new), p_max_piece3_mem3));
      y_sum_piece2_f_a2[dt] = select(0.0, y_sum_piece2_f_term, t2 + dt < sizes_5.S && t2 + sizes_5.W + dt <= sizes_5.S + sizes_5.W + at7);
    }
    workgroupBarrier();
    for (var dt = 0; dt < 2; dt++) {
      y_sum_piece2_f_a[20 * (tt2 + dt) + tg] = y_sum_piece2_f_a2[dt];
    }
    workgroupBarrier();
    for (var dt = 0; dt < 16; dt++) {
      let y_sum_piece2_f_a_reg = y_sum_piece2_f_a[20 * dt + tg];
      var slots2_reg = load2_slots2_3(20 * dt + tt2);
      for (var dd = 0; dd < 2; dd++) {
        y_sum_piece2_f[dd] += y_sum_piece2_f_a_reg * slots2_reg[dd];
      }
    }
    let p_sum2_piece2_scale = exp(p_max_piece2 - p_max_piece2_new);
    var p_sum2_piece2_part = 0.0;
    for (var dt = 0; dt < 2; dt++) {
      let p_sum2_piece2_term = exp(p_sum_piece2[dt] * inverseSqrt(f32(sizes_5.D)) - p_max_piece2_new);
      let p_sum2_piece2_term2 = select(0.0, p_sum2_piece2_term, t2 + dt < sizes_5.S && t2 + sizes_5.W + dt <= sizes_5.S + sizes_5.W + at7);
      p_sum2_piece2_part += p_sum2_piece2_term2;
    }
    partials_1_3[thread] = p_sum2_piece2_part;
    workgroupBarrier();
    p_sum2_piece2_part = partials_1_3[leader];
    for (var other = 0; other < 7; other++) {
      p_sum2_piece2_part += partials_1_3[leader + other + 1];
    }
    p_sum2_piece2 = p_sum2_piece2 * p_sum2_piece2_scale + p_sum2_piece2_part;
    p_max_piece2 = p_max_piece2_new;
  }
  var p_max_piece3 = -3.4028234663852886e38;
  var y_sum_piece3_f: array<f32, 2>;
  for (var dd = 0; dd < 2; dd++) {
    y_sum_piece3_f[dd] = 0.0;
  }
  var p_sum2_piece3 = 0.0;
  for (var t_9_step = 0; t_9_step < (sizes_5.M + 15) / 16; t_9_step++) {
    let t = 16 * t_9_step + tt;
    let t2 = 16 * t_9_step + tt2;
    workgroupBarrier();
    var generated5: array<f32, 4>;
    for (var v = 0; v < 4; v++) {
      generated5[v] = 0.0;
      if (t < sizes_5.M && d2 + v < sizes_5.D) { generated5[v] = load_generated4((((1 * sizes_5.B + b) * sizes_5.H + h) * sizes_5.M + t) * sizes_5.D + d2 + v); }
    }
    if (thread < 64) { store4_generated2_3(20 * tt + td, generated5); }
    workgroupBarrier();
    var p_sum_piece3: array<f32, 2>;
    for (var dt = 0; dt < 2; dt++) {
      p_sum_piece3[dt] = 0.0;
    }
    for (var d_4_step = 0; d_4_step < (sizes_5.D + 15) / 16; d_4_step++) {
      let d3 = 16 * d_4_step + td;
      workgroupBarrier();
      for (var dd = 0; dd < 4; dd++) {
        var q7 = 0.0;
        if (g2 < sizes_5.G && d3 + dd < sizes_5.D) { q7 = load_q6((b * sizes_5.G * sizes_5.H + g2 + h * sizes_5.G) * sizes_5.D + d3 + dd); }
        if (thread < 64) { q4_2[20 * (td + dd) + tt] = q7; }
      }
      for (var dd = 0; dd < 4; dd++) {
        var generated6 = 0.0;
        if (t < sizes_5.M && d3 + dd < sizes_5.D) { generated6 = load_generated4(((b * sizes_5.H + h) * sizes_5.M + t) * sizes_5.D + d3 + dd); }
        if (thread < 64) { generated3_2[20 * (td + dd) + tt] = generated6; }
      }
      workgroupBarrier();
      for (var dd = 0; dd < 16; dd++) {
        let q4_reg = q4_2[20 * dd + tg];
        var generated3_reg = load2_generated3_2(20 * dd + tt2);
        for (var dt = 0; dt < 2; dt++) {
          p_sum_piece3[dt] += q4_reg * generated3_reg[dt];
        }
      }
    }
    let at7 = at6[b];
    var p_max_piece3_part = -3.4028234663852886e38;
    for (var dt = 0; dt < 2; dt++) {
      let p_max_piece3_term = p_sum_piece3[dt] * inverseSqrt(f32(sizes_5.D));
      let p_max_piece3_term2 = select(-3.4028234663852886e38, p_max_piece3_term, t2 + dt < sizes_5.M && t2 + sizes_5.S + sizes_5.W + dt <= sizes_5.S + sizes_5.W + at7);
      p_max_piece3_part = max(p_max_piece3_part, p_max_piece3_term2);
    }
    partials_0_5[thread] = p_max_piece3_part;
    workgroupBarrier();
    p_max_piece3_part = partials_0_5[leader];
    for (var other = 0; other < 7; other++) {
      p_max_piece3_part = max(p_max_piece3_part, partials_0_5[leader + other + 1]);
    }
    let p_max_piece3_new = max(p_max_piece3, p_max_piece3_part);
    let y_sum_piece3_f_scale = exp(max(max(p_max_piece, p_max_piece2), p_max_piece3) - max(max(p_max_piece, p_max_piece2), p_max_piece3_new));
    for (var dd = 0; dd < 2; dd++) {
      y_sum_piece3_f[dd] *= y_sum_piece3_f_scale;
    }
    var y_sum_piece3_f_a2: array<f32, 2>;
    for (var dt = 0; dt < 2; dt++) {
      let y_sum_piece3_f_term = exp(p_sum_piece3[dt] * inverseSqrt(f32(sizes_5.D)) - max(max(p_max_piece, p_max_piece2), p_max_piece3_new));
      y_sum_piece3_f_a2[dt] = select(0.0, y_sum_piece3_f_term, t2 + dt < sizes_5.M && t2 + sizes_5.S + sizes_5.W + dt <= sizes_5.S + sizes_5.W + at7);
    }
    workgroupBarrier();
    for (var dt = 0; dt < 2; dt++) {
      y_sum_piece3_f_a[20 * (tt2 + dt) + tg] = y_sum_piece3_f_a2[dt];
    }
    workgroupBarrier();
    for (var dt = 0; dt < 16; dt++) {
      let y_sum_piece3_f_a_reg = y_sum_piece3_f_a[20 * dt + tg];
      var generated2_reg = load2_generated2_3(20 * dt + tt2);
      for (var dd = 0; dd < 2; dd++) {
        y_sum_piece3_f[dd] += y_sum_piece3_f_a_reg * generated2_reg[dd];
      }
    }
    let p_sum2_piece3_scale = exp(p_max_piece3 - p_max_piece3_new);
    var p_sum2_piece3_part = 0.0;
    for (var dt = 0; dt < 2; dt++) {
      let p_sum2_piece3_term = exp(p_sum_piece3[dt] * inverseSqrt(f32(sizes_5.D)) - p_max_piece3_new);
      let p_sum2_piece3_term2 = select(0.0, p_sum2_piece3_term, t2 + dt < sizes_5.M && t2 + sizes_5.S + sizes_5.W + dt <= sizes_5.S + sizes_5.W + at7);
      p_sum2_piece3_part += p_sum2_piece3_term2;
    }
    partials_1_3[thread] = p_sum2_piece3_part;
    workgroupBarrier();
    p_sum2_piece3_part = partials_1_3[leader];
    for (var other = 0; other < 7; other++) {
      p_sum2_piece3_part += partials_1_3[leader + other + 1];
    }
    p_sum2_piece3 = p_sum2_piece3 * p_sum2_piece3_scale + p_sum2_piece3_part;
    p_max_piece3 = p_max_piece3_new;
  }
  var p_max_piece2_mem3 = 0.0;
  if (g3 < sizes_5.G) { p_max_piece2_mem3 = p_max_piece2_mem2[(b * sizes_5.H + h) * sizes_5.G + g3]; }
  var p_max_piece3_mem3 = 0.0;
  if (g3 < sizes_5.G) { p_max_piece3_mem3 = p_max_piece3_mem2[(b * sizes_5.H + h) * sizes_5.G + g3]; }
  var p_sum2_piece2_mem3 = 0.0;
  if (g3 < sizes_5.G) { p_sum2_piece2_mem3 = p_sum2_piece2_mem2[(b * sizes_5.H + h) * sizes_5.G + g3]; }
  var p_sum2_piece3_mem3 = 0.0;
  if (g3 < sizes_5.G) { p_sum2_piece3_mem3 = p_sum2_piece3_mem2[(b * sizes_5.H + h) * sizes_5.G + g3]; }
  for (var dd = 0; dd < 2; dd++) {
    let y2 = y_sum_piece_f[dd] * select(0.0, 1.0 / (p_sum2_piece * exp(p_max_piece - max(max(p_max_piece, p_max_piece2_mem3), p_max_piece3_mem3)) + p_sum2_piece2_mem3 * exp(p_max_piece2_mem3 - max(max(p_max_piece, p_max_piece2_mem3), p_max_piece3_mem3)) + p_sum2_piece3_mem3 * exp(p_max_piece3_mem3 - max(max(p_max_piece, p_max_piece2_mem3), p_max_piece3_mem3))), p_sum2_piece * exp(p_max_piece - max(max(p_max_piece, p_max_piece2_mem3), p_max_piece3_mem3)) + p_sum2_piece2_mem3 * exp(p_max_piece2_mem3 - max(max(p_max_piece, p_max_piece2_mem3), p_max_piece3_mem3)) + p_sum2_piece3_mem3 * exp(p_max_piece3_mem3 - max(max(p_max_piece, p_max_piece2_mem3), p_max_piece3_mem3)) > 0.0) + y_sum_piece2_f[dd] * select(0.0, 1.0 / (p_sum2_piece * exp(p_max_piece - max(max(p_max_piece, p_max_piece2), p_max_piece3_mem3)) + p_sum2_piece2 * exp(p_max_piece2 - max(max(p_max_piece, p_max_piece2), p_max_piece3_mem3)) + p_sum2_piece3_mem3 * exp(p_max_piece3_mem3 - max(max(p_max_piece, p_max_piece2), p_max_piece3_mem3))), p_sum2_piece * exp(p_max_piece - max(max(p_max_piece, p_max_piece2), p_max_piece3_mem3)) + p_sum2_piece2 * exp(p_max_piece2 - max(max(p_max_piece, p_max_piece2), p_max_piece3_mem3)) + p_sum2_piece3_mem3 * exp(p_max_piece3_mem3 - max(max(p_max_piece, p_max_piece2), p_max_piece3_mem3)) > 0.0) + y_sum_piece3_f[dd] * select(0.0, 1.0 / (p_sum2_piece * exp(p_max_piece - max(max(p_max_piece, p_max_piece2), p_max_piece3)) + p_sum2_piece2 * exp(p_max_piece2 - max(max(p_max_piece, p_max_piece2), p_max_piece3)) + p_sum2_piece3 * exp(p_max_piece3 - max(max(p_max_piece, p_max_piece2), p_max_piece3))), p_sum2_piece * exp(p_max_piece - max(max(p_max_piece, p_max_piece2), p_max_piece3)) + p_sum2_piece2 * exp(p_max_piece2 - max(max(p_max_piece, p_max_piece2), p_max_piece3)) + p_sum2_piece3 * exp(p_max_piece3 - max(max(p_max_piece, p_max_piece2), p_max_piece3)) > 0.0);
    if (g3 < sizes_5.G && d3 + dd < sizes_5.D) { store_y((b * sizes_5.G * sizes_5.H + g3 + h * sizes_5.G) * sizes_5.D + d3 + dd, y2); }
  }
}

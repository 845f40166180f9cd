// select_aligned_1, select_aligned_2, select_aligned_3, select_aligned_4, select_aligned_5, select_aligned_6, select_aligned_7, select_aligned_8, select_aligned_9: made by tdsl from shadow_decode.tdsl for wgsl. Change the source, not this file.
// Relies on D % 8 == 0, N % 4 == 0, T % 4 == 0.
enable subgroups;

// the larger; some drivers lose signs within nested max
fn whole_max(a: i32, b: i32) -> i32 { return select(a, b, b > a); }

struct Sizes { T: i32, C: i32, B: i32, H: i32, G: i32, D: i32, N: i32 }

@group(0) @binding(0) var<storage, read> q: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> L: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> p_max_mem: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> q2: array<f32, 1088>;
var<workgroup> l: array<f32, 1088>;
var<workgroup> partials_0: array<f32, 1024>;

fn load4_q(i: i32) -> array<f32, 4> {
  let unit0 = q[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_q_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_q(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_L(i: i32) -> array<f32, 4> {
  let unit0 = L[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_L_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_L(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_q2(i: i32) -> array<f32, 4> {
  let unit0 = q2[i];
  let unit1 = q2[i + 1];
  let unit2 = q2[i + 2];
  let unit3 = q2[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_l(i: i32) -> array<f32, 4> {
  let unit0 = l[i];
  let unit1 = l[i + 1];
  let unit2 = l[i + 2];
  let unit3 = l[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

@compute @workgroup_size(256)
fn select_aligned_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tg = thread >> 2u;
  let td = 4 * (thread & 3);
  let tg2 = 4 * (thread >> 4u);
  let tn = 4 * (thread & 15);
  let leader = thread & 243;
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

  // shadow_decode.tdsl:10: let p[b, h, g, n] = softmax(n) (sum(d) q[b, h*G + g, d] * L[b, h, n, d]) * rsqrt(D)
  var p_max: array<f32, 4>;
  for (var dg = 0; dg < 4; dg++) {
    p_max[dg] = -3.4028234663852886e38;
  }
  for (var n_3_step = 0; n_3_step < (sizes.N + 60) / 64; n_3_step++) {
    let n = 64 * n_3_step + tg;
    let n2 = 64 * n_3_step + tn;
    var p_sum: array<f32, 16>;
    for (var r = 0; r < 16; r++) {
      p_sum[r] = 0.0;
    }
    for (var d_step = 0; d_step < (sizes.D + 8) / 16; d_step++) {
      let d = 16 * d_step + td;
      workgroupBarrier();
      var q3 = load4_q_or((b * sizes.G * sizes.H + g2 + h * sizes.G) * sizes.D + d, g2 < sizes.G && d < sizes.D, 0.0);
      for (var v = 0; v < 4; v++) {
        q2[68 * (td + v) + tg] = q3[v];
      }
      var l2 = load4_L_or(((b * sizes.H + h) * sizes.N + n) * sizes.D + d, n < sizes.N && d < sizes.D, 0.0);
      for (var v = 0; v < 4; v++) {
        l[68 * (td + v) + tg] = l2[v];
      }
      workgroupBarrier();
      for (var dd = 0; dd < 16; dd++) {
        var q2_reg = load4_q2(68 * dd + tg2);
        var l_reg = load4_l(68 * dd + tn);
        for (var dg = 0; dg < 4; dg++) {
          for (var dn = 0; dn < 4; dn++) {
            p_sum[4 * dg + dn] += q2_reg[dg] * l_reg[dn];
          }
        }
      }
    }
    var p_max_part: array<f32, 4>;
    for (var r = 0; r < 4; r++) {
      p_max_part[r] = -3.4028234663852886e38;
    }
    for (var dg = 0; dg < 4; dg++) {
      for (var dn = 0; dn < 4; dn++) {
        let p_max_term = p_sum[4 * dg + dn] * inverseSqrt(f32(sizes.D));
        let p_max_term2 = select(-3.4028234663852886e38, p_max_term, n2 + dn < sizes.N);
        p_max_part[dg] = max(p_max_part[dg], p_max_term2);
      }
    }
    for (var r = 0; r < 4; r++) {
      for (var step = 0; step < 2; step++) {
        p_max_part[r] = max(p_max_part[r], subgroupShuffleXor(p_max_part[r], u32(1 << u32(step))));
      }
    }
    workgroupBarrier();
    for (var r = 0; r < 4; r++) {
      partials_0[r * 256 + thread] = p_max_part[r];
    }
    workgroupBarrier();
    for (var r = 0; r < 4; r++) {
      p_max_part[r] = partials_0[r * 256 + leader];
      for (var other = 0; other < 3; other++) {
        p_max_part[r] = max(p_max_part[r], partials_0[r * 256 + leader + 4 * (other + 1)]);
      }
    }
    for (var dg = 0; dg < 4; dg++) {
      p_max[dg] = max(p_max[dg], p_max_part[dg]);
    }
  }
  for (var dg = 0; dg < 4; dg++) {
    if (g3 + dg < sizes.G && (thread & 15) == 0) { p_max_mem[(b * sizes.H + h) * sizes.G + g3 + dg] = p_max[dg]; }
  }
}

struct Sizes_2 { T: i32, C: i32, B: i32, H: i32, G: i32, D: i32, N: i32 }

@group(0) @binding(0) var<storage, read> q3: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> L2: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> p_sum2_mem: array<f32>;
@group(0) @binding(3) var<uniform> sizes_2: Sizes_2;
var<workgroup> q2_2: array<f32, 1088>;
var<workgroup> l2: array<f32, 1088>;
var<workgroup> partials_0_2: array<f32, 512>;
var<workgroup> partials_1: array<f32, 512>;

fn load4_q3(i: i32) -> array<f32, 4> {
  let unit0 = q3[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_q3_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_q3(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_L2(i: i32) -> array<f32, 4> {
  let unit0 = L2[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_L2_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_L2(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_q2_2(i: i32) -> array<f32, 4> {
  let unit0 = q2_2[i];
  let unit1 = q2_2[i + 1];
  let unit2 = q2_2[i + 2];
  let unit3 = q2_2[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_l2(i: i32) -> array<f32, 4> {
  let unit0 = l2[i];
  let unit1 = l2[i + 1];
  let unit2 = l2[i + 2];
  let unit3 = l2[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

@compute @workgroup_size(256)
fn select_aligned_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tg = thread >> 2u;
  let td = 4 * (thread & 3);
  let tg2 = 4 * (thread >> 4u);
  let tn = 4 * (thread & 15);
  let leader = thread & 243;
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

  // shadow_decode.tdsl:10: let p[b, h, g, n] = softmax(n) (sum(d) q[b, h*G + g, d] * L[b, h, n, d]) * rsqrt(D)
  var p_max: array<f32, 4>;
  var p_sum2: array<f32, 4>;
  for (var dg = 0; dg < 4; dg++) {
    p_max[dg] = -3.4028234663852886e38;
    p_sum2[dg] = 0.0;
  }
  for (var n_3_step = 0; n_3_step < (sizes_2.N + 60) / 64; n_3_step++) {
    let n = 64 * n_3_step + tg;
    let n2 = 64 * n_3_step + tn;
    var p_sum: array<f32, 16>;
    for (var r = 0; r < 16; r++) {
      p_sum[r] = 0.0;
    }
    for (var d_step = 0; d_step < (sizes_2.D + 8) / 16; d_step++) {
      let d = 16 * d_step + td;
      workgroupBarrier();
      var q4 = load4_q3_or((b * sizes_2.G * sizes_2.H + g2 + h * sizes_2.G) * sizes_2.D + d, g2 < sizes_2.G && d < sizes_2.D, 0.0);
      for (var v = 0; v < 4; v++) {
        q2_2[68 * (td + v) + tg] = q4[v];
      }
      var l3 = load4_L2_or(((b * sizes_2.H + h) * sizes_2.N + n) * sizes_2.D + d, n < sizes_2.N && d < sizes_2.D, 0.0);
      for (var v = 0; v < 4; v++) {
        l2[68 * (td + v) + tg] = l3[v];
      }
      workgroupBarrier();
      for (var dd = 0; dd < 16; dd++) {
        var q2_reg = load4_q2_2(68 * dd + tg2);
        var l_reg = load4_l2(68 * dd + tn);
        for (var dg = 0; dg < 4; dg++) {
          for (var dn = 0; dn < 4; dn++) {
            p_sum[4 * dg + dn] += q2_reg[dg] * l_reg[dn];
          }
        }
      }
    }
    var p_max_part: array<f32, 4>;
    for (var r = 0; r < 4; r++) {
      p_max_part[r] = -3.4028234663852886e38;
    }
    for (var dg = 0; dg < 4; dg++) {
      for (var dn = 0; dn < 4; dn++) {
        let p_max_term = p_sum[4 * dg + dn] * inverseSqrt(f32(sizes_2.D));
        let p_max_term2 = select(-3.4028234663852886e38, p_max_term, n2 + dn < sizes_2.N);
        p_max_part[dg] = max(p_max_part[dg], p_max_term2);
      }
    }
    for (var r = 0; r < 4; r++) {
      for (var step = 0; step < 2; step++) {
        p_max_part[r] = max(p_max_part[r], subgroupShuffleXor(p_max_part[r], u32(1 << u32(step))));
      }
    }
    for (var part = 0; part < 2; part++) {
      for (var r = 0; r < 2; r++) {
        partials_0_2[r * 256 + thread] = p_max_part[part * 2 + r];
      }
      workgroupBarrier();
      for (var r = 0; r < 2; r++) {
        p_max_part[part * 2 + r] = partials_0_2[r * 256 + leader];
        for (var other = 0; other < 3; other++) {
          p_max_part[part * 2 + r] = max(p_max_part[part * 2 + r], partials_0_2[r * 256 + leader + 4 * (other + 1)]);
        }
      }
      workgroupBarrier();
    }
    var p_max_new: array<f32, 4>;
    var p_sum2_scale: array<f32, 4>;
    for (var dg = 0; dg < 4; dg++) {
      p_max_new[dg] = max(p_max[dg], p_max_part[dg]);
      p_sum2_scale[dg] = exp(p_max[dg] - p_max_new[dg]);
    }
    var p_sum2_part: array<f32, 4>;
    for (var r = 0; r < 4; r++) {
      p_sum2_part[r] = 0.0;
    }
    for (var dg = 0; dg < 4; dg++) {
      for (var dn = 0; dn < 4; dn++) {
        let p_sum2_term = exp(p_sum[4 * dg + dn] * inverseSqrt(f32(sizes_2.D)) - p_max_new[dg]);
        let p_sum2_term2 = select(0.0, p_sum2_term, n2 + dn < sizes_2.N);
        p_sum2_part[dg] += p_sum2_term2;
      }
    }
    for (var r = 0; r < 4; r++) {
      for (var step = 0; step < 2; step++) {
        p_sum2_part[r] += subgroupShuffleXor(p_sum2_part[r], u32(1 << u32(step)));
      }
    }
    for (var part = 0; part < 2; part++) {
      for (var r = 0; r < 2; r++) {
        partials_1[r * 256 + thread] = p_sum2_part[part * 2 + r];
      }
      workgroupBarrier();
      for (var r = 0; r < 2; r++) {
        p_sum2_part[part * 2 + r] = partials_1[r * 256 + leader];
        for (var other = 0; other < 3; other++) {
          p_sum2_part[part * 2 + r] += partials_1[r * 256 + leader + 4 * (other + 1)];
        }
      }
      workgroupBarrier();
    }
    for (var dg = 0; dg < 4; dg++) {
      p_sum2[dg] = p_sum2[dg] * p_sum2_scale[dg] + p_sum2_part[dg];
      p_max[dg] = p_max_new[dg];
    }
  }
  for (var dg = 0; dg < 4; dg++) {
    if (g3 + dg < sizes_2.G && (thread & 15) == 0) { p_sum2_mem[(b * sizes_2.H + h) * sizes_2.G + g3 + dg] = p_sum2[dg]; }
  }
}

struct Sizes_3 { T: i32, C: i32, B: i32, H: i32, G: i32, D: i32, N: i32 }

@group(0) @binding(0) var<storage, read> q4: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> L3: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> p_max_mem2: array<f32>;
@group(0) @binding(3) var<storage, read> p_sum2_mem2: array<f32>;
@group(0) @binding(4) var<storage, read_write> at_topk_of_mem: array<vec4<f32>>;
@group(0) @binding(5) var<uniform> sizes_3: Sizes_3;
var<workgroup> q2_3: array<f32, 1088>;
var<workgroup> l3: array<f32, 1088>;
var<workgroup> partials_0_3: array<f32, 1024>;

fn load4_q4(i: i32) -> array<f32, 4> {
  let unit0 = q4[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_q4_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_q4(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_L3(i: i32) -> array<f32, 4> {
  let unit0 = L3[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_L3_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_L3(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_q2_3(i: i32) -> array<f32, 4> {
  let unit0 = q2_3[i];
  let unit1 = q2_3[i + 1];
  let unit2 = q2_3[i + 2];
  let unit3 = q2_3[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_l3(i: i32) -> array<f32, 4> {
  let unit0 = l3[i];
  let unit1 = l3[i + 1];
  let unit2 = l3[i + 2];
  let unit3 = l3[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn store4_at_topk_of_mem(i: i32, values: array<f32, 4>) {
  at_topk_of_mem[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn select_aligned_3(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tg = thread >> 2u;
  let td = 4 * (thread & 3);
  let tg2 = 4 * (thread >> 4u);
  let tn = 4 * (thread & 15);
  let leader = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_3.B * sizes_3.H * ((sizes_3.N + 60) / 64) <= group) { return; }
  let n_count = (sizes_3.N + 60) / 64;
  let in_plane = group % (sizes_3.H * n_count);
  let panel_groups = 8 * n_count;
  let first_row = in_plane / panel_groups * 8;
  let panel_rows = min(8, sizes_3.H - first_row);
  let in_panel = in_plane % panel_groups;
  let h = first_row + in_panel % panel_rows;
  let n = in_panel / panel_rows;
  let b = group / (sizes_3.H * n_count);
  let n2 = 64 * n + tg;
  let n3 = 64 * n + tn;

  // shadow_decode.tdsl:11: let at[b, h, t] = topk(n -> t: T) max(g: G) p[b, h, g, n]
  var at_topk_of: array<f32, 4>;
  for (var dn = 0; dn < 4; dn++) {
    at_topk_of[dn] = -3.4028234663852886e38;
  }
  for (var g_2_step = 0; g_2_step < (sizes_3.G + 63) / 64; g_2_step++) {
    let g = 64 * g_2_step + tg;
    let g2 = 64 * g_2_step + tg2;
    var p_sum: array<f32, 16>;
    for (var r = 0; r < 16; r++) {
      p_sum[r] = 0.0;
    }
    for (var d_step = 0; d_step < (sizes_3.D + 8) / 16; d_step++) {
      let d = 16 * d_step + td;
      workgroupBarrier();
      var q5 = load4_q4_or((b * sizes_3.G * sizes_3.H + g + h * sizes_3.G) * sizes_3.D + d, g < sizes_3.G && d < sizes_3.D, 0.0);
      for (var v = 0; v < 4; v++) {
        q2_3[68 * (td + v) + tg] = q5[v];
      }
      var l4 = load4_L3_or(((b * sizes_3.H + h) * sizes_3.N + n2) * sizes_3.D + d, n2 < sizes_3.N && d < sizes_3.D, 0.0);
      for (var v = 0; v < 4; v++) {
        l3[68 * (td + v) + tg] = l4[v];
      }
      workgroupBarrier();
      for (var dd = 0; dd < 16; dd++) {
        var q2_reg = load4_q2_3(68 * dd + tg2);
        var l_reg = load4_l3(68 * dd + tn);
        for (var dg = 0; dg < 4; dg++) {
          for (var dn = 0; dn < 4; dn++) {
            p_sum[4 * dg + dn] += q2_reg[dg] * l_reg[dn];
          }
        }
      }
    }
    var p_max_mem3: array<f32, 4>;
    var p_sum2_mem3: array<f32, 4>;
    for (var dg = 0; dg < 4; dg++) {
      p_max_mem3[dg] = 0.0;
      if (g2 + dg < sizes_3.G) { p_max_mem3[dg] = p_max_mem2[(b * sizes_3.H + h) * sizes_3.G + g2 + dg]; }
      p_sum2_mem3[dg] = 0.0;
      if (g2 + dg < sizes_3.G) { p_sum2_mem3[dg] = p_sum2_mem2[(b * sizes_3.H + h) * sizes_3.G + g2 + dg]; }
    }
    var at_topk_of_part: array<f32, 4>;
    for (var r = 0; r < 4; r++) {
      at_topk_of_part[r] = -3.4028234663852886e38;
    }
    for (var dg = 0; dg < 4; dg++) {
      for (var dn = 0; dn < 4; dn++) {
        let at_topk_of_term = exp(p_sum[4 * dg + dn] * inverseSqrt(f32(sizes_3.D)) - p_max_mem3[dg]) * select(0.0, 1.0 / p_sum2_mem3[dg], p_sum2_mem3[dg] > 0.0);
        let at_topk_of_term2 = select(-3.4028234663852886e38, at_topk_of_term, g2 + dg < sizes_3.G);
        at_topk_of_part[dn] = max(at_topk_of_part[dn], at_topk_of_term2);
      }
    }
    workgroupBarrier();
    for (var r = 0; r < 4; r++) {
      partials_0_3[r * 256 + thread] = at_topk_of_part[r];
    }
    workgroupBarrier();
    for (var r = 0; r < 4; r++) {
      at_topk_of_part[r] = partials_0_3[r * 256 + leader];
      for (var other = 0; other < 15; other++) {
        at_topk_of_part[r] = max(at_topk_of_part[r], partials_0_3[r * 256 + leader + 16 * (other + 1)]);
      }
    }
    for (var dn = 0; dn < 4; dn++) {
      at_topk_of[dn] = max(at_topk_of[dn], at_topk_of_part[dn]);
    }
  }
  if (n3 < sizes_3.N && thread < 16) { store4_at_topk_of_mem((b * sizes_3.H + h) * sizes_3.N + n3, at_topk_of); }
}

struct Sizes_4 { T: i32, C: i32, B: i32, H: i32, G: i32, D: i32, N: i32 }

@group(0) @binding(0) var<storage, read> at_topk_of_mem2: array<f32>;
@group(0) @binding(1) var<storage, read_write> at_topk_rank_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes_4: Sizes_4;
var<workgroup> partials_int_0: array<i32, 256>;
var<workgroup> partials_int_1: array<i32, 256>;

@compute @workgroup_size(256)
fn select_aligned_4(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_4.B * sizes_4.H * sizes_4.N <= group) { return; }
  let n = group % sizes_4.N;
  let outer = group / sizes_4.N;
  let h = outer % sizes_4.H;
  let b = outer / sizes_4.H;

  // shadow_decode.tdsl:11: let at[b, h, t] = topk(n -> t: T) max(g: G) p[b, h, g, n]
  var at_topk_rank = 0;
  let at_topk_of_mem3 = at_topk_of_mem2[(b * sizes_4.H + h) * sizes_4.N + n];
  var at_topk_rank_part = 0;
  for (var dn = 0; dn < 4; dn++) {
    let at_topk_of_mem4 = at_topk_of_mem2[(b * sizes_4.H + h) * sizes_4.N + max(0, min(1024 * (n >> 10u) + 4 * thread + dn, sizes_4.N - 1))];
    let at_topk_rank_term = select(0, 1, 1024 * (n >> 10u) + 4 * thread + dn < sizes_4.N && (at_topk_of_mem3 < at_topk_of_mem4 || (at_topk_of_mem4 == at_topk_of_mem3 && 1024 * (n >> 10u) + 4 * thread + dn < n)));
    at_topk_rank_part += at_topk_rank_term;
  }
  at_topk_rank += at_topk_rank_part;
  var at_topk_rank_part2 = at_topk_rank;
  for (var step = 0; step < 2; step++) {
    at_topk_rank_part2 += subgroupShuffleXor(at_topk_rank_part2, u32(1 << u32(step)));
  }
  partials_int_0[thread] = at_topk_rank_part2;
  workgroupBarrier();
  at_topk_rank_part2 = partials_int_0[leader];
  for (var other = 0; other < 15; other++) {
    at_topk_rank_part2 += partials_int_0[leader + 4 * (other + 1)];
  }
  partials_int_1[thread] = at_topk_rank_part2;
  workgroupBarrier();
  at_topk_rank_part2 = partials_int_1[leader2];
  for (var other = 0; other < 3; other++) {
    at_topk_rank_part2 += partials_int_1[leader2 + 64 * (other + 1)];
  }
  if (thread == 0) { at_topk_rank_mem[(b * sizes_4.H + h) * sizes_4.N + n] = at_topk_rank_part2; }
}

struct Sizes_5 { T: i32, C: i32, B: i32, H: i32, G: i32, D: i32, N: i32 }

@group(0) @binding(0) var<storage, read> at_topk_rank_mem2: array<i32>;
@group(0) @binding(1) var<storage, read_write> at_topk_best_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes_5: Sizes_5;
var<workgroup> partials_int_0_2: array<i32, 256>;
var<workgroup> partials_int_1_2: array<i32, 256>;

@compute @workgroup_size(256)
fn select_aligned_5(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_5.B * sizes_5.H * ((sizes_5.N + 1020) / 1024) * min(sizes_5.T, 1024) <= group) { return; }
  let rank_count = min(sizes_5.T, 1024);
  let rank = group % rank_count;
  let outer = group / rank_count;
  let piece_count = (sizes_5.N + 1020) / 1024;
  let piece2 = outer % piece_count;
  let outer2 = outer / piece_count;
  let h = outer2 % sizes_5.H;
  let b = outer2 / sizes_5.H;

  // shadow_decode.tdsl:11: let at[b, h, t] = topk(n -> t: T) max(g: G) p[b, h, g, n]
  var at_topk_best_max = -2147483648;
  var at_topk_best_max_part = -2147483648;
  for (var dn = 0; dn < 4; dn++) {
    let at_topk_rank_mem3 = at_topk_rank_mem2[(b * sizes_5.H + h) * sizes_5.N + max(0, min(1024 * piece2 + 4 * thread + dn, sizes_5.N - 1))];
    let at_topk_best_max_term = 1024 * piece2 + 4 * thread + dn;
    let at_topk_best_max_term2 = select(-2147483648, at_topk_best_max_term, 1024 * piece2 + 4 * thread + dn < sizes_5.N && at_topk_rank_mem3 == rank);
    at_topk_best_max_part = whole_max(at_topk_best_max_part, at_topk_best_max_term2);
  }
  at_topk_best_max = whole_max(at_topk_best_max, at_topk_best_max_part);
  var at_topk_best_max_part2 = at_topk_best_max;
  for (var step = 0; step < 2; step++) {
    at_topk_best_max_part2 = whole_max(at_topk_best_max_part2, subgroupShuffleXor(at_topk_best_max_part2, u32(1 << u32(step))));
  }
  partials_int_0_2[thread] = at_topk_best_max_part2;
  workgroupBarrier();
  at_topk_best_max_part2 = partials_int_0_2[leader];
  for (var other = 0; other < 15; other++) {
    at_topk_best_max_part2 = whole_max(at_topk_best_max_part2, partials_int_0_2[leader + 4 * (other + 1)]);
  }
  partials_int_1_2[thread] = at_topk_best_max_part2;
  workgroupBarrier();
  at_topk_best_max_part2 = partials_int_1_2[leader2];
  for (var other = 0; other < 3; other++) {
    at_topk_best_max_part2 = whole_max(at_topk_best_max_part2, partials_int_1_2[leader2 + 64 * (other + 1)]);
  }
  let at_topk_best_mem2 = max(at_topk_best_max_part2, -1);
  if (thread == 0) {
    at_topk_best_mem[((b * sizes_5.H + h) * ((sizes_5.N + 1023) / 1024) + piece2) * min(sizes_5.T, 1024) + rank] = at_topk_best_mem2;
  }
}

struct Sizes_6 { T: i32, C: i32, B: i32, H: i32, G: i32, D: i32, N: i32 }

@group(0) @binding(0) var<storage, read> at_topk_best_mem2: array<i32>;
@group(0) @binding(1) var<storage, read> at_topk_of_mem3: array<f32>;
@group(0) @binding(2) var<storage, read_write> at_topk_best_of_mem: array<f32>;
@group(0) @binding(3) var<uniform> sizes_6: Sizes_6;

@compute @workgroup_size(256)
fn select_aligned_6(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_6.B * sizes_6.H * ((sizes_6.N + 1020) / 1024) * min(sizes_6.T, 1024) + 255) / 256 <= group) { return; }
  let bhpiecerank = group;
  let b = (thread + 256 * bhpiecerank) / (sizes_6.H * ((sizes_6.N + 1020) / 1024) * min(sizes_6.T, 1024));
  let h = (thread + 256 * bhpiecerank) / ((sizes_6.N + 1020) / 1024 * min(sizes_6.T, 1024)) % sizes_6.H;
  let piece2 = (thread + 256 * bhpiecerank) / min(sizes_6.T, 1024) % ((sizes_6.N + 1020) / 1024);
  let rank = (thread + 256 * bhpiecerank) % min(sizes_6.T, 1024);

  // shadow_decode.tdsl:11: let at[b, h, t] = topk(n -> t: T) max(g: G) p[b, h, g, n]
  var at_topk_best_mem3 = 0;
  if (b < sizes_6.B) { at_topk_best_mem3 = at_topk_best_mem2[((b * sizes_6.H + h) * ((sizes_6.N + 1023) / 1024) + piece2) * min(sizes_6.T, 1024) + rank]; }
  let at_topk_of_mem4 = at_topk_of_mem3[(max(0, min(b, sizes_6.B - 1)) * sizes_6.H + h) * sizes_6.N + max(0, min(at_topk_best_mem3, sizes_6.N - 1))];
  if (b < sizes_6.B) {
    at_topk_best_of_mem[((b * sizes_6.H + h) * ((sizes_6.N + 1023) / 1024) + piece2) * min(sizes_6.T, 1024) + rank] = at_topk_of_mem4;
  }
}

struct Sizes_7 { T: i32, C: i32, B: i32, H: i32, G: i32, D: i32, N: i32 }

@group(0) @binding(0) var<storage, read> at_topk_best_mem3: array<i32>;
@group(0) @binding(1) var<storage, read> at_topk_best_of_mem2: array<f32>;
@group(0) @binding(2) var<storage, read_write> at_topk_place_mem: array<i32>;
@group(0) @binding(3) var<uniform> sizes_7: Sizes_7;
var<workgroup> partials_int_0_3: array<i32, 256>;
var<workgroup> partials_int_1_3: array<i32, 256>;

@compute @workgroup_size(256)
fn select_aligned_7(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_7.B * sizes_7.H * ((sizes_7.N + 1020) / 1024) * min(sizes_7.T, 1024) <= group) { return; }
  let rank_count = min(sizes_7.T, 1024);
  let rank = group % rank_count;
  let outer = group / rank_count;
  let piece_count = (sizes_7.N + 1020) / 1024;
  let piece2 = outer % piece_count;
  let outer2 = outer / piece_count;
  let h = outer2 % sizes_7.H;
  let b = outer2 / sizes_7.H;

  // shadow_decode.tdsl:11: let at[b, h, t] = topk(n -> t: T) max(g: G) p[b, h, g, n]
  var at_topk_place_sum = 0;
  for (var at_piece_5_step = 0; at_piece_5_step < (sizes_7.N + 1020) / 1024; at_piece_5_step++) {
    for (var at_rank_5_step = 0; at_rank_5_step < (min(sizes_7.T, 1024) + 1023) / 1024; at_rank_5_step++) {
      var at_topk_best_mem4: array<i32, 4>;
      for (var drank = 0; drank < 4; drank++) {
        at_topk_best_mem4[drank] = 0;
        if (1024 * at_rank_5_step + 4 * thread + drank < min(sizes_7.T, 1024)) { at_topk_best_mem4[drank] = at_topk_best_mem3[((b * sizes_7.H + h) * ((sizes_7.N + 1023) / 1024) + at_piece_5_step) * min(sizes_7.T, 1024) + 1024 * at_rank_5_step + 4 * thread + drank]; }
      }
      let at_topk_best_of_mem3 = at_topk_best_of_mem2[((b * sizes_7.H + h) * ((sizes_7.N + 1023) / 1024) + piece2) * min(sizes_7.T, 1024) + rank];
      var at_topk_best_of_mem4: array<f32, 4>;
      for (var drank = 0; drank < 4; drank++) {
        at_topk_best_of_mem4[drank] = 0.0;
        if (1024 * at_rank_5_step + 4 * thread + drank < min(sizes_7.T, 1024)) { at_topk_best_of_mem4[drank] = at_topk_best_of_mem2[((b * sizes_7.H + h) * ((sizes_7.N + 1023) / 1024) + at_piece_5_step) * min(sizes_7.T, 1024) + 1024 * at_rank_5_step + 4 * thread + drank]; }
      }
      let at_topk_best_mem5 = at_topk_best_mem3[((b * sizes_7.H + h) * ((sizes_7.N + 1023) / 1024) + piece2) * min(sizes_7.T, 1024) + rank];
      var at_topk_place_sum_part = 0;
      for (var drank = 0; drank < 4; drank++) {
        let at_topk_place_sum_term = select(0, 1, 1024 * at_rank_5_step + 4 * thread + drank < min(sizes_7.T, 1024) && at_topk_best_mem4[drank] >= 0 && (at_topk_best_of_mem3 < at_topk_best_of_mem4[drank] || (at_topk_best_of_mem4[drank] == at_topk_best_of_mem3 && at_topk_best_mem4[drank] < at_topk_best_mem5)));
        at_topk_place_sum_part += at_topk_place_sum_term;
      }
      at_topk_place_sum += at_topk_place_sum_part;
    }
  }
  var at_topk_place_sum_part = at_topk_place_sum;
  for (var step = 0; step < 2; step++) {
    at_topk_place_sum_part += subgroupShuffleXor(at_topk_place_sum_part, u32(1 << u32(step)));
  }
  partials_int_0_3[thread] = at_topk_place_sum_part;
  workgroupBarrier();
  at_topk_place_sum_part = partials_int_0_3[leader];
  for (var other = 0; other < 15; other++) {
    at_topk_place_sum_part += partials_int_0_3[leader + 4 * (other + 1)];
  }
  partials_int_1_3[thread] = at_topk_place_sum_part;
  workgroupBarrier();
  at_topk_place_sum_part = partials_int_1_3[leader2];
  for (var other = 0; other < 3; other++) {
    at_topk_place_sum_part += partials_int_1_3[leader2 + 64 * (other + 1)];
  }
  let at_topk_best_mem4 = at_topk_best_mem3[((b * sizes_7.H + h) * ((sizes_7.N + 1023) / 1024) + piece2) * min(sizes_7.T, 1024) + rank];
  let at_topk_place_mem2 = select(2147483647, at_topk_place_sum_part, at_topk_best_mem4 >= 0);
  if (thread == 0) {
    at_topk_place_mem[((b * sizes_7.H + h) * ((sizes_7.N + 1023) / 1024) + piece2) * min(sizes_7.T, 1024) + rank] = at_topk_place_mem2;
  }
}

struct Sizes_8 { T: i32, C: i32, B: i32, H: i32, G: i32, D: i32, N: i32 }

@group(0) @binding(0) var<storage, read> at_topk_place_mem2: array<i32>;
@group(0) @binding(1) var<storage, read> at_topk_best_mem4: array<i32>;
@group(0) @binding(2) var<storage, read_write> at_mem: array<i32>;
@group(0) @binding(3) var<uniform> sizes_8: Sizes_8;
var<workgroup> partials_int_0_4: array<i32, 256>;
var<workgroup> partials_int_1_4: array<i32, 256>;

@compute @workgroup_size(256)
fn select_aligned_8(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_8.B * sizes_8.H * sizes_8.T <= group) { return; }
  let t = group % sizes_8.T;
  let outer = group / sizes_8.T;
  let h = outer % sizes_8.H;
  let b = outer / sizes_8.H;

  // shadow_decode.tdsl:11: let at[b, h, t] = topk(n -> t: T) max(g: G) p[b, h, g, n]
  var at_max = -2147483648;
  for (var at_piece_6_step = 0; at_piece_6_step < (sizes_8.N + 1020) / 1024; at_piece_6_step++) {
    for (var at_rank_6_step = 0; at_rank_6_step < (min(sizes_8.T, 1024) + 1023) / 1024; at_rank_6_step++) {
      var at_max_part = -2147483648;
      for (var drank = 0; drank < 4; drank++) {
        var at_topk_place_mem3 = 0;
        if (1024 * at_rank_6_step + 4 * thread + drank < min(sizes_8.T, 1024)) { at_topk_place_mem3 = at_topk_place_mem2[((b * sizes_8.H + h) * ((sizes_8.N + 1023) / 1024) + at_piece_6_step) * min(sizes_8.T, 1024) + 1024 * at_rank_6_step + 4 * thread + drank]; }
        var at_topk_best_mem5 = 0;
        if (1024 * at_rank_6_step + 4 * thread + drank < min(sizes_8.T, 1024)) { at_topk_best_mem5 = at_topk_best_mem4[((b * sizes_8.H + h) * ((sizes_8.N + 1023) / 1024) + at_piece_6_step) * min(sizes_8.T, 1024) + 1024 * at_rank_6_step + 4 * thread + drank]; }
        let at_max_term = select(-2147483648, at_topk_best_mem5, 1024 * at_rank_6_step + 4 * thread + drank < min(sizes_8.T, 1024) && at_topk_place_mem3 == t);
        at_max_part = whole_max(at_max_part, at_max_term);
      }
      at_max = whole_max(at_max, at_max_part);
    }
  }
  var at_max_part = at_max;
  for (var step = 0; step < 2; step++) {
    at_max_part = whole_max(at_max_part, subgroupShuffleXor(at_max_part, u32(1 << u32(step))));
  }
  partials_int_0_4[thread] = at_max_part;
  workgroupBarrier();
  at_max_part = partials_int_0_4[leader];
  for (var other = 0; other < 15; other++) {
    at_max_part = whole_max(at_max_part, partials_int_0_4[leader + 4 * (other + 1)]);
  }
  partials_int_1_4[thread] = at_max_part;
  workgroupBarrier();
  at_max_part = partials_int_1_4[leader2];
  for (var other = 0; other < 3; other++) {
    at_max_part = whole_max(at_max_part, partials_int_1_4[leader2 + 64 * (other + 1)]);
  }
  let at_mem2 = max(at_max_part, -1);
  if (thread == 0) { at_mem[(b * sizes_8.H + h) * sizes_8.T + t] = at_mem2; }
}

struct Sizes_9 { T: i32, C: i32, B: i32, H: i32, G: i32, D: i32, N: i32 }

@group(0) @binding(0) var<storage, read> kept: array<i32>;
@group(0) @binding(1) var<storage, read> at_mem2: array<vec4<i32>>;
@group(0) @binding(2) var<storage, read_write> chunk: array<vec4<i32>>;
@group(0) @binding(3) var<uniform> sizes_9: Sizes_9;

fn load4_at_mem2(i: i32) -> array<i32, 4> {
  let unit0 = at_mem2[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_at_mem2_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_at_mem2(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

fn store4_chunk(i: i32, values: array<i32, 4>) {
  chunk[i >> 2u] = vec4<i32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn select_aligned_9(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_9.B * sizes_9.H * (sizes_9.T / 4) + 255) / 256 <= group) { return; }
  let bht = group;
  let b = (thread + 256 * bht) / (sizes_9.H * (sizes_9.T / 4));
  let h = (thread + 256 * bht) / (sizes_9.T / 4) % sizes_9.H;
  let t = (thread + 256 * bht) % (sizes_9.T / 4);

  // shadow_decode.tdsl:12: chunk[b, h, t] = kept[b, h, at[b, h, t]]
  var kept2: array<i32, 4>;
  var at_mem3 = load4_at_mem2_or((b * sizes_9.H + h) * sizes_9.T + 4 * t, b < sizes_9.B, 0);
  for (var v = 0; v < 4; v++) {
    kept2[v] = 0;
    if (b < sizes_9.B) { kept2[v] = kept[(b * sizes_9.H + h) * sizes_9.N + at_mem3[v]]; }
  }
  if (b < sizes_9.B) { store4_chunk((b * sizes_9.H + h) * sizes_9.T + 4 * t, kept2); }
}

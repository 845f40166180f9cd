// rebuild_aligned_1, rebuild_aligned_2: made by tdsl from shadow_decode.tdsl for wgsl. Change the source, not this file.
// Relies on R % 8 == 0, D % 8 == 0, T % 16 == 0.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { J: i32, B: i32, C: i32, R: i32, H: i32, D: i32, T: i32 }

@group(0) @binding(0) var<storage, read> U: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> SV: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> slot: array<i32>;
@group(0) @binding(3) var<storage, read_write> pre_mem: array<vec4<f32>>;
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> u: array<f32, 1088>;
var<workgroup> sv: array<vec4<f32>, 272>;

fn load4_U(i: i32) -> array<f32, 4> {
  let unit0 = U[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_U_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_U(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_SV(i: i32) -> array<f32, 4> {
  let unit0 = SV[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_SV_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_SV(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn store4_sv(i: i32, values: array<f32, 4>) {
  sv[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

fn load4_u(i: i32) -> array<f32, 4> {
  let unit0 = u[i];
  let unit1 = u[i + 1];
  let unit2 = u[i + 2];
  let unit3 = u[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_sv(i: i32) -> array<f32, 4> {
  let unit0 = sv[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn store4_pre_mem(i: i32, values: array<f32, 4>) {
  pre_mem[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn rebuild_aligned_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tj = thread >> 2u;
  let tr = 4 * (thread & 3);
  let tr2 = thread >> 4u;
  let td = 4 * (thread & 15);
  let tj2 = 4 * (thread >> 4u);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B * sizes.H * sizes.T * ((sizes.D + 56) / 64) * ((sizes.J + 63) / 64) <= group) { return; }
  let j_count = (sizes.J + 63) / 64;
  let d_count = (sizes.D + 56) / 64;
  let in_plane = group % (j_count * d_count);
  let panel_groups = 8 * d_count;
  let first_row = in_plane / panel_groups * 8;
  let panel_rows = min(8, j_count - first_row);
  let in_panel = in_plane % panel_groups;
  let j = first_row + in_panel % panel_rows;
  let outer = group / (j_count * d_count);
  let t = outer % sizes.T;
  let outer2 = outer / sizes.T;
  let h = outer2 % sizes.H;
  let b = outer2 / sizes.H;
  let j2 = 64 * j + tj;
  let d2 = 64 * (in_panel / panel_rows) + td;
  let j3 = 64 * j + tj2;

  // shadow_decode.tdsl:47: let pre[b, h, t, j: J, d] = sum(r) U[b, slot[b, h, t]*J + j, r] * SV[b, h, r, d]
  var pre: array<f32, 16>;
  for (var r = 0; r < 16; r++) {
    pre[r] = 0.0;
  }
  for (var r_step = 0; r_step < (sizes.R + 8) / 16; r_step++) {
    let r = 16 * r_step + tr;
    let r2 = 16 * r_step + tr2;
    workgroupBarrier();
    let slot2 = slot[(b * sizes.H + h) * sizes.T + t];
    var u2 = load4_U_or((b * sizes.C * sizes.J + j2 + slot2 * sizes.J) * sizes.R + r, j2 < sizes.J && r < sizes.R, 0.0);
    for (var v = 0; v < 4; v++) {
      let u_fill = select(0.0, u2[v], r + v < sizes.R);
      u[68 * (tr + v) + tj] = u_fill;
    }
    var sv2 = load4_SV_or(((b * sizes.H + h) * sizes.R + r2) * sizes.D + d2, r2 < sizes.R && d2 < sizes.D, 0.0);
    store4_sv(68 * tr2 + td, sv2);
    workgroupBarrier();
    for (var dr = 0; dr < 16; dr++) {
      var u_reg = load4_u(68 * dr + tj2);
      var sv_reg = load4_sv(68 * dr + td);
      for (var dj = 0; dj < 4; dj++) {
        for (var dd = 0; dd < 4; dd++) {
          pre[4 * dj + dd] += u_reg[dj] * sv_reg[dd];
        }
      }
    }
  }
  for (var dj = 0; dj < 4; dj++) {
    if (j3 + dj < sizes.J && d2 < sizes.D) {
      store4_pre_mem((((b * sizes.H + h) * sizes.T + t) * sizes.J + j3 + dj) * sizes.D + d2, array<f32, 4>(pre[4 * dj], pre[4 * dj + 1], pre[4 * dj + 2], pre[4 * dj + 3]));
    }
  }
}

struct Sizes_2 { J: i32, B: i32, C: i32, R: i32, H: i32, D: i32, T: i32 }

@group(0) @binding(0) var<storage, read> U2: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> SV2: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> slot2: array<i32>;
@group(0) @binding(3) var<storage, read> fresh: array<u32>; // bool, 4 a word
@group(0) @binding(4) var<storage, read> table: array<f32>;
@group(0) @binding(5) var<storage, read> pre_mem2: array<f32>;
@group(0) @binding(6) var<storage, read_write> S: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(7) var<uniform> sizes_2: Sizes_2;
var<workgroup> u2: array<f32, 1088>;
var<workgroup> sv2: array<vec4<f32>, 272>;

fn load4_U2(i: i32) -> array<f32, 4> {
  let unit0 = U2[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_U2_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_U2(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_SV2(i: i32) -> array<f32, 4> {
  let unit0 = SV2[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_SV2_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_SV2(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn store4_sv2(i: i32, values: array<f32, 4>) {
  sv2[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

fn load4_u2(i: i32) -> array<f32, 4> {
  let unit0 = u2[i];
  let unit1 = u2[i + 1];
  let unit2 = u2[i + 2];
  let unit3 = u2[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_sv2(i: i32) -> array<f32, 4> {
  let unit0 = sv2[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load_fresh(i: i32) -> bool {
  return extractBits(fresh[i >> 2u], 8u * u32(i & 3), 8u) != 0u;
}

fn load4_S(i: i32) -> array<f32, 4> {
  let unit0 = S[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_S_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_S(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn store4_S(i: i32, values: array<f32, 4>) {
  S[i >> 2u] = vec2<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u));
}

@compute @workgroup_size(256)
fn rebuild_aligned_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tj = thread >> 2u;
  let tr = 4 * (thread & 3);
  let tr2 = thread >> 4u;
  let td = 4 * (thread & 15);
  let tj2 = 4 * (thread >> 4u);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_2.B * sizes_2.H * sizes_2.T * ((sizes_2.D + 56) / 64) * ((sizes_2.J + 63) / 64) <= group) { return; }
  let j_count = (sizes_2.J + 63) / 64;
  let d_count = (sizes_2.D + 56) / 64;
  let in_plane = group % (j_count * d_count);
  let panel_groups = 8 * d_count;
  let first_row = in_plane / panel_groups * 8;
  let panel_rows = min(8, j_count - first_row);
  let in_panel = in_plane % panel_groups;
  let j = first_row + in_panel % panel_rows;
  let outer = group / (j_count * d_count);
  let t = outer % sizes_2.T;
  let outer2 = outer / sizes_2.T;
  let h = outer2 % sizes_2.H;
  let b = outer2 / sizes_2.H;
  let j2 = 64 * j + tj;
  let d2 = 64 * (in_panel / panel_rows) + td;
  let j3 = 64 * j + tj2;

  // shadow_decode.tdsl:48: S[0, b, h, t*J + j, d] = if fresh[b, h, t]
  var pre: array<f32, 16>;
  for (var r = 0; r < 16; r++) {
    pre[r] = 0.0;
  }
  for (var r_step = 0; r_step < (sizes_2.R + 8) / 16; r_step++) {
    let r = 16 * r_step + tr;
    let r2 = 16 * r_step + tr2;
    workgroupBarrier();
    let slot3 = slot2[(b * sizes_2.H + h) * sizes_2.T + t];
    var u3 = load4_U2_or((b * sizes_2.C * sizes_2.J + j2 + slot3 * sizes_2.J) * sizes_2.R + r, j2 < sizes_2.J && r < sizes_2.R, 0.0);
    for (var v = 0; v < 4; v++) {
      let u_fill = select(0.0, u3[v], r + v < sizes_2.R);
      u2[68 * (tr + v) + tj] = u_fill;
    }
    var sv3 = load4_SV2_or(((b * sizes_2.H + h) * sizes_2.R + r2) * sizes_2.D + d2, r2 < sizes_2.R && d2 < sizes_2.D, 0.0);
    store4_sv2(68 * tr2 + td, sv3);
    workgroupBarrier();
    for (var dr = 0; dr < 16; dr++) {
      var u_reg = load4_u2(68 * dr + tj2);
      var sv_reg = load4_sv2(68 * dr + td);
      for (var dj = 0; dj < 4; dj++) {
        for (var dd = 0; dd < 4; dd++) {
          pre[4 * dj + dd] += u_reg[dj] * sv_reg[dd];
        }
      }
    }
  }
  let fresh2 = load_fresh((b * sizes_2.H + h) * sizes_2.T + t);
  let slot3 = slot2[(b * sizes_2.H + h) * sizes_2.T + t];
  var s: array<f32, 16>;
  for (var dj = 0; dj < 4; dj++) {
    var s2 = load4_S_or(((b * sizes_2.H + h) * sizes_2.J * sizes_2.T + j3 + t * sizes_2.J + dj) * sizes_2.D + d2, j3 + dj < sizes_2.J && d2 < sizes_2.D, 0.0);
    for (var v = 0; v < 4; v++) {
      var table2 = 0.0;
      if (j3 + dj < sizes_2.J && d2 + v < sizes_2.D) { table2 = table[2 * (j3 + slot3 * sizes_2.J + dj) * (sizes_2.D / 2) + (d2 + v) % (4 * (sizes_2.D / 8))]; }
      var pre_mem3 = 0.0;
      if (j3 + dj < sizes_2.J && d2 + v < sizes_2.D) { pre_mem3 = pre_mem2[(((b * sizes_2.H + h) * sizes_2.T + t) * sizes_2.J + j3 + dj) * sizes_2.D + (d2 + v) % (4 * (sizes_2.D / 8)) + 4 * (sizes_2.D / 8) - 4 * (sizes_2.D / 8) * ((d2 + v) / (4 * (sizes_2.D / 8)))]; }
      var table3 = 0.0;
      if (j3 + dj < sizes_2.J && d2 + v < sizes_2.D) { table3 = table[(2 * (j3 + slot3 * sizes_2.J + dj) + 1) * (sizes_2.D / 2) + (d2 + v) % (4 * (sizes_2.D / 8))]; }
      s[4 * dj + v] = select(s2[v], pre[4 * dj + v] * table2 + f32(2 * ((d2 + v) / (4 * (sizes_2.D / 8))) - 1) * pre_mem3 * table3, fresh2);
    }
  }
  for (var dj = 0; dj < 4; dj++) {
    if (j3 + dj < sizes_2.J && d2 < sizes_2.D) {
      store4_S(((b * sizes_2.H + h) * sizes_2.J * sizes_2.T + j3 + t * sizes_2.J + dj) * sizes_2.D + d2, array<f32, 4>(s[4 * dj], s[4 * dj + 1], s[4 * dj + 2], s[4 * dj + 3]));
    }
  }
}

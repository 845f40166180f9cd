// rebuild_1, rebuild_2: made by tdsl from shadow_decode.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { J: i32, B: i32, C: i32, R: i32, H: i32, D: i32, T: i32 }

@group(0) @binding(0) var<storage, read> U: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> SV: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> slot: array<i32>;
@group(0) @binding(3) var<storage, read_write> pre_mem: array<vec2<f32>>;
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> u: array<f32, 1088>;
var<workgroup> sv: array<vec4<f32>, 272>;

fn load_U(i: i32) -> f32 {
  return bitcast<f32>((U[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load2_SV(i: i32) -> array<f32, 2> {
  let unit0 = SV[i >> 1u];
  return array<f32, 2>(bitcast<f32>(unit0 << 16u), bitcast<f32>(unit0 & 0xffff0000u));
}

fn load2_SV_or(i: i32, inside: bool, fill: f32) -> array<f32, 2> {
  if (inside) { return load2_SV(i); }
  return array<f32, 2>(fill, fill);
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

fn store2_pre_mem(i: i32, values: array<f32, 2>) {
  pre_mem[i >> 1u] = vec2<f32>(values[0], values[1]);
}

@compute @workgroup_size(256)
fn rebuild_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tj = thread >> 2u;
  let tr = 4 * (thread & 3);
  let tr2 = thread >> 4u;
  let td = 4 * (thread & 15);
  let tj2 = 4 * (thread >> 4u);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B * sizes.H * sizes.T * ((sizes.D + 62) / 64) * ((sizes.J + 63) / 64) <= group) { return; }
  let j_count = (sizes.J + 63) / 64;
  let d_count = (sizes.D + 62) / 64;
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
  for (var r_step = 0; r_step < (sizes.R + 15) / 16; r_step++) {
    let r = 16 * r_step + tr;
    let r2 = 16 * r_step + tr2;
    workgroupBarrier();
    let slot2 = slot[(b * sizes.H + h) * sizes.T + t];
    for (var dr = 0; dr < 4; dr++) {
      var u2 = 0.0;
      if (j2 < sizes.J && dr + r < sizes.R) { u2 = load_U((b * sizes.C * sizes.J + j2 + slot2 * sizes.J) * sizes.R + dr + r); }
      let u_fill = select(0.0, u2, dr + r < sizes.R);
      u[68 * (tr + dr) + tj] = u_fill;
    }
    var sv2: array<f32, 4>;
    {
      let piece = load2_SV_or(((b * sizes.H + h) * sizes.R + r2) * sizes.D + d2, r2 < sizes.R && d2 < sizes.D, 0.0);
      sv2[0] = piece[0];
      sv2[1] = piece[1];
    }
    {
      let piece = load2_SV_or(((b * sizes.H + h) * sizes.R + r2) * sizes.D + d2 + 2, r2 < sizes.R && d2 + 3 <= sizes.D, 0.0);
      sv2[2] = piece[0];
      sv2[3] = piece[1];
    }
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
    for (var dd = 0; dd < 2; dd++) {
      if (j3 + dj < sizes.J && d2 + 2 * dd < sizes.D) {
        store2_pre_mem((((b * sizes.H + h) * sizes.T + t) * sizes.J + j3 + dj) * sizes.D + d2 + 2 * dd, array<f32, 2>(pre[4 * dj + 2 * dd], pre[4 * dj + 2 * dd + 1]));
      }
    }
  }
}

struct Sizes_2 { J: i32, B: i32, C: i32, R: i32, H: i32, D: i32, T: i32 }

@group(0) @binding(0) var<storage, read> U2: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> SV2: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> slot2: array<i32>;
@group(0) @binding(3) var<storage, read> fresh: array<u32>; // bool, 4 a word
@group(0) @binding(4) var<storage, read> table: array<f32>;
@group(0) @binding(5) var<storage, read> pre_mem2: array<f32>;
@group(0) @binding(6) var<storage, read_write> S: array<u32>; // bf16, 2 a word
@group(0) @binding(7) var<uniform> sizes_2: Sizes_2;
var<workgroup> u2: array<f32, 1088>;
var<workgroup> sv2: array<vec4<f32>, 272>;

fn load_U2(i: i32) -> f32 {
  return bitcast<f32>((U2[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load2_SV2(i: i32) -> array<f32, 2> {
  let unit0 = SV2[i >> 1u];
  return array<f32, 2>(bitcast<f32>(unit0 << 16u), bitcast<f32>(unit0 & 0xffff0000u));
}

fn load2_SV2_or(i: i32, inside: bool, fill: f32) -> array<f32, 2> {
  if (inside) { return load2_SV2(i); }
  return array<f32, 2>(fill, fill);
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

fn load2_S(i: i32) -> array<f32, 2> {
  let unit0 = S[i >> 1u];
  return array<f32, 2>(bitcast<f32>(unit0 << 16u), bitcast<f32>(unit0 & 0xffff0000u));
}

fn load2_S_or(i: i32, inside: bool, fill: f32) -> array<f32, 2> {
  if (inside) { return load2_S(i); }
  return array<f32, 2>(fill, fill);
}

fn store2_S(i: i32, values: array<f32, 2>) {
  S[i >> 1u] = bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u);
}

@compute @workgroup_size(256)
fn rebuild_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tj = thread >> 2u;
  let tr = 4 * (thread & 3);
  let tr2 = thread >> 4u;
  let td = 4 * (thread & 15);
  let tj2 = 4 * (thread >> 4u);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_2.B * sizes_2.H * sizes_2.T * ((sizes_2.D + 62) / 64) * ((sizes_2.J + 63) / 64) <= group) { return; }
  let j_count = (sizes_2.J + 63) / 64;
  let d_count = (sizes_2.D + 62) / 64;
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
  for (var r_step = 0; r_step < (sizes_2.R + 15) / 16; r_step++) {
    let r = 16 * r_step + tr;
    let r2 = 16 * r_step + tr2;
    workgroupBarrier();
    let slot3 = slot2[(b * sizes_2.H + h) * sizes_2.T + t];
    for (var dr = 0; dr < 4; dr++) {
      var u3 = 0.0;
      if (j2 < sizes_2.J && dr + r < sizes_2.R) { u3 = load_U2((b * sizes_2.C * sizes_2.J + j2 + slot3 * sizes_2.J) * sizes_2.R + dr + r); }
      let u_fill = select(0.0, u3, dr + r < sizes_2.R);
      u2[68 * (tr + dr) + tj] = u_fill;
    }
    var sv3: array<f32, 4>;
    {
      let piece = load2_SV2_or(((b * sizes_2.H + h) * sizes_2.R + r2) * sizes_2.D + d2, r2 < sizes_2.R && d2 < sizes_2.D, 0.0);
      sv3[0] = piece[0];
      sv3[1] = piece[1];
    }
    {
      let piece = load2_SV2_or(((b * sizes_2.H + h) * sizes_2.R + r2) * sizes_2.D + d2 + 2, r2 < sizes_2.R && d2 + 3 <= sizes_2.D, 0.0);
      sv3[2] = piece[0];
      sv3[3] = piece[1];
    }
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
    for (var dd = 0; dd < 2; dd++) {
      var s2 = load2_S_or(((b * sizes_2.H + h) * sizes_2.J * sizes_2.T + j3 + t * sizes_2.J + dj) * sizes_2.D + d2 + 2 * dd, j3 + dj < sizes_2.J && d2 + 2 * dd < sizes_2.D, 0.0);
      for (var v = 0; v < 2; v++) {
        var table2 = 0.0;
        if (j3 + dj < sizes_2.J && d2 + 2 * dd + v < sizes_2.D) { table2 = table[2 * (j3 + slot3 * sizes_2.J + dj) * (sizes_2.D / 2) + (d2 + 2 * dd + v) % (sizes_2.D / 2)]; }
        var pre_mem3 = 0.0;
        if (j3 + dj < sizes_2.J && d2 + 2 * dd + v < sizes_2.D) { pre_mem3 = pre_mem2[(((b * sizes_2.H + h) * sizes_2.T + t) * sizes_2.J + j3 + dj) * sizes_2.D + sizes_2.D / 2 + (d2 + 2 * dd + v) % (sizes_2.D / 2) - sizes_2.D / 2 * ((d2 + 2 * dd + v) / (sizes_2.D / 2))]; }
        var table3 = 0.0;
        if (j3 + dj < sizes_2.J && d2 + 2 * dd + v < sizes_2.D) { table3 = table[(2 * (j3 + slot3 * sizes_2.J + dj) + 1) * (sizes_2.D / 2) + (d2 + 2 * dd + v) % (sizes_2.D / 2)]; }
        s[4 * dj + 2 * dd + v] = select(s2[v], pre[4 * dj + 2 * dd + v] * table2 + f32(2 * ((d2 + 2 * dd + v) / (sizes_2.D / 2)) - 1) * pre_mem3 * table3, fresh2);
      }
    }
  }
  for (var dj = 0; dj < 4; dj++) {
    for (var dd = 0; dd < 2; dd++) {
      if (j3 + dj < sizes_2.J && d2 + 2 * dd < sizes_2.D) {
        store2_S(((b * sizes_2.H + h) * sizes_2.J * sizes_2.T + j3 + t * sizes_2.J + dj) * sizes_2.D + d2 + 2 * dd, array<f32, 2>(s[4 * dj + 2 * dd], s[4 * dj + 2 * dd + 1]));
      }
    }
  }
}

// rebuild_thin_1, rebuild_thin_2: made by tdsl from shadow_decode.tdsl for wgsl. Change the source, not this file.

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
var<workgroup> partials_0: array<f32, 2048>;
var<workgroup> partials_1: array<f32, 2048>;

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

fn store2_pre_mem(i: i32, values: array<f32, 2>) {
  pre_mem[i >> 1u] = vec2<f32>(values[0], values[1]);
}

@compute @workgroup_size(256)
fn rebuild_thin_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tr = thread >> 3u;
  let td = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B * sizes.H * sizes.J * sizes.T * ((sizes.D + 62) / 64) <= group) { return; }
  let d_count = (sizes.D + 62) / 64;
  let d = group % d_count;
  let outer = group / d_count;
  let j = outer % sizes.J;
  let outer2 = outer / sizes.J;
  let t = outer2 % sizes.T;
  let outer3 = outer2 / sizes.T;
  let h = outer3 % sizes.H;
  let b = outer3 / sizes.H;

  // shadow_decode.tdsl:47: let pre[b, h, t, j: J, d] = sum(r) U[b, slot[b, h, t]*J + j, r] * SV[b, h, r, d]
  var pre: array<f32, 8>;
  for (var dd = 0; dd < 8; dd++) {
    pre[dd] = 0.0;
  }
  for (var r_step = 0; r_step < (sizes.R + 31) / 32; r_step++) {
    let slot2 = slot[(b * sizes.H + h) * sizes.T + t];
    var u = 0.0;
    if (tr + 32 * r_step < sizes.R) { u = load_U((b * sizes.C * sizes.J + j + slot2 * sizes.J) * sizes.R + tr + 32 * r_step); }
    for (var dd = 0; dd < 4; dd++) {
      var sv = load2_SV_or(((b * sizes.H + h) * sizes.R + tr + 32 * r_step) * sizes.D + 64 * d + 8 * td + 2 * dd, tr + 32 * r_step < sizes.R && 64 * d + 8 * td + 2 * dd < sizes.D, 0.0);
      for (var v = 0; v < 2; v++) {
        let pre_term = u * sv[v];
        pre[2 * dd + v] += select(0.0, pre_term, tr + 32 * r_step < sizes.R);
      }
    }
  }
  var pre_part: array<f32, 8>;
  for (var dd = 0; dd < 8; dd++) {
    pre_part[dd] = pre[dd];
  }
  for (var r = 0; r < 8; r++) {
    partials_0[r * 256 + thread] = pre_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    pre_part[r] = partials_0[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      pre_part[r] += partials_0[r * 256 + leader + 8 * (other + 1)];
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1[r * 256 + thread] = pre_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    pre_part[r] = partials_1[r * 256 + leader2];
    pre_part[r] += partials_1[r * 256 + leader2 + 128];
  }
  for (var dd = 0; dd < 4; dd++) {
    if (64 * d + 8 * td + 2 * dd < sizes.D && thread < 8) {
      store2_pre_mem((((b * sizes.H + h) * sizes.T + t) * sizes.J + j) * sizes.D + 64 * d + 8 * td + 2 * dd, array<f32, 2>(pre_part[2 * dd], pre_part[2 * dd + 1]));
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
var<workgroup> partials_0_2: array<f32, 2048>;
var<workgroup> partials_1_2: array<f32, 2048>;

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
fn rebuild_thin_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tr = thread >> 3u;
  let td = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_2.B * sizes_2.H * sizes_2.J * sizes_2.T * ((sizes_2.D + 126) / 128) <= group) { return; }
  let d_count = (sizes_2.D + 126) / 128;
  let d = group % d_count;
  let outer = group / d_count;
  let j = outer % sizes_2.J;
  let outer2 = outer / sizes_2.J;
  let t = outer2 % sizes_2.T;
  let outer3 = outer2 / sizes_2.T;
  let h = outer3 % sizes_2.H;
  let b = outer3 / sizes_2.H;

  // shadow_decode.tdsl:48: S[0, b, h, t*J + j, d] = if fresh[b, h, t]
  var pre: array<f32, 16>;
  for (var dd = 0; dd < 16; dd++) {
    pre[dd] = 0.0;
  }
  for (var r_step = 0; r_step < (sizes_2.R + 31) / 32; r_step++) {
    let slot3 = slot2[(b * sizes_2.H + h) * sizes_2.T + t];
    var u = 0.0;
    if (tr + 32 * r_step < sizes_2.R) { u = load_U2((b * sizes_2.C * sizes_2.J + j + slot3 * sizes_2.J) * sizes_2.R + tr + 32 * r_step); }
    for (var dd = 0; dd < 8; dd++) {
      var sv = load2_SV2_or(((b * sizes_2.H + h) * sizes_2.R + tr + 32 * r_step) * sizes_2.D + 128 * d + 16 * td + 2 * dd, tr + 32 * r_step < sizes_2.R && 128 * d + 16 * td + 2 * dd < sizes_2.D, 0.0);
      for (var v = 0; v < 2; v++) {
        let pre_term = u * sv[v];
        pre[2 * dd + v] += select(0.0, pre_term, tr + 32 * r_step < sizes_2.R);
      }
    }
  }
  var pre_part: array<f32, 16>;
  for (var dd = 0; dd < 16; dd++) {
    pre_part[dd] = pre[dd];
  }
  for (var part = 0; part < 2; part++) {
    for (var r = 0; r < 8; r++) {
      partials_0_2[r * 256 + thread] = pre_part[part * 8 + r];
    }
    workgroupBarrier();
    for (var r = 0; r < 8; r++) {
      pre_part[part * 8 + r] = partials_0_2[r * 256 + leader];
      for (var other = 0; other < 15; other++) {
        pre_part[part * 8 + r] += partials_0_2[r * 256 + leader + 8 * (other + 1)];
      }
    }
    workgroupBarrier();
  }
  for (var part = 0; part < 2; part++) {
    for (var r = 0; r < 8; r++) {
      partials_1_2[r * 256 + thread] = pre_part[part * 8 + r];
    }
    workgroupBarrier();
    for (var r = 0; r < 8; r++) {
      pre_part[part * 8 + r] = partials_1_2[r * 256 + leader2];
      pre_part[part * 8 + r] += partials_1_2[r * 256 + leader2 + 128];
    }
    workgroupBarrier();
  }
  let fresh2 = load_fresh((b * sizes_2.H + h) * sizes_2.T + t);
  let slot3 = slot2[(b * sizes_2.H + h) * sizes_2.T + t];
  var s: array<f32, 16>;
  for (var dd = 0; dd < 8; dd++) {
    var s2 = load2_S_or(((b * sizes_2.H + h) * sizes_2.J * sizes_2.T + j + t * sizes_2.J) * sizes_2.D + 128 * d + 16 * td + 2 * dd, 128 * d + 16 * td + 2 * dd < sizes_2.D, 0.0);
    for (var v = 0; v < 2; v++) {
      var table2 = 0.0;
      if (128 * d + 16 * td + 2 * dd + v < sizes_2.D) { table2 = table[2 * (j + slot3 * sizes_2.J) * (sizes_2.D / 2) + (128 * d + 16 * td + 2 * dd + v) % (sizes_2.D / 2)]; }
      var pre_mem3 = 0.0;
      if (128 * d + 16 * td + 2 * dd + v < sizes_2.D) { pre_mem3 = pre_mem2[(((b * sizes_2.H + h) * sizes_2.T + t) * sizes_2.J + j) * sizes_2.D + sizes_2.D / 2 + (128 * d + 16 * td + 2 * dd + v) % (sizes_2.D / 2) - sizes_2.D / 2 * ((128 * d + 16 * td + 2 * dd + v) / (sizes_2.D / 2))]; }
      var table3 = 0.0;
      if (128 * d + 16 * td + 2 * dd + v < sizes_2.D) { table3 = table[(2 * (j + slot3 * sizes_2.J) + 1) * (sizes_2.D / 2) + (128 * d + 16 * td + 2 * dd + v) % (sizes_2.D / 2)]; }
      s[2 * dd + v] = select(s2[v], pre_part[2 * dd + v] * table2 + f32(2 * ((128 * d + 16 * td + 2 * dd + v) / (sizes_2.D / 2)) - 1) * pre_mem3 * table3, fresh2);
    }
  }
  for (var dd = 0; dd < 8; dd++) {
    if (128 * d + 16 * td + 2 * dd < sizes_2.D && thread < 8) {
      store2_S(((b * sizes_2.H + h) * sizes_2.J * sizes_2.T + j + t * sizes_2.J) * sizes_2.D + 128 * d + 16 * td + 2 * dd, array<f32, 2>(s[2 * dd], s[2 * dd + 1]));
    }
  }
}

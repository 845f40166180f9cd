// store_aligned_1, store_aligned_2, store_aligned_3, store_aligned_4, store_aligned_5, store_aligned_6, store_aligned_7, store_aligned_8: made by tdsl from transformer_block.tdsl for wgsl. Change the source, not this file.
// Relies on M % 4 == 0, D % 8 == 0.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

// the smaller; some drivers lose signs within nested min
fn whole_min(a: i32, b: i32) -> i32 { return select(a, b, b < a); }

struct Sizes { M: i32, H: i32, D: i32, T: i32 }

@group(0) @binding(0) var<storage, read> position: array<i32>;
@group(0) @binding(1) var<storage, read_write> K_duplicate_any_mem: array<u32>; // bool, 4 a word
@group(0) @binding(2) var<uniform> sizes: Sizes;
var<workgroup> partials_int_0: array<i32, 2048>;
var<workgroup> partials_int_1: array<i32, 2048>;

fn load4_position(i: i32) -> array<i32, 4> {
  let unit0 = position[i];
  let unit1 = position[i + 1];
  let unit2 = position[i + 2];
  let unit3 = position[i + 3];
  return array<i32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_position_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_position(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

fn store4_K_duplicate_any_mem(i: i32, values: array<bool, 4>) {
  K_duplicate_any_mem[i >> 2u] = select(0u, 1u, values[0]) | (select(0u, 1u, values[1]) << 8u) | (select(0u, 1u, values[2]) << 16u) | (select(0u, 1u, values[3]) << 24u);
}

@compute @workgroup_size(256)
fn store_aligned_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tm = thread >> 3u;
  let tm2 = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.M + 124) / 128 <= group) { return; }
  let m = group;

  // transformer_block.tdsl:31: K[h, position[m], d] = rope(head[m, h], table[position[m]])[d]
  var K_duplicate_any: array<bool, 16>;
  for (var dm = 0; dm < 16; dm++) {
    K_duplicate_any[dm] = false;
  }
  let m_5_step_count = (min(sizes.M, 128 * m + 127) + 31) >> 5u;
  for (var m_5_step = 0; m_5_step < m_5_step_count; m_5_step++) {
    var position2 = 0;
    if (tm + 32 * m_5_step < sizes.M) { position2 = position[tm + 32 * m_5_step]; }
    var position3: array<i32, 16>;
    for (var dm = 0; dm < 4; dm++) {
      {
        let piece = load4_position_or(128 * m + 16 * tm2 + 4 * dm, 128 * m + 16 * tm2 + 4 * dm < sizes.M, 0);
        position3[4 * dm] = piece[0];
        position3[4 * dm + 1] = piece[1];
        position3[4 * dm + 2] = piece[2];
        position3[4 * dm + 3] = piece[3];
      }
    }
    for (var dm = 0; dm < 16; dm++) {
      let K_duplicate_any_term = position2 == position3[dm];
      K_duplicate_any[dm] = K_duplicate_any[dm] || select(false, K_duplicate_any_term, tm + 32 * m_5_step < 128 * m + 16 * tm2 + dm && tm + 32 * m_5_step < sizes.M);
    }
  }
  var K_duplicate_any_part: array<bool, 16>;
  for (var dm = 0; dm < 16; dm++) {
    K_duplicate_any_part[dm] = K_duplicate_any[dm];
  }
  for (var part = 0; part < 2; part++) {
    for (var r = 0; r < 8; r++) {
      partials_int_0[r * 256 + thread] = i32(K_duplicate_any_part[part * 8 + r]);
    }
    workgroupBarrier();
    for (var r = 0; r < 8; r++) {
      K_duplicate_any_part[part * 8 + r] = partials_int_0[r * 256 + leader] != 0;
      for (var other = 0; other < 15; other++) {
        K_duplicate_any_part[part * 8 + r] = K_duplicate_any_part[part * 8 + r] || partials_int_0[r * 256 + leader + 8 * (other + 1)] != 0;
      }
    }
    workgroupBarrier();
  }
  for (var part = 0; part < 2; part++) {
    for (var r = 0; r < 8; r++) {
      partials_int_1[r * 256 + thread] = i32(K_duplicate_any_part[part * 8 + r]);
    }
    workgroupBarrier();
    for (var r = 0; r < 8; r++) {
      K_duplicate_any_part[part * 8 + r] = partials_int_1[r * 256 + leader2] != 0;
      K_duplicate_any_part[part * 8 + r] = K_duplicate_any_part[part * 8 + r] || partials_int_1[r * 256 + leader2 + 128] != 0;
    }
    workgroupBarrier();
  }
  for (var dm = 0; dm < 4; dm++) {
    if (128 * m + 16 * tm2 + 4 * dm < sizes.M && thread < 8) {
      store4_K_duplicate_any_mem(128 * m + 16 * tm2 + 4 * dm, array<bool, 4>(K_duplicate_any_part[4 * dm], K_duplicate_any_part[4 * dm + 1], K_duplicate_any_part[4 * dm + 2], K_duplicate_any_part[4 * dm + 3]));
    }
  }
}

struct Sizes_2 { M: i32, H: i32, D: i32, T: i32 }

@group(0) @binding(0) var<storage, read> K_duplicate_any_mem2: array<u32>; // bool, 4 a word
@group(0) @binding(1) var<storage, read_write> K_duplicate_min_chunk_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes_2: Sizes_2;
var<workgroup> partials_int_0_2: array<i32, 256>;
var<workgroup> partials_int_1_2: array<i32, 256>;

fn load_K_duplicate_any_mem2(i: i32) -> bool {
  return extractBits(K_duplicate_any_mem2[i >> 2u], 8u * u32(i & 3), 8u) != 0u;
}

@compute @workgroup_size(256)
fn store_aligned_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let m_chunk = i32(workgroup.x + workgroup.y * workgroups.x);

  // transformer_block.tdsl:31: K[h, position[m], d] = rope(head[m, h], table[position[m]])[d]
  var K_duplicate_min_chunk = 2147483647;
  let m_3_step_count = (min((sizes_2.M + 252) / 256, max(0, sizes_2.M - m_chunk * ((sizes_2.M + 252) / 256))) + 4095) >> 12u;
  for (var m_3_step = 0; m_3_step < m_3_step_count; m_3_step++) {
    var K_duplicate_min_chunk_part = 2147483647;
    for (var dm = 0; dm < 16; dm++) {
      var k_duplicate_any_mem = false;
      if (m_chunk * ((sizes_2.M + 252) / 256) + 4096 * m_3_step + 16 * thread + dm < sizes_2.M) { k_duplicate_any_mem = load_K_duplicate_any_mem2(m_chunk * ((sizes_2.M + 252) / 256) + 4096 * m_3_step + 16 * thread + dm); }
      let K_duplicate_min_chunk_term = select(2147483647, m_chunk * ((sizes_2.M + 252) / 256) + 4096 * m_3_step + 16 * thread + dm, k_duplicate_any_mem);
      let K_duplicate_min_chunk_term2 = select(2147483647, K_duplicate_min_chunk_term, m_chunk * ((sizes_2.M + 252) / 256) + 4096 * m_3_step + 16 * thread + dm < sizes_2.M && 4096 * m_3_step + 16 * thread + dm < (sizes_2.M + 252) / 256);
      K_duplicate_min_chunk_part = whole_min(K_duplicate_min_chunk_part, K_duplicate_min_chunk_term2);
    }
    K_duplicate_min_chunk = whole_min(K_duplicate_min_chunk, K_duplicate_min_chunk_part);
  }
  var K_duplicate_min_chunk_part = K_duplicate_min_chunk;
  partials_int_0_2[thread] = K_duplicate_min_chunk_part;
  workgroupBarrier();
  K_duplicate_min_chunk_part = partials_int_0_2[leader];
  for (var other = 0; other < 15; other++) {
    K_duplicate_min_chunk_part = whole_min(K_duplicate_min_chunk_part, partials_int_0_2[leader + other + 1]);
  }
  partials_int_1_2[thread] = K_duplicate_min_chunk_part;
  workgroupBarrier();
  K_duplicate_min_chunk_part = partials_int_1_2[leader2];
  for (var other = 0; other < 15; other++) {
    K_duplicate_min_chunk_part = whole_min(K_duplicate_min_chunk_part, partials_int_1_2[leader2 + 16 * (other + 1)]);
  }
  if (thread == 0) { K_duplicate_min_chunk_mem[m_chunk] = K_duplicate_min_chunk_part; }
}

struct Sizes_3 { M: i32, H: i32, D: i32, T: i32 }

@group(0) @binding(0) var<storage, read> K_duplicate_min_chunk_mem2: array<vec4<i32>>;
@group(0) @binding(1) var<storage, read_write> K_duplicate: array<i32>;
@group(0) @binding(2) var<uniform> sizes_3: Sizes_3;
var<workgroup> partials_int_0_3: array<i32, 64>;
var<workgroup> partials_int_1_3: array<i32, 64>;

fn load4_K_duplicate_min_chunk_mem2(i: i32) -> array<i32, 4> {
  let unit0 = K_duplicate_min_chunk_mem2[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

@compute @workgroup_size(64)
fn store_aligned_3(@builtin(local_invocation_index) local_index: u32) {
  let thread = i32(local_index);
  let leader = thread & 48;
  let leader2 = thread & 15;

  // transformer_block.tdsl:31: K[h, position[m], d] = rope(head[m, h], table[position[m]])[d]
  var K_duplicate_min = 2147483647;
  var K_duplicate_min_part = 2147483647;
  var k_duplicate_min_chunk_mem = load4_K_duplicate_min_chunk_mem2(4 * thread);
  for (var v = 0; v < 4; v++) {
    K_duplicate_min_part = whole_min(K_duplicate_min_part, k_duplicate_min_chunk_mem[v]);
  }
  K_duplicate_min = whole_min(K_duplicate_min, K_duplicate_min_part);
  var K_duplicate_min_part2 = K_duplicate_min;
  partials_int_0_3[thread] = K_duplicate_min_part2;
  workgroupBarrier();
  K_duplicate_min_part2 = partials_int_0_3[leader];
  for (var other = 0; other < 15; other++) {
    K_duplicate_min_part2 = whole_min(K_duplicate_min_part2, partials_int_0_3[leader + other + 1]);
  }
  partials_int_1_3[thread] = K_duplicate_min_part2;
  workgroupBarrier();
  K_duplicate_min_part2 = partials_int_1_3[leader2];
  for (var other = 0; other < 3; other++) {
    K_duplicate_min_part2 = whole_min(K_duplicate_min_part2, partials_int_1_3[leader2 + 16 * (other + 1)]);
  }
  if (thread == 0) { K_duplicate[0] = K_duplicate_min_part2; }
}

struct Sizes_4 { M: i32, H: i32, D: i32, T: i32 }

@group(0) @binding(0) var<storage, read> k: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> position2: array<i32>;
@group(0) @binding(2) var<storage, read> table: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> K: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(4) var<uniform> sizes_4: Sizes_4;

fn load4_k(i: i32) -> array<f32, 4> {
  let unit0 = k[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_k_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_k(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_table(i: i32) -> array<f32, 4> {
  let unit0 = table[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn store4_K(i: i32, values: array<f32, 4>) {
  K[i >> 2u] = vec2<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u));
}

@compute @workgroup_size(256)
fn store_aligned_4(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_4.H * (sizes_4.D / 8) * (sizes_4.M / 4) + 31) / 32 <= group) { return; }
  let hmd = group;
  let m = (thread + 256 * hmd) / (2 * (sizes_4.D / 8)) % sizes_4.M;
  let h = (thread + 256 * hmd) / (sizes_4.D * (sizes_4.M / 4));
  let d = (thread + 256 * hmd) % (2 * (sizes_4.D / 8));

  // transformer_block.tdsl:31: K[h, position[m], d] = rope(head[m, h], table[position[m]])[d]
  var k2 = load4_k_or(m * sizes_4.D * sizes_4.H + sizes_4.D * h + 4 * d, h < sizes_4.H, 0.0);
  let position3 = position2[m];
  var k4: array<f32, 4>;
  var table2 = load4_table(2 * position3 * (sizes_4.D / 2) + 4 * (d % (sizes_4.D / 8)));
  var k3 = load4_k_or(m * sizes_4.D * sizes_4.H + sizes_4.D * h + 4 * (sizes_4.D / 8) + 4 * (d % (sizes_4.D / 8)) - 4 * (d / (sizes_4.D / 8)) * (sizes_4.D / 8), h < sizes_4.H, 0.0);
  var table3 = load4_table((2 * position3 + 1) * (sizes_4.D / 2) + 4 * (d % (sizes_4.D / 8)));
  for (var v = 0; v < 4; v++) {
    k4[v] = k2[v] * table2[v] + f32(2 * (d / (sizes_4.D / 8)) - 1) * k3[v] * table3[v];
  }
  if (h < sizes_4.H) { store4_K((h * sizes_4.T + position3) * sizes_4.D + 4 * d, k4); }
}

struct Sizes_5 { M: i32, H: i32, D: i32, T: i32 }

@group(0) @binding(0) var<storage, read> position3: array<i32>;
@group(0) @binding(1) var<storage, read_write> V_duplicate_any_mem: array<u32>; // bool, 4 a word
@group(0) @binding(2) var<uniform> sizes_5: Sizes_5;
var<workgroup> partials_int_0_4: array<i32, 2048>;
var<workgroup> partials_int_1_4: array<i32, 2048>;

fn load4_position3(i: i32) -> array<i32, 4> {
  let unit0 = position3[i];
  let unit1 = position3[i + 1];
  let unit2 = position3[i + 2];
  let unit3 = position3[i + 3];
  return array<i32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_position3_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_position3(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

fn store4_V_duplicate_any_mem(i: i32, values: array<bool, 4>) {
  V_duplicate_any_mem[i >> 2u] = select(0u, 1u, values[0]) | (select(0u, 1u, values[1]) << 8u) | (select(0u, 1u, values[2]) << 16u) | (select(0u, 1u, values[3]) << 24u);
}

@compute @workgroup_size(256)
fn store_aligned_5(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tm = thread >> 3u;
  let tm2 = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_5.M + 124) / 128 <= group) { return; }
  let m = group;

  // transformer_block.tdsl:32: V[h, position[m], d] = v[m, h*D + d]
  var V_duplicate_any: array<bool, 16>;
  for (var dm = 0; dm < 16; dm++) {
    V_duplicate_any[dm] = false;
  }
  let m_7_step_count = (min(sizes_5.M, 128 * m + 127) + 31) >> 5u;
  for (var m_7_step = 0; m_7_step < m_7_step_count; m_7_step++) {
    var position4 = 0;
    if (tm + 32 * m_7_step < sizes_5.M) { position4 = position3[tm + 32 * m_7_step]; }
    var position5: array<i32, 16>;
    for (var dm = 0; dm < 4; dm++) {
      {
        let piece = load4_position3_or(128 * m + 16 * tm2 + 4 * dm, 128 * m + 16 * tm2 + 4 * dm < sizes_5.M, 0);
        position5[4 * dm] = piece[0];
        position5[4 * dm + 1] = piece[1];
        position5[4 * dm + 2] = piece[2];
        position5[4 * dm + 3] = piece[3];
      }
    }
    for (var dm = 0; dm < 16; dm++) {
      let V_duplicate_any_term = position4 == position5[dm];
      V_duplicate_any[dm] = V_duplicate_any[dm] || select(false, V_duplicate_any_term, tm + 32 * m_7_step < 128 * m + 16 * tm2 + dm && tm + 32 * m_7_step < sizes_5.M);
    }
  }
  var V_duplicate_any_part: array<bool, 16>;
  for (var dm = 0; dm < 16; dm++) {
    V_duplicate_any_part[dm] = V_duplicate_any[dm];
  }
  for (var part = 0; part < 2; part++) {
    for (var r = 0; r < 8; r++) {
      partials_int_0_4[r * 256 + thread] = i32(V_duplicate_any_part[part * 8 + r]);
    }
    workgroupBarrier();
    for (var r = 0; r < 8; r++) {
      V_duplicate_any_part[part * 8 + r] = partials_int_0_4[r * 256 + leader] != 0;
      for (var other = 0; other < 15; other++) {
        V_duplicate_any_part[part * 8 + r] = V_duplicate_any_part[part * 8 + r] || partials_int_0_4[r * 256 + leader + 8 * (other + 1)] != 0;
      }
    }
    workgroupBarrier();
  }
  for (var part = 0; part < 2; part++) {
    for (var r = 0; r < 8; r++) {
      partials_int_1_4[r * 256 + thread] = i32(V_duplicate_any_part[part * 8 + r]);
    }
    workgroupBarrier();
    for (var r = 0; r < 8; r++) {
      V_duplicate_any_part[part * 8 + r] = partials_int_1_4[r * 256 + leader2] != 0;
      V_duplicate_any_part[part * 8 + r] = V_duplicate_any_part[part * 8 + r] || partials_int_1_4[r * 256 + leader2 + 128] != 0;
    }
    workgroupBarrier();
  }
  for (var dm = 0; dm < 4; dm++) {
    if (128 * m + 16 * tm2 + 4 * dm < sizes_5.M && thread < 8) {
      store4_V_duplicate_any_mem(128 * m + 16 * tm2 + 4 * dm, array<bool, 4>(V_duplicate_any_part[4 * dm], V_duplicate_any_part[4 * dm + 1], V_duplicate_any_part[4 * dm + 2], V_duplicate_any_part[4 * dm + 3]));
    }
  }
}

struct Sizes_6 { M: i32, H: i32, D: i32, T: i32 }

@group(0) @binding(0) var<storage, read> V_duplicate_any_mem2: array<u32>; // bool, 4 a word
@group(0) @binding(1) var<storage, read_write> V_duplicate_min_chunk_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes_6: Sizes_6;
var<workgroup> partials_int_0_5: array<i32, 256>;
var<workgroup> partials_int_1_5: array<i32, 256>;

fn load_V_duplicate_any_mem2(i: i32) -> bool {
  return extractBits(V_duplicate_any_mem2[i >> 2u], 8u * u32(i & 3), 8u) != 0u;
}

@compute @workgroup_size(256)
fn store_aligned_6(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let m_chunk = i32(workgroup.x + workgroup.y * workgroups.x);

  // transformer_block.tdsl:32: V[h, position[m], d] = v[m, h*D + d]
  var V_duplicate_min_chunk = 2147483647;
  let m_4_step_count = (min((sizes_6.M + 252) / 256, max(0, sizes_6.M - m_chunk * ((sizes_6.M + 252) / 256))) + 4095) >> 12u;
  for (var m_4_step = 0; m_4_step < m_4_step_count; m_4_step++) {
    var V_duplicate_min_chunk_part = 2147483647;
    for (var dm = 0; dm < 16; dm++) {
      var v_duplicate_any_mem = false;
      if (m_chunk * ((sizes_6.M + 252) / 256) + 4096 * m_4_step + 16 * thread + dm < sizes_6.M) { v_duplicate_any_mem = load_V_duplicate_any_mem2(m_chunk * ((sizes_6.M + 252) / 256) + 4096 * m_4_step + 16 * thread + dm); }
      let V_duplicate_min_chunk_term = select(2147483647, m_chunk * ((sizes_6.M + 252) / 256) + 4096 * m_4_step + 16 * thread + dm, v_duplicate_any_mem);
      let V_duplicate_min_chunk_term2 = select(2147483647, V_duplicate_min_chunk_term, m_chunk * ((sizes_6.M + 252) / 256) + 4096 * m_4_step + 16 * thread + dm < sizes_6.M && 4096 * m_4_step + 16 * thread + dm < (sizes_6.M + 252) / 256);
      V_duplicate_min_chunk_part = whole_min(V_duplicate_min_chunk_part, V_duplicate_min_chunk_term2);
    }
    V_duplicate_min_chunk = whole_min(V_duplicate_min_chunk, V_duplicate_min_chunk_part);
  }
  var V_duplicate_min_chunk_part = V_duplicate_min_chunk;
  partials_int_0_5[thread] = V_duplicate_min_chunk_part;
  workgroupBarrier();
  V_duplicate_min_chunk_part = partials_int_0_5[leader];
  for (var other = 0; other < 15; other++) {
    V_duplicate_min_chunk_part = whole_min(V_duplicate_min_chunk_part, partials_int_0_5[leader + other + 1]);
  }
  partials_int_1_5[thread] = V_duplicate_min_chunk_part;
  workgroupBarrier();
  V_duplicate_min_chunk_part = partials_int_1_5[leader2];
  for (var other = 0; other < 15; other++) {
    V_duplicate_min_chunk_part = whole_min(V_duplicate_min_chunk_part, partials_int_1_5[leader2 + 16 * (other + 1)]);
  }
  if (thread == 0) { V_duplicate_min_chunk_mem[m_chunk] = V_duplicate_min_chunk_part; }
}

struct Sizes_7 { M: i32, H: i32, D: i32, T: i32 }

@group(0) @binding(0) var<storage, read> V_duplicate_min_chunk_mem2: array<vec4<i32>>;
@group(0) @binding(1) var<storage, read_write> V_duplicate: array<i32>;
@group(0) @binding(2) var<uniform> sizes_7: Sizes_7;
var<workgroup> partials_int_0_6: array<i32, 64>;
var<workgroup> partials_int_1_6: array<i32, 64>;

fn load4_V_duplicate_min_chunk_mem2(i: i32) -> array<i32, 4> {
  let unit0 = V_duplicate_min_chunk_mem2[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

@compute @workgroup_size(64)
fn store_aligned_7(@builtin(local_invocation_index) local_index: u32) {
  let thread = i32(local_index);
  let leader = thread & 48;
  let leader2 = thread & 15;

  // transformer_block.tdsl:32: V[h, position[m], d] = v[m, h*D + d]
  var V_duplicate_min = 2147483647;
  var V_duplicate_min_part = 2147483647;
  var v_duplicate_min_chunk_mem = load4_V_duplicate_min_chunk_mem2(4 * thread);
  for (var v = 0; v < 4; v++) {
    V_duplicate_min_part = whole_min(V_duplicate_min_part, v_duplicate_min_chunk_mem[v]);
  }
  V_duplicate_min = whole_min(V_duplicate_min, V_duplicate_min_part);
  var V_duplicate_min_part2 = V_duplicate_min;
  partials_int_0_6[thread] = V_duplicate_min_part2;
  workgroupBarrier();
  V_duplicate_min_part2 = partials_int_0_6[leader];
  for (var other = 0; other < 15; other++) {
    V_duplicate_min_part2 = whole_min(V_duplicate_min_part2, partials_int_0_6[leader + other + 1]);
  }
  partials_int_1_6[thread] = V_duplicate_min_part2;
  workgroupBarrier();
  V_duplicate_min_part2 = partials_int_1_6[leader2];
  for (var other = 0; other < 3; other++) {
    V_duplicate_min_part2 = whole_min(V_duplicate_min_part2, partials_int_1_6[leader2 + 16 * (other + 1)]);
  }
  if (thread == 0) { V_duplicate[0] = V_duplicate_min_part2; }
}

struct Sizes_8 { M: i32, H: i32, D: i32, T: i32 }

@group(0) @binding(0) var<storage, read> v: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> position4: array<i32>;
@group(0) @binding(2) var<storage, read_write> V: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes_8: Sizes_8;

fn load8_v(i: i32) -> array<f32, 8> {
  let unit0 = v[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_v_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_v(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn store8_V(i: i32, values: array<f32, 8>) {
  V[i >> 3u] = vec4<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u), bf16_bits(values[4]) | (bf16_bits(values[5]) << 16u), bf16_bits(values[6]) | (bf16_bits(values[7]) << 16u));
}

@compute @workgroup_size(256)
fn store_aligned_8(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_8.H * (sizes_8.D / 8) * (sizes_8.M / 4) + 63) / 64 <= group) { return; }
  let hmd = group;
  let m = (thread + 256 * hmd) / (sizes_8.D / 8) % sizes_8.M;
  let h = (thread + 256 * hmd) / (sizes_8.M * (sizes_8.D / 8));
  let d = (thread + 256 * hmd) % (sizes_8.D / 8);

  // transformer_block.tdsl:32: V[h, position[m], d] = v[m, h*D + d]
  var v2 = load8_v_or(m * sizes_8.D * sizes_8.H + sizes_8.D * h + 8 * d, h < sizes_8.H, 0.0);
  let position5 = position4[m];
  if (h < sizes_8.H) { store8_V((h * sizes_8.T + position5) * sizes_8.D + 8 * d, v2); }
}

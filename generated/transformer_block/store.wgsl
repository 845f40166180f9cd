// store_1, store_2, store_3, store_4, store_5, store_6, store_7, store_8: made by tdsl from transformer_block.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

// the smaller; some drivers lose signs within nested min
fn whole_min(a: i32, b: i32) -> i32 { return select(a, b, b < a); }

struct Sizes { M: i32, H: i32, D: i32, T: i32 }

@group(0) @binding(0) var<storage, read> position: array<i32>;
@group(0) @binding(1) var<storage, read_write> K_duplicate_any_mem: array<atomic<u32>>; // bool, 4 a word
@group(0) @binding(2) var<uniform> sizes: Sizes;
var<workgroup> partials_int_0: array<i32, 2048>;
var<workgroup> partials_int_1: array<i32, 2048>;

// replaces the bits of one element; threads that share a word each change their own
fn store_K_duplicate_any_mem(i: i32, value: bool) {
  let shift = 8u * u32(i & 3);
  atomicAnd(&K_duplicate_any_mem[i >> 2u], ~(0xffu << shift));
  atomicOr(&K_duplicate_any_mem[i >> 2u], select(0u, 1u, value) << shift);
}

@compute @workgroup_size(256)
fn store_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tm = thread >> 3u;
  let tm2 = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.M + 127) / 128 <= group) { return; }
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
    for (var dm = 0; dm < 16; dm++) {
      position3[dm] = 0;
      if (128 * m + 16 * tm2 + dm < sizes.M) { position3[dm] = position[128 * m + 16 * tm2 + dm]; }
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
  for (var dm = 0; dm < 16; dm++) {
    if (128 * m + 16 * tm2 + dm < sizes.M && thread < 8) { store_K_duplicate_any_mem(128 * m + 16 * tm2 + dm, K_duplicate_any_part[dm]); }
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
fn store_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let m_chunk = i32(workgroup.x + workgroup.y * workgroups.x);

  // transformer_block.tdsl:31: K[h, position[m], d] = rope(head[m, h], table[position[m]])[d]
  var K_duplicate_min_chunk = 2147483647;
  let m_3_step_count = (min((sizes_2.M + 255) / 256, max(0, sizes_2.M - m_chunk * ((sizes_2.M + 255) / 256))) + 4095) >> 12u;
  for (var m_3_step = 0; m_3_step < m_3_step_count; m_3_step++) {
    var K_duplicate_min_chunk_part = 2147483647;
    for (var dm = 0; dm < 16; dm++) {
      var k_duplicate_any_mem = false;
      if (m_chunk * ((sizes_2.M + 255) / 256) + 4096 * m_3_step + 16 * thread + dm < sizes_2.M) { k_duplicate_any_mem = load_K_duplicate_any_mem2(m_chunk * ((sizes_2.M + 255) / 256) + 4096 * m_3_step + 16 * thread + dm); }
      let K_duplicate_min_chunk_term = select(2147483647, m_chunk * ((sizes_2.M + 255) / 256) + 4096 * m_3_step + 16 * thread + dm, k_duplicate_any_mem);
      let K_duplicate_min_chunk_term2 = select(2147483647, K_duplicate_min_chunk_term, m_chunk * ((sizes_2.M + 255) / 256) + 4096 * m_3_step + 16 * thread + dm < sizes_2.M && 4096 * m_3_step + 16 * thread + dm < (sizes_2.M + 255) / 256);
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
fn store_3(@builtin(local_invocation_index) local_index: u32) {
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

@group(0) @binding(0) var<storage, read> k: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> position2: array<i32>;
@group(0) @binding(2) var<storage, read> table: array<f32>;
@group(0) @binding(3) var<storage, read_write> K: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(4) var<uniform> sizes_4: Sizes_4;

fn load_k(i: i32) -> f32 {
  return bitcast<f32>((k[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_K(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&K[i >> 1u], ~(0xffffu << shift));
  atomicOr(&K[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn store_4(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_4.H * sizes_4.M * (sizes_4.D / 2) + 127) / 128 <= group) { return; }
  let hmd = group;
  let m = (thread + 256 * hmd) / sizes_4.D % sizes_4.M;
  let d = (thread + 256 * hmd) % sizes_4.D;
  let h = (thread + 256 * hmd) / (sizes_4.D * sizes_4.M);

  // transformer_block.tdsl:31: K[h, position[m], d] = rope(head[m, h], table[position[m]])[d]
  var k2 = 0.0;
  if (h < sizes_4.H) { k2 = load_k(m * sizes_4.D * sizes_4.H + d + sizes_4.D * h); }
  let position3 = position2[m];
  let table2 = table[2 * position3 * (sizes_4.D / 2) + d % (sizes_4.D / 2)];
  var k3 = 0.0;
  if (h < sizes_4.H) { k3 = load_k(m * sizes_4.D * sizes_4.H + sizes_4.D / 2 + d % (sizes_4.D / 2) + sizes_4.D * h - d / (sizes_4.D / 2) * (sizes_4.D / 2)); }
  let table3 = table[(2 * position3 + 1) * (sizes_4.D / 2) + d % (sizes_4.D / 2)];
  let k4 = k2 * table2 + f32(2 * (d / (sizes_4.D / 2)) - 1) * k3 * table3;
  if (h < sizes_4.H) { store_K((h * sizes_4.T + position3) * sizes_4.D + d, k4); }
}

struct Sizes_5 { M: i32, H: i32, D: i32, T: i32 }

@group(0) @binding(0) var<storage, read> position3: array<i32>;
@group(0) @binding(1) var<storage, read_write> V_duplicate_any_mem: array<atomic<u32>>; // bool, 4 a word
@group(0) @binding(2) var<uniform> sizes_5: Sizes_5;
var<workgroup> partials_int_0_4: array<i32, 2048>;
var<workgroup> partials_int_1_4: array<i32, 2048>;

// replaces the bits of one element; threads that share a word each change their own
fn store_V_duplicate_any_mem(i: i32, value: bool) {
  let shift = 8u * u32(i & 3);
  atomicAnd(&V_duplicate_any_mem[i >> 2u], ~(0xffu << shift));
  atomicOr(&V_duplicate_any_mem[i >> 2u], select(0u, 1u, value) << shift);
}

@compute @workgroup_size(256)
fn store_5(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tm = thread >> 3u;
  let tm2 = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_5.M + 127) / 128 <= group) { return; }
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
    for (var dm = 0; dm < 16; dm++) {
      position5[dm] = 0;
      if (128 * m + 16 * tm2 + dm < sizes_5.M) { position5[dm] = position3[128 * m + 16 * tm2 + dm]; }
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
  for (var dm = 0; dm < 16; dm++) {
    if (128 * m + 16 * tm2 + dm < sizes_5.M && thread < 8) { store_V_duplicate_any_mem(128 * m + 16 * tm2 + dm, V_duplicate_any_part[dm]); }
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
fn store_6(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let m_chunk = i32(workgroup.x + workgroup.y * workgroups.x);

  // transformer_block.tdsl:32: V[h, position[m], d] = v[m, h*D + d]
  var V_duplicate_min_chunk = 2147483647;
  let m_4_step_count = (min((sizes_6.M + 255) / 256, max(0, sizes_6.M - m_chunk * ((sizes_6.M + 255) / 256))) + 4095) >> 12u;
  for (var m_4_step = 0; m_4_step < m_4_step_count; m_4_step++) {
    var V_duplicate_min_chunk_part = 2147483647;
    for (var dm = 0; dm < 16; dm++) {
      var v_duplicate_any_mem = false;
      if (m_chunk * ((sizes_6.M + 255) / 256) + 4096 * m_4_step + 16 * thread + dm < sizes_6.M) { v_duplicate_any_mem = load_V_duplicate_any_mem2(m_chunk * ((sizes_6.M + 255) / 256) + 4096 * m_4_step + 16 * thread + dm); }
      let V_duplicate_min_chunk_term = select(2147483647, m_chunk * ((sizes_6.M + 255) / 256) + 4096 * m_4_step + 16 * thread + dm, v_duplicate_any_mem);
      let V_duplicate_min_chunk_term2 = select(2147483647, V_duplicate_min_chunk_term, m_chunk * ((sizes_6.M + 255) / 256) + 4096 * m_4_step + 16 * thread + dm < sizes_6.M && 4096 * m_4_step + 16 * thread + dm < (sizes_6.M + 255) / 256);
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
fn store_7(@builtin(local_invocation_index) local_index: u32) {
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

@group(0) @binding(0) var<storage, read> v: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> position4: array<i32>;
@group(0) @binding(2) var<storage, read_write> V: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes_8: Sizes_8;

fn load_v(i: i32) -> f32 {
  return bitcast<f32>((v[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_V(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&V[i >> 1u], ~(0xffffu << shift));
  atomicOr(&V[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn store_8(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_8.H * sizes_8.M * (sizes_8.D / 2) + 127) / 128 <= group) { return; }
  let hmd = group;
  let m = (thread + 256 * hmd) / sizes_8.D % sizes_8.M;
  let d = (thread + 256 * hmd) % sizes_8.D;
  let h = (thread + 256 * hmd) / (sizes_8.D * sizes_8.M);

  // transformer_block.tdsl:32: V[h, position[m], d] = v[m, h*D + d]
  var v2 = 0.0;
  if (h < sizes_8.H) { v2 = load_v(m * sizes_8.D * sizes_8.H + d + sizes_8.D * h); }
  let position5 = position4[m];
  if (h < sizes_8.H) { store_V((h * sizes_8.T + position5) * sizes_8.D + d, v2); }
}

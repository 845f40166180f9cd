// store_kv_D128_aligned_1, store_kv_D128_aligned_2, store_kv_D128_aligned_3, store_kv_D128_aligned_4, store_kv_D128_aligned_5, store_kv_D128_aligned_6, store_kv_D128_aligned_7, store_kv_D128_aligned_8, store_kv_D128_aligned_9: made by tdsl from kv4_attention.tdsl for wgsl. Change the source, not this file.
// Relies on S % 4 == 0.

// a / b cut to 12 bits, with a 13th for whether anything was cut off: rounded further, it is a / b rounded; 0 where b is 0.
// The first guess is never too low, and the remainder of 12 bits times each half of b is exact.
fn cut_div(a: f32, b: f32) -> f32 {
  let x = abs(a);
  let y = abs(b);
  if (!(x > 0.0) || !(y > 0.0)) { return 0.0; }
  var bits = min(bitcast<u32>(x * (1.0 / y) * 1.0000038), 0x7f7fffffu) & 0xfffff000u;
  let q = bitcast<f32>(bits);
  let high = bitcast<f32>(bitcast<u32>(y) & 0xfffff000u);
  let rest = (x - q * high) - q * (y - high);
  if (rest < 0.0) { bits -= 0x1000u; }
  if (rest != 0.0) { bits |= 0x800u; }
  return bitcast<f32>(bits | ((bitcast<u32>(a) ^ bitcast<u32>(b)) & 0x80000000u));
}

// an f16, to nearest, ties to even; in whole numbers, as packing may lose what is below 2^-14 or beyond the largest value. Below 2^-14 the steps are those of f32 at 0.5.
fn f16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let size = bits & 0x7fffffffu;
  let low = bitcast<u32>(bitcast<f32>(size) + 0.5) - 0x3f000000u;
  let high = min((size + 0xfffu + ((size >> 13u) & 1u) - 0x38000000u) >> 13u, 0x7c00u);
  let rounded = select(select(high, low, size < 0x38800000u), 0x7e00u, size > 0x7f800000u);
  return rounded | ((bits >> 16u) & 0x8000u);
}

// the smaller; some drivers lose signs within nested min
fn whole_min(a: i32, b: i32) -> i32 { return select(a, b, b < a); }

struct Sizes { B: i32, S: i32, H: i32, T: i32 }

@group(0) @binding(0) var<storage, read> slot: array<i32>;
@group(0) @binding(1) var<storage, read_write> cache_duplicate_any_mem: array<u32>; // bool, 4 a word
@group(0) @binding(2) var<uniform> sizes: Sizes;
var<workgroup> partials_int_0: array<i32, 2048>;
var<workgroup> partials_int_1: array<i32, 2048>;

fn load4_slot(i: i32) -> array<i32, 4> {
  let unit0 = slot[i];
  let unit1 = slot[i + 1];
  let unit2 = slot[i + 2];
  let unit3 = slot[i + 3];
  return array<i32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_slot_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_slot(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

fn store4_cache_duplicate_any_mem(i: i32, values: array<bool, 4>) {
  cache_duplicate_any_mem[i >> 2u] = select(0u, 1u, values[0]) | (select(0u, 1u, values[1]) << 8u) | (select(0u, 1u, values[2]) << 16u) | (select(0u, 1u, values[3]) << 24u);
}

@compute @workgroup_size(256)
fn store_kv_D128_aligned_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let ts = thread >> 3u;
  let ts2 = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B * ((sizes.S + 124) / 128) <= group) { return; }
  let s_count = (sizes.S + 124) / 128;
  let s = group % s_count;
  let b = group / s_count;

  // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
  var cache_duplicate_any: array<bool, 16>;
  for (var ds = 0; ds < 16; ds++) {
    cache_duplicate_any[ds] = false;
  }
  let s_6_step_count = (min(sizes.S, 128 * s + 127) + 31) >> 5u;
  for (var s_6_step = 0; s_6_step < s_6_step_count; s_6_step++) {
    var slot2 = 0;
    if (ts + 32 * s_6_step < sizes.S) { slot2 = slot[b * sizes.S + ts + 32 * s_6_step]; }
    var slot3: array<i32, 16>;
    for (var ds = 0; ds < 4; ds++) {
      {
        let piece = load4_slot_or(b * sizes.S + 128 * s + 16 * ts2 + 4 * ds, 128 * s + 16 * ts2 + 4 * ds < sizes.S, 0);
        slot3[4 * ds] = piece[0];
        slot3[4 * ds + 1] = piece[1];
        slot3[4 * ds + 2] = piece[2];
        slot3[4 * ds + 3] = piece[3];
      }
    }
    for (var ds = 0; ds < 16; ds++) {
      let cache_duplicate_any_term = slot2 == slot3[ds];
      cache_duplicate_any[ds] = cache_duplicate_any[ds] || select(false, cache_duplicate_any_term, ts + 32 * s_6_step < 128 * s + 16 * ts2 + ds && ts + 32 * s_6_step < sizes.S);
    }
  }
  var cache_duplicate_any_part: array<bool, 16>;
  for (var ds = 0; ds < 16; ds++) {
    cache_duplicate_any_part[ds] = cache_duplicate_any[ds];
  }
  for (var part = 0; part < 2; part++) {
    for (var r = 0; r < 8; r++) {
      partials_int_0[r * 256 + thread] = i32(cache_duplicate_any_part[part * 8 + r]);
    }
    workgroupBarrier();
    for (var r = 0; r < 8; r++) {
      cache_duplicate_any_part[part * 8 + r] = partials_int_0[r * 256 + leader] != 0;
      for (var other = 0; other < 15; other++) {
        cache_duplicate_any_part[part * 8 + r] = cache_duplicate_any_part[part * 8 + r] || partials_int_0[r * 256 + leader + 8 * (other + 1)] != 0;
      }
    }
    workgroupBarrier();
  }
  for (var part = 0; part < 2; part++) {
    for (var r = 0; r < 8; r++) {
      partials_int_1[r * 256 + thread] = i32(cache_duplicate_any_part[part * 8 + r]);
    }
    workgroupBarrier();
    for (var r = 0; r < 8; r++) {
      cache_duplicate_any_part[part * 8 + r] = partials_int_1[r * 256 + leader2] != 0;
      cache_duplicate_any_part[part * 8 + r] = cache_duplicate_any_part[part * 8 + r] || partials_int_1[r * 256 + leader2 + 128] != 0;
    }
    workgroupBarrier();
  }
  for (var ds = 0; ds < 4; ds++) {
    if (128 * s + 16 * ts2 + 4 * ds < sizes.S && thread < 8) {
      store4_cache_duplicate_any_mem(b * sizes.S + 128 * s + 16 * ts2 + 4 * ds, array<bool, 4>(cache_duplicate_any_part[4 * ds], cache_duplicate_any_part[4 * ds + 1], cache_duplicate_any_part[4 * ds + 2], cache_duplicate_any_part[4 * ds + 3]));
    }
  }
}

struct Sizes_2 { B: i32, S: i32, H: i32, T: i32 }

@group(0) @binding(0) var<storage, read> cache_duplicate_any_mem2: array<u32>; // bool, 4 a word
@group(0) @binding(1) var<storage, read_write> cache_duplicate_min_chunk_mem: array<i32>;
@group(0) @binding(2) var<uniform> sizes_2: Sizes_2;
var<workgroup> partials_int_0_2: array<i32, 256>;
var<workgroup> partials_int_1_2: array<i32, 256>;

fn load_cache_duplicate_any_mem2(i: i32) -> bool {
  return extractBits(cache_duplicate_any_mem2[i >> 2u], 8u * u32(i & 3), 8u) != 0u;
}

@compute @workgroup_size(256)
fn store_kv_D128_aligned_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let s_chunk = i32(workgroup.x + workgroup.y * workgroups.x);

  // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
  var cache_duplicate_min_chunk = 2147483647;
  for (var b_5_step = 0; b_5_step < sizes_2.B; b_5_step++) {
    let s_2_step_count = (min((sizes_2.S + 252) / 256, max(0, sizes_2.S - s_chunk * ((sizes_2.S + 252) / 256))) + 4095) >> 12u;
    for (var s_2_step = 0; s_2_step < s_2_step_count; s_2_step++) {
      var cache_duplicate_min_chunk_part = 2147483647;
      for (var ds = 0; ds < 16; ds++) {
        var cache_duplicate_any_mem3 = false;
        if (s_chunk * ((sizes_2.S + 252) / 256) + 4096 * s_2_step + 16 * thread + ds < sizes_2.S) { cache_duplicate_any_mem3 = load_cache_duplicate_any_mem2(b_5_step * sizes_2.S + s_chunk * ((sizes_2.S + 252) / 256) + 4096 * s_2_step + 16 * thread + ds); }
        let cache_duplicate_min_chunk_term = select(2147483647, b_5_step * sizes_2.S + s_chunk * ((sizes_2.S + 252) / 256) + 4096 * s_2_step + 16 * thread + ds, cache_duplicate_any_mem3);
        let cache_duplicate_min_chunk_term2 = select(2147483647, cache_duplicate_min_chunk_term, s_chunk * ((sizes_2.S + 252) / 256) + 4096 * s_2_step + 16 * thread + ds < sizes_2.S && 4096 * s_2_step + 16 * thread + ds < (sizes_2.S + 252) / 256);
        cache_duplicate_min_chunk_part = whole_min(cache_duplicate_min_chunk_part, cache_duplicate_min_chunk_term2);
      }
      cache_duplicate_min_chunk = whole_min(cache_duplicate_min_chunk, cache_duplicate_min_chunk_part);
    }
  }
  var cache_duplicate_min_chunk_part = cache_duplicate_min_chunk;
  partials_int_0_2[thread] = cache_duplicate_min_chunk_part;
  workgroupBarrier();
  cache_duplicate_min_chunk_part = partials_int_0_2[leader];
  for (var other = 0; other < 15; other++) {
    cache_duplicate_min_chunk_part = whole_min(cache_duplicate_min_chunk_part, partials_int_0_2[leader + other + 1]);
  }
  partials_int_1_2[thread] = cache_duplicate_min_chunk_part;
  workgroupBarrier();
  cache_duplicate_min_chunk_part = partials_int_1_2[leader2];
  for (var other = 0; other < 15; other++) {
    cache_duplicate_min_chunk_part = whole_min(cache_duplicate_min_chunk_part, partials_int_1_2[leader2 + 16 * (other + 1)]);
  }
  if (thread == 0) { cache_duplicate_min_chunk_mem[s_chunk] = cache_duplicate_min_chunk_part; }
}

struct Sizes_3 { B: i32, S: i32, H: i32, T: i32 }

@group(0) @binding(0) var<storage, read> cache_duplicate_min_chunk_mem2: array<vec4<i32>>;
@group(0) @binding(1) var<storage, read_write> cache_duplicate: array<i32>;
@group(0) @binding(2) var<uniform> sizes_3: Sizes_3;
var<workgroup> partials_int_0_3: array<i32, 64>;
var<workgroup> partials_int_1_3: array<i32, 64>;

fn load4_cache_duplicate_min_chunk_mem2(i: i32) -> array<i32, 4> {
  let unit0 = cache_duplicate_min_chunk_mem2[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

@compute @workgroup_size(64)
fn store_kv_D128_aligned_3(@builtin(local_invocation_index) local_index: u32) {
  let thread = i32(local_index);
  let leader = thread & 48;
  let leader2 = thread & 15;

  // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
  var cache_duplicate_min = 2147483647;
  var cache_duplicate_min_part = 2147483647;
  var cache_duplicate_min_chunk_mem3 = load4_cache_duplicate_min_chunk_mem2(4 * thread);
  for (var v = 0; v < 4; v++) {
    cache_duplicate_min_part = whole_min(cache_duplicate_min_part, cache_duplicate_min_chunk_mem3[v]);
  }
  cache_duplicate_min = whole_min(cache_duplicate_min, cache_duplicate_min_part);
  var cache_duplicate_min_part2 = cache_duplicate_min;
  partials_int_0_3[thread] = cache_duplicate_min_part2;
  workgroupBarrier();
  cache_duplicate_min_part2 = partials_int_0_3[leader];
  for (var other = 0; other < 15; other++) {
    cache_duplicate_min_part2 = whole_min(cache_duplicate_min_part2, partials_int_0_3[leader + other + 1]);
  }
  partials_int_1_3[thread] = cache_duplicate_min_part2;
  workgroupBarrier();
  cache_duplicate_min_part2 = partials_int_1_3[leader2];
  for (var other = 0; other < 3; other++) {
    cache_duplicate_min_part2 = whole_min(cache_duplicate_min_part2, partials_int_1_3[leader2 + 16 * (other + 1)]);
  }
  if (thread == 0) { cache_duplicate[0] = cache_duplicate_min_part2; }
}

struct Sizes_4 { B: i32, S: i32, H: i32, T: i32 }

@group(0) @binding(0) var<storage, read> X: array<vec4<u32>>; // f16, 2 a word
@group(0) @binding(1) var<storage, read_write> cache_new_zero_mem: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(2) var<uniform> sizes_4: Sizes_4;
var<workgroup> partials_0: array<f32, 256>;

fn load8_X(i: i32) -> array<f32, 8> {
  let unit0 = X[i >> 3u];
  return array<f32, 8>(unpack2x16float(unit0.x).x, unpack2x16float(unit0.x).y, unpack2x16float(unit0.y).x, unpack2x16float(unit0.y).y, unpack2x16float(unit0.z).x, unpack2x16float(unit0.z).y, unpack2x16float(unit0.w).x, unpack2x16float(unit0.w).y);
}

fn load8_X_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_X(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_cache_new_zero_mem(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&cache_new_zero_mem[i >> 1u], ~(0xffffu << shift));
  atomicOr(&cache_new_zero_mem[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn store_kv_D128_aligned_4(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk4 = thread >> 4u;
  let te = thread & 15;
  let leader = thread & 240;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_4.B * sizes_4.H * sizes_4.S <= group) { return; }
  let j3 = group % sizes_4.S;
  let outer = group / sizes_4.S;
  let i2 = outer % sizes_4.H;
  let g1 = outer / sizes_4.H;

  // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
  var cache_new_min = 3.4028234663852886e38;
  var cache_new_min_part = 3.4028234663852886e38;
  var x = load8_X_or(128 * ((g1 * sizes_4.S + j3) * sizes_4.H + i2) + 128 * tk4 + 8 * te, tk4 <= 0, 0.0);
  for (var v = 0; v < 8; v++) {
    cache_new_min_part = min(cache_new_min_part, x[v]);
  }
  cache_new_min = min(cache_new_min, cache_new_min_part);
  var cache_new_min_part2 = cache_new_min;
  partials_0[thread] = cache_new_min_part2;
  workgroupBarrier();
  cache_new_min_part2 = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    cache_new_min_part2 = min(cache_new_min_part2, partials_0[leader + other + 1]);
  }
  if (tk4 <= 0 && (thread & 15) == 0) { store_cache_new_zero_mem((g1 * sizes_4.H + i2) * sizes_4.S + j3 + tk4, cache_new_min_part2); }
}

struct Sizes_5 { B: i32, S: i32, H: i32, T: i32 }

@group(0) @binding(0) var<storage, read> X2: array<vec4<u32>>; // f16, 2 a word
@group(0) @binding(1) var<storage, read_write> cache_new_scale_mem: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(2) var<uniform> sizes_5: Sizes_5;
var<workgroup> partials_0_2: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load8_X2(i: i32) -> array<f32, 8> {
  let unit0 = X2[i >> 3u];
  return array<f32, 8>(unpack2x16float(unit0.x).x, unpack2x16float(unit0.x).y, unpack2x16float(unit0.y).x, unpack2x16float(unit0.y).y, unpack2x16float(unit0.z).x, unpack2x16float(unit0.z).y, unpack2x16float(unit0.w).x, unpack2x16float(unit0.w).y);
}

fn load8_X2_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_X2(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_cache_new_scale_mem(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&cache_new_scale_mem[i >> 1u], ~(0xffffu << shift));
  atomicOr(&cache_new_scale_mem[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn store_kv_D128_aligned_5(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk4 = thread >> 4u;
  let te = thread & 15;
  let leader = thread & 240;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_5.B * sizes_5.H * sizes_5.S <= group) { return; }
  let j3 = group % sizes_5.S;
  let outer = group / sizes_5.S;
  let i2 = outer % sizes_5.H;
  let g1 = outer / sizes_5.H;

  // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
  var cache_new_max = -3.4028234663852886e38;
  var cache_new_min = 3.4028234663852886e38;
  var cache_new_max_part = -3.4028234663852886e38;
  var x = load8_X2_or(128 * ((g1 * sizes_5.S + j3) * sizes_5.H + i2) + 128 * tk4 + 8 * te, tk4 <= 0, 0.0);
  for (var v = 0; v < 8; v++) {
    cache_new_max_part = max(cache_new_max_part, x[v]);
  }
  cache_new_max = max(cache_new_max, cache_new_max_part);
  var cache_new_min_part = 3.4028234663852886e38;
  for (var de = 0; de < 8; de++) {
    cache_new_min_part = min(cache_new_min_part, x[de]);
  }
  cache_new_min = min(cache_new_min, cache_new_min_part);
  var cache_new_max_part2 = cache_new_max;
  var cache_new_min_part2 = cache_new_min;
  partials_0_2[thread] = cache_new_max_part2;
  workgroupBarrier();
  cache_new_max_part2 = partials_0_2[leader];
  for (var other = 0; other < 15; other++) {
    cache_new_max_part2 = max(cache_new_max_part2, partials_0_2[leader + other + 1]);
  }
  partials_1[thread] = cache_new_min_part2;
  workgroupBarrier();
  cache_new_min_part2 = partials_1[leader];
  for (var other = 0; other < 15; other++) {
    cache_new_min_part2 = min(cache_new_min_part2, partials_1[leader + other + 1]);
  }
  let cache_new_scale_mem2 = max(cache_new_max_part2 - cache_new_min_part2, 0.00001) * 0.06666667;
  if (tk4 <= 0 && (thread & 15) == 0) { store_cache_new_scale_mem((g1 * sizes_5.H + i2) * sizes_5.S + j3 + tk4, cache_new_scale_mem2); }
}

struct Sizes_6 { B: i32, S: i32, H: i32, T: i32 }

@group(0) @binding(0) var<storage, read> X3: array<vec4<u32>>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> cache_new_zero_mem2: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read> cache_new_scale_mem2: array<u32>; // f16, 2 a word
@group(0) @binding(3) var<storage, read_write> cache_new_codes_mem: array<u32>; // uint4, 8 a word
@group(0) @binding(4) var<uniform> sizes_6: Sizes_6;

fn load8_X3(i: i32) -> array<f32, 8> {
  let unit0 = X3[i >> 3u];
  return array<f32, 8>(unpack2x16float(unit0.x).x, unpack2x16float(unit0.x).y, unpack2x16float(unit0.y).x, unpack2x16float(unit0.y).y, unpack2x16float(unit0.z).x, unpack2x16float(unit0.z).y, unpack2x16float(unit0.w).x, unpack2x16float(unit0.w).y);
}

fn load8_X3_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_X3(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load_cache_new_zero_mem2(i: i32) -> f32 {
  return unpack2x16float(cache_new_zero_mem2[i >> 1u])[u32(i & 1)];
}

fn load_cache_new_scale_mem2(i: i32) -> f32 {
  return unpack2x16float(cache_new_scale_mem2[i >> 1u])[u32(i & 1)];
}

fn store8_cache_new_codes_mem(i: i32, values: array<i32, 8>) {
  cache_new_codes_mem[i >> 3u] = bitcast<u32>(clamp(values[0], 0, 15)) | (bitcast<u32>(clamp(values[1], 0, 15)) << 4u) | (bitcast<u32>(clamp(values[2], 0, 15)) << 8u) | (bitcast<u32>(clamp(values[3], 0, 15)) << 12u) | (bitcast<u32>(clamp(values[4], 0, 15)) << 16u) | (bitcast<u32>(clamp(values[5], 0, 15)) << 20u) | (bitcast<u32>(clamp(values[6], 0, 15)) << 24u) | (bitcast<u32>(clamp(values[7], 0, 15)) << 28u);
}

@compute @workgroup_size(256)
fn store_kv_D128_aligned_6(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_6.B * sizes_6.H * (sizes_6.S / 4) + 3) / 4 <= group) { return; }
  let c1d2e3f4 = group;
  let c1 = ((thread >> 4u) + 16 * c1d2e3f4) / (sizes_6.H * sizes_6.S);
  let e3 = ((thread >> 4u) + 16 * c1d2e3f4) % sizes_6.S;
  let d2 = ((thread >> 4u) + 16 * c1d2e3f4) / sizes_6.S % sizes_6.H;

  // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
  var x = load8_X3_or(128 * ((c1 * sizes_6.S + e3) * sizes_6.H + d2) + 8 * (thread & 15), c1 < sizes_6.B, 0.0);
  var cache_new_zero_mem3 = 0.0;
  if (c1 < sizes_6.B) { cache_new_zero_mem3 = load_cache_new_zero_mem2((c1 * sizes_6.H + d2) * sizes_6.S + e3); }
  var cache_new_scale_mem3 = 0.0;
  if (c1 < sizes_6.B) { cache_new_scale_mem3 = load_cache_new_scale_mem2((c1 * sizes_6.H + d2) * sizes_6.S + e3); }
  var cache_new_codes_mem2: array<i32, 8>;
  for (var v = 0; v < 8; v++) {
    cache_new_codes_mem2[v] = clamp(i32(round(cut_div(x[v] - cache_new_zero_mem3, cache_new_scale_mem3))), 0, 15);
  }
  if (c1 < sizes_6.B) {
    store8_cache_new_codes_mem(128 * ((c1 * sizes_6.H + d2) * sizes_6.S + e3) + 8 * (thread & 15), cache_new_codes_mem2);
  }
}

struct Sizes_7 { B: i32, S: i32, H: i32, T: i32 }

@group(0) @binding(0) var<storage, read> slot2: array<i32>;
@group(0) @binding(1) var<storage, read> cache_new_codes_mem2: array<vec2<u32>>; // uint4, 8 a word
@group(0) @binding(2) var<storage, read_write> cache_codes: array<vec2<u32>>; // uint4, 8 a word
@group(0) @binding(3) var<uniform> sizes_7: Sizes_7;

fn load16_cache_new_codes_mem2(i: i32) -> array<i32, 16> {
  let unit0 = cache_new_codes_mem2[i >> 4u];
  return array<i32, 16>(bitcast<i32>(extractBits(unit0.x, 0u, 4u)), bitcast<i32>(extractBits(unit0.x, 4u, 4u)), bitcast<i32>(extractBits(unit0.x, 8u, 4u)), bitcast<i32>(extractBits(unit0.x, 12u, 4u)), bitcast<i32>(extractBits(unit0.x, 16u, 4u)), bitcast<i32>(extractBits(unit0.x, 20u, 4u)), bitcast<i32>(extractBits(unit0.x, 24u, 4u)), bitcast<i32>(extractBits(unit0.x, 28u, 4u)), bitcast<i32>(extractBits(unit0.y, 0u, 4u)), bitcast<i32>(extractBits(unit0.y, 4u, 4u)), bitcast<i32>(extractBits(unit0.y, 8u, 4u)), bitcast<i32>(extractBits(unit0.y, 12u, 4u)), bitcast<i32>(extractBits(unit0.y, 16u, 4u)), bitcast<i32>(extractBits(unit0.y, 20u, 4u)), bitcast<i32>(extractBits(unit0.y, 24u, 4u)), bitcast<i32>(extractBits(unit0.y, 28u, 4u)));
}

fn load16_cache_new_codes_mem2_or(i: i32, inside: bool, fill: i32) -> array<i32, 16> {
  if (inside) { return load16_cache_new_codes_mem2(i); }
  return array<i32, 16>(fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill);
}

fn store16_cache_codes(i: i32, values: array<i32, 16>) {
  cache_codes[i >> 4u] = vec2<u32>(bitcast<u32>(clamp(values[0], 0, 15)) | (bitcast<u32>(clamp(values[1], 0, 15)) << 4u) | (bitcast<u32>(clamp(values[2], 0, 15)) << 8u) | (bitcast<u32>(clamp(values[3], 0, 15)) << 12u) | (bitcast<u32>(clamp(values[4], 0, 15)) << 16u) | (bitcast<u32>(clamp(values[5], 0, 15)) << 20u) | (bitcast<u32>(clamp(values[6], 0, 15)) << 24u) | (bitcast<u32>(clamp(values[7], 0, 15)) << 28u), bitcast<u32>(clamp(values[8], 0, 15)) | (bitcast<u32>(clamp(values[9], 0, 15)) << 4u) | (bitcast<u32>(clamp(values[10], 0, 15)) << 8u) | (bitcast<u32>(clamp(values[11], 0, 15)) << 12u) | (bitcast<u32>(clamp(values[12], 0, 15)) << 16u) | (bitcast<u32>(clamp(values[13], 0, 15)) << 20u) | (bitcast<u32>(clamp(values[14], 0, 15)) << 24u) | (bitcast<u32>(clamp(values[15], 0, 15)) << 28u));
}

@compute @workgroup_size(256)
fn store_kv_D128_aligned_7(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_7.B * sizes_7.H * (sizes_7.S / 4) + 7) / 8 <= group) { return; }
  let bhsd = group;
  let b = ((thread >> 3u) + 32 * bhsd) / (sizes_7.H * sizes_7.S);
  let h = ((thread >> 3u) + 32 * bhsd) / sizes_7.S % sizes_7.H;
  let s = ((thread >> 3u) + 32 * bhsd) % sizes_7.S;

  // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
  var cache_new_codes_mem3 = load16_cache_new_codes_mem2_or(128 * ((b * sizes_7.H + h) * sizes_7.S + s) + 16 * (thread & 7), b < sizes_7.B, 0);
  var slot3 = 0;
  if (b < sizes_7.B) { slot3 = slot2[b * sizes_7.S + s]; }
  if (b < sizes_7.B) { store16_cache_codes(128 * ((b * sizes_7.H + h) * sizes_7.T + slot3) + 16 * (thread & 7), cache_new_codes_mem3); }
}

struct Sizes_8 { B: i32, S: i32, H: i32, T: i32 }

@group(0) @binding(0) var<storage, read> slot3: array<i32>;
@group(0) @binding(1) var<storage, read> cache_new_scale_mem3: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read_write> cache_scale: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(3) var<uniform> sizes_8: Sizes_8;

fn load_cache_new_scale_mem3(i: i32) -> f32 {
  return unpack2x16float(cache_new_scale_mem3[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_cache_scale(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&cache_scale[i >> 1u], ~(0xffffu << shift));
  atomicOr(&cache_scale[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn store_kv_D128_aligned_8(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_8.H * sizes_8.S * ((sizes_8.B + 255) / 256) <= group) { return; }
  let s = group % sizes_8.S;
  let outer = group / sizes_8.S;
  let h = outer % sizes_8.H;
  let b = outer / sizes_8.H;

  // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
  var cache_new_scale_mem4 = 0.0;
  if (thread + 256 * b < sizes_8.B) { cache_new_scale_mem4 = load_cache_new_scale_mem3(((thread + 256 * b) * sizes_8.H + h) * sizes_8.S + s); }
  var slot4 = 0;
  if (thread + 256 * b < sizes_8.B) { slot4 = slot3[(thread + 256 * b) * sizes_8.S + s]; }
  if (thread + 256 * b < sizes_8.B) { store_cache_scale(((thread + 256 * b) * sizes_8.H + h) * sizes_8.T + slot4, cache_new_scale_mem4); }
}

struct Sizes_9 { B: i32, S: i32, H: i32, T: i32 }

@group(0) @binding(0) var<storage, read> slot4: array<i32>;
@group(0) @binding(1) var<storage, read> cache_new_zero_mem3: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read_write> cache_zero: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(3) var<uniform> sizes_9: Sizes_9;

fn load_cache_new_zero_mem3(i: i32) -> f32 {
  return unpack2x16float(cache_new_zero_mem3[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_cache_zero(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&cache_zero[i >> 1u], ~(0xffffu << shift));
  atomicOr(&cache_zero[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn store_kv_D128_aligned_9(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_9.H * sizes_9.S * ((sizes_9.B + 255) / 256) <= group) { return; }
  let s = group % sizes_9.S;
  let outer = group / sizes_9.S;
  let h = outer % sizes_9.H;
  let b = outer / sizes_9.H;

  // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
  var cache_new_zero_mem4 = 0.0;
  if (thread + 256 * b < sizes_9.B) { cache_new_zero_mem4 = load_cache_new_zero_mem3(((thread + 256 * b) * sizes_9.H + h) * sizes_9.S + s); }
  var slot5 = 0;
  if (thread + 256 * b < sizes_9.B) { slot5 = slot4[(thread + 256 * b) * sizes_9.S + s]; }
  if (thread + 256 * b < sizes_9.B) { store_cache_zero(((thread + 256 * b) * sizes_9.H + h) * sizes_9.T + slot5, cache_new_zero_mem4); }
}

// quantize_kv_whole_D128_1, quantize_kv_whole_D128_2, quantize_kv_whole_D128_3: made by tdsl from kv4_attention.tdsl for wgsl. Change the source, not this file.

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

struct Sizes { B: i32, S: i32, H: i32 }

@group(0) @binding(0) var<storage, read> X: array<vec4<u32>>; // f16, 2 a word
@group(0) @binding(1) var<storage, read_write> Q_scale: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(2) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load8_X(i: i32) -> array<f32, 8> {
  let unit0 = X[i >> 3u];
  return array<f32, 8>(unpack2x16float(unit0.x).x, unpack2x16float(unit0.x).y, unpack2x16float(unit0.y).x, unpack2x16float(unit0.y).y, unpack2x16float(unit0.z).x, unpack2x16float(unit0.z).y, unpack2x16float(unit0.w).x, unpack2x16float(unit0.w).y);
}

fn load8_X_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_X(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Q_scale(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Q_scale[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Q_scale[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn quantize_kv_whole_D128_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk4 = thread >> 4u;
  let te = thread & 15;
  let leader = thread & 240;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B * sizes.H * sizes.S <= group) { return; }
  let j3 = group % sizes.S;
  let outer = group / sizes.S;
  let i2 = outer % sizes.H;
  let g1 = outer / sizes.H;

  // kv4_attention.tdsl:22: Q[b, h, s, d] = X[b, s, h, d]
  var Q_max_max = -3.4028234663852886e38;
  var Q_min_min = 3.4028234663852886e38;
  var Q_max_max_part = -3.4028234663852886e38;
  var x = load8_X_or(128 * ((g1 * sizes.S + j3) * sizes.H + i2) + 128 * tk4 + 8 * te, tk4 <= 0, 0.0);
  for (var v = 0; v < 8; v++) {
    Q_max_max_part = max(Q_max_max_part, x[v]);
  }
  Q_max_max = max(Q_max_max, Q_max_max_part);
  var Q_min_min_part = 3.4028234663852886e38;
  for (var de = 0; de < 8; de++) {
    Q_min_min_part = min(Q_min_min_part, x[de]);
  }
  Q_min_min = min(Q_min_min, Q_min_min_part);
  var Q_max_max_part2 = Q_max_max;
  var Q_min_min_part2 = Q_min_min;
  partials_0[thread] = Q_max_max_part2;
  workgroupBarrier();
  Q_max_max_part2 = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    Q_max_max_part2 = max(Q_max_max_part2, partials_0[leader + other + 1]);
  }
  partials_1[thread] = Q_min_min_part2;
  workgroupBarrier();
  Q_min_min_part2 = partials_1[leader];
  for (var other = 0; other < 15; other++) {
    Q_min_min_part2 = min(Q_min_min_part2, partials_1[leader + other + 1]);
  }
  let q_scale = max(max(Q_max_max_part2, 0.0) - min(Q_min_min_part2, 0.0), 0.00001) * 0.06666667;
  if (tk4 <= 0 && (thread & 15) == 0) { store_Q_scale((g1 * sizes.H + i2) * sizes.S + j3 + tk4, q_scale); }
}

struct Sizes_2 { B: i32, S: i32, H: i32 }

@group(0) @binding(0) var<storage, read> X2: array<vec4<u32>>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> Q_scale2: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read_write> Q_zero: array<atomic<u32>>; // u8, 4 a word
@group(0) @binding(3) var<uniform> sizes_2: Sizes_2;
var<workgroup> partials_0_2: array<f32, 256>;

fn load8_X2(i: i32) -> array<f32, 8> {
  let unit0 = X2[i >> 3u];
  return array<f32, 8>(unpack2x16float(unit0.x).x, unpack2x16float(unit0.x).y, unpack2x16float(unit0.y).x, unpack2x16float(unit0.y).y, unpack2x16float(unit0.z).x, unpack2x16float(unit0.z).y, unpack2x16float(unit0.w).x, unpack2x16float(unit0.w).y);
}

fn load8_X2_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_X2(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load_Q_scale2(i: i32) -> f32 {
  return unpack2x16float(Q_scale2[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Q_zero(i: i32, value: i32) {
  let shift = 8u * u32(i & 3);
  atomicAnd(&Q_zero[i >> 2u], ~(0xffu << shift));
  atomicOr(&Q_zero[i >> 2u], bitcast<u32>(clamp(value, 0, 255)) << shift);
}

@compute @workgroup_size(256)
fn quantize_kv_whole_D128_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk4 = thread >> 3u;
  let te = thread & 7;
  let leader = thread & 248;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_2.B * sizes_2.H * sizes_2.S <= group) { return; }
  let j3 = group % sizes_2.S;
  let outer = group / sizes_2.S;
  let i2 = outer % sizes_2.H;
  let g1 = outer / sizes_2.H;

  // kv4_attention.tdsl:22: Q[b, h, s, d] = X[b, s, h, d]
  var Q_min_min = 3.4028234663852886e38;
  var Q_min_min_part = 3.4028234663852886e38;
  for (var de = 0; de < 2; de++) {
    var x = load8_X2_or(128 * ((g1 * sizes_2.S + j3) * sizes_2.H + i2) + 128 * tk4 + 16 * te + 8 * de, tk4 <= 0, 0.0);
    for (var v = 0; v < 8; v++) {
      Q_min_min_part = min(Q_min_min_part, x[v]);
    }
  }
  Q_min_min = min(Q_min_min, Q_min_min_part);
  var Q_min_min_part2 = Q_min_min;
  partials_0_2[thread] = Q_min_min_part2;
  workgroupBarrier();
  Q_min_min_part2 = partials_0_2[leader];
  for (var other = 0; other < 7; other++) {
    Q_min_min_part2 = min(Q_min_min_part2, partials_0_2[leader + other + 1]);
  }
  var q_scale = 0.0;
  if (tk4 <= 0) { q_scale = load_Q_scale2((g1 * sizes_2.H + i2) * sizes_2.S + j3 + tk4); }
  let q_zero = clamp(i32(f32(clamp(i32(0.0 + round(cut_div(-min(Q_min_min_part2, 0.0), q_scale))), 0, 15))), 0, 255);
  if (tk4 <= 0 && (thread & 7) == 0) { store_Q_zero((g1 * sizes_2.H + i2) * sizes_2.S + j3 + tk4, q_zero); }
}

struct Sizes_3 { B: i32, S: i32, H: i32 }

@group(0) @binding(0) var<storage, read> X3: array<vec4<u32>>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> Q_scale3: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read> Q_zero2: array<u32>; // u8, 4 a word
@group(0) @binding(3) var<storage, read_write> Q_codes: array<u32>; // uint4, 8 a word
@group(0) @binding(4) var<uniform> sizes_3: Sizes_3;

fn load8_X3(i: i32) -> array<f32, 8> {
  let unit0 = X3[i >> 3u];
  return array<f32, 8>(unpack2x16float(unit0.x).x, unpack2x16float(unit0.x).y, unpack2x16float(unit0.y).x, unpack2x16float(unit0.y).y, unpack2x16float(unit0.z).x, unpack2x16float(unit0.z).y, unpack2x16float(unit0.w).x, unpack2x16float(unit0.w).y);
}

fn load8_X3_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_X3(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load_Q_scale3(i: i32) -> f32 {
  return unpack2x16float(Q_scale3[i >> 1u])[u32(i & 1)];
}

fn load_Q_zero2(i: i32) -> i32 {
  return bitcast<i32>(extractBits(Q_zero2[i >> 2u], 8u * u32(i & 3), 8u));
}

fn store8_Q_codes(i: i32, values: array<i32, 8>) {
  Q_codes[i >> 3u] = bitcast<u32>(clamp(values[0], 0, 15)) | (bitcast<u32>(clamp(values[1], 0, 15)) << 4u) | (bitcast<u32>(clamp(values[2], 0, 15)) << 8u) | (bitcast<u32>(clamp(values[3], 0, 15)) << 12u) | (bitcast<u32>(clamp(values[4], 0, 15)) << 16u) | (bitcast<u32>(clamp(values[5], 0, 15)) << 20u) | (bitcast<u32>(clamp(values[6], 0, 15)) << 24u) | (bitcast<u32>(clamp(values[7], 0, 15)) << 28u);
}

@compute @workgroup_size(256)
fn quantize_kv_whole_D128_3(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_3.B * sizes_3.H * sizes_3.S + 15) / 16 <= group) { return; }
  let c1d2e3f4 = group;
  let c1 = ((thread >> 4u) + 16 * c1d2e3f4) / (sizes_3.H * sizes_3.S);
  let e3 = ((thread >> 4u) + 16 * c1d2e3f4) % sizes_3.S;
  let d2 = ((thread >> 4u) + 16 * c1d2e3f4) / sizes_3.S % sizes_3.H;

  // kv4_attention.tdsl:22: Q[b, h, s, d] = X[b, s, h, d]
  var x = load8_X3_or(128 * ((c1 * sizes_3.S + e3) * sizes_3.H + d2) + 8 * (thread & 15), c1 < sizes_3.B, 0.0);
  var q_scale = 0.0;
  if (c1 < sizes_3.B) { q_scale = load_Q_scale3((c1 * sizes_3.H + d2) * sizes_3.S + e3); }
  var q_zero = 0;
  if (c1 < sizes_3.B) { q_zero = load_Q_zero2((c1 * sizes_3.H + d2) * sizes_3.S + e3); }
  var q_codes: array<i32, 8>;
  for (var v = 0; v < 8; v++) {
    q_codes[v] = clamp(i32(round(cut_div(x[v], q_scale)) + f32(q_zero)), 0, 15);
  }
  if (c1 < sizes_3.B) { store8_Q_codes(128 * ((c1 * sizes_3.H + d2) * sizes_3.S + e3) + 8 * (thread & 15), q_codes); }
}

// quantize_int8_1, quantize_int8_2: made by tdsl from quantize.tdsl for wgsl. Change the source, not this file.

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

struct Sizes { M: i32, K: i32 }

@group(0) @binding(0) var<storage, read> X: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read_write> Q_scale: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(2) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 2048>;
var<workgroup> partials_1: array<f32, 2048>;

fn load_X(i: i32) -> f32 {
  return unpack2x16float(X[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Q_scale(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Q_scale[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Q_scale[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn quantize_int8_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let ti2 = thread & 7;
  let te = thread >> 3u;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M * ((sizes.K + 8191) / 8192) <= group) { return; }
  let i2_count = (sizes.K + 8191) / 8192;
  let i2 = group % i2_count;
  let g1 = group / i2_count;

  // quantize.tdsl:13: Q[m, k] = X[m, k]
  var Q_scale_max: array<f32, 8>;
  for (var di2 = 0; di2 < 8; di2++) {
    Q_scale_max[di2] = -3.4028234663852886e38;
  }
  let e_step_count = (min(sizes.K - 8192 * i2, 128) + 31) >> 5u;
  for (var e_step = 0; e_step < e_step_count; e_step++) {
    for (var di2 = 0; di2 < 8; di2++) {
      let x = load_X(g1 * sizes.K + min(sizes.K - 1, te + 8192 * i2 + 1024 * ti2 + 32 * e_step + 128 * di2));
      let Q_scale_max_term = abs(x);
      Q_scale_max[di2] = max(Q_scale_max[di2], select(-3.4028234663852886e38, Q_scale_max_term, te + 8192 * i2 + 1024 * ti2 + 32 * e_step + 128 * di2 < sizes.K));
    }
  }
  var Q_scale_max_part: array<f32, 8>;
  for (var di2 = 0; di2 < 8; di2++) {
    Q_scale_max_part[di2] = Q_scale_max[di2];
  }
  for (var r = 0; r < 8; r++) {
    partials_0[r * 256 + thread] = Q_scale_max_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    Q_scale_max_part[r] = partials_0[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      Q_scale_max_part[r] = max(Q_scale_max_part[r], partials_0[r * 256 + leader + 8 * (other + 1)]);
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1[r * 256 + thread] = Q_scale_max_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    Q_scale_max_part[r] = partials_1[r * 256 + leader2];
    Q_scale_max_part[r] = max(Q_scale_max_part[r], partials_1[r * 256 + leader2 + 128]);
  }
  for (var di2 = 0; di2 < 8; di2++) {
    let q_scale = Q_scale_max_part[di2] * 0.007874016;
    if (64 * i2 + 8 * ti2 + di2 < (sizes.K + 127) / 128 && thread < 8) {
      store_Q_scale(g1 * ((sizes.K + 127) / 128) + 64 * i2 + 8 * ti2 + di2, q_scale);
    }
  }
}

struct Sizes_2 { M: i32, K: i32 }

@group(0) @binding(0) var<storage, read> X2: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> Q_scale2: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read_write> Q_codes: array<atomic<u32>>; // i8, 4 a word
@group(0) @binding(3) var<uniform> sizes_2: Sizes_2;

fn load_X2(i: i32) -> f32 {
  return unpack2x16float(X2[i >> 1u])[u32(i & 1)];
}

fn load_Q_scale2(i: i32) -> f32 {
  return unpack2x16float(Q_scale2[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Q_codes(i: i32, value: i32) {
  let shift = 8u * u32(i & 3);
  atomicAnd(&Q_codes[i >> 2u], ~(0xffu << shift));
  atomicOr(&Q_codes[i >> 2u], (bitcast<u32>(clamp(value, -128, 127)) & 0xffu) << shift);
}

@compute @workgroup_size(256)
fn quantize_int8_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_2.K * sizes_2.M + 255) / 256 <= group) { return; }
  let c1d2 = group;
  let c1 = (thread + 256 * c1d2) / sizes_2.K;
  let d2 = (thread + 256 * c1d2) % sizes_2.K;

  // quantize.tdsl:13: Q[m, k] = X[m, k]
  var x = 0.0;
  if (c1 < sizes_2.M) { x = load_X2(c1 * sizes_2.K + d2); }
  var q_scale = 0.0;
  if (c1 < sizes_2.M) { q_scale = load_Q_scale2(c1 * ((sizes_2.K + 127) / 128) + (d2 >> 7u)); }
  let q_codes = clamp(i32(round(cut_div(x, q_scale))), -128, 127);
  if (c1 < sizes_2.M) { store_Q_codes(c1 * sizes_2.K + d2, q_codes); }
}

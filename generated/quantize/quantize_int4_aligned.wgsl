// quantize_int4_aligned_1, quantize_int4_aligned_2: made by tdsl from quantize.tdsl for wgsl. Change the source, not this file.
// Relies on K % 32 == 0.

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
fn quantize_int4_aligned_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let ti2 = thread & 7;
  let te = thread >> 3u;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M * ((sizes.K + 2016) / 2048) <= group) { return; }
  let i2_count = (sizes.K + 2016) / 2048;
  let i2 = group % i2_count;
  let g1 = group / i2_count;

  // quantize.tdsl:28: Q[m, k] = X[m, k]
  var Q_scale_max: array<f32, 8>;
  var Q_scale_max_part: array<f32, 8>;
  for (var di2 = 0; di2 < 8; di2++) {
    Q_scale_max[di2] = -3.4028234663852886e38;
    let x = load_X(g1 * sizes.K + min(sizes.K - 1, te + 2048 * i2 + 256 * ti2 + 32 * di2));
    let Q_scale_max_term = abs(x);
    Q_scale_max[di2] = max(Q_scale_max[di2], select(-3.4028234663852886e38, Q_scale_max_term, te + 2048 * i2 + 256 * ti2 + 32 * di2 < sizes.K));
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
    let q_scale = Q_scale_max_part[di2] * 0.14285715;
    if (64 * i2 + 8 * ti2 + di2 < sizes.K / 32 && thread < 8) { store_Q_scale(g1 * ((sizes.K + 31) / 32) + 64 * i2 + 8 * ti2 + di2, q_scale); }
  }
}

struct Sizes_2 { M: i32, K: i32 }

@group(0) @binding(0) var<storage, read> X2: array<vec4<u32>>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> Q_scale2: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read_write> Q_codes: array<u32>; // int4, 8 a word
@group(0) @binding(3) var<uniform> sizes_2: Sizes_2;

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

fn store8_Q_codes(i: i32, values: array<i32, 8>) {
  Q_codes[i >> 3u] = (bitcast<u32>(clamp(values[0], -8, 7)) & 0xfu) | ((bitcast<u32>(clamp(values[1], -8, 7)) & 0xfu) << 4u) | ((bitcast<u32>(clamp(values[2], -8, 7)) & 0xfu) << 8u) | ((bitcast<u32>(clamp(values[3], -8, 7)) & 0xfu) << 12u) | ((bitcast<u32>(clamp(values[4], -8, 7)) & 0xfu) << 16u) | ((bitcast<u32>(clamp(values[5], -8, 7)) & 0xfu) << 20u) | ((bitcast<u32>(clamp(values[6], -8, 7)) & 0xfu) << 24u) | ((bitcast<u32>(clamp(values[7], -8, 7)) & 0xfu) << 28u);
}

@compute @workgroup_size(256)
fn quantize_int4_aligned_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_2.M * (sizes_2.K / 32) + 63) / 64 <= group) { return; }
  let c1d2 = group;
  let c1 = (thread + 256 * c1d2) / (4 * (sizes_2.K / 32));
  let d2 = (thread + 256 * c1d2) % (4 * (sizes_2.K / 32));

  // quantize.tdsl:28: Q[m, k] = X[m, k]
  var x = load8_X2_or(c1 * sizes_2.K + 8 * d2, c1 < sizes_2.M, 0.0);
  var q_scale = 0.0;
  if (c1 < sizes_2.M) { q_scale = load_Q_scale2(c1 * ((sizes_2.K + 31) / 32) + (d2 >> 2u)); }
  var q_codes: array<i32, 8>;
  for (var v = 0; v < 8; v++) {
    q_codes[v] = clamp(i32(round(cut_div(x[v], q_scale))), -8, 7);
  }
  if (c1 < sizes_2.M) { store8_Q_codes(c1 * sizes_2.K + 8 * d2, q_codes); }
}

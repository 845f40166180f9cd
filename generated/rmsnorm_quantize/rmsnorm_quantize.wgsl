// rmsnorm_quantize_1, rmsnorm_quantize_2, rmsnorm_quantize_3, rmsnorm_quantize_4, rmsnorm_quantize_5: made by tdsl from rmsnorm_quantize.tdsl for wgsl. Change the source, not this file.

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
@group(0) @binding(1) var<storage, read_write> inverse_sum_mem: array<f32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load_X(i: i32) -> f32 {
  return unpack2x16float(X[i >> 1u])[u32(i & 1)];
}

@compute @workgroup_size(256)
fn rmsnorm_quantize_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M <= group) { return; }
  let m = group;

  // rmsnorm_quantize.tdsl:17: let inverse[m] = rsqrt(mean(k) square(X[m, k]) + eps)
  var inverse_sum = 0.0;
  for (var k_step = 0; k_step < (sizes.K + 2047) / 2048; k_step++) {
    var inverse_sum_part = 0.0;
    for (var dk = 0; dk < 8; dk++) {
      var x = 0.0;
      if (2048 * k_step + 8 * thread + dk < sizes.K) { x = load_X(m * sizes.K + 2048 * k_step + 8 * thread + dk); }
      let inverse_sum_term = x * x;
      let inverse_sum_term2 = select(0.0, inverse_sum_term, 2048 * k_step + 8 * thread + dk < sizes.K);
      inverse_sum_part += inverse_sum_term2;
    }
    inverse_sum += inverse_sum_part;
  }
  var inverse_sum_part = inverse_sum;
  partials_0[thread] = inverse_sum_part;
  workgroupBarrier();
  inverse_sum_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    inverse_sum_part += partials_0[leader + other + 1];
  }
  partials_1[thread] = inverse_sum_part;
  workgroupBarrier();
  inverse_sum_part = partials_1[leader2];
  for (var other = 0; other < 15; other++) {
    inverse_sum_part += partials_1[leader2 + 16 * (other + 1)];
  }
  if (thread == 0) { inverse_sum_mem[m] = inverse_sum_part; }
}

struct Sizes_2 { M: i32, K: i32 }

@group(0) @binding(0) var<storage, read> X2: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> g: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read> order: array<i32>;
@group(0) @binding(3) var<storage, read> eps: array<f32>;
@group(0) @binding(4) var<storage, read> inverse_sum_mem2: array<f32>;
@group(0) @binding(5) var<storage, read_write> Xn_scale: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(6) var<uniform> sizes_2: Sizes_2;
var<workgroup> partials_0_2: array<f32, 2048>;
var<workgroup> partials_1_2: array<f32, 2048>;

fn load_X2(i: i32) -> f32 {
  return unpack2x16float(X2[i >> 1u])[u32(i & 1)];
}

fn load_g(i: i32) -> f32 {
  return unpack2x16float(g[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Xn_scale(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Xn_scale[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Xn_scale[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn rmsnorm_quantize_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let ti2 = thread & 7;
  let te = thread >> 3u;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_2.M * ((sizes_2.K + 8063) / 8192) <= group) { return; }
  let i2_count = (sizes_2.K + 8063) / 8192;
  let i2 = group % i2_count;
  let g1 = group / i2_count;

  // rmsnorm_quantize.tdsl:18: Xn[m, k] = X[m, order[k]] * inverse[m] * g[order[k]]
  var Xn_scale_max: array<f32, 8>;
  for (var di2 = 0; di2 < 8; di2++) {
    Xn_scale_max[di2] = -3.4028234663852886e38;
  }
  let e_step_count = (min(sizes_2.K - 8192 * i2 - 128, 128) + 31) >> 5u;
  for (var e_step = 0; e_step < e_step_count; e_step++) {
    var order2: array<i32, 8>;
    var x: array<f32, 8>;
    for (var di2 = 0; di2 < 8; di2++) {
      order2[di2] = order[min(sizes_2.K - 129, te + 8192 * i2 + 1024 * ti2 + 32 * e_step + 128 * di2)];
      x[di2] = load_X2(g1 * sizes_2.K + max(0, min(order2[di2], sizes_2.K - 1)));
    }
    let inverse_sum_mem3 = inverse_sum_mem2[g1];
    let eps2 = eps[0];
    for (var di2 = 0; di2 < 8; di2++) {
      let g2 = load_g(max(0, min(order2[di2], sizes_2.K - 1)));
      let Xn_scale_max_term = abs(x[di2] * inverseSqrt(inverse_sum_mem3 / f32(sizes_2.K) + eps2) * g2);
      Xn_scale_max[di2] = max(Xn_scale_max[di2], select(-3.4028234663852886e38, Xn_scale_max_term, te + 8192 * i2 + 1024 * ti2 + 32 * e_step + 128 * di2 + 129 <= sizes_2.K));
    }
  }
  var Xn_scale_max_part: array<f32, 8>;
  for (var di2 = 0; di2 < 8; di2++) {
    Xn_scale_max_part[di2] = Xn_scale_max[di2];
  }
  for (var r = 0; r < 8; r++) {
    partials_0_2[r * 256 + thread] = Xn_scale_max_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    Xn_scale_max_part[r] = partials_0_2[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      Xn_scale_max_part[r] = max(Xn_scale_max_part[r], partials_0_2[r * 256 + leader + 8 * (other + 1)]);
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1_2[r * 256 + thread] = Xn_scale_max_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    Xn_scale_max_part[r] = partials_1_2[r * 256 + leader2];
    Xn_scale_max_part[r] = max(Xn_scale_max_part[r], partials_1_2[r * 256 + leader2 + 128]);
  }
  for (var di2 = 0; di2 < 8; di2++) {
    let xn_scale = max(Xn_scale_max_part[di2], 0.00001) * 0.12857144;
    if (64 * i2 + 8 * ti2 + di2 + 2 <= (sizes_2.K + 127) / 128 && thread < 8) {
      store_Xn_scale(g1 * ((sizes_2.K + 127) / 128 - 1) + 64 * i2 + 8 * ti2 + di2, xn_scale);
    }
  }
}

struct Sizes_3 { M: i32, K: i32 }

@group(0) @binding(0) var<storage, read> X3: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> g2: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read> order2: array<i32>;
@group(0) @binding(3) var<storage, read> eps2: array<f32>;
@group(0) @binding(4) var<storage, read> Xn_scale2: array<u32>; // f16, 2 a word
@group(0) @binding(5) var<storage, read_write> Xn_codes: array<atomic<u32>>; // int4, 8 a word
@group(0) @binding(6) var<uniform> sizes_3: Sizes_3;
var<workgroup> partials_0_3: array<f32, 256>;
var<workgroup> partials_1_3: array<f32, 256>;

fn load_X3(i: i32) -> f32 {
  return unpack2x16float(X3[i >> 1u])[u32(i & 1)];
}

fn load_g2(i: i32) -> f32 {
  return unpack2x16float(g2[i >> 1u])[u32(i & 1)];
}

fn load_Xn_scale2(i: i32) -> f32 {
  return unpack2x16float(Xn_scale2[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Xn_codes(i: i32, value: i32) {
  let shift = 4u * u32(i & 7);
  atomicAnd(&Xn_codes[i >> 3u], ~(0xfu << shift));
  atomicOr(&Xn_codes[i >> 3u], (bitcast<u32>(clamp(value, -8, 7)) & 0xfu) << shift);
}

@compute @workgroup_size(256)
fn rmsnorm_quantize_3(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_3.M <= group) { return; }
  let c1 = group;

  // rmsnorm_quantize.tdsl:18: Xn[m, k] = X[m, order[k]] * inverse[m] * g[order[k]]
  var inverse_sum = 0.0;
  for (var k_step = 0; k_step < (sizes_3.K + 8191) / 8192; k_step++) {
    var inverse_sum_part = 0.0;
    for (var dk = 0; dk < 32; dk++) {
      var x = 0.0;
      if (8192 * k_step + 32 * thread + dk < sizes_3.K) { x = load_X3(c1 * sizes_3.K + 8192 * k_step + 32 * thread + dk); }
      let inverse_sum_term = x * x;
      let inverse_sum_term2 = select(0.0, inverse_sum_term, 8192 * k_step + 32 * thread + dk < sizes_3.K);
      inverse_sum_part += inverse_sum_term2;
    }
    inverse_sum += inverse_sum_part;
  }
  var inverse_sum_part = inverse_sum;
  partials_0_3[thread] = inverse_sum_part;
  workgroupBarrier();
  inverse_sum_part = partials_0_3[leader];
  for (var other = 0; other < 15; other++) {
    inverse_sum_part += partials_0_3[leader + other + 1];
  }
  partials_1_3[thread] = inverse_sum_part;
  workgroupBarrier();
  inverse_sum_part = partials_1_3[leader2];
  for (var other = 0; other < 15; other++) {
    inverse_sum_part += partials_1_3[leader2 + 16 * (other + 1)];
  }
  for (var d2_step = 0; d2_step < (sizes_3.K + 8063) / 8192; d2_step++) {
    var order3: array<i32, 32>;
    var x: array<f32, 32>;
    for (var dd2 = 0; dd2 < 32; dd2++) {
      order3[dd2] = 0;
      if (8192 * d2_step + 32 * thread + dd2 + 129 <= sizes_3.K) { order3[dd2] = order2[8192 * d2_step + 32 * thread + dd2]; }
      x[dd2] = 0.0;
      if (8192 * d2_step + 32 * thread + dd2 + 129 <= sizes_3.K) { x[dd2] = load_X3(c1 * sizes_3.K + order3[dd2]); }
    }
    let eps3 = eps2[0];
    for (var dd2 = 0; dd2 < 32; dd2++) {
      var g3 = 0.0;
      if (8192 * d2_step + 32 * thread + dd2 + 129 <= sizes_3.K) { g3 = load_g2(order3[dd2]); }
      var xn_scale = 0.0;
      if (8192 * d2_step + 32 * thread + dd2 + 129 <= sizes_3.K) { xn_scale = load_Xn_scale2(c1 * ((sizes_3.K + 127) / 128 - 1) + (thread >> 2u) + 64 * d2_step); }
      let xn_codes = clamp(i32(round(cut_div(x[dd2] * inverseSqrt(inverse_sum_part / f32(sizes_3.K) + eps3) * g3, xn_scale))), -8, 7);
      if (8192 * d2_step + 32 * thread + dd2 + 129 <= sizes_3.K) {
        store_Xn_codes(c1 * (sizes_3.K - 128) + 8192 * d2_step + 32 * thread + dd2, xn_codes);
      }
    }
  }
}

struct Sizes_4 { M: i32, K: i32 }

@group(0) @binding(0) var<storage, read> X4: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> g3: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read> order3: array<i32>;
@group(0) @binding(3) var<storage, read> eps3: array<f32>;
@group(0) @binding(4) var<storage, read_write> Xo_scale: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(5) var<uniform> sizes_4: Sizes_4;
var<workgroup> partials_0_4: array<f32, 256>;
var<workgroup> partials_1_4: array<f32, 256>;

fn load_X4(i: i32) -> f32 {
  return unpack2x16float(X4[i >> 1u])[u32(i & 1)];
}

fn load_g3(i: i32) -> f32 {
  return unpack2x16float(g3[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Xo_scale(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Xo_scale[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Xo_scale[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn rmsnorm_quantize_4(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_4.M <= group) { return; }
  let g1 = group;

  // rmsnorm_quantize.tdsl:19: Xo[m, o] = X[m, order[K - 128 + o]] * inverse[m] * g[order[K - 128 + o]]
  var inverse_sum = 0.0;
  for (var k_step = 0; k_step < (sizes_4.K + 2047) / 2048; k_step++) {
    var inverse_sum_part = 0.0;
    for (var dk = 0; dk < 8; dk++) {
      var x = 0.0;
      if (2048 * k_step + 8 * thread + dk < sizes_4.K) { x = load_X4(g1 * sizes_4.K + 2048 * k_step + 8 * thread + dk); }
      let inverse_sum_term = x * x;
      let inverse_sum_term2 = select(0.0, inverse_sum_term, 2048 * k_step + 8 * thread + dk < sizes_4.K);
      inverse_sum_part += inverse_sum_term2;
    }
    inverse_sum += inverse_sum_part;
  }
  var inverse_sum_part = inverse_sum;
  partials_0_4[thread] = inverse_sum_part;
  workgroupBarrier();
  inverse_sum_part = partials_0_4[leader];
  for (var other = 0; other < 15; other++) {
    inverse_sum_part += partials_0_4[leader + other + 1];
  }
  partials_1_4[thread] = inverse_sum_part;
  workgroupBarrier();
  inverse_sum_part = partials_1_4[leader2];
  for (var other = 0; other < 15; other++) {
    inverse_sum_part += partials_1_4[leader2 + 16 * (other + 1)];
  }
  var Xo_scale_max = -3.4028234663852886e38;
  var order4: array<i32, 8>;
  var x: array<f32, 8>;
  for (var de = 0; de < 8; de++) {
    order4[de] = 0;
    if (8 * thread + de <= 127) { order4[de] = order3[sizes_4.K + 8 * thread + de - 128]; }
    x[de] = 0.0;
    if (8 * thread + de <= 127) { x[de] = load_X4(g1 * sizes_4.K + order4[de]); }
  }
  let eps4 = eps3[0];
  var Xo_scale_max_part = -3.4028234663852886e38;
  for (var de = 0; de < 8; de++) {
    var g4 = 0.0;
    if (8 * thread + de <= 127) { g4 = load_g3(order4[de]); }
    let Xo_scale_max_term = abs(x[de] * inverseSqrt(inverse_sum_part / f32(sizes_4.K) + eps4) * g4);
    let Xo_scale_max_term2 = select(-3.4028234663852886e38, Xo_scale_max_term, 8 * thread + de <= 127);
    Xo_scale_max_part = max(Xo_scale_max_part, Xo_scale_max_term2);
  }
  Xo_scale_max = max(Xo_scale_max, Xo_scale_max_part);
  var Xo_scale_max_part2 = Xo_scale_max;
  partials_0_4[thread] = Xo_scale_max_part2;
  workgroupBarrier();
  Xo_scale_max_part2 = partials_0_4[leader];
  for (var other = 0; other < 15; other++) {
    Xo_scale_max_part2 = max(Xo_scale_max_part2, partials_0_4[leader + other + 1]);
  }
  partials_1_4[thread] = Xo_scale_max_part2;
  workgroupBarrier();
  Xo_scale_max_part2 = partials_1_4[leader2];
  for (var other = 0; other < 15; other++) {
    Xo_scale_max_part2 = max(Xo_scale_max_part2, partials_1_4[leader2 + 16 * (other + 1)]);
  }
  let xo_scale = max(Xo_scale_max_part2, 0.00001) * 0.007874016;
  if (thread == 0) { store_Xo_scale(g1, xo_scale); }
}

struct Sizes_5 { M: i32, K: i32 }

@group(0) @binding(0) var<storage, read> X5: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> g4: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read> order4: array<i32>;
@group(0) @binding(3) var<storage, read> eps4: array<f32>;
@group(0) @binding(4) var<storage, read> Xo_scale2: array<u32>; // f16, 2 a word
@group(0) @binding(5) var<storage, read_write> Xo_codes: array<vec4<u32>>; // i8, 4 a word
@group(0) @binding(6) var<uniform> sizes_5: Sizes_5;
var<workgroup> partials_0_5: array<f32, 256>;
var<workgroup> partials_1_5: array<f32, 256>;

fn load_X5(i: i32) -> f32 {
  return unpack2x16float(X5[i >> 1u])[u32(i & 1)];
}

fn load_g4(i: i32) -> f32 {
  return unpack2x16float(g4[i >> 1u])[u32(i & 1)];
}

fn load_Xo_scale2(i: i32) -> f32 {
  return unpack2x16float(Xo_scale2[i >> 1u])[u32(i & 1)];
}

fn store16_Xo_codes(i: i32, values: array<i32, 16>) {
  Xo_codes[i >> 4u] = vec4<u32>((bitcast<u32>(clamp(values[0], -128, 127)) & 0xffu) | ((bitcast<u32>(clamp(values[1], -128, 127)) & 0xffu) << 8u) | ((bitcast<u32>(clamp(values[2], -128, 127)) & 0xffu) << 16u) | ((bitcast<u32>(clamp(values[3], -128, 127)) & 0xffu) << 24u), (bitcast<u32>(clamp(values[4], -128, 127)) & 0xffu) | ((bitcast<u32>(clamp(values[5], -128, 127)) & 0xffu) << 8u) | ((bitcast<u32>(clamp(values[6], -128, 127)) & 0xffu) << 16u) | ((bitcast<u32>(clamp(values[7], -128, 127)) & 0xffu) << 24u), (bitcast<u32>(clamp(values[8], -128, 127)) & 0xffu) | ((bitcast<u32>(clamp(values[9], -128, 127)) & 0xffu) << 8u) | ((bitcast<u32>(clamp(values[10], -128, 127)) & 0xffu) << 16u) | ((bitcast<u32>(clamp(values[11], -128, 127)) & 0xffu) << 24u), (bitcast<u32>(clamp(values[12], -128, 127)) & 0xffu) | ((bitcast<u32>(clamp(values[13], -128, 127)) & 0xffu) << 8u) | ((bitcast<u32>(clamp(values[14], -128, 127)) & 0xffu) << 16u) | ((bitcast<u32>(clamp(values[15], -128, 127)) & 0xffu) << 24u));
}

@compute @workgroup_size(256)
fn rmsnorm_quantize_5(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_5.M <= group) { return; }
  let c1 = group;

  // rmsnorm_quantize.tdsl:19: Xo[m, o] = X[m, order[K - 128 + o]] * inverse[m] * g[order[K - 128 + o]]
  var inverse_sum = 0.0;
  for (var k_step = 0; k_step < (sizes_5.K + 4095) / 4096; k_step++) {
    var inverse_sum_part = 0.0;
    for (var dk = 0; dk < 16; dk++) {
      var x = 0.0;
      if (4096 * k_step + 16 * thread + dk < sizes_5.K) { x = load_X5(c1 * sizes_5.K + 4096 * k_step + 16 * thread + dk); }
      let inverse_sum_term = x * x;
      let inverse_sum_term2 = select(0.0, inverse_sum_term, 4096 * k_step + 16 * thread + dk < sizes_5.K);
      inverse_sum_part += inverse_sum_term2;
    }
    inverse_sum += inverse_sum_part;
  }
  var inverse_sum_part = inverse_sum;
  partials_0_5[thread] = inverse_sum_part;
  workgroupBarrier();
  inverse_sum_part = partials_0_5[leader];
  for (var other = 0; other < 15; other++) {
    inverse_sum_part += partials_0_5[leader + other + 1];
  }
  partials_1_5[thread] = inverse_sum_part;
  workgroupBarrier();
  inverse_sum_part = partials_1_5[leader2];
  for (var other = 0; other < 15; other++) {
    inverse_sum_part += partials_1_5[leader2 + 16 * (other + 1)];
  }
  var order5: array<i32, 16>;
  var x: array<f32, 16>;
  for (var dd2 = 0; dd2 < 16; dd2++) {
    order5[dd2] = 0;
    if (16 * thread + dd2 <= 127) { order5[dd2] = order4[sizes_5.K + 16 * thread + dd2 - 128]; }
    x[dd2] = 0.0;
    if (16 * thread + dd2 <= 127) { x[dd2] = load_X5(c1 * sizes_5.K + order5[dd2]); }
  }
  let eps5 = eps4[0];
  var xo_codes: array<i32, 16>;
  for (var v = 0; v < 16; v++) {
    var g5 = 0.0;
    if (16 * thread + v <= 127) { g5 = load_g4(order5[v]); }
    var xo_scale = 0.0;
    if (16 * thread + v <= 127) { xo_scale = load_Xo_scale2(c1 + (thread >> 3u)); }
    xo_codes[v] = clamp(i32(round(cut_div(x[v] * inverseSqrt(inverse_sum_part / f32(sizes_5.K) + eps5) * g5, xo_scale))), -128, 127);
  }
  if (16 * thread <= 127) { store16_Xo_codes(128 * c1 + 16 * thread, xo_codes); }
}

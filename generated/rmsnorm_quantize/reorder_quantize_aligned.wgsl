// reorder_quantize_aligned_1, reorder_quantize_aligned_2, reorder_quantize_aligned_3, reorder_quantize_aligned_4: made by tdsl from rmsnorm_quantize.tdsl for wgsl. Change the source, not this file.
// Relies on K % 8 == 0.

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
@group(0) @binding(1) var<storage, read> order: array<i32>;
@group(0) @binding(2) var<storage, read_write> Xn_scale: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 2048>;
var<workgroup> partials_1: array<f32, 2048>;

fn load_X(i: i32) -> f32 {
  return unpack2x16float(X[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Xn_scale(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Xn_scale[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Xn_scale[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn reorder_quantize_aligned_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let ti2 = thread & 7;
  let te = thread >> 3u;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M * ((sizes.K + 8056) / 8192) <= group) { return; }
  let i2_count = (sizes.K + 8056) / 8192;
  let i2 = group % i2_count;
  let g1 = group / i2_count;

  // rmsnorm_quantize.tdsl:27: Xn[m, k] = X[m, order[k]]
  var Xn_scale_max: array<f32, 8>;
  for (var di2 = 0; di2 < 8; di2++) {
    Xn_scale_max[di2] = -3.4028234663852886e38;
  }
  let e_step_count = (min(sizes.K - 8192 * i2 - 128, 128) + 31) >> 5u;
  for (var e_step = 0; e_step < e_step_count; e_step++) {
    for (var di2 = 0; di2 < 8; di2++) {
      let order2 = order[min(sizes.K - 129, te + 8192 * i2 + 1024 * ti2 + 32 * e_step + 128 * di2)];
      let x = load_X(g1 * sizes.K + max(0, min(order2, sizes.K - 1)));
      let Xn_scale_max_term = abs(x);
      Xn_scale_max[di2] = max(Xn_scale_max[di2], select(-3.4028234663852886e38, Xn_scale_max_term, te + 8192 * i2 + 1024 * ti2 + 32 * e_step + 128 * di2 + 129 <= sizes.K));
    }
  }
  var Xn_scale_max_part: array<f32, 8>;
  for (var di2 = 0; di2 < 8; di2++) {
    Xn_scale_max_part[di2] = Xn_scale_max[di2];
  }
  for (var r = 0; r < 8; r++) {
    partials_0[r * 256 + thread] = Xn_scale_max_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    Xn_scale_max_part[r] = partials_0[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      Xn_scale_max_part[r] = max(Xn_scale_max_part[r], partials_0[r * 256 + leader + 8 * (other + 1)]);
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1[r * 256 + thread] = Xn_scale_max_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    Xn_scale_max_part[r] = partials_1[r * 256 + leader2];
    Xn_scale_max_part[r] = max(Xn_scale_max_part[r], partials_1[r * 256 + leader2 + 128]);
  }
  for (var di2 = 0; di2 < 8; di2++) {
    let xn_scale = max(Xn_scale_max_part[di2], 0.00001) * 0.12857144;
    if (64 * i2 + 8 * ti2 + di2 + 2 <= (sizes.K + 120) / 128 && thread < 8) {
      store_Xn_scale(g1 * ((sizes.K + 127) / 128 - 1) + 64 * i2 + 8 * ti2 + di2, xn_scale);
    }
  }
}

struct Sizes_2 { M: i32, K: i32 }

@group(0) @binding(0) var<storage, read> X2: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> order2: array<vec4<i32>>;
@group(0) @binding(2) var<storage, read> Xn_scale2: array<u32>; // f16, 2 a word
@group(0) @binding(3) var<storage, read_write> Xn_codes: array<u32>; // int4, 8 a word
@group(0) @binding(4) var<uniform> sizes_2: Sizes_2;

fn load4_order2(i: i32) -> array<i32, 4> {
  let unit0 = order2[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load_X2(i: i32) -> f32 {
  return unpack2x16float(X2[i >> 1u])[u32(i & 1)];
}

fn load_Xn_scale2(i: i32) -> f32 {
  return unpack2x16float(Xn_scale2[i >> 1u])[u32(i & 1)];
}

fn store8_Xn_codes(i: i32, values: array<i32, 8>) {
  Xn_codes[i >> 3u] = (bitcast<u32>(clamp(values[0], -8, 7)) & 0xfu) | ((bitcast<u32>(clamp(values[1], -8, 7)) & 0xfu) << 4u) | ((bitcast<u32>(clamp(values[2], -8, 7)) & 0xfu) << 8u) | ((bitcast<u32>(clamp(values[3], -8, 7)) & 0xfu) << 12u) | ((bitcast<u32>(clamp(values[4], -8, 7)) & 0xfu) << 16u) | ((bitcast<u32>(clamp(values[5], -8, 7)) & 0xfu) << 20u) | ((bitcast<u32>(clamp(values[6], -8, 7)) & 0xfu) << 24u) | ((bitcast<u32>(clamp(values[7], -8, 7)) & 0xfu) << 28u);
}

@compute @workgroup_size(256)
fn reorder_quantize_aligned_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (((sizes_2.M * (sizes_2.K / 8) + 255 - 16 * sizes_2.M) >> 8u) <= group) { return; }
  let c1d2 = group;
  let d2 = (thread + 256 * c1d2) % (sizes_2.K / 8 - 16);
  let c1 = (thread + 256 * c1d2) / (sizes_2.K / 8 - 16);

  // rmsnorm_quantize.tdsl:27: Xn[m, k] = X[m, order[k]]
  var x: array<f32, 8>;
  for (var dd2 = 0; dd2 < 2; dd2++) {
    var order3 = load4_order2(8 * d2 + 4 * dd2);
    for (var v = 0; v < 4; v++) {
      x[4 * dd2 + v] = 0.0;
      if (c1 < sizes_2.M) { x[4 * dd2 + v] = load_X2(c1 * sizes_2.K + order3[v]); }
    }
  }
  var xn_scale = 0.0;
  if (c1 < sizes_2.M) { xn_scale = load_Xn_scale2(c1 * ((sizes_2.K + 127) / 128 - 1) + (d2 >> 4u)); }
  var xn_codes: array<i32, 8>;
  for (var v = 0; v < 8; v++) {
    xn_codes[v] = clamp(i32(round(cut_div(x[v], xn_scale))), -8, 7);
  }
  if (c1 < sizes_2.M) { store8_Xn_codes(c1 * (sizes_2.K - 128) + 8 * d2, xn_codes); }
}

struct Sizes_3 { M: i32, K: i32 }

@group(0) @binding(0) var<storage, read> X3: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> order3: array<vec4<i32>>;
@group(0) @binding(2) var<storage, read_write> Xo_scale: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(3) var<uniform> sizes_3: Sizes_3;
var<workgroup> partials_0_2: array<f32, 256>;

fn load4_order3(i: i32) -> array<i32, 4> {
  let unit0 = order3[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_order3_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_order3(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

fn load_X3(i: i32) -> f32 {
  return unpack2x16float(X3[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Xo_scale(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Xo_scale[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Xo_scale[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn reorder_quantize_aligned_3(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let ti2 = thread >> 4u;
  let te = thread & 15;
  let leader = thread & 240;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_3.M <= group) { return; }
  let g1 = group;

  // rmsnorm_quantize.tdsl:28: Xo[m, o] = X[m, order[K - 128 + o]]
  var Xo_scale_max = -3.4028234663852886e38;
  var Xo_scale_max_part = -3.4028234663852886e38;
  for (var de = 0; de < 2; de++) {
    var order4 = load4_order3_or(sizes_3.K + 128 * ti2 + 8 * te + 4 * de - 128, ti2 <= 0, 0);
    for (var v = 0; v < 4; v++) {
      var x = 0.0;
      if (ti2 <= 0) { x = load_X3(g1 * sizes_3.K + order4[v]); }
      let Xo_scale_max_term = abs(x);
      Xo_scale_max_part = max(Xo_scale_max_part, Xo_scale_max_term);
    }
  }
  Xo_scale_max = max(Xo_scale_max, Xo_scale_max_part);
  var Xo_scale_max_part2 = Xo_scale_max;
  partials_0_2[thread] = Xo_scale_max_part2;
  workgroupBarrier();
  Xo_scale_max_part2 = partials_0_2[leader];
  for (var other = 0; other < 15; other++) {
    Xo_scale_max_part2 = max(Xo_scale_max_part2, partials_0_2[leader + other + 1]);
  }
  let xo_scale = max(Xo_scale_max_part2, 0.00001) * 0.007874016;
  if (ti2 <= 0 && (thread & 15) == 0) { store_Xo_scale(g1 + ti2, xo_scale); }
}

struct Sizes_4 { M: i32, K: i32 }

@group(0) @binding(0) var<storage, read> X4: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> order4: array<vec4<i32>>;
@group(0) @binding(2) var<storage, read> Xo_scale2: array<u32>; // f16, 2 a word
@group(0) @binding(3) var<storage, read_write> Xo_codes: array<u32>; // i8, 4 a word
@group(0) @binding(4) var<uniform> sizes_4: Sizes_4;

fn load4_order4(i: i32) -> array<i32, 4> {
  let unit0 = order4[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load_X4(i: i32) -> f32 {
  return unpack2x16float(X4[i >> 1u])[u32(i & 1)];
}

fn load_Xo_scale2(i: i32) -> f32 {
  return unpack2x16float(Xo_scale2[i >> 1u])[u32(i & 1)];
}

fn store4_Xo_codes(i: i32, values: array<i32, 4>) {
  Xo_codes[i >> 2u] = (bitcast<u32>(clamp(values[0], -128, 127)) & 0xffu) | ((bitcast<u32>(clamp(values[1], -128, 127)) & 0xffu) << 8u) | ((bitcast<u32>(clamp(values[2], -128, 127)) & 0xffu) << 16u) | ((bitcast<u32>(clamp(values[3], -128, 127)) & 0xffu) << 24u);
}

@compute @workgroup_size(256)
fn reorder_quantize_aligned_4(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_4.M + 7) / 8 <= group) { return; }
  let c1d2 = group;

  // rmsnorm_quantize.tdsl:28: Xo[m, o] = X[m, order[K - 128 + o]]
  var x: array<f32, 4>;
  var order5 = load4_order4(sizes_4.K + 4 * (thread & 31) - 128);
  for (var v = 0; v < 4; v++) {
    x[v] = 0.0;
    if ((thread >> 5u) + 8 * c1d2 < sizes_4.M) { x[v] = load_X4(((thread >> 5u) + 8 * c1d2) * sizes_4.K + order5[v]); }
  }
  var xo_scale = 0.0;
  if ((thread >> 5u) + 8 * c1d2 < sizes_4.M) { xo_scale = load_Xo_scale2((thread >> 5u) + 8 * c1d2); }
  var xo_codes: array<i32, 4>;
  for (var v = 0; v < 4; v++) {
    xo_codes[v] = clamp(i32(round(cut_div(x[v], xo_scale))), -128, 127);
  }
  if ((thread >> 5u) + 8 * c1d2 < sizes_4.M) { store4_Xo_codes(128 * ((thread >> 5u) + 8 * c1d2) + 4 * (thread & 31), xo_codes); }
}

// quantize_weights_1, quantize_weights_2, quantize_weights_3, quantize_weights_4: made by tdsl from atom_linear.tdsl for wgsl. Change the source, not this file.

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

struct Sizes { N: i32, K: i32 }

@group(0) @binding(0) var<storage, read> W: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> order: array<i32>;
@group(0) @binding(2) var<storage, read_write> Wn_scale: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 2048>;
var<workgroup> partials_1: array<f32, 2048>;

fn load_W(i: i32) -> f32 {
  return unpack2x16float(W[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Wn_scale(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Wn_scale[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Wn_scale[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn quantize_weights_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let ti2 = thread & 7;
  let te = thread >> 3u;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.K + 8063) / 8192 * ((sizes.N + 1) / 2) <= group) { return; }
  let i2_count = (sizes.K + 8063) / 8192;
  let i2 = group % i2_count;
  let g1 = group / i2_count;

  // atom_linear.tdsl:43: Wn[n, k] = W[n, order[k]]
  var Wn_scale_max: array<f32, 8>;
  for (var di2 = 0; di2 < 8; di2++) {
    Wn_scale_max[di2] = -3.4028234663852886e38;
  }
  for (var e_step = 0; e_step < min(sizes.N - 2 * g1, 2); e_step++) {
    let e_2_step_count = (min(sizes.K - 8192 * i2 - 128, 128) + 31) >> 5u;
    for (var e_2_step = 0; e_2_step < e_2_step_count; e_2_step++) {
      for (var di2 = 0; di2 < 8; di2++) {
        let order2 = order[min(sizes.K - 129, te + 8192 * i2 + 1024 * ti2 + 32 * e_2_step + 128 * di2)];
        let w = load_W((e_step + 2 * g1) * sizes.K + max(0, min(order2, sizes.K - 1)));
        let Wn_scale_max_term = abs(w);
        Wn_scale_max[di2] = max(Wn_scale_max[di2], select(-3.4028234663852886e38, Wn_scale_max_term, te + 8192 * i2 + 1024 * ti2 + 32 * e_2_step + 128 * di2 + 129 <= sizes.K));
      }
    }
  }
  var Wn_scale_max_part: array<f32, 8>;
  for (var di2 = 0; di2 < 8; di2++) {
    Wn_scale_max_part[di2] = Wn_scale_max[di2];
  }
  for (var r = 0; r < 8; r++) {
    partials_0[r * 256 + thread] = Wn_scale_max_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    Wn_scale_max_part[r] = partials_0[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      Wn_scale_max_part[r] = max(Wn_scale_max_part[r], partials_0[r * 256 + leader + 8 * (other + 1)]);
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1[r * 256 + thread] = Wn_scale_max_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    Wn_scale_max_part[r] = partials_1[r * 256 + leader2];
    Wn_scale_max_part[r] = max(Wn_scale_max_part[r], partials_1[r * 256 + leader2 + 128]);
  }
  for (var di2 = 0; di2 < 8; di2++) {
    let wn_scale = max(Wn_scale_max_part[di2], 0.00001) * 0.12142857;
    if (64 * i2 + 8 * ti2 + di2 + 2 <= (sizes.K + 127) / 128 && thread < 8) {
      store_Wn_scale(g1 * ((sizes.K + 127) / 128 - 1) + 64 * i2 + 8 * ti2 + di2, wn_scale);
    }
  }
}

struct Sizes_2 { N: i32, K: i32 }

@group(0) @binding(0) var<storage, read> W2: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> order2: array<i32>;
@group(0) @binding(2) var<storage, read> Wn_scale2: array<u32>; // f16, 2 a word
@group(0) @binding(3) var<storage, read_write> Wn_codes: array<atomic<u32>>; // int4, 8 a word
@group(0) @binding(4) var<uniform> sizes_2: Sizes_2;

fn load_W2(i: i32) -> f32 {
  return unpack2x16float(W2[i >> 1u])[u32(i & 1)];
}

fn load_Wn_scale2(i: i32) -> f32 {
  return unpack2x16float(Wn_scale2[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Wn_codes(i: i32, value: i32) {
  let shift = 4u * u32(i & 7);
  atomicAnd(&Wn_codes[i >> 3u], ~(0xfu << shift));
  atomicOr(&Wn_codes[i >> 3u], (bitcast<u32>(clamp(value, -8, 7)) & 0xfu) << shift);
}

@compute @workgroup_size(256)
fn quantize_weights_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (((sizes_2.K * sizes_2.N + 255 - 128 * sizes_2.N) >> 8u) <= group) { return; }
  let c1d2 = group;
  let d2 = (thread + 256 * c1d2) % (sizes_2.K - 128);
  let c1 = (thread + 256 * c1d2) / (sizes_2.K - 128);

  // atom_linear.tdsl:43: Wn[n, k] = W[n, order[k]]
  let order3 = order2[d2];
  var w = 0.0;
  if (c1 < sizes_2.N) { w = load_W2(c1 * sizes_2.K + order3); }
  var wn_scale = 0.0;
  if (c1 < sizes_2.N) { wn_scale = load_Wn_scale2((thread + 256 * c1d2) / (2 * sizes_2.K - 256) * ((sizes_2.K + 127) / 128 - 1) + (d2 >> 7u)); }
  let wn_codes = clamp(i32(round(cut_div(w, wn_scale))), -8, 7);
  if (c1 < sizes_2.N) { store_Wn_codes(c1 * (sizes_2.K - 128) + d2, wn_codes); }
}

struct Sizes_3 { N: i32, K: i32 }

@group(0) @binding(0) var<storage, read> W3: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> order3: array<i32>;
@group(0) @binding(2) var<storage, read_write> Wo_scale: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(3) var<uniform> sizes_3: Sizes_3;
var<workgroup> partials_0_2: array<f32, 256>;

fn load_W3(i: i32) -> f32 {
  return unpack2x16float(W3[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Wo_scale(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Wo_scale[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Wo_scale[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn quantize_weights_3(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let ti2 = thread >> 4u;
  let te = thread & 15;
  let leader = thread & 240;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_3.N <= group) { return; }
  let g1 = group;

  // atom_linear.tdsl:44: Wo[n, o] = W[n, order[K - 128 + o]]
  var Wo_scale_max = -3.4028234663852886e38;
  var Wo_scale_max_part = -3.4028234663852886e38;
  for (var de = 0; de < 8; de++) {
    var order4 = 0;
    if (ti2 <= 0) { order4 = order3[sizes_3.K + 128 * ti2 + 8 * te + de - 128]; }
    var w = 0.0;
    if (ti2 <= 0) { w = load_W3(g1 * sizes_3.K + order4); }
    let Wo_scale_max_term = abs(w);
    Wo_scale_max_part = max(Wo_scale_max_part, Wo_scale_max_term);
  }
  Wo_scale_max = max(Wo_scale_max, Wo_scale_max_part);
  var Wo_scale_max_part2 = Wo_scale_max;
  partials_0_2[thread] = Wo_scale_max_part2;
  workgroupBarrier();
  Wo_scale_max_part2 = partials_0_2[leader];
  for (var other = 0; other < 15; other++) {
    Wo_scale_max_part2 = max(Wo_scale_max_part2, partials_0_2[leader + other + 1]);
  }
  let wo_scale = max(Wo_scale_max_part2, 0.00001) * 0.007874016;
  if (ti2 <= 0 && (thread & 15) == 0) { store_Wo_scale(g1 + ti2, wo_scale); }
}

struct Sizes_4 { N: i32, K: i32 }

@group(0) @binding(0) var<storage, read> W4: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> order4: array<i32>;
@group(0) @binding(2) var<storage, read> Wo_scale2: array<u32>; // f16, 2 a word
@group(0) @binding(3) var<storage, read_write> Wo_codes: array<u32>; // i8, 4 a word
@group(0) @binding(4) var<uniform> sizes_4: Sizes_4;

fn load_W4(i: i32) -> f32 {
  return unpack2x16float(W4[i >> 1u])[u32(i & 1)];
}

fn load_Wo_scale2(i: i32) -> f32 {
  return unpack2x16float(Wo_scale2[i >> 1u])[u32(i & 1)];
}

fn store4_Wo_codes(i: i32, values: array<i32, 4>) {
  Wo_codes[i >> 2u] = (bitcast<u32>(clamp(values[0], -128, 127)) & 0xffu) | ((bitcast<u32>(clamp(values[1], -128, 127)) & 0xffu) << 8u) | ((bitcast<u32>(clamp(values[2], -128, 127)) & 0xffu) << 16u) | ((bitcast<u32>(clamp(values[3], -128, 127)) & 0xffu) << 24u);
}

@compute @workgroup_size(256)
fn quantize_weights_4(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_4.N + 7) / 8 <= group) { return; }
  let c1d2 = group;

  // atom_linear.tdsl:44: Wo[n, o] = W[n, order[K - 128 + o]]
  var w: array<f32, 4>;
  for (var dd2 = 0; dd2 < 4; dd2++) {
    let order5 = order4[sizes_4.K + 4 * (thread & 31) + dd2 - 128];
    w[dd2] = 0.0;
    if ((thread >> 5u) + 8 * c1d2 < sizes_4.N) { w[dd2] = load_W4(((thread >> 5u) + 8 * c1d2) * sizes_4.K + order5); }
  }
  var wo_scale = 0.0;
  if ((thread >> 5u) + 8 * c1d2 < sizes_4.N) { wo_scale = load_Wo_scale2((thread >> 5u) + 8 * c1d2); }
  var wo_codes: array<i32, 4>;
  for (var v = 0; v < 4; v++) {
    wo_codes[v] = clamp(i32(round(cut_div(w[v], wo_scale))), -128, 127);
  }
  if ((thread >> 5u) + 8 * c1d2 < sizes_4.N) { store4_Wo_codes(128 * ((thread >> 5u) + 8 * c1d2) + 4 * (thread & 31), wo_codes); }
}

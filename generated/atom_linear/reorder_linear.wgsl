// reorder_linear_1, reorder_linear_2, reorder_linear_3, reorder_linear_4, reorder_linear_5: made by tdsl from atom_linear.tdsl for wgsl. Change the source, not this file.

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

struct Sizes { M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> order: array<i32>;
@group(0) @binding(2) var<storage, read_write> Xn_scale_mem: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 2048>;
var<workgroup> partials_1: array<f32, 2048>;

fn load_X(i: i32) -> f32 {
  return unpack2x16float(X[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Xn_scale_mem(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Xn_scale_mem[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Xn_scale_mem[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn reorder_linear_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let ti2 = thread & 7;
  let te = thread >> 3u;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M * ((sizes.K + 8063) / 8192) <= group) { return; }
  let i2_count = (sizes.K + 8063) / 8192;
  let i2 = group % i2_count;
  let g1 = group / i2_count;

  // atom_linear.tdsl:30: let Xn[m, k: K - 128 by 128]: act4 = X[m, order[k]]
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
    let xn_scale_mem = max(Xn_scale_max_part[di2], 0.00001) * 0.12857144;
    if (64 * i2 + 8 * ti2 + di2 + 2 <= (sizes.K + 127) / 128 && thread < 8) {
      store_Xn_scale_mem(g1 * ((sizes.K + 127) / 128 - 1) + 64 * i2 + 8 * ti2 + di2, xn_scale_mem);
    }
  }
}

struct Sizes_2 { M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X2: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> order2: array<i32>;
@group(0) @binding(2) var<storage, read> Xn_scale_mem2: array<u32>; // f16, 2 a word
@group(0) @binding(3) var<storage, read_write> Xn_codes_mem: array<atomic<u32>>; // int4, 8 a word
@group(0) @binding(4) var<uniform> sizes_2: Sizes_2;

fn load_X2(i: i32) -> f32 {
  return unpack2x16float(X2[i >> 1u])[u32(i & 1)];
}

fn load_Xn_scale_mem2(i: i32) -> f32 {
  return unpack2x16float(Xn_scale_mem2[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Xn_codes_mem(i: i32, value: i32) {
  let shift = 4u * u32(i & 7);
  atomicAnd(&Xn_codes_mem[i >> 3u], ~(0xfu << shift));
  atomicOr(&Xn_codes_mem[i >> 3u], (bitcast<u32>(clamp(value, -8, 7)) & 0xfu) << shift);
}

@compute @workgroup_size(256)
fn reorder_linear_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (((sizes_2.K * sizes_2.M + 255 - 128 * sizes_2.M) >> 8u) <= group) { return; }
  let c1d2 = group;
  let d2 = (thread + 256 * c1d2) % (sizes_2.K - 128);
  let c1 = (thread + 256 * c1d2) / (sizes_2.K - 128);

  // atom_linear.tdsl:30: let Xn[m, k: K - 128 by 128]: act4 = X[m, order[k]]
  let order3 = order2[d2];
  var x = 0.0;
  if (c1 < sizes_2.M) { x = load_X2(c1 * sizes_2.K + order3); }
  var xn_scale_mem = 0.0;
  if (c1 < sizes_2.M) { xn_scale_mem = load_Xn_scale_mem2(c1 * ((sizes_2.K + 127) / 128 - 1) + (d2 >> 7u)); }
  let xn_codes_mem = clamp(i32(round(cut_div(x, xn_scale_mem))), -8, 7);
  if (c1 < sizes_2.M) { store_Xn_codes_mem(c1 * (sizes_2.K - 128) + d2, xn_codes_mem); }
}

struct Sizes_3 { M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X3: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> order3: array<i32>;
@group(0) @binding(2) var<storage, read_write> Xo_scale_mem: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(3) var<uniform> sizes_3: Sizes_3;
var<workgroup> partials_0_2: array<f32, 256>;

fn load_X3(i: i32) -> f32 {
  return unpack2x16float(X3[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Xo_scale_mem(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Xo_scale_mem[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Xo_scale_mem[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn reorder_linear_3(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let ti2 = thread >> 4u;
  let te = thread & 15;
  let leader = thread & 240;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_3.M <= group) { return; }
  let g1 = group;

  // atom_linear.tdsl:31: let Xo[m, o: 128 by 128]: out8 = X[m, order[K - 128 + o]]
  var Xo_scale_max = -3.4028234663852886e38;
  var Xo_scale_max_part = -3.4028234663852886e38;
  for (var de = 0; de < 8; de++) {
    var order4 = 0;
    if (ti2 <= 0) { order4 = order3[sizes_3.K + 128 * ti2 + 8 * te + de - 128]; }
    var x = 0.0;
    if (ti2 <= 0) { x = load_X3(g1 * sizes_3.K + order4); }
    let Xo_scale_max_term = abs(x);
    Xo_scale_max_part = max(Xo_scale_max_part, Xo_scale_max_term);
  }
  Xo_scale_max = max(Xo_scale_max, Xo_scale_max_part);
  var Xo_scale_max_part2 = Xo_scale_max;
  partials_0_2[thread] = Xo_scale_max_part2;
  workgroupBarrier();
  Xo_scale_max_part2 = partials_0_2[leader];
  for (var other = 0; other < 15; other++) {
    Xo_scale_max_part2 = max(Xo_scale_max_part2, partials_0_2[leader + other + 1]);
  }
  let xo_scale_mem = max(Xo_scale_max_part2, 0.00001) * 0.007874016;
  if (ti2 <= 0 && (thread & 15) == 0) { store_Xo_scale_mem(g1 + ti2, xo_scale_mem); }
}

struct Sizes_4 { M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X4: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> order4: array<i32>;
@group(0) @binding(2) var<storage, read> Xo_scale_mem2: array<u32>; // f16, 2 a word
@group(0) @binding(3) var<storage, read_write> Xo_codes_mem: array<u32>; // i8, 4 a word
@group(0) @binding(4) var<uniform> sizes_4: Sizes_4;

fn load_X4(i: i32) -> f32 {
  return unpack2x16float(X4[i >> 1u])[u32(i & 1)];
}

fn load_Xo_scale_mem2(i: i32) -> f32 {
  return unpack2x16float(Xo_scale_mem2[i >> 1u])[u32(i & 1)];
}

fn store4_Xo_codes_mem(i: i32, values: array<i32, 4>) {
  Xo_codes_mem[i >> 2u] = (bitcast<u32>(clamp(values[0], -128, 127)) & 0xffu) | ((bitcast<u32>(clamp(values[1], -128, 127)) & 0xffu) << 8u) | ((bitcast<u32>(clamp(values[2], -128, 127)) & 0xffu) << 16u) | ((bitcast<u32>(clamp(values[3], -128, 127)) & 0xffu) << 24u);
}

@compute @workgroup_size(256)
fn reorder_linear_4(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_4.M + 7) / 8 <= group) { return; }
  let c1d2 = group;

  // atom_linear.tdsl:31: let Xo[m, o: 128 by 128]: out8 = X[m, order[K - 128 + o]]
  var x: array<f32, 4>;
  for (var dd2 = 0; dd2 < 4; dd2++) {
    let order5 = order4[sizes_4.K + 4 * (thread & 31) + dd2 - 128];
    x[dd2] = 0.0;
    if ((thread >> 5u) + 8 * c1d2 < sizes_4.M) { x[dd2] = load_X4(((thread >> 5u) + 8 * c1d2) * sizes_4.K + order5); }
  }
  var xo_scale_mem = 0.0;
  if ((thread >> 5u) + 8 * c1d2 < sizes_4.M) { xo_scale_mem = load_Xo_scale_mem2((thread >> 5u) + 8 * c1d2); }
  var xo_codes_mem: array<i32, 4>;
  for (var v = 0; v < 4; v++) {
    xo_codes_mem[v] = clamp(i32(round(cut_div(x[v], xo_scale_mem))), -128, 127);
  }
  if ((thread >> 5u) + 8 * c1d2 < sizes_4.M) { store4_Xo_codes_mem(128 * ((thread >> 5u) + 8 * c1d2) + 4 * (thread & 31), xo_codes_mem); }
}

struct Sizes_5 { M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> Wn_codes: array<u32>; // int4, 8 a word
@group(0) @binding(1) var<storage, read> Wn_scale: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read> Wo_codes: array<u32>; // i8, 4 a word
@group(0) @binding(3) var<storage, read> Wo_scale: array<u32>; // f16, 2 a word
@group(0) @binding(4) var<storage, read> Xn_scale_mem3: array<u32>; // f16, 2 a word
@group(0) @binding(5) var<storage, read> Xn_codes_mem2: array<u32>; // int4, 8 a word
@group(0) @binding(6) var<storage, read> Xo_scale_mem3: array<u32>; // f16, 2 a word
@group(0) @binding(7) var<storage, read> Xo_codes_mem2: array<u32>; // i8, 4 a word
@group(0) @binding(8) var<storage, read_write> Y: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(9) var<uniform> sizes_5: Sizes_5;
var<workgroup> xn_codes_mem: array<f32, 640>;
var<workgroup> wn_codes: array<f32, 640>;
var<workgroup> xo_codes_mem: array<f32, 640>;
var<workgroup> wo_codes: array<f32, 640>;

fn load_Xn_codes_mem2(i: i32) -> i32 {
  return extractBits(bitcast<i32>(Xn_codes_mem2[i >> 3u]), 4u * u32(i & 7), 4u);
}

fn load_Xn_scale_mem3(i: i32) -> f32 {
  return unpack2x16float(Xn_scale_mem3[i >> 1u])[u32(i & 1)];
}

fn load_Wn_codes(i: i32) -> i32 {
  return extractBits(bitcast<i32>(Wn_codes[i >> 3u]), 4u * u32(i & 7), 4u);
}

fn load_Wn_scale(i: i32) -> f32 {
  return unpack2x16float(Wn_scale[i >> 1u])[u32(i & 1)];
}

fn load2_wn_codes(i: i32) -> array<f32, 2> {
  let unit0 = wn_codes[i];
  let unit1 = wn_codes[i + 1];
  return array<f32, 2>(unit0, unit1);
}

fn load4_Xo_codes_mem2(i: i32) -> array<i32, 4> {
  let unit0 = Xo_codes_mem2[i >> 2u];
  return array<i32, 4>(extractBits(bitcast<i32>(unit0), 0u, 8u), extractBits(bitcast<i32>(unit0), 8u, 8u), extractBits(bitcast<i32>(unit0), 16u, 8u), extractBits(bitcast<i32>(unit0), 24u, 8u));
}

fn load4_Xo_codes_mem2_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_Xo_codes_mem2(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

fn load_Xo_scale_mem3(i: i32) -> f32 {
  return unpack2x16float(Xo_scale_mem3[i >> 1u])[u32(i & 1)];
}

fn load4_Wo_codes(i: i32) -> array<i32, 4> {
  let unit0 = Wo_codes[i >> 2u];
  return array<i32, 4>(extractBits(bitcast<i32>(unit0), 0u, 8u), extractBits(bitcast<i32>(unit0), 8u, 8u), extractBits(bitcast<i32>(unit0), 16u, 8u), extractBits(bitcast<i32>(unit0), 24u, 8u));
}

fn load4_Wo_codes_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_Wo_codes(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

fn load_Wo_scale(i: i32) -> f32 {
  return unpack2x16float(Wo_scale[i >> 1u])[u32(i & 1)];
}

fn load2_wo_codes(i: i32) -> array<f32, 2> {
  let unit0 = wo_codes[i];
  let unit1 = wo_codes[i + 1];
  return array<f32, 2>(unit0, unit1);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Y(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Y[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Y[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(128)
fn reorder_linear_5(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tm = thread >> 3u;
  let tk = 4 * (thread & 7);
  let tn = 2 * (thread & 7);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_5.M + 15) / 16 * ((sizes_5.N + 15) / 16) <= group) { return; }
  let n_count = (sizes_5.N + 15) / 16;
  let n = group % n_count;
  let m2 = 16 * (group / n_count) + tm;
  let n2 = 16 * n + tm;
  let n3 = 16 * n + tn;

  // atom_linear.tdsl:32: Y[m, n] = sum(k) Xn[m, k] * Wn[n, k] + sum(o) Xo[m, o] * Wo[n, o]
  var Y_sum: array<f32, 2>;
  for (var dn = 0; dn < 2; dn++) {
    Y_sum[dn] = 0.0;
  }
  for (var k_2_step = 0; k_2_step < (sizes_5.K + 31) / 32 - 4; k_2_step++) {
    let k = 32 * k_2_step + tk;
    workgroupBarrier();
    for (var dk = 0; dk < 4; dk++) {
      var xn_codes_mem2 = 0;
      if (m2 < sizes_5.M && k + dk + 129 <= sizes_5.K) { xn_codes_mem2 = load_Xn_codes_mem2(m2 * (sizes_5.K - 128) + k + dk); }
      var xn_scale_mem = 0.0;
      if (m2 < sizes_5.M && k + dk + 129 <= sizes_5.K) { xn_scale_mem = load_Xn_scale_mem3(m2 * ((sizes_5.K + 127) / 128 - 1) + ((k + dk) >> 7u)); }
      let xn_codes_mem_fill = f32(xn_codes_mem2) * xn_scale_mem;
      xn_codes_mem[20 * (tk + dk) + tm] = xn_codes_mem_fill;
    }
    for (var dk = 0; dk < 4; dk++) {
      var wn_codes2 = 0;
      if (n2 < sizes_5.N && k + dk + 129 <= sizes_5.K) { wn_codes2 = load_Wn_codes(n2 * (sizes_5.K - 128) + k + dk); }
      var wn_scale = 0.0;
      if (n2 < sizes_5.N && k + dk + 129 <= sizes_5.K) { wn_scale = load_Wn_scale((n2 >> 1u) * ((sizes_5.K + 127) / 128 - 1) + ((k + dk) >> 7u)); }
      let wn_codes_fill = f32(wn_codes2) * wn_scale;
      wn_codes[20 * (tk + dk) + tm] = wn_codes_fill;
    }
    workgroupBarrier();
    for (var dk = 0; dk < 32; dk++) {
      let xn_codes_mem_reg = xn_codes_mem[20 * dk + tm];
      var wn_codes_reg = load2_wn_codes(20 * dk + tn);
      for (var dn = 0; dn < 2; dn++) {
        Y_sum[dn] += xn_codes_mem_reg * wn_codes_reg[dn];
      }
    }
  }
  var Y_sum2: array<f32, 2>;
  for (var dn = 0; dn < 2; dn++) {
    Y_sum2[dn] = 0.0;
  }
  for (var o_2_step = 0; o_2_step < 4; o_2_step++) {
    let o = 32 * o_2_step + tk;
    workgroupBarrier();
    var xo_codes_mem2 = load4_Xo_codes_mem2_or(128 * m2 + o, m2 < sizes_5.M, 0);
    var xo_scale_mem = 0.0;
    if (m2 < sizes_5.M) { xo_scale_mem = load_Xo_scale_mem3(m2); }
    for (var do_ = 0; do_ < 4; do_++) {
      let xo_codes_mem_fill = f32(xo_codes_mem2[do_]) * xo_scale_mem;
      xo_codes_mem[20 * (tk + do_) + tm] = xo_codes_mem_fill;
    }
    var wo_codes2 = load4_Wo_codes_or(128 * n2 + o, n2 < sizes_5.N, 0);
    var wo_scale = 0.0;
    if (n2 < sizes_5.N) { wo_scale = load_Wo_scale(n2); }
    for (var do_ = 0; do_ < 4; do_++) {
      let wo_codes_fill = f32(wo_codes2[do_]) * wo_scale;
      wo_codes[20 * (tk + do_) + tm] = wo_codes_fill;
    }
    workgroupBarrier();
    for (var do_ = 0; do_ < 32; do_++) {
      let xo_codes_mem_reg = xo_codes_mem[20 * do_ + tm];
      var wo_codes_reg = load2_wo_codes(20 * do_ + tn);
      for (var dn = 0; dn < 2; dn++) {
        Y_sum2[dn] += xo_codes_mem_reg * wo_codes_reg[dn];
      }
    }
  }
  for (var dn = 0; dn < 2; dn++) {
    let y = Y_sum[dn] + Y_sum2[dn];
    if (m2 < sizes_5.M && n3 + dn < sizes_5.N) { store_Y(m2 * sizes_5.N + n3 + dn, y); }
  }
}

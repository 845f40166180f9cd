// atom_linear: made by tdsl from atom_linear.tdsl for wgsl. Change the source, not this file.

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

@group(0) @binding(0) var<storage, read> Xn_codes: array<u32>; // int4, 8 a word
@group(0) @binding(1) var<storage, read> Xn_scale: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read> Xo_codes: array<u32>; // i8, 4 a word
@group(0) @binding(3) var<storage, read> Xo_scale: array<u32>; // f16, 2 a word
@group(0) @binding(4) var<storage, read> Wn_codes: array<u32>; // int4, 8 a word
@group(0) @binding(5) var<storage, read> Wn_scale: array<u32>; // f16, 2 a word
@group(0) @binding(6) var<storage, read> Wo_codes: array<u32>; // i8, 4 a word
@group(0) @binding(7) var<storage, read> Wo_scale: array<u32>; // f16, 2 a word
@group(0) @binding(8) var<storage, read_write> Y: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(9) var<uniform> sizes: Sizes;
var<workgroup> xn_codes: array<f32, 640>;
var<workgroup> wn_codes: array<f32, 640>;
var<workgroup> xo_codes: array<f32, 640>;
var<workgroup> wo_codes: array<f32, 640>;

fn load_Xn_codes(i: i32) -> i32 {
  return extractBits(bitcast<i32>(Xn_codes[i >> 3u]), 4u * u32(i & 7), 4u);
}

fn load_Xn_scale(i: i32) -> f32 {
  return unpack2x16float(Xn_scale[i >> 1u])[u32(i & 1)];
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

fn load4_Xo_codes(i: i32) -> array<i32, 4> {
  let unit0 = Xo_codes[i >> 2u];
  return array<i32, 4>(extractBits(bitcast<i32>(unit0), 0u, 8u), extractBits(bitcast<i32>(unit0), 8u, 8u), extractBits(bitcast<i32>(unit0), 16u, 8u), extractBits(bitcast<i32>(unit0), 24u, 8u));
}

fn load4_Xo_codes_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_Xo_codes(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

fn load_Xo_scale(i: i32) -> f32 {
  return unpack2x16float(Xo_scale[i >> 1u])[u32(i & 1)];
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
fn atom_linear(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tm = thread >> 3u;
  let tk = 4 * (thread & 7);
  let tn = 2 * (thread & 7);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.M + 15) / 16 * ((sizes.N + 15) / 16) <= group) { return; }
  let n_count = (sizes.N + 15) / 16;
  let n = group % n_count;
  let m2 = 16 * (group / n_count) + tm;
  let n2 = 16 * n + tm;
  let n3 = 16 * n + tn;

  // atom_linear.tdsl:21: Y[m, n] = sum(k) Xn[m, k] * Wn[n, k] + sum(o) Xo[m, o] * Wo[n, o]
  var Y_sum: array<f32, 2>;
  for (var dn = 0; dn < 2; dn++) {
    Y_sum[dn] = 0.0;
  }
  for (var k_step = 0; k_step < (sizes.K + 31) / 32 - 4; k_step++) {
    let k = 32 * k_step + tk;
    workgroupBarrier();
    for (var dk = 0; dk < 4; dk++) {
      var xn_codes2 = 0;
      if (m2 < sizes.M && k + dk + 129 <= sizes.K) { xn_codes2 = load_Xn_codes(m2 * (sizes.K - 128) + k + dk); }
      var xn_scale = 0.0;
      if (m2 < sizes.M && k + dk + 129 <= sizes.K) { xn_scale = load_Xn_scale(m2 * ((sizes.K + 127) / 128 - 1) + ((k + dk) >> 7u)); }
      let xn_codes_fill = f32(xn_codes2) * xn_scale;
      xn_codes[20 * (tk + dk) + tm] = xn_codes_fill;
    }
    for (var dk = 0; dk < 4; dk++) {
      var wn_codes2 = 0;
      if (n2 < sizes.N && k + dk + 129 <= sizes.K) { wn_codes2 = load_Wn_codes(n2 * (sizes.K - 128) + k + dk); }
      var wn_scale = 0.0;
      if (n2 < sizes.N && k + dk + 129 <= sizes.K) { wn_scale = load_Wn_scale((n2 >> 1u) * ((sizes.K + 127) / 128 - 1) + ((k + dk) >> 7u)); }
      let wn_codes_fill = f32(wn_codes2) * wn_scale;
      wn_codes[20 * (tk + dk) + tm] = wn_codes_fill;
    }
    workgroupBarrier();
    for (var dk = 0; dk < 32; dk++) {
      let xn_codes_reg = xn_codes[20 * dk + tm];
      var wn_codes_reg = load2_wn_codes(20 * dk + tn);
      for (var dn = 0; dn < 2; dn++) {
        Y_sum[dn] += xn_codes_reg * wn_codes_reg[dn];
      }
    }
  }
  var Y_sum2: array<f32, 2>;
  for (var dn = 0; dn < 2; dn++) {
    Y_sum2[dn] = 0.0;
  }
  for (var o_step = 0; o_step < 4; o_step++) {
    let o = 32 * o_step + tk;
    workgroupBarrier();
    var xo_codes2 = load4_Xo_codes_or(128 * m2 + o, m2 < sizes.M, 0);
    var xo_scale = 0.0;
    if (m2 < sizes.M) { xo_scale = load_Xo_scale(m2); }
    for (var do_ = 0; do_ < 4; do_++) {
      let xo_codes_fill = f32(xo_codes2[do_]) * xo_scale;
      xo_codes[20 * (tk + do_) + tm] = xo_codes_fill;
    }
    var wo_codes2 = load4_Wo_codes_or(128 * n2 + o, n2 < sizes.N, 0);
    var wo_scale = 0.0;
    if (n2 < sizes.N) { wo_scale = load_Wo_scale(n2); }
    for (var do_ = 0; do_ < 4; do_++) {
      let wo_codes_fill = f32(wo_codes2[do_]) * wo_scale;
      wo_codes[20 * (tk + do_) + tm] = wo_codes_fill;
    }
    workgroupBarrier();
    for (var do_ = 0; do_ < 32; do_++) {
      let xo_codes_reg = xo_codes[20 * do_ + tm];
      var wo_codes_reg = load2_wo_codes(20 * do_ + tn);
      for (var dn = 0; dn < 2; dn++) {
        Y_sum2[dn] += xo_codes_reg * wo_codes_reg[dn];
      }
    }
  }
  for (var dn = 0; dn < 2; dn++) {
    let y = Y_sum[dn] + Y_sum2[dn];
    if (m2 < sizes.M && n3 + dn < sizes.N) { store_Y(m2 * sizes.N + n3 + dn, y); }
  }
}

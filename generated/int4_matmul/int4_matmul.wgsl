// int4_matmul: made by tdsl from int4_matmul.tdsl for wgsl. Change the source, not this file.

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
@group(0) @binding(1) var<storage, read> W_codes: array<u32>; // int4, 8 a word
@group(0) @binding(2) var<storage, read> W_scale: array<u32>; // f16, 2 a word
@group(0) @binding(3) var<storage, read_write> Y: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> x: array<f32, 1088>;
var<workgroup> w_codes: array<f32, 1088>;

fn load_X(i: i32) -> f32 {
  return unpack2x16float(X[i >> 1u])[u32(i & 1)];
}

fn load_W_codes(i: i32) -> i32 {
  return extractBits(bitcast<i32>(W_codes[i >> 3u]), 4u * u32(i & 7), 4u);
}

fn load_W_scale(i: i32) -> f32 {
  return unpack2x16float(W_scale[i >> 1u])[u32(i & 1)];
}

fn load4_x(i: i32) -> array<f32, 4> {
  let unit0 = x[i];
  let unit1 = x[i + 1];
  let unit2 = x[i + 2];
  let unit3 = x[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_w_codes(i: i32) -> array<f32, 4> {
  let unit0 = w_codes[i];
  let unit1 = w_codes[i + 1];
  let unit2 = w_codes[i + 2];
  let unit3 = w_codes[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Y(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Y[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Y[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn int4_matmul(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tm = thread >> 2u;
  let tk = 4 * (thread & 3);
  let tm2 = 4 * (thread >> 4u);
  let tn = 4 * (thread & 15);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.M + 63) / 64 * ((sizes.N + 63) / 64) <= group) { return; }
  let panel_groups = 8 * ((sizes.N + 63) / 64);
  let first_row = group / panel_groups * 8;
  let panel_rows = min(8, (sizes.M + 63) / 64 - first_row);
  let in_panel = group % panel_groups;
  let m = first_row + in_panel % panel_rows;
  let n = in_panel / panel_rows;
  let m2 = 64 * m + tm;
  let n2 = 64 * n + tm;
  let m3 = 64 * m + tm2;
  let n3 = 64 * n + tn;

  // int4_matmul.tdsl:9: Y[m, n] = sum(k) X[m, k] * W[n, k]
  var Y_sum: array<f32, 16>;
  for (var r = 0; r < 16; r++) {
    Y_sum[r] = 0.0;
  }
  for (var k_step = 0; k_step < (sizes.K + 15) / 16; k_step++) {
    let k = 16 * k_step + tk;
    workgroupBarrier();
    for (var dk = 0; dk < 4; dk++) {
      var x2 = 0.0;
      if (m2 < sizes.M && k + dk < sizes.K) { x2 = load_X(m2 * sizes.K + k + dk); }
      x[68 * (tk + dk) + tm] = x2;
    }
    for (var dk = 0; dk < 4; dk++) {
      var w_codes2 = 0;
      if (n2 < sizes.N && k + dk < sizes.K) { w_codes2 = load_W_codes(n2 * sizes.K + k + dk); }
      var w_scale = 0.0;
      if (n2 < sizes.N && k + dk < sizes.K) { w_scale = load_W_scale(n2 * ((sizes.K + 127) / 128) + ((k + dk) >> 7u)); }
      let w_codes_fill = f32(w_codes2) * w_scale;
      w_codes[68 * (tk + dk) + tm] = w_codes_fill;
    }
    workgroupBarrier();
    for (var dk = 0; dk < 16; dk++) {
      var x_reg = load4_x(68 * dk + tm2);
      var w_codes_reg = load4_w_codes(68 * dk + tn);
      for (var dm = 0; dm < 4; dm++) {
        for (var dn = 0; dn < 4; dn++) {
          Y_sum[4 * dm + dn] += x_reg[dm] * w_codes_reg[dn];
        }
      }
    }
  }
  for (var dm = 0; dm < 4; dm++) {
    for (var dn = 0; dn < 4; dn++) {
      if (m3 + dm < sizes.M && n3 + dn < sizes.N) { store_Y((m3 + dm) * sizes.N + n3 + dn, Y_sum[4 * dm + dn]); }
    }
  }
}

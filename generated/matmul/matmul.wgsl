// matmul: made by tdsl from matmul.tdsl for wgsl. Change the source, not this file.

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

@group(0) @binding(0) var<storage, read> A: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> B: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read_write> C: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> a: array<f32, 1088>;
var<workgroup> b: array<vec4<f32>, 272>;

fn load_A(i: i32) -> f32 {
  return unpack2x16float(A[i >> 1u])[u32(i & 1)];
}

fn load_B(i: i32) -> f32 {
  return unpack2x16float(B[i >> 1u])[u32(i & 1)];
}

fn store4_b(i: i32, values: array<f32, 4>) {
  b[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

fn load4_a(i: i32) -> array<f32, 4> {
  let unit0 = a[i];
  let unit1 = a[i + 1];
  let unit2 = a[i + 2];
  let unit3 = a[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_b(i: i32) -> array<f32, 4> {
  let unit0 = b[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_C(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&C[i >> 1u], ~(0xffffu << shift));
  atomicOr(&C[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn matmul(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tm = thread >> 2u;
  let tk = 4 * (thread & 3);
  let tk2 = thread >> 4u;
  let tn = 4 * (thread & 15);
  let tm2 = 4 * (thread >> 4u);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.M + 63) / 64 * ((sizes.N + 63) / 64) <= group) { return; }
  let panel_groups = 8 * ((sizes.N + 63) / 64);
  let first_row = group / panel_groups * 8;
  let panel_rows = min(8, (sizes.M + 63) / 64 - first_row);
  let in_panel = group % panel_groups;
  let m = first_row + in_panel % panel_rows;
  let m2 = 64 * m + tm;
  let n2 = 64 * (in_panel / panel_rows) + tn;
  let m3 = 64 * m + tm2;

  // matmul.tdsl:9: C[m, n] = sum(k) A[m, k] * B[k, n]
  var C_sum: array<f32, 16>;
  for (var r = 0; r < 16; r++) {
    C_sum[r] = 0.0;
  }
  for (var k_step = 0; k_step < (sizes.K + 15) / 16; k_step++) {
    let k = 16 * k_step + tk;
    let k2 = 16 * k_step + tk2;
    workgroupBarrier();
    for (var dk = 0; dk < 4; dk++) {
      var a2 = 0.0;
      if (m2 < sizes.M && k + dk < sizes.K) { a2 = load_A(m2 * sizes.K + k + dk); }
      a[68 * (tk + dk) + tm] = a2;
    }
    var b2: array<f32, 4>;
    for (var v = 0; v < 4; v++) {
      b2[v] = 0.0;
      if (k2 < sizes.K && n2 + v < sizes.N) { b2[v] = load_B(k2 * sizes.N + n2 + v); }
    }
    store4_b(68 * tk2 + tn, b2);
    workgroupBarrier();
    for (var dk = 0; dk < 16; dk++) {
      var a_reg = load4_a(68 * dk + tm2);
      var b_reg = load4_b(68 * dk + tn);
      for (var dm = 0; dm < 4; dm++) {
        for (var dn = 0; dn < 4; dn++) {
          C_sum[4 * dm + dn] += a_reg[dm] * b_reg[dn];
        }
      }
    }
  }
  for (var dm = 0; dm < 4; dm++) {
    for (var dn = 0; dn < 4; dn++) {
      if (m3 + dm < sizes.M && n2 + dn < sizes.N) { store_C((m3 + dm) * sizes.N + n2 + dn, C_sum[4 * dm + dn]); }
    }
  }
}

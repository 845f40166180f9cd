// shared_weights: made by tdsl from batched_matmul.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { B: i32, M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> W: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> Z: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> x: array<f32, 1088>;
var<workgroup> w: array<f32, 1088>;

fn load_X(i: i32) -> f32 {
  return bitcast<f32>((X[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_W(i: i32) -> f32 {
  return bitcast<f32>((W[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load4_x(i: i32) -> array<f32, 4> {
  let unit0 = x[i];
  let unit1 = x[i + 1];
  let unit2 = x[i + 2];
  let unit3 = x[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_w(i: i32) -> array<f32, 4> {
  let unit0 = w[i];
  let unit1 = w[i + 1];
  let unit2 = w[i + 2];
  let unit3 = w[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Z(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Z[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Z[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn shared_weights(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tm = thread >> 2u;
  let tk = 4 * (thread & 3);
  let tm2 = 4 * (thread >> 4u);
  let tn = 4 * (thread & 15);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B * ((sizes.M + 63) / 64) * ((sizes.N + 63) / 64) <= group) { return; }
  let m_count = (sizes.M + 63) / 64;
  let n_count = (sizes.N + 63) / 64;
  let in_plane = group % (m_count * n_count);
  let panel_groups = 8 * n_count;
  let first_row = in_plane / panel_groups * 8;
  let panel_rows = min(8, m_count - first_row);
  let in_panel = in_plane % panel_groups;
  let m = first_row + in_panel % panel_rows;
  let n = in_panel / panel_rows;
  let b = group / (m_count * n_count);
  let m2 = 64 * m + tm;
  let n2 = 64 * n + tm;
  let m3 = 64 * m + tm2;
  let n3 = 64 * n + tn;

  // batched_matmul.tdsl:16: Z[b, m, n] = sum(k) X[b, m, k] * W[n, k]
  var Z_sum: array<f32, 16>;
  for (var r = 0; r < 16; r++) {
    Z_sum[r] = 0.0;
  }
  for (var k_step = 0; k_step < (sizes.K + 15) / 16; k_step++) {
    let k = 16 * k_step + tk;
    workgroupBarrier();
    for (var dk = 0; dk < 4; dk++) {
      var x2 = 0.0;
      if (m2 < sizes.M && k + dk < sizes.K) { x2 = load_X((b * sizes.M + m2) * sizes.K + k + dk); }
      x[68 * (tk + dk) + tm] = x2;
    }
    for (var dk = 0; dk < 4; dk++) {
      var w2 = 0.0;
      if (n2 < sizes.N && k + dk < sizes.K) { w2 = load_W(n2 * sizes.K + k + dk); }
      w[68 * (tk + dk) + tm] = w2;
    }
    workgroupBarrier();
    for (var dk = 0; dk < 16; dk++) {
      var x_reg = load4_x(68 * dk + tm2);
      var w_reg = load4_w(68 * dk + tn);
      for (var dm = 0; dm < 4; dm++) {
        for (var dn = 0; dn < 4; dn++) {
          Z_sum[4 * dm + dn] += x_reg[dm] * w_reg[dn];
        }
      }
    }
  }
  for (var dm = 0; dm < 4; dm++) {
    for (var dn = 0; dn < 4; dn++) {
      if (m3 + dm < sizes.M && n3 + dn < sizes.N) { store_Z((b * sizes.M + m3 + dm) * sizes.N + n3 + dn, Z_sum[4 * dm + dn]); }
    }
  }
}

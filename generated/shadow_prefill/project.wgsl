// project: made by tdsl from shadow_prefill.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { B: i32, H: i32, S: i32, D: i32, R: i32 }

@group(0) @binding(0) var<storage, read> K: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> basis: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> U: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> k: array<f32, 1088>;
var<workgroup> basis2: array<vec4<f32>, 272>;

fn load_K(i: i32) -> f32 {
  return bitcast<f32>((K[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_basis(i: i32) -> f32 {
  return bitcast<f32>((basis[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn store4_basis2(i: i32, values: array<f32, 4>) {
  basis2[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

fn load4_k(i: i32) -> array<f32, 4> {
  let unit0 = k[i];
  let unit1 = k[i + 1];
  let unit2 = k[i + 2];
  let unit3 = k[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_basis2(i: i32) -> array<f32, 4> {
  let unit0 = basis2[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_U(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&U[i >> 1u], ~(0xffffu << shift));
  atomicOr(&U[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn project(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let ts = thread >> 2u;
  let td = 4 * (thread & 3);
  let td2 = thread >> 4u;
  let tr = 4 * (thread & 15);
  let ts2 = 4 * (thread >> 4u);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B * ((sizes.R + 63) / 64) * ((sizes.S + 63) / 64) <= group) { return; }
  let s_count = (sizes.S + 63) / 64;
  let r_count = (sizes.R + 63) / 64;
  let in_plane = group % (s_count * r_count);
  let panel_groups = 8 * r_count;
  let first_row = in_plane / panel_groups * 8;
  let panel_rows = min(8, s_count - first_row);
  let in_panel = in_plane % panel_groups;
  let s = first_row + in_panel % panel_rows;
  let b = group / (s_count * r_count);
  let s2 = 64 * s + ts;
  let r2 = 64 * (in_panel / panel_rows) + tr;
  let s3 = 64 * s + ts2;

  // shadow_prefill.tdsl:42: U[b, s, r] = sum(h, d) K[b, h, s, d] * basis[b, h, d, r]
  var U_sum: array<f32, 16>;
  for (var r2 = 0; r2 < 16; r2++) {
    U_sum[r2] = 0.0;
  }
  for (var h_step = 0; h_step < sizes.H; h_step++) {
    for (var d_step = 0; d_step < (sizes.D + 15) / 16; d_step++) {
      let d = 16 * d_step + td;
      let d2 = 16 * d_step + td2;
      workgroupBarrier();
      for (var dd = 0; dd < 4; dd++) {
        var k2 = 0.0;
        if (s2 < sizes.S && d + dd < sizes.D) { k2 = load_K(((b * sizes.H + h_step) * sizes.S + s2) * sizes.D + d + dd); }
        k[68 * (td + dd) + ts] = k2;
      }
      var basis3: array<f32, 4>;
      for (var v = 0; v < 4; v++) {
        basis3[v] = 0.0;
        if (d2 < sizes.D && r2 + v < sizes.R) { basis3[v] = load_basis(((b * sizes.H + h_step) * sizes.D + d2) * sizes.R + r2 + v); }
      }
      store4_basis2(68 * td2 + tr, basis3);
      workgroupBarrier();
      for (var dd = 0; dd < 16; dd++) {
        var k_reg = load4_k(68 * dd + ts2);
        var basis2_reg = load4_basis2(68 * dd + tr);
        for (var ds = 0; ds < 4; ds++) {
          for (var dr = 0; dr < 4; dr++) {
            U_sum[4 * ds + dr] += k_reg[ds] * basis2_reg[dr];
          }
        }
      }
    }
  }
  for (var ds = 0; ds < 4; ds++) {
    for (var dr = 0; dr < 4; dr++) {
      if (s3 + ds < sizes.S && dr + r2 < sizes.R) { store_U((b * sizes.S + s3 + ds) * sizes.R + dr + r2, U_sum[4 * ds + dr]); }
    }
  }
}

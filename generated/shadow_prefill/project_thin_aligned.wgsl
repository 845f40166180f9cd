// project_thin_aligned: made by tdsl from shadow_prefill.tdsl for wgsl. Change the source, not this file.
// Relies on D % 8 == 0, R % 8 == 0.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { B: i32, H: i32, S: i32, D: i32, R: i32 }

@group(0) @binding(0) var<storage, read> K: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> basis: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> U: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 2048>;
var<workgroup> partials_1: array<f32, 2048>;

fn load_K(i: i32) -> f32 {
  return bitcast<f32>((K[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load8_basis(i: i32) -> array<f32, 8> {
  let unit0 = basis[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_basis_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_basis(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn store8_U(i: i32, values: array<f32, 8>) {
  U[i >> 3u] = vec4<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u), bf16_bits(values[4]) | (bf16_bits(values[5]) << 16u), bf16_bits(values[6]) | (bf16_bits(values[7]) << 16u));
}

@compute @workgroup_size(256)
fn project_thin_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let td = thread >> 3u;
  let tr = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B * sizes.S * ((sizes.R + 56) / 64) <= group) { return; }
  let r_count = (sizes.R + 56) / 64;
  let r = group % r_count;
  let outer = group / r_count;
  let s = outer % sizes.S;
  let b = outer / sizes.S;

  // shadow_prefill.tdsl:42: U[b, s, r] = sum(h, d) K[b, h, s, d] * basis[b, h, d, r]
  var U_sum: array<f32, 8>;
  for (var dr = 0; dr < 8; dr++) {
    U_sum[dr] = 0.0;
  }
  for (var h_step = 0; h_step < sizes.H; h_step++) {
    for (var d_step = 0; d_step < (sizes.D + 24) / 32; d_step++) {
      var k = 0.0;
      if (td + 32 * d_step < sizes.D) { k = load_K(((b * sizes.H + h_step) * sizes.S + s) * sizes.D + td + 32 * d_step); }
      var basis2 = load8_basis_or(((b * sizes.H + h_step) * sizes.D + td + 32 * d_step) * sizes.R + 64 * r + 8 * tr, td + 32 * d_step < sizes.D && 64 * r + 8 * tr < sizes.R, 0.0);
      for (var v = 0; v < 8; v++) {
        let U_sum_term = k * basis2[v];
        U_sum[v] += select(0.0, U_sum_term, td + 32 * d_step < sizes.D);
      }
    }
  }
  var U_sum_part: array<f32, 8>;
  for (var dr = 0; dr < 8; dr++) {
    U_sum_part[dr] = U_sum[dr];
  }
  for (var r2 = 0; r2 < 8; r2++) {
    partials_0[r2 * 256 + thread] = U_sum_part[r2];
  }
  workgroupBarrier();
  for (var r2 = 0; r2 < 8; r2++) {
    U_sum_part[r2] = partials_0[r2 * 256 + leader];
    for (var other = 0; other < 15; other++) {
      U_sum_part[r2] += partials_0[r2 * 256 + leader + 8 * (other + 1)];
    }
  }
  for (var r2 = 0; r2 < 8; r2++) {
    partials_1[r2 * 256 + thread] = U_sum_part[r2];
  }
  workgroupBarrier();
  for (var r2 = 0; r2 < 8; r2++) {
    U_sum_part[r2] = partials_1[r2 * 256 + leader2];
    U_sum_part[r2] += partials_1[r2 * 256 + leader2 + 128];
  }
  if (64 * r + 8 * tr < sizes.R && thread < 8) { store8_U((b * sizes.S + s) * sizes.R + 64 * r + 8 * tr, U_sum_part); }
}

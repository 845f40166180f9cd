// causal_conv_aligned: made by tdsl from depthwise_conv.tdsl for wgsl. Change the source, not this file.
// Relies on C % 8 == 0, R % 8 == 0.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { B: i32, T: i32, C: i32, R: i32 }

@group(0) @binding(0) var<storage, read> X: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> F: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> Y: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 2048>;
var<workgroup> partials_1: array<f32, 2048>;

fn load8_X(i: i32) -> array<f32, 8> {
  let unit0 = X[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_X_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_X(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load_F(i: i32) -> f32 {
  return bitcast<f32>((F[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn store8_Y(i: i32, values: array<f32, 8>) {
  Y[i >> 3u] = vec4<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u), bf16_bits(values[4]) | (bf16_bits(values[5]) << 16u), bf16_bits(values[6]) | (bf16_bits(values[7]) << 16u));
}

@compute @workgroup_size(256)
fn causal_conv_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tr = thread >> 3u;
  let tc = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B * sizes.T * ((sizes.C + 56) / 64) <= group) { return; }
  let c_count = (sizes.C + 56) / 64;
  let c = group % c_count;
  let outer = group / c_count;
  let t = outer % sizes.T;
  let b = outer / sizes.T;

  // depthwise_conv.tdsl:15: Y[b, t, c] = silu(sum(r) (X[b, t + r - (R - 1), c] else 0) * F[c, r])
  var silu_x: array<f32, 8>;
  for (var dc = 0; dc < 8; dc++) {
    silu_x[dc] = 0.0;
  }
  for (var r_step = 0; r_step < (sizes.R + 24) / 32; r_step++) {
    var x = load8_X_or((b * sizes.T + tr + t + 32 * r_step + 1 - sizes.R) * sizes.C + 64 * c + 8 * tc, sizes.R <= tr + t + 32 * r_step + 1 && tr + t + 32 * r_step + 2 <= sizes.R + sizes.T && 64 * c + 8 * tc < sizes.C, 0.0);
    for (var v = 0; v < 8; v++) {
      var f = 0.0;
      if (64 * c + 8 * tc + v < sizes.C && tr + 32 * r_step < sizes.R) { f = load_F((64 * c + 8 * tc + v) * sizes.R + tr + 32 * r_step); }
      let silu_x_term = x[v] * f;
      silu_x[v] += select(0.0, silu_x_term, tr + 32 * r_step < sizes.R);
    }
  }
  var silu_x_part: array<f32, 8>;
  for (var dc = 0; dc < 8; dc++) {
    silu_x_part[dc] = silu_x[dc];
  }
  for (var r = 0; r < 8; r++) {
    partials_0[r * 256 + thread] = silu_x_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    silu_x_part[r] = partials_0[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      silu_x_part[r] += partials_0[r * 256 + leader + 8 * (other + 1)];
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1[r * 256 + thread] = silu_x_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    silu_x_part[r] = partials_1[r * 256 + leader2];
    silu_x_part[r] += partials_1[r * 256 + leader2 + 128];
  }
  var y: array<f32, 8>;
  for (var v = 0; v < 8; v++) {
    y[v] = silu_x_part[v] * (exp(min(silu_x_part[v], 0.0)) / (1.0 + exp(-abs(silu_x_part[v]))));
  }
  if (64 * c + 8 * tc < sizes.C && thread < 8) { store8_Y((b * sizes.T + t) * sizes.C + 64 * c + 8 * tc, y); }
}

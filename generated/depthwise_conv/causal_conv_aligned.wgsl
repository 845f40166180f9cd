// causal_conv_aligned: made by tdsl from depthwise_conv.tdsl for wgsl. Change the source, not this file.
// Relies on C % 8 == 0, R % 8 == 0.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { B: i32, T: i32, C: i32, R: i32 }

@group(0) @binding(0) var<storage, read> X: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> F: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> Y: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load4_X(i: i32) -> array<f32, 4> {
  let unit0 = X[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_X_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_X(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load_F(i: i32) -> f32 {
  return bitcast<f32>((F[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn store4_Y(i: i32, values: array<f32, 4>) {
  Y[i >> 2u] = vec2<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u));
}

@compute @workgroup_size(256)
fn causal_conv_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.B * sizes.T * (sizes.C / 8) + 127) / 128 <= group) { return; }
  let btc = group;
  let b = (thread + 256 * btc) / (2 * sizes.T * (sizes.C / 8));
  let t = (thread + 256 * btc) / (2 * (sizes.C / 8)) % sizes.T;
  let c = (thread + 256 * btc) % (2 * (sizes.C / 8));

  // depthwise_conv.tdsl:15: Y[b, t, c] = silu(sum(r) (X[b, t + r - (R - 1), c] else 0) * F[c, r])
  var silu_x: array<f32, 4>;
  for (var dc = 0; dc < 4; dc++) {
    silu_x[dc] = 0.0;
  }
  for (var r_step = 0; r_step < sizes.R; r_step++) {
    var x = load4_X_or((b * sizes.T + r_step + t + 1 - sizes.R) * sizes.C + 4 * c, b < sizes.B && sizes.R <= r_step + t + 1, 0.0);
    for (var v = 0; v < 4; v++) {
      let f = load_F((4 * c + v) * sizes.R + r_step);
      silu_x[v] += x[v] * f;
    }
  }
  var y: array<f32, 4>;
  for (var v = 0; v < 4; v++) {
    y[v] = silu_x[v] * (exp(min(silu_x[v], 0.0)) / (1.0 + exp(-abs(silu_x[v]))));
  }
  if (b < sizes.B) { store4_Y((b * sizes.T + t) * sizes.C + 4 * c, y); }
}

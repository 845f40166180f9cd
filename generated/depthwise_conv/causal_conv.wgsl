// causal_conv: made by tdsl from depthwise_conv.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { B: i32, T: i32, C: i32, R: i32 }

@group(0) @binding(0) var<storage, read> X: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> F: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> Y: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load_X(i: i32) -> f32 {
  return bitcast<f32>((X[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_F(i: i32) -> f32 {
  return bitcast<f32>((F[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Y(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Y[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Y[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn causal_conv(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.B * sizes.C * sizes.T + 255) / 256 <= group) { return; }
  let btc = group;
  let b = (thread + 256 * btc) / (sizes.C * sizes.T);
  let t = (thread + 256 * btc) / sizes.C % sizes.T;
  let c = (thread + 256 * btc) % sizes.C;

  // depthwise_conv.tdsl:15: Y[b, t, c] = silu(sum(r) (X[b, t + r - (R - 1), c] else 0) * F[c, r])
  var silu_x = 0.0;
  for (var r_step = 0; r_step < sizes.R; r_step++) {
    var x = 0.0;
    if (b < sizes.B && sizes.R <= r_step + t + 1) { x = load_X((b * sizes.T + r_step + t + 1 - sizes.R) * sizes.C + c); }
    let f = load_F(c * sizes.R + r_step);
    silu_x += x * f;
  }
  let y = silu_x * (exp(min(silu_x, 0.0)) / (1.0 + exp(-abs(silu_x))));
  if (b < sizes.B) { store_Y((b * sizes.T + t) * sizes.C + c, y); }
}

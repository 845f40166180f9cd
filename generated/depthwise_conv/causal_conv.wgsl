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
var<workgroup> partials_0: array<f32, 2048>;
var<workgroup> partials_1: array<f32, 2048>;

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
  let tr = thread >> 3u;
  let tc = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B * sizes.T * ((sizes.C + 63) / 64) <= group) { return; }
  let c_count = (sizes.C + 63) / 64;
  let c = group % c_count;
  let outer = group / c_count;
  let t = outer % sizes.T;
  let b = outer / sizes.T;

  // depthwise_conv.tdsl:15: Y[b, t, c] = silu(sum(r) (X[b, t + r - (R - 1), c] else 0) * F[c, r])
  var silu_x: array<f32, 8>;
  for (var dc = 0; dc < 8; dc++) {
    silu_x[dc] = 0.0;
  }
  for (var r_step = 0; r_step < (sizes.R + 31) / 32; r_step++) {
    for (var dc = 0; dc < 8; dc++) {
      var x = 0.0;
      if (sizes.R <= tr + t + 32 * r_step + 1 && tr + t + 32 * r_step + 2 <= sizes.R + sizes.T && 64 * c + 8 * tc + dc < sizes.C) { x = load_X((b * sizes.T + tr + t + 32 * r_step + 1 - sizes.R) * sizes.C + 64 * c + 8 * tc + dc); }
      var f = 0.0;
      if (64 * c + 8 * tc + dc < sizes.C && tr + 32 * r_step < sizes.R) { f = load_F((64 * c + 8 * tc + dc) * sizes.R + tr + 32 * r_step); }
      let silu_x_term = x * f;
      silu_x[dc] += select(0.0, silu_x_term, tr + 32 * r_step < sizes.R);
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
  for (var dc = 0; dc < 8; dc++) {
    let y = silu_x_part[dc] * (exp(min(silu_x_part[dc], 0.0)) / (1.0 + exp(-abs(silu_x_part[dc]))));
    if (64 * c + 8 * tc + dc < sizes.C && thread < 8) { store_Y((b * sizes.T + t) * sizes.C + 64 * c + 8 * tc + dc, y); }
  }
}

// depthwise_conv: made by tdsl from depthwise_conv.tdsl for wgsl. Change the source, not this file.
enable f16;

struct Sizes { N: i32, C: i32, H: i32, W: i32, R: i32, S: i32 }

@group(0) @binding(0) var<storage, read> X: array<f16>;
@group(0) @binding(1) var<storage, read> F: array<f16>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> Y: array<f16>;
@group(0) @binding(4) var<uniform> sizes: Sizes;

@compute @workgroup_size(256)
fn depthwise_conv(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.C * sizes.H * sizes.N * sizes.W + 255) / 256 <= group) { return; }
  let ncyx = group;
  let n = (thread + 256 * ncyx) / (sizes.C * sizes.H * sizes.W);
  let c = (thread + 256 * ncyx) / (sizes.H * sizes.W) % sizes.C;
  let y = (thread + 256 * ncyx) / sizes.W % sizes.H;
  let x = (thread + 256 * ncyx) % sizes.W;

  // depthwise_conv.tdsl:7: Y[n, c, y, x] = sum(r, s) (X[n, c, y + r - (R - 1) / 2, x + s - (S - 1) / 2] else 0) * F[c, r, s] + bias[c]
  var Y_sum = 0.0;
  for (var r_step = 0; r_step < sizes.R; r_step++) {
    for (var s_step = 0; s_step < sizes.S; s_step++) {
      var x2 = 0.0;
      if (n < sizes.N && (sizes.R + 1) / 2 <= r_step + y + 1 && r_step + y + 2 <= sizes.H + (sizes.R + 1) / 2 && (sizes.S + 1) / 2 <= s_step + x + 1 && s_step + x + 2 <= sizes.W + (sizes.S + 1) / 2) { x2 = f32(X[((n * sizes.C + c) * sizes.H + r_step + y + 1 - (sizes.R + 1) / 2) * sizes.W + s_step + x + 1 - (sizes.S + 1) / 2]); }
      let f = f32(F[(c * sizes.R + r_step) * sizes.S + s_step]);
      Y_sum += x2 * f;
    }
  }
  let bias2 = bias[c];
  let y2 = Y_sum + bias2;
  if (n < sizes.N) { Y[((n * sizes.C + c) * sizes.H + y) * sizes.W + x] = f16(y2); }
}

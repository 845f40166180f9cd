// depthwise_conv_aligned: made by tdsl from depthwise_conv.tdsl for wgsl. Change the source, not this file.
// Relies on W % 8 == 0, S % 8 == 0, C % 4 == 0.
enable f16;

struct Sizes { N: i32, C: i32, H: i32, W: i32, R: i32, S: i32 }

@group(0) @binding(0) var<storage, read> X: array<f16>;
@group(0) @binding(1) var<storage, read> F: array<f16>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> Y: array<vec4<f16>>;
@group(0) @binding(4) var<uniform> sizes: Sizes;

fn store4_Y(i: i32, values: array<f32, 4>) {
  Y[i >> 2u] = vec4<f16>(f16(values[0]), f16(values[1]), f16(values[2]), f16(values[3]));
}

@compute @workgroup_size(256)
fn depthwise_conv_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.H * sizes.N * (sizes.C / 4) * (sizes.W / 8) + 31) / 32 <= group) { return; }
  let ncyx = group;
  let n = (thread + 256 * ncyx) / (2 * sizes.C * sizes.H * (sizes.W / 8));
  let c = (thread + 256 * ncyx) / (2 * sizes.H * (sizes.W / 8)) % sizes.C;
  let y = (thread + 256 * ncyx) / (2 * (sizes.W / 8)) % sizes.H;
  let x2 = (thread + 256 * ncyx) % (2 * (sizes.W / 8));

  // depthwise_conv.tdsl:7: Y[n, c, y, x] = sum(r, s) (X[n, c, y + r - (R - 1) / 2, x + s - (S - 1) / 2] else 0) * F[c, r, s] + bias[c]
  var Y_sum: array<f32, 4>;
  for (var dx = 0; dx < 4; dx++) {
    Y_sum[dx] = 0.0;
  }
  for (var r_step = 0; r_step < sizes.R; r_step++) {
    for (var s_step = 0; s_step < sizes.S; s_step++) {
      var x: array<f32, 4>;
      for (var dx = 0; dx < 4; dx++) {
        x[dx] = 0.0;
        if (n < sizes.N && (sizes.R + 1) / 2 <= r_step + y + 1 && r_step + y + 2 <= sizes.H + (sizes.R + 1) / 2 && 4 * (sizes.S / 8) <= s_step + 4 * x2 + dx + 1 && s_step + 4 * x2 + dx + 2 <= sizes.W + 4 * (sizes.S / 8)) { x[dx] = f32(X[((n * sizes.C + c) * sizes.H + r_step + y + 1 - (sizes.R + 1) / 2) * sizes.W + s_step + 4 * x2 + dx + 1 - 4 * (sizes.S / 8)]); }
      }
      let f = f32(F[(c * sizes.R + r_step) * sizes.S + s_step]);
      for (var dx = 0; dx < 4; dx++) {
        Y_sum[dx] += x[dx] * f;
      }
    }
  }
  let bias2 = bias[c];
  var y2: array<f32, 4>;
  for (var v = 0; v < 4; v++) {
    y2[v] = Y_sum[v] + bias2;
  }
  if (n < sizes.N) { store4_Y(((n * sizes.C + c) * sizes.H + y) * sizes.W + 4 * x2, y2); }
}

// dequantize_int8: made by tdsl from quantize.tdsl for wgsl. Change the source, not this file.
enable f16;

struct Sizes { M: i32, K: i32 }

@group(0) @binding(0) var<storage, read> Q_codes: array<u32>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> Q_scale: array<f16>;
@group(0) @binding(2) var<storage, read_write> Y: array<f16>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load_Q_codes(i: i32) -> i32 {
  return extractBits(bitcast<i32>(Q_codes[i >> 2u]), 8u * u32(i & 3), 8u);
}

@compute @workgroup_size(256)
fn dequantize_int8(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.K * sizes.M + 255) / 256 <= group) { return; }
  let mk = group;
  let m = (thread + 256 * mk) / sizes.K;
  let k = (thread + 256 * mk) % sizes.K;

  // quantize.tdsl:20: Y[m, k] = Q[m, k]
  var q_codes = 0;
  if (m < sizes.M) { q_codes = load_Q_codes(m * sizes.K + k); }
  var q_scale = 0.0;
  if (m < sizes.M) { q_scale = f32(Q_scale[m * ((sizes.K + 127) / 128) + (k >> 7u)]); }
  let y = f32(q_codes) * q_scale;
  if (m < sizes.M) { Y[m * sizes.K + k] = f16(y); }
}

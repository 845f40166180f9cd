// normed_aligned: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.
// Relies on C % 8 == 0.
enable subgroups;

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { S: i32, C: i32 }

@group(0) @binding(0) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> g: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read> eps: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load4_x(i: i32) -> array<f32, 4> {
  let unit0 = x[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_x_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_x(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load8_g(i: i32) -> array<f32, 8> {
  let unit0 = g[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_g_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_g(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn store8_y(i: i32, values: array<f32, 8>) {
  y[i >> 3u] = vec4<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u), bf16_bits(values[4]) | (bf16_bits(values[5]) << 16u), bf16_bits(values[6]) | (bf16_bits(values[7]) << 16u));
}

@compute @workgroup_size(256)
fn normed_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.S <= group) { return; }
  let s = group;

  // llama.tdsl:42: y[s, c] = x[s, c] * scale[s] * g[c]
  var scale_sum = 0.0;
  for (var c_step = 0; c_step < (sizes.C + 2040) / 2048; c_step++) {
    var scale_sum_part = 0.0;
    for (var dc = 0; dc < 2; dc++) {
      var x2 = load4_x_or(s * sizes.C + 2048 * c_step + 8 * thread + 4 * dc, 2048 * c_step + 8 * thread + 4 * dc < sizes.C, 0.0);
      for (var v = 0; v < 4; v++) {
        let scale_sum_term = x2[v] * x2[v];
        let scale_sum_term2 = select(0.0, scale_sum_term, 2048 * c_step + 8 * thread + 4 * dc + v < sizes.C);
        scale_sum_part += scale_sum_term2;
      }
    }
    scale_sum += scale_sum_part;
  }
  var scale_sum_part = scale_sum;
  for (var step = 0; step < 2; step++) {
    scale_sum_part += subgroupShuffleXor(scale_sum_part, u32(1 << u32(step)));
  }
  partials_0[thread] = scale_sum_part;
  workgroupBarrier();
  scale_sum_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    scale_sum_part += partials_0[leader + 4 * (other + 1)];
  }
  partials_1[thread] = scale_sum_part;
  workgroupBarrier();
  scale_sum_part = partials_1[leader2];
  for (var other = 0; other < 3; other++) {
    scale_sum_part += partials_1[leader2 + 64 * (other + 1)];
  }
  for (var c_2_step = 0; c_2_step < (sizes.C + 2040) / 2048; c_2_step++) {
    var x2: array<f32, 8>;
    for (var dc = 0; dc < 2; dc++) {
      {
        let piece = load4_x_or(s * sizes.C + 2048 * c_2_step + 8 * thread + 4 * dc, 2048 * c_2_step + 8 * thread + 4 * dc < sizes.C, 0.0);
        x2[4 * dc] = piece[0];
        x2[4 * dc + 1] = piece[1];
        x2[4 * dc + 2] = piece[2];
        x2[4 * dc + 3] = piece[3];
      }
    }
    let eps2 = eps[0];
    var y2: array<f32, 8>;
    var g2 = load8_g_or(2048 * c_2_step + 8 * thread, 2048 * c_2_step + 8 * thread < sizes.C, 0.0);
    for (var v = 0; v < 8; v++) {
      y2[v] = x2[v] * inverseSqrt(scale_sum_part / f32(sizes.C) + eps2) * g2[v];
    }
    if (2048 * c_2_step + 8 * thread < sizes.C) { store8_y(s * sizes.C + 2048 * c_2_step + 8 * thread, y2); }
  }
}

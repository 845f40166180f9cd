// gated: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { S: i32, C: i32, F: i32 }

@group(0) @binding(0) var<storage, read> y: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> W: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> z: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> y2: array<f32, 640>;
var<workgroup> w: array<f32, 640>;
var<workgroup> w2: array<f32, 640>;

fn load_y(i: i32) -> f32 {
  return bitcast<f32>((y[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_W(i: i32) -> f32 {
  return bitcast<f32>((W[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load2_w(i: i32) -> array<f32, 2> {
  let unit0 = w[i];
  let unit1 = w[i + 1];
  return array<f32, 2>(unit0, unit1);
}

fn load2_w2(i: i32) -> array<f32, 2> {
  let unit0 = w2[i];
  let unit1 = w2[i + 1];
  return array<f32, 2>(unit0, unit1);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_z(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&z[i >> 1u], ~(0xffffu << shift));
  atomicOr(&z[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(128)
fn gated(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let ts = thread >> 3u;
  let tc = 4 * (thread & 7);
  let tf = 2 * (thread & 7);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.F + 15) / 16 * ((sizes.S + 15) / 16) <= group) { return; }
  let f_count = (sizes.F + 15) / 16;
  let f = group % f_count;
  let s2 = 16 * (group / f_count) + ts;
  let f2 = 16 * f + ts;
  let f3 = 16 * f + tf;

  // llama.tdsl:76: z[s, f] = silu(gate[s, f]) * up[s, f]
  var gate: array<f32, 2>;
  var up: array<f32, 2>;
  for (var df = 0; df < 2; df++) {
    gate[df] = 0.0;
    up[df] = 0.0;
  }
  for (var c_step = 0; c_step < (sizes.C + 31) / 32; c_step++) {
    let c = 32 * c_step + tc;
    workgroupBarrier();
    for (var dc = 0; dc < 4; dc++) {
      var y3 = 0.0;
      if (s2 < sizes.S && c + dc < sizes.C) { y3 = load_y(s2 * sizes.C + c + dc); }
      y2[20 * (tc + dc) + ts] = y3;
    }
    for (var dc = 0; dc < 4; dc++) {
      var w3 = 0.0;
      if (f2 < sizes.F && c + dc < sizes.C) { w3 = load_W(f2 * sizes.C + c + dc); }
      w[20 * (tc + dc) + ts] = w3;
      var w4 = 0.0;
      if (f2 < sizes.F && c + dc < sizes.C) { w4 = load_W((f2 + sizes.F) * sizes.C + c + dc); }
      w2[20 * (tc + dc) + ts] = w4;
    }
    workgroupBarrier();
    for (var dc = 0; dc < 32; dc++) {
      let y2_reg = y2[20 * dc + ts];
      var w_reg = load2_w(20 * dc + tf);
      for (var df = 0; df < 2; df++) {
        gate[df] += y2_reg * w_reg[df];
      }
    }
    for (var dc = 0; dc < 32; dc++) {
      let y2_reg2 = y2[20 * dc + ts];
      var w2_reg = load2_w2(20 * dc + tf);
      for (var df = 0; df < 2; df++) {
        up[df] += y2_reg2 * w2_reg[df];
      }
    }
  }
  for (var df = 0; df < 2; df++) {
    let z2 = gate[df] / (1.0 + exp(-gate[df])) * up[df];
    if (s2 < sizes.S && f3 + df < sizes.F) { store_z(s2 * sizes.F + f3 + df, z2); }
  }
}

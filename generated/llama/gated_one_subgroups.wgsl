// gated_one: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.
enable subgroups;

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { C: i32, F: i32 }

@group(0) @binding(0) var<storage, read> y: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> W: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> z: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load_y(i: i32) -> f32 {
  return bitcast<f32>((y[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_W(i: i32) -> f32 {
  return bitcast<f32>((W[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_z(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&z[i >> 1u], ~(0xffffu << shift));
  atomicOr(&z[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn gated_one(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 195;
  let leader2 = thread & 63;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.F <= group) { return; }
  let f = group;

  // llama.tdsl:84: z[i, f] = silu(gate[f]) * up[f]
  var gate = 0.0;
  var up = 0.0;
  for (var c_step = 0; c_step < (sizes.C + 2047) / 2048; c_step++) {
    var y2: array<f32, 8>;
    var gate_part = 0.0;
    for (var dc = 0; dc < 8; dc++) {
      y2[dc] = 0.0;
      if (2048 * c_step + 8 * thread + dc < sizes.C) { y2[dc] = load_y(2048 * c_step + 8 * thread + dc); }
      var w = 0.0;
      if (2048 * c_step + 8 * thread + dc < sizes.C) { w = load_W(f * sizes.C + 2048 * c_step + 8 * thread + dc); }
      let gate_term = y2[dc] * w;
      let gate_term2 = select(0.0, gate_term, 2048 * c_step + 8 * thread + dc < sizes.C);
      gate_part += gate_term2;
    }
    gate += gate_part;
    var up_part = 0.0;
    for (var dc = 0; dc < 8; dc++) {
      var w = 0.0;
      if (2048 * c_step + 8 * thread + dc < sizes.C) { w = load_W((f + sizes.F) * sizes.C + 2048 * c_step + 8 * thread + dc); }
      let up_term = y2[dc] * w;
      let up_term2 = select(0.0, up_term, 2048 * c_step + 8 * thread + dc < sizes.C);
      up_part += up_term2;
    }
    up += up_part;
  }
  var gate_part = gate;
  var up_part = up;
  for (var step = 0; step < 2; step++) {
    gate_part += subgroupShuffleXor(gate_part, u32(1 << u32(step)));
  }
  partials_0[thread] = gate_part;
  workgroupBarrier();
  gate_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    gate_part += partials_0[leader + 4 * (other + 1)];
  }
  partials_1[thread] = gate_part;
  workgroupBarrier();
  gate_part = partials_1[leader2];
  for (var other = 0; other < 3; other++) {
    gate_part += partials_1[leader2 + 64 * (other + 1)];
  }
  for (var step = 0; step < 2; step++) {
    up_part += subgroupShuffleXor(up_part, u32(1 << u32(step)));
  }
  partials_0[thread] = up_part;
  workgroupBarrier();
  up_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    up_part += partials_0[leader + 4 * (other + 1)];
  }
  partials_1[thread] = up_part;
  workgroupBarrier();
  up_part = partials_1[leader2];
  for (var other = 0; other < 3; other++) {
    up_part += partials_1[leader2 + 64 * (other + 1)];
  }
  let z2 = gate_part / (1.0 + exp(-gate_part)) * up_part;
  if (thread <= 0) { store_z(thread * sizes.F + f, z2); }
}

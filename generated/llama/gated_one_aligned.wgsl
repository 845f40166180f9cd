// gated_one_aligned: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.
// Relies on C % 8 == 0, F % 8 == 0.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { C: i32, F: i32 }

@group(0) @binding(0) var<storage, read> y: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> W: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> z: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load8_y(i: i32) -> array<f32, 8> {
  let unit0 = y[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_y_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_y(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load8_W(i: i32) -> array<f32, 8> {
  let unit0 = W[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_W_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_W(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_z(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&z[i >> 1u], ~(0xffffu << shift));
  atomicOr(&z[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn gated_one_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.F <= group) { return; }
  let f = group;

  // llama.tdsl:84: z[i, f] = silu(gate[f]) * up[f]
  var gate = 0.0;
  var up = 0.0;
  for (var c_step = 0; c_step < (sizes.C + 2040) / 2048; c_step++) {
    var gate_part = 0.0;
    var y2 = load8_y_or(2048 * c_step + 8 * thread, 2048 * c_step + 8 * thread < sizes.C, 0.0);
    var w = load8_W_or(f * sizes.C + 2048 * c_step + 8 * thread, 2048 * c_step + 8 * thread < sizes.C, 0.0);
    for (var v = 0; v < 8; v++) {
      let gate_term = y2[v] * w[v];
      let gate_term2 = select(0.0, gate_term, 2048 * c_step + 8 * thread + v < sizes.C);
      gate_part += gate_term2;
    }
    gate += gate_part;
    var up_part = 0.0;
    var w2 = load8_W_or((f + sizes.F) * sizes.C + 2048 * c_step + 8 * thread, 2048 * c_step + 8 * thread < sizes.C, 0.0);
    for (var v = 0; v < 8; v++) {
      let up_term = y2[v] * w2[v];
      let up_term2 = select(0.0, up_term, 2048 * c_step + 8 * thread + v < sizes.C);
      up_part += up_term2;
    }
    up += up_part;
  }
  var gate_part = gate;
  var up_part = up;
  partials_0[thread] = gate_part;
  workgroupBarrier();
  gate_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    gate_part += partials_0[leader + other + 1];
  }
  partials_1[thread] = gate_part;
  workgroupBarrier();
  gate_part = partials_1[leader2];
  for (var other = 0; other < 15; other++) {
    gate_part += partials_1[leader2 + 16 * (other + 1)];
  }
  partials_0[thread] = up_part;
  workgroupBarrier();
  up_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    up_part += partials_0[leader + other + 1];
  }
  partials_1[thread] = up_part;
  workgroupBarrier();
  up_part = partials_1[leader2];
  for (var other = 0; other < 15; other++) {
    up_part += partials_1[leader2 + 16 * (other + 1)];
  }
  let z2 = gate_part / (1.0 + exp(-gate_part)) * up_part;
  if (thread <= 0) { store_z(thread * sizes.F + f, z2); }
}

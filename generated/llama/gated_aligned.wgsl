// gated_aligned: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.
// Relies on C % 8 == 0, F % 8 == 0.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { S: i32, C: i32, F: i32 }

@group(0) @binding(0) var<storage, read> y: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> W: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> z: array<u32>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> y2: array<f32, 640>;
var<workgroup> w: array<f32, 640>;
var<workgroup> w2: array<f32, 640>;

fn load4_y(i: i32) -> array<f32, 4> {
  let unit0 = y[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_y_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_y(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_W(i: i32) -> array<f32, 4> {
  let unit0 = W[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_W_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_W(i); }
  return array<f32, 4>(fill, fill, fill, fill);
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

fn store2_z(i: i32, values: array<f32, 2>) {
  z[i >> 1u] = bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u);
}

@compute @workgroup_size(128)
fn gated_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let ts = thread >> 3u;
  let tc = 4 * (thread & 7);
  let tf = 2 * (thread & 7);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.F + 8) / 16 * ((sizes.S + 15) / 16) <= group) { return; }
  let f_count = (sizes.F + 8) / 16;
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
  for (var c_step = 0; c_step < (sizes.C + 24) / 32; c_step++) {
    let c = 32 * c_step + tc;
    workgroupBarrier();
    var y3 = load4_y_or(s2 * sizes.C + c, s2 < sizes.S && c < sizes.C, 0.0);
    for (var v = 0; v < 4; v++) {
      y2[20 * (tc + v) + ts] = y3[v];
    }
    var w3 = load4_W_or(f2 * sizes.C + c, f2 < sizes.F && c < sizes.C, 0.0);
    var w4 = load4_W_or((f2 + sizes.F) * sizes.C + c, f2 < sizes.F && c < sizes.C, 0.0);
    for (var v = 0; v < 4; v++) {
      w[20 * (tc + v) + ts] = w3[v];
      w2[20 * (tc + v) + ts] = w4[v];
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
  var z2: array<f32, 2>;
  for (var v = 0; v < 2; v++) {
    z2[v] = gate[v] / (1.0 + exp(-gate[v])) * up[v];
  }
  if (s2 < sizes.S && f3 < sizes.F) { store2_z(s2 * sizes.F + f3, z2); }
}

// queries_aligned: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.
// Relies on E % 4 == 0.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { P: i32, G: i32, R: i32, S: i32, E: i32, X: i32 }

@group(0) @binding(0) var<storage, read> z: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> rope: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> q: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn load4_z(i: i32) -> array<f32, 4> {
  let unit0 = z[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_z_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_z(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_rope(i: i32) -> array<f32, 4> {
  let unit0 = rope[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn store4_q(i: i32, values: array<f32, 4>) {
  q[i >> 2u] = vec2<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u));
}

@compute @workgroup_size(256)
fn queries_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.G * sizes.R * sizes.S * (sizes.E / 4) + 127) / 128 <= group) { return; }
  let hsie = group;
  let s = (thread + 256 * hsie) / (2 * (sizes.E / 4)) % sizes.S;
  let h = (thread + 256 * hsie) / (2 * sizes.S * (sizes.E / 4));
  let e = (thread + 256 * hsie) % (sizes.E / 4);

  // llama.tdsl:94: q[h, s, i*E + e] = turn(z[s, h*2*E + e], z[s, h*2*E + E + e], rope[P + s, 0, e], rope[P + s, 1, e], i)
  var q2: array<f32, 4>;
  var z2 = load4_z_or(s * (2 * sizes.E * sizes.G * sizes.R + 4 * sizes.E * sizes.G) + 2 * sizes.E * h + 4 * e, h < sizes.G * sizes.R, 0.0);
  var rope2 = load4_rope(2 * (sizes.P + s) * sizes.E + 4 * e);
  var z3 = load4_z_or(s * (2 * sizes.E * sizes.G * sizes.R + 4 * sizes.E * sizes.G) + sizes.E + 2 * sizes.E * h + 4 * e, h < sizes.G * sizes.R, 0.0);
  var rope3 = load4_rope((2 * (sizes.P + s) + 1) * sizes.E + 4 * e);
  for (var v = 0; v < 4; v++) {
    q2[v] = select(z3[v] * rope2[v] + z2[v] * rope3[v], z2[v] * rope2[v] - z3[v] * rope3[v], (((thread + 256 * hsie) / (sizes.E / 4)) & 1) == 0);
  }
  if (h < sizes.G * sizes.R) {
    store4_q((h * sizes.S + s) * 2 * sizes.E + sizes.E * (((thread + 256 * hsie) / (sizes.E / 4)) & 1) + 4 * e, q2);
  }
}

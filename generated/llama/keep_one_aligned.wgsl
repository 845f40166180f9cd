// keep_one_aligned: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.
// Relies on E % 4 == 0.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { R: i32, G: i32, E: i32, N: i32 }

@group(0) @binding(0) var<storage, read> z: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read> rope: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> position: array<i32>;
@group(0) @binding(3) var<storage, read_write> KV: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;

fn load4_z(i: i32) -> array<f32, 4> {
  let unit0 = z[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_rope(i: i32) -> array<f32, 4> {
  let unit0 = rope[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn store4_KV(i: i32, values: array<f32, 4>) {
  KV[i >> 2u] = vec2<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u));
}

@compute @workgroup_size(256)
fn keep_one_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.G * (sizes.E / 4) + 63) / 64 <= group) { return; }
  let jgie = group;
  let g = (thread + 256 * jgie) / (2 * (sizes.E / 4)) % sizes.G;
  let e = (thread + 256 * jgie) % (sizes.E / 4);
  let j = (thread + 256 * jgie) / (2 * sizes.G * (sizes.E / 4));

  // llama.tdsl:127: KV[j, g, position[0], i*E + e] = if j
  var z2 = load4_z(2 * sizes.E * sizes.G * sizes.R + 2 * sizes.E * g + 4 * e);
  let position2 = position[0];
  var kv: array<f32, 4>;
  var rope2 = load4_rope(2 * position2 * sizes.E + 4 * e);
  var z3 = load4_z(sizes.E + 2 * sizes.E * sizes.G * sizes.R + 2 * sizes.E * g + 4 * e);
  var rope3 = load4_rope((2 * position2 + 1) * sizes.E + 4 * e);
  var z4 = load4_z(2 * sizes.E * sizes.G * sizes.R + 2 * sizes.E * g + 2 * sizes.E * sizes.G + sizes.E * (((thread + 256 * jgie) / (sizes.E / 4)) & 1) + 4 * e);
  for (var v = 0; v < 4; v++) {
    kv[v] = select(z4[v], select(z3[v] * rope2[v] + z2[v] * rope3[v], z2[v] * rope2[v] - z3[v] * rope3[v], (((thread + 256 * jgie) / (sizes.E / 4)) & 1) == 0), j == 0);
  }
  if (j <= 1) {
    store4_KV(((j * sizes.G + g) * sizes.N + position2) * 2 * sizes.E + sizes.E * (((thread + 256 * jgie) / (sizes.E / 4)) & 1) + 4 * e, kv);
  }
}

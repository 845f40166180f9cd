// queries: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { P: i32, G: i32, R: i32, S: i32, E: i32, X: i32 }

@group(0) @binding(0) var<storage, read> z: array<f32>;
@group(0) @binding(1) var<storage, read> rope: array<f32>;
@group(0) @binding(2) var<storage, read_write> q: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;

// replaces the bits of one element; threads that share a word each change their own
fn store_q(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&q[i >> 1u], ~(0xffffu << shift));
  atomicOr(&q[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn queries(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.E * sizes.G * sizes.R * sizes.S + 127) / 128 <= group) { return; }
  let hsie = group;
  let s = (thread + 256 * hsie) / (2 * sizes.E) % sizes.S;
  let e = (thread + 256 * hsie) % sizes.E;
  let h = (thread + 256 * hsie) / (2 * sizes.E * sizes.S);

  // llama.tdsl:94: q[h, s, i*E + e] = turn(z[s, h*2*E + e], z[s, h*2*E + E + e], rope[P + s, 0, e], rope[P + s, 1, e], i)
  var z2 = 0.0;
  if (h < sizes.G * sizes.R) { z2 = z[s * (2 * sizes.E * sizes.G * sizes.R + 4 * sizes.E * sizes.G) + e + 2 * sizes.E * h]; }
  let rope2 = rope[2 * (sizes.P + s) * sizes.E + e];
  var z3 = 0.0;
  if (h < sizes.G * sizes.R) { z3 = z[s * (2 * sizes.E * sizes.G * sizes.R + 4 * sizes.E * sizes.G) + sizes.E + e + 2 * sizes.E * h]; }
  let rope3 = rope[(2 * (sizes.P + s) + 1) * sizes.E + e];
  let q2 = select(z3 * rope2 + z2 * rope3, z2 * rope2 - z3 * rope3, (((thread + 256 * hsie) / sizes.E) & 1) == 0);
  if (h < sizes.G * sizes.R) { store_q((h * sizes.S + s) * 2 * sizes.E + e + sizes.E * (((thread + 256 * hsie) / sizes.E) & 1), q2); }
}

// keep_one: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { R: i32, G: i32, E: i32, N: i32 }

@group(0) @binding(0) var<storage, read> z: array<f32>;
@group(0) @binding(1) var<storage, read> rope: array<f32>;
@group(0) @binding(2) var<storage, read> position: array<i32>;
@group(0) @binding(3) var<storage, read_write> KV: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;

// replaces the bits of one element; threads that share a word each change their own
fn store_KV(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&KV[i >> 1u], ~(0xffffu << shift));
  atomicOr(&KV[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn keep_one(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.E * sizes.G + 63) / 64 <= group) { return; }
  let jgie = group;
  let e = (thread + 256 * jgie) % sizes.E;
  let g = (thread + 256 * jgie) / (2 * sizes.E) % sizes.G;
  let j = (thread + 256 * jgie) / (2 * sizes.E * sizes.G);

  // llama.tdsl:127: KV[j, g, position[0], i*E + e] = if j
  let z2 = z[e + 2 * sizes.E * sizes.G * sizes.R + 2 * sizes.E * g];
  let position2 = position[0];
  let rope2 = rope[2 * position2 * sizes.E + e];
  let z3 = z[sizes.E + e + 2 * sizes.E * sizes.G * sizes.R + 2 * sizes.E * g];
  let rope3 = rope[(2 * position2 + 1) * sizes.E + e];
  let z4 = z[e + 2 * sizes.E * sizes.G * sizes.R + 2 * sizes.E * g + 2 * sizes.E * sizes.G + sizes.E * (((thread + 256 * jgie) / sizes.E) & 1)];
  let kv = select(z4, select(z3 * rope2 + z2 * rope3, z2 * rope2 - z3 * rope3, (((thread + 256 * jgie) / sizes.E) & 1) == 0), j == 0);
  if (j <= 1) {
    store_KV(((j * sizes.G + g) * sizes.N + position2) * 2 * sizes.E + e + sizes.E * (((thread + 256 * jgie) / sizes.E) & 1), kv);
  }
}

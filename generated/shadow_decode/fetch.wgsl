// fetch: made by tdsl from shadow_decode.tdsl for wgsl. Change the source, not this file.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { J: i32, B: i32, H: i32, C: i32, D: i32, T: i32 }

@group(0) @binding(0) var<storage, read> V: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> slot: array<i32>;
@group(0) @binding(2) var<storage, read> fresh: array<u32>; // bool, 4 a word
@group(0) @binding(3) var<storage, read_write> S: array<atomic<u32>>; // bf16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;

fn load_fresh(i: i32) -> bool {
  return extractBits(fresh[i >> 2u], 8u * u32(i & 3), 8u) != 0u;
}

fn load_V(i: i32) -> f32 {
  return bitcast<f32>((V[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_S(i: i32) -> f32 {
  return bitcast<f32>((atomicLoad(&S[i >> 1u]) >> (16u * u32(i & 1))) << 16u);
}

// replaces the bits of one element; threads that share a word each change their own
fn store_S(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&S[i >> 1u], ~(0xffffu << shift));
  atomicOr(&S[i >> 1u], bf16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn fetch(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.B * sizes.D * sizes.H * sizes.J * sizes.T + 255) / 256 <= group) { return; }
  let bhtjd = group;
  let b = (thread + 256 * bhtjd) / (sizes.D * sizes.H * sizes.J * sizes.T);
  let h = (thread + 256 * bhtjd) / (sizes.D * sizes.J * sizes.T) % sizes.H;
  let t = (thread + 256 * bhtjd) / (sizes.D * sizes.J) % sizes.T;
  let j = (thread + 256 * bhtjd) / sizes.D % sizes.J;
  let d = (thread + 256 * bhtjd) % sizes.D;

  // shadow_decode.tdsl:63: S[1, b, h, t*J + j, d] = if fresh[b, h, t] then V[b, h, slot[b, h, t]*J + j, d] else S[1, b, h, t*J + j, d]
  var fresh2 = false;
  if (b < sizes.B) { fresh2 = load_fresh((b * sizes.H + h) * sizes.T + t); }
  var slot2 = 0;
  if (b < sizes.B) { slot2 = slot[(b * sizes.H + h) * sizes.T + t]; }
  var v = 0.0;
  if (b < sizes.B) { v = load_V(((b * sizes.H + h) * sizes.C * sizes.J + j + slot2 * sizes.J) * sizes.D + d); }
  var s2 = 0.0;
  if (b < sizes.B) { s2 = load_S((((1 * sizes.B + b) * sizes.H + h) * sizes.J * sizes.T + j + sizes.J * t) * sizes.D + d); }
  let s = select(s2, v, fresh2);
  if (b < sizes.B) { store_S((((1 * sizes.B + b) * sizes.H + h) * sizes.J * sizes.T + j + sizes.J * t) * sizes.D + d, s); }
}

// fetch_aligned: made by tdsl from shadow_decode.tdsl for wgsl. Change the source, not this file.
// Relies on D % 8 == 0, T % 16 == 0.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { J: i32, B: i32, H: i32, C: i32, D: i32, T: i32 }

@group(0) @binding(0) var<storage, read> V: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> slot: array<i32>;
@group(0) @binding(2) var<storage, read> fresh: array<u32>; // bool, 4 a word
@group(0) @binding(3) var<storage, read_write> S: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;

fn load_fresh(i: i32) -> bool {
  return extractBits(fresh[i >> 2u], 8u * u32(i & 3), 8u) != 0u;
}

fn load8_V(i: i32) -> array<f32, 8> {
  let unit0 = V[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_V_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_V(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load8_S(i: i32) -> array<f32, 8> {
  let unit0 = S[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_S_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_S(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn store8_S(i: i32, values: array<f32, 8>) {
  S[i >> 3u] = vec4<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u), bf16_bits(values[4]) | (bf16_bits(values[5]) << 16u), bf16_bits(values[6]) | (bf16_bits(values[7]) << 16u));
}

@compute @workgroup_size(256)
fn fetch_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.B * sizes.H * sizes.J * (sizes.D / 8) * (sizes.T / 16) + 15) / 16 <= group) { return; }
  let bhtjd = group;
  let b = (thread + 256 * bhtjd) / (2 * sizes.D * sizes.H * sizes.J * (sizes.T / 16));
  let h = (thread + 256 * bhtjd) / (2 * sizes.D * sizes.J * (sizes.T / 16)) % sizes.H;
  let t = (thread + 256 * bhtjd) / (sizes.J * (sizes.D / 8)) % sizes.T;
  let j = (thread + 256 * bhtjd) / (sizes.D / 8) % sizes.J;
  let d = (thread + 256 * bhtjd) % (sizes.D / 8);

  // shadow_decode.tdsl:63: S[1, b, h, t*J + j, d] = if fresh[b, h, t] then V[b, h, slot[b, h, t]*J + j, d] else S[1, b, h, t*J + j, d]
  var fresh2 = false;
  if (b < sizes.B) { fresh2 = load_fresh((b * sizes.H + h) * sizes.T + t); }
  var slot2 = 0;
  if (b < sizes.B) { slot2 = slot[(b * sizes.H + h) * sizes.T + t]; }
  var s: array<f32, 8>;
  var v = load8_V_or(((b * sizes.H + h) * sizes.C * sizes.J + j + slot2 * sizes.J) * sizes.D + 8 * d, b < sizes.B, 0.0);
  var s2 = load8_S_or((((1 * sizes.B + b) * sizes.H + h) * sizes.J * sizes.T + j + sizes.J * t) * sizes.D + 8 * d, b < sizes.B, 0.0);
  for (var v2 = 0; v2 < 8; v2++) {
    s[v2] = select(s2[v2], v[v2], fresh2);
  }
  if (b < sizes.B) { store8_S((((1 * sizes.B + b) * sizes.H + h) * sizes.J * sizes.T + j + sizes.J * t) * sizes.D + 8 * d, s); }
}

// axpy_aligned: made by tdsl from vector_add.tdsl for wgsl. Change the source, not this file.
// Relies on N % 8 == 0.

// an f16, to nearest, ties to even; in whole numbers, as packing may lose what is below 2^-14 or beyond the largest value. Below 2^-14 the steps are those of f32 at 0.5.
fn f16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let size = bits & 0x7fffffffu;
  let low = bitcast<u32>(bitcast<f32>(size) + 0.5) - 0x3f000000u;
  let high = min((size + 0xfffu + ((size >> 13u) & 1u) - 0x38000000u) >> 13u, 0x7c00u);
  let rounded = select(select(high, low, size < 0x38800000u), 0x7e00u, size > 0x7f800000u);
  return rounded | ((bits >> 16u) & 0x8000u);
}

struct Sizes { N: i32 }

@group(0) @binding(0) var<storage, read> alpha: array<f32>;
@group(0) @binding(1) var<storage, read> X: array<vec4<u32>>; // f16, 2 a word
@group(0) @binding(2) var<storage, read> Y: array<vec4<u32>>; // f16, 2 a word
@group(0) @binding(3) var<storage, read_write> Z: array<vec4<u32>>; // f16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;

fn load8_X(i: i32) -> array<f32, 8> {
  let unit0 = X[i >> 3u];
  return array<f32, 8>(unpack2x16float(unit0.x).x, unpack2x16float(unit0.x).y, unpack2x16float(unit0.y).x, unpack2x16float(unit0.y).y, unpack2x16float(unit0.z).x, unpack2x16float(unit0.z).y, unpack2x16float(unit0.w).x, unpack2x16float(unit0.w).y);
}

fn load8_X_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_X(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load8_Y(i: i32) -> array<f32, 8> {
  let unit0 = Y[i >> 3u];
  return array<f32, 8>(unpack2x16float(unit0.x).x, unpack2x16float(unit0.x).y, unpack2x16float(unit0.y).x, unpack2x16float(unit0.y).y, unpack2x16float(unit0.z).x, unpack2x16float(unit0.z).y, unpack2x16float(unit0.w).x, unpack2x16float(unit0.w).y);
}

fn load8_Y_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_Y(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn store8_Z(i: i32, values: array<f32, 8>) {
  Z[i >> 3u] = vec4<u32>(f16_bits(values[0]) | (f16_bits(values[1]) << 16u), f16_bits(values[2]) | (f16_bits(values[3]) << 16u), f16_bits(values[4]) | (f16_bits(values[5]) << 16u), f16_bits(values[6]) | (f16_bits(values[7]) << 16u));
}

@compute @workgroup_size(256)
fn axpy_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.N + 2040) / 2048 <= group) { return; }
  let i2 = group;

  // vector_add.tdsl:19: Z[i] = alpha * X[i] + Y[i]
  let alpha2 = alpha[0];
  var z: array<f32, 8>;
  var x = load8_X_or(2048 * i2 + 8 * thread, 2048 * i2 + 8 * thread < sizes.N, 0.0);
  var y = load8_Y_or(2048 * i2 + 8 * thread, 2048 * i2 + 8 * thread < sizes.N, 0.0);
  for (var v = 0; v < 8; v++) {
    z[v] = alpha2 * x[v] + y[v];
  }
  if (2048 * i2 + 8 * thread < sizes.N) { store8_Z(2048 * i2 + 8 * thread, z); }
}

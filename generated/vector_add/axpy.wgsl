// axpy: made by tdsl from vector_add.tdsl for wgsl. Change the source, not this file.

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
@group(0) @binding(1) var<storage, read> X: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read> Y: array<u32>; // f16, 2 a word
@group(0) @binding(3) var<storage, read_write> Z: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;

fn load_X(i: i32) -> f32 {
  return unpack2x16float(X[i >> 1u])[u32(i & 1)];
}

fn load_Y(i: i32) -> f32 {
  return unpack2x16float(Y[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Z(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Z[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Z[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn axpy(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.N + 2047) / 2048 <= group) { return; }
  let i2 = group;

  // vector_add.tdsl:19: Z[i] = alpha * X[i] + Y[i]
  let alpha2 = alpha[0];
  for (var di = 0; di < 8; di++) {
    var x = 0.0;
    if (2048 * i2 + 8 * thread + di < sizes.N) { x = load_X(2048 * i2 + 8 * thread + di); }
    var y = 0.0;
    if (2048 * i2 + 8 * thread + di < sizes.N) { y = load_Y(2048 * i2 + 8 * thread + di); }
    let z = alpha2 * x + y;
    if (2048 * i2 + 8 * thread + di < sizes.N) { store_Z(2048 * i2 + 8 * thread + di, z); }
  }
}

// blur_1, blur_2: made by tdsl from blur.tdsl for wgsl. Change the source, not this file.

struct Sizes { H: i32, W: i32, C: i32 }

@group(0) @binding(0) var<storage, read> image: array<u32>; // u8, 4 a word
@group(0) @binding(1) var<storage, read_write> across_mem: array<f32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

fn load_image(i: i32) -> i32 {
  return bitcast<i32>(extractBits(image[i >> 2u], 8u * u32(i & 3), 8u));
}

@compute @workgroup_size(256)
fn blur_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.C * sizes.H * sizes.W + 255) / 256 <= group) { return; }
  let yxc = group;
  let y = (thread + 256 * yxc) / (sizes.C * sizes.W);
  let x = (thread + 256 * yxc) / sizes.C % sizes.W;
  let c = (thread + 256 * yxc) % sizes.C;

  // blur.tdsl:10: let across[y, x, c] = sum(i: 5) tap(i) * (image[y, x + i - 2, c] else clamp)
  var across = 0.0;
  for (var i_step = 0; i_step < 5; i_step++) {
    let image2 = load_image((max(0, min(y, sizes.H - 1)) * sizes.W + max(0, min(i_step + x - 2, sizes.W - 1))) * sizes.C + c);
    across += select(select(0.0625, 0.25, i_step == 1 || i_step == 3), 0.375, i_step == 2) * f32(image2);
  }
  if (y < sizes.H) { across_mem[(y * sizes.W + x) * sizes.C + c] = across; }
}

struct Sizes_2 { H: i32, W: i32, C: i32 }

@group(0) @binding(0) var<storage, read> across_mem2: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<atomic<u32>>; // u8, 4 a word
@group(0) @binding(2) var<uniform> sizes_2: Sizes_2;

// replaces the bits of one element; threads that share a word each change their own
fn store_out(i: i32, value: i32) {
  let shift = 8u * u32(i & 3);
  atomicAnd(&out[i >> 2u], ~(0xffu << shift));
  atomicOr(&out[i >> 2u], bitcast<u32>(clamp(value, 0, 255)) << shift);
}

@compute @workgroup_size(256)
fn blur_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_2.C * sizes_2.H * sizes_2.W + 255) / 256 <= group) { return; }
  let yxc = group;
  let y = (thread + 256 * yxc) / (sizes_2.C * sizes_2.W);
  let x = (thread + 256 * yxc) / sizes_2.C % sizes_2.W;
  let c = (thread + 256 * yxc) % sizes_2.C;

  // blur.tdsl:11: out[y, x, c] = u8(round(sum(j: 5) tap(j) * (across[y + j - 2, x, c] else clamp)))
  var out_sum = 0.0;
  for (var j_step = 0; j_step < 5; j_step++) {
    let across_mem3 = across_mem2[(max(0, min(j_step + y - 2, sizes_2.H - 1)) * sizes_2.W + x) * sizes_2.C + c];
    out_sum += select(select(0.0625, 0.25, j_step == 1 || j_step == 3), 0.375, j_step == 2) * across_mem3;
  }
  let out2 = clamp(i32(round(out_sum)), 0, 255);
  if (y < sizes_2.H) { store_out((y * sizes_2.W + x) * sizes_2.C + c, out2); }
}

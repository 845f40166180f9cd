// blur_aligned_1, blur_aligned_2: made by tdsl from blur.tdsl for wgsl. Change the source, not this file.
// Relies on C % 16 == 0.

struct Sizes { H: i32, W: i32, C: i32 }

@group(0) @binding(0) var<storage, read> image: array<u32>; // u8, 4 a word
@group(0) @binding(1) var<storage, read_write> across_mem: array<vec4<f32>>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

fn load_image(i: i32) -> i32 {
  return bitcast<i32>(extractBits(image[i >> 2u], 8u * u32(i & 3), 8u));
}

fn store4_across_mem(i: i32, values: array<f32, 4>) {
  across_mem[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn blur_aligned_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.H * sizes.W * (sizes.C / 16) + 63) / 64 <= group) { return; }
  let yxc = group;
  let y = (thread + 256 * yxc) / (4 * sizes.W * (sizes.C / 16));
  let x = (thread + 256 * yxc) / (4 * (sizes.C / 16)) % sizes.W;
  let c = (thread + 256 * yxc) % (4 * (sizes.C / 16));

  // blur.tdsl:10: let across[y, x, c] = sum(i: 5) tap(i) * (image[y, x + i - 2, c] else clamp)
  var across: array<f32, 4>;
  for (var dc = 0; dc < 4; dc++) {
    across[dc] = 0.0;
  }
  for (var i_step = 0; i_step < 5; i_step++) {
    for (var dc = 0; dc < 4; dc++) {
      let image2 = load_image((max(0, min(y, sizes.H - 1)) * sizes.W + max(0, min(i_step + x - 2, sizes.W - 1))) * sizes.C + 4 * c + dc);
      across[dc] += select(select(0.0625, 0.25, i_step == 1 || i_step == 3), 0.375, i_step == 2) * f32(image2);
    }
  }
  if (y < sizes.H) { store4_across_mem((y * sizes.W + x) * sizes.C + 4 * c, across); }
}

struct Sizes_2 { H: i32, W: i32, C: i32 }

@group(0) @binding(0) var<storage, read> across_mem2: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<u32>; // u8, 4 a word
@group(0) @binding(2) var<uniform> sizes_2: Sizes_2;

fn store4_out(i: i32, values: array<i32, 4>) {
  out[i >> 2u] = bitcast<u32>(clamp(values[0], 0, 255)) | (bitcast<u32>(clamp(values[1], 0, 255)) << 8u) | (bitcast<u32>(clamp(values[2], 0, 255)) << 16u) | (bitcast<u32>(clamp(values[3], 0, 255)) << 24u);
}

@compute @workgroup_size(256)
fn blur_aligned_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes_2.H * sizes_2.W * (sizes_2.C / 16) + 63) / 64 <= group) { return; }
  let yxc = group;
  let y = (thread + 256 * yxc) / (4 * sizes_2.W * (sizes_2.C / 16));
  let x = (thread + 256 * yxc) / (4 * (sizes_2.C / 16)) % sizes_2.W;
  let c = (thread + 256 * yxc) % (4 * (sizes_2.C / 16));

  // blur.tdsl:11: out[y, x, c] = u8(round(sum(j: 5) tap(j) * (across[y + j - 2, x, c] else clamp)))
  var out_sum: array<f32, 4>;
  for (var dc = 0; dc < 4; dc++) {
    out_sum[dc] = 0.0;
  }
  for (var j_step = 0; j_step < 5; j_step++) {
    for (var dc = 0; dc < 4; dc++) {
      let across_mem3 = across_mem2[(max(0, min(j_step + y - 2, sizes_2.H - 1)) * sizes_2.W + x) * sizes_2.C + 4 * c + dc];
      out_sum[dc] += select(select(0.0625, 0.25, j_step == 1 || j_step == 3), 0.375, j_step == 2) * across_mem3;
    }
  }
  var out2: array<i32, 4>;
  for (var v = 0; v < 4; v++) {
    out2[v] = clamp(i32(round(out_sum[v])), 0, 255);
  }
  if (y < sizes_2.H) { store4_out((y * sizes_2.W + x) * sizes_2.C + 4 * c, out2); }
}

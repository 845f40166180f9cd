// mobilenet_v2_pointwise_thin_aligned: made by tdsl from mobilenet_v2.tdsl for wgsl. Change the source, not this file.
// Relies on W % 16 == 0, C % 16 == 0.

struct Sizes { C: i32, H: i32, W: i32, K: i32 }

@group(0) @binding(0) var<storage, read> A: array<vec4<u32>>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> B: array<u32>; // i8, 4 a word
@group(0) @binding(2) var<storage, read_write> O: array<vec4<i32>>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_int_0: array<i32, 2048>;
var<workgroup> partials_int_1: array<i32, 2048>;

fn load16_A(i: i32) -> array<i32, 16> {
  let unit0 = A[i >> 4u];
  return array<i32, 16>(extractBits(bitcast<i32>(unit0.x), 0u, 8u), extractBits(bitcast<i32>(unit0.x), 8u, 8u), extractBits(bitcast<i32>(unit0.x), 16u, 8u), extractBits(bitcast<i32>(unit0.x), 24u, 8u), extractBits(bitcast<i32>(unit0.y), 0u, 8u), extractBits(bitcast<i32>(unit0.y), 8u, 8u), extractBits(bitcast<i32>(unit0.y), 16u, 8u), extractBits(bitcast<i32>(unit0.y), 24u, 8u), extractBits(bitcast<i32>(unit0.z), 0u, 8u), extractBits(bitcast<i32>(unit0.z), 8u, 8u), extractBits(bitcast<i32>(unit0.z), 16u, 8u), extractBits(bitcast<i32>(unit0.z), 24u, 8u), extractBits(bitcast<i32>(unit0.w), 0u, 8u), extractBits(bitcast<i32>(unit0.w), 8u, 8u), extractBits(bitcast<i32>(unit0.w), 16u, 8u), extractBits(bitcast<i32>(unit0.w), 24u, 8u));
}

fn load16_A_or(i: i32, inside: bool, fill: i32) -> array<i32, 16> {
  if (inside) { return load16_A(i); }
  return array<i32, 16>(fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load_B(i: i32) -> i32 {
  return extractBits(bitcast<i32>(B[i >> 2u]), 8u * u32(i & 3), 8u);
}

fn store4_O(i: i32, values: array<i32, 4>) {
  O[i >> 2u] = vec4<i32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn mobilenet_v2_pointwise_thin_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tc = thread >> 3u;
  let ty = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.H * sizes.K * ((sizes.W + 112) / 128) <= group) { return; }
  let y_count = (sizes.W + 112) / 128;
  let y = group % y_count;
  let outer = group / y_count;
  let x = outer % sizes.H;
  let k = outer / sizes.H;

  // mobilenet_v2.tdsl:47: O[k, x, y] = sum(c) A[c, x, y] * B[k, c]
  var O_sum: array<i32, 16>;
  for (var dy = 0; dy < 16; dy++) {
    O_sum[dy] = 0;
  }
  for (var c_step = 0; c_step < (sizes.C + 16) / 32; c_step++) {
    var a = load16_A_or(((tc + 32 * c_step) * sizes.H + x) * sizes.W + 128 * y + 16 * ty, tc + 32 * c_step < sizes.C && 128 * y + 16 * ty < sizes.W, 0);
    var b = 0;
    if (tc + 32 * c_step < sizes.C) { b = load_B(k * sizes.C + tc + 32 * c_step); }
    for (var dy = 0; dy < 16; dy++) {
      let O_sum_term = a[dy] * b;
      O_sum[dy] += select(0, O_sum_term, tc + 32 * c_step < sizes.C);
    }
  }
  var O_sum_part: array<i32, 16>;
  for (var dy = 0; dy < 16; dy++) {
    O_sum_part[dy] = O_sum[dy];
  }
  for (var part = 0; part < 2; part++) {
    for (var r = 0; r < 8; r++) {
      partials_int_0[r * 256 + thread] = O_sum_part[part * 8 + r];
    }
    workgroupBarrier();
    for (var r = 0; r < 8; r++) {
      O_sum_part[part * 8 + r] = partials_int_0[r * 256 + leader];
      for (var other = 0; other < 15; other++) {
        O_sum_part[part * 8 + r] += partials_int_0[r * 256 + leader + 8 * (other + 1)];
      }
    }
    workgroupBarrier();
  }
  for (var part = 0; part < 2; part++) {
    for (var r = 0; r < 8; r++) {
      partials_int_1[r * 256 + thread] = O_sum_part[part * 8 + r];
    }
    workgroupBarrier();
    for (var r = 0; r < 8; r++) {
      O_sum_part[part * 8 + r] = partials_int_1[r * 256 + leader2];
      O_sum_part[part * 8 + r] += partials_int_1[r * 256 + leader2 + 128];
    }
    workgroupBarrier();
  }
  for (var dy = 0; dy < 4; dy++) {
    if (128 * y + 16 * ty + 4 * dy < sizes.W && thread < 8) {
      store4_O((k * sizes.H + x) * sizes.W + 128 * y + 16 * ty + 4 * dy, array<i32, 4>(O_sum_part[4 * dy], O_sum_part[4 * dy + 1], O_sum_part[4 * dy + 2], O_sum_part[4 * dy + 3]));
    }
  }
}

// conv2d_strided_thin_aligned: made by tdsl from conv2d.tdsl for wgsl. Change the source, not this file.
// Relies on W % 16 == 0, S % 16 == 0.

struct Sizes { C: i32, H: i32, W: i32, K: i32, R: i32, S: i32 }

@group(0) @binding(0) var<storage, read> A: array<u32>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> B: array<u32>; // i8, 4 a word
@group(0) @binding(2) var<storage, read_write> O: array<vec2<i32>>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_int_0: array<i32, 2048>;
var<workgroup> partials_int_1: array<i32, 2048>;

fn load_A(i: i32) -> i32 {
  return extractBits(bitcast<i32>(A[i >> 2u]), 8u * u32(i & 3), 8u);
}

fn load_B(i: i32) -> i32 {
  return extractBits(bitcast<i32>(B[i >> 2u]), 8u * u32(i & 3), 8u);
}

fn store2_O(i: i32, values: array<i32, 2>) {
  O[i >> 1u] = vec2<i32>(values[0], values[1]);
}

@compute @workgroup_size(256)
fn conv2d_strided_thin_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tc = thread >> 3u;
  let ty = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.K * ((sizes.W / 16 - sizes.S / 16) >> 4u) * ((sizes.H - sizes.R) >> 1u) + 2 * sizes.K * ((sizes.W / 16 - sizes.S / 16) >> 4u) + sizes.K * ((sizes.H - sizes.R) >> 1u) + 2 * sizes.K <= group) { return; }
  let y_count = ((sizes.W / 16 - sizes.S / 16) >> 4u) + 1;
  let y = group % y_count;
  let outer = group / y_count;
  let x_count = ((sizes.H - sizes.R) >> 1u) + 2;
  let x = outer % x_count;
  let k = outer / x_count;

  // conv2d.tdsl:18: O[k, x, y] = sum(c, r, s) (A[c, 2*x + r - 1, 2*y + s - 1] else 0) * B[k, c, r, s]
  var O_sum: array<i32, 16>;
  for (var dy = 0; dy < 16; dy++) {
    O_sum[dy] = 0;
  }
  for (var r_step = 0; r_step < sizes.R; r_step++) {
    for (var s_step = 0; s_step < sizes.S; s_step++) {
      for (var c_step = 0; c_step < (sizes.C + 31) / 32; c_step++) {
        var a: array<i32, 16>;
        for (var dy = 0; dy < 16; dy++) {
          a[dy] = 0;
          if (tc + 32 * c_step < sizes.C && r_step + 2 * x > 0 && r_step + 2 * x <= sizes.H && s_step + 256 * y + 32 * ty + 2 * dy > 0 && s_step + 256 * y + 32 * ty + 2 * dy <= sizes.W) { a[dy] = load_A(((tc + 32 * c_step) * sizes.H + r_step + 2 * x - 1) * sizes.W + s_step + 256 * y + 32 * ty + 2 * dy - 1); }
        }
        var b = 0;
        if (tc + 32 * c_step < sizes.C) { b = load_B(((k * sizes.C + tc + 32 * c_step) * sizes.R + r_step) * sizes.S + s_step); }
        for (var dy = 0; dy < 16; dy++) {
          let O_sum_term = a[dy] * b;
          O_sum[dy] += select(0, O_sum_term, tc + 32 * c_step < sizes.C);
        }
      }
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
  for (var dy = 0; dy < 8; dy++) {
    if (128 * y + 16 * ty + 8 * (sizes.S / 16) + 2 * dy <= 8 * (sizes.W / 16) + 1 && thread < 8) {
      store2_O((k * (((sizes.H - sizes.R) >> 1u) + 2) + x) * (((sizes.W - sizes.S) >> 1u) + 2) + 128 * y + 16 * ty + 2 * dy, array<i32, 2>(O_sum_part[2 * dy], O_sum_part[2 * dy + 1]));
    }
  }
}

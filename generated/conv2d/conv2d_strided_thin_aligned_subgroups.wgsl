// conv2d_strided_thin_aligned: made by tdsl from conv2d.tdsl for wgsl. Change the source, not this file.
// Relies on W % 16 == 0, S % 16 == 0.
enable subgroups;

struct Sizes { C: i32, H: i32, W: i32, K: i32, R: i32, S: i32 }

@group(0) @binding(0) var<storage, read> A: array<u32>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> B: array<vec4<u32>>; // i8, 4 a word
@group(0) @binding(2) var<storage, read_write> O: array<i32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_int_0: array<i32, 256>;

fn load_A(i: i32) -> i32 {
  return extractBits(bitcast<i32>(A[i >> 2u]), 8u * u32(i & 3), 8u);
}

fn load16_B(i: i32) -> array<i32, 16> {
  let unit0 = B[i >> 4u];
  return array<i32, 16>(extractBits(bitcast<i32>(unit0.x), 0u, 8u), extractBits(bitcast<i32>(unit0.x), 8u, 8u), extractBits(bitcast<i32>(unit0.x), 16u, 8u), extractBits(bitcast<i32>(unit0.x), 24u, 8u), extractBits(bitcast<i32>(unit0.y), 0u, 8u), extractBits(bitcast<i32>(unit0.y), 8u, 8u), extractBits(bitcast<i32>(unit0.y), 16u, 8u), extractBits(bitcast<i32>(unit0.y), 24u, 8u), extractBits(bitcast<i32>(unit0.z), 0u, 8u), extractBits(bitcast<i32>(unit0.z), 8u, 8u), extractBits(bitcast<i32>(unit0.z), 16u, 8u), extractBits(bitcast<i32>(unit0.z), 24u, 8u), extractBits(bitcast<i32>(unit0.w), 0u, 8u), extractBits(bitcast<i32>(unit0.w), 8u, 8u), extractBits(bitcast<i32>(unit0.w), 16u, 8u), extractBits(bitcast<i32>(unit0.w), 24u, 8u));
}

fn load16_B_or(i: i32, inside: bool, fill: i32) -> array<i32, 16> {
  if (inside) { return load16_B(i); }
  return array<i32, 16>(fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill, fill);
}

@compute @workgroup_size(256)
fn conv2d_strided_thin_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let ts = thread & 31;
  let ty = thread >> 5u;
  let leader = thread & 227;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.K * ((sizes.H - sizes.R) >> 1u) * (sizes.W / 16) + 2 * sizes.K * (sizes.W / 16) + sizes.K * ((sizes.H - sizes.R) >> 1u) + 2 * sizes.K - sizes.K * ((sizes.H - sizes.R) >> 1u) * (sizes.S / 16) - 2 * sizes.K * (sizes.S / 16) <= group) { return; }
  let y_count = sizes.W / 16 + 1 - sizes.S / 16;
  let y = group % y_count;
  let outer = group / y_count;
  let x_count = ((sizes.H - sizes.R) >> 1u) + 2;
  let x = outer % x_count;
  let k = outer / x_count;

  // conv2d.tdsl:18: O[k, x, y] = sum(c, r, s) (A[c, 2*x + r - 1, 2*y + s - 1] else 0) * B[k, c, r, s]
  var O_sum = 0;
  for (var c_step = 0; c_step < sizes.C; c_step++) {
    for (var r_step = 0; r_step < sizes.R; r_step++) {
      for (var s_step = 0; s_step < (sizes.S + 496) / 512; s_step++) {
        var a: array<i32, 16>;
        for (var ds = 0; ds < 16; ds++) {
          a[ds] = 0;
          if (r_step + 2 * x > 0 && r_step + 2 * x <= sizes.H && 512 * s_step + 16 * ts + 16 * y + 2 * ty + ds > 0 && 512 * s_step + 16 * ts + 16 * y + 2 * ty + ds <= sizes.W) { a[ds] = load_A((c_step * sizes.H + r_step + 2 * x - 1) * sizes.W + 512 * s_step + 16 * ts + 16 * y + 2 * ty + ds - 1); }
        }
        var b = load16_B_or(((k * sizes.C + c_step) * sizes.R + r_step) * sizes.S + 512 * s_step + 16 * ts, 512 * s_step + 16 * ts < sizes.S, 0);
        var O_sum_part = 0;
        for (var ds = 0; ds < 16; ds++) {
          let O_sum_term = a[ds] * b[ds];
          let O_sum_term2 = select(0, O_sum_term, 512 * s_step + 16 * ts + ds < sizes.S);
          O_sum_part += O_sum_term2;
        }
        O_sum += O_sum_part;
      }
    }
  }
  var O_sum_part = O_sum;
  for (var step = 0; step < 2; step++) {
    O_sum_part += subgroupShuffleXor(O_sum_part, u32(1 << u32(step)));
  }
  partials_int_0[thread] = O_sum_part;
  workgroupBarrier();
  O_sum_part = partials_int_0[leader];
  for (var other = 0; other < 7; other++) {
    O_sum_part += partials_int_0[leader + 4 * (other + 1)];
  }
  if (ty + 8 * y + 8 * (sizes.S / 16) <= 8 * (sizes.W / 16) + 1 && (thread & 31) == 0) {
    O[(k * (((sizes.H - sizes.R) >> 1u) + 2) + x) * (((sizes.W - sizes.S) >> 1u) + 2) + ty + 8 * y] = O_sum_part;
  }
}

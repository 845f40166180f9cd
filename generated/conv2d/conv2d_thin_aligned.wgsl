// conv2d_thin_aligned: made by tdsl from conv2d.tdsl for wgsl. Change the source, not this file.
// Relies on S % 16 == 0, Y % 4 == 0.

struct Sizes { C: i32, X: i32, R: i32, Y: i32, S: i32, K: i32 }

@group(0) @binding(0) var<storage, read> A: array<u32>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> B: array<vec4<u32>>; // i8, 4 a word
@group(0) @binding(2) var<storage, read_write> O: array<i32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_int_0: array<i32, 256>;
var<workgroup> partials_int_1: array<i32, 256>;

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
fn conv2d_thin_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let ts = thread & 31;
  let ty = thread >> 5u;
  let leader = thread & 240;
  let leader2 = thread & 239;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.K * sizes.X * ((sizes.Y + 4) / 8) <= group) { return; }
  let y_count = (sizes.Y + 4) / 8;
  let y = group % y_count;
  let outer = group / y_count;
  let x = outer % sizes.X;
  let k = outer / sizes.X;

  // conv2d.tdsl:6: O[k, x, y] = sum(c, r, s) A[c, x + r, y + s] * B[k, c, r, s]
  var O_sum = 0;
  for (var c_step = 0; c_step < sizes.C; c_step++) {
    for (var r_step = 0; r_step < sizes.R; r_step++) {
      for (var s_step = 0; s_step < (sizes.S + 496) / 512; s_step++) {
        var a: array<i32, 16>;
        for (var ds = 0; ds < 16; ds++) {
          a[ds] = 0;
          if (512 * s_step + 16 * ts + ds < sizes.S && ty + 8 * y < sizes.Y) { a[ds] = load_A((c_step * (sizes.R + sizes.X - 1) + r_step + x) * (sizes.S + sizes.Y - 1) + ty + 512 * s_step + 16 * ts + 8 * y + ds); }
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
  partials_int_0[thread] = O_sum_part;
  workgroupBarrier();
  O_sum_part = partials_int_0[leader];
  for (var other = 0; other < 15; other++) {
    O_sum_part += partials_int_0[leader + other + 1];
  }
  partials_int_1[thread] = O_sum_part;
  workgroupBarrier();
  O_sum_part = partials_int_1[leader2];
  O_sum_part += partials_int_1[leader2 + 16];
  if (ty + 8 * y < sizes.Y && (thread & 31) == 0) { O[(k * sizes.X + x) * sizes.Y + ty + 8 * y] = O_sum_part; }
}

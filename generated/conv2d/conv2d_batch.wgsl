// conv2d_batch: made by tdsl from conv2d.tdsl for wgsl. Change the source, not this file.

struct Sizes { N: i32, C: i32, X: i32, R: i32, Y: i32, S: i32, K: i32 }

@group(0) @binding(0) var<storage, read> A: array<u32>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> B: array<u32>; // i8, 4 a word
@group(0) @binding(2) var<storage, read_write> O: array<i32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> b: array<i32, 1088>;
var<workgroup> a: array<i32, 1088>;

fn load_B(i: i32) -> i32 {
  return extractBits(bitcast<i32>(B[i >> 2u]), 8u * u32(i & 3), 8u);
}

fn load_A(i: i32) -> i32 {
  return extractBits(bitcast<i32>(A[i >> 2u]), 8u * u32(i & 3), 8u);
}

fn load4_b(i: i32) -> array<i32, 4> {
  let unit0 = b[i];
  let unit1 = b[i + 1];
  let unit2 = b[i + 2];
  let unit3 = b[i + 3];
  return array<i32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_a(i: i32) -> array<i32, 4> {
  let unit0 = a[i];
  let unit1 = a[i + 1];
  let unit2 = a[i + 2];
  let unit3 = a[i + 3];
  return array<i32, 4>(unit0, unit1, unit2, unit3);
}

@compute @workgroup_size(256)
fn conv2d_batch(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = thread >> 2u;
  let ts = 4 * (thread & 3);
  let tk2 = 4 * (thread >> 4u);
  let ty = 4 * (thread & 15);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.N * sizes.X * ((sizes.K + 63) / 64) * ((sizes.Y + 63) / 64) <= group) { return; }
  let y_count = (sizes.Y + 63) / 64;
  let in_plane = group % (sizes.X * y_count);
  let panel_groups = 8 * y_count;
  let first_row = in_plane / panel_groups * 8;
  let panel_rows = min(8, sizes.X - first_row);
  let in_panel = in_plane % panel_groups;
  let x = first_row + in_panel % panel_rows;
  let y = in_panel / panel_rows;
  let outer = group / (sizes.X * y_count);
  let k_count = (sizes.K + 63) / 64;
  let k = outer % k_count;
  let n = outer / k_count;
  let k2 = 64 * k + tk;
  let y2 = 64 * y + tk;
  let k3 = 64 * k + tk2;
  let y3 = 64 * y + ty;

  // conv2d.tdsl:12: O[n, k, x, y] = sum(c, r, s) A[n, c, x + r, y + s] * B[k, c, r, s]
  var O_sum: array<i32, 16>;
  for (var r = 0; r < 16; r++) {
    O_sum[r] = 0;
  }
  for (var c_step = 0; c_step < sizes.C; c_step++) {
    for (var r_step = 0; r_step < sizes.R; r_step++) {
      for (var s_step = 0; s_step < (sizes.S + 15) / 16; s_step++) {
        let s = 16 * s_step + ts;
        workgroupBarrier();
        for (var ds = 0; ds < 4; ds++) {
          var b2 = 0;
          if (k2 < sizes.K && s + ds < sizes.S) { b2 = load_B(((k2 * sizes.C + c_step) * sizes.R + r_step) * sizes.S + s + ds); }
          b[68 * (ts + ds) + tk] = b2;
        }
        for (var ds = 0; ds < 4; ds++) {
          var a2 = 0;
          if (s + ds < sizes.S && y2 < sizes.Y) { a2 = load_A(((n * sizes.C + c_step) * (sizes.R + sizes.X - 1) + r_step + x) * (sizes.S + sizes.Y - 1) + s + y2 + ds); }
          a[68 * (ts + ds) + tk] = a2;
        }
        workgroupBarrier();
        for (var ds = 0; ds < 16; ds++) {
          var b_reg = load4_b(68 * ds + tk2);
          var a_reg = load4_a(68 * ds + ty);
          for (var dk = 0; dk < 4; dk++) {
            for (var dy = 0; dy < 4; dy++) {
              O_sum[4 * dk + dy] += b_reg[dk] * a_reg[dy];
            }
          }
        }
      }
    }
  }
  for (var dk = 0; dk < 4; dk++) {
    for (var dy = 0; dy < 4; dy++) {
      if (k3 + dk < sizes.K && y3 + dy < sizes.Y) { O[((n * sizes.K + k3 + dk) * sizes.X + x) * sizes.Y + y3 + dy] = O_sum[4 * dk + dy]; }
    }
  }
}

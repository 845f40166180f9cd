// conv2d_aligned: made by tdsl from conv2d.tdsl for wgsl. Change the source, not this file.
// Relies on S % 16 == 0, Y % 4 == 0.

struct Sizes { C: i32, X: i32, R: i32, Y: i32, S: i32, K: i32 }

@group(0) @binding(0) var<storage, read> A: array<u32>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> B: array<u32>; // i8, 4 a word
@group(0) @binding(2) var<storage, read_write> O: array<vec4<i32>>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> b: array<i32, 1088>;
var<workgroup> a: array<i32, 1088>;

fn load4_B(i: i32) -> array<i32, 4> {
  let unit0 = B[i >> 2u];
  return array<i32, 4>(extractBits(bitcast<i32>(unit0), 0u, 8u), extractBits(bitcast<i32>(unit0), 8u, 8u), extractBits(bitcast<i32>(unit0), 16u, 8u), extractBits(bitcast<i32>(unit0), 24u, 8u));
}

fn load4_B_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_B(i); }
  return array<i32, 4>(fill, fill, fill, fill);
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

fn store4_O(i: i32, values: array<i32, 4>) {
  O[i >> 2u] = vec4<i32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn conv2d_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = thread >> 2u;
  let ts = 4 * (thread & 3);
  let tk2 = 4 * (thread >> 4u);
  let ty = 4 * (thread & 15);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.X * ((sizes.K + 63) / 64) * ((sizes.Y + 60) / 64) <= group) { return; }
  let y_count = (sizes.Y + 60) / 64;
  let in_plane = group % (sizes.X * y_count);
  let panel_groups = 8 * y_count;
  let first_row = in_plane / panel_groups * 8;
  let panel_rows = min(8, sizes.X - first_row);
  let in_panel = in_plane % panel_groups;
  let x = first_row + in_panel % panel_rows;
  let y = in_panel / panel_rows;
  let k = group / (sizes.X * y_count);
  let k2 = 64 * k + tk;
  let y2 = 64 * y + tk;
  let k3 = 64 * k + tk2;
  let y3 = 64 * y + ty;

  // conv2d.tdsl:6: O[k, x, y] = sum(c, r, s) A[c, x + r, y + s] * B[k, c, r, s]
  var O_sum: array<i32, 16>;
  for (var r = 0; r < 16; r++) {
    O_sum[r] = 0;
  }
  for (var c_step = 0; c_step < sizes.C; c_step++) {
    for (var r_step = 0; r_step < sizes.R; r_step++) {
      for (var s_step = 0; s_step < sizes.S / 16; s_step++) {
        let s = 16 * s_step + ts;
        workgroupBarrier();
        var b2 = load4_B_or(((k2 * sizes.C + c_step) * sizes.R + r_step) * sizes.S + s, k2 < sizes.K, 0);
        for (var v = 0; v < 4; v++) {
          b[68 * (ts + v) + tk] = b2[v];
        }
        for (var ds = 0; ds < 4; ds++) {
          var a2 = 0;
          if (y2 < sizes.Y) { a2 = load_A((c_step * (sizes.R + sizes.X - 1) + r_step + x) * (sizes.S + sizes.Y - 1) + s + y2 + ds); }
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
    if (k3 + dk < sizes.K && y3 < sizes.Y) {
      store4_O(((k3 + dk) * sizes.X + x) * sizes.Y + y3, array<i32, 4>(O_sum[4 * dk], O_sum[4 * dk + 1], O_sum[4 * dk + 2], O_sum[4 * dk + 3]));
    }
  }
}

// conv2d_strided_aligned: made by tdsl from conv2d.tdsl for wgsl. Change the source, not this file.
// Relies on W % 16 == 0, S % 16 == 0.

struct Sizes { C: i32, H: i32, W: i32, K: i32, R: i32, S: i32 }

@group(0) @binding(0) var<storage, read> A: array<u32>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> B: array<u32>; // i8, 4 a word
@group(0) @binding(2) var<storage, read_write> O: array<vec2<i32>>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> b: array<vec4<i32>, 272>;
var<workgroup> a: array<vec4<i32>, 272>;

fn load_B(i: i32) -> i32 {
  return extractBits(bitcast<i32>(B[i >> 2u]), 8u * u32(i & 3), 8u);
}

fn store4_b(i: i32, values: array<i32, 4>) {
  b[i >> 2u] = vec4<i32>(values[0], values[1], values[2], values[3]);
}

fn load_A(i: i32) -> i32 {
  return extractBits(bitcast<i32>(A[i >> 2u]), 8u * u32(i & 3), 8u);
}

fn store4_a(i: i32, values: array<i32, 4>) {
  a[i >> 2u] = vec4<i32>(values[0], values[1], values[2], values[3]);
}

fn load4_b(i: i32) -> array<i32, 4> {
  let unit0 = b[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_a(i: i32) -> array<i32, 4> {
  let unit0 = a[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn store2_O(i: i32, values: array<i32, 2>) {
  O[i >> 1u] = vec2<i32>(values[0], values[1]);
}

@compute @workgroup_size(256)
fn conv2d_strided_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = 4 * (thread & 15);
  let tc = thread >> 4u;
  let tk2 = 4 * (thread >> 4u);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (((sizes.W / 16 - sizes.S / 16) >> 3u) * ((sizes.H - sizes.R) >> 1u) * ((sizes.K + 63) / 64) + 2 * ((sizes.W / 16 - sizes.S / 16) >> 3u) * ((sizes.K + 63) / 64) + ((sizes.H - sizes.R) >> 1u) * ((sizes.K + 63) / 64) + 2 * ((sizes.K + 63) / 64) <= group) { return; }
  let x_count = ((sizes.H - sizes.R) >> 1u) + 2;
  let y_count = ((sizes.W / 16 - sizes.S / 16) >> 3u) + 1;
  let in_plane = group % (x_count * y_count);
  let panel_groups = 8 * y_count;
  let first_row = in_plane / panel_groups * 8;
  let panel_rows = min(8, x_count - first_row);
  let in_panel = in_plane % panel_groups;
  let x = first_row + in_panel % panel_rows;
  let k = group / (x_count * y_count);
  let k2 = 64 * k + tk;
  let y2 = 64 * (in_panel / panel_rows) + tk;
  let k3 = 64 * k + tk2;

  // conv2d.tdsl:18: O[k, x, y] = sum(c, r, s) (A[c, 2*x + r - 1, 2*y + s - 1] else 0) * B[k, c, r, s]
  var O_sum: array<i32, 16>;
  for (var r = 0; r < 16; r++) {
    O_sum[r] = 0;
  }
  for (var r_step = 0; r_step < sizes.R; r_step++) {
    for (var s_step = 0; s_step < sizes.S; s_step++) {
      for (var c_step = 0; c_step < (sizes.C + 15) / 16; c_step++) {
        let c = 16 * c_step + tc;
        workgroupBarrier();
        var b2: array<i32, 4>;
        for (var v = 0; v < 4; v++) {
          b2[v] = 0;
          if (k2 + v < sizes.K && c < sizes.C) { b2[v] = load_B((((k2 + v) * sizes.C + c) * sizes.R + r_step) * sizes.S + s_step); }
        }
        store4_b(68 * tc + tk, b2);
        var a2: array<i32, 4>;
        for (var v = 0; v < 4; v++) {
          a2[v] = 0;
          if (c < sizes.C && r_step + 2 * x > 0 && r_step + 2 * x <= sizes.H && s_step + 2 * y2 + 2 * v > 0 && s_step + 2 * y2 + 2 * v <= sizes.W) { a2[v] = load_A((c * sizes.H + r_step + 2 * x - 1) * sizes.W + s_step + 2 * y2 + 2 * v - 1); }
        }
        store4_a(68 * tc + tk, a2);
        workgroupBarrier();
        for (var dc = 0; dc < 16; dc++) {
          var b_reg = load4_b(68 * dc + tk2);
          var a_reg = load4_a(68 * dc + tk);
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
    for (var dy = 0; dy < 2; dy++) {
      if (k3 + dk < sizes.K && y2 + 8 * (sizes.S / 16) + 2 * dy <= 8 * (sizes.W / 16) + 1) {
        store2_O(((k3 + dk) * (((sizes.H - sizes.R) >> 1u) + 2) + x) * (((sizes.W - sizes.S) >> 1u) + 2) + y2 + 2 * dy, array<i32, 2>(O_sum[4 * dk + 2 * dy], O_sum[4 * dk + 2 * dy + 1]));
      }
    }
  }
}

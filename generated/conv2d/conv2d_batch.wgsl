// conv2d_batch: made by tdsl from conv2d.tdsl for wgsl. Change the source, not this file.

struct Sizes { N: i32, C: i32, X: i32, R: i32, Y: i32, S: i32, K: i32 }

@group(0) @binding(0) var<storage, read> A: array<u32>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> B: array<u32>; // i8, 4 a word
@group(0) @binding(2) var<storage, read_write> O: array<i32>;
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

@compute @workgroup_size(256)
fn conv2d_batch(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = 4 * (thread & 15);
  let tc = thread >> 4u;
  let tk2 = 4 * (thread >> 4u);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.N * sizes.X * ((sizes.K + 63) / 64) * ((sizes.Y + 63) / 64) <= group) { return; }
  let y_count = (sizes.Y + 63) / 64;
  let in_plane = group % (sizes.X * y_count);
  let panel_groups = 8 * y_count;
  let first_row = in_plane / panel_groups * 8;
  let panel_rows = min(8, sizes.X - first_row);
  let in_panel = in_plane % panel_groups;
  let x = first_row + in_panel % panel_rows;
  let outer = group / (sizes.X * y_count);
  let k_count = (sizes.K + 63) / 64;
  let k = outer % k_count;
  let n = outer / k_count;
  let k2 = 64 * k + tk;
  let y2 = 64 * (in_panel / panel_rows) + tk;
  let k3 = 64 * k + tk2;

  // conv2d.tdsl:12: O[n, k, x, y] = sum(c, r, s) A[n, c, x + r, y + s] * B[k, c, r, s]
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
          if (c < sizes.C && y2 + v < sizes.Y) { a2[v] = load_A(((n * sizes.C + c) * (sizes.R + sizes.X - 1) + r_step + x) * (sizes.S + sizes.Y - 1) + y2 + s_step + v); }
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
    for (var dy = 0; dy < 4; dy++) {
      if (k3 + dk < sizes.K && y2 + dy < sizes.Y) { O[((n * sizes.K + k3 + dk) * sizes.X + x) * sizes.Y + y2 + dy] = O_sum[4 * dk + dy]; }
    }
  }
}

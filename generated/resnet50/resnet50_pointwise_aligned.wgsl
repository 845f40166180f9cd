// resnet50_pointwise_aligned: made by tdsl from resnet50.tdsl for wgsl. Change the source, not this file.
// Relies on W % 16 == 0, C % 16 == 0.

struct Sizes { C: i32, H: i32, W: i32, K: i32 }

@group(0) @binding(0) var<storage, read> A: array<u32>; // i8, 4 a word
@group(0) @binding(1) var<storage, read> B: array<u32>; // i8, 4 a word
@group(0) @binding(2) var<storage, read_write> O: array<vec4<i32>>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> b: array<i32, 1088>;
var<workgroup> a: array<vec4<i32>, 272>;

fn load4_B(i: i32) -> array<i32, 4> {
  let unit0 = B[i >> 2u];
  return array<i32, 4>(extractBits(bitcast<i32>(unit0), 0u, 8u), extractBits(bitcast<i32>(unit0), 8u, 8u), extractBits(bitcast<i32>(unit0), 16u, 8u), extractBits(bitcast<i32>(unit0), 24u, 8u));
}

fn load4_B_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_B(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

fn load4_A(i: i32) -> array<i32, 4> {
  let unit0 = A[i >> 2u];
  return array<i32, 4>(extractBits(bitcast<i32>(unit0), 0u, 8u), extractBits(bitcast<i32>(unit0), 8u, 8u), extractBits(bitcast<i32>(unit0), 16u, 8u), extractBits(bitcast<i32>(unit0), 24u, 8u));
}

fn load4_A_or(i: i32, inside: bool, fill: i32) -> array<i32, 4> {
  if (inside) { return load4_A(i); }
  return array<i32, 4>(fill, fill, fill, fill);
}

fn store4_a(i: i32, values: array<i32, 4>) {
  a[i >> 2u] = vec4<i32>(values[0], values[1], values[2], values[3]);
}

fn load4_b(i: i32) -> array<i32, 4> {
  let unit0 = b[i];
  let unit1 = b[i + 1];
  let unit2 = b[i + 2];
  let unit3 = b[i + 3];
  return array<i32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_a(i: i32) -> array<i32, 4> {
  let unit0 = a[i >> 2u];
  return array<i32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn store4_O(i: i32, values: array<i32, 4>) {
  O[i >> 2u] = vec4<i32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn resnet50_pointwise_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = thread >> 2u;
  let tc = 4 * (thread & 3);
  let tc2 = thread >> 4u;
  let ty = 4 * (thread & 15);
  let tk2 = 4 * (thread >> 4u);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.H * ((sizes.K + 63) / 64) * ((sizes.W + 48) / 64) <= group) { return; }
  let y_count = (sizes.W + 48) / 64;
  let in_plane = group % (sizes.H * y_count);
  let panel_groups = 8 * y_count;
  let first_row = in_plane / panel_groups * 8;
  let panel_rows = min(8, sizes.H - first_row);
  let in_panel = in_plane % panel_groups;
  let x = first_row + in_panel % panel_rows;
  let k = group / (sizes.H * y_count);
  let k2 = 64 * k + tk;
  let y2 = 64 * (in_panel / panel_rows) + ty;
  let k3 = 64 * k + tk2;

  // resnet50.tdsl:45: O[k, x, y] = sum(c) A[c, x, y] * B[k, c]
  var O_sum: array<i32, 16>;
  for (var r = 0; r < 16; r++) {
    O_sum[r] = 0;
  }
  for (var c_step = 0; c_step < sizes.C / 16; c_step++) {
    let c = 16 * c_step + tc;
    let c2 = 16 * c_step + tc2;
    workgroupBarrier();
    var b2 = load4_B_or(k2 * sizes.C + c, k2 < sizes.K, 0);
    for (var v = 0; v < 4; v++) {
      b[68 * (tc + v) + tk] = b2[v];
    }
    var a2 = load4_A_or((c2 * sizes.H + x) * sizes.W + y2, y2 < sizes.W, 0);
    store4_a(68 * tc2 + ty, a2);
    workgroupBarrier();
    for (var dc = 0; dc < 16; dc++) {
      var b_reg = load4_b(68 * dc + tk2);
      var a_reg = load4_a(68 * dc + ty);
      for (var dk = 0; dk < 4; dk++) {
        for (var dy = 0; dy < 4; dy++) {
          O_sum[4 * dk + dy] += b_reg[dk] * a_reg[dy];
        }
      }
    }
  }
  for (var dk = 0; dk < 4; dk++) {
    if (k3 + dk < sizes.K && y2 < sizes.W) {
      store4_O(((k3 + dk) * sizes.H + x) * sizes.W + y2, array<i32, 4>(O_sum[4 * dk], O_sum[4 * dk + 1], O_sum[4 * dk + 2], O_sum[4 * dk + 3]));
    }
  }
}

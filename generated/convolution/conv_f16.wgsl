// conv: made by tdsl from convolution.tdsl for wgsl. Change the source, not this file.
enable f16;

// toward minus infinity; 0 where b is 0
fn floor_div(a: i32, b: i32) -> i32 {
  if (b == 0) { return 0; }
  let q = a / b;
  return select(q, q - 1, a % b != 0 && (a < 0) != (b < 0));
}

struct Sizes { st: i32, pad: i32, N: i32, C: i32, H: i32, W: i32, O: i32, R: i32, S: i32 }

@group(0) @binding(0) var<storage, read> X: array<f16>;
@group(0) @binding(1) var<storage, read> F: array<f16>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> Y: array<f16>;
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> f: array<vec4<f32>, 272>;
var<workgroup> x: array<vec4<f32>, 272>;

fn store4_f(i: i32, values: array<f32, 4>) {
  f[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

fn store4_x(i: i32, values: array<f32, 4>) {
  x[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

fn load4_f(i: i32) -> array<f32, 4> {
  let unit0 = f[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn load4_x(i: i32) -> array<f32, 4> {
  let unit0 = x[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

@compute @workgroup_size(256)
fn conv(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let to = 4 * (thread & 15);
  let tc = thread >> 4u;
  let to2 = 4 * (thread >> 4u);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.N * ((sizes.O + 63) / 64) * floor_div(sizes.W + 2 * sizes.pad - sizes.S, 64 * sizes.st) * floor_div(sizes.H + 2 * sizes.pad - sizes.R, sizes.st) + sizes.N * ((sizes.O + 63) / 64) * floor_div(sizes.W + 2 * sizes.pad - sizes.S, 64 * sizes.st) + sizes.N * ((sizes.O + 63) / 64) * floor_div(sizes.H + 2 * sizes.pad - sizes.R, sizes.st) + sizes.N * ((sizes.O + 63) / 64) <= group) { return; }
  let y_count = floor_div(sizes.H + 2 * sizes.pad - sizes.R, sizes.st) + 1;
  let x_count = floor_div(sizes.W + 2 * sizes.pad - sizes.S, 64 * sizes.st) + 1;
  let in_plane = group % (y_count * x_count);
  let panel_groups = 8 * x_count;
  let first_row = in_plane / panel_groups * 8;
  let panel_rows = min(8, y_count - first_row);
  let in_panel = in_plane % panel_groups;
  let y = first_row + in_panel % panel_rows;
  let outer = group / (y_count * x_count);
  let o_count = (sizes.O + 63) / 64;
  let o = outer % o_count;
  let n = outer / o_count;
  let o2 = 64 * o + to;
  let x4 = 64 * (in_panel / panel_rows) + to;
  let o3 = 64 * o + to2;

  // convolution.tdsl:11: Y[n, o, y, x] = relu(acc[n, o, y, x] + bias[o])
  var acc: array<f32, 16>;
  for (var r = 0; r < 16; r++) {
    acc[r] = 0.0;
  }
  for (var r_step = 0; r_step < sizes.R; r_step++) {
    for (var s_step = 0; s_step < sizes.S; s_step++) {
      for (var c_step = 0; c_step < (sizes.C + 15) / 16; c_step++) {
        let c = 16 * c_step + tc;
        workgroupBarrier();
        var f2: array<f32, 4>;
        for (var v = 0; v < 4; v++) {
          f2[v] = 0.0;
          if (o2 + v < sizes.O && c < sizes.C) { f2[v] = f32(F[(((o2 + v) * sizes.C + c) * sizes.R + r_step) * sizes.S + s_step]); }
        }
        store4_f(68 * tc + to, f2);
        var x3: array<f32, 4>;
        for (var v = 0; v < 4; v++) {
          x3[v] = 0.0;
          if (c < sizes.C && sizes.pad <= r_step + y * sizes.st && r_step + y * sizes.st < sizes.H + sizes.pad && sizes.pad <= s_step + x4 * sizes.st + v * sizes.st && s_step + x4 * sizes.st + v * sizes.st < sizes.W + sizes.pad) { x3[v] = f32(X[((n * sizes.C + c) * sizes.H + r_step + y * sizes.st - sizes.pad) * sizes.W + s_step + x4 * sizes.st + v * sizes.st - sizes.pad]); }
        }
        store4_x(68 * tc + to, x3);
        workgroupBarrier();
        for (var dc = 0; dc < 16; dc++) {
          var f_reg = load4_f(68 * dc + to2);
          var x_reg = load4_x(68 * dc + to);
          for (var do_ = 0; do_ < 4; do_++) {
            for (var dx = 0; dx < 4; dx++) {
              acc[4 * do_ + dx] += f_reg[do_] * x_reg[dx];
            }
          }
        }
      }
    }
  }
  var bias2: array<f32, 4>;
  for (var do_ = 0; do_ < 4; do_++) {
    bias2[do_] = 0.0;
    if (o3 + do_ < sizes.O) { bias2[do_] = bias[o3 + do_]; }
  }
  for (var do_ = 0; do_ < 4; do_++) {
    for (var dx = 0; dx < 4; dx++) {
      let y2 = max(acc[4 * do_ + dx] + bias2[do_], 0.0);
      if (o3 + do_ < sizes.O && x4 + dx <= floor_div(sizes.W + 2 * sizes.pad - sizes.S, sizes.st)) {
        Y[((n * sizes.O + o3 + do_) * (floor_div(sizes.H + 2 * sizes.pad - sizes.R, sizes.st) + 1) + y) * (floor_div(sizes.W + 2 * sizes.pad - sizes.S, sizes.st) + 1) + x4 + dx] = f16(y2);
      }
    }
  }
}

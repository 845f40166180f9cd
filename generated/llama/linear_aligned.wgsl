// linear_aligned: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.
// Relies on C % 8 == 0, M % 4 == 0.

struct Sizes { S: i32, C: i32, M: i32 }

@group(0) @binding(0) var<storage, read> y: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> W: array<vec2<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> z: array<vec4<f32>>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> y2: array<f32, 1088>;
var<workgroup> w: array<f32, 1088>;

fn load4_y(i: i32) -> array<f32, 4> {
  let unit0 = y[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_y_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_y(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_W(i: i32) -> array<f32, 4> {
  let unit0 = W[i >> 2u];
  return array<f32, 4>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u));
}

fn load4_W_or(i: i32, inside: bool, fill: f32) -> array<f32, 4> {
  if (inside) { return load4_W(i); }
  return array<f32, 4>(fill, fill, fill, fill);
}

fn load4_y2(i: i32) -> array<f32, 4> {
  let unit0 = y2[i];
  let unit1 = y2[i + 1];
  let unit2 = y2[i + 2];
  let unit3 = y2[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn load4_w(i: i32) -> array<f32, 4> {
  let unit0 = w[i];
  let unit1 = w[i + 1];
  let unit2 = w[i + 2];
  let unit3 = w[i + 3];
  return array<f32, 4>(unit0, unit1, unit2, unit3);
}

fn store4_z(i: i32, values: array<f32, 4>) {
  z[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn linear_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let ts = thread >> 2u;
  let tc = 4 * (thread & 3);
  let ts2 = 4 * (thread >> 4u);
  let tm = 4 * (thread & 15);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.M + 60) / 64 * ((sizes.S + 63) / 64) <= group) { return; }
  let panel_groups = 8 * ((sizes.M + 60) / 64);
  let first_row = group / panel_groups * 8;
  let panel_rows = min(8, (sizes.S + 63) / 64 - first_row);
  let in_panel = group % panel_groups;
  let s = first_row + in_panel % panel_rows;
  let m = in_panel / panel_rows;
  let s2 = 64 * s + ts;
  let m2 = 64 * m + ts;
  let s3 = 64 * s + ts2;
  let m3 = 64 * m + tm;

  // llama.tdsl:54: z[s, m] = sum(c) y[s, c] * W[m, c]
  var z_sum: array<f32, 16>;
  for (var r = 0; r < 16; r++) {
    z_sum[r] = 0.0;
  }
  for (var c_step = 0; c_step < (sizes.C + 8) / 16; c_step++) {
    let c = 16 * c_step + tc;
    workgroupBarrier();
    var y3 = load4_y_or(s2 * sizes.C + c, s2 < sizes.S && c < sizes.C, 0.0);
    for (var v = 0; v < 4; v++) {
      y2[68 * (tc + v) + ts] = y3[v];
    }
    var w2 = load4_W_or(m2 * sizes.C + c, m2 < sizes.M && c < sizes.C, 0.0);
    for (var v = 0; v < 4; v++) {
      w[68 * (tc + v) + ts] = w2[v];
    }
    workgroupBarrier();
    for (var dc = 0; dc < 16; dc++) {
      var y2_reg = load4_y2(68 * dc + ts2);
      var w_reg = load4_w(68 * dc + tm);
      for (var ds = 0; ds < 4; ds++) {
        for (var dm = 0; dm < 4; dm++) {
          z_sum[4 * ds + dm] += y2_reg[ds] * w_reg[dm];
        }
      }
    }
  }
  for (var ds = 0; ds < 4; ds++) {
    if (s3 + ds < sizes.S && m3 < sizes.M) {
      store4_z((s3 + ds) * sizes.M + m3, array<f32, 4>(z_sum[4 * ds], z_sum[4 * ds + 1], z_sum[4 * ds + 2], z_sum[4 * ds + 3]));
    }
  }
}

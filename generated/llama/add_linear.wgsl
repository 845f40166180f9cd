// add_linear: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.

struct Sizes { S: i32, C: i32, M: i32 }

@group(0) @binding(0) var<storage, read> y: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> W: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> x: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> y2: array<f32, 1088>;
var<workgroup> w: array<f32, 1088>;

fn load_y(i: i32) -> f32 {
  return bitcast<f32>((y[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_W(i: i32) -> f32 {
  return bitcast<f32>((W[i >> 1u] >> (16u * u32(i & 1))) << 16u);
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

@compute @workgroup_size(256)
fn add_linear(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let ts = thread >> 2u;
  let tc = 4 * (thread & 3);
  let ts2 = 4 * (thread >> 4u);
  let tm = 4 * (thread & 15);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.M + 63) / 64 * ((sizes.S + 63) / 64) <= group) { return; }
  let panel_groups = 8 * ((sizes.M + 63) / 64);
  let first_row = group / panel_groups * 8;
  let panel_rows = min(8, (sizes.S + 63) / 64 - first_row);
  let in_panel = group % panel_groups;
  let s = first_row + in_panel % panel_rows;
  let m = in_panel / panel_rows;
  let s2 = 64 * s + ts;
  let m2 = 64 * m + ts;
  let s3 = 64 * s + ts2;
  let m3 = 64 * m + tm;

  // llama.tdsl:60: x[s, m] += sum(c) y[s, c] * W[m, c]
  var x_sum: array<f32, 16>;
  for (var r = 0; r < 16; r++) {
    x_sum[r] = 0.0;
  }
  for (var c_step = 0; c_step < (sizes.C + 15) / 16; c_step++) {
    let c = 16 * c_step + tc;
    workgroupBarrier();
    for (var dc = 0; dc < 4; dc++) {
      var y3 = 0.0;
      if (s2 < sizes.S && c + dc < sizes.C) { y3 = load_y(s2 * sizes.C + c + dc); }
      y2[68 * (tc + dc) + ts] = y3;
    }
    for (var dc = 0; dc < 4; dc++) {
      var w2 = 0.0;
      if (m2 < sizes.M && c + dc < sizes.C) { w2 = load_W(m2 * sizes.C + c + dc); }
      w[68 * (tc + dc) + ts] = w2;
    }
    workgroupBarrier();
    for (var dc = 0; dc < 16; dc++) {
      var y2_reg = load4_y2(68 * dc + ts2);
      var w_reg = load4_w(68 * dc + tm);
      for (var ds = 0; ds < 4; ds++) {
        for (var dm = 0; dm < 4; dm++) {
          x_sum[4 * ds + dm] += y2_reg[ds] * w_reg[dm];
        }
      }
    }
  }
  var x2: array<f32, 16>;
  for (var ds = 0; ds < 4; ds++) {
    for (var dm = 0; dm < 4; dm++) {
      var x3 = 0.0;
      if (s3 + ds < sizes.S && m3 + dm < sizes.M) { x3 = x[(s3 + ds) * sizes.M + m3 + dm]; }
      x2[4 * ds + dm] = x3 + x_sum[4 * ds + dm];
    }
  }
  for (var ds = 0; ds < 4; ds++) {
    for (var dm = 0; dm < 4; dm++) {
      if (s3 + ds < sizes.S && m3 + dm < sizes.M) { x[(s3 + ds) * sizes.M + m3 + dm] = x2[4 * ds + dm]; }
    }
  }
}

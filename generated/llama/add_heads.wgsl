// add_heads: made by tdsl from llama.tdsl for wgsl. Change the source, not this file.

struct Sizes { H: i32, S: i32, D: i32, C: i32 }

@group(0) @binding(0) var<storage, read> o: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> W: array<u32>; // bf16, 2 a word
@group(0) @binding(2) var<storage, read_write> x: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> o2: array<f32, 1088>;
var<workgroup> w: array<f32, 1088>;

fn load_o(i: i32) -> f32 {
  return bitcast<f32>((o[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load_W(i: i32) -> f32 {
  return bitcast<f32>((W[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

fn load4_o2(i: i32) -> array<f32, 4> {
  let unit0 = o2[i];
  let unit1 = o2[i + 1];
  let unit2 = o2[i + 2];
  let unit3 = o2[i + 3];
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
fn add_heads(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let ts = thread >> 2u;
  let td = 4 * (thread & 3);
  let ts2 = 4 * (thread >> 4u);
  let tc = 4 * (thread & 15);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.C + 63) / 64 * ((sizes.S + 63) / 64) <= group) { return; }
  let panel_groups = 8 * ((sizes.C + 63) / 64);
  let first_row = group / panel_groups * 8;
  let panel_rows = min(8, (sizes.S + 63) / 64 - first_row);
  let in_panel = group % panel_groups;
  let s = first_row + in_panel % panel_rows;
  let c = in_panel / panel_rows;
  let s2 = 64 * s + ts;
  let c2 = 64 * c + ts;
  let s3 = 64 * s + ts2;
  let c3 = 64 * c + tc;

  // llama.tdsl:66: x[s, c] += sum(h, d) o[h, s, d] * W[c, h*D + d]
  var x_sum: array<f32, 16>;
  for (var r = 0; r < 16; r++) {
    x_sum[r] = 0.0;
  }
  for (var h_step = 0; h_step < sizes.H; h_step++) {
    for (var d_step = 0; d_step < (sizes.D + 15) / 16; d_step++) {
      let d = 16 * d_step + td;
      workgroupBarrier();
      for (var dd = 0; dd < 4; dd++) {
        var o3 = 0.0;
        if (s2 < sizes.S && d + dd < sizes.D) { o3 = load_o((h_step * sizes.S + s2) * sizes.D + d + dd); }
        o2[68 * (td + dd) + ts] = o3;
      }
      for (var dd = 0; dd < 4; dd++) {
        var w2 = 0.0;
        if (c2 < sizes.C && d + dd < sizes.D) { w2 = load_W(c2 * sizes.D * sizes.H + d + h_step * sizes.D + dd); }
        w[68 * (td + dd) + ts] = w2;
      }
      workgroupBarrier();
      for (var dd = 0; dd < 16; dd++) {
        var o2_reg = load4_o2(68 * dd + ts2);
        var w_reg = load4_w(68 * dd + tc);
        for (var ds = 0; ds < 4; ds++) {
          for (var dc = 0; dc < 4; dc++) {
            x_sum[4 * ds + dc] += o2_reg[ds] * w_reg[dc];
          }
        }
      }
    }
  }
  var x2: array<f32, 16>;
  for (var ds = 0; ds < 4; ds++) {
    for (var dc = 0; dc < 4; dc++) {
      var x3 = 0.0;
      if (s3 + ds < sizes.S && c3 + dc < sizes.C) { x3 = x[(s3 + ds) * sizes.C + c3 + dc]; }
      x2[4 * ds + dc] = x3 + x_sum[4 * ds + dc];
    }
  }
  for (var ds = 0; ds < 4; ds++) {
    for (var dc = 0; dc < 4; dc++) {
      if (s3 + ds < sizes.S && c3 + dc < sizes.C) { x[(s3 + ds) * sizes.C + c3 + dc] = x2[4 * ds + dc]; }
    }
  }
}

// cross_entropy_backward_aligned: made by tdsl from cross_entropy.tdsl for wgsl. Change the source, not this file.
// Relies on V % 8 == 0, B % 4 == 0.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

struct Sizes { B: i32, V: i32 }

@group(0) @binding(0) var<storage, read> logits: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> label: array<i32>;
@group(0) @binding(2) var<storage, read_write> grad: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(3) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load8_logits(i: i32) -> array<f32, 8> {
  let unit0 = logits[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_logits_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_logits(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn store8_grad(i: i32, values: array<f32, 8>) {
  grad[i >> 3u] = vec4<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u), bf16_bits(values[4]) | (bf16_bits(values[5]) << 16u), bf16_bits(values[6]) | (bf16_bits(values[7]) << 16u));
}

@compute @workgroup_size(256)
fn cross_entropy_backward_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B <= group) { return; }
  let b = group;

  // cross_entropy.tdsl:17: grad[b, v] = (p[b, v] - (if v == label[b] then 1 else 0)) / B
  var p_max = -3.4028234663852886e38;
  var p_sum = 0.0;
  for (var v_step = 0; v_step < (sizes.V + 2040) / 2048; v_step++) {
    var p_max_part = -3.4028234663852886e38;
    var logits2 = load8_logits_or(b * sizes.V + 2048 * v_step + 8 * thread, 2048 * v_step + 8 * thread < sizes.V, 0.0);
    for (var v = 0; v < 8; v++) {
      let p_max_term = select(-3.4028234663852886e38, logits2[v], 2048 * v_step + 8 * thread + v < sizes.V);
      p_max_part = max(p_max_part, p_max_term);
    }
    let p_max_new = max(p_max, p_max_part);
    let p_sum_scale = exp(p_max - p_max_new);
    var p_sum_part = 0.0;
    for (var dv = 0; dv < 8; dv++) {
      let p_sum_term = exp(logits2[dv] - p_max_new);
      let p_sum_term2 = select(0.0, p_sum_term, 2048 * v_step + 8 * thread + dv < sizes.V);
      p_sum_part += p_sum_term2;
    }
    p_sum = p_sum * p_sum_scale + p_sum_part;
    p_max = p_max_new;
  }
  var p_max_part = p_max;
  partials_0[thread] = p_max_part;
  workgroupBarrier();
  p_max_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    p_max_part = max(p_max_part, partials_0[leader + other + 1]);
  }
  partials_1[thread] = p_max_part;
  workgroupBarrier();
  p_max_part = partials_1[leader2];
  for (var other = 0; other < 15; other++) {
    p_max_part = max(p_max_part, partials_1[leader2 + 16 * (other + 1)]);
  }
  let p_sum_term = p_sum * exp(p_max - p_max_part);
  var p_sum_part = p_sum_term;
  partials_0[thread] = p_sum_part;
  workgroupBarrier();
  p_sum_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    p_sum_part += partials_0[leader + other + 1];
  }
  partials_1[thread] = p_sum_part;
  workgroupBarrier();
  p_sum_part = partials_1[leader2];
  for (var other = 0; other < 15; other++) {
    p_sum_part += partials_1[leader2 + 16 * (other + 1)];
  }
  for (var v_2_step = 0; v_2_step < (sizes.V + 2040) / 2048; v_2_step++) {
    var logits2 = load8_logits_or(b * sizes.V + 2048 * v_2_step + 8 * thread, 2048 * v_2_step + 8 * thread < sizes.V, 0.0);
    let label2 = label[b];
    var grad2: array<f32, 8>;
    for (var v = 0; v < 8; v++) {
      grad2[v] = (exp(logits2[v] - p_max_part) * select(0.0, 1.0 / p_sum_part, p_sum_part > 0.0) - f32(select(0, 1, 2048 * v_2_step + 8 * thread + v == label2))) / f32(sizes.B);
    }
    if (2048 * v_2_step + 8 * thread < sizes.V) { store8_grad(b * sizes.V + 2048 * v_2_step + 8 * thread, grad2); }
  }
}

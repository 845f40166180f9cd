// landmarks_aligned_1, landmarks_aligned_2, landmarks_aligned_3: made by tdsl from shadow_prefill.tdsl for wgsl. Change the source, not this file.
// Relies on D % 8 == 0, C % 4 == 0.

// upper half of an f32, to nearest, ties to even; NaN stays NaN
fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select((bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u, 0x7fc0u, (bits & 0x7fffffffu) > 0x7f800000u);
}

fn round_bf16(x: f32) -> f32 { return bitcast<f32>(bf16_bits(x) << 16u); }

struct Sizes { J: i32, B: i32, H: i32, C: i32, D: i32 }

@group(0) @binding(0) var<storage, read> K: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read_write> L: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(2) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 2048>;
var<workgroup> partials_1: array<f32, 2048>;

fn load8_K(i: i32) -> array<f32, 8> {
  let unit0 = K[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_K_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_K(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn store8_L(i: i32, values: array<f32, 8>) {
  L[i >> 3u] = vec4<u32>(bf16_bits(values[0]) | (bf16_bits(values[1]) << 16u), bf16_bits(values[2]) | (bf16_bits(values[3]) << 16u), bf16_bits(values[4]) | (bf16_bits(values[5]) << 16u), bf16_bits(values[6]) | (bf16_bits(values[7]) << 16u));
}

@compute @workgroup_size(256)
fn landmarks_aligned_1(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tj = thread >> 3u;
  let td = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.B * sizes.C * sizes.H * ((sizes.D + 56) / 64) <= group) { return; }
  let d_count = (sizes.D + 56) / 64;
  let d = group % d_count;
  let outer = group / d_count;
  let c = outer % sizes.C;
  let outer2 = outer / sizes.C;
  let h = outer2 % sizes.H;
  let b = outer2 / sizes.H;

  // shadow_prefill.tdsl:14: L[b, h, c, d] = mean_[b, h, c, d]
  var mean_sum: array<f32, 8>;
  for (var dd = 0; dd < 8; dd++) {
    mean_sum[dd] = 0.0;
  }
  for (var j_step = 0; j_step < (sizes.J + 31) / 32; j_step++) {
    var k = load8_K_or(((b * sizes.H + h) * sizes.C * sizes.J + tj + c * sizes.J + 32 * j_step) * sizes.D + 64 * d + 8 * td, tj + 32 * j_step < sizes.J && 64 * d + 8 * td < sizes.D, 0.0);
    for (var v = 0; v < 8; v++) {
      mean_sum[v] += select(0.0, k[v], tj + 32 * j_step < sizes.J);
    }
  }
  var mean_sum_part: array<f32, 8>;
  for (var dd = 0; dd < 8; dd++) {
    mean_sum_part[dd] = mean_sum[dd];
  }
  for (var r = 0; r < 8; r++) {
    partials_0[r * 256 + thread] = mean_sum_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    mean_sum_part[r] = partials_0[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      mean_sum_part[r] += partials_0[r * 256 + leader + 8 * (other + 1)];
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1[r * 256 + thread] = mean_sum_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    mean_sum_part[r] = partials_1[r * 256 + leader2];
    mean_sum_part[r] += partials_1[r * 256 + leader2 + 128];
  }
  var l: array<f32, 8>;
  for (var v = 0; v < 8; v++) {
    l[v] = round_bf16(mean_sum_part[v] / f32(max(1, sizes.J)));
  }
  if (64 * d + 8 * td < sizes.D && thread < 8) { store8_L(((b * sizes.H + h) * sizes.C + c) * sizes.D + 64 * d + 8 * td, l); }
}

struct Sizes_2 { J: i32, B: i32, H: i32, C: i32, D: i32 }

@group(0) @binding(0) var<storage, read> K2: array<vec4<u32>>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read_write> mean_sum_mem: array<vec4<f32>>;
@group(0) @binding(2) var<uniform> sizes_2: Sizes_2;
var<workgroup> partials_0_2: array<f32, 2048>;
var<workgroup> partials_1_2: array<f32, 2048>;

fn load8_K2(i: i32) -> array<f32, 8> {
  let unit0 = K2[i >> 3u];
  return array<f32, 8>(bitcast<f32>(unit0.x << 16u), bitcast<f32>(unit0.x & 0xffff0000u), bitcast<f32>(unit0.y << 16u), bitcast<f32>(unit0.y & 0xffff0000u), bitcast<f32>(unit0.z << 16u), bitcast<f32>(unit0.z & 0xffff0000u), bitcast<f32>(unit0.w << 16u), bitcast<f32>(unit0.w & 0xffff0000u));
}

fn load8_K2_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_K2(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn store4_mean_sum_mem(i: i32, values: array<f32, 4>) {
  mean_sum_mem[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn landmarks_aligned_2(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tj = thread >> 3u;
  let td = thread & 7;
  let leader = thread & 135;
  let leader2 = thread & 127;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_2.B * sizes_2.C * sizes_2.H * ((sizes_2.D + 56) / 64) <= group) { return; }
  let d_count = (sizes_2.D + 56) / 64;
  let d = group % d_count;
  let outer = group / d_count;
  let c = outer % sizes_2.C;
  let outer2 = outer / sizes_2.C;
  let h = outer2 % sizes_2.H;
  let b = outer2 / sizes_2.H;

  // shadow_prefill.tdsl:10: let mean_[b, h, c, d]: bf16 = mean(j: J) K[b, h, c*J + j, d]
  var mean_sum: array<f32, 8>;
  for (var dd = 0; dd < 8; dd++) {
    mean_sum[dd] = 0.0;
  }
  for (var j_step = 0; j_step < (sizes_2.J + 31) / 32; j_step++) {
    var k = load8_K2_or(((b * sizes_2.H + h) * sizes_2.C * sizes_2.J + tj + c * sizes_2.J + 32 * j_step) * sizes_2.D + 64 * d + 8 * td, tj + 32 * j_step < sizes_2.J && 64 * d + 8 * td < sizes_2.D, 0.0);
    for (var v = 0; v < 8; v++) {
      mean_sum[v] += select(0.0, k[v], tj + 32 * j_step < sizes_2.J);
    }
  }
  var mean_sum_part: array<f32, 8>;
  for (var dd = 0; dd < 8; dd++) {
    mean_sum_part[dd] = mean_sum[dd];
  }
  for (var r = 0; r < 8; r++) {
    partials_0_2[r * 256 + thread] = mean_sum_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    mean_sum_part[r] = partials_0_2[r * 256 + leader];
    for (var other = 0; other < 15; other++) {
      mean_sum_part[r] += partials_0_2[r * 256 + leader + 8 * (other + 1)];
    }
  }
  for (var r = 0; r < 8; r++) {
    partials_1_2[r * 256 + thread] = mean_sum_part[r];
  }
  workgroupBarrier();
  for (var r = 0; r < 8; r++) {
    mean_sum_part[r] = partials_1_2[r * 256 + leader2];
    mean_sum_part[r] += partials_1_2[r * 256 + leader2 + 128];
  }
  for (var dd = 0; dd < 2; dd++) {
    if (64 * d + 8 * td + 4 * dd < sizes_2.D && thread < 8) {
      store4_mean_sum_mem(((b * sizes_2.H + h) * sizes_2.C + c) * sizes_2.D + 64 * d + 8 * td + 4 * dd, array<f32, 4>(mean_sum_part[4 * dd], mean_sum_part[4 * dd + 1], mean_sum_part[4 * dd + 2], mean_sum_part[4 * dd + 3]));
    }
  }
}

struct Sizes_3 { J: i32, B: i32, H: i32, C: i32, D: i32 }

@group(0) @binding(0) var<storage, read> K3: array<u32>; // bf16, 2 a word
@group(0) @binding(1) var<storage, read> mean_sum_mem2: array<f32>;
@group(0) @binding(2) var<storage, read_write> similarity: array<f32>;
@group(0) @binding(3) var<uniform> sizes_3: Sizes_3;
var<workgroup> partials_0_3: array<f32, 256>;
var<workgroup> partials_1_3: array<f32, 256>;

fn load8_K3(i: i32) -> array<f32, 8> {
  let unit0 = K3[i >> 1u];
  let unit1 = K3[(i >> 1u) + 1];
  let unit2 = K3[(i >> 1u) + 2];
  let unit3 = K3[(i >> 1u) + 3];
  return array<f32, 8>(bitcast<f32>(unit0 << 16u), bitcast<f32>(unit0 & 0xffff0000u), bitcast<f32>(unit1 << 16u), bitcast<f32>(unit1 & 0xffff0000u), bitcast<f32>(unit2 << 16u), bitcast<f32>(unit2 & 0xffff0000u), bitcast<f32>(unit3 << 16u), bitcast<f32>(unit3 & 0xffff0000u));
}

fn load8_K3_or(i: i32, inside: bool, fill: f32) -> array<f32, 8> {
  if (inside) { return load8_K3(i); }
  return array<f32, 8>(fill, fill, fill, fill, fill, fill, fill, fill);
}

fn load_K3(i: i32) -> f32 {
  return bitcast<f32>((K3[i >> 1u] >> (16u * u32(i & 1))) << 16u);
}

@compute @workgroup_size(256)
fn landmarks_aligned_3(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let leader = thread & 240;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes_3.B * sizes_3.C * sizes_3.H <= group) { return; }
  let c = group % sizes_3.C;
  let outer = group / sizes_3.C;
  let h = outer % sizes_3.H;
  let b = outer / sizes_3.H;

  // shadow_prefill.tdsl:15: similarity[b, h, c] = min(j: J) cosine[b, h, c, j]
  var norm = 0.0;
  for (var d_2_step = 0; d_2_step < (sizes_3.D + 2040) / 2048; d_2_step++) {
    var mean_sum: array<f32, 8>;
    for (var dd = 0; dd < 8; dd++) {
      mean_sum[dd] = 0.0;
    }
    for (var j_step = 0; j_step < sizes_3.J; j_step++) {
      var k = load8_K3_or(((b * sizes_3.H + h) * sizes_3.C * sizes_3.J + j_step + c * sizes_3.J) * sizes_3.D + 2048 * d_2_step + 8 * thread, 2048 * d_2_step + 8 * thread < sizes_3.D, 0.0);
      for (var v = 0; v < 8; v++) {
        mean_sum[v] += k[v];
      }
    }
    var norm_part = 0.0;
    for (var dd = 0; dd < 8; dd++) {
      let norm_term = round_bf16(mean_sum[dd] / f32(max(1, sizes_3.J))) * round_bf16(mean_sum[dd] / f32(max(1, sizes_3.J)));
      let norm_term2 = select(0.0, norm_term, 2048 * d_2_step + 8 * thread + dd < sizes_3.D);
      norm_part += norm_term2;
    }
    norm += norm_part;
  }
  var norm_part = norm;
  partials_0_3[thread] = norm_part;
  workgroupBarrier();
  norm_part = partials_0_3[leader];
  for (var other = 0; other < 15; other++) {
    norm_part += partials_0_3[leader + other + 1];
  }
  partials_1_3[thread] = norm_part;
  workgroupBarrier();
  norm_part = partials_1_3[leader2];
  for (var other = 0; other < 15; other++) {
    norm_part += partials_1_3[leader2 + 16 * (other + 1)];
  }
  var similarity_min = 3.4028234663852886e38;
  for (var j_3_step = 0; j_3_step < (sizes_3.J + 2047) / 2048; j_3_step++) {
    var cosine_sum: array<f32, 8>;
    var cosine_sum2: array<f32, 8>;
    for (var dj = 0; dj < 8; dj++) {
      cosine_sum[dj] = 0.0;
      cosine_sum2[dj] = 0.0;
    }
    for (var d_3_step = 0; d_3_step < sizes_3.D; d_3_step++) {
      var k: array<f32, 8>;
      for (var dj = 0; dj < 8; dj++) {
        k[dj] = 0.0;
        if (2048 * j_3_step + 8 * thread + dj < sizes_3.J) { k[dj] = load_K3(((b * sizes_3.H + h) * sizes_3.C * sizes_3.J + c * sizes_3.J + 2048 * j_3_step + 8 * thread + dj) * sizes_3.D + d_3_step); }
      }
      let mean_sum_mem3 = mean_sum_mem2[((b * sizes_3.H + h) * sizes_3.C + c) * sizes_3.D + d_3_step];
      for (var dj = 0; dj < 8; dj++) {
        cosine_sum[dj] += k[dj] * round_bf16(mean_sum_mem3 / f32(sizes_3.J));
        cosine_sum2[dj] += k[dj] * k[dj];
      }
    }
    var similarity_min_part = 3.4028234663852886e38;
    for (var dj = 0; dj < 8; dj++) {
      let similarity_min_term = cosine_sum[dj] * inverseSqrt(max(norm_part * cosine_sum2[dj], 1e-30));
      let similarity_min_term2 = select(3.4028234663852886e38, similarity_min_term, 2048 * j_3_step + 8 * thread + dj < sizes_3.J);
      similarity_min_part = min(similarity_min_part, similarity_min_term2);
    }
    similarity_min = min(similarity_min, similarity_min_part);
  }
  var similarity_min_part = similarity_min;
  partials_0_3[thread] = similarity_min_part;
  workgroupBarrier();
  similarity_min_part = partials_0_3[leader];
  for (var other = 0; other < 15; other++) {
    similarity_min_part = min(similarity_min_part, partials_0_3[leader + other + 1]);
  }
  partials_1_3[thread] = similarity_min_part;
  workgroupBarrier();
  similarity_min_part = partials_1_3[leader2];
  for (var other = 0; other < 15; other++) {
    similarity_min_part = min(similarity_min_part, partials_1_3[leader2 + 16 * (other + 1)]);
  }
  if (thread == 0) { similarity[(b * sizes_3.H + h) * sizes_3.C + c] = similarity_min_part; }
}

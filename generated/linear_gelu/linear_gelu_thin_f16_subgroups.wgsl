// linear_gelu_thin: made by tdsl from linear_gelu.tdsl for wgsl. Change the source, not this file.
enable f16;
enable subgroups;

// the error function: 1 - exp of a polynomial for large arguments, an odd polynomial for small ones (minimax, error about 1 ulp)
fn erf(x: f32) -> f32 {
  let a = abs(x);
  let s = x * x;
  if (a > 0.927734375) {
    var r = fma(-1.72853470e-5, a, 3.83197126e-4);
    r = fma(r, s, fma(-3.88396438e-3, a, 2.42546219e-2));
    r = fma(fma(fma(r, a, -1.06777877e-1), a, -6.34846687e-1), a, -1.28717512e-1);
    return sign(x) * (1.0 - exp(fma(r, a, -a)));
  }
  var r = fma(-5.96761703e-4, s, 4.99119423e-3);
  r = fma(fma(fma(fma(r, s, -2.67681349e-2), s, 1.12819925e-1), s, -3.76125336e-1), s, 1.28379166e-1);
  return fma(r, x, x);
}

struct Sizes { M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<f16>;
@group(0) @binding(1) var<storage, read> W: array<f16>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> Y: array<f16>;
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;

@compute @workgroup_size(256)
fn linear_gelu_thin(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = thread & 31;
  let tn = thread >> 5u;
  let leader = thread & 227;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if (sizes.M * ((sizes.N + 7) / 8) <= group) { return; }
  let n_count = (sizes.N + 7) / 8;
  let n = group % n_count;
  let m = group / n_count;

  // linear_gelu.tdsl:10: Y[m, n] = gelu(pre[m, n])
  var pre_sum = 0.0;
  for (var k_step = 0; k_step < (sizes.K + 255) / 256; k_step++) {
    var x: array<f32, 8>;
    for (var dk = 0; dk < 8; dk++) {
      x[dk] = 0.0;
      if (256 * k_step + 8 * tk + dk < sizes.K) { x[dk] = f32(X[m * sizes.K + 256 * k_step + 8 * tk + dk]); }
    }
    var pre_sum_part = 0.0;
    for (var dk = 0; dk < 8; dk++) {
      var w = 0.0;
      if (tn + 8 * n < sizes.N && 256 * k_step + 8 * tk + dk < sizes.K) { w = f32(W[(tn + 8 * n) * sizes.K + 256 * k_step + 8 * tk + dk]); }
      let pre_sum_term = x[dk] * w;
      let pre_sum_term2 = select(0.0, pre_sum_term, 256 * k_step + 8 * tk + dk < sizes.K);
      pre_sum_part += pre_sum_term2;
    }
    pre_sum += pre_sum_part;
  }
  var pre_sum_part = pre_sum;
  for (var step = 0; step < 2; step++) {
    pre_sum_part += subgroupShuffleXor(pre_sum_part, u32(1 << u32(step)));
  }
  partials_0[thread] = pre_sum_part;
  workgroupBarrier();
  pre_sum_part = partials_0[leader];
  for (var other = 0; other < 7; other++) {
    pre_sum_part += partials_0[leader + 4 * (other + 1)];
  }
  var bias2 = 0.0;
  if (tn + 8 * n < sizes.N) { bias2 = bias[tn + 8 * n]; }
  let y = 0.5 * (pre_sum_part + bias2) * (1.0 + erf((pre_sum_part + bias2) * 0.70710677));
  if (tn + 8 * n < sizes.N && (thread & 31) == 0) { Y[m * sizes.N + tn + 8 * n] = f16(y); }
}

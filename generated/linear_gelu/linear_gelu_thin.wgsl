// linear_gelu_thin: made by tdsl from linear_gelu.tdsl for wgsl. Change the source, not this file.

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

// an f16, to nearest, ties to even; in whole numbers, as packing may lose what is below 2^-14 or beyond the largest value. Below 2^-14 the steps are those of f32 at 0.5.
fn f16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let size = bits & 0x7fffffffu;
  let low = bitcast<u32>(bitcast<f32>(size) + 0.5) - 0x3f000000u;
  let high = min((size + 0xfffu + ((size >> 13u) & 1u) - 0x38000000u) >> 13u, 0x7c00u);
  let rounded = select(select(high, low, size < 0x38800000u), 0x7e00u, size > 0x7f800000u);
  return rounded | ((bits >> 16u) & 0x8000u);
}

struct Sizes { M: i32, K: i32, N: i32 }

@group(0) @binding(0) var<storage, read> X: array<u32>; // f16, 2 a word
@group(0) @binding(1) var<storage, read> W: array<u32>; // f16, 2 a word
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> Y: array<atomic<u32>>; // f16, 2 a word
@group(0) @binding(4) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 256>;
var<workgroup> partials_1: array<f32, 256>;

fn load_X(i: i32) -> f32 {
  return unpack2x16float(X[i >> 1u])[u32(i & 1)];
}

fn load_W(i: i32) -> f32 {
  return unpack2x16float(W[i >> 1u])[u32(i & 1)];
}

// replaces the bits of one element; threads that share a word each change their own
fn store_Y(i: i32, value: f32) {
  let shift = 16u * u32(i & 1);
  atomicAnd(&Y[i >> 1u], ~(0xffffu << shift));
  atomicOr(&Y[i >> 1u], f16_bits(value) << shift);
}

@compute @workgroup_size(256)
fn linear_gelu_thin(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tk = thread & 31;
  let tn = thread >> 5u;
  let leader = thread & 240;
  let leader2 = thread & 239;
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
      if (256 * k_step + 8 * tk + dk < sizes.K) { x[dk] = load_X(m * sizes.K + 256 * k_step + 8 * tk + dk); }
    }
    var pre_sum_part = 0.0;
    for (var dk = 0; dk < 8; dk++) {
      var w = 0.0;
      if (tn + 8 * n < sizes.N && 256 * k_step + 8 * tk + dk < sizes.K) { w = load_W((tn + 8 * n) * sizes.K + 256 * k_step + 8 * tk + dk); }
      let pre_sum_term = x[dk] * w;
      let pre_sum_term2 = select(0.0, pre_sum_term, 256 * k_step + 8 * tk + dk < sizes.K);
      pre_sum_part += pre_sum_term2;
    }
    pre_sum += pre_sum_part;
  }
  var pre_sum_part = pre_sum;
  partials_0[thread] = pre_sum_part;
  workgroupBarrier();
  pre_sum_part = partials_0[leader];
  for (var other = 0; other < 15; other++) {
    pre_sum_part += partials_0[leader + other + 1];
  }
  partials_1[thread] = pre_sum_part;
  workgroupBarrier();
  pre_sum_part = partials_1[leader2];
  pre_sum_part += partials_1[leader2 + 16];
  var bias2 = 0.0;
  if (tn + 8 * n < sizes.N) { bias2 = bias[tn + 8 * n]; }
  let y = 0.5 * (pre_sum_part + bias2) * (1.0 + erf((pre_sum_part + bias2) * 0.70710677));
  if (tn + 8 * n < sizes.N && (thread & 31) == 0) { store_Y(m * sizes.N + tn + 8 * n, y); }
}

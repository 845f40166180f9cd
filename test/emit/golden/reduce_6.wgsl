// reduce_6: made by tdsl from test.tdsl for wgsl. Change the source, not this file.

struct Sizes { M: i32, N: i32 }

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;
var<workgroup> partials_0: array<f32, 128>;
var<workgroup> partials_1: array<f32, 128>;
var<workgroup> partials_2: array<f32, 128>;
var<workgroup> partials_3: array<f32, 128>;

@compute @workgroup_size(64)
fn reduce_6(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let tj = 2 * thread;
  let leader = thread & 48;
  let leader2 = thread & 15;
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.M + 1) / 2 <= group) { return; }
  let i2 = 2 * group;
  var acc: array<f32, 2>;
  for (var di = 0; di < 2; di++) {
    acc[di] = 0.0;
  }
  for (var c = 0; c < (sizes.N + 127) / 128; c++) {
    let j = 128 * c + tj;
    var total: array<f32, 2>;
    var top: array<f32, 2>;
    var m: array<f32, 2>;
    var e: array<f32, 2>;
    for (var r = 0; r < 2; r++) {
      total[r] = 0.0;
    }
    for (var r = 0; r < 2; r++) {
      top[r] = -3.4028234663852886e38;
    }
    for (var r = 0; r < 2; r++) {
      m[r] = -3.4028234663852886e38;
      e[r] = 0.0;
    }
    for (var di = 0; di < 2; di++) {
      for (var dj = 0; dj < 2; dj++) {
        var x2 = -3.4028234663852886e38;
        if (i2 + di < sizes.M && j + dj < sizes.N) { x2 = x[(i2 + di) * sizes.N + j + dj]; }
        var x0 = 0.0;
        if (i2 + di < sizes.M && j + dj < sizes.N) { x0 = x[(i2 + di) * sizes.N + j + dj]; }
        let ones = select(0.0, 1.0, j + dj < sizes.N);
        total[di] += x0;
        top[di] = max(top[di], x2);
        let m_new = max(m[di], x2);
        let e_new = e[di] * exp(m[di] - max(m[di], x2)) + ones * exp(x2 - max(m[di], x2));
        m[di] = m_new;
        e[di] = e_new;
      }
    }
    for (var r = 0; r < 2; r++) {
      partials_0[r * 64 + thread] = total[r];
    }
    workgroupBarrier();
    for (var r = 0; r < 2; r++) {
      total[r] = partials_0[r * 64 + leader];
      for (var other = 0; other < 15; other++) {
        total[r] += partials_0[r * 64 + leader + other + 1];
      }
    }
    for (var r = 0; r < 2; r++) {
      partials_1[r * 64 + thread] = total[r];
    }
    workgroupBarrier();
    for (var r = 0; r < 2; r++) {
      total[r] = partials_1[r * 64 + leader2];
      for (var other = 0; other < 3; other++) {
        total[r] += partials_1[r * 64 + leader2 + 16 * (other + 1)];
      }
    }
    for (var r = 0; r < 2; r++) {
      partials_0[r * 64 + thread] = top[r];
    }
    workgroupBarrier();
    for (var r = 0; r < 2; r++) {
      top[r] = partials_0[r * 64 + leader];
      for (var other = 0; other < 15; other++) {
        top[r] = max(top[r], partials_0[r * 64 + leader + other + 1]);
      }
    }
    for (var r = 0; r < 2; r++) {
      partials_1[r * 64 + thread] = top[r];
    }
    workgroupBarrier();
    for (var r = 0; r < 2; r++) {
      top[r] = partials_1[r * 64 + leader2];
      for (var other = 0; other < 3; other++) {
        top[r] = max(top[r], partials_1[r * 64 + leader2 + 16 * (other + 1)]);
      }
    }
    for (var r = 0; r < 2; r++) {
      partials_0[r * 64 + thread] = m[r];
      partials_2[r * 64 + thread] = e[r];
    }
    workgroupBarrier();
    for (var r = 0; r < 2; r++) {
      m[r] = partials_0[r * 64 + leader];
      e[r] = partials_2[r * 64 + leader];
      for (var other = 0; other < 15; other++) {
        let m_other = partials_0[r * 64 + leader + other + 1];
        let e_other = partials_2[r * 64 + leader + other + 1];
        let m_new = max(m[r], m_other);
        let e_new = e[r] * exp(m[r] - max(m[r], m_other)) + e_other * exp(m_other - max(m[r], m_other));
        m[r] = m_new;
        e[r] = e_new;
      }
    }
    for (var r = 0; r < 2; r++) {
      partials_1[r * 64 + thread] = m[r];
      partials_3[r * 64 + thread] = e[r];
    }
    workgroupBarrier();
    for (var r = 0; r < 2; r++) {
      m[r] = partials_1[r * 64 + leader2];
      e[r] = partials_3[r * 64 + leader2];
      for (var other = 0; other < 3; other++) {
        let m_other = partials_1[r * 64 + leader2 + 16 * (other + 1)];
        let e_other = partials_3[r * 64 + leader2 + 16 * (other + 1)];
        let m_new = max(m[r], m_other);
        let e_new = e[r] * exp(m[r] - max(m[r], m_other)) + e_other * exp(m_other - max(m[r], m_other));
        m[r] = m_new;
        e[r] = e_new;
      }
    }
    for (var di = 0; di < 2; di++) {
      acc[di] += total[di] + (top[di] + e[di]);
    }
  }
  for (var di = 0; di < 2; di++) {
    if (i2 + di < sizes.M && thread == 0) { y[i2 + di] = acc[di]; }
  }
}

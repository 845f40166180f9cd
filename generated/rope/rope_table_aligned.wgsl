// rope_table_aligned: made by tdsl from rope.tdsl for wgsl. Change the source, not this file.
// Relies on E % 4 == 0.

// sin(x + quarters * pi/2): WGSL's own functions may be off by 2^-11. What is left of whole quarter turns is found with a quarter turn in four
// pieces, of which the first three times the number of quarters are exact up to |x| = 1e5 (Cody and Waite); minimax polynomials do the rest.
fn sine_at(x: f32, quarters: i32) -> f32 {
  if (!(abs(x) < 4194304.0)) { return select(sin(x), cos(x), quarters == 1); }
  let n = round(x * 0.63661975);
  let r = (((x - n * 1.5703125) - n * 0.0004825592) - n * 1.2665987e-6) - n * 9.920936e-10;
  let s = r * r;
  let turn = i32(n) + quarters;
  let odd = fma(r * s, fma(s, fma(s, -1.9500728e-4, 8.332057e-3), -0.16666654), r);
  let even = fma(s * s, fma(s, fma(s, 2.4446537e-5, -1.3887525e-3), 4.1666653e-2), fma(s, -0.5, 1.0));
  let size = select(odd, even, (turn & 1) == 1);
  return select(size, -size, (turn & 2) == 2);
}

fn cosine(x: f32) -> f32 { return sine_at(x, 1); }

fn sine(x: f32) -> f32 { return sine_at(x, 0); }

struct Sizes { T: i32, E: i32 }

@group(0) @binding(0) var<storage, read> frequency: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> table: array<vec4<f32>>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

fn load4_frequency(i: i32) -> array<f32, 4> {
  let unit0 = frequency[i >> 2u];
  return array<f32, 4>(unit0.x, unit0.y, unit0.z, unit0.w);
}

fn store4_table(i: i32, values: array<f32, 4>) {
  table[i >> 2u] = vec4<f32>(values[0], values[1], values[2], values[3]);
}

@compute @workgroup_size(256)
fn rope_table_aligned(@builtin(local_invocation_index) local_index: u32, @builtin(workgroup_id) workgroup: vec3<u32>, @builtin(num_workgroups) workgroups: vec3<u32>) {
  let thread = i32(local_index);
  let group = i32(workgroup.x + workgroup.y * workgroups.x);
  if ((sizes.T * (sizes.E / 4) + 127) / 128 <= group) { return; }
  let tce = group;
  let e = (thread + 256 * tce) % (sizes.E / 4);
  let t = (thread + 256 * tce) / (2 * (sizes.E / 4));

  // rope.tdsl:16: table[t, c, e] = if c == 0 then cos(t * frequency[e]) else sin(t * frequency[e])
  var table2: array<f32, 4>;
  var frequency2 = load4_frequency(4 * e);
  for (var v = 0; v < 4; v++) {
    table2[v] = select(sine(f32(t) * frequency2[v]), cosine(f32(t) * frequency2[v]), (((thread + 256 * tce) / (sizes.E / 4)) & 1) == 0);
  }
  if (t < sizes.T) { store4_table((2 * t + (((thread + 256 * tce) / (sizes.E / 4)) & 1)) * sizes.E + 4 * e, table2); }
}

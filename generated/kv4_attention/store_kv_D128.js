// store_kv_D128_1, store_kv_D128_2, store_kv_D128_3, store_kv_D128_4, store_kv_D128_5, store_kv_D128_6, store_kv_D128_7: made by tdsl from kv4_attention.tdsl for cpu. Change the source, not this file.

const float_view = new Float32Array(1);
const float_bits = new Uint32Array(float_view.buffer);

// a / b cut to 12 bits, with a 13th for whether anything was cut off: rounded further, it is a / b rounded; 0 where b is 0
function cut_div(a, b) {
  const q = Math.abs(a) / Math.abs(b);
  if (b === 0 || !(q > 0)) return 0;
  float_view[0] = q;
  float_bits[0] &= 0xfffff000;
  if (float_view[0] > q) float_bits[0] -= 0x1000;
  if (float_view[0] !== q) float_bits[0] |= 0x800;
  return a < 0 !== b < 0 ? -float_view[0] : float_view[0];
}

// the bits of the nearest f16, ties to even
function f16_bits(x) {
  float_view[0] = x;
  const bits = float_bits[0], sign = (bits >>> 16) & 0x8000, size = bits & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00;
  if (size >= 0x477ff000) return sign | 0x7c00;
  if (size >= 0x38800000) return sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
  if (size < 0x33000000) return sign;
  const shift = 126 - (size >>> 23), whole = (size & 0x7fffff) | 0x800000, down = whole >>> shift, rest = whole & ((1 << shift) - 1), half = 1 << (shift - 1);
  return sign | (rest > half || (rest === half && down & 1) ? down + 1 : down);
}

// the value of every f16 by its bits
const f16_value = Float32Array.from({ length: 65536 }, (_, bits) => {
  const exponent = (bits >> 10) & 31, fraction = bits & 1023;
  const size = exponent === 0 ? fraction * 2 ** -24 : exponent === 31 ? (fraction === 0 ? Infinity : NaN) : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
});

// to the nearest integer, ties to even
function round_even(x) {
  const r = Math.round(x);
  return r - x === 0.5 && r % 2 !== 0 ? r - 1 : r;
}

// toward zero; beyond the range the nearest integer, 0 for NaN
const to_i32 = (x) => (x >= 2147483647 ? 2147483647 : x <= -2147483648 ? -2147483648 : x | 0);

export function store_kv_D128_1(slot, cache_duplicate, B, S, H, T, gridX, gridY, gridZ) {
  // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
  let cache_duplicate_min = 2147483647;
  for (let b_5_step = 0; b_5_step < B; b_5_step++) {
    const row0 = b_5_step * S;
    const row1 = b_5_step * S;
    for (let s_5_step = 0; s_5_step < S; s_5_step++) {
      let cache_duplicate_any = false;
      for (let s_6_step = 0; s_6_step < s_5_step; s_6_step++) {
        const slot2 = slot[row0 + s_6_step];
        const slot3 = slot[row0 + s_5_step];
        cache_duplicate_any = cache_duplicate_any || slot2 === slot3;
      }
      cache_duplicate_min = Math.min(cache_duplicate_min, cache_duplicate_any ? s_5_step + row1 : 2147483647);
    }
  }
  cache_duplicate[0] = cache_duplicate_min;
}

export function store_kv_D128_2(X, cache_new_zero_mem, B, S, H, T, gridX, gridY, gridZ) {
  for (let g1 = 0; g1 < gridZ; g1++) {
    const row0 = g1 * S;
    const row1 = g1 * H;
    for (let i2 = 0; i2 < gridY; i2++) {
      const row2 = (row1 + i2) * S;
      for (let j3 = 0; j3 < gridX; j3++) {
        // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
        let cache_new_min = 3.4028234663852886e+38;
        const row3 = 128 * ((row0 + j3) * H + i2);
        for (let e_step = 0; e_step < 128; e_step++) {
          const x = f16_value[X[row3 + e_step]];
          cache_new_min = Math.min(cache_new_min, x);
        }
        cache_new_zero_mem[row2 + j3] = f16_bits(cache_new_min);
      }
    }
  }
}

export function store_kv_D128_3(X, cache_new_scale_mem, B, S, H, T, gridX, gridY, gridZ) {
  for (let g1 = 0; g1 < gridZ; g1++) {
    const row0 = g1 * S;
    const row1 = g1 * H;
    for (let i2 = 0; i2 < gridY; i2++) {
      const row2 = (row1 + i2) * S;
      for (let j3 = 0; j3 < gridX; j3++) {
        // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
        let cache_new_max = -3.4028234663852886e+38, cache_new_min = 3.4028234663852886e+38;
        const row3 = 128 * ((row0 + j3) * H + i2);
        for (let e_2_step = 0; e_2_step < 128; e_2_step++) {
          const x = f16_value[X[row3 + e_2_step]];
          cache_new_max = Math.max(cache_new_max, x);
          cache_new_min = Math.min(cache_new_min, x);
        }
        const cache_new_scale_mem2 = Math.fround(Math.max(Math.fround(cache_new_max - cache_new_min), 0.000009999999747378752) * 0.06666667014360428);
        cache_new_scale_mem[row2 + j3] = f16_bits(cache_new_scale_mem2);
      }
    }
  }
}

export function store_kv_D128_4(X, cache_new_zero_mem, cache_new_scale_mem, cache_new_codes_mem, B, S, H, T, gridX, gridY, gridZ) {
  for (let outer = 0; outer < gridZ; outer++) {
    const d2 = outer % H;
    const c1 = Math.floor(outer / H);
    const row0 = c1 * S;
    const row1 = (c1 * H + d2) * S;
    for (let e3 = 0; e3 < gridY; e3++) {
      const row2 = 128 * ((row0 + e3) * H + d2);
      for (let f4 = 0; f4 < gridX; f4++) {
        // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
        const x = f16_value[X[row2 + f4]];
        const cache_new_zero_mem2 = f16_value[cache_new_zero_mem[row1 + e3]];
        const cache_new_scale_mem2 = f16_value[cache_new_scale_mem[row1 + e3]];
        const cache_new_codes_mem2 = Math.min(Math.max(to_i32(round_even(cut_div(Math.fround(x - cache_new_zero_mem2), cache_new_scale_mem2))), 0), 15);
        cache_new_codes_mem[(128 * (row1 + e3) + f4) >>> 1] = (cache_new_codes_mem[(128 * (row1 + e3) + f4) >>> 1] & ~(15 << (4 * ((128 * (row1 + e3) + f4) & 1)))) | ((cache_new_codes_mem2 & 15) << (4 * ((128 * (row1 + e3) + f4) & 1)));
      }
    }
  }
}

export function store_kv_D128_5(slot, cache_new_codes_mem, cache_codes, B, S, H, T, gridX, gridY, gridZ) {
  for (let outer = 0; outer < gridZ; outer++) {
    const h = outer % H;
    const b = Math.floor(outer / H);
    const row0 = (b * H + h) * S;
    const row1 = b * S;
    const row2 = (b * H + h) * T;
    for (let s = 0; s < gridY; s++) {
      for (let d = 0; d < gridX; d++) {
        // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
        const cache_new_codes_mem2 = (cache_new_codes_mem[(128 * (row0 + s) + d) >>> 1] >> 4 * ((128 * (row0 + s) + d) & 1)) & 15;
        const slot2 = slot[row1 + s];
        cache_codes[(128 * (row2 + slot2) + d) >>> 1] = (cache_codes[(128 * (row2 + slot2) + d) >>> 1] & ~(15 << (4 * ((128 * (row2 + slot2) + d) & 1)))) | ((cache_new_codes_mem2 & 15) << (4 * ((128 * (row2 + slot2) + d) & 1)));
      }
    }
  }
}

export function store_kv_D128_6(slot, cache_new_scale_mem, cache_scale, B, S, H, T, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    const row1 = b * S;
    for (let h = 0; h < gridY; h++) {
      const row2 = (row0 + h) * S;
      const row3 = (row0 + h) * T;
      for (let s = 0; s < gridX; s++) {
        // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
        const cache_new_scale_mem2 = f16_value[cache_new_scale_mem[row2 + s]];
        const slot2 = slot[row1 + s];
        cache_scale[row3 + slot2] = f16_bits(cache_new_scale_mem2);
      }
    }
  }
}

export function store_kv_D128_7(slot, cache_new_zero_mem, cache_zero, B, S, H, T, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    const row1 = b * S;
    for (let h = 0; h < gridY; h++) {
      const row2 = (row0 + h) * S;
      const row3 = (row0 + h) * T;
      for (let s = 0; s < gridX; s++) {
        // kv4_attention.tdsl:30: cache[b, h, slot[b, s], d] = X[b, s, h, d]
        const cache_new_zero_mem2 = f16_value[cache_new_zero_mem[row2 + s]];
        const slot2 = slot[row1 + s];
        cache_zero[row3 + slot2] = f16_bits(cache_new_zero_mem2);
      }
    }
  }
}

// store_1, store_2, store_3, store_4: made by tdsl from transformer_block.tdsl for cpu. Change the source, not this file.

const float_view = new Float32Array(1);
const float_bits = new Uint32Array(float_view.buffer);

// the bits of the nearest bf16, ties to even
function bf16_bits(x) {
  float_view[0] = x;
  const bits = float_bits[0];
  return (bits & 0x7fffffff) > 0x7f800000 ? 0x7fc0 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

// the value of every bf16 by its bits: they are the upper half of an f32
const bf16_value = new Float32Array(Uint32Array.from({ length: 65536 }, (_, bits) => bits << 16).buffer);

export function store_1(position, K_duplicate, M, H, D, T, gridX, gridY, gridZ) {
  // transformer_block.tdsl:31: K[h, position[m], d] = rope(head[m, h], table[position[m]])[d]
  let K_duplicate_min = 2147483647;
  for (let m_4_step = 0; m_4_step < M; m_4_step++) {
    let K_duplicate_any = false;
    for (let m_5_step = 0; m_5_step < m_4_step; m_5_step++) {
      const position2 = position[m_5_step];
      const position3 = position[m_4_step];
      K_duplicate_any = K_duplicate_any || position2 === position3;
    }
    K_duplicate_min = Math.min(K_duplicate_min, K_duplicate_any ? m_4_step : 2147483647);
  }
  K_duplicate[0] = K_duplicate_min;
}

export function store_2(k, position, table, K, M, H, D, T, gridX, gridY, gridZ) {
  const row0 = D * H;
  for (let h = 0; h < gridZ; h++) {
    const row1 = h * D;
    const row2 = h * T;
    for (let m = 0; m < gridY; m++) {
      const row3 = m * row0;
      for (let d = 0; d < gridX; d++) {
        // transformer_block.tdsl:31: K[h, position[m], d] = rope(head[m, h], table[position[m]])[d]
        const k2 = bf16_value[k[row3 + d + row1]];
        const position2 = position[m];
        const table2 = table[2 * position2 * Math.floor(D / 2) + d % Math.floor(D / 2)];
        const k3 = bf16_value[k[row3 + Math.floor(D / 2) + d % Math.floor(D / 2) + row1 - Math.floor(D / 2) * Math.floor(d / Math.floor(D / 2))]];
        const table3 = table[(2 * position2 + 1) * Math.floor(D / 2) + d % Math.floor(D / 2)];
        const k4 = k2 * table2 + (2 * Math.floor(d / Math.floor(D / 2)) - 1) * k3 * table3;
        K[(row2 + position2) * D + d] = bf16_bits(k4);
      }
    }
  }
}

export function store_3(position, V_duplicate, M, H, D, T, gridX, gridY, gridZ) {
  // transformer_block.tdsl:32: V[h, position[m], d] = v[m, h*D + d]
  let V_duplicate_min = 2147483647;
  for (let m_6_step = 0; m_6_step < M; m_6_step++) {
    let V_duplicate_any = false;
    for (let m_7_step = 0; m_7_step < m_6_step; m_7_step++) {
      const position2 = position[m_7_step];
      const position3 = position[m_6_step];
      V_duplicate_any = V_duplicate_any || position2 === position3;
    }
    V_duplicate_min = Math.min(V_duplicate_min, V_duplicate_any ? m_6_step : 2147483647);
  }
  V_duplicate[0] = V_duplicate_min;
}

export function store_4(v, position, V, M, H, D, T, gridX, gridY, gridZ) {
  const row0 = D * H;
  for (let h = 0; h < gridZ; h++) {
    const row1 = h * D;
    const row2 = h * T;
    for (let m = 0; m < gridY; m++) {
      const row3 = m * row0;
      for (let d = 0; d < gridX; d++) {
        // transformer_block.tdsl:32: V[h, position[m], d] = v[m, h*D + d]
        const v2 = bf16_value[v[row3 + d + row1]];
        const position2 = position[m];
        V[(row2 + position2) * D + d] = bf16_bits(v2);
      }
    }
  }
}

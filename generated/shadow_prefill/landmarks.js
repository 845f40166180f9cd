// landmarks_1, landmarks_2, landmarks_3: made by tdsl from shadow_prefill.tdsl for cpu. Change the source, not this file.

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

export function landmarks_1(K, L, J, B, H, C, D, gridX, gridY, gridZ) {
  const row0 = C * J;
  for (let outer = 0; outer < gridZ; outer++) {
    const h = outer % H;
    const b = Math.floor(outer / H);
    const row1 = (b * H + h) * row0;
    const row2 = (b * H + h) * C;
    for (let c = 0; c < gridY; c++) {
      const row3 = c * J;
      const row4 = (row2 + c) * D;
      for (let d = 0; d < gridX; d++) {
        // shadow_prefill.tdsl:14: L[b, h, c, d] = mean_[b, h, c, d]
        let mean_sum = 0;
        for (let j_step = 0; j_step < J; j_step++) {
          const k = bf16_value[K[(row1 + j_step + row3) * D + d]];
          mean_sum += k;
        }
        const l = bf16_value[bf16_bits(mean_sum / Math.max(1, J))];
        L[row4 + d] = bf16_bits(l);
      }
    }
  }
}

export function landmarks_2(K, mean_sum_mem, J, B, H, C, D, gridX, gridY, gridZ) {
  const row0 = C * J;
  for (let outer = 0; outer < gridZ; outer++) {
    const h = outer % H;
    const b = Math.floor(outer / H);
    const row1 = (b * H + h) * row0;
    const row2 = (b * H + h) * C;
    for (let c = 0; c < gridY; c++) {
      const row3 = c * J;
      const row4 = (row2 + c) * D;
      for (let d = 0; d < gridX; d++) {
        // shadow_prefill.tdsl:10: let mean_[b, h, c, d]: bf16 = mean(j: J) K[b, h, c*J + j, d]
        let mean_sum = 0;
        for (let j_step = 0; j_step < J; j_step++) {
          const k = bf16_value[K[(row1 + j_step + row3) * D + d]];
          mean_sum += k;
        }
        mean_sum_mem[row4 + d] = mean_sum;
      }
    }
  }
}

export function landmarks_3(K, mean_sum_mem, similarity, J, B, H, C, D, gridX, gridY, gridZ) {
  const row0 = C * J;
  for (let b = 0; b < gridZ; b++) {
    const row1 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row2 = (row1 + h) * row0;
      const row3 = (row1 + h) * C;
      for (let c = 0; c < gridX; c++) {
        // shadow_prefill.tdsl:15: similarity[b, h, c] = min(j: J) cosine[b, h, c, j]
        let norm = 0;
        const row4 = c * J;
        for (let d_2_step = 0; d_2_step < D; d_2_step++) {
          let mean_sum = 0;
          for (let j_step = 0; j_step < J; j_step++) {
            const k = bf16_value[K[(row2 + j_step + row4) * D + d_2_step]];
            mean_sum += k;
          }
          norm += bf16_value[bf16_bits(mean_sum / Math.max(1, J))] * bf16_value[bf16_bits(mean_sum / Math.max(1, J))];
        }
        let similarity_min = 3.4028234663852886e+38;
        const row5 = c * J;
        const row6 = (row3 + c) * D;
        for (let j_3_step = 0; j_3_step < J; j_3_step++) {
          let cosine_sum = 0, cosine_sum2 = 0;
          const row7 = (row2 + j_3_step + row5) * D;
          for (let d_3_step = 0; d_3_step < D; d_3_step++) {
            const k = bf16_value[K[row7 + d_3_step]];
            const mean_sum_mem2 = mean_sum_mem[row6 + d_3_step];
            cosine_sum += k * bf16_value[bf16_bits(mean_sum_mem2 / J)];
            cosine_sum2 += k * k;
          }
          similarity_min = Math.min(similarity_min, cosine_sum * (1 / Math.sqrt(Math.max(norm * cosine_sum2, 1.0000000031710769e-30))));
        }
        similarity[row3 + c] = similarity_min;
      }
    }
  }
}

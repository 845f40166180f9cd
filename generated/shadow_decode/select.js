// select_1, select_2, select_3, select_4, select_5, select_6, select_7, select_8, select_9: made by tdsl from shadow_decode.tdsl for cpu. Change the source, not this file.

// the value of every bf16 by its bits: they are the upper half of an f32
const bf16_value = new Float32Array(Uint32Array.from({ length: 65536 }, (_, bits) => bits << 16).buffer);

export function select_1(q, L, p_max_mem, T, C, B, H, G, D, N, gridX, gridY, gridZ) {
  const row0 = G * H;
  for (let b = 0; b < gridZ; b++) {
    const row1 = b * row0;
    const row2 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row3 = h * G;
      const row4 = (row2 + h) * N;
      const row5 = (row2 + h) * G;
      for (let g = 0; g < gridX; g++) {
        // shadow_decode.tdsl:10: let p[b, h, g, n] = softmax(n) (sum(d) q[b, h*G + g, d] * L[b, h, n, d]) * rsqrt(D)
        let p_max0 = -3.4028234663852886e+38, p_max1 = -3.4028234663852886e+38, p_max2 = -3.4028234663852886e+38, p_max3 = -3.4028234663852886e+38;
        const row6 = (row1 + row3 + 4 * g) * D;
        const inside0 = 4 * g < G;
        const row7 = (row1 + row3 + 4 * g + 1) * D;
        const inside1 = 4 * g + 1 < G;
        const row8 = (row1 + row3 + 4 * g + 2) * D;
        const inside2 = 4 * g + 2 < G;
        const row9 = (row1 + row3 + 4 * g + 3) * D;
        const inside3 = 4 * g + 3 < G;
        for (let n_3_step = 0; n_3_step < N; n_3_step++) {
          let p_sum0 = 0, p_sum1 = 0, p_sum2 = 0, p_sum3 = 0;
          const row10 = (row4 + n_3_step) * D;
          for (let d_step = 0; d_step < D; d_step++) {
            const q2_0 = inside0 ? bf16_value[q[row6 + d_step]] : 0;
            const q2_1 = inside1 ? bf16_value[q[row7 + d_step]] : 0;
            const q2_2 = inside2 ? bf16_value[q[row8 + d_step]] : 0;
            const q2_3 = inside3 ? bf16_value[q[row9 + d_step]] : 0;
            const l = bf16_value[L[row10 + d_step]];
            p_sum0 += q2_0 * l;
            p_sum1 += q2_1 * l;
            p_sum2 += q2_2 * l;
            p_sum3 += q2_3 * l;
          }
          p_max0 = Math.max(p_max0, p_sum0 * (1 / Math.sqrt(D)));
          p_max1 = Math.max(p_max1, p_sum1 * (1 / Math.sqrt(D)));
          p_max2 = Math.max(p_max2, p_sum2 * (1 / Math.sqrt(D)));
          p_max3 = Math.max(p_max3, p_sum3 * (1 / Math.sqrt(D)));
        }
        if (4 * g < G) { p_max_mem[row5 + 4 * g] = p_max0; }
        if (4 * g + 1 < G) { p_max_mem[row5 + 4 * g + 1] = p_max1; }
        if (4 * g + 2 < G) { p_max_mem[row5 + 4 * g + 2] = p_max2; }
        if (4 * g + 3 < G) { p_max_mem[row5 + 4 * g + 3] = p_max3; }
      }
    }
  }
}

export function select_2(q, L, p_sum2_mem, T, C, B, H, G, D, N, gridX, gridY, gridZ) {
  const row0 = G * H;
  for (let b = 0; b < gridZ; b++) {
    const row1 = b * row0;
    const row2 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row3 = h * G;
      const row4 = (row2 + h) * N;
      const row5 = (row2 + h) * G;
      for (let g = 0; g < gridX; g++) {
        // shadow_decode.tdsl:10: let p[b, h, g, n] = softmax(n) (sum(d) q[b, h*G + g, d] * L[b, h, n, d]) * rsqrt(D)
        let p_max0 = -3.4028234663852886e+38, p_sum2_0 = 0, p_max1 = -3.4028234663852886e+38, p_sum2_1 = 0, p_max2 = -3.4028234663852886e+38, p_sum2_2 = 0, p_max3 = -3.4028234663852886e+38, p_sum2_3 = 0;
        const row6 = (row1 + row3 + 4 * g) * D;
        const inside0 = 4 * g < G;
        const row7 = (row1 + row3 + 4 * g + 1) * D;
        const inside1 = 4 * g + 1 < G;
        const row8 = (row1 + row3 + 4 * g + 2) * D;
        const inside2 = 4 * g + 2 < G;
        const row9 = (row1 + row3 + 4 * g + 3) * D;
        const inside3 = 4 * g + 3 < G;
        for (let n_3_step = 0; n_3_step < N; n_3_step++) {
          let p_sum0 = 0, p_sum1 = 0, p_sum2_ = 0, p_sum3 = 0;
          const row10 = (row4 + n_3_step) * D;
          for (let d_step = 0; d_step < D; d_step++) {
            const q2_0 = inside0 ? bf16_value[q[row6 + d_step]] : 0;
            const q2_1 = inside1 ? bf16_value[q[row7 + d_step]] : 0;
            const q2_2 = inside2 ? bf16_value[q[row8 + d_step]] : 0;
            const q2_3 = inside3 ? bf16_value[q[row9 + d_step]] : 0;
            const l = bf16_value[L[row10 + d_step]];
            p_sum0 += q2_0 * l;
            p_sum1 += q2_1 * l;
            p_sum2_ += q2_2 * l;
            p_sum3 += q2_3 * l;
          }
          const p_max_new_0 = Math.max(p_max0, p_sum0 * (1 / Math.sqrt(D)));
          const p_sum2_scale_0 = Math.exp(p_max0 - p_max_new_0);
          p_sum2_0 = p_sum2_0 * p_sum2_scale_0 + Math.exp(p_sum0 * (1 / Math.sqrt(D)) - p_max_new_0);
          p_max0 = p_max_new_0;
          const p_max_new_1 = Math.max(p_max1, p_sum1 * (1 / Math.sqrt(D)));
          const p_sum2_scale_1 = Math.exp(p_max1 - p_max_new_1);
          p_sum2_1 = p_sum2_1 * p_sum2_scale_1 + Math.exp(p_sum1 * (1 / Math.sqrt(D)) - p_max_new_1);
          p_max1 = p_max_new_1;
          const p_max_new_2 = Math.max(p_max2, p_sum2_ * (1 / Math.sqrt(D)));
          const p_sum2_scale_2 = Math.exp(p_max2 - p_max_new_2);
          p_sum2_2 = p_sum2_2 * p_sum2_scale_2 + Math.exp(p_sum2_ * (1 / Math.sqrt(D)) - p_max_new_2);
          p_max2 = p_max_new_2;
          const p_max_new_3 = Math.max(p_max3, p_sum3 * (1 / Math.sqrt(D)));
          const p_sum2_scale_3 = Math.exp(p_max3 - p_max_new_3);
          p_sum2_3 = p_sum2_3 * p_sum2_scale_3 + Math.exp(p_sum3 * (1 / Math.sqrt(D)) - p_max_new_3);
          p_max3 = p_max_new_3;
        }
        if (4 * g < G) { p_sum2_mem[row5 + 4 * g] = p_sum2_0; }
        if (4 * g + 1 < G) { p_sum2_mem[row5 + 4 * g + 1] = p_sum2_1; }
        if (4 * g + 2 < G) { p_sum2_mem[row5 + 4 * g + 2] = p_sum2_2; }
        if (4 * g + 3 < G) { p_sum2_mem[row5 + 4 * g + 3] = p_sum2_3; }
      }
    }
  }
}

export function select_3(q, L, p_max_mem, p_sum2_mem, at_topk_of_mem, T, C, B, H, G, D, N, gridX, gridY, gridZ) {
  const row0 = G * H;
  for (let b = 0; b < gridZ; b++) {
    const row1 = b * row0;
    const row2 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row3 = h * G;
      const row4 = (row2 + h) * N;
      const row5 = (row2 + h) * G;
      for (let n = 0; n < gridX; n++) {
        // shadow_decode.tdsl:11: let at[b, h, t] = topk(n -> t: T) max(g: G) p[b, h, g, n]
        let at_topk_of0 = -3.4028234663852886e+38, at_topk_of1 = -3.4028234663852886e+38, at_topk_of2 = -3.4028234663852886e+38, at_topk_of3 = -3.4028234663852886e+38;
        const row6 = (row4 + 4 * n) * D;
        const inside0 = 4 * n < N;
        const row7 = (row4 + 4 * n + 1) * D;
        const inside1 = 4 * n + 1 < N;
        const row8 = (row4 + 4 * n + 2) * D;
        const inside2 = 4 * n + 2 < N;
        const row9 = (row4 + 4 * n + 3) * D;
        const inside3 = 4 * n + 3 < N;
        for (let g_2_step = 0; g_2_step < G; g_2_step++) {
          let p_sum0 = 0, p_sum1 = 0, p_sum2 = 0, p_sum3 = 0;
          const row10 = (row1 + g_2_step + row3) * D;
          for (let d_step = 0; d_step < D; d_step++) {
            const q2 = bf16_value[q[row10 + d_step]];
            const l_0 = inside0 ? bf16_value[L[row6 + d_step]] : 0;
            p_sum0 += q2 * l_0;
            const l_1 = inside1 ? bf16_value[L[row7 + d_step]] : 0;
            p_sum1 += q2 * l_1;
            const l_2 = inside2 ? bf16_value[L[row8 + d_step]] : 0;
            p_sum2 += q2 * l_2;
            const l_3 = inside3 ? bf16_value[L[row9 + d_step]] : 0;
            p_sum3 += q2 * l_3;
          }
          const p_max_mem2 = p_max_mem[row5 + g_2_step];
          const p_sum2_mem2 = p_sum2_mem[row5 + g_2_step];
          at_topk_of0 = Math.max(at_topk_of0, Math.exp(p_sum0 * (1 / Math.sqrt(D)) - p_max_mem2) * (p_sum2_mem2 > 0 ? 1 / p_sum2_mem2 : 0));
          at_topk_of1 = Math.max(at_topk_of1, Math.exp(p_sum1 * (1 / Math.sqrt(D)) - p_max_mem2) * (p_sum2_mem2 > 0 ? 1 / p_sum2_mem2 : 0));
          at_topk_of2 = Math.max(at_topk_of2, Math.exp(p_sum2 * (1 / Math.sqrt(D)) - p_max_mem2) * (p_sum2_mem2 > 0 ? 1 / p_sum2_mem2 : 0));
          at_topk_of3 = Math.max(at_topk_of3, Math.exp(p_sum3 * (1 / Math.sqrt(D)) - p_max_mem2) * (p_sum2_mem2 > 0 ? 1 / p_sum2_mem2 : 0));
        }
        if (4 * n < N) { at_topk_of_mem[row4 + 4 * n] = at_topk_of0; }
        if (4 * n + 1 < N) { at_topk_of_mem[row4 + 4 * n + 1] = at_topk_of1; }
        if (4 * n + 2 < N) { at_topk_of_mem[row4 + 4 * n + 2] = at_topk_of2; }
        if (4 * n + 3 < N) { at_topk_of_mem[row4 + 4 * n + 3] = at_topk_of3; }
      }
    }
  }
}

export function select_4(at_topk_of_mem, at_topk_rank_mem, T, C, B, H, G, D, N, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row1 = (row0 + h) * N;
      for (let n = 0; n < gridX; n++) {
        // shadow_decode.tdsl:11: let at[b, h, t] = topk(n -> t: T) max(g: G) p[b, h, g, n]
        let at_topk_rank = 0;
        for (let at_n_3_step = 0; at_n_3_step < Math.min(N - 1024 * (n >> 10), 1024); at_n_3_step++) {
          const at_topk_of_mem2 = at_topk_of_mem[row1 + n];
          const at_topk_of_mem3 = at_topk_of_mem[row1 + at_n_3_step + 1024 * (n >> 10)];
          at_topk_rank = at_topk_rank + (at_topk_of_mem2 < at_topk_of_mem3 || (at_topk_of_mem3 === at_topk_of_mem2 && at_n_3_step + 1024 * (n >> 10) < n) ? 1 : 0) | 0;
        }
        at_topk_rank_mem[row1 + n] = at_topk_rank;
      }
    }
  }
}

export function select_5(at_topk_rank_mem, at_topk_best_mem, T, C, B, H, G, D, N, gridX, gridY, gridZ) {
  for (let outer = 0; outer < gridZ; outer++) {
    const h = outer % H;
    const b = Math.floor(outer / H);
    const row0 = (b * H + h) * N;
    const row1 = (b * H + h) * Math.floor((N + 1023) / 1024);
    for (let piece = 0; piece < gridY; piece++) {
      const row2 = (row1 + piece) * Math.min(T, 1024);
      for (let rank = 0; rank < gridX; rank++) {
        // shadow_decode.tdsl:11: let at[b, h, t] = topk(n -> t: T) max(g: G) p[b, h, g, n]
        let at_topk_best_max = -2147483648;
        for (let at_n_4_step = 0; at_n_4_step < Math.min(N - 1024 * piece, 1024); at_n_4_step++) {
          const at_topk_rank_mem2 = at_topk_rank_mem[row0 + at_n_4_step + 1024 * piece];
          const at_topk_best_max_term = at_n_4_step + 1024 * piece;
          at_topk_best_max = Math.max(at_topk_best_max, at_topk_rank_mem2 === rank ? at_topk_best_max_term : -2147483648);
        }
        const at_topk_best_mem2 = Math.max(at_topk_best_max, -1);
        at_topk_best_mem[row2 + rank] = at_topk_best_mem2;
      }
    }
  }
}

export function select_6(at_topk_best_mem, at_topk_of_mem, at_topk_best_of_mem, T, C, B, H, G, D, N, gridX, gridY, gridZ) {
  for (let outer = 0; outer < gridZ; outer++) {
    const h = outer % H;
    const b = Math.floor(outer / H);
    const row0 = (b * H + h) * Math.floor((N + 1023) / 1024);
    const row1 = (b * H + h) * N;
    for (let piece = 0; piece < gridY; piece++) {
      const row2 = (row0 + piece) * Math.min(T, 1024);
      for (let rank = 0; rank < gridX; rank++) {
        // shadow_decode.tdsl:11: let at[b, h, t] = topk(n -> t: T) max(g: G) p[b, h, g, n]
        const at_topk_best_mem2 = at_topk_best_mem[row2 + rank];
        const at_topk_of_mem2 = at_topk_of_mem[row1 + Math.max(0, Math.min(at_topk_best_mem2, N - 1))];
        at_topk_best_of_mem[row2 + rank] = at_topk_of_mem2;
      }
    }
  }
}

export function select_7(at_topk_best_mem, at_topk_best_of_mem, at_topk_place_mem, T, C, B, H, G, D, N, gridX, gridY, gridZ) {
  for (let outer = 0; outer < gridZ; outer++) {
    const h = outer % H;
    const b = Math.floor(outer / H);
    const row0 = (b * H + h) * Math.floor((N + 1023) / 1024);
    for (let piece = 0; piece < gridY; piece++) {
      const row1 = (row0 + piece) * Math.min(T, 1024);
      for (let rank = 0; rank < gridX; rank++) {
        // shadow_decode.tdsl:11: let at[b, h, t] = topk(n -> t: T) max(g: G) p[b, h, g, n]
        let at_topk_place_sum = 0;
        for (let at_piece_5_step = 0; at_piece_5_step < Math.floor((N + 1023) / 1024); at_piece_5_step++) {
          const row2 = (row0 + at_piece_5_step) * Math.min(T, 1024);
          for (let at_rank_5_step = 0; at_rank_5_step < Math.min(T, 1024); at_rank_5_step++) {
            const at_topk_best_mem2 = at_topk_best_mem[row2 + at_rank_5_step];
            const at_topk_best_of_mem2 = at_topk_best_of_mem[row1 + rank];
            const at_topk_best_of_mem3 = at_topk_best_of_mem[row2 + at_rank_5_step];
            const at_topk_best_mem3 = at_topk_best_mem[row1 + rank];
            at_topk_place_sum = at_topk_place_sum + (at_topk_best_mem2 >= 0 && (at_topk_best_of_mem2 < at_topk_best_of_mem3 || (at_topk_best_of_mem3 === at_topk_best_of_mem2 && at_topk_best_mem2 < at_topk_best_mem3)) ? 1 : 0) | 0;
          }
        }
        const at_topk_best_mem2 = at_topk_best_mem[row1 + rank];
        const at_topk_place_mem2 = at_topk_best_mem2 >= 0 ? at_topk_place_sum : 2147483647;
        at_topk_place_mem[row1 + rank] = at_topk_place_mem2;
      }
    }
  }
}

export function select_8(at_topk_place_mem, at_topk_best_mem, at_mem, T, C, B, H, G, D, N, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row1 = (row0 + h) * Math.floor((N + 1023) / 1024);
      const row2 = (row0 + h) * T;
      for (let t = 0; t < gridX; t++) {
        // shadow_decode.tdsl:11: let at[b, h, t] = topk(n -> t: T) max(g: G) p[b, h, g, n]
        let at_max = -2147483648;
        for (let at_piece_6_step = 0; at_piece_6_step < Math.floor((N + 1023) / 1024); at_piece_6_step++) {
          const row3 = (row1 + at_piece_6_step) * Math.min(T, 1024);
          for (let at_rank_6_step = 0; at_rank_6_step < Math.min(T, 1024); at_rank_6_step++) {
            const at_topk_place_mem2 = at_topk_place_mem[row3 + at_rank_6_step];
            const at_topk_best_mem2 = at_topk_best_mem[row3 + at_rank_6_step];
            at_max = Math.max(at_max, at_topk_place_mem2 === t ? at_topk_best_mem2 : -2147483648);
          }
        }
        const at_mem2 = Math.max(at_max, -1);
        at_mem[row2 + t] = at_mem2;
      }
    }
  }
}

export function select_9(kept, at_mem, chunk, T, C, B, H, G, D, N, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row1 = (row0 + h) * T;
      const row2 = (row0 + h) * N;
      for (let t = 0; t < gridX; t++) {
        // shadow_decode.tdsl:12: chunk[b, h, t] = kept[b, h, at[b, h, t]]
        const at_mem2 = at_mem[row1 + t];
        const kept2 = kept[row2 + at_mem2];
        chunk[row1 + t] = kept2;
      }
    }
  }
}

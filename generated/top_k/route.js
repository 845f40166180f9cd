// route_1, route_2, route_3, route_4, route_5, route_6: made by tdsl from top_k.tdsl for cpu. Change the source, not this file.

// the value of every bf16 by its bits: they are the upper half of an f32
const bf16_value = new Float32Array(Uint32Array.from({ length: 65536 }, (_, bits) => bits << 16).buffer);

export function route_1(logits, idx_topk_rank_mem, T, M, E, gridX, gridY, gridZ) {
  for (let m = 0; m < gridY; m++) {
    const row0 = m * E;
    for (let e = 0; e < gridX; e++) {
      // top_k.tdsl:19: let idx[m, t] = topk(e -> t: T) logits[m, e]
      let idx_topk_rank = 0;
      for (let idx_e_2_step = 0; idx_e_2_step < Math.min(E - 1024 * (e >> 10), 1024); idx_e_2_step++) {
        const logits2 = bf16_value[logits[row0 + e]];
        const logits3 = bf16_value[logits[row0 + idx_e_2_step + 1024 * (e >> 10)]];
        idx_topk_rank = idx_topk_rank + (logits2 < logits3 || (logits3 === logits2 && idx_e_2_step + 1024 * (e >> 10) < e) ? 1 : 0) | 0;
      }
      idx_topk_rank_mem[row0 + e] = idx_topk_rank;
    }
  }
}

export function route_2(idx_topk_rank_mem, idx_topk_best_mem, T, M, E, gridX, gridY, gridZ) {
  for (let m = 0; m < gridZ; m++) {
    const row0 = m * E;
    const row1 = m * Math.floor((E + 1023) / 1024);
    for (let piece = 0; piece < gridY; piece++) {
      const row2 = (row1 + piece) * Math.min(T, 1024);
      for (let rank = 0; rank < gridX; rank++) {
        // top_k.tdsl:19: let idx[m, t] = topk(e -> t: T) logits[m, e]
        let idx_topk_best_max = -2147483648;
        for (let idx_e_3_step = 0; idx_e_3_step < Math.min(E - 1024 * piece, 1024); idx_e_3_step++) {
          const idx_topk_rank_mem2 = idx_topk_rank_mem[row0 + idx_e_3_step + 1024 * piece];
          const idx_topk_best_max_term = idx_e_3_step + 1024 * piece;
          idx_topk_best_max = Math.max(idx_topk_best_max, idx_topk_rank_mem2 === rank ? idx_topk_best_max_term : -2147483648);
        }
        const idx_topk_best_mem2 = Math.max(idx_topk_best_max, -1);
        idx_topk_best_mem[row2 + rank] = idx_topk_best_mem2;
      }
    }
  }
}

export function route_3(logits, idx_topk_best_mem, idx_topk_best_of_mem, T, M, E, gridX, gridY, gridZ) {
  for (let m = 0; m < gridZ; m++) {
    const row0 = m * Math.floor((E + 1023) / 1024);
    const row1 = m * E;
    for (let piece = 0; piece < gridY; piece++) {
      const row2 = (row0 + piece) * Math.min(T, 1024);
      for (let rank = 0; rank < gridX; rank++) {
        // top_k.tdsl:19: let idx[m, t] = topk(e -> t: T) logits[m, e]
        const idx_topk_best_mem2 = idx_topk_best_mem[row2 + rank];
        const logits2 = bf16_value[logits[row1 + Math.max(0, Math.min(idx_topk_best_mem2, E - 1))]];
        idx_topk_best_of_mem[row2 + rank] = logits2;
      }
    }
  }
}

export function route_4(idx_topk_best_mem, idx_topk_best_of_mem, idx_topk_place_mem, T, M, E, gridX, gridY, gridZ) {
  for (let m = 0; m < gridZ; m++) {
    const row0 = m * Math.floor((E + 1023) / 1024);
    for (let piece = 0; piece < gridY; piece++) {
      const row1 = (row0 + piece) * Math.min(T, 1024);
      for (let rank = 0; rank < gridX; rank++) {
        // top_k.tdsl:19: let idx[m, t] = topk(e -> t: T) logits[m, e]
        let idx_topk_place_sum = 0;
        for (let idx_piece_5_step = 0; idx_piece_5_step < Math.floor((E + 1023) / 1024); idx_piece_5_step++) {
          const row2 = (row0 + idx_piece_5_step) * Math.min(T, 1024);
          for (let idx_rank_5_step = 0; idx_rank_5_step < Math.min(T, 1024); idx_rank_5_step++) {
            const idx_topk_best_mem2 = idx_topk_best_mem[row2 + idx_rank_5_step];
            const idx_topk_best_of_mem2 = idx_topk_best_of_mem[row1 + rank];
            const idx_topk_best_of_mem3 = idx_topk_best_of_mem[row2 + idx_rank_5_step];
            const idx_topk_best_mem3 = idx_topk_best_mem[row1 + rank];
            idx_topk_place_sum = idx_topk_place_sum + (idx_topk_best_mem2 >= 0 && (idx_topk_best_of_mem2 < idx_topk_best_of_mem3 || (idx_topk_best_of_mem3 === idx_topk_best_of_mem2 && idx_topk_best_mem2 < idx_topk_best_mem3)) ? 1 : 0) | 0;
          }
        }
        const idx_topk_best_mem2 = idx_topk_best_mem[row1 + rank];
        const idx_topk_place_mem2 = idx_topk_best_mem2 >= 0 ? idx_topk_place_sum : 2147483647;
        idx_topk_place_mem[row1 + rank] = idx_topk_place_mem2;
      }
    }
  }
}

export function route_5(idx_topk_place_mem, idx_topk_best_mem, idx_mem, T, M, E, gridX, gridY, gridZ) {
  for (let m = 0; m < gridY; m++) {
    const row0 = m * Math.floor((E + 1023) / 1024);
    const row1 = m * T;
    for (let t = 0; t < gridX; t++) {
      // top_k.tdsl:19: let idx[m, t] = topk(e -> t: T) logits[m, e]
      let idx_max = -2147483648;
      for (let idx_piece_6_step = 0; idx_piece_6_step < Math.floor((E + 1023) / 1024); idx_piece_6_step++) {
        const row2 = (row0 + idx_piece_6_step) * Math.min(T, 1024);
        for (let idx_rank_6_step = 0; idx_rank_6_step < Math.min(T, 1024); idx_rank_6_step++) {
          const idx_topk_place_mem2 = idx_topk_place_mem[row2 + idx_rank_6_step];
          const idx_topk_best_mem2 = idx_topk_best_mem[row2 + idx_rank_6_step];
          idx_max = Math.max(idx_max, idx_topk_place_mem2 === t ? idx_topk_best_mem2 : -2147483648);
        }
      }
      const idx_mem2 = Math.max(idx_max, -1);
      idx_mem[row1 + t] = idx_mem2;
    }
  }
}

export function route_6(logits, idx_mem, expert, weight, T, M, E, gridX, gridY, gridZ) {
  for (let m = 0; m < gridX; m++) {
    // top_k.tdsl:20: expert[m, t] = idx[m, t]
    let weight_max = -3.4028234663852886e+38, weight_sum = 0;
    const row0 = m * T;
    const row1 = m * E;
    for (let t_2_step = 0; t_2_step < T; t_2_step++) {
      const idx_mem2 = idx_mem[row0 + t_2_step];
      const logits2 = bf16_value[logits[row1 + idx_mem2]];
      const weight_max_new = Math.max(weight_max, logits2);
      const weight_sum_scale = Math.exp(weight_max - weight_max_new);
      weight_sum = weight_sum * weight_sum_scale + Math.exp(logits2 - weight_max_new);
      weight_max = weight_max_new;
    }

    // top_k.tdsl:21: weight[m, t] = softmax(t) logits[m, idx[m, t]]
    const row2 = m * T;
    const row3 = m * E;
    const inside0 = weight_sum > 0;
    for (let t_2_step = 0; t_2_step < T; t_2_step++) {
      // top_k.tdsl:20: expert[m, t] = idx[m, t]

      // top_k.tdsl:21: weight[m, t] = softmax(t) logits[m, idx[m, t]]
      const idx_mem2 = idx_mem[row2 + t_2_step];
      expert[row2 + t_2_step] = idx_mem2;
      const logits2 = bf16_value[logits[row3 + idx_mem2]];
      const weight2 = Math.exp(logits2 - weight_max) * (inside0 ? 1 / weight_sum : 0);
      weight[row2 + t_2_step] = weight2;
    }
  }
}

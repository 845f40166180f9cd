// best_1, best_2, best_3, best_4, best_5, best_6: made by tdsl from top_k.tdsl for cpu. Change the source, not this file.

export function best_1(score, idx_topk_rank_mem, T, B, C, gridX, gridY, gridZ) {
  for (let b = 0; b < gridY; b++) {
    const row0 = b * C;
    for (let c = 0; c < gridX; c++) {
      // top_k.tdsl:9: let idx[b, t] = topk(c -> t: T) score[b, c]
      let idx_topk_rank = 0;
      for (let idx_c_2_step = 0; idx_c_2_step < Math.min(C - 1024 * (c >> 10), 1024); idx_c_2_step++) {
        const score2 = score[row0 + c];
        const score3 = score[row0 + idx_c_2_step + 1024 * (c >> 10)];
        idx_topk_rank = idx_topk_rank + (score2 < score3 || (score3 === score2 && idx_c_2_step + 1024 * (c >> 10) < c) ? 1 : 0) | 0;
      }
      idx_topk_rank_mem[row0 + c] = idx_topk_rank;
    }
  }
}

export function best_2(idx_topk_rank_mem, idx_topk_best_mem, T, B, C, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * C;
    const row1 = b * Math.floor((C + 1023) / 1024);
    for (let piece = 0; piece < gridY; piece++) {
      const row2 = (row1 + piece) * Math.min(T, 1024);
      for (let rank = 0; rank < gridX; rank++) {
        // top_k.tdsl:9: let idx[b, t] = topk(c -> t: T) score[b, c]
        let idx_topk_best_max = -2147483648;
        for (let idx_c_3_step = 0; idx_c_3_step < Math.min(C - 1024 * piece, 1024); idx_c_3_step++) {
          const idx_topk_rank_mem2 = idx_topk_rank_mem[row0 + idx_c_3_step + 1024 * piece];
          const idx_topk_best_max_term = idx_c_3_step + 1024 * piece;
          idx_topk_best_max = Math.max(idx_topk_best_max, idx_topk_rank_mem2 === rank ? idx_topk_best_max_term : -2147483648);
        }
        const idx_topk_best_mem2 = Math.max(idx_topk_best_max, -1);
        idx_topk_best_mem[row2 + rank] = idx_topk_best_mem2;
      }
    }
  }
}

export function best_3(score, idx_topk_best_mem, idx_topk_best_of_mem, T, B, C, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * Math.floor((C + 1023) / 1024);
    const row1 = b * C;
    for (let piece = 0; piece < gridY; piece++) {
      const row2 = (row0 + piece) * Math.min(T, 1024);
      for (let rank = 0; rank < gridX; rank++) {
        // top_k.tdsl:9: let idx[b, t] = topk(c -> t: T) score[b, c]
        const idx_topk_best_mem2 = idx_topk_best_mem[row2 + rank];
        const score2 = score[row1 + Math.max(0, Math.min(idx_topk_best_mem2, C - 1))];
        idx_topk_best_of_mem[row2 + rank] = score2;
      }
    }
  }
}

export function best_4(idx_topk_best_mem, idx_topk_best_of_mem, idx_topk_place_mem, T, B, C, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * Math.floor((C + 1023) / 1024);
    for (let piece = 0; piece < gridY; piece++) {
      const row1 = (row0 + piece) * Math.min(T, 1024);
      for (let rank = 0; rank < gridX; rank++) {
        // top_k.tdsl:9: let idx[b, t] = topk(c -> t: T) score[b, c]
        let idx_topk_place_sum = 0;
        for (let idx_piece_5_step = 0; idx_piece_5_step < Math.floor((C + 1023) / 1024); idx_piece_5_step++) {
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

export function best_5(idx_topk_place_mem, idx_topk_best_mem, idx_mem, T, B, C, gridX, gridY, gridZ) {
  for (let b = 0; b < gridY; b++) {
    const row0 = b * Math.floor((C + 1023) / 1024);
    const row1 = b * T;
    for (let t = 0; t < gridX; t++) {
      // top_k.tdsl:9: let idx[b, t] = topk(c -> t: T) score[b, c]
      let idx_max = -2147483648;
      for (let idx_piece_6_step = 0; idx_piece_6_step < Math.floor((C + 1023) / 1024); idx_piece_6_step++) {
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

export function best_6(score, idx_mem, at, value, T, B, C, gridX, gridY, gridZ) {
  for (let b = 0; b < gridY; b++) {
    const row0 = b * T;
    const row1 = b * C;
    for (let t = 0; t < gridX; t++) {
      // top_k.tdsl:10: at[b, t] = idx[b, t]

      // top_k.tdsl:11: value[b, t] = score[b, idx[b, t]]
      const idx_mem2 = idx_mem[row0 + t];
      at[row0 + t] = idx_mem2;
      const score2 = score[row1 + idx_mem2];
      value[row0 + t] = score2;
    }
  }
}

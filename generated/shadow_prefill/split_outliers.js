// split_outliers_1, split_outliers_2, split_outliers_3, split_outliers_4, split_outliers_5, split_outliers_6, split_outliers_7, split_outliers_8, split_outliers_9, split_outliers_10, split_outliers_11, split_outliers_12, split_outliers_13: made by tdsl from shadow_prefill.tdsl for cpu. Change the source, not this file.

export function split_outliers_1(similarity, out_topk_of_mem, O, B, H, C, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row1 = (row0 + h) * C;
      for (let c = 0; c < gridX; c++) {
        // shadow_prefill.tdsl:23: let out[b, h, o] = topk(c -> o: O) -similarity[b, h, c]
        const similarity2 = similarity[row1 + c];
        const out_topk_of_mem2 = -similarity2;
        out_topk_of_mem[row1 + c] = out_topk_of_mem2;
      }
    }
  }
}

export function split_outliers_2(out_topk_of_mem, out_topk_rank_mem, O, B, H, C, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row1 = (row0 + h) * C;
      for (let c = 0; c < gridX; c++) {
        // shadow_prefill.tdsl:23: let out[b, h, o] = topk(c -> o: O) -similarity[b, h, c]
        let out_topk_rank = 0;
        for (let out_c_3_step = 0; out_c_3_step < Math.min(C - 1024 * (c >> 10), 1024); out_c_3_step++) {
          const out_topk_of_mem2 = out_topk_of_mem[row1 + c];
          const out_topk_of_mem3 = out_topk_of_mem[row1 + out_c_3_step + 1024 * (c >> 10)];
          out_topk_rank = out_topk_rank + (out_topk_of_mem2 < out_topk_of_mem3 || (out_topk_of_mem3 === out_topk_of_mem2 && out_c_3_step + 1024 * (c >> 10) < c) ? 1 : 0) | 0;
        }
        out_topk_rank_mem[row1 + c] = out_topk_rank;
      }
    }
  }
}

export function split_outliers_3(out_topk_rank_mem, out_topk_best_mem, O, B, H, C, gridX, gridY, gridZ) {
  for (let outer = 0; outer < gridZ; outer++) {
    const h = outer % H;
    const b = Math.floor(outer / H);
    const row0 = (b * H + h) * C;
    const row1 = (b * H + h) * Math.floor((C + 1023) / 1024);
    for (let piece = 0; piece < gridY; piece++) {
      const row2 = (row1 + piece) * Math.min(O, 1024);
      for (let rank = 0; rank < gridX; rank++) {
        // shadow_prefill.tdsl:23: let out[b, h, o] = topk(c -> o: O) -similarity[b, h, c]
        let out_topk_best_max = -2147483648;
        for (let out_c_4_step = 0; out_c_4_step < Math.min(C - 1024 * piece, 1024); out_c_4_step++) {
          const out_topk_rank_mem2 = out_topk_rank_mem[row0 + out_c_4_step + 1024 * piece];
          const out_topk_best_max_term = out_c_4_step + 1024 * piece;
          out_topk_best_max = Math.max(out_topk_best_max, out_topk_rank_mem2 === rank ? out_topk_best_max_term : -2147483648);
        }
        const out_topk_best_mem2 = Math.max(out_topk_best_max, -1);
        out_topk_best_mem[row2 + rank] = out_topk_best_mem2;
      }
    }
  }
}

export function split_outliers_4(out_topk_best_mem, out_topk_of_mem, out_topk_best_of_mem, O, B, H, C, gridX, gridY, gridZ) {
  for (let outer = 0; outer < gridZ; outer++) {
    const h = outer % H;
    const b = Math.floor(outer / H);
    const row0 = (b * H + h) * Math.floor((C + 1023) / 1024);
    const row1 = (b * H + h) * C;
    for (let piece = 0; piece < gridY; piece++) {
      const row2 = (row0 + piece) * Math.min(O, 1024);
      for (let rank = 0; rank < gridX; rank++) {
        // shadow_prefill.tdsl:23: let out[b, h, o] = topk(c -> o: O) -similarity[b, h, c]
        const out_topk_best_mem2 = out_topk_best_mem[row2 + rank];
        const out_topk_of_mem2 = out_topk_of_mem[row1 + Math.max(0, Math.min(out_topk_best_mem2, C - 1))];
        out_topk_best_of_mem[row2 + rank] = out_topk_of_mem2;
      }
    }
  }
}

export function split_outliers_5(out_topk_best_mem, out_topk_best_of_mem, out_topk_place_mem, O, B, H, C, gridX, gridY, gridZ) {
  for (let outer = 0; outer < gridZ; outer++) {
    const h = outer % H;
    const b = Math.floor(outer / H);
    const row0 = (b * H + h) * Math.floor((C + 1023) / 1024);
    for (let piece = 0; piece < gridY; piece++) {
      const row1 = (row0 + piece) * Math.min(O, 1024);
      for (let rank = 0; rank < gridX; rank++) {
        // shadow_prefill.tdsl:23: let out[b, h, o] = topk(c -> o: O) -similarity[b, h, c]
        let out_topk_place_sum = 0;
        for (let out_piece_5_step = 0; out_piece_5_step < Math.floor((C + 1023) / 1024); out_piece_5_step++) {
          const row2 = (row0 + out_piece_5_step) * Math.min(O, 1024);
          for (let out_rank_5_step = 0; out_rank_5_step < Math.min(O, 1024); out_rank_5_step++) {
            const out_topk_best_mem2 = out_topk_best_mem[row2 + out_rank_5_step];
            const out_topk_best_of_mem2 = out_topk_best_of_mem[row1 + rank];
            const out_topk_best_of_mem3 = out_topk_best_of_mem[row2 + out_rank_5_step];
            const out_topk_best_mem3 = out_topk_best_mem[row1 + rank];
            out_topk_place_sum = out_topk_place_sum + (out_topk_best_mem2 >= 0 && (out_topk_best_of_mem2 < out_topk_best_of_mem3 || (out_topk_best_of_mem3 === out_topk_best_of_mem2 && out_topk_best_mem2 < out_topk_best_mem3)) ? 1 : 0) | 0;
          }
        }
        const out_topk_best_mem2 = out_topk_best_mem[row1 + rank];
        const out_topk_place_mem2 = out_topk_best_mem2 >= 0 ? out_topk_place_sum : 2147483647;
        out_topk_place_mem[row1 + rank] = out_topk_place_mem2;
      }
    }
  }
}

export function split_outliers_6(out_topk_place_mem, out_topk_best_mem, out_mem, O, B, H, C, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row1 = (row0 + h) * Math.floor((C + 1023) / 1024);
      const row2 = (row0 + h) * O;
      for (let o = 0; o < gridX; o++) {
        // shadow_prefill.tdsl:23: let out[b, h, o] = topk(c -> o: O) -similarity[b, h, c]
        let out_max = -2147483648;
        for (let out_piece_6_step = 0; out_piece_6_step < Math.floor((C + 1023) / 1024); out_piece_6_step++) {
          const row3 = (row1 + out_piece_6_step) * Math.min(O, 1024);
          for (let out_rank_6_step = 0; out_rank_6_step < Math.min(O, 1024); out_rank_6_step++) {
            const out_topk_place_mem2 = out_topk_place_mem[row3 + out_rank_6_step];
            const out_topk_best_mem2 = out_topk_best_mem[row3 + out_rank_6_step];
            out_max = Math.max(out_max, out_topk_place_mem2 === o ? out_topk_best_mem2 : -2147483648);
          }
        }
        const out_mem2 = Math.max(out_max, -1);
        out_mem[row2 + o] = out_mem2;
      }
    }
  }
}

export function split_outliers_7(out_mem, outlier, O, B, H, C, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row1 = (row0 + h) * O;
      for (let o = 0; o < gridX; o++) {
        // shadow_prefill.tdsl:24: outlier[b, h, o] = out[b, h, o]
        const out_mem2 = out_mem[row1 + o];
        outlier[row1 + o] = out_mem2;
      }
    }
  }
}

export function split_outliers_8(out_mem, kept_topk_of_mem, O, B, H, C, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row1 = (row0 + h) * O;
      const row2 = (row0 + h) * C;
      for (let c = 0; c < gridX; c++) {
        // shadow_prefill.tdsl:26: kept[b, h, n] = topk(c: C -> n: C - O) -(if any(o: O) out[b, h, o] == c then C + c else c)
        let kept_topk_of_any = false;
        for (let o_3_step = 0; o_3_step < O; o_3_step++) {
          const out_mem2 = out_mem[row1 + o_3_step];
          kept_topk_of_any = kept_topk_of_any || out_mem2 === c;
        }
        const kept_topk_of_mem2 = -(kept_topk_of_any ? c + C : c) | 0;
        kept_topk_of_mem[row2 + c] = kept_topk_of_mem2;
      }
    }
  }
}

export function split_outliers_9(kept_topk_of_mem, kept_topk_rank_mem, O, B, H, C, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row1 = (row0 + h) * C;
      for (let c = 0; c < gridX; c++) {
        // shadow_prefill.tdsl:26: kept[b, h, n] = topk(c: C -> n: C - O) -(if any(o: O) out[b, h, o] == c then C + c else c)
        let kept_topk_rank = 0;
        for (let kept_c_3_step = 0; kept_c_3_step < Math.min(C - 1024 * (c >> 10), 1024); kept_c_3_step++) {
          const kept_topk_of_mem2 = kept_topk_of_mem[row1 + c];
          const kept_topk_of_mem3 = kept_topk_of_mem[row1 + kept_c_3_step + 1024 * (c >> 10)];
          kept_topk_rank = kept_topk_rank + (kept_topk_of_mem2 < kept_topk_of_mem3 || (kept_topk_of_mem3 === kept_topk_of_mem2 && kept_c_3_step + 1024 * (c >> 10) < c) ? 1 : 0) | 0;
        }
        kept_topk_rank_mem[row1 + c] = kept_topk_rank;
      }
    }
  }
}

export function split_outliers_10(kept_topk_rank_mem, kept_topk_best_mem, O, B, H, C, gridX, gridY, gridZ) {
  for (let outer = 0; outer < gridZ; outer++) {
    const h = outer % H;
    const b = Math.floor(outer / H);
    const row0 = (b * H + h) * C;
    const row1 = (b * H + h) * Math.floor((C + 1023) / 1024);
    for (let piece = 0; piece < gridY; piece++) {
      const row2 = (row1 + piece) * Math.min(C - O, 1024);
      for (let rank = 0; rank < gridX; rank++) {
        // shadow_prefill.tdsl:26: kept[b, h, n] = topk(c: C -> n: C - O) -(if any(o: O) out[b, h, o] == c then C + c else c)
        let kept_topk_best_max = -2147483648;
        for (let kept_c_4_step = 0; kept_c_4_step < Math.min(C - 1024 * piece, 1024); kept_c_4_step++) {
          const kept_topk_rank_mem2 = kept_topk_rank_mem[row0 + kept_c_4_step + 1024 * piece];
          const kept_topk_best_max_term = kept_c_4_step + 1024 * piece;
          kept_topk_best_max = Math.max(kept_topk_best_max, kept_topk_rank_mem2 === rank ? kept_topk_best_max_term : -2147483648);
        }
        const kept_topk_best_mem2 = Math.max(kept_topk_best_max, -1);
        kept_topk_best_mem[row2 + rank] = kept_topk_best_mem2;
      }
    }
  }
}

export function split_outliers_11(kept_topk_best_mem, kept_topk_of_mem, kept_topk_best_of_mem, O, B, H, C, gridX, gridY, gridZ) {
  for (let outer = 0; outer < gridZ; outer++) {
    const h = outer % H;
    const b = Math.floor(outer / H);
    const row0 = (b * H + h) * Math.floor((C + 1023) / 1024);
    const row1 = (b * H + h) * C;
    for (let piece = 0; piece < gridY; piece++) {
      const row2 = (row0 + piece) * Math.min(C - O, 1024);
      for (let rank = 0; rank < gridX; rank++) {
        // shadow_prefill.tdsl:26: kept[b, h, n] = topk(c: C -> n: C - O) -(if any(o: O) out[b, h, o] == c then C + c else c)
        const kept_topk_best_mem2 = kept_topk_best_mem[row2 + rank];
        const kept_topk_of_mem2 = kept_topk_of_mem[row1 + Math.max(0, Math.min(kept_topk_best_mem2, C - 1))];
        kept_topk_best_of_mem[row2 + rank] = kept_topk_of_mem2;
      }
    }
  }
}

export function split_outliers_12(kept_topk_best_mem, kept_topk_best_of_mem, kept_topk_place_mem, O, B, H, C, gridX, gridY, gridZ) {
  for (let outer = 0; outer < gridZ; outer++) {
    const h = outer % H;
    const b = Math.floor(outer / H);
    const row0 = (b * H + h) * Math.floor((C + 1023) / 1024);
    for (let piece = 0; piece < gridY; piece++) {
      const row1 = (row0 + piece) * Math.min(C - O, 1024);
      for (let rank = 0; rank < gridX; rank++) {
        // shadow_prefill.tdsl:26: kept[b, h, n] = topk(c: C -> n: C - O) -(if any(o: O) out[b, h, o] == c then C + c else c)
        let kept_topk_place_sum = 0;
        for (let kept_piece_5_step = 0; kept_piece_5_step < Math.floor((C + 1023) / 1024); kept_piece_5_step++) {
          const row2 = (row0 + kept_piece_5_step) * Math.min(C - O, 1024);
          for (let kept_rank_5_step = 0; kept_rank_5_step < Math.min(C - O, 1024); kept_rank_5_step++) {
            const kept_topk_best_mem2 = kept_topk_best_mem[row2 + kept_rank_5_step];
            const kept_topk_best_of_mem2 = kept_topk_best_of_mem[row1 + rank];
            const kept_topk_best_of_mem3 = kept_topk_best_of_mem[row2 + kept_rank_5_step];
            const kept_topk_best_mem3 = kept_topk_best_mem[row1 + rank];
            kept_topk_place_sum = kept_topk_place_sum + (kept_topk_best_mem2 >= 0 && (kept_topk_best_of_mem2 < kept_topk_best_of_mem3 || (kept_topk_best_of_mem3 === kept_topk_best_of_mem2 && kept_topk_best_mem2 < kept_topk_best_mem3)) ? 1 : 0) | 0;
          }
        }
        const kept_topk_best_mem2 = kept_topk_best_mem[row1 + rank];
        const kept_topk_place_mem2 = kept_topk_best_mem2 >= 0 ? kept_topk_place_sum : 2147483647;
        kept_topk_place_mem[row1 + rank] = kept_topk_place_mem2;
      }
    }
  }
}

export function split_outliers_13(kept_topk_place_mem, kept_topk_best_mem, kept, O, B, H, C, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row1 = (row0 + h) * Math.floor((C + 1023) / 1024);
      const row2 = (row0 + h) * (C - O);
      for (let n = 0; n < gridX; n++) {
        // shadow_prefill.tdsl:26: kept[b, h, n] = topk(c: C -> n: C - O) -(if any(o: O) out[b, h, o] == c then C + c else c)
        let kept_max = -2147483648;
        for (let kept_piece_6_step = 0; kept_piece_6_step < Math.floor((C + 1023) / 1024); kept_piece_6_step++) {
          const row3 = (row1 + kept_piece_6_step) * Math.min(C - O, 1024);
          for (let kept_rank_6_step = 0; kept_rank_6_step < Math.min(C - O, 1024); kept_rank_6_step++) {
            const kept_topk_place_mem2 = kept_topk_place_mem[row3 + kept_rank_6_step];
            const kept_topk_best_mem2 = kept_topk_best_mem[row3 + kept_rank_6_step];
            kept_max = Math.max(kept_max, kept_topk_place_mem2 === n ? kept_topk_best_mem2 : -2147483648);
          }
        }
        const kept2 = Math.max(kept_max, -1);
        kept[row2 + n] = kept2;
      }
    }
  }
}

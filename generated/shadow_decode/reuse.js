// reuse_1, reuse_2, reuse_3, reuse_4, reuse_5, reuse_6, reuse_7, reuse_8, reuse_9: made by tdsl from shadow_decode.tdsl for cpu. Change the source, not this file.

export function reuse_1(slot, chunk, place_scan_of_mem, C, B, H, T, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row1 = (row0 + h) * T;
      for (let t = 0; t < gridX; t++) {
        // shadow_decode.tdsl:28: let place[b, h, t] = scan(t) (if missing[b, h, t] then 1 else 0) - 1
        let missing = true;
        for (let u_2_step = 0; u_2_step < T; u_2_step++) {
          const slot2 = slot[row1 + u_2_step];
          const chunk2 = chunk[row1 + t];
          missing = missing && slot2 !== chunk2;
        }
        const place_scan_of_mem2 = missing ? 1 : 0;
        place_scan_of_mem[row1 + t] = place_scan_of_mem2;
      }
    }
  }
}

export function reuse_2(place_scan_of_mem, place_scan_sums_mem, C, B, H, T, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row1 = (row0 + h) * T;
      const row2 = (row0 + h) * Math.floor((T + 127) / 128);
      for (let piece = 0; piece < gridX; piece++) {
        // shadow_decode.tdsl:28: let place[b, h, t] = scan(t) (if missing[b, h, t] then 1 else 0) - 1
        let place_scan_sums = 0;
        for (let place_t_2_step = 0; place_t_2_step < Math.min(T - 128 * piece, 128); place_t_2_step++) {
          const place_scan_of_mem2 = place_scan_of_mem[row1 + place_t_2_step + 128 * piece];
          place_scan_sums = place_scan_sums + place_scan_of_mem2 | 0;
        }
        place_scan_sums_mem[row2 + piece] = place_scan_sums;
      }
    }
  }
}

export function reuse_3(place_scan_sums_mem, place_scan_before_mem, C, B, H, T, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row1 = (row0 + h) * Math.floor((T + 127) / 128);
      for (let piece = 0; piece < gridX; piece++) {
        // shadow_decode.tdsl:28: let place[b, h, t] = scan(t) (if missing[b, h, t] then 1 else 0) - 1
        let place_scan_before = 0;
        for (let place_piece_4_step = 0; place_piece_4_step < piece; place_piece_4_step++) {
          const place_scan_sums_mem2 = place_scan_sums_mem[row1 + place_piece_4_step];
          place_scan_before = place_scan_before + place_scan_sums_mem2 | 0;
        }
        place_scan_before_mem[row1 + piece] = place_scan_before;
      }
    }
  }
}

export function reuse_4(slot, chunk, free_scan_of_mem, C, B, H, T, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row1 = (row0 + h) * T;
      for (let u = 0; u < gridX; u++) {
        // shadow_decode.tdsl:27: let free[b, h, u] = scan(u) (if stays[b, h, u] then 0 else 1) - 1
        let stays = false;
        for (let t_step = 0; t_step < T; t_step++) {
          const slot2 = slot[row1 + u];
          const chunk2 = chunk[row1 + t_step];
          stays = stays || slot2 === chunk2;
        }
        const free_scan_of_mem2 = stays ? 0 : 1;
        free_scan_of_mem[row1 + u] = free_scan_of_mem2;
      }
    }
  }
}

export function reuse_5(free_scan_of_mem, free_scan_sums_mem, C, B, H, T, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row1 = (row0 + h) * T;
      const row2 = (row0 + h) * Math.floor((T + 127) / 128);
      for (let piece = 0; piece < gridX; piece++) {
        // shadow_decode.tdsl:27: let free[b, h, u] = scan(u) (if stays[b, h, u] then 0 else 1) - 1
        let free_scan_sums = 0;
        for (let free_u_2_step = 0; free_u_2_step < Math.min(T - 128 * piece, 128); free_u_2_step++) {
          const free_scan_of_mem2 = free_scan_of_mem[row1 + free_u_2_step + 128 * piece];
          free_scan_sums = free_scan_sums + free_scan_of_mem2 | 0;
        }
        free_scan_sums_mem[row2 + piece] = free_scan_sums;
      }
    }
  }
}

export function reuse_6(free_scan_sums_mem, free_scan_before_mem, C, B, H, T, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row1 = (row0 + h) * Math.floor((T + 127) / 128);
      for (let piece = 0; piece < gridX; piece++) {
        // shadow_decode.tdsl:27: let free[b, h, u] = scan(u) (if stays[b, h, u] then 0 else 1) - 1
        let free_scan_before = 0;
        for (let free_piece_4_step = 0; free_piece_4_step < piece; free_piece_4_step++) {
          const free_scan_sums_mem2 = free_scan_sums_mem[row1 + free_piece_4_step];
          free_scan_before = free_scan_before + free_scan_sums_mem2 | 0;
        }
        free_scan_before_mem[row1 + piece] = free_scan_before;
      }
    }
  }
}

export function reuse_7(place_scan_of_mem, place_sum_mem, C, B, H, T, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row1 = (row0 + h) * T;
      for (let t = 0; t < gridX; t++) {
        // shadow_decode.tdsl:28: let place[b, h, t] = scan(t) (if missing[b, h, t] then 1 else 0) - 1
        let place_sum = 0;
        for (let place_t_3_step = 0; place_t_3_step < (t & 127) + 1; place_t_3_step++) {
          const place_scan_of_mem2 = place_scan_of_mem[row1 + Math.max(0, Math.min(place_t_3_step + 128 * (t >> 7), T - 1))];
          place_sum = place_sum + place_scan_of_mem2 | 0;
        }
        place_sum_mem[row1 + t] = place_sum;
      }
    }
  }
}

export function reuse_8(slot, chunk, place_scan_before_mem, free_scan_before_mem, free_scan_of_mem, place_sum_mem, next, fresh, C, B, H, T, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row1 = (row0 + h) * T;
      const row2 = (row0 + h) * Math.floor((T + 127) / 128);
      for (let u = 0; u < gridX; u++) {
        // shadow_decode.tdsl:30: next[b, h, u] = clamp(if stays[b, h, u] then slot[b, h, u] else wanted[b, h, u], 0, C - 1)
        let stays = false;
        for (let t_step = 0; t_step < T; t_step++) {
          const slot2 = slot[row1 + u];
          const chunk2 = chunk[row1 + t_step];
          stays = stays || slot2 === chunk2;
        }
        let free_sum = 0;
        for (let free_u_3_step = 0; free_u_3_step < (u & 127) + 1; free_u_3_step++) {
          const free_scan_of_mem2 = free_scan_of_mem[row1 + Math.max(0, Math.min(free_u_3_step + 128 * (u >> 7), T - 1))];
          free_sum = free_sum + free_scan_of_mem2 | 0;
        }
        let wanted = -2147483648;
        for (let t_4_step = 0; t_4_step < T; t_4_step++) {
          let missing = true;
          for (let u_2_step = 0; u_2_step < T; u_2_step++) {
            const slot2 = slot[row1 + u_2_step];
            const chunk2 = chunk[row1 + t_4_step];
            missing = missing && slot2 !== chunk2;
          }
          const place_scan_before_mem2 = place_scan_before_mem[row2 + (t_4_step >> 7)];
          const place_sum_mem2 = place_sum_mem[row1 + t_4_step];
          const free_scan_before_mem2 = free_scan_before_mem[row2 + (u >> 7)];
          const chunk2 = chunk[row1 + t_4_step];
          wanted = Math.max(wanted, missing && ((place_scan_before_mem2 + place_sum_mem2 | 0) - 1 | 0) === ((free_scan_before_mem2 + free_sum | 0) - 1 | 0) ? chunk2 : -2147483648);
        }

        // shadow_decode.tdsl:31: fresh[b, h, u] = not stays[b, h, u]
        const slot2 = slot[row1 + u];
        const next2 = Math.min(Math.max(stays ? slot2 : wanted, 0), C - 1);
        next[row1 + u] = next2;
        const fresh2 = !stays;
        fresh[row1 + u] = fresh2 ? 1 : 0;
      }
    }
  }
}

export function reuse_9(slot, chunk, hits, C, B, H, T, gridX, gridY, gridZ) {
  for (let b = 0; b < gridY; b++) {
    const row0 = b * H;
    for (let h = 0; h < gridX; h++) {
      // shadow_decode.tdsl:32: hits[b, h] = sum(u) (if stays[b, h, u] then 1 else 0)
      let hits_sum = 0;
      const row1 = (row0 + h) * T;
      for (let u_7_step = 0; u_7_step < T; u_7_step++) {
        let stays = false;
        for (let t_step = 0; t_step < T; t_step++) {
          const slot2 = slot[row1 + u_7_step];
          const chunk2 = chunk[row1 + t_step];
          stays = stays || slot2 === chunk2;
        }
        hits_sum = hits_sum + (stays ? 1 : 0) | 0;
      }
      hits[row0 + h] = hits_sum;
    }
  }
}

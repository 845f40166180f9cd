// copy_slots: made by tdsl from shadow_decode.tdsl for cpu. Change the source, not this file.

export function copy_slots(slot, next, C, B, H, T, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * H;
    for (let h = 0; h < gridY; h++) {
      const row1 = (row0 + h) * T;
      for (let t = 0; t < gridX; t++) {
        // shadow_decode.tdsl:98: next[b, h, t] = slot[b, h, t]
        const slot2 = slot[row1 + t];
        next[row1 + t] = slot2;
      }
    }
  }
}

// copy_hits: made by tdsl from shadow_decode.tdsl for cpu. Change the source, not this file.

export function copy_hits(found, hits, B, H, gridX, gridY, gridZ) {
  for (let b = 0; b < gridY; b++) {
    const row0 = b * H;
    for (let h = 0; h < gridX; h++) {
      // shadow_decode.tdsl:106: hits[b, h] = found[b, h]
      const found2 = found[row0 + h];
      hits[row0 + h] = found2;
    }
  }
}

// rope_table: made by tdsl from rope.tdsl for cpu. Change the source, not this file.

export function rope_table(frequency, table, T, E, gridX, gridY, gridZ) {
  for (let t = 0; t < gridZ; t++) {
    for (let c = 0; c < gridY; c++) {
      const inside0 = c === 0;
      const row0 = (2 * t + c) * E;
      for (let e = 0; e < gridX; e++) {
        // rope.tdsl:16: table[t, c, e] = if c == 0 then cos(t * frequency[e]) else sin(t * frequency[e])
        const frequency2 = frequency[e];
        const table2 = inside0 ? Math.cos(t * frequency2) : Math.sin(t * frequency2);
        table[row0 + e] = table2;
      }
    }
  }
}

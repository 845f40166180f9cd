// scatter_add: made by tdsl from histogram.tdsl for cpu. Change the source, not this file.

// the value of every bf16 by its bits: they are the upper half of an f32
const bf16_value = new Float32Array(Uint32Array.from({ length: 65536 }, (_, bits) => bits << 16).buffer);

export function scatter_add(token, gradient, table, V, D, T, gridX, gridY, gridZ) {
  for (let at = 0; at < gridY; at++) {
    const row0 = at * D;
    for (let d = 0; d < gridX; d++) {
      // histogram.tdsl:18: table[token[t], d] += gradient[t, d]
      let table_sum = 0;
      for (let t_step = 0; t_step < T; t_step++) {
        const token2 = token[t_step];
        const gradient2 = bf16_value[gradient[t_step * D + d]];
        table_sum += token2 === at ? gradient2 : 0;
      }
      const table3 = table[row0 + d];
      const table2 = table3 + table_sum;
      table[row0 + d] = table2;
    }
  }
}

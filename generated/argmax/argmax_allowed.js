// argmax_allowed: made by tdsl from argmax.tdsl for cpu. Change the source, not this file.

// the value of every bf16 by its bits: they are the upper half of an f32
const bf16_value = new Float32Array(Uint32Array.from({ length: 65536 }, (_, bits) => bits << 16).buffer);

export function argmax_allowed(logits, allowed, token, B, V, gridX, gridY, gridZ) {
  for (let b = 0; b < gridX; b++) {
    // argmax.tdsl:16: token[b] = argmax(v where allowed[b, v]) logits[b, v]
    let token_argmax = -3.4028234663852886e+38, token_argmax_at = 2147483647;
    const row0 = b * V;
    for (let v_step = 0; v_step < V; v_step++) {
      const allowed2 = allowed[row0 + v_step] !== 0;
      const logits2 = bf16_value[logits[row0 + v_step]];
      const token_argmax_term = allowed2 ? logits2 : -3.4028234663852886e+38;
      const token_argmax_pos = allowed2 ? v_step : 2147483647;
      const token_argmax_next0 = token_argmax_term < token_argmax || (token_argmax === token_argmax_term && token_argmax_at < token_argmax_pos) ? token_argmax : token_argmax_term;
      const token_argmax_next1 = token_argmax_term < token_argmax || (token_argmax === token_argmax_term && token_argmax_at < token_argmax_pos) ? token_argmax_at : token_argmax_pos;
      token_argmax = token_argmax_next0;
      token_argmax_at = token_argmax_next1;
    }
    const token2 = token_argmax_at === 2147483647 ? -1 : token_argmax_at;
    token[b] = token2;
  }
}

// argmax_row: made by tdsl from argmax.tdsl for cpu. Change the source, not this file.

export function argmax_row(logits, token, B, V, gridX, gridY, gridZ) {
  for (let b = 0; b < gridX; b++) {
    // argmax.tdsl:8: token[b] = argmax(v) logits[b, v]
    let token_argmax = -3.4028234663852886e+38, token_argmax_at = 2147483647;
    const row0 = b * V;
    for (let v_step = 0; v_step < V; v_step++) {
      const logits2 = logits[row0 + v_step];
      const token_argmax_pos = v_step;
      const token_argmax_next0 = logits2 < token_argmax || (token_argmax === logits2 && token_argmax_at < token_argmax_pos) ? token_argmax : logits2;
      const token_argmax_next1 = logits2 < token_argmax || (token_argmax === logits2 && token_argmax_at < token_argmax_pos) ? token_argmax_at : token_argmax_pos;
      token_argmax = token_argmax_next0;
      token_argmax_at = token_argmax_next1;
    }
    const token2 = token_argmax_at === 2147483647 ? -1 : token_argmax_at;
    token[b] = token2;
  }
}

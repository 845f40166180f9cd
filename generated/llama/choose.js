// choose_1, choose_2, choose_3: made by tdsl from llama.tdsl for cpu. Change the source, not this file.

export function choose_1(logits, word, V, N, gridX, gridY, gridZ) {
  // llama.tdsl:151: word[i] = clamp(argmax(v) logits[i, v], 0, V - 1)
  let word_argmax = -3.4028234663852886e+38, word_argmax_at = 2147483647;
  for (let v_step = 0; v_step < V; v_step++) {
    const logits2 = logits[v_step];
    const word_argmax_pos = v_step;
    const word_argmax_next0 = logits2 < word_argmax || (word_argmax === logits2 && word_argmax_at < word_argmax_pos) ? word_argmax : logits2;
    const word_argmax_next1 = logits2 < word_argmax || (word_argmax === logits2 && word_argmax_at < word_argmax_pos) ? word_argmax_at : word_argmax_pos;
    word_argmax = word_argmax_next0;
    word_argmax_at = word_argmax_next1;
  }
  const word2 = Math.min(Math.max(word_argmax_at === 2147483647 ? -1 : word_argmax_at, 0), V - 1);
  word[0] = word2;
}

export function choose_2(position, V, N, gridX, gridY, gridZ) {
  // llama.tdsl:152: position[i] = min(position[i] + 1, N - 1)
  const position3 = position[0];
  const position2 = Math.min(position3 + 1 | 0, N - 1);
  position[0] = position2;
}

export function choose_3(word, position, words, V, N, gridX, gridY, gridZ) {
  // llama.tdsl:153: words[position[i]] = word[i]
  const word2 = word[0];
  const position2 = position[0];
  words[position2] = word2;
}

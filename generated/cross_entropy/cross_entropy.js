// cross_entropy: made by tdsl from cross_entropy.tdsl for cpu. Change the source, not this file.

// the value of every bf16 by its bits: they are the upper half of an f32
const bf16_value = new Float32Array(Uint32Array.from({ length: 65536 }, (_, bits) => bits << 16).buffer);

export function cross_entropy(logits, label, loss, B, V, gridX, gridY, gridZ) {
  for (let b = 0; b < gridX; b++) {
    // cross_entropy.tdsl:8: loss[b] = logsumexp(v) logits[b, v] - logits[b, label[b]]
    let logsumexp_max = -3.4028234663852886e+38, loss_sum = 0;
    const row0 = b * V;
    for (let v_step = 0; v_step < V; v_step++) {
      const logits2 = bf16_value[logits[row0 + v_step]];
      const logsumexp_max_new = Math.max(logsumexp_max, logits2);
      const loss_sum_scale = Math.exp(logsumexp_max - logsumexp_max_new);
      loss_sum = loss_sum * loss_sum_scale + Math.exp(logits2 - logsumexp_max_new);
      logsumexp_max = logsumexp_max_new;
    }
    const label2 = label[b];
    const logits2 = bf16_value[logits[b * V + label2]];
    const loss2 = logsumexp_max + Math.log(loss_sum) - logits2;
    loss[b] = loss2;
  }
}

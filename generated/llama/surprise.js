// surprise: made by tdsl from llama.tdsl for cpu. Change the source, not this file.

export function surprise(logits, targets, nll, S, V, gridX, gridY, gridZ) {
  for (let s = 0; s < gridX; s++) {
    // llama.tdsl:159: nll[s] = logsumexp(v) logits[s, v] - logits[s, targets[s]]
    let logsumexp_max = -3.4028234663852886e+38, nll_sum = 0;
    const row0 = s * V;
    for (let v_step = 0; v_step < V; v_step++) {
      const logits2 = logits[row0 + v_step];
      const logsumexp_max_new = Math.max(logsumexp_max, logits2);
      const nll_sum_scale = Math.exp(logsumexp_max - logsumexp_max_new);
      nll_sum = nll_sum * nll_sum_scale + Math.exp(logits2 - logsumexp_max_new);
      logsumexp_max = logsumexp_max_new;
    }
    const targets2 = targets[s];
    const logits2 = logits[s * V + targets2];
    const nll2 = logsumexp_max + Math.log(nll_sum) - logits2;
    nll[s] = nll2;
  }
}

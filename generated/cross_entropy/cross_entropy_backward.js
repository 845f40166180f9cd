// cross_entropy_backward: made by tdsl from cross_entropy.tdsl for cpu. Change the source, not this file.

const float_view = new Float32Array(1);
const float_bits = new Uint32Array(float_view.buffer);

// the bits of the nearest bf16, ties to even
function bf16_bits(x) {
  float_view[0] = x;
  const bits = float_bits[0];
  return (bits & 0x7fffffff) > 0x7f800000 ? 0x7fc0 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

// the value of every bf16 by its bits: they are the upper half of an f32
const bf16_value = new Float32Array(Uint32Array.from({ length: 65536 }, (_, bits) => bits << 16).buffer);

export function cross_entropy_backward(logits, label, grad, B, V, gridX, gridY, gridZ) {
  for (let b = 0; b < gridX; b++) {
    // cross_entropy.tdsl:17: grad[b, v] = (p[b, v] - (if v == label[b] then 1 else 0)) / B
    let p_max = -3.4028234663852886e+38, p_sum = 0;
    const row0 = b * V;
    for (let v_step = 0; v_step < V; v_step++) {
      const logits2 = bf16_value[logits[row0 + v_step]];
      const p_max_new = Math.max(p_max, logits2);
      const p_sum_scale = Math.exp(p_max - p_max_new);
      p_sum = p_sum * p_sum_scale + Math.exp(logits2 - p_max_new);
      p_max = p_max_new;
    }
    const row1 = b * V;
    const inside0 = p_sum > 0;
    for (let v_2_step = 0; v_2_step < V; v_2_step++) {
      const logits2 = bf16_value[logits[row1 + v_2_step]];
      const label2 = label[b];
      const grad2 = (Math.exp(logits2 - p_max) * (inside0 ? 1 / p_sum : 0) - (v_2_step === label2 ? 1 : 0)) / B;
      grad[row1 + v_2_step] = bf16_bits(grad2);
    }
  }
}

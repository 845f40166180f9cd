// causal_conv: made by tdsl from depthwise_conv.tdsl for cpu. Change the source, not this file.

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

export function causal_conv(X, F, Y, B, T, C, R, gridX, gridY, gridZ) {
  for (let b = 0; b < gridZ; b++) {
    const row0 = b * T;
    for (let t = 0; t < gridY; t++) {
      const row1 = (row0 + t) * C;
      for (let c = 0; c < gridX; c++) {
        // depthwise_conv.tdsl:15: Y[b, t, c] = silu(sum(r) (X[b, t + r - (R - 1), c] else 0) * F[c, r])
        let silu_x = 0;
        const row2 = c * R;
        for (let r_step = 0; r_step < R; r_step++) {
          const x = R <= r_step + t + 1 ? bf16_value[X[(row0 + r_step + t + 1 - R) * C + c]] : 0;
          const f = bf16_value[F[row2 + r_step]];
          silu_x += x * f;
        }
        const y = silu_x * (Math.exp(Math.min(silu_x, 0)) / (1 + Math.exp(-Math.abs(silu_x))));
        Y[row1 + c] = bf16_bits(y);
      }
    }
  }
}

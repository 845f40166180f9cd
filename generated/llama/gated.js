// gated: made by tdsl from llama.tdsl for cpu. Change the source, not this file.

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

export function gated(y, W, z, S, C, F, gridX, gridY, gridZ) {
  for (let s = 0; s < gridY; s++) {
    const row0 = 4 * s * C;
    const inside0 = 4 * s < S;
    const row1 = (4 * s + 1) * C;
    const inside1 = 4 * s + 1 < S;
    const row2 = (4 * s + 2) * C;
    const inside2 = 4 * s + 2 < S;
    const row3 = (4 * s + 3) * C;
    const inside3 = 4 * s + 3 < S;
    const row4 = 4 * s * F;
    const row5 = (4 * s + 1) * F;
    const row6 = (4 * s + 2) * F;
    const row7 = (4 * s + 3) * F;
    for (let f = 0; f < gridX; f++) {
      // llama.tdsl:76: z[s, f] = silu(gate[s, f]) * up[s, f]
      let gate0 = 0, up0 = 0, gate1 = 0, up1 = 0, gate2 = 0, up2 = 0, gate3 = 0, up3 = 0;
      let gate4 = 0, up4 = 0, gate5 = 0, up5 = 0, gate6 = 0, up6 = 0, gate7 = 0, up7 = 0;
      let gate8 = 0, up8 = 0, gate9 = 0, up9 = 0, gate10 = 0, up10 = 0, gate11 = 0, up11 = 0;
      let gate12 = 0, up12 = 0, gate13 = 0, up13 = 0, gate14 = 0, up14 = 0, gate15 = 0, up15 = 0;
      const row8 = 4 * f * C;
      const inside4 = 4 * f < F;
      const row9 = (4 * f + 1) * C;
      const inside5 = 4 * f + 1 < F;
      const row10 = (4 * f + 2) * C;
      const inside6 = 4 * f + 2 < F;
      const row11 = (4 * f + 3) * C;
      const inside7 = 4 * f + 3 < F;
      const row12 = (F + 4 * f) * C;
      const row13 = (F + 4 * f + 1) * C;
      const row14 = (F + 4 * f + 2) * C;
      const row15 = (F + 4 * f + 3) * C;
      for (let c_step = 0; c_step < C; c_step++) {
        const y2_0 = inside0 ? bf16_value[y[row0 + c_step]] : 0;
        const y2_1 = inside1 ? bf16_value[y[row1 + c_step]] : 0;
        const y2_2 = inside2 ? bf16_value[y[row2 + c_step]] : 0;
        const y2_3 = inside3 ? bf16_value[y[row3 + c_step]] : 0;
        const w0 = inside4 ? bf16_value[W[row8 + c_step]] : 0;
        const w1 = inside5 ? bf16_value[W[row9 + c_step]] : 0;
        const w2_ = inside6 ? bf16_value[W[row10 + c_step]] : 0;
        const w3 = inside7 ? bf16_value[W[row11 + c_step]] : 0;
        gate0 += y2_0 * w0;
        gate1 += y2_0 * w1;
        gate2 += y2_0 * w2_;
        gate3 += y2_0 * w3;
        gate4 += y2_1 * w0;
        gate5 += y2_1 * w1;
        gate6 += y2_1 * w2_;
        gate7 += y2_1 * w3;
        gate8 += y2_2 * w0;
        gate9 += y2_2 * w1;
        gate10 += y2_2 * w2_;
        gate11 += y2_2 * w3;
        gate12 += y2_3 * w0;
        gate13 += y2_3 * w1;
        gate14 += y2_3 * w2_;
        gate15 += y2_3 * w3;
        const w2_0 = inside4 ? bf16_value[W[row12 + c_step]] : 0;
        const w2_1 = inside5 ? bf16_value[W[row13 + c_step]] : 0;
        const w2_2 = inside6 ? bf16_value[W[row14 + c_step]] : 0;
        const w2_3 = inside7 ? bf16_value[W[row15 + c_step]] : 0;
        up0 += y2_0 * w2_0;
        up1 += y2_0 * w2_1;
        up2 += y2_0 * w2_2;
        up3 += y2_0 * w2_3;
        up4 += y2_1 * w2_0;
        up5 += y2_1 * w2_1;
        up6 += y2_1 * w2_2;
        up7 += y2_1 * w2_3;
        up8 += y2_2 * w2_0;
        up9 += y2_2 * w2_1;
        up10 += y2_2 * w2_2;
        up11 += y2_2 * w2_3;
        up12 += y2_3 * w2_0;
        up13 += y2_3 * w2_1;
        up14 += y2_3 * w2_2;
        up15 += y2_3 * w2_3;
      }
      const z2_0 = gate0 / (1 + Math.exp(-gate0)) * up0;
      if (inside0 && 4 * f < F) { z[row4 + 4 * f] = bf16_bits(z2_0); }
      const z2_1 = gate1 / (1 + Math.exp(-gate1)) * up1;
      if (inside0 && 4 * f + 1 < F) { z[row4 + 4 * f + 1] = bf16_bits(z2_1); }
      const z2_2 = gate2 / (1 + Math.exp(-gate2)) * up2;
      if (inside0 && 4 * f + 2 < F) { z[row4 + 4 * f + 2] = bf16_bits(z2_2); }
      const z2_3 = gate3 / (1 + Math.exp(-gate3)) * up3;
      if (inside0 && 4 * f + 3 < F) { z[row4 + 4 * f + 3] = bf16_bits(z2_3); }
      const z2_0_ = gate4 / (1 + Math.exp(-gate4)) * up4;
      if (inside1 && 4 * f < F) { z[row5 + 4 * f] = bf16_bits(z2_0_); }
      const z2_1_ = gate5 / (1 + Math.exp(-gate5)) * up5;
      if (inside1 && 4 * f + 1 < F) { z[row5 + 4 * f + 1] = bf16_bits(z2_1_); }
      const z2_2_ = gate6 / (1 + Math.exp(-gate6)) * up6;
      if (inside1 && 4 * f + 2 < F) { z[row5 + 4 * f + 2] = bf16_bits(z2_2_); }
      const z2_3_ = gate7 / (1 + Math.exp(-gate7)) * up7;
      if (inside1 && 4 * f + 3 < F) { z[row5 + 4 * f + 3] = bf16_bits(z2_3_); }
      const z2_0__ = gate8 / (1 + Math.exp(-gate8)) * up8;
      if (inside2 && 4 * f < F) { z[row6 + 4 * f] = bf16_bits(z2_0__); }
      const z2_1__ = gate9 / (1 + Math.exp(-gate9)) * up9;
      if (inside2 && 4 * f + 1 < F) { z[row6 + 4 * f + 1] = bf16_bits(z2_1__); }
      const z2_2__ = gate10 / (1 + Math.exp(-gate10)) * up10;
      if (inside2 && 4 * f + 2 < F) { z[row6 + 4 * f + 2] = bf16_bits(z2_2__); }
      const z2_3__ = gate11 / (1 + Math.exp(-gate11)) * up11;
      if (inside2 && 4 * f + 3 < F) { z[row6 + 4 * f + 3] = bf16_bits(z2_3__); }
      const z2_0___ = gate12 / (1 + Math.exp(-gate12)) * up12;
      if (inside3 && 4 * f < F) { z[row7 + 4 * f] = bf16_bits(z2_0___); }
      const z2_1___ = gate13 / (1 + Math.exp(-gate13)) * up13;
      if (inside3 && 4 * f + 1 < F) { z[row7 + 4 * f + 1] = bf16_bits(z2_1___); }
      const z2_2___ = gate14 / (1 + Math.exp(-gate14)) * up14;
      if (inside3 && 4 * f + 2 < F) { z[row7 + 4 * f + 2] = bf16_bits(z2_2___); }
      const z2_3___ = gate15 / (1 + Math.exp(-gate15)) * up15;
      if (inside3 && 4 * f + 3 < F) { z[row7 + 4 * f + 3] = bf16_bits(z2_3___); }
    }
  }
}

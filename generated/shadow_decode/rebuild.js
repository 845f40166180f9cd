// rebuild_1, rebuild_2: made by tdsl from shadow_decode.tdsl for cpu. Change the source, not this file.

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

export function rebuild_1(U, SV, slot, pre_mem, J, B, C, R, H, D, T, gridX, gridY, gridZ) {
  const row0 = C * J;
  for (let outer = 0; outer < gridZ; outer++) {
    const t = outer % T;
    const rest = Math.floor(outer / T);
    const h = rest % H;
    const b = Math.floor(rest / H);
    const row1 = (b * H + h) * T + t;
    const row2 = b * row0;
    const row3 = (b * H + h) * R;
    const row4 = ((b * H + h) * T + t) * J;
    for (let j = 0; j < gridY; j++) {
      const inside0 = 4 * j < J;
      const inside1 = 4 * j + 1 < J;
      const inside2 = 4 * j + 2 < J;
      const inside3 = 4 * j + 3 < J;
      const row5 = (row4 + 4 * j) * D;
      const row6 = (row4 + 4 * j + 1) * D;
      const row7 = (row4 + 4 * j + 2) * D;
      const row8 = (row4 + 4 * j + 3) * D;
      for (let d = 0; d < gridX; d++) {
        // shadow_decode.tdsl:47: let pre[b, h, t, j: J, d] = sum(r) U[b, slot[b, h, t]*J + j, r] * SV[b, h, r, d]
        let pre0 = 0, pre1 = 0, pre2 = 0, pre3 = 0, pre4 = 0, pre5 = 0, pre6 = 0, pre7 = 0;
        let pre8 = 0, pre9 = 0, pre10 = 0, pre11 = 0, pre12 = 0, pre13 = 0, pre14 = 0, pre15 = 0;
        const inside4 = 4 * d < D;
        const inside5 = 4 * d + 1 < D;
        const inside6 = 4 * d + 2 < D;
        const inside7 = 4 * d + 3 < D;
        for (let r_step = 0; r_step < R; r_step++) {
          const slot2 = slot[row1];
          const u0 = inside0 ? bf16_value[U[(row2 + slot2 * J + 4 * j) * R + r_step]] : 0;
          const u1 = inside1 ? bf16_value[U[(row2 + slot2 * J + 4 * j + 1) * R + r_step]] : 0;
          const u2 = inside2 ? bf16_value[U[(row2 + slot2 * J + 4 * j + 2) * R + r_step]] : 0;
          const u3 = inside3 ? bf16_value[U[(row2 + slot2 * J + 4 * j + 3) * R + r_step]] : 0;
          const sv0 = inside4 ? bf16_value[SV[(row3 + r_step) * D + 4 * d]] : 0;
          const sv1 = inside5 ? bf16_value[SV[(row3 + r_step) * D + 4 * d + 1]] : 0;
          const sv2 = inside6 ? bf16_value[SV[(row3 + r_step) * D + 4 * d + 2]] : 0;
          const sv3 = inside7 ? bf16_value[SV[(row3 + r_step) * D + 4 * d + 3]] : 0;
          pre0 += u0 * sv0;
          pre1 += u0 * sv1;
          pre2 += u0 * sv2;
          pre3 += u0 * sv3;
          pre4 += u1 * sv0;
          pre5 += u1 * sv1;
          pre6 += u1 * sv2;
          pre7 += u1 * sv3;
          pre8 += u2 * sv0;
          pre9 += u2 * sv1;
          pre10 += u2 * sv2;
          pre11 += u2 * sv3;
          pre12 += u3 * sv0;
          pre13 += u3 * sv1;
          pre14 += u3 * sv2;
          pre15 += u3 * sv3;
        }
        if (inside0 && 4 * d < D) { pre_mem[row5 + 4 * d] = pre0; }
        if (inside0 && 4 * d + 1 < D) { pre_mem[row5 + 4 * d + 1] = pre1; }
        if (inside0 && 4 * d + 2 < D) { pre_mem[row5 + 4 * d + 2] = pre2; }
        if (inside0 && 4 * d + 3 < D) { pre_mem[row5 + 4 * d + 3] = pre3; }
        if (inside1 && 4 * d < D) { pre_mem[row6 + 4 * d] = pre4; }
        if (inside1 && 4 * d + 1 < D) { pre_mem[row6 + 4 * d + 1] = pre5; }
        if (inside1 && 4 * d + 2 < D) { pre_mem[row6 + 4 * d + 2] = pre6; }
        if (inside1 && 4 * d + 3 < D) { pre_mem[row6 + 4 * d + 3] = pre7; }
        if (inside2 && 4 * d < D) { pre_mem[row7 + 4 * d] = pre8; }
        if (inside2 && 4 * d + 1 < D) { pre_mem[row7 + 4 * d + 1] = pre9; }
        if (inside2 && 4 * d + 2 < D) { pre_mem[row7 + 4 * d + 2] = pre10; }
        if (inside2 && 4 * d + 3 < D) { pre_mem[row7 + 4 * d + 3] = pre11; }
        if (inside3 && 4 * d < D) { pre_mem[row8 + 4 * d] = pre12; }
        if (inside3 && 4 * d + 1 < D) { pre_mem[row8 + 4 * d + 1] = pre13; }
        if (inside3 && 4 * d + 2 < D) { pre_mem[row8 + 4 * d + 2] = pre14; }
        if (inside3 && 4 * d + 3 < D) { pre_mem[row8 + 4 * d + 3] = pre15; }
      }
    }
  }
}

export function rebuild_2(U, SV, slot, fresh, table, pre_mem, S, J, B, C, R, H, D, T, gridX, gridY, gridZ) {
  const row0 = C * J;
  const row1 = J * T;
  for (let outer = 0; outer < gridZ; outer++) {
    const t = outer % T;
    const rest = Math.floor(outer / T);
    const h = rest % H;
    const b = Math.floor(rest / H);
    const row2 = (b * H + h) * T + t;
    const row3 = b * row0;
    const row4 = (b * H + h) * R;
    const row5 = ((b * H + h) * T + t) * J;
    const row6 = (b * H + h) * row1;
    const row7 = t * J;
    for (let j = 0; j < gridY; j++) {
      const inside0 = 4 * j < J;
      const inside1 = 4 * j + 1 < J;
      const inside2 = 4 * j + 2 < J;
      const inside3 = 4 * j + 3 < J;
      const row8 = (row5 + 4 * j) * D;
      const row9 = (row6 + row7 + 4 * j) * D;
      const row10 = (row5 + 4 * j + 1) * D;
      const row11 = (row6 + row7 + 4 * j + 1) * D;
      const row12 = (row5 + 4 * j + 2) * D;
      const row13 = (row6 + row7 + 4 * j + 2) * D;
      const row14 = (row5 + 4 * j + 3) * D;
      const row15 = (row6 + row7 + 4 * j + 3) * D;
      for (let d = 0; d < gridX; d++) {
        // shadow_decode.tdsl:48: S[0, b, h, t*J + j, d] = if fresh[b, h, t]
        let pre0 = 0, pre1 = 0, pre2 = 0, pre3 = 0, pre4 = 0, pre5 = 0, pre6 = 0, pre7 = 0;
        let pre8 = 0, pre9 = 0, pre10 = 0, pre11 = 0, pre12 = 0, pre13 = 0, pre14 = 0, pre15 = 0;
        const inside4 = 4 * d < D;
        const inside5 = 4 * d + 1 < D;
        const inside6 = 4 * d + 2 < D;
        const inside7 = 4 * d + 3 < D;
        for (let r_step = 0; r_step < R; r_step++) {
          const slot2 = slot[row2];
          const u0 = inside0 ? bf16_value[U[(row3 + slot2 * J + 4 * j) * R + r_step]] : 0;
          const u1 = inside1 ? bf16_value[U[(row3 + slot2 * J + 4 * j + 1) * R + r_step]] : 0;
          const u2 = inside2 ? bf16_value[U[(row3 + slot2 * J + 4 * j + 2) * R + r_step]] : 0;
          const u3 = inside3 ? bf16_value[U[(row3 + slot2 * J + 4 * j + 3) * R + r_step]] : 0;
          const sv0 = inside4 ? bf16_value[SV[(row4 + r_step) * D + 4 * d]] : 0;
          const sv1 = inside5 ? bf16_value[SV[(row4 + r_step) * D + 4 * d + 1]] : 0;
          const sv2 = inside6 ? bf16_value[SV[(row4 + r_step) * D + 4 * d + 2]] : 0;
          const sv3 = inside7 ? bf16_value[SV[(row4 + r_step) * D + 4 * d + 3]] : 0;
          pre0 += u0 * sv0;
          pre1 += u0 * sv1;
          pre2 += u0 * sv2;
          pre3 += u0 * sv3;
          pre4 += u1 * sv0;
          pre5 += u1 * sv1;
          pre6 += u1 * sv2;
          pre7 += u1 * sv3;
          pre8 += u2 * sv0;
          pre9 += u2 * sv1;
          pre10 += u2 * sv2;
          pre11 += u2 * sv3;
          pre12 += u3 * sv0;
          pre13 += u3 * sv1;
          pre14 += u3 * sv2;
          pre15 += u3 * sv3;
        }
        const fresh2 = fresh[row2] !== 0;
        const slot2 = slot[row2];
        const table2_0 = inside0 && 4 * d < D ? table[2 * (slot2 * J + 4 * j) * Math.floor(D / 2) + 4 * d % Math.floor(D / 2)] : 0;
        const pre_mem2_0 = inside0 && 4 * d < D ? pre_mem[row8 + Math.floor(D / 2) + 4 * d % Math.floor(D / 2) - Math.floor(D / 2) * Math.floor(4 * d / Math.floor(D / 2))] : 0;
        const table3_0 = inside0 && 4 * d < D ? table[(2 * (slot2 * J + 4 * j) + 1) * Math.floor(D / 2) + 4 * d % Math.floor(D / 2)] : 0;
        const s2_0 = inside0 && 4 * d < D ? bf16_value[S[row9 + 4 * d]] : 0;
        const s0 = fresh2 ? pre0 * table2_0 + (2 * Math.floor(4 * d / Math.floor(D / 2)) - 1) * pre_mem2_0 * table3_0 : s2_0;
        const table2_1 = inside0 && 4 * d + 1 < D ? table[2 * (slot2 * J + 4 * j) * Math.floor(D / 2) + (4 * d + 1) % Math.floor(D / 2)] : 0;
        const pre_mem2_1 = inside0 && 4 * d + 1 < D ? pre_mem[row8 + Math.floor(D / 2) + (4 * d + 1) % Math.floor(D / 2) - Math.floor(D / 2) * Math.floor((4 * d + 1) / Math.floor(D / 2))] : 0;
        const table3_1 = inside0 && 4 * d + 1 < D ? table[(2 * (slot2 * J + 4 * j) + 1) * Math.floor(D / 2) + (4 * d + 1) % Math.floor(D / 2)] : 0;
        const s2_1 = inside0 && 4 * d + 1 < D ? bf16_value[S[row9 + 4 * d + 1]] : 0;
        const s1 = fresh2 ? pre1 * table2_1 + (2 * Math.floor((4 * d + 1) / Math.floor(D / 2)) - 1) * pre_mem2_1 * table3_1 : s2_1;
        const table2_2 = inside0 && 4 * d + 2 < D ? table[2 * (slot2 * J + 4 * j) * Math.floor(D / 2) + (4 * d + 2) % Math.floor(D / 2)] : 0;
        const pre_mem2_2 = inside0 && 4 * d + 2 < D ? pre_mem[row8 + Math.floor(D / 2) + (4 * d + 2) % Math.floor(D / 2) - Math.floor(D / 2) * Math.floor((4 * d + 2) / Math.floor(D / 2))] : 0;
        const table3_2 = inside0 && 4 * d + 2 < D ? table[(2 * (slot2 * J + 4 * j) + 1) * Math.floor(D / 2) + (4 * d + 2) % Math.floor(D / 2)] : 0;
        const s2_2 = inside0 && 4 * d + 2 < D ? bf16_value[S[row9 + 4 * d + 2]] : 0;
        const s2_ = fresh2 ? pre2 * table2_2 + (2 * Math.floor((4 * d + 2) / Math.floor(D / 2)) - 1) * pre_mem2_2 * table3_2 : s2_2;
        const table2_3 = inside0 && 4 * d + 3 < D ? table[2 * (slot2 * J + 4 * j) * Math.floor(D / 2) + (4 * d + 3) % Math.floor(D / 2)] : 0;
        const pre_mem2_3 = inside0 && 4 * d + 3 < D ? pre_mem[row8 + Math.floor(D / 2) + (4 * d + 3) % Math.floor(D / 2) - Math.floor(D / 2) * Math.floor((4 * d + 3) / Math.floor(D / 2))] : 0;
        const table3_3 = inside0 && 4 * d + 3 < D ? table[(2 * (slot2 * J + 4 * j) + 1) * Math.floor(D / 2) + (4 * d + 3) % Math.floor(D / 2)] : 0;
        const s2_3 = inside0 && 4 * d + 3 < D ? bf16_value[S[row9 + 4 * d + 3]] : 0;
        const s3 = fresh2 ? pre3 * table2_3 + (2 * Math.floor((4 * d + 3) / Math.floor(D / 2)) - 1) * pre_mem2_3 * table3_3 : s2_3;
        const table2_0_ = inside1 && 4 * d < D ? table[2 * (slot2 * J + 4 * j + 1) * Math.floor(D / 2) + 4 * d % Math.floor(D / 2)] : 0;
        const pre_mem2_0_ = inside1 && 4 * d < D ? pre_mem[row10 + Math.floor(D / 2) + 4 * d % Math.floor(D / 2) - Math.floor(D / 2) * Math.floor(4 * d / Math.floor(D / 2))] : 0;
        const table3_0_ = inside1 && 4 * d < D ? table[(2 * (slot2 * J + 4 * j + 1) + 1) * Math.floor(D / 2) + 4 * d % Math.floor(D / 2)] : 0;
        const s2_0_ = inside1 && 4 * d < D ? bf16_value[S[row11 + 4 * d]] : 0;
        const s4 = fresh2 ? pre4 * table2_0_ + (2 * Math.floor(4 * d / Math.floor(D / 2)) - 1) * pre_mem2_0_ * table3_0_ : s2_0_;
        const table2_1_ = inside1 && 4 * d + 1 < D ? table[2 * (slot2 * J + 4 * j + 1) * Math.floor(D / 2) + (4 * d + 1) % Math.floor(D / 2)] : 0;
        const pre_mem2_1_ = inside1 && 4 * d + 1 < D ? pre_mem[row10 + Math.floor(D / 2) + (4 * d + 1) % Math.floor(D / 2) - Math.floor(D / 2) * Math.floor((4 * d + 1) / Math.floor(D / 2))] : 0;
        const table3_1_ = inside1 && 4 * d + 1 < D ? table[(2 * (slot2 * J + 4 * j + 1) + 1) * Math.floor(D / 2) + (4 * d + 1) % Math.floor(D / 2)] : 0;
        const s2_1_ = inside1 && 4 * d + 1 < D ? bf16_value[S[row11 + 4 * d + 1]] : 0;
        const s5 = fresh2 ? pre5 * table2_1_ + (2 * Math.floor((4 * d + 1) / Math.floor(D / 2)) - 1) * pre_mem2_1_ * table3_1_ : s2_1_;
        const table2_2_ = inside1 && 4 * d + 2 < D ? table[2 * (slot2 * J + 4 * j + 1) * Math.floor(D / 2) + (4 * d + 2) % Math.floor(D / 2)] : 0;
        const pre_mem2_2_ = inside1 && 4 * d + 2 < D ? pre_mem[row10 + Math.floor(D / 2) + (4 * d + 2) % Math.floor(D / 2) - Math.floor(D / 2) * Math.floor((4 * d + 2) / Math.floor(D / 2))] : 0;
        const table3_2_ = inside1 && 4 * d + 2 < D ? table[(2 * (slot2 * J + 4 * j + 1) + 1) * Math.floor(D / 2) + (4 * d + 2) % Math.floor(D / 2)] : 0;
        const s2_2_ = inside1 && 4 * d + 2 < D ? bf16_value[S[row11 + 4 * d + 2]] : 0;
        const s6 = fresh2 ? pre6 * table2_2_ + (2 * Math.floor((4 * d + 2) / Math.floor(D / 2)) - 1) * pre_mem2_2_ * table3_2_ : s2_2_;
        const table2_3_ = inside1 && 4 * d + 3 < D ? table[2 * (slot2 * J + 4 * j + 1) * Math.floor(D / 2) + (4 * d + 3) % Math.floor(D / 2)] : 0;
        const pre_mem2_3_ = inside1 && 4 * d + 3 < D ? pre_mem[row10 + Math.floor(D / 2) + (4 * d + 3) % Math.floor(D / 2) - Math.floor(D / 2) * Math.floor((4 * d + 3) / Math.floor(D / 2))] : 0;
        const table3_3_ = inside1 && 4 * d + 3 < D ? table[(2 * (slot2 * J + 4 * j + 1) + 1) * Math.floor(D / 2) + (4 * d + 3) % Math.floor(D / 2)] : 0;
        const s2_3_ = inside1 && 4 * d + 3 < D ? bf16_value[S[row11 + 4 * d + 3]] : 0;
        const s7 = fresh2 ? pre7 * table2_3_ + (2 * Math.floor((4 * d + 3) / Math.floor(D / 2)) - 1) * pre_mem2_3_ * table3_3_ : s2_3_;
        const table2_0__ = inside2 && 4 * d < D ? table[2 * (slot2 * J + 4 * j + 2) * Math.floor(D / 2) + 4 * d % Math.floor(D / 2)] : 0;
        const pre_mem2_0__ = inside2 && 4 * d < D ? pre_mem[row12 + Math.floor(D / 2) + 4 * d % Math.floor(D / 2) - Math.floor(D / 2) * Math.floor(4 * d / Math.floor(D / 2))] : 0;
        const table3_0__ = inside2 && 4 * d < D ? table[(2 * (slot2 * J + 4 * j + 2) + 1) * Math.floor(D / 2) + 4 * d % Math.floor(D / 2)] : 0;
        const s2_0__ = inside2 && 4 * d < D ? bf16_value[S[row13 + 4 * d]] : 0;
        const s8 = fresh2 ? pre8 * table2_0__ + (2 * Math.floor(4 * d / Math.floor(D / 2)) - 1) * pre_mem2_0__ * table3_0__ : s2_0__;
        const table2_1__ = inside2 && 4 * d + 1 < D ? table[2 * (slot2 * J + 4 * j + 2) * Math.floor(D / 2) + (4 * d + 1) % Math.floor(D / 2)] : 0;
        const pre_mem2_1__ = inside2 && 4 * d + 1 < D ? pre_mem[row12 + Math.floor(D / 2) + (4 * d + 1) % Math.floor(D / 2) - Math.floor(D / 2) * Math.floor((4 * d + 1) / Math.floor(D / 2))] : 0;
        const table3_1__ = inside2 && 4 * d + 1 < D ? table[(2 * (slot2 * J + 4 * j + 2) + 1) * Math.floor(D / 2) + (4 * d + 1) % Math.floor(D / 2)] : 0;
        const s2_1__ = inside2 && 4 * d + 1 < D ? bf16_value[S[row13 + 4 * d + 1]] : 0;
        const s9 = fresh2 ? pre9 * table2_1__ + (2 * Math.floor((4 * d + 1) / Math.floor(D / 2)) - 1) * pre_mem2_1__ * table3_1__ : s2_1__;
        const table2_2__ = inside2 && 4 * d + 2 < D ? table[2 * (slot2 * J + 4 * j + 2) * Math.floor(D / 2) + (4 * d + 2) % Math.floor(D / 2)] : 0;
        const pre_mem2_2__ = inside2 && 4 * d + 2 < D ? pre_mem[row12 + Math.floor(D / 2) + (4 * d + 2) % Math.floor(D / 2) - Math.floor(D / 2) * Math.floor((4 * d + 2) / Math.floor(D / 2))] : 0;
        const table3_2__ = inside2 && 4 * d + 2 < D ? table[(2 * (slot2 * J + 4 * j + 2) + 1) * Math.floor(D / 2) + (4 * d + 2) % Math.floor(D / 2)] : 0;
        const s2_2__ = inside2 && 4 * d + 2 < D ? bf16_value[S[row13 + 4 * d + 2]] : 0;
        const s10 = fresh2 ? pre10 * table2_2__ + (2 * Math.floor((4 * d + 2) / Math.floor(D / 2)) - 1) * pre_mem2_2__ * table3_2__ : s2_2__;
        const table2_3__ = inside2 && 4 * d + 3 < D ? table[2 * (slot2 * J + 4 * j + 2) * Math.floor(D / 2) + (4 * d + 3) % Math.floor(D / 2)] : 0;
        const pre_mem2_3__ = inside2 && 4 * d + 3 < D ? pre_mem[row12 + Math.floor(D / 2) + (4 * d + 3) % Math.floor(D / 2) - Math.floor(D / 2) * Math.floor((4 * d + 3) / Math.floor(D / 2))] : 0;
        const table3_3__ = inside2 && 4 * d + 3 < D ? table[(2 * (slot2 * J + 4 * j + 2) + 1) * Math.floor(D / 2) + (4 * d + 3) % Math.floor(D / 2)] : 0;
        const s2_3__ = inside2 && 4 * d + 3 < D ? bf16_value[S[row13 + 4 * d + 3]] : 0;
        const s11 = fresh2 ? pre11 * table2_3__ + (2 * Math.floor((4 * d + 3) / Math.floor(D / 2)) - 1) * pre_mem2_3__ * table3_3__ : s2_3__;
        const table2_0___ = inside3 && 4 * d < D ? table[2 * (slot2 * J + 4 * j + 3) * Math.floor(D / 2) + 4 * d % Math.floor(D / 2)] : 0;
        const pre_mem2_0___ = inside3 && 4 * d < D ? pre_mem[row14 + Math.floor(D / 2) + 4 * d % Math.floor(D / 2) - Math.floor(D / 2) * Math.floor(4 * d / Math.floor(D / 2))] : 0;
        const table3_0___ = inside3 && 4 * d < D ? table[(2 * (slot2 * J + 4 * j + 3) + 1) * Math.floor(D / 2) + 4 * d % Math.floor(D / 2)] : 0;
        const s2_0___ = inside3 && 4 * d < D ? bf16_value[S[row15 + 4 * d]] : 0;
        const s12 = fresh2 ? pre12 * table2_0___ + (2 * Math.floor(4 * d / Math.floor(D / 2)) - 1) * pre_mem2_0___ * table3_0___ : s2_0___;
        const table2_1___ = inside3 && 4 * d + 1 < D ? table[2 * (slot2 * J + 4 * j + 3) * Math.floor(D / 2) + (4 * d + 1) % Math.floor(D / 2)] : 0;
        const pre_mem2_1___ = inside3 && 4 * d + 1 < D ? pre_mem[row14 + Math.floor(D / 2) + (4 * d + 1) % Math.floor(D / 2) - Math.floor(D / 2) * Math.floor((4 * d + 1) / Math.floor(D / 2))] : 0;
        const table3_1___ = inside3 && 4 * d + 1 < D ? table[(2 * (slot2 * J + 4 * j + 3) + 1) * Math.floor(D / 2) + (4 * d + 1) % Math.floor(D / 2)] : 0;
        const s2_1___ = inside3 && 4 * d + 1 < D ? bf16_value[S[row15 + 4 * d + 1]] : 0;
        const s13 = fresh2 ? pre13 * table2_1___ + (2 * Math.floor((4 * d + 1) / Math.floor(D / 2)) - 1) * pre_mem2_1___ * table3_1___ : s2_1___;
        const table2_2___ = inside3 && 4 * d + 2 < D ? table[2 * (slot2 * J + 4 * j + 3) * Math.floor(D / 2) + (4 * d + 2) % Math.floor(D / 2)] : 0;
        const pre_mem2_2___ = inside3 && 4 * d + 2 < D ? pre_mem[row14 + Math.floor(D / 2) + (4 * d + 2) % Math.floor(D / 2) - Math.floor(D / 2) * Math.floor((4 * d + 2) / Math.floor(D / 2))] : 0;
        const table3_2___ = inside3 && 4 * d + 2 < D ? table[(2 * (slot2 * J + 4 * j + 3) + 1) * Math.floor(D / 2) + (4 * d + 2) % Math.floor(D / 2)] : 0;
        const s2_2___ = inside3 && 4 * d + 2 < D ? bf16_value[S[row15 + 4 * d + 2]] : 0;
        const s14 = fresh2 ? pre14 * table2_2___ + (2 * Math.floor((4 * d + 2) / Math.floor(D / 2)) - 1) * pre_mem2_2___ * table3_2___ : s2_2___;
        const table2_3___ = inside3 && 4 * d + 3 < D ? table[2 * (slot2 * J + 4 * j + 3) * Math.floor(D / 2) + (4 * d + 3) % Math.floor(D / 2)] : 0;
        const pre_mem2_3___ = inside3 && 4 * d + 3 < D ? pre_mem[row14 + Math.floor(D / 2) + (4 * d + 3) % Math.floor(D / 2) - Math.floor(D / 2) * Math.floor((4 * d + 3) / Math.floor(D / 2))] : 0;
        const table3_3___ = inside3 && 4 * d + 3 < D ? table[(2 * (slot2 * J + 4 * j + 3) + 1) * Math.floor(D / 2) + (4 * d + 3) % Math.floor(D / 2)] : 0;
        const s2_3___ = inside3 && 4 * d + 3 < D ? bf16_value[S[row15 + 4 * d + 3]] : 0;
        const s15 = fresh2 ? pre15 * table2_3___ + (2 * Math.floor((4 * d + 3) / Math.floor(D / 2)) - 1) * pre_mem2_3___ * table3_3___ : s2_3___;
        if (inside0 && 4 * d < D) { S[row9 + 4 * d] = bf16_bits(s0); }
        if (inside0 && 4 * d + 1 < D) { S[row9 + 4 * d + 1] = bf16_bits(s1); }
        if (inside0 && 4 * d + 2 < D) { S[row9 + 4 * d + 2] = bf16_bits(s2_); }
        if (inside0 && 4 * d + 3 < D) { S[row9 + 4 * d + 3] = bf16_bits(s3); }
        if (inside1 && 4 * d < D) { S[row11 + 4 * d] = bf16_bits(s4); }
        if (inside1 && 4 * d + 1 < D) { S[row11 + 4 * d + 1] = bf16_bits(s5); }
        if (inside1 && 4 * d + 2 < D) { S[row11 + 4 * d + 2] = bf16_bits(s6); }
        if (inside1 && 4 * d + 3 < D) { S[row11 + 4 * d + 3] = bf16_bits(s7); }
        if (inside2 && 4 * d < D) { S[row13 + 4 * d] = bf16_bits(s8); }
        if (inside2 && 4 * d + 1 < D) { S[row13 + 4 * d + 1] = bf16_bits(s9); }
        if (inside2 && 4 * d + 2 < D) { S[row13 + 4 * d + 2] = bf16_bits(s10); }
        if (inside2 && 4 * d + 3 < D) { S[row13 + 4 * d + 3] = bf16_bits(s11); }
        if (inside3 && 4 * d < D) { S[row15 + 4 * d] = bf16_bits(s12); }
        if (inside3 && 4 * d + 1 < D) { S[row15 + 4 * d + 1] = bf16_bits(s13); }
        if (inside3 && 4 * d + 2 < D) { S[row15 + 4 * d + 2] = bf16_bits(s14); }
        if (inside3 && 4 * d + 3 < D) { S[row15 + 4 * d + 3] = bf16_bits(s15); }
      }
    }
  }
}

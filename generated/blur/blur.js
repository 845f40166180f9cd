// blur_1, blur_2: made by tdsl from blur.tdsl for cpu. Change the source, not this file.

// to the nearest integer, ties to even
function round_even(x) {
  const r = Math.round(x);
  return r - x === 0.5 && r % 2 !== 0 ? r - 1 : r;
}

// toward zero; beyond the range the nearest integer, 0 for NaN
const to_i32 = (x) => (x >= 2147483647 ? 2147483647 : x <= -2147483648 ? -2147483648 : x | 0);

export function blur_1(image, across_mem, H, W, C, gridX, gridY, gridZ) {
  for (let y = 0; y < gridZ; y++) {
    const row0 = y * W;
    for (let x = 0; x < gridY; x++) {
      const row1 = (row0 + x) * C;
      for (let c = 0; c < gridX; c++) {
        // blur.tdsl:10: let across[y, x, c] = sum(i: 5) tap(i) * (image[y, x + i - 2, c] else clamp)
        let across = 0;
        for (let i_step = 0; i_step < 5; i_step++) {
          const image2 = image[(row0 + Math.max(0, Math.min(i_step + x - 2, W - 1))) * C + c];
          across += (i_step === 2 ? 0.375 : i_step === 1 || i_step === 3 ? 0.25 : 0.0625) * image2;
        }
        across_mem[row1 + c] = across;
      }
    }
  }
}

export function blur_2(across_mem, out, H, W, C, gridX, gridY, gridZ) {
  for (let y = 0; y < gridZ; y++) {
    const row0 = y * W;
    for (let x = 0; x < gridY; x++) {
      const row1 = (row0 + x) * C;
      for (let c = 0; c < gridX; c++) {
        // blur.tdsl:11: out[y, x, c] = u8(round(sum(j: 5) tap(j) * (across[y + j - 2, x, c] else clamp)))
        let out_sum = 0;
        for (let j_step = 0; j_step < 5; j_step++) {
          const across_mem2 = across_mem[(Math.max(0, Math.min(j_step + y - 2, H - 1)) * W + x) * C + c];
          out_sum += (j_step === 2 ? 0.375 : j_step === 1 || j_step === 3 ? 0.25 : 0.0625) * across_mem2;
        }
        const out2 = Math.min(Math.max(to_i32(round_even(out_sum)), 0), 255);
        out[row1 + c] = out2;
      }
    }
  }
}

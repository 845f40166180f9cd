import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DType } from '../../src/ir/dtype.ts';
import { bitsOf } from '../../src/ir/dtype.ts';
import { filledBytes, sharedBytes, sharedOffset, stageElements } from '../../src/ir/layout-shared.ts';
import type { SharedBuffer } from '../../src/ir/tile.ts';

const buffer = (dtype: DType, sizes: number[], swizzle: 0 | 32 | 64 | 128, pad = 0, stages = 1): SharedBuffer => ({ id: 's', dtype, axes: sizes.map((_, n) => `a${n}`), sizes, stages, swizzle, pad });

test('every element has an offset of its own inside the stage', () => {
  for (const [dtype, sizes, w, pad] of [
    ['f32', [8, 32], 0, 1], ['bf16', [16, 64], 128, 0], ['bf16', [16, 128], 128, 0], ['bf16', [8, 16, 128], 128, 128], ['f32', [8, 96], 128, 32], ['bf16', [32, 32], 64, 0], ['f32', [32, 8], 32, 0],
    ['int4', [16, 256], 128, 0], ['i8', [2, 16, 128], 128, 0], ['f32', [7], 0, 3], ['f16', [3, 5, 7], 0, 2],
  ] as [DType, number[], 0 | 32 | 64 | 128, number][]) {
    const b = buffer(dtype, sizes, w, pad);
    const offset = sharedOffset(b);
    const seen = new Set<number>();
    const walk = (c: number[]): void => {
      if (c.length < sizes.length) { for (let x = 0; x < sizes[c.length]!; x++) walk([...c, x]); return; }
      const o = offset(c);
      assert.ok(o >= 0 && o < stageElements(b));
      assert.not.ok(seen.has(o));
      seen.add(o);
    };
    walk([]);
    assert.is(seen.size, sizes.reduce((n, s) => n * s, 1));
  }
});

test('the swizzle is the byte formula', () => {
  for (const w of [32, 64, 128] as const) {
    const b = buffer('bf16', [64, w / 2], w);
    const offset = sharedOffset(b);
    for (let r = 0; r < 64; r++) for (let c = 0; c < w / 2; c++) {
      const a = r * w + c * 2;
      assert.is(offset([r, c]) * (bitsOf('bf16') / 8), a ^ (((a >> 7) & (w / 16 - 1)) << 4));
    }
  }
});

test('panels follow each other, padding counts, stages multiply', () => {
  assert.is(sharedOffset(buffer('bf16', [16, 128], 128))([0, 64]), 16 * 64);
  assert.is(sharedBytes(buffer('f32', [8, 32], 0, 1, 3)), 3 * 8 * 33 * 4);
  assert.is(sharedOffset(buffer('f32', [2, 8, 32], 0, 1))([1, 2, 5]), (8 + 2) * 33 + 5);
});

test('between panels that lie two rows apart eight threads meet no bank twice', () => {
  // Threads 4 g + t of a product's fragment read 16 bytes of row g from column 32 t + 8 c on, eight of them at once.
  const most = (b: SharedBuffer): number => {
    const offset = sharedOffset(b);
    let fullest = 0;
    for (let c = 0; c < 4; c++) for (let first = 0; first < 8; first += 2) {
      const banks = [0, 1].flatMap((g) => [0, 1, 2, 3].map((t) => Math.floor(offset([first + g, 32 * t + 8 * c]) / 8) % 8));
      fullest = Math.max(fullest, ...banks.map((x) => banks.filter((y) => y === x).length));
    }
    return fullest;
  };
  assert.is(most(buffer('bf16', [16, 128], 128)), 2);
  assert.is(most(buffer('bf16', [16, 128], 128, 128)), 1);
  assert.is(stageElements(buffer('bf16', [16, 128], 128, 128)), 2 * 16 * 64 + 512);
  assert.is(filledBytes(buffer('bf16', [16, 128], 128, 128)), 16 * 128 * 2);
});

test.run();

/** Plans of `ldmatrix` against the layouts: every word of every lane must hold exactly the elements that the layout says. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bitsOf, type DType } from '../../../src/ir/dtype.ts';
import { coordinateOf, extentOf, layout, parseDim, registerCount, type Layout } from '../../../src/ir/layout.ts';
import { fragmentPlan, type MatrixLoad } from '../../../src/targets/cuda/fragment.ts';
import { mmaIntrinsics } from '../../../src/targets/cuda/intrinsics.ts';

const address = (load: MatrixLoad, lane: number): [number, number] => {
  const at: [number, number] = [...load.origin];
  for (const { bit, dim, step } of load.lanes) if ((lane >> bit) & 1) at[dim as 0 | 1] += step;
  return at;
};

/** The elements that lane `lane` finds in word `word`: a second telling of ldmatrix, straight from its description. */
function loaded(load: MatrixLoad, contiguous: 0 | 1, lane: number, word: number, bits: number): (readonly [number, number])[] {
  const inUnit = 16 / bits;
  const unit = (row: number, column: number): (readonly [number, number])[] => {
    // 32-bit elements take two units each, bytes stand two in one.
    const [p, q] = address(load, 8 * (word - load.word) + row);
    return Array.from({ length: Math.max(1, inUnit) }, (_, n) => {
      const along = Math.floor(column * inUnit) + n;
      return contiguous === 1 ? [p, q + along] as const : [p + along, q] as const;
    });
  };
  const transposed = load.wrapper.endsWith('_trans');
  const [g, t] = [lane >> 2, lane & 3];
  const units = transposed ? [unit(2 * t, g), unit(2 * t + 1, g)] : [unit(g, 2 * t), unit(g, 2 * t + 1)];
  return bits === 32 ? units[0]! : units.flat();
}

function check(name: string, l: Layout, dtype: DType, contiguous: 0 | 1): number {
  const plan = fragmentPlan(l, dtype, contiguous);
  if (plan === undefined) return 0;
  const perWord = 32 / bitsOf(dtype);
  let words = 0;
  for (const load of plan.loads) {
    assert.is(load.wrapper, `ldmatrix_x${load.count}${load.wrapper.endsWith('_trans') ? '_trans' : ''}`);
    for (let word = load.word; word < load.word + load.count; word++, words++) {
      for (let lane = 0; lane < 32; lane++) {
        const at = { lane, warp: 0, thread: lane };
        const want = Array.from({ length: perWord }, (_, n) => [0, 1].map((dim) => coordinateOf(l, dim, at, word * perWord + n)));
        assert.equal(loaded(load, contiguous, lane, word, bitsOf(dtype)).map((c) => [...c]), want, `${name}, contiguous ${contiguous}, lane ${lane}, word ${word}`);
      }
    }
  }
  assert.is(words * perWord, registerCount(l), name);
  return plan.loads.length;
}

const repeated = (l: Layout, rows: number, columns: number): Layout => layout(l.dims.map((d, i) => ({ bits: d.bits, repeat: i === 0 ? rows : columns })));

test('single fragments take one load; which memory orders work', () => {
  const loads = Object.fromEntries(mmaIntrinsics.map((m) => [m.name, [
    check(m.name, m.a.layout, m.a.dtype, 1), check(m.name, m.a.layout, m.a.dtype, 0), check(m.name, m.b.layout, m.b.dtype, 1), check(m.name, m.b.layout, m.b.dtype, 0),
  ]]));
  const both = [1, 1, 1, 1];
  // Bytes and 32-bit elements come along k only.
  assert.equal(loads, { mma_m16n8k16_f16: both, mma_m16n8k16_f16_sum16: both, mma_m16n8k16_bf16: both, mma_m16n8k8_tf32: [1, 0, 0, 1], mma_m16n8k32_s8: [1, 0, 0, 1] });
});

test('tiles of several fragments, with repeats that are powers of two and others', () => {
  for (const m of mmaIntrinsics) {
    for (const [rows, columns] of [[1, 2], [2, 1], [2, 4], [4, 2], [3, 1], [1, 3], [2, 3], [1, 8]] as const) {
      for (const operand of [m.a, m.b]) {
        const l = repeated(operand.layout, rows, columns);
        for (const contiguous of [0, 1] as const) {
          const single = check(m.name, operand.layout, operand.dtype, contiguous);
          const loads = check(`${m.name} ${rows}x${columns}`, l, operand.dtype, contiguous);
          assert.is(loads > 0, single > 0);
        }
      }
    }
  }
  const b = mmaIntrinsics[0]!.b;
  assert.equal(fragmentPlan(repeated(b.layout, 1, 4), b.dtype, 1)?.loads.map((l) => l.wrapper), ['ldmatrix_x4_trans', 'ldmatrix_x4_trans'], 'neighbouring fragments share a load');
  assert.equal(fragmentPlan(repeated(b.layout, 1, 3), b.dtype, 0)?.loads.map((l) => l.wrapper), ['ldmatrix_x2', 'ldmatrix_x2', 'ldmatrix_x2']);
});

test('warp bits above the fragment are left to the origin', () => {
  const l = layout([parseDim('l2 l3 l4 r1 w0'), parseDim('r0 l0 l1 r2 *2')]);
  assert.equal(l.dims.map(extentOf), [32, 32]);
  assert.ok(check('two warps', l, 'f16', 1) === 2 && check('two warps', l, 'f16', 0) === 2);
});

test('other layouts have no plan', () => {
  assert.is(fragmentPlan(layout([parseDim('l0 l1 l2 r1'), parseDim('r0 l3 l4 r2')]), 'f16', 1), undefined);
  assert.is(fragmentPlan(layout([parseDim('l2 l3 l4'), parseDim('l0 l1')]), 'f16', 1), undefined);
  assert.is(fragmentPlan(layout([parseDim('l2 l3 l4'), parseDim('r0 r1 r2 l0 l1')]), 'int4', 1), undefined);
});

test.run();

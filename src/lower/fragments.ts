/**
 * How a thread's share of an operand lies in registers when it comes from memory in wide accesses: consecutive k, as many as its part of the step. Both operands of a
 * product run through k in this order, which the sum does not mind (layout-rename.ts). Where the instruction wants its words in another order, registers change names.
 */
import type { MmaIntrinsic } from '../ir/intrinsic.ts';
import { type Bit, type DimLayout, isThreadBit, type Layout, layout, reg, registerBits } from '../ir/layout.ts';

export interface OperandShape { readonly side: 'a' | 'b'; /** Rows of the tile, and steps along k. */ readonly tile: number; readonly depth: number; /** Warps that share the rows. */ readonly warps: readonly Bit[]; /** Warps that have steps of their own. */ readonly turns: readonly DimLayout[]; /** Consecutive k of a thread before those of the next thread of its row; all of its share where undefined. */ readonly run: number | undefined; /** Words hold pairs of k four apart, as masks find four-bit codes. */ readonly apart: boolean }

/** Layouts of dimensions (rows, k) for a, (k, columns) for b, then those of warps with steps of their own: as loaded, and as multiplied. */
export function fragmentLayouts(intrinsic: MmaIntrinsic, { side, tile, depth, warps, turns, run, apart }: OperandShape): { readonly inMemory: Layout; readonly inFragment: Layout } {
  const atom = side === 'a' ? intrinsic.a.layout : intrinsic.b.layout;
  const [rows, over] = side === 'a' ? [atom.dims[0]!, atom.dims[1]!] : [atom.dims[1]!, atom.dims[0]!];
  const lanes = over.bits.filter(isThreadBit), own = Math.log2(depth) - lanes.length, before = run === undefined ? own : Math.log2(run);
  const repeat = tile / 2 ** (rows.bits.length + warps.length);
  const made = (inOrder: readonly Bit[], across: (bit: Bit) => Bit): Layout => {
    const along = apart ? [inOrder[1]!, inOrder[2]!, inOrder[0]!, ...inOrder.slice(3)] : inOrder;
    const dims = [{ bits: [...rows.bits.map(across), ...warps], repeat }, { bits: [...along.slice(0, before), ...lanes, ...along.slice(before)], repeat: 1 }];
    return layout([...(side === 'a' ? dims : [dims[1]!, dims[0]!]), ...turns]);
  };
  const registers = (n: number, from: number): Bit[] => Array.from({ length: n }, (_, i) => reg(from + i));
  const ofAtom = over.bits.filter((bit) => bit.from === 'reg');
  return {
    inMemory: made(registers(own, 0), (bit) => (bit.from === 'reg' ? reg(own) : bit)),
    inFragment: made([...ofAtom, ...registers(own - ofAtom.length, registerBits(atom))], (bit) => bit),
  };
}

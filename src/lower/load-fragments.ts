/** Operands of a product in registers: loaded from memory or from a stage of the ring as they lie there, several elements at once, and given the names that the instruction knows. */
import { CompilerBug } from '../diagnostics/bug.ts';
import { bitsOf, type DType } from '../ir/dtype.ts';
import { type IndexExpr, isConst, num, variablesOf } from '../ir/index-expr.ts';
import type { MmaIntrinsic } from '../ir/intrinsic.ts';
import { isThreadBit, type Layout } from '../ir/layout.ts';
import { place } from '../ir/layout-build.ts';
import { runBits } from '../ir/layout-query.ts';
import type { LaunchPlan } from '../ir/plan.ts';
import { fewColumns } from '../ir/stages.ts';
import type { GlobalBuffer, SharedBuffer } from '../ir/tile.ts';
import type { Read } from '../ir/tst.ts';
import type { Builder } from './builder.ts';
import { fragmentLayouts } from './fragments.ts';
import type { Space } from './space.ts';
import type { Values } from './values.ts';

export interface InStage { readonly name: string; readonly buffer: SharedBuffer; readonly stage: IndexExpr }
interface Wanted { readonly intrinsic: MmaIntrinsic; readonly over: string; readonly rows: string; readonly side: 'a' | 'b'; readonly dtype: DType }
/** Four-bit elements of a word: what a thread takes at once from a stage, beside the words of the other threads of its row. */
const wordOfCodes = 8;

/** The number of the tile that holds the operand's fragments. */
export function loadFragments(from: Read | InStage, { intrinsic, over, rows, side, dtype }: Wanted, plan: LaunchPlan, b: Builder, space: Space, values: Values): number {
  const turns = space.turnAxes(), axes = [...(side === 'a' ? [rows, over] : [over, rows]), ...turns];
  const warps = space.dimOf(rows).bits.filter((bit) => isThreadBit(bit) && bit.from === 'warp');
  const run = plan.kind === 'matrix' && plan.stages > 1 && plan.boxes !== true ? wordOfCodes : undefined;
  const { inMemory, inFragment } = fragmentLayouts(intrinsic, { side, tile: b.axisInfo(rows).tile, depth: b.axisInfo(over).tile, warps, turns: turns.map((id) => space.dimOf(id)), run, apart: plan.kind === 'matrix' && plan.boxes === true && plan.isWritten !== true });
  const name = 'stage' in from ? from.name : from.tensor.toLowerCase();
  const dst = b.tile(name, dtype, axes, inMemory, { packed: true });
  if ('stage' in from) b.emit({ kind: 'loadShared', dst, buffer: from.buffer.id, stage: from.stage, vector: Math.min(2 ** runBits(inMemory, axes.indexOf(over)), 128 / bitsOf(from.buffer.dtype)) });
  else {
    const buffer = b.buffer(from.tensor);
    const place = values.address(from), { index, guard, clamp } = b.axisInfo(rows).tile <= fewColumns ? repeated(place, rows, buffer, values) : { ...place, clamp: [] };
    const vector = values.vector(buffer, index, guard, false, axes, inMemory);
    if (vector * bitsOf(buffer.dtype) < 32) throw new CompilerBug(`lower: ${from.tensor} does not come in words`);
    b.emit({ kind: 'load', dst, view: { buffer: buffer.name, index, guard, fill: 0, clamp, vector } });
  }
  if (JSON.stringify(inMemory) === JSON.stringify(inFragment)) return dst;
  const packed = b.tile(`${name}_frag`, dtype, axes, inFragment, { packed: true });
  b.emit({ kind: 'map', dst: packed, expr: { kind: 'tile', tile: dst, type: 'f32' } });
  return packed;
}

/**
 * Where all that could be outside are rows past the last one, that row is read once more in their place: such results are not stored, and a condition would part the
 * threads between loads. Of a single row all threads read that one.
 */
function repeated({ index, guard }: { readonly index: readonly IndexExpr[]; readonly guard: readonly IndexExpr[] }, rows: string, buffer: GlobalBuffer, values: Values): { readonly index: readonly IndexExpr[]; readonly guard: readonly IndexExpr[]; readonly clamp: readonly number[] } {
  const ends = new Set(values.insideExtents([rows]).map((e) => e.key)), row = index.findIndex((e) => variablesOf(e).has(rows));
  if (guard.length === 0 || row < 0 || row === index.length - 1 || !guard.every((e) => ends.has(e.key))) return { index, guard, clamp: [] };
  return isConst(buffer.shape[row]!) === 1 ? { index: index.map((e, d) => (d === row ? num(0) : e)), guard: [], clamp: [] } : { index, guard: [], clamp: [row] };
}

/** The operand's fragment over this launch's tile: the accumulator's warps along rows (a) or columns (b), none along the summed axis. */
export function fragmentOf(intrinsic: MmaIntrinsic, over: string, rows: string, side: 'a' | 'b', b: Builder, space: Space): Layout | undefined {
  const atom = side === 'a' ? intrinsic.a.layout : intrinsic.b.layout;
  // Warps of the instruction itself, as a group of four of wgmma, are in the atom.
  const warps = space.dimOf(rows).bits.slice(atom.dims[side === 'a' ? 0 : 1]!.bits.length).filter((bit) => isThreadBit(bit) && bit.from === 'warp');
  const rowAtom = side === 'a' ? intrinsic.m : intrinsic.n;
  const tile = b.axisInfo(rows).tile, depth = b.axisInfo(over).tile;
  if (depth % intrinsic.k !== 0) return undefined;
  const repeats = [tile / (rowAtom * 2 ** warps.length), depth / intrinsic.k];
  return side === 'a' ? place(atom, [warps, []], repeats) : place(atom, [[], warps], [repeats[1]!, repeats[0]!]);
}

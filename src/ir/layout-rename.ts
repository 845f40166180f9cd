/**
 * Operands of a matrix product may run through the summed axis in any order that both share: a permutation of k leaves a sum as it is (tile-ir, "Choosing layouts", 4).
 * A thread then holds consecutive k and loads them at once, where the instruction's own order scatters its pairs over the threads of a row.
 */
import { type Layout, sameBit } from './layout.ts';

/** Position among the layout's bits of each bit in the instruction's order, those above the instruction's own as they stand; undefined where one of them is missing. */
function orderOf(l: Layout, dim: number, atom: Layout): readonly number[] | undefined {
  const { bits } = l.dims[dim]!;
  const own = atom.dims[dim]!.bits.map((b) => bits.findIndex((x) => sameBit(x, b)));
  return own.includes(-1) ? undefined : [...own, ...bits.map((_, n) => n).filter((n) => !own.includes(n))];
}

export interface RegisterOperand { readonly layout: Layout; /** Number of the summed dimension. */ readonly dim: number; readonly atom: Layout }

/** Both operands' layouts with k renamed to the instruction's order; undefined where they do not share one, or where it is the instruction's already. */
export function inInstructionOrder(a: RegisterOperand, b: RegisterOperand): readonly [Layout, Layout] | undefined {
  const [x, y] = [orderOf(a.layout, a.dim, a.atom), orderOf(b.layout, b.dim, b.atom)];
  if (x === undefined || y === undefined || x.join() !== y.join() || x.every((at, n) => at === n)) return undefined;
  const renamed = ({ layout, dim }: RegisterOperand): Layout => ({ dims: layout.dims.map((d, n) => (n === dim ? { ...d, bits: x.map((at) => d.bits[at]!) } : d)) });
  return [renamed(a), renamed(b)];
}

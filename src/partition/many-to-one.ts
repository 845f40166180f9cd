/**
 * Many-to-one matching (AMOS, ISCA 2022): several loops of the computation, fused, run along one index of the intrinsic, so an operand tile is
 * gathered (im2col is such a match). With X the accesses of the computation (tensors × its mapped loops), Y the map (intrinsic indices × loops) and Z the
 * accesses of the intrinsic (tensors × its indices), all boolean, a map is accepted iff Z ⋆ Y = X and X ⋆ Yᵀ = Z, with ⋆ the product of or and and.
 * The result is a row of X and Z as well, so kept loops go to kept indices.
 *
 * An index that the intrinsic adds to another within a dimension (x + r) can take one loop alone, and the dimension must have the same structure.
 */
import type { Axis } from '../ir/tst.ts';
import { axesOf, type Computation, nameOfAxis } from './computation.ts';
import { occurrencesOf, permutations, placesText } from './match.ts';
import { checkStructure } from './structure.ts';

/** Loops on each index of the intrinsic, the outermost first. One-to-one matches are those with one loop each. */
export interface Grouping { readonly order: readonly number[]; readonly groups: ReadonlyMap<string, readonly string[]> }

/** Bits: column j of row t says that tensor t (operands, then the result) is indexed by loop j. */
type BitMatrix = readonly number[];

/** Z ⋆ Y over the or-and semiring; rows of `b` are selected by the bits of a row of `a`. */
export const multiplyBits = (a: BitMatrix, b: BitMatrix): number[] => a.map((row) => b.reduce((sum, other, k) => ((row >> k) & 1 ? sum | other : sum), 0));
export function transposeBits(a: BitMatrix, columns: number): number[] {
  return Array.from({ length: columns }, (_, j) => a.reduce((bits, row, i) => bits | (((row >> j) & 1) << i), 0));
}
const sameBits = (a: BitMatrix, b: BitMatrix): boolean => a.length === b.length && a.every((row, i) => row === b[i]);

export function accessBits(c: Computation, order: readonly number[], loops: readonly Axis[]): number[] {
  const uses = occurrencesOf(c);
  const row = (has: (a: Axis) => boolean): number => loops.reduce((bits, a, j) => bits | (Number(has(a)) << j), 0);
  return [...order.map((from) => row((a) => (uses.get(a.id)?.[from] ?? 0) > 0)), row((a) => c.spatial.some((s) => s.id === a.id))];
}

/** AMOS's test of one map. `y[u]`: bits of the loops on the intrinsic's index u; loops on none are outside and leave X. */
export function validate(x: BitMatrix, y: BitMatrix, z: BitMatrix, loops: number): boolean {
  const mapped = y.reduce((a, b) => a | b, 0);
  const xMapped = x.map((row) => row & mapped);
  return sameBits(multiplyBits(z, y), xMapped) && sameBits(multiplyBits(xMapped, transposeBits(y, loops)), z);
}

export interface ManyToOne {
  readonly accepted: readonly Grouping[];
  /** Distinct as groups, whichever way operands stand. */
  readonly count: number;
  readonly rejected: readonly { readonly candidate: string; readonly reason: string }[];
}

/** Beyond this many maps only their number is given. */
const mostListed = 512;

export function manyToOne(c: Computation, i: Computation): ManyToOne {
  if (c.combiner !== i.combiner || c.operands.length !== i.operands.length) return { accepted: [], count: 0, rejected: [] };
  const loops = axesOf(c), indices = axesOf(i);
  if (loops.length > 30) return { accepted: [], count: 0, rejected: [{ candidate: 'every map', reason: `${loops.length} loops are more than are searched` }] };
  const accepted: Grouping[] = [], seen = new Set<string>(), reasons = new Map<string, string>();
  const plain = permutations(i.operands.length)[0] ?? [];
  const z = accessBits(i, plain, indices);
  const alone = indices.map((u) => i.operands.every((o) => o.dimensions.every((d) => !d.coefficients.has(u.id) || d.coefficients.size === 1)));
  for (const order of permutations(i.operands.length)) {
    const x = accessBits(c, order, loops);
    const zColumns = transposeBits(z, indices.length), xColumns = transposeBits(x, loops.length);
    // Z ⋆ Y = X means that a mapped loop is used by the same tensors as its index: these are the loops that each index may take.
    const fits = indices.map((_, u) => loops.flatMap((_, s) => (zColumns[u] === xColumns[s] ? [s] : [])));
    for (const [u, list] of fits.entries()) if (list.length === 0) reasons.set(indices[u]!.name, lonely(c, i, indices[u]!, order));
    const go = (u: number, taken: number, y: readonly number[]): void => {
      if (seen.size >= mostListed * 8) return;
      if (u === indices.length) {
        if (!validate(x, y, z, loops.length)) return;
        const groups = new Map(indices.map((a, k) => [a.id, loops.filter((_, s) => (y[k]! >> s) & 1).map((l) => l.id)] as const));
        const reason = structureReason(c, i, order, groups, alone, indices);
        if (reason !== undefined) { reasons.set(groupingText(c, i, { order, groups }), reason); return; }
        const key = [...groups.values()].map((g) => g.join('+')).sort().join(' ');
        if (!seen.has(key) && accepted.length < mostListed) accepted.push({ order, groups });
        seen.add(key);
        return;
      }
      const free = (fits[u] ?? []).filter((s) => !((taken >> s) & 1));
      for (let bits = 1; bits < 2 ** free.length; bits++) {
        const chosen = free.reduce((sum, s, k) => ((bits >> k) & 1 ? sum | (1 << s) : sum), 0);
        if (!alone[u] && (chosen & (chosen - 1)) !== 0) continue;
        go(u + 1, taken | chosen, [...y, chosen]);
      }
    };
    go(0, 0, []);
  }
  return { accepted, count: seen.size, rejected: [...reasons].map(([candidate, reason]) => ({ candidate, reason })) };
}

/** Dimensions that add indices are matched as in structure matching; plain ones are gathered, whatever the loops' structure. */
function structureReason(c: Computation, i: Computation, order: readonly number[], groups: ReadonlyMap<string, readonly string[]>, alone: readonly boolean[], indices: readonly Axis[]): string | undefined {
  const rigid = indices.filter((_, k) => !alone[k]);
  if (rigid.length === 0) return undefined;
  const single = new Map(rigid.map((u) => [u.id, groups.get(u.id)?.[0] ?? '']));
  return checkStructure(c, i, { order, map: single });
}

function lonely(c: Computation, i: Computation, u: Axis, order: readonly number[]): string {
  const needs = order.flatMap((from, p) => ((occurrencesOf(i).get(u.id)?.[p] ?? 0) > 0 ? [c.operands[from]?.name ?? ''] : []));
  const uses = occurrencesOf(c);
  return `no loop is ${i.spatial.some((s) => s.id === u.id) ? 'kept' : 'summed'} and just in ${needs.join(' and ')}: ${axesOf(c).map((l) => `${l.name} is ${placesText(c, uses.get(l.id))}`).join(', ')}`;
}

/** `x·y → i, k → j, c·r·s → k` */
export function groupingText(c: Computation, i: Computation, g: Grouping): string {
  const pairs = axesOf(i).map((u) => `${(g.groups.get(u.id) ?? []).map((id) => nameOfAxis(c, id)).join('·') || 'nothing'} → ${u.name}`).join(', ');
  const moved = g.order.some((p, at) => p !== at);
  return moved ? `${pairs} (${g.order.map((from, p) => `${c.operands[from]?.name ?? ''} as ${i.operands[p]?.name ?? ''}`).join(', ')})` : pairs;
}

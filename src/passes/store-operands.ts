/**
 * store-operands: normal form -> normal form with marks. What a product multiplies and many of its tiles would compute again is computed once, into memory.
 *
 *   let H[m, n] = f(sum(k) A*B, sum(k) A*C);  Y[m, j] = sum(n) H[m, n] * D[n, j]
 * Every tile of j would need all of H. Without the mark the sums alone go to memory, in f32 and by a launch each, and f is computed again for each tile of j, which
 * keeps its operand from being copied. With it one launch computes the sums together and stores H in its own type. What streams along the summed axis, as
 * attention's weights, stays where it is used.
 */
import { isConst, mul, num } from '../ir/index-expr.ts';
import { plainAxis } from '../ir/nest.ts';
import type { Kernel, Read, Reduce, Statement } from '../ir/tst.ts';
import { readsOf } from '../ir/tst-walk.ts';
import { widestTile } from './fuse.ts';
import { isProduct } from './split-reductions.ts';

/** @param mustInline statements that a schedule wants inside the launch that uses them */
export function storeOperands(kernel: Kernel, mustInline: (statement: string) => boolean): Kernel {
  const temporaries = new Set(kernel.tensors.filter((t) => t.role === 'temporary').map((t) => t.name));
  const maps = new Map(kernel.statements.filter((s) => temporaries.has(s.target) && s.value.kind !== 'reduce' && s.update === undefined && !mustInline(s.target)).map((s) => [s.target, s]));
  const sums = new Map(kernel.statements.filter((s) => temporaries.has(s.target) && s.value.kind === 'reduce').map((s) => [s.target, s]));
  const marked = new Set(kernel.statements.flatMap((s) => (s.value.kind === 'reduce' && isProduct(s, s.value) ? operandsOf(s, s.value, maps, sums) : [])));
  return marked.size === 0 ? kernel : { ...kernel, tensors: kernel.tensors.map((t) => (marked.has(t.name) ? { ...t, inMemory: true } : t)) };
}

function operandsOf(s: Statement, e: Reduce, maps: ReadonlyMap<string, Statement>, sums: ReadonlyMap<string, Statement>): string[] {
  const summed = new Set(e.axes.map((a) => a.id)), lengths = new Set(e.axes.map((a) => a.extent.key));
  return readsOf(e.body).filter((r) => {
    const map = maps.get(r.tensor), at = r.index.map(plainAxis);
    if (map === undefined || at.includes(undefined) || Object.keys(r.gathers).length > 0 || !at.some((id) => summed.has(id!))) return false;
    const parts = readsOf(map.value).flatMap((x: Read) => sums.get(x.tensor) ?? []);
    const others = s.axes.filter((a) => !at.includes(a.id)).map((a) => a.extent);
    return parts.length > 0 && parts.every((p) => p.value.kind === 'reduce' && isProduct(p, p.value) && !p.value.axes.some((a) => lengths.has(a.extent.key)))
      && (isConst(others.reduce((n, x) => mul(n, x), num(1))) ?? Infinity) > widestTile;
  }).map((r) => r.tensor);
}

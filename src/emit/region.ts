/**
 * The part of a tensor that a kernel touches: leading positions which every access of every launch has, in every variant. Two kernels that touch parts which differ in
 * such a position do not meet, though both are given the whole tensor (`S[0, …] = …` here, `S[1, …] = …` there).
 */
import { isConst } from '../ir/index-expr.ts';
import type { TileKernel, View } from '../ir/tile.ts';
import { visitOps } from '../ir/tile-uses.ts';

/** Every view of the buffer, read or written. */
function viewsOf(kernel: TileKernel, buffer: string): View[] {
  const found: View[] = [];
  for (const { body } of kernel.roles) visitOps(body, (op) => {
    if (op.kind === 'load' || op.kind === 'store' || op.kind === 'copyAsync') found.push(op.view);
    else if (op.kind === 'mma') for (const o of [op.a, op.b]) if (o.kind === 'global') found.push(o.view);
  });
  return found.filter((v) => v.buffer === buffer);
}

/** Empty where accesses differ in their first position, or nothing is known of it. */
export function regionOf(buffer: string, kernels: readonly TileKernel[]): number[] {
  const all = kernels.flatMap((k) => viewsOf(k, buffer)).map((v) => {
    const fixed = v.index.map(isConst);
    const end = fixed.indexOf(undefined);
    return (end < 0 ? fixed : fixed.slice(0, end)).flatMap((n) => n ?? []);
  });
  const [first = []] = all;
  const shared = first.findIndex((n, i) => all.some((other) => other[i] !== n));
  return shared < 0 ? first : first.slice(0, shared);
}

/** Which sizes a kernel is tried at: those of its `@example` lines, sizes about its tiles, and a large one. */
import type { CompiledVariant } from '../../src/driver-types.ts';
import { evaluate, type IndexExpr, num } from '../../src/ir/index-expr.ts';
import type { Expr, Kernel } from '../../src/ir/tst.ts';
import { expressionsIn, walk } from '../../src/ir/tst-walk.ts';
import { fits } from '../fuzz/execute.ts';
import type { Sizes } from '../fuzz/generate.ts';

export interface Sized { readonly kind: 'example' | 'derived' | 'large'; readonly sizes: Sizes }
export interface Chosen {
  readonly sizes: readonly Sized[];
  /** Sizes that have more work than may be. */
  readonly left: number;
}

const numberAt = (e: IndexExpr, sizes: Sizes): number => evaluate(e, (_, id) => sizes[id] ?? 1);

/** Iterations of all statements and reductions, about, and elements of all tensors. */
export function workOf(kernel: Kernel, sizes: Sizes): number {
  const volume = (axes: readonly { readonly extent: IndexExpr }[]): number => axes.reduce((n, a) => n * Math.max(1, numberAt(a.extent, sizes)), 1);
  const inside = (e: Expr): number => {
    let n = 1;
    walk(e, (x) => { if (x.kind === 'reduce') n *= volume(x.axes); else if (x.kind === 'softmax' || x.kind === 'scan' || x.kind === 'topk') n *= Math.max(1, numberAt(x.axis.extent, sizes)); });
    return n;
  };
  return kernel.statements.reduce((n, s) => n + volume(s.axes) * expressionsIn(s).reduce((m, e) => m + inside(e), 0), 0)
    + kernel.tensors.reduce((n, t) => n + t.shape.reduce((m, e) => m * Math.max(1, numberAt(e, sizes)), 1), 0);
}

/** Edges of the tiles that plans take, from the largest: from what their axes are cut into. */
export function tilesOf(variants: readonly CompiledVariant[]): number[] {
  return [...new Set(variants.flatMap((v) => v.launches).flatMap((l) => l.tile.axes.map((a) => a.tile)).filter((n) => n >= 8 && n <= 256))].sort((a, b) => b - a);
}

/** Whether all conditions on sizes hold, and indices that must differ from each other can. */
const isSize = (kernel: Kernel, sizes: Sizes): boolean => fits(kernel, sizes)
  && kernel.tensors.every((t) => t.distinct !== true || t.limit === undefined || numberAt(t.shape.at(-1) ?? num(1), sizes) <= numberAt(t.limit, sizes));

/**
 * All sizes for one kernel, the large one last. For each of three tiles the free sizes are at 1, tile - 1, tile, tile + 1: all at once where that is little enough, else one
 * at a time. The large one is the first example, its free sizes halved until it has little enough work.
 * @param small the examples after the first alone; where none is small, 1 and 7
 */
export function sizesFor(kernel: Kernel, examples: readonly Sizes[], tiles: readonly number[], most: number, large: number, small = false): Chosen {
  const first = examples[0] ?? kernel.example;
  // Small sizes of the first example (strides, taps, heads) and those that are pinned say what the kernel is.
  const free = kernel.sizes.filter((s) => s.pinned === undefined && (first[s.name] ?? 0) >= 24).map((s) => s.name);
  const tiny = Object.fromEntries(kernel.sizes.map(({ name, pinned }) => [name, pinned !== undefined ? Math.min(...pinned) : free.includes(name) ? 7 : first[name] ?? 1]));
  const base = examples.slice(1).find((e) => workOf(kernel, { ...first, ...e }) <= most) ?? (isSize(kernel, tiny) ? tiny : first);
  const fixed: Sizes = Object.fromEntries(kernel.sizes.map((s) => [s.name, s.pinned !== undefined ? Math.min(...s.pinned) : (free.includes(s.name) ? base[s.name] ?? 1 : first[s.name] ?? base[s.name] ?? 1)]));
  const found = new Map<string, Sized>();
  let left = 0;
  const add = (kind: Sized['kind'], sizes: Sizes): boolean => {
    if (workOf(kernel, sizes) > (kind === 'large' ? large : most)) return false;
    // Where conditions on sizes do not hold there is nothing to run.
    if (isSize(kernel, sizes)) found.set(JSON.stringify(sizes), { kind, sizes });
    return true;
  };
  const at = (n: number): Sizes => ({ ...fixed, ...Object.fromEntries(free.map((s) => [s, n])) });
  for (const e of examples.slice(1)) if (!add('example', { ...fixed, ...e })) left++;
  if (small) {
    if (found.size === 0) for (const e of [fixed, at(1)]) add('derived', e);
    return { sizes: [...found.values()], left };
  }
  add('derived', at(1));
  for (const tile of new Set([tiles[0], tiles.find((t) => t <= 64), tiles.at(-1)].flatMap((t) => t ?? []))) for (const n of [tile - 1, tile, tile + 1]) {
    if (add('derived', at(n))) continue;
    const alone = free.map((s) => add('derived', { ...fixed, [s]: n }));
    if (!alone.some(Boolean)) left++;
  }
  let sizes: Sizes = { ...fixed, ...Object.fromEntries(kernel.sizes.flatMap((s) => (s.pinned?.[0] === undefined ? [] : [[s.name, s.pinned[0]]]))), ...first };
  while (!add('large', sizes)) {
    const widest = free.reduce((a, b) => ((sizes[b] ?? 0) > (sizes[a] ?? 0) ? b : a), free[0] ?? '');
    const half = Math.floor((sizes[widest] ?? 0) / 2);
    if (half < 8) { left++; break; }
    sizes = { ...sizes, [widest]: half };
  }
  const all = [...found.values()];
  return { sizes: [...all.filter((s) => s.kind !== 'large'), ...all.filter((s) => s.kind === 'large')], left };
}

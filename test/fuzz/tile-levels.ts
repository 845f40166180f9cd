/** The levels of tile IR: both interpreters on the launches of a variant, what a run of them costs, and sizes at which it costs less. */
import type { CompiledVariant } from '../../src/driver-types.ts';
import { evaluate, type IndexExpr } from '../../src/ir/index-expr.ts';
import { interpretTileFaithful } from '../../src/ir/tile-interpret-faithful.ts';
import { interpretTile } from '../../src/ir/tile-interpret.ts';
import { type Op, type TileKernel, threadsOf } from '../../src/ir/tile.ts';
import { findTarget } from '../../src/targets/targets.ts';
import type { Sizes } from './sizes.ts';

export type TileLevel = 'values' | 'faithful';

export function interpretLaunch(level: TileLevel, tile: TileKernel, targetName: string, sizes: Sizes, memory: ReadonlyMap<string, Float64Array>, seed: number): Map<string, Float64Array> {
  const target = findTarget(targetName);
  const options = { intrinsic: (name: string) => target?.intrinsics.find((i) => i.name === name), schedule: { seed }, smallestStore: target?.storeBits ?? 8 };
  return (level === 'values' ? interpretTile : interpretTileFaithful)(tile, sizes, memory, options);
}

export function interpretTiles(level: TileLevel, variant: CompiledVariant, sizes: Sizes, inputs: ReadonlyMap<string, ArrayLike<number>>, seed: number): Map<string, Float64Array> {
  let memory: Map<string, Float64Array> = new Map([...inputs].map(([name, values]) => [name, Float64Array.from(values)]));
  for (const { tile } of variant.launches) memory = new Map([...memory, ...interpretLaunch(level, tile, variant.target, sizes, memory, seed)]);
  return memory;
}

export const variantSteps = (variant: CompiledVariant, sizes: Sizes): number => variant.launches.reduce((n, l) => n + stepsOf(l.tile, sizes), 0);

/**
 * Smaller drawings of sizes, the larger first: the drawn ones divided by powers of two, and all the same. Sizes that are `fixed` (pinned, or told to the compiler) stay what
 * they are in `fixed`.
 */
export function smallerSizes(drawn: readonly Sizes[], fixed: ReadonlyMap<string, readonly number[]>): Sizes[] {
  const found = new Map<string, Sizes>();
  const add = (sizes: Sizes): void => {
    const one: Record<string, number> = {};
    for (const [name, n] of Object.entries(sizes)) { const only = fixed.get(name); one[name] = only === undefined || only.includes(n) ? n : Math.min(...only); }
    found.set(JSON.stringify(one), one);
  };
  const scaled = (sizes: Sizes, f: (n: number) => number): Sizes => Object.fromEntries(Object.entries(sizes).map(([name, n]) => [name, f(n)]));
  for (let by = 2; by <= 64; by *= 2) for (const sizes of drawn) add(scaled(sizes, (n) => Math.max(1, Math.floor(n / by))));
  for (const all of [8, 5, 4, 3, 2, 1]) add(scaled(drawn[0] ?? {}, () => all));
  return [...found.values()];
}

/** Elements that one run of a tile kernel touches, about. */
export function stepsOf(kernel: TileKernel, sizes: Sizes): number {
  const number = (e: IndexExpr): number => evaluate(e, (kind, id) => (kind === 'size' ? sizes[id] ?? 1 : 0));
  const tileOf = new Map(kernel.axes.map((a) => [a.id, a.tile]));
  const elements = (tile: number): number => kernel.tiles.find((t) => t.id === tile)?.axes.reduce((n, a) => n * (tileOf.get(a) ?? 1), 1) ?? 1;
  const volume = (id: string): number => kernel.shared.find((s) => s.id === id)?.sizes.reduce((n, s) => n * s, 1) ?? 1;
  const cost = (ops: readonly Op[]): number => ops.reduce((n, op) => n + one(op), 0);
  const one = (op: Op): number => {
    switch (op.kind) {
      case 'for': return Math.max(0, number(op.count)) * cost(op.body);
      case 'let': return cost(op.body);
      case 'if': return Math.max(cost(op.then), cost(op.else));
      case 'mma': return elements(op.acc) * (tileOf.get(op.over) ?? 1);
      case 'load': case 'map': case 'convert': case 'loadShared': return elements(op.dst);
      case 'store': case 'storeShared': return elements(op.src);
      case 'reduce': return op.srcs.reduce((n, t) => n + elements(t), 0);
      case 'copyAsync': return volume(op.buffer);
      default: return 1;
    }
  };
  const groups = kernel.grid.reduce((n, g) => n * Math.max(0, number(g.count)), 1);
  return groups * kernel.roles.reduce((n, r) => n + cost(r.body), 0) + threadsOf(kernel);
}

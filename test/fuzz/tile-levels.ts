/** The levels of tile IR: both interpreters on the launches of a variant, what a run of them costs, and sizes at which it costs less. */
import type { CompiledVariant } from '../../src/driver-types.ts';
import { evaluate, type IndexExpr, variablesOf } from '../../src/ir/index-expr.ts';
import { interpretTileFaithful } from '../../src/ir/tile-interpret-faithful.ts';
import { interpretTile } from '../../src/ir/tile-interpret.ts';
import { type Op, type TileKernel, threadsOf } from '../../src/ir/tile.ts';
import { intrinsicOf } from '../../src/targets/target.ts';
import { findTarget } from '../../src/targets/targets.ts';
import type { Sizes } from './sizes.ts';

export type TileLevel = 'values' | 'faithful';

export function interpretLaunch(level: TileLevel, tile: TileKernel, targetName: string, sizes: Sizes, memory: ReadonlyMap<string, Float64Array>, seed: number): Map<string, Float64Array> {
  const target = findTarget(targetName);
  const options = { intrinsic: (name: string) => (target === undefined ? undefined : intrinsicOf(target, name)), schedule: { seed }, smallestStore: target?.storeBits ?? 8 };
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

/** Groups of a grid that are looked at, and iterations of a loop. */
const groupsSeen = 64, iterationsSeen = 4;

/**
 * Elements that one run of a tile kernel touches, about: where a loop's count depends on which group it is, or on an outer loop, some of them stand for all. Groups
 * that a reduction over few elements leaves without work are many.
 */
export function stepsOf(kernel: TileKernel, sizes: Sizes): number {
  const at = new Map<string, number>();
  const number = (e: IndexExpr): number => evaluate(e, (kind, id) => (kind === 'size' ? sizes[id] ?? 1 : at.get(id) ?? 0));
  const tileOf = new Map(kernel.axes.map((a) => [a.id, a.tile])), tiles = new Map(kernel.tiles.map((t) => [t.id, t.axes.reduce((n, a) => n * (tileOf.get(a) ?? 1), 1)]));
  const elements = (tile: number): number => tiles.get(tile) ?? 1;
  const volume = (id: string): number => kernel.shared.find((s) => s.id === id)?.sizes.reduce((n, s) => n * s, 1) ?? 1;
  const cost = (ops: readonly Op[]): number => ops.reduce((n, op) => n + one(op), 0);
  const one = (op: Op): number => {
    switch (op.kind) {
      case 'for': {
        const count = Math.max(0, number(op.count));
        return count * (countsDependOn(op.body, op.variable) ? mean(count, iterationsSeen, (n) => { at.set(op.variable, n); return cost(op.body); }) : cost(op.body));
      }
      case 'let': at.set(op.variable, number(op.value)); return cost(op.body);
      case 'if': return Math.max(cost(op.then), cost(op.else));
      case 'mma': return elements(op.acc) * (tileOf.get(op.over) ?? 1);
      case 'load': case 'map': case 'convert': case 'loadShared': return elements(op.dst);
      case 'store': case 'storeShared': return elements(op.src);
      case 'reduce': return op.srcs.reduce((n, t) => n + elements(t), 0);
      case 'copyAsync': return volume(op.buffer);
      default: return 1;
    }
  };
  const counts = kernel.grid.map((g) => Math.max(0, number(g.count))), groups = counts.reduce((n, c) => n * c, 1);
  const costAt = (group: number): number => {
    kernel.grid.reduceRight((rest, { id }, g) => { at.set(id, rest % counts[g]!); return Math.floor(rest / counts[g]!); }, group);
    return kernel.roles.reduce((n, r) => n + cost(r.body), 0);
  };
  const depends = kernel.grid.some((g) => kernel.roles.some((r) => countsDependOn(r.body, g.id)));
  return groups * (depends ? mean(groups, groupsSeen, costAt) : costAt(0)) + threadsOf(kernel);
}

/** Does a loop among the ops run a different number of times for different values of the variable? */
function countsDependOn(ops: readonly Op[], variable: string): boolean {
  return ops.some((op) => {
    switch (op.kind) {
      case 'for': return variablesOf(op.count).has(variable) || countsDependOn(op.body, variable);
      case 'let': return variablesOf(op.value).has(variable) || countsDependOn(op.body, variable);
      case 'if': return countsDependOn(op.then, variable) || countsDependOn(op.else, variable);
      default: return false;
    }
  });
}

/** Of a function of 0 … count - 1, by the first of each of so many parts of the range: those that have work are rather the first. */
function mean(count: number, parts: number, of: (n: number) => number): number {
  const seen = Math.min(count, parts);
  let sum = 0;
  for (let i = 0; i < seen; i++) sum += of(Math.floor(i * count / seen));
  return seen === 0 ? 0 : sum / seen;
}

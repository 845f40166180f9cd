/** Sizes to try a kernel's control flow on: such that every loop takes no trip, one, two, … a few more than the deepest pipe has stages. */
import { type IndexExpr, evaluate, sizesOf } from './index-expr.ts';
import { Facts } from './index-facts.ts';
import { ElementLoop, rowMajor } from './tile-interpret-loop.ts';
import { Scope } from './tile-interpret-scope.ts';
import { visitOps } from './tile-uses.ts';
import type { OpOf, TileKernel } from './tile.ts';
import type { ValidateOptions } from './tile-validate.ts';

export type Sizes = Readonly<Record<string, number>>;
const largest = 1 << 20;
/** Sizes beyond this take too long to run through, whatever loop they are for. */
const tried = 1 << 13;

export function sampleSizes(kernel: TileKernel, options: ValidateOptions): Sizes[] {
  const trips = 2 + Math.max(1, ...kernel.pipes.map((p) => p.stages));
  const counts: IndexExpr[] = kernel.grid.map((g) => g.count);
  for (const role of kernel.roles) visitOps(role.body, (op) => { if (op.kind === 'for') counts.push(op.count); });
  const step = (name: string): number => Math.max(1, kernel.assumes[name] ?? 1);
  const least = (name: string): number => { const by = step(name); return Math.ceil((options.facts ?? Facts.none).sizeRange(name).min / by) * by; };
  // Sizes that a variant takes to be small are tried where they are small.
  const most = (name: string): number => Math.min(tried, (options.facts ?? Facts.none).sizeRange(name).max ?? tried);
  const usual: Record<string, number> = Object.fromEntries(kernel.sizes.map((s) => [s, Math.max(step(s), least(s))]));
  const at = (e: IndexExpr, sizes: Sizes): number => evaluate(e, (kind, id) => (kind === 'size' ? sizes[id] ?? 0 : 0));
  // For each size the least value that gives each number of trips, other sizes large: then only this one decides.
  const wide = Object.fromEntries(kernel.sizes.map((s) => [s, largest * step(s)]));
  const thresholds = new Map(kernel.sizes.map((name): [string, number[]] => {
    const found = new Set<number>([least(name)]);
    for (const e of counts) if (sizesOf(e).has(name)) for (let n = 1; n <= trips; n++) {
      let low = 0, high = largest / step(name);
      if (at(e, { ...wide, [name]: high * step(name) }) < n) continue;
      while (low < high) { const middle = Math.floor((low + high) / 2); if (at(e, { ...wide, [name]: middle * step(name) }) >= n) high = middle; else low = middle + 1; }
      if (low * step(name) <= most(name)) found.add(Math.max(least(name), low * step(name)));
    }
    return [name, [...found].sort((a, b) => a - b).slice(0, 24)];
  }));
  for (const [name, values] of thresholds) usual[name] = values[Math.min(2, values.length - 1)]!;
  const samples: Sizes[] = [{ ...usual }];
  for (const [name, values] of thresholds) for (const value of values) samples.push({ ...usual, [name]: value });
  for (let n = 0; n < trips + 1; n++) samples.push(Object.fromEntries([...thresholds].map(([name, values]) => [name, values[Math.min(n, values.length - 1)]!])));
  const seen = new Set<string>();
  return samples.filter((s) => { const key = JSON.stringify(s); const fresh = !seen.has(key); seen.add(key); return fresh; });
}

/** Looks for two elements of one store, in one group or in two, that go to one address, at the usual sample; loops around it stand still. */
export function doubleStore(kernel: TileKernel, options: ValidateOptions, op: OpOf<'store'>): string | undefined {
  const sizes = sampleSizes(kernel, options)[0] ?? {};
  const decl = kernel.tiles.find((t) => t.id === op.src)!;
  const buffer = kernel.buffers.find((b) => b.name === op.view.buffer)!;
  const scope = new Scope();
  for (const [name, value] of Object.entries(sizes)) scope.set('size', name, value);
  const axes = new Map(kernel.axes.map((a) => [a.id, a]));
  const loop = new ElementLoop({ axes: decl.axes, layout: decl.layout, ...rowMajor(decl.axes.map((a) => axes.get(a)!.tile)) }, {
    scope, base: (id) => axes.get(id)?.base, data: () => new Float64Array(1), table: (_, space) => new Int32Array(space.count),
  });
  const index = op.view.index.map((e) => loop.index(e)), guard = op.view.guard.map((e) => loop.index(e));
  // Variables that no one binds here, those of loops, stand at 0.
  scope.values.forEach((x, n) => { if (Number.isNaN(x)) scope.values[n] = 0; });
  const shape = buffer.shape.map((e) => evaluate(e, (_, id) => sizes[id] ?? 0));
  const counts = kernel.grid.map((g) => evaluate(g.count, (_, id) => sizes[id] ?? 0));
  const seen = new Set<number>();
  for (let group = 0; group < Math.min(16, counts.reduce((n, c) => n * c, 1)); group++) {
    let rest = group;
    for (let g = counts.length - 1; g >= 0; g--) { scope.set('variable', kernel.grid[g]!.id, rest % counts[g]!); rest = Math.floor(rest / counts[g]!); }
    let twice: number | undefined;
    loop.run(() => {
      if (guard.some((g) => !(g() >= 0))) return;
      const at = index.reduce((flat, e, d) => flat * shape[d]! + e(), 0);
      if (seen.has(at)) twice ??= at;
      seen.add(at);
    });
    if (twice !== undefined) return `element ${twice} is stored twice (${JSON.stringify(sizes)})`;
  }
  return undefined;
}

/** Whether a schedule computes what its kernel says, without a device: its lowered kernels, thread by thread, against the oracle, at sizes small enough for that. */
import { evaluate } from '../ir/index-expr.ts';
import { extentOf, type Layout } from '../ir/layout.ts';
import { randomInputs } from '../ir/random-input.ts';
import { threadsOf } from '../ir/tile.ts';
import { interpretTile } from '../ir/tile-interpret.ts';
import { interpretTileFaithful } from '../ir/tile-interpret-faithful.ts';
import { compare, describe } from '../ir/tolerance.ts';
import { interpret } from '../ir/tst-interpret.ts';
import type { Kernel } from '../ir/tst.ts';
import { intrinsicOf, type Target } from '../targets/target.ts';
import { compileCandidate, type Workload } from './candidate.ts';

export interface NumbersCheck { readonly right: boolean; readonly sizes: Readonly<Record<string, number>>; readonly problem: string | undefined }

type Sizes = Readonly<Record<string, number>>;
/** Sizes that are tried, the first that the kernel allows: odd ones have edges in every tile, multiples of 16 take the variants for aligned rows. */
const bounds = { odd: [19, 37, 67], aligned: [32, 16, 64, 128] } as const;

/** Undefined where no small sizes meet the kernel's demands on them. */
function smallSizes(kernel: Kernel, w: Workload, list: readonly number[]): Sizes | undefined {
  for (const most of list) {
    const sizes = Object.fromEntries(kernel.sizes.map((s, i) => {
      const wanted = w.sizes[s.name] ?? kernel.example[s.name] ?? most;
      return [s.name, s.pinned !== undefined && s.pinned.length > 0 ? wanted : Math.min(wanted, most % 2 === 0 ? most : most - 2 * (i % 3))] as const;
    }));
    const value = (kind: string, id: string): number => (kind === 'size' ? sizes[id] ?? 0 : 0);
    if (kernel.facts.every((f) => { const x = evaluate(f.expr, value); return f.relation === 'zero' ? x === 0 : x >= 0; })) return sizes;
  }
  return undefined;
}

/** Kernels are executed thread by thread up to so many threads and elements of a tile; above, values are computed and layouts ignored. */
const faithful = { threads: 600, elements: 65536 } as const;
const elementsOf = (l: Layout): number => l.dims.reduce((n, d) => n * extentOf(d), 1);

export function checkNumbers(w: Workload, block: string | undefined): NumbersCheck {
  let last: Sizes | undefined;
  for (const list of [bounds.aligned, bounds.odd]) {
    const sizes = smallSizes(w.kernel, w, list);
    if (sizes === undefined) continue;
    last = sizes;
    const problem = runAt({ ...w, sizes }, block);
    if (problem !== undefined) return { right: false, sizes, problem };
  }
  return last === undefined ? { right: false, sizes: {}, problem: 'no small sizes meet what the kernel demands of its sizes' } : { right: true, sizes: last, problem: undefined };
}

function runAt(w: Workload, block: string | undefined): string | undefined {
  const c = compileCandidate(w, block), { kernel, sizes } = w;
  if (!c.ok) return c.reason;
  const intrinsic = (name: string): Target['intrinsics'][number] | undefined => intrinsicOf(w.target, name);
  const inputs = randomInputs(kernel, sizes, 1), oracle = interpret(kernel, sizes, inputs);
  let memory = new Map<string, Float64Array>([...inputs].map(([name, values]) => [name, Float64Array.from(values)]));
  for (const k of c.kernels) {
    const isFaithful = threadsOf(k) <= faithful.threads && k.tiles.every((t) => elementsOf(t.layout) <= faithful.elements);
    memory = new Map([...memory, ...(isFaithful ? interpretTileFaithful : interpretTile)(k, sizes, memory, { intrinsic })]);
  }
  for (const [name, expected] of oracle) {
    const found = compare(memory.get(name) ?? [], expected);
    if (!found.ok) return `${name} differs at ${Object.entries(sizes).map(([n, x]) => `${n}=${x}`).join(', ')}: ${describe(name, found)[0] ?? 'another number of elements'}`;
  }
  return undefined;
}

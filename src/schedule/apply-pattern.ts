/** The accumulator pattern of products by plain multiply-adds: `by role` is what the threads cover at once, `by atom` the block that one thread holds. */
import type { Reporter } from '../diagnostics/report.ts';
import { isThreadBit, type Layout, layout, reg } from '../ir/layout.ts';
import { threadBits } from '../ir/layout-build.ts';
import type { MatrixPlan } from '../ir/plan.ts';
import type { Target } from '../targets/target.ts';
import type { TileDemand } from './apply-block.ts';
import { gcd, powerIn } from './apply-common.ts';
import { sizeName } from './apply-size.ts';

/** Elements side by side in a thread, and threads, along rows (0) or columns (1). */
export interface Block { readonly atom: number; readonly threads: number }

export const blocksOf = (l: Layout): readonly [Block, Block] => [blockOf(l, 0), blockOf(l, 1)];
const blockOf = (l: Layout, d: 0 | 1): Block => {
  const threads = 2 ** l.dims[d]!.bits.filter(isThreadBit).length;
  return { threads, atom: 2 ** l.dims[d]!.bits.length / threads };
};

/** Columns take the lowest registers and threads, so that neighbours load and store together. */
export function patternOf([m, n]: readonly [Block, Block], target: Target): Layout {
  const bits = threadBits(Math.log2(m.threads * n.threads), target.lanes > 0 ? 'lanes' : 'thread');
  const low = Math.log2(n.threads), registers = Math.log2(n.atom);
  return layout([
    { bits: [...Array.from({ length: Math.log2(m.atom) }, (_, i) => reg(registers + i)), ...bits.slice(low)], repeat: 1 },
    { bits: [...Array.from({ length: registers }, (_, i) => reg(i)), ...bits.slice(0, low)], repeat: 1 },
  ]);
}

export function fmaPatternOf(plan: MatrixPlan, tiles: ReadonlyMap<string, TileDemand>, target: Target, reporter: Reporter): { layout: Layout; threads: number } | undefined {
  const old = blocksOf(plan.fma!);
  const m = blockFor('m', plan, tiles, old[0], reporter), n = blockFor('n', plan, tiles, old[1], reporter);
  if (m === undefined || n === undefined) return undefined;
  return { layout: patternOf([m, n], target), threads: m.threads * n.threads };
}

/** What the schedule says of a role's axes, which share one pattern; else as much of the old one as divides their tiles. */
function blockFor(role: 'm' | 'n', plan: MatrixPlan, tiles: ReadonlyMap<string, TileDemand>, old: Block, reporter: Reporter): Block | undefined {
  const axes = [...plan.roles].filter(([, r]) => r === role).map(([id]) => id);
  const demands = axes.flatMap((id) => tiles.get(id) ?? []);
  const wrong = (demand: TileDemand, why: string): undefined => { reporter.report('TDSL0311', { what: `tile ${sizeName(demand.loop)}`, why }, demand.span); return undefined; };
  let atom: number | undefined, covered: number | undefined;
  for (const demand of demands) {
    const warp = demand.factors.get('warp'), own = demand.factors.get('atom')?.value, all = demand.factors.get('role')?.value;
    if (warp !== undefined) return wrong(demand, 'multiply-adds are spread over single threads, not warps; write `by role` and `by atom`');
    if (own !== undefined && powerIn(own) !== own) return wrong(demand, `${own} elements side by side are no power of two`);
    if ((atom ?? own) !== (own ?? atom) || (covered ?? all) !== (all ?? covered)) return wrong(demand, `all ${role === 'm' ? 'rows' : 'columns'} of a launch lie on the same threads`);
    atom ??= own;
    covered ??= all;
  }
  // Threads come before elements side by side: few threads would keep the machine idle.
  // Tiles that the schedule leaves open follow the pattern, not the other way round.
  const set = axes.filter((id) => tiles.get(id)?.factors.has('grid'));
  const inside = covered ?? (set.length > 0 ? set : axes).reduce((g, id) => gcd(plan.tiles.get(id)!, g), 0);
  const side = atom ?? Math.min(old.atom, powerIn(covered ?? inside / Math.min(old.threads, powerIn(inside))));
  const threads = covered !== undefined ? covered / side : Math.min(old.threads, powerIn(inside / side));
  if (!Number.isInteger(threads) || powerIn(threads) !== threads) return wrong(demands[0]!, `${threads} threads are no power of two; \`by role\` is a power of two times \`by atom\``);
  return { atom: side, threads };
}

/** Warps along rows and columns of a product: as a schedule says, or chosen so that each holds a fair and nearly square share. */
import type { Reporter } from '../diagnostics/report.ts';
import type { MmaIntrinsic } from '../ir/intrinsic.ts';
import type { MatrixPlan } from '../ir/plan.ts';
import type { Target } from '../targets/target.ts';
import type { TileDemand } from './apply-block.ts';
import { gcd, nearestMultiple, powerIn } from './apply-common.ts';
import { mostAccumulators } from './apply-limits.ts';
import { sizeName } from './apply-size.ts';
import type { Candidate } from './matrix-plan.ts';

type Warps = readonly [number | undefined, number | undefined];
/** Results a thread holds in a well-filled launch, and warps that one usually has. */
const usualWords = 64, usualWarps = 8;

/** What `by warp` says; undefined after an error. */
export function demandedWarps(plan: MatrixPlan, tiles: ReadonlyMap<string, TileDemand>, intrinsic: MmaIntrinsic, reporter: Reporter): Warps | undefined {
  const found: [number | undefined, number | undefined] = [undefined, undefined];
  let failed = false;
  for (const [id, role] of plan.roles) {
    const demand = tiles.get(id), warp = demand?.factors.get('warp');
    if (demand === undefined || warp === undefined) continue;
    const d = role === 'm' ? 0 : 1, atom = d === 0 ? intrinsic.m : intrinsic.n;
    const grid = demand.factors.get('grid')?.value ?? plan.tiles.get(id)!;
    const what = `tile ${sizeName(demand.loop)}`;
    const warps = grid / warp.value;
    const wrong = (why: string): void => { failed = true; reporter.report('TDSL0311', { what, why }, warp.span); };
    if (warp.value % atom !== 0) {
      failed = true;
      const nearest = nearestMultiple(warp.value, atom);
      reporter.report('TDSL0310', { what: `${what} by warp`, value: warp.value, unit: atom, why: `the ${d === 0 ? 'rows' : 'columns'} of \`${intrinsic.name}\``, nearest }, warp.span, { edits: [{ span: warp.span, text: String(nearest) }] });
    } else if (!Number.isInteger(warps)) wrong(`${warp.value} does not divide ${grid}`);
    else if (powerIn(warps) !== warps) {
      failed = true;
      const legal = [1, 2, 4, 8, 16, 32].map((w) => grid / w).filter((t) => t % atom === 0);
      const nearest = legal.sort((a, b) => Math.abs(a - warp.value) - Math.abs(b - warp.value))[0];
      reporter.report('TDSL0311', { what, why: `${warps} warps are no power of two${nearest === undefined ? '' : `; write ${nearest}`}` }, warp.span, { edits: nearest === undefined ? [] : [{ span: warp.span, text: String(nearest) }] });
    }
    else if (found[d] !== undefined && found[d] !== warps) wrong(`all ${d === 0 ? 'rows' : 'columns'} of a launch lie on the same warps: ${found[d]} elsewhere, ${warps} here`);
    else found[d] = warps;
  }
  return failed ? undefined : found;
}

/** Warps that divide all tiles of their role; those that the schedule sets are kept. */
export function chooseWarps(plan: MatrixPlan, candidates: readonly Candidate[], intrinsic: MmaIntrinsic, fixed: Warps, target: Target): readonly [number, number] {
  const common = (role: 'm' | 'n', atom: number): number => powerIn([...plan.roles].filter(([, r]) => r === role).reduce((g, [id]) => gcd(plan.tiles.get(id)!, g), 0) / atom);
  const most = [common('m', intrinsic.m), common('n', intrinsic.n)];
  const area = candidates.reduce((n, x) => n + plan.tiles.get(x.c.m)! * plan.tiles.get(x.c.n)!, 0);
  const first = candidates[0]!.c;
  const nested = candidates.length > 1 || candidates.some((x) => x.group.parts.length > 1);
  const options = (d: 0 | 1): number[] => (fixed[d] !== undefined ? [fixed[d]!] : [1, 2, 4, 8, 16, 32].filter((w) => w <= most[d]!));
  let best: readonly [number, number] = [fixed[0] ?? 1, fixed[1] ?? 1];
  let least = Infinity;
  for (const m of options(0)) {
    for (const n of options(1)) {
      const threads = 32 * m * n, words = area / threads;
      if (threads > target.maxThreads && fixed[0] === undefined && fixed[1] === undefined) continue;
      // Columns of a nested product on several warps would make every row reduction cross warps.
      const crossing = nested && n > 1 ? 4 : 0;
      // Each warp reads its rows and its columns of both operands: least when they are alike.
      const [rows, columns] = [plan.tiles.get(first.m)! / m, plan.tiles.get(first.n)! / n];
      const shape = Math.log2((rows + columns) / (2 * Math.sqrt(rows * columns)));
      const spill = words > mostAccumulators(threads, target) ? 100 : 0;
      const cost = spill + crossing + Math.abs(Math.log2(words / usualWords)) + (m * n > usualWarps ? 2 : 0) + shape;
      if (cost < least) { least = cost; best = [m, n]; }
    }
  }
  return best;
}

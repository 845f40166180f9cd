/** T1: how many ways there are to split a computation between an intrinsic and software. */
import { checkMatches } from '../../../src/partition/check-matches.ts';
import { libraryHardware } from '../../../src/partition/library.ts';
import { allIntrinsics } from '../../../src/partition/declare.ts';
import { partitionKernel } from '../../../src/partition/partition.ts';
import { kernelsOf } from '../../partition/support.ts';
import { publish, source } from './table.ts';

/** HASCO's rule, counted by hand: `fixed / with operand swap`. */
const reference: Readonly<Record<string, readonly string[]>> = {
  'GEMM': ['1 / 2', '1 / 2', '1 / 2', '0 / 0'], 'TTM': ['1 / 2', '2 / 3', '2 / 4', '0 / 0'], 'CONV2D': ['3 / 6', '4 / 7', '4 / 8', '2 / 2'], 'CONV2D, batch': ['3 / 6', '7 / 10', '7 / 14', '2 / 2'],
  'MTTKRP, stage 1': ['1 / 2', '2 / 3', '2 / 4', '0 / 0'], 'MTTKRP, stage 2': ['1 / 2', '1 / 1', '0 / 0', '0 / 0'], 'depthwise': ['2 / 4', '2 / 2', '0 / 0', '0 / 0'],
};
const workloads = [['GEMM', 'gemm', 'gemm', 'C'], ['TTM', 'ttm', 'ttm', 'C'], ['CONV2D', 'conv2d', 'conv2d', 'O'], ['CONV2D, batch', 'conv2d', 'conv2d_batch', 'O'], ['MTTKRP, stage 1', 'mttkrp', 'mttkrp', 'T'], ['MTTKRP, stage 2', 'mttkrp', 'mttkrp', 'D'], ['depthwise', 'depthwise', 'depthwise', 'O']] as const;
const arrays = ['dot_array', 'gemv_array', 'gemm_array', 'conv_array'] as const;

export function t1(): void {
  const intrinsics = arrays.map((name) => allIntrinsics(libraryHardware()).find((i) => i.name === name)!), rows: string[][] = [], wrong: string[] = [];
  let checked = 0, failed = 0, slowest = 0;
  for (const [title, file, kernel, statement] of workloads) {
    const k = kernelsOf(source(file)).find((x) => x.name === kernel)!;
    const start = process.cpuUsage().user, part = partitionKernel(k, intrinsics);
    slowest = Math.max(slowest, (process.cpuUsage().user - start) / 1000);
    const pairings = part.pairings.filter((p) => p.computation.name === statement);
    const row = intrinsics.map((i) => pairings.find((p) => p.intrinsic === i)!).map((p) => ({ counts: p.matching.counts, fused: p.fused.count }));
    row.forEach(({ counts }, i) => { const got = `${counts.fixed} / ${counts.swapped}`, want = reference[title]?.[i]; if (got !== want) wrong.push(`${title} on ${arrays[i] ?? ''}: ${got}, the reference has ${want ?? ''}`); });
    rows.push([title, ...row.map(({ counts, fused }) => `${counts.fixed} / ${counts.swapped} / ${counts.distinct} / ${fused}`)]);
    for (const c of checkMatches({ ...part, pairings })) { checked++; if (!c.ok) { failed++; wrong.push(`${c.kernel} on ${c.intrinsic}, ${c.map}: ${c.problem ?? ''}`); } }
  }
  publish({
    name: 'T1', question: 'in how many ways can a computation be split between an intrinsic and software?',
    method: ['Each cell: matches with the operands in order / in any order / distinct sets of loops / with several loops fused on one index (AMOS). The first two follow HASCO\'s two-step', 'rule, whose counts for these workloads are known; the last is strictly larger. Every match was run as generated code on a functional model of the array and compared with the oracle.'],
    settings: {}, head: ['workload', 'DOT', 'GEMV', 'GEMM', 'CONV'], rows,
    findings: [wrong.length === 0 ? 'All counts in order and in any order equal the reference.' : `Differences: ${wrong.join('; ')}`, `${checked} matches (one-to-one, fused, and with idle indices where there is no other) run, ${failed} wrong.`, `The slowest kernel is partitioned in ${slowest.toFixed(1)} ms of processor time, on all four arrays.`],
    data: { reference, checked, failed },
  });
}

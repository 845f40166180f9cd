/** What `tdsl partition` says, as data and as text. */
import { idleMatches } from './idle.ts';
import { groupingText } from './many-to-one.ts';
import { mapText } from './match.ts';
import { type KernelPartition, leftOver, nearestText, type Pairing } from './partition.ts';
import { drawTree, headline, treeOf } from './show.ts';

export interface MatchReport {
  readonly kernel: string;
  readonly statement: string;
  readonly intrinsic: string;
  readonly counts: { readonly fixed: number; readonly swapped: number; readonly distinct: number; readonly manyToOne: number };
  /** Index maps that passed step 1. */
  readonly passedIndex: { readonly fixed: number; readonly swapped: number };
  readonly accepted: readonly { readonly map: string; readonly left: readonly string[]; readonly operandsSwapped: boolean }[];
  readonly fused: readonly { readonly map: string }[];
  readonly rejected: readonly { readonly candidate: string; readonly step: number; readonly reason: string }[];
  readonly fusedRejected: readonly { readonly candidate: string; readonly reason: string }[];
  readonly nearest: { readonly candidate: string; readonly matched: number; readonly of: number; readonly reason: string } | null;
  /** With indices of the intrinsic idle, where nothing else matches. */
  readonly idle: readonly string[];
}

export function matchReport(kernel: string, p: Pairing): MatchReport {
  const { computation: c, intrinsic, matching: m, fused } = p;
  const i = intrinsic.computation;
  return {
    kernel, statement: c.name, intrinsic: intrinsic.name,
    counts: { ...m.counts, manyToOne: fused.count },
    passedIndex: m.passedIndex,
    accepted: m.accepted.map((x) => ({ map: mapText(c, i, x), left: leftOver(c, x), operandsSwapped: x.order.some((from, at) => from !== at) })),
    fused: fused.accepted.map((g) => ({ map: groupingText(c, i, g) })),
    rejected: m.rejected, fusedRejected: fused.rejected,
    nearest: m.nearest ?? null,
    idle: m.accepted.length === 0 && fused.count === 0 ? idleMatches(c, i).map((g) => groupingText(c, i, g)) : [],
  };
}

export interface PartitionReport {
  readonly statements: readonly { readonly kernel: string; readonly statement: string; readonly text: string; readonly tree: string }[];
  readonly intrinsics: readonly { readonly name: string; readonly target: string | null; readonly text: string; readonly tree: string }[];
  readonly elementwise: readonly { readonly kernel: string; readonly statements: readonly string[] }[];
  readonly matches: readonly MatchReport[];
}

export function partitionReport(partitions: readonly KernelPartition[]): PartitionReport {
  const statements = partitions.flatMap((p) => [...new Set(p.pairings.map((x) => x.computation))].map((c) => ({ kernel: p.kernel.name, statement: c.name, text: headline(c), tree: drawTree(treeOf(c)) })));
  const intrinsics = [...new Set(partitions.flatMap((p) => p.pairings.map((x) => x.intrinsic)))].map((i) => ({ name: i.name, target: i.target ?? null, text: headline({ ...i.computation, name: i.computation.statement.target }), tree: drawTree(treeOf(i.computation)) }));
  return {
    statements, intrinsics,
    elementwise: partitions.flatMap((p) => (p.elementwise.length === 0 ? [] : [{ kernel: p.kernel.name, statements: p.elementwise }])),
    matches: partitions.flatMap((p) => p.pairings.map((x) => matchReport(p.kernel.name, x))),
  };
}

/** `every`: rejected candidates too, each on a line. */
export function partitionText(report: PartitionReport, every: boolean): string {
  const lines: string[] = [];
  for (const s of report.statements) {
    lines.push(`${s.kernel}: ${s.text}`, ...indent(s.tree), '');
    for (const m of report.matches.filter((x) => x.kernel === s.kernel && x.statement === s.statement)) lines.push(...matchLines(m, every), '');
  }
  for (const e of report.elementwise) lines.push(`${e.kernel}: ${e.statements.join(', ')} ${e.statements.length === 1 ? 'has' : 'have'} no reduction and stay${e.statements.length === 1 ? 's' : ''} in software`, '');
  return lines.join('\n');
}
const indent = (text: string): string[] => text.split('\n').map((l) => `    ${l}`);

function matchLines(m: MatchReport, every: boolean): string[] {
  const { fixed, swapped, distinct, manyToOne } = m.counts;
  const lines = [`  on ${m.intrinsic}: ${fixed} with the operands in order, ${swapped} in any order, ${distinct} distinct; ${manyToOne} with fused loops (index maps that passed step 1: ${m.passedIndex.fixed}, ${m.passedIndex.swapped})`];
  for (const a of m.accepted) lines.push(`    accepted  ${a.map}${a.left.length > 0 ? `; ${a.left.join(', ')} in software` : ''}`);
  const shown = every ? m.fused : m.fused.slice(0, 3);
  for (const g of shown) lines.push(`    fused     ${g.map}`);
  if (m.fused.length > shown.length) lines.push(`    fused     … and ${m.counts.manyToOne - shown.length} more (--all)`);
  if (m.nearest !== null) lines.push(`    ${nearestText(m.nearest)}`);
  for (const map of m.idle) lines.push(`    idle      ${map} (a part of the array has no work)`);
  const byStep = (step: number): number => m.rejected.filter((r) => r.step === step).length;
  if (every) {
    for (const r of m.rejected) lines.push(`    rejected  step ${r.step}  ${r.candidate}: ${r.reason}`);
    for (const r of m.fusedRejected) lines.push(`    rejected  fused   ${r.candidate}: ${r.reason}`);
  } else {
    const late = m.rejected.filter((r) => r.step === 2);
    for (const r of late) lines.push(`    rejected  step 2  ${r.candidate}: ${r.reason}`);
    if (byStep(0) > 0) lines.push(`    rejected  step 0  ${m.rejected.find((r) => r.step === 0)?.reason ?? ''}`);
    if (byStep(1) > 0) lines.push(`    rejected  step 1  ${byStep(1)} choices (--all)`);
  }
  return lines;
}

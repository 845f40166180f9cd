/** Partition of a kernel: every reduction against every intrinsic asked for, with what was accepted, what rejected each other candidate, and what is left. */
import { similarNames } from '../check/suggest.ts';
import { type Diagnostic } from '../diagnostics/diagnostic.ts';
import { Reporter } from '../diagnostics/report.ts';
import type { Kernel } from '../ir/tst.ts';
import { normalize } from '../passes/normalize.ts';
import { axesOf, type Computation, computationsOf } from './computation.ts';
import { allIntrinsics, type Hardware, type Intrinsic } from './declare.ts';
import { gpuIntrinsic, gpuIntrinsicNames } from './library-gpu.ts';
import { type ManyToOne, manyToOne } from './many-to-one.ts';
import { match, type Match, type Matching } from './match.ts';

export interface Pairing { readonly computation: Computation; readonly intrinsic: Intrinsic; readonly matching: Matching; readonly fused: ManyToOne }
export interface KernelPartition {
  readonly kernel: Kernel;
  /** In normal form: what the computations' statements belong to. */
  readonly normal: Kernel;
  readonly pairings: readonly Pairing[];
  /** Statements without a reduction: elementwise work of the host processor or of an epilogue. */
  readonly elementwise: readonly string[];
}

export function partitionKernel(kernel: Kernel, intrinsics: readonly Intrinsic[]): KernelPartition {
  const normal = normalize(kernel);
  const computations = computationsOf(normal);
  const pairings = computations.flatMap((computation) => intrinsics.map((intrinsic): Pairing => ({
    computation, intrinsic, matching: match(computation, intrinsic.computation), fused: manyToOne(computation, intrinsic.computation),
  })));
  const reduced = new Set(computations.flatMap((c) => [c.name, c.statement.target]));
  return { kernel, normal, pairings, elementwise: kernel.statements.map((s) => s.target).filter((t) => !reduced.has(t)) };
}

/** Loops that a match leaves to software, outermost first. */
export const leftOver = (c: Computation, m: Match): string[] => { const chosen = new Set(m.map.values()); return axesOf(c).filter((a) => !chosen.has(a.id)).map((a) => a.name); };

/** The intrinsics a user means: all of the hardware, or one by its name. */
export function chooseIntrinsics(hardware: Hardware, name: string | undefined): { readonly intrinsics: readonly Intrinsic[]; readonly diagnostics: readonly Diagnostic[] } {
  const all = allIntrinsics(hardware);
  if (name === undefined) return { intrinsics: all.filter((i) => i.target === undefined), diagnostics: [] };
  const named = all.filter((i) => i.name === name || i.accelerator === name);
  const ofGpu = named.length > 0 ? undefined : gpuIntrinsic(name);
  const found = ofGpu === undefined ? named : [ofGpu];
  const reporter = new Reporter();
  if (found.length === 0) { const known = [...all.map((i) => i.name), ...gpuIntrinsicNames]; reporter.report('TDSL0602', { name, similar: similarNames(name, known), known: known.slice(0, 12) }); }
  return { intrinsics: found, diagnostics: reporter.diagnostics };
}

/** One warning where an intrinsic asked for by name matches nothing of a kernel. */
export function unmatched(partitions: readonly KernelPartition[], intrinsics: readonly Intrinsic[]): Diagnostic[] {
  const reporter = new Reporter();
  for (const { pairings } of partitions) for (const i of intrinsics) {
    const mine = pairings.filter((p) => p.intrinsic === i);
    if (mine.length === 0 || mine.some((p) => p.matching.accepted.length > 0 || p.fused.count > 0)) continue;
    for (const { computation, matching } of mine) {
      const near = matching.nearest;
      reporter.report('TDSL0609', { statement: computation.name, intrinsic: i.name, nearest: near === undefined ? 'nothing came near' : nearestText(near) }, computation.statement.span);
    }
  }
  return [...reporter.diagnostics];
}
export const nearestText = (near: NonNullable<Matching['nearest']>): string =>
  (near.matched === 0 ? near.reason : `nearest: ${near.candidate} (${near.matched} of ${near.of} indices): ${near.reason}`);

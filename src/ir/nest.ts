/**
 * Nests: what one launch computes, after fusion and before scheduling. A tree of loop groups over shared axes.
 *
 * A `LoopGroup` runs over its axes once and keeps one running value per `Part`; parts are in dependency order and a part that uses an earlier one of the
 * same group carries the rescaling that keeps it right while that one still changes (passes/stream.ts). Reads of a part's name in any expression mean its
 * running or final value at the axes in the read's index; all other reads are of tensors in memory.
 *
 * Invariants (checked by `nest-validate.ts`):
 *  1. every axis is bound once in a nest: by its store or by one loop;
 *  2. an expression only uses axes bound around it: those of its group's loop end with the loop, and what a part keeps and its correction know none of them;
 *  3. every value is free of reductions.
 * After its loop a part is read where its kept axes are bound, inside it by later parts that rescale.
 */
import type { Span } from '../diagnostics/span.ts';
import type { Rescale } from '../passes/stream.ts';
import type { DType, ValueType } from './dtype.ts';
import type { IndexExpr } from './index-expr.ts';
import { print } from './index-print.ts';
import type { Axis, Expr, Kernel, Reduce } from './tst.ts';
import { printExpr } from './tst-print.ts';

export interface Part {
  readonly name: string;
  readonly op: Reduce['op'];
  readonly acc: DType;
  readonly type: ValueType;
  /** Axes the result varies along. */
  readonly kept: readonly string[];
  readonly where: Expr | undefined;
  readonly body: Expr;
  readonly rescale: Rescale | undefined;
  readonly span: Span;
}

export interface LoopGroup { readonly axes: readonly Axis[]; readonly parts: Part[]; readonly inner: LoopGroup[] }

/** `scatter`: the tensor has values already, and only the elements that the points name get new ones; `gathers` as in `Update`. */
export interface Scatter { readonly gathers: Readonly<Record<string, Expr>>; readonly mayLeave: boolean }
/** `axes`: the spatial axes that the stored value varies along, where those are not all; it is stored once for the others. */
export interface Store { readonly tensor: string; readonly index: readonly IndexExpr[]; readonly value: Expr; readonly axes?: readonly string[]; readonly scatter?: Scatter; readonly span: Span }

/** A tensor that one launch writes and a later one reads. `limit`: as in `Tensor`. */
export interface Scratch { readonly name: string; readonly dtype: DType; readonly shape: readonly IndexExpr[]; readonly limit: IndexExpr | undefined }

export interface Nest {
  readonly name: string;
  /** Axes of the stored tensors; those in `serial` are looped inside a group because something is computed once for all of them. */
  readonly spatial: readonly Axis[];
  readonly serial: ReadonlySet<string>;
  /** Groups needed before the serial axes begin, and those inside them. */
  readonly groups: LoopGroup[];
  readonly serialGroups: LoopGroup[];
  readonly stores: readonly Store[];
  /** What statements called the axes: a schedule names loops as the algorithm wrote them, and several statements may share one axis. */
  readonly loops: readonly LoopName[];
}
export interface LoopName { readonly statement: string; readonly name: string; readonly axis: string }

export interface FusedKernel { readonly kernel: Kernel; readonly nests: readonly Nest[]; readonly scratch: readonly Scratch[]; readonly notes: FusionNotes }
export interface FusionNotes { readonly fused: string[]; readonly streamed: string[]; readonly rejected: { candidate: string; reason: string }[] }

export function* groupsOf(nest: Nest): Generator<LoopGroup> {
  const below = function* (groups: readonly LoopGroup[]): Generator<LoopGroup> {
    for (const g of groups) { yield g; yield* below(g.inner); }
  };
  yield* below(nest.groups);
  yield* below(nest.serialGroups);
}
export const partsOf = (nest: Nest): Part[] => [...groupsOf(nest)].flatMap((g) => g.parts);

/** Text form, indented by loops. */
export function printNest(nest: Nest): string {
  const lines = [`nest ${nest.name}: ${nest.spatial.map((a) => `${a.id} < ${print(a.extent)}${nest.serial.has(a.id) ? ' serial' : ''}`).join(', ')}`];
  const group = (g: LoopGroup, indent: string): void => {
    lines.push(`${indent}for ${g.axes.map((a) => `${a.id} < ${print(a.extent)}`).join(', ')}`);
    for (const inner of g.inner) group(inner, `${indent}  `);
    for (const p of g.parts) {
      if (p.rescale) lines.push(`${indent}  ${p.name} ${p.rescale.kind === 'multiply' ? '*=' : '+='} ${printExpr(p.rescale.factor)}`);
      lines.push(`${indent}  ${p.name}[${p.kept.join(', ')}] ${p.op}= ${p.where ? `where ${printExpr(p.where)} ` : ''}${printExpr(p.body)}`);
    }
  };
  for (const g of nest.groups) group(g, '  ');
  if (nest.serial.size > 0) lines.push(`  for ${[...nest.serial].join(', ')}`);
  for (const g of nest.serialGroups) group(g, '    ');
  for (const s of nest.stores) {
    const where = Object.entries(s.scatter?.gathers ?? {}).map(([id, e]) => `, ${id} = ${printExpr(e)}`).join('');
    lines.push(`  ${s.tensor}[${s.index.map((i) => print(i)).join(', ')}${where}] ${s.scatter === undefined ? '=' : '<-'} ${printExpr(s.value)}`);
  }
  return lines.join('\n');
}

/** The axis a plain index is, if it is one. */
export const plainAxis = (index: IndexExpr): string | undefined => {
  const t = index.terms[0];
  const f = t?.factors[0];
  return index.terms.length === 1 && t?.coefficient === 1 && t.factors.length === 1 && f?.kind === 'variable' ? f.id : undefined;
};

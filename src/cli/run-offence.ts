/** What a kernel found wrong with its data while it ran, as a diagnostic. */
import { diagnostic } from '../diagnostics/report.ts';
import { evaluate, num } from '../ir/index-expr.ts';
import { interpret } from '../ir/tst-interpret.ts';
import type { Check, Expr, Kernel } from '../ir/tst.ts';
import { substituteAxes } from '../ir/tst-walk.ts';
import type { Sizes } from '../runtime/abi.ts';
import { exit, notes, Stop, stop } from './outcome.ts';

/** What a run was of, so that the index can be computed which left its tensor. */
export interface Ran { readonly tree: Kernel; readonly sizes: Sizes; readonly inputs: ReadonlyMap<string, ArrayLike<number>> }

/** The stop that ends the command, for an error of `Prepared.verify`; any other error is given back. */
export function offenceOf(cause: unknown, file: string, ran?: Ran): unknown {
  if (!(cause instanceof RangeError) || typeof cause.cause !== 'object' || cause.cause === null || !('check' in cause.cause) || !('point' in cause.cause)) return cause;
  const { check, point } = cause.cause;
  const name = typeof check === 'object' && check !== null && 'tensor' in check ? check.tensor : undefined;
  const found = ran?.tree.checks?.find((c) => c.tensor === name);
  if (ran === undefined || found?.kind !== 'read' || typeof point !== 'number') return stop(exit.diagnostics, 'TDSL0509', { text: cause.message });
  const { start, end } = found.span;
  for (const { dimension, extent, value } of found.places ?? []) {
    const most = evaluate(extent, (_, size) => ran.sizes[size] ?? 0), index = indexAt(ran, found, point, value);
    if (index < 0 || index >= most) return new Stop(exit.diagnostics, diagnostic('TDSL0517', { tensor: found.target, dimension, index, extent: most }, { file, start, end }, notes(cause.message)));
  }
  return stop(exit.diagnostics, 'TDSL0509', { text: cause.message });
}

/** The index at one point of a check, by the interpreter, from the values that the tensors have there. */
function indexAt({ tree, sizes, inputs }: Ran, check: Check, point: number, value: Expr): number {
  let rest = point;
  const at = new Map([...check.axes].reverse().map(({ id, extent }) => {
    const n = Math.max(1, evaluate(extent, (_, size) => sizes[size] ?? 0)), coordinate = rest % n;
    rest = Math.floor(rest / n);
    return [id, num(coordinate)] as const;
  }));
  const asked = `${check.tensor} asked`;
  const statements = tree.statements.flatMap((s) => (s.target === check.tensor ? [s, { target: asked, axes: [], index: [], value: substituteAxes(value, at), span: s.span }] : [s]));
  const tensors = [...tree.tensors, { name: asked, role: 'output', dtype: 'i32', shape: [], limit: undefined, span: check.span } as const];
  return interpret({ ...tree, tensors, statements }, sizes, inputs, { sample: new Map([[asked, [0]]]) }).get(asked)?.values[0] ?? 0;
}

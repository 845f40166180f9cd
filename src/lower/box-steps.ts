/**
 * Steps whose boxes one role copies while the other multiplies what it reads of them into registers. A fill of the ring holds the boxes of `plan.together` steps: what the
 * next step reads of it is on its way while the one before is multiplied, which a wait between them would not allow (docs/performance-log.md, section 3).
 */
import { CompilerBug } from '../diagnostics/bug.ts';
import { add, type IndexExpr, isConst, mod, mul, num, variable } from '../ir/index-expr.ts';
import type { MatrixPlan } from '../ir/plan.ts';
import type { Op } from '../ir/tile.ts';
import type { Builder } from './builder.ts';
import type { Staged } from './operands.ts';
import type { Space } from './space.ts';
import { scalesBefore, type StagedScale, withScales } from './stage-scales.ts';
import type { Values } from './values.ts';

/** Works at the step that has this number, that of the loop where none is given. */
export type AtStep = (at?: IndexExpr) => void;
interface Loop { readonly step: string; readonly count: IndexExpr; readonly inner: AtStep; readonly bind: AtStep; readonly pipe: string; readonly scales: readonly StagedScale[] }

/** Emits the multiplying role's loop. @returns what the copying role does */
export function boxSteps(staged: readonly Staged[], { step, count, inner, bind, pipe, scales }: Loop, copy: (own: readonly Staged[], stage: IndexExpr) => void, plan: MatrixPlan, b: Builder, space: Space, values: Values): readonly Op[] {
  const steps = isConst(count), together = plan.together !== undefined && steps !== undefined && steps % plan.together === 0 ? plan.together : 1, { stages } = plan;
  const [fill, fills] = together === 1 || steps === undefined ? [step, count] : [`${step}.fill`, num(steps / together)], stage = mod(variable(fill), num(stages));
  const parts = Array.from({ length: together }, (_, n) => ({ at: together === 1 ? variable(fill) : add(mul(variable(fill), num(together)), num(n)), own: staged.map((s): Staged => ({ ...s })) }));
  const loads = b.block(() => b.loop(fill, fills, () => {
    b.emit({ kind: 'acquire', pipe });
    for (const { at, own } of parts) { bind(at); copy(own, stage); }
    b.emit({ kind: 'commit', pipe });
  }));
  const buffers = parts.map(({ own }) => own.map(({ name, buffer }) => { if (buffer === undefined) throw new CompilerBug(`lower: ${name} has no stage`); return buffer; }));
  b.pipes.push({ id: pipe, stages, buffers: buffers.flat().map((x) => x.id) });
  const given = `${pipe}_scales`, before = scalesBefore(scales, { step, count, bind, pipe: given }, plan.threads, b, values);
  b.loop(fill, fills, () => {
    b.emit({ kind: 'wait', pipe, ahead: 0 });
    for (const [part, { at }] of parts.entries()) values.scoped(() => withScales(before, at, b, space, values, () => {
      // Scales that are not there yet are asked for before the products whose sums they scale.
      if (before.length === 0) { bind(at); for (const { read } of scales) values.evaluate(read); }
      for (const [n, s] of staged.entries()) { s.buffer = buffers[part]![n]; s.stage = stage; }
      inner(at);
      if (before.length > 0) b.emit({ kind: 'release', pipe: given });
    }));
    // Products of registers are done where they stand.
    b.emit({ kind: 'release', pipe });
  }, plan.isWritten === true);
  return loads;
}

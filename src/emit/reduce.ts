/**
 * Reductions: registers serially (within the group's loop), bits of the thread number below the target's exchange width by butterflies, the others through
 * shared memory in rounds of up to 16 threads. Every thread that holds the result computes it in the same order, so copies agree bit for bit.
 */
import { CompilerBug } from '../diagnostics/bug.ts';
import { binary, constant, index, type CodeExpr, type Place } from '../ir/code.ts';
import { valueTypeOf } from '../ir/dtype.ts';
import { registerCount } from '../ir/layout.ts';
import type { OpOf, TileDecl } from '../ir/tile.ts';
import type { Context } from './context.ts';
import { threadNumber } from './coordinates.ts';
import { Frame, start } from './coordinates.ts';
import { type BitRun, crossBits, crossPlan } from './cross-threads.ts';
import { type Spread, digitsOf } from './digits.ts';
import { mergeParts } from './expression.ts';
import { assignRegister, registerPlace, registerType } from './registers.ts';
import { partialsMemory } from './scratch.ts';
import { partialsRoom } from './scratch-room.ts';

export type ReduceOp = OpOf<'reduce'>;

/** The result's registers along the axes that the source has too: partial axes hold thread bits alone. */
export function reducedSpread(dst: TileDecl, op: ReduceOp): Spread {
  const partial = new Set(op.over.flatMap((o) => (o.into === undefined ? [] : [o.into])));
  const kept = dst.axes.map((axis, d) => ({ axis, dim: dst.layout.dims[d]! })).filter(({ axis }) => !partial.has(axis));
  return { axes: kept.map((k) => k.axis), layout: { dims: kept.map((k) => k.dim) } };
}

/** Whether several registers of a thread are merged into one. */
function isSerial(context: Context, op: ReduceOp): boolean {
  const over = new Set(op.over.map((o) => o.axis));
  return digitsOf(context.tile(op.srcs[0]!)).some((d) => d.source.kind === 'register' && over.has(d.axis));
}

const registersOf = (context: Context, op: ReduceOp): number => registerCount(context.tile(op.dsts[0]!).layout);
const identityOf = (context: Context, op: ReduceOp, part: number): CodeExpr => constant(registerType(context.tile(op.dsts[part]!)), op.reducer.identity[part] ?? 0);

/** Sets the results to the identity before the group's loop. */
export function startReduce(context: Context, op: ReduceOp): void {
  if (!isSerial(context, op)) return;
  context.loop('r', registersOf(context, op), (r) => op.dsts.forEach((dst, part) => assignRegister(context, dst, r, identityOf(context, op, part), undefined, true)));
}

/** Within the group's loop: merges one element's parts into the result registers `at`. */
export function mergeInto(context: Context, op: ReduceOp, at: readonly CodeExpr[], parts: readonly CodeExpr[], frame: Frame): void {
  if (!isSerial(context, op)) {
    op.dsts.forEach((dst, part) => assignRegister(context, dst, at[part]!, parts[part]!, undefined, true));
    return;
  }
  assignMerged(context, op, op.dsts.map((dst, part) => registerPlace(context, dst, at[part]!)), parts, frame);
}

/** targets = merge(targets, others). With several parts all new values are computed before the first is assigned. */
function assignMerged(context: Context, op: ReduceOp, targets: readonly Place[], others: readonly CodeExpr[], frame: Frame): void {
  const merged = mergeParts(op.reducer.merge, targets, others, frame);
  if (targets.length === 1) { context.put({ kind: 'assign', target: targets[0]!, value: merged[0]! }); return; }
  const values = merged.map((value, part) => context.let(`${context.tile(op.dsts[part]!).name}_new`, value));
  targets.forEach((target, part) => context.put({ kind: 'assign', target, value: values[part]! }));
}

/** What `barriers.ts` decided for one round through shared memory. */
export interface RoundPlan { readonly half: 0 | 1; readonly barrierBefore: boolean }

/** After the group's loop: merges across threads. */
export function finishReduce(context: Context, op: ReduceOp): void {
  const src = context.tile(op.srcs[0]!);
  const { exchange, rounds } = crossPlan(context.caps.exchangeBits, crossBits(src, op));
  if (exchange.length === 0 && rounds.length === 0) return;
  const frame = new Frame(context, src, start);
  for (const run of exchange) {
    context.loop('r', registersOf(context, op), (r) => context.loop('step', run.count, (step) => {
      const mask = run.count === 1 ? index(2 ** run.first) : binary('shl', index(2 ** run.first), step);
      const targets = op.dsts.map((dst) => registerPlace(context, dst, r));
      const others = targets.map((a): CodeExpr => ({ kind: 'exchange', type: a.type, a, mask }));
      // By a name of its own where several parts follow from it, and where `a || other` would leave threads out of the exchange.
      const named = targets.length === 1 && targets[0]?.type !== 'bool' ? others : others.map((o, part) => context.let(`${context.tile(op.dsts[part]!).name}_other`, o));
      assignMerged(context, op, targets, named, frame);
    }));
  }
  const plans = context.rounds.get(op) ?? [];
  rounds.forEach((run, n) => {
    const plan = plans[n];
    if (plan === undefined) throw new CompilerBug('a reduction through shared memory has no barrier plan');
    round(context, op, run, plan, frame);
  });
}

/** Each thread shows its value; each reads those of all threads which differ from it in the run's bits alone. */
function round(context: Context, op: ReduceOp, run: BitRun, plan: RoundPlan, frame: Frame): void {
  const count = registersOf(context, op);
  // Where not all registers find room at once, they go in turns; one turn's values are read before the next come.
  const atOnce = 2 ** Math.floor(Math.log2(Math.min(count, partialsRoom(context))));
  const thread = threadNumber(context);
  if (plan.barrierBefore) context.barrier();
  const memories = op.dsts.map((dst, part) => partialsMemory(context, valueTypeOf(context.tile(dst).dtype), plan.half, part, atOnce));
  const slot = (r: CodeExpr, who: CodeExpr): CodeExpr => binary('add', binary('mul', r, index(context.threads)), who);
  const asStored = (value: CodeExpr): CodeExpr => (value.type === 'bool' ? { kind: 'convert', type: 'i32', a: value } : value);
  const asValue = (value: CodeExpr, type: CodeExpr['type']): CodeExpr => (type === 'bool' ? binary('ne', value, constant('i32', 0)) : value);
  const mask = (2 ** run.count - 1) * 2 ** run.first;
  const everyone = 2 ** Math.ceil(Math.log2(context.threads)) - 1;
  const first = mask === everyone ? index(0) : context.hoist(`leader ${mask}`, new Set(), 'leader', () => binary('bitand', thread, index(everyone - mask)));
  const read = (dst: number, part: number, at: CodeExpr): CodeExpr => {
    const type = registerType(context.tile(dst));
    return asValue({ kind: 'load', type: type === 'bool' ? 'i32' : type, memory: memories[part]!, index: at }, type);
  };
  const turn = (from: CodeExpr): void => {
    const register = (r: CodeExpr): CodeExpr => (atOnce === count ? r : binary('add', from, r));
    context.loop('r', atOnce, (r) => op.dsts.forEach((dst, part) => {
      context.put({ kind: 'store', memory: memories[part]!, index: slot(r, thread), value: asStored(registerPlace(context, dst, register(r))), exact: true });
    }));
    context.barrier();
    context.loop('r', atOnce, (r) => {
      const targets = op.dsts.map((dst) => registerPlace(context, dst, register(r)));
      targets.forEach((target, part) => context.put({ kind: 'assign', target, value: read(op.dsts[part]!, part, slot(r, first)) }));
      context.loop('other', 2 ** run.count - 1, (n) => {
        const at = slot(r, binary('add', first, binary('mul', index(2 ** run.first), binary('add', n, index(1)))));
        const others = targets.map((_, part) => read(op.dsts[part]!, part, at));
        const named = targets.length === 1 ? others : others.map((o, part) => context.let(`${context.tile(op.dsts[part]!).name}_other`, o));
        assignMerged(context, op, targets, named, frame);
      });
    });
  };
  if (atOnce === count) { turn(index(0)); return; }
  context.loop('part', Math.ceil(count / atOnce), (n) => {
    turn(binary('mul', n, index(atOnce)));
    context.barrier();
  });
}

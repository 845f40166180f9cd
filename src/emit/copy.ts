/** Asynchronous copies into shared memory, in pieces of 4, 8 or 16 bytes; pieces outside become zeros. */
import { CompilerBug } from '../diagnostics/bug.ts';
import { constant, type CodeExpr } from '../ir/code.ts';
import { bitsOf } from '../ir/dtype.ts';
import type { OpOf } from '../ir/tile.ts';
import { globalElement, sharedAt } from './address.ts';
import type { Context } from './context.ts';
import { type Position, Frame, asVariable, extend, start } from './coordinates.ts';
import { type RegisterLoop, type Spread, registerLoops } from './digits.ts';
import { ownerCondition } from './threads.ts';

export function emitCopy(context: Context, op: OpOf<'copyAsync'>): void {
  if (op.via !== 'cp_async') throw new CompilerBug(`${context.kernel.name}: ${op.via} copies are not emitted for this target`);
  const buffer = context.shared(op.buffer);
  const bytes = (op.view.vector * bitsOf(buffer.dtype)) / 8;
  if (![4, 8, 16].includes(bytes)) throw new CompilerBug(`${context.kernel.name}: cp.async of ${bytes} bytes`);
  const spread: Spread = { axes: buffer.axes, layout: op.layout };
  const loops = registerLoops(spread, [], `copy to ${op.buffer}`, op.view.vector);
  const piece = (p: Position): void => {
    const frame = new Frame(context, spread, p);
    const inside: CodeExpr = frame.conditions(op.view.guard) ?? constant('bool', 1);
    context.put({
      kind: 'call', wrapper: 'cp_async', constants: [bytes], args: [
        { kind: 'memory', memory: context.memoryName(op.buffer), index: sharedAt(context, op.buffer, frame.expr(op.stage), frame) },
        { kind: 'memory', memory: context.memoryName(op.view.buffer), index: globalElement(context, op.view, frame) },
        { kind: 'value', value: inside },
      ],
    });
  };
  const nest = (rest: readonly RegisterLoop[], p: Position): void => {
    const [loop, ...others] = rest;
    if (loop === undefined) { piece(p); return; }
    context.loop(`d${context.axis(loop.axis).name}`, loop.count, (v) => nest(others, extend(p, [loop], [asVariable(context, v)])));
  };
  const owner = ownerCondition(context, spread);
  if (owner === undefined) { nest(loops, start); return; }
  const body = context.block([], () => nest(loops, start));
  context.put({ kind: 'if', cond: owner, then: body, else: [] });
}

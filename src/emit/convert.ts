/** Layout changes: a renaming of registers where the same threads hold the same elements, else a way through shared memory. */
import { CompilerBug } from '../diagnostics/bug.ts';
import { type CodeExpr, constant } from '../ir/code.ts';
import { type DType, valueTypeOf } from '../ir/dtype.ts';
import { num } from '../ir/index-expr.ts';
import type { OpOf, SharedBuffer, TileDecl } from '../ir/tile.ts';
import { sharedElement } from './address.ts';
import type { Context } from './context.ts';
import { type Position, Frame, asVariable, extend, registerAt, start } from './coordinates.ts';
import { type RegisterLoop, registerLoops, sameElements } from './digits.ts';
import { IndexCode } from './index-code.ts';
import { assignRegister, registerPlace, registerType } from './registers.ts';
import { scratchMemory } from './scratch.ts';
import { ownerCondition } from './threads.ts';

export function emitConvert(context: Context, op: OpOf<'convert'>): void {
  const src = context.tile(op.src);
  const dst = context.tile(op.dst);
  if (src.packed || dst.packed) throw new CompilerBug(`${context.kernel.name}: packed tile ${src.name} cannot change its layout`);
  const who = `${context.kernel.name}: convert of ${src.name}`;
  if (sameElements(src, dst)) {
    visit(context, registerLoops(dst, [src], who), start, (p) => assignRegister(context, op.dst, register(context, p, 0), registerPlace(context, op.src, register(context, p, 1))));
    return;
  }
  const sizes = src.axes.map((axis) => context.axis(axis).tile);
  const stored: DType = valueTypeOf(src.dtype) === 'f32' ? 'f32' : 'i32';
  const own = op.scratch === undefined;
  const buffer: SharedBuffer = own ? { id: 'exchange', dtype: stored, axes: src.axes, sizes, stages: 1, swizzle: 0, pad: 0 } : context.shared(op.scratch);
  const memory = own ? scratchMemory(context, `${context.roleKey}exchange ${stored}`, 'exchange', stored, sizes.reduce((a, b) => a * b, 1)) : context.memoryName(op.scratch);
  const address = (tile: TileDecl, p: Position): CodeExpr => {
    const frame = new Frame(context, tile, p);
    return sharedElement(buffer, frame.expr(num(0)), buffer.axes.map((axis) => frame.code.expr(frame.local(axis))));
  };
  const asBool = registerType(src) === 'bool';
  const write = context.block([], () => visit(context, registerLoops(src, [], who), start, (p) => {
    const value = registerPlace(context, op.src, register(context, p, 0));
    context.put({ kind: 'store', memory, index: address(src, p), value: asBool ? { kind: 'convert', type: 'i32', a: value } : value, exact: true });
  }));
  const owner = ownerCondition(context, src);
  context.put(...(owner === undefined ? write : [{ kind: 'if', cond: owner, then: write, else: [] } as const]));
  context.barrier();
  visit(context, registerLoops(dst, [], who), start, (p) => {
    const load: CodeExpr = { kind: 'load', type: stored === 'f32' ? 'f32' : 'i32', memory, index: address(dst, p) };
    assignRegister(context, op.dst, register(context, p, 0), asBool ? { kind: 'binary', type: 'bool', op: 'ne', a: load, b: constant('i32', 0) } : load);
  });
}

const register = (context: Context, p: Position, which: number): CodeExpr => new IndexCode(context).expr(registerAt(p, which));

function visit(context: Context, loops: readonly RegisterLoop[], p: Position, body: (p: Position) => void): void {
  const [loop, ...rest] = loops;
  if (loop === undefined) { body(p); return; }
  context.loop(`d${context.axis(loop.axis).name}`, loop.count, (v) => visit(context, rest, extend(p, [loop], [asVariable(context, v)]), body));
}

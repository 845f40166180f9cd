/**
 * Matrix products by an instruction that reads shared memory itself and runs on while the threads go on: for each step of the contraction and each block of the
 * accumulator one call, with pointers to where the operands' rows or panels begin, or to the registers that hold the rows. A group of products is closed at once; `mmaWait` waits for groups.
 */
import { CompilerBug } from '../diagnostics/bug.ts';
import type { WrapperArg } from '../ir/code.ts';
import { bitsOf } from '../ir/dtype.ts';
import { type IndexExpr, add, floorDiv, mod, mul, num } from '../ir/index-expr.ts';
import type { MmaIntrinsic } from '../ir/intrinsic.ts';
import { rowPitch, stageElements } from '../ir/layout-shared.ts';
import { registerCount } from '../ir/layout.ts';
import type { OpOf, Operand, SharedBuffer } from '../ir/tile.ts';
import type { Context } from './context.ts';
import { type Position, asVariable, extend, namedPart, registerAt, start } from './coordinates.ts';
import { type Digit, type RegisterLoop, type Spread, digitLoops, digitsOf } from './digits.ts';
import { IndexCode } from './index-code.ts';
import { registerArray } from './registers.ts';
import type { Rings } from './rings.ts';

type MmaOp = OpOf<'mma'>;

export function emitSharedProduct(context: Context, rings: Rings, op: MmaOp, intrinsic: MmaIntrinsic): void {
  const acc = context.tile(op.acc);
  const who = `${context.kernel.name}: ${op.intrinsic} into ${acc.name}`;
  const side = (o: Operand): SharedSide => {
    if (o.kind !== 'shared') throw new CompilerBug(`${who}: an operand does not lie in shared memory`);
    const buffer = context.shared(o.buffer);
    const free = buffer.axes.find((axis) => axis !== op.over && acc.axes.includes(axis));
    if (free === undefined || buffer.axes.length !== 2 || buffer.swizzle === 0) throw new CompilerBug(`${who}: ${buffer.id} is no swizzled matrix of rows and ${op.over}`);
    return { buffer, free, stage: o.stage };
  };
  const b = side(op.b), held = op.a.kind === 'tile' ? op.a.tile : undefined, a = held === undefined ? side(op.a) : undefined;
  const rows = a?.free ?? context.tile(held!).axes.find((axis) => axis !== op.over && acc.axes.includes(axis));
  if (rows === undefined) throw new CompilerBug(`${who}: operands share no rows with the result`);
  const above = (s: Spread, axis: string, size: number): readonly Digit[] => digitsOf(s).filter((d) => d.axis === axis && d.place >= size);
  const loops = digitLoops([...above(acc, rows, intrinsic.m), ...above(acc, b.free, intrinsic.n)], held === undefined ? [] : [above(context.tile(held), rows, intrinsic.m)], who);
  const depth = context.axis(op.over).tile;
  if (depth % intrinsic.k !== 0) throw new CompilerBug(`${who}: ${depth} is no multiple of ${intrinsic.k}`);
  const steps: readonly RegisterLoop[] = held !== undefined ? digitLoops(above(context.tile(held), op.over, intrinsic.k), [], who)
    : depth === intrinsic.k ? [] : [{ axis: op.over, count: depth / intrinsic.k, place: intrinsic.k, strides: [] }];
  const array = registerArray(context, op.acc);

  context.put({ kind: 'call', wrapper: 'wgmma_fence', constants: [], args: [] });
  nest(context, steps, start, (k) => nest(context, loops, k, (p) => {
    const code = new IndexCode(context);
    const operand = ({ buffer, free, stage: own }: SharedSide, size: number): WrapperArg => {
      const coordinate = (axis: string): IndexExpr => add(...p.loops.filter((l) => l.axis === axis).map((l) => mul(num(l.place), l.at)));
      const warps = above(acc, free, size).filter((d) => d.source.kind === 'thread');
      // In blocks of the instruction's size, so that it is seen to be whole rows or panels.
      const block = warps.map((d): Digit => ({ ...d, place: d.place / size }));
      const part = warps.length === 0 ? num(0) : mul(num(size), asVariable(context, namedPart(context, block, `${context.axis(free).name}_block`)));
      const within = rowsAndPanels(buffer, buffer.axes.map((axis) => (axis === free ? add(coordinate(axis), part) : coordinate(axis))));
      const pipe = rings.ofBuffer(buffer.id);
      const stage = pipe === undefined ? own : asVariable(context, rings.stage(pipe));
      return { kind: 'memory', memory: context.memoryName(buffer.id), index: code.expr(add(mul(num(stageElements(buffer)), stage), within)) };
    };
    const inTile: Position = { loops: p.loops.filter((l) => l.axis !== op.over) }, inSteps: Position = { loops: p.loops.filter((l) => l.axis === op.over) };
    // Steps count registers of the rows' tile alone.
    const fromRegisters = (tile: number): WrapperArg => ({ kind: 'registers', array: registerArray(context, tile), at: code.expr(inWords(add(registerAt(inTile, 1), registerAt(inSteps, 0)), bitsOf(intrinsic.a.dtype))) });
    context.put({
      kind: 'call', wrapper: intrinsic.wrapper, constants: [...(a === undefined ? [] : swizzleOf(a.buffer, op.over)), ...swizzleOf(b.buffer, op.over)],
      args: [
        { kind: 'registers', array, at: code.expr(registerAt(inTile, 0)) }, a === undefined ? fromRegisters(held!) : operand(a, intrinsic.m),
        operand(b, intrinsic.n),
      ],
    });
  }));
  context.put({ kind: 'call', wrapper: 'wgmma_commit', constants: [], args: [] });
}

interface SharedSide { readonly buffer: SharedBuffer; readonly free: string; readonly stage: IndexExpr }
/** Register numbers count elements; words hold 32 / bits of them. */
const inWords = (e: IndexExpr, bits: number): IndexExpr => ({ terms: e.terms.map((t) => ({ ...t, coefficient: (t.coefficient * bits) / 32 })), key: `${e.key}*${bits}/32` });

/** Waits for products; when none is left pending, their sums may be read. */
export function emitProductWait(context: Context, pending: number, accumulators: Iterable<number>): void {
  context.put({ kind: 'call', wrapper: 'wgmma_wait', constants: [pending], args: [] });
  if (pending > 0) return;
  for (const tile of accumulators) {
    const zero = new IndexCode(context).expr(num(0));
    context.put({ kind: 'call', wrapper: context.tile(tile).dtype === 'i32' ? 'wgmma_hold_i32' : 'wgmma_hold', constants: [registerCount(context.tile(tile).layout)], args: [{ kind: 'registers', array: registerArray(context, tile), at: zero }] });
  }
}

/** Bytes of a swizzled row, and from panel to panel where the summed axis is not the consecutive one (0 where it is). */
function swizzleOf(buffer: SharedBuffer, over: string): readonly [number, number] {
  return [buffer.swizzle, buffer.axes.at(-1) === over ? 0 : (buffer.sizes[0]! * rowPitch(buffer) * bitsOf(buffer.dtype)) / 8];
}

/** Where rows from `row` on and columns from `column` on begin, in elements; the unit swizzles by itself. */
function rowsAndPanels(buffer: SharedBuffer, [row, column]: readonly IndexExpr[]): IndexExpr {
  const pitch = num(rowPitch(buffer));
  if (buffer.sizes[1] === rowPitch(buffer)) return add(mul(pitch, row!), column!);
  return add(mul(num(buffer.sizes[0]! * rowPitch(buffer)), floorDiv(column!, pitch)), mul(pitch, row!), mod(column!, pitch));
}

function nest(context: Context, loops: readonly RegisterLoop[], p: Position, body: (p: Position) => void): void {
  const [loop, ...rest] = loops;
  if (loop === undefined) { body(p); return; }
  const { name } = context.axis(loop.axis);
  context.loop(`d${name}`, loop.count, (v) => nest(context, rest, extend(p, [loop], [asVariable(context, v)]), body));
}

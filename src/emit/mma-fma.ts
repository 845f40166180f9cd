/**
 * Matrix products by scalar multiply-add: each thread holds a box of the accumulator and, step by step along the contraction, loads the rows and columns
 * that box needs and adds their outer product. Shared operands are read in vectors along whichever of their axes is contiguous in memory.
 */
import { CompilerBug, unreachable } from '../diagnostics/bug.ts';
import { binary, constant, element, index, type CodeExpr, type Place } from '../ir/code.ts';
import { type DType, bitsOf } from '../ir/dtype.ts';
import { type IndexExpr, add, mul, num, substitute } from '../ir/index-expr.ts';
import type { Layout } from '../ir/layout.ts';
import { rowPitch } from '../ir/layout-shared.ts';
import type { OpOf, Operand } from '../ir/tile.ts';
import { globalElement, sharedElement } from './address.ts';
import type { Context } from './context.ts';
import { type Position, Frame, asVariable, extend, registerAt, start } from './coordinates.ts';
import { type Digit, type RegisterLoop, type Spread, digitsOf, registerLoops } from './digits.ts';
import { codeType } from './expression.ts';
import { registerPlace } from './registers.ts';

type MmaOp = OpOf<'mma'>;

/** One operand: the accumulator's axes it has, the loops over them, and where its values of one step stand. */
interface Side {
  readonly operand: Operand;
  readonly axes: readonly string[];
  readonly spread: Spread;
  readonly loops: readonly RegisterLoop[];
  /** Consecutive steps of the contraction that one access brings. */
  readonly deep: number;
  /** Neighbouring elements along the innermost loop that one access brings. */
  readonly wide: number;
  readonly name: string;
  readonly count: number;
}

export function emitFma(context: Context, op: MmaOp): void {
  const acc = context.tile(op.acc);
  const steps = context.axis(op.over).tile;
  const sides = [side(context, op, op.a, 'a', steps), side(context, op, op.b, 'b', steps)] as const;
  const block = Math.max(sides[0].deep, sides[1].deep);
  const who = `${context.kernel.name}: multiply-add into ${acc.name}`;
  const body = (step: CodeExpr): void => {
    // Operands that arrive `block` steps at a time are read before the steps, the others within them.
    for (const s of sides) if (s.deep > 1) readSide(context, op, s, step, index(0));
    context.loop(`v${context.axis(op.over).name}`, block, (inner) => {
      for (const s of sides) if (s.deep === 1) readSide(context, op, s, step, inner);
      outer(context, op, sides, who, inner);
    });
  };
  const count = steps / block;
  const declare = (): void => {
    for (const s of sides) if (s.operand.kind !== 'tile' && s.count * s.deep > 1) context.put({ kind: 'array', name: s.name, type: codeType(acc.dtype), length: s.count * s.deep });
  };
  if (count === 1) { declare(); body(index(0)); return; }
  context.forLoop(`d${context.axis(op.over).name}`, [], (step) => {
    declare();
    body(binary('mul', index(block), step));
  }, (variable, stmts) => ({ kind: 'for', variable, count: index(count), registers: false, unroll: context.caps.family !== 'cpu', body: stmts }));
}

function side(context: Context, op: MmaOp, operand: Operand, wanted: string, steps: number): Side {
  const acc = context.tile(op.acc);
  const own = operandAxes(context, operand);
  const axes = acc.axes.filter((axis) => own.includes(axis));
  const dims = axes.map((axis) => acc.layout.dims[acc.axes.indexOf(axis)]!);
  if (!own.includes(op.over)) throw new CompilerBug(`${context.kernel.name}: an operand of ${acc.name} lacks axis ${op.over}`);
  // Registers of the accumulator that differ along these axes alone.
  const spread: Spread = { axes, layout: compact({ dims }) };
  const loops = registerLoops(spread, [], `operand ${wanted}`);
  const count = loops.reduce((n, l) => n * l.count, 1);
  const base = { operand, axes, spread, loops, name: context.names.fresh(nameOf(operand) ?? wanted), count };
  if (operand.kind !== 'shared') return { ...base, deep: 1, wide: 1 };
  const buffer = context.shared(operand.buffer);
  const most = Math.floor(context.caps.sharedAccessBits / bitsOf(buffer.dtype));
  const fits = (n: number, size: number): boolean => size % n === 0 && rowPitch(buffer) % n === 0 && (buffer.swizzle === 0 || n * bitsOf(buffer.dtype) <= 128);
  const widest = (size: number): number => { let n = Math.min(most, 8); while (n > 1 && !fits(n, size)) n /= 2; return n; };
  const last = buffer.axes.at(-1);
  if (last === op.over) return { ...base, deep: widest(steps), wide: 1 };
  const innermost = loops.at(-1);
  if (innermost?.axis !== last || innermost?.place !== 1) return { ...base, deep: 1, wide: 1 };
  return { ...base, deep: 1, wide: widest(innermost.count) };
}

const nameOf = (o: Operand): string | undefined => (o.kind === 'shared' ? `${o.buffer}_reg` : o.kind === 'global' ? o.view.buffer.toLowerCase() : undefined);

/** Register bits renumbered densely in their order. */
function compact(l: Layout): Layout {
  const order = l.dims.flatMap((d) => d.bits.flatMap((b) => (b.from === 'reg' ? [b.n] : []))).sort((x, y) => x - y);
  return { dims: l.dims.map((d) => ({ repeat: d.repeat, bits: d.bits.map((b) => (b.from === 'reg' ? { from: 'reg' as const, n: order.indexOf(b.n) } : b)) })) };
}

function operandAxes(context: Context, operand: Operand): readonly string[] {
  switch (operand.kind) {
    case 'shared': return context.shared(operand.buffer).axes;
    case 'tile': return context.tile(operand.tile).axes;
    case 'global': return operand.axes;
    default: return unreachable(operand);
  }
}

/** Reads one side's values for step `step + inner` (or for `deep` steps from there) into its registers. */
function readSide(context: Context, op: MmaOp, s: Side, step: CodeExpr, inner: CodeExpr): void {
  if (s.operand.kind === 'tile') return;
  const at = add(asVariable(context, step), asVariable(context, inner));
  const nest = (loops: readonly RegisterLoop[], p: Position): void => {
    const [loop, ...rest] = loops;
    if (loop === undefined) { access(context, op, s, p, at); return; }
    const last = rest.length === 0 && s.wide > 1;
    const count = last ? loop.count / s.wide : loop.count;
    context.loop(`d${context.axis(loop.axis).name}`, count, (v) => nest(rest, extend(p, [loop], [last ? mul(num(s.wide), asVariable(context, v)) : asVariable(context, v)])));
  };
  nest(s.loops, start);
}

function access(context: Context, op: MmaOp, s: Side, p: Position, at: IndexExpr): void {
  const frame = new Frame(context, s.spread, p);
  const many = s.count * s.deep > 1;
  const type = codeType(context.tile(op.acc).dtype);
  const register = frame.code.expr(mul(num(s.deep), registerAt(p, 0)));
  const put = (memory: string, dtype: DType, where: CodeExpr, guard: CodeExpr | undefined, fill: number): void => {
    const value: CodeExpr = { kind: 'load', type: codeType(dtype), memory, index: where };
    const guarded = guard === undefined ? {} : { guard: { cond: guard, otherwise: constant(type, fill) } };
    if (many) context.put({ kind: 'assign', target: element(type, s.name, register), value, ...guarded });
    else context.put({ kind: 'let', name: s.name, value, ...guarded });
  };
  switch (s.operand.kind) {
    case 'shared': {
      const { buffer, stage } = s.operand;
      const decl = context.shared(buffer);
      const coordinates = decl.axes.map((axis) => frame.code.expr(axis === op.over ? at : frame.local(axis)));
      const where = sharedElement(decl, frame.expr(stage), coordinates);
      const memory = context.memoryName(buffer);
      const vector = Math.max(s.deep, s.wide);
      if (vector === 1) return put(memory, decl.dtype, where, undefined, 0);
      return context.put({ kind: 'loadVector', memory, index: where, count: vector, array: s.name, at: register });
    }
    case 'global': {
      const { view } = s.operand;
      const over = context.axis(op.over);
      const along = new Frame(context, s.spread, p);
      const shift = (e: IndexExpr): IndexExpr => along.resolve(substituteAxis(e, op.over, add(over.base, at)));
      const shifted = { ...view, index: view.index.map(shift), guard: view.guard.map(shift) };
      return put(context.memoryName(view.buffer), context.buffer(view.buffer).dtype, globalElement(context, shifted, along), along.conditions(shifted.guard), view.fill);
    }
    case 'tile': return;
    default: return unreachable(s.operand);
  }
}

/** acc[i, j] += a[i] * b[j] for all registers of the accumulator. */
function outer(context: Context, op: MmaOp, sides: readonly [Side, Side], who: string, inner: CodeExpr): void {
  const acc = context.tile(op.acc);
  const spreads = sides.map((s): Spread => (s.operand.kind === 'tile' ? context.tile(s.operand.tile) : s.spread));
  const loops = registerLoops(acc, spreads.map((s) => withoutAxis(s, op.over)), who);
  const value = (s: Side, n: number, p: Position): CodeExpr => {
    const frame = new Frame(context, acc, p);
    if (s.operand.kind === 'tile') {
      const stride = digitsOf(context.tile(s.operand.tile)).find((d: Digit) => d.axis === op.over && d.source.kind === 'register' && d.place === 1);
      const step = stride?.source.kind === 'register' ? stride.source.stride : 0;
      return registerPlace(context, s.operand.tile, frame.code.expr(add(registerAt(p, n + 1), mul(num(step), asVariable(context, inner)))));
    }
    if (s.count * s.deep === 1) return { kind: 'name', type: codeType(acc.dtype), name: s.name };
    const within = s.deep > 1 ? asVariable(context, inner) : num(0);
    return element(codeType(acc.dtype), s.name, frame.code.expr(add(mul(num(s.deep), registerAt(p, n + 1)), within)));
  };
  const nest = (rest: readonly RegisterLoop[], p: Position): void => {
    const [loop, ...others] = rest;
    if (loop !== undefined) {
      context.loop(`d${context.axis(loop.axis).name}`, loop.count, (v) => nest(others, extend(p, [loop], [asVariable(context, v)])));
      return;
    }
    const target: Place = registerPlace(context, op.acc, new Frame(context, acc, p).code.expr(registerAt(p, 0)));
    context.put({ kind: 'assign', target, value: binary('add', target, binary('mul', value(sides[0], 0, p), value(sides[1], 1, p))) });
  };
  nest(loops, start);
}

function withoutAxis(s: Spread, axis: string): Spread {
  const kept = s.axes.map((a, d) => ({ a, dim: s.layout.dims[d]! })).filter(({ a }) => a !== axis);
  return kept.length === s.axes.length ? s : { axes: kept.map((k) => k.a), layout: { dims: kept.map((k) => k.dim) } };
}
function substituteAxis(e: IndexExpr, axis: string, by: IndexExpr): IndexExpr {
  return substitute(e, (atom) => (atom.kind === 'variable' && atom.id === axis ? by : undefined));
}

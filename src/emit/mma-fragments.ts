/**
 * Matrix products by a warp's matrix instruction: fragments of both operands come out of shared memory (`ldmatrix` where memory order allows, element by
 * element elsewhere) or stand in registers already, and one instruction a fragment pair adds to the accumulator.
 */
import { CompilerBug } from '../diagnostics/bug.ts';
import { type CodeExpr, type Stmt, binary, element, index } from '../ir/code.ts';
import { bitsOf } from '../ir/dtype.ts';
import { type IndexExpr, add, mul, num } from '../ir/index-expr.ts';
import { type RegisterOperand, inInstructionOrder } from '../ir/layout-rename.ts';
import { type Layout, registerCount } from '../ir/layout.ts';
import type { OpOf, Operand } from '../ir/tile.ts';
import { type FragmentPlan, fragmentPlan } from '../targets/cuda/fragment.ts';
import { sharedElement } from './address.ts';
import type { EmittedIntrinsic } from './capabilities.ts';
import type { Context } from './context.ts';
import { type Position, asVariable, extend, namedPart, registerAt, start } from './coordinates.ts';
import { type Digit, type RegisterLoop, type Spread, digitLoops, digitsOf } from './digits.ts';
import { IndexCode } from './index-code.ts';
import { cast } from './expression.ts';
import { registerArray } from './registers.ts';

type MmaOp = OpOf<'mma'>;

/** An operand of the product: the accumulator's axis it shares, its atom, and the loops over its fragments. */
interface Side {
  readonly operand: Operand;
  /** Axes in the order of the atom's dimensions: (i, k) or (k, j). */
  readonly axes: readonly [string, string];
  readonly free: string;
  readonly atom: Layout;
  readonly words: number;
  readonly loops: readonly RegisterLoop[];
  /** Number among the tiles in the loops' strides, for an operand in registers. */
  readonly which: number;
  readonly array: string;
}

export function emitFragments(context: Context, op: MmaOp, intrinsic: EmittedIntrinsic): void {
  const acc = context.tile(op.acc);
  const who = `${context.kernel.name}: ${op.intrinsic} into ${acc.name}`;
  const spreads = operandSpreads(context, op, intrinsic);
  const axesOf = (o: Operand): readonly string[] => (o.kind === 'shared' ? context.shared(o.buffer).axes : o.kind === 'tile' ? context.tile(o.tile).axes : o.axes);
  const freeOf = (o: Operand): string => {
    const found = axesOf(o).find((axis) => axis !== op.over && acc.axes.includes(axis));
    if (found === undefined) throw new CompilerBug(`${who}: an operand shares no axis with the result`);
    return found;
  };
  const [i, j] = [freeOf(op.a), freeOf(op.b)];
  checkAtom(who, acc, [i, j], intrinsic.d.layout);
  // Loops over fragments: the register digits above the instruction's own.
  const above = (s: Spread, axis: string, size: number): readonly Digit[] => digitsOf(s).filter((d) => d.axis === axis && d.place >= size);
  const inRegisters = ([[op.a, i, intrinsic.m], [op.b, j, intrinsic.n]] as const).flatMap(([o, axis, size]) => (o.kind === 'tile' ? [above(spreads.get(o)!, axis, size)] : []));
  const loops = digitLoops([...above(acc, i, intrinsic.m), ...above(acc, j, intrinsic.n)], inRegisters, who);
  const sideOf = (operand: Operand, free: string, part: EmittedIntrinsic['a'], axes: readonly [string, string], which: number, wanted: string): Side => ({
    operand, free, axes, atom: part.layout, words: (registerCount(part.layout) * bitsOf(part.dtype)) / 32, which,
    loops: loops.filter((l) => l.axis === free),
    array: operand.kind === 'tile' ? registerArray(context, operand.tile) : context.names.fresh(operand.kind === 'shared' ? `${operand.buffer}_frag` : wanted),
  });
  const a = sideOf(op.a, i, intrinsic.a, [i, op.over], 1, 'a');
  const b = sideOf(op.b, j, intrinsic.b, [op.over, j], op.a.kind === 'tile' ? 2 : 1, 'b');

  const steps = stepLoops(context, op, spreads, intrinsic.k, who);
  nest(context, steps, start, false, (k) => {
    for (const s of [a, b]) if (s.operand.kind === 'shared') loadFragments(context, op, s, intrinsic, k);
    nest(context, loops, start, true, (p) => {
      const code = new IndexCode(context);
      const pointer = (s: Side): CodeExpr => (s.operand.kind === 'tile'
        ? code.expr(add(scaled(registerAt(p, s.which), bitsOf(intrinsic.a.dtype)), scaled(registerAt(k, s === a ? 0 : op.a.kind === 'tile' ? 1 : 0), bitsOf(intrinsic.a.dtype))))
        : code.expr(mul(num(s.words), fragmentNumber(s, p))));
      context.put({
        kind: 'call', wrapper: intrinsic.wrapper, constants: [], args: [
          { kind: 'registers', array: registerArray(context, op.acc), at: code.expr(scaled(registerAt(p, 0), acc.packed ? bitsOf(acc.dtype) : 32)) },
          { kind: 'registers', array: a.array, at: pointer(a) },
          { kind: 'registers', array: b.array, at: pointer(b) },
        ],
      });
    });
  });
}

/** How operands in registers are spread, with the summed axis in the instruction's order. */
function operandSpreads(context: Context, op: MmaOp, intrinsic: EmittedIntrinsic): ReadonlyMap<Operand, Spread> {
  const [a, b] = [op.a, op.b];
  const own = new Map<Operand, Spread>([a, b].flatMap((o) => (o.kind === 'tile' ? [[o, context.tile(o.tile)] as const] : [])));
  if (a.kind !== 'tile' || b.kind !== 'tile') return own;
  const [x, y] = [own.get(a)!, own.get(b)!];
  const side = (s: Spread, atom: Layout, at: 0 | 1): RegisterOperand => { const dim = s.axes.indexOf(op.over); return { layout: s.layout, dim, atom: dim === at ? atom : { dims: [...atom.dims].reverse() } }; };
  const straight = inInstructionOrder(side(x, intrinsic.a.layout, 1), side(y, intrinsic.b.layout, 0));
  return straight === undefined ? own : new Map<Operand, Spread>([[a, { ...x, layout: straight[0] }], [b, { ...y, layout: straight[1] }]]);
}

/** Register numbers count elements; words hold 32 / bits of them. */
const scaled = (e: IndexExpr, bits: number): IndexExpr => ({ terms: e.terms.map((t) => ({ ...t, coefficient: (t.coefficient * bits) / 32 })), key: `${e.key}*${bits}/32` });

/** Row-major number of the fragment among its side's loops. */
const fragmentNumber = (s: Side, p: Position): IndexExpr =>
  s.loops.reduce<IndexExpr>((n, l) => add(mul(num(l.count), n), p.loops.find((x) => x.axis === l.axis && x.place === l.place)?.at ?? num(0)), num(0));

function nest(context: Context, loops: readonly RegisterLoop[], p: Position, inner: boolean, body: (p: Position) => void): void {
  const [loop, ...rest] = loops;
  if (loop === undefined) { body(p); return; }
  const name = context.axis(loop.axis).name;
  context.loop(inner ? `d${name}` : `${name}_step`, loop.count, (v) => nest(context, rest, extend(p, [loop], [asVariable(context, v)]), inner, body));
}

/** Loops over the contraction in steps of the instruction; strides are those of operands in registers, in order. */
function stepLoops(context: Context, op: MmaOp, spreads: ReadonlyMap<Operand, Spread>, k: number, who: string): RegisterLoop[] {
  const tiles = [op.a, op.b].flatMap((o) => (o.kind === 'tile' ? [digitsOf(spreads.get(o)!).filter((d) => d.axis === op.over && d.place >= k)] : []));
  const [driver, ...others] = tiles;
  if (driver === undefined) {
    const count = context.axis(op.over).tile / k;
    if (!Number.isInteger(count)) throw new CompilerBug(`${who}: ${context.axis(op.over).tile} is no multiple of ${k}`);
    return count === 1 ? [] : [{ axis: op.over, count, place: k, strides: [] }];
  }
  return digitLoops(driver, others, who);
}

/** The lowest digits of the accumulator are the instruction's result. */
function checkAtom(who: string, acc: Spread, axes: readonly [string, string], atom: Layout): void {
  const own = digitsOf(acc);
  for (const d of digitsOf({ axes, layout: atom })) {
    const match = own.find((e) => e.axis === d.axis && e.place === d.place);
    if (match === undefined || JSON.stringify(match.source) !== JSON.stringify(d.source)) throw new CompilerBug(`${who}: the accumulator's layout does not begin with the instruction's`);
  }
}

/** What the digits above the atom add to the free coordinate: warps. */
function warpPart(context: Context, op: MmaOp, s: Side): IndexExpr {
  const size = 2 ** s.atom.dims[s.axes.indexOf(s.free)]!.bits.length;
  const digits = digitsOf(context.tile(op.acc)).filter((d) => d.axis === s.free && d.source.kind === 'thread' && d.place >= size);
  return digits.length === 0 ? num(0) : asVariable(context, namedPart(context, digits, `${context.axis(s.free).name}_warp`));
}

/** Fills the side's registers with its fragments for one step of the contraction. */
function loadFragments(context: Context, op: MmaOp, s: Side, intrinsic: EmittedIntrinsic, k: Position): void {
  if (s.operand.kind !== 'shared') return;
  const buffer = context.shared(s.operand.buffer);
  const fragments = s.loops.reduce((n, l) => n * l.count, 1);
  context.put({ kind: 'array', name: s.array, type: 'u32', length: fragments * s.words });
  const contiguous = buffer.axes.at(-1) === s.axes[0] ? 0 : 1;
  const last = s.loops.at(-1);
  // Two neighbouring fragments fill one instruction of four words.
  const pair = s.words === 2 && last !== undefined && last.count % 2 === 0;
  const freeDim = s.axes.indexOf(s.free);
  const atom: Layout = pair ? { dims: s.atom.dims.map((d, n) => (n === freeDim ? { ...d, repeat: 2 } : d)) } : s.atom;
  const plan = fragmentPlan(atom, buffer.dtype, contiguous);
  const loops = pair && plan !== undefined ? s.loops.map((l) => (l === last ? { ...l, count: l.count / 2, place: l.place * 2 } : l)).filter((l) => l.count > 1) : s.loops;
  const words = pair && plan !== undefined ? 2 * s.words : s.words;
  const kPart = add(...k.loops.map((l) => mul(num(l.place), l.at)));
  nest(context, loops, start, true, (p) => {
    const at = new IndexCode(context).expr(mul(num(words), loops.reduce<IndexExpr>((n, l, m) => add(mul(num(l.count), n), p.loops[m]!.at), num(0))));
    const origin = [0, 1].map((d) => (d === freeDim ? add(warpPart(context, op, s), ...p.loops.map((l) => mul(num(l.place), l.at))) : kPart));
    if (plan === undefined) plainFragment(context, s, origin, at);
    else matrixFragment(context, s, plan, origin, at, pair ? { size: 2 ** s.atom.dims[freeDim]!.bits.length, place: last.place } : undefined);
  });
  const { round } = intrinsic;
  if (round !== undefined) context.loop('r', fragments * s.words, (r) => {
    const word = element('u32', s.array, r);
    context.put({ kind: 'assign', target: word, value: { kind: 'apply', type: 'u32', wrapper: round, args: [word] } });
  });
}

function elementOf(context: Context, s: Side, coordinates: readonly IndexExpr[]): { memory: string; index: CodeExpr } {
  if (s.operand.kind !== 'shared') throw new CompilerBug('only shared operands are loaded');
  const buffer = context.shared(s.operand.buffer);
  const code = new IndexCode(context);
  return { memory: context.memoryName(buffer.id), index: sharedElement(buffer, code.expr(s.operand.stage), buffer.axes.map((axis) => code.expr(coordinates[s.axes.indexOf(axis)]!))) };
}

/** By `ldmatrix`: each lane gives the address of one row of 16 bytes. */
function matrixFragment(context: Context, s: Side, plan: FragmentPlan, origin: readonly IndexExpr[], at: CodeExpr, pair: { size: number; place: number } | undefined): void {
  for (const load of plan.loads) {
    const lanePart = ([0, 1] as const).map((dim) => {
      const free = dim === s.axes.indexOf(s.free);
      const digits: Digit[] = load.lanes.filter((l) => l.dim === dim).map((l) => ({
        axis: s.axes[dim], radix: 2, place: pair !== undefined && free && l.step === pair.size ? pair.place : l.step, source: { kind: 'thread', bit: l.bit },
      }));
      if (digits.length === 0) return num(0);
      const name = dim === plan.contiguous ? 'matrix_column' : 'matrix_row';
      return asVariable(context, namedPart(context, digits, name));
    });
    const where = elementOf(context, s, origin.map((o, d) => add(o, lanePart[d]!, num(load.origin[d]!))));
    const target = binary('add', at, index(load.word));
    const call: Stmt = { kind: 'call', wrapper: load.wrapper, constants: [], args: [{ kind: 'registers', array: s.array, at: target }, { kind: 'memory', ...where }] };
    context.put(call);
  }
}

/** Element by element, packed into words. */
function plainFragment(context: Context, s: Side, origin: readonly IndexExpr[], at: CodeExpr): void {
  if (s.operand.kind !== 'shared') return;
  const { dtype } = context.shared(s.operand.buffer);
  const per = 32 / bitsOf(dtype);
  const digits = digitsOf({ axes: s.axes, layout: s.atom });
  const lanes = ([0, 1] as const).map((dim) => {
    const own = digits.filter((d) => d.axis === s.axes[dim] && d.source.kind === 'thread');
    return own.length === 0 ? num(0) : asVariable(context, namedPart(context, own, `${s.array}_${dim === 0 ? 'row' : 'column'}`));
  });
  for (let word = 0; word < s.words; word++) {
    const values = Array.from({ length: per }, (_, field): CodeExpr => {
      const register = word * per + field;
      const coordinates = ([0, 1] as const).map((dim) => add(origin[dim]!, lanes[dim]!, ...digits.filter((d) => d.axis === s.axes[dim]).map((d) =>
        num(d.source.kind === 'register' ? (Math.floor(register / d.source.stride) % d.radix) * d.place : 0))));
      const where = elementOf(context, s, coordinates);
      const type = cast({ kind: 'const', type: 'i32', value: 0 }, dtype).type;
      return { kind: 'load', type, ...where };
    });
    context.put({ kind: 'assign', target: element('u32', s.array, binary('add', at, index(word))), value: { kind: 'pack', type: 'u32', dtype, values } });
  }
}

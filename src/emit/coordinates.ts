/**
 * Coordinates of a thread's elements: base + thread part + register part. Base and thread part are hoisted into one named constant (`m`), the register part
 * is left to the loops, so that the text reads `A[(m + 8 * dm) * K + k]`.
 */
import { binary, constantOf, index, type CodeExpr } from '../ir/code.ts';
import { type IndexExpr, add, isConst, mul, num, soleAtom, substitute, variable, variablesOf } from '../ir/index-expr.ts';
import { print } from '../ir/index-print.ts';
import type { Context } from './context.ts';
import { type Digit, type RegisterLoop, type Spread, digitsOf } from './digits.ts';
import { digitKey, IndexCode, type ValueOf, noValues } from './index-code.ts';

/** Where a piece of code stands within a tile: the register loops around it with their present values. */
export interface Position { readonly loops: readonly (RegisterLoop & { readonly at: IndexExpr })[] }
export const start: Position = { loops: [] };
export const extend = (p: Position, loops: readonly RegisterLoop[], at: readonly IndexExpr[]): Position => ({ loops: [...p.loops, ...loops.map((l, n) => ({ ...l, at: at[n]! }))] });

/** Register number of tile `which` (as numbered in the strides of the loops) at the position. */
export const registerAt = (p: Position, which: number): IndexExpr => add(...p.loops.map((l) => mul(num(l.strides[which] ?? 0), l.at)));
/** What the position adds to the coordinate along `axis`. */
export const registerPart = (p: Position, axis: string): IndexExpr => add(...p.loops.filter((l) => l.axis === axis).map((l) => mul(num(l.place), l.at)));

/** The code name of an index variable that emission introduced: named values enter index algebra as variables. */
export function asVariable(context: Context, value: CodeExpr): IndexExpr {
  const known = constantOf(value);
  if (known !== undefined) return num(known);
  const id = value.kind === 'name' ? `%${value.name}` : `%${JSON.stringify(value)}`;
  context.variables.set(id, value);
  return variable(id);
}

/** `thread`, or `lane` and `warp`, as hoisted names. */
function source(context: Context, which: 'thread' | 'lane' | 'warp'): CodeExpr {
  const thread = (): CodeExpr => binary('sub', { kind: 'builtin', type: 'index', builtin: 'thread' }, index(context.firstThread));
  if (context.threads === 1) return index(0);
  switch (which) {
    case 'thread': return context.hoist('thread', new Set(), 'thread', thread);
    case 'lane': return context.hoist('lane', new Set(), 'lane', () => binary('bitand', source(context, 'thread'), index(31)));
    case 'warp': return context.hoist('warp', new Set(), 'warp', () => binary('shr', source(context, 'thread'), index(5)));
  }
}
export const threadNumber = (context: Context): CodeExpr => source(context, 'thread');
/** Lane number within the warp or subgroup of 32. */
export const laneNumber = (context: Context): CodeExpr => source(context, 'lane');

interface Run { readonly bit: number; readonly count: number; readonly place: number }

/** Sum of the thread digits of one axis, in runs of neighbouring bits: `(thread >> 4) * 4`. */
function threadPart(context: Context, digits: readonly Digit[]): CodeExpr {
  const runs: Run[] = [];
  for (const d of digits) {
    if (d.source.kind !== 'thread') continue;
    const last = runs.at(-1);
    if (last !== undefined && last.bit + last.count === d.source.bit && last.place * 2 ** last.count === d.place) {
      runs[runs.length - 1] = { ...last, count: last.count + 1 };
    } else runs.push({ bit: d.source.bit, count: 1, place: d.place });
  }
  return runs.reverse().map((r) => field(context, r)).reduce<CodeExpr>((a, b) => binary('add', a, b), index(0));
}

/** The thread part as a name of its own, unless it is one already. */
export function namedPart(context: Context, digits: readonly Digit[], wanted: string): CodeExpr {
  const value = threadPart(context, digits);
  const shape = digits.map((d) => (d.source.kind === 'thread' ? `${d.source.bit}@${d.place}` : '')).join();
  return value.kind === 'name' || value.kind === 'const' ? value : context.hoist(`part ${shape}`, new Set(), wanted, () => value);
}

/** Where warps exist, lanes and warps are named apart. */
const splitsWarp = (context: Context): boolean => context.caps.family === 'cuda';

function field(context: Context, { bit, count, place }: Run): CodeExpr {
  const inWarp = splitsWarp(context);
  const bits = Math.ceil(Math.log2(context.threads));
  const [from, at, width] = inWarp && bit >= 5 ? [source(context, 'warp'), bit - 5, bits - 5] as const
    : inWarp && bits > 5 && bit + count <= 5 ? [source(context, 'lane'), bit, 5] as const
    : [source(context, 'thread'), bit, bits] as const;
  const shifted = binary('shr', from, index(at));
  const masked = at + count >= width ? shifted : binary('bitand', shifted, index(2 ** count - 1));
  return binary('mul', index(place), masked);
}

export class Coordinates {
  private readonly context: Context;
  private readonly byAxis: ReadonlyMap<string, readonly Digit[]>;

  constructor(context: Context, spread: Spread) {
    this.context = context;
    const digits = digitsOf(spread);
    this.byAxis = new Map(spread.axes.map((axis) => [axis, digits.filter((d) => d.axis === axis)]));
  }

  /** The coordinate within the tile, without the register part. */
  local(axis: string): IndexExpr {
    const digits = this.byAxis.get(axis) ?? [];
    if (!digits.some((d) => d.source.kind === 'thread') || this.context.threads === 1) return num(0);
    return asVariable(this.context, namedPart(this.context, digits, `t${this.context.axis(axis).name}`));
  }

  /** The coordinate along the whole axis, without the register part. */
  global(axis: string): IndexExpr {
    const { base, name: wanted } = this.context.axis(axis);
    const local = this.local(axis);
    const whole = add(base, local);
    if (isConst(whole) !== undefined || (soleAtom(whole)?.kind === 'variable')) return whole;
    const key = `global ${wanted} ${print(whole)}`;
    return asVariable(this.context, this.context.hoist(key, variablesOf(base), wanted, () => {
      const code = new IndexCode(this.context);
      return binary('add', code.expr(base), code.expr(local));
    }));
  }
}

/** Index expressions over axis ids, seen from one position of a spread. */
export class Frame {
  private readonly context: Context;
  private readonly coordinates: Coordinates;
  private readonly position: Position;
  private readonly axes: ReadonlySet<string>;
  readonly code: IndexCode;

  constructor(context: Context, spread: Spread, position: Position, valueOf: ValueOf = noValues) {
    this.context = context;
    this.coordinates = new Coordinates(context, spread);
    this.position = position;
    this.axes = new Set(spread.axes);
    this.code = new IndexCode(context, valueOf);
    for (const { name: wanted, at } of context.kernel.digits ?? []) {
      if ([...variablesOf(at)].some((id) => context.kernel.axes.some((a) => a.id === id) && !this.axes.has(id))) continue;
      const atom = soleAtom(this.resolve(at));
      if (atom?.kind === 'floordiv' || atom?.kind === 'mod') context.digitNames.set(digitKey(atom.kind, atom.a, atom.b), wanted);
    }
  }

  /** Replaces axis ids by coordinates. An axis that the spread lacks is worked on one element at a time: its base. */
  resolve(e: IndexExpr): IndexExpr {
    return substitute(e, (atom) => {
      if (atom.kind !== 'variable' || this.context.variables.has(atom.id)) return undefined;
      return this.axes.has(atom.id) ? add(this.coordinates.global(atom.id), registerPart(this.position, atom.id)) : this.context.axis(atom.id).base;
    });
  }
  /** `within`: only these of the loops around count. */
  local(axis: string, within: Position = this.position): IndexExpr {
    return add(this.coordinates.local(axis), registerPart(within, axis));
  }
  expr(e: IndexExpr): CodeExpr {
    return this.code.expr(this.resolve(e));
  }
  conditions(es: readonly IndexExpr[]): CodeExpr | undefined {
    return this.code.allNonNegative(es.map((e) => this.resolve(e)));
  }
}

/** One pass over the elements of an op, with axis coordinates and the operands' elements kept up to date for the compiled expressions. */
import { CompilerBug, unreachable } from '../diagnostics/bug.ts';
import { type Atom, type IndexExpr, type NamedAtom, type Term, valuesOf, variablesOf } from './index-expr.ts';
import type { Layout } from './layout.ts';
import type { TileExpr } from './tile.ts';
import { type Compute, type Scope, compileIndex } from './tile-interpret-scope.ts';
import { gatheredTile } from './tile-uses.ts';
import { type ExprContext, compileExpr } from './tile-interpret-expr.ts';

/** The elements an op works on: `coords[dim][element]` are local coordinates. Values mode counts coordinates, faithful mode thread * registers + register. */
export interface Space { readonly axes: readonly string[]; readonly count: number; readonly coords: readonly Int32Array[]; readonly layout: Layout }

/** Row-major coordinates of every element of a box. */
export function rowMajor(sizes: readonly number[]): { readonly count: number; readonly coords: Int32Array[] } {
  const count = sizes.reduce((n, s) => n * s, 1);
  let inner = count;
  const coords = sizes.map((size) => {
    inner /= size;
    const all = new Int32Array(count);
    for (let e = 0, x = 0; e < count; x = x + 1 === size ? 0 : x + 1) for (const end = e + inner; e < end; e++) all[e] = x;
    return all;
  });
  return { count, coords };
}

/** Where expressions look up axes and tiles. */
export interface Surroundings {
  readonly scope: Scope;
  /** The first coordinate of an axis, or undefined when `id` is no axis. */
  base(id: string): IndexExpr | undefined;
  data(tile: number): Float64Array;
  /** For every element of the space the position of the same element in the tile's data. */
  table(tile: number, space: Space): Int32Array;
}

interface Cursor { at: number; readonly table: Int32Array }
interface MovingAxis { readonly slot: number; readonly base: Compute; readonly coords: Int32Array | undefined; start: number }

export class ElementLoop implements ExprContext {
  readonly space: Space;
  private readonly around: Surroundings;
  private readonly axes = new Map<string, MovingAxis>();
  private readonly cursors = new Map<number, Cursor>();
  /** Parts of expressions that are the same for all elements, and the variables that hold them during a pass. */
  private readonly fixed = new Map<string, { readonly slot: number; readonly compute: Compute }>();

  constructor(space: Space, around: Surroundings) {
    this.space = space;
    this.around = around;
  }

  index(e: IndexExpr): Compute {
    this.use(e);
    return compileIndex(this.varying(e), this.around.scope, (id) => this.tile(gatheredTile(id)));
  }
  /** The expression with a variable in place of each part that no element changes, but for numbers and single names. */
  private varying(e: IndexExpr): IndexExpr {
    const still = e.terms.filter((t) => this.isFixed({ terms: [t], key: '' })), moving = e.terms.filter((t) => !still.includes(t)).map((t): Term => ({ ...t, factors: t.factors.map((f) => this.varyingAtom(f)) }));
    const names = still.filter((t) => t.factors.length > 0);
    if (names.length === 0 || (names.length === 1 && isNamed(names[0]!))) return { ...e, terms: [...moving, ...still] };
    const held = this.fix({ terms: still, key: still.map((t) => `${t.coefficient}*${t.monomial}`).join('+') });
    return { ...e, terms: [...moving, { coefficient: 1, factors: [held], monomial: held.key }] };
  }
  private isFixed(e: IndexExpr): boolean { return valuesOf(e).size === 0 && [...variablesOf(e)].every((id) => !this.space.axes.includes(id)); }
  private fix(e: IndexExpr): NamedAtom {
    const { scope } = this.around, id = `the same for all elements: ${e.key}`;
    if (!this.fixed.has(id)) this.fixed.set(id, { slot: scope.number('variable', id), compute: compileIndex(e, scope, () => { throw new CompilerBug('a tile is read where all elements are the same'); }) });
    return { kind: 'variable', id, key: id };
  }
  private varyingAtom(atom: Atom): Atom {
    const alone: IndexExpr = { terms: [{ coefficient: 1, factors: [atom], monomial: atom.key }], key: atom.key };
    switch (atom.kind) {
      case 'size': case 'variable': case 'value': return atom;
      case 'floordiv': case 'mod': return this.isFixed(alone) ? this.fix(alone) : { ...atom, a: this.varying(atom.a), b: this.varying(atom.b) };
      case 'min': case 'max': return this.isFixed(alone) ? this.fix(alone) : { ...atom, args: atom.args.map((x) => this.varying(x)) };
      default: return unreachable(atom);
    }
  }
  expr(e: TileExpr): Compute { return compileExpr(e, this); }
  /** Reads the tile at the element at hand. */
  tile(id: number): Compute {
    const data = this.around.data(id);
    const cursor = this.cursors.get(id) ?? { at: 0, table: this.around.table(id, this.space) };
    this.cursors.set(id, cursor);
    return () => data[cursor.at]!;
  }
  private use(e: IndexExpr): void {
    for (const id of axisIds(e, (x) => this.around.base(x) !== undefined)) {
      if (this.axes.has(id)) continue;
      const dim = this.space.axes.indexOf(id);
      const base = uniformIndex(this.around.base(id)!, this.around);
      this.axes.set(id, { slot: this.around.scope.number('variable', id), base, coords: this.space.coords[dim], start: 0 });
    }
  }

  run(body: (element: number) => void): void {
    const { values } = this.around.scope;
    const axes = [...this.axes.values()], cursors = [...this.cursors.values()];
    for (const a of axes) { a.start = a.base(); values[a.slot] = a.start; }
    for (const f of this.fixed.values()) values[f.slot] = f.compute();
    const moving = axes.filter((a) => a.coords !== undefined), [a, b] = moving;
    const { count } = this.space, all = moving.length, read = cursors.length;
    // Nearly all passes move one axis or two, and this is where interpreters spend their time.
    if (all <= 2 && a !== undefined) {
      const s = a.slot, from = a.start, x = a.coords!, t = b?.slot ?? s, low = b?.start ?? from, y = b?.coords ?? x;
      for (let e = 0; e < count; e++) {
        values[s] = from + x[e]!;
        values[t] = low + y[e]!;
        for (let i = 0; i < read; i++) { const c = cursors[i]!; c.at = c.table[e]!; }
        body(e);
      }
      return;
    }
    for (let e = 0; e < count; e++) {
      for (let i = 0; i < all; i++) { const m = moving[i]!; values[m.slot] = m.start + m.coords![e]!; }
      for (let i = 0; i < read; i++) { const c = cursors[i]!; c.at = c.table[e]!; }
      body(e);
    }
  }
}

/** An expression that is the same for all threads: axes stand for their first coordinate, `value(tN)` for a tile of one element. */
export function uniformIndex(e: IndexExpr, around: Surroundings): Compute {
  const axes = [...axisIds(e, (x) => around.base(x) !== undefined)].map((id) => ({ slot: around.scope.number('variable', id), base: uniformIndex(around.base(id)!, around) }));
  const compute = compileIndex(e, around.scope, (id) => { const data = around.data(gatheredTile(id)); return () => data[0]!; });
  if (axes.length === 0) return compute;
  return () => { for (const a of axes) around.scope.values[a.slot] = a.base(); return compute(); };
}

function axisIds(e: IndexExpr, isAxis: (id: string) => boolean): Set<string> {
  return new Set([...variablesOf(e)].filter(isAxis));
}

/** A multiple of one size or variable. */
const isNamed = ({ factors }: Term): boolean => factors.length === 1 && factors[0]!.kind !== 'floordiv' && factors[0]!.kind !== 'mod' && factors[0]!.kind !== 'min' && factors[0]!.kind !== 'max';

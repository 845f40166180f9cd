/** One pass over the elements of an op, with axis coordinates and the operands' elements kept up to date for the compiled expressions. */
import { type IndexExpr, variablesOf } from './index-expr.ts';
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
    const step = inner;
    return Int32Array.from({ length: count }, (_, e) => Math.floor(e / step) % size);
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

  constructor(space: Space, around: Surroundings) {
    this.space = space;
    this.around = around;
  }

  index(e: IndexExpr): Compute {
    this.use(e);
    return compileIndex(e, this.around.scope, (id) => this.tile(gatheredTile(id)));
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
    const moving = axes.filter((a) => a.coords !== undefined);
    for (let e = 0; e < this.space.count; e++) {
      for (const a of moving) values[a.slot] = a.start + a.coords![e]!;
      for (const c of cursors) c.at = c.table[e]!;
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

/**
 * Matrix products of faithful mode. The intrinsic decodes the registers it is handed by its own declared layouts, so operands in another
 * layout give wrong numbers. Which registers it is handed is decided once, from the first thread, as printed code decides it.
 */
import type { Span } from '../diagnostics/span.ts';
import type { MmaIntrinsic } from './intrinsic.ts';
import { bitIndex, coordinatesOf, positionOf } from './layout-query.ts';
import { inInstructionOrder } from './layout-rename.ts';
import { type Layout, isThreadBit } from './layout.ts';
import { roundTo } from './round.ts';
import { TileFault } from './tile-fault.ts';
import type { TileData } from './tile-interpret-machine.ts';

/** An operand: registers of a tile, or elements in row-major order that `fetch` gets from memory. */
export type Factor =
  | { readonly kind: 'tile'; readonly axes: readonly string[]; readonly tile: TileData }
  | { readonly kind: 'memory'; readonly axes: readonly string[]; readonly sizes: readonly number[]; readonly fetch: () => Float64Array };

export interface Product { readonly acc: TileData; readonly a: Factor; readonly b: Factor; readonly over: string; readonly extent: number; readonly threads: number; readonly intrinsic: MmaIntrinsic; readonly span: Span }

/** Registers of one thread by their local coordinates along `axes`. */
function registersAt(tile: TileData, axes: readonly string[], thread: number): { key: (c: readonly number[]) => number | undefined; coords: number[][] } {
  const dims = axes.map((a) => tile.decl.axes.indexOf(a));
  const coords = coordinatesOf(tile.decl.layout, positionOf(thread)).map((c) => dims.map((d) => (d < 0 ? 0 : c[d]!)));
  const map = new Map(coords.map((c, register) => [c.join(), register]));
  return { key: (c) => map.get(c.join()), coords };
}
const flat = (axes: readonly string[], sizes: readonly number[], at: (axis: string) => number): number => axes.reduce((n, a, d) => n * sizes[d]! + at(a), 0);

/** @returns a function that adds the product into the accumulator's registers */
export function compileProduct(p: Product): () => void {
  return p.intrinsic.m * p.intrinsic.n * p.intrinsic.k === 1 ? scalarProduct(p) : matrixProduct(p);
}

function scalarProduct({ acc, a, b, over, extent, threads, span }: Product): () => void {
  const axes = acc.decl.axes;
  const registers = acc.data.length / threads;
  const { coords } = registersAt(acc, axes, 0);
  const sides = [a, b].map((factor) => {
    if (factor.kind === 'tile') {
      const found = registersAt(factor.tile, factor.axes, 0);
      const table = coords.map((c) => Array.from({ length: extent }, (_, k) => {
        const r = found.key(factor.axes.map((x) => (x === over ? k : c[axes.indexOf(x)]!)));
        if (r === undefined) throw new TileFault('layout', `the thread that sums does not hold ${factor.tile.decl.name} at k = ${k}`, span);
        return r;
      }));
      const own = factor.tile.data.length / threads;
      return { fetch: () => factor.tile.data, at: (t: number, r: number, k: number) => t * own + table[r]![k]! };
    }
    const step = factor.sizes.slice(factor.axes.indexOf(over) + 1).reduce((n, s) => n * s, 1);
    const start = Int32Array.from({ length: acc.data.length }, (_, e) => flat(factor.axes, factor.sizes, (x) => (x === over ? 0 : acc.space.coords[axes.indexOf(x)]?.[e] ?? 0)));
    return { fetch: factor.fetch, at: (t: number, r: number, k: number) => start[t * registers + r]! + k * step };
  });
  const [left, right] = [sides[0]!, sides[1]!];
  return () => {
    const x = left.fetch(), y = right.fetch();
    for (let t = 0; t < threads; t++) for (let r = 0; r < registers; r++) {
      let sum = acc.data[t * registers + r]!;
      for (let k = 0; k < extent; k++) sum = roundTo(acc.decl.dtype, sum + x[left.at(t, r, k)]! * y[right.at(t, r, k)]!);
      acc.data[t * registers + r] = sum;
    }
  };
}

/** The thread and register of a fragment that hold (row, column), one entry per register of every thread. */
interface Fragment { readonly registers: number; readonly rows: Int32Array; readonly columns: Int32Array }
function fragment(l: Layout, threads: number): Fragment {
  const all = Array.from({ length: threads }, (_, t) => coordinatesOf(l, positionOf(t)));
  return { registers: all[0]!.length, rows: Int32Array.from(all.flatMap((cs) => cs.map((c) => c[0]!))), columns: Int32Array.from(all.flatMap((cs) => cs.map((c) => c[1]!))) };
}

function matrixProduct(product: Product): () => void {
  const { acc, a, b, over, extent, threads, intrinsic, span } = inOrder(product);
  const { m, n, k } = intrinsic;
  const usedBits = [intrinsic.a, intrinsic.b, intrinsic.d].flatMap((o) => o.layout.dims.flatMap((d) => d.bits.filter(isThreadBit).map(bitIndex)));
  const width = 2 ** (Math.max(-1, ...usedBits) + 1);
  // What all three have is worked on by warps with products of their own.
  const own = acc.decl.axes.filter((x) => !(a.axes.includes(x) && b.axes.includes(x)));
  const rowAxis = only(own, a.axes, acc, span), columnAxis = only(own, b.axes, acc, span);
  const fragments = { a: fragment(intrinsic.a.layout, width), b: fragment(intrinsic.b.layout, width), d: fragment(intrinsic.d.layout, width) };

  /** The registers, by the first thread, of the fragment whose first element is at (row, column). */
  const pick = (tile: TileData, axes: readonly [string, string], f: Fragment, row: number, column: number): Int32Array => {
    const found = registersAt(tile, axes, 0);
    return Int32Array.from({ length: f.registers }, (_, r) => {
      const register = found.key([row + f.rows[r]!, column + f.columns[r]!]);
      if (register === undefined) throw new TileFault('layout', `${tile.decl.name} has no fragment of ${intrinsic.name} at (${row}, ${column})`, span);
      return register;
    });
  };
  // Fragments of the accumulator, from the lowest coordinates up.
  const whole = registersAt(acc, [rowAxis, columnAxis], 0);
  const order = whole.coords.map((c, register) => ({ c, register })).sort((x, y) => x.c[0]! - y.c[0]! || x.c[1]! - y.c[1]!);
  const taken = new Set<number>();
  const blocks: { row: number; column: number; d: Int32Array }[] = [];
  for (const { c, register } of order) {
    if (taken.has(register)) continue;
    const d = pick(acc, [rowAxis, columnAxis], fragments.d, c[0]!, c[1]!);
    d.forEach((r) => taken.add(r));
    blocks.push({ row: c[0]!, column: c[1]!, d });
  }
  const steps = Math.floor(extent / k);
  if (steps * k !== extent) throw new TileFault('layout', `${extent} along ${over} is no multiple of ${intrinsic.name}'s ${k}`, span);

  /** Fills `matrix` (row-major, rows x columns) with a fragment's elements for the thread group that starts at `first`. */
  type Fill = (matrix: Float64Array, first: number, block: number, step: number) => void;
  const filler = (factor: Factor, side: 'a' | 'b'): { fetch: () => void; fill: Fill } => {
    const f = fragments[side];
    const columns = side === 'a' ? k : n;
    if (factor.kind === 'tile') {
      const axes: [string, string] = side === 'a' ? [rowAxis, over] : [over, columnAxis];
      const chosen = blocks.map((block) => Array.from({ length: steps }, (_, s) => (side === 'a' ? pick(factor.tile, axes, f, block.row, s * k) : pick(factor.tile, axes, f, s * k, block.column))));
      const { data } = factor.tile;
      const own = data.length / threads;
      return { fetch: () => {}, fill: (matrix, first, block, step) => {
        const registers = chosen[block]![step]!;
        for (let t = 0; t < width; t++) for (let r = 0; r < f.registers; r++) {
          const e = t * f.registers + r;
          matrix[f.rows[e]! * columns + f.columns[e]!] = data[(first + t) * own + registers[r]!]!;
        }
      } };
    }
    let data: Float64Array = new Float64Array(0);
    return { fetch: () => { data = factor.fetch(); }, fill: (matrix, first, block, step) => {
      // Memory operands are addressed from where this group's fragment of the accumulator begins.
      const start = first * (acc.data.length / threads) + blocks[block]!.d[0]!;
      const own = acc.space.coords[acc.decl.axes.indexOf(side === 'a' ? rowAxis : columnAxis)]![start]!;
      const [rows, row0, column0] = side === 'a' ? [m, own, step * k] : [k, step * k, own];
      for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) {
        matrix[r * columns + c] = data[flat(factor.axes, factor.sizes, (x) => (x === over ? (side === 'a' ? column0 + c : row0 + r) : x === (side === 'a' ? rowAxis : columnAxis) ? (side === 'a' ? row0 + r : column0 + c) : 0))]!;
      }
    } };
  };
  const left = filler(a, 'a'), right = filler(b, 'b');
  const x = new Float64Array(m * k), y = new Float64Array(k * n);
  const registers = acc.data.length / threads;
  const { dtype } = acc.decl;
  return () => {
    left.fetch(); right.fetch();
    for (let first = 0; first < threads; first += width) blocks.forEach(({ d }, block) => {
      for (let step = 0; step < steps; step++) {
        left.fill(x, first, block, step);
        right.fill(y, first, block, step);
        for (let t = 0; t < width; t++) for (let r = 0; r < fragments.d.registers; r++) {
          const e = t * fragments.d.registers + r;
          const row = fragments.d.rows[e]! * k, column = fragments.d.columns[e]!;
          const at = (first + t) * registers + d[r]!;
          let sum = acc.data[at]!;
          for (let q = 0; q < k; q++) sum += x[row + q]! * y[q * n + column]!;
          acc.data[at] = roundTo(dtype, sum);
        }
      }
    });
  };
}

/** Registers are handed over by their numbers, so it does not matter which k the instruction takes them for, as long as both operands agree. */
function inOrder(p: Product): Product {
  if (p.a.kind !== 'tile' || p.b.kind !== 'tile') return p;
  const [x, y] = ([[p.a, p.intrinsic.a, 1], [p.b, p.intrinsic.b, 0]] as const).map(([f, declared, at]) => {
    const dim = f.axes.indexOf(p.over);
    return { layout: f.tile.decl.layout, dim, atom: dim === at ? declared.layout : { dims: [...declared.layout.dims].reverse() } };
  });
  const straight = x === undefined || y === undefined ? undefined : inInstructionOrder(x, y);
  if (straight === undefined) return p;
  const renamed = (f: Extract<Factor, { kind: 'tile' }>, l: Layout): Factor => ({ ...f, tile: { ...f.tile, decl: { ...f.tile.decl, layout: l } } });
  return { ...p, a: renamed(p.a, straight[0]), b: renamed(p.b, straight[1]) };
}

/** The one axis of more than one element that accumulator and operand share. */
function only(accAxes: readonly string[], axes: readonly string[], acc: TileData, span: Span): string {
  const both = accAxes.filter((x) => axes.includes(x));
  const dim = (x: string): Layout['dims'][number] => acc.decl.layout.dims[acc.decl.axes.indexOf(x)]!;
  const wide = both.filter((x) => dim(x).bits.length > 0 || dim(x).repeat > 1);
  if (wide.length > 1 || both.length === 0) throw new TileFault('layout', `an operand of a matrix intrinsic shares ${both.length} axes with ${acc.decl.name}`, span);
  return wide[0] ?? both[0]!;
}

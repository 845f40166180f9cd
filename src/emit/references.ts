/** Which tiles and memories an operation reads and writes. */
import { unreachable } from '../diagnostics/bug.ts';
import { type IndexExpr, valuesOf } from '../ir/index-expr.ts';
import type { Op, Operand, TileExpr, View } from '../ir/tile.ts';

export interface References { readonly reads: readonly number[]; readonly writes: readonly number[] }

/** The tile that an atom `value(tN)` stands for. */
export const gatheredTile = (id: string): number => Number(id.slice(1));
const gathered = (es: readonly IndexExpr[]): number[] => es.flatMap((e) => [...valuesOf(e)].map(gatheredTile));
const ofView = (v: View): number[] => gathered([...v.index, ...v.guard]);

export function tilesOfExpr(e: TileExpr): number[] {
  switch (e.kind) {
    case 'const': return [];
    case 'tile': return e.tile >= 0 ? [e.tile] : [];
    case 'index': return gathered([e.index]);
    case 'inside': return gathered(e.nonNegative);
    case 'unary': case 'cast': return tilesOfExpr(e.a);
    case 'binary': return [...tilesOfExpr(e.a), ...tilesOfExpr(e.b)];
    case 'select': return [...tilesOfExpr(e.cond), ...tilesOfExpr(e.then), ...tilesOfExpr(e.else)];
    default: return unreachable(e);
  }
}

function ofOperand(o: Operand): number[] {
  switch (o.kind) {
    case 'shared': return gathered([o.stage]);
    case 'tile': return [o.tile];
    case 'global': return ofView(o.view);
    default: return unreachable(o);
  }
}

/** The operation's own references; bodies of loops and branches are not included. */
export function references(op: Op): References {
  switch (op.kind) {
    case 'for': return { reads: gathered([op.count]), writes: [] };
    case 'let': return { reads: gathered([op.value]), writes: [] };
    case 'if': return { reads: gathered(op.nonNegative), writes: [] };
    case 'load': return { reads: ofView(op.view), writes: [op.dst] };
    case 'store': return { reads: [op.src, ...ofView(op.view)], writes: [] };
    case 'storeShared': return { reads: [op.src, ...gathered([op.stage])], writes: [] };
    case 'loadShared': return { reads: gathered([op.stage]), writes: [op.dst] };
    case 'copyAsync': return { reads: ofView(op.view), writes: [] };
    case 'map': return { reads: tilesOfExpr(op.expr), writes: [op.dst] };
    case 'reduce': return { reads: op.srcs, writes: op.dsts };
    case 'mma': return { reads: [op.acc, ...ofOperand(op.a), ...ofOperand(op.b)], writes: [op.acc] };
    case 'convert': return { reads: [op.src], writes: [op.dst] };
    case 'mmaWait': case 'acquire': case 'commit': case 'release': case 'wait': case 'barrier': return { reads: [], writes: [] };
    default: return unreachable(op);
  }
}

/** Memory that the operation reads or writes element by element: buffer names and shared buffer ids. */
export function memoryUse(op: Op): { readonly reads?: string; readonly writes?: string } {
  switch (op.kind) {
    case 'load': return { reads: op.view.buffer };
    case 'loadShared': return { reads: op.buffer };
    case 'store': return { writes: op.view.buffer };
    case 'storeShared': return { writes: op.buffer };
    default: return {};
  }
}

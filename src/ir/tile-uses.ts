/** Which tiles, index expressions and shared buffers an op itself uses (ops inside a loop or branch are their own). */
import { CompilerBug, unreachable } from '../diagnostics/bug.ts';
import { type ValueType, valueTypeOf } from './dtype.ts';
import { type IndexExpr, valuesOf } from './index-expr.ts';
import type { Op, TileExpr, View } from './tile.ts';

/** The tile that `value(tN)` reads. */
export function gatheredTile(id: string): number {
  const n = Number(id.slice(1));
  if (!id.startsWith('t') || !Number.isInteger(n)) throw new CompilerBug(`value(${id}) names no tile`);
  return n;
}

/** Visits ops in program order, those inside loops and branches too. */
export function visitOps(ops: readonly Op[], visit: (op: Op) => void): void {
  for (const op of ops) {
    visit(op);
    if (op.kind === 'for' || op.kind === 'let') visitOps(op.body, visit);
    else if (op.kind === 'if') { visitOps(op.then, visit); visitOps(op.else, visit); }
  }
}

export interface TileUse { readonly reads: readonly number[]; readonly writes: readonly number[] }

/** Visits the expression and everything in it. */
export function visitExpr(e: TileExpr, visit: (e: TileExpr) => void): void {
  visit(e);
  switch (e.kind) {
    case 'const': case 'tile': case 'index': case 'inside': return;
    case 'unary': case 'cast': return visitExpr(e.a, visit);
    case 'binary': visitExpr(e.a, visit); return visitExpr(e.b, visit);
    case 'select': visitExpr(e.cond, visit); visitExpr(e.then, visit); return visitExpr(e.else, visit);
    default: return unreachable(e);
  }
}
/** Index expressions of a tile expression, conditions included. */
export function indicesOfExpr(e: TileExpr): IndexExpr[] {
  const found: IndexExpr[] = [];
  visitExpr(e, (x) => { if (x.kind === 'index') found.push(x.index); else if (x.kind === 'inside') found.push(...x.nonNegative); });
  return found;
}
export function tilesOfExpr(e: TileExpr): number[] {
  const found: number[] = [];
  visitExpr(e, (x) => { if (x.kind === 'tile') found.push(x.tile); });
  return found;
}
export const indicesOfView = (v: View): IndexExpr[] => [...v.index, ...v.guard];

/** Expressions evaluated at every element, and expressions that are one for all threads. */
export function indicesOf(op: Op): { readonly elements: readonly IndexExpr[]; readonly uniform: readonly IndexExpr[] } {
  switch (op.kind) {
    case 'for': return { elements: [], uniform: [op.count] };
    case 'let': return { elements: [], uniform: [op.value] };
    case 'if': return { elements: [], uniform: op.nonNegative };
    case 'load': case 'store': return { elements: indicesOfView(op.view), uniform: [] };
    case 'storeShared': case 'loadShared': return { elements: [], uniform: [op.stage] };
    case 'copyAsync': return { elements: indicesOfView(op.view), uniform: [op.stage] };
    case 'map': return { elements: indicesOfExpr(op.expr), uniform: [] };
    case 'mma': return {
      elements: [op.a, op.b].flatMap((o) => (o.kind === 'global' ? indicesOfView(o.view) : [])),
      uniform: [op.a, op.b].flatMap((o) => (o.kind === 'shared' ? [o.stage] : [])),
    };
    case 'reduce': case 'convert': case 'mmaWait': case 'acquire': case 'commit': case 'wait': case 'release': case 'barrier': return { elements: [], uniform: [] };
    default: return unreachable(op);
  }
}

export function tilesOf(op: Op): TileUse {
  const { elements, uniform } = indicesOf(op);
  const gathered = [...elements, ...uniform].flatMap((e) => [...valuesOf(e)].map(gatheredTile));
  switch (op.kind) {
    case 'load': case 'loadShared': return { reads: gathered, writes: [op.dst] };
    case 'store': case 'storeShared': return { reads: [op.src, ...gathered], writes: [] };
    case 'map': return { reads: [...tilesOfExpr(op.expr), ...gathered], writes: [op.dst] };
    case 'reduce': return { reads: op.srcs, writes: op.dsts };
    case 'convert': return { reads: [op.src], writes: [op.dst] };
    case 'mma': return { reads: [op.acc, ...[op.a, op.b].flatMap((o) => (o.kind === 'tile' ? [o.tile] : [])), ...gathered], writes: [op.acc] };
    case 'for': case 'let': case 'if': case 'copyAsync': case 'mmaWait': case 'acquire': case 'commit': case 'wait': case 'release': case 'barrier': return { reads: gathered, writes: [] };
    default: return unreachable(op);
  }
}

/** Whether the node's type follows from its operands' types. */
export function typeOfExpr(e: TileExpr, fail: (message: string) => void): void {
  const want = (ok: boolean, what: string): void => { if (!ok) fail(`${what} as ${e.type}`); };
  switch (e.kind) {
    case 'const': case 'tile': case 'index': case 'inside': return;
    case 'unary': return want(e.op === 'not' ? e.type === 'bool' : e.type === e.a.type, `${e.op} of ${e.a.type}`);
    case 'binary': {
      const compares = e.op === 'eq' || e.op === 'ne' || e.op === 'lt' || e.op === 'le';
      const logical = e.op === 'and' || e.op === 'or';
      const expected: ValueType = compares || logical ? 'bool' : e.a.type;
      return want(e.a.type === e.b.type && e.type === expected && (!logical || e.a.type === 'bool'), `${e.op} of ${e.a.type} and ${e.b.type}`);
    }
    case 'select': return want(e.cond.type === 'bool' && e.then.type === e.type && e.else.type === e.type, `select of ${e.cond.type}, ${e.then.type} and ${e.else.type}`);
    case 'cast': return want(valueTypeOf(e.to) === e.type, `a cast to ${e.to}`);
    default: return unreachable(e);
  }
}

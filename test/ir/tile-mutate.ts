/** Breaking one thing in a kernel that is right. */
import type { Op, TileDecl, TileKernel } from '../../src/ir/tile.ts';

/** Replaces ops from the innermost out; an empty array removes one. */
export function changeOps(kernel: TileKernel, change: (op: Op) => readonly Op[]): TileKernel {
  const go = (ops: readonly Op[]): Op[] => ops.flatMap((op): readonly Op[] => {
    if (op.kind === 'for' || op.kind === 'let') return change({ ...op, body: go(op.body) });
    if (op.kind === 'if') return change({ ...op, then: go(op.then), else: go(op.else) });
    return change(op);
  });
  return { ...kernel, roles: kernel.roles.map((r) => ({ ...r, body: go(r.body) })) };
}
/** Removes the nth op of a kind (all of them without n). */
export function drop(kernel: TileKernel, kind: Op['kind'], n?: number): TileKernel {
  let seen = 0;
  const result = changeOps(kernel, (op) => (op.kind === kind && (n === undefined || seen++ === n) ? [] : [op]));
  if (n !== undefined && seen <= n) throw new Error(`no op ${kind} ${n}`);
  return result;
}
export function changeOp<K extends Op['kind']>(kernel: TileKernel, kind: K, n: number, change: (op: Extract<Op, { kind: K }>) => readonly Op[]): TileKernel {
  let seen = 0;
  const is = (op: Op): op is Extract<Op, { kind: K }> => op.kind === kind;
  const result = changeOps(kernel, (op) => (is(op) && seen++ === n ? change(op) : [op]));
  if (seen <= n) throw new Error(`no op ${kind} ${n}`);
  return result;
}
export function changeTile(kernel: TileKernel, id: number, change: Partial<TileDecl>): TileKernel {
  return { ...kernel, tiles: kernel.tiles.map((t) => (t.id === id ? { ...t, ...change } : t)) };
}

/**
 * The kernel's body as blocks of items: neighbouring element-wise operations over the same elements become one group (one register loop), and every tile
 * gets the place where it is declared.
 */
import type { Op, OpOf, TileDecl, TileKernel } from '../ir/tile.ts';
import { sameElements } from './digits.ts';
import { memoryUse, references } from './references.ts';

export type ElementOp = OpOf<'load' | 'store' | 'map' | 'loadShared' | 'storeShared' | 'reduce'>;
export type OtherOp = Exclude<Op, ElementOp | OpOf<'for' | 'let' | 'if'>>;
export type Item =
  | { readonly kind: 'group'; readonly ops: readonly ElementOp[] }
  | { readonly kind: 'for'; readonly op: OpOf<'for'>; readonly body: Block }
  | { readonly kind: 'let'; readonly op: OpOf<'let'>; readonly body: Block }
  | { readonly kind: 'if'; readonly op: OpOf<'if'>; readonly then: Block; readonly else: Block }
  | { readonly kind: 'single'; readonly op: OtherOp };
/** `declares[n]`: tiles that are declared before item n, outermost for their uses. */
export interface Block { readonly items: readonly Item[]; readonly declares: readonly (readonly number[])[] }

export interface Structure {
  readonly body: Block;
  /** Tiles that live within one group alone; no block declares them. */
  readonly local: ReadonlySet<number>;
  /** Tiles that are assigned in one place which is also where they are declared. */
  readonly single: ReadonlySet<number>;
  readonly definitions: ReadonlyMap<number, readonly Op[]>;
}

interface Draft { readonly items: readonly DraftItem[] }
type DraftItem = { readonly item: Item; readonly inner: readonly Draft[] };

/** The tile whose elements the operation visits. */
export function driverOf(op: ElementOp): number {
  switch (op.kind) {
    case 'load': case 'loadShared': case 'map': return op.dst;
    case 'store': case 'storeShared': return op.src;
    case 'reduce': return op.srcs[0]!;
  }
}
const isElementOp = (op: Op): op is ElementOp => ['load', 'store', 'map', 'loadShared', 'storeShared', 'reduce'].includes(op.kind);

export function structure(kernel: TileKernel, ops: readonly Op[]): Structure {
  const tiles = new Map(kernel.tiles.map((t) => [t.id, t]));
  const uses = new Map<number, { readonly item: Item; readonly path: readonly number[]; readonly writes: boolean }[]>();
  const definitions = new Map<number, Op[]>();
  const note = (item: Item, op: Op, path: readonly number[]): void => {
    const { reads, writes } = references(op);
    for (const tile of writes) definitions.set(tile, [...(definitions.get(tile) ?? []), op]);
    for (const [list, isWrite] of [[reads, false], [writes, true]] as const) {
      for (const tile of list) uses.set(tile, [...(uses.get(tile) ?? []), { item, path, writes: isWrite }]);
    }
  };
  // A path alternates item numbers and, for an if, the branch (0 then, 1 else); loops have branch 0.
  const draft = (list: readonly Op[], path: readonly number[]): Draft => {
    const items: DraftItem[] = [];
    for (const run of runs(list, tiles)) {
      const here = [...path, items.length];
      const [op] = run;
      if (op.kind === 'for' || op.kind === 'let') {
        const inner = draft(op.body, [...here, 0]);
        const item: Item = op.kind === 'for' ? { kind: 'for', op, body: unfinished } : { kind: 'let', op, body: unfinished };
        note(item, op, here);
        items.push({ item, inner: [inner] });
      } else if (op.kind === 'if') {
        const item: Item = { kind: 'if', op, then: unfinished, else: unfinished };
        note(item, op, here);
        items.push({ item, inner: [draft(op.then, [...here, 0]), draft(op.else, [...here, 1])] });
      } else if (isElementOp(op)) {
        const group = run.filter(isElementOp);
        const item: Item = { kind: 'group', ops: group };
        group.forEach((o) => note(item, o, here));
        items.push({ item, inner: [] });
      } else {
        const item: Item = { kind: 'single', op };
        note(item, op, here);
        items.push({ item, inner: [] });
      }
    }
    return { items };
  };
  const drafted = draft(ops, []);

  const local = new Set<number>();
  const single = new Set<number>();
  const homes = new Map<string, number[]>();
  for (const [tile, list] of uses) {
    const first = list[0]!;
    const reduced = first.item.kind === 'group' && first.item.ops.some((o) => o.kind === 'reduce' && o.dsts.includes(tile));
    if (first.item.kind === 'group' && !reduced && tiles.get(tile)?.mutable === false && list.every((u) => u.item === first.item)) { local.add(tile); continue; }
    const home = list.map((u) => u.path).reduce(commonHome);
    const key = home.join('.');
    homes.set(key, [...(homes.get(key) ?? []), tile]);
    const writers = list.filter((u) => u.writes);
    if (writers.length > 0 && writers.every((w) => w.path.length === home.length && w.path.join('.') === key) && tiles.get(tile)?.mutable === false) single.add(tile);
  }
  const finish = (d: Draft, path: readonly number[]): Block => ({
    items: d.items.map(({ item, inner }, n) => {
      const [a, b] = inner.map((block, branch) => finish(block, [...path, n, branch]));
      if (item.kind === 'for' || item.kind === 'let') return { ...item, body: a ?? unfinished };
      return item.kind === 'if' ? { ...item, then: a ?? unfinished, else: b ?? unfinished } : item;
    }),
    declares: d.items.map((_, n) => homes.get([...path, n].join('.')) ?? []),
  });
  return { body: finish(drafted, []), local, single, definitions };
}

const unfinished: Block = { items: [], declares: [] };

/** The item before which something used at both places is declared: in the innermost block that contains both, before the first. */
function commonHome(a: readonly number[], b: readonly number[]): readonly number[] {
  for (let n = 0; n < a.length && n < b.length; n++) {
    if (a[n] === b[n]) continue;
    // Odd positions are branches: two branches of one item meet before the item.
    return n % 2 === 1 ? a.slice(0, n) : [...a.slice(0, n), Math.min(a[n]!, b[n]!)];
  }
  return a.length <= b.length ? a : b;
}

/** Splits a block into runs that are emitted together; everything but element-wise operations stands alone. */
function runs(ops: readonly Op[], tiles: ReadonlyMap<number, TileDecl>): (readonly [Op, ...Op[]])[] {
  const result: [Op, ...Op[]][] = [];
  for (const op of ops) {
    const last = result.at(-1);
    if (last !== undefined && isElementOp(op) && last.every(isElementOp) && joins(last.filter(isElementOp), op, tiles)) last.push(op);
    else result.push([op]);
  }
  return result;
}

function joins(group: readonly ElementOp[], op: ElementOp, tiles: ReadonlyMap<number, TileDecl>): boolean {
  const driver = tiles.get(driverOf(group[0]!));
  const own = tiles.get(driverOf(op));
  if (driver === undefined || own === undefined || !sameElements(driver, own)) return false;
  const { reads, writes } = references(op);
  const memory = memoryUse(op);
  return group.every((g) => {
    const before = references(g);
    // A result of a reduction is complete after the group's loop only, and so is a broadcast operand that the group writes.
    if (g.kind === 'reduce' && [...reads, ...writes].some((t) => g.dsts.includes(t))) return false;
    // What the group reads at other elements must not change under it.
    if (writes.some((t) => before.reads.includes(t) && !sameElements(tiles.get(t)!, own))) return false;
    const earlier = memoryUse(g);
    return (memory.reads === undefined || memory.reads !== earlier.writes) && (memory.writes === undefined || (memory.writes !== earlier.reads && memory.writes !== earlier.writes));
  });
}

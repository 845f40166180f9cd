/**
 * The fields of a plan that a search changes, from the block of a plan: each has its values, and says how a block looks with one of them.
 *
 * Fields are chosen so that most points are legal: the tile of a group is what a warp (or the threads) cover at once times how many there are, which divides by itself.
 */
import { intrinsicOf, type Target } from '../targets/target.ts';
import type { Block, Tile } from './block.ts';

export interface Field {
  /** `rows m`, `warps of columns`, `pipeline`: one name for one meaning, whichever structure of launches has it. */
  readonly name: string;
  readonly values: readonly number[];
  /** Position of the value that the block itself has. */
  readonly own: number;
  readonly set: (b: Block, value: number) => Block;
}

const powers = (from: number, to: number): number[] => { const found: number[] = []; for (let n = from; n <= to; n *= 2) found.push(n); return found; };
/** What a warp holds of rows and of columns, and boxes: powers of two and what lies between them, so that edges and the last wave can be met. */
const warpRows = [16, 32, 48, 64, 96, 128], warpColumns = [8, 16, 24, 32, 48, 64, 80, 96, 128, 256];
const boxRows = [64, 128, 192, 256], boxColumns = [8, 16, 32, 64, 96, 128, 160, 192, 256];
const repeats = [1, 2, 3, 4, 5, 6, 8];

function field(name: string, values: readonly number[], own: number, set: Field['set']): Field {
  const all = [...new Set([...values, own])].sort((a, b) => a - b);
  return { name, values: all, own: all.indexOf(own), set };
}
/** Changes the tiles of the loops named, in one line (launch) of the block. */
const change = (b: Block, line: number, loops: readonly string[], f: (t: Tile) => Tile): Block => ({ ...b, tiles: b.tiles.map((tiles, i) => (i === line ? tiles.map((t) => (loops.includes(t.loop) ? f(t) : t)) : tiles)) });

/** `extentOf`: how long a loop is at the sizes to be fast at, Infinity where that is not known. */
export function fieldsOf(b: Block, target: Target, extentOf: (loop: string) => number = () => Infinity): Field[] {
  const summed = new Set(b.tensorize.flatMap((t) => t.loops.slice(2)));
  const sides = [0, 1].map((d) => new Set(b.tensorize.flatMap((t) => t.loops.slice(d, d + 1))));
  return [
    ...b.tiles.flatMap((line, at): Field[] => {
      const isKept = (t: Tile): boolean => sides.some((s) => s.has(t.loop));
      const ofLaunch = b.tiles.length > 1 ? ` of launch ${at + 1}` : '';
      return [
        ...sides.flatMap((side, d) => sideFields(line.filter((t) => side.has(t.loop)), at, d as 0 | 1, ofLaunch, b, target)),
        ...line.filter((t) => !isKept(t)).flatMap((t) => loopFields(t, at, summed.has(t.loop), b, target, extentOf(t.loop), line.some((x) => x.role !== undefined))),
      ];
    }),
    ...b.pipelines.map((p, i) => field(`pipeline${p.tensors.length === 0 ? '' : ` ${p.tensors.join(' ')}`}`, depths(b, p.depth, target), p.depth, (x, n) => ({ ...x, pipelines: x.pipelines.map((y, j) => (i === j ? { ...y, depth: n } : y)) }))),
    ...(b.order === undefined ? [] : [field('order', [0, 2, 4, 8, 16], b.order === 'rows' ? 0 : b.order, (x, n) => ({ ...x, order: n === 0 ? 'rows' : n }))]),
    ...(b.roles === undefined ? [] : [field('roles', [1, 2], b.roles.math, (x, n) => ({ ...x, roles: { load: x.roles?.load ?? 1, math: n } }))]),
  ];
}

/** Where copies cannot run ahead, the plan has no ring. */
function depths(b: Block, own: number, target: Target): number[] {
  if (b.roles !== undefined) return [2, 3, 4, 5, 6, 7, 8];
  const isPlain = b.tensorize.every((t) => t.intrinsic.startsWith('fma'));
  return target.asyncBytes.length === 0 || (own === 1 && !isPlain) ? [1] : isPlain ? [1, 2, 3, 4] : [1, 2, 3, 4, 5, 6];
}

/** Rows or columns of a launch with a product: all of them lie on the same warps or threads. */
function sideFields(tiles: readonly Tile[], line: number, d: 0 | 1, ofLaunch: string, b: Block, target: Target): Field[] {
  const what = d === 0 ? 'rows' : 'columns', loops = tiles.map((t) => t.loop), [first] = tiles;
  if (first === undefined) return [];
  const set = (f: (t: Tile) => Tile, which: readonly string[] = loops) => (x: Block): Block => change(x, line, which, f);
  if (b.roles !== undefined || target.threads === 1) {
    return tiles.map((t) => field(`${what} ${t.loop}`, target.threads === 1 ? [...repeats, 16] : d === 0 ? boxRows : boxColumns, t.grid, (x, n) => set((y) => ({ ...y, grid: n }), [t.loop])(x)));
  }
  if (first.warp !== undefined) {
    return [
      field(`warps of ${what}${ofLaunch}`, [1, 2, 4, 8], first.grid / first.warp, (x, n) => set((y) => ({ ...y, grid: y.warp! * n }))(x)),
      ...tiles.map((t) => field(`${what} ${t.loop}`, d === 0 ? warpRows : warpColumns, t.warp!, (x, n) => set((y) => ({ ...y, grid: (y.grid / y.warp!) * n, warp: n }), [t.loop])(x))),
    ];
  }
  if (first.role === undefined || first.atom === undefined) return [];
  return [
    field(`neighbours of ${what}${ofLaunch}`, powers(1, 8), first.atom, (x, n) => set((y) => rebuilt(y, { atom: n }))(x)),
    field(`threads of ${what}${ofLaunch}`, powers(4, 64), first.role / first.atom, (x, n) => set((y) => rebuilt(y, { threads: n }))(x)),
    ...tiles.map((t) => field(`repeats ${t.loop}`, [1, 2, 3, 4], t.grid / t.role!, (x, n) => set((y) => rebuilt(y, { rep: n }), [t.loop])(x))),
  ];
}

function loopFields(t: Tile, line: number, isSummed: boolean, b: Block, target: Target, extent: number, isBeside: boolean): Field[] {
  const set = (f: (y: Tile) => Tile) => (x: Block): Block => change(x, line, [t.loop], f);
  if (target.threads === 1) return [field(`tile ${t.loop}`, [...repeats, 16], t.grid, (x, n) => set((y) => ({ ...y, grid: n }))(x))];
  if (isSummed) {
    // A short sum is one step; matrix instructions fill theirs up with zeros, multiply-adds need not.
    const depth = Math.max(1, ...b.tensorize.filter((x) => x.loops[2] === t.loop).map((x) => intrinsicOf(target, x.intrinsic)?.k ?? 1));
    const steps = extent < 16 && depth === 1 ? [...powers(2, 8).filter((n) => n < extent), Math.max(2, extent)] : powers(16, 256).filter((n) => n % depth === 0);
    return b.roles === undefined ? [field(`tile ${t.loop}`, steps, t.grid, (x, n) => set((y) => ({ ...y, grid: n }))(x))] : [];
  }
  // In a launch with a product every other loop is walked one by one; elsewhere any loop may take threads.
  if (b.tensorize.length > 0 && t.role === undefined) return [];
  // More than covers the loop does nothing; and with many loops hardly any drawing of all fields would have few enough threads and elements. Loops that the compiler
  // walks one by one are seldom those along which memory is contiguous, so elements side by side are for the others.
  const { atom, threads, rep } = partsOf(t), covering = 2 ** Math.ceil(Math.log2(Math.max(1, extent))), isWalked = t.role === undefined && isBeside;
  return [
    ...(isWalked ? [] : [field(`neighbours ${t.loop}`, powers(1, Math.min(16, target.vectorBytes, covering)), atom, (x, n) => set((y) => rebuilt(y, { atom: n }))(x))]),
    field(`threads ${t.loop}`, powers(1, Math.min(target.maxThreads, covering)), threads, (x, n) => set((y) => rebuilt(y, { threads: n }))(x)),
    field(`repeats ${t.loop}`, (isWalked ? [1, 2, 4] : repeats).filter((n) => n <= Math.max(1, extent)), rep, (x, n) => set((y) => rebuilt(y, { rep: n }))(x)),
  ];
}

/** A loop over threads: neighbours in one thread, threads, and how often both step on. */
interface Parts { readonly atom: number; readonly threads: number; readonly rep: number }
function partsOf(t: Tile): Parts {
  const atom = t.atom ?? 1, role = t.role ?? atom;
  return { atom, threads: role / atom, rep: t.grid / role };
}
function rebuilt(t: Tile, changed: Partial<Parts>): Tile {
  const { atom, threads, rep } = { ...partsOf(t), ...changed };
  return atom * threads * rep === 1 ? { loop: t.loop, grid: 1 } : { loop: t.loop, grid: atom * threads * rep, role: atom * threads, atom };
}

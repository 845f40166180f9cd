/** The ways one kernel is compiled for a target: each pinned size, and memory alignment where accesses can be wide. */
import { instantiate } from './check/instantiate.ts';
import { bitsOf, straddlesWords } from './ir/dtype.ts';
import { isConst, num, soleAtom } from './ir/index-expr.ts';
import { fewColumns as narrowColumns } from './ir/stages.ts';
import type { Kernel, Reduce, Statement } from './ir/tst.ts';
import { contains, walk } from './ir/tst-walk.ts';
import { contractionOf } from './partition/product.ts';
import { fewRows } from './passes/split-streams.ts';
import { fewRows as narrowRows, isNarrow } from './schedule/direct-plan.ts';
import { thinnest } from './schedule/matrix-plan.ts';
import type { Target } from './targets/target.ts';

/** Conditions on sizes under which it may run; `name` is the entry's and the file's. */
export interface Variant { readonly name: string; readonly kernel: Kernel; readonly equals: Readonly<Record<string, number>>; readonly multiples: Readonly<Record<string, number>>; readonly atMost: Readonly<Record<string, number>> }

/** In order of preference: the first whose conditions hold is the one to run. */
export function variantsOf(kernel: Kernel, target: Target, given: Readonly<Record<string, number>>): Variant[] {
  const pins = kernel.sizes.filter((s) => s.pinned !== undefined && !(s.name in given)).reduce<Record<string, number>[]>((all, s) => all.flatMap((p) => s.pinned!.map((n) => ({ ...p, [s.name]: n }))), [{}]);
  return pins.flatMap((pin) => {
    const known = instantiate(kernel, pin);
    const equals = { ...Object.fromEntries(Object.entries(given).filter(([name]) => kernel.sizes.some((s) => s.name === name))), ...pin };
    const name = [kernel.name, ...Object.entries(equals).map(([size, n]) => `${size}${n}`)].join('_');
    const multiples = alignment(known, target);
    const general: Variant = { name, kernel: known, equals, multiples: {}, atMost: {} };
    const aligned = (v: Variant): Variant[] => {
      // No small size is also a multiple of more than it may be.
      const own = Object.fromEntries(Object.entries(multiples).filter(([size, by]) => by <= (v.atMost[size] ?? by)));
      return Object.keys(own).length === 0 ? [] : [{ ...v, name: `${v.name}_aligned`, multiples: own }];
    };
    const small = ({ size, most, name: kind, rows }: Thin): Variant[] => { const v: Variant = { ...general, name: `${name}_${kind}`, atMost: { [size]: most } }; return [...(rows === 'plain' ? [] : aligned(v)), ...(rows === 'aligned' ? [] : [v])]; };
    return [...thinSizes(known, target).flatMap(small), ...aligned(general), general];
  });
}

/** `rows`: whether it is for rows that begin aligned, for others, or for both. */
interface Thin { readonly size: string; readonly most: number; readonly name: string; readonly rows: 'aligned' | 'plain' | 'all' }
/**
 * A size that counts the rows of the kernel's one product, or of all products around a softmax, and up to which it counts as small: tiles would be mostly
 * padding, and a softmax over many columns would leave most of the machine waiting (split-streams). Up to as many rows as an instruction has columns, and as many as
 * it has rows, narrow weights go straight to registers (direct-plan).
 */
function thinSizes(kernel: Kernel, target: Target): Thin[] {
  if (target.threads === 1) return [];
  const sums = kernel.statements.flatMap(reducesIn);
  const streams = kernel.statements.some((s) => contains(s.value, (x) => x.kind === 'softmax' || x.kind === 'scan' || x.kind === 'topk'));
  if (sums.length === 0 || (sums.length > 1 && !streams)) return [];
  const rows = new Set(sums.map(({ s, e }) => rowsOf(s, e)));
  const [only] = rows;
  if (rows.size !== 1 || only === undefined) return [];
  const thin: Thin = { size: only, most: streams ? fewRows : thinnest - 1, name: 'thin', rows: 'all' };
  const isDirect = !streams && target.lanes === 32 && target.intrinsics.some((i) => i.m === narrowRows && i.n === narrowColumns) && kernel.tensors.some((t) => isNarrow(t.dtype));
  return isDirect ? [{ ...thin, most: narrowColumns, rows: 'aligned' }, { ...thin, most: narrowRows, name: 'few', rows: 'aligned' }, { ...thin, rows: 'plain' }] : [thin];
}

/** The size that counts a product's rows; undefined where there is no such product or size. */
function rowsOf(s: Statement, e: Reduce): string | undefined {
  const isOne = (id: string): boolean => isConst(s.axes.find((a) => a.id === id)?.extent ?? num(0)) === 1;
  const c = contractionOf({ ...e, name: s.target, kept: s.axes.map((a) => a.id), rescale: undefined }, e.axes.map((a) => a.id), new Map(), isOne);
  const rows = c && soleAtom(s.axes.find((a) => a.id === c.m)!.extent);
  return rows?.kind === 'size' ? rows.id : undefined;
}
const reducesIn = (s: Statement): { s: Statement; e: Reduce }[] => {
  const found: Reduce[] = [];
  walk(s.value, (e) => { if (e.kind === 'reduce') found.push(e); });
  return found.map((e) => ({ s, e }));
};

/** Row lengths that, as multiples of the widest access, let every row begin aligned. */
function alignment(kernel: Kernel, target: Target): Record<string, number> {
  const multiples: Record<string, number> = {};
  if (target.vectorBytes === 1) return multiples;
  for (const t of kernel.tensors) {
    const last = t.shape.at(-1);
    const atom = last && t.role !== 'temporary' ? soleAtom(last) : undefined;
    if (atom?.kind !== 'size' || straddlesWords(t.dtype)) continue;
    multiples[atom.id] = Math.max(multiples[atom.id] ?? 1, (target.vectorBytes * 8) / Math.max(bitsOf(t.dtype), 4));
  }
  return multiples;
}

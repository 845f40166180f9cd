/** The ways one kernel is compiled for a target: each pinned size, and memory alignment where accesses can be wide. */
import { instantiate } from './check/instantiate.ts';
import { bitsOf, straddlesWords } from './ir/dtype.ts';
import { soleAtom } from './ir/index-expr.ts';
import type { Kernel, Reduce, Statement } from './ir/tst.ts';
import { contains, walk } from './ir/tst-walk.ts';
import { contractionOf } from './schedule/contraction.ts';
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
    const thin = thinSizes(known, target).map((size): Variant => ({ ...general, name: `${name}_thin`, atMost: { [size]: thinnest - 1 } }));
    return [...thin, general].flatMap((v) => (Object.keys(multiples).length === 0 ? [v] : [{ ...v, name: `${v.name}_aligned`, multiples }, v]));
  });
}

/** A size that counts the rows of the kernel's one product: where it is small, tiles would be mostly padding. */
function thinSizes(kernel: Kernel, target: Target): string[] {
  if (target.threads === 1) return [];
  const sums = kernel.statements.flatMap(reducesIn);
  const only = sums[0];
  if (only === undefined || sums.length > 1 || kernel.statements.some((s) => contains(s.value, (x) => x.kind === 'softmax'))) return [];
  const part = { name: only.s.target, op: only.e.op, acc: only.e.acc, type: only.e.type, kept: only.s.axes.map((a) => a.id), where: only.e.where, body: only.e.body, rescale: undefined, span: only.s.span };
  const c = contractionOf(part, only.e.axes.map((a) => a.id), new Map(), () => false);
  const rows = c && soleAtom(only.s.axes.find((a) => a.id === c.m)!.extent);
  return rows?.kind === 'size' ? [rows.id] : [];
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

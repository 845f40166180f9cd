/** Operands of products before they are staged: what they read, the loop that brings them in, conditions that become part of them. */
import { bitsOf, type DType } from '../ir/dtype.ts';
import { coefficient, type IndexExpr, isConst, num } from '../ir/index-expr.ts';
import type { MmaIntrinsic } from '../ir/intrinsic.ts';
import type { Layout } from '../ir/layout.ts';
import type { LoopGroup, Nest, Part } from '../ir/nest.ts';
import type { LaunchPlan, MatrixPlan } from '../ir/plan.ts';
import type { SharedBuffer } from '../ir/tile.ts';
import type { Axis, Expr, Read } from '../ir/tst.ts';
import { binary, conjuncts, constant, freeAxes, readsOf, select } from '../ir/tst-walk.ts';
import type { Contraction } from '../partition/product.ts';

export const partNames = (nest: Nest): ReadonlySet<string> => {
  const names = new Set<string>();
  const visit = (g: LoopGroup): void => { for (const p of g.parts) names.add(p.name); g.inner.forEach(visit); };
  [...nest.groups, ...nest.serialGroups].forEach(visit);
  return names;
};

/** The innermost loop that the operand varies along. */
export function homeOf(e: Expr, loops: readonly LoopGroup[], isCovered: (axis: Axis) => boolean): LoopGroup | '' {
  const free = freeAxes(e);
  for (const g of [...loops].reverse()) if (g.axes.some((a) => free.has(a.id) && !isCovered(a))) return g;
  return '';
}

/**
 * Conditions of the sum become part of the operands that they speak about: what names the rows of one masks that one, and what names neither masks both where both are
 * masked, else the first. An operand made of accumulators is masked where it is used.
 */
export function masked(c: Contraction, p: Part, parts: ReadonlySet<string>): Contraction {
  const all = conjuncts(p.where), about = (axis: string) => (x: Expr): boolean => freeAxes(x).has(axis), ofA = all.filter(about(c.m)), ofB = all.filter(about(c.n));
  const mask = (e: Expr, conditions: readonly Expr[]): Expr => (conditions.length === 0 ? e : select(conditions.length === all.length ? p.where! : conditions.reduce((x, y) => binary('and', x, y, 'bool')), e, constant(0, e.type)));
  const [isAMade, isBMade] = [c.a, c.b].map((side) => readsOf(side).some((r) => parts.has(r.tensor)));
  if (isAMade || isBMade) return { ...c, a: isAMade ? c.a : mask(c.a, ofA), b: isBMade ? c.b : mask(c.b, ofB) };
  return ofB.length === 0 ? { ...c, a: mask(c.a, all) } : { ...c, a: ofA.length === 0 ? c.a : mask(c.a, all.filter((x) => !ofB.includes(x))), b: mask(c.b, all.filter((x) => !ofA.includes(x))) };
}
export const operandName = (e: Expr): string => (readsOf(e)[0]?.tensor ?? 'operand').toLowerCase().replace(/[^a-z0-9_]/g, '_');
export const powerOfTwoIn = (n: number): number => n & -n;

/** Elements that one store to shared memory moves: only along the buffer's last dimension. */
export function sharedVector(layout: Layout, dims: readonly string[], buffer: SharedBuffer): number {
  const last = layout.dims[dims.indexOf(buffer.axes[1]!)]!;
  let width = 1;
  while (last.bits[Math.log2(width)]?.from === 'reg' && last.bits[Math.log2(width)]!.n === Math.log2(width)) width *= 2;
  return Math.min(width, 128 / bitsOf(buffer.dtype));
}

export interface Staged { readonly name: string; readonly expr: Expr; readonly rows: string; readonly over: string; readonly dtype: DType; readonly fma: boolean; /** The instruction takes it with the summed axis consecutive, however it lies in memory. */ readonly alongSum: boolean; buffer: SharedBuffer | undefined; stage: IndexExpr }
/** Elements that the plan adds to each row of the operand's stage. */
export const paddedBy = (s: Staged, plan: LaunchPlan): number | undefined => (plan.kind === 'matrix' && plan.pads !== undefined ? readsOf(s.expr).map((r) => plan.pads!.get(r.tensor)).find((n) => n !== undefined) : undefined);
/** Whether the plan keeps the operand in registers. */
export const isHeldBy = (e: Expr, plan: MatrixPlan): boolean => plan.held !== undefined && readsOf(e).some((r) => plan.held!.has(r.tensor));
/** An operand that goes from memory to registers. */
export interface Direct { readonly direct: Read }
export interface Product { readonly part: Part; readonly intrinsic: MmaIntrinsic; readonly over: Axis; readonly a: Source; readonly b: Source; readonly m: string; readonly n: string }
/** An operand that threads compute where the instruction takes it. */
export interface Held { readonly held: Staged }
export type Source = Staged | Direct | Held | Expr;
export const isStaged = (x: Source): x is Staged => 'rows' in x;
export const isHeld = (x: Source): x is Held => 'held' in x;
export const isDirect = (x: Source): x is Direct => 'direct' in x;
export const joined = (a: readonly IndexExpr[], b: readonly IndexExpr[]): IndexExpr[] => [...new Map([...a, ...b].map((e) => [e.key, e])).values()];
/** Where the operand's elements lie: the shared dimensions, the one contiguous there last. */
export function stageDims(s: Staged): readonly [string, string] {
  if (s.fma) return [s.over, s.rows];
  if (bitsOf(s.dtype) < 16 || s.alongSum) return [s.rows, s.over];
  return contiguousAxis(s) === s.rows ? [s.over, s.rows] : [s.rows, s.over];
}
/** The operand's axis along which its (first) tensor is contiguous. */
export function contiguousAxis(s: Staged): string | undefined {
  const last = readsOf(s.expr).filter((r) => r.index.length > 0 && freeAxes(r).size > 0).sort((x, y) => freeAxes(y).size - freeAxes(x).size)[0]?.index.at(-1);
  return last && [s.over, s.rows].find((id) => isConst(coefficient(last, id) ?? num(0)) === 1);
}

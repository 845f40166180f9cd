/**
 * Two-step matching of a computation onto an intrinsic (HASCO, section 3), whatever the order of operands, dimensions and indices.
 *
 * A candidate is a set of the computation's indices; choosing an index chooses all its occurrences (leaves). Step 0: the same combiner over as many
 * operands. Step 1, index matching: as many leaves as the intrinsic has, and a one-to-one map of indices under which occurrences correspond, kept
 * indices to kept and summed to summed ones; operands of a product may change places. Step 2, structure matching: where two chosen leaves meet (at a
 * dimension's `+` or only at the access `[ ]`), the intrinsic's leaves meet at the same kind of node. Indices that are not chosen are fixed by loops
 * outside, so they vanish from sums.
 */
import type { Axis } from '../ir/tst.ts';
import { axesOf, type Computation, type Dimension, nameOfAxis } from './computation.ts';
import { checkStructure } from './structure.ts';

/** `order[p]`: which operand of the computation stands for the intrinsic's operand p. */
export interface Match {
  readonly order: readonly number[];
  /** By the intrinsic's axis id. */
  readonly map: ReadonlyMap<string, string>;
}
export interface Rejection { readonly candidate: string; readonly step: 0 | 1 | 2; readonly reason: string }
/** `matched` of `of` indices of the intrinsic have a partner. */
export interface Nearest { readonly candidate: string; readonly matched: number; readonly of: number; readonly reason: string }
export interface Matching {
  readonly accepted: readonly Match[];
  readonly rejected: readonly Rejection[];
  /** Index maps that passed step 1, with the operands in the order written, and in any order. */
  readonly passedIndex: { readonly fixed: number; readonly swapped: number };
  readonly counts: { readonly fixed: number; readonly swapped: number; readonly distinct: number };
  /** Where nothing is accepted. */
  readonly nearest: Nearest | undefined;
}

/** In how many dimensions of each operand an index occurs. */
export type Occurrences = ReadonlyMap<string, readonly number[]>;
const counted = new WeakMap<Computation, Occurrences>();
export function occurrencesOf(c: Computation): Occurrences {
  const known = counted.get(c) ?? countOccurrences(c);
  counted.set(c, known);
  return known;
}
function countOccurrences(c: Computation): Occurrences {
  const uses = (d: Dimension, id: string): boolean => d.coefficients.has(id) || d.tangled.has(id);
  return new Map(axesOf(c).map((a) => [a.id, c.operands.map((o) => Math.max(0, ...[o.dimensions, ...o.others].map((dims) => dims.filter((d) => uses(d, a.id)).length)))]));
}

export function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  return permutations(n - 1).flatMap((p) => Array.from({ length: n }, (_, i) => [...p.slice(0, i), n - 1, ...p.slice(i)])).sort((a, b) => (a.join() < b.join() ? -1 : 1));
}

const countWords = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
export const word = (n: number): string => countWords[n] ?? String(n);
const many = (n: number, noun: string, plural = `${noun}s`): string => `${word(n)} ${n === 1 ? noun : plural}`;

/** Above this many indices only sets of the right size are looked at: all others fail by their number of leaves. */
const mostIndices = 10;

export function match(computation: Computation, intrinsic: Computation): Matching {
  const indices = axesOf(computation), wanted = axesOf(intrinsic);
  const root = rootReason(computation, intrinsic);
  if (root !== undefined) {
    return {
      accepted: [], rejected: [{ candidate: 'every choice', step: 0, reason: root }], passedIndex: { fixed: 0, swapped: 0 }, counts: { fixed: 0, swapped: 0, distinct: 0 },
      nearest: { candidate: 'none', matched: 0, of: wanted.length, reason: root },
    };
  }
  const mine = occurrencesOf(computation), theirs = occurrencesOf(intrinsic);
  const sum = (o: readonly number[] | undefined): number => (o ?? []).reduce((a, b) => a + b, 0);
  const leavesWanted = wanted.reduce((n, a) => n + sum(theirs.get(a.id)), 0);
  const orders = permutations(intrinsic.operands.length);
  const accepted: Match[] = [], rejected: Rejection[] = [];
  let fixed = 0, swapped = 0;
  for (const set of subsets(indices, wanted.length)) {
    const leaves = set.reduce((n, a) => n + sum(mine.get(a.id)), 0);
    const shown = leavesText(computation, set);
    if (leaves !== leavesWanted) {
      rejected.push({ candidate: shown, step: 1, reason: `${many(leaves, 'leaf', 'leaves')}, the intrinsic has ${word(leavesWanted)}` });
      continue;
    }
    const maps = set.length === wanted.length ? orders.flatMap((order) => bijections(wanted, set, (u, s) => sameClass(intrinsic, u, computation, s) && sameUses(theirs.get(u.id), mine.get(s.id), order)).map((map) => ({ order, map }))) : [];
    if (maps.length === 0) {
      rejected.push({ candidate: shown, step: 1, reason: pairingReason(computation, intrinsic, set, wanted, mine, theirs) });
      continue;
    }
    for (const m of maps) {
      const inOrder = m.order.every((p, i) => p === i);
      swapped++;
      if (inOrder) fixed++;
      const reason = checkStructure(computation, intrinsic, m);
      if (reason === undefined) accepted.push(m);
      else rejected.push({ candidate: mapText(computation, intrinsic, m), step: 2, reason });
    }
  }
  const isFixed = (m: Match): boolean => m.order.every((p, i) => p === i);
  const distinct = new Set(accepted.map((m) => [...m.map.values()].sort().join(' ')));
  accepted.sort((a, b) => Number(isFixed(b)) - Number(isFixed(a)));
  return {
    accepted, rejected, passedIndex: { fixed, swapped },
    counts: { fixed: accepted.filter(isFixed).length, swapped: accepted.length, distinct: distinct.size },
    nearest: accepted.length > 0 ? undefined : nearestOf(computation, intrinsic, rejected, mine, theirs, orders),
  };
}

function rootReason(c: Computation, i: Computation): string | undefined {
  if (c.combiner !== i.combiner) return `combines by \`${c.combiner}\`, the intrinsic by \`${i.combiner}\``;
  if (c.operands.length !== i.operands.length) {
    const hint = c.operands.length > i.operands.length && i.operands.length > 1 ? '; write it in stages of as many operands' : '';
    return `a product of ${many(c.operands.length, 'operand')}, the intrinsic's is of ${word(i.operands.length)}${hint}`;
  }
  return undefined;
}

const isReduction = (c: Computation, a: Axis): boolean => c.reduction.some((r) => r.id === a.id);
export const sameClass = (i: Computation, u: Axis, c: Computation, s: Axis): boolean => isReduction(i, u) === isReduction(c, s);
const sameUses = (theirs: readonly number[] | undefined, mine: readonly number[] | undefined, order: readonly number[]): boolean => order.every((from, p) => (theirs?.[p] ?? 0) === (mine?.[from] ?? 0));

/** Non-empty sets, small ones first and in the order of the indices. */
function* subsets(indices: readonly Axis[], size: number): Generator<Axis[]> {
  const n = indices.length, all: Axis[][] = [];
  for (let bits = 1; bits < 2 ** n; bits++) {
    const set = indices.filter((_, i) => (bits >> i) & 1);
    if (n <= mostIndices || set.length === size) all.push(set);
  }
  if (size === 0) yield [];
  yield* all.sort((a, b) => a.length - b.length);
}

function bijections(wanted: readonly Axis[], set: readonly Axis[], fits: (u: Axis, s: Axis) => boolean): Map<string, string>[] {
  const found: Map<string, string>[] = [];
  const allowed = wanted.map((u) => set.map((s) => fits(u, s)));
  const chosen: number[] = [];
  const go = (at: number): void => {
    if (at === wanted.length) { found.push(new Map(wanted.map((u, k) => [u.id, set[chosen[k] ?? 0]?.id ?? '']))); return; }
    for (let s = 0; s < set.length; s++) {
      if (chosen.includes(s) || allowed[at]?.[s] !== true) continue;
      chosen.push(s);
      go(at + 1);
      chosen.pop();
    }
  };
  go(0);
  return found;
}

/** Leaves as they stand in the tree, operand by operand. */
type Leaves = readonly (readonly { readonly id: string; readonly name: string }[])[];
const leavesFound = new WeakMap<Computation, Leaves>();
function leavesOf(c: Computation): Leaves {
  const known = leavesFound.get(c) ?? c.operands.map((o) => o.dimensions.flatMap((d) => [...new Set([...d.coefficients.keys(), ...d.tangled])].map((id) => ({ id, name: nameOfAxis(c, id) }))));
  leavesFound.set(c, known);
  return known;
}
/** Chosen leaves: `c y | k c`. */
export function leavesText(c: Computation, set: readonly Axis[]): string {
  return leavesOf(c).map((leaves) => leaves.filter((l) => set.some((a) => a.id === l.id)).map((l) => l.name).join(' ')).join(' | ');
}
/** `y → i, k → j, c → k`, and whether operands changed places. */
export function mapText(c: Computation, i: Computation, m: Match): string {
  const pairs = axesOf(i).map((u) => `${nameOfAxis(c, m.map.get(u.id) ?? '')} → ${u.name}`).join(', ');
  const moved = m.order.some((p, at) => p !== at);
  return moved ? `${pairs} (${m.order.map((from, p) => `${c.operands[from]?.name ?? ''} as ${i.operands[p]?.name ?? ''}`).join(', ')})` : pairs;
}

/** `in A and B`, `in B` */
export function placesText(c: Computation, uses: readonly number[] | undefined): string {
  const names = c.operands.flatMap((o, p) => ((uses?.[p] ?? 0) > 0 ? [o.name] : []));
  return names.length === 0 ? 'in no operand' : `in ${names.join(' and ')}`;
}
const kindText = (c: Computation, a: Axis): string => (isReduction(c, a) ? 'summed' : 'kept');

/** Groups of indices alike in kind and place, for a reason: `two kept in A`. */
function census(c: Computation, set: readonly Axis[], o: Occurrences): string {
  const groups = new Map<string, string[]>();
  for (const a of set) { const key = `${kindText(c, a)} ${placesText(c, o.get(a.id))}`; groups.set(key, [...(groups.get(key) ?? []), a.name]); }
  return [...groups].map(([key, names]) => `${names.join(', ')} ${key}`).join('; ');
}
const pairingReason = (c: Computation, i: Computation, set: readonly Axis[], wanted: readonly Axis[], mine: Occurrences, theirs: Occurrences): string =>
  `no one-to-one map of indices: ${census(c, set, mine)}, but the intrinsic has ${census(i, wanted, theirs)}`;

/** A rejection of step 2 came nearest; else the partial map with most partners. */
function nearestOf(c: Computation, i: Computation, rejected: readonly Rejection[], mine: Occurrences, theirs: Occurrences, orders: readonly (readonly number[])[]): Nearest {
  const wanted = axesOf(i);
  const late = rejected.find((r) => r.step === 2);
  if (late !== undefined) return { candidate: late.candidate, matched: wanted.length, of: wanted.length, reason: late.reason };
  let best: { pairs: ReadonlyMap<string, string>; order: readonly number[] } | undefined;
  for (const order of orders) {
    const pairs = partial(wanted, axesOf(c), (u, s) => sameClass(i, u, c, s) && sameUses(theirs.get(u.id), mine.get(s.id), order));
    if (best === undefined || pairs.size > best.pairs.size) best = { pairs, order };
  }
  const { pairs, order } = best!;
  const without = wanted.filter((u) => !pairs.has(u.id));
  const reason = without.map((u) => {
    const needs = order.flatMap((from, p) => ((theirs.get(u.id)?.[p] ?? 0) > 0 ? [c.operands[from]?.name ?? ''] : []));
    const free = axesOf(c).filter((s) => sameClass(i, u, c, s) && ![...pairs.values()].includes(s.id));
    const have = free.length === 0 ? `no ${kindText(i, u)} index is left` : free.map((s) => `${s.name} is ${placesText(c, mine.get(s.id))}`).join(', ');
    return `${u.name} needs a ${kindText(i, u)} index in ${needs.join(' and ')} alone; ${have}`;
  }).join('; ');
  const shown = wanted.flatMap((u) => { const s = pairs.get(u.id); return s === undefined ? [] : [`${nameOfAxis(c, s)} → ${u.name}`]; }).join(', ');
  return { candidate: shown === '' ? 'none' : shown, matched: pairs.size, of: wanted.length, reason };
}

/** A largest partial map (augmenting paths). */
function partial(wanted: readonly Axis[], set: readonly Axis[], fits: (u: Axis, s: Axis) => boolean): Map<string, string> {
  const owner = new Map<string, Axis>();
  const place = (u: Axis, seen: Set<string>): boolean => set.some((s) => {
    if (seen.has(s.id) || !fits(u, s)) return false;
    seen.add(s.id);
    const old = owner.get(s.id);
    if (old !== undefined && !place(old, seen)) return false;
    owner.set(s.id, u);
    return true;
  });
  for (const u of wanted) place(u, new Set());
  return new Map([...owner].map(([s, u]) => [u.id, s]));
}

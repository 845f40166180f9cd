/**
 * What follows from the facts of a place: proofs, symbolic bounds, divisibility and simplification of index expressions.
 * Every answer is sound and none is complete: `false` and `undefined` mean that nothing was found.
 */
import { unreachable } from '../diagnostics/bug.ts';
import { Facts } from './index-environment.ts';
import {
  type Atom, type DivAtom, type ExtremeAtom, type IndexExpr, add, atomExpr, coefficient, divideTerms, equals, floorDiv, isConst, mapAtoms, max, min, mod, mul, neg, num,
  soleAtom, sub, substitute, termExpr, valuesOf, variablesOf,
} from './index-expr.ts';
import { certify } from './index-proof.ts';

export { Facts };

export const proveNonNegative = (e: IndexExpr, facts: Facts): boolean => certify(e, facts);
export const proveLess = (a: IndexExpr, b: IndexExpr, facts: Facts): boolean => certify(sub(sub(b, a), num(1)), facts);
export const proveLessEqual = (a: IndexExpr, b: IndexExpr, facts: Facts): boolean => certify(sub(b, a), facts);
export function proveEqual(a: IndexExpr, b: IndexExpr, facts: Facts): boolean {
  const d = simplify(sub(a, b), facts);
  return isConst(d) === 0 || (isConst(d) === undefined && certify(d, facts) && certify(neg(d), facts));
}
/** 0 <= index < extent, tried harder than the others. */
export const proveInside = (index: IndexExpr, extent: IndexExpr, facts: Facts): boolean =>
  [index, sub(sub(extent, index), num(1))].every((e) => certify(e, facts) || certify(e, facts, undefined, 'integer'));

/** Whether n (>= 1) divides e. */
export function divisibleBy(e: IndexExpr, n: number | IndexExpr, facts: Facts): boolean {
  const by = typeof n === 'number' ? num(n) : n;
  const d = isConst(by);
  if (d === 1) return true;
  if (d === 0) return false;
  const r = facts.resolve(simplify(e, facts));
  if (isConst(mod(r, facts.resolve(by))) === 0) return true;
  if (d === undefined) return false;
  // A known multiple of an expression, times anything.
  return facts.multiples.some((m) => {
    const { quotient, remainder } = divideTerms(r, facts.resolve(m.expr));
    const content = quotient.terms.reduce((g, t) => gcd(g, Math.abs(t.coefficient)), 0);
    return remainder.terms.length === 0 && (m.by * content) % d === 0;
  });
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** The least expression over sizes that e is known never to exceed; undefined when a variable or value cannot be removed. */
export const upperBound = (e: IndexExpr, facts: Facts): IndexExpr | undefined => bound(simplify(e, facts), facts, true);
/** The greatest expression over sizes that e is known never to fall below. */
export const lowerBound = (e: IndexExpr, facts: Facts): IndexExpr | undefined => bound(simplify(e, facts), facts, false);

function bound(start: IndexExpr, facts: Facts, up: boolean): IndexExpr | undefined {
  let e = start;
  for (let steps = 0; steps < 64; steps++) {
    const last = lastBound(e, facts);
    if (last === undefined) return undefined;
    if (last === 'none') return simplify(e, facts);
    const next = removeAtom(e, last, facts, up) ?? removeCompounds(e, facts, up);
    if (!next) return undefined;
    e = next;
  }
  return undefined;
}

/** The atom to remove first: values, then variables from the innermost out, since their ranges may mention outer ones. */
function lastBound(e: IndexExpr, facts: Facts): { kind: 'variable' | 'value'; id: string } | 'none' | undefined {
  const values = valuesOf(e), variables = variablesOf(e);
  if (values.size === 0 && variables.size === 0) return 'none';
  const value = facts.valueIds.findLast((id) => values.has(id));
  if (value !== undefined) return { kind: 'value', id: value };
  if (values.size > 0) return undefined;
  const id = facts.variableIds.findLast((x) => variables.has(x));
  return id === undefined ? undefined : { kind: 'variable', id };
}

function removeAtom(e: IndexExpr, atom: { kind: 'variable' | 'value'; id: string }, facts: Facts, up: boolean): IndexExpr | undefined {
  const k = coefficient(e, atom.id, atom.kind);
  const range = facts.rangeOf(atom.kind, atom.id);
  if (!k || !range) return undefined;
  const replacement = certify(k, facts) ? (up ? range.hi : range.lo) : certify(neg(k), facts) ? (up ? range.lo : range.hi) : undefined;
  return replacement && substitute(e, (a) => (a.kind === atom.kind && a.id === atom.id ? replacement : undefined));
}

/** Replaces every floor, mod, min and max that contains a variable by its own bound, where the sign of its factor is known. */
function removeCompounds(e: IndexExpr, facts: Facts, up: boolean): IndexExpr | undefined {
  let changed = false;
  const parts: IndexExpr[] = [];
  for (const t of e.terms) {
    const atom = t.factors.find((f) => (f.kind === 'floordiv' || f.kind === 'mod' || f.kind === 'min' || f.kind === 'max') && free(atomExpr(f)) === false);
    if (!atom) { parts.push(termExpr(t)); continue; }
    const others = mul(num(t.coefficient), ...t.factors.filter((f) => f !== atom).map(atomExpr));
    const rising = certify(others, facts) ? true : certify(neg(others), facts) ? false : undefined;
    const replacement = rising === undefined ? undefined : boundAtom(atom, facts, rising === up);
    if (!replacement) return undefined;
    parts.push(mul(others, replacement));
    changed = true;
  }
  return changed ? add(...parts) : undefined;
}
const free = (e: IndexExpr): boolean => variablesOf(e).size === 0 && valuesOf(e).size === 0;

function boundAtom(atom: Atom, facts: Facts, up: boolean): IndexExpr | undefined {
  switch (atom.kind) {
    case 'size': case 'variable': case 'value': return atomExpr(atom);
    case 'floordiv': {
      const a = free(atom.b) ? bound(atom.a, facts, up) : undefined;
      return a && floorDiv(a, atom.b);
    }
    case 'mod': return up ? (free(atom.b) ? sub(atom.b, num(1)) : bound(sub(atom.b, num(1)), facts, true)) : num(0);
    case 'min': case 'max': {
      const found = atom.args.map((x) => bound(x, facts, up)).filter((x) => x !== undefined);
      const [first, ...others] = found;
      // One argument is enough to bound a minimum from above and a maximum from below.
      if (!first || (found.length < atom.args.length && (atom.kind === 'min') !== up)) return undefined;
      return (atom.kind === 'min' ? min : max)(first, ...others);
    }
    default: return unreachable(atom);
  }
}

/** An equal expression that is shorter: floors and remainders resolved by ranges and divisibility, minima and maxima by comparison. */
export function simplify(e: IndexExpr, facts: Facts): IndexExpr {
  if (e.terms.every((t) => t.factors.every((f) => f.kind === 'variable' || f.kind === 'value'))) return e;
  const old = facts.simplified.get(e.key);
  if (old) return old;
  const result = facts.restore(reduce(facts.resolve(e), facts));
  facts.simplified.set(e.key, result);
  return result;
}
function reduce(e: IndexExpr, facts: Facts): IndexExpr {
  return mapAtoms(e, (atom) => {
    switch (atom.kind) {
      case 'size': case 'variable': case 'value': return atomExpr(atom);
      case 'floordiv': return reduceDivision(floorDiv(reduce(atom.a, facts), reduceDivisor(atom.b, facts)), facts);
      case 'mod': return reduceDivision(mod(reduce(atom.a, facts), reduceDivisor(atom.b, facts)), facts);
      case 'min': case 'max': return reduceExtreme((atom.kind === 'min' ? min : max)(...operands(atom.args.map((x) => reduce(x, facts)))), facts);
      default: return unreachable(atom);
    }
  });
}
/** A divisor is at least 1 wherever it is evaluated; facts that no sizes fulfil, or only empty tensors, may say that it is 0. */
function reduceDivisor(b: IndexExpr, facts: Facts): IndexExpr {
  const reduced = reduce(b, facts);
  return isConst(reduced) === 0 ? b : reduced;
}
const operands = (xs: readonly IndexExpr[]): [IndexExpr, ...IndexExpr[]] => [xs[0]!, ...xs.slice(1)];

function reduceDivision(e: IndexExpr, facts: Facts): IndexExpr {
  return mapAtoms(e, (atom) => (atom.kind === 'floordiv' || atom.kind === 'mod' ? reduceDivAtom(atom, facts) ?? atomExpr(atom) : atomExpr(atom)));
}
function reduceDivAtom(atom: DivAtom, facts: Facts): IndexExpr | undefined {
  const { a, b, kind } = atom;
  const result = (quotient: IndexExpr): IndexExpr => (kind === 'floordiv' ? quotient : sub(a, mul(b, quotient)));
  if (inside(a, b, facts)) return result(num(0));
  // The whole range of the dividend within one multiple of the divisor, not necessarily the first.
  for (const start of [bound(a, facts, false), bound(a, facts, true)]) {
    const q = start && floorDiv(start, b);
    if (q && isConst(q) !== 0 && inside(sub(a, mul(q, b)), b, facts)) return result(q);
  }
  // floor((d*x + s)/(d*c)) = floor(x/c) and mod(d*x + s, d*c) = d*mod(x, c) + s for 0 <= s < d.
  for (const d of commonDivisors(a, b)) {
    const { quotient: x, remainder: s } = divideTerms(a, d);
    const { quotient: c, remainder } = divideTerms(b, d);
    if (remainder.terms.length > 0 || x.terms.length === 0 || !inside(s, d, facts)) continue;
    return reduceDivision(kind === 'floordiv' ? floorDiv(x, c) : add(mul(d, mod(x, c)), s), facts);
  }
  return undefined;
}
const inside = (a: IndexExpr, b: IndexExpr, facts: Facts): boolean => certify(a, facts) && certify(sub(sub(b, num(1)), a), facts);

/** What a term of the dividend has in common with the divisor (a single term), largest first. */
function commonDivisors(a: IndexExpr, b: IndexExpr): IndexExpr[] {
  const by = b.terms[0];
  if (!by || b.terms.length > 1) return [];
  const found = new Map<string, IndexExpr>();
  for (const t of a.terms) {
    if (t.factors.length === 0 && by.factors.length > 0) continue;
    const c = gcd(Math.abs(t.coefficient), by.coefficient);
    const left = [...by.factors];
    const common = t.factors.filter((f) => { const i = left.findIndex((g) => g.key === f.key); if (i >= 0) left.splice(i, 1); return i >= 0; });
    const shared = mul(num(c), ...common.map(atomExpr));
    if (isConst(shared) !== 1 && !equals(shared, b)) found.set(shared.key, shared);
  }
  return [...found.values()].sort((x, y) => y.terms[0]!.factors.length - x.terms[0]!.factors.length || y.terms[0]!.coefficient - x.terms[0]!.coefficient);
}

function reduceExtreme(e: IndexExpr, facts: Facts): IndexExpr {
  const atom = soleAtom(e);
  if (atom?.kind !== 'min' && atom?.kind !== 'max') return e;
  return resolveExtreme(atom, facts);
}
function resolveExtreme(atom: ExtremeAtom, facts: Facts): IndexExpr {
  const kept: IndexExpr[] = [];
  const dominates = (x: IndexExpr, y: IndexExpr): boolean => certify(atom.kind === 'min' ? sub(y, x) : sub(x, y), facts);
  for (const x of atom.args) {
    if (kept.some((y) => dominates(y, x))) continue;
    const left = kept.filter((y) => !dominates(x, y));
    kept.splice(0, kept.length, ...left, x);
  }
  return (atom.kind === 'min' ? min : max)(...operands(kept));
}

/**
 * What follows about floors because they are whole numbers; no linear certificate rounds. floor(a/b) <= floor(h/b) for a <= h tells halves of a
 * dimension apart, and bounds a loop whose count is a floor.
 */
import type { Facts } from './index-environment.ts';
import { type Atom, type DivAtom, type IndexExpr, add, atomExpr, divideTerms, floorDiv, isConst, max, min, mul, neg, num, sub, termExpr, valuesOf, variablesOf } from './index-expr.ts';

/** So many bounds of one expression are looked at. */
const most = 4;

/** Each is >= 0: floor(a/b) against floors of the bounds of a, and against another floor of the same dividend that facts speak of. */
export function roundedBounds(f: DivAtom, facts: Facts): IndexExpr[] {
  const x = atomExpr(f), a = facts.resolve(f.a);
  // A guard is a bound of what varies.
  const guards = (e: IndexExpr): IndexExpr[] => (isFree(e) ? [] : facts.facts.map((fact) => add(fact, e)).filter(isFree));
  const end = (up: boolean): IndexExpr[] => (isFree(a) && !hasExtremes(a) ? [] : ends(a, up, facts));
  return [
    ...nestedFloors(f, facts),
    ...[...guards(a), ...end(true)].map((hi) => sub(floorDiv(hi, f.b), x)),
    ...[...guards(neg(a)).map(neg), ...end(false)].map((lo) => sub(x, floorDiv(lo, f.b))),
  ];
}

/** floor((a + k*y)/(y*c)) = floor((g + k)/c) for g = floor(a/y): c*x <= g + k < c*x + c. */
function nestedFloors(f: DivAtom, facts: Facts): IndexExpr[] {
  const x = atomExpr(f), found: IndexExpr[] = [], seen = new Set<string>([f.key]);
  for (const fact of facts.facts) for (const t of fact.terms) for (const g of t.factors) {
    if (g.kind !== 'floordiv' || seen.has(g.key)) continue;
    seen.add(g.key);
    const outer = divideTerms(f.b, g.b), shift = divideTerms(sub(f.a, g.a), g.b);
    if (outer.remainder.terms.length > 0 || shift.remainder.terms.length > 0) continue;
    const rest = sub(add(atomExpr(g), shift.quotient), mul(outer.quotient, x));
    found.push(rest, sub(sub(outer.quotient, num(1)), rest));
  }
  return found;
}

/** m*p + r >= 0 with r <= h gives p + floor(h/m) >= 0: what a guard on 8*t + v says about t. */
export function cut(fact: IndexExpr, facts: Facts): IndexExpr[] {
  const m = Math.min(...fact.terms.filter((t) => t.factors.length > 0 && Math.abs(t.coefficient) > 1).map((t) => Math.abs(t.coefficient)));
  const rest = fact.terms.filter((t) => t.coefficient % m !== 0).map(termExpr);
  if (!Number.isFinite(m) || rest.length === 0) return [];
  const whole = sub(fact, add(...rest));
  return ends(add(...rest), true, facts).filter((h) => isConst(h) !== undefined).map((h) => add(floorDiv(whole, num(m)), floorDiv(h, num(m))));
}

/** Bounds of a sum from the ranges of what it is made of; none where a part has none, or where parts are multiplied. */
function ends(e: IndexExpr, up: boolean, facts: Facts): IndexExpr[] {
  let results: IndexExpr[] = [e];
  for (const t of e.terms) {
    if (t.factors.every((a) => a.kind === 'size')) continue;
    const [a] = t.factors;
    if (a === undefined || t.factors.length > 1) return [];
    const found = endsOf(a, (t.coefficient > 0) === up, facts);
    results = results.flatMap((r) => found.map((end) => add(r, mul(num(t.coefficient), sub(end, atomExpr(a)))))).slice(0, most);
  }
  return results.map((r) => facts.resolve(r));
}

function endsOf(a: Atom, up: boolean, facts: Facts): IndexExpr[] {
  switch (a.kind) {
    case 'size': return [atomExpr(a)];
    case 'variable': case 'value': {
      const range = facts.rangeOf(a.kind, a.id), end = up ? range?.hi : range?.lo;
      return end === undefined ? [] : [end];
    }
    case 'mod': return [up ? sub(a.b, num(1)) : num(0)];
    case 'floordiv': return isFree(atomExpr(a)) ? [atomExpr(a)] : isFree(a.b) ? ends(a.a, up, facts).map((end) => floorDiv(end, a.b)) : [];
    case 'min': case 'max': {
      const each = a.args.map((x) => ends(x, up, facts));
      // One argument bounds a minimum from above and a maximum from below.
      if ((a.kind === 'min') === up) return each.flat().slice(0, most);
      const [first, ...others] = each.flatMap((found) => found.slice(0, 1));
      return first === undefined || others.length + 1 < a.args.length ? [] : [(a.kind === 'min' ? min : max)(first, ...others)];
    }
  }
}

const isFree = (e: IndexExpr): boolean => variablesOf(e).size === 0 && valuesOf(e).size === 0;
const hasExtremes = (e: IndexExpr): boolean => e.terms.some((t) => t.factors.some((f) => f.kind === 'min' || f.kind === 'max'));

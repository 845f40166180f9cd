/**
 * Integer index expressions, immutable and always in canonical form: a polynomial with integer coefficients over atoms.
 * Atoms are sizes, variables (axes and loops), values read at run time, and the non-polynomial floorDiv, mod, min and max of
 * canonical expressions. Equal polynomials have equal keys however they were built. What needs ranges (floor((8*c + j)/8) = c
 * for 0 <= j < 8) is `simplify` in index-facts.ts.
 *
 * Division rounds toward minus infinity; mod has the sign of its divisor. A divisor is >= 1 wherever the expression is evaluated
 * (constants may be negative, the sign moves to the dividend). Coefficients are exact up to 2^53.
 */
import { CompilerBug, unreachable } from '../diagnostics/bug.ts';

export type NamedKind = 'size' | 'variable' | 'value';
export interface NamedAtom { readonly kind: NamedKind; readonly id: string; readonly key: string }
export interface DivAtom { readonly kind: 'floordiv' | 'mod'; readonly a: IndexExpr; readonly b: IndexExpr; readonly key: string }
export interface ExtremeAtom { readonly kind: 'min' | 'max'; readonly args: readonly IndexExpr[]; readonly key: string }
export type Atom = NamedAtom | DivAtom | ExtremeAtom;

/** coefficient * product of factors; factors sorted and repeated for powers. `monomial` is the key of the factors alone. */
export interface Term { readonly coefficient: number; readonly factors: readonly Atom[]; readonly monomial: string }
/** The sum of `terms`, sorted; zero has none. `key` decides equality. */
export interface IndexExpr { readonly terms: readonly Term[]; readonly key: string }

const kindOrder: Record<Atom['kind'], number> = { variable: 0, value: 1, size: 2, floordiv: 3, mod: 4, min: 5, max: 6 };
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const compareAtoms = (a: Atom, b: Atom): number => kindOrder[a.kind] - kindOrder[b.kind] || compareText(a.key, b.key);
const firstKind = (t: Term): number => (t.factors[0] ? kindOrder[t.factors[0].kind] : -1);
const compareTerms = (a: Term, b: Term): number =>
  b.factors.length - a.factors.length || Math.abs(b.coefficient) - Math.abs(a.coefficient)
  || firstKind(a) - firstKind(b) || compareText(a.monomial, b.monomial);

function monomialKey(factors: readonly Atom[]): string {
  const [first] = factors;
  return first === undefined ? '' : factors.length === 1 ? first.key : factors.map((f) => f.key).join('*');
}
function makeTerm(coefficient: number, factors: readonly Atom[]): Term {
  return { coefficient, factors, monomial: monomialKey(factors) };
}

function make(terms: readonly Term[]): IndexExpr {
  return terms.length > 1 && !isSorted(terms) ? ordered([...terms].sort(compareTerms)) : ordered(terms);
}
/** Of terms in their order. */
function ordered(terms: readonly Term[]): IndexExpr {
  let key = '';
  for (const t of terms) key += key === '' ? `${t.coefficient}*${t.monomial}` : `+${t.coefficient}*${t.monomial}`;
  return { terms, key };
}
function isSorted(terms: readonly Term[]): boolean {
  for (let i = 1; i < terms.length; i++) if (compareTerms(terms[i - 1]!, terms[i]!) > 0) return false;
  return true;
}

/** Collects like terms, and joins c*mod(a, b) + c*b*floor(a/b) to c*a, so that splitting an index and joining it again is the identity. */
function collect(terms: Iterable<Term>): IndexExpr {
  const byMonomial = new Map<string, Term>();
  let mods = false;
  for (const t of terms) {
    const old = byMonomial.get(t.monomial);
    byMonomial.set(t.monomial, old ? scaled(t, old.coefficient + t.coefficient) : t);
    mods ||= t.factors.some((f) => f.kind === 'mod');
  }
  const kept: Term[] = [];
  for (const t of byMonomial.values()) if (t.coefficient !== 0) kept.push(t);
  return (mods && joinSplit(kept)) || make(kept);
}

function joinSplit(terms: readonly Term[]): IndexExpr | undefined {
  for (const t of terms) {
    const atom = t.factors.find((f): f is DivAtom => f.kind === 'mod');
    const divisor = atom?.b.terms[0];
    if (!atom || !divisor || atom.b.terms.length !== 1) continue;
    const others = without(t.factors, atom);
    const quotient = termOf(t.coefficient * divisor.coefficient, [...others, ...divisor.factors, divAtom('floordiv', atom.a, atom.b)]);
    const partner = terms.find((u) => u.monomial === quotient.monomial && u.coefficient === quotient.coefficient);
    if (partner) return add(collect(terms.filter((u) => u !== t && u !== partner)), mul(make([makeTerm(t.coefficient, others)]), atom.a));
  }
  return undefined;
}

/** The term with another coefficient. */
const scaled = (t: Term, coefficient: number): Term => ({ coefficient, factors: t.factors, monomial: t.monomial });
const termOf = (coefficient: number, factors: readonly Atom[]): Term => makeTerm(coefficient, [...factors].sort(compareAtoms));
function without(factors: readonly Atom[], atom: Atom): Atom[] {
  const i = factors.findIndex((f) => f.key === atom.key);
  return factors.filter((_, j) => j !== i);
}
const fromAtom = (atom: Atom): IndexExpr => make([makeTerm(1, [atom])]);
const divAtom = (kind: 'floordiv' | 'mod', a: IndexExpr, b: IndexExpr): DivAtom => ({ kind, a, b, key: `${kind === 'mod' ? 'm' : 'd'}(${a.key},${b.key})` });

const zero: IndexExpr = { terms: [], key: '' };
const small = Array.from({ length: 257 }, (_, n) => (n === 0 ? zero : make([makeTerm(n, [])])));
/** The constant n; n must be an integer. */
export function num(n: number): IndexExpr {
  if (!Number.isInteger(n)) throw new CompilerBug(`index constant ${n} is not an integer`);
  return small[n] ?? make([makeTerm(n, [])]);
}
const named = (kind: NamedKind, tag: string) => (id: string): IndexExpr => fromAtom({ kind, id, key: `${tag}{${id}}` });
/** A run-time constant >= 0. */
export const size = named('size', 's');
/** An axis or loop index. */
export const variable = named('variable', 'v');
/** An integer read at run time. */
export const value = named('value', 'g');

export function add(...xs: readonly IndexExpr[]): IndexExpr {
  let sole: IndexExpr | undefined, all: Term[] | undefined;
  for (const x of xs) {
    if (x.terms.length === 0) continue;
    if (sole === undefined) sole = x;
    else (all ??= [...sole.terms]).push(...x.terms);
  }
  return all !== undefined ? collect(all) : sole ?? zero;
}
export function mul(...xs: readonly IndexExpr[]): IndexExpr {
  return xs.reduce((p, x) => {
    if (p === small[1]) return x;
    const n = isConst(x), m = isConst(p);
    if (n !== undefined) return times(p, n);
    if (m !== undefined) return times(x, m);
    return collect(p.terms.flatMap((s) => x.terms.map((t) => termOf(s.coefficient * t.coefficient, [...s.factors, ...t.factors]))));
  }, num(1));
}
/** n*e. The order of terms is by the size of their coefficients, which keep their proportions. */
const times = (e: IndexExpr, n: number): IndexExpr => (n === 1 ? e : n === 0 ? zero : ordered(e.terms.map((t) => scaled(t, n * t.coefficient))));
export const neg = (a: IndexExpr): IndexExpr => times(a, -1);
export function sub(a: IndexExpr, b: IndexExpr): IndexExpr {
  return b.terms.length === 0 ? a : a.terms.length === 0 ? neg(b) : collect([...a.terms, ...b.terms.map((t) => scaled(t, -t.coefficient))]);
}

export const key = (e: IndexExpr): string => e.key;
export const equals = (a: IndexExpr, b: IndexExpr): boolean => a.key === b.key;
/** The number that the expression is, if it contains no atom. */
export function isConst(e: IndexExpr): number | undefined {
  if (e.terms.length === 0) return 0;
  const t = e.terms[0]!;
  return e.terms.length === 1 && t.factors.length === 0 ? t.coefficient : undefined;
}

const gcd = (a: number, b: number): number => { let x = Math.abs(a), y = Math.abs(b); while (y) [x, y] = [y, x % y]; return x; };

/** t / by as a monomial times an integer, rounding the coefficient toward zero (so 9x/8 leaves x/8); undefined when by's factors are not all in t. */
function quotientTerm(t: Term, by: Term): Term | undefined {
  const q = Math.trunc(t.coefficient / by.coefficient);
  if (q === 0) return undefined;
  let factors: readonly Atom[] = t.factors;
  for (const f of by.factors) {
    if (!factors.some((g) => g.key === f.key)) return undefined;
    factors = without(factors, f);
  }
  return makeTerm(q, factors);
}

/** a = q*b + r with every term of r too small or too different to be divided further. Constants leave 0 <= r0 < b when b is constant. */
export function divideTerms(a: IndexExpr, b: IndexExpr): { quotient: IndexExpr; remainder: IndexExpr } {
  const c = isConst(b);
  if (b.terms.length === 1) {
    const by = b.terms[0]!;
    const q: Term[] = [];
    for (const t of a.terms) {
      const whole = c !== undefined && t.factors.length === 0 ? makeTerm(Math.floor(t.coefficient / c), []) : quotientTerm(t, by);
      if (whole && whole.coefficient !== 0) q.push(whole);
    }
    const quotient = collect(q);
    return { quotient, remainder: sub(a, mul(quotient, b)) };
  }
  // Long division by the leading term, kept only while each step removes terms: it finds exact multiples such as G*(K-128).
  let quotient = num(0), remainder = a;
  for (let found = true; found && remainder.terms.length > 0;) {
    found = false;
    for (const t of remainder.terms) {
      const q = quotientTerm(t, b.terms[0]!);
      if (!q) continue;
      const next = sub(remainder, mul(make([q]), b));
      if (next.terms.length >= remainder.terms.length) continue;
      quotient = add(quotient, make([q])); remainder = next; found = true;
      break;
    }
  }
  return { quotient, remainder };
}

/** The common integer factor of the dividend's atoms and a constant divisor: floor((g*x + c)/(g*b)) = floor((x + floor(c/g))/b). */
function commonFactor(r: IndexExpr, c: number): number {
  return r.terms.reduce((g, t) => (t.factors.length === 0 ? g : gcd(g, t.coefficient)), c);
}
function dividedBy(r: IndexExpr, g: number): IndexExpr {
  return collect(r.terms.map((t) => makeTerm(Math.floor(t.coefficient / g), t.factors)));
}

export function floorDiv(a: IndexExpr, b: IndexExpr): IndexExpr {
  const c = isConst(b);
  if (c === 0) throw new CompilerBug('index division by zero');
  if (c === 1) return a;
  if (c !== undefined && c < 0) return floorDiv(neg(a), num(-c));
  const { quotient, remainder } = divideTerms(a, b);
  return add(quotient, floorOfRemainder(remainder, b, c));
}
function floorOfRemainder(r: IndexExpr, b: IndexExpr, c: number | undefined): IndexExpr {
  if (r.terms.length === 0) return r;
  // A divisor is at least 1.
  if (isConst(r) === -1) return r;
  if (c !== undefined) {
    if (isConst(r) !== undefined) return num(Math.floor(isConst(r)! / c));
    const g = commonFactor(r, c);
    if (g > 1) return floorDiv(dividedBy(r, g), num(c / g));
  }
  // floor((floor(x/y) + k)/b) = floor((x + k*y)/(y*b)) for positive y and b.
  const inner = r.terms.find((t) => t.coefficient === 1 && t.factors.length === 1 && t.factors[0]!.kind === 'floordiv');
  const atom = inner?.factors[0];
  if (inner && atom?.kind === 'floordiv') {
    const k = r.terms.filter((t) => t !== inner);
    if (k.every((t) => t.factors.length === 0)) return floorDiv(add(atom.a, mul(make(k), atom.b)), mul(atom.b, b));
  }
  return fromAtom(divAtom('floordiv', r, b));
}
/** floor((a + b - 1)/b). */
export const ceilDiv = (a: IndexExpr, b: IndexExpr): IndexExpr => floorDiv(add(a, b, num(-1)), b);
/** a - b*floorDiv(a, b). */
export function mod(a: IndexExpr, b: IndexExpr): IndexExpr {
  const c = isConst(b);
  if (c === 0) throw new CompilerBug('index division by zero');
  if (c === 1) return num(0);
  if (c !== undefined && c < 0) return neg(mod(neg(a), num(-c)));
  const { remainder: r } = divideTerms(a, b);
  if (r.terms.length === 0) return r;
  if (c !== undefined) {
    const known = isConst(r);
    if (known !== undefined) return num(known - c * Math.floor(known / c));
    const g = commonFactor(r, c);
    if (g > 1) {
      const constant = r.terms.find((t) => t.factors.length === 0)?.coefficient ?? 0;
      return add(mul(num(g), mod(dividedBy(r, g), num(c / g))), num(constant - g * Math.floor(constant / g)));
    }
  }
  return fromAtom(divAtom('mod', r, b));
}

function extreme(kind: 'min' | 'max', xs: readonly IndexExpr[]): IndexExpr {
  const flat = xs.flatMap((x) => { const v = soleAtom(x); return v?.kind === kind ? v.args : [x]; });
  const kept: IndexExpr[] = [];
  for (const x of flat) {
    // Arguments that differ by a constant resolve at once.
    const i = kept.findIndex((y) => isConst(sub(x, y)) !== undefined);
    if (i < 0) kept.push(x);
    else if ((isConst(sub(x, kept[i]!))! > 0) === (kind === 'max')) kept[i] = x;
  }
  if (kept.length === 1) return kept[0]!;
  kept.sort((x, y) => compareText(x.key, y.key));
  return fromAtom({ kind, args: kept, key: `${kind}(${kept.map((x) => x.key).join(',')})` });
}
export const min = (...xs: readonly [IndexExpr, ...IndexExpr[]]): IndexExpr => extreme('min', xs);
export const max = (...xs: readonly [IndexExpr, ...IndexExpr[]]): IndexExpr => extreme('max', xs);

/** The atom, when the expression is exactly one atom. */
export function soleAtom(e: IndexExpr): Atom | undefined {
  const t = e.terms[0];
  return e.terms.length === 1 && t!.coefficient === 1 && t!.factors.length === 1 ? t!.factors[0] : undefined;
}

/** Rebuilds the expression with every atom mapped; the result is canonical again. */
export function mapAtoms(e: IndexExpr, f: (atom: Atom) => IndexExpr): IndexExpr {
  return add(...e.terms.map((t) => mul(num(t.coefficient), ...t.factors.map(f))));
}
export const termExpr = (t: Term): IndexExpr => make([t]);
export const atomExpr = (atom: Atom): IndexExpr => fromAtom(atom);

/** Replaces named atoms wherever they occur, all at once; undefined keeps one. */
export function substitute(e: IndexExpr, replace: (atom: { readonly kind: NamedKind; readonly id: string }) => IndexExpr | undefined): IndexExpr {
  // Terms in which nothing is replaced stay as they are.
  let replaced: Term[] | undefined;
  for (const [i, t] of e.terms.entries()) {
    let factors: (IndexExpr | undefined)[] | undefined;
    for (const [j, f] of t.factors.entries()) {
      const r = substituteAtom(f, replace);
      if (r !== undefined) (factors ??= [])[j] = r;
    }
    if (factors !== undefined) (replaced ??= e.terms.slice(0, i)).push(...mul(num(t.coefficient), ...t.factors.map((f, j) => factors[j] ?? fromAtom(f))).terms);
    else replaced?.push(t);
  }
  return replaced === undefined ? e : collect(replaced);
}
function substituteAtom(atom: Atom, replace: Parameters<typeof substitute>[1]): IndexExpr | undefined {
  switch (atom.kind) {
    case 'size': case 'variable': case 'value': return replace(atom);
    case 'floordiv': case 'mod': case 'min': case 'max': {
      let changed = false;
      const mapped = mapChildren(atom, (x) => { const y = substitute(x, replace); changed ||= y !== x; return y; });
      return changed ? mapped : undefined;
    }
    default: return unreachable(atom);
  }
}
/** The atom with its operands mapped; a named atom as it is. */
export function mapChildren(atom: Atom, f: (e: IndexExpr) => IndexExpr): IndexExpr {
  switch (atom.kind) {
    case 'size': case 'variable': case 'value': return fromAtom(atom);
    case 'floordiv': return floorDiv(f(atom.a), f(atom.b));
    case 'mod': return mod(f(atom.a), f(atom.b));
    case 'min': case 'max': return extreme(atom.kind, atom.args.map(f));
    default: return unreachable(atom);
  }
}

function visitNamed(e: IndexExpr, visit: (atom: NamedAtom) => void): void {
  for (const t of e.terms) for (const f of t.factors) {
    switch (f.kind) {
      case 'size': case 'variable': case 'value': visit(f); break;
      case 'floordiv': case 'mod': visitNamed(f.a, visit); visitNamed(f.b, visit); break;
      case 'min': case 'max': f.args.forEach((x) => visitNamed(x, visit)); break;
      default: unreachable(f);
    }
  }
}
function idsOf(e: IndexExpr, kind: NamedKind): Set<string> {
  const found = new Set<string>();
  visitNamed(e, (atom) => { if (atom.kind === kind) found.add(atom.id); });
  return found;
}
export const variablesOf = (e: IndexExpr): Set<string> => idsOf(e, 'variable');
export const sizesOf = (e: IndexExpr): Set<string> => idsOf(e, 'size');
export const valuesOf = (e: IndexExpr): Set<string> => idsOf(e, 'value');

/** The value for given atoms. Dividing by zero gives 0, as the scalar operator does. */
export function evaluate(e: IndexExpr, lookup: (kind: NamedKind, id: string) => number): number {
  let sum = 0;
  for (const t of e.terms) {
    let p = t.coefficient;
    for (const f of t.factors) p *= evaluateAtom(f, lookup);
    sum += p;
  }
  return sum || 0;
}
function evaluateAtom(atom: Atom, lookup: (kind: NamedKind, id: string) => number): number {
  switch (atom.kind) {
    case 'size': case 'variable': case 'value': return lookup(atom.kind, atom.id);
    case 'floordiv': { const b = evaluate(atom.b, lookup); return b === 0 ? 0 : Math.floor(evaluate(atom.a, lookup) / b); }
    case 'mod': { const a = evaluate(atom.a, lookup), b = evaluate(atom.b, lookup); return b === 0 ? 0 : a - b * Math.floor(a / b); }
    case 'min': return Math.min(...atom.args.map((x) => evaluate(x, lookup)));
    case 'max': return Math.max(...atom.args.map((x) => evaluate(x, lookup)));
    default: return unreachable(atom);
  }
}

const mentions = (atom: Atom, isVar: (id: string) => boolean, kind: NamedKind): boolean => {
  let found = false;
  visitNamed(fromAtom(atom), (a) => { found ||= a.kind === kind && isVar(a.id); });
  return found;
};
/** e = sum of coefficients[v]*v + rest, coefficients and rest free of the chosen variables; undefined when e is not affine in them. */
export function affineParts(
  e: IndexExpr, isVar: (id: string) => boolean, kind: NamedKind = 'variable',
): { coefficients: Map<string, IndexExpr>; rest: IndexExpr } | undefined {
  const parts = new Map<string, Term[]>();
  const rest: Term[] = [];
  for (const t of e.terms) {
    const hits = t.factors.filter((f) => mentions(f, isVar, kind));
    const hit = hits[0];
    if (!hit) { rest.push(t); continue; }
    if (hits.length > 1 || hit.kind !== kind) return undefined;
    const list = parts.get(hit.id) ?? [];
    list.push(makeTerm(t.coefficient, without(t.factors, hit)));
    parts.set(hit.id, list);
  }
  return { coefficients: new Map([...parts].map(([id, terms]) => [id, collect(terms)])), rest: collect(rest) };
}
/** The factor of a variable in which e is affine (0 when e is free of it); undefined when e is not affine in it. */
export function coefficient(e: IndexExpr, variableId: string, kind: NamedKind = 'variable'): IndexExpr | undefined {
  const parts = affineParts(e, (id) => id === variableId, kind);
  return parts && (parts.coefficients.get(variableId) ?? num(0));
}

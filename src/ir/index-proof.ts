/**
 * Proofs that an integer expression is never negative, by certificates in the manner of Farkas and Handelman: e = sum of c_i * p_i + rest,
 * c_i >= 0, each p_i known to be >= 0 (a fact, or a fact times a monomial of non-negative atoms), rest a polynomial with non-negative
 * coefficients over non-negative atoms, and a constant > -1 (e is an integer, so e > -1 is e >= 0). A linear program proposes the
 * c_i; the certificate is then checked in exact integers, so rounding can lose a proof but never make a false one.
 */
import { unreachable } from '../diagnostics/bug.ts';
import { isRefuted } from './index-counterexample.ts';
import type { Facts } from './index-environment.ts';
import { type Atom, type IndexExpr, type Term, add, atomExpr, floorDiv, isConst, mul, neg, num, sub } from './index-expr.ts';
import { cut, roundedBounds } from './index-rounded.ts';
import { minimise, type Row } from './index-simplex.ts';

const limits = { columns: 140, rows: 160, rounds: 3, depth: 5, splits: 3 };

/** `linear`: from the facts as they are. `integer`: also from what follows because atoms are integers, for proofs that a program stands or falls with, since it costs several times as much where none is found. */
export type Effort = 'linear' | 'integer';

/** Whether e >= 0 wherever the facts hold; so everything where they cannot hold together, as in a loop without turns. False means: not proved. */
export function certify(e: IndexExpr, facts: Facts, depth = limits.depth, effort: Effort = 'linear'): boolean {
  const resolved = facts.resolve(e);
  const known = isConst(resolved);
  if (known !== undefined) return known >= 0 || facts.isImpossible;
  const key = effort === 'linear' ? resolved.key : `${effort} ${resolved.key}`;
  const cached = facts.proved.get(key);
  if (cached !== undefined) return cached;
  if (depth <= 0) return false;
  const result = facts.isImpossible || new Proof(facts, depth, effort).holds(resolved, [], limits.splits);
  facts.proved.set(key, result);
  return result;
}

const within = new WeakMap<IndexExpr, readonly string[]>();
/** Keys of the atoms of e and of what they are made of: a fact about floor(i/n) may tell something of i. */
function atomsWithin(e: IndexExpr): readonly string[] {
  const known = within.get(e);
  if (known !== undefined) return known;
  const keys = new Set<string>();
  for (const t of e.terms) for (const f of t.factors) {
    keys.add(f.key);
    const parts = f.kind === 'floordiv' || f.kind === 'mod' ? [f.a, f.b] : f.kind === 'min' || f.kind === 'max' ? f.args : [];
    for (const part of parts) for (const key of atomsWithin(part)) keys.add(key);
  }
  const list = [...keys];
  within.set(e, list);
  return list;
}

class Proof {
  private readonly signs = new Map<string, boolean>();
  private readonly facts: Facts;
  private readonly depth: number;
  private readonly effort: Effort;
  constructor(facts: Facts, depth: number, effort: Effort) { this.facts = facts; this.depth = depth; this.effort = effort; }

  holds(e: IndexExpr, extra: readonly IndexExpr[], splits: number): boolean {
    const constant = e.terms.find((t) => t.factors.length === 0)?.coefficient ?? 0;
    if (constant >= 0 && e.terms.every((t) => t.coefficient >= 0 && this.nonNegativeMonomial(t))) return true;
    // Of the claims that are not so nearly all fail at one of a few places, and a proof that does not exist is sought for long.
    if (extra.length === 0 && isRefuted(e, this.facts)) return false;
    const base = this.constraints(e, extra);
    // What is known is nearly always enough as it is; its products are many times as much.
    if (this.solve(e, base)) return true;
    const products = this.multiply(e, base);
    if (products.length > base.length && this.solve(e, products)) return true;
    // e > -1 follows from b*e > -b for a divisor b that is not a number.
    for (const b of symbolicDivisors(e)) {
      const scaled = sub(add(mul(b, e), b), num(1)), known = this.constraints(scaled, extra);
      if (this.solve(scaled, known)) return true;
      const columns = this.multiply(scaled, known);
      if (columns.length > known.length && this.solve(scaled, columns)) return true;
      // The divisor is no monomial where it is a difference such as K - 128, and is at least 1 all the same.
      if (this.effort === 'integer' && b.terms.length > 1 && this.solve(scaled, [...columns, ...known.map((p) => mul(b, p))])) return true;
    }
    // A minimum or maximum equals one of its arguments: it is enough to prove each case.
    const extreme = splits > 0 ? extremeOf([e, ...base]) : undefined;
    return extreme !== undefined && extreme.args.every((x) => {
      const difference = extreme.kind === 'min' ? sub(atomExpr(extreme), x) : sub(x, atomExpr(extreme));
      return !extra.some((c) => c.key === difference.key) && this.holds(e, [...extra, difference], splits - 1);
    });
  }

  /** What is known about the atoms of e, and about the atoms that this mentions in turn, with what follows because they are integers, where that is asked for. */
  private constraints(e: IndexExpr, extra: readonly IndexExpr[]): IndexExpr[] {
    const isRounded = this.effort === 'integer';
    const result: IndexExpr[] = [...extra], used = new Set<IndexExpr>();
    const seen = new Map<string, Atom>();
    const gather = (pending: IndexExpr[]): void => {
      for (let next = pending.pop(); next; next = pending.pop()) {
        for (const t of next.terms) for (const f of t.factors) {
          if (seen.has(f.key)) continue;
          seen.set(f.key, f);
          pending.push(...this.keep(this.known(f), result));
        }
        if (pending.length > 0) continue;
        for (const f of isRounded ? this.facts.withJoint : this.facts.facts) {
          if (used.has(f) || !atomsWithin(f).some((key) => seen.has(key))) continue;
          used.add(f); result.push(f, ...(isRounded ? cut(f, this.facts) : [])); pending.push(f);
        }
      }
    };
    gather([e, ...extra]);
    // Floors that only rounding brings in are not rounded themselves: there would be no end to it.
    if (isRounded) gather([...seen.values()].flatMap((f) => (f.kind === 'floordiv' ? this.keep(roundedBounds(f, this.facts), result) : [])));
    return result;
  }
  /** Adds what says anything to the list. */
  private keep(constraints: readonly IndexExpr[], list: IndexExpr[]): IndexExpr[] {
    const kept = constraints.map((c) => this.facts.resolve(c)).filter((c) => isConst(c) === undefined);
    list.push(...kept);
    return kept;
  }

  private known(f: Atom): IndexExpr[] {
    const x = atomExpr(f);
    switch (f.kind) {
      case 'size': {
        const r = this.facts.sizeRange(f.id);
        return [...(r.min > 0 ? [sub(x, num(r.min))] : []), ...(r.max === undefined ? [] : [sub(num(r.max), x)])];
      }
      case 'variable': case 'value': {
        const r = this.facts.rangeOf(f.kind, f.id);
        return [...(r?.lo && isConst(r.lo) !== 0 ? [sub(x, r.lo)] : []), ...(r?.hi ? [sub(r.hi, x)] : [])];
      }
      case 'floordiv': {
        const rest = sub(f.a, mul(f.b, x));
        return [rest, sub(sub(f.b, num(1)), rest), sub(f.b, num(1))];
      }
      case 'mod': {
        const rest = sub(sub(f.a, x), mul(f.b, floorDiv(f.a, f.b)));
        return [x, sub(sub(f.b, num(1)), x), rest, neg(rest), sub(f.b, num(1))];
      }
      case 'min': return f.args.map((a) => sub(a, x));
      case 'max': return f.args.map((a) => sub(x, a));
      default: return unreachable(f);
    }
  }

  private nonNegativeMonomial(t: Term): boolean { return t.factors.every((f) => this.nonNegative(f)); }
  private nonNegative(f: Atom): boolean {
    const old = this.signs.get(f.key);
    if (old !== undefined) return old;
    this.signs.set(f.key, false);
    const result = this.findSign(f);
    this.signs.set(f.key, result);
    return result;
  }
  private findSign(f: Atom): boolean {
    switch (f.kind) {
      case 'size': return this.facts.sizeRange(f.id).min >= 0;
      case 'variable': case 'value': {
        const lo = this.facts.rangeOf(f.kind, f.id)?.lo;
        return lo !== undefined && certify(lo, this.facts, this.depth - 1);
      }
      case 'mod': return true;
      case 'floordiv': return certify(f.a, this.facts, this.depth - 1);
      case 'min': return f.args.every((a) => certify(a, this.facts, this.depth - 1));
      case 'max': return f.args.some((a) => certify(a, this.facts, this.depth - 1));
      default: return unreachable(f);
    }
  }

  /** Adds products of constraints with monomials, chosen so that a monomial which is to be cancelled occurs in them. */
  private multiply(e: IndexExpr, base: readonly IndexExpr[]): IndexExpr[] {
    const columns = new Map(base.map((p) => [p.key, p] as const)), tried = base.map(() => new Set<string>());
    let targets = new Map<string, Term>();
    for (const p of [e, ...base]) for (const t of p.terms) if (t.factors.length > 1) targets.set(t.monomial, t);
    for (let round = 0; round < limits.rounds && targets.size > 0; round++) {
      const next = new Map<string, Term>();
      for (const target of targets.values()) for (const [i, p] of base.entries()) for (const t of p.terms) {
        if (columns.size >= limits.columns) return [...columns.values()];
        if (t.factors.length === 0 || t.factors.length >= target.factors.length) continue;
        const multiplier = quotient(target.factors, t.factors);
        if (!multiplier || !multiplier.every((f) => this.nonNegative(f))) continue;
        // Many targets ask for the same product.
        const by = multiplier.map((f) => f.key).join('*');
        if (tried[i]!.has(by)) continue;
        tried[i]!.add(by);
        const product = mul(p, ...multiplier.map(atomExpr));
        if (columns.has(product.key)) continue;
        columns.set(product.key, product);
        for (const u of product.terms) if (u.factors.length > 1 && !targets.has(u.monomial)) next.set(u.monomial, u);
      }
      targets = next;
    }
    return [...columns.values()];
  }

  private solve(e: IndexExpr, columns: readonly IndexExpr[]): boolean {
    const rowOf = new Map<string, Term>();
    for (const p of [e, ...columns]) for (const t of p.terms) if (t.factors.length > 0) rowOf.set(t.monomial, t);
    if (rowOf.size > limits.rows) return false;
    const coefficients = columns.map(byMonomial), goal = byMonomial(e);
    const rows: Row[] = [...rowOf].map(([m, t]) => ({
      a: coefficients.map((c) => c.get(m) ?? 0), b: goal.get(m) ?? 0, equal: !this.nonNegativeMonomial(t),
    }));
    const cost = coefficients.map((c) => c.get('') ?? 0);
    const found = minimise(cost, rows, (goal.get('') ?? 0) + 1 - 1e-5);
    return found !== undefined && this.check(e, columns, found, rowOf);
  }

  /** Rounds the multipliers to fractions and checks D*e - sum of n_i*p_i exactly: coefficients >= 0 where the monomial is, constant > -D. */
  private check(e: IndexExpr, columns: readonly IndexExpr[], multipliers: readonly number[], rowOf: ReadonlyMap<string, Term>): boolean {
    const fractions = multipliers.map((x) => (x < 1e-7 ? { n: 0, d: 1 } : fraction(x)));
    const common = fractions.reduce((d, f) => (d / gcd(d, f.d)) * f.d, 1);
    if (!Number.isSafeInteger(common)) return false;
    const sum = new Map<string, bigint>();
    const accumulate = (p: IndexExpr, by: bigint): void => {
      for (const t of p.terms) sum.set(t.monomial, (sum.get(t.monomial) ?? 0n) + by * BigInt(t.coefficient));
    };
    accumulate(e, BigInt(common));
    fractions.forEach((f, i) => { if (f.n > 0) accumulate(columns[i]!, -BigInt(f.n) * BigInt(common / f.d)); });
    for (const [m, c] of sum) {
      if (m === '' ? c <= -BigInt(common) : c < 0n || (c > 0n && !this.nonNegativeMonomial(rowOf.get(m)!))) return false;
    }
    return true;
  }
}

const byMonomial = (p: IndexExpr): Map<string, number> => new Map(p.terms.map((t) => [t.monomial, t.coefficient]));
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** The fraction of small denominator nearest to x, by continued fractions. */
function fraction(x: number): { n: number; d: number } {
  let [n0, d0, n1, d1] = [0, 1, 1, 0], rest = x;
  for (let i = 0; i < 24; i++) {
    const whole = Math.floor(rest);
    [n0, d0, n1, d1] = [n1, d1, whole * n1 + n0, whole * d1 + d0];
    if (Math.abs(x - n1 / d1) <= 1e-9 * Math.max(1, x) || d1 > 1e7) break;
    rest = 1 / (rest - whole);
  }
  return { n: n1, d: d1 };
}

function quotient(whole: readonly Atom[], part: readonly Atom[]): Atom[] | undefined {
  const left = [...whole];
  for (const f of part) {
    const i = left.findIndex((g) => g.key === f.key);
    if (i < 0) return undefined;
    left.splice(i, 1);
  }
  return left;
}

function symbolicDivisors(e: IndexExpr): IndexExpr[] {
  const found = new Map<string, IndexExpr>();
  for (const t of e.terms) for (const f of t.factors) {
    if ((f.kind === 'floordiv' || f.kind === 'mod') && isConst(f.b) === undefined) found.set(f.b.key, f.b);
  }
  return [...found.values()];
}

function extremeOf(list: readonly IndexExpr[]): Extract<Atom, { kind: 'min' | 'max' }> | undefined {
  for (const e of list) for (const t of e.terms) for (const f of t.factors) if (f.kind === 'min' || f.kind === 'max') return f;
  return undefined;
}

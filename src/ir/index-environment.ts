/**
 * What is known about the atoms of index expressions at one place of a program. Immutable: each `with…` gives a new environment.
 * Variables are known to lie in their range, and the place is inside their loops, so every range may be taken as non-empty.
 */
import {
  type IndexExpr, add, coefficient, floorDiv, isConst, mapChildren, mul, num, size, sizesOf, soleAtom, sub, substitute, termExpr,
} from './index-expr.ts';

/** lo <= atom <= hi, both inclusive; a missing side is not known. */
export interface Range { readonly lo: IndexExpr | undefined; readonly hi: IndexExpr | undefined }
export interface SizeRange { readonly min: number; readonly max: number | undefined }
interface Multiple { readonly expr: IndexExpr; readonly by: number }
interface Data {
  readonly variables: ReadonlyMap<string, Range>;
  readonly values: ReadonlyMap<string, Range>;
  readonly sizes: ReadonlyMap<string, SizeRange>;
  readonly definitions: ReadonlyMap<string, IndexExpr>;
  readonly multiples: readonly Multiple[];
  readonly nonNegative: readonly IndexExpr[];
}
/** size = modulus*quotient + residue, with `quotient` a size atom of its own. */
interface Congruence { readonly name: string; readonly modulus: number; readonly residue: number; readonly quotient: string }

const quotientMark = '÷';

export class Facts {
  private readonly data: Data;
  private readonly congruences: ReadonlyMap<string, Congruence>;
  /** Results of proofs in this environment, by key. */
  readonly proved = new Map<string, boolean>();
  readonly simplified = new Map<string, IndexExpr>();
  private resolvedWhole: readonly IndexExpr[] | undefined;
  private resolvedFacts: readonly IndexExpr[] | undefined;
  private resolvedJoint: readonly IndexExpr[] | undefined;
  private impossible: boolean | undefined;

  private constructor(data: Data, congruences: ReadonlyMap<string, Congruence> = findCongruences(data)) {
    this.data = data;
    this.congruences = congruences;
  }
  static readonly none = new Facts({ variables: new Map(), values: new Map(), sizes: new Map(), definitions: new Map(), multiples: [], nonNegative: [] });

  private with(change: Partial<Data>): Facts {
    const isKept = change.multiples === undefined && change.definitions === undefined;
    return new Facts({ ...this.data, ...change }, isKept ? this.congruences : undefined);
  }

  /** 0 <= id < extent. Later variables may have ranges that mention earlier ones. */
  withVariable(id: string, extent: IndexExpr): Facts { return this.withRange(id, num(0), sub(extent, num(1))); }
  /** lo <= id <= hi. */
  withRange(id: string, lo: IndexExpr | undefined, hi: IndexExpr | undefined): Facts {
    return this.with({ variables: new Map(this.data.variables).set(id, { lo, hi }) });
  }
  withVariables(extents: Iterable<readonly [string, IndexExpr]>): Facts {
    const variables = new Map(this.data.variables);
    for (const [id, extent] of extents) variables.set(id, { lo: num(0), hi: sub(extent, num(1)) });
    return this.with({ variables });
  }
  /** lo <= value(id) <= hi, of an integer read at run time. */
  withValue(id: string, lo: IndexExpr | undefined, hi: IndexExpr | undefined): Facts {
    return this.with({ values: new Map(this.data.values).set(id, { lo, hi }) });
  }
  /** min <= size <= max; what is known already stays. */
  withSize(name: string, min: number, max?: number): Facts {
    const old = this.sizeRange(name);
    const highest = max === undefined ? old.max : Math.min(max, old.max ?? max);
    return this.with({ sizes: new Map(this.data.sizes).set(name, { min: Math.max(min, old.min), max: highest }) });
  }
  withPinned(name: string, n: number): Facts { return this.withEqual(size(name), num(n)); }
  /** a = b. Where one side is a size that the other does not mention, it is replaced by the other from now on; a = n·floor(a/n) is known as what it says, that n divides a. */
  withEqual(a: IndexExpr, b: IndexExpr): Facts {
    const x = this.define(a), y = this.define(b);
    const multiple = multipleOf(sub(x, y)) ?? multipleOf(sub(y, x));
    if (multiple !== undefined) return this.withDivisible(multiple.expr, multiple.by);
    for (const [s, e] of [[x, y], [y, x]] as const) {
      const atom = soleAtom(s);
      if (atom?.kind !== 'size' || sizesOf(e).has(atom.id)) continue;
      const definitions = new Map([...this.data.definitions].map(([k, d]) => [k, substitute(d, (o) => (o.kind === 'size' && o.id === atom.id ? e : undefined))] as const));
      const range = this.sizeRange(atom.id);
      const bounds = [sub(e, num(range.min)), ...(range.max === undefined ? [] : [sub(num(range.max), e)])].filter((f) => isConst(f) === undefined);
      return this.with({ definitions: definitions.set(atom.id, e), nonNegative: [...this.data.nonNegative, ...bounds] });
    }
    return x.key === y.key ? this : this.withNonNegative(sub(x, y)).withNonNegative(sub(y, x));
  }
  /** by divides e. */
  withDivisible(expr: IndexExpr, by: number): Facts { return this.with({ multiples: [...this.data.multiples, { expr, by }] }); }
  /** e >= 0. */
  withNonNegative(expr: IndexExpr): Facts {
    const s = coefficientOfOnly(expr);
    return s && s.coefficient === 1 && s.constant < 0 ? this.withSize(s.name, -s.constant) : this.with({ nonNegative: [...this.data.nonNegative, expr] });
  }

  /** The variables in the order in which they were introduced. */
  get variableIds(): readonly string[] { return [...this.data.variables.keys()]; }
  get valueIds(): readonly string[] { return [...this.data.values.keys()]; }
  rangeOf(kind: 'variable' | 'value', id: string): Range | undefined { return (kind === 'variable' ? this.data.variables : this.data.values).get(id); }
  sizeRange(name: string): SizeRange {
    const mark = name.indexOf(quotientMark);
    const c = mark > 0 ? this.congruences.get(name.slice(0, mark)) : undefined;
    if (c) {
      const r = this.sizeRange(c.name);
      return { min: Math.ceil((r.min - c.residue) / c.modulus), max: r.max === undefined ? undefined : Math.floor((r.max - c.residue) / c.modulus) };
    }
    return this.data.sizes.get(name) ?? { min: 0, max: undefined };
  }
  get multiples(): readonly Multiple[] { return this.data.multiples; }

  private define(e: IndexExpr): IndexExpr {
    return this.data.definitions.size === 0 ? e : substitute(e, (a) => (a.kind === 'size' ? this.data.definitions.get(a.id) : undefined));
  }
  /** The expression with equalities applied and every size of known residue split into modulus*quotient + residue. */
  resolve(e: IndexExpr): IndexExpr {
    const d = this.define(e);
    return this.congruences.size === 0 ? d : substitute(d, (a) => {
      const c = a.kind === 'size' ? this.congruences.get(a.id) : undefined;
      return c && add(mul(num(c.modulus), size(c.quotient)), num(c.residue));
    });
  }
  /** Undoes the splitting: modulus*quotient becomes size - residue, a quotient that is left floor(size/modulus). */
  restore(e: IndexExpr): IndexExpr {
    if (this.congruences.size === 0) return e;
    const byQuotient = new Map([...this.congruences.values()].map((c) => [c.quotient, c]));
    const undo = (x: IndexExpr): IndexExpr => add(...x.terms.map((t) => {
      let k = t.coefficient;
      const factors = t.factors.map((f) => {
        const c = f.kind === 'size' ? byQuotient.get(f.id) : undefined;
        if (!c) return mapChildren(f, undo);
        if (k % c.modulus !== 0) return floorDiv(size(c.name), num(c.modulus));
        k /= c.modulus;
        return sub(size(c.name), num(c.residue));
      });
      return mul(num(k), ...factors);
    }));
    return undo(e);
  }
  private get resolved(): readonly IndexExpr[] {
    return this.resolvedWhole ??= [
      ...this.data.nonNegative,
      ...[...this.data.variables.values(), ...this.data.values.values()].flatMap((r) => (r.lo && r.hi ? [sub(r.hi, r.lo)] : [])),
    ].map((f) => this.resolve(f));
  }
  /** Everything known that is not the range of an atom, resolved: each is >= 0. */
  get facts(): readonly IndexExpr[] { return this.resolvedFacts ??= this.resolved.flatMap(withoutExtremes).filter((f) => isConst(f) === undefined); }
  /** The same, with the facts about minima and maxima as they were given as well: what is asked about may be their difference. */
  get withJoint(): readonly IndexExpr[] {
    return this.resolvedJoint ??= [...new Map([...this.facts, ...this.resolved.filter((f) => isConst(f) === undefined)].map((f) => [f.key, f])).values()];
  }
  /** Whether the facts are seen to contradict each other: nothing is ever executed where they would have to hold. */
  get isImpossible(): boolean { return this.impossible ??= this.resolved.some((f) => (isConst(f) ?? 0) < 0); }
}

/** a and n, when the expression is a - n*floor(a/n). */
function multipleOf(e: IndexExpr): Multiple | undefined {
  for (const t of e.terms) {
    const atom = t.factors.length === 1 ? t.factors[0] : undefined;
    if (atom?.kind !== 'floordiv' || t.coefficient !== -(isConst(atom.b) ?? 0)) continue;
    if (add(e, mul(num(-t.coefficient), floorDiv(atom.a, atom.b))).key === atom.a.key) return { expr: atom.a, by: -t.coefficient };
  }
  return undefined;
}

/** k*min(a, b) + r >= 0 says as much as k*a + r >= 0 and k*b + r >= 0, for k > 0, and says it of what is asked about; -k*max(a, b) + r likewise. */
function withoutExtremes(fact: IndexExpr): IndexExpr[] {
  for (const t of fact.terms) {
    const [atom] = t.factors;
    if (t.factors.length !== 1 || atom === undefined || (atom.kind !== 'min' && atom.kind !== 'max') || t.coefficient > 0 !== (atom.kind === 'min')) continue;
    const rest = sub(fact, termExpr(t));
    return atom.args.flatMap((a) => withoutExtremes(add(rest, mul(num(t.coefficient), a))));
  }
  return [fact];
}

/** c*name + constant, when the expression is affine in a single size and mentions nothing else. */
function coefficientOfOnly(e: IndexExpr): { name: string; coefficient: number; constant: number } | undefined {
  const names = [...sizesOf(e)];
  const name = names[0];
  if (name === undefined || names.length > 1) return undefined;
  const k = coefficient(e, name, 'size');
  const c = k && isConst(k);
  const constant = k && isConst(sub(e, mul(k, size(name))));
  return c === undefined || c === 0 || constant === undefined ? undefined : { name, coefficient: c, constant };
}

const gcd = (a: number, b: number): number => { let x = Math.abs(a), y = Math.abs(b); while (y) [x, y] = [y, x % y]; return x; };
const modulo = (a: number, m: number): number => a - m * Math.floor(a / m);

/** Solves by | c*size + k for each size; of two moduli their least common multiple where both residues agree, else the larger. */
function findCongruences(data: Data): Map<string, Congruence> {
  const found = new Map<string, Congruence>();
  for (const { expr, by } of data.multiples) {
    const s = coefficientOfOnly(data.definitions.size === 0 ? expr : substitute(expr, (a) => (a.kind === 'size' ? data.definitions.get(a.id) : undefined)));
    if (!s) continue;
    const g = gcd(s.coefficient, by);
    const modulus = by / g;
    if (modulus <= 1 || s.constant % g !== 0) continue;
    let residue = 0;
    while (residue < modulus && modulo(s.coefficient * residue + s.constant, by) !== 0) residue++;
    if (residue === modulus) continue;
    const old = found.get(s.name);
    const common = old ? (old.modulus / gcd(old.modulus, modulus)) * modulus : modulus;
    const quotient = s.name + quotientMark;
    if (!old || (old.residue === 0 && residue === 0)) found.set(s.name, { name: s.name, modulus: common, residue, quotient });
    else if (modulus > old.modulus) found.set(s.name, { name: s.name, modulus, residue, quotient });
  }
  return found;
}

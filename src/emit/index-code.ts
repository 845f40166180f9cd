/** Index expressions as thread code: sums in source order, shifts for powers of two, truncating division where no operand can be negative. */
import { CompilerBug, unreachable } from '../diagnostics/bug.ts';
import { binary, both, constantOf, index, type CodeExpr } from '../ir/code.ts';
import { type IndexExpr, type Term, isConst, termExpr, variablesOf } from '../ir/index-expr.ts';
import { view } from '../ir/index-print.ts';
import type { Context } from './context.ts';

/** The element of a gathered tile that `value(tN)` stands for at the present iteration. */
export type ValueOf = (id: string) => CodeExpr;
export const noValues: ValueOf = (id) => { throw new CompilerBug(`value(${id}) stands where no element is at hand`); };

export class IndexCode {
  private readonly context: Context;
  private readonly valueOf: ValueOf;

  constructor(context: Context, valueOf: ValueOf = noValues) {
    this.context = context;
    this.valueOf = valueOf;
  }

  expr(e: IndexExpr): CodeExpr {
    const v = view(e);
    switch (v.kind) {
      case 'num': return index(v.value);
      case 'atom': return this.atom(v.atom.kind, v.atom.id);
      case 'sum': return this.sum(v.terms);
      case 'product': return this.product(v.factors);
      case 'floordiv': return this.floorDiv(v.a, v.b);
      case 'mod': return this.mod(v.a, v.b);
      case 'min': case 'max': return v.args.map((a) => this.expr(a)).reduce((a, b) => binary(v.kind, a, b));
      default: return unreachable(v);
    }
  }

  private atom(kind: 'size' | 'variable' | 'value', id: string): CodeExpr {
    if (kind === 'size') {
      const size = this.context.sizes.get(id);
      if (size === undefined) throw new CompilerBug(`kernel ${this.context.kernel.name} has no size ${id}`);
      return size;
    }
    if (kind === 'value') return asIndex(this.valueOf(id));
    const found = this.context.variables.get(id);
    if (found === undefined) throw new CompilerBug(`kernel ${this.context.kernel.name}: index variable ${id} is not bound here`);
    return found;
  }

  /** Positive terms first, plain names before products, counters of register loops and constants last: `m + 8 * dm - 1`. */
  private sum(terms: readonly IndexExpr[]): CodeExpr {
    const negative = (e: IndexExpr): boolean => (e.terms[0]?.coefficient ?? 0) < 0;
    const rank = (e: IndexExpr): number => {
      const [t] = e.terms;
      if (t === undefined || t.factors.length === 0) return 3;
      if (t.factors.some((f) => f.kind === 'variable' && this.context.counters.has(f.id.slice(1)))) return 2;
      return t.coefficient === 1 && t.factors.length === 1 ? 0 : 1;
    };
    const positive = terms.filter((t) => !negative(t)).sort((a, b) => rank(a) - rank(b)).map((t) => this.expr(t));
    const first = positive.length > 0 ? positive.reduce((a, b) => binary('add', a, b)) : index(0);
    return terms.filter(negative).reduce<CodeExpr>((a, t) => binary('sub', a, this.expr(opposite(t))), first);
  }

  private product(factors: readonly IndexExpr[]): CodeExpr {
    const [first, ...rest] = factors;
    const known = first === undefined ? undefined : isConst(first);
    if (known !== undefined && known < 0) return binary('sub', index(0), this.product(known === -1 ? rest : [opposite(first!), ...rest]));
    return factors.map((f) => this.expr(f)).reduce((a, b) => binary('mul', a, b));
  }

  private floorDiv(a: IndexExpr, b: IndexExpr): CodeExpr {
    const by = isConst(b);
    // A division of sizes is done once; people read `(N + 63) / 64` more easily.
    if (by !== undefined && isPowerOfTwo(by) && !(isNonNegative(a) && variablesOf(a).size === 0)) return binary('shr', this.expr(a), index(Math.log2(by)));
    return this.named('floordiv', a, b, () => binary(isNonNegative(a) ? 'div' : 'floordiv', this.expr(a), this.expr(b)));
  }
  private mod(a: IndexExpr, b: IndexExpr): CodeExpr {
    const by = isConst(b);
    if (by !== undefined && isPowerOfTwo(by)) return binary('bitand', this.expr(a), index(by - 1));
    return this.named('mod', a, b, () => binary(isNonNegative(a) ? 'rem' : 'mod', this.expr(a), this.expr(b)));
  }

  /** A digit of a position that stands for several coordinates: divided once, under the coordinate's name. */
  private named(kind: 'floordiv' | 'mod', a: IndexExpr, b: IndexExpr, value: () => CodeExpr): CodeExpr {
    const key = digitKey(kind, a, b), wanted = this.context.digitNames.get(key);
    const uses = wanted === undefined ? undefined : this.context.boundBehind([...variablesOf(a), ...variablesOf(b)]);
    return wanted === undefined || uses === undefined ? value() : this.context.hoist(key, uses, wanted, value);
  }

  /** `e >= 0` as people write it: M - 1 - m >= 0 is m < M. */
  nonNegative(e: IndexExpr): CodeExpr {
    const free = e.terms.find((t) => t.factors.length === 0)?.coefficient ?? 0;
    const part = (keep: (t: Term) => boolean, sign: number): CodeExpr => {
      const terms = e.terms.filter((t) => t.factors.length > 0 && keep(t)).map((t) => single(t, sign));
      return terms.length === 1 ? this.expr(terms[0]!) : this.sum(terms);
    };
    const low = part((t) => t.coefficient < 0, -1);
    const high = part((t) => t.coefficient > 0, 1);
    // low + strict <= high + free, the constant on the side where it is positive.
    if (free < 0 && constantOf(high) !== 0) return free === -1 ? binary('lt', low, high) : binary('le', binary('add', low, index(-free)), high);
    if (free < 0) return binary('le', binary('add', low, index(-free)), high);
    return constantOf(high) === 0 ? binary('le', low, index(free)) : binary('le', low, binary('add', high, index(free)));
  }

  /** All of them hold; undefined for an empty list. */
  allNonNegative(es: readonly IndexExpr[]): CodeExpr | undefined {
    return both(es.map((e) => this.nonNegative(e)));
  }
}

export const digitKey = (kind: 'floordiv' | 'mod', a: IndexExpr, b: IndexExpr): string => `${kind} ${a.key} by ${b.key}`;

const single = (t: Term, sign: number): IndexExpr => termExpr({ ...t, coefficient: sign * t.coefficient });
const opposite = (e: IndexExpr): IndexExpr => single(e.terms[0]!, -1);

export const asIndex = (e: CodeExpr): CodeExpr => (e.type === 'index' ? e : { kind: 'convert', type: 'index', a: e });
export const isPowerOfTwo = (n: number): boolean => n >= 1 && Number.isInteger(Math.log2(n));

/** Sufficient: no negative coefficient over atoms that are never negative (sizes, counters, coordinates; gathered values may be). */
export function isNonNegative(e: IndexExpr): boolean {
  return e.terms.every((t) => t.coefficient >= 0 && t.factors.every((f) => {
    switch (f.kind) {
      case 'size': case 'variable': return true;
      case 'value': return false;
      case 'floordiv': return isNonNegative(f.a);
      case 'mod': return true;
      case 'min': return f.args.every(isNonNegative);
      case 'max': return f.args.some(isNonNegative);
      default: return unreachable(f);
    }
  }));
}

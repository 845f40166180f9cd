/**
 * Places where an integer expression is negative although all facts hold: there it cannot be proved never to be, however hard one tries. A search for a proof that does
 * not exist costs far more than one that finds it, so a few places of each environment are tried before.
 */
import { unreachable } from '../diagnostics/bug.ts';
import type { Facts } from './index-environment.ts';
import type { Atom, IndexExpr } from './index-expr.ts';

/** How the atoms of a place are chosen within their ranges. */
interface Choice { readonly sizes: 'least' | 'large' | 'mixed'; readonly others: 'first' | 'last' | 'mixed' }
const choices: readonly Choice[] = [
  { sizes: 'large', others: 'first' }, { sizes: 'large', others: 'last' }, { sizes: 'least', others: 'first' }, { sizes: 'least', others: 'last' },
  { sizes: 'mixed', others: 'first' }, { sizes: 'mixed', others: 'mixed' }, { sizes: 'mixed', others: 'mixed' }, { sizes: 'large', others: 'mixed' },
];
const large = 3000, mixed = [1, 2, 3, 4, 7, 8, 16, 33, 64, 100, 128, 300, 512, 1000];

/** One number for each atom, found when it is asked for; equal at every run. */
class Place {
  readonly #facts: Facts;
  readonly #choice: Choice;
  readonly #number: number;
  readonly #values = new Map<string, number>();
  constructor(facts: Facts, choice: Choice, number: number) { this.#facts = facts; this.#choice = choice; this.#number = number; }

  /** The value of e; NaN where a divisor is not at least 1, or an atom has an empty range. */
  value(e: IndexExpr): number {
    let sum = 0;
    for (const t of e.terms) {
      let product = t.coefficient;
      for (const f of t.factors) product *= this.#atom(f);
      sum += product;
    }
    return sum;
  }
  #atom(f: Atom): number {
    switch (f.kind) {
      case 'size': case 'variable': case 'value': {
        let known = this.#values.get(f.key);
        if (known === undefined) this.#values.set(f.key, known = f.kind === 'size' ? this.#size(f.id, f.key) : this.#other(f.kind, f.id, f.key));
        return known;
      }
      case 'floordiv': { const b = this.value(f.b); return b >= 1 ? Math.floor(this.value(f.a) / b) : NaN; }
      case 'mod': { const a = this.value(f.a), b = this.value(f.b); return b >= 1 ? a - b * Math.floor(a / b) : NaN; }
      case 'min': return f.args.reduce((m, x) => Math.min(m, this.value(x)), Infinity);
      case 'max': return f.args.reduce((m, x) => Math.max(m, this.value(x)), -Infinity);
      default: return unreachable(f);
    }
  }
  #hash(key: string): number {
    let h = 0x811c9dc5 ^ this.#number;
    for (let i = 0; i < key.length; i++) h = Math.imul(h ^ key.charCodeAt(i), 0x01000193);
    return (h ^ (h >>> 15)) >>> 0;
  }
  #size(id: string, key: string): number {
    const { min, max = Infinity } = this.#facts.sizeRange(id);
    const hash = this.#hash(key);
    const wanted = this.#choice.sizes === 'least' ? min : this.#choice.sizes === 'large' ? min + large + hash % 1000 : min + (mixed[hash % mixed.length] ?? 1);
    return Math.min(wanted, max);
  }
  #other(kind: 'variable' | 'value', id: string, key: string): number {
    const range = this.#facts.rangeOf(kind, id);
    const lo = range?.lo && this.value(this.#facts.resolve(range.lo)), hi = range?.hi && this.value(this.#facts.resolve(range.hi));
    const first = lo ?? Math.min(hi ?? 0, -7), last = hi ?? Math.max(lo ?? 0, 9);
    if (!(first <= last)) return NaN;
    switch (this.#choice.others) {
      case 'first': return first;
      case 'last': return last;
      case 'mixed': return first + this.#hash(key) % (last - first + 1);
      default: return unreachable(this.#choice.others);
    }
  }
}

const places = new WeakMap<Facts, readonly Place[]>();
function placesOf(facts: Facts): readonly Place[] {
  const known = places.get(facts);
  if (known !== undefined) return known;
  const found = facts.isImpossible ? [] : choices.map((c, i) => new Place(facts, c, i)).filter((p) => facts.withJoint.every((f) => p.value(f) >= 0));
  places.set(facts, found);
  return found;
}

/** Is the expression, resolved, negative at a place where the facts hold? True is certain; false says nothing. */
export const isRefuted = (e: IndexExpr, facts: Facts): boolean => placesOf(facts).some((p) => p.value(e) <= -1);

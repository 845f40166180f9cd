/** Index expressions compiled to closures over numbered variables: the interpreters evaluate each of them very often. */
import { unreachable } from '../diagnostics/bug.ts';
import type { Atom, IndexExpr, NamedKind, Term } from './index-expr.ts';

/** Numbered variables with their present values. One scope per role: loop variables of different roles may share a name. */
export class Scope {
  private readonly numbers = new Map<string, number>();
  readonly values: number[] = [];

  number(kind: NamedKind, id: string): number {
    const key = `${kind} ${id}`;
    const old = this.numbers.get(key);
    if (old !== undefined) return old;
    const n = this.values.length;
    this.numbers.set(key, n);
    this.values.push(NaN);
    return n;
  }
  set(kind: NamedKind, id: string, value: number): void { this.values[this.number(kind, id)] = value; }
}

export type Compute = () => number;
/** How `value(id)` is read; interpreters read the tile at the element at hand. */
export type ValueReader = (id: string) => Compute;

export function compileIndex(e: IndexExpr, scope: Scope, value: ValueReader): Compute {
  const affine = compileAffine(e, scope);
  if (affine !== undefined) return affine;
  const terms = e.terms.map((t) => compileTerm(t, scope, value));
  const [a, b, c] = terms;
  switch (terms.length) {
    case 0: return () => 0;
    case 1: return a!;
    case 2: return () => a!() + b!();
    case 3: return () => a!() + b!() + c!();
    default: return () => { let sum = 0; for (const t of terms) sum += t(); return sum; };
  }
}

/** A sum of multiples of sizes and variables, as most expressions are, without a call for each of them. */
function compileAffine(e: IndexExpr, scope: Scope): Compute | undefined {
  const { values } = scope;
  let constant = 0;
  const slots: number[] = [], factors: number[] = [];
  for (const t of e.terms) {
    const [f] = t.factors;
    if (f === undefined) constant += t.coefficient;
    else if (t.factors.length > 1 || (f.kind !== 'size' && f.kind !== 'variable')) return undefined;
    else { slots.push(scope.number(f.kind, f.id)); factors.push(t.coefficient); }
  }
  const [s, t, u] = slots as [number, number, number], [x, y, z] = factors as [number, number, number];
  switch (slots.length) {
    case 0: return () => constant;
    case 1: return x === 1 && constant === 0 ? () => values[s]! : () => x * values[s]! + constant;
    case 2: return () => x * values[s]! + y * values[t]! + constant;
    case 3: return () => x * values[s]! + y * values[t]! + z * values[u]! + constant;
    default: return () => { let sum = constant; for (let i = 0; i < slots.length; i++) sum += factors[i]! * values[slots[i]!]!; return sum; };
  }
}

function compileTerm(t: Term, scope: Scope, value: ValueReader): Compute {
  const k = t.coefficient;
  const factors = t.factors.map((f) => compileAtom(f, scope, value));
  const [a, b] = factors;
  switch (factors.length) {
    case 0: return () => k;
    case 1: return k === 1 ? a! : () => k * a!();
    case 2: return () => k * a!() * b!();
    default: return () => { let p = k; for (const f of factors) p *= f(); return p; };
  }
}

function compileAtom(atom: Atom, scope: Scope, value: ValueReader): Compute {
  switch (atom.kind) {
    case 'size': case 'variable': {
      const n = scope.number(atom.kind, atom.id);
      const { values } = scope;
      return () => values[n]!;
    }
    case 'value': return value(atom.id);
    case 'floordiv': case 'mod': {
      const a = compileIndex(atom.a, scope, value), b = compileIndex(atom.b, scope, value);
      if (atom.kind === 'floordiv') return () => { const y = b(); return y === 0 ? 0 : Math.floor(a() / y); };
      return () => { const x = a(), y = b(); return y === 0 ? 0 : x - y * Math.floor(x / y); };
    }
    case 'min': case 'max': {
      const args = atom.args.map((x) => compileIndex(x, scope, value));
      const pick = atom.kind === 'min' ? Math.min : Math.max;
      return () => { let r = args[0]!(); for (let i = 1; i < args.length; i++) r = pick(r, args[i]!()); return r; };
    }
    default: return unreachable(atom);
  }
}
